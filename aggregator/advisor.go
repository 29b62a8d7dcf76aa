// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

const (
	minuteMs = int64(60_000)
	// An advisor's timeline keeps the last 15 to 20 minutes of moments; what is older is folded into the base for good. An
	// event that is older than the base is too late for wall-clock time.
	advisorKeepMs = 15 * minuteMs
	advisorTrimMs = 20 * minuteMs
	maxShiftLegs  = 64 // legs open at once for one advisor; a source that never ends legs cannot grow it further
	maxShiftQueue = 256
)

// advisor is one advisor's wall clock: which category each instant belongs to, cut at minute borders.
type advisor struct {
	name ID
	base shift    // everything before base.at, for good
	line []moment // the moments at or after base.at, in order
	cur  shift    // the fold of base and line
}

// shift is the state of the fold over an advisor's timeline.
type shift struct {
	at     int64 // the instant up to which time is accounted
	acc    [numCategories]int64
	legs   []shiftLeg
	queues []shiftQueue

	team, homeTeam, site ID
	version              uint32
	category             category // why not ready, when not ready
	online               bool     // logged in, whatever the queues
	told                 bool     // the source reports log-ins: absence of one means absence
	seen                 bool     // no log-in was reported, but somebody works: the log-in is older than the log
	allPaused            bool
}

// shiftLeg is a leg that occupies the advisor now.
type shiftLeg struct {
	contact uint64
	queue   ID
	phase   advisorPhase
	monitor bool
	sinceAt int64
	limitMs int32
}

// shiftQueue is the advisor's membership of one queue.
type shiftQueue struct {
	queue  ID
	member bool
	paused pauseFlag
}

// pauseFlag of one queue overrules the pause of all queues once it is set.
type pauseFlag uint8

const (
	pauseInherited pauseFlag = iota
	pauseSet
	pauseCleared
)

// copyFrom makes s a copy of o that shares no memory with it.
func (s *shift) copyFrom(o *shift) {
	legs, queues := append(s.legs[:0], o.legs...), append(s.queues[:0], o.queues...)
	*s = *o
	s.legs, s.queues = legs, queues
}

// fold runs the moments from number `from` on, then the clock until `until`.
func (s *shift) fold(name ID, line []moment, from int, until int64, out *rows) {
	for i := from; i < len(line); i++ {
		s.advance(name, line[i].at, out)
		s.apply(name, &line[i], out)
	}
	s.advance(name, until, out)
}

// advance accounts the time up to `to`. It is cut at minute borders and where a forgotten leg is reaped; a finished minute
// becomes a row.
func (s *shift) advance(name ID, to int64, out *rows) {
	for s.at < to {
		border := s.at - mod(s.at, minuteMs) + minuteMs
		next := min(to, border)
		reap := s.nextReap()
		if reap < next {
			next = max(reap, s.at)
		}
		if c := s.now(); c != timeNone {
			s.acc[c] += next - s.at
		} else if s.quiet() {
			s.at = to // nobody there: no minute to cut
			return
		}
		s.at = next
		if reap <= next {
			s.reap(next)
		}
		if next == border {
			s.flush(name, border-minuteMs, out)
		}
	}
}

// quiet tells that nothing is accounted in the current minute and nothing can change by itself.
func (s *shift) quiet() bool { return len(s.legs) == 0 && s.acc == [numCategories]int64{} }

// flush makes the row of a minute out of what was accounted in it. logged_ms is the sum of the others, by law.
func (s *shift) flush(name ID, minute int64, out *rows) {
	dims := Dims{Team: s.team, HomeTeam: s.homeTeam, Site: s.site, Advisor: name}
	out.begin(minute, GrainTime, s.version, &dims)
	var logged int64
	for c, ms := range s.acc {
		out.add(timeMeasures[c], ms)
		logged += ms
	}
	out.add(indicator.LoggedMs, logged)
	out.end()
	s.acc = [numCategories]int64{}
}

