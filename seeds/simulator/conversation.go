// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"math"

	"github.com/vigie-kpi/vigie/event"
)

// How a conversation came about.
const (
	talkAnswered = "answered"    // a call from a queue
	talkDirect   = "put_through" // a colleague handed it on after asking, without a queue
	talkCallback = "callback"
	talkAdvice   = "advice" // between two advisors, while the customer holds
)

// conversation is an advisor who talks with a customer, and works on it afterwards.
type conversation struct {
	s       *simulation
	c       *call
	a       *advisor
	queue   *queue // nil: none
	began   event.Millis
	heldAt  event.Millis // 0: not on hold
	restMs  int64        // of talking, when the hold is over
	afterMs int64
	ending  ending
	asked   *call // the consultation under way
	truth   *Conversation
}

// ending is what a conversation comes to.
type ending struct {
	kind   endingKind
	onward *Onward
	by     string
}

type endingKind uint8

const (
	endsHere endingKind = iota
	endsBlind
	endsOutside
	endsPutThrough
	endsAsked
	endsCutOff
)

// connectKinds is what events say of a conversation.
var connectKinds = map[string]string{talkDirect: event.KindDirect, talkCallback: event.KindDirect, talkAdvice: event.KindConsult}

// converse plans a conversation and lets it run: talk, perhaps a hold, the end, after-call work. The handling time is
// drawn as a whole; the after-call work is a part of it.
func (c *call) converse(a *advisor, kind string) {
	s := c.s
	v := &conversation{s: s, c: c, a: a, queue: c.queue, began: s.clock.now}
	if !c.isChat() {
		a.conversation = v
	}
	v.truth = s.truth.talks(v, kind)
	talk := &c.line.Talk
	d := c.dice
	handle := c.line.Reasons[c.reason].Handle.draw(d) * a.pace()
	after := handle * talk.AfterCall
	talkMs := max(1, int64(math.Round(handle-after)))
	v.afterMs = int64(math.Round(after))
	v.ending = c.drawEnding(kind, d)
	holds, advice := d.chance(talk.Hold), d.chance(talk.Advice)
	holdFrom, holdPart := d.between(0.2, 0.6), d.between(0.1, 0.3)
	s.drawHelp(v, talkMs)
	switch {
	case s.cut(a.site) && !c.isChat() && kind == talkAnswered && c.origin != originAsked:
		v.cutOff(d)
	case c.talkMs > 0:
		v.talkThen(c.talkMs, v.finish)
	case kind == talkAnswered && c.origin == originAsked:
		v.talkThen(d.ms(10*secondMs, 40*secondMs), v.takeOver)
		v.restMs = talkMs
	case v.ending.kind == endsPutThrough || v.ending.kind == endsAsked:
		first := int64(float64(talkMs) * holdFrom)
		v.restMs = talkMs - first
		v.talkThen(first, v.consult)
	case advice:
		first := int64(float64(talkMs) * holdFrom)
		v.restMs = talkMs - first
		v.talkThen(first, v.advise)
	case holds:
		first, hold := int64(float64(talkMs)*holdFrom), int64(float64(talkMs)*holdPart)
		v.restMs = talkMs - first - hold
		v.talkThen(first, func() { v.hold(); s.clock.after(hold, func() { v.resume(); v.talkThen(v.restMs, v.finish) }) })
	default:
		v.talkThen(talkMs, v.finish)
	}
}

// onceMore is how often a call that was handed on is handed on again, compared with others; nobody is handed on thrice.
const onceMore = 0.3

