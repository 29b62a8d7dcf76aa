// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"math"

	"github.com/vigie-kpi/vigie/event"
)

// How long a dial takes until its result, and how long until it is worth trying again.
var (
	machineLaw = LogNormal{MeanMs: 18_000, Variation: 0.3}
	headsetLaw = LogNormal{MeanMs: 700, Variation: 0.3} // from a person who says hello to the advisor's ear
)

const (
	busyMs      = 4 * secondMs
	rejectedMs  = 5 * secondMs
	invalidMs   = 3 * secondMs
	betweenMs   = 5 * secondMs // between records that somebody forgot to stop, see Overrun
	busyAgainMs = 30 * minuteMs
)

// study is an advisor who reads a record before dialling it.
type study struct {
	r    *record
	dial *alarm
}

// standBy is an advisor who is free for the campaign.
func (c *campaign) standBy(a *advisor) {
	if c.preview() {
		c.study(a)
		return
	}
	c.dialAhead()
}

// study gives an advisor the next record to read.
func (c *campaign) study(a *advisor) {
	if !c.preview() || a.study != nil || !c.open {
		return
	}
	r := c.take()
	if r == nil {
		return
	}
	a.study = &study{r: r}
	a.study.dial = c.s.clock.after(drawMs(c.Study, r.dice), func() {
		a.study = nil
		if !c.dial(r, a) {
			c.study(a) // refused: the next one
		}
	})
}

// dropStudy puts a record back that the advisor will not dial now.
func (a *advisor) dropStudy() {
	if a.study == nil {
		return
	}
	a.study.dial.cancel()
	a.campaign.putBack(a.study.r, a.s.clock.now)
	a.study = nil
}

// dialAhead keeps as many lines dialled as the campaign wants for the advisors who are free.
func (c *campaign) dialAhead() {
	if c.preview() || !c.open {
		return
	}
	free := 0
	for _, a := range c.crew {
		if a.freeFor(c) {
			free++
		}
	}
	for c.lines < int(math.Floor(float64(c.Lines*float64(free))+1e-9)) {
		r := c.take()
		if r == nil {
			return
		}
		c.dial(r, nil)
	}
}

// freeAdvisor is who has been free for the campaign for the longest time; nil when nobody is.
func (c *campaign) freeAdvisor() *advisor {
	var best *advisor
	for _, a := range c.crew {
		if a.freeFor(c) && (best == nil || a.freeSince < best.freeSince) {
			best = a
		}
	}
	return best
}

// outcall is a dial, and what comes of it.
type outcall struct {
	s      *simulation
	c      *campaign
	r      *record
	id     string
	line   string   // the number that it presents
	a      *advisor // nil: the dialler dials, and whoever is free will talk
	rangAt event.Millis
	truth  *Dial
}

// dial calls the customer of a record, if the gate lets it. With an advisor it is that advisor's call.
func (c *campaign) dial(r *record, a *advisor) bool {
	s := c.s
	o := &outcall{s: s, c: c, r: r, a: a, id: s.newID("d", &s.dials)}
	o.line = c.presents()
	v := c.check(r)
	o.truth = s.truth.newDial(o, v)
	if v.verdict != event.VerdictOK {
		o.refuse()
		return false
	}
	r.tries++
	c.people.calls[r.customer] = append(c.people.calls[r.customer], s.clock.now)
	if a == nil {
		c.lines++
	} else {
		o.start()
		o.ring(a)
	}
	result, afterMs := o.draw()
	s.clock.after(afterMs, func() { o.result(result) })
	return true
}

// refuse is a dial that the gate does not let through: later, where it is only the hour that is wrong.
func (o *outcall) refuse() {
	e := o.event(event.CallRefused)
	o.describe(&e)
	o.s.say(sourceDialler, e)
	o.s.truth.heldBack(o)
	if o.truth.Verdict == event.VerdictOutOfWindow {
		o.c.putBack(o.r, o.c.nextWindow(o.r))
		return
	}
	o.c.closeRecord(o.r)
}

// draw decides what becomes of a dial, and when.
func (o *outcall) draw() (result string, afterMs int64) {
	d, p := o.r.dice, &o.c.Answer
	u, human, machine := d.unit(), drawMs(dialLaw, d), drawMs(machineLaw, d)
	if o.r.invalid {
		return event.ResultInvalid, invalidMs
	}
	if u -= p.Human; u < 0 {
		if o.flagged() {
			return event.ResultNoAnswer, int64(noAnswerLaw)
		}
		return event.ResultHuman, human
	}
	if u -= p.Machine; u < 0 {
		return event.ResultMachine, machine
	}
	if u -= p.Busy; u < 0 {
		return event.ResultBusy, busyMs
	}
	if u -= p.Rejected; u < 0 {
		return event.ResultRejected, rejectedMs
	}
	return event.ResultNoAnswer, int64(noAnswerLaw)
}

