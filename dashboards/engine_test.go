// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
)

// result is what the engine gives.
type result struct {
	Meta       []struct{ Name, Type string }
	Data       [][]any
	Statistics struct {
		Rows int64 `json:"rows_read"`
	}
}

// ask runs SQL on the engine, in the database that the data source has as its default.
func ask(t testing.TB, sql string) (*result, error) {
	t.Helper()
	return post(engineAddr(t), "vigie", sql)
}

// post runs SQL in a database of the engine at an address.
func post(addr, database, sql string) (*result, error) {
	response, err := http.Post("http://"+addr+"/?database="+database+"&default_format=JSONCompact&output_format_json_quote_64bit_integers=0", "text/plain", strings.NewReader(sql))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%.600s", body)
	}
	var r result
	if len(body) == 0 {
		return &r, nil
	}
	return &r, json.Unmarshal(body, &r)
}

// must runs SQL that has to work.
func must(t testing.TB, sql string) *result {
	t.Helper()
	r, err := ask(t, sql)
	if err != nil {
		t.Fatalf("%s\n%v", sql, err)
	}
	return r
}

// demoView is a board of the demo centre, looked at on the demo day with everything chosen.
func demoView(o *Options, b *board) view {
	v := view{from: demoDay.Add(-12 * time.Hour), to: demoDay, chosen: map[string][]string{"advisor": {"a001"}}}
	if days, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(b.from, "now-"), "d")); err == nil {
		v.from = demoDay.AddDate(0, 0, -days)
	}
	for _, name := range b.variables {
		switch {
		case strings.HasPrefix(name, "queue"):
			for _, q := range o.Centre.Queues {
				if name == "queue" || q.deferred() == strings.HasSuffix(name, ":deferred") {
					v.chosen["queue"] = append(v.chosen["queue"], q.ID)
				}
			}
		case strings.HasPrefix(name, "team"):
			for _, team := range o.Centre.Teams {
				if _, wall, only := strings.Cut(name, ":"); !only || team.works(wall) {
					v.chosen["team"] = append(v.chosen["team"], team.ID)
				}
			}
		case name == "campaign":
			for _, c := range o.Centre.Campaigns {
				v.chosen["campaign"] = append(v.chosen["campaign"], c.ID)
			}
		}
	}
	for kind, own := range b.only {
		if len(own) > 0 {
			v.chosen[kind] = own
		}
	}
	return v
}

// insertAlerts puts a few transitions in the place of those of the rules: two that fire, one of them of before the words were stored, and one
// that has ended.
func insertAlerts(t testing.TB) {
	t.Helper()
	must(t, "TRUNCATE TABLE alerts")
	must(t, `INSERT INTO alerts (centre, at, rule, scope, id, state, severity, reason, text_en, text_fr, short_en, short_fr, epoch, partition, offset) VALUES
 ('cap-rivage', '2026-11-17 16:05:00', 'service_level_low', 'queue', 'assistance', 'firing', 'critical', 'below 70 %', 'service level 61% over 30 min, for 5 min', 'niveau de service 61 % sur 30 min, depuis 5 min',
  'service level 61% over 30 min', 'NS 61 % sur 30 min', 'e1', 0, 1),
 ('cap-rivage', '2026-11-17 15:00:00', 'longest_wait', 'queue', 'urgence', 'firing', 'warning', 'above 3 T', 'somebody has waited for 1 min 35 s', 'quelqu''un attend depuis 1 min 35 s',
  'a wait of 1 min 35 s, over 9 times T', 'attente de 1 min 35 s, plus de 9 fois T', 'e1', 0, 2),
 ('cap-rivage', '2026-11-17 15:20:00', 'longest_wait', 'queue', 'urgence', 'resolved', 'warning', 'below T', 'somebody has waited for 3 s', 'quelqu''un attend depuis 3 s',
  'a wait of 3 s, over 9 times T', 'attente de 3 s, plus de 9 fois T', 'e1', 0, 3),
 ('cap-rivage', '2026-11-17 16:10:00', 'backlog_overdue', 'queue', 'mail', 'firing', 'warning', '6 overdue', '', '', '', '', 'e1', 0, 4),
 ('elsewhere', '2026-11-17 16:10:00', 'longest_wait', 'queue', 'x', 'firing', 'warning', '', '', '', '', '', 'e1', 0, 5)`)
}

