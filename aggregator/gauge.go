// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"cmp"
	"slices"

	"github.com/vigie-kpi/vigie/indicator"
)

// sample brings the advisors up to this instant, a pane's border, and writes the gauges. It returns them, by scope and name.
func (w *World) sample(at int64) []Gauge {
	for _, a := range w.advisors {
		if a != nil && a.cur.nextDue() <= at {
			w.fresh.reset()
			a.cur.advance(a, at, &w.fresh) // gives no row: the minute was cut before
		}
	}
	sample := w.writeGauges(at)
	if mod(at, quarterMs) == 0 {
		w.sampleStaffing(at, sample)
	}
	return sample
}

// writeGauges writes the gauges of this instant: the centre always, the other scopes when anything in them is not zero. It
// changes nothing of the world, so that who looks between two borders leaves no trace.
func (w *World) writeGauges(at int64) []Gauge {
	first := len(w.out.gauges)
	w.out.gauges = append(w.out.gauges, Gauge{At: at, World: w, Scope: indicator.ScopeCentre})
	w.gaugeRows.clear()
	for _, c := range w.watched {
		for i := range c.state.queues {
			if q := &c.state.queues[i]; q.waiting {
				w.sampleWait(first, at, q)
			}
		}
		if !c.state.asked {
			continue
		}
		for i := range c.state.advisors {
			if a := &c.state.advisors[i]; a.asksForHelp() {
				w.sampleHelp(first, at, &a.dims)
			}
		}
	}
	w.sampleStock(first, at)
	w.sampleCallbacks(first, at)
	for _, a := range w.advisors {
		if a != nil && len(a.line)+len(a.cur.legs)+len(a.cur.queues) > 0 || a != nil && a.cur.logged() {
			w.sampleAdvisor(first, at, a.name, &a.cur)
		}
	}
	sortGauges(w, w.out.gauges[first:])
	return w.out.gauges[first:]
}

// scopeName is a scope of a world.
type scopeName struct {
	kind indicator.ScopeKind
	name ID
}

// scopeIndex finds the row of a scope in a list: its number + 1 by the scope's name, 0 when there is none.
type scopeIndex [indicator.NumScopeKinds][]int32

// at is where the number of a scope's row stands. It is valid until the next call.
func (x *scopeIndex) at(kind indicator.ScopeKind, name ID) *int32 {
	if short := int(name) + 1 - len(x[kind]); short > 0 {
		x[kind] = append(x[kind], make([]int32, short)...)
	}
	return &x[kind][name]
}

func (x *scopeIndex) clear() {
	for kind := range x {
		clear(x[kind])
	}
}

func (w *World) gaugeOf(at int64, kind indicator.ScopeKind, name ID) *Gauge {
	i := w.gaugeRows.at(kind, name)
	if *i == 0 {
		w.out.gauges = append(w.out.gauges, Gauge{At: at, World: w, Scope: kind, Name: name})
		*i = int32(len(w.out.gauges))
	}
	return &w.out.gauges[*i-1]
}

func (w *World) sampleWait(centre int, at int64, q *queueLeg) {
	waitMs := at - q.start.at
	count := func(g *Gauge) {
		g.Values[GaugeWaiting]++
		g.Values[GaugeLongestWaitMs] = max(g.Values[GaugeLongestWaitMs], waitMs)
	}
	count(&w.out.gauges[centre])
	count(w.gaugeOf(at, indicator.ScopeQueue, q.start.queue))
	if q.start.programme != 0 {
		count(w.gaugeOf(at, indicator.ScopeProgramme, q.start.programme))
	}
	if q.start.channel != 0 {
		count(w.gaugeOf(at, indicator.ScopeChannel, q.start.channel))
	}
}

// sampleHelp counts a request for help where a supervisor looks for one: in the centre, the team and the queue.
func (w *World) sampleHelp(centre int, at int64, d *Dims) {
	w.out.gauges[centre].Values[GaugeHelpRequests]++
	if d.Team != 0 {
		w.gaugeOf(at, indicator.ScopeTeam, d.Team).Values[GaugeHelpRequests]++
	}
	if d.Queue != 0 {
		w.gaugeOf(at, indicator.ScopeQueue, d.Queue).Values[GaugeHelpRequests]++
	}
}

func (w *World) sampleAdvisor(centre int, at int64, name ID, s *shift) {
	now := s.now()
	if now == timeNone {
		return
	}
	gauge, free := gaugeOfCategory(now), int64(0)
	if isQueueTime(now) {
		open, used := s.slotsNow()
		free = open - used
	}
	count := func(g *Gauge, kind GaugeKind) {
		g.Values[GaugeLogged]++
		g.Values[kind]++
		if kind != GaugePaused {
			g.Values[GaugeSlotsFree] += free
		}
	}
	count(&w.out.gauges[centre], gauge)
	if s.team != 0 {
		count(w.gaugeOf(at, indicator.ScopeTeam, s.team), gauge)
	}
	if !s.anyMember() && s.campaign != 0 {
		return // the source says nothing of queues, and a campaign has the advisor
	}
	if !s.anyMember() { // whom the skill map names serves them
		w.eachSkill(name, at, func(queue ID) { count(w.gaugeOf(at, indicator.ScopeQueue, queue), gauge) })
		return
	}
	for i := range s.queues {
		q := &s.queues[i]
		if !q.member {
			continue
		}
		inQueue := gauge
		if gauge == GaugeAvailable && s.pausedIn(q) {
			inQueue = GaugePaused // available, but not for this queue
		}
		count(w.gaugeOf(at, indicator.ScopeQueue, q.queue), inQueue)
	}
}

func gaugeOfCategory(c category) GaugeKind {
	switch c {
	case timeAvailable:
		return GaugeAvailable
	case timeRinging:
		return GaugeRinging
	case timeOnContact:
		return GaugeOnContact
	case timeWrapping:
		return GaugeWrapping
	}
	return GaugePaused
}

// sortGauges puts the rows of one sample in an order that does not depend on the order of contacts in memory. Rows are wide, so
// their numbers are sorted, and each is moved once.
func sortGauges(w *World, sample []Gauge) {
	w.gaugeOrder = w.gaugeOrder[:0]
	for i := range sample {
		w.gaugeOrder = append(w.gaugeOrder, int32(i))
	}
	slices.SortFunc(w.gaugeOrder, func(i, j int32) int {
		a, b := &sample[i], &sample[j]
		if a.Scope != b.Scope {
			return cmp.Compare(a.Scope, b.Scope)
		}
		return cmp.Compare(w.Name(a.Name), w.Name(b.Name))
	})
	w.gaugeMoved = append(w.gaugeMoved[:0], sample...)
	for i, from := range w.gaugeOrder {
		sample[i] = w.gaugeMoved[from]
	}
}
