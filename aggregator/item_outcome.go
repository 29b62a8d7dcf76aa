// SPDX-License-Identifier: Apache-2.0

package aggregator

import "github.com/vigie-kpi/vigie/event"

// What is said of an item beside its timeline is booked as for a contact: at the item's beginning, with its dimensions. It is
// taken for as long as the item is known.

// outcomeOfItem adds an outcome to an item. A classification is a moment of its timeline as well: it may make a complaint of it.
func (w *World) outcomeOfItem(it *item, e *event.Event, o *outcome) Reason {
	it.touched = w.clock
	isMoment := e.Type == event.ContactClassified
	if it.book != nil && len(it.book.list) >= maxOutcomes || isMoment && len(it.line) >= maxItemMoments {
		return ReasonTooManyEvents
	}
	it.identify(e)
	if !w.addToBook(it, o) {
		w.out.duplicates++
		return ReasonNone
	}
	if isMoment {
		x := momentOf(o)
		if _, known := w.placeItem(it.line, &x); !known {
			w.extendItem(it, &x)
		}
	}
	return ReasonNone
}

// identify learns who the customer is: the first word stands.
func (it *item) identify(e *event.Event) {
	if e.Customer != "" && it.customer == "" {
		it.customer, it.customerOld = cloneString(e.Customer), cloneString(e.CustomerOld)
	}
}

// addToBook adds an outcome to the item's book; false when it is there already, or when there is no room.
func (w *World) addToBook(it *item, o *outcome) bool {
	if it.book == nil {
		it.book = &book{}
	}
	if len(it.book.list) >= maxOutcomes {
		return false
	}
	list, isNew := w.addOutcome(it.book.list, o)
	if isNew {
		it.book.list = list
		w.rebookItem(it)
		w.tellOutcome(it.contact, o, true)
	}
	return isNew
}

// itemStanding is how the item stands for its outcomes: they are the last replier's, else the assignee's.
// legs is valid until the next call.
func (w *World) itemStanding(it *item) standing {
	s := standing{start: it.cur.began, own: it.cur.dims, legs: w.legs[:0]}
	if it.cur.dims.Advisor != 0 {
		s.legs = append(s.legs, creditOf(&it.cur.dims))
	}
	if last := &it.cur.last; last.advisor != 0 {
		s.own.Advisor, s.own.Team, s.own.HomeTeam, s.own.Site = last.advisor, last.team, last.homeTeam, last.site
		s.legs = append(s.legs, *last)
	}
	w.legs = s.legs
	return s
}

// rebookItem issues what the item's outcomes give now, less what they gave before.
func (w *World) rebookItem(it *item) {
	s := w.itemStanding(it)
	w.rebookAs(it.book, &s)
	w.issueFor(it.contact, &w.before, 1)
}

// itemRow is the item as a contact: it waited until the first reply.
func (w *World) itemRow(it *item) ContactRow {
	s := &it.cur
	row := ContactRow{World: w, Offset: w.out.offset, Contact: it.contact, Customer: it.customer, CustomerOld: it.customerOld,
		StartedAt: s.began, Base: w.instant(s.baseAt), Dims: s.dims, FirstQueue: s.dims.Queue, Outcome: OutcomeOpen, QueueLegs: 1,
		AdvisorLegs: s.assigned}
	if !s.opening {
		row.Entered = w.instant(s.began)
	}
	if s.last.advisor != 0 {
		if assignee := creditOf(&s.dims); assignee.advisor != 0 && assignee != s.last {
			row.Conversations = w.lines(s.last, assignee, s.last)
		}
		row.Dims.Advisor, row.Dims.Team, row.Dims.HomeTeam, row.Dims.Site = s.last.advisor, s.last.team, s.last.homeTeam, s.last.site
	}
	row.Day = w.cfg.calendar.Day(row.StartedAt)
	if s.phase != itemOpen {
		row.EndedAt = s.closedAt
		row.Outcome = OutcomeLeft
	}
	if s.repliedAt != 0 {
		row.WaitMs = s.repliedAt - s.began
	}
	if s.repliedAt != 0 || s.phase == itemSolved {
		row.Outcome = OutcomeAnswered
	}
	return row
}
