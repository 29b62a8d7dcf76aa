// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/indicator"
)

// TestFormulasAgreeInClickHouse: random formulas with conditions, over random sums and
// gauges, are in ClickHouse what they are in Go: numerator, denominator, cases and the last
// bit of the value; and so are conditions.
func TestFormulasAgreeInClickHouse(t *testing.T) {
	const formulas, batch = 240, 20
	s := openMigrated(t)
	r := formulaWriter{rand.New(rand.NewPCG(1, 2))}
	rows := r.store(t, s)
	c := catalogue(t)
	for done := 0; done < formulas; done += batch {
		var forms []writtenForm
		for len(forms) < batch {
			// Some have no normal form, such as sums of ratios.
			form, err := r.compiled(c)
			if err == nil {
				forms = append(forms, form)
			}
		}
		compareForms(t, s, forms, rows)
	}
}

// inputRow is one row of random sums and gauges.
type inputRow struct{ measures, gauges []int64 }

// String shows the inputs that formulas of this test read.
func (r inputRow) String() string {
	var parts []string
	for _, m := range writtenMeasures {
		parts = append(parts, fmt.Sprintf("%s %d", m, r.measures[m]))
	}
	for _, g := range writtenGauges {
		parts = append(parts, fmt.Sprintf("%s %d", g, r.gauges[g]))
	}
	return strings.Join(parts, ", ")
}

var (
	writtenMeasures = []indicator.Measure{indicator.Offered, indicator.Answered, indicator.Abandoned, indicator.Left, indicator.TalkMs, indicator.HoldMs}
	writtenGauges   = []indicator.Gauge{indicator.GaugeWaiting, indicator.GaugeAdvisorsAvailable, indicator.GaugeLongestWaitMs}
)

type formulaWriter struct{ *rand.Rand }

// store fills a table of the test's own.
func (r formulaWriter) store(t *testing.T, s *Store) []inputRow {
	t.Helper()
	columns := []string{"number UInt32"}
	for _, m := range writtenMeasures {
		columns = append(columns, m.String()+" Int64")
	}
	for _, g := range writtenGauges {
		columns = append(columns, g.String()+" Int64")
	}
	execute(t, s, "CREATE OR REPLACE TABLE {db}.random_sums ("+strings.Join(columns, ", ")+") ENGINE = Memory")
	t.Cleanup(func() { dropRandomSums(t, s) })
	var rows []inputRow
	var values []string
	for number := range 80 {
		row := inputRow{make([]int64, indicator.NumMeasures), make([]int64, indicator.NumGauges)}
		texts := []string{fmt.Sprint(number)}
		for _, m := range writtenMeasures {
			row.measures[m] = r.sum()
			texts = append(texts, fmt.Sprint(row.measures[m]))
		}
		for _, g := range writtenGauges {
			row.gauges[g] = r.sum()
			texts = append(texts, fmt.Sprint(row.gauges[g]))
		}
		rows = append(rows, row)
		values = append(values, "("+strings.Join(texts, ", ")+")")
	}
	execute(t, s, "INSERT INTO {db}.random_sums VALUES "+strings.Join(values, ", "))
	return rows
}

func dropRandomSums(t *testing.T, s *Store) {
	if err := s.exec(t.Context(), "drop", "DROP TABLE IF EXISTS "+s.database+".random_sums"); err != nil && t.Context().Err() == nil {
		t.Error(err)
	}
}

// sum is mostly small, sometimes zero, negative, or so large that doubles and 64-bit
// products no longer tell neighbours apart.
func (r formulaWriter) sum() int64 {
	switch r.IntN(8) {
	case 0:
		return 0
	case 1:
		return -r.Int64N(4)
	case 2:
		return 1<<62 + r.Int64N(3)
	case 3:
		return -1<<62 - r.Int64N(3)
	}
	return r.Int64N(9)
}

// writtenForm is a formula, or a condition.
type writtenForm struct {
	text      string
	form      *indicator.Form
	condition *indicator.Condition
}

