// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// The legs that occupy an advisor, and what each of them costs in wall-clock time.
//
// load_ms: an instant of work (a conversation, a hold, after-contact work) is shared over the legs that are then open, in
// whole milliseconds; the remainder goes to the leg that was connected first. So the sum over legs is on_contact_ms +
// wrapping_ms, exactly. While the advisor is rung or listens in, the clock does not say work, and after-contact work that
// is open then has no share. A share is booked at its minute, with the dimensions of its leg; legs with the same
// dimensions share a row.
//
// Slots: what an advisor can take at once, times time. They are open while the advisor is on queue (available, ringing, on
// contact, wrapping), and in use for each leg that rings, talks, is held or wrapped up: so with one slot their quotient is
// the occupancy.

// shortGapMs is the rest between two contacts below which there was none. Who still listens in is not between two contacts.
const shortGapMs = 10_000

// shiftLeg is a leg that occupies the advisor now.
type shiftLeg struct {
	contact uint64
	dims    Dims // the queue is that of its first event, the team that of the connection
	queue   ID   // what the event said that began the phase
	sinceAt int64
	workAt  int64 // when it was connected
	age     int32 // the order of connections: the least is the oldest
	limitMs int32
	phase   advisorPhase
	monitor bool
	shared  bool // leaves the other slots free
}

// load is the share of a minute that legs with these dimensions have.
type load struct {
	dims Dims
	ms   int64
}

func (l *shiftLeg) category() category {
	switch {
	case l.monitor:
		return timeMonitor
	case l.phase == phaseRinging:
		return timeRinging
	case l.phase == phaseWrapping:
		return timeWrapping
	}
	return timeOnContact
}

// works tells a conversation, or the work after one.
func (l *shiftLeg) works() bool { return l.phase != phaseRinging && !l.monitor }

func (s *shift) nextReap() int64 {
	due := never
	for i := range s.legs {
		due = min(due, s.legs[i].reapAt())
	}
	return due
}

func (l *shiftLeg) reapAt() int64 {
	switch l.phase {
	case phaseRinging:
		return l.sinceAt + ringLimitMs
	case phaseWrapping:
		return l.sinceAt + wrapLimitMs
	}
	return l.sinceAt + int64(l.limitMs)
}

func (s *shift) reap(now int64) {
	kept := s.legs[:0]
	for i := range s.legs {
		if s.legs[i].reapAt() > now {
			kept = append(kept, s.legs[i])
		}
	}
	s.legs = kept
}

// offer opens a leg that rings.
func (s *shift) offer(name ID, m *moment) {
	s.appear()
	if s.room(m, phaseRinging) {
		s.legs = append(s.legs, newLeg(name, m, phaseRinging))
	}
}

// connect opens a conversation. What its offer said of the leg stands, but for the team.
func (s *shift) connect(name ID, m *moment, out *rows) {
	leg, rang := s.take(m, phaseRinging)
	s.appear()
	if !s.room(m, phaseTalking) {
		return
	}
	if m.kind == kindPrimary && s.workEndAt != 0 && m.at-s.workEndAt < shortGapMs && !s.connected() {
		dims := s.dims(name)
		out.begin(m.at, GrainTime, s.version, &dims)
		out.add(indicator.ShortGap, 1)
		out.end()
	}
	if !rang {
		leg = newLeg(name, m, phaseTalking)
	}
	leg.phase, leg.queue, leg.monitor = phaseTalking, m.queue, m.kind == kindMonitor
	leg.sinceAt, leg.workAt, leg.limitMs, leg.age = m.at, m.at, m.limitMs, 1
	leg.dims.Team, leg.dims.HomeTeam, leg.dims.Site = m.team, m.homeTeam, m.site
	for i := range s.legs {
		leg.age = max(leg.age, s.legs[i].age+1)
	}
	s.legs = append(s.legs, leg)
}

// release ends a conversation, or turns it into the work after it.
func (s *shift) release(m *moment) {
	leg, had := s.take(m, phaseTalking)
	if !had {
		return
	}
	s.endWork(&leg, m.at)
	if m.kind != kindWrapping || !s.room(m, phaseWrapping) {
		return
	}
	leg.phase, leg.queue, leg.sinceAt, leg.monitor = phaseWrapping, m.queue, m.at, false
	s.legs = append(s.legs, leg)
}

// endWork takes note of when a conversation, or the work after one, ended. Listening in is neither.
func (s *shift) endWork(l *shiftLeg, at int64) {
	if !l.monitor {
		s.workEndAt = at
	}
}

func newLeg(name ID, m *moment, phase advisorPhase) shiftLeg {
	leg := shiftLeg{contact: m.contact, dims: m.dims(), queue: m.queue, phase: phase, sinceAt: m.at, limitMs: m.limitMs, shared: m.medium.isShared()}
	leg.dims.Advisor, leg.dims.Team, leg.dims.HomeTeam, leg.dims.Site = name, m.team, m.homeTeam, m.site
	return leg
}

