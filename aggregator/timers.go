// SPDX-License-Identifier: Apache-2.0

package aggregator

// timer is a contact's next due instant. A contact has at most one valid timer: the one whose due time is contact.queued;
// others are stale and dropped when they come up.
type timer struct {
	due     int64
	serial  uint64 // ties run in the order in which contacts were first seen
	contact *contact
}

// timerHeap is a binary heap by (due, serial).
type timerHeap []timer

func (a *timer) before(b *timer) bool {
	return a.due < b.due || a.due == b.due && a.serial < b.serial
}

func (h *timerHeap) push(t timer) {
	*h = append(*h, t)
	s := *h
	for i := len(s) - 1; i > 0; {
		parent := (i - 1) / 2
		if !s[i].before(&s[parent]) {
			return
		}
		s[i], s[parent] = s[parent], s[i]
		i = parent
	}
}

func (h *timerHeap) pop() timer {
	s := *h
	top := s[0]
	last := len(s) - 1
	s[0] = s[last]
	s[last] = timer{}
	s = s[:last]
	*h = s
	for i := 0; ; {
		child := 2*i + 1
		if child >= last {
			return top
		}
		if child+1 < last && s[child+1].before(&s[child]) {
			child++
		}
		if !s[child].before(&s[i]) {
			return top
		}
		s[i], s[child] = s[child], s[i]
		i = child
	}
}

// arm makes sure that the contact's next due instant is in the heap. A timer that is in the heap for an earlier instant
// stays: when it comes up and nothing is due, the contact is armed again.
func (w *World) arm(c *contact) {
	due := c.nextDue()
	if due >= c.queued {
		return
	}
	c.queued = due
	w.timers.push(timer{due, c.serial, c})
}

// nextDue is the next instant at which the contact needs the clock: a timer of its fold, or its shrinking to a stub.
func (c *contact) nextDue() int64 {
	if due := c.state.nextDue(); due != never {
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
	t := w.timers.pop()
	c := t.contact
	if t.due != c.queued {
		return
	}
	c.queued = never
	if c.state.nextDue() <= t.due {
		w.fresh.reset()
		c.state.runTimers(t.due, &w.fresh)
		w.issue(&w.fresh, 1, c)
		w.settle(c)
		return
	}
	if c.state.nextDue() == never && c.shrinkAt() <= t.due {
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
	if len(w.parked) > 0 {
		due = min(due, w.parked[0].event.Time)
	}
	return due
}

// advance moves the clock. Whatever is due on the way happens at its own instant, in the order timers, changes of team, pane
// border, parked events: so it does not matter in how many steps the clock gets there.
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

// border is what happens each ten seconds: advisors' minutes are cut, gauges sampled, old stubs forgotten.
func (w *World) border(at int64) {
	w.nextPane = at + paneMs
	if mod(at, minuteMs) == 0 {
		w.sweep(at)
		w.forgetStubs(at)
	}
	if w.lane == "" {
		w.sample(at)
	}
}

// sweep cuts the minute of every advisor and folds what is old into their base.
func (w *World) sweep(at int64) {
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