func (r formulaWriter) compiled(c *indicator.Catalogue) (writtenForm, error) {
	if r.IntN(4) == 0 {
		text := r.test(2, r.IntN(2) == 0)
		condition, err := c.Condition(text, nil)
		return writtenForm{text: text, condition: condition}, err
	}
	ms := r.IntN(2) == 0
	text, unit := r.value(2, ms), "count"
	if ms {
		unit = "ms"
	}
	for _, kind := range []string{"additive", "derived", "sampled"} {
		own := fmt.Sprintf("- {id: own, kind: %s, name: {en: o, fr: o}, formula: %q, unit: %s, better: none, scopes: [centre], controllable: centre, doc: {en: d, fr: d}}", kind, text, unit)
		c, err := indicator.New(indicator.Source{Name: "own.yaml", YAML: []byte(own)})
		if err == nil {
			ind, _ := c.Lookup("own")
			return writtenForm{text: text, form: ind.Form}, nil
		}
		if !strings.Contains(err.Error(), "does not fit: the formula") {
			return writtenForm{}, err
		}
	}
	return writtenForm{}, fmt.Errorf("%s is of no kind", text)
}

func (r formulaWriter) pick(of ...string) string { return of[r.IntN(len(of))] }

func (r formulaWriter) add(ms bool) string {
	if ms {
		return fmt.Sprintf("(%s + %d*%s)", r.pick("talk_ms", "hold_ms"), 1+r.IntN(3), r.pick("longest_wait_ms", "hold_ms"))
	}
	return fmt.Sprintf("(%s - %d*%s)", r.pick("offered", "answered", "waiting"), 1+r.IntN(3), r.pick("abandoned", "left", "advisors_available"))
}

func (r formulaWriter) leaf(ms bool) string {
	unit := map[bool]string{false: "", true: "ms"}[ms]
	switch r.IntN(5) {
	case 0:
		return fmt.Sprintf("%d%s", 1+r.IntN(20), unit)
	case 1:
		return r.add(ms)
	case 2:
		return fmt.Sprintf("%d%% * %s", 1+r.IntN(99), r.add(ms))
	}
	return r.add(ms) + "/" + r.add(false)
}

func (r formulaWriter) value(depth int, ms bool) string {
	if depth == 0 {
		return r.leaf(ms)
	}
	x, y := r.value(depth-1, ms), r.value(depth-1, ms)
	switch r.IntN(7) {
	case 0, 1:
		return r.pick("min", "max", "coalesce") + "(" + x + ", " + y + ")"
	case 2, 3:
		return "if(" + r.test(1, r.IntN(2) == 0) + ", " + x + ", " + y + ")"
	case 4:
		return "clamp(" + x + ", " + r.add(ms) + ", " + r.add(ms) + "/" + r.add(false) + ")"
	case 5:
		return fmt.Sprintf("-%d%% * (%s)", 1+r.IntN(300), x)
	}
	return r.leaf(ms)
}

func (r formulaWriter) test(depth int, ms bool) string {
	if depth > 0 && r.IntN(3) == 0 {
		return "!(" + r.test(depth-1, ms) + ") " + r.pick("&&", "||") + " " + r.test(depth-1, ms)
	}
	return r.leaf(ms) + " " + r.pick("<", "<=", ">", ">=", "==", "!=") + " " + r.leaf(ms)
}

