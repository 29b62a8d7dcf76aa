// SPDX-License-Identifier: Apache-2.0

package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
)

const (
	paneMs   = 10_000
	minuteMs = 60_000
)

// WindowQuery asks for what the live board shows of a centre at one point of its log.
type WindowQuery struct {
	Centre string
	// ClockMs is the log's clock there, ms UTC.
	ClockMs int64
	// Day is the business day of the clock in the centre's zone, in days since 1970-01-01.
	Day int32
	// UpTo, when not nil, keeps what was known at one point of the log.
	UpTo *Position
}

// WindowValues are the indicators of one scope in one window. A scope that has no fact in a
// window has no values: all its sums are 0.
type WindowValues struct {
	Kind indicator.ScopeKind
	// ID is "" for the centre.
	ID     string
	Window aggregator.Window
	// WholeMinutes tells the values of indicators that touch wall-clock time, over the last
	// whole minutes, from the others, over whole panes and the current one. For today both
	// are the same, and stand under false.
	WholeMinutes bool
	// Values are those of WindowIndicators, in its order.
	Values []WindowValue
}

// WindowValue is one indicator's value.
type WindowValue struct {
	// Value is in the indicator's unit; nil when there is nothing to divide by.
	Value                  *float64
	Numerator, Denominator int64
	Sample                 int64
}

// WindowIndicators are the indicators of a kind of scope that a live window has.
func WindowIndicators(c *indicator.Catalogue, kind indicator.ScopeKind) []*indicator.Indicator {
	return slices.DeleteFunc(windowIndicators(c), func(i *indicator.Indicator) bool { return !i.Scopes.Has(kind) })
}

func windowIndicators(c *indicator.Catalogue) []*indicator.Indicator {
	var list []*indicator.Indicator
	for _, i := range c.Indicators() {
		if i.Live() {
			list = append(list, i)
		}
	}
	return list
}

// QueryWindows computes from the stored facts of the live lane, in one statement, what the
// machine shows live: every indicator, in every scope and window. Both agree to the last
// digit; so it shows that nothing is missing or counted twice in between. The order is that
// of kind, id, window.
func (s *Store) QueryWindows(ctx context.Context, c *indicator.Catalogue, q WindowQuery) ([]WindowValues, error) {
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{
		"max_query_size": maxStatementBytes, "max_ast_elements": maxStatementBytes, "max_expanded_ast_elements": maxStatementBytes,
		"compile_aggregate_expressions": 0, "compile_expressions": 0}))
	live := windowIndicators(c)
	rows, err := s.conn.Query(ctx, s.windowStatement(live, q))
	if err != nil {
		return nil, fmt.Errorf("store: compute the windows: %w", withRemedy(err))
	}
	defer rows.Close()
	var list []WindowValues
	for rows.Next() {
		var kind, window uint8
		var id string
		var values []*float64
		var numerators, denominators, samples []int64
		if err := rows.Scan(&kind, &id, &window, &values, &numerators, &denominators, &samples); err != nil {
			return nil, fmt.Errorf("store: read the windows: %w", err)
		}
		v := WindowValues{Kind: indicator.ScopeKind(kind), ID: id, Window: aggregator.Window(window % uint8(len(aggregator.Windows))),
			WholeMinutes: int(window) >= len(aggregator.Windows)}
		for i, ind := range live {
			if ind.Scopes.Has(v.Kind) {
				v.Values = append(v.Values, WindowValue{values[i], numerators[i], denominators[i], samples[i]})
			}
		}
		list = append(list, v)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: read the windows: %w", withRemedy(err))
	}
	slices.SortFunc(list, func(a, b WindowValues) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Window, b.Window))
	})
	return list, nil
}

