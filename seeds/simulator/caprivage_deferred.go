// SPDX-License-Identifier: Apache-2.0

package simulator

// The demo centre's customers who do not call: those who chat with the online shop, and those who write.

// chat is the visitors of the online shop, 380 chats a day of 720 s on average. With three at once an advisor's own time
// for each is about 330 s. The advisor's first words come some seconds after the chat has reached him.
func chat() Line {
	return Line{
		Queue: "chat", Priority: 3, FirstMinute: 9 * 60, Weekdays: weekOfSix, Slots: 3,
		PerHalfHour: []float64{10, 13, 16, 18, 19, 19, 17, 15, 14, 15, 17, 18, 19, 19, 18, 18, 18, 18, 17, 16, 14, 12, 11, 9},
		Reasons: []Reason{
			{"livraison", 0.40, handling(660), 0.15},
			{"commande", 0.25, handling(780), 0.16},
			{"retour", 0.20, handling(780), 0.20},
			{"disponibilité", 0.15, handling(700), 0.10},
		},
		Patience: Exponential(240 * secondMs), Ring: LogNormal{MeanMs: 9 * float64(secondMs), Variation: 0.3},
		Talk: Talk{AfterCall: 0.04, ByAdvisor: 0.45, Sale: 0.05, BasketCt: 4900,
			Onward: []Onward{{Queue: "chat", Blind: 0.012}}},
		Across: 0.08, Survey: &Asking{Asked: 1, Answered: 0.28},
	}
}
