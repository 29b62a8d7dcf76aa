// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/organisation"
)

const (
	// CapRivageDay is the day of the story of Cap Rivage, a Tuesday; four weeks of history come before it.
	CapRivageDay organisation.Date = "2026-11-17"

	// CapRivageSeed is the seed of the demo: the day goes as the story wants it, ending with 73 % of assistance's calls
	// answered in time.
	CapRivageSeed = 345
)

// CapRivage is the demo centre as a living one: its organisation (seeds/cap-rivage) and, from here, its customers and its
// people.
func CapRivage(org *organisation.Organisation) *Spec {
	return &Spec{
		Organisation: org,
		Lines:        []Line{assistance(), orvalie(), boutique(), urgence(), chat()},
		Inboxes:      []Inbox{mail(), courrier(), reclamations(), reseaux()},
		Customers:    map[string]int{"brevance": 32_000, "orvalie": 16_000, "tilvane": 12_000},
		Campaigns:    capRivageCampaigns(),
		Crews:        capRivageCrews(),
		Habits:       capRivageHabits(),
		Aftermath: Aftermath{
			Recorded: 0.95, Classified: 0.92, Resolved: 0.78, Complaint: 0.015, HelpAsked: 0.02,
			Surveyed: 0.60, Answered: 0.14, Satisfied: 0.86,
			// Half within 40 minutes, one in ten after a day, one in fifty after three.
			AnswerTime: Quantiles{{0, float64(minuteMs)}, {0.5, 40 * float64(minuteMs)}, {0.9, float64(dayMs)},
				{0.98, 3 * float64(dayMs)}, {1, 7 * float64(dayMs)}},
			Evaluated: 0.2, ScoreBP: 8600, SalesLost: 0.07,
		},
		Story: capRivageStory(CapRivageDay),
	}
}

// The weight of the days of a week, Sunday first; a Tuesday is 1.
var (
	weekOfSix   = [7]float64{0, 1, 1, 0.90, 0.95, 0.92, 0.32}
	weekOfFive  = [7]float64{0, 1.05, 1, 0.92, 0.95, 0.92, 0}
	weekOfSeven = [7]float64{0.5, 1, 1, 1, 1, 1, 0.6}
)

const (
	variation = 0.8 // of handling times: the standard deviation divided by the mean
	ringMean  = 4 * float64(secondMs)
)

func handling(seconds float64) Law {
	return LogNormal{MeanMs: seconds * float64(secondMs), Variation: variation}
}

func ringing() Law { return LogNormal{MeanMs: ringMean, Variation: 0.4} }

func menu(seconds float64) Menu {
	return Menu{Stay: LogNormal{MeanMs: seconds * float64(secondMs), Variation: 0.5}, Served: 0.06, HungUp: 0.03}
}

// assistance is the customers of an energy supplier, 1,132 calls on a Tuesday. The reasons' handling times make 400 s on
// average, their repeats one call in five.
func assistance() Line {
	return Line{
		Queue: "assistance", Priority: 2, FirstMinute: 8 * 60, Weekdays: weekOfSix, Closed: 6,
		PerHalfHour: []float64{22, 34, 52, 64, 70, 68, 62, 54, 40, 34, 36, 46, 58, 60, 56, 52, 50, 52, 56, 54, 44, 32, 22, 14},
		Menu:        menu(25),
		Reasons: []Reason{
			{"facture", 0.30, handling(430), 0.19},
			{"relevé", 0.18, handling(360), 0.27},
			{"espace client", 0.16, handling(330), 0.20},
			{"échéancier", 0.12, handling(450), 0.18},
			{"déménagement", 0.14, handling(470), 0.16},
			{"panne", 0.10, handling(336), 0.20},
		},
		Patience: Exponential(180 * secondMs), Ring: ringing(),
		Talk: Talk{AfterCall: 0.18, Hold: 0.12, Advice: 0.03, PutThrough: 0.015, Outside: 0.004, ByAdvisor: 0.3,
			Onward: []Onward{{Queue: "urgence", Reason: "panne", Blind: 0.06, Asked: 0.06}}},
	}
}

