// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"fmt"

	"github.com/vigie-kpi/vigie/event"
)

var outcomeTypes = []event.Type{event.ContactMenu, event.ContactMenu, event.ContactDisposed, event.ContactDisposed, event.ContactClassified,
	event.ContactClassified, event.ContactRecorded, event.SurveyInvited, event.SurveyAnswered, event.SurveyAnswered,
	event.EvaluationSubmitted, event.EvaluationSubmitted, event.EvaluationCancelled, event.SaleRecorded, event.SaleRecorded,
	event.SaleCancelled, event.CallbackRequested, event.CallbackRequested, event.CallbackAttempted, event.CallbackCompleted,
	event.CallbackAssigned, event.CallbackExpired, event.CallDialled, event.CallDialled, event.CallDialled, event.CallRefused, event.ListLoaded,
	event.ListClosed, event.ConsentGiven}

// outcomes is what is said of contacts beside their telephony: in any order, about contacts that are known or not, while they
// last or hours after, when only a stub is left.
func (g *generator) outcomes(n int) {
	about := outcomeTypes
	if g.IntN(2) == 0 { // much about little
		about = []event.Type{pick(g, outcomeTypes), pick(g, outcomeTypes), pick(g, outcomeTypes)}
	}
	late := g.IntN(10) == 0
	for range n {
		e := g.outcome(pick(g, about))
		if late && passive(e.Type) && g.IntN(2) == 0 {
			e.Time += g.Int64N(2 * hour)
		}
		g.add(e)
	}
}

// passive tells the types that say something of a contact, whatever has become of it.
func passive(t event.Type) bool { return saysOutcome(t) || isCallback(t) }

func (g *generator) outcome(t event.Type) event.Event {
	e := event.Event{Type: t, Time: g.instant(), Contact: fmt.Sprintf("c%d", g.IntN(7)), Object: pick(g, []string{"o1", "o1", "o2"})}
	if g.IntN(4) == 0 {
		e.Queue = pick(g, genQueues)
	}
	if g.IntN(3) == 0 {
		e.Advisor = pick(g, genAdvisors)
	}
	number := func(atLeast, atMost int64) event.Number { return event.NumberOf(atLeast + g.Int64N(atMost-atLeast+1)) }
	switch t {
	case event.ContactMenu:
		e.State = pick(g, event.MenuStates)
	case event.ContactDisposed:
		e.Code, e.Class = pick(g, []string{"sold", "later", "unknown"}), g.sometimes(2, pick(g, event.Classes))
	case event.ContactClassified:
		e.Resolved, e.Complaint = pick(g, event.Answers), g.sometimes(2, pick(g, event.Answers))
	case event.ContactRecorded:
		e.Advisor = pick(g, genAdvisors)
	case event.SurveyAnswered:
		e.CSAT = number(1, 5)
		if g.IntN(2) == 0 {
			e.NPS, e.CES = number(0, 10), number(1, 5)
		}
		if g.IntN(3) == 0 {
			e.CSAT, e.CES = 0, number(1, 5)
		}
	case event.EvaluationSubmitted:
		e.Advisor, e.ScoreBP, e.Critical = pick(g, genAdvisors), number(0, 10_000), g.sometimes(2, pick(g, event.CriticalSets))
	case event.SaleRecorded:
		e.AmountCents = number(0, 3)
	case event.CallbackRequested:
		e.Queue, e.Due = pick(g, genQueues), e.Time+g.Int64N(20*minute)-minute
		if g.IntN(3) == 0 {
			e.Queue, e.Campaign = "", pick(g, genCampaigns)
		}
		e.Due -= e.Due % g.gridMs
	case event.CallbackAssigned:
		e.Advisor = pick(g, genAdvisors)
	case event.CallbackAttempted:
		e.Result = pick(g, event.AttemptResults)
	case event.CallDialled:
		e.Campaign, e.Result, e.Purpose = pick(g, genCampaigns), pick(g, event.DialResults), event.PurposeProspecting
		e.Verdict, e.Audit = g.sometimes(2, pick(g, event.Verdicts)), g.sometimes(2, pick(g, event.Verdicts))
		if e.Result == event.ResultHuman {
			e.Reason = g.sometimes(2, event.ReasonAbandoned)
		}
	case event.CallRefused:
		e.Campaign, e.Verdict = pick(g, genCampaigns), pick(g, event.RefusalVerdicts)
		e.Audit = g.sometimes(2, pick(g, event.Verdicts))
	case event.ListLoaded, event.ListClosed:
		e.Contact, e.Campaign, e.Count = "", pick(g, genCampaigns), number(1, 5)
	case event.ConsentGiven:
		e.Contact, e.Purpose, e.Customer = "", event.PurposeSurvey, "h1"
	}
	return e
}

var genCampaigns = []string{"spring", "autumn"}
