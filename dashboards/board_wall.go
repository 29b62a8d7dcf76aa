// SPDX-License-Identifier: Apache-2.0

package dashboards

// The walls. A wall is read from across a room: few numbers, each with its target and a word, no person on it. Its height
// is bounded by the screen; see wallHeight.

const (
	wallFrom    = "now-12h"
	wallRefresh = "30s"
)

// wallInbound answers: do customers reach us in time, now and today?
func (m *maker) wallInbound() board {
	t := float64(max(m.o.Centre.ThresholdMs, 1)) / secondMs
	return board{id: "wall-inbound", folder: folderWall, wall: true, from: wallFrom, refresh: wallRefresh,
		title: tr("Wall: inbound", "Mur : appels entrants"), question: tr("Do customers reach us in time, now and today?", "Les clients nous joignent-ils à temps, maintenant et aujourd'hui ?"),
		variables: []string{"queue:live", "team:inbound"}, next: []string{"team", "queue", "intraday"},
		rows: []row{
			{6, []panel{
				m.newTile(1, 5, tiled{of: "waiting", scope: ofQueues, during: windowNow, levels: atMost(2, 5)}),
				m.newTile(2, 5, tiled{of: "longest_wait", scope: ofQueues, during: windowNow, levels: atMost(t, 3*t)}),
				m.newTile(3, 5, tiled{of: "sl_live", scope: ofQueues, during: windowHalfHour, levels: atLeast(0.80, 0.70)}),
				m.newStaffNow(20, 5),
				m.newStaffSoon(21, 4),
			}},
			{5, []panel{
				m.newTile(5, 5, tiled{of: "service_level", scope: ofQueues, during: windowToday, levels: atLeast(0.80, 0.75)}),
				m.newTile(6, 5, tiled{of: "answer_rate_settled", scope: ofQueues, during: windowToday, levels: atLeast(0.92, 0.88)}),
				m.newTile(7, 5, tiled{of: "abandon_rate_net", scope: ofQueues, during: windowHalfHour, levels: atMost(0.05, 0.08)}),
				m.newTile(8, 5, tiled{of: "asa", scope: ofQueues, during: windowHalfHour, levels: atMost(25, 45)}),
				m.newTile(9, 4, tiled{of: "refused", scope: ofQueues, during: windowToday, levels: atMost(0, 20)}),
			}},
			{5, []panel{
				m.newStates(10, 8),
				m.newTile(11, 4, tiled{of: "aht", scope: ofQueues, during: windowHalfHour}),
				m.newTile(12, 4, tiled{of: "occupancy", scope: ofTeams, during: windowHour, levels: within(0.70, 0.85, 0.60, 0.88)}),
				m.newTile(13, 4, tiled{of: "callbacks_due", scope: ofQueues, during: windowToday}),
				m.newTile(14, 4, tiled{of: "help_requests", scope: ofTeams, during: windowNow, levels: atMost(0, 1)}),
			}},
			{6, []panel{
				m.newCurve(15, 10, tr("Offered and answered, by quarter", "Présentés et décrochés, par quart d'heure"), ofQueues, windowRange, 0, "offered", "answered"),
				m.newCurve(16, 10, tr("Live service level, by quarter", "NS en direct, par quart d'heure"), ofQueues, windowRange, 0.8, "sl_live"),
				m.newTile(17, 4, tiled{of: "csat", scope: ofQueues, during: windowWeek, levels: atLeast(0.85, 0.80)}),
			}},
			{4, []panel{m.newAlerts(18, 20, 3), m.newFreshness(19, 4)}},
		}}
}

