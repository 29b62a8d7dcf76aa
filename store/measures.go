// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
)

// measureColumn is a column of facts that the closed list of measures asks for.
type measureColumn struct{ name, kind, comment string }

// measureColumns lists one column per measure and per family of bins.
func measureColumns() []measureColumn {
	list := make([]measureColumn, 0, listLength)
	for m := range indicator.Measure(indicator.NumMeasures) {
		list = append(list, measureColumn{m.String(), "Int64", measureComment(m.Info())})
	}
	for f := range indicator.BinFamily(indicator.NumBinFamilies) {
		list = append(list, measureColumn{f.String(), "Map(UInt16, Int64)", measureComment(f.Info())})
	}
	return list
}

func measureComment(info indicator.Info) string {
	return fmt.Sprintf("%s Unit: %s. Booked by %s", info.Doc, info.Unit, info.Scopes)
}

// projection is an aggregate of facts that ClickHouse keeps beside each part and
// chooses by itself: sums per quarter of an hour and a few dimensions.
type projection struct {
	name   string
	keys   []string
	scopes indicator.ScopeSet // it holds the measures booked in any of these
}

// projections serve the interval views. Advisors have none: in the few seconds of
// a block hardly two rows share a quarter and an advisor, so nothing would be
// saved, and it costs more than the insert itself.
func projections() []projection {
	return []projection{
		{"by_queue", []string{"programme", "queue", "campaign", "channel"},
			indicator.ScopesOf(indicator.ScopeProgramme, indicator.ScopeQueue, indicator.ScopeCampaign, indicator.ScopeChannel)},
		// The centre's views read this one: it holds every measure of a centre.
		{"by_team", []string{"team"}, indicator.ScopesOf(indicator.ScopeTeam, indicator.ScopeCentre)},
	}
}

// listLength tells which measures a projection holds, because the lists are
// append-only.
const listLength = indicator.NumMeasures + indicator.NumBinFamilies

// versioned is the projection's name in the database.
func (p projection) versioned() string { return fmt.Sprintf("%s_%d", p.name, listLength) }

// servedBy tells whether one of the projections that the database has holds all
// that p does: p itself, or that of a newer program.
func (p projection) servedBy(have map[string]string) bool {
	for name := range have {
		text, ours := strings.CutPrefix(name, p.name+"_")
		if n, err := strconv.Atoi(text); ours && err == nil && n >= listLength {
			return true
		}
	}
	return false
}

// ProjectionOf is the name of the projection of facts that serves sums of a kind of scope by quarter or longer; "" for advisors,
// who have none.
func ProjectionOf(kind indicator.ScopeKind) string {
	for _, p := range projections() {
		if p.scopes.Has(kind) {
			return p.versioned()
		}
	}
	return ""
}

// query is the projection's definition.
func (p projection) query() string {
	keys := append([]string{"centre", "lane", "day", "quarter"}, p.keys...)
	var sums []string
	for m := range indicator.Measure(indicator.NumMeasures) {
		if m.Info().Scopes&p.scopes != 0 {
			sums = append(sums, "sum("+m.String()+")")
		}
	}
	for f := range indicator.BinFamily(indicator.NumBinFamilies) {
		if f.Info().Scopes&p.scopes != 0 {
			sums = append(sums, "sumMap("+f.String()+")")
		}
	}
	return fmt.Sprintf("SELECT %[1]s, %[2]s GROUP BY %[1]s", strings.Join(keys, ", "), strings.Join(sums, ", "))
}

// isDaily tells the measures that the daily job books, some of them for late words only.
func isDaily(m indicator.Measure) bool {
	return m >= indicator.Repeated3d && m <= indicator.AbandonedReturned1h || isSaid(m)
}

// isSaid tells the measures that outcomes of contacts book.
func isSaid(m indicator.Measure) bool {
	return m >= indicator.Complaints && m <= indicator.Resolved || m >= indicator.Evaluations && m <= indicator.CesEasy ||
		m >= indicator.UsefulContacts && m <= indicator.CancelledBookedCents
}

