// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"encoding/json"
	"fmt"

	"github.com/vigie-kpi/vigie/event"
)

const (
	publishAtMin  = 17 * 60       // schedules are published on the eve at that minute of the wall clock
	calledInMs    = 15 * minuteMs // an unplanned absence is known so long after the shift should have begun
	standByLeadMs = 5 * minuteMs  // advisors are ready so long before a queue opens ...
	standByTailMs = 10 * minuteMs // ... and so long after it closes
)

// rota is the process of those who come to work.
type rota struct {
	s     *simulation
	plans map[int32]map[*advisor]*shift
}

func newRota(s *simulation) *rota {
	r := &rota{s: s, plans: map[int32]map[*advisor]*shift{}}
	for day := s.day - 1; day <= s.day; day++ { // the eve, too: its night shift is still at work
		r.publish(day)
	}
	return r
}

// plan plans a day once.
func (r *rota) plan(day int32) map[*advisor]*shift {
	if r.plans[day] == nil {
		r.plans[day] = r.s.planDay(day)
		delete(r.plans, day-3)
	}
	return r.plans[day]
}

// publish tells what is planned for a day.
func (r *rota) publish(day int32) {
	plans := r.plan(day)
	for _, a := range r.s.advisors {
		sh := plans[a]
		if sh == nil || sh.to <= r.s.clock.now {
			continue
		}
		absence := ""
		if sh.known {
			absence = sh.absent
		}
		r.publishOne(a, sh, absence)
	}
}

func (r *rota) publishOne(a *advisor, sh *shift, absence string) {
	data, err := json.Marshal(sh.schedule(absence))
	if err != nil {
		panic(fmt.Sprintf("BUG: a schedule cannot be written: %v", err))
	}
	r.s.truth.schedule(a, sh, absence)
	r.s.say(sourcePlanning, event.Event{Type: event.SchedulePublished, Advisor: a.id, Data: data})
}

// openDay sets the shifts of the day, the hours of the queues, and the publication of the morrow.
func (r *rota) openDay(day int32) {
	s := r.s
	if s.startOf(day) == s.from {
		r.begin(day - 1)
		r.queuesOpenAlready(day)
	}
	r.begin(day)
	r.queueHours(day)
	s.clock.at(s.wall.at(day, publishAtMin), func() { r.publish(day + 1) })
}

// begin sets the shifts that begin on a day, as far as they are not over.
func (r *rota) begin(day int32) {
	s := r.s
	plans := r.plan(day)
	for _, a := range s.advisors {
		sh := plans[a]
		if sh == nil || sh.to <= s.clock.now {
			continue
		}
		if sh.absent != "" {
			if !sh.known {
				s.clock.at(sh.from+calledInMs, func() { r.publishOne(a, sh, sh.absent) })
			}
			continue
		}
		s.clock.at(sh.from+sh.lateMs, func() { a.arrive(sh) })
	}
}

// queueHours sets when advisors stand by for the queues, on one day of the wall clock.
func (r *rota) queueHours(day int32) {
	s := r.s
	for _, q := range s.queues {
		if !q.simulated {
			continue
		}
		for _, h := range q.hours(day) {
			s.clock.at(s.wall.at(day, h.From)-standByLeadMs, func() { q.setOpen(true) })
			if h.To < 24*60 {
				s.clock.at(s.wall.at(day, h.To)+standByTailMs, func() { q.setOpen(false) })
			}
		}
		if n := q.hours(day); len(n) > 0 && n[len(n)-1].To == 24*60 && len(q.hours(day+1)) == 0 {
			s.clock.at(s.wall.at(day+1, 0)+standByTailMs, func() { q.setOpen(false) })
		}
	}
}

// queuesOpenAlready opens the queues in whose hours the run begins.
func (r *rota) queuesOpenAlready(day int32) {
	_, minute := r.s.wall.minuteOf(r.s.from)
	for _, q := range r.s.queues {
		for _, h := range q.hours(day) {
			q.open = q.open || q.simulated && minute >= h.From && minute < h.To
		}
	}
}

func (q *queue) setOpen(open bool) {
	q.open = open
	for _, a := range q.staff {
		a.reconsider()
	}
}

// arrive begins a shift: log in, and find out what to do.
func (a *advisor) arrive(sh *shift) {
	if a.onShift() {
		a.next = sh
		return
	}
	s := a.s
	a.shift, a.leaving, a.due = sh, false, nil
	for i := range sh.segments {
		seg := &sh.segments[i]
		if seg.to > s.clock.now {
			s.clock.at(seg.from+seg.waitMs, func() { a.remind(sh, seg) })
		}
	}
	s.clock.at(sh.to+sh.staysMs, func() { a.shiftOver(sh) })
	a.freeSince = s.clock.now
	a.enterState(stateReady, "") // a log-in; who goes to the desk first pauses after it
	a.settle()
}

// remind is the time of something planned: at once, or after what is in hand.
func (a *advisor) remind(sh *shift, seg *segment) {
	if a.shift != sh {
		return
	}
	a.due = append(a.due, seg)
	a.reconsider()
}

// begin does what is planned, for as long as it was planned; a meeting ends when it ends.
func (a *advisor) begin(seg *segment) {
	s, sh := a.s, a.shift
	end := s.clock.now + seg.to - seg.from
	if seg.fixed {
		end = seg.to
	}
	if end <= s.clock.now {
		a.settle()
		return
	}
	a.away = true
	a.enterState(stateAway, seg.reason)
	s.clock.at(end, func() {
		a.away = false
		if a.shift == sh {
			a.settle()
		}
	})
}

// shiftOver sends somebody home, after what is in hand.
func (a *advisor) shiftOver(sh *shift) {
	if a.onShift() && a.shift == sh {
		a.leaving = true
		a.reconsider()
	}
}

// goHome logs out. Whoever was to begin anew by then does so at once.
func (a *advisor) goHome() {
	a.enterState(stateOff, "")
	a.campaign = nil
	a.shift, a.leaving, a.due = nil, false, nil
	if next := a.next; next != nil {
		a.next = nil
		a.arrive(next)
	}
}
