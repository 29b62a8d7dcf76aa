// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"cmp"
	"slices"
)

// codeItems writes the items in the order of their ids, each as it stood before its timeline, and those that are gone.
func (w *World) codeItems(c *codec) {
	items := make([]*item, 0, len(w.items))
	//deterministic: sorted below.
	for _, it := range w.items {
		items = append(items, it)
	}
	slices.SortFunc(items, func(a, b *item) int { return cmp.Compare(a.contact, b.contact) })
	list(c, &items, w.codeItem)
	if c.reading && c.err == nil {
		for _, it := range items {
			w.wakeItem(it)
		}
	}
	codeKeyed(c, w.itemsGone, func(c *codec, _ stubKey, minute *uint32) { number(c, minute) })
}

func (w *World) codeItem(c *codec, p **item) {
	if c.reading {
		*p = &item{base: &itemState{}}
	}
	it := *p
	c.string(&it.contact)
	c.string(&it.customer)
	c.string(&it.customerOld)
	c.near(&it.touched, w.clock)
	base := itemState{}
	switch {
	case it.base != nil:
		base = *it.base
	case len(it.line) == 0:
		base = it.cur
	}
	w.codeItemState(c, &base)
	if c.reading {
		*it.base = base
	}
	list(c, &it.line, w.codeItemMoment)
	w.codeBook(c, &it.book)
}

// wakeItem puts an item that was read back to where it stood.
func (w *World) wakeItem(it *item) {
	w.items[it.contact] = it
	w.fresh.reset()
	w.refoldItem(it, &it.cur, &w.fresh)
	if it.base.phase == itemUnknown || len(it.line) == 0 && *it.base == it.cur {
		it.base = nil
	}
	if it.book != nil {
		s := w.itemStanding(it)
		s.bookOutcomes(it.book.list, &it.book.booked)
	}
	w.settleItem(it)
}

func (w *World) codeItemState(c *codec, s *itemState) {
	number(c, &s.phase)
	number(c, &s.complaint)
	if s.phase == itemUnknown { // all else follows from the moments
		return
	}
	c.near(&s.began, w.clock)
	for _, at := range []*int64{&s.cycleAt, &s.parkedAt, &s.dueAt, &s.ackAt, &s.answerAt, &s.repliedAt, &s.baseAt, &s.closedAt, &s.ranAt} {
		codeSince(c, at, s.began)
	}
	number(c, &s.parkedMs)
	number(c, &s.cycleMs)
	w.codeSettled(c, &s.ack, s.began)
	w.codeSettled(c, &s.answer, s.began)
	w.codeDims(c, &s.dims)
	w.codeCredit(c, &s.last)
	w.codeHours(c, &s.hours)
	number(c, &s.version)
	number(c, &s.assigned)
	for _, is := range []*bool{&s.opening, &s.unclocked, &s.overdue, &s.solved, &s.identified, &s.outward} {
		c.bool(is)
	}
}

// codeSince writes an instant that is not set, or not before another.
func codeSince(c *codec, at *int64, began int64) {
	has := *at != 0
	c.bool(&has)
	if has {
		c.near(at, began)
	}
}

// codeHours writes the name of opening hours; one that does not read is damage.
func (w *World) codeHours(c *codec, id *ID) {
	w.codeID(c, id)
	if c.reading && c.err == nil && !w.knowsHours(*id) {
		*id = 0
		c.fail()
	}
}

func (w *World) codeSettled(c *codec, s *settled, began int64) {
	number(c, &s.how)
	if s.how == unsettled {
		return
	}
	c.near(&s.at, began)
	number(c, &s.version)
	w.codeID(c, &s.reason)
	w.codeCredit(c, &s.by)
}

func (w *World) codeItemMoment(c *codec, m *itemMoment) {
	c.near(&m.at, w.clock)
	c.fixed(&m.id)
	number(c, &m.dueMs)
	number(c, &m.dueDays)
	number(c, &m.seq)
	number(c, &m.version)
	w.codeHours(c, &m.hours)
	d := Dims{Programme: m.programme, Site: m.site, Queue: m.queue, Campaign: m.campaign, Channel: m.channel, Direction: m.direction,
		Team: m.team, HomeTeam: m.homeTeam, Advisor: m.advisor, Reason: m.reason}
	w.codeID(c, &m.source)
	w.codeID(c, &m.limitOf)
	w.codeDims(c, &d)
	m.programme, m.site, m.queue, m.campaign, m.channel, m.direction = d.Programme, d.Site, d.Queue, d.Campaign, d.Channel, d.Direction
	m.team, m.homeTeam, m.advisor, m.reason = d.Team, d.HomeTeam, d.Advisor, d.Reason
	number(c, &m.typ)
	number(c, &m.marks)
	c.bool(&m.automatic)
	c.bool(&m.identified)
	c.bool(&m.outward)
}
