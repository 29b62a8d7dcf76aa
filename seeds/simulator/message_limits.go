// SPDX-License-Identifier: Apache-2.0

package simulator

import "github.com/vigie-kpi/vigie/event"

// What the law says of complaints.
const (
	complaintDays   = 10 // working days to the first word
	complaintMonths = 2  // to the answer
)

// limit is an instant by which something should be done: done at that very instant is in time.
type limit struct {
	at      event.Millis
	alarm   *alarm
	pending bool
}

// set sets a limit; passed is what happens when it has passed, at the instant after it.
func (l *limit) set(s *simulation, at event.Millis, passed func()) {
	l.alarm.cancel()
	l.at, l.pending = at, at != never
	if l.pending {
		l.alarm = s.clock.at(at+1, func() { l.pending = false; passed() })
	}
}

// settle ends a limit, and tells whether it was still to be kept.
func (l *limit) settle() (was bool) {
	was = l.pending
	l.alarm.cancel()
	l.pending = false
	return was
}

// beginCycle starts the clock: when the message was written, or when the customer was not content.
func (m *message) beginCycle(at event.Millis) {
	m.cycle = &Cycle{From: at, parkedBefore: m.parkedOpen}
	m.truth.Cycles = append(m.truth.Cycles, m.cycle)
	m.setDue(m.in.dueAfter(at))
}

// dueAfter is when the reply to what was written at an instant is due, by the queue's rule of that instant; never when it
// has none.
func (in *inbox) dueAfter(at event.Millis) event.Millis {
	var ms int64
	var days int
	for i := range in.s.spec.Organisation.Queues {
		if q := &in.s.spec.Organisation.Queues[i]; q.Queue == in.Queue && q.From <= at {
			ms, days = q.DueBusinessMs, q.DueWorkingDays
		}
	}
	switch {
	case ms > 0:
		return in.opening.after(at, ms)
	case days > 0:
		return in.opening.endOfDay(at, days)
	}
	return never
}

func (m *message) setDue(at event.Millis) {
	m.cycle.DueAt = at
	m.due.set(m.s, at, func() {
		m.s.truth.desk(m, m.due.at, m.holder, func(w *DeskWork) { w.FellDue++ })
	})
}

// meet is the reply of this cycle.
func (m *message) meet(who by) {
	if !m.due.settle() {
		return
	}
	m.cycle.InTime = true
	m.s.truth.desk(m, m.s.clock.now, who, func(w *DeskWork) { w.FellDue++; w.InTime++ })
}

// beginComplaint sets the limits that the law sets, once for each complaint.
func (m *message) beginComplaint() {
	if !m.in.Complaint {
		return
	}
	o := m.in.opening
	m.ack.set(m.s, o.endOfDay(m.written, complaintDays), func() {
		m.s.truth.desk(m, m.ack.at, m.holder, func(w *DeskWork) { w.ReceiptDue++ })
	})
	m.answer.set(m.s, o.monthsLater(m.written, complaintMonths), func() {
		m.s.truth.desk(m, m.answer.at, m.holder, func(w *DeskWork) { w.AnswerDue++ })
	})
	m.truth.ReceiptDueAt, m.truth.AnswerDueAt = m.ack.at, m.answer.at
}

// confirmed is the first word to somebody who complained.
func (m *message) confirmed(who by) {
	if m.ack.settle() {
		m.s.truth.desk(m, m.s.clock.now, who, func(w *DeskWork) { w.ReceiptDue++; w.ReceiptInTime++ })
	}
}

// answered is the answer to a complaint.
func (m *message) answered(who by) {
	m.confirmed(who)
	if m.answer.settle() {
		m.s.truth.desk(m, m.s.clock.now, who, func(w *DeskWork) { w.AnswerDue++; w.AnswerInTime++ })
	}
}

// park lays a message aside until somebody else has done something. Its clock stands still.
func (m *message) park(a *advisor, why string) {
	s, d, c := m.s, m.dice, &m.in.Course
	e := m.event(event.ItemParked)
	e.Reason, e.Advisor = why, a.id
	s.say(sourceMail, e)
	m.part, m.parkedAt, m.inHand = partSecond, s.clock.now, nil
	m.due.alarm.cancel()
	m.truth.Pauses = append(m.truth.Pauses, &Pause{From: s.clock.now, Why: why})
	switch {
	case why == parkedDepartment:
		m.wake = s.clock.after(drawMs(c.InsideBack, d), m.resume)
	case m.plan.silent:
		m.wake = s.clock.after(silenceMs, func() { m.solve(nil) })
	default:
		m.wake = s.clock.after(drawMs(c.AskedBack, d), m.resume)
	}
}

// resume is the word that was waited for.
func (m *message) resume() {
	if m.s.handedOver {
		return
	}
	m.s.say(sourceMail, m.event(event.ItemResumed))
	m.unpark(m.holder)
	m.in.put(m)
}

// unpark ends a pause, if there is one. The limit of the cycle moves by the opening time that it took.
func (m *message) unpark(who by) {
	if m.parkedAt == 0 {
		return
	}
	now := m.s.clock.now
	paused, open := now-m.parkedAt, m.in.opening.between(m.parkedAt, now)
	m.wake.cancel()
	m.parkedAt = 0
	m.parkedOpen += open
	m.truth.Pauses[len(m.truth.Pauses)-1].To = now
	m.s.truth.desk(m, now, who, func(w *DeskWork) { w.Paused += paused })
	if m.due.pending {
		m.setDue(m.in.opening.after(m.due.at, open))
	}
}
