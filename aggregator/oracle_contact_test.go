// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"math"
	"slices"
	"strconv"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
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
	answers   []int // events at which an advisor took the contact, in the first place or after a transfer
}

func contactFacts(out facts, legs map[string]bool, line []said, clock int64) {
	s := &story{legs: legs, out: out, line: line, clock: clock}
	for i := range line {
		s.read(i)
	}
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
	o := &advisorOffer{span: span{opened: s.here(i)}, dims: d, limitMs: e.limitMs, phase: "ringing", offeredAt: e.Time}
	s.offers = append(s.offers, o)
	nobodysOffer := e.Type == event.AdvisorConnected && (e.Kind == event.KindConsult || listens(e.Kind))
	if !nobodysOffer {
		s.out.add(e.Time, aggregator.GrainAdvisorLeg, d, "offers", 1)
	}
	return o
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
	}
}

// bookLeg books measures of a queue leg and, with them, its service level.
func (s *story) bookLeg(at int64, dims dimensions, variant string, n map[string]int64) {
	n["sl_due"], n["sl_met"] = serviceLevel(variant, n)
	for name, value := range n {
		s.out.add(at, aggregator.GrainQueueLeg, dims, name, value)
	}
}

// words is rule 2: the customer's dimensions as said up to event number i.
func (s *story) words(i int) dimensions {
	var d dimensions
	first := func(to *string, word string) {
		if *to == "" {
			*to = word
		}
	}
	for j := 0; j <= i; j++ {
		e := &s.line[j]
		first(&d.programme, e.Programme)
		first(&d.channel, e.Channel)
		first(&d.direction, e.Direction)
		first(&d.campaign, e.Campaign)
		first(&d.reason, e.ContactReason)
	}
	return d
}

// wordsAt is the same for a point.
func (s *story) wordsAt(p point) dimensions {
	if p.timer {
		return s.words(p.i - 1)
	}
	return s.words(p.i)
}

func (s *story) waitDims(w *queueWait, p point) dimensions {
	d := s.wordsAt(p)
	d.programme, d.channel, d.queue = w.entry.Programme, w.entry.Channel, w.entry.Queue
	return d
}

func (s *story) bookWait(w *queueWait) {
	entered, threshold := w.entry.Time, w.entry.thresholdMs
	variant := w.entry.variant
	n := map[string]int64{"offered": 1}
	if s.legs[w.entry.Contact] || slices.ContainsFunc(s.transfers, func(i int) bool { return i < w.opened.i }) {
		n["offered_transferred"] = 1
	}
	s.bookLeg(entered, s.waitDims(w, w.opened), variant, n)

	if w.missed && w.missedAt-entered <= threshold {
		s.bookLeg(w.missedAt, s.waitDims(w, s.here(w.missedFrom)), variant, map[string]int64{"offered_missed_within": 1})
	}
	crosses := s.timer(entered + threshold + 1)
	if crosses.at <= s.clock && (w.ended == nil || w.ended.after(crosses)) {
		s.bookLeg(crosses.at, s.waitDims(w, crosses), variant, map[string]int64{"crossed": 1})
	} else if w.how == "lost" {
		s.bookLeg(w.ended.at, s.waitDims(w, *w.ended), variant, map[string]int64{"crossed": 1})
	}
	if w.ended != nil {
		s.bookWaitEnd(w)
	}
}

func (s *story) bookWaitEnd(w *queueWait) {
	at := w.ended.at
	waitMs := at - w.entry.Time
	within := waitMs <= w.entry.thresholdMs
	dims := s.waitDims(w, *w.ended)
	n := map[string]int64{w.how: 1}
	mark := func(name string, so bool) {
		if so {
			n[name] = 1
		}
	}
	switch w.how {
	case "answered":
		dims.advisor, dims.team, dims.homeTeam, dims.site = w.by.Advisor, w.by.Team, w.by.homeTeam, w.by.Site
	case "abandoned":
		mark("abandoned_short", waitMs < w.entry.shortMs)
	case "left":
		n["left_"+w.by.Reason] = 1
		mark("left_callback_within", within && w.by.Reason == event.LeftCallback)
	}
	if w.how != "lost" {
		mark(w.how+"_within", within)
		n["wait_"+w.how+"_ms"] = waitMs
	}
	s.bookLeg(at, dims, w.entry.variant, n)
	if w.how == "answered" || w.how == "abandoned" {
		bin := "wait_" + w.how + "_bins " + strconv.Itoa(int(indicator.BinOf(waitMs)))
		s.out.add(at, aggregator.GrainQueueLeg, dims, bin, 1)
	}
}

