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
		m.speakOf(who)
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

// speakOf is what is said of a message once it is solved: what it was about, and what the customer thinks. It is laid to
// whoever replied last and, when nobody did, to who solved it.
func (m *message) speakOf(who by) {
	s, d, f := m.s, m.dice, &m.s.spec.Aftermath
	if m.writer != (by{}) {
		who = m.writer
	}
	outcome := func(t event.Type) event.Event {
		return event.Event{Type: t, Contact: m.id, Queue: m.in.Queue, Advisor: who.advisor}
	}
	classified, resolved, unresolved, wait := d.chance(f.Classified), d.chance(f.Resolved), d.chance(0.8), d.ms(1, classifyAfterMs)
	if classified {
		s.clock.after(wait, func() {
			e := outcome(event.ContactClassified)
			e.ContactReason = m.truth.Reason
			switch {
			case resolved:
				e.Resolved = event.Yes
			case unresolved:
				e.Resolved = event.No
			}
			m.truth.Resolved = e.Resolved
			s.say(sourceCRM, e)
			s.truth.desk(m, m.written, who, func(w *DeskWork) { w.classified(e.Resolved) })
		})
	}
	asked, answers, score := d.chance(m.in.Survey.Asked), d.chance(m.in.Survey.Answered), s.contentment(m, d)
	if m.customer == nobody || f.AnswerTime == nil || !asked {
		return
	}
	v := &Survey{ID: s.newID("s", &s.objects), NPS: -1}
	delay := drawMs(f.AnswerTime, d)
	s.clock.after(inviteAfterMs, func() {
		v.InvitedAt, m.truth.Survey = s.clock.now, v
		e := outcome(event.SurveyInvited)
		e.Object = v.ID
		s.say(sourceSurvey, e)
		s.truth.desk(m, m.written, who, func(w *DeskWork) { w.Invited++ })
		if !answers {
			return
		}
		s.clock.after(delay, func() {
			v.AnsweredAt, v.CSAT = s.clock.now, score
			e := outcome(event.SurveyAnswered)
			e.Object, e.CSAT = v.ID, event.NumberOf(score)
			s.say(sourceSurvey, e)
			s.truth.desk(m, m.written, who, func(w *DeskWork) { w.Answered++ })
		})
	})
}

func (w *DeskWork) classified(resolved string) {
	switch resolved {
	case event.Yes:
		w.Resolved++
	case event.No:
		w.Unresolved++
	}
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
