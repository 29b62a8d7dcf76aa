// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"cmp"
	"slices"

	"github.com/cespare/xxhash/v2"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// A callback is a promise, and outlives its contact: who asks on Saturday evening is called on Monday. So it is a thing of its
// own, named by contact and object, with a timeline of its own. What it gives is a function of the set of its events and the
// clock:
//
//   - asked when the customer asks, with the dimensions of that request. A request said again moves the promise, as long as it
//     is not due yet;
//   - due when the promised time comes, whatever happened before;
//   - kept when it was completed at or before that time and 15 minutes: booked when it is completed, at the promised time at
//     the earliest, so that kept is never above due;
//   - tried at each attempt; reached, with the delay since the customer asked, at the first attempt that reached the customer;
//   - expired when somebody said so before it was completed.
//
// What a campaign promises, and no queue, is a follow-up. It is booked alike, at its campaign; but it is no longer to be made once
// it was tried: whoever is not there then goes back to the list.
const (
	callbackGraceMs = 15 * minuteMs
	callbackKeepMs  = stubKeepMs // after the promised time and the last event
	maxCallbacks    = 1_000_000
	maxSteps        = 64 // events of one callback
)

// callback is one promise.
type callback struct {
	contact string
	line    []outcome // Invariant: in the order of a timeline
	touched int64     // the clock when its last event came
	due     int64     // what stands in World.promises; 0 = nothing
	pending int64     // the same of World.pending
	waiting int       // records in World.orphans that are about it
}

// promise is when a callback is due.
type promise struct {
	due int64
	key stubKey
}

func (p promise) compare(o promise) int {
	return cmp.Or(cmp.Compare(p.due, o.due), p.key.compare(o.key))
}

// objectKeyOf names a thing by two ids.
func objectKeyOf(owner, object string) (k stubKey) {
	for i, seed := range [...]uint64{objectSeed, stubSeed} {
		var d xxhash.Digest
		d.ResetWithSeed(seed)
		_, _ = d.WriteString(owner)
		_, _ = d.Write([]byte{0})
		_, _ = d.WriteString(object)
		k[i] = d.Sum64()
	}
	return k
}

const objectSeed = 0x6f626a6563742d6b

// takeCallback digests an event of a callback.
func (w *World) takeCallback(e *event.Event) (Reason, string) {
	if r := w.refuseAtDoor(e); r != ReasonNone {
		return r, ""
	}
	m := w.pin(e)
	o := w.pinOutcome(e, &m)
	key := objectKeyOf(e.Contact, e.Object)
	cb := w.callbacks[key]
	switch {
	case cb == nil && (len(w.callbacks) >= maxCallbacks || len(w.orphans) >= maxOrphans):
		return ReasonTooManyContacts, "more callbacks are promised than a centre can have; check that the source ends them"
	case cb == nil:
		cb = &callback{contact: cloneString(e.Contact)}
		w.callbacks[key] = cb
	case len(cb.line) >= maxSteps:
		return ReasonTooManyEvents, ""
	}
	cb.touched = w.clock
	with, isNew := w.addOutcome(slices.Clone(cb.line), &o)
	if !isNew {
		w.out.duplicates++
		return ReasonNone, ""
	}
	w.changeCallback(cb, with, w.clock, w.clock)
	w.promise(key, cb)
	if !cb.asked() {
		cb.waiting++
		w.orphans = append(w.orphans, orphan{due: w.clock + orphanKeepMs, offset: w.offset, object: key})
	}
	return ReasonNone, ""
}

// changeCallback issues the difference that new events, or a later clock, make.
func (w *World) changeCallback(cb *callback, line []outcome, was, now int64) {
	w.before.reset()
	w.fresh.reset()
	bookCallback(cb.line, was, &w.before)
	bookCallback(line, now, &w.fresh)
	var diff rows
	difference(&w.before, &w.fresh, &diff)
	w.issueFor(cb.contact, &diff, 1)
	cb.line = line
}

// promise puts the callback's promised time where the clock looks if it is still to come, and where the gauges look until
// the promise is settled.
func (w *World) promise(key stubKey, cb *callback) {
	due, pending := int64(0), int64(0)
	s := storyOf(cb.line)
	if s.request != nil && s.due > w.clock {
		due = s.due
	}
	if s.request != nil && !s.settled() {
		pending = s.due
	}
	w.promises = movePromise(w.promises, key, &cb.due, due)
	w.pending = movePromise(w.pending, key, &cb.pending, pending)
}

// movePromise moves a promise within a list in order of time, from where it stands, 0 being nowhere.
func movePromise(list []promise, key stubKey, stands *int64, due int64) []promise {
	if *stands == due {
		return list
	}
	if *stands != 0 {
		i, _ := slices.BinarySearchFunc(list, promise{*stands, key}, promise.compare)
		list = slices.Delete(list, i, i+1)
	}
	if due != 0 {
		i, _ := slices.BinarySearchFunc(list, promise{due, key}, promise.compare)
		list = slices.Insert(list, i, promise{due, key})
	}
	*stands = due
	return list
}

// keepPromise books that the first promised time has come.
func (w *World) keepPromise() {
	p := w.promises[0]
	w.promises = slices.Delete(w.promises, 0, 1)
	cb := w.callbacks[p.key]
	cb.due = 0
	w.changeCallback(cb, cb.line, p.due-1, p.due)
}

