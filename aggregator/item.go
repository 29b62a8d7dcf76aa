// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"cmp"
	"slices"

	"github.com/vigie-kpi/vigie/event"
)

// An item is a message that waits for a reply: an e-mail, a letter, a complaint. It lasts for days and is never given up: an item
// that nobody answers is stock, not silence. So it is a thing of its own, with a timeline of its own; item_state.go says what it
// gives.
//
// What is older than a day cannot change any more, and is folded into a base: a long item takes no more room than a short one.
// Only a creation may be older, because a letter's time is its receipt.
const (
	itemKeepMs     = 31 * 24 * hourMs  // after it was closed it may still be reopened
	itemGoneKeepMs = 400 * 24 * hourMs // so long it is known to have been there
	maxItems       = 2_000_000         // open, or closed for less than 31 days
	maxItemsGone   = 4_000_000         // about 160 MB
	maxItemMoments = 128               // within a day
)

// item is one message.
type item struct {
	contact               string
	customer, customerOld string
	base                  *itemState // how it stood before line; nil: before its first moment, or, when line is empty, as cur
	cur                   itemState  // how it stands at the clock
	line                  []itemMoment
	book                  *book // its outcomes; nil for most
	touched               int64 // the clock when its last event came
	alarm                 int64 // what stands in World.alarms; 0 = nothing
	open                  int   // its place in World.openItems + 1; 0 = it is not there
}

// takeItem digests an event of an item.
func (w *World) takeItem(e *event.Event) (Reason, string) {
	it := w.items[e.Contact]
	if r := w.refuseItem(e, it); r != ReasonNone {
		return r, r.remedyForItem()
	}
	moment := w.pin(e)
	m := w.pinItem(e, &moment)
	if it == nil {
		it = w.newItem(cloneString(e.Contact))
	}
	if _, known := w.placeItem(it.line, &m); known {
		w.out.duplicates++
		return ReasonNone, ""
	}
	if it.cur.phase == itemMerged && m.at > it.cur.closedAt && m.typ != event.ItemCreated {
		return ReasonTooLate, "the item was merged into another one before; send the event with the id of that one"
	}
	if len(it.line) >= maxItemMoments {
		return ReasonTooManyEvents, ""
	}
	it.identify(e)
	w.extendItem(it, &m)
	if m.typ == event.ItemCreated && m.marks != 0 {
		o := w.pinOutcome(e, &moment)
		o.typ, o.object = event.ContactClassified, 0 // a word on the complaint like any other
		w.addToBook(it, &o)
	}
	return ReasonNone, ""
}

// refuseItem refuses what no event of an item may be. A creation may be as old as it likes, unless the item has begun without it
// more than a day ago.
func (w *World) refuseItem(e *event.Event, it *item) Reason {
	_, gone := w.itemsGone[stubKeyOf(e.Contact)]
	switch {
	case w.names.full():
		return ReasonTooManyNames
	case it == nil && gone:
		return ReasonTooLate
	case e.Time >= w.clock-stubKeepMs:
	case e.Type != event.ItemCreated || it != nil && it.isTrimmed():
		return ReasonTooLate
	}
	if it == nil && len(w.items) >= maxItems {
		return ReasonTooManyContacts
	}
	return w.refuseUnknown(e)
}

// isTrimmed tells that moments of the item were folded for good.
func (it *item) isTrimmed() bool {
	if it.base != nil {
		return it.base.phase != itemUnknown
	}
	return len(it.line) == 0 && it.cur.phase != itemUnknown
}

// remedyForItem is remedy for an item.
func (r Reason) remedyForItem() string {
	switch r {
	case ReasonTooLate:
		return "events of an item may come 24 hours late, and a closed item can be reopened for 31 days; " +
			"give an item that comes back an id of its own, or send a correction.issued event with explicit deltas"
	case ReasonTooManyContacts:
		return "more items are open than a centre can have; check that the source solves or drops them"
	}
	return ""
}

// pinItem resolves what the event means under the configuration known now, for good. m is the same event as a moment.
func (w *World) pinItem(e *event.Event, m *moment) itemMoment {
	x := itemMoment{at: m.at, id: m.id, seq: m.seq, source: m.source, version: m.version, queue: m.queue, campaign: m.campaign,
		programme: m.programme, channel: m.channel, direction: m.direction, reason: m.reason,
		advisor: m.advisor, team: m.team, homeTeam: m.homeTeam, site: m.site, typ: m.typ, automatic: e.Kind == event.KindAutomatic,
		identified: m.identified, outward: m.outward}
	if m.typ == event.ItemCreated || m.typ == event.ContactClassified {
		x.marks = marksOf(e) & ofComplaint
	}
	w.pinLimit(&x, m.queue)
	return x
}

