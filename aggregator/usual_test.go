// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

const (
	midnight = monday - 8*hour
	week     = 7 * 24 * hour
)

// tellRules are rules that fire at 10:20, whatever the values, and tell one gauge of queues each.
func tellRules(gauges ...indicator.Gauge) (list []event.RuleConfig) {
	for _, g := range gauges {
		name, zero := g.String(), "0"
		if g.Info().Unit == indicator.UnitBp {
			zero = "0bp"
		}
		list = append(list, event.RuleConfig{Rule: name, ScopeKind: "queue", When: name + " == " + zero + " || " + name + " != " + zero, Show: name,
			Hours: "10:20-24:00", Severity: event.SeverityInfo, Audience: event.AudienceWall, SummaryEn: "x", SummaryFr: "x"})
	}
	return list
}

// live lets calls come on a day from 10:00 on, one a minute for half an hour; each is answered at once and takes two minutes. The
// day is imported.
func live(r *run, day int64) {
	lane := fmt.Sprint("past-", day)
	var all []event.Event
	for n := range int64(30) {
		contact := fmt.Sprint(lane, "-", n)
		at := day + 10*hour + n*minute
		for k, typ := range []event.Type{event.QueueEntered, event.AdvisorConnected, event.AdvisorReleased, event.AdvisorWrapped} {
			e := event.Event{ID: fmt.Sprint(contact, "-", k), Source: "pbx", Type: typ, Centre: centreID, Lane: lane, Contact: contact, Queue: "q", Time: at}
			if k > 0 {
				e.Advisor = "a"
			}
			if k > 1 {
				e.Time += 2 * minute
			}
			all = append(all, e)
		}
	}
	slices.SortStableFunc(all, func(x, y event.Event) int { return cmp.Compare(x.Time, y.Time) })
	for _, e := range all {
		r.put(e, e.Time)
	}
	last := all[len(all)-1].Time
	r.put(event.Event{ID: lane, Source: "import", Type: event.ImportFinished, Centre: centreID, Lane: lane, Time: last}, last)
}

