// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"math"
	"slices"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// never is a due time that no clock reaches.
const never = int64(math.MaxInt64)

// Horizons, in ms. They bound memory and say when a silent source is no longer believed.
const (
	settleMs    = 10 * 60_000      // after its end a contact still takes late events this long; then it is a stub
	ringLimitMs = 10 * 60_000      // an offer without an answer
	wrapLimitMs = 60 * 60_000      // after-contact work without an end
	liveLimitMs = 4 * 60 * 60_000  // a wait, a conversation or an announced contact, on voice and other live channels
	chatLimitMs = 12 * 60 * 60_000 // the same on chat and social
	shortTalkMs = 10_000           // talk below this is an equipment finding
	maxMoments  = 512              // per contact: a contact beyond it is a runaway source
	maxLegs     = 64               // queue legs, and advisor legs, per contact
	tenthMs     = 100
	maxHandleDs = 12 * 60 * 60 * 10 // 12 h in tenths of a second: its square stays far from overflow
)

// queueLeg is one entry of the contact in one queue.
type queueLeg struct {
	start   moment // pins queue, T, S, variant, dimensions
	waiting bool
	crossed bool
	missed  bool // an offer of it was missed before
}

// advisorPhase is how far an advisor leg has come.
type advisorPhase uint8

const (
	phaseRinging advisorPhase = iota + 1
	phaseTalking
	phaseHeld
	phaseWrapping
	phaseClosed
)

// advisorLeg is one offer of the contact to one advisor.
type advisorLeg struct {
	dims    Dims
	version uint32
	limitMs int32
	phase   advisorPhase
	kind    kind
	by      party

	offeredAt, connectedAt, heldAt, talkEndAt int64
	holdMs                                    int64
	held                                      bool
	help                                      help
}

// journey is the state of the fold over a contact's timeline: what the facts so far leave behind.
type journey struct {
	merged   []uint64 // hashes of the ids that contact.merged said were legs of this journey; the contact's own slice
	queues   []queueLeg
	advisors []advisorLeg

	dims       Dims // the contact's own; queue, team and advisor are the last ones
	firstQueue ID
	line       ID     // that carries the contact: the first that was said
	lastQueue  ID     // of an earlier life
	last       credit // the last advisor who talked to the customer, called by a queue or not
	version    uint32
	startedAt  int64
	lastEndAt  int64 // the end of the last leg that ended
	endedAt    int64 // what contact.ended said; 0 = nothing
	answeredAt int64 // the last answer of a queue leg
	closedAt   int64 // when contacts_closed was booked; 0 = not yet
	limitMs    int64

	// What a later contact of the same customer is compared with, see ContactRow; 0 = it did not happen in this life.
	enteredAt, baseAt, abandonedAt int64
	talkMs                         int64

	waitMs, handleMs             int64
	closedWaitMs, closedHandleMs int64 // what the last close booked of them
	transfers                    int32
	outcome                      Outcome
	entered                      bool
	answered                     bool
	identified                   bool
	outward                      bool // the customer did not come: outbound or internal
	inBase                       bool // repeat_base is booked
	refused                      bool // by a queue
	asked                        bool // for help, in some leg: most contacts need not be looked through
	menu                         menuVisit
	wasClosed                    bool // in an earlier life: see World.revive

	lastTimerAt int64 // the due time of the last timer that ran
}

// reset makes j the state before the contact's first moment.
func (j *journey) reset(c *contact) {
	prior := c.prior
	*j = journey{merged: c.merged, lastQueue: prior.queue, queues: j.queues[:0], advisors: j.advisors[:0], limitMs: liveLimitMs}
	j.entered, j.answered, j.transfers, j.wasClosed = prior.entered, prior.answered, int32(prior.transfers), prior.closed
	j.inBase, j.menu.over = prior.inBase, prior.menu
}

// priorLife is what a contact that comes back after it became a stub still knows, so that it is not counted twice.
type priorLife struct {
	queue                     ID // the last one it entered
	entered, answered, closed bool
	inBase, menu              bool // repeat_base was booked; it came into the voice menu
	transfers                 uint8
	lives                     uint8
}

// fold runs the timeline from moment number `from` to the clock `until`: each moment in order, each timer before the
// moments at or after its due time. A timer that is due at or before until has run when fold returns.
func (j *journey) fold(line []moment, from int, until int64, out *rows) {
	for i := from; i < len(line); i++ {
		j.runTimers(line[i].at, out)
		j.apply(&line[i], out)
	}
	j.runTimers(until, out)
}

