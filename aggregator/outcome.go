// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"cmp"
	"slices"

	"github.com/vigie-kpi/vigie/event"
)

// An outcome is what is said of a contact beside its telephony: that it was recorded, what it was about, how it was disposed
// of, a survey, an evaluation, a sale. It comes minutes or hours later, and is said again: replaced, corrected, cancelled.
//
// What outcomes give is a function of three things alone: the set of the contact's outcomes, when the contact began, and who
// had it (standing). It is computed whole whenever one of them changes, and the difference is issued. The same function
// serves a contact that lives and one that became a stub.

const (
	maxOutcomes = 64 // per contact: one beyond it is a runaway source
	maxCredits  = 16 // conversations of a contact that a stub still tells apart
)

// outcome is one event that says an outcome, pinned.
type outcome struct {
	at      int64
	id      uint64 // hash of the event's id within its source
	object  uint64 // hash of the id of the survey, evaluation or sale
	due     int64  // of callback.requested
	source  ID
	seq     int32
	version uint32
	said    Dims // what the event itself says
	member  membership
	value   int32 // cents, or hundredths of a percent
	typ     event.Type
	class   class
	marks   marks
	result  result
	csat    uint8 // the three answers, each 0 when the question was not answered; nps is one more than the answer
	nps     uint8
	ces     uint8
}

// membership is where an advisor belonged at the instant of an event.
type membership struct{ team, homeTeam, site ID }

// credit is a conversation of a contact: whose it was.
type credit struct {
	queue, advisor ID
	membership
}

func creditOf(d *Dims) credit {
	return credit{d.Queue, d.Advisor, membership{d.Team, d.HomeTeam, d.Site}}
}

// standing is what the outcomes of a contact need to know of it.
type standing struct {
	start int64    // 0: nothing but outcomes was ever heard of it
	own   Dims     // its words, its last queue, and the last advisor who talked to the customer
	legs  []credit // conversations, the newest last
}

// book is what a contact has beside its timeline when outcomes were said of it, or when it had an earlier life.
type book struct {
	list    []outcome // Invariant: in the order of a timeline
	booked  rows      // what the list gave and was issued
	start   int64     // how the contact stood when that was computed
	own     Dims
	earlier standing // of an earlier life; start is 0 when there was none
	waiting int      // records in World.orphans that are about this contact
}

// isOutcome tells the types that say an outcome. They begin no contact and keep none alive.
func isOutcome(t event.Type) bool {
	switch t {
	case event.ContactDisposed, event.ContactClassified, event.ContactRecorded, event.SurveyInvited, event.SurveyAnswered,
		event.EvaluationSubmitted, event.EvaluationCancelled, event.SaleRecorded, event.SaleCancelled:
		return true
	}
	return false
}

// pinOutcome resolves what the event means under the configuration known now, for good. m is the same event pinned as a
// moment.
func (w *World) pinOutcome(e *event.Event, m *moment) outcome {
	o := outcome{at: m.at, id: m.id, source: m.source, seq: m.seq, version: m.version, typ: m.typ, due: e.Due,
		said: Dims{Programme: m.programme, Channel: m.channel, Direction: m.direction, Campaign: m.campaign, Reason: m.reason,
			Queue: m.queue, Advisor: m.advisor, Team: w.names.id(e.Team), Site: w.names.id(e.Site)},
		member: membership{m.team, m.homeTeam, m.site},
		class:  classOf(cmp.Or(e.Class, w.cfg.classes[e.Code])), marks: marksOf(e),
		result: resultOf(e.Result), value: int32(e.AmountCents.Or(e.ScoreBP.Or(e.Count.Or(0)))),
		csat: uint8(e.CSAT.Or(0)), nps: uint8(e.NPS.Or(-1) + 1), ces: uint8(e.CES.Or(0))}
	if speaksOfObject(e.Type) {
		o.object = idHash(e.Object)
	}
	return o
}

// precedesOutcome is World.precedes for outcomes.
func (w *World) precedesOutcome(a, b *outcome) bool {
	return w.precedes(&moment{at: a.at, source: a.source, seq: a.seq, id: a.id}, &moment{at: b.at, source: b.source, seq: b.seq, id: b.id})
}

// addOutcome puts o into a list where it belongs; false when it is there already.
func (w *World) addOutcome(list []outcome, o *outcome) ([]outcome, bool) {
	i := len(list)
	for j := range list {
		if list[j].id == o.id && list[j].source == o.source {
			return list, false
		}
	}
	for i > 0 && w.precedesOutcome(o, &list[i-1]) {
		i--
	}
	return slices.Insert(list, i, *o), true
}

// takeOutcome digests an outcome: on the contact while it lives, on its stub for a day after. One that comes before anything
// else of its contact waits for it, see orphan.
func (w *World) takeOutcome(e *event.Event) (Reason, string) {
	r := w.refuseAtDoor(e)
	late := r == ReasonTooLate
	if late {
		r = w.refuseUnknown(e)
	}
	if r != ReasonNone {
		return r, ""
	}
	m := w.pin(e)
	o := w.pinOutcome(e, &m)
	if late {
		w.tellOutcome(cloneString(e.Contact), &o, false)
		return ReasonLateOutcome, ""
	}
	if it := w.items[e.Contact]; it != nil {
		return w.outcomeOfItem(it, e, &o), ""
	}
	c := w.contacts[e.Contact]
	if c == nil {
		key := stubKeyOf(e.Contact)
		if old, was := w.stubs.get(key); was {
			return w.outcomeOfStub(key, old, &o, e.Contact), ""
		}
		if len(w.live) >= maxContacts || len(w.orphans) >= maxOrphans {
			return ReasonTooManyContacts, ""
		}
		c = w.newContact(cloneString(e.Contact))
	}
	c.identify(e)
	return w.outcomeOfContact(c, &m, &o), ""
}

