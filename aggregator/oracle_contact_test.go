// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"cmp"
	"math"
	"slices"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
)

const (
	ringLimit = 10 * minute
	wrapLimit = hour
	settle    = 10 * minute
	far       = int64(math.MaxInt64)
)

// point is a place in a timeline: at event number i, or, for a timer, before event number i.
type point struct {
	i     int
	timer bool
	at    int64
}

func (p point) after(q point) bool {
	if p.i != q.i {
		return p.i > q.i
	}
	if p.timer != q.timer {
		return q.timer
	}
	return p.at > q.at
}

// span is a leg, whatever its kind: where it is open.
type span struct {
	opened point
	ended  *point // nil: still open
}

func (s *span) openAfter(p point) bool {
	return !s.opened.after(p) && (s.ended == nil || s.ended.after(p))
}

type queueWait struct {
	span
	entry      *said
	how        string // answered, abandoned, left, lost; "" waits
	by         *said  // the event that ended it
	missedAt   int64  // of the first missed offer
	missedFrom int
	missed     bool
}

type advisorOffer struct {
	span
	dims                                     dimensions
	limitMs                                  int64
	phase                                    string // ringing, talking, held, wrapping, closed
	kind, by                                 string
	offeredAt, connectedAt, heldAt, talkEnds int64
	holdMs                                   int64
	held                                     bool
	asked, helped, takenOver                 bool
}

func (o *advisorOffer) limit() int64 {
	switch o.phase {
	case "ringing":
		return o.offeredAt + ringLimit
	case "talking", "held":
		return o.connectedAt + o.limitMs
	case "wrapping":
		return o.talkEnds + wrapLimit
	}
	return far
}

// story is a contact's timeline with the legs that were found in it.
type story struct {
	legs      map[string]bool // the ids that a merger said were a leg of another contact
	out       facts
	line      []said
	clock     int64
	waits     []*queueWait
	offers    []*advisorOffer
	transfers []int // events that handed the contact on
	talks     []int // events at which an advisor began to talk to the customer, called by a queue or not
	answers   []int // events at which an advisor took the contact, in the first place or after a transfer
}

// tell reads a contact's timeline.
func tell(out facts, legs map[string]bool, line []said, clock int64) *story {
	s := &story{legs: legs, out: out, line: line, clock: clock}
	for i := range line {
		s.read(i)
	}
	return s
}

func contactFacts(out facts, legs map[string]bool, line []said, clock int64) {
	s := tell(out, legs, line, clock)
	for _, w := range s.waits {
		if limit := w.entry.Time + w.entry.limitMs; w.ended == nil && limit <= clock {
			w.how, w.ended = "lost", new(s.timer(limit))
		}
		s.bookWait(w)
	}
	for _, o := range s.offers {
		if o.ended == nil && o.limit() <= clock {
			o.ended = new(s.timer(o.limit()))
		}
	}
	s.bookContact()
	s.bookCloses()
	s.bookMenu()
	s.bookDials()
	s.bookOutcomes()
}

// timer is the point of a timer: before the events at its instant (rule 5).
func (s *story) timer(at int64) point {
	i := 0
	for i < len(s.line) && s.line[i].Time < at {
		i++
	}
	return point{i, true, at}
}

func (s *story) here(i int) point { return point{i, false, s.line[i].Time} }

// waiting is rule 3: the newest leg that still waits, in that queue when one is named.
func (s *story) waiting(queue string, at int64) *queueWait {
	for _, w := range slices.Backward(s.waits) {
		if w.ended == nil && at < w.entry.Time+w.entry.limitMs && (queue == "" || w.entry.Queue == queue) {
			return w
		}
	}
	return nil
}

func (s *story) endWait(w *queueWait, how string, i int) {
	if w == nil {
		return
	}
	w.how, w.by, w.ended = how, &s.line[i], new(s.here(i))
}

// leg is the advisor's newest leg in one of the phases. Queues must agree when both are known.
func (s *story) leg(e *said, phases ...string) *advisorOffer {
	for _, phase := range phases {
		for _, o := range slices.Backward(s.offers) {
			if o.phase == phase && e.Time < o.limit() && o.dims.advisor == e.Advisor &&
				(e.Queue == "" || o.dims.queue == "" || o.dims.queue == e.Queue) {
				return o
			}
		}
	}
	return nil
}