// eachBoard runs f over the boards of the demo centre in one language.
func eachBoard(t *testing.T, l indicator.Language, f func(t *testing.T, m *maker, b *board)) {
	t.Helper()
	m, err := newMaker(demoOptions(t), l)
	if err != nil {
		t.Fatal(err)
	}
	boards := m.boards()
	if err := m.err(); err != nil {
		t.Fatal(err)
	}
	for i := range boards {
		t.Run(boards[i].id, func(t *testing.T) { f(t, m, &boards[i]) })
	}
}

// TestEveryQueryRuns: the SQL of every panel, expanded, runs on the engine over two simulated days and gives rows of the
// columns and types that its panel draws.
func TestEveryQueryRuns(t *testing.T) {
	insertAlerts(t)
	eachBoard(t, indicator.French, func(t *testing.T, m *maker, b *board) {
		v := demoView(m.o, b)
		for _, r := range b.rows {
			for i := range r.panels {
				p := &r.panels[i]
				if p.sql == "" {
					continue
				}
				sql, err := expand(p.sql, v)
				if err != nil {
					t.Errorf("%s: %v", p.title, err)
					continue
				}
				got, err := ask(t, sql)
				if err != nil {
					t.Errorf("%s: %v\n%s", p.title, err, sql)
					continue
				}
				if problem := p.check(got); problem != "" {
					t.Errorf("panel %d, %s: %s\n%s", p.id, p.title, problem, sql)
				}
				if p.first != "" && r.height < tall(len(got.Data)) {
					t.Errorf("panel %d, %s: %d rows of the grid hide some of its %d", p.id, p.title, r.height, len(got.Data))
				}
				for _, name := range emptyCurves(p, got) {
					if b.folder != folderCoaching { // two days of one person, or of a few, are too few cases
						t.Errorf("panel %d, %s: %s has no value all day long", p.id, p.title, name)
					}
				}
			}
		}
	})
}

// emptyCurves are the indicators of a panel over time that have no value at all: a name in the legend without a line.
func emptyCurves(p *panel, got *result) []string {
	var empty []string
	for i, m := range got.Meta {
		shown := slices.ContainsFunc(p.columns, func(c column) bool { return c.unit.title == m.Name })
		if p.kind == kindCurve && shown && !slices.ContainsFunc(got.Data, func(row []any) bool { return row[i] != nil }) {
			empty = append(empty, m.Name)
		}
	}
	return empty
}

// check says what is wrong with what a panel would draw.
func (p *panel) check(got *result) string {
	var types []string
	for _, column := range got.Meta {
		types = append(types, strings.NewReplacer("LowCardinality(", "", "(", " ", ")", "").Replace(column.Type))
	}
	numeric := func(kind string) bool {
		return kind == "Nullable Float64" || kind == "Int64" || kind == "UInt64" || kind == "Nullable Int64"
	}
	if len(got.Data) == 0 {
		return "no rows"
	}
	switch p.kind {
	case kindTile:
		if len(got.Data) != 1 || len(types) > 2 || numeric(types[0]) == p.spoken || got.Meta[0].Name != "value" || len(types) == 2 && (types[1] != "String" || got.Meta[1].Name != "status") {
			return fmt.Sprintf("%d rows of %v", len(got.Data), got.Meta)
		}
	case kindCurve:
		if !strings.HasPrefix(types[0], "DateTime") || got.Meta[0].Name != "time" || len(types) < 2 {
			return fmt.Sprintf("columns %v", got.Meta)
		}
		for _, kind := range types[1:] {
			if !numeric(kind) {
				return fmt.Sprintf("columns %v", got.Meta)
			}
		}
	case kindBars:
		for _, kind := range types {
			if len(got.Data) != 1 || !numeric(kind) {
				return fmt.Sprintf("%d rows of %v", len(got.Data), got.Meta)
			}
		}
	}
	for _, c := range p.columns { // a table, bars or a curve show a column for each indicator
		if p.kind != kindTile && !hasColumn(got, c.unit.title) {
			return "no column " + c.unit.title
		}
	}
	return ""
}

func hasColumn(r *result, name string) bool {
	for _, m := range r.Meta {
		if m.Name == name {
			return true
		}
	}
	return false
}

// lines are the rows of a result, a bar between values. Times are in UTC.
func lines(r *result) []string {
	list := make([]string, len(r.Data))
	for i, row := range r.Data {
		values := make([]string, len(row))
		for k, value := range row {
			values[k] = fmt.Sprint(value)
		}
		list[i] = strings.Join(values, "|")
	}
	return list
}