// now is the category of this instant: a conversation before listening in, before ringing, before after-contact work,
// before the state.
func (s *shift) now() category {
	best := timeNone
	for i := range s.legs {
		if c := s.legs[i].category(); rank(c) > rank(best) {
			best = c
		}
	}
	if best != timeNone {
		return best
	}
	if !s.logged() {
		return timeNone
	}
	if s.paused() {
		return s.category
	}
	return timeAvailable
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

func rank(c category) int {
	switch c {
	case timeOnContact:
		return 4
	case timeMonitor:
		return 3
	case timeRinging:
		return 2
	case timeWrapping:
		return 1
	}
	return 0
}

func (s *shift) logged() bool {
	return s.online || s.seen || s.anyMember()
}

// paused tells that no queue can give the advisor a contact: each queue known is paused, on its own or with all others.
// Overlapping pauses count once.
func (s *shift) paused() bool {
	known := false
	for i := range s.queues {
		q := &s.queues[i]
		if !q.member {
			continue
		}
		known = true
		if !s.pausedIn(q) {
			return false
		}
	}
	return known || s.allPaused
}

func (s *shift) pausedIn(q *shiftQueue) bool {
	return q.paused == pauseSet || q.paused == pauseInherited && s.allPaused
}

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

// apply changes the state at the moment's instant, which the shift has reached.
func (s *shift) apply(name ID, m *moment, out *rows) {
	if m.team != s.team || m.homeTeam != s.homeTeam || m.site != s.site {
		s.flush(name, s.at-mod(s.at, minuteMs), out)
		s.team, s.homeTeam, s.site = m.team, m.homeTeam, m.site
	}
	s.version = max(s.version, m.version)
	switch m.typ {
	case event.AdvisorState:
		s.applyState(m)
	case event.AdvisorOffered:
		s.open(m, phaseRinging)
	case event.AdvisorConnected:
		s.remove(m, phaseRinging)
		s.open(m, phaseTalking)
	case event.AdvisorMissed, event.AdvisorCancelled:
		s.remove(m, phaseRinging)
		s.appear()
	case event.AdvisorReleased:
		if s.remove(m, phaseTalking) && m.kind == kindWrapping {
			s.open(m, phaseWrapping)
		}
	case event.AdvisorTransferred:
		s.remove(m, phaseTalking)
	case event.AdvisorWrapped:
		s.remove(m, phaseWrapping)
	}
}

// appear believes that an advisor who works is logged in, unless the source reports log-ins and reported none.
func (s *shift) appear() { s.seen = s.seen || !s.told }

func (s *shift) open(m *moment, phase advisorPhase) {
	if phase != phaseWrapping {
		s.appear()
	}
	if s.has(m, phase) || len(s.legs) == maxShiftLegs {
		return
	}
	s.legs = append(s.legs, shiftLeg{contact: m.contact, queue: m.queue, phase: phase,
		monitor: m.kind == kindMonitor, sinceAt: m.at, limitMs: m.limitMs})
}

func (l *shiftLeg) is(m *moment, phase advisorPhase) bool {
	return l.phase == phase && l.contact == m.contact && (l.queue == m.queue || l.queue == 0 || m.queue == 0)
}

func (s *shift) has(m *moment, phase advisorPhase) bool {
	for i := range s.legs {
		if s.legs[i].is(m, phase) {
			return true
		}
	}
	return false
}

// remove ends the moment's leg in that phase and tells whether there was one.
func (s *shift) remove(m *moment, phase advisorPhase) bool {
	for i := len(s.legs) - 1; i >= 0; i-- {
		if s.legs[i].is(m, phase) {
			s.legs = append(s.legs[:i], s.legs[i+1:]...)
			return true
		}
	}
	return false
}

func (s *shift) applyState(m *moment) {
	s.told = s.told || m.state != wordPaused
	if m.queue != 0 {
		s.applyQueueState(m)
		return
	}
	switch m.state {
	case wordAvailable:
		s.online = s.online || !s.anyMember()
		s.setAll(false)
	case wordPaused:
		s.appear()
		s.category = m.category
		s.setAll(true)
	case wordOffline:
		s.online, s.seen = false, false
		s.queues = s.queues[:0]
		s.allPaused = false
	}
}

// setAll pauses or readies every queue, the ones to come included.
func (s *shift) setAll(paused bool) {
	s.allPaused = paused
	for i := range s.queues {
		s.queues[i].paused = pauseInherited
	}
}

func (s *shift) applyQueueState(m *moment) {
	q := s.queue(m.queue)
	if q == nil {
		return
	}
	switch m.state {
	case wordAvailable:
		q.member, q.paused = true, pauseCleared
	case wordPaused:
		q.member, q.paused = true, pauseSet
		s.category = m.category
	case wordOffline:
		q.member, q.paused = false, pauseInherited
		if !s.anyMember() { // the last queue left is a log-out, however the log-in came about
			s.online, s.seen = false, false
		}
	}
}

func (s *shift) anyMember() bool {
	for i := range s.queues {
		if s.queues[i].member {
			return true
		}
	}
	return false
}

func (s *shift) queue(id ID) *shiftQueue {
	for i := range s.queues {
		if s.queues[i].queue == id {
			return &s.queues[i]
		}
	}
	if len(s.queues) == maxShiftQueue {
		return nil
	}
	s.queues = append(s.queues, shiftQueue{queue: id})
	return &s.queues[len(s.queues)-1]
}

// mod is the remainder that is never negative.
func mod(a, b int64) int64 { return ((a % b) + b) % b }
