// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"encoding/json"
	"time"

	"github.com/vigie-kpi/vigie/event"
)

// capacities says how many contacts advisors take at once.
func (g *generator) capacities(n int) {
	for range n {
		g.add(event.Event{Type: event.AdvisorCapacity, Time: g.instant(), Advisor: pick(g, genAdvisors), Channel: pick(g, event.Channels),
			Slots: event.NumberOf(1 + g.Int64N(4))})
	}
}

// schedules publishes what advisors are to do around the time of the others' events, some more than once.
func (g *generator) schedules(n int) {
	for range n {
		g.schedule(g.instant())
	}
}

// republish publishes some of it when much of it is long past.
func (g *generator) republish(n int) {
	last := g.s.end - g.s.lateMs
	for range n {
		if at := last - g.Int64N(10*minute); at > g.s.from {
			g.schedule(at)
		}
	}
}

func (g *generator) schedule(at int64) {
	first := g.s.from - g.s.from%minute - 20*minute + g.Int64N(20)*minute
	date := time.UnixMilli(first).UTC().AddDate(0, 0, g.IntN(3)-1)
	s := event.Schedule{ShiftDate: date.Format(time.DateOnly), Segments: []event.ScheduleSegment{}}
	unit := []int64{minute, minute, 10 * second, 1}[g.IntN(4)]
	for from := first; len(s.Segments) < g.IntN(9); {
		long := []int64{minute, 3 * minute, 10 * minute, hour, 9 * hour}[g.IntN(5)]
		to := from + unit + g.Int64N(long)/unit*unit
		s.Segments = append(s.Segments, event.ScheduleSegment{From: from, To: to, Activity: pick(g, event.Activities), Paid: g.IntN(3) > 0})
		from = to + []int64{0, 0, 0, unit, 5 * minute}[g.IntN(5)]
	}
	data, err := json.Marshal(s)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	if _, err := event.ParseSchedule(data); err != nil {
		return // it went beyond its date
	}
	g.add(event.Event{Type: event.SchedulePublished, Time: at, Advisor: pick(g, genAdvisors), Data: data})
}

// silences adds somebody who is forgotten after the others' events, and what is heard of them a day later, or just before.
func (g *generator) silences() {
	a, at := pick(g, genAdvisors), g.s.from+g.spanMs
	g.add(event.Event{Type: event.AdvisorState, Time: at, Advisor: a, State: pick(g, event.States[:2]), Queue: g.sometimes(2, pick(g, genQueues)),
		Campaign: g.sometimes(2, "spring")})
	at += 24*hour + pick(g, []int64{-1, 0, 1, 20 * second, 40 * minute})
	for range g.IntN(3) {
		g.add(event.Event{Type: event.AdvisorOffered, Time: at, Contact: "morrow", Advisor: a, Queue: g.sometimes(2, pick(g, genQueues))})
		g.states(g.IntN(2))
		g.s.events[len(g.s.events)-1].Time = at
	}
}
