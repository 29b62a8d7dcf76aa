// SPDX-License-Identifier: Apache-2.0

package app

import (
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

// What is said of calls afterwards: the truth lays it to the day on which the call began, to its last queue and to the last
// advisor who had it, and so does the machine, for a day. What comes later is left to the daily job, see daily_truth_test.go.

func (a *agreement) compareSaid(s scopeDay, d *simulator.Said) {
	s.is(indicator.Resolved, d.Resolved)
	s.is(indicator.ResolutionAsked, d.Resolved+d.Unresolved)
	s.is(indicator.Complaints, d.Complaints)
	s.is(indicator.SurveyInvited, d.Invited)
	s.is(indicator.SurveyAnswered, d.Replied)
	s.is(indicator.Evaluations, d.Evaluated)
	s.is(indicator.QualityBp, d.Scores)
	s.is(indicator.Sales, d.Sold)
	s.is(indicator.SaleCents, d.SoldFor)
	s.is(indicator.SalesCancelled, d.Unsold)
	s.is(indicator.CancelledCents, d.UnsoldFor)
	s.is(indicator.CancelledBookedCents, d.TakenBackFor)
}

func (a *agreement) compareMenu(s scopeDay, d *simulator.MenuDay) {
	s.is(indicator.IvrEntered, d.Heard)
	s.is(indicator.IvrServed, d.Served)
	s.is(indicator.IvrAbandoned, d.HungUp)
}

// compareCallbacks compares the whole run: the truth has callbacks by call, and follow-ups by dial. The demo day has no callbacks, three days
// have some.
func (a *agreement) compareCallbacks(truth *simulator.Truth) {
	want := map[indicator.Measure]int64{}
	var promises []*simulator.Callback
	for _, c := range truth.Calls {
		promises = append(promises, c.Callback)
	}
	for _, d := range truth.Dials {
		promises = append(promises, d.FollowUp)
	}
	for _, b := range promises {
		if b == nil {
			continue
		}
		want[indicator.CallbacksAsked]++
		if b.DueAt <= a.ticked {
			want[indicator.CallbacksDue]++
		}
		want[indicator.CallbacksTried] += b.Tries
		if b.DoneAt != 0 {
			want[indicator.CallbacksReached]++
		}
		if b.DoneAt != 0 && b.DoneAt <= b.DueAt+(15*time.Minute).Milliseconds() && b.DueAt <= a.ticked {
			want[indicator.CallbacksKept]++
		}
		if b.ExpiredAt != 0 {
			want[indicator.CallbacksExpired]++
		}
	}
	for m := indicator.CallbacksAsked; m < indicator.CallbackDelayMs; m++ {
		if a.totals[m] != want[m] {
			a.tb.Errorf("%s: the machine has %d, the truth is %d", m, a.totals[m], want[m])
		}
	}
}

// saysOutcome tells the events that may come too late to be counted.
func saysOutcome(t event.Type) bool {
	family, _, _ := strings.Cut(t.String(), ".")
	return family == "survey" || family == "sale" || family == "evaluation"
}

// leaveOut takes what came too late out of the truth.
func (a *agreement) leaveOut(truth *simulator.Truth) {
	loc, err := zone.Load(truth.Zone)
	if err != nil {
		a.tb.Fatal(err)
	}
	calendar := zone.NewCalendar(loc, 5*60)
	calls := map[string]*simulator.Call{}
	for _, c := range truth.Calls {
		calls[c.ID] = c
	}
	late := map[event.Type]map[string]bool{}
	for _, e := range a.late { // a redelivery is late as well
		if late[e.Type] == nil {
			late[e.Type] = map[string]bool{}
		}
		if late[e.Type][e.Object] {
			continue
		}
		late[e.Type][e.Object] = true
		c := calls[e.Contact]
		if c == nil { // not a call that came in
			a.leaveOutDial(truth, calendar, e)
			continue
		}
		l := laid{a, calendar.Day(c.BeganAt), c.LastQueue, c.LastAdvisor, c.LastTeam, ""}
		switch e.Type {
		case event.SurveyInvited:
			l.add(indicator.SurveyInvited, -1)
		case event.SurveyAnswered:
			l.add(indicator.SurveyAnswered, -1)
		case event.SaleCancelled:
			l.add(indicator.SalesCancelled, -1)
			l.add(indicator.CancelledCents, -c.Sale.Cents)
			l.day = calendar.Day(c.Sale.CancelledAt)
			l.add(indicator.CancelledBookedCents, -c.Sale.Cents)
		case event.EvaluationSubmitted:
			l.judged(c)
			l.add(indicator.Evaluations, -1)
			l.add(indicator.QualityBp, -c.Evaluation.ScoreBP)
		case event.EvaluationCancelled:
			l.judged(c)
			l.add(indicator.Evaluations, 1)
			l.add(indicator.QualityBp, c.Evaluation.ScoreBP)
		default:
			a.tb.Fatalf("%s of %s came too late", e.Type, e.Contact)
		}
	}
}

// laid is whose something is that was said of a call.
type laid struct {
	a                    *agreement
	day                  int32
	queue, advisor, team string
	campaign             string
}

// judged lays it to the last recorded conversation of the call, which is the one that was judged.
func (l *laid) judged(c *simulator.Call) {
	for _, t := range c.Talks {
		if t.Recorded && t.Advisor == c.Evaluation.Advisor {
			l.queue, l.advisor, l.team = t.Queue, t.Advisor, t.Team
		}
	}
}

func (l *laid) add(m indicator.Measure, n int64) {
	l.a.left[sumKey{l.day, "queue", l.queue, m}] += n
	l.a.left[sumKey{l.day, "advisor", l.advisor, m}] += n
	l.a.left[sumKey{l.day, "team", l.team, m}] += n
	l.a.left[sumKey{l.day, "campaign", l.campaign, m}] += n
}
