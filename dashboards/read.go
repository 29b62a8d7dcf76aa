// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/store"
)

// reader writes the SQL that reads indicators of one centre. All names are those of tables and views in the data source's
// own database.
type reader struct {
	catalogue *indicator.Catalogue
	centre    string // quoted
}

// column is an indicator as a column of a result: its value, in the unit in which it is shown, NULL where it has none.
type column struct {
	ind  *indicator.Indicator
	unit shown
}

// sql is the formula of the column over the sums that sums selects.
func (c column) sql() indicator.SQL {
	return c.ind.SQL(indicator.Measure.String, indicator.BinFamily.String)
}

// value is the expression of the column over sums.
func (c column) value() string { return c.unit.scaled(c.sql().Value) }

// cases is the expression of the number of cases behind the value; 0 when it counts nothing.
func (c column) cases() string {
	if !c.ind.HasSample() {
		return "toInt64(0)"
	}
	return c.sql().Sample
}

// where is the condition on facts for a scope and a window.
func (r *reader) where(s scope, w window) string {
	during := w.where
	if strings.Contains(during, "%[1]s") {
		during = fmt.Sprintf(during, r.centre)
	}
	return fmt.Sprintf("centre = %s AND %s%s", r.centre, during, s.filter())
}

// sums adds up what some indicators are made of, by a key: a row each. It has no row where nothing was booked at all, so that no
// data is not taken for a zero.
func (r *reader) sums(columns []column, key string, s scope, w window) string {
	var keys []string
	if key != "" {
		keys = []string{key}
	}
	return sumsBy(columns, keys, r.where(s, w))
}

// sumsBy is sums by several keys, of the facts that a condition keeps.
func sumsBy(columns []column, keys []string, where string) string {
	q := store.SumsQuery{Keys: keys, Where: where}
	q.Measures, q.Bins = madeOf(columns)
	return "(\n" + indent(q.SQL()) + "\n)"
}

// rolled adds up sums by day of so many days, for each day: a day counts for itself and for the days after it.
func rolled(columns []column, days string, rolling int) string {
	return "(\n" + indent(fmt.Sprintf("SELECT upto, %s\nFROM\n%s\nARRAY JOIN arrayMap(i -> day + i, range(%d)) AS upto\nWHERE %s\nGROUP BY upto",
		strings.Join(summedAgain(columns), ", "), days, rolling, shownDays)) + "\n)"
}

// summedAgain are the columns of sums, added up once more.
func summedAgain(columns []column) []string {
	var list []string
	measures, bins := madeOf(columns)
	for _, m := range measures {
		list = append(list, fmt.Sprintf("sum(%s) AS %[1]s", m))
	}
	for _, f := range bins {
		list = append(list, fmt.Sprintf("sumMap(%s) AS %[1]s", f))
	}
	return list
}

// madeOf are the measures and bins that indicators are made of, each once.
func madeOf(columns []column) ([]indicator.Measure, []indicator.BinFamily) {
	var measures []indicator.Measure
	var bins []indicator.BinFamily
	for _, c := range columns {
		measures = append(measures, c.ind.Measures()...)
		if family, percentile := c.ind.Bins(); percentile {
			bins = append(bins, family)
		}
	}
	return sortedOnce(measures), sortedOnce(bins)
}

// settings end a query over sums. The server takes 10 ms to look at each projection of facts, so it is told which one will do; no
// projection has advisors, and over an hour one saves less than finding it costs.
func settings(s scope, w window) string {
	projection := store.ProjectionOf(s.kind)
	if w.short || projection == "" {
		return "\nSETTINGS optimize_use_projections = 0"
	}
	return "\nSETTINGS preferred_optimize_projection_name = " + quote(projection)
}

// one reads the value of one indicator and the number of cases behind it: columns v and cases; no row where nothing was booked.
func (r *reader) one(c column, s scope, w window) string {
	if c.ind.Kind == indicator.KindSampled {
		return r.oneGauge(c, s)
	}
	return fmt.Sprintf("SELECT %s AS v, %s AS cases\nFROM\n%s", c.value(), c.cases(), r.sums([]column{c}, "", s, w))
}

