// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// alertRules read everything that rules can: counts in every window, wall-clock time, gauges of queues, teams and the centre, T.
func alertRules() []event.RuleConfig {
	rule := func(name, kind, when, window string) event.RuleConfig {
		return event.RuleConfig{Rule: name, ScopeKind: kind, When: when, Window: window, Severity: event.SeverityInfo, Audience: event.AudienceWall,
			SummaryEn: "{{.Value}}", SummaryFr: "{{.Value}}"}
	}
	list := []event.RuleConfig{
		rule("waiting", "queue", "waiting >= 1", ""), rule("longest", "queue", "longest_wait_ms > T", ""),
		rule("calls", "queue", "offered >= 2", "5m"), rule("live", "queue", "sl_live < 80%", "15m"), rule("answers", "centre", "answer_rate < 90%", "today"),
		rule("idle", "team", "available_ms > on_contact_ms", "5m"), rule("logged", "team", "advisors_logged >= 2", ""),
		rule("silence", "centre", "silent_ms > 30s", ""), rule("hour", "channel", "answered >= 3", "1h"),
		rule("unusual", "queue", "demand_rarity >= 5 || demand_rarity <= -5 || arrivals > 3 * usual_arrivals", ""),
		rule("ahead", "queue", "predicted_service_bp < 9000bp || staff_required > staff_present", ""), rule("day", "queue", "service_needed_bp > 8000bp", ""),
		rule("balance", "queue", "unbalanced != 0", ""), rule("refused", "centre", "events_refused * 10 >= events_heard", ""),
		rule("stopped", "source", "silent_ms > 40s && heard_minutes >= 2", ""),
	}
	list[0].ForMs, list[1].KeepMs, list[2].KeepMs, list[3].EveryMs, list[5].ForMs = 20_000, 30_000, 60_000, 600_000, 60_000
	list[3].Clear, list[4].Minimum, list[0].Show, list[3].Show = "sl_live >= 90%", "offered >= 3", "longest_wait_ms", "sl_live"
	list[2].SilentMs, list[2].Hours = 120_000, "00:00-12:00,13:00-24:00"
	list[0].InhibitedBy = []event.RuleInhibition{{Match: map[string]string{"alertname": "silence"}, Equal: []string{"centre"}}}
	return list
}

// told is what a machine says of alerts: each transition, and each whole set when it changes.
func transitionsOf(r *run) *[]string {
	list := &[]string{}
	r.watch = func(ready aggregator.Ready) {
		for _, x := range ready.Transitions {
			*list = append(*list, fmt.Sprintf("%d %s %s %s %s %s %+v", x.At, x.Rule, x.Kind, x.Scope, x.To, x.Why, x.Shown))
		}
	}
	return list
}

// Alerts follow from the log alone: whatever the steps of the clock, and whenever the machine is taken down and up again. The
// steps are of less than an hour: a jump above that waits for a tick, and until then nobody knows when a source was heard.
func TestAlertsFollowFromTheLog(t *testing.T) {
	transitions := make(chan int, 1)
	transitions <- 0
	eachCase(t, 20, func(t testing.TB, seed uint64, s *timeline) {
		s.rules.alerts = alertRules()
		random := rand.New(rand.NewPCG(seed, 9))
		all := s.deliver(seed)
		var first []string
		for i, tick := range []int64{10 * minute, 7 * second, second} {
			r := newRun(t)
			r.lean, r.tick, r.tailTick = true, tick, tick
			if i == 1 {
				r.restart = 50 + random.IntN(100)
			}
			got := transitionsOf(r)
			r.play(s, all, nil)
			if i == 0 {
				first = *got
			}
			if !slices.Equal(*got, first) {
				t.Fatalf("with ticks each %d ms and a restart each %d records:\n%s\nwithout:\n%s", tick, r.restart, strings.Join(*got, "\n"), strings.Join(first, "\n"))
			}
		}
		transitions <- <-transitions + len(first)
	})
	if n := <-transitions; n == 0 {
		t.Error("no alert ever changed")
	}
}

// queueRule fires on a call that is offered within five minutes.
func queueRule() event.RuleConfig {
	r := alertRules()[2]
	r.SilentMs, r.Hours, r.KeepMs = 0, "", 0
	return r
}

// A late event corrects windows, and no evaluation of the past is made again: the alert comes when the event does, if it still
// matters, and else never.
func TestALateEventFiresNothingInThePast(t *testing.T) {
	r := newRun(t)
	list := transitionsOf(r)
	rule := queueRule()
	rule.When = "offered >= 1"
	r.configure(&rules{centre: event.DefaultCentreConfig("UTC"), alerts: []event.RuleConfig{rule}}, monday)
	enter := func(contact string, at, received int64) {
		r.put(event.Event{ID: contact, Source: "pbx", Type: event.QueueEntered, Centre: centreID, Contact: contact, Queue: "q", Time: at}, received)
	}
	r.tick = 10 * second
	r.ticks(monday + hour)
	enter("late", monday+10*minute, monday+hour) // 50 minutes ago
	r.ticks(monday + hour + minute)
	enter("recent", monday+hour-2*minute, monday+hour+minute+5*second) // a little more than three minutes ago
	r.ticks(monday + hour + 10*minute)
	want := []string{
		fmt.Sprintf("%d calls queue q firing true {Valid:false Numerator:0 Denominator:0 Hundredths:0}", monday+hour+minute+10*second),
		fmt.Sprintf("%d calls queue q resolved false {Valid:false Numerator:0 Denominator:0 Hundredths:0}", monday+hour+3*minute+10*second),
	}
	if !slices.Equal(*list, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(*list, "\n"), strings.Join(want, "\n"))
	}
}

