// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"github.com/vigie-kpi/vigie/event"
)

const (
	inviteAfterMs   = 5 * minuteMs
	classifyAfterMs = 2 * minuteMs // at most, after the conversation
	answerPartly    = 0.75         // share of the survey answers that answer a further question
)

// follow lets everything follow that comes after a conversation: the customer is served, for now.
func (s *simulation) follow(c *call, v *conversation) {
	root := c.root()
	t, last := root.truth, v.truth
	t.LastQueue, t.LastAdvisor, t.LastTeam = c.queue.id, last.Advisor, last.Team
	s.remember(root)
	f, d := &s.spec.Aftermath, c.dice
	recorded, classified := d.chance(f.Recorded), d.chance(f.Classified)
	resolved, unresolved, complaint := d.chance(f.Resolved), d.chance(0.8), d.chance(f.Complaint)
	wait := d.ms(1, classifyAfterMs)
	sold := d.chance(c.line.Talk.Sale)
	if recorded {
		s.record(t, last)
	}
	if classified {
		answer := ""
		switch {
		case resolved:
			answer = event.Yes
		case unresolved:
			answer = event.No
		}
		complains := event.No
		if complaint {
			complains = event.Yes
		}
		s.clock.after(wait, func() { s.classify(t, answer, complains) })
	}
	if sold && c.origin != originAsked {
		s.sell(t, d, float64(c.line.Talk.BasketCt))
	}
	s.invite(t, d)
}

// outcome is an event about a call that is over.
func (t *Call) outcome(typ event.Type) event.Event {
	return event.Event{Type: typ, Contact: t.ID, Queue: t.LastQueue, Advisor: t.LastAdvisor}
}

func (s *simulation) record(t *Call, talk *Conversation) {
	s.say(sourceRecorder, event.Event{Type: event.ContactRecorded, Contact: t.ID, Queue: talk.Queue, Advisor: talk.Advisor})
	talk.Recorded = true
	s.truth.works(t.BeganAt, talk.Advisor, talk.Team, talk.Queue, func(w *Work) { w.Recorded++ })
}

// classify says what a call was about and whether it is resolved; said again, it corrects what was said before.
func (s *simulation) classify(t *Call, resolved, complaint string) {
	if t.ClassifiedAt != 0 {
		s.truth.says(t, func(d *Said) { d.classified(t, -1) })
	}
	t.ClassifiedAt, t.Resolved, t.Complaint = s.clock.now, resolved, complaint
	e := t.outcome(event.ContactClassified)
	e.Resolved, e.Complaint, e.ContactReason = resolved, complaint, t.Reason
	s.say(sourceCRM, e)
	s.truth.says(t, func(d *Said) { d.classified(t, 1) })
}

func (d *Said) classified(t *Call, n int64) {
	switch t.Resolved {
	case event.Yes:
		d.Resolved += n
	case event.No:
		d.Unresolved += n
	}
	if t.Complaint == event.Yes {
		d.Complaints += n
	}
}

// invite asks a customer to answer a survey; some do, most of them soon.
func (s *simulation) invite(t *Call, d *dice) {
	f := &s.spec.Aftermath
	if t.Customer == "" || f.AnswerTime == nil || !d.chance(f.Surveyed) {
		return
	}
	v := &Survey{ID: s.newID("s", &s.objects), NPS: -1}
	answers, delay := d.chance(f.Answered), drawMs(f.AnswerTime, d)
	score := s.opinion(t, d)
	nps, ces := int64(-1), int64(0)
	if d.chance(answerPartly) {
		nps = max(0, min(10, 2*score-int64(d.below(3))+1))
	}
	if d.chance(answerPartly) {
		ces = max(1, min(5, score+int64(d.below(3))-1))
	}
	s.clock.after(inviteAfterMs, func() {
		v.InvitedAt, t.Survey = s.clock.now, v
		e := t.outcome(event.SurveyInvited)
		e.Object = v.ID
		s.say(sourceSurvey, e)
		s.truth.says(t, func(d *Said) { d.Invited++ })
		if answers {
			s.clock.after(delay, func() { s.reply(t, v, score, nps, ces) })
		}
	})
}

// opinion draws a satisfaction from 1 to 5. Whoever waited long is less satisfied.
func (s *simulation) opinion(t *Call, d *dice) int64 {
	satisfied := s.spec.Aftermath.Satisfied
	for _, w := range t.Waits {
		if w.To-w.From > 2*minuteMs {
			satisfied -= 0.25
		}
	}
	high, low := d.chance(satisfied), d.unit()
	switch {
	case high && low < 0.55:
		return 5
	case high:
		return 4
	case low < 0.45:
		return 3
	case low < 0.75:
		return 2
	}
	return 1
}

// reply is an answer; nps is -1 and ces 0 where that question was left out.
func (s *simulation) reply(t *Call, v *Survey, score, nps, ces int64) {
	v.AnsweredAt, v.CSAT, v.NPS, v.CES = s.clock.now, score, nps, ces
	e := t.outcome(event.SurveyAnswered)
	e.Object, e.CSAT = v.ID, event.NumberOf(score)
	if nps >= 0 {
		e.NPS = event.NumberOf(v.NPS)
	}
	if ces > 0 {
		e.CES = event.NumberOf(v.CES)
	}
	s.say(sourceSurvey, e)
	s.truth.says(t, func(d *Said) { d.Replied++ })
}

// sell records a sale; some are cancelled days later.
func (s *simulation) sell(t *Call, d *dice, meanCents float64) {
	v := &Sale{ID: s.newID("o", &s.objects), At: s.clock.now, Cents: drawMs(LogNormal{MeanMs: meanCents, Variation: 0.5}, d)}
	t.Sale = v
	e := t.outcome(event.SaleRecorded)
	e.Object, e.AmountCents = v.ID, event.NumberOf(v.Cents)
	s.say(sourceCRM, e)
	s.truth.says(t, func(d *Said) { d.Sold++; d.SoldFor += v.Cents })
	if !d.chance(s.spec.Aftermath.SalesLost) {
		return
	}
	s.clock.after(d.ms(6*hourMs, 10*dayMs), func() {
		v.CancelledAt = s.clock.now
		e := t.outcome(event.SaleCancelled)
		e.Object = v.ID
		s.say(sourceCRM, e)
		s.truth.says(t, func(d *Said) { d.Unsold++; d.UnsoldFor += v.Cents })
		s.truth.saysOn(s.clock.now, t, func(d *Said) { d.TakenBackFor += v.Cents })
	})
}

// drawHelp lets an advisor ask for help in the middle of a conversation; a supervisor comes.
func (s *simulation) drawHelp(v *conversation, talkMs int64) {
	d := v.c.dice
	asks, comes := d.chance(s.spec.Aftermath.HelpAsked*helpFactor(v.a)), d.chance(0.7)
	wait := d.ms(10*secondMs, 40*secondMs)
	if !asks || v.truth.Kind == talkAdvice {
		return
	}
	s.clock.after(talkMs/3, func() {
		if v.a.conversation != v || v.truth.EndedAt != 0 {
			return
		}
		v.truth.HelpAt = s.clock.now
		s.say(sourceTelephony, v.event(event.AdvisorAssistanceRequested))
		s.truth.works(s.clock.now, v.a.id, v.truth.Team, v.truth.Queue, func(w *Work) { w.HelpAsked++ })
		if comes {
			s.clock.after(wait, func() { s.join(v) })
		}
	})
}

// helpFactor: newcomers ask more often, as much more as they are slower.
func helpFactor(a *advisor) float64 { return 1 + 10*(a.pace()-1) }
