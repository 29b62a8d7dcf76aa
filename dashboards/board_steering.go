// SPDX-License-Identifier: Apache-2.0

package dashboards

import "github.com/vigie-kpi/vigie/indicator"

// The boards with which a manager steers the day.

// team answers: how is my team today, and where does it need me?
func (m *maker) team() board {
	return board{id: "team", folder: folderTeam, from: "now-12h", refresh: "1m",
		title: tr("Team today", "Équipe aujourd'hui"), question: tr("How is my team today, and where does it need me?", "Comment va mon équipe aujourd'hui, et où a-t-elle besoin de moi ?"),
		variables: []string{"team"}, next: []string{"advisor", "queue", "quality", "newcomers"},
		rows: append([]row{
			{5, []panel{
				m.newTile(1, 4, tiled{of: "handled", scope: ofTeams, during: windowToday}),
				m.newTile(2, 4, tiled{of: "aht", scope: ofTeams, during: windowToday}),
				m.newTile(3, 4, tiled{of: "occupancy", scope: ofTeams, during: windowToday, levels: within(0.70, 0.85, 0.60, 0.88)}),
				m.newTile(4, 4, tiled{of: "adherence", scope: ofTeams, during: windowToday, levels: atLeast(0.90, 0.85)}),
				m.newTile(5, 4, tiled{of: "missed_rate", scope: ofTeams, during: windowToday, levels: atMost(0.03, 0.06)}),
				m.newTile(6, 4, tiled{of: "help_requests", scope: ofTeams, during: windowNow, levels: atMost(0, 1)}),
			}},
			{6, []panel{
				m.newStates(7, 8),
				m.newCurve(8, 16, tr("Occupancy, by quarter", "Occupation, par quart d'heure"), ofTeams, windowRange, 0.85, "occupancy"),
			}},
			{m.tall(indicator.ScopeTeam, ""), []panel{m.newTable(9, 24, tabled{title: tr("Each team today", "Chaque équipe aujourd'hui"), scope: ofTeams, during: windowToday, judged: "adherence",
				levels: atLeast(0.90, 0.85), ids: []string{"n:aht", "avg_talk", "avg_wrap", "occupancy", "missed_rate", "adherence", "pause_share", "short_gap_rate"}})}},
			{6, []panel{
				m.newCurve(10, 12, tr("Handle time, by quarter", "DMT, par quart d'heure"), ofTeams, windowRange, 0, "aht", "avg_wrap"),
				m.newCurve(11, 12, tr("Handled, by quarter", "Traités, par quart d'heure"), ofTeams, windowRange, 0, "handled", "missed"),
			}},
		}, append(m.newOwn(12, ofTeams, windowToday), row{4, []panel{m.newAlerts(13, 20, 3), m.newFreshness(14, 4)}})...)}
}

// queue answers: is this queue well served, and if not, since when and why?
func (m *maker) queue() board {
	return board{id: "queue", folder: folderTeam, from: "now-12h", refresh: "1m",
		title: tr("Queue", "File"), question: tr("Is this queue well served, and if not, since when and why?", "Cette file est-elle bien servie, sinon depuis quand et pourquoi ?"),
		variables: []string{"queue:live"}, next: []string{"intraday", "quality", "team", "alerts"},
		rows: append([]row{
			{5, []panel{
				m.newTile(1, 4, tiled{of: "waiting", scope: ofQueues, during: windowNow, levels: atMost(2, 5)}),
				m.newTile(2, 4, tiled{of: "sl_live", scope: ofQueues, during: windowHalfHour, levels: atLeast(0.80, 0.70)}),
				m.newTile(3, 4, tiled{of: "service_level", scope: ofQueues, during: windowToday, levels: atLeast(0.80, 0.75)}),
				m.newTile(4, 4, tiled{of: "answer_rate_settled", scope: ofQueues, during: windowToday, levels: atLeast(0.92, 0.88)}),
				m.newTile(5, 4, tiled{of: "abandon_rate_net", scope: ofQueues, during: windowToday, levels: atMost(0.05, 0.08)}),
				m.newTile(6, 4, tiled{of: "wait_p90", scope: ofQueues, during: windowToday}),
			}},
			{m.tall(indicator.ScopeQueue, "live"), []panel{m.newTable(7, 24, tabled{title: tr("Each queue today", "Chaque file aujourd'hui"), scope: ofQueues, during: windowToday, judged: "service_level",
				levels: atLeast(0.80, 0.75), ids: []string{"n:service_level", "offered", "answer_rate_settled", "abandon_rate_net", "asa", "wait_p90", "aht"}})}},
			{7, []panel{
				m.newCurve(8, 12, tr("Offered, answered, abandoned, by quarter", "Présentés, décrochés, abandonnés, par quart d'heure"), ofQueues, windowRange, 0, "offered", "answered", "abandoned"),
				m.newCurve(9, 12, tr("Live service level, by quarter", "NS en direct, par quart d'heure"), ofQueues, windowRange, 0.8, "sl_live"),
			}},
			{7, []panel{
				m.newCurve(10, 12, tr("Waits, by quarter", "Attentes, par quart d'heure"), ofQueues, windowRange, 0, "asa", "wait_p90"),
				m.newCurve(11, 12, tr("Handle time, by quarter", "DMT, par quart d'heure"), ofQueues, windowRange, 0, "aht", "avg_talk", "avg_wrap"),
			}},
		}, append(append(m.newOwn(12, ofQueues, windowToday), m.newOwnElsewhere(12, windowToday)...), row{4, []panel{m.newAlerts(13, 20, 3), m.newFreshness(14, 4)}})...)}
}

