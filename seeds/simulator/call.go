// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"math"

	"github.com/vigie-kpi/vigie/event"
)

// How a call came about.
const (
	originFirst  = "first"  // the customer has not called lately
	originAgain  = "again"  // was served for the same reason in the last seven days
	originAcross = "across" // was served through another channel in the last three days
	originRedial = "redial" // hung up, or was cut off, a while ago
	originScript = "script" // the story wants it
	originAsked  = "asked"  // an advisor consults another queue
	originBack   = "back"   // the centre calls back
)

// maxRedials is how often a customer tries again.
const maxRedials = 3

// call is one call: a customer in the menu, waiting, talking; or an advisor who asks another queue. A chat is one, too.
type call struct {
	s        *simulation
	line     *line
	dice     *dice
	id       string
	origin   string
	customer int
	reason   int
	tries    int   // redials before this one
	talkMs   int64 // of a scripted call; 0: drawn
	truth    *Call

	queue    *queue // where it waits or was answered
	entered  event.Millis
	patience *alarm
	timeout  *alarm
	overdue  bool // the queue's limit passed while it rang
	inQueue  bool
	ring     *ring         // somebody's telephone rings
	asking   *conversation // of an advisor who asks another queue
}

// newCall makes a call; its chance, its reason first, comes from a child of d.
func (s *simulation) newCall(l *line, d *dice, origin string) *call {
	c := &call{s: s, line: l, dice: d.child(), origin: origin}
	c.reason = drawReason(l.Reasons, c.dice)
	return c
}

func drawReason(reasons []Reason, d *dice) int {
	var sum float64
	for i := range reasons {
		sum += reasons[i].Share
	}
	u := d.unit() * sum
	for i := range reasons {
		if u -= reasons[i].Share; u < 0 {
			return i
		}
	}
	return len(reasons) - 1
}

// start is the moment at which the customer is on the line.
func (c *call) start() {
	s := c.s
	c.id = c.newID()
	if c.origin == originFirst || c.origin == originScript {
		s.identify(c, c.dice)
	}
	if c.customer != nobody {
		c.line.pool.lastCall[c.customer] = s.clock.now
	}
	c.truth = s.truth.newCall(c)
	e := c.event(event.ContactStarted)
	c.describe(&e)
	s.say(sourceTelephony, e)
}

// root is the customer's call: this one, unless it is an advisor's that was put through.
func (c *call) root() *call {
	if c.truth.PartOf != "" {
		return c.asking.c
	}
	return c
}

// event is an event about the call.
func (c *call) event(t event.Type) event.Event { return event.Event{Type: t, Contact: c.id} }

// describe adds what the telephone system knows of a call from the start.
func (c *call) describe(e *event.Event) {
	e.Channel, e.Direction, e.Programme = c.line.queue.channel, event.DirectionInbound, c.line.queue.programme
	e.Customer = c.line.pool.hash(c.customer)
	e.ContactReason = c.line.Reasons[c.reason].Name
	switch c.origin {
	case originAsked:
		e.Direction = event.DirectionInternal
	case originBack:
		e.Direction = event.DirectionOutbound
	}
}

func (c *call) openMenu() {
	if c.line.Menu.Stay == nil {
		return
	}
	e := c.event(event.ContactMenu)
	e.State = event.MenuEntered
	c.s.say(sourceTelephony, e)
	c.s.truth.menu(c).Heard++
	c.truth.Menu = "heard"
}

// passMenu is the way from the menu into a queue.
func (c *call) passMenu() {
	if c.line.Menu.Stay == nil {
		return
	}
	e := c.event(event.ContactMenu)
	e.State = event.MenuLeft
	c.s.say(sourceTelephony, e)
	c.s.truth.menu(c).Passed++
	c.truth.Menu = "passed"
}

// leaveMenu ends a call in the menu: served by it, or not.
func (c *call) leaveMenu(how string) {
	e := c.event(event.ContactMenu)
	e.State = how
	c.s.say(sourceTelephony, e)
	if how == event.MenuServed {
		c.s.truth.menu(c).Served++
		c.truth.Menu = "served"
	} else {
		c.s.truth.menu(c).HungUp++
		c.truth.Menu = "hung_up"
	}
	c.end()
}

func (c *call) end() {
	c.truth.EndedAt = c.s.clock.now
	c.root().truth.EndedAt = c.s.clock.now
	c.s.say(sourceTelephony, c.event(event.ContactEnded))
}

// refuse is a queue that does not take the call.
func (c *call) refuse(reason string) {
	e := c.event(event.QueueRefused)
	e.Queue, e.Reason = c.line.Queue, reason
	c.describe(&e)
	c.s.say(sourceTelephony, e)
	c.s.truth.queue(c.line.queue).TurnedAway[reason]++
	c.truth.TurnedAway = reason
	c.end()
}

// enter begins a wait.
func (c *call) enter(q *queue, handedOn bool) {
	s := c.s
	c.queue, c.entered, c.inQueue, c.overdue = q, s.clock.now, true, false
	e := c.event(event.QueueEntered)
	e.Queue = q.id
	c.describe(&e)
	e.Programme = q.programme
	s.say(sourceTelephony, e)
	s.truth.entered(c, handedOn)
	if l := s.lines[q.id]; l != nil {
		if l.Patience != nil {
			c.patience = s.clock.after(drawMs(l.Patience, c.dice), c.hangUp)
		}
		if l.TimeoutMs > 0 && c.origin != originAsked {
			c.timeout = s.clock.after(l.TimeoutMs, c.waitedTooLong)
		}
	}
	q.put(c)
}

