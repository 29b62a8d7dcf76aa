// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
)

// TestValuesAgainstFacts: tiles show what plain SQL over the stored facts and gauges gives, written here without the
// catalogue and without the views.
func TestValuesAgainstFacts(t *testing.T) {
	m, err := newMaker(demoOptions(t), indicator.English)
	if err != nil {
		t.Fatal(err)
	}
	v := view{demoDay.Add(-12 * time.Hour), demoDay, map[string][]string{"queue": {"assistance", "urgence"}, "team": {"mistral", "autan"}}}
	const facts = " FROM facts WHERE centre = 'cap-rivage' AND lane = '' AND queue IN ('assistance', 'urgence') AND day = '2026-11-17' AND quarter <= '2026-11-17 16:15:00'"
	const gauges = " FROM (SELECT * FROM gauges WHERE centre = 'cap-rivage' AND scope = 'queue' AND id IN ('assistance', 'urgence') AND at <= '2026-11-17 16:20:00' ORDER BY at DESC LIMIT 1 BY id)"
	for _, c := range []struct {
		of     string
		scope  scope
		during window
		plain  string
	}{
		{"answer_rate_settled", ofQueues, windowToday, "SELECT sum(answered) / (sum(answered) + sum(abandoned) + sum(left) + sum(lost))" + facts},
		{"offered", ofQueues, windowToday, "SELECT toFloat64(sum(offered))" + facts},
		{"asa", ofQueues, windowHalfHour, "SELECT sum(wait_answered_ms) / sum(answered) / 1000" + facts + " AND quarter >= '2026-11-17 16:00:00'"},
		{"aht", ofQueues, windowHour, "SELECT (sum(talk_ms) + sum(hold_ms) + sum(wrap_ms)) / sum(handled) / 1000" + facts + " AND quarter >= '2026-11-17 15:30:00'"},
		{"waiting", ofQueues, windowNow, "SELECT toFloat64(sum(waiting))" + gauges},
		{"longest_wait", ofQueues, windowNow, "SELECT max(longest_wait_ms) / 1000" + gauges},
		{"occupancy", ofTeams, windowToday, "SELECT (sum(ringing_ms) + sum(on_contact_ms) + sum(wrapping_ms)) / (sum(available_ms) + sum(ringing_ms) + sum(on_contact_ms) + sum(wrapping_ms))" +
			" FROM facts WHERE centre = 'cap-rivage' AND team IN ('mistral', 'autan') AND day = '2026-11-17' AND quarter <= '2026-11-17 16:15:00'"},
	} {
		sql, err := expand(m.newTile(1, 6, tiled{of: c.of, scope: c.scope, during: c.during}).sql, v)
		if err != nil {
			t.Fatal(err)
		}
		got, plain := must(t, sql), must(t, c.plain)
		shown, ok := got.Data[0][0].(float64)
		want, known := plain.Data[0][0].(float64)
		if !ok || !known || math.Abs(shown-want) > 1e-9*math.Max(1, want) {
			t.Errorf("%s shows %v, plain SQL gives %v", c.of, got.Data[0][0], plain.Data[0][0])
		}
	}
}

// TestWords: the word beside a value, worked by hand, and the colour of the same value: both are of the same step.
func TestWords(t *testing.T) {
	m, err := newMaker(demoOptions(t), indicator.English)
	if err != nil {
		t.Fatal(err)
	}
	const act, watch, ok = colorAct, colorWatch, colorOK
	for _, c := range []struct {
		of          string
		levels      levels
		value       float64
		cases       int
		word, color string
	}{
		{"sl_live", atLeast(0.80, 0.70), 0.80, 100, "✓ OK · n 100", ok},
		{"sl_live", atLeast(0.80, 0.70), 0.7999, 100, "▼ Watch · n 100", watch},
		{"sl_live", atLeast(0.80, 0.70), 0.69, 100, "▼ Act · n 100", act},
		{"abandon_rate_net", atMost(0.05, 0.08), 0.05, 100, "✓ OK · n 100", ok},
		{"abandon_rate_net", atMost(0.05, 0.08), 0.0502, 100, "▲ Watch · n 100", watch},
		{"abandon_rate_net", atMost(0.05, 0.08), 0.09, 100, "▲ Act · n 100", act},
		{"waiting", atMost(2, 5), 2, 0, "✓ OK", ok},
		{"waiting", atMost(2, 5), 6, 0, "▲ Act", act},
		{"dials_no_basis", atMost(0, 0), 0, 0, "✓ OK", ok},
		{"dials_no_basis", atMost(0, 0), 1, 0, "▲ Act", act},
		{"occupancy", within(0.70, 0.85, 0.60, 0.88), 0.55, 0, "▼ Act", act},
		{"occupancy", within(0.70, 0.85, 0.60, 0.88), 0.65, 0, "▼ Watch", watch},
		{"occupancy", within(0.70, 0.85, 0.60, 0.88), 0.85, 0, "✓ OK", ok},
		{"occupancy", within(0.70, 0.85, 0.60, 0.88), 0.90, 0, "▲ Act", act},
		{"csat", atLeast(0.85, 0.80), 0.5, 12, "○ too few: n 12 of 30", ""},
	} {
		sql := fmt.Sprintf("SELECT %s FROM (SELECT toNullable(%s) AS v, toInt64(%d) AS cases)", c.levels.status(m.column(c.of), m.words), number(c.value), c.cases)
		if got := strings.TrimSpace(strings.ReplaceAll(must(t, sql).Data[0][0].(string), "\u00a0", " ")); got != c.word {
			t.Errorf("%s of %v on %d: %q, want %q", c.of, c.value, c.cases, got, c.word)
		}
		color := ""
		for _, s := range thresholds(c.levels, colorNeutral).Steps {
			if s.Value == nil || c.value >= *s.Value {
				color = s.Color
			}
		}
		if c.color != "" && color != c.color {
			t.Errorf("%s of %v is %s, want %s", c.of, c.value, color, c.color)
		}
	}
}

