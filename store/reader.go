// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
)

// SumQuery asks for sums of measures over a time range of one centre and lane.
type SumQuery struct {
	Centre, Lane string
	// FromMs and ToMs bound the time of what is counted: from <= at < to, ms UTC.
	FromMs, ToMs int64
	// UpTo, when not nil, keeps what was known at one point of the log.
	UpTo *Position
}

// Position is a record of the log.
type Position struct {
	Epoch     string
	Partition int
	Offset    int64
}

// ScopeSums are the sums of one scope.
type ScopeSums struct {
	Kind indicator.ScopeKind
	// ID is "" for the centre.
	ID string
	// Measures is indexed by Measure; those that are not booked in the kind of scope
	// are 0.
	Measures []int64
	Bins     [indicator.NumBinFamilies]BinSums
}

// BinSums are the counts of a family's bins that are not zero, in ascending order of
// bins.
type BinSums struct {
	Bins   []uint16
	Counts []int64
}

// QueryScopes adds up measures per scope from the facts themselves, all kinds of
// scope, in the order of kind and id. A scope without any fact is not there.
func (s *Store) QueryScopes(ctx context.Context, q SumQuery) ([]ScopeSums, error) {
	var all []ScopeSums
	for kind := range indicator.ScopeKind(indicator.NumScopeKinds) {
		sums, err := s.queryScope(ctx, kind, q)
		if err != nil {
			return nil, fmt.Errorf("store: read the sums per %s: %w", kind, withRemedy(err))
		}
		all = append(all, sums...)
	}
	return all, nil
}

func (s *Store) queryScope(ctx context.Context, kind indicator.ScopeKind, q SumQuery) ([]ScopeSums, error) {
	id := "''"
	where := "centre = ? AND lane = ? AND at >= fromUnixTimestamp64Milli(?) AND at < fromUnixTimestamp64Milli(?)"
	args := []any{q.Centre, q.Lane, q.FromMs, q.ToMs}
	if kind != indicator.ScopeCentre {
		id = kind.String()
		where += " AND " + id + " != ''"
	}
	if q.UpTo != nil {
		where += " AND epoch = ? AND partition = ? AND offset <= ?"
		args = append(args, q.UpTo.Epoch, q.UpTo.Partition, q.UpTo.Offset)
	}
	measures, families, sums := sumsOf(kind)
	query := fmt.Sprintf("SELECT toString(%s) AS id, %s FROM %s WHERE %s GROUP BY id ORDER BY id", id, strings.Join(sums, ", "), s.Name("facts"), where)
	rows, err := s.conn.Query(uncompiled(ctx), query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []ScopeSums
	for rows.Next() {
		row := ScopeSums{Kind: kind, Measures: make([]int64, indicator.NumMeasures)}
		into := []any{&row.ID}
		for _, m := range measures {
			into = append(into, &row.Measures[m])
		}
		counts := make([]map[uint16]int64, len(families))
		for i := range families {
			into = append(into, &counts[i])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		for i, f := range families {
			row.Bins[f] = sortedBins(counts[i])
		}
		found = append(found, row)
	}
	return found, rows.Err()
}

// uncompiled asks ClickHouse not to compile a query of 150 sums to machine code: it
// takes 350 ms and saves less.
func uncompiled(ctx context.Context) context.Context {
	return clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"compile_aggregate_expressions": 0}))
}

// sumsOf lists what is booked in a kind of scope, and the expressions that add it up,
// measures first.
func sumsOf(kind indicator.ScopeKind) (measures []indicator.Measure, families []indicator.BinFamily, sums []string) {
	for m := range indicator.Measure(indicator.NumMeasures) {
		if m.Info().Scopes.Has(kind) {
			measures = append(measures, m)
			sums = append(sums, "sum("+m.String()+")")
		}
	}
	for f := range indicator.BinFamily(indicator.NumBinFamilies) {
		if f.Info().Scopes.Has(kind) {
			families = append(families, f)
			sums = append(sums, "sumMap("+f.String()+")")
		}
	}
	return measures, families, sums
}

func sortedBins(counts map[uint16]int64) BinSums {
	var b BinSums
	for _, bin := range slices.Sorted(maps.Keys(counts)) {
		if counts[bin] != 0 {
			b.Bins = append(b.Bins, bin)
			b.Counts = append(b.Counts, counts[bin])
		}
	}
	return b
}

// ShowLane decides whether the views count the facts of an import of history. Facts
// of an import are hidden until then, so that nobody reads a part of it; the live
// lane ("") is always shown. The latest decision holds.
func (s *Store) ShowLane(ctx context.Context, centre, lane string, visible bool) error {
	if lane == "" {
		return fmt.Errorf("store: the live lane of centre %s is always shown", centre)
	}
	flag := 0
	if visible {
		flag = 1
	}
	return s.exec(ctx, "show or hide lane "+lane, fmt.Sprintf("INSERT INTO %s (centre, lane, visible) VALUES (%s, %s, %d)",
		s.Name("lanes"), quote(centre), quote(lane), flag))
}

// showImports makes complete imports visible. Doing it again changes nothing.
func (s *Store) showImports(ctx context.Context, imports []aggregator.ImportEnd) error {
	for _, i := range imports {
		if err := s.ShowLane(ctx, i.Centre, i.Lane, true); err != nil {
			return err
		}
	}
	return nil
}