// pinLimit gives a moment the hours and the limit that a queue has at its instant.
func (w *World) pinLimit(m *itemMoment, queue ID) {
	rule, _ := w.queueAt(w.names.name(queue), m.at)
	m.limitOf, m.hours, m.dueMs, m.dueDays = queue, w.openingAt(&rule), rule.dueBusinessMs, rule.dueWorkingDays
}

func (w *World) newItem(contact string) *item {
	it := &item{contact: contact}
	w.items[contact] = it
	if c := w.contacts[contact]; c != nil && c.awaits() { // its outcomes came before it
		it.customer, it.customerOld, it.book = c.customer, c.customerOld, c.book
		it.book.waiting = 0
		for i := range it.book.list {
			o := &it.book.list[i]
			w.tellOutcome(contact, o, true)
			if o.typ == event.ContactClassified {
				it.line = append(it.line, momentOf(o))
			}
		}
		w.drop(c)
		w.refoldItem(it, &it.cur, &w.fresh)
	}
	return it
}

// momentOf is a classification as a moment of its item.
func momentOf(o *outcome) itemMoment {
	return itemMoment{at: o.at, id: o.id, seq: o.seq, source: o.source, version: o.version, reason: o.said.Reason, typ: o.typ, marks: o.marks & ofComplaint}
}

// placeItem is place for the moments of an item.
func (w *World) placeItem(line []itemMoment, m *itemMoment) (i int, known bool) {
	for j := range line {
		if line[j].id == m.id && line[j].source == m.source {
			return j, true
		}
	}
	i = len(line)
	for i > 0 && w.precedes(&moment{at: m.at, source: m.source, seq: m.seq, id: m.id},
		&moment{at: line[i-1].at, source: line[i-1].source, seq: line[i-1].seq, id: line[i-1].id}) {
		i--
	}
	return i, false
}

// extendItem adds a moment to an item's timeline and issues F(after) - F(before). In order, that is what the fold gives next;
// else what the item gave since its base is folded anew, without and with the moment.
func (w *World) extendItem(it *item, m *itemMoment) {
	it.touched = w.clock
	row := w.itemRow(it)
	w.before.reset()
	w.fresh.reset()
	i, _ := w.placeItem(it.line, m)
	if m.typ == event.ItemReopened && it.cur.phase != itemUnknown {
		w.pinLimit(m, it.cur.dims.Queue)
	}
	it.keepBase()
	inOrder := i == len(it.line) && m.at > it.cur.ranAt && (m.typ != event.ItemCreated || i == 0 && it.cur.phase == itemUnknown)
	if inOrder {
		it.cur.bookComplaint(&w.before)
		it.line = append(it.line, *m)
		w.foldItem(&it.cur, it.line[i:], w.clock, &w.fresh)
	} else {
		var was itemState
		w.refoldItem(it, &was, &w.before)
		was.bookComplaint(&w.before)
		it.line = slices.Insert(it.line, i, *m)
		w.pinLimits(it)
		w.refoldItem(it, &it.cur, &w.fresh)
		w.out.refolds++
	}
	it.cur.bookComplaint(&w.fresh)
	w.issueItem(it)
	if now := w.itemRow(it); now != row {
		w.out.contacts = append(w.out.contacts, now)
	}
}

// keepBase makes the base of an item that has none yet because nothing happened since.
func (it *item) keepBase() {
	if it.base == nil && len(it.line) == 0 && it.cur.phase != itemUnknown {
		base := it.cur
		it.base = &base
	}
}

// refoldItem folds an item's timeline from its base up to the clock.
func (w *World) refoldItem(it *item, s *itemState, out *rows) {
	*s = itemState{}
	if it.base != nil {
		*s = *it.base
	}
	w.foldItem(s, it.line, w.clock, out)
}

// pinLimits gives the reopenings the limit of the item's queue, should a moment have changed what that is.
func (w *World) pinLimits(it *item) {
	queue := ID(0)
	switch i := creationIn(it.line); {
	case it.base != nil:
		queue = it.base.dims.Queue
	case i >= 0:
		queue = it.line[i].queue
	default:
		for i := range it.line {
			if it.line[i].typ != event.ContactClassified {
				queue = it.line[i].queue
				break
			}
		}
	}
	for i := range it.line {
		if m := &it.line[i]; m.typ == event.ItemReopened && m.limitOf != queue {
			w.pinLimit(m, queue)
		}
	}
}

