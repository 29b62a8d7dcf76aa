// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"fmt"
	"testing"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// Present is who is on queue minus planned breaks, over the quarter of an hour from 10:20 to 10:35: four advisors have a break at 10:25
// for ten minutes and serve 5 minutes each; one without a schedule and one whose shift ends at 10:28 serve 15 each, one on a break
// until 10:24 serves 11, and one who is five minutes late from one 15. 20 + 30 + 11 + 15 = 76 minutes are 5.07 people, so 5; by heads
// it would be 6. Who is twelve minutes late, whose workplace is broken, or who should have come does not count. The breaks take 40
// minutes and give 26 back. Those who serve are also three who begin at 10:21, without the seven minutes after 10:28: 76 + 42 - 7 =
// 111 minutes are 7.4.
func TestPresentIsMinusPlannedBreaks(t *testing.T) {
	ten := midnight + 10*hour
	type stretch struct {
		activity string
		from, to int64 // minutes after ten
	}
	goes := []stretch{{event.ActivityProductive, -60, 25}, {event.CategoryBreak, 25, 35}, {event.ActivityProductive, 35, 120}}
	comes := []stretch{{event.ActivityProductive, -60, 10}, {event.CategoryBreak, 10, 24}, {event.ActivityProductive, 24, 120}}
	begins := []stretch{{event.ActivityProductive, 21, 120}}
	people := []struct {
		state, reason string
		plan          []stretch
	}{
		{event.StateAvailable, "", goes}, {event.StateAvailable, "", goes}, {event.StateAvailable, "", goes}, {event.StateAvailable, "", goes},
		{event.StateAvailable, "", nil},
		{event.StateAvailable, "", []stretch{{event.ActivityProductive, -60, 28}}},
		{event.StatePaused, "break", comes},
		{event.StatePaused, "break", []stretch{{event.CategoryBreak, 5, 15}, {event.ActivityProductive, 15, 120}}},
		{event.StatePaused, "break", []stretch{{event.CategoryBreak, 0, 8}, {event.ActivityProductive, 8, 120}}},
		{event.StatePaused, "broken", comes},
		{"", "", comes},
		{"", "", begins}, {"", "", begins}, {"", "", begins},
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
	if s, known := staffingOf(w.GaugesNow(), "q"); !known || s[2] != 5 {
		t.Errorf("%d are present (%t), want 5", s[2], known)
	}
	if serving := w.Serving("q"); serving != 7 {
		t.Errorf("%d will serve, want 7", serving)
	}
	if all := w.PeopleNow()[0]; all.Scope != indicator.ScopeCentre || all.BreakMs != 14*minute {
		t.Errorf("breaks take %d ms, want 14 minutes", all.BreakMs)
	}
	if n := len(r.dead); n > 0 {
		t.Errorf("dead letters: %v", r.dead)
	}
}