// contactDims are the dimensions of a fact of the contact itself: its words, the last queue that it entered and the last
// advisor who took it.
func (s *story) contactDims(p point) dimensions {
	d := s.wordsAt(p)
	for _, w := range s.waits {
		if !w.opened.after(p) {
			d.queue = w.entry.Queue
		}
	}
	for _, i := range s.answers {
		if !s.here(i).after(p) {
			e := &s.line[i]
			d.advisor, d.team, d.homeTeam, d.site = e.Advisor, e.Team, e.homeTeam, e.Site
		}
	}
	return d
}

func (s *story) bookContact() {
	book := func(p point, name string) { s.out.add(p.at, aggregator.GrainContact, s.contactDims(p), name, 1) }
	queues := map[string]bool{}
	for i, w := range s.waits {
		if i == 0 {
			book(w.opened, "contacts")
			if slices.ContainsFunc(s.line[:w.opened.i+1], func(e said) bool { return e.Customer != "" }) {
				book(w.opened, "contacts_identified")
			}
		}
		if !queues[w.entry.Queue] {
			book(w.opened, "queue_contacts")
		}
		queues[w.entry.Queue] = true
	}
	if len(s.answers) > 0 {
		book(s.here(s.answers[0]), "contacts_answered")
	}
	if len(s.transfers) > 1 {
		book(s.here(s.transfers[1]), "contacts_bounced")
	}
}

// bookCloses is rule 6. Each rest begins where the last open leg ends.
func (s *story) bookCloses() {
	var legs []*span
	for _, w := range s.waits {
		legs = append(legs, &w.span)
	}
	for _, o := range s.offers {
		legs = append(legs, &o.span)
	}
	var rests []point
	for _, l := range legs {
		if l.ended == nil || slices.ContainsFunc(legs, func(o *span) bool { return o.openAfter(*l.ended) }) {
			continue
		}
		if !slices.Contains(rests, *l.ended) {
			rests = append(rests, *l.ended)
		}
	}
	slices.SortFunc(rests, func(a, b point) int {
		if a.after(b) {
			return 1
		}
		return -1
	})
	var waitMs, handleMs int64 // booked so far
	closed := false
	for _, rest := range rests {
		at, ok := s.closeIn(rest, legs)
		counted := slices.ContainsFunc(s.waits, func(w *queueWait) bool { return !w.opened.after(at) }) ||
			slices.ContainsFunc(s.answers, func(i int) bool { return !s.here(i).after(at) })
		if !ok || !counted {
			continue
		}
		dims := s.contactDims(at)
		book := func(name string, value int64) { s.out.add(at.at, aggregator.GrainContact, dims, name, value) }
		wait, handle := s.workUpTo(at)
		book("customer_wait_ms", wait-waitMs)
		book("contact_handle_ms", handle-handleMs)
		if !closed {
			book("contacts_closed", 1)
		}
		waitMs, handleMs, closed = wait, handle, true
	}
}

// closeIn is where the contact closes in the rest that begins at a point, if it does.
func (s *story) closeIn(rest point, legs []*span) (point, bool) {
	next := len(s.line) // the event that opens the next leg
	for _, l := range legs {
		if l.opened.after(rest) {
			next = min(next, l.opened.i)
		}
	}
	idleSince := rest.at
	for i := range s.line {
		e := &s.line[i]
		if e.Type == event.ContactEnded && !s.here(i).after(rest) {
			return rest, true
		}
		if !s.here(i).after(rest) {
			continue
		}
		if e.Time >= idleSince+settle {
			break
		}
		if i == next {
			return point{}, false
		}
		switch e.Type {
		case event.ContactEnded:
			return s.here(i), true
		case event.QueueRefused:
			idleSince = e.Time
		}
	}
	return s.timer(idleSince + settle), idleSince+settle <= s.clock
}

// workUpTo adds up the waits and the handling of the legs that were finished at a point. Lost legs count for nothing.
func (s *story) workUpTo(p point) (waitMs, handleMs int64) {
	for _, w := range s.waits {
		if w.ended != nil && !w.ended.after(p) && w.how != "lost" {
			waitMs += w.ended.at - w.entry.Time
		}
	}
	for _, o := range s.offers {
		if o.ended != nil && !o.ended.after(p) && o.phase == "closed" && o.connectedAt != 0 && !listens(o.kind) {
			handleMs += o.ended.at - o.connectedAt
		}
	}
	return waitMs, handleMs
}
