// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"slices"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/indicator"
)

// TestRegisterOnCurves: the incident of the demo day and what was done against it are flags on Grafana's curves, from begin to end, in the
// language of the board.
func TestRegisterOnCurves(t *testing.T) {
	m, err := newMaker(demoOptions(t), indicator.French)
	if err != nil {
		t.Fatal(err)
	}
	boards := m.boards()
	sql, err := expand(m.registerSQL(), demoView(m.o, &boards[0]))
	if err != nil {
		t.Fatal(err)
	}
	got := must(t, "SELECT toString(time), toString(timeEnd), title, text, tags FROM ("+sql+") ORDER BY time")
	want := [][]any{
		{"2026-11-17 09:02:00.000", "2026-11-17 09:47:00.000", "Incident", "espace client indisponible · Assistance Brévance", "incident"},
		{"2026-11-17 09:18:00.000", "2026-11-17 10:10:00.000", "Renfort", "message et cinq de Tempo · Assistance Brévance", "action"},
	}
	if len(got.Data) != len(want) {
		t.Fatalf("%v", got.Data)
	}
	for i := range want {
		for k := range want[i] {
			if got.Data[i][k] != want[i][k] {
				t.Errorf("row %d: %v, want %v", i, got.Data[i], want[i])
			}
		}
	}
}

// TestAlertsOnCurves: an alert is flagged from firing to its end, in the words of its rule with the value it had, at the place's name. A row
// of before the words were stored is told by the rule's id.
func TestAlertsOnCurves(t *testing.T) {
	insertAlerts(t)
	m, err := newMaker(demoOptions(t), indicator.French)
	if err != nil {
		t.Fatal(err)
	}
	boards := m.boards()
	sql, err := expand(m.alertSQL("scope NOT IN ('team', 'advisor')"), demoView(m.o, &boards[0]))
	if err != nil {
		t.Fatal(err)
	}
	got := strings.ReplaceAll(strings.Join(lines(must(t, sql)), "\n"), "\u00a0", " ")
	const want = `2026-11-17 15:00:00.000|2026-11-17 15:20:00.000|Urgence dépannage|attente de 1 min 35 s, plus de 9 fois T|à surveiller
2026-11-17 16:05:00.000|<nil>|Assistance Brévance|NS 61 % sur 30 min|critique
2026-11-17 16:10:00.000|<nil>|Courriels Orvalie|backlog_overdue|à surveiller`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestNoticesOnCurves: what a source published is flagged as a notice until somebody says where it hurts; an action by its lever.
func TestNoticesOnCurves(t *testing.T) {
	engineAddr(t)
	must(t, `INSERT INTO register (centre, type, object, at, day, said_at, scope, scope_id, rule, lever, title, id) VALUES
 ('noticed', 'incident.opened', 'n1', '2026-11-17 09:00:00', '2026-11-17', '2026-11-17 09:00:00', '', '', '', '', 'network down', 1),
 ('noticed', 'incident.closed', 'n1', '2026-11-17 09:30:00', '2026-11-17', '2026-11-17 09:30:00', '', '', '', '', '', 2),
 ('noticed', 'incident.opened', 'n2', '2026-11-17 10:00:00', '2026-11-17', '2026-11-17 10:00:00', 'queue', 'mail', '', '', 'printer on fire', 3),
 ('noticed', 'action.started', 'a1', '2026-11-17 11:00:00', '2026-11-17', '2026-11-17 11:00:00', '', '', '', 'breaks', '', 4)`)
	o := demoOptions(t)
	o.Centre.ID = "noticed"
	m, err := newMaker(o, indicator.English)
	if err != nil {
		t.Fatal(err)
	}
	boards := m.boards()
	sql, err := expand(m.registerSQL(), demoView(m.o, &boards[0]))
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(lines(must(t, "SELECT toString(time), timeEnd IS NULL, title, text, tags FROM ("+sql+") ORDER BY time")), "\n")
	const want = `2026-11-17 09:00:00.000|0|Notice|network down|incident
2026-11-17 10:00:00.000|1|Incident|printer on fire · Courriels Orvalie|incident
2026-11-17 11:00:00.000|1|Breaks moved||action`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestFlagsOnEveryBoard: every board with curves flags incidents and alerts on them, those of teams from the source that may see teams.
func TestFlagsOnEveryBoard(t *testing.T) {
	for _, b := range all(t) {
		curves := slices.ContainsFunc(b.Panels, func(p writtenPanel) bool { return p.Type == "timeseries" })
		teams := slices.ContainsFunc(b.Panels, func(p writtenPanel) bool { return p.Datasource.UID == DefaultPeople })
		var incidents, alerts, ofTeams bool
		for _, a := range b.Annotations.List {
			sql := a.Target.RawSQL
			incidents = incidents || strings.Contains(sql, "FROM incidents") && strings.Contains(sql, "FROM actions")
			alerts = alerts || strings.Contains(sql, "FROM alerts") || strings.Contains(a.Target.Expr, "ALERTS{")
			ofTeams = ofTeams || strings.Contains(sql, "scope = 'team'") && a.Datasource.UID == DefaultPeople
		}
		if curves && (!incidents || !alerts) || teams != ofTeams {
			t.Errorf("%s: incidents %t, alerts %t, alerts of teams %t", b.UID, incidents, alerts, ofTeams)
		}
	}
}