func (j *journey) runTimers(until int64, out *rows) {
	for {
		due := j.nextDue()
		if due > until {
			return
		}
		j.lastTimerAt = max(j.lastTimerAt, due)
		j.runTimersAt(due, out)
	}
}

// nextDue is the instant of the next timer that gives a fact, or never.
func (j *journey) nextDue() int64 {
	due := never
	open := false
	for i := range j.queues {
		if q := &j.queues[i]; q.waiting {
			open = true
			due = min(due, q.nextDue())
		}
	}
	for i := range j.advisors {
		if a := &j.advisors[i]; a.phase != phaseClosed {
			open = true
			due = min(due, a.reapAt())
		}
	}
	if open || j.closedAt != 0 {
		return due
	}
	if j.endedAt != 0 {
		return j.idleSince()
	}
	if j.lastEndAt != 0 {
		return j.lastEndAt + settleMs // nobody said that it ended: ten idle minutes do
	}
	if j.startedAt == 0 {
		return never // nothing but outcomes was heard of it
	}
	return j.startedAt + j.limitMs
}

func (j *journey) idleSince() int64 { return max(j.endedAt, j.lastEndAt) }

func (q *queueLeg) nextDue() int64 {
	if !q.crossed {
		return min(q.crossAt(), q.reapAt())
	}
	return q.reapAt()
}

// crossAt is the first instant at which the wait is above T: wait <= T is within.
func (q *queueLeg) crossAt() int64 { return q.start.at + int64(q.start.thresholdMs) + 1 }
func (q *queueLeg) reapAt() int64  { return q.start.at + int64(q.start.limitMs) }

func (a *advisorLeg) reapAt() int64 {
	switch a.phase {
	case phaseRinging:
		return a.offeredAt + ringLimitMs
	case phaseWrapping:
		return a.talkEndAt + wrapLimitMs
	}
	return a.connectedAt + int64(a.limitMs)
}

// runTimersAt runs what is due at exactly this instant. Legs run in the order in which they began.
func (j *journey) runTimersAt(due int64, out *rows) {
	open := false
	for i := range j.queues {
		q := &j.queues[i]
		if !q.waiting {
			continue
		}
		switch {
		case due >= q.reapAt():
			j.endQueueLeg(q, due, endLost, nil, out)
		case due >= q.crossAt() && !q.crossed:
			q.crossed = true
			j.beginQueueRow(q, due, out)
			out.add(indicator.Crossed, 1)
			out.endLeg(q.start.variant)
			open = true
		default:
			open = true
		}
	}
	for i := range j.advisors {
		a := &j.advisors[i]
		if a.phase != phaseClosed && due >= a.reapAt() {
			a.phase = phaseClosed // lost: it enters no handle time
			j.lastEndAt = due
		}
		open = open || a.phase != phaseClosed
	}
	if !open && j.closedAt == 0 {
		j.closeIfDue(due, out)
	}
}

// closeIfDue books the end of the contact once no leg is open and its end is known or believed.
func (j *journey) closeIfDue(now int64, out *rows) {
	switch {
	case j.endedAt != 0:
		j.close(j.idleSince(), out)
	case j.lastEndAt != 0 && now >= j.lastEndAt+settleMs:
		j.close(j.lastEndAt+settleMs, out)
	case j.lastEndAt == 0 && now >= j.startedAt+j.limitMs:
		j.closedAt = now // announced, never seen again: nothing to count
		j.closeMenu(out)
	}
}

func (j *journey) close(at int64, out *rows) {
	j.closedAt = at
	j.closeMenu(out)
	if !j.entered && !j.answered {
		return
	}
	out.begin(at, GrainContact, j.version, &j.dims)
	if !j.wasClosed {
		out.add(indicator.ContactsClosed, 1)
	}
	if j.answered && j.identified && !j.outward && !j.inBase { // what a repeat can be seen of
		j.inBase, j.baseAt = true, at
		out.add(indicator.RepeatBase, 1)
	}
	out.add(indicator.CustomerWaitMs, j.waitMs-j.closedWaitMs)
	out.add(indicator.ContactHandleMs, j.handleMs-j.closedHandleMs)
	out.end()
	j.closedWaitMs, j.closedHandleMs = j.waitMs, j.handleMs
	j.wasClosed = true
}

