// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"time"

	"github.com/vigie-kpi/vigie/event"
)

// How the two campaigns of Cap Rivage go, and who works on them: Tempo, in two halves.

func capRivageCampaigns() []Campaign { return []Campaign{fidelite(), decouverte()} }

// capRivageCrews: the law lets nobody be called before 10:00 and over lunch. Five of Tempo, a091 to a095, answer calls of
// assistance while their campaign does not run; of the others, those who call about contracts go over to the other campaign
// over lunch.
func capRivageCrews() []Crew {
	return []Crew{
		{Advisors: []string{"a091", "a093", "a095"}, Campaigns: []string{"fidelite"}},
		{Advisors: []string{"a096", "a099"}, Campaigns: []string{"fidelite", "decouverte"}},
		{Advisors: []string{"a092", "a094", "a097", "a098", "a100"}, Campaigns: []string{"decouverte"}},
	}
}

func called(seconds float64) Law {
	return LogNormal{MeanMs: seconds * float64(secondMs), Variation: 0.6}
}

// fidelite is Brévance's customers, called about the contract that they have: in the hours of the law, where they live. One
// in twenty-five lives in La Réunion.
func fidelite() Campaign {
	return Campaign{
		Campaign: "fidelite", Basis: event.BasisContract,
		List: List{Records: 4500, People: 32_000, On: time.Tuesday, At: clockAt(8, 30),
			Invalid: 0.07, Withdrawn: 0.004, Refused: 0.008, Partner: 0.02, Undocumented: 0.004},
		Regions: []Region{{Zone: "Europe/Paris", Calendar: "demarchage"},
			{Zone: "Indian/Reunion", Calendar: "demarchage-reunion", Share: 0.04}},
		Astray: 0.01, Unknown: 0.01,
		Answer: Answers{Human: 0.34, Machine: 0.24, Busy: 0.04, Rejected: 0.01},
		Study:  called(12),
		Script: Script{Useful: 0.92, Pitched: 0.70, Won: 0.24, Sale: "vente",
			Lost:      []Code{{"pas-besoin", 0.35}, {"trop-cher", 0.25}, {"à-réfléchir", 0.25}, {"déjà-équipé", 0.15}},
			Unpitched: []Code{{"pas-disponible", 0.35}, {"à-rappeler", 0.30}, {"interlocuteur-absent", 0.15}, {"refus-échange", 0.10}, {"rendez-vous", 0.07}, {"ne-plus-appeler", 0.03}},
			Useless:   []Code{{"faux-numéro", 0.60}, {"hors-cible", 0.25}, {"doublon", 0.15}},
			Offer:     called(260), Without: called(55), AfterCall: 0.18, ByAdvisor: 0.4, BasketCt: 9600},
	}
}

// decouverte is people who agreed to be called about Tilvane: with their consent at any hour of the day, in a country where
// it is the centre's time.
func decouverte() Campaign {
	return Campaign{
		Campaign: "decouverte", Basis: event.BasisConsent,
		List: List{Records: 6000, People: 60_000, On: time.Tuesday, At: clockAt(8, 30),
			Invalid: 0.05, Withdrawn: 0.008, Refused: 0.01, Partner: 0.03, Undocumented: 0.006},
		Regions: []Region{{Zone: "Europe/Paris", Calendar: "demarchage"}},
		Hours:   event.Span{From: clockAt(10, 0), To: clockAt(20, 0)},
		Answer:  Answers{Human: 0.24, Machine: 0.30, Busy: 0.05, Rejected: 0.02},
		Lines:   1.8,
		Script: Script{Useful: 0.90, Pitched: 0.60, Won: 0.16, Sale: "vente",
			Lost:      []Code{{"pas-besoin", 0.40}, {"trop-cher", 0.30}, {"déjà-équipé", 0.18}, {"à-réfléchir", 0.12}},
			Unpitched: []Code{{"pas-disponible", 0.33}, {"refus-échange", 0.25}, {"à-rappeler", 0.20}, {"interlocuteur-absent", 0.14}, {"ne-plus-appeler", 0.06}, {"rendez-vous", 0.02}},
			Useless:   []Code{{"faux-numéro", 0.50}, {"hors-cible", 0.40}, {"doublon", 0.10}},
			Offer:     called(210), Without: called(40), AfterCall: 0.15, ByAdvisor: 0.35, BasketCt: 4900},
	}
}
