// SPDX-License-Identifier: Apache-2.0

package simulator

import "github.com/vigie-kpi/vigie/event"

// close takes a message from the desk for good, or until the customer is not content.
func (m *message) close() {
	m.closed, m.inHand = true, nil
	m.in.remove(m)
}

// solve is the end of the work on a message; a is nil when it ends by itself, because the customer says nothing more.
func (m *message) solve(a *advisor) {
	s, now, who := m.s, m.s.clock.now, m.holder
	e := m.event(event.ItemSolved)
	if a != nil {
		e.Advisor, who = a.id, by{a.id, a.team}
	}
	s.say(sourceMail, e)
	m.unpark(who)
	c := m.cycle
	c.SolvedAt = now
	open := m.in.opening.between(c.From, now) - (m.parkedOpen - c.parkedBefore)
	s.truth.desk(m, now, who, func(w *DeskWork) {
		w.Solved++
		w.SolvedTime += now - c.From
		w.SolvedOpen += open
	})
	m.meet(who)
	m.answered(who)
	m.close()
	if m.reopened == 0 {
		m.in.pool.meet(m.customer, m.in.queue.channel, now)
		m.classify(a)
		m.survey()
	}
	m.perhapsReopen()
}

// drop ends a message that needs no reply. Nothing of it falls due any more.
func (m *message) drop(why string) {
	e := m.event(event.ItemDropped)
	e.Reason = why
	m.endUnanswered(e, why)
}

// mergeInto makes a message a part of an earlier one.
func (m *message) mergeInto(earlier *message) {
	e := m.event(event.ItemMerged)
	e.Target = earlier.id
	m.truth.MergedInto = earlier.id
	m.endUnanswered(e, "merged")
}

func (m *message) endUnanswered(e event.Event, why string) {
	who, now := m.holder, m.s.clock.now
	if a := m.inHand; a != nil {
		e.Advisor, who = a.id, by{a.id, a.team}
		a.letGo(m)
	}
	m.s.say(sourceMail, e)
	m.unpark(who)
	m.due.settle()
	m.ack.settle()
	m.answer.settle()
	m.truth.DroppedAt, m.truth.Dropped = now, why
	m.s.truth.desk(m, now, who, func(w *DeskWork) { w.Dropped[why]++ })
	m.close()
}

// perhapsReopen lets some customers write that it is not solved at all.
func (m *message) perhapsReopen() {
	s, d, c := m.s, m.dice, &m.in.Course
	if !d.chance(c.Reopened) || m.reopened >= maxReopened {
		return
	}
	s.clock.after(drawMs(c.ReopenedAfter, d), func() {
		if s.handedOver {
			return
		}
		s.say(sourceMail, m.event(event.ItemReopened))
		s.truth.desk(m, s.clock.now, m.holder, func(w *DeskWork) { w.Reopened++ })
		m.closed, m.plan, m.part, m.restMs, m.leftMs = false, plan{}, partFirst, 0, 0
		m.reopened++
		m.beginCycle(s.clock.now)
		m.in.put(m)
	})
}

// laidTo is who answers for what is said of the message.
func (m *message) laidTo() by {
	if m.writer != (by{}) {
		return m.writer
	}
	return m.holder
}

// opine books what is said of the message by somebody who names no advisor.
func (m *message) opine(o Opinions) {
	m.said.add(o, 1)
	m.s.truth.desk(m, m.written, m.laidTo(), func(w *DeskWork) { w.Opinions.add(o, 1) })
}

// pass lays what was said of the message to whoever it is now laid to.
func (m *message) pass(from by) {
	if to := m.laidTo(); to != from && m.said != (Opinions{}) {
		m.s.truth.atDesk(m.written, from, func(w *DeskWork) { w.Opinions.add(m.said, -1) })
		m.s.truth.atDesk(m.written, to, func(w *DeskWork) { w.Opinions.add(m.said, 1) })
	}
}

// classify says what a solved message was about: a nil advisor is nobody, when it was solved by itself.
func (m *message) classify(a *advisor) {
	s, d, f := m.s, m.dice, &m.s.spec.Aftermath
	classified, resolved, unresolved, wait := d.chance(f.Classified), d.chance(f.Resolved), d.chance(0.8), d.ms(1, classifyAfterMs)
	if !classified {
		return
	}
	e := event.Event{Type: event.ContactClassified, Contact: m.id, Queue: m.in.Queue, ContactReason: m.truth.Reason}
	var o Opinions
	switch {
	case resolved:
		e.Resolved, o.Resolved = event.Yes, 1
	case unresolved:
		e.Resolved, o.Unresolved = event.No, 1
	}
	m.truth.Resolved = e.Resolved
	who := by{}
	if a != nil {
		e.Advisor, who = a.id, by{a.id, a.team}
	}
	s.clock.after(wait, func() {
		s.say(sourceCRM, e)
		if who == (by{}) {
			m.opine(o)
			return
		}
		o.Complaints = m.said.Complaints
		m.opine(Opinions{Complaints: -o.Complaints})
		s.truth.desk(m, m.written, who, func(w *DeskWork) { w.Opinions.add(o, 1) })
	})
}

// survey asks a customer for an opinion; the survey's system knows the message, not who replied.
func (m *message) survey() {
	s, d := m.s, m.dice
	asked, answers, score := d.chance(m.in.Survey.Asked), d.chance(m.in.Survey.Answered), s.contentment(m, d)
	if m.customer == nobody || s.spec.Aftermath.AnswerTime == nil || !asked {
		return
	}
	v := &Survey{ID: s.newID("s", &s.objects), NPS: -1}
	delay := drawMs(s.spec.Aftermath.AnswerTime, d)
	outcome := func(t event.Type) event.Event {
		return event.Event{Type: t, Contact: m.id, Queue: m.in.Queue, Object: v.ID}
	}
	s.clock.after(inviteAfterMs, func() {
		v.InvitedAt, m.truth.Survey = s.clock.now, v
		s.say(sourceSurvey, outcome(event.SurveyInvited))
		m.opine(Opinions{Invited: 1})
		if !answers {
			return
		}
		s.clock.after(delay, func() {
			v.AnsweredAt, v.CSAT = s.clock.now, score
			e := outcome(event.SurveyAnswered)
			e.CSAT = event.NumberOf(score)
			s.say(sourceSurvey, e)
			m.opine(Opinions{Answered: 1})
		})
	})
}

// contentment draws a satisfaction from 1 to 5. Whoever was not answered in time is less satisfied.
func (s *simulation) contentment(m *message, d *dice) int64 {
	satisfied := s.spec.Aftermath.Satisfied - 0.08
	if !m.cycle.InTime {
		satisfied -= 0.30
	}
	high, low := d.chance(satisfied), d.unit()
	switch {
	case high && low < 0.5:
		return 5
	case high:
		return 4
	}
	return 1 + int64(low*3)
}