// gaugeSum is how the gauges of several scopes are one: counts add up, the longest of several waits is the longest.
func gaugeSum(g indicator.Gauge) string {
	if g.Info().Unit == indicator.UnitMs {
		return "max(" + g.String() + ")"
	}
	return "sum(" + g.String() + ")"
}

// newestGauges reads the newest sample of each scope. All columns of one row are of one instant.
func (r *reader) newestGauges(gauges []indicator.Gauge, s scope, when string) string {
	columns := make([]string, len(gauges))
	for i, g := range gauges {
		columns[i] = fmt.Sprintf("argMax(%[1]s, at) AS %[1]s", g)
	}
	return fmt.Sprintf("  SELECT id, %s\n  FROM gauges\n  WHERE centre = %s AND lane = '' AND %s\n    AND %s\n  GROUP BY id",
		strings.Join(columns, ", "), r.centre, s.gaugeFilter(), when)
}

// gaugeValue is a sampled indicator over the newest samples.
func (c column) gaugeValue() string {
	return c.unit.scaled(c.ind.SQLOver(indicator.Columns{Gauge: gaugeSum, Measure: func(m indicator.Measure) string { return "any(" + m.String() + ")" }}).Value)
}

func (r *reader) oneGauge(c column, s scope) string {
	return fmt.Sprintf("SELECT %s AS v, toInt64(0) AS cases\nFROM\n(\n%s\n)\nHAVING count() > 0",
		c.gaugeValue(), r.newestGauges(c.ind.Gauges(), s, freshGauge))
}

// tile reads one indicator and says in words what to think of it: columns value and status. Below its minimum of cases an
// indicator has no value, and the words say so. A plain count that nobody judges needs no words.
func (r *reader) tile(c column, s scope, w window, l levels, words *wording) string {
	value := "v"
	if c.minimum() > 0 {
		value = fmt.Sprintf("if(cases < %d, NULL, v)", c.minimum())
	}
	if !l.judges() && !c.countsCases() {
		return fmt.Sprintf("SELECT v AS value\nFROM\n(\n%s\n)", indent(r.one(c, s, w))) + settings(s, w)
	}
	return fmt.Sprintf("SELECT %s AS value,\n  %s AS status\nFROM\n(\n%s\n)", value, l.status(c, words), indent(r.one(c, s, w))) + settings(s, w)
}

// minimum is the number of cases below which the value is not shown; 0 for none.
func (c column) minimum() int64 {
	if !c.ind.HasSample() {
		return 0
	}
	return c.ind.MinSample
}

// enough is the value, NULL below the minimum of cases.
func (c column) enough() string {
	if c.minimum() == 0 {
		return c.value()
	}
	return fmt.Sprintf("if(%s < %d, NULL, %s)", c.cases(), c.minimum(), c.value())
}

// perScope reads several indicators of each queue, team, advisor or campaign: a row each, its name first. The indicator that
// judged names is compared with the scope's own target.
func (r *reader) perScope(t scopeTable, words *wording) string {
	key := t.of.kind.String()
	list := []string{t.name(key) + " AS " + alias(t.first)}
	for _, c := range t.columns {
		list = append(list, c.enough()+" AS "+alias(c.unit.title))
		if c.unit.cases != "" {
			list = append(list, c.cases()+" AS "+alias(c.unit.cases))
		}
		if c.ind.ID == t.judged {
			list = append(list, t.target(key)+" AS "+alias(words.target), t.verdict(c, words)+" AS "+alias(words.state))
		}
	}
	return fmt.Sprintf("SELECT %s\nFROM\n%s\nORDER BY %s",
		strings.Join(list, ",\n  "), r.sums(t.columns, key, t.of, t.during), key) + settings(t.of, t.during)
}

