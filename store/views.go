// SPDX-License-Identifier: Apache-2.0

package store

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/cespare/xxhash/v2"
	"github.com/vigie-kpi/vigie/indicator"
)

// Interval is the length of the rows of a view.
type Interval uint8

// The intervals.
const (
	Quarter Interval = iota
	Hour
	Day
	Week
	Month

	numIntervals
)

// intervalColumns say how a row's start is had from columns of facts. No zone is ever
// converted: day is the business day as the machine wrote it, quarter is in UTC.
var intervalColumns = [numIntervals]struct{ name, kind, expression, comment string }{
	Quarter: {"quarter", "DateTime('UTC')", "f.quarter", "Start of the quarter of an hour, UTC"},
	Hour:    {"hour", "DateTime('UTC')", "toStartOfHour(f.quarter)", "Start of the hour, UTC; an hour of the clock wherever zones differ by whole hours"},
	Day:     {"day", "Date", "f.day", "Business day, in the zone of the centre"},
	Week:    {"week", "Date", "toMonday(f.day)", "Monday of the week (ISO 8601) of the business day"},
	Month:   {"month", "Date", "toStartOfMonth(f.day)", "First day of the month of the business day"},
}

// lastDay is an expression for the last business day of a row.
func (i Interval) lastDay() string {
	switch i {
	case Week:
		return "s.week + 6"
	case Month:
		return "toLastDayOfMonth(s.month)"
	}
	return "s.day"
}

// String returns the interval's name, as in the names of views.
func (i Interval) String() string { return intervalColumns[i].name }

// ViewName is the view of a kind of scope by an interval, without the database.
func ViewName(scope indicator.ScopeKind, interval Interval) string {
	return "v_" + scope.String() + "_" + interval.String()
}

// RefreshViews creates or replaces the views of all kinds of scope and intervals,
// those of samples, revisions, indicator_definitions and those of the register, from the catalogue. Views that are so already are left alone.
// Each is replaced at once: a query that runs meanwhile sees the old or the new one.
// It may run in several processes at once.
func (s *Store) RefreshViews(ctx context.Context, catalogue *indicator.Catalogue) error {
	views, err := s.views(catalogue.Indicators())
	if err != nil {
		return err
	}
	comments, err := s.tableComments(ctx)
	if err != nil {
		return err
	}
	for _, v := range views {
		if comments[v.name] == v.comment() {
			continue
		}
		if err := s.exec(ctx, "refresh view "+v.name, v.create(s.schema)); err != nil {
			return withRemedy(err)
		}
	}
	return nil
}

// view is a view to be: all that follows its name in the statement.
type view struct{ name, body, about string }

// comment tells what the view is. It ends with a hash of the body, from which the next
// refresh sees whether there is anything to do.
func (v view) comment() string {
	return fmt.Sprintf("%s. Definition %016x", v.about, xxhash.Sum64String(v.body))
}

func (v view) create(s schema) string {
	return fmt.Sprintf("CREATE OR REPLACE VIEW %s%s %s\nCOMMENT %s", s.Name(v.name), s.OnCluster(), v.body, quote(v.comment()))
}

