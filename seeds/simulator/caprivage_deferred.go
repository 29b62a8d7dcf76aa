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

// The weight of the days of a week for those who write, Sunday first.
var (
	weekOfMail    = [7]float64{0.22, 1.10, 1, 0.97, 0.96, 0.97, 0.35}
	weekOfLetters = [7]float64{0, 1.15, 1, 0.95, 0.95, 0.95, 0}
)

// hours spreads a day's messages over its half-hours, by how many come in each hour from midnight on.
func hours(perDay float64, weights [24]float64) []float64 {
	var sum float64
	for _, w := range weights {
		sum += w
	}
	all := make([]float64, 0, 2*len(weights))
	for _, w := range weights {
		half := perDay * w / sum / 2
		all = append(all, half, half)
	}
	return all
}

var (
	writingHours = [24]float64{2, 1, 1, 1, 1, 2, 4, 8, 14, 20, 20, 18, 14, 14, 17, 18, 17, 16, 15, 14, 14, 13, 9, 5}
	postingHours = [24]float64{2, 1, 1, 0, 0, 0, 1, 3, 5, 7, 8, 9, 11, 10, 8, 8, 9, 10, 12, 13, 13, 12, 9, 5}
)

func within(hours float64) Law {
	return LogNormal{MeanMs: hours * float64(hourMs), Variation: 1}
}

// notContent is from one to three days after the solution.
var notContent = Quantiles{{0, float64(dayMs)}, {1, 3 * float64(dayMs)}}

// mail is the members of the health insurer, 260 messages a day of 420 s.
func mail() Inbox {
	return Inbox{
		Queue: "mail", PerHalfHour: hours(260, writingHours), Weekdays: weekOfMail,
		Reasons: []Reason{
			{Name: "remboursement", Share: 0.45, Handle: handling(400)},
			{Name: "prise en charge", Share: 0.20, Handle: handling(460)},
			{Name: "devis", Share: 0.20, Handle: handling(455)},
			{Name: "adhésion", Share: 0.15, Handle: handling(380)},
		},
		Across: 0.20, Receipt: 1,
		Course: Course{Mislaid: 0.08, Spam: 0.04, Withdrawn: 0.005, Twice: 0.03, Asked: 0.10, Inside: 0.03, Silent: 0.20, Phoned: 0.03, Reopened: 0.07,
			MislaidFor: within(30), WithdrawnAfter: within(3), TwiceAfter: within(8), AskedBack: within(20), InsideBack: within(16), ReopenedAfter: notContent},
		Stock:  Stock{Messages: 110, Age: Quantiles{{0, 0.2 * float64(hourMs)}, {0.7, 11 * float64(hourMs)}, {0.92, 20 * float64(hourMs)}, {1, 70 * float64(hourMs)}}},
		Survey: Asking{Asked: 1, Answered: 0.09},
	}
}

// courrier is their letters, 140 a day of 600 s. Most of those scanned in the morning came the day before.
func courrier() Inbox {
	return Inbox{
		Queue: "courrier", PerDay: 140, Weekdays: weekOfLetters,
		Scans: []Scan{
			{At: clockAt(9, 30), Share: 0.7, Ages: []Age{{1, 0.85}, {2, 0.11}, {3, 0.04}}},
			{At: clockAt(14, 0), Share: 0.3, Ages: []Age{{0, 0.65}, {1, 0.35}}},
		},
		Reasons: []Reason{
			{Name: "remboursement", Share: 0.50, Handle: handling(580)},
			{Name: "prise en charge", Share: 0.25, Handle: handling(620)},
			{Name: "résiliation", Share: 0.25, Handle: handling(620)},
		},
		Across: 0.08,
		Course: Course{Mislaid: 0.07, Spam: 0.02, Twice: 0.01, Asked: 0.08, Inside: 0.06, Silent: 0.35, Phoned: 0.05, Reopened: 0.07,
			MislaidFor: within(190), TwiceAfter: within(72), AskedBack: within(110), InsideBack: within(40), ReopenedAfter: notContent},
		Stock: Stock{Messages: 330, Age: Quantiles{{0, float64(dayMs)}, {0.96, 6 * float64(dayMs)}, {1, 12 * float64(dayMs)}}},
	}
}

// reclamations is the complaints of the energy supplier's customers, 12 a day. Most need another department, for days.
func reclamations() Inbox {
	return Inbox{
		Queue: "reclamations", Complaint: true, PerHalfHour: hours(12, writingHours), Weekdays: weekOfMail,
		Reasons: []Reason{
			{Name: "facture", Share: 0.5, Handle: handling(1260)},
			{Name: "relevé", Share: 0.3, Handle: handling(1100)},
			{Name: "déménagement", Share: 0.2, Handle: handling(1200)},
		},
		Across: 0.45, Receipt: 0.75,
		Course: Course{Mislaid: 0.02, Twice: 0.05, Asked: 0.15, Inside: 0.70, Silent: 0.10, Reopened: 0.07,
			MislaidFor: within(200), TwiceAfter: within(60), AskedBack: within(60), InsideBack: within(150), ReopenedAfter: notContent},
		// Nobody wrote to the oldest of them: the ten days are over, and of some the two months.
		Stock:  Stock{Messages: 40, Age: Quantiles{{0, float64(hourMs)}, {0.95, 9 * float64(dayMs)}, {0.97, 61 * float64(dayMs)}, {1, 70 * float64(dayMs)}}},
		Survey: Asking{Asked: 1, Answered: 0.09},
	}
}

// reseaux is what the shop's customers write in public, 40 messages a day.
func reseaux() Inbox {
	return Inbox{
		Queue: "reseaux", PerHalfHour: hours(40, postingHours), Weekdays: [7]float64{0.8, 1, 1, 1, 1, 1, 0.9},
		Reasons: []Reason{
			{Name: "livraison", Share: 0.6, Handle: handling(190)},
			{Name: "retour", Share: 0.25, Handle: handling(240)},
			{Name: "disponibilité", Share: 0.15, Handle: handling(150)},
		},
		Across: 0.30,
		Course: Course{Mislaid: 0.04, Spam: 0.12, Withdrawn: 0.02, Twice: 0.06, Asked: 0.15, Silent: 0.40, Reopened: 0.07,
			MislaidFor: within(5), WithdrawnAfter: within(2), TwiceAfter: within(2), AskedBack: within(6), ReopenedAfter: notContent},
		Stock: Stock{Messages: 12, Age: Quantiles{{0, 0.2 * float64(hourMs)}, {1, 10 * float64(hourMs)}}},
	}
}
