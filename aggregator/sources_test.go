// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// stopRules are a rule on sources that spoke in nearly every minute, and one on what waits in a queue, which is judged only while what
// it lives from speaks.
func stopRules() *rules {
	rule := func(name, kind, when string) event.RuleConfig {
		return event.RuleConfig{Rule: name, ScopeKind: kind, When: when, Severity: event.SeverityInfo, Audience: event.AudienceWall, SummaryEn: "x", SummaryFr: "x"}
	}
	stopped := rule("stopped", "source", "silent_ms > 2min && heard_minutes >= 55")
	stopped.Clear, stopped.ForMs, stopped.Show = "silent_ms < 60s", 3*minute, "silent_ms"
	waits := rule("waits", "queue", "longest_wait_ms > 10min")
	waits.SilentMs = 2 * minute
	return &rules{centre: event.DefaultCentreConfig("UTC"), alerts: []event.RuleConfig{stopped, waits}}
}

// speak lets a source say once a minute, five seconds after the full one, that a contact came to its queue, and a second later that
// it gave up.
func speak(source, queue string, from, to int64) (says []event.Event) {
	for at := from + 5*second; at < to; at += minute {
		contact := fmt.Sprint(source, at)
		says = append(says, event.Event{ID: contact, Source: source, Type: event.QueueEntered, Centre: centreID, Contact: contact, Queue: queue, Time: at},
			event.Event{ID: contact + "-", Source: source, Type: event.QueueAbandoned, Centre: centreID, Contact: contact, Queue: queue, Time: at + second})
	}
	return says
}

// Two switches speak every minute, and one of them stops at 10:00: its last word is of 9:59:06, so at 10:01:10 nothing was heard of it
// for more than two minutes, and three minutes later it fires. Its queue is judged no more, the other's is. A third source that said
// six things in the hour before is not missed. Restarts after each 37 records change nothing.
func TestAStoppedSourceIsNamed(t *testing.T) {
	ten := monday + 2*hour // monday is 08:00
	for _, restart := range []int{0, 37} {
		r := newRun(t)
		r.restart, r.tick = restart, 10*second
		var got []string
		r.watch = func(ready aggregator.Ready) {
			for _, x := range ready.Transitions {
				if x.To != alerts.PhaseInactive && x.To != alerts.PhasePending {
					got = append(got, fmt.Sprintf("%s %s/%s %s %d", clock(x.At-monday), x.Rule, x.Scope, x.To, x.Shown.Hundredths))
				}
			}
		}
		r.configure(stopRules(), monday)
		all := append(speak("pbx:a", "qa", monday, ten), speak("pbx:b", "qb", monday, ten+30*minute)...)
		all = append(all, speak("pbx:a", "qa", ten+20*minute, ten+30*minute)...)
		for n := range int64(12) {
			at := monday + n*10*minute
			all = append(all, event.Event{ID: fmt.Sprint("crm", n), Source: "crm", Type: event.AdvisorState, State: event.StateAvailable, Centre: centreID, Advisor: "x", Time: at})
		}
		for _, queue := range []string{"qa", "qb"} { // each waits from 9:55 on, so more than ten minutes at 10:05:10
			all = append(all, event.Event{ID: "waits-" + queue, Source: "pbx:" + queue[1:], Type: event.QueueEntered, Centre: centreID, Contact: "waits-" + queue,
				Queue: queue, Time: ten - 5*minute})
		}
		slices.SortStableFunc(all, func(x, y event.Event) int { return int(x.Time - y.Time) })
		for _, e := range all {
			r.ticks(e.Time)
			r.put(e, e.Time)
		}
		want := []string{
			"02:04:10 stopped/pbx:a firing 304000", // since 9:59:06
			"02:05:10 waits/qb firing 0",
			"02:20:10 waits/qa firing 0", // it is heard again, and its customer has waited all the time
			"02:20:10 stopped/pbx:a resolved 4000",
		}
		if !slices.Equal(got, want) {
			t.Errorf("with restarts each %d records:\n%q, want\n%q", restart, got, want)
		}
	}
}

func clock(ms int64) string {
	return fmt.Sprintf("%02d:%02d:%02d", ms/hour, ms%hour/minute, ms%minute/second)
}

// A source is followed by when it was heard, not by when things happened; it is missed for four days; what was said of its
// configuration is no word of it; there is room for 256, and who comes later is counted until one of them was silent for five days.
func TestWhoIsHeard(t *testing.T) {
	r := newRun(t)
	r.configure(stopRules(), monday)
	say := func(source string, happened, received int64) {
		r.put(event.Event{ID: fmt.Sprint(source, received), Source: source, Type: event.AdvisorState, State: event.StateAvailable, Centre: centreID, Advisor: "a",
			Time: happened}, received)
	}
	check := func(what, source string, silent, heard int64) {
		t.Helper()
		if s, h := r.m.Worlds()[0].SourceGauges(source); s != silent || h != heard {
			t.Errorf("%s: silent for %d ms, heard in %d minutes; want %d and %d", what, s, h, silent, heard)
		}
	}
	check("who configured the centre", "config", 0, 0)
	say("pbx", monday, monday+30*minute) // an old story
	say("pbx", monday+30*minute, monday+30*minute+59*second)
	say("pbx", monday+31*minute, monday+31*minute)
	check("three words in two minutes", "pbx", 0, 2)
	r.tickAt(monday + 41*minute)
	check("ten minutes later", "pbx", 10*minute, 2)
	say("pbx", monday+90*minute, monday+90*minute) // 9:30; 8:31 is 59 minutes ago, 8:30 is an hour ago
	check("an hour later", "pbx", 0, 2)
	for at := monday + 95*minute; at <= monday+90*minute+4*24*hour-1; at += 59 * minute { // a jump of more than an hour waits for a tick
		r.tickAt(at)
	}
	r.tickAt(monday + 90*minute + 4*24*hour - 1)
	check("not quite four days later", "pbx", 4*24*hour-1, 2)
	r.tickAt(monday + 90*minute + 4*24*hour)
	check("four days later", "pbx", 0, 0)

	now := monday + 90*minute + 5*24*hour - 1
	r.tickAt(now)
	for n := range 255 {
		say(fmt.Sprint("many:", n), now, now)
	}
	say("one too many", now, now)
	check("the 256th", "many:254", 0, 1)
	check("the 257th", "one too many", 0, 0)
	if n := r.m.Counters().Unfollowed; n != 1 {
		t.Errorf("%d events of sources without a place, want 1", n)
	}
	say("one too many", now+1, now+1)
	check("five days after the first was heard, its place is taken", "one too many", 0, 1)
	if m, err := machines.Restore(r.m.Snapshot()); err != nil || m.StateHash() != r.m.StateHash() {
		t.Errorf("the snapshot does not bring the sources back: %v", err)
	}
}

// A rule on sources reads what is known of sources, and nothing else.
func TestARuleOnSourcesReadsSources(t *testing.T) {
	c, err := indicator.Load()
	if err != nil {
		t.Fatal(err)
	}
	rule := event.RuleConfig{Rule: "r", ScopeKind: "source", When: "waiting > 3", Severity: "info", Audience: "wall", SummaryEn: "x", SummaryFr: "x"}
	_, err = alerts.Compile(c, rule)
	if want := "when: what it reads is not counted by source; all of it is by centre, programme, queue, channel"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	rule.ScopeKind, rule.When = "queue", "heard_minutes > 3"
	_, err = alerts.Compile(c, rule)
	if want := "when: what it reads is not counted by queue; all of it is by source"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