// issueItem replaces what w.before says was issued by what w.fresh says, and puts the item where it now belongs.
func (w *World) issueItem(it *item) {
	w.before.cancel(&w.fresh)
	w.issueFor(it.contact, &w.before, -1)
	w.issueFor(it.contact, &w.fresh, 1)
	if it.book != nil {
		w.rebookItem(it)
	}
	w.settleItem(it)
}

// settleItem lists the item among the open ones or not, and sets its alarm.
func (w *World) settleItem(it *item) {
	w.stock.fresh = false
	isOpen := it.cur.phase == itemOpen
	switch {
	case isOpen && it.open == 0:
		w.openItems = append(w.openItems, it)
		it.open = len(w.openItems)
	case !isOpen && it.open != 0:
		last := w.openItems[len(w.openItems)-1]
		w.openItems[it.open-1], last.open = last, it.open
		w.openItems[len(w.openItems)-1] = nil
		w.openItems, it.open = w.openItems[:len(w.openItems)-1], 0
	}
	due := it.cur.nextLimit()
	if due == never {
		it.alarm = 0
	} else if due != it.alarm {
		it.alarm = due
		w.alarms.push(alarm{due, it})
	}
}

// ringItem lets the limits of an item pass that are due first.
func (w *World) ringItem() {
	a := w.alarms.pop()
	it := a.item
	if it.alarm != a.due {
		return // it has changed since
	}
	it.alarm = 0
	w.before.reset()
	w.fresh.reset()
	it.keepBase()
	it.cur.bookComplaint(&w.before)
	w.foldItem(&it.cur, nil, a.due, &w.fresh)
	it.cur.bookComplaint(&w.fresh)
	w.issueItem(it)
}

// forgetItems folds what is older than a day, and lets go of items that were closed long ago.
func (w *World) forgetItems(now int64) {
	//deterministic: each is judged by itself, and nothing is put out.
	for id, it := range w.items {
		if it.cur.phase != itemOpen && max(it.touched, it.cur.closedAt)+itemKeepMs < now {
			delete(w.items, id)
			w.itemsGone[stubKeyOf(id)] = uint32(now / minuteMs)
			continue
		}
		w.trimItem(it, now-stubKeepMs)
	}
	limit := uint32((now - itemGoneKeepMs) / minuteMs)
	//deterministic: as above.
	for key, minute := range w.itemsGone {
		if minute < limit {
			delete(w.itemsGone, key)
		}
	}
	w.thinItemsGone()
}

// thinItemsGone forgets a quarter of the items that are gone, the oldest, when there are too many.
func (w *World) thinItemsGone() {
	if len(w.itemsGone) <= maxItemsGone {
		return
	}
	keys := sortedStubKeys(w.itemsGone)
	slices.SortStableFunc(keys, func(a, b stubKey) int { return cmp.Compare(w.itemsGone[a], w.itemsGone[b]) })
	for _, key := range keys[:len(keys)/4] {
		delete(w.itemsGone, key)
	}
}

// trimItem folds the moments before `to` into the base for good, unless the item's creation is yet to follow them.
func (w *World) trimItem(it *item, to int64) {
	if it.base == nil && len(it.line) == 0 {
		return
	}
	n := 0
	for n < len(it.line) && it.line[n].at < to {
		n++
	}
	base := itemState{}
	if it.base != nil {
		base = *it.base
	}
	if base.phase == itemUnknown && (n == 0 || creationIn(it.line) >= n) {
		return
	}
	w.fresh.reset()
	w.foldItem(&base, it.line[:n], to-1, &w.fresh)
	if base.phase == itemUnknown { // a snapshot has no room for what was said of an item that never began; its moments tell it
		return
	}
	it.line = slices.Clip(slices.Clone(it.line[n:]))
	it.base = &base
	if len(it.line) == 0 && base == it.cur {
		it.line, it.base = nil, nil
	}
}

// OpenItems counts the items of a queue that are open now; "" counts those of the whole world.
func (w *World) OpenItems(queue string) (n int) {
	for _, it := range w.openItems {
		if queue == "" || w.names.name(it.cur.dims.Queue) == queue {
			n++
		}
	}
	return n
}