// campaign answers: does the campaign reach people, and do they buy and stay?
func (m *maker) campaign() board {
	return board{id: "campaign", folder: folderTeam, from: "now-12h", refresh: "1m",
		title: tr("Campaign and conversion", "Campagne et transformation"), question: tr("Does the campaign reach people, and do they buy and stay?", "La campagne joint-elle les gens, achètent-ils, et restent-ils ?"),
		variables: []string{"campaign"}, next: []string{"compliance", "challenge", "team"},
		rows: append([]row{
			{5, []panel{
				m.newTile(1, 4, tiled{of: "attempts", scope: ofCampaigns, during: windowToday}),
				m.newTile(2, 4, tiled{of: "contact_rate", scope: ofCampaigns, during: windowToday, levels: atLeast(0.35, 0.28)}),
				m.newTile(3, 4, tiled{of: "pitch_rate", scope: ofCampaigns, during: windowToday}),
				m.newTile(4, 4, tiled{of: "conversion", scope: ofCampaigns, during: windowToday, levels: atLeast(0.18, 0.14)}),
				m.newTile(5, 4, tiled{of: "revenue_per_hour", scope: ofCampaigns, during: windowToday}),
				m.newTile(6, 4, tiled{of: "cancellation_rate", scope: ofCampaigns, during: window28, levels: atMost(0.06, 0.09)}),
			}},
			{7, []panel{
				m.newFunnel(7, 10, tr("From dial to sale · today", "De l'appel à la vente · jour"), ofCampaigns, windowToday, "attempts", "dial_human", "useful_contacts", "pitched_won", "sales"),
				m.newCurve(8, 14, tr("Dialled and human answers, by quarter", "Appels et décrochés humains, par quart d'heure"), ofCampaigns, windowRange, 0, "attempts", "dial_human", "pitched_won"),
			}},
			{m.tall(indicator.ScopeCampaign, ""), []panel{m.newTable(9, 24, tabled{title: tr("Each campaign today", "Chaque campagne aujourd'hui"), scope: ofCampaigns, during: windowToday, judged: "conversion",
				levels: atLeast(0.18, 0.14), ids: []string{"n:conversion", "attempts", "connect_rate", "pitched_per_hour", "sales", "basket", "revenue_net", "dialler_abandon"}})}},
			{m.tall(indicator.ScopeCampaign, ""), []panel{m.newTable(10, 24, tabled{title: tr("The list, over 28 days", "Le fichier, sur 28 jours"), scope: ofCampaigns, during: window28,
				ids: []string{"records_loaded", "records_tried", "records_reached", "records_closed", "list_validity", "penetration", "n:conversion_records"}})}},
		}, append(m.newOwn(11, ofCampaigns, windowToday), row{4, []panel{m.newAlerts(12, 20, 3), m.newFreshness(13, 4)}})...)}
}