func (s *story) read(i int) {
	e := &s.line[i]
	switch e.Type {
	case event.QueueEntered:
		if s.waiting(e.Queue, e.Time) == nil {
			s.waits = append(s.waits, &queueWait{span: span{opened: s.here(i)}, entry: e})
		}
	case event.QueueAbandoned:
		s.endWait(s.waiting(e.Queue, e.Time), "abandoned", i)
	case event.QueueLeft:
		how := "left"
		if e.Reason == event.LeftLost {
			how = "lost"
		}
		s.endWait(s.waiting(e.Queue, e.Time), how, i)
	case event.ContactEnded:
		for s.waiting("", e.Time) != nil {
			s.endWait(s.waiting("", e.Time), "abandoned", i)
		}
	case event.QueueRefused:
		dims := s.ownDims(i)
		s.bookLeg(e.Time, dims, e.variant, map[string]int64{"refused": 1, "refused_" + e.Reason: 1})
	case event.AdvisorOffered:
		if s.leg(e, "ringing") == nil {
			s.offer(i)
		}
	case event.AdvisorMissed, event.AdvisorCancelled:
		s.readUnanswered(i)
	case event.AdvisorConnected:
		s.readConnected(i)
	default:
		s.readConversation(i)
	}
}

// ownDims are the dimensions that an event itself names, with the customer's direction and reason.
func (s *story) ownDims(i int) dimensions {
	e := &s.line[i]
	d := dimensions{programme: e.Programme, queue: e.Queue, campaign: e.Campaign, channel: e.Channel, direction: e.Direction, reason: e.ContactReason}
	if e.Type != event.QueueRefused {
		words := s.words(i)
		d.direction, d.reason = words.direction, words.reason
	}
	return d
}

func (s *story) offer(i int) *advisorOffer {
	e := &s.line[i]
	d := s.ownDims(i)
	d.advisor, d.team, d.homeTeam, d.site = e.Advisor, e.Team, e.homeTeam, e.Site
	d.line, d.workstation = s.carriedBy(i), e.Workstation
	o := &advisorOffer{span: span{opened: s.here(i)}, dims: d, limitMs: e.limitMs, phase: "ringing", offeredAt: e.Time}
	s.offers = append(s.offers, o)
	nobodysOffer := e.Type == event.AdvisorConnected && (e.Kind == event.KindConsult || listens(e.Kind))
	if !nobodysOffer {
		s.out.add(e.Time, aggregator.GrainAdvisorLeg, d, "offers", 1)
	}
	return o
}

// carriedBy is the line that event number i says, or else the first that was said of the contact before it.
func (s *story) carriedBy(i int) string {
	line := s.line[i].Line
	for j := i - 1; j >= 0 && s.line[i].Line == ""; j-- {
		line = cmp.Or(s.line[j].Line, line)
	}
	return line
}

func listens(kind string) bool { return kind == event.KindMonitor || kind == event.KindWhisper }

func (s *story) readUnanswered(i int) {
	e := &s.line[i]
	o := s.leg(e, "ringing")
	if o == nil {
		o = s.offer(i)
	}
	o.phase, o.ended = "closed", new(s.here(i))
	name := "offers_cancelled"
	if e.Type == event.AdvisorMissed {
		name = "missed"
		if w := s.waiting(e.Queue, e.Time); w != nil && !w.missed {
			w.missed, w.missedAt, w.missedFrom = true, e.Time, i
		}
	}
	s.out.add(e.Time, aggregator.GrainAdvisorLeg, o.dims, name, 1)
	s.out.add(e.Time, aggregator.GrainAdvisorLeg, o.dims, "ring_ms", e.Time-o.offeredAt)
}