// orvalie is the members of a health insurer, 590 calls on a Tuesday, 450 s on average.
func orvalie() Line {
	return Line{
		Queue: "orvalie", Priority: 2, FirstMinute: 8*60 + 30, Weekdays: weekOfFive, Closed: 4,
		PerHalfHour: []float64{26, 34, 40, 42, 40, 36, 30, 20, 16, 20, 32, 38, 40, 38, 34, 30, 26, 22, 16, 10},
		Menu:        menu(20),
		Reasons: []Reason{
			{"remboursement", 0.40, handling(430), 0.22},
			{"devis", 0.18, handling(560), 0.17},
			{"prise en charge", 0.17, handling(420), 0.20},
			{"carte de tiers payant", 0.13, handling(380), 0.19},
			{"adhésion", 0.12, handling(470), 0.18},
		},
		Patience: Exponential(240 * secondMs), Ring: ringing(),
		Talk: Talk{AfterCall: 0.22, Hold: 0.15, Advice: 0.03, PutThrough: 0.02, Outside: 0.003, ByAdvisor: 0.3},
	}
}

// boutique is the buyers of an online shop, 214 calls a day, 300 s on average. Whoever waits 90 s is called back.
func boutique() Line {
	return Line{
		Queue: "boutique", Priority: 2, FirstMinute: 9 * 60, Weekdays: weekOfSix, Closed: 2,
		PerHalfHour: []float64{6, 8, 10, 12, 13, 13, 12, 10, 9, 9, 10, 11, 12, 13, 13, 12, 12, 11, 10, 8},
		Menu:        menu(15),
		Reasons: []Reason{
			{"livraison", 0.38, handling(270), 0.15},
			{"retour", 0.24, handling(330), 0.21},
			{"commande", 0.22, handling(320), 0.18},
			{"disponibilité", 0.10, handling(250), 0.15},
			{"réclamation", 0.06, handling(380), 0.25},
		},
		Patience: Exponential(150 * secondMs), Ring: ringing(), TimeoutMs: 90 * secondMs, CallbackShare: 0.8,
		Talk: Talk{AfterCall: 0.15, Hold: 0.10, Advice: 0.02, PutThrough: 0.02, ByAdvisor: 0.3, Sale: 0.06, BasketCt: 4900},
	}
}

// urgence is breakdowns, day and night, 260 s on average.
func urgence() Line {
	return Line{
		Queue: "urgence", Priority: 1, Reserve: 1, Weekdays: weekOfSeven,
		PerHalfHour: []float64{ // from midnight
			2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 2,
			2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 3, 3, 3, 2, 2, 2, 2},
		Reasons: []Reason{
			{"coupure", 0.55, handling(250), 0.15},
			{"odeur de gaz", 0.15, handling(290), 0.08},
			{"dépannage", 0.30, handling(263), 0.22},
		},
		Patience: Exponential(200 * secondMs), Ring: ringing(),
		Talk: Talk{AfterCall: 0.20, Hold: 0.08, Outside: 0.05, ByAdvisor: 0.4,
			Onward: []Onward{{Queue: "assistance", Blind: 0.03}}},
	}
}

