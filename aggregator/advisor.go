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

	plan plan  // the schedules in force
	past diary // what was done before base.at: a schedule may still change what it was worth
}

// shift is the state of the fold over an advisor's timeline.
type shift struct {
	at     int64 // the instant up to which time is accounted
	from   int64 // since when nothing has changed: [from, at) is settled with the next change or minute
	acc    [numCategories]int64
	slots  slotTime
	loads  []load    // of this minute
	made   []load    // the same for campaigns: production
	doings []stretch // of this minute
	legs   []shiftLeg
	queues []shiftQueue
	judge  judge

	place
	assignment
	version   uint32
	category  category // why not ready, when not ready
	online    bool     // logged in, whatever the queues
	told      bool     // the source reports log-ins: absence of one means absence
	seen      bool     // no log-in was reported, but somebody works: the log-in is older than the log
	allPaused bool
	capacity  capacity
	workEndAt int64 // when a conversation, or the work after one, last ended; 0 = never
	silentAt  int64 // when nobody believes the log-in any more, unless something is heard before
}

// place is where an advisor works.
type place struct{ team, homeTeam, site ID }

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
	loads, doings := append(s.loads[:0], o.loads...), append(s.doings[:0], o.doings...)
	made := append(s.made[:0], o.made...)
	pieces := append(s.judge.pieces[:0], o.judge.pieces...)
	*s = *o
	s.legs, s.queues, s.loads, s.made, s.doings, s.judge.pieces = legs, queues, loads, made, doings, pieces
}

// fold runs the moments from number `from` on, then the clock until `until`.
func (s *shift) fold(a *advisor, line []moment, from int, until int64, out *rows) {
	for i := from; i < len(line); i++ {
		s.advance(a, line[i].at, out)
		s.apply(a, &line[i], out)
	}
	s.advance(a, until, out)
}

// advance accounts the time up to `to`. It is cut at minute borders and where a forgotten leg, or a forgotten log-in, ends; a
// finished minute becomes rows. A stretch in which nothing changes is settled in one piece, in however many steps the clock gets through
// it: what is shared over several legs would else be rounded once for each step.
func (s *shift) advance(a *advisor, to int64, out *rows) {
	for s.at < to {
		if s.quiet() && s.skip(min(to, a.plan.next(s.at))) {
			continue
		}
		border := s.at - mod(s.at, minuteMs) + minuteMs
		next := min(to, border)
		due := s.nextDue()
		if due < next {
			next = max(due, s.at)
		}
		s.at = next
		if due <= next || next == border {
			s.settle()
		}
		if due <= next {
			s.reap(next)
			s.fallSilent(next)
		}
		if next == border {
			s.flush(a, border-minuteMs, out)
		}
	}
}

// quiet tells that nobody is there, nothing is accounted in the current minute and nothing can change by itself.
func (s *shift) quiet() bool {
	return len(s.legs) == 0 && len(s.doings) == 0 && s.from == s.at && !s.logged() && s.acc == [numCategories]int64{}
}

// skip passes time in which nobody is there and nobody is planned: no minute of it needs to be cut.
func (s *shift) skip(to int64) bool {
	if to <= s.at {
		return false
	}
	s.at, s.from = to, to
	return true
}

// settle accounts the stretch since the last change.
func (s *shift) settle() {
	ms := s.at - s.from
	if ms == 0 {
		return
	}
	c := s.now()
	doing := stretch{from: s.from, to: s.at, doing: doingOf(c)}
	if c != timeNone {
		s.acc[c] += ms
	}
	if isQueueTime(c) {
		s.settleSlots(ms)
		s.settleProduction(ms)
	}
	if doing.doing == doingWork {
		doing.since = s.share(ms)
	}
	s.doings = append(s.doings, doing)
	s.from = s.at
}

// flush makes the rows of a minute out of what was settled in it. Of a base, whose rows were issued long ago, the diary
// takes it.
func (s *shift) flush(a *advisor, minute int64, out *rows) {
	if out.past == nil {
		s.flushTime(a.name, minute, out)
	}
	if len(a.plan.days) > 0 {
		dims := s.dims(a.name)
		s.judge.hear(&a.plan, s.doings, minute, s.version, &dims, out)
	}
	if out.past == nil {
		s.flushLoads(minute, out)
		s.flushProduction(a.name, minute, out)
	} else {
		out.past.note(s.doings)
	}
	s.acc, s.slots, s.loads, s.made, s.doings = [numCategories]int64{}, slotTime{}, s.loads[:0], s.made[:0], s.doings[:0]
}

// flushTime makes the row of the clock. logged_ms is the sum of the others, by law.
func (s *shift) flushTime(name ID, minute int64, out *rows) {
	dims := s.dims(name)
	out.begin(minute, GrainTime, s.version, &dims)
	var logged int64
	for c, ms := range s.acc {
		if ms != 0 {
			out.add(timeMeasures[c], ms)
			logged += ms
		}
	}
	out.add(indicator.LoggedMs, logged)
	out.add(indicator.SlotsUsedMs, s.slots.usedMs)
	out.add(indicator.SlotsOpenMs, s.slots.openMs)
	out.end()
}

// dims are the dimensions of a row about the advisor's time.
func (s *shift) dims(name ID) Dims {
	return Dims{Team: s.team, HomeTeam: s.homeTeam, Site: s.site, Advisor: name}
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

// apply changes the state at the moment's instant, which the shift has reached.
func (s *shift) apply(a *advisor, m *moment, out *rows) {
	s.settle()
	if p := (place{m.team, m.homeTeam, m.site}); p != s.place {
		s.flush(a, s.at-mod(s.at, minuteMs), out)
		s.place = p
		if out.past != nil {
			out.past.move(s.at, p)
		}
	}
	s.version = max(s.version, m.version)
	s.hear(m)
	switch m.typ {
	case event.AdvisorState:
		s.applyState(m)
	case event.AdvisorCapacity:
		s.capacity.set(m.medium, m.slots)
	case event.AdvisorOffered:
		s.offer(a.name, m)
	case event.AdvisorConnected:
		s.connect(a.name, m, out)
	case event.AdvisorMissed, event.AdvisorCancelled:
		s.take(m, phaseRinging)
		s.appear()
	case event.AdvisorReleased:
		s.release(m)
	case event.AdvisorTransferred:
		if leg, had := s.take(m, phaseTalking); had {
			s.endWork(&leg, m.at)
		}
	case event.AdvisorWrapped:
		if leg, had := s.take(m, phaseWrapping); had {
			s.endWork(&leg, m.at)
		}
	}
}

// appear believes that an advisor who works is logged in, unless the source reports log-ins and reported none.
func (s *shift) appear() { s.seen = s.seen || !s.told }

func (s *shift) applyState(m *moment) {
	s.told = s.told || m.state != wordPaused
	s.assign(m)
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
		s.logOut()
	}
}

// logOut ends whatever made the advisor logged in.
func (s *shift) logOut() {
	s.online, s.seen, s.allPaused = false, false, false
	s.queues = s.queues[:0]
	s.assignment = assignment{}
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
			s.assignment = assignment{}
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
