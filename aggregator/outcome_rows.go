// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// What is said of a contact is booked
//
//   - at the contact's start: recordings, complaints and resolutions, surveys, evaluations. The ratio of a day then has the
//     contacts of that day below and above the line.
//   - at its own time: a disposition; a sale. A sale that is cancelled counts as such at the time of the sale; the money also
//     at the time of the cancellation.
//
// Whose it is: what the event says of queue and advisor selects the newest conversation that agrees, and the rest is taken
// from that. Where no conversation agrees, or nothing is said, it is the contact's last queue and advisor.
//
// What counts once: a recording for each advisor; a complaint, a resolution and a disposition for each contact, a survey, an
// evaluation and a sale for each object. Of several words on the same thing the last stands; of a survey, the last answer to
// each question. A sale keeps the time of its first word.

// thing is one thing of which outcomes speak, and all that they say of it.
type thing struct {
	subject   event.Type // the type that stands for its family
	said      Dims
	member    membership
	version   uint32
	firstAt   int64 // when it was first said to be
	lastAt    int64 // of the last word
	stands    bool  // it was said to be, and the last word does not cancel it
	cancelled int64 // when the last word cancelled it; 0 = it does not
	asked     bool  // a survey: invited
	answered  bool
	value     int32
	class     class
	marks     marks
	csat      uint8
	nps       uint8
	ces       uint8
}

// subject is the type that stands for all types that speak of the same kind of thing.
func subject(t event.Type) event.Type {
	switch t {
	case event.SurveyAnswered:
		return event.SurveyInvited
	case event.EvaluationCancelled:
		return event.EvaluationSubmitted
	case event.SaleCancelled:
		return event.SaleRecorded
	}
	return t
}

// sameThing tells whether two outcomes speak of the same thing.
func sameThing(a, b *outcome) bool {
	return subject(a.typ) == subject(b.typ) && a.object == b.object &&
		(a.typ != event.ContactRecorded || a.said.Advisor == b.said.Advisor)
}

// bookOutcomes books everything that a contact's outcomes give.
func (s *standing) bookOutcomes(list []outcome, out *rows) {
	if s.start == 0 {
		return
	}
	for i := range list {
		s.own.fillWords(&list[i].said)
	}
	for i := range list {
		if !begins(list, i) {
			continue
		}
		t := thingFrom(list, i)
		s.bookThing(&t, out)
	}
}

// begins tells that list[i] is the first word on its thing.
func begins(list []outcome, i int) bool {
	for j := range i {
		if sameThing(&list[j], &list[i]) {
			return false
		}
	}
	return true
}

// thingFrom adds up all words on the thing that list[i] begins.
func thingFrom(list []outcome, i int) thing {
	t := thing{subject: subject(list[i].typ)}
	for j := i; j < len(list); j++ {
		if sameThing(&list[i], &list[j]) {
			t.hear(&list[j])
		}
	}
	return t
}

// hear takes one more word on the thing.
func (t *thing) hear(o *outcome) {
	t.said.overrule(&o.said)
	if o.said.Advisor != 0 {
		t.member = o.member
	}
	t.version, t.lastAt = o.version, o.at
	t.marks = t.marks.overruledBy(o.marks)
	t.class = o.class
	switch o.typ {
	case event.SurveyInvited:
		t.asked = true
	case event.SurveyAnswered:
		t.answered = true
		t.csat, t.nps, t.ces = lastSaid(t.csat, o.csat), lastSaid(t.nps, o.nps), lastSaid(t.ces, o.ces)
	case event.EvaluationCancelled, event.SaleCancelled:
		t.cancelled = o.at
	default:
		if !t.stands {
			t.firstAt = o.at
		}
		t.stands, t.cancelled, t.value = true, 0, o.value
	}
}

func lastSaid(before, now uint8) uint8 {
	if now != 0 {
		return now
	}
	return before
}

// overrule takes over what o says of who had the contact.
func (d *Dims) overrule(o *Dims) {
	for _, p := range [...]struct{ to, from *ID }{{&d.Campaign, &o.Campaign}, {&d.Queue, &o.Queue}, {&d.Advisor, &o.Advisor},
		{&d.Team, &o.Team}, {&d.Site, &o.Site}} {
		if *p.from != 0 {
			*p.to = *p.from
		}
	}
}

// place says whose the thing is.
func (s *standing) place(t *thing) Dims {
	d := s.own
	if t.said.Campaign != 0 {
		d.Campaign = t.said.Campaign
	}
	if t.said.Advisor != 0 || t.said.Queue != 0 {
		s.credit(t, &d)
	}
	if t.said.Team != 0 {
		d.Team = t.said.Team
	}
	if t.said.Site != 0 {
		d.Site = t.said.Site
	}
	return d
}

