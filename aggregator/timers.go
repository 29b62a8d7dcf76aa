// SPDX-License-Identifier: Apache-2.0

package aggregator

// timer is an instant at which a contact needs the clock.
type timer struct {
	due     int64
	serial  uint64 // ties run in the order in which contacts were first seen
	contact *contact
}

func (t *timer) before(o *timer) bool {
	return t.due < o.due || t.due == o.due && t.serial < o.serial
}

// timerHeap is a binary heap by (due, serial).
//
// Invariant: each live contact stands in it once, at contact.timer.
type timerHeap []timer

func (h timerHeap) put(i int, t timer) {
	h[i] = t
	t.contact.timer = i
}

// rise puts t at i or, where an earlier one is above, further up.
func (h timerHeap) rise(i int, t timer) {
	for i > 0 {
		parent := (i - 1) / 2
		if !t.before(&h[parent]) {
			break
		}
		h.put(i, h[parent])
		i = parent
	}
	h.put(i, t)
}

// sink puts t at i or, where an earlier one is below, further down.
func (h timerHeap) sink(i int, t timer) {
	for {
		child := 2*i + 1
		if child+1 < len(h) && h[child+1].before(&h[child]) {
			child++
		}
		if child >= len(h) || !h[child].before(&t) {
			break
		}
		h.put(i, h[child])
		i = child
	}
	h.put(i, t)
}

// remove takes the timer at i out.
func (h *timerHeap) remove(i int) {
	s := *h
	last := len(s) - 1
	moved := s[last]
	s[i].contact.timer = noTimer
	s[last] = timer{}
	*h = s[:last]
	switch {
	case i == last:
	case i > 0 && moved.before(&s[(i-1)/2]):
		h.rise(i, moved)
	default:
		h.sink(i, moved)
	}
}

// noTimer is contact.timer of a contact that is not in the heap.
const noTimer = -1

// arm makes sure that the contact's next due instant is in the heap. A timer for an earlier instant stays: when it comes up
// and nothing is due, the contact is armed again.
func (w *World) arm(c *contact) {
	w.watch(c)
	due := c.nextDue()
	t := timer{due, c.serial, c}
	switch {
	case c.timer == noTimer:
		w.timers = append(w.timers, t)
		w.timers.rise(len(w.timers)-1, t)
	case due < w.timers[c.timer].due:
		w.timers.rise(c.timer, t)
	}
}

// nextDue is the next instant at which the contact needs the clock: a timer of its fold, or its shrinking to a stub.
func (c *contact) nextDue() int64 {
	if due := c.state.nextDue(); due != never || c.awaits() {
		return due
	}
	return c.shrinkAt()
}

// shrinkAt is when a closed contact becomes a stub: ten minutes after its end, and after its last event came, because a
// source that catches up sends the past in a hurry.
func (c *contact) shrinkAt() int64 {
	return max(c.state.idleSince(), c.state.startedAt, c.touched) + settleMs
}

// fire runs the contact's due timers at the instant of the heap's top.
func (w *World) fire() {
	t := w.timers[0]
	c := t.contact
	w.timers.remove(0)
	if c.state.nextDue() <= t.due {
		w.fresh.reset()
		c.state.runTimers(t.due, &w.fresh)
		w.issue(&w.fresh, 1, c)
		w.settle(c)
		return
	}
	if c.state.nextDue() == never && !c.awaits() && c.shrinkAt() <= t.due {
		w.shrink(c)
		return
	}
	w.arm(c)
}

// next is the next instant at which something happens in the world by itself.
func (w *World) next() int64 {
	due := min(w.nextPane, w.borderAt)
	if len(w.timers) > 0 {
		due = min(due, w.timers[0].due)
	}
	if len(w.promises) > 0 {
		due = min(due, w.promises[0].due)
	}
	if len(w.alarms) > 0 {
		due = min(due, w.alarms[0].due)
	}
	if len(w.parked) > 0 {
		due = min(due, w.parked[0].event.Time)
	}
	return due
}

// advance moves the clock. Whatever is due on the way happens at its own instant, in the order timers, callbacks due, limits of items,
// changes of team, pane border, parked events: so it does not matter in how many steps the clock gets there.
func (w *World) advance(to int64) {
	if w.clock == 0 {
		w.nextPane = to - mod(to, paneMs) + paneMs
	}
	for {
		due := w.next()
		if due > to {
			break
		}
		w.clock = max(w.clock, due)
		switch {
		case len(w.timers) > 0 && w.timers[0].due == due:
			w.fire()
		case len(w.promises) > 0 && w.promises[0].due == due:
			w.keepPromise()
		case len(w.alarms) > 0 && w.alarms[0].due == due:
			w.ringItem()
		case w.borderAt == due:
			w.changeTeams(due)
		case w.nextPane == due:
			w.border(due)
		default:
			w.unpark()
		}
	}
	w.clock = max(w.clock, to)
}

// border is what happens each ten seconds: advisors' minutes are cut, old stubs forgotten, gauges sampled, alerts judged.
func (w *World) border(at int64) {
	w.nextPane = at + paneMs
	if mod(at, minuteMs) == 0 {
		w.sweep(at)
		w.forgetStubs(at)
		w.giveUpOrphans(at)
	}
	if mod(at, hourMs) == 0 {
		w.forgetCallbacks(at)
		w.forgetRecords(at)
		w.forgetCorrections(at)
		w.forgetItems(at)
	}
	if w.lane == "" {
		w.evaluate(at, w.sample(at))
	}
}

// sweep cuts the minute of every advisor and folds what is old into their base.
func (w *World) sweep(at int64) {
	if w.lane == "" {
		w.batch.begin(paneOf(at-minuteMs), w.cfg.calendar.Day(w.clock))
		defer w.endBatch()
	}
	for _, a := range w.advisors {
		if a == nil {
			continue
		}
		w.fresh.reset()
		a.cur.advance(a, at, &w.fresh)
		w.issue(&w.fresh, 1, nil)
		if at-a.base.at >= advisorTrimMs {
			a.trim(at-advisorKeepMs, &w.fresh)
		}
	}
}

// trim folds the moments before `to` into the base for good. Their rows were issued long ago.
func (a *advisor) trim(to int64, unused *rows) {
	n := 0
	for n < len(a.line) && a.line[n].at < to {
		n++
	}
	unused.past = &a.past
	a.base.fold(a, a.line[:n], 0, to, unused)
	unused.past = nil
	kept := copy(a.line, a.line[n:])
	a.line = a.line[:kept]
	a.forget(to)
}

func (a *advisor) makeRoom() {
	if n := len(a.line); n == cap(a.line) {
		a.line = append(make([]moment, 0, roomier(n)), a.line...)
	}
}