// wallBackoffice answers: will everything be replied to in time?
func (m *maker) wallBackoffice() board {
	return board{id: "wall-backoffice", folder: folderWall, wall: true, from: wallFrom, refresh: wallRefresh,
		title: tr("Wall: back office", "Mur : traitement différé"), question: tr("Will every message be replied to in time?", "Chaque message aura-t-il sa réponse à temps ?"),
		variables: []string{"queue:deferred", "team:backoffice"}, next: []string{"backlog", "team"},
		rows: []row{
			{6, []panel{
				m.newTile(1, 6, tiled{of: "backlog", scope: ofQueues, during: windowNow}),
				m.newTile(2, 6, tiled{of: "items_overdue", scope: ofQueues, during: windowNow, levels: atMost(0, 5)}),
				m.newTile(3, 6, tiled{of: "oldest_item", scope: ofQueues, during: windowNow}),
				m.newTile(4, 6, tiled{of: "on_time", scope: ofQueues, during: windowToday, levels: atLeast(0.95, 0.90)}),
			}},
			{5, []panel{
				m.newTile(5, 5, tiled{of: "items_created", scope: ofQueues, during: windowToday}),
				m.newTile(6, 5, tiled{of: "items_solved", scope: ofQueues, during: windowToday}),
				m.newTile(7, 5, tiled{of: "first_reply_p90", scope: ofQueues, during: windowToday}),
				m.newTile(8, 5, tiled{of: "reopen_rate", scope: ofQueues, during: windowWeek, levels: atMost(0.06, 0.08)}),
				m.newTile(9, 4, tiled{of: "items_parked", scope: ofQueues, during: windowNow}),
			}},
			{5, []panel{
				m.newTile(10, 6, tiled{of: "complaint_ack_rate", scope: ofQueues, during: window28, levels: atLeast(1, 0.95)}),
				m.newTile(11, 6, tiled{of: "complaint_reply_rate", scope: ofQueues, during: window28, levels: atLeast(1, 0.95)}),
				m.newTile(17, 6, tiled{of: "utilisation", scope: ofTeams, during: windowToday}),
				m.newTile(18, 6, tiled{of: "absence_rate", scope: ofTeams, during: windowToday}),
			}},
			{6, []panel{
				m.newCurve(13, 12, tr("Open and overdue, end of quarter", "En stock et en retard, fin de quart d'heure"), ofQueues, windowRange, 0, "backlog", "items_overdue"),
				m.newCurve(14, 12, tr("In and out, by quarter", "Entrées et sorties, par quart d'heure"), ofQueues, windowRange, 0, "items_created", "items_solved"),
			}},
			{4, []panel{m.newAlerts(15, 20, 3), m.newFreshness(16, 4)}},
		}}
}

// wallOutbound answers: do we sell, soundly and within the law?
func (m *maker) wallOutbound() board {
	return board{id: "wall-outbound", folder: folderWall, wall: true, from: wallFrom, refresh: wallRefresh,
		title: tr("Wall: outbound", "Mur : appels sortants"), question: tr("Do we sell today, soundly and within the law?", "Vendons-nous aujourd'hui, bien et dans les règles ?"),
		variables: []string{"campaign", "team:outbound"}, next: []string{"campaign", "compliance", "team"},
		rows: []row{
			{6, []panel{
				m.newTile(1, 6, tiled{of: "sales", scope: ofCampaigns, during: windowToday}),
				m.newTile(2, 6, tiled{of: "pitched_per_hour", scope: ofCampaigns, during: windowToday, levels: atLeast(6, 5)}),
				m.newTile(3, 6, tiled{of: "conversion", scope: ofCampaigns, during: windowToday, levels: atLeast(0.18, 0.14)}),
				m.newTile(4, 6, tiled{of: "dials_out_of_window", scope: ofCampaigns, during: windowToday, levels: atMost(0, 0)}),
			}},
			{5, []panel{
				m.newTile(5, 5, tiled{of: "contact_rate", scope: ofCampaigns, during: windowToday, levels: atLeast(0.35, 0.28)}),
				m.newTile(6, 5, tiled{of: "connect_rate", scope: ofCampaigns, during: windowHalfHour}),
				m.newTile(7, 5, tiled{of: "list_validity", scope: ofCampaigns, during: windowToday, levels: atLeast(0.92, 0.88)}),
				m.newTile(8, 5, tiled{of: "dialler_abandon", scope: ofCampaigns, during: windowToday, levels: atMost(0.01, 0.03)}),
				m.newTile(9, 4, tiled{of: "follow_ups_overdue", scope: ofCentre, during: windowNow, levels: atMost(0, 3)}),
			}},
			{5, []panel{
				m.newTile(10, 5, tiled{of: "revenue_gross", scope: ofCampaigns, during: windowToday}),
				m.newTile(11, 5, tiled{of: "revenue_net", scope: ofCampaigns, during: windowToday}),
				m.newTile(12, 5, tiled{of: "cancellation_rate", scope: ofCampaigns, during: window28, levels: atMost(0.06, 0.09)}),
				m.newTile(13, 5, tiled{of: "critical_rate_compliance", scope: ofCampaigns, during: window28, levels: atMost(0.05, 0.10)}),
				m.newTile(14, 4, tiled{of: "penetration", scope: ofCampaigns, during: windowWeek}),
			}},
			{6, []panel{
				m.newCurve(15, 12, tr("Pitched and won, by quarter", "Argumentés et gagnés, par quart d'heure"), ofCampaigns, windowRange, 0, "useful_contacts", "pitched_won"),
				m.newStates(16, 12),
			}},
			{4, []panel{m.newAlerts(17, 20, 3), m.newFreshness(18, 4)}},
		}}
}
