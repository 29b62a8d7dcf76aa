// SPDX-License-Identifier: Apache-2.0

package simulator

import "github.com/vigie-kpi/vigie/event"

// How long advice takes.
var adviceLaw = LogNormal{MeanMs: 45_000, Variation: 0.6}

// colleague is somebody free who serves the same queue.
func (v *conversation) colleague() *advisor {
	if v.queue == nil {
		return nil
	}
	return v.queue.free()
}

// advise asks a colleague while the customer holds. With nobody free, the advisor manages alone.
func (v *conversation) advise() {
	b := v.colleague()
	if b == nil {
		v.talkThen(v.restMs, v.finish)
		return
	}
	v.hold()
	v.askColleague(b, func() {
		v.resume()
		v.talkThen(v.restMs, v.finish)
	})
}

// askColleague lets two advisors talk; then is called once the colleague is free again.
func (v *conversation) askColleague(b *advisor, then func()) {
	s := v.s
	w := &conversation{s: s, c: v.c, a: b, began: s.clock.now}
	b.conversation = w
	w.truth = s.truth.talks(w, talkAdvice)
	e := w.event(event.AdvisorConnected)
	e.Kind = connectKinds[talkAdvice]
	s.say(sourceTelephony, e)
	b.enterState(stateOnCall, "")
	s.clock.after(drawMs(adviceLaw, v.c.dice), func() {
		w.truth.EndedAt, w.truth.By = s.clock.now, event.ByAdvisor
		e := w.event(event.AdvisorReleased)
		e.By = event.ByAdvisor
		s.say(sourceTelephony, e)
		w.truth.DoneAt = s.clock.now
		s.truth.talkDone(w)
		b.conversation = nil
		then()
		if b.conversation == nil { // then may have left the customer with the colleague
			b.settle()
		}
	})
}

// consult prepares a transfer: to a colleague, or through another queue.
func (v *conversation) consult() {
	if v.ending.kind == endsAsked {
		v.askQueue(v.s.queue(v.ending.onward.Queue))
		return
	}
	b := v.colleague()
	if b == nil {
		v.ending.kind = endsHere
		v.talkThen(v.restMs, v.finish)
		return
	}
	v.hold()
	v.askColleague(b, func() { v.putThrough(b) })
}

// putThrough leaves the customer with the colleague, who goes on with what is left.
func (v *conversation) putThrough(b *advisor) {
	s := v.s
	v.handOn(event.KindConsult, b.id)
	w := &conversation{s: s, c: v.c, a: b, queue: v.queue, began: s.clock.now, afterMs: v.afterMs, ending: ending{by: v.ending.by}}
	b.conversation = w
	w.truth = s.truth.talks(w, talkDirect)
	e := w.event(event.AdvisorConnected)
	e.Kind = connectKinds[talkDirect]
	s.say(sourceTelephony, e)
	b.enterState(stateOnCall, "")
	w.talkThen(v.restMs, w.finish)
}

// askQueue calls another queue while the customer holds: an internal call, which turns out to be a part of the customer's
// when it is put through.
func (v *conversation) askQueue(q *queue) {
	s := v.s
	v.hold()
	l := s.lines[q.id]
	if l == nil || len(q.staff) == 0 {
		v.resume()
		v.ending.kind = endsHere
		v.talkThen(v.restMs, v.finish)
		return
	}
	c := s.newCall(l, v.c.dice, originAsked)
	c.customer, c.asking = nobody, v
	v.asked = c
	c.start()
	c.enter(q, false)
}

// giveUpAsking is an advisor who has waited too long in the other queue and goes back to the customer.
func (c *call) giveUpAsking() {
	v, s := c.asking, c.s
	c.leaveQueue()
	if c.ring != nil {
		c.ring.cut()
	}
	e := c.event(event.QueueLeft)
	e.Queue, e.Reason = c.queue.id, event.LeftWithdrawn
	s.say(sourceTelephony, e)
	s.truth.sentAway(c, event.LeftWithdrawn)
	c.end()
	v.asked = nil
	v.resume()
	v.ending.kind = endsHere
	v.talkThen(v.restMs, v.finish)
}

// takeOver puts the customer through to the advisor who was asked: v is that advisor's conversation, on the internal
// call. From now on both calls are one.
func (v *conversation) takeOver() {
	s, asker := v.s, v.c.asking
	c := asker.c
	asker.handOn(event.KindConsult, v.queue.id)
	e := v.c.event(event.ContactMerged)
	e.Target = c.id
	s.say(sourceTelephony, e)
	v.c.truth.PartOf = c.id
	s.truth.putThrough(v.c)
	v.ending = ending{by: event.ByCustomer}
	v.talkThen(v.restMs, v.finish)
}