// gaugesPerScope is perScope for sampled indicators.
func (r *reader) gaugesPerScope(t scopeTable) string {
	var gauges []indicator.Gauge
	list := []string{t.name("id") + " AS " + alias(t.first)}
	for _, c := range t.columns {
		for _, g := range c.ind.Gauges() {
			gauges = appendOnce(gauges, g)
		}
		list = append(list, c.gaugeValue()+" AS "+alias(c.unit.title))
	}
	return fmt.Sprintf("SELECT %s\nFROM\n(\n%s\n)\nGROUP BY id\nORDER BY id", strings.Join(list, ",\n  "), r.newestGauges(gauges, t.of, freshGauge))
}

// overTime reads indicators quarter by quarter, or day by day: time first, a column each. Where nothing was booked
// there is a row without values, so that no line is drawn across the gap; nor is a value of too few cases drawn.
func (r *reader) overTime(columns []column, s scope, w window) string {
	list, step := []string{w.interval.String() + " AS time"}, "INTERVAL 15 MINUTE"
	switch {
	case w.rolling > 0:
		list[0], step = "toDateTime(upto, 'UTC') AS time", "INTERVAL 1 DAY"
	case w.interval == store.Day:
		list[0], step = "toDateTime(day, 'UTC') AS time", "INTERVAL 1 DAY"
	}
	for _, c := range columns {
		list = append(list, c.enough()+" AS "+alias(c.unit.title))
	}
	from := r.sums(columns, w.interval.String(), s, w)
	if w.rolling > 0 {
		from = rolled(columns, from, w.rolling)
	}
	return fmt.Sprintf("SELECT %s\nFROM\n%s\nORDER BY time WITH FILL STEP %s", strings.Join(list, ",\n  "), from, step) + settings(s, w)
}

// gaugesOverTime reads the last sample of each quarter.
func (r *reader) gaugesOverTime(columns []column, s scope) string {
	var newest []string
	var gauges []indicator.Gauge
	list := []string{"time"}
	for _, c := range columns {
		for _, g := range c.ind.Gauges() {
			gauges = appendOnce(gauges, g)
		}
		list = append(list, c.gaugeValue()+" AS "+alias(c.unit.title))
	}
	for _, g := range gauges {
		newest = append(newest, fmt.Sprintf("argMax(%[1]s, at) AS %[1]s", g))
	}
	return fmt.Sprintf("SELECT %s\nFROM\n(\n  SELECT toStartOfFifteenMinutes(at) AS time, id, %s\n  FROM gauges\n"+
		"  WHERE centre = %s AND lane = '' AND %s AND $__timeFilter(at)\n  GROUP BY time, id\n)\nGROUP BY time\nORDER BY time",
		strings.Join(list, ",\n  "), strings.Join(newest, ", "), r.centre, s.gaugeFilter())
}

// together reads several indicators in one row.
func (r *reader) together(columns []column, s scope, w window) string {
	var list []string
	if columns[0].ind.Kind == indicator.KindSampled {
		var gauges []indicator.Gauge
		for _, c := range columns {
			for _, g := range c.ind.Gauges() {
				gauges = appendOnce(gauges, g)
			}
			list = append(list, c.gaugeValue()+" AS "+alias(c.unit.title))
		}
		return fmt.Sprintf("SELECT %s\nFROM\n(\n%s\n)\nHAVING count() > 0", strings.Join(list, ",\n  "), r.newestGauges(gauges, s, freshGauge))
	}
	for _, c := range columns {
		list = append(list, c.value()+" AS "+alias(c.unit.title))
	}
	return fmt.Sprintf("SELECT %s\nFROM\n%s", strings.Join(list, ",\n  "), r.sums(columns, "", s, w)) + settings(s, w)
}

// alias is a name of a column as SQL writes it.
func alias(name string) string { return "`" + strings.ReplaceAll(name, "`", "'") + "`" }

// sortedOnce is a list in its order, each once.
func sortedOnce[T cmp.Ordered](list []T) []T {
	slices.Sort(list)
	return slices.Compact(list)
}

func indent(sql string) string { return "  " + strings.ReplaceAll(sql, "\n", "\n  ") }

func appendOnce(list []indicator.Gauge, g indicator.Gauge) []indicator.Gauge {
	for _, have := range list {
		if have == g {
			return list
		}
	}
	return append(list, g)
}
