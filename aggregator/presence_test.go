// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"fmt"
	"testing"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// Present is who is on queue minus planned breaks, over the quarter of an hour from 10:20 to 10:35: three advisors have a break at 10:25
// for ten minutes and serve 5 minutes each; one without a schedule and one whose shift ends at 10:28 serve 15 each, one on a break
// until 10:24 serves 11, two whose shift begins at 10:21 serve 14 each. 15 + 30 + 11 + 28 = 84 minutes are 5.6 people, so 6; by heads it
// would be 5. Who is a quarter of an hour late from a break, whose workplace is broken, or who should be there and is not does not count. The
// breaks take 30 minutes and give 11 back.
func TestPresentIsMinusPlannedBreaks(t *testing.T) {
	ten := midnight + 10*hour
	type stretch struct {
		activity string
		from, to int64 // minutes after ten
	}
	goes := []stretch{{event.ActivityProductive, -60, 25}, {event.CategoryBreak, 25, 35}, {event.ActivityProductive, 35, 120}}
	comes := []stretch{{event.ActivityProductive, -60, 10}, {event.CategoryBreak, 10, 24}, {event.ActivityProductive, 24, 120}}
	people := []struct {
		state, reason string
		plan          []stretch
	}{
		{event.StateAvailable, "", goes}, {event.StateAvailable, "", goes}, {event.StateAvailable, "", goes},
		{event.StateAvailable, "", nil},
		{event.StateAvailable, "", []stretch{{event.ActivityProductive, -60, 28}}},
		{event.StatePaused, "break", comes},
		{event.StatePaused, "break", []stretch{{event.CategoryBreak, -10, 5}, {event.ActivityProductive, 5, 120}}},
		{event.StatePaused, "broken", comes},
		{"", "", comes},
		{"", "", []stretch{{event.ActivityProductive, 21, 120}}},
		{"", "", []stretch{{event.ActivityProductive, 21, 120}}},
		{"", "", []stretch{{event.CategoryTraining, 22, 120}}},
	}
	r := newRun(t)
	world := &rules{centre: event.DefaultCentreConfig("UTC"), states: map[string]string{"break": event.CategoryBreak, "broken": event.CategoryTechnical}}
	for i := range people {
		world.skills = append(world.skills, event.SkillConfig{Advisor: fmt.Sprint("p", i), Queue: "q"})
	}
	r.configure(world, midnight+9*hour)
	for _, before := range []int64{2 * week, week, 6 * 24 * hour} {
		live(r, midnight-before) // so that the load is known
	}
	for i, p := range people {
		advisor := fmt.Sprint("p", i)
		if p.plan != nil {
			s := event.Schedule{ShiftDate: "2026-11-23"}
			for _, x := range p.plan {
				s.Segments = append(s.Segments, event.ScheduleSegment{From: ten + x.from*minute, To: ten + x.to*minute, Activity: x.activity})
			}
			r.put(event.Event{ID: advisor, Source: "planning", Type: event.SchedulePublished, Centre: centreID, Advisor: advisor, Time: ten, Data: encode(t, s)}, ten)
		}
		if p.state != "" {
			r.put(event.Event{ID: advisor, Source: "pbx", Type: event.AdvisorState, Centre: centreID, Advisor: advisor, State: p.state, Reason: p.reason, Time: ten}, ten)
		}
	}
	r.put(event.Event{ID: "x", Source: "pbx", Type: event.QueueEntered, Centre: centreID, Contact: "x", Queue: "q", Time: ten}, ten)
	r.tickAt(ten + 20*minute)
	w := r.m.Worlds()[0]
	if s, known := staffingOf(w.GaugesNow(), "q"); !known || s[2] != 6 {
		t.Errorf("%d are present (%t), want 6", s[2], known)
	}
	if all := w.PeopleNow()[0]; all.Scope != indicator.ScopeCentre || all.BreakMs != 19*minute {
		t.Errorf("breaks take %d ms, want 19 minutes", all.BreakMs)
	}
	if n := len(r.dead); n > 0 {
		t.Errorf("dead letters: %v", r.dead)
	}
}