// sampleCallbacks counts the promises that are due soon or were, and nobody has settled: for a day, when they are forgotten.
func (w *World) sampleCallbacks(centre int, at int64) {
	for _, p := range w.pending {
		if p.due > at+callbackGraceMs {
			return
		}
		s := storyOf(w.callbacks[p.key].line)
		d := &s.request.said
		overdue, unassigned := oneIf(p.due+callbackGraceMs < at), oneIf(!s.assigned)
		count := func(g *Gauge) {
			g.Values[GaugeCallbacksPending]++
			g.Values[GaugeCallbacksOverdue] += overdue
			g.Values[GaugeCallbacksUnassigned] += unassigned
		}
		of := scopeName{indicator.ScopeQueue, d.Queue}
		if s.isFollowUp() {
			of = scopeName{indicator.ScopeCampaign, d.Campaign}
			count = func(g *Gauge) {
				g.Values[GaugeFollowUpsPending]++
				g.Values[GaugeFollowUpsOverdue] += overdue
			}
		}
		count(&w.out.gauges[centre])
		for _, x := range [...]scopeName{of, {indicator.ScopeProgramme, d.Programme}, {indicator.ScopeChannel, d.Channel}} {
			if x.name != 0 {
				count(w.gaugeOf(at, x.kind, x.name))
			}
		}
	}
}

func (cb *callback) asked() bool { return storyOf(cb.line).request != nil }

// callbackStory is what the events of a callback say together.
type callbackStory struct {
	request               *outcome // the promise that stands
	askedAt, due          int64
	reachedAt, expiredAt  int64 // 0 = not
	completedAt, triedAt  int64 // triedAt: last
	reached, ended, given *outcome
	assigned              bool
}

// isFollowUp tells the promise of a campaign from that of a queue.
func (s *callbackStory) isFollowUp() bool { return s.request.said.Queue == 0 }

// settled tells that the promise that stands is no longer to be kept: it was, it was given up, or, of a follow-up, it was tried.
func (s *callbackStory) settled() bool {
	return s.completedAt != 0 || s.reachedAt != 0 || s.expiredAt != 0 || s.isFollowUp() && s.triedAt != 0 && s.triedAt >= s.request.at
}

func storyOf(line []outcome) (s callbackStory) {
	for i := range line {
		o := &line[i]
		switch o.typ {
		case event.CallbackRequested:
			if s.request == nil {
				s.request, s.askedAt, s.due = o, o.at, o.due
			} else if o.at <= s.due {
				s.request, s.due = o, o.due
			}
		case event.CallbackAssigned:
			s.assigned = true
		case event.CallbackAttempted:
			s.triedAt = o.at
			if s.reachedAt == 0 && o.result == resultReached {
				s.reachedAt, s.reached = o.at, o
			}
		case event.CallbackCompleted:
			if s.completedAt == 0 {
				s.completedAt, s.ended = o.at, o
			}
		case event.CallbackExpired:
			if s.expiredAt == 0 && s.completedAt == 0 {
				s.expiredAt, s.given = o.at, o
			}
		}
	}
	return s
}

// bookCallback books everything that a callback gives up to an instant of the clock.
func bookCallback(line []outcome, clock int64, out *rows) {
	s := storyOf(line)
	if s.request == nil {
		return // nobody knows what was promised
	}
	d := s.request.said
	d.Team, d.Advisor, d.Site = 0, 0, 0
	book := func(at int64, m indicator.Measure, value int64) {
		if at > clock {
			return
		}
		out.begin(at, GrainCallback, s.request.version, &d)
		out.add(m, value)
		if m == indicator.CallbacksReached {
			out.add(indicator.CallbackDelayMs, max(0, s.reachedAt-s.askedAt))
		}
		out.end()
	}
	book(s.askedAt, indicator.CallbacksAsked, 1)
	book(s.due, indicator.CallbacksDue, 1)
	if s.ended != nil && s.completedAt <= s.due+callbackGraceMs {
		book(max(s.due, s.completedAt), indicator.CallbacksKept, 1)
	}
	for i := range line {
		if line[i].typ == event.CallbackAttempted {
			book(line[i].at, indicator.CallbacksTried, 1)
		}
	}
	if s.reached != nil {
		book(s.reachedAt, indicator.CallbacksReached, 1)
	}
	if s.given != nil {
		book(s.expiredAt, indicator.CallbacksExpired, 1)
	}
}

// forgetCallbacks lets go of those that nothing can change any more.
func (w *World) forgetCallbacks(now int64) {
	//deterministic: each is judged by itself, nothing is put out, and the list of those pending keeps its order.
	for key, cb := range w.callbacks {
		if cb.due == 0 && cb.waiting == 0 && max(cb.touched, storyOf(cb.line).due)+callbackKeepMs < now {
			w.pending = movePromise(w.pending, key, &cb.pending, 0)
			delete(w.callbacks, key)
		}
	}
}

// giveUpCallback makes a dead letter of an event of a callback that nobody asked for in time.
func (w *World) giveUpCallback(o *orphan) {
	cb := w.callbacks[o.object]
	cb.waiting--
	if cb.asked() {
		return
	}
	w.out.refuse(o.offset, ReasonTooLate, "nobody asked for this callback, or it was settled more than 24 hours ago: "+
		"send callback.requested with the same contact and object first")
	if cb.waiting == 0 {
		delete(w.callbacks, o.object)
	}
}

func (w *World) codeCallback(c *codec, key stubKey, p **callback) {
	if c.reading {
		*p = &callback{}
	}
	cb := *p
	c.string(&cb.contact)
	c.near(&cb.touched, w.clock)
	number(c, &cb.waiting)
	list(c, &cb.line, func(c *codec, o *outcome) { w.codeOutcome(c, o, w.clock) })
	if c.reading && c.err == nil {
		w.promise(key, cb)
	}
}