// outcomeOfContact adds an outcome to a contact that lives, as a moment of its timeline as well: it may be the first to say
// why the customer came.
func (w *World) outcomeOfContact(c *contact, m *moment, o *outcome) Reason {
	if c.book == nil {
		c.book = &book{}
	}
	c.touched = w.clock
	if len(c.book.list) >= maxOutcomes {
		return ReasonTooManyEvents
	}
	list, isNew := w.addOutcome(c.book.list, o)
	if !isNew {
		w.out.duplicates++
		return ReasonNone
	}
	if r := w.extend(c, m); r != ReasonNone {
		return r
	}
	c.book.list = list
	told := c.book.start != 0
	w.rebook(c)
	switch {
	case c.state.startedAt == 0:
		w.awaitContact(c)
	case told:
		w.tellOutcome(c.ids[0], o, true)
	}
	return ReasonNone
}

// standing is how the contact stands for its outcomes. What an earlier life said comes first; the last queue and advisor are
// those of this life if it had any.
// legs is valid until the next call.
func (w *World) standing(c *contact) standing {
	s := standing{start: c.state.startedAt, own: c.state.dims, legs: w.legs[:0]}
	if c.book != nil && c.book.earlier.start != 0 {
		earlier := &c.book.earlier
		s.start, s.legs = earlier.start, append(s.legs, earlier.legs...)
		s.own = earlier.own
		s.own.fillWords(&c.state.dims)
		if c.state.dims.Queue != 0 {
			s.own.Queue = c.state.dims.Queue
		}
	}
	if last := &c.state.last; last.advisor != 0 {
		s.own.Advisor, s.own.Team, s.own.HomeTeam, s.own.Site = last.advisor, last.team, last.homeTeam, last.site
	}
	for i := range c.state.advisors {
		if a := &c.state.advisors[i]; a.connectedAt != 0 && a.kind != kindMonitor {
			s.legs = append(s.legs, credit{a.dims.Queue, a.dims.Advisor, membership{a.dims.Team, a.dims.HomeTeam, a.dims.Site}})
		}
	}
	w.legs = s.legs
	return s
}

// fillWords takes from o what d does not say of the customer.
func (d *Dims) fillWords(o *Dims) {
	for _, p := range [...]struct{ to, from *ID }{{&d.Programme, &o.Programme}, {&d.Channel, &o.Channel},
		{&d.Direction, &o.Direction}, {&d.Campaign, &o.Campaign}, {&d.Reason, &o.Reason}} {
		if *p.to == 0 {
			*p.to = *p.from
		}
	}
}

// lacks tells that the moment says a word of the customer that d has not.
func (d *Dims) lacks(m *moment) bool {
	return d.Programme == 0 && m.programme != 0 || d.Channel == 0 && m.channel != 0 || d.Direction == 0 && m.direction != 0 ||
		d.Campaign == 0 && m.campaign != 0 || d.Reason == 0 && m.reason != 0
}

// rebookIfMoved issues the difference that a moment of the telephony makes to the contact's outcomes, if it makes any.
func (w *World) rebookIfMoved(c *contact, t event.Type) {
	b := c.book
	if t == event.AdvisorConnected || b.start != c.state.startedAt || b.own != c.state.dims {
		w.rebook(c)
	}
}

// rebook issues what the contact's outcomes give now, less what they gave before.
func (w *World) rebook(c *contact) {
	if c.book.start == 0 && c.state.startedAt != 0 { // until now nobody knew what they were about
		w.tellOutcomes(c, true)
	}
	s := w.standing(c)
	c.book.start, c.book.own = c.state.startedAt, c.state.dims
	w.rebookAs(c.book, &s)
	w.issue(&w.before, 1, c)
}

// rebookAs puts into w.before what a book gives under a standing, less what it gave before.
func (w *World) rebookAs(b *book, s *standing) {
	w.fresh.reset()
	s.bookOutcomes(b.list, &w.fresh)
	difference(&b.booked, &w.fresh, &w.before)
	b.booked.copyFrom(&w.fresh)
}

// unbook takes back what the contact's outcomes gave.
func (w *World) unbook(c *contact) {
	if c.book != nil {
		w.issue(&c.book.booked, -1, c)
		c.book.booked.reset()
	}
}

// joinBooks gives the outcomes of a contact that was merged to its target.
func (w *World) joinBooks(target, from *contact) {
	if from.book == nil {
		return
	}
	if target.book == nil {
		target.book = &book{}
	}
	b := target.book
	for i := range from.book.list {
		if len(b.list) < maxOutcomes {
			b.list, _ = w.addOutcome(b.list, &from.book.list[i])
		}
	}
	if b.start != 0 {
		w.tellOutcomes(&contact{ids: target.ids, book: from.book}, true)
	}
	if earlier := from.book.earlier; earlier.start != 0 && b.earlier.start == 0 {
		b.earlier = earlier
	}
	b.waiting += from.book.waiting
}