// windowStatement is one SELECT: each fact goes to the windows that hold it, sums are made per window and whatever dimensions facts
// have, which are few, then per scope, and indicators are read from these. A scope has a sum of every measure, and only those of the
// indicators that are shown for its kind mean something.
func (s *Store) windowStatement(live []*indicator.Indicator, q WindowQuery) string {
	holds, first := windowBounds(q)
	where := fmt.Sprintf("f.centre = %s AND f.lane = '' AND f.day BETWEEN %s AND %s AND (f.day = %[3]s OR f.quarter >= toDateTime(%d, 'UTC'))",
		quote(q.Centre), quote(dayText(int64(q.Day)-1)), quote(dayText(int64(q.Day))), quarterSeconds(first))
	if q.UpTo != nil {
		where += fmt.Sprintf(" AND f.epoch = %s AND f.partition = %d AND f.offset <= %d", quote(q.UpTo.Epoch), q.UpTo.Partition, q.UpTo.Offset)
	}
	var dimensions, scopes, sums, again []string
	for kind := range indicator.ScopeKind(indicator.NumScopeKinds) {
		id := "''"
		if kind != indicator.ScopeCentre {
			id = "toString(" + kind.String() + ")"
			dimensions = append(dimensions, kind.String())
		}
		scopes = append(scopes, fmt.Sprintf("(toUInt8(%d), %s)", kind, id))
	}
	add := func(column, function string) {
		sums = append(sums, fmt.Sprintf("%[2]s(f.%[1]s) AS %[1]s", column, function))
		again = append(again, fmt.Sprintf("%[2]s(d.%[1]s) AS %[1]s", column, function))
	}
	for m := range indicator.Measure(indicator.NumMeasures) {
		add(m.String(), "sum")
	}
	for f := range indicator.BinFamily(indicator.NumBinFamilies) {
		add(f.String(), "sumMap")
	}
	return fmt.Sprintf("SELECT s.kind, s.scope_id, s.window_number, %s\n"+
		"FROM (SELECT scope.1 AS kind, scope.2 AS scope_id, window_number, %s\n"+
		"FROM (SELECT %s, window_number, %s\n"+
		"FROM %s AS f ARRAY JOIN %s AS window_number\nWHERE %s GROUP BY %[3]s, window_number) AS d\n"+
		"ARRAY JOIN arrayFilter(x -> x.1 = %[8]d OR x.2 != '', [%[9]s]) AS scope\nGROUP BY kind, scope_id, window_number) AS s",
		windowColumns(live), strings.Join(again, ", "), strings.Join(dimensions, ", "), strings.Join(sums, ", "),
		s.Name("facts"), holds, where, indicator.ScopeCentre, strings.Join(scopes, ", "))
}

// windowColumns are the parts of all indicators, an array each.
func windowColumns(indicators []*indicator.Indicator) string {
	var values, numerators, denominators, samples []string
	for _, i := range indicators {
		sql := i.SQL(
			func(m indicator.Measure) string { return "s." + m.String() },
			func(f indicator.BinFamily) string { return "s." + f.String() })
		values, numerators = append(values, sql.Value), append(numerators, sql.Numerator)
		denominators, samples = append(denominators, sql.Denominator), append(samples, sql.Sample)
	}
	array := func(list []string, of string) string {
		return "CAST([" + strings.Join(list, ", ") + "], 'Array(" + of + ")')"
	}
	return array(values, "Nullable(Float64)") + ", " + array(numerators, "Int64") + ", " + array(denominators, "Int64") + ", " + array(samples, "Int64")
}

// windowBounds is an expression for the windows that hold a fact, as their numbers (the
// windows, then the rolling ones over whole minutes), and from when on the longest reads.
func windowBounds(q WindowQuery) (holds string, firstMs int64) {
	paneEnd := q.ClockMs - q.ClockMs%paneMs + paneMs
	minuteEnd := q.ClockMs - q.ClockMs%minuteMs
	var lengths []string
	firstMs = q.ClockMs
	for _, w := range aggregator.Windows[:aggregator.WindowToday] {
		ms := w.LengthMs()
		lengths = append(lengths, strconv.FormatInt(ms, 10))
		firstMs = min(firstMs, minuteEnd-ms, paneEnd-paneMs-ms)
	}
	rolling, all := len(lengths), len(aggregator.Windows)
	at := "toUnixTimestamp64Milli(f.at)"
	holds = fmt.Sprintf("arrayFilter(w -> multiIf(w = %[1]d, f.day = %[2]s, w < %[1]d, %[3]s >= %[4]d - [%[5]s][w + 1] AND %[3]s < %[6]d, "+
		"%[3]s >= %[7]d - [%[5]s][w - %[1]d] AND %[3]s < %[7]d), CAST(range(%[8]d), 'Array(UInt8)'))",
		rolling, quote(dayText(int64(q.Day))), at, paneEnd-paneMs, strings.Join(lengths, ", "), paneEnd, minuteEnd, all+rolling)
	return holds, firstMs
}
