// SPDX-License-Identifier: Apache-2.0

package dashboards

import "github.com/vigie-kpi/vigie/indicator"

// The boards of what customers got: quality, deferred work, the law.

// quality answers: are customers satisfied and their matters solved the first time?
func (m *maker) quality() board {
	return board{id: "quality", folder: folderTeam, from: "now-28d", refresh: "5m",
		title: tr("Quality and satisfaction", "Qualité et satisfaction"), question: tr("Are customers satisfied, and are their matters solved the first time?", "Les clients sont-ils satisfaits, et leur demande réglée du premier coup ?"),
		variables: []string{"queue"}, next: []string{"queue", "team", "compliance"},
		rows: append([]row{
			{5, []panel{
				m.newTile(1, 4, tiled{of: "csat", scope: ofQueues, during: window28, levels: atLeast(0.85, 0.80)}),
				m.newTile(2, 4, tiled{of: "nps", scope: ofQueues, during: window28}),
				m.newTile(3, 4, tiled{of: "ces_easy_rate", scope: ofQueues, during: window28}),
				m.newTile(4, 4, tiled{of: "quality_score", scope: ofQueues, during: window28, levels: atLeast(0.85, 0.80)}),
				m.newTile(5, 4, tiled{of: "fcr_7d", scope: ofQueues, during: window28, levels: atLeast(0.80, 0.75)}),
				m.newTile(6, 4, tiled{of: "response_rate", scope: ofQueues, during: window28}),
			}},
			{m.tall(indicator.ScopeQueue, ""), []panel{m.newTable(7, 24, tabled{title: tr("Each queue, 28 days", "Chaque file, 28 jours"), scope: ofQueues, during: window28, judged: "csat",
				levels: atLeast(0.85, 0.80), ids: []string{"n:csat", "nps", "n:quality_score", "critical_rate_customer", "n:fcr_7d", "transfer_rate", "complaints"}})}},
			{7, []panel{
				m.newCurve(8, 12, tr("Satisfaction, 7 days up to each day", "Satisfaction, 7 jours glissants"), ofQueues, windowWeekly, 0.85, "csat", "ces_easy_rate"),
				m.newCurve(9, 12, tr("Quality and first contact resolution, 7 days up to each day", "Qualité et résolution au premier contact, 7 jours glissants"), ofQueues, windowWeekly, 0.85, "quality_score", "fcr_7d"),
			}},
		}, append(m.newOwnLate(12, ofQueues), row{4, []panel{m.newAlerts(10, 20, 3), m.newFreshness(11, 4)}})...)}
}

// backlog answers: what must be replied to, by when, and will we make it?
func (m *maker) backlog() board {
	return board{id: "backlog", folder: folderTeam, from: "now-12h", refresh: "1m",
		title: tr("Deferred channels and backlog", "Différé et stock"), question: tr("What must still be replied to, and are we in time?", "Que reste-t-il à traiter, et sommes-nous dans les délais ?"),
		variables: []string{"queue:deferred"}, next: []string{"wall-backoffice", "quality"},
		rows: append([]row{
			{5, []panel{
				m.newTile(1, 4, tiled{of: "backlog", scope: ofQueues, during: windowNow}),
				m.newTile(2, 4, tiled{of: "items_overdue", scope: ofQueues, during: windowNow, levels: atMost(0, 5)}),
				m.newTile(3, 4, tiled{of: "on_time", scope: ofQueues, during: windowToday, levels: atLeast(0.95, 0.90)}),
				m.newTile(4, 4, tiled{of: "oldest_item", scope: ofQueues, during: windowNow}),
				m.newTile(5, 4, tiled{of: "items_created", scope: ofQueues, during: windowToday}),
				m.newTile(6, 4, tiled{of: "items_solved", scope: ofQueues, during: windowToday}),
			}},
			{m.tall(indicator.ScopeQueue, "deferred"), []panel{m.newTable(7, 24, tabled{title: tr("The stock now", "Le stock maintenant"), scope: ofQueues, during: windowNow,
				ids: []string{"backlog", "items_overdue", "items_parked", "oldest_item"}})}},
			{m.tall(indicator.ScopeQueue, "deferred"), []panel{m.newTable(8, 24, tabled{title: tr("Each queue, 7 days", "Chaque file, 7 jours"), scope: ofQueues, during: windowWeek, judged: "on_time",
				levels: atLeast(0.95, 0.90), ids: []string{"n:on_time", "items_created", "items_solved", "first_reply_p90", "resolution_business", "reopen_rate", "touches"}})}},
			{7, []panel{
				m.newCurve(9, 12, tr("Open and overdue, end of quarter", "En stock et en retard, fin de quart d'heure"), ofQueues, windowRange, 0, "backlog", "items_overdue"),
				m.newCurve(10, 12, tr("In and out, by quarter", "Entrées et sorties, par quart d'heure"), ofQueues, windowRange, 0, "items_created", "items_solved"),
			}},
		}, append(m.newOwn(11, ofQueues, windowToday), row{4, []panel{m.newAlerts(12, 20, 3), m.newFreshness(13, 4)}})...)}
}

