// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// Closed, too few, no data and stale are four different things.
func TestWhatCannotBeJudged(t *testing.T) {
	w := newWorld(t)
	if got := w.tile("service_live"); got.State != StateNoData || got.Word != "No data" || got.Text != "" {
		t.Errorf("open and nothing counted: %+v, want no data without a value", got)
	}
	w.count(help, Last30m, live(18, 1))
	few := w.tile("service_live")
	if few.State != StateTooFew || few.Text != "94.7%" || *few.N != 19 || few.Gap != "" || few.Trend.Arrow != "" {
		t.Errorf("19 cases: %+v, want too few, 94.7%%, without gap and trend", few)
	}
	w.inputs.Stale = true
	if got := w.tile("service_live"); got.State != StateStale || got.Text != "94.7%" {
		t.Errorf("stale: %s %s, want stale, 94.7%%", got.State, got.Text)
	}
	w.inputs.Stale = false
	if got := w.tile("callbacks"); got.State != StateNoData || got.Notes[0] != "not measured here" {
		t.Errorf("a gauge that the machine does not have: %+v", got)
	}
	if got := w.tile("csat"); got.State != StateNoData || got.Notes[0] != "needs the history" {
		t.Errorf("seven days without a store: %+v", got)
	}
}

// At 21:00 the queue of help is closed until Wednesday 8:00. Whoever still waits is shown all the same, and so is the day.
func TestClosed(t *testing.T) {
	w := newWorld(t)
	w.reading.AsOfMs = noon + 9*time.Hour.Milliseconds()
	w.count(help, Today, measures{indicator.SlMet: 81, indicator.SlDue: 100})
	f := func(tile string, want State, note string) {
		t.Helper()
		if got := w.tile(tile); got.State != want || len(got.Notes) == 0 || got.Notes[0] != note {
			t.Errorf("%s: %s %v, want %s, %s", tile, got.State, got.Notes, want, note)
		}
	}
	f("waiting", StateClosed, "opens at 08:00")
	f("service_live", StateClosed, "opens at 08:00")
	f("service_day", StateOK, "target ≥\u00a080%")
	w.gauge(help, "waiting", 1)
	f("waiting", StateOK, "0 on queue")
	// Urgent has no calendar, so it never closes.
	for _, a := range []string{"a", "b", "c"} {
		w.object(event.ConfigSkill, event.SkillConfig{Advisor: a, Queue: "urgent"})
	}
	f("service_live", StateNoData, "nothing to count yet")
}

// A team's service is that of the queues it serves, sum over sum: 30 of 40 and 90 of 100 are 120 of 140, not the mean of
// 75 % and 90 %. Their T differ, and the tile says so. Messages are on the back office's board.
func TestServedQueuesAddUp(t *testing.T) {
	w := newWorld(t)
	w.count(help, Last30m, live(30, 10))
	w.count(urgent, Last30m, live(90, 10))
	if got := w.tile("service_live"); *got.Numerator != 30 || slices.Contains(got.Notes, "mixed thresholds") {
		t.Errorf("the team does not serve urgent: %+v", got)
	}
	w.object(event.ConfigSkill, event.SkillConfig{Advisor: "a", Queue: "urgent"})
	if got := w.tile("service_live"); *got.Numerator != 30 {
		t.Errorf("one of three serves urgent, yet it counts: %+v", got)
	}
	w.object(event.ConfigSkill, event.SkillConfig{Advisor: "b", Queue: "urgent", From: event.Millis(noon)})
	got := w.tile("service_live")
	if *got.Numerator != 120 || *got.Denominator != 140 || got.Text != "85.7%" || !slices.Contains(got.Notes, "mixed thresholds") {
		t.Errorf("got %+v, want 120 of 140, 85.7%%, mixed", got)
	}
	if diff := cmp.Diff([]string{"queue:help", "queue:urgent"}, got.Scopes); diff != "" {
		t.Errorf("scopes (-want +got):\n%s", diff)
	}
	w.reading.AsOfMs = noon - 1
	if got := w.tile("service_live"); *got.Numerator != 30 {
		t.Errorf("a skill counts before its date: %+v", got)
	}
}

func TestBoards(t *testing.T) {
	w := newWorld(t)
	w.object(event.ConfigTeam, event.TeamConfig{Team: "centre", Name: "Centre-ville", Kind: "sortant"})
	w.board()
	want := []Info{{"centre", KindCentre, "Vue d'ensemble"}, {"north", KindInbound, "North"}, {"south", KindBackOffice, "south"},
		{"sales", KindOutbound, "sales"}, {"team:centre", KindOutbound, "Centre-ville"}}
	if diff := cmp.Diff(want, Boards(w.inputs.Config, French)); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	for _, info := range want {
		w.inputs.Board = info.ID
		if b := w.board(); b.Kind != info.Kind || b.ID != info.ID {
			t.Errorf("board %s is %s, a %s", info.ID, b.ID, b.Kind)
		}
	}
	w.inputs.Board = "team:north"
	if b := w.board(); b.ID != "north" {
		t.Errorf("team:north is %s", b.ID)
	}
	w.inputs.Board = "west"
	if _, ok := Evaluate(&w.inputs); ok {
		t.Error("a board of a team that does not exist")
	}
}