// result is the end of a dial: somebody answers, or not.
func (o *outcall) result(result string) {
	c := o.c
	predictive := o.a == nil
	if predictive {
		c.lines--
	}
	talker := o.a
	if predictive && result == event.ResultHuman {
		talker = c.freeAdvisor()
	}
	o.truth.Result, o.truth.At = result, o.s.clock.now
	o.truth.LeftAlone = result == event.ResultHuman && talker == nil
	if predictive && result == event.ResultHuman {
		o.start()
	}
	e := o.event(event.CallDialled)
	o.describe(&e)
	e.Result = result
	if o.truth.LeftAlone {
		e.Reason = event.ReasonAbandoned
	}
	o.s.say(sourceDialler, e)
	o.s.truth.dialled(o)
	if result == event.ResultHuman {
		o.keepPromise(talker)
	} else {
		o.keepPromise(nil)
	}
	switch {
	case o.truth.LeftAlone:
		o.end()
		c.again(o.r, o.s.clock.now+o.r.dice.ms(3*dayMs, 4*dayMs)) // nobody likes to be called twice for that
	case result == event.ResultHuman:
		o.reached(talker, predictive)
	default:
		o.notReached(result)
	}
	c.dialAhead()
}

// notReached plans another try, where one is worth it.
func (o *outcall) notReached(result string) {
	now, d := o.s.clock.now, o.r.dice
	switch result {
	case event.ResultInvalid:
		o.c.closeRecord(o.r)
	case event.ResultBusy:
		o.c.again(o.r, now+busyAgainMs+d.ms(0, busyAgainMs))
	default:
		o.c.again(o.r, now+d.ms(3*hourMs, 30*hourMs))
	}
	if a := o.a; a != nil {
		e := o.event(event.AdvisorCancelled)
		e.Advisor = a.id
		o.s.say(sourceTelephony, e)
		o.s.truth.rungOut(o, a, ringCut)
		o.end()
		a.settle()
	}
}

// reached puts the customer through to an advisor.
func (o *outcall) reached(a *advisor, predictive bool) {
	if !o.r.reached {
		o.r.reached = true
		o.s.truth.campaign(o.c).Reached++
	}
	if !predictive {
		o.talk(a)
		return
	}
	o.ring(a)
	o.s.clock.after(drawMs(headsetLaw, o.r.dice), func() { o.talk(a) })
}

// ring occupies an advisor with a call that does not talk yet.
func (o *outcall) ring(a *advisor) {
	a.enterState(stateRinging, "")
	e := o.event(event.AdvisorOffered)
	e.Advisor = a.id
	a.seat(&e, false)
	e.Line = o.line
	o.s.say(sourceTelephony, e)
	o.s.truth.rings(o, a)
}

// start is the moment from which on the telephone system knows of the call.
func (o *outcall) start() {
	e := o.event(event.ContactStarted)
	e.Customer = o.c.people.pool.hash(o.r.customer)
	o.s.say(sourceTelephony, e)
}

func (o *outcall) end() { o.s.say(sourceTelephony, o.event(event.ContactEnded)) }

// event is an event about the call.
func (o *outcall) event(t event.Type) event.Event {
	return event.Event{Type: t, Contact: o.id, Campaign: o.c.org.ID, Channel: event.ChannelVoice, Direction: event.DirectionOutbound}
}

// describe adds what the dialler knows of a dial.
func (o *outcall) describe(e *event.Event) {
	e.Object, e.Customer = o.r.id, o.c.people.pool.hash(o.r.customer)
	e.Kind, e.Purpose, e.Basis = o.c.org.Kind, o.c.org.Purpose, o.c.Basis
	e.Verdict, e.Audit = o.truth.Verdict, o.truth.Audit
	if o.truth.Verdict == event.VerdictNoBasis {
		e.Basis = event.BasisNone
	}
	if o.a != nil {
		e.Advisor = o.a.id
	}
	if e.Type == event.CallRefused {
		e.Kind = "" // there is no dial to be of a kind
	} else {
		e.Line = o.line
	}
}