func (c *call) waitsSince() event.Millis { return c.entered }

// leaveQueue ends the wait, however it ends.
func (c *call) leaveQueue() {
	c.inQueue = false
	c.patience.cancel()
	c.timeout.cancel()
	if c.ring == nil {
		c.queue.remove(c)
	}
}

// hangUp is a customer without patience. The telephone that rings for him falls silent.
func (c *call) hangUp() {
	s := c.s
	if c.asking != nil {
		c.giveUpAsking()
		return
	}
	c.leaveQueue()
	if c.ring != nil {
		c.ring.cut()
	}
	e := c.event(event.QueueAbandoned)
	e.Queue = c.queue.id
	s.say(sourceTelephony, e)
	s.truth.hungUp(c)
	c.end()
	c.redial()
}

// redial is a customer who was not served and tries again within the hour.
func (c *call) redial() {
	s := c.s
	h := &s.spec.Habits
	if c.tries >= maxRedials || h.RedialAfter == nil || !c.dice.chance(h.Redial) {
		return
	}
	at := s.clock.now + min(drawMs(h.RedialAfter, c.dice), hourMs-1)
	again := &call{s: s, line: c.line, dice: c.dice.child(), origin: originRedial, customer: c.customer, reason: c.reason, tries: c.tries + 1}
	s.clock.at(at, func() {
		day, minute := s.wall.minuteOf(s.clock.now)
		again.start()
		if c.line.expected(day, minute-minute%halfHourMin) == 0 {
			again.refuse(event.RefusedClosed)
			return
		}
		again.openMenu()
		again.passMenu()
		again.enter(c.line.queue, false)
	})
}

// waitedTooLong is the queue's own limit: the call leaves for a callback, or for good. While it rings it may still be
// answered.
func (c *call) waitedTooLong() {
	if c.ring != nil {
		c.overdue = true
		return
	}
	c.leaveQueue()
	l := c.s.lines[c.queue.id]
	back := c.dice.chance(l.CallbackShare)
	e := c.event(event.QueueLeft)
	e.Queue, e.Reason = c.queue.id, event.LeftTimeout
	if back {
		e.Reason = event.LeftCallback
	}
	c.s.say(sourceTelephony, e)
	c.s.truth.sentAway(c, e.Reason)
	if back {
		c.askForCallback()
		c.end()
		return
	}
	c.end()
	c.redial()
}

// ring is a telephone that rings at an advisor, for a call or for a callback.
type ring struct {
	c       *call
	a       *advisor
	began   event.Millis
	outcome *alarm
	truth   *Ring
}

// offer rings at an advisor. Nobody takes it when the headset is broken or the advisor is not there; else the answer
// comes after the line's ring time.
func (c *call) offer(a *advisor) {
	s := c.s
	r := &ring{c: c, a: a, began: s.clock.now}
	c.ring = r
	a.busyWith(c, stateRinging)
	e := c.event(event.AdvisorOffered)
	e.Queue, e.Advisor = c.queue.id, a.id
	a.seat(&e, c.isChat())
	s.say(sourceTelephony, e)
	r.truth = s.truth.rang(c, a)
	h := &s.spec.Habits
	if a.deafUntil > s.clock.now || c.dice.chance(h.Missed) {
		r.outcome = s.clock.after(max(1, h.RingLimitMs), r.missed)
		return
	}
	ringLaw := s.lines[c.queue.id].Ring
	if ringLaw == nil {
		r.answered()
		return
	}
	limit := math.MaxInt64
	if h.RingLimitMs > 0 {
		limit = int(h.RingLimitMs - 1)
	}
	r.outcome = s.clock.after(min(drawMs(ringLaw, c.dice), int64(limit)), r.answered)
}

// missed is a ring that nobody took: the call waits on, where it was.
func (r *ring) missed() {
	c, a, s := r.c, r.a, r.c.s
	e := c.event(event.AdvisorMissed)
	e.Queue, e.Advisor, e.Reason = c.queue.id, a.id, "no_answer"
	s.say(sourceTelephony, e)
	s.truth.ringEnded(r, ringMissed)
	c.ring = nil
	a.deafness()
	a.doneWith(c)
	if c.overdue {
		c.waitedTooLong()
		return
	}
	c.queue.putBack(c)
}

// cut is a ring whose customer is gone.
func (r *ring) cut() {
	s := r.c.s
	r.outcome.cancel()
	e := r.c.event(event.AdvisorCancelled)
	e.Queue, e.Advisor = r.c.queue.id, r.a.id
	s.say(sourceTelephony, e)
	s.truth.ringEnded(r, ringCut)
	r.c.ring = nil
	r.a.doneWith(r.c)
}

// answered is the begin of a conversation.
func (r *ring) answered() {
	c, a, s := r.c, r.a, r.c.s
	c.leaveQueue()
	c.ring = nil
	e := c.event(event.AdvisorConnected)
	e.Queue, e.Advisor = c.queue.id, a.id
	s.say(sourceTelephony, e)
	s.truth.ringEnded(r, ringAnswered)
	s.truth.answered(c, a)
	a.busyWith(c, stateOnCall)
	c.converse(a, talkAnswered)
}