// drawEnding decides how a conversation ends. Only what was answered from a queue is handed on.
func (c *call) drawEnding(kind string, d *dice) ending {
	talk := &c.s.lines[c.queue.id].Talk
	e := ending{by: event.ByCustomer}
	if d.chance(talk.ByAdvisor) {
		e.by = event.ByAdvisor
	}
	outside, through, u := talk.Outside, talk.PutThrough, d.unit()
	again := c.truth.handedOn()
	if kind != talkAnswered || c.origin == originAsked || again > 1 || again == 1 && !d.chance(onceMore) {
		return e
	}
	for i := range talk.Onward {
		o := &talk.Onward[i]
		if o.Reason != "" && o.Reason != c.line.Reasons[c.reason].Name || !c.s.queue(o.Queue).open {
			continue
		}
		if u -= o.Blind; u < 0 {
			return ending{kind: endsBlind, onward: o}
		}
		if u -= o.Asked; u < 0 {
			return ending{kind: endsAsked, onward: o, by: e.by}
		}
	}
	if u -= outside; u < 0 {
		return ending{kind: endsOutside}
	}
	if u -= through; u < 0 {
		return ending{kind: endsPutThrough, by: e.by}
	}
	return e
}

// talkThen lets the conversation go on for a while. Ends that hand on cut it short: nobody listens to the end of a story
// that is another's to solve.
func (v *conversation) talkThen(ms int64, then func()) {
	if v.ending.kind == endsBlind || v.ending.kind == endsOutside {
		ms = max(1, ms/4)
	}
	v.s.clock.after(ms, then)
}

func (v *conversation) event(t event.Type) event.Event {
	e := event.Event{Type: t, Contact: v.c.id, Advisor: v.a.id}
	if v.queue != nil {
		e.Queue = v.queue.id
	}
	return e
}

func (v *conversation) hold() {
	v.heldAt = v.s.clock.now
	v.truth.Holds++
	v.s.say(sourceTelephony, v.event(event.AdvisorHeld))
}

// resume takes the customer back from hold.
func (v *conversation) resume() {
	v.truth.HoldMs += v.s.clock.now - v.heldAt
	v.heldAt = 0
	v.s.say(sourceTelephony, v.event(event.AdvisorResumed))
}

// finish ends the conversation as it was planned.
func (v *conversation) finish() {
	switch v.ending.kind {
	case endsBlind:
		v.handOn(event.KindBlind, v.ending.onward.Queue)
		v.c.timeout = nil
		v.c.enter(v.s.queue(v.ending.onward.Queue), true)
	case endsOutside:
		v.handOn(event.KindExternal, "")
		v.c.end()
		v.s.follow(v.c, v)
	default:
		v.release(v.ending.by)
	}
}

// release is the end of a conversation that nobody takes over.
func (v *conversation) release(by string) {
	s, c := v.s, v.c
	after := int64(math.Round(float64(v.afterMs) * s.slowness()))
	v.truth.EndedAt, v.truth.By = s.clock.now, by
	e := v.event(event.AdvisorReleased)
	e.By = by
	if after > 0 {
		e.Kind = event.KindWrapping
	}
	s.say(sourceTelephony, e)
	c.end()
	if !v.truth.CutOff {
		s.follow(c, v)
	}
	if after == 0 {
		v.done()
		return
	}
	v.a.busyWith(c, stateAfterCall)
	s.clock.after(after, func() {
		s.say(sourceTelephony, v.event(event.AdvisorWrapped))
		v.done()
	})
}

// done is the end of the work on a conversation.
func (v *conversation) done() {
	v.truth.DoneAt = v.s.clock.now
	v.s.truth.talkDone(v)
	v.a.conversation = nil
	v.a.doneWith(v.c)
}

// cutOff is a faulty trunk: the line is dead within ten seconds, and most customers try again.
func (v *conversation) cutOff(d *dice) {
	v.afterMs = 0
	v.s.clock.after(d.ms(2*secondMs, 9900), func() {
		v.truth.CutOff = true
		v.release(event.BySystem)
		v.c.redial()
	})
}

// handOn gives the customer to somebody else; the advisor is done with it.
func (v *conversation) handOn(kind, target string) {
	s := v.s
	if v.heldAt != 0 {
		v.truth.HoldMs += s.clock.now - v.heldAt
		v.heldAt = 0
	}
	e := v.event(event.AdvisorTransferred)
	e.Kind, e.Target = kind, target
	s.say(sourceTelephony, e)
	v.truth.EndedAt, v.truth.HandedOn, v.truth.To = s.clock.now, kind, target
	v.done()
}
