// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"math"

	"github.com/vigie-kpi/vigie/event"
)

// originTwice is a message from a customer who has written about it before, and has no reply yet.
const originTwice = "twice"

// Why a message is parked.
const (
	parkedCustomer   = "customer"   // the customer was asked something
	parkedDepartment = "department" // somebody else in the house must act
)

const (
	firstPart = 0.5           // of the work, before a pause
	againPart = 0.6           // of the work, when a customer is not content
	readMs    = 25 * secondMs // to see that a message is spam, or that it was here before
	thanksMs  = 90 * secondMs // to write that a complaint has arrived
)

// message is one thing that a customer wrote, and what becomes of it.
type message struct {
	s        *simulation
	in       *inbox
	dice     *dice
	id       string
	order    int
	customer int
	reason   int
	written  event.Millis
	earlier  *message // what the same customer wrote about the same

	plan   plan
	part   part
	restMs int64 // of the work on this part; 0: nobody has begun
	leftMs int64 // of the work, for the parts to come

	closed     bool
	inHand     *advisor
	parkedAt   event.Millis // 0: it is not
	parkedOpen int64        // how long the queue was open while it was parked
	wake       *alarm       // what ends the pause
	reopened   int
	holder     by // who had it in hand last
	writer     by // who replied last
	due        limit
	cycle      *Cycle
	ack        limit // of a complaint: the first word ...
	answer     limit // ... and the answer
	said       Opinions
	truth      *Item
}

// by is an advisor, with the team worked in; the zero value is nobody.
type by struct{ advisor, team string }

// plan is what fate holds for a message.
type plan struct{ spam, asked, inside, silent, phoned bool }

// part is how far the work is.
type part uint8

const (
	partThanks part = iota // a complaint's receipt is confirmed
	partFirst
	partSecond // after a pause
)

// arrive is a message that the centre learns of, written at an instant.
func (in *inbox) arrive(written event.Millis, d *dice) *message {
	m := in.newMessage(written, d.child())
	m.begin(m.identifyWriter())
	return m
}

func (in *inbox) newMessage(written event.Millis, d *dice) *message {
	s := in.s
	m := &message{s: s, in: in, dice: d, id: s.newID("m", &s.written), order: len(s.messages), customer: nobody, written: written}
	s.messages = append(s.messages, m)
	m.reason = drawReason(in.Reasons, d)
	return m
}

// identifyWriter decides who writes: somebody who was served lately, anybody, or nobody known.
func (m *message) identifyWriter() (origin string) {
	s, d, p := m.s, m.dice, m.in.pool
	hidden, across := d.chance(s.spec.Habits.HiddenNumber), d.chance(m.in.Across)
	switch other, met := p.across(m.in.queue.channel, s.clock.now, d); {
	case hidden || len(p.lastCall) == 0:
	case across && met:
		m.customer = other
		return originAcross
	default:
		m.customer = d.below(len(p.lastCall))
	}
	return originFirst
}

// begin tells of the message, sets its limits and lays it onto the desk.
func (m *message) begin(origin string) {
	s, d, c := m.s, m.dice, &m.in.Course
	m.truth = s.truth.newItem(m, origin)
	if m.in.Complaint {
		m.opine(Opinions{Complaints: 1})
	}
	e := m.event(event.ItemCreated)
	q := m.in.queue
	e.Queue, e.Customer = q.id, m.in.pool.hash(m.customer)
	e.Channel, e.Direction, e.Programme = q.channel, event.DirectionInbound, q.programme
	e.ContactReason = m.in.Reasons[m.reason].Name
	if m.in.Complaint {
		e.Complaint = event.Yes
	}
	s.sayOf(m.in.source(), e, m.written)
	m.plan = plan{spam: d.chance(c.Spam), asked: d.chance(c.Asked), inside: d.chance(c.Inside), silent: d.chance(c.Silent), phoned: d.chance(c.Phoned)}
	m.part = partFirst
	m.beginCycle(m.written)
	m.beginComplaint()
	m.setFate()
	if !d.chance(c.Mislaid) {
		m.in.put(m)
		return
	}
	s.clock.after(drawMs(c.MislaidFor, d), func() {
		if m.open() {
			m.in.put(m)
		}
	})
}

// setFate sets what happens by itself: the machine's acknowledgement, a change of mind, a second message.
func (m *message) setFate() {
	s, d, c := m.s, m.dice, &m.in.Course
	receipt, withdrawn, twice := d.chance(m.in.Receipt), d.chance(c.Withdrawn), d.chance(c.Twice)
	if receipt {
		s.clock.after(d.ms(minuteMs, 5*minuteMs), m.acknowledge)
	} else if m.in.Complaint {
		m.part = partThanks
	}
	if withdrawn {
		s.clock.after(drawMs(c.WithdrawnAfter, d), func() {
			if m.holder == (by{}) && m.open() {
				m.drop(event.DroppedWithdrawn)
			}
		})
	}
	if twice && m.earlier == nil && m.customer != nobody && !m.plan.spam {
		s.clock.after(drawMs(c.TwiceAfter, d), m.writeAgain)
	}
}

