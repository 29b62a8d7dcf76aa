// SPDX-License-Identifier: Apache-2.0

package simulator

import "github.com/vigie-kpi/vigie/event"

// promise is a follow-up: somebody who was called will be called again, at a time that was agreed. The next dial of the
// record keeps it, whether the customer is there or not: whoever is not goes back to the list.
type promise struct {
	contact string // the conversation in which it was made
	truth   *Callback
}

// promiseLapsesMs is when nobody believes in a promise any more, after the promised time.
const promiseLapsesMs = 12 * hourMs

// promiseFollowUp agrees with the customer on when to be called again: when the record comes round, or, should nobody be
// called then, when that is possible next.
func (o *outcall) promiseFollowUp() {
	r, s := o.r, o.s
	if r.closed {
		return
	}
	v := &Callback{ID: "f-" + o.id, AskedAt: s.clock.now, DueAt: o.c.nextCallable(r, r.due)}
	v.DueAt -= v.DueAt % minuteMs
	p := &promise{o.id, v}
	r.promise = p
	o.truth.FollowUp = v
	e := o.outcome(event.CallbackRequested)
	e.Channel, e.Direction = event.ChannelVoice, event.DirectionOutbound
	e.Object, e.Due = v.ID, v.DueAt
	s.say(sourceCRM, e)
	s.truth.campaign(o.c).Promised++
	s.clock.at(v.DueAt+promiseLapsesMs, func() {
		if r.promise == p {
			r.promise = nil
			o.c.breakPromise(p)
		}
	})
}

// keepPromise is a dial of a record of which a follow-up was promised.
func (o *outcall) keepPromise(talker *advisor) {
	p, s := o.r.promise, o.s
	if p == nil {
		return
	}
	o.r.promise = nil
	p.truth.Tries++
	e := p.event(o.c, event.CallbackAttempted)
	e.Result = event.ResultNotReached
	if talker != nil {
		e.Result, e.Advisor = event.ResultReached, talker.id
	}
	s.say(sourceDialler, e)
	day := s.truth.campaign(o.c)
	day.PromisesTried++
	if talker == nil {
		o.c.breakPromise(p)
		return
	}
	p.truth.DoneAt = s.clock.now
	day.PromisesReached++
	done := p.event(o.c, event.CallbackCompleted)
	done.Advisor = talker.id
	s.say(sourceDialler, done)
}

// breakPromise says that nobody will call as was promised.
func (c *campaign) breakPromise(p *promise) {
	p.truth.ExpiredAt = c.s.clock.now
	c.s.say(sourceDialler, p.event(c, event.CallbackExpired))
	c.s.truth.campaign(c).PromisesBroken++
}

func (p *promise) event(c *campaign, t event.Type) event.Event {
	return event.Event{Type: t, Contact: p.contact, Campaign: c.org.ID, Object: p.truth.ID}
}

// nextCallable is the first instant from at on at which the campaign runs and the customer of a record may be called, as far
// as the dialler knows.
func (c *campaign) nextCallable(r *record, at event.Millis) event.Millis {
	const rounds = 8 // of one moving the other on
	for range rounds {
		next := c.nextOpen(at)
		for _, there := range r.home.number {
			if c.Basis != event.BasisConsent && !there.open(next) {
				next = there.next(next)
			}
		}
		if next == at {
			break
		}
		at = next
	}
	return at
}

// nextOpen is the first instant from at on at which the campaign runs, within a fortnight.
func (c *campaign) nextOpen(at event.Millis) event.Millis {
	first, minute := c.s.wall.minuteOf(at)
	for day := first; day < first+14; day++ {
		spans := c.calendar.Open(dateOf(day), weekday(day))
		if len(spans) > 0 && c.Hours != (event.Span{}) {
			spans = []event.Span{c.Hours}
		}
		for _, h := range spans {
			if day == first && minute >= h.From && minute < h.To {
				return at
			}
			if begins := c.s.wall.at(day, h.From); begins > at {
				return begins
			}
		}
	}
	return at
}
