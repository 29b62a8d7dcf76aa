// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"slices"

	"github.com/cespare/xxhash/v2"

	"github.com/vigie-kpi/vigie/event"
)

// stubKey is a 128-bit hash of a contact's id: two seeds of a 64-bit one.
type stubKey [2]uint64

// stub is what is left of a contact ten minutes after its end: enough to attribute an outcome, and to know that a late
// event is late. 64 bytes with its key at most.
type stub struct {
	endAt              int64
	team               ID
	advisor, programme ID
	channel            ID
	shrunkMinute       uint32 // the clock when it became a stub, minutes since 1970: when it may be forgotten
	prior              priorLife
}

// stubEntry is a stub in the order of forgetting.
type stubEntry struct {
	key    stubKey
	minute uint32
}

func stubKeyOf(id string) stubKey {
	var d xxhash.Digest
	d.ResetWithSeed(stubSeed)
	_, _ = d.WriteString(id)
	return stubKey{xxhash.Sum64String(id), d.Sum64()}
}

const stubSeed = 0x76696769652d7374

// contactFor finds or makes the contact of an event. A contact that ended long ago comes back to life only for what
// happened after its end; what happened before is too late.
func (w *World) contactFor(id string, at int64) (*contact, Reason) {
	if c := w.contacts[id]; c != nil {
		if at <= c.after {
			return nil, ReasonTooLate
		}
		return c, ReasonNone
	}
	key := stubKeyOf(id)
	old, was := w.stubs[key]
	switch {
	case was && at <= old.endAt:
		return nil, ReasonTooLate
	case len(w.live) >= maxContacts:
		return nil, ReasonTooManyContacts
	}
	c := w.newContact(cloneString(id))
	if was {
		delete(w.stubs, key)
		c.prior, c.after = old.prior, old.endAt
		c.state.reset(c)
	}
	return c, ReasonNone
}

func (w *World) newContact(id string) *contact {
	w.serial++
	c := w.blankContact()
	c.serial, c.ids, c.timer, c.index = w.serial, append(c.ids, id), noTimer, len(w.live)
	c.state.reset(c)
	w.contacts[id] = c
	w.live = append(w.live, c)
	return c
}

// drop takes a contact out of memory.
func (w *World) drop(c *contact) {
	last := w.live[len(w.live)-1]
	w.live[c.index] = last
	last.index = c.index
	w.live = w.live[:len(w.live)-1]
	for _, id := range c.ids {
		delete(w.contacts, id)
	}
	if c.timer != noTimer {
		w.timers.remove(c.timer)
	}
}

// blankContact returns a contact that knows nothing, in the memory of one that is gone if there is any.
func (w *World) blankContact() *contact {
	n := len(w.gone)
	if n == 0 {
		return &contact{}
	}
	c := w.gone[n-1]
	w.gone = w.gone[:n-1]
	*c = contact{ids: c.ids[:0], line: c.line[:0], state: journey{queues: c.state.queues[:0], advisors: c.state.advisors[:0]}}
	return c
}

// reuse lets the next contact have the memory of one that was dropped.
func (w *World) reuse(c *contact) {
	if len(w.gone) < maxGone && cap(c.line) <= usualMoments {
		w.gone = append(w.gone, c)
	}
}

const (
	maxGone      = 1024 // dropped contacts whose memory is kept: a burst of ends, not the day's
	usualMoments = 64   // a longer timeline is not worth keeping
)

// shrink makes a stub of a contact that has settled.
func (w *World) shrink(c *contact) {
	w.drop(c)
	if len(w.stubs) >= maxStubs {
		return
	}
	s := &c.state
	minute := uint32(w.clock / minuteMs)
	endAt := max(s.idleSince(), s.startedAt, c.after)
	if n := len(c.line); n > 0 {
		endAt = max(endAt, c.line[n-1].at) // nothing that it has seen may come again
	}
	left := stub{endAt: endAt, team: s.dims.Team, advisor: s.dims.Advisor,
		programme: s.dims.Programme, channel: s.dims.Channel, shrunkMinute: minute,
		prior: priorLife{queue: s.dims.Queue, lives: c.prior.lives + oneIfBelow(c.prior.lives), entered: s.entered, answered: s.answered, closed: s.wasClosed, transfers: uint8(min(s.transfers, 255))}}
	for _, id := range c.ids {
		key := stubKeyOf(id)
		w.stubs[key] = left
		w.stubLog = append(w.stubLog, stubEntry{key, minute})
	}
	w.reuse(c)
}

