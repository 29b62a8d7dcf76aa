// SPDX-License-Identifier: Apache-2.0

package aggregator

import "slices"

// keepsake is what a stub keeps beside itself: the outcomes of the contact, so that a redelivery is known and a correction
// finds what it corrects, its conversations where there were several, and its other ids: what is said of one is said of all.
// It is kept as bytes, because most are never read again.
type keepsake struct {
	contact string    // its own id, where it has others too; else ""
	keys    []stubKey // of all its ids, then
	legs    []credit  // conversations, the newest last; none when the only one is that of the stub's words
	list    []outcome
}

// keep writes what the contact needs beside its stub, if anything.
func (w *World) keep(c *contact, stands *standing, left *stub) {
	k := keepsake{legs: distinct(stands.legs)}
	if len(k.legs) == 1 && k.legs[0] == creditOf(&stands.own) {
		k.legs = nil
	}
	if c.book != nil {
		k.list = c.book.list
	}
	if len(k.legs) == 0 && len(k.list) == 0 && len(c.ids) == 1 {
		return
	}
	if len(c.ids) > 1 {
		k.contact = c.ids[0]
		for _, id := range c.ids {
			k.keys = append(k.keys, stubKeyOf(id))
		}
	}
	w.putKeepsake(stubKeyOf(c.ids[0]), left, &k)
}

// distinct drops, in place, the conversations that are as a later one, and the oldest beyond maxCredits.
func distinct(legs []credit) []credit {
	kept := legs[:0]
	for i, l := range legs {
		if !slices.Contains(legs[i+1:], l) {
			kept = append(kept, l)
		}
	}
	return kept[max(0, len(kept)-maxCredits):]
}

// keepsakeOf reads what a stub keeps beside itself. legs then has the stub's own conversation too.
func (w *World) keepsakeOf(key stubKey, s *stub) keepsake {
	var k keepsake
	if kept, ok := w.keeps[key]; ok {
		c := &codec{buf: []byte(kept), reading: true}
		w.codeKeepsake(c, &k, s.endAt)
		if c.err != nil {
			panic("BUG: a keepsake does not read back: " + c.err.Error())
		}
	}
	if own := s.words.dims(); len(k.legs) == 0 && own.Advisor != 0 {
		k.legs = []credit{creditOf(&own)}
	}
	return k
}

func (w *World) putKeepsake(key stubKey, s *stub, k *keepsake) {
	c := &codec{buf: w.keepBuf[:0]}
	w.codeKeepsake(c, k, s.endAt)
	w.keepBuf = c.buf
	kept := string(c.buf)
	w.keeps[key] = kept
	for _, other := range k.keys {
		if _, there := w.stubs[other]; there {
			w.keeps[other] = kept
		}
	}
}

// outcomeOfStub books an outcome on a contact that became a stub.
func (w *World) outcomeOfStub(key stubKey, s *stub, o *outcome, contact string) Reason {
	k := w.keepsakeOf(key, s)
	if len(k.list) >= maxOutcomes {
		return ReasonTooManyEvents
	}
	with, isNew := w.addOutcome(slices.Clone(k.list), o)
	if !isNew {
		w.out.duplicates++
		return ReasonNone
	}
	before := standing{s.startedAt(), s.words.dims(), k.legs}
	after := before
	var was, diff rows
	w.fresh.reset()
	before.bookOutcomes(k.list, &was)
	after.bookOutcomes(with, &w.fresh)
	difference(&was, &w.fresh, &diff)
	if k.contact != "" {
		contact = k.contact
	}
	w.issueFor(cloneString(contact), &diff, 1)
	k.list = with
	w.putKeepsake(key, s, &k)
	return ReasonNone
}

// orphan is a record with an outcome of a contact of which nothing else is known. It may have come before its contact, from
// a quicker source; or days after it.
type orphan struct {
	due     int64 // until when it waits
	offset  int64 // of the record
	contact string
	object  stubKey // of a callback; zero for a contact
}

const (
	orphanKeepMs = liveLimitMs // how long a source may be behind the one that tells the outcomes
	maxOrphans   = 1_000_000   // records; beyond it an outcome must not come before its contact
)

// awaits tells that nothing but outcomes was heard of the contact.
func (c *contact) awaits() bool {
	return c.state.startedAt == 0 && c.book != nil && len(c.book.list) > 0 && c.book.earlier.start == 0
}

// awaitContact notes the record at hand: it has given nothing, and becomes a dead letter unless its contact comes.
func (w *World) awaitContact(c *contact) {
	c.book.waiting++
	w.orphans = append(w.orphans, orphan{due: w.clock + orphanKeepMs, offset: w.offset, contact: c.ids[0]})
}

// giveUpOrphans makes dead letters of the outcomes that waited long enough.
func (w *World) giveUpOrphans(now int64) {
	n := 0
	for n < len(w.orphans) && w.orphans[n].due <= now {
		w.giveUp(&w.orphans[n])
		n++
	}
	w.orphans = slices.Delete(w.orphans, 0, n)
}

func (w *World) giveUp(o *orphan) {
	if o.object != (stubKey{}) {
		w.giveUpCallback(o)
		return
	}
	c := w.contacts[o.contact]
	if c == nil || c.book == nil || c.book.waiting == 0 {
		return
	}
	c.book.waiting--
	if !c.awaits() {
		return
	}
	w.out.refuse(o.offset, ReasonTooLate, ReasonTooLate.remedyForOutcome())
	if c.book.waiting == 0 {
		w.drop(c)
	}
}

// remedyForOutcome is remedy for an outcome.
func (r Reason) remedyForOutcome() string {
	if r != ReasonTooLate {
		return ""
	}
	return "its contact is not known, or not any more: an outcome counts by itself for 24 hours after the end. " +
		"The event is kept; reports in SQL attribute it by the contact's id"
}