// Every board is complete in both languages, names nobody, and shows each figure once.
func TestBoardsInBothLanguages(t *testing.T) {
	w := newWorld(t)
	w.object(event.ConfigAdvisor, event.AdvisorConfig{Advisor: "zoe.martin", Team: "north"})
	w.gauge(Scope{indicator.ScopeAdvisor, "zoe.martin"}, "waiting", 1)
	for _, board := range []string{"centre", "north", "south", "sales"} {
		for _, lang := range []Lang{French, English} {
			w.inputs.Board, w.inputs.Lang = board, lang
			b := w.board()
			seen := map[string]bool{}
			for _, row := range b.Rows {
				for _, tile := range row.Tiles {
					if tile.Title == "" || seen[tile.ID] || tile.State != StateInfo && tile.Word == "" {
						t.Errorf("%s in %s: tile %+v", board, lang, tile)
					}
					seen[tile.ID] = true
				}
			}
			text, err := json.Marshal(b)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), "zoe") || strings.Contains(string(text), "%!") {
				t.Errorf("%s in %s names a person, or a text is not filled in: %s", board, lang, text)
			}
		}
	}
	for name, text := range pageWords {
		if text.En == "" || text.Fr == "" {
			t.Errorf("page word %s: %+v", name, text)
		}
	}
}

// An indicator that a board names must be in the catalogue, or the tile would wait for it for ever.
func TestBoardsNameWhatExists(t *testing.T) {
	w := newWorld(t)
	known := func(id string) {
		if _, ok := w.inputs.Catalogue.Lookup(id); id != "" && !ok {
			t.Errorf("indicator %s is not in the catalogue", id)
		}
	}
	for _, id := range guards {
		known(id)
	}
	for _, s := range specs {
		known(s.Curve.Count)
		known(s.Curve.Rate)
		if s.Curve.Burn != nil {
			known(s.Curve.Burn.Done)
			known(s.Curve.Burn.Arrived)
		} else if s.Curve.Count == "" || s.Curve.Rate == "" {
			t.Errorf("the curve of %s counts nothing", s.Kind)
		}
		for _, row := range s.Rows {
			for _, tile := range row.Tiles {
				known(tile.Indicator)
				known(tile.Of)
				known(tile.Except)
				for _, d := range tile.Details {
					known(d.Indicator)
				}
			}
		}
	}
}

// Trend: 15 minutes against 30. 90 % against 80 % is rising; 4 cases say nothing.
func TestTrend(t *testing.T) {
	w := newWorld(t)
	w.count(help, Last30m, live(80, 20))
	f := func(within, crossed int64, want string) {
		t.Helper()
		w.count(help, Last15m, live(within, crossed))
		if got := w.tile("service_live"); got.Trend.Arrow != want {
			t.Errorf("%d and %d: %q, want %q", within, crossed, got.Trend.Arrow, want)
		}
	}
	f(45, 5, "up")
	f(35, 15, "down")
	f(40, 10, "flat")
	f(9, 0, "")
}

func TestFormats(t *testing.T) {
	f := func(l Lang, format Format, x float64, want string) {
		t.Helper()
		if got := write(l, format, x).text(l); got != want {
			t.Errorf("%s %v: %q, want %q", l, x, got, want)
		}
	}
	f(French, FormatPercent, 0.8236, "82,4\u202f%")
	f(English, FormatPercent, 0.8236, "82.4%")
	f(French, FormatCount, 1234567, "1\u202f234\u202f567")
	f(English, FormatCount, 1234567, "1,234,567")
	f(French, FormatDuration, 41_400, "41\u202fs")
	f(French, FormatDuration, 59_500, "1:00\u202fmin")
	f(French, FormatDuration, 402_000, "6:42\u202fmin")
	f(English, FormatDuration, 3_900_000, "1:05\u202fh")
	f(French, FormatPerHour, 6.25, "6,2\u202f/h")
	f(French, FormatMoney, 123_456, "1\u202f235\u202f€")
	f(French, FormatHours, 27_000_000, "7,5\u202fh")
	f(English, FormatCount, -3, "\u22123")
	at := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	if got := hourMinute(French, at) + ", " + hourMinute(French, at.Add(5*time.Minute)) + ", " + hourMinute(English, at); got != "8\u202fh, 8\u202fh\u202f05, 08:00" {
		t.Errorf("times: %q", got)
	}
	if got := longDate(French, at) + ", " + longDate(English, at); got != "dimanche 1er novembre, Sunday 1 November" {
		t.Errorf("dates: %q", got)
	}
}

// What the boards read over days is asked for each kind of scope by itself: lists of campaigns, listenings of teams, messages of
// queues; nothing of the longest window but lists.
func TestNeeds(t *testing.T) {
	n := NeedsOf(newWorld(t).inputs.Catalogue)
	has := func(w Window, kind indicator.ScopeKind, m indicator.Measure) bool {
		return slices.Contains(n.Long[LongNeed{w, kind}], m)
	}
	if !has(ListLife, indicator.ScopeCampaign, indicator.RecordsLoaded) || !has(Fortnight, indicator.ScopeCampaign, indicator.DialHuman) ||
		!has(FourWeeks, indicator.ScopeTeam, indicator.CriticalCompliance) || !has(FourWeeks, indicator.ScopeTeam, indicator.TalkMs) ||
		!has(FourWeeks, indicator.ScopeQueue, indicator.ComplaintAckMet) || !has(LastWeek, indicator.ScopeQueue, indicator.CsatAnswers) ||
		!has(LastWeek, indicator.ScopeQueue, indicator.ItemsSolved) {
		t.Errorf("something is missing: %+v", n.Long)
	}
	for need := range n.Long {
		if need.Window == ListLife && need.Kind != indicator.ScopeCampaign || need.Window.Days() == 0 {
			t.Errorf("%+v is asked for", need)
		}
	}
	for _, m := range []indicator.Measure{indicator.Offered, indicator.PitchedWon, indicator.ItemsSolved, indicator.ItemsOpening} {
		if !slices.Contains(n.Quarters, m) {
			t.Errorf("the curves lack %s", m)
		}
	}
}
