// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// The words of events that the folds branch on, as small numbers. Append only: the numbers are in the snapshot.
type (
	kind          uint8
	party         uint8
	leftReason    uint8
	refusedReason uint8
	advisorWord   uint8
	category      uint8
)

const (
	kindPrimary kind = iota
	kindConsult
	kindDirect
	kindMonitor
	kindWrapping
	kindBlind
	kindExternal
	kindHelp // of a supervisor: speaks to the advisor, or to both
	kindTakeover
)

const (
	bySystem party = iota
	byAdvisor
	byCustomer
)

const (
	wordNone advisorWord = iota
	wordAvailable
	wordPaused
	wordOffline
)

const leftLost leftReason = 8

// The categories of an advisor's time: four that follow from contacts, then the reasons not to be ready.
const (
	timeAvailable category = iota
	timeRinging
	timeOnContact
	timeWrapping
	timeBreak
	timeLunch
	timeTraining
	timeMeeting
	timeCoaching
	timeBackoffice
	timeTechnical
	timeMonitor
	timeOther
	numCategories
	timeNone = category(255) // not logged in
)

var timeMeasures = [numCategories]indicator.Measure{
	indicator.AvailableMs, indicator.RingingMs, indicator.OnContactMs, indicator.WrappingMs, indicator.BreakMs,
	indicator.LunchMs, indicator.TrainingMs, indicator.MeetingMs, indicator.CoachingMs, indicator.BackofficeMs,
	indicator.TechnicalMs, indicator.MonitorMs, indicator.OtherMs,
}

var leftMeasures = [...]indicator.Measure{1: indicator.LeftTimeout, indicator.LeftOverflow, indicator.LeftCallback,
	indicator.LeftVoicemail, indicator.LeftKey, indicator.LeftEmpty, indicator.LeftWithdrawn}

const leftCallback leftReason = 3

var refusedMeasures = [...]indicator.Measure{1: indicator.RefusedClosed, indicator.RefusedFull,
	indicator.RefusedNoAdvisor, indicator.RefusedDeterred}

func kindOf(s string) kind {
	switch s {
	case event.KindConsult:
		return kindConsult
	case event.KindDirect:
		return kindDirect
	case event.KindMonitor, event.KindWhisper:
		return kindMonitor
	case event.KindWrapping:
		return kindWrapping
	case event.KindBlind:
		return kindBlind
	case event.KindExternal:
		return kindExternal
	}
	return kindPrimary
}

// joinKindOf is kindOf for a supervisor who joined: there a whisper is help, and not listening in.
func joinKindOf(s string) kind {
	switch s {
	case event.KindMonitor:
		return kindMonitor
	case event.KindTakeover:
		return kindTakeover
	}
	return kindHelp
}

func partyOf(s string) party {
	switch s {
	case event.ByAdvisor:
		return byAdvisor
	case event.ByCustomer:
		return byCustomer
	}
	return bySystem
}

func leftReasonOf(s string) leftReason {
	for i, r := range event.LeftReasons {
		if r == s {
			return leftReason(i + 1)
		}
	}
	return 0
}

func refusedReasonOf(s string) refusedReason {
	for i, r := range event.RefusedReasons {
		if r == s {
			return refusedReason(i + 1)
		}
	}
	return 0
}

func advisorWordOf(s string) advisorWord {
	switch s {
	case event.StateAvailable:
		return wordAvailable
	case event.StatePaused:
		return wordPaused
	case event.StateOffline:
		return wordOffline
	}
	return wordNone
}

// variant is the service level that a queue is judged by. Append only.
type variant uint8

const (
	slNeg variant = iota
	slIgn
	slPos
	slAns
	slShort
	slLive
	slNegLeft
	slAmazon
	slGenesys
	slRona
	numVariants
)

var variantNames = [numVariants]string{"sl_neg", "sl_ign", "sl_pos", "sl_ans", "sl_short", "sl_live", "sl_neg_left",
	"sl_amazon", "sl_genesys", "sl_rona"}

func variantOf(name string) (variant, bool) {
	for v, n := range variantNames {
		if n == name {
			return variant(v), true
		}
	}
	return slNeg, false
}

// share is what one unit of a measure adds to sl_due and sl_met.
type share struct{ due, met int64 }

// variantShares writes each variant of MEASURES (service level) as coefficients: booking them beside the measures
// themselves makes sl_met / sl_due the variant, additive even over queues with different variants.
var variantShares = [numVariants]map[indicator.Measure]share{
	slNeg: {indicator.Answered: {due: 1}, indicator.Abandoned: {due: 1}, indicator.AnsweredWithin: {met: 1}},
	slIgn: {indicator.Answered: {due: 1}, indicator.Abandoned: {due: 1}, indicator.AbandonedWithin: {due: -1},
		indicator.AnsweredWithin: {met: 1}},
	slPos: {indicator.Answered: {due: 1}, indicator.Abandoned: {due: 1}, indicator.AnsweredWithin: {met: 1},
		indicator.AbandonedWithin: {met: 1}},
	slAns: {indicator.Answered: {due: 1}, indicator.AnsweredWithin: {met: 1}},
	slShort: {indicator.Answered: {due: 1}, indicator.Abandoned: {due: 1}, indicator.AbandonedShort: {due: -1},
		indicator.AnsweredWithin: {met: 1}},
	slLive: {indicator.AnsweredWithin: {due: 1, met: 1}, indicator.AbandonedWithin: {due: 1}, indicator.Crossed: {due: 1}},
	slNegLeft: {indicator.Answered: {due: 1}, indicator.Abandoned: {due: 1}, indicator.Left: {due: 1},
		indicator.LeftWithin: {due: -1}, indicator.Lost: {due: 1}, indicator.AnsweredWithin: {met: 1}},
	slAmazon: {indicator.Offered: {due: 1}, indicator.AnsweredWithin: {met: 1}, indicator.AbandonedWithin: {met: 1},
		indicator.LeftCallbackWithin: {met: 1}},
	slGenesys: {indicator.Answered: {due: 1}, indicator.Abandoned: {due: 1}, indicator.AnsweredWithin: {met: 1}},
	slRona: {indicator.Answered: {due: 1}, indicator.Abandoned: {due: 1}, indicator.OfferedMissedWithin: {due: -1},
		indicator.AnsweredWithin: {met: 1}},
}

// shareTable is variantShares as a dense table, for the hot path.
var shareTable = func() (t [numVariants][indicator.NumMeasures]share) {
	for v := range variantShares {
		//deterministic: each key writes its own cell.
		for m, s := range variantShares[v] {
			t[v][m] = s
		}
	}
	return t
}()