// TestTooFewInTables: below its minimum of cases an indicator has no value in a table either. Quality asks for 4
// evaluations, satisfaction for 30 answers; on the demo day nobody has so many answers.
func TestTooFewInTables(t *testing.T) {
	m, err := newMaker(demoOptions(t), indicator.English)
	if err != nil {
		t.Fatal(err)
	}
	p := m.newTable(1, 24, tabled{title: tr("x", "x"), scope: ofAdvisor, during: window28, ids: []string{"n:csat", "n:handled"}})
	sql, err := expand(p.sql, view{demoDay, demoDay, map[string][]string{"advisor": {"a001"}}})
	if err != nil {
		t.Fatal(err)
	}
	row := must(t, sql).Data[0]
	if n, ok := row[2].(float64); row[1] != nil || !ok || n >= 30 || row[3] == nil {
		t.Errorf("%v\n%s", row, sql)
	}
}

// TestNoData: where nothing was ever booked no panel has a row, hence no zero; Grafana then shows the words for no data.
func TestNoData(t *testing.T) {
	eachBoard(t, indicator.English, func(t *testing.T, m *maker, b *board) {
		v := demoView(m.o, b)
		v.to = time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)
		v.from = v.to.Add(-12 * time.Hour)
		for _, r := range b.rows {
			for _, p := range r.panels {
				if p.sql == "" {
					continue
				}
				sql, err := expand(p.sql, v)
				if err != nil {
					t.Fatal(err)
				}
				if got := must(t, sql); len(got.Data) != 0 {
					t.Errorf("%s gives %v", p.title, got.Data)
				}
			}
		}
	})
}

// TestHostileNames: names and texts that hold what SQL and choices are made of do not break out, on any board.
func TestHostileNames(t *testing.T) {
	insertAlerts(t)
	o := demoOptions(t)
	const hostile = `L'eau, \ "vive" ` + "`{{" + ` %s $__toTime -- '`
	o.Centre.Queues = []Queue{{`q'1`, hostile, "voice", `g'\`}, {`back\slash`, "", "voice", ""}}
	o.Centre.Teams = []Team{{`t'1`, hostile, "newcomers"}}
	o.Centre.Campaigns = []Campaign{{`c'1`, hostile}}
	o.Centre.Steps = []Step{{"aht", `t'1`, "2026-11-01", "", 400_000}}
	o.Centre.Targets = append(o.Centre.Targets, Target{Indicator: "sales", Kind: indicator.ScopeTeam, Scope: `t'1`, Min: 5, Max: 5, Guard: "csat"})
	for _, l := range []indicator.Language{indicator.English, indicator.French} {
		m, err := newMaker(o, l)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range m.boards() {
			v := demoView(o, &b)
			v.chosen["queue"], v.chosen["team"] = []string{"assistance"}, []string{"mistral"}
			for _, sql := range append(m.flags(&b), queriesOf(&b)...) {
				expanded, err := expand(sql, v)
				if err != nil {
					t.Fatal(err)
				}
				must(t, expanded)
			}
		}
	}
	if got := quote(`a'b\c`); got != `'a\'b\\c'` {
		t.Error(got)
	}
}

// queriesOf are the queries of a board's panels.
func queriesOf(b *board) []string {
	var list []string
	for _, r := range b.rows {
		for _, p := range r.panels {
			if p.sql != "" {
				list = append(list, p.sql)
			}
		}
	}
	return list
}

// flags are the queries of a board's annotations.
func (m *maker) flags(b *board) []string {
	if b.folder == folderPipeline {
		return []string{m.registerSQL()}
	}
	return []string{m.registerSQL(), m.alertSQL("scope = 'team'")}
}
