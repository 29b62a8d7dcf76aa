// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"strings"

	"github.com/vigie-kpi/vigie/event"
)

// OutcomeRow is what the store keeps of an outcome: with all that the machine read of it, so that an outcome that comes when
// the machine has forgotten its contact can be booked later as the machine would have (see Attribute). Rows with the same
// contact, source and id are the same outcome; one that is in time stands above one that is not.
type OutcomeRow struct {
	World   *World
	Contact string
	Offset  int64
	At      int64 // ms UTC: when it was said
	Day     int32 // its business day, days since 1970-01-01
	InTime  bool  // the machine booked it; false: it came when its contact was not known, or not any more
	Source  ID
	ID      uint64 // hash of the event's id
	Object  uint64 // hash of the id of the survey, evaluation or sale
	Seq     int32  // the source's own order
	Version uint32 // of the configuration
	Type    event.Type
	Said    Dims // what the event itself says

	Team, HomeTeam, Site ID // where the advisor belonged when it was said

	Value          int32 // cents, or hundredths of a percent
	Class, Marks   uint8 // as outcome_words.go numbers them
	CSAT, NPS, CES uint8 // 0: not answered; NPS is one more than the answer
}

// tellOutcome hands an outcome to the store.
func (w *World) tellOutcome(contact string, o *outcome, inTime bool) {
	w.out.outcomes = append(w.out.outcomes, OutcomeRow{World: w, Contact: contact, Offset: w.out.offset, At: o.at,
		Day: w.cfg.calendar.Day(o.at), InTime: inTime, Source: o.source, ID: o.id, Object: o.object, Seq: o.seq, Version: o.version,
		Type: o.typ, Said: o.said, Team: o.member.team, HomeTeam: o.member.homeTeam, Site: o.member.site, Value: o.value,
		Class: uint8(o.class), Marks: uint8(o.marks), CSAT: o.csat, NPS: o.nps, CES: o.ces})
}

// tellOutcomes hands all outcomes of a contact to the store.
func (w *World) tellOutcomes(c *contact, inTime bool) {
	for i := range c.book.list {
		w.tellOutcome(c.ids[0], &c.book.list[i], inTime)
	}
}

// conversationLines writes who talked to the customer in this life, a line each: queue, advisor, team, home team and site,
// separated by tabs, which no word of an event holds. The first line is the last advisor, on whom rests what names nobody; the conversations follow, the
// newest last. It is empty where there is one conversation and the contact's own dimensions say whose.
func (w *World) conversationLines(c *contact) string {
	s, own := &c.state, creditOf(&c.state.dims)
	legs := w.legs[:0]
	for i := range s.advisors {
		if a := &s.advisors[i]; a.connectedAt != 0 && a.kind != kindMonitor {
			legs = append(legs, creditOf(&a.dims))
		}
	}
	w.legs = legs
	legs = distinct(legs)
	last := own
	if s.last.advisor != 0 {
		last.advisor, last.membership = s.last.advisor, s.last.membership
	}
	if last == own && (len(legs) == 0 && own.advisor == 0 || len(legs) == 1 && legs[0] == own) {
		return ""
	}
	return w.lines(append([]credit{last}, legs...)...)
}

// lines writes who had a contact, a line each.
func (w *World) lines(list ...credit) string {
	var b strings.Builder
	for i := range list {
		if i > 0 {
			b.WriteByte('\n')
		}
		w.writeCredit(&b, &list[i])
	}
	return b.String()
}

func (w *World) writeCredit(b *strings.Builder, c *credit) {
	for i, id := range [creditWords]ID{c.queue, c.advisor, c.team, c.homeTeam, c.site} {
		if i > 0 {
			b.WriteByte('\t')
		}
		b.WriteString(w.names.name(id))
	}
}

// creditWords is how many words a line of a conversation has.
const creditWords = 5
