// SPDX-License-Identifier: Apache-2.0

package dashboards

import "github.com/vigie-kpi/vigie/indicator"

// intraday answers: are there as many as are required, and does the load come as expected?
func (m *maker) intraday() board {
	return board{id: "intraday", folder: folderTeam, from: "now-12h", refresh: "1m",
		title: tr("Intraday staffing", "Effectif du jour"), question: tr("Are there as many people as the load requires, now and in the hours to come?", "Sommes-nous autant qu'il le faut, maintenant et dans les heures à venir ?"),
		variables: []string{"team", "queue:live"}, next: []string{"team", "queue"},
		rows: []row{
			{5, []panel{
				m.newStaffNow(14, 6),
				m.newStaffSoon(15, 6),
				m.newTile(1, 4, tiled{of: "conformance", scope: ofTeams, during: windowToday, levels: within(0.95, 1.05, 0.90, 1.10)}),
				m.newTile(2, 4, tiled{of: "adherence", scope: ofTeams, during: windowToday, levels: atLeast(0.90, 0.85)}),
				m.newTile(5, 4, tiled{of: "occupancy", scope: ofTeams, during: windowHour, levels: within(0.70, 0.85, 0.60, 0.88)}),
			}},
			{7, []panel{
				m.newStaffCurve(16, 12, tr("Required and present, by quarter", "Requis et présents, par quart d'heure"), "staff_required", "staff_present"),
				m.newForecast(17, 12),
			}},
			{7, []panel{
				m.newPools(18, 14),
				m.newStaffCurve(19, 10, tr("Staffing gap, by quarter", "Écart d'effectif, par quart d'heure"), "staff_gap"),
			}},
			{m.tall(indicator.ScopeTeam, ""), []panel{
				m.newHoursAhead(20, 10),
				m.newTable(11, 14, tabled{title: tr("Each team against its plan", "Chaque équipe face à son plan"), scope: ofTeams, during: windowToday, judged: "adherence",
					levels: atLeast(0.90, 0.85), ids: []string{"adherence", "conformance", "absence_rate", "paid_ms", "logged_ms"}}),
			}},
			{7, []panel{
				m.newCurve(7, 8, tr("Hours paid and logged, by quarter", "Heures payées et loguées, par quart d'heure"), ofTeams, windowRange, 0, "paid_ms", "logged_ms"),
				m.newCurve(9, 8, tr("Present as planned, by quarter", "Présence au plan, par quart d'heure"), ofTeams, windowRange, 1, "conformance", "adherence"),
				m.newStack(10, 8, tr("Advisors by state, end of quarter", "Conseillers par état, fin de quart d'heure"), ofTeams, windowRange,
					"advisors_on_contact", "advisors_available", "advisors_wrapping", "advisors_paused"),
			}},
			{5, []panel{
				m.newTile(3, 4, tiled{of: "shrinkage", scope: ofTeams, during: windowToday}),
				m.newTile(4, 4, tiled{of: "absence_rate", scope: ofTeams, during: windowToday}),
				m.newTile(6, 4, tiled{of: "utilisation", scope: ofTeams, during: windowToday}),
				m.newAlerts(21, 8, 3),
				m.newFreshness(13, 4),
			}},
		}}
}
