// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"math"

	"github.com/vigie-kpi/vigie/event"
)

// talk is the conversation with somebody who was called, the work after it, and what is written down.
func (o *outcall) talk(a *advisor) {
	s, d, script := o.s, o.r.dice, &o.c.Script
	e := o.event(event.AdvisorConnected)
	e.Advisor = a.id
	s.say(sourceTelephony, e)
	s.truth.rungOut(o, a, ringAnswered)
	a.enterState(stateOnCall, "")
	code, offer := script.draw(d)
	law := script.Without
	if offer {
		law = script.Offer
	}
	handle := law.draw(d)
	after := math.Round(handle * script.AfterCall)
	by := event.ByCustomer
	if d.chance(script.ByAdvisor) {
		by = event.ByAdvisor
	}
	o.truth.Code = code
	o.truth.Talk = &Conversation{Advisor: a.id, Team: a.team, Kind: talkDialled, From: s.clock.now, By: by}
	s.clock.after(max(1, int64(math.Round(handle-after))), func() { o.release(a, int64(after)) })
}

// draw decides what comes of a conversation: its code, and whether the offer was made.
func (s *Script) draw(d *dice) (code string, offer bool) {
	useful, pitched, won, u := d.chance(s.Useful), d.chance(s.Pitched), d.chance(s.Won), d.unit()
	switch {
	case !useful:
		return pick(s.Useless, u), false
	case !pitched:
		return pick(s.Unpitched, u), false
	case !won:
		return pick(s.Lost, u), true
	}
	return s.Sale, true
}

// pick chooses among codes by their shares, u being in [0, 1).
func pick(codes []Code, u float64) string {
	var sum float64
	for _, c := range codes {
		sum += c.Share
	}
	u *= sum
	for _, c := range codes {
		if u -= c.Share; u < 0 {
			return c.Code
		}
	}
	return codes[len(codes)-1].Code
}

// release is the end of the conversation.
func (o *outcall) release(a *advisor, afterMs int64) {
	s, t := o.s, o.truth.Talk
	t.EndedAt = s.clock.now
	e := o.event(event.AdvisorReleased)
	e.Advisor, e.By = a.id, t.By
	afterMs = int64(math.Round(float64(afterMs) * s.slowness()))
	if afterMs > 0 {
		e.Kind = event.KindWrapping
	}
	s.say(sourceTelephony, e)
	o.end()
	if afterMs == 0 {
		o.done(a)
		return
	}
	a.enterState(stateAfterCall, "")
	s.clock.after(afterMs, func() {
		e := o.event(event.AdvisorWrapped)
		e.Advisor = a.id
		s.say(sourceTelephony, e)
		o.done(a)
	})
}

// done writes down what came of the call, and frees the advisor.
func (o *outcall) done(a *advisor) {
	s, d, t := o.s, o.r.dice, o.truth.Talk
	t.DoneAt = s.clock.now
	s.truth.talkedOut(o)
	e := o.outcome(event.ContactDisposed)
	e.Code = o.truth.Code
	s.say(sourceCRM, e)
	s.truth.disposed(o)
	if d.chance(s.spec.Aftermath.Recorded) {
		s.say(sourceRecorder, o.outcome(event.ContactRecorded))
		t.Recorded = true
		s.outRecorded = append(s.outRecorded, o)
		s.truth.outWork(o.truth.startedAt(), o, func(w *Work) { w.Recorded++ })
	}
	o.followUp()
	a.settle()
}

// outcome is an event about what came of the call.
func (o *outcall) outcome(t event.Type) event.Event {
	return event.Event{Type: t, Contact: o.id, Campaign: o.c.org.ID, Advisor: o.truth.Talk.Advisor}
}

// followUp is what the code means for the record and for the customer.
func (o *outcall) followUp() {
	s, c, r, d := o.s, o.c, o.r, o.r.dice
	now := s.clock.now
	sooner, later := now+d.ms(2*hourMs, 30*hourMs), now+d.ms(18*hourMs, 50*hourMs)
	switch s.spec.Organisation.Dispositions[o.truth.Code] {
	case event.ClassFollowUp:
		c.again(r, sooner)
		o.promiseFollowUp()
	case event.ClassNotPitched:
		c.again(r, later)
	case event.ClassRefusal:
		c.people.refusedAt[r.customer] = now
		c.closeRecord(r)
	case event.ClassOpposition:
		c.people.refusedAt[r.customer], c.people.withdrawn[r.customer] = now, true
		s.say(sourceCRM, event.Event{Type: event.ConsentRevoked, Campaign: c.org.ID, Programme: c.org.Programme,
			Customer: c.people.pool.hash(r.customer), Purpose: c.org.Purpose})
		s.truth.campaign(c).Oppositions++
		c.closeRecord(r)
	case event.ClassPitchedWon:
		o.sell()
		c.closeRecord(r)
	default:
		c.closeRecord(r)
	}
}

// sell records a sale; some are cancelled days later.
func (o *outcall) sell() {
	s, d := o.s, o.r.dice
	v := &Sale{ID: s.newID("w", &s.outcomes), At: s.clock.now,
		Cents: drawMs(LogNormal{MeanMs: float64(o.c.Script.BasketCt), Variation: 0.5}, d)}
	o.truth.Sale = v
	e := o.outcome(event.SaleRecorded)
	e.Object, e.AmountCents = v.ID, event.NumberOf(v.Cents)
	s.say(sourceCRM, e)
	s.truth.outSaid(o, func(d *Said) { d.Sold++; d.SoldFor += v.Cents })
	s.outSales = append(s.outSales, o)
	if d.chance(s.spec.Aftermath.SalesLost) {
		s.clock.after(d.ms(6*hourMs, 10*dayMs), o.cancelSale)
	}
}

// cancelSale is a customer who does not want it any more, once.
func (o *outcall) cancelSale() {
	s, v := o.s, o.truth.Sale
	if v.CancelledAt != 0 {
		return
	}
	v.CancelledAt = s.clock.now
	e := o.outcome(event.SaleCancelled)
	e.Object = v.ID
	s.say(sourceCRM, e)
	s.truth.outSaid(o, func(d *Said) { d.Unsold++; d.UnsoldFor += v.Cents })
	s.truth.takenBack(o)
}