// acknowledge is a machine that says that the message has arrived.
func (m *message) acknowledge() {
	if !m.open() {
		return
	}
	e := m.event(event.ItemReplied)
	e.Kind = event.KindAutomatic
	m.s.say(sourceMail, e)
	m.truth.Replies = append(m.truth.Replies, &Reply{At: m.s.clock.now, Automatic: true})
	m.s.truth.desk(m, m.s.clock.now, m.holder, func(w *DeskWork) { w.Receipts++ })
	m.confirmed(m.holder)
}

// writeAgain is a customer who is tired of waiting.
func (m *message) writeAgain() {
	if !m.open() || m.parkedAt != 0 || m.s.handedOver {
		return
	}
	again := m.in.newMessage(m.s.clock.now, m.dice.child())
	again.customer, again.reason, again.earlier = m.customer, m.reason, m
	again.begin(originTwice)
}

func (m *message) event(t event.Type) event.Event { return event.Event{Type: t, Contact: m.id} }

// open tells that there is still something to do.
func (m *message) open() bool { return !m.closed }

// urgency orders the desk: the first to be due comes first, and what has no limit by its age.
func (m *message) urgency() event.Millis {
	if m.due.at != 0 {
		return m.due.at
	}
	return m.written
}

// take puts the message into an advisor's hands.
func (m *message) take(a *advisor) {
	s := m.s
	before := m.laidTo()
	m.inHand, m.holder = a, by{a.id, a.team}
	m.pass(before)
	e := m.event(event.ItemAssigned)
	e.Advisor = a.id
	s.say(sourceMail, e)
	m.truth.Hands = append(m.truth.Hands, &Hand{Advisor: a.id, Team: a.team, At: s.clock.now})
	s.truth.desk(m, s.clock.now, m.holder, func(w *DeskWork) { w.Taken++ })
	if m.restMs == 0 {
		m.startPart(a)
	}
}

// startPart draws how long the next part of the work takes.
func (m *message) startPart(a *advisor) {
	if m.plan.spam || m.earlier != nil {
		m.restMs = readMs
		return
	}
	if m.leftMs == 0 {
		work := m.in.Reasons[m.reason].Handle.draw(m.dice) * a.pace()
		if m.reopened > 0 {
			work *= againPart
		}
		m.leftMs = max(2, int64(math.Round(work)))
		m.truth.WorkMs += m.leftMs
	}
	switch {
	case m.part == partThanks:
		m.restMs = thanksMs
	case m.part == partFirst && (m.plan.asked || m.plan.inside):
		m.restMs = int64(float64(m.leftMs) * firstPart)
		m.leftMs -= m.restMs
	default:
		m.restMs, m.leftMs = m.leftMs, 0
	}
}

// partDone is the end of a part of the work. It tells whether the advisor goes on with the message.
func (m *message) partDone(a *advisor) (goesOn bool) {
	m.restMs = 0
	switch {
	case m.plan.spam:
		m.drop(event.DroppedSpam)
	case m.earlier != nil && m.earlier.open():
		m.mergeInto(m.earlier)
	case m.earlier != nil:
		m.drop(event.DroppedDuplicate)
	case m.part == partThanks:
		m.reply(a)
		m.part = partFirst
		m.startPart(a)
		return true
	case m.part == partFirst && m.plan.asked:
		m.reply(a)
		m.park(a, parkedCustomer)
	case m.part == partFirst && m.plan.inside:
		m.park(a, parkedDepartment)
	default:
		if !m.plan.phoned {
			m.reply(a)
		}
		m.solve(a)
	}
	return false
}

// reply is a human's.
func (m *message) reply(a *advisor) {
	s, now := m.s, m.s.clock.now
	e := m.event(event.ItemReplied)
	e.Advisor, e.Kind = a.id, event.KindHuman
	s.say(sourceMail, e)
	first := m.truth.FirstReplyAt == 0
	if first {
		m.truth.FirstReplyAt = now
	}
	m.truth.Replies = append(m.truth.Replies, &Reply{At: now, Advisor: a.id})
	who, open := by{a.id, a.team}, m.in.opening.between(m.written, now)-m.parkedOpen
	s.truth.desk(m, now, who, func(w *DeskWork) {
		w.Replies++
		if first {
			w.FirstReplies++
			w.FirstReplyTime += now - m.written
			w.FirstReplyOpen += open
		}
	})
	before := m.laidTo()
	m.writer = who
	m.pass(before)
	m.confirmed(who)
	m.meet(who)
}