// A record that moves the clock to a border and changes the rules brings two transitions of one alert at one instant: it fires, and
// its rule is gone. They are told apart by their numbers.
func TestTransitionsOfOneRecordAreNumbered(t *testing.T) {
	r := newRun(t)
	var got []string
	r.watch = func(ready aggregator.Ready) {
		for _, x := range ready.Transitions {
			got = append(got, fmt.Sprintf("%d/%d %s %s", r.m.Offset()-x.Offset, x.Seq, x.To, x.Why))
		}
	}
	rule := queueRule()
	rule.When = "offered >= 1"
	r.configure(&rules{centre: event.DefaultCentreConfig("UTC"), alerts: []event.RuleConfig{rule}}, monday)
	r.put(event.Event{ID: "a", Source: "pbx", Type: event.QueueEntered, Centre: centreID, Contact: "a", Queue: "q", Time: monday + second}, monday+second)
	gone := encode(t, event.AppliedConfig{Version: 2, Hash: aggregator.ConfigHash(nil, nil)})
	r.put(event.Event{ID: "applied", Source: "apply", Type: event.ConfigApplied, Time: monday + second, Centre: centreID, Data: gone}, monday+10*second)
	if want := []string{"0/0 firing true", "0/1 resolved removed"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// An import of history calls nobody.
func TestALaneHasNoAlerts(t *testing.T) {
	r := newRun(t)
	list := transitionsOf(r)
	rule := queueRule()
	rule.When = "offered >= 1"
	r.configure(&rules{centre: event.DefaultCentreConfig("UTC"), alerts: []event.RuleConfig{rule}}, monday)
	for i := range int64(10) {
		at := monday - 24*hour + i*minute
		r.put(event.Event{ID: fmt.Sprint(i), Source: "pbx", Type: event.QueueEntered, Centre: centreID, Lane: "history", Contact: fmt.Sprint(i), Queue: "q", Time: at}, at)
	}
	if len(*list) > 0 || len(r.m.Worlds()) != 2 {
		t.Errorf("got %q", *list)
	}
}

// A rule that does not compile makes the whole configuration a dead letter, and the one before stays.
func TestARuleThatMeansNothing(t *testing.T) {
	r := newRun(t)
	r.configure(&rules{centre: event.DefaultCentreConfig("UTC"), alerts: []event.RuleConfig{queueRule()}}, monday)
	wrong := event.RuleConfig{Rule: "r", ScopeKind: "queue", When: "offred > 3", Severity: "info", Audience: "wall", SummaryEn: "x", SummaryFr: "x"}
	r.apply(r.clock, wrong)
	if r.dead[aggregator.ReasonBadConfig] != 1 {
		t.Errorf("dead letters %v", r.dead)
	}
	if n := len(r.m.Worlds()[0].Alerts().Alerts); n != 0 {
		t.Errorf("%d alerts", n)
	}
}

// Every gauge that a rule may read is one that the machine samples.
func TestGaugesOfRulesAreSampled(t *testing.T) {
	sampled := []string{indicator.GaugeSilentMs.String(), indicator.GaugeHeardMinutes.String()}
	for _, g := range aggregator.Foreseen {
		sampled = append(sampled, g.String())
	}
	for kind := range aggregator.NumGauges {
		sampled = append(sampled, kind.String())
	}
	for i := range indicator.NumGauges {
		g := indicator.Gauge(i)
		if !slices.Contains(sampled, g.String()) {
			t.Errorf("%s: rules may read it, and the machine does not know it", g)
		}
	}
	for _, window := range event.RuleWindows {
		if _, ok := aggregator.ParseWindow(window); !ok {
			t.Errorf("the machine has no window %s", window)
		}
	}
}

// apply publishes rules and indicators as a configuration.
func (r *run) apply(at int64, objects ...any) {
	r.tb.Helper()
	var types []event.Type
	var data [][]byte
	for i, object := range objects {
		t := event.ConfigRule
		if _, is := object.(event.IndicatorConfig); is {
			t = event.ConfigIndicator
		}
		types, data = append(types, t), append(data, encode(r.tb, object))
		r.put(event.Event{ID: fmt.Sprint("object-", i), Source: "apply", Type: t, Time: at, Centre: centreID, Data: data[i]}, at)
	}
	applied := encode(r.tb, event.AppliedConfig{Version: 2, Count: len(types), Hash: aggregator.ConfigHash(types, data)})
	r.put(event.Event{ID: "applied", Source: "apply", Type: event.ConfigApplied, Time: at, Centre: centreID, Data: applied}, at)
}

func encode(tb testing.TB, v any) []byte {
	tb.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}