// oneIfBelow is 1 while a count of lives can still grow.
func oneIfBelow(lives uint8) uint8 {
	if lives < 255 {
		return 1
	}
	return 0
}

// forgetStubs lets go of contacts that ended a day ago.
func (w *World) forgetStubs(now int64) {
	limit := (now - stubKeepMs) / minuteMs
	n := 0
	for n < len(w.stubLog) && int64(w.stubLog[n].minute) < limit {
		e := w.stubLog[n]
		if s, ok := w.stubs[e.key]; ok && s.shrunkMinute == e.minute {
			delete(w.stubs, e.key)
		}
		n++
	}
	w.stubLog = w.stubLog[n:] // what is before it goes when append next moves the rest
}

// merge makes one journey of two: F(both) - F(one) - F(other). From now on the contact answers to both ids.
func (w *World) merge(e *event.Event) Reason {
	from := w.contacts[e.Contact]
	if _, gone := w.stubs[stubKeyOf(e.Contact)]; gone && from == nil {
		return ReasonTooLate // its facts can no longer be joined with the other's
	}
	target, r := w.contactFor(e.Target, e.Time)
	if r != ReasonNone {
		return r
	}
	target.touched = w.clock
	leg := idHash(e.Contact)
	if from == target {
		w.mergeAgain(target, leg)
		return ReasonNone
	}
	if from == nil {
		id := cloneString(e.Contact)
		target.merged = append(target.merged, leg)
		target.state.merged = target.merged
		target.ids = append(target.ids, id)
		w.contacts[id] = target
		w.arm(target)
		return ReasonNone
	}
	w.retract(from)
	w.out.contacts = append(w.out.contacts, ContactRow{World: w, Offset: w.out.offset, Contact: from.ids[0], StartedAt: from.state.startedAt, Life: from.prior.lives, Deleted: true})
	w.drop(from)
	w.before.reset()
	w.scratch.reset(target)
	w.scratch.fold(target.line, 0, w.clock, &w.before)
	target.merged = append(append(target.merged, from.merged...), leg)
	target.prior.join(from.prior)
	target.after = max(target.after, from.after)
	for i := range from.line {
		if at, known := w.place(target.line, &from.line[i]); !known {
			target.line = insert(target.line, at, &from.line[i])
		}
	}
	for _, id := range from.ids {
		target.ids = append(target.ids, id)
		w.contacts[id] = target
	}
	if target.customer == "" {
		target.customer = from.customer
	}
	w.reuse(from)
	w.refold(target)
	return ReasonNone
}

// mergeAgain takes a merger of ids that are one contact already: said twice, or said the other way round as well.
func (w *World) mergeAgain(c *contact, leg uint64) {
	if slices.Contains(c.merged, leg) {
		w.out.duplicates++
		return
	}
	w.before.reset()
	w.scratch.reset(c)
	w.scratch.fold(c.line, 0, w.clock, &w.before)
	c.merged = append(c.merged, leg)
	w.refold(c)
}

// join adds what an earlier life of another contact knew.
func (p *priorLife) join(o priorLife) {
	p.entered, p.answered, p.closed = p.entered || o.entered, p.answered || o.answered, p.closed || o.closed
	p.transfers = uint8(min(int(p.transfers)+int(o.transfers), 255))
}

// retract takes back everything that a contact's timeline gave.
func (w *World) retract(c *contact) {
	w.before.reset()
	w.scratch.reset(c)
	w.scratch.fold(c.line, 0, w.clock, &w.before)
	w.issue(&w.before, -1, c)
}