// What two imported Mondays teach, worked out by hand and by another program (the laws of the queue by steps of its Markov
// chain). It is 10:20 on a Monday: six calls came at 10:02, four of which gave up after a minute; usually one comes each minute
// from 10:00 to 10:30. One correction says that another call of the day was lost, which was never offered. Of two free advisors
// one serves the queue.
func TestTwoMondaysSayWhatIsUsual(t *testing.T) {
	queue := []indicator.Gauge{indicator.GaugeArrivals, indicator.GaugeUsualArrivals, indicator.GaugeDemandRarity, indicator.GaugeServiceNeededBp,
		indicator.GaugeUnbalanced, indicator.GaugeStaffPresent, indicator.GaugeStaffRequired, indicator.GaugePredictedServiceBp}
	r := newRun(t)
	values := map[string]int64{}
	r.watch = func(ready aggregator.Ready) {
		for _, x := range ready.Transitions {
			if x.To == alerts.PhaseFiring && x.Scope == "q" {
				values[x.Rule] = x.Shown.Numerator
			}
		}
	}
	r.configure(&rules{centre: event.DefaultCentreConfig("UTC"), alerts: tellRules(queue...), skills: []event.SkillConfig{{Advisor: "b", Queue: "q"}},
		targets: []event.TargetConfig{{ScopeKind: "queue", Scope: "q", Indicator: "service_level", Value: 8000, From: 1, Stage: event.StageInForce, CommunicatedAt: 1}}}, midnight+9*hour)
	live(r, midnight-2*week)
	live(r, midnight-week)
	live(r, midnight-6*24*hour) // a Tuesday: how long calls take is known from it, too
	r.tick, r.restart = 10*second, 40
	say := func(e event.Event, at int64) {
		e.ID, e.Source, e.Centre, e.Time = fmt.Sprint(e.Type, e.Contact, e.Advisor), "pbx", centreID, at
		r.ticks(at)
		r.put(e, at)
	}
	say(event.Event{Type: event.AdvisorState, Advisor: "b", State: event.StateAvailable}, midnight+9*hour+minute)
	say(event.Event{Type: event.AdvisorState, Advisor: "c", State: event.StateAvailable}, midnight+9*hour+minute)
	for n := range 6 {
		say(event.Event{Type: event.QueueEntered, Contact: fmt.Sprint(n), Queue: "q"}, midnight+10*hour+2*minute)
	}
	for n := range 4 {
		say(event.Event{Type: event.QueueAbandoned, Contact: fmt.Sprint(n), Queue: "q"}, midnight+10*hour+3*minute)
	}
	say(event.Event{Type: event.CorrectionIssued, Queue: "q", Data: []byte(`{"measures":{"lost":1}}`)}, midnight+10*hour+4*minute)
	r.ticks(midnight + 10*hour + 20*minute)
	for name, want := range map[string]int64{
		"arrivals":       6,
		"usual_arrivals": 15, // from 10:00 to 10:15
		// Negative binomial, mean 30.5/2, size 30.5: six or fewer on 19 days of 1000.
		"demand_rarity": -17,
		// Of 4 none was met; 10 usually come until 10:30, and 2 wait: 80 % of 16 are 12.8, of 12.
		"service_needed_bp": 10_667,
		"unbalanced":        -1,
		"staff_present":     1,
		// 10 calls usually come in the next quarter of an hour; none in five minutes instead of 5 makes that 10 * 12/17. Of these
		// two people serve 79.9 % within T = 20 s, three 95.1 %.
		"staff_required": 3,
		// With the two who wait, one advisor serves 31.4 %.
		"predicted_service_bp": 3139,
	} {
		if got, told := values[name]; got != want || !told {
			t.Errorf("%s = %d, want %d", name, got, want)
		}
	}
	if len(values) != len(queue) || len(r.dead) > 0 {
		t.Errorf("told %v; dead letters %v", values, r.dead)
	}
}

// An advisor of whom no source tells the queues is one of those that the configuration names; one who works a campaign is not, nor
// is one whose source does tell.
func TestSkillsTellWhoServesAQueue(t *testing.T) {
	r := newRun(t)
	r.configure(&rules{centre: event.DefaultCentreConfig("UTC"), skills: []event.SkillConfig{{Advisor: "silent", Queue: "q"}, {Advisor: "silent", Queue: "q"},
		{Advisor: "caller", Queue: "q"}, {Advisor: "told", Queue: "q"}, {Advisor: "past", Queue: "q", To: monday}, {Advisor: "away", Queue: "q"}}}, monday)
	for i, e := range []event.Event{
		{Advisor: "silent", State: event.StateAvailable},
		{Advisor: "caller", State: event.StateAvailable, Campaign: "spring"},
		{Advisor: "told", State: event.StateAvailable, Queue: "other"},
		{Advisor: "past", State: event.StateAvailable},
		{Advisor: "away", State: event.StateAvailable},
		{Advisor: "away", State: event.StatePaused, Reason: "lunch"},
		{Advisor: "nobody", State: event.StateAvailable},
	} {
		e.ID, e.Source, e.Type, e.Centre, e.Time = fmt.Sprint(i), "pbx", event.AdvisorState, centreID, monday+int64(i)*second
		r.put(e, e.Time)
	}
	for _, g := range r.m.Worlds()[0].GaugesNow() {
		name := r.m.Worlds()[0].Name(g.Name)
		if g.Scope != indicator.ScopeQueue || name != "q" {
			continue
		}
		if g.Values[aggregator.GaugeLogged] != 2 || g.Values[aggregator.GaugeAvailable] != 1 || g.Values[aggregator.GaugePaused] != 1 {
			t.Errorf("of q: %v, want 2 logged in, 1 available and 1 paused", g.Values)
		}
		return
	}
	t.Error("q has no gauges")
}