// credit puts the queue and advisor of a thing that names one of them into d, which holds the contact's last ones.
func (s *standing) credit(t *thing, d *Dims) {
	if t.said.Queue != 0 {
		d.Queue = t.said.Queue
	}
	for i := len(s.legs) - 1; i >= 0; i-- {
		l := &s.legs[i]
		if t.said.Advisor != 0 && l.advisor != t.said.Advisor || t.said.Queue != 0 && l.queue != 0 && l.queue != t.said.Queue {
			continue
		}
		if t.said.Queue == 0 && l.queue != 0 {
			d.Queue = l.queue
		}
		d.Advisor, d.Team, d.HomeTeam, d.Site = l.advisor, l.team, l.homeTeam, l.site
		return
	}
	if t.said.Advisor != 0 {
		d.Advisor, d.Team, d.HomeTeam, d.Site = t.said.Advisor, t.member.team, t.member.homeTeam, t.member.site
	}
}

func (s *standing) bookThing(t *thing, out *rows) {
	d := s.place(t)
	switch t.subject {
	case event.ContactRecorded:
		out.begin(s.start, GrainQuality, t.version, &d)
		out.add(indicator.Recorded, 1)
	case event.ContactClassified:
		out.begin(s.start, GrainContact, t.version, &d)
		out.add(indicator.Complaints, oneIf(t.marks&complaintYes != 0))
		out.add(indicator.ResolutionAsked, oneIf(t.marks&(resolvedYes|resolvedNo) != 0))
		out.add(indicator.Resolved, oneIf(t.marks&resolvedYes != 0))
	case event.ContactDisposed:
		out.begin(t.lastAt, GrainOutbound, t.version, &d)
		for _, m := range classMeasures[t.class] {
			out.add(m, 1)
		}
	case event.SurveyInvited:
		out.begin(s.start, GrainQuality, t.version, &d)
		t.addSurvey(out)
	case event.EvaluationSubmitted:
		out.begin(s.start, GrainQuality, t.version, &d)
		t.addEvaluation(out)
	case event.SaleRecorded:
		t.bookSale(&d, out)
		return
	default:
		return
	}
	out.end()
}

// Bounds of the survey measures.
const (
	satisfiedFrom = 4
	promoterFrom  = 9
	detractorTo   = 6
	easyFrom      = 4
	bpPerStep     = 2500 // from 1 to 5 in four steps: (value - 1) / 4
)

func (t *thing) addSurvey(out *rows) {
	out.add(indicator.SurveyInvited, oneIf(t.asked))
	out.add(indicator.SurveyAnswered, oneIf(t.answered))
	if t.csat != 0 {
		out.add(indicator.CsatAnswers, 1)
		out.add(indicator.CsatSatisfied, oneIf(t.csat >= satisfiedFrom))
		out.add(indicator.CsatBp, int64(t.csat-1)*bpPerStep)
	}
	if t.nps != 0 {
		nps := t.nps - 1
		out.add(indicator.NpsAnswers, 1)
		out.add(indicator.NpsPromoters, oneIf(nps >= promoterFrom))
		out.add(indicator.NpsDetractors, oneIf(nps <= detractorTo))
	}
	if t.ces != 0 {
		out.add(indicator.CesAnswers, 1)
		out.add(indicator.CesBp, int64(t.ces-1)*bpPerStep)
		out.add(indicator.CesEasy, oneIf(t.ces >= easyFrom))
	}
}

func (t *thing) addEvaluation(out *rows) {
	if !t.stands || t.cancelled != 0 {
		return
	}
	out.add(indicator.Evaluations, 1)
	out.add(indicator.QualityBp, int64(t.value))
	out.add(indicator.CriticalCustomer, oneIf(t.marks&criticalCustomer != 0))
	out.add(indicator.CriticalBusiness, oneIf(t.marks&criticalBusiness != 0))
	out.add(indicator.CriticalCompliance, oneIf(t.marks&criticalCompliance != 0))
}

func (t *thing) bookSale(d *Dims, out *rows) {
	if !t.stands {
		return // cancelled, and never heard of
	}
	cents := int64(t.value)
	out.begin(t.firstAt, GrainOutbound, t.version, d)
	out.add(indicator.Sales, 1)
	out.add(indicator.SaleCents, cents)
	if t.cancelled == 0 {
		out.end()
		return
	}
	out.add(indicator.SalesCancelled, 1)
	out.add(indicator.CancelledCents, cents)
	out.end()
	out.begin(t.cancelled, GrainOutbound, t.version, d)
	out.add(indicator.CancelledBookedCents, cents)
	out.end()
}