// compareForms asks for all forms of all rows in one query.
func compareForms(t *testing.T, s *Store, forms []writtenForm, rows []inputRow) {
	t.Helper()
	columns := indicator.Columns{Measure: indicator.Measure.String, Gauge: indicator.Gauge.String}
	selected := []string{"number"}
	for _, f := range forms {
		if f.condition != nil {
			selected = append(selected, f.condition.SQL(columns))
			continue
		}
		sql := f.form.SQLOver(columns)
		selected = append(selected, sql.Value, sql.Numerator, sql.Denominator, sql.Sample)
	}
	found, err := s.conn.Query(t.Context(), "SELECT "+strings.Join(selected, ",\n")+" FROM "+s.database+".random_sums")
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	seen := 0
	for found.Next() {
		var number uint32
		into := []any{&number}
		got := make([]shownForm, len(forms))
		for i, f := range forms {
			if f.condition != nil {
				into = append(into, &got[i].truth)
				continue
			}
			into = append(into, &got[i].value, &got[i].numerator, &got[i].denominator, &got[i].sample)
		}
		if err := found.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for i, f := range forms {
			if want := f.in(rows[number]); !got[i].equal(want) {
				t.Errorf("%s\nof %v: SQL has %v, Go has %v", f.text, rows[number], got[i], want)
			}
		}
		seen++
	}
	if err := found.Err(); err != nil || seen != len(rows) {
		t.Errorf("%d rows of %d: %v", seen, len(rows), err)
	}
}

// shownForm is what a form is worth.
type shownForm struct {
	truth                          *uint8
	value                          *float64
	numerator, denominator, sample int64
}

func (f writtenForm) in(row inputRow) shownForm {
	if f.condition != nil {
		switch f.condition.Eval(row.measures, row.gauges) {
		case indicator.True:
			return shownForm{truth: new(uint8(1))}
		case indicator.False:
			return shownForm{truth: new(uint8(0))}
		}
		return shownForm{}
	}
	v := f.form.EvalNow(row.measures, row.gauges)
	shown := shownForm{numerator: v.Numerator, denominator: v.Denominator, sample: v.Sample}
	if x, ok := v.Float(); ok {
		shown.value = &x
	}
	return shown
}

func (f shownForm) equal(g shownForm) bool {
	same := f.numerator == g.numerator && f.denominator == g.denominator && f.sample == g.sample
	return same && equalPointers(f.truth, g.truth) && equalPointers(f.value, g.value)
}

func equalPointers[T comparable](a, b *T) bool {
	return (a == nil) == (b == nil) && (a == nil || *a == *b)
}

// TestRunningStock: a stock is the running sum of its flow. 5 open at the start and 7
// created on the 2nd, 4 solved and 1 dropped on the 3rd, 1 reopened and 2 solved on the 5th:
// 12, 7, 6.
func TestRunningStock(t *testing.T) {
	s := openMigrated(t)
	var facts []made
	for i, day := range []struct {
		at   string
		incs map[indicator.Measure]int64
	}{
		{"2026-03-02T10:00:00Z", map[indicator.Measure]int64{indicator.ItemsOpening: 5, indicator.ItemsCreated: 7}},
		{"2026-03-03T10:00:00Z", map[indicator.Measure]int64{indicator.ItemsSolved: 4, indicator.ItemsDropped: 1}},
		{"2026-03-05T10:00:00Z", map[indicator.Measure]int64{indicator.ItemsReopened: 1, indicator.ItemsSolved: 2}},
	} {
		fact := made{at: day.at, offset: int64(i), queue: "mail"}
		for m := range indicator.Measure(indicator.NumMeasures) {
			if n := day.incs[m]; n != 0 {
				fact.incs = append(fact.incs, inc(m, n))
			}
		}
		facts = append(facts, fact)
	}
	write(t, openWriter(t, s, 0, nil), seal(t, newWorld("lyon", ""), 0, 0, 9, facts...))
	flow := indicator.GaugeItemsOpen.FlowSQL(indicator.Measure.String)
	query := "SELECT toString(groupArray((toString(day), stock))) FROM (SELECT day, sum(" + flow +
		") OVER (PARTITION BY centre, queue ORDER BY day) AS stock FROM {db}.v_queue_day ORDER BY day)"
	if got, want := scalar[string](t, s, query), `[('2026-03-02',12),('2026-03-03',7),('2026-03-05',6)]`; got != want {
		t.Errorf("the stock is %s, want %s", got, want)
	}
}