func (l *shiftLeg) is(m *moment, phase advisorPhase) bool {
	return l.phase == phase && l.contact == m.contact && (l.queue == m.queue || l.queue == 0 || m.queue == 0)
}

// room tells whether a leg in that phase can be opened: it is not open already, and there are not too many.
func (s *shift) room(m *moment, phase advisorPhase) bool {
	for i := range s.legs {
		if s.legs[i].is(m, phase) {
			return false
		}
	}
	return len(s.legs) < maxShiftLegs
}

// take ends the moment's leg in that phase, the newest if several answer to it, and tells whether there was one.
func (s *shift) take(m *moment, phase advisorPhase) (shiftLeg, bool) {
	for i := len(s.legs) - 1; i >= 0; i-- {
		if s.legs[i].is(m, phase) {
			leg := s.legs[i]
			s.legs = append(s.legs[:i], s.legs[i+1:]...)
			return leg, true
		}
	}
	return shiftLeg{}, false
}

// connected tells whether a conversation, the work after one or listening in is open. Listening counts here: the contact may be
// the one that is listened to, under an id merged into it, where the connection is no new one (see journey.connect). A gap
// before it would be a gap of no connection.
func (s *shift) connected() bool {
	for i := range s.legs {
		if s.legs[i].phase != phaseRinging {
			return true
		}
	}
	return false
}

// share books ms of work on the legs that are open. It returns when the oldest of them was connected.
func (s *shift) share(ms int64) (since int64) {
	if len(s.legs) == 1 {
		s.addLoad(&s.legs[0].dims, ms)
		return s.legs[0].workAt
	}
	var oldest *shiftLeg
	n := int64(0)
	for i := range s.legs {
		l := &s.legs[i]
		if !l.works() {
			continue
		}
		n++
		if oldest == nil || l.age < oldest.age {
			oldest = l
		}
	}
	each := ms / n // n > 0: without such a leg the category is not one of work
	for i := range s.legs {
		switch l := &s.legs[i]; {
		case l == oldest:
			s.addLoad(&l.dims, ms-each*(n-1))
		case l.works():
			s.addLoad(&l.dims, each)
		}
	}
	return oldest.workAt
}

func (s *shift) addLoad(dims *Dims, ms int64) {
	for i := range s.loads {
		if s.loads[i].dims == *dims {
			s.loads[i].ms += ms
			return
		}
	}
	s.loads = append(s.loads, load{*dims, ms})
}

func (s *shift) flushLoads(minute int64, out *rows) {
	for i := range s.loads {
		out.begin(minute, GrainAdvisorLeg, s.version, &s.loads[i].dims)
		out.add(indicator.LoadMs, s.loads[i].ms)
		out.end()
	}
}

// medium is a channel as a small number: its place in event.Channels, from 1; 0 = nobody said which.
type medium uint8

const maxMedia = 8

func mediumOf(channel string) medium {
	for i, c := range event.Channels {
		if c == channel {
			return medium(i + 1)
		}
	}
	return 0
}

// isShared tells a channel whose contacts leave the other slots free. With a customer on the line, and wherever nobody
// said what the channel is, none is left.
func (m medium) isShared() bool { return m != 0 && m != mediumVoice && m != mediumVideo }

var mediumVoice, mediumVideo = mediumOf(event.ChannelVoice), mediumOf(event.ChannelVideo)

// capacity is how many contacts an advisor takes at once, by channel; 0 = nobody said, which is one.
type capacity [maxMedia]uint8

func (c *capacity) set(m medium, slots uint8) { c[m] = slots }

// slots are those of the channel of which the advisor takes most: one voice or three chats are three slots.
func (c *capacity) slots() int64 {
	if *c == (capacity{}) {
		return 1
	}
	most := uint8(1)
	for _, n := range c {
		most = max(most, n)
	}
	return int64(most)
}

// slotTime is slots times time, in ms.
type slotTime struct{ usedMs, openMs int64 }

// isQueueTime tells the categories in which an advisor is there for contacts.
func isQueueTime(c category) bool { return c <= timeWrapping }

func (s *shift) settleSlots(ms int64) {
	open, used := s.slotsNow()
	s.slots.openMs += open * ms
	s.slots.usedMs += used * ms
}

// slotsNow is how many contacts an advisor on queue can take at once, and how many of these places are taken.
func (s *shift) slotsNow() (open, used int64) {
	open = s.capacity.slots()
	for i := range s.legs {
		switch l := &s.legs[i]; {
		case l.monitor:
		case l.shared:
			used++
		default:
			used = open
		}
	}
	return open, min(used, open)
}
