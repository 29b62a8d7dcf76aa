// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// legEnd is how a queue leg ended.
type legEnd uint8

const (
	endAnswered legEnd = iota + 1
	endAbandoned
	endLeft
	endLost
)

func (j *journey) beginQueueRow(q *queueLeg, at int64, out *rows) {
	dims := q.start.dims()
	dims.Direction, dims.Reason, dims.Campaign = j.dims.Direction, j.dims.Reason, j.dims.Campaign
	out.begin(at, GrainQueueLeg, q.start.version, &dims)
}

// endQueueLeg books the end of a wait. m is the event that ended it, nil for the reaper. wait <= T is within, wait < S is
// short. A leg that is lost before T has crossed it: nobody saw an earlier end.
func (j *journey) endQueueLeg(q *queueLeg, at int64, end legEnd, m *moment, out *rows) {
	waitMs := at - q.start.at
	within := waitMs <= int64(q.start.thresholdMs)
	q.waiting = false
	j.lastEndAt = at

	j.beginQueueRow(q, at, out)
	r := &out.list[len(out.list)-1]
	switch end {
	case endAnswered:
		r.dims.Advisor, r.dims.Team, r.dims.HomeTeam, r.dims.Site = m.advisor, m.team, m.homeTeam, m.site
		out.add(indicator.Answered, 1)
		out.add(indicator.AnsweredWithin, oneIf(within))
		out.add(indicator.WaitAnsweredMs, waitMs)
		out.addBin(indicator.WaitAnsweredBins, waitMs)
		j.outcome, j.answeredAt = OutcomeAnswered, at
	case endAbandoned:
		out.add(indicator.Abandoned, 1)
		out.add(indicator.AbandonedShort, oneIf(waitMs < int64(q.start.shortMs)))
		out.add(indicator.AbandonedWithin, oneIf(within))
		out.add(indicator.WaitAbandonedMs, waitMs)
		out.addBin(indicator.WaitAbandonedBins, waitMs)
		if j.answeredAt < q.start.at || j.answeredAt == 0 { // an answer elsewhere, while it waited here too, stands
			j.outcome, j.abandonedAt = OutcomeAbandoned, at
		}
	case endLeft:
		out.add(indicator.Left, 1)
		out.add(leftMeasures[m.left], 1)
		out.add(indicator.LeftWithin, oneIf(within))
		out.add(indicator.LeftCallbackWithin, oneIf(within && m.left == leftCallback))
		out.add(indicator.WaitLeftMs, waitMs)
		j.outcome = OutcomeLeft
	case endLost:
		out.add(indicator.Lost, 1)
		out.add(indicator.Crossed, oneIf(!q.crossed))
		q.crossed = true
		j.outcome = OutcomeLost
		waitMs = 0
	}
	out.endLeg(q.start.variant)
	j.waitMs += waitMs
}