func (s *story) readConnected(i int) {
	e := &s.line[i]
	if s.leg(e, "talking", "held") != nil {
		return // said twice
	}
	o := s.leg(e, "ringing")
	if o == nil {
		o = s.offer(i)
	}
	o.phase, o.connectedAt, o.kind = "talking", e.Time, e.Kind
	o.dims.team, o.dims.homeTeam, o.dims.site = e.Team, e.homeTeam, e.Site // the team at the connection
	if !listens(e.Kind) {
		s.out.add(e.Time, aggregator.GrainAdvisorLeg, o.dims, "ring_ms", e.Time-o.offeredAt)
	}
	if e.Kind == "" || e.Kind == event.KindDirect {
		s.talks = append(s.talks, i)
	}
	if e.Kind == "" {
		s.out.add(e.Time, aggregator.GrainAdvisorLeg, o.dims, "connected", 1)
		s.answers = append(s.answers, i)
		s.endWait(s.waiting(e.Queue, e.Time), "answered", i)
	}
}

func (s *story) readConversation(i int) {
	e := &s.line[i]
	switch e.Type {
	case event.AdvisorHeld:
		if o := s.leg(e, "talking"); o != nil {
			o.phase, o.heldAt, o.held = "held", e.Time, true
		}
	case event.AdvisorResumed:
		if o := s.leg(e, "held"); o != nil {
			o.phase, o.holdMs = "talking", o.holdMs+e.Time-o.heldAt
		}
	case event.AdvisorReleased:
		if o := s.leg(e, "talking", "held"); o != nil {
			o.by = e.By
			s.endTalk(o, e.Time)
			o.phase = "wrapping"
			if e.Kind != event.KindWrapping {
				s.closeLeg(o, i)
			}
		}
	case event.AdvisorTransferred:
		if o := s.leg(e, "talking", "held"); o != nil {
			s.bookTransfer(o, i)
			s.endTalk(o, e.Time)
			s.closeLeg(o, i)
		}
	case event.AdvisorWrapped:
		if o := s.leg(e, "wrapping"); o != nil {
			s.closeLeg(o, i)
		}
	case event.AdvisorAssistanceRequested:
		if o := s.leg(e, "talking", "held", "wrapping"); o != nil {
			o.asked = true
		}
	case event.SupervisorJoined:
		if o := s.leg(e, "talking", "held", "wrapping"); o != nil && e.Kind != event.KindMonitor {
			o.asked, o.helped = false, true
			o.takenOver = o.takenOver || e.Kind == event.KindTakeover
		}
	}
}

func (s *story) endTalk(o *advisorOffer, at int64) {
	if o.phase == "held" {
		o.holdMs += at - o.heldAt
	}
	o.talkEnds = at
}

func (s *story) bookTransfer(o *advisorOffer, i int) {
	e := &s.line[i]
	s.transfers = append(s.transfers, i)
	s.out.add(e.Time, aggregator.GrainAdvisorLeg, o.dims, "transferred", 1)
	if e.Kind == event.KindConsult {
		s.out.add(e.Time, aggregator.GrainAdvisorLeg, o.dims, "transferred_consult", 1)
		return
	}
	s.out.add(e.Time, aggregator.GrainAdvisorLeg, o.dims, "transferred_blind", 1)
	if e.Kind == event.KindExternal {
		s.out.add(e.Time, aggregator.GrainAdvisorLeg, o.dims, "transferred_external", 1)
	}
}

// closeLeg books what only a finished leg can say.
func (s *story) closeLeg(o *advisorOffer, i int) {
	at := s.line[i].Time
	o.phase, o.ended = "closed", new(s.here(i))
	book := func(name string, value int64) { s.out.add(at, aggregator.GrainAdvisorLeg, o.dims, name, value) }
	handleMs := at - o.connectedAt
	wrapMs := at - o.talkEnds
	talkMs := handleMs - wrapMs - o.holdMs
	switch {
	case o.kind == event.KindConsult:
		book("consulted", 1)
		book("consult_ms", handleMs)
	case o.kind == event.KindDirect:
		book("direct_handled", 1)
		book("direct_ms", handleMs)
	case !listens(o.kind):
		book("handled", 1)
		book("talk_ms", talkMs)
		book("hold_ms", o.holdMs)
		book("wrap_ms", wrapMs)
		book("handle_ds2", (handleMs/100)*(handleMs/100))
		if o.held {
			book("held", 1)
		}
		if talkMs < 10*second {
			book("talk_short", 1)
		}
		if o.by == event.ByAdvisor || o.by == event.ByCustomer {
			book("released_by_"+o.by, 1)
		}
		if o.helped {
			book("assisted", 1)
		}
		if o.takenOver {
			book("taken_over", 1)
		}
	}
}