// apply books one moment.
func (j *journey) apply(m *moment, out *rows) {
	if j.startedAt == 0 && !isOutcome(m.typ) {
		j.startedAt = m.at
		j.limitMs = int64(m.limitMs)
	}
	j.describe(m)
	switch m.typ {
	case event.QueueEntered:
		j.enter(m, out)
	case event.QueueAbandoned:
		if q := j.waitingLeg(m.queue); q != nil {
			j.endQueueLeg(q, m.at, endAbandoned, m, out)
		}
	case event.QueueLeft:
		if q := j.waitingLeg(m.queue); q != nil {
			end := endLeft
			if m.left == leftLost {
				end = endLost
			}
			j.endQueueLeg(q, m.at, end, m, out)
		}
	case event.QueueRefused:
		j.refuse(m, out)
	case event.ContactEnded:
		j.ended(m, out)
	case event.ContactMenu:
		j.visitMenu(m, out)
	case event.CallDialled, event.CallRefused:
		j.dial(m, out)
	default:
		j.applyAdvisor(m, out)
	}
}

// describe learns the contact's own dimensions: the first word on each stands.
func (j *journey) describe(m *moment) {
	first := func(d *ID, v ID) {
		if *d == 0 {
			*d = v
		}
	}
	first(&j.dims.Programme, m.programme)
	first(&j.dims.Channel, m.channel)
	if j.dims.Direction == 0 {
		j.outward = m.outward
	}
	first(&j.dims.Direction, m.direction)
	first(&j.dims.Campaign, m.campaign)
	first(&j.dims.Reason, m.reason)
	first(&j.line, m.line)
	j.identified = j.identified || m.identified
	j.version = max(j.version, m.version)
}

// enter opens a queue leg. A second entry in a queue where the contact already waits is the same entry said twice.
func (j *journey) enter(m *moment, out *rows) {
	if j.waitingLeg(m.queue) != nil || len(j.queues) == maxLegs {
		return
	}
	j.queues = append(j.queues, queueLeg{start: *m, waiting: true})
	q := &j.queues[len(j.queues)-1]
	j.closedAt = 0

	j.beginQueueRow(q, m.at, out)
	out.add(indicator.Offered, 1)
	if j.transfers > 0 || slices.Contains(j.merged, m.contact) { // after a transfer, or in the consultation that prepared one
		out.add(indicator.OfferedTransferred, 1)
	}
	out.endLeg(m.variant)

	firstHere := m.queue != j.lastQueue
	for i := range j.queues[:len(j.queues)-1] {
		firstHere = firstHere && j.queues[i].start.queue != m.queue
	}
	j.dims.Queue = m.queue
	out.begin(m.at, GrainContact, m.version, &j.dims)
	if !j.entered {
		j.entered, j.enteredAt = true, m.at
		j.firstQueue = m.queue
		out.add(indicator.Contacts, 1)
		if j.identified {
			out.add(indicator.ContactsIdentified, 1)
		}
	}
	if firstHere {
		out.add(indicator.QueueContacts, 1)
	}
	out.end()
}

// waitingLeg is the leg that waits in queue, or, when the event names no queue, the last one that waits at all.
func (j *journey) waitingLeg(queue ID) *queueLeg {
	for i := len(j.queues) - 1; i >= 0; i-- {
		if q := &j.queues[i]; q.waiting && (queue == 0 || q.start.queue == queue) {
			return q
		}
	}
	return nil
}

// refuse counts a contact that a queue did not take: no leg, and no contact either.
func (j *journey) refuse(m *moment, out *rows) {
	dims := m.dims()
	out.begin(m.at, GrainQueueLeg, m.version, &dims)
	out.add(indicator.Refused, 1)
	out.add(refusedMeasures[m.refused], 1)
	out.endLeg(m.variant)
	j.refused = true
	j.lastEndAt = max(j.lastEndAt, m.at)
	if j.outcome == OutcomeOpen {
		j.outcome = OutcomeRefused
	}
}

// ended takes the source's word that the journey is over: whoever still waits has abandoned.
func (j *journey) ended(m *moment, out *rows) {
	for i := range j.queues {
		if q := &j.queues[i]; q.waiting {
			j.endQueueLeg(q, m.at, endAbandoned, m, out)
		}
	}
	j.endedAt = m.at
	j.lastEndAt = max(j.lastEndAt, m.at)
	j.closeIfEnded(m.at, out)
}

// dims are the dimensions of a fact that belongs to the moment's queue.
func (m *moment) dims() Dims {
	return Dims{Programme: m.programme, Queue: m.queue, Campaign: m.campaign, Channel: m.channel, Direction: m.direction, Reason: m.reason}
}
