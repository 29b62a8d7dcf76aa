// SPDX-License-Identifier: Apache-2.0

package app

import (
	"slices"

	"github.com/vigie-kpi/vigie/indicator"
)

// bookedMeasures lists the measures that this version's machine books: their zeros mean that nothing happened. The zero
// of any other measure would only mean that nobody counted. TestBookedMeasuresAreThoseOfTheMachine keeps it fresh.
func bookedMeasures() []indicator.Measure {
	return []indicator.Measure{
		indicator.Offered, indicator.OfferedTransferred, indicator.Answered, indicator.Abandoned, indicator.AbandonedShort,
		indicator.Left, indicator.LeftTimeout, indicator.LeftOverflow, indicator.LeftCallback, indicator.LeftVoicemail,
		indicator.LeftKey, indicator.LeftEmpty, indicator.LeftWithdrawn, indicator.Lost, indicator.AnsweredWithin,
		indicator.AbandonedWithin, indicator.LeftWithin, indicator.LeftCallbackWithin, indicator.Crossed,
		indicator.WaitAnsweredMs, indicator.WaitAbandonedMs, indicator.WaitLeftMs, indicator.OfferedMissedWithin,
		indicator.Refused, indicator.RefusedClosed, indicator.RefusedFull, indicator.RefusedNoAdvisor,
		indicator.RefusedDeterred, indicator.SlMet, indicator.SlDue,

		indicator.Contacts, indicator.QueueContacts, indicator.ContactsAnswered, indicator.ContactsBounced,
		indicator.ContactsIdentified, indicator.Complaints, indicator.ResolutionAsked, indicator.Resolved,
		indicator.ContactsClosed, indicator.CustomerWaitMs, indicator.ContactHandleMs, indicator.RepeatBase,
		indicator.IvrEntered, indicator.IvrAbandoned, indicator.IvrServed,

		indicator.Offers, indicator.OffersCancelled, indicator.Missed, indicator.RingMs, indicator.Connected,
		indicator.Handled, indicator.TalkMs, indicator.HoldMs, indicator.WrapMs, indicator.Held, indicator.HandleDs2,
		indicator.TalkShort, indicator.ReleasedByAdvisor, indicator.ReleasedByCustomer, indicator.LoadMs, indicator.Transferred,
		indicator.TransferredBlind, indicator.TransferredConsult, indicator.TransferredExternal, indicator.Consulted,
		indicator.ConsultMs, indicator.DirectHandled, indicator.DirectMs, indicator.Assisted, indicator.TakenOver,

		indicator.AvailableMs, indicator.RingingMs, indicator.OnContactMs, indicator.WrappingMs, indicator.BreakMs,
		indicator.LunchMs, indicator.TrainingMs, indicator.MeetingMs, indicator.CoachingMs, indicator.BackofficeMs,
		indicator.TechnicalMs, indicator.MonitorMs, indicator.OtherMs, indicator.LoggedMs,
		indicator.SlotsUsedMs, indicator.SlotsOpenMs, indicator.ShortGap, indicator.PaidMs, indicator.PlannedMs,
		indicator.PlannedProductiveMs, indicator.AdherentMs, indicator.OverrunMs, indicator.AbsentPlannedMs, indicator.AbsentUnplannedMs,

		indicator.Evaluations, indicator.QualityBp, indicator.CriticalCustomer, indicator.CriticalBusiness,
		indicator.CriticalCompliance, indicator.Recorded, indicator.SurveyInvited, indicator.SurveyAnswered,
		indicator.CsatAnswers, indicator.CsatSatisfied, indicator.CsatBp, indicator.NpsAnswers, indicator.NpsPromoters,
		indicator.NpsDetractors, indicator.CesAnswers, indicator.CesBp, indicator.CesEasy,

		indicator.Dialled, indicator.DialHuman, indicator.DialMachine, indicator.DialNoAnswer, indicator.DialBusy,
		indicator.DialInvalid, indicator.DialRejected, indicator.DialAbandoned, indicator.RecordsLoaded,
		indicator.RecordsTried, indicator.RecordsReached, indicator.RecordsInvalid, indicator.RecordsClosed,
		indicator.UsefulContacts, indicator.PitchedWon, indicator.PitchedLost, indicator.NotPitched, indicator.FollowUps,
		indicator.Refusals, indicator.Appointments, indicator.Sales, indicator.SaleCents, indicator.SalesCancelled,
		indicator.CancelledCents, indicator.CancelledBookedCents, indicator.ProductionMs,

		indicator.DialsChecked, indicator.DialsNoBasis, indicator.DialsOutOfWindow, indicator.DialsOverCap,
		indicator.DialsInRefusal, indicator.DialsCliRefused, indicator.DialsUnverifiable, indicator.DialCheckDisagreed,

		indicator.CallbacksAsked, indicator.CallbacksDue, indicator.CallbacksKept, indicator.CallbacksTried,
		indicator.CallbacksReached, indicator.CallbacksExpired, indicator.CallbackDelayMs,
	}
}

// bookedIndicators lists the indicators that a window can give and that read booked measures only. The others would divide
// by, or show, zeros that nobody counted.
func bookedIndicators(c *indicator.Catalogue) []*indicator.Indicator {
	booked := bookedMeasures()
	var list []*indicator.Indicator
	for _, i := range c.Indicators() {
		if i.Live() && !slices.ContainsFunc(i.Measures(), func(m indicator.Measure) bool { return !slices.Contains(booked, m) }) {
			list = append(list, i)
		}
	}
	return list
}
