// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"slices"
	"strconv"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// What the oracle books once it knows where each leg begins and ends.

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