// compliance answers: did we dial anybody whom we may not, and what was refused in time?
func (m *maker) compliance() board {
	return board{id: "compliance", folder: folderTeam, from: "now-28d", refresh: "5m",
		title: tr("Compliance", "Conformité"), question: tr("Did we call anybody whom we may not, or when we may not?", "Avons-nous appelé quelqu'un que nous ne devions pas, ou quand nous ne devions pas ?"),
		variables: []string{"campaign"}, next: []string{"campaign", "quality"},
		rows: []row{
			{5, []panel{
				m.newTile(1, 4, tiled{of: "dials_checked", scope: ofCampaigns, during: windowToday}),
				m.newTile(2, 5, tiled{of: "dials_no_basis", scope: ofCampaigns, during: windowToday, levels: atMost(0, 0)}),
				m.newTile(3, 5, tiled{of: "dials_out_of_window", scope: ofCampaigns, during: windowToday, levels: atMost(0, 0)}),
				m.newTile(4, 5, tiled{of: "dials_over_cap", scope: ofCampaigns, during: windowToday, levels: atMost(0, 0)}),
				m.newTile(5, 5, tiled{of: "dials_in_refusal", scope: ofCampaigns, during: windowToday, levels: atMost(0, 0)}),
			}},
			{m.tall(indicator.ScopeCampaign, ""), []panel{m.newTable(6, 24, tabled{title: tr("Each campaign, 28 days", "Chaque campagne, 28 jours"), scope: ofCampaigns, during: window28,
				ids: []string{"dials_checked", "dials_no_basis", "dials_out_of_window", "dials_over_cap", "dials_in_refusal", "dials_cli_refused", "dials_unverifiable", "dial_check_disagreed"}})}},
			{7, []panel{
				m.newStack(7, 12, tr("Dials against the law, by day", "Appels contraires à la loi, par jour"), ofCampaigns, windowDays,
					"dials_no_basis", "dials_out_of_window", "dials_over_cap", "dials_in_refusal"),
				m.newCurve(8, 12, tr("Dialler abandon, by day", "Abandon de l'automate, par jour"), ofCampaigns, windowDays, 0.03, "dialler_abandon"),
			}},
			{5, []panel{
				m.newTile(9, 6, tiled{of: "complaint_ack_rate", scope: ofCentre, during: window28, levels: atLeast(1, 0.95)}),
				m.newTile(10, 6, tiled{of: "complaint_reply_rate", scope: ofCentre, during: window28, levels: atLeast(1, 0.95)}),
				m.newTile(11, 6, tiled{of: "critical_rate_compliance", scope: ofCentre, during: window28, levels: atMost(0.05, 0.10)}),
				m.newTile(12, 6, tiled{of: "recorded_share", scope: ofCentre, during: window28}),
			}},
			{4, []panel{m.newAlerts(13, 20, 3), m.newFreshness(14, 4)}},
		}}
}
