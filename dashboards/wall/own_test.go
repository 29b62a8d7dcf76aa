// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// withOwn gives a world indicators of the centre's own: a share of queues, and hours of a team.
func withOwn(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	catalogue, problem := w.inputs.Catalogue.WithOwn("c", []event.ConfigObject{
		{Type: event.ConfigIndicator, Data: []byte(`{"id":"given_up","kind":"additive","name":{"en":"Given up","fr":"Abandonnés"},"formula":"abandoned / offered","unit":"percent","better":"lower",` +
			`"scopes":["centre","queue"],"controllable":"centre","min_n":5,"doc":{"en":"Share who gave up.","fr":"Part de ceux qui renoncent."}}`)},
		{Type: event.ConfigIndicator, Data: []byte(`{"id":"talked","kind":"additive","name":{"en":"Talked","fr":"Parlé"},"formula":"talk_ms","unit":"ms","better":"none",` +
			`"scopes":["centre","team"],"controllable":"team","doc":{"en":"Time in talks.","fr":"Temps de conversation."}}`)}})
	if problem != nil {
		t.Fatal(problem)
	}
	w.inputs.Catalogue = catalogue
	return w
}

// A centre's own indicator stands beside the curve, of the queues that the team serves when it has no value of the team's, over the
// window that was asked for, judged by the target in force: up to five points beyond it is to watch.
func TestOwnIndicatorOnTheWall(t *testing.T) {
	w := withOwn(t)
	w.object(event.ConfigTeam, event.TeamConfig{Team: "wide", Wall: []string{"given_up 30m", "talked", "gone"}})
	w.object(event.ConfigAdvisor, event.AdvisorConfig{Advisor: "w", Team: "wide"})
	w.object(event.ConfigSkill, event.SkillConfig{Advisor: "w", Queue: "help"})
	w.inputs.Board = "wide"
	f := func(abandoned int64, state State, text, target, gap string) {
		t.Helper()
		w.count(help, Last30m, measures{indicator.Abandoned: abandoned, indicator.Offered: 40})
		tile := w.tile("own_given_up_30m")
		if tile.State != state || tile.Text != text || tile.Target != target || tile.Gap != gap || tile.Title != "Given up" || tile.Window != "30 min" || tile.Scopes[0] != "queue:help" {
			t.Errorf("%d of 40: %+v; want %s, %q, %q, %q", abandoned, tile, state, text, target, gap)
		}
	}
	f(12, StateInfo, "30.0%", "", "") // nobody has said what is well
	w.object(event.ConfigTarget, event.TargetConfig{ScopeKind: "centre", Indicator: "given_up", Value: 2500, Stage: "in_force", From: 2, CommunicatedAt: 1})
	f(10, StateOK, "25.0%", "target ≤\u00a025%", "0.0 pts")
	f(12, StateWatch, "30.0%", "target ≤\u00a025%", "−5.0 pts")
	f(13, StateAct, "32.5%", "target ≤\u00a025%", "−7.5 pts")
	w.count(help, Last30m, measures{indicator.Abandoned: 2, indicator.Offered: 4})
	if tile := w.tile("own_given_up_30m"); tile.State != StateTooFew {
		t.Errorf("4 cases, and 5 are needed: %s", tile.State)
	}
	w.count(Scope{indicator.ScopeTeam, "wide"}, Today, measures{indicator.TalkMs: 5_400_000})
	if tile := w.tile("own_talked"); tile.State != StateInfo || tile.Text != "1:30\u202fh" || tile.Window != "today" || tile.Scopes[0] != "team:wide" {
		t.Errorf("the team's own time: %+v", tile)
	}
	if tile := w.tile("own_gone"); tile.State != StateNoData || tile.Title != "gone" {
		t.Errorf("an indicator that no longer exists: %+v", tile)
	}
	rows := w.board().Rows
	last := rows[len(rows)-1]
	var ids []string
	for _, tile := range last.Tiles {
		ids = append(ids, tile.ID)
	}
	if got := strings.Join(ids, " "); last.Size != "normal" || got != "own_given_up_30m own_talked own_gone csat" {
		t.Errorf("beside the curve: %s", got)
	}
	w.inputs.Board, w.inputs.Lang = OverviewID, French
	for _, row := range w.board().Rows {
		for _, tile := range row.Tiles {
			if strings.HasPrefix(tile.ID, ownPrefix) {
				t.Errorf("%s is on the centre's wall, for which nobody asked", tile.ID)
			}
		}
	}
}

// The centre's wall has the centre's own figure. A target that wants more judges the other way round; one in time by a tenth of it.
func TestOwnIndicatorOnTheCentresWall(t *testing.T) {
	w := withOwn(t)
	w.object(event.ConfigCentre, event.CentreConfig{Name: "Centre", Zone: "Europe/Paris", ThresholdMs: 20_000, ShortAbandonMs: 5_000, Variant: "sl_neg", Wall: []string{"answer_rate", "asa 30m"}})
	w.inputs.Board = OverviewID
	centre := Scope{Kind: indicator.ScopeCentre}
	w.object(event.ConfigTarget, event.TargetConfig{ScopeKind: "centre", Indicator: "answer_rate", Value: 9000, Stage: "in_force", From: 2, CommunicatedAt: 1})
	w.object(event.ConfigTarget, event.TargetConfig{ScopeKind: "centre", Indicator: "asa", Value: 30_000, Stage: "in_force", From: 2, CommunicatedAt: 1})
	f := func(id string, state State) {
		t.Helper()
		if tile := w.tile(id); tile.State != state || tile.Scopes[0] != "centre" {
			t.Errorf("%s is %s of %s, want %s", id, tile.State, tile.Scopes[0], state)
		}
	}
	for answered, state := range map[int64]State{90: StateOK, 85: StateWatch, 84: StateAct} {
		w.count(centre, Today, measures{indicator.Answered: answered, indicator.Offered: 100})
		f("own_answer_rate", state)
	}
	for waitMs, state := range map[int64]State{3_000_000: StateOK, 3_300_000: StateWatch, 3_310_000: StateAct} { // 100 waits: a mean of 30, 33 and 33.1 s
		w.count(centre, Last30m, measures{indicator.Answered: 100, indicator.WaitAnsweredMs: waitMs})
		f("own_asa_30m", state)
	}
}
