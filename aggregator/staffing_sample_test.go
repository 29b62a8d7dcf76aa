// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"fmt"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// staffing is what a sample says of a queue: required by Erlang A and C, present, predicted.
type staffing [4]int64

func staffingOf(sample []aggregator.Gauge, queue string) (s staffing, known bool) {
	for i := range sample {
		if g := &sample[i]; g.Scope == indicator.ScopeQueue && g.World.Name(g.Name) == queue {
			return staffing{g.Values[aggregator.GaugeStaffRequired], g.Values[aggregator.GaugeStaffRequiredC],
				g.Values[aggregator.GaugeStaffPresent], g.Values[aggregator.GaugePredictedServiceBp]}, true
		}
	}
	return s, false
}

// The Monday of TestTwoMondaysSayWhatIsUsual, without any rule: who looks at 10:20 sees that 7.06 calls of 2 minutes ask for three
// people, of whom one is there. Erlang C asks for three too: A = 0.941, of two people 1 - 0.3011 exp(-1.059/6) = 74.8 % in time, of
// three 1 - 0.0783 exp(-2.059/6) = 94.4 %. Samples have it at quarters of an hour, and only there.
func TestStaffingIsSampledAtQuarters(t *testing.T) {
	r := newRun(t)
	r.configure(&rules{centre: event.DefaultCentreConfig("UTC"), skills: []event.SkillConfig{{Advisor: "b", Queue: "q"}}}, midnight+9*hour)
	for _, before := range []int64{2 * week, week, 6 * 24 * hour} {
		live(r, midnight-before)
	}
	samples := map[int64]staffing{}
	r.tick = 10 * second
	r.watch = func(ready aggregator.Ready) {
		for i := range ready.Gauges {
			if s, known := staffingOf(ready.Gauges[i:i+1], "q"); known {
				samples[ready.Gauges[i].At-midnight] = s
			}
		}
	}
	say := func(e event.Event, at int64) {
		e.ID, e.Source, e.Centre, e.Time = fmt.Sprint(e.Type, e.Contact, e.Advisor), "pbx", centreID, at
		r.ticks(at)
		r.put(e, at)
	}
	say(event.Event{Type: event.AdvisorState, Advisor: "b", State: event.StateAvailable}, midnight+9*hour+minute)
	for n := range 6 {
		say(event.Event{Type: event.QueueEntered, Contact: fmt.Sprint(n), Queue: "q"}, midnight+10*hour+2*minute)
	}
	for n := range 4 {
		say(event.Event{Type: event.QueueAbandoned, Contact: fmt.Sprint(n), Queue: "q"}, midnight+10*hour+3*minute)
	}
	r.ticks(midnight + 10*hour + 20*minute)
	if got, _ := staffingOf(r.m.Worlds()[0].GaugesNow(), "q"); got != (staffing{3, 3, 1, 3139}) {
		t.Errorf("at 10:20 it is %v; want 3 and 3 required, 1 present, 31.39 %%", got)
	}
	if got, told := samples[10*hour+20*minute]; !told || got != (staffing{}) {
		t.Errorf("the sample of 10:20 has %v, and it is no quarter of an hour", got)
	}
	// 15 usually come between 10:15 and 10:30, and none in the five minutes before instead of 5: 15 * 12/17 = 10.6, more than at 10:20.
	if got := samples[10*hour+15*minute]; got[0] < 3 || got[1] < got[0] || got[2] != 1 || got[3] == 0 || got[3] >= 3139 {
		t.Errorf("the sample of 10:15 has %v", got)
	}
	r.ticks(midnight + 10*hour + 30*minute)
	if got := samples[10*hour+30*minute]; got[0] != 0 || got[2] != 1 || got[3] < 5000 {
		t.Errorf("the sample of 10:30 has %v, and nobody comes after it", got)
	}
}