// views writes all views.
func (s schema) views(indicators []*indicator.Indicator) ([]view, error) {
	var list []view
	for scope := range indicator.ScopeKind(indicator.NumScopeKinds) {
		for interval := range numIntervals {
			v, err := s.view(scope, interval, indicators)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
	}
	list = append(append(list, s.sampleViews(indicators)...), s.revisionsView(), s.enteredView(), definitionsView(indicators))
	return append(list, s.registerViews()...), nil
}

func (s *Store) tableComments(ctx context.Context) (map[string]string, error) {
	return s.pairs(ctx, "read the comments of the views", "SELECT name, comment FROM system.tables WHERE database = ?")
}

// viewColumn is a column of a view: inner is its expression over facts (f), daily the one
// over daily_facts where that differs, again the one that adds both up, outer the one
// over the sums.
type viewColumn struct {
	name, kind   string
	inner, daily string
	again, outer string
	key          bool
	comment      string
}

// view writes one view: a subquery adds measures up per key, of facts and of what the
// daily job found, and the indicators are read from these sums, so that a query pays for
// the columns it names only. The sums of facts are made before the two are put together,
// because a projection serves nothing but a plain sum.
func (s schema) view(scope indicator.ScopeKind, interval Interval, indicators []*indicator.Indicator) (view, error) {
	columns := append(keyColumns(scope, interval), sumColumns(scope)...)
	taken := map[string]bool{}
	for _, c := range columns {
		taken[c.name] = true
	}
	for _, ind := range indicators {
		if !ind.Scopes.Has(scope) || !ind.FromSums() {
			continue
		}
		for _, c := range indicatorColumns(ind, interval) {
			if taken[c.name] {
				return view{}, fmt.Errorf("store: indicator %s needs column %s, which view %s already has: give it another id", ind.ID, c.name, ViewName(scope, interval))
			}
			taken[c.name] = true
			columns = append(columns, c)
		}
	}
	var declared, inner, daily, again, outer, groups, keys []string
	for _, c := range columns {
		declared = append(declared, fmt.Sprintf("%s %s COMMENT %s", c.name, c.kind, quote(c.comment)))
		if c.inner != "" {
			inner = append(inner, c.inner+" AS "+c.name)
			daily = append(daily, cmp.Or(c.daily, c.inner)+" AS "+c.name)
			again = append(again, cmp.Or(c.again, "u."+c.name)+" AS "+c.name)
		}
		if c.key {
			groups, keys = append(groups, c.inner), append(keys, "u."+c.name)
		}
		if c.outer == "" {
			outer = append(outer, "s."+c.name+" AS "+c.name)
			continue
		}
		outer = append(outer, c.outer+" AS "+c.name)
	}
	const comma = ",\n    "
	sums := func(columns []string, from string) string {
		return fmt.Sprintf("    SELECT\n    %s\n    FROM %s\n    WHERE %s\n    GROUP BY %s", strings.Join(columns, comma), from,
			s.viewFilter(scope), strings.Join(groups, ", "))
	}
	body := fmt.Sprintf("(\n    %s\n)\nAS SELECT\n    %s\nFROM\n(\n    SELECT\n    %s\n    FROM\n    (\n%s\n    UNION ALL\n%s\n    ) AS u\n    GROUP BY %s\n) AS s",
		strings.Join(declared, comma), strings.Join(outer, comma), strings.Join(again, comma),
		sums(inner, s.Name("facts")+" AS f"), sums(daily, s.Name("daily_facts")+" AS f FINAL"), strings.Join(keys, ", "))
	return view{ViewName(scope, interval), body, viewComment(scope, interval)}, nil
}

func viewComment(scope indicator.ScopeKind, interval Interval) string {
	return fmt.Sprintf("Sums of measures and indicators per %s and %s. To read a longer time, add up numerators (_num) and denominators (_den) and divide; "+
		"a percentile cannot be added up. NULL: nothing to divide by", scope, interval)
}

// viewFilter keeps the facts that have the scope, of the live lane and of the imports
// that were made visible.
func (s schema) viewFilter(scope indicator.ScopeKind) string {
	lanes := s.VisibleLanes("f")
	if scope == indicator.ScopeCentre {
		return lanes
	}
	return "f." + scope.String() + " != '' AND " + lanes
}

// VisibleLanes keeps the rows of a table, by its alias, that are of the live lane or of
// imports that were made visible.
func (s schema) VisibleLanes(alias string) string {
	return visibleLanes(alias+".", s.Name("lanes"))
}

func visibleLanes(prefix, lanes string) string {
	return fmt.Sprintf("(%[1]slane = '' OR (%[1]scentre, %[1]slane) IN (SELECT centre, lane FROM %[2]s FINAL WHERE visible = 1))", prefix, lanes)
}

func keyColumns(scope indicator.ScopeKind, interval Interval) []viewColumn {
	keys := []viewColumn{
		{name: "centre", kind: "LowCardinality(String)", inner: "f.centre", comment: "Contact centre (tenant)"},
	}
	intervals := []Interval{interval}
	if interval < Day { // the business day is there to filter by: it is the partition of facts
		intervals = []Interval{Day, interval}
	}
	for _, i := range intervals {
		c := intervalColumns[i]
		keys = append(keys, viewColumn{name: c.name, kind: c.kind, inner: c.expression, comment: c.comment})
	}
	if scope != indicator.ScopeCentre {
		name := scope.String()
		keys = append(keys, viewColumn{name: name, kind: "LowCardinality(String)", inner: "f." + name, comment: "The " + name})
	}
	for i := range keys {
		keys[i].key = true
	}
	return keys
}

// sumColumns are the measures and bins booked in a kind of scope.
func sumColumns(scope indicator.ScopeKind) []viewColumn {
	var sums []viewColumn
	for m := range indicator.Measure(indicator.NumMeasures) {
		if m.Info().Scopes.Has(scope) {
			c := viewColumn{name: m.String(), kind: "Int64", inner: "sum(f." + m.String() + ")", again: "sum(u." + m.String() + ")", comment: measureComment(m.Info())}
			if !isDaily(m) {
				c.daily = "toInt64(0)"
			}
			sums = append(sums, c)
		}
	}
	for f := range indicator.BinFamily(indicator.NumBinFamilies) {
		if f.Info().Scopes.Has(scope) {
			sums = append(sums, viewColumn{name: f.String(), kind: "Map(UInt16, Int64)", inner: "sumMap(f." + f.String() + ")",
				daily: "CAST(map(), 'Map(UInt16, Int64)')", again: "sumMap(u." + f.String() + ")", comment: measureComment(f.Info())})
		}
	}
	return sums
}

// indicatorColumns are those of an indicator in the rows of an interval: see partColumns, and whether its value is final where
// it takes days to become so. An indicator that is a measure under its own name has that measure's column as its value.
func indicatorColumns(ind *indicator.Indicator, interval Interval) []viewColumn {
	sql := ind.SQL(
		func(m indicator.Measure) string { return "s." + m.String() },
		func(f indicator.BinFamily) string { return "s." + f.String() })
	_, isMeasure := indicator.ParseMeasure(ind.ID)
	list := partColumns(ind, sql, isMeasure && strings.TrimSpace(ind.Formula) == ind.ID)
	if days := ind.ProvisionalDays; days > 0 {
		// Whatever happens on the last of these days is stored by the daily job's pass on the day after.
		list = append(list, viewColumn{name: ind.ID + "_final", kind: "UInt8",
			outer:   fmt.Sprintf("toUInt8(%s + %d < today())", interval.lastDay(), days+1),
			comment: fmt.Sprintf("%s: 1 once %d days have passed and the daily job after them; 0: provisional, it may still change", ind.Name.En, days)})
	}
	return list
}

// partColumns are the value of an indicator, unless a column of its name is there already, its numerator and denominator, and
// the number of cases behind it where it has one.
func partColumns(ind *indicator.Indicator, sql indicator.SQL, there bool) []viewColumn {
	title := ind.Name.En
	var list []viewColumn
	if !there {
		list = append(list, viewColumn{name: ind.ID, kind: "Nullable(Float64)", outer: sql.Value,
			comment: fmt.Sprintf("%s = %s. Unit: %s", title, ind.Formula, ind.Unit)})
	}
	parts := ""
	if !ind.AddsUp() {
		parts = " of this row, not to be added up"
	}
	list = append(list,
		viewColumn{name: ind.ID + "_num", kind: "Int64", outer: sql.Numerator, comment: title + ": numerator" + parts},
		viewColumn{name: ind.ID + "_den", kind: "Int64", outer: sql.Denominator, comment: title + ": denominator" + parts})
	if ind.HasSample() {
		list = append(list, viewColumn{name: ind.ID + "_n", kind: "Int64", outer: sql.Sample, comment: title + ": cases behind the value"})
	}
	return list
}
