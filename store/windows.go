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
	var list []*indicator.Indicator
	for _, i := range c.Indicators() {
		if i.Live() && i.Scopes.Has(kind) {
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
	rows, err := s.conn.Query(ctx, s.windowStatement(c, q))
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
			WholeMinutes: int(window) >= len(aggregator.Windows), Values: make([]WindowValue, len(values))}
		for i := range v.Values {
			v.Values[i] = WindowValue{values[i], numerators[i], denominators[i], samples[i]}
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

// windowStatement is one SELECT for each kind of scope: each fact goes to the windows that
// hold it, sums are made per scope and window, and indicators are read from them.
func (s *Store) windowStatement(c *indicator.Catalogue, q WindowQuery) string {
	holds, first := windowBounds(q)
	where := fmt.Sprintf("f.centre = %s AND f.lane = '' AND f.day BETWEEN %s AND %s AND (f.day = %[3]s OR f.quarter >= toDateTime(%d, 'UTC'))",
		quote(q.Centre), quote(dayText(int64(q.Day)-1)), quote(dayText(int64(q.Day))), quarterSeconds(first))
	if q.UpTo != nil {
		where += fmt.Sprintf(" AND f.epoch = %s AND f.partition = %d AND f.offset <= %d", quote(q.UpTo.Epoch), q.UpTo.Partition, q.UpTo.Offset)
	}
	var parts []string
	for kind := range indicator.ScopeKind(indicator.NumScopeKinds) {
		id, ofKind := "''", ""
		if kind != indicator.ScopeCentre {
			id = "toString(f." + kind.String() + ")"
			ofKind = " AND f." + kind.String() + " != ''"
		}
		var sums []string
		for _, column := range sumColumns(kind) {
			sums = append(sums, column.inner+" AS "+column.name)
		}
		parts = append(parts, fmt.Sprintf("SELECT toUInt8(%d) AS kind, s.scope_id, s.window_number, %s\nFROM (SELECT %s AS scope_id, window_number, %s\n"+
			"FROM %s AS f ARRAY JOIN %s AS window_number\nWHERE %s%s GROUP BY scope_id, window_number) AS s",
			kind, windowColumns(WindowIndicators(c, kind)), id, strings.Join(sums, ", "), s.Name("facts"), holds, where, ofKind))
	}
	return strings.Join(parts, "\nUNION ALL\n")
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
