// SPDX-License-Identifier: Apache-2.0

package app

import (
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

// What customers write: the truth of the desk, day by day, of queues, teams and advisors. Limits and opening hours are
// counted by the simulator minute by minute, and by the machine from sums of years.

func (a *agreement) compareDesk(truth *simulator.Truth) {
	for _, d := range truth.Desk {
		day := dayNumber(a.tb, d.Date)
		for id, w := range d.Queues {
			s := scopeDay{a, day, "queue", id}
			a.compareMessages(s, w)
			s.is(indicator.Contacts, w.Written)
			s.is(indicator.ContactsAnswered, w.FirstReplies)
			a.compareOpinions(s, &w.Opinions)
		}
		for id, w := range d.Advisors {
			a.compareMessages(scopeDay{a, day, "advisor", id}, w)
		}
		for id, w := range d.Teams {
			a.compareMessages(scopeDay{a, day, "team", id}, w)
		}
	}
}

func (a *agreement) compareMessages(s scopeDay, w *simulator.DeskWork) {
	s.is(indicator.ItemsOpening, 0)
	s.is(indicator.ItemsCreated, w.Written)
	s.is(indicator.ItemsAssigned, w.Taken)
	s.is(indicator.Replies, w.Replies)
	s.is(indicator.ItemsFirstReplied, w.FirstReplies)
	s.is(indicator.ReplyMs, w.FirstReplyTime)
	s.is(indicator.ReplyBusinessMs, w.FirstReplyOpen)
	s.is(indicator.ItemsSolved, w.Solved)
	s.is(indicator.SolveMs, w.SolvedTime)
	s.is(indicator.SolveBusinessMs, w.SolvedOpen)
	s.is(indicator.ParkedMs, w.Paused)
	s.is(indicator.ItemsDropped, total(w.Dropped))
	s.is(indicator.ItemsReopened, w.Reopened)
	s.is(indicator.ItemsDue, w.FellDue)
	s.is(indicator.ItemsMet, w.InTime)
	s.is(indicator.ComplaintAckDue, w.ReceiptDue)
	s.is(indicator.ComplaintAckMet, w.ReceiptInTime)
	s.is(indicator.ComplaintReplyDue, w.AnswerDue)
	s.is(indicator.ComplaintReplyMet, w.AnswerInTime)
}

func (a *agreement) compareOpinions(s scopeDay, o *simulator.Opinions) {
	s.is(indicator.Resolved, o.Resolved)
	s.is(indicator.ResolutionAsked, o.Resolved+o.Unresolved)
	s.is(indicator.Complaints, o.Complaints)
	s.is(indicator.SurveyInvited, o.Invited)
	s.is(indicator.SurveyAnswered, o.Answered)
}

// expectOpinions adds what is said of messages to what people are compared with: the machine has one sum for both.
func (a *agreement) expectOpinions(truth *simulator.Truth) {
	worked := map[string]bool{}
	for _, d := range truth.Days {
		for id := range d.Advisors {
			worked[d.Date+" advisor "+id] = true
		}
		for id := range d.Teams {
			worked[d.Date+" team "+id] = true
		}
	}
	for _, d := range truth.Desk {
		day := dayNumber(a.tb, d.Date)
		for kind, scopes := range map[string]map[string]*simulator.DeskWork{"advisor": d.Advisors, "team": d.Teams} {
			for id, w := range scopes {
				if !worked[d.Date+" "+kind+" "+id] {
					a.compareOpinions(scopeDay{a, day, kind, id}, &w.Opinions)
					continue
				}
				a.left[sumKey{day, kind, id, indicator.Resolved}] += w.Resolved
				a.left[sumKey{day, kind, id, indicator.ResolutionAsked}] += w.Resolved + w.Unresolved
				a.left[sumKey{day, kind, id, indicator.Complaints}] += w.Complaints
				a.left[sumKey{day, kind, id, indicator.SurveyInvited}] += w.Invited
				a.left[sumKey{day, kind, id, indicator.SurveyAnswered}] += w.Answered
			}
		}
	}
}

// deskTotals is what happened in all runs together.
type deskTotals [indicator.NumMeasures]int64

func (d *deskTotals) add(run *[indicator.NumMeasures]int64) {
	for m, n := range run {
		d[m] += n
	}
}

// check makes sure that every measure was put to the test, and every limit both kept and missed.
func (d *deskTotals) check(tb testing.TB) {
	for m := indicator.ItemsCreated; m <= indicator.ComplaintReplyMet; m++ {
		if d[m] == 0 {
			tb.Errorf("%s: there was none in any run", m)
		}
	}
	for due, met := range map[indicator.Measure]indicator.Measure{indicator.ItemsDue: indicator.ItemsMet,
		indicator.ComplaintAckDue: indicator.ComplaintAckMet, indicator.ComplaintReplyDue: indicator.ComplaintReplyMet} {
		if d[due] <= d[met] {
			tb.Errorf("%s: %d, all of them met", due, d[due])
		}
	}
}

func (a *agreement) noteCreation(e *event.Event) {
	if e.Type == event.ItemCreated {
		a.created[e.Contact] = true
	}
}

// isOldCreation tells that an event created a message before, and came again: of one that is days old the machine does not
// remember the event, only that it was there.
func (a *agreement) isOldCreation(e *event.Event, why aggregator.Reason) bool {
	return e.Type == event.ItemCreated && why == aggregator.ReasonTooLate && a.created[e.Contact]
}

func dayNumber(tb testing.TB, date string) int32 {
	tb.Helper()
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		tb.Fatal(err)
	}
	return int32(at.Unix() / (24 * 60 * 60))
}

// The runs go on until half past midnight of the second night. Then the clock of the machine goes on alone until what waits
// is given up, and stops before the morning: in between nobody's limit passes.
var (
	afterMs = (43*time.Hour + 30*time.Minute).Milliseconds()
	nightMs = (4*time.Hour + 20*time.Minute).Milliseconds()
)

// endOfRun is the instant up to which the truth knows what happened.
func endOfRun(tb testing.TB, truth *simulator.Truth) event.Millis {
	tb.Helper()
	loc, err := zone.Load(truth.Zone)
	if err != nil {
		tb.Fatal(err)
	}
	end, _ := zone.NewCalendar(loc, 5*60).Bounds(dayNumber(tb, truth.To))
	return end + afterMs
}
