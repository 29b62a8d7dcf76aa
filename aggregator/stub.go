// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"math"
	"slices"

	"github.com/cespare/xxhash/v2"

	"github.com/vigie-kpi/vigie/event"
)

// stubKey is a 128-bit hash of a contact's id: two seeds of a 64-bit one.
type stubKey [2]uint64

// stub is what is left of a contact ten minutes after its end: enough to attribute an outcome, and to know that a late
// event is late. 64 bytes with its key at most. What few contacts need beside it is in World.keeps.
type stub struct {
	endAt       int64
	lastedMs    uint32 // from the contact's start to endAt
	idleMinutes uint16 // from endAt's minute to the one in which it became a stub: when it may be forgotten
	had         stubFlags
	transfers   uint8
	lives       uint8
	words       packedDims // last queue, team and advisor
}

// stubFlags are the yes and no of a priorLife.
type stubFlags uint8

const (
	stubEntered stubFlags = 1 << iota
	stubAnswered
	stubClosed
	stubInBase
	stubMenu
)

// packedDims are Dims in three bytes each: maxNames is well below.
type packedDims [10][3]byte

const _ = uint(1<<24 - maxNames)

func (d *Dims) ids() [10]*ID {
	return [10]*ID{&d.Programme, &d.Site, &d.Queue, &d.Campaign, &d.Channel, &d.Direction, &d.Team, &d.HomeTeam, &d.Advisor, &d.Reason}
}

func (d *Dims) packed() (p packedDims) {
	for i, id := range d.ids() {
		p[i] = [3]byte{byte(*id), byte(*id >> 8), byte(*id >> 16)}
	}
	return p
}

func (p *packedDims) dims() (d Dims) {
	for i, id := range d.ids() {
		*id = ID(p[i][0]) | ID(p[i][1])<<8 | ID(p[i][2])<<16
	}
	return d
}

// startedAt is when the contact began.
func (s *stub) startedAt() int64 { return s.endAt - int64(s.lastedMs) }

// minute is when it became a stub, in minutes since 1970.
func (s *stub) minute() uint32 { return uint32(s.endAt/minuteMs) + uint32(s.idleMinutes) }

// prior is what the contact still knows should it come back.
func (s *stub) prior() priorLife {
	is := func(f stubFlags) bool { return s.had&f != 0 }
	return priorLife{queue: s.words.dims().Queue, entered: is(stubEntered), answered: is(stubAnswered), closed: is(stubClosed),
		inBase: is(stubInBase), menu: is(stubMenu), transfers: s.transfers, lives: s.lives}
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
	old, was := w.stubs.get(key)
	switch {
	case was && at <= old.endAt:
		return nil, ReasonTooLate
	case len(w.live) >= maxContacts:
		return nil, ReasonTooManyContacts
	}
	c := w.newContact(cloneString(id))
	if was {
		w.revive(c, key, old)
	}
	return c, ReasonNone
}

// revive gives a contact what its stub still knows of its earlier life.
func (w *World) revive(c *contact, key stubKey, old *stub) {
	k := w.keepsakeOf(key, old)
	c.prior, c.after = old.prior(), old.endAt
	c.book = &book{list: k.list, earlier: standing{old.startedAt(), old.words.dims(), k.legs}}
	c.state.reset(c)
	before := c.book.earlier
	before.bookOutcomes(k.list, &c.book.booked)
	w.stubs.remove(key)
	delete(w.keeps, key)
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
	w.unwatch(c)
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
	if w.stubs.size() >= maxStubs {
		return
	}
	stands := w.standing(c)
	if stands.start == 0 { // a name that mergers used, and nothing else
		return
	}
	left := w.stubOf(c, &stands)
	for _, id := range c.ids {
		w.stubs.put(stubKeyOf(id), &left)
	}
	w.keep(c, &stands, &left)
	w.reuse(c)
}

func (w *World) stubOf(c *contact, stands *standing) stub {
	s := &c.state
	endAt := max(s.idleSince(), s.startedAt, c.after)
	if n := len(c.line); n > 0 {
		endAt = max(endAt, c.line[n-1].at) // nothing that it has seen may come again
	}
	idle := w.clock/minuteMs - endAt/minuteMs
	left := stub{endAt: endAt, lastedMs: uint32(min(max(endAt-stands.start, 0), math.MaxUint32)),
		idleMinutes: uint16(min(max(idle, 0), math.MaxUint16)), transfers: uint8(min(s.transfers, 255)),
		lives: c.prior.lives + oneIfBelow(c.prior.lives), words: stands.own.packed()}
	left.had.set(s.entered, stubEntered)
	left.had.set(s.answered, stubAnswered)
	left.had.set(s.wasClosed, stubClosed)
	left.had.set(s.inBase, stubInBase)
	left.had.set(s.menu.began || s.menu.over, stubMenu)
	return left
}

func (f *stubFlags) set(is bool, flag stubFlags) {
	if is {
		*f |= flag
	}
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
	for s, is := w.stubs.oldest(); is && int64(s.stub.minute()) < limit; s, is = w.stubs.oldest() {
		delete(w.keeps, s.key)
		w.stubs.remove(s.key)
	}
}

// merge makes one journey of two: F(both) - F(one) - F(other). From now on the contact answers to both ids.
func (w *World) merge(e *event.Event) Reason {
	from := w.contacts[e.Contact]
	if _, gone := w.stubs.get(stubKeyOf(e.Contact)); gone && from == nil {
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
	w.unbook(from)
	w.out.contacts = append(w.out.contacts, ContactRow{World: w, Offset: w.out.offset, Contact: from.ids[0], StartedAt: from.state.startedAt,
		Day: w.cfg.calendar.Day(from.state.startedAt), Life: from.prior.lives, Deleted: true})
	w.drop(from)
	w.before.reset()
	w.scratch.reset(target)
	w.scratch.fold(target.line, 0, w.clock, &w.before)
	target.merged = append(append(target.merged, from.merged...), leg)
	target.prior.join(from.prior)
	target.after = max(target.after, from.after)
	w.joinBooks(target, from)
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
		target.customer, target.customerOld = from.customer, from.customerOld
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
	p.inBase, p.menu = p.inBase || o.inBase, p.menu || o.menu
	p.transfers = uint8(min(int(p.transfers)+int(o.transfers), 255))
}

// retract takes back everything that a contact's timeline gave.
func (w *World) retract(c *contact) {
	w.before.reset()
	w.scratch.reset(c)
	w.scratch.fold(c.line, 0, w.clock, &w.before)
	w.issue(&w.before, -1, c)
}