func capRivageHabits() Habits {
	lines := []string{"mistral", "autan", "alize", "garance", "lilas", "safran", "ambre", "eclosion"}
	const off = "Traitement différé"
	return Habits{
		PlannedAbsence: 0.06, UnplannedAbsence: 0.03, Late: 0.04,
		Missed: 0.008, RingLimitMs: 15 * secondMs, CooldownMs: 20 * secondMs,
		Activities: []Activity{
			{Teams: []string{"mistral", "autan", "garance", "lilas"}, Reason: "Briefing", Category: "meeting", Minutes: 10, Share: 1, At: 7*60 + 50},
			{Teams: lines, Reason: "Suivi de dossier", Category: "backoffice", Minutes: 25, Share: 0.9},
			{Teams: lines, Reason: "Formation", Category: "training", Minutes: 60, Share: 0.15},
			{Teams: lines, Reason: "Débriefing", Category: "coaching", Minutes: 30, Share: 0.15},
			{Teams: lines, Reason: "Réunion d'équipe", Category: "meeting", Minutes: 30, Share: 0.20},
		},
		Desks: []Desk{
			{Team: "indigo", Reason: off, Always: true, Planned: "backoffice"},
			{Team: "tempo", Reason: "Suivi de dossier"}, // those who take no calls, while no campaign runs
			{Team: "garance", Reason: off}, {Team: "lilas", Reason: off},
			{Team: "safran", Reason: off}, {Team: "ambre", Reason: off},
		},
		Newcomers:    []Newcomers{{Team: "eclosion", Since: "2026-11-02", Slow: 0.4, Weeks: 8}},
		HiddenNumber: 0.08,
		Redial:       0.45, RedialAfter: LogNormal{MeanMs: 8 * float64(minuteMs), Variation: 1},
	}
}

// clockAt is a time of day in minutes after midnight.
func clockAt(hour, minute int) int { return hour*60 + minute }

// capRivageStory is what happens on the day of the story, and what of it ends on the next days.
func capRivageStory(day organisation.Date) Story {
	at := func(fromHour, fromMinute, toHour, toMinute int) When {
		return When{Date: day, From: clockAt(fromHour, fromMinute), To: clockAt(toHour, toMinute)}
	}
	onNext := func(hour, minute int) When { return When{Date: "2026-11-18", From: clockAt(hour, minute)} }
	return Story{
		Headsets: []Headset{{When: at(9, 10, 9, 30), Team: "eclosion", Advisors: 3}},
		Surges: []Surge{{When: at(10, 2, 10, 47), Queue: "assistance", Reason: "espace client", Factor: 1.8,
			Notice: "espace-client-20261117", NoticeReason: "espace client indisponible", Message: at(10, 18, 11, 10), Served: 0.10}},
		Helps: []Help{{When: at(10, 18, 11, 10), Advisors: []string{"a091", "a092", "a093", "a094", "a095"}}},
		Steering: []Steering{{When: at(10, 18, 11, 10), Seen: clockAt(10, 13), Incident: "espace-client-20261117", Queue: "assistance", Rule: "service_level_live",
			Cause: event.CauseTool, Action: "renfort-20261117", Lever: event.LeverReinforcement, Title: "message et cinq de Tempo", Indicator: "sl_live", Expected: 2000}},
		Trunks:   []Trunk{{When: at(11, 30, 11, 42), Site: "saint-denis"}},
		Flags:    []Flag{{When: at(16, 0, 20, 0), Campaign: "decouverte", Number: 2, Share: 0.75}},
		Lunches:  []Lunch{{When: at(12, 15, 13, 0), Queue: "orvalie"}},
		Tools:    []Tool{{When: at(15, 0, 15, 40), AfterCall: 1.6}},
		Meetings: []Meeting{{When: at(14, 30, 16, 0), Advisors: []string{"a003", "a004", "a007", "a014"}, Reason: "Délégation"}},
		Calls:    []ScriptedCall{{When: at(23, 58, 24, 4), Queue: "urgence", TalkMs: 5 * minuteMs}},
		Scans:    []LateScan{{When: at(14, 0, 16, 10), Queue: "courrier"}},
		Changes:  []Change{{When: onNext(9, 30)}},

		Overruns:     []Overrun{{When: at(13, 0, 13, 1), Campaign: "fidelite", Records: 12}},
		Publications: []Publication{{When: at(16, 0, 16, 0), Version: 2, Queue: "orvalie", ThresholdMs: 40 * secondMs, Valid: "2026-11-18"}},
		Withdrawals: []Withdrawal{{onNext(8, 15), "decouverte"}, {onNext(9, 5), "decouverte"},
			{onNext(10, 0), "decouverte"}},
	}
}