func oneIf(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// applyAdvisor books a moment of an advisor leg.
func (j *journey) applyAdvisor(m *moment, out *rows) {
	switch m.typ {
	case event.AdvisorOffered:
		if j.legOf(m, phaseRinging) == nil {
			j.offer(m, out)
		}
	case event.AdvisorMissed:
		j.miss(m, out)
	case event.AdvisorCancelled:
		a := j.ringingOrOffered(m, out)
		if a == nil {
			return
		}
		j.beginAdvisorRow(a, m.at, out)
		out.add(indicator.OffersCancelled, 1)
		j.endRinging(a, m.at, out)
	case event.AdvisorConnected:
		j.connect(m, out)
	case event.AdvisorHeld:
		if a := j.legOf(m, phaseTalking); a != nil {
			a.phase, a.heldAt, a.held = phaseHeld, m.at, true
		}
	case event.AdvisorResumed:
		if a := j.legOf(m, phaseHeld); a != nil {
			a.phase = phaseTalking
			a.holdMs += m.at - a.heldAt
		}
	case event.AdvisorReleased:
		j.release(m, out)
	case event.AdvisorTransferred:
		j.transfer(m, out)
	case event.AdvisorWrapped:
		if a := j.legOf(m, phaseWrapping); a != nil {
			j.closeAdvisorLeg(a, m.at, out)
		}
	case event.AdvisorAssistanceRequested, event.SupervisorJoined:
		j.assist(m)
	}
}

// legOf is the newest leg of the moment's advisor in that phase; the queue must agree when both name one.
func (j *journey) legOf(m *moment, phase advisorPhase) *advisorLeg {
	for i := len(j.advisors) - 1; i >= 0; i-- {
		a := &j.advisors[i]
		if a.phase == phase && a.dims.Advisor == m.advisor && (m.queue == 0 || a.dims.Queue == 0 || a.dims.Queue == m.queue) {
			return a
		}
	}
	return nil
}

// conversation is the advisor's leg that talks or is held.
func (j *journey) conversation(m *moment) *advisorLeg {
	if a := j.legOf(m, phaseTalking); a != nil {
		return a
	}
	return j.legOf(m, phaseHeld)
}

// offer opens an advisor leg, or returns nil when the contact has more legs than any contact has.
func (j *journey) offer(m *moment, out *rows) *advisorLeg {
	if len(j.advisors) == maxLegs {
		return nil
	}
	dims := m.dims()
	dims.Direction, dims.Reason = j.dims.Direction, j.dims.Reason
	dims.Advisor, dims.Team, dims.HomeTeam, dims.Site = m.advisor, m.team, m.homeTeam, m.site
	dims.Line, dims.Workstation = orID(m.line, j.line), m.workstation
	j.advisors = append(j.advisors, advisorLeg{dims: dims, version: m.version, limitMs: m.limitMs, phase: phaseRinging, offeredAt: m.at})
	a := &j.advisors[len(j.advisors)-1]
	j.closedAt = 0
	if m.typ == event.AdvisorConnected && kindIsSilent(m.kind) {
		return a
	}
	j.beginAdvisorRow(a, m.at, out)
	out.add(indicator.Offers, 1)
	out.end()
	return a
}

// kindIsSilent tells the connections that are nobody's offer: a listening supervisor, a colleague asked for advice.
func kindIsSilent(k kind) bool { return k == kindMonitor || k == kindConsult }

// ringingOrOffered is the advisor's ringing leg. A source that does not report offers shows one only by its end: then the
// offer is booked with it.
func (j *journey) ringingOrOffered(m *moment, out *rows) *advisorLeg {
	if a := j.legOf(m, phaseRinging); a != nil {
		return a
	}
	return j.offer(m, out)
}

func (j *journey) beginAdvisorRow(a *advisorLeg, at int64, out *rows) {
	out.begin(at, GrainAdvisorLeg, a.version, &a.dims)
}

// endRinging closes a leg that never talked, in the row that the caller began.
func (j *journey) endRinging(a *advisorLeg, at int64, out *rows) {
	out.add(indicator.RingMs, at-a.offeredAt)
	out.end()
	a.phase = phaseClosed
	j.lastEndAt = at
}

func (j *journey) miss(m *moment, out *rows) {
	a := j.ringingOrOffered(m, out)
	if a == nil {
		return
	}
	j.beginAdvisorRow(a, m.at, out)
	out.add(indicator.Missed, 1)
	j.endRinging(a, m.at, out)

	q := j.waitingLeg(m.queue)
	if q == nil || q.missed {
		return
	}
	q.missed = true
	if m.at-q.start.at > int64(q.start.thresholdMs) {
		return
	}
	j.beginQueueRow(q, m.at, out)
	out.add(indicator.OfferedMissedWithin, 1)
	out.endLeg(q.start.variant)
}

func (j *journey) connect(m *moment, out *rows) {
	if j.conversation(m) != nil {
		return // said twice
	}
	a := j.ringingOrOffered(m, out)
	if a == nil {
		return
	}
	a.phase, a.connectedAt, a.kind = phaseTalking, m.at, m.kind
	a.dims.Team, a.dims.HomeTeam, a.dims.Site = m.team, m.homeTeam, m.site // a leg keeps the team at its connection
	if m.kind == kindPrimary || m.kind == kindDirect {
		j.last = credit{m.queue, m.advisor, membership{m.team, m.homeTeam, m.site}}
	}
	if m.kind == kindMonitor {
		return
	}
	j.beginAdvisorRow(a, m.at, out)
	if m.kind == kindPrimary {
		out.add(indicator.Connected, 1)
	}
	out.add(indicator.RingMs, m.at-a.offeredAt)
	out.end()
	if m.kind != kindPrimary {
		return
	}
	j.dims.Advisor, j.dims.Team, j.dims.HomeTeam, j.dims.Site = m.advisor, m.team, m.homeTeam, m.site
	if q := j.waitingLeg(m.queue); q != nil {
		j.endQueueLeg(q, m.at, endAnswered, m, out)
	}
	if j.answered {
		return
	}
	j.answered = true
	out.begin(m.at, GrainContact, m.version, &j.dims)
	out.add(indicator.ContactsAnswered, 1)
	out.end()
}

func (j *journey) release(m *moment, out *rows) {
	a := j.conversation(m)
	if a == nil {
		return
	}
	a.by = m.by
	j.endTalk(a, m.at)
	if m.kind == kindWrapping {
		a.phase = phaseWrapping
		return
	}
	j.closeAdvisorLeg(a, m.at, out)
}

func (j *journey) endTalk(a *advisorLeg, at int64) {
	if a.phase == phaseHeld {
		a.holdMs += at - a.heldAt
	}
	a.talkEndAt = at
}

// transfer ends the conversation in favour of somebody else.
func (j *journey) transfer(m *moment, out *rows) {
	a := j.conversation(m)
	if a == nil {
		return
	}
	j.beginAdvisorRow(a, m.at, out)
	out.add(indicator.Transferred, 1)
	if m.kind == kindConsult {
		out.add(indicator.TransferredConsult, 1)
	} else {
		out.add(indicator.TransferredBlind, 1)
	}
	out.add(indicator.TransferredExternal, oneIf(m.kind == kindExternal))
	out.end()
	if j.transfers++; j.transfers == 2 {
		out.begin(m.at, GrainContact, m.version, &j.dims)
		out.add(indicator.ContactsBounced, 1)
		out.end()
	}
	j.endTalk(a, m.at)
	j.closeAdvisorLeg(a, m.at, out)
}

// closeAdvisorLeg books what only a finished leg can say: handled, talk, hold and wrap together, so that short windows
// never divide one without the other.
func (j *journey) closeAdvisorLeg(a *advisorLeg, at int64, out *rows) {
	a.phase = phaseClosed
	j.lastEndAt = at
	talkMs := a.talkEndAt - a.connectedAt - a.holdMs
	wrapMs := at - a.talkEndAt
	handleMs := talkMs + a.holdMs + wrapMs

	j.beginAdvisorRow(a, at, out)
	switch a.kind {
	case kindConsult:
		out.add(indicator.Consulted, 1)
		out.add(indicator.ConsultMs, handleMs)
	case kindDirect:
		out.add(indicator.DirectHandled, 1)
		out.add(indicator.DirectMs, handleMs)
	case kindPrimary:
		ds := min(handleMs/tenthMs, maxHandleDs)
		out.add(indicator.Handled, 1)
		out.add(indicator.TalkMs, talkMs)
		out.add(indicator.HoldMs, a.holdMs)
		out.add(indicator.WrapMs, wrapMs)
		out.add(indicator.Held, oneIf(a.held))
		out.add(indicator.HandleDs2, ds*ds)
		out.add(indicator.TalkShort, oneIf(talkMs < shortTalkMs))
		out.add(indicator.ReleasedByAdvisor, oneIf(a.by == byAdvisor))
		out.add(indicator.ReleasedByCustomer, oneIf(a.by == byCustomer))
		out.add(indicator.Assisted, oneIf(a.help&helpCame != 0))
		out.add(indicator.TakenOver, oneIf(a.help&helpTookOver != 0))
	}
	out.end()
	if a.kind == kindPrimary || a.kind == kindDirect {
		j.talkMs += talkMs
	}
	if a.kind != kindMonitor {
		j.handleMs += handleMs
	}
	j.closeIfEnded(at, out)
}

// closeIfEnded closes a contact whose end was announced, as soon as no leg is open.
func (j *journey) closeIfEnded(at int64, out *rows) {
	if j.endedAt != 0 && j.closedAt == 0 && j.resting() {
		j.close(at, out)
	}
}
