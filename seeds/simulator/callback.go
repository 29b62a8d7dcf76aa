// SPDX-License-Identifier: Apache-2.0

package simulator

import "github.com/vigie-kpi/vigie/event"

const (
	callbackAfterMs   = 30 * minuteMs // promised after so long ...
	callbackWithinMs  = 60 * minuteMs // ... up to so long later
	callbackRetryMs   = 20 * minuteMs
	callbackTries     = 3
	callbackReached   = 0.72 // share of the attempts
	callbackExpiresMs = 4 * hourMs
	callbackGivenMs   = 10 * minuteMs // before the promised time, a supervisor gives it to somebody ...
	callbackGiven     = 0.7           // ... this share of them
)

// How long it rings at a customer who is called back, and who does not answer.
var (
	dialLaw     = LogNormal{MeanMs: 12_000, Variation: 0.4}
	noAnswerLaw = Fixed(25_000)
)

// callback is a promise to call a customer back. Each attempt is work for the queue that made the promise.
type callback struct {
	of    *call
	id    string
	due   event.Millis
	next  event.Millis // of the next attempt
	tries int
	rings bool // an attempt is under way
	truth *Callback
}

// askForCallback promises a customer who leaves the queue to be called back.
func (c *call) askForCallback() {
	s := c.s
	b := &callback{of: c, id: s.newID("r", &s.objects), due: s.clock.now + c.dice.ms(callbackAfterMs, callbackWithinMs)}
	b.due -= b.due % minuteMs
	b.next = b.due
	b.truth = &Callback{ID: b.id, AskedAt: s.clock.now, DueAt: b.due}
	c.truth.Callback = b.truth
	e := c.event(event.CallbackRequested)
	e.Queue, e.Object, e.Due = c.queue.id, b.id, b.due
	s.say(sourceTelephony, e)
	s.clock.at(b.due-callbackGivenMs, b.give)
	s.clock.at(s.shownAt(c.queue.id, b.due), func() { c.queue.putLater(b) })
	s.clock.at(b.due+callbackExpiresMs, b.expire)
}

func (b *callback) waitsSince() event.Millis { return b.next }

func (b *callback) event(t event.Type) event.Event {
	return event.Event{Type: t, Contact: b.of.id, Queue: b.of.queue.id, Object: b.id}
}

// open tells whether the promise is still to be kept.
func (b *callback) open() bool { return b.truth.DoneAt == 0 && b.truth.ExpiredAt == 0 }

// offer is an advisor who calls the customer back, on a line of its own.
func (b *callback) offer(a *advisor) {
	s := b.of.s
	if !b.open() {
		a.findWork()
		return
	}
	c := &call{s: s, line: b.of.line, dice: b.of.dice.child(), origin: originBack, customer: b.of.customer, reason: b.of.reason, queue: b.of.queue}
	c.start()
	b.tries++
	b.truth.Tries++
	b.rings = true
	r := &ring{c: c, a: a, began: s.clock.now}
	a.enterState(stateRinging, "")
	e := c.event(event.AdvisorOffered)
	e.Queue, e.Advisor = c.queue.id, a.id
	a.seat(&e, c.isChat())
	s.say(sourceTelephony, e)
	r.truth = s.truth.rang(c, a)
	if c.dice.chance(callbackReached) {
		s.clock.after(drawMs(dialLaw, c.dice), func() { b.reached(r) })
		return
	}
	s.clock.after(drawMs(noAnswerLaw, c.dice), func() { b.notReached(r) })
}

func (b *callback) reached(r *ring) {
	b.rings = false
	s, c, a := r.c.s, r.c, r.a
	e := c.event(event.AdvisorConnected)
	e.Queue, e.Advisor, e.Kind = c.queue.id, a.id, connectKinds[talkCallback]
	s.say(sourceTelephony, e)
	s.truth.ringEnded(r, ringAnswered)
	a.enterState(stateOnCall, "")
	b.attempted(a, event.ResultReached)
	done := b.event(event.CallbackCompleted)
	done.Advisor = a.id
	b.truth.DoneAt = s.clock.now
	s.say(sourceTelephony, done)
	c.converse(a, talkCallback)
}

func (b *callback) notReached(r *ring) {
	b.rings = false
	s, c, a := r.c.s, r.c, r.a
	e := c.event(event.AdvisorCancelled)
	e.Queue, e.Advisor = c.queue.id, a.id
	s.say(sourceTelephony, e)
	s.truth.ringEnded(r, ringCut)
	b.attempted(a, event.ResultNotReached)
	c.end()
	if b.tries >= callbackTries || s.clock.now >= b.due+callbackExpiresMs {
		b.expire()
	} else {
		b.next = s.clock.now + callbackRetryMs
		s.clock.at(s.shownAt(b.of.queue.id, b.next), func() { b.of.queue.putLater(b) })
	}
	a.settle()
}

// give asks one of those at work to call back; whoever is free first will do it all the same. Its chance is its own, so that
// nothing else changes by it.
func (b *callback) give() {
	s := b.of.s
	d := newDice(s.options.Seed, "give "+b.id)
	var at []*advisor
	for _, a := range b.of.queue.staff {
		if a.onShift() {
			at = append(at, a)
		}
	}
	if !b.open() || len(at) == 0 || !d.chance(callbackGiven) {
		return
	}
	e := b.event(event.CallbackAssigned)
	e.Advisor = at[d.below(len(at))].id
	b.truth.AssignedTo = e.Advisor
	s.say(sourceSupervisor, e)
}

func (b *callback) attempted(a *advisor, result string) {
	e := b.event(event.CallbackAttempted)
	e.Advisor, e.Result = a.id, result
	b.of.s.say(sourceTelephony, e)
}

func (b *callback) expire() {
	if !b.open() || b.rings {
		return
	}
	b.truth.ExpiredAt = b.of.s.clock.now
	b.of.s.say(sourceTelephony, b.event(event.CallbackExpired))
}