// dailyColumns lists one column per measure that the daily job books.
func dailyColumns() []measureColumn {
	var list []measureColumn
	for m := range indicator.Measure(indicator.NumMeasures) {
		if isDaily(m) {
			list = append(list, measureColumn{m.String(), "Int64", measureComment(m.Info())})
		}
	}
	return list
}

// gaugeColumns lists one column per gauge that came after the migration which made the
// table.
func gaugeColumns() []measureColumn {
	var list []measureColumn
	for g := aggregator.GaugeOldestItemMs + 1; g < aggregator.NumGauges; g++ {
		of, known := indicator.ParseGauge(g.String())
		if !known {
			panic("BUG: nobody describes the gauge " + g.String())
		}
		list = append(list, measureColumn{g.String(), "Int64", of.Info().Doc})
	}
	return list
}

// syncMeasures gives facts a column for each measure, in its own words, and
// projections that hold them all; daily_facts a column for each of its own; and gauges
// one for each gauge.
// Columns of measures that this program does not know stay: a newer program put them
// there.
func (s *Store) syncMeasures(ctx context.Context) error {
	if err := s.syncColumns(ctx, "facts", measureColumns()); err != nil {
		return err
	}
	if err := s.syncColumns(ctx, "daily_facts", dailyColumns()); err != nil {
		return err
	}
	if err := s.syncColumns(ctx, "gauges", gaugeColumns()); err != nil {
		return err
	}
	return s.syncProjections(ctx)
}

func (s *Store) syncColumns(ctx context.Context, table string, columns []measureColumn) error {
	comments, err := s.pairs(ctx, "read the columns of "+table,
		"SELECT name, comment FROM system.columns WHERE database = ? AND table = ?", s.table(table))
	if err != nil {
		return err
	}
	var changes []string
	for _, c := range columns {
		comment, exists := comments[c.name]
		switch {
		case !exists:
			changes = append(changes, fmt.Sprintf("ADD COLUMN IF NOT EXISTS %s %s COMMENT %s", c.name, c.kind, quote(c.comment)))
		case comment != c.comment:
			changes = append(changes, fmt.Sprintf("COMMENT COLUMN %s %s", c.name, quote(c.comment)))
		}
	}
	if len(changes) == 0 {
		return nil
	}
	// On a cluster the table over its shards is changed as well.
	for _, name := range slices.Compact([]string{s.Local(table), s.Name(table)}) {
		statement := fmt.Sprintf("ALTER TABLE %s%s\n%s", name, s.OnCluster(), strings.Join(changes, ",\n"))
		if err := s.exec(ctx, "give "+table+" a column for each measure", statement); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) syncProjections(ctx context.Context) error {
	have, err := s.pairs(ctx, "read the projections of facts",
		"SELECT name, type FROM system.projections WHERE database = ? AND table = ?", s.table("facts"))
	if err != nil {
		return err
	}
	for _, p := range projections() {
		if p.servedBy(have) {
			continue
		}
		// Old parts get the new projection in the background; until then they are
		// read without it.
		changes := []string{
			fmt.Sprintf("ADD PROJECTION IF NOT EXISTS %s (%s)", p.versioned(), p.query()),
			"MATERIALIZE PROJECTION " + p.versioned(),
		}
		for name := range have {
			if strings.HasPrefix(name, p.name+"_") {
				changes = append(changes, "DROP PROJECTION IF EXISTS "+name)
			}
		}
		slices.Sort(changes[2:])
		for _, change := range changes {
			statement := fmt.Sprintf("ALTER TABLE %s%s %s", s.Local("facts"), s.OnCluster(), change)
			if err := s.exec(ctx, "give facts its projections", statement); err != nil {
				return err
			}
		}
	}
	return nil
}

// pairs reads two columns of text about our database, whose name is the query's first
// argument.
func (s *Store) pairs(ctx context.Context, doing, query string, args ...any) (map[string]string, error) {
	rows, err := s.conn.Query(ctx, query, append([]any{s.database}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("store: %s: %w", doing, err)
	}
	defer rows.Close()
	found := map[string]string{}
	for rows.Next() {
		var key, value string
		if err := rows.Scan(&key, &value); err != nil {
			return nil, fmt.Errorf("store: %s: %w", doing, err)
		}
		found[key] = value
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: %s: %w", doing, err)
	}
	return found, nil
}
