// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"slices"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/organisation"
)

// work is what a queue holds and an advisor takes at once: a call, a chat, a callback. What can wait for hours lies on
// the desk (desk.go).
type work interface {
	// waitsSince is when it began to wait.
	waitsSince() event.Millis
	// offer is called when the queue has chosen an advisor who is free, and has forgotten the work: what comes of it is the
	// work's own affair, down to freeing the advisor or coming back by queue.putBack.
	offer(*advisor)
}

// queue is where work waits for advisors.
type queue struct {
	s         *simulation
	id        string
	programme string
	channel   string
	priority  int
	reserve   int
	slots     int // how many an advisor takes at once; 0 and 1 are one
	calendar  *organisation.Calendar
	simulated bool // customers come to it
	open      bool // advisors stand by for it: from shortly before opening until shortly after closing

	waiting []work     // oldest first
	later   []work     // taken when nothing waits: callbacks that are due
	staff   []*advisor // who serve it now, by id
}

func (s *simulation) buildQueues() {
	org := s.spec.Organisation
	for i := range org.Queues {
		o := &org.Queues[i]
		if n := len(s.queues); n > 0 && s.queues[n-1].id == o.Queue {
			continue // the same queue from a later date on: its thresholds are no affair of the people in it
		}
		s.queues = append(s.queues, &queue{s: s, id: o.Queue, programme: o.Programme, channel: o.Channel, calendar: s.calendarOf(o)})
	}
}

func (s *simulation) queue(id string) *queue {
	for _, q := range s.queues {
		if q.id == id {
			return q
		}
	}
	return nil
}

// hours returns when the queue is open on a day, in minutes after midnight.
func (q *queue) hours(day int32) []event.Span {
	if q.calendar == nil {
		return []event.Span{{From: 0, To: 24 * 60}}
	}
	return q.calendar.Open(dateOf(day), weekday(day))
}

// put adds work, and gives it to somebody at once when somebody is free.
func (q *queue) put(w work) {
	if a := q.pick(w); a != nil {
		w.offer(a)
		return
	}
	q.waiting = append(q.waiting, w)
}

// putBack adds work that an advisor did not take; it keeps its place.
func (q *queue) putBack(w work) {
	i := slices.IndexFunc(q.waiting, func(o work) bool { return o.waitsSince() > w.waitsSince() })
	if i < 0 {
		i = len(q.waiting)
	}
	q.waiting = slices.Insert(q.waiting, i, w)
	if a := q.pick(w); a != nil {
		q.remove(w)
		w.offer(a)
	}
}

// putLater adds work that waits until nothing else does.
func (q *queue) putLater(w work) {
	q.later = append(q.later, w)
	if a := q.free(); a != nil && len(q.waiting) == 0 {
		a.findWork()
	}
}

// remove takes work out that will not be done.
func (q *queue) remove(w work) {
	if i := slices.Index(q.waiting, w); i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
	}
}

// free is the advisor who has been free for the longest time; nil when nobody is.
func (q *queue) free() *advisor {
	var best *advisor
	for _, a := range q.staff {
		if a.free() && (best == nil || a.freeSince < best.freeSince) && !a.keptFrom(q) {
			best = a
		}
	}
	return best
}

// findWork gives a free advisor the work that comes first: of the most urgent queue, then the oldest; then what can be
// done later.
func (a *advisor) findWork() {
	if !a.free() {
		return
	}
	var best *queue
	for _, q := range a.queues {
		if len(q.waiting) > 0 && (best == nil || q.before(best)) && !a.keptFrom(q) {
			best = q
		}
	}
	if best != nil {
		w := best.waiting[0]
		best.waiting = slices.Delete(best.waiting, 0, 1)
		w.offer(a)
		a.findChat()
		return
	}
	for _, q := range a.queues {
		if len(q.later) > 0 && !a.keptFrom(q) {
			w := q.later[0]
			q.later = slices.Delete(q.later, 0, 1)
			w.offer(a)
			return
		}
	}
}

// keptFrom tells whether a free advisor is kept free for a more urgent queue than q.
func (a *advisor) keptFrom(q *queue) bool {
	for _, urgent := range a.queues {
		if urgent.reserve == 0 || urgent.priority >= q.priority {
			continue
		}
		free := 0
		for _, b := range urgent.staff {
			if b.free() {
				free++
			}
		}
		if free <= urgent.reserve {
			return true
		}
	}
	return false
}

// before tells whether the first work of q goes before that of o.
func (q *queue) before(o *queue) bool {
	if q.priority != o.priority {
		return q.priority < o.priority
	}
	return q.waiting[0].waitsSince() < o.waiting[0].waitsSince()
}
