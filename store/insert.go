// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/vigie-kpi/vigie/indicator"
)

// insertSettings hold for every INSERT of ours, whatever the user's profile says.
func (s *Store) insertSettings(token string) clickhouse.Settings {
	settings := clickhouse.Settings{
		"insert_deduplication_token": token,
		"insert_deduplicate":         1,
		"async_insert":               0,
		// An import of history may bring a block of a year's days.
		"max_partitions_per_insert_block": 0,
		// A projection of 150 sums is not worth compiling: 350 ms, to save nothing.
		"compile_aggregate_expressions": 0,
	}
	if s.cluster != "" {
		// The acknowledgement must be that of the shard.
		settings["distributed_foreground_insert"] = 1
	}
	return settings
}

// token names the rows of consecutive blocks in one table, for deduplication. It holds no
// version of the program: a block that an old version left half done must not be stored
// twice.
func token(table string, blocks ...*Block) string {
	first, last := blocks[0], blocks[len(blocks)-1]
	return fmt.Sprintf("vigie:%s:%s:%d:%d-%d", table, first.Epoch, first.Partition, first.First, last.Last)
}

// sendColumn is one column of an INSERT.
type sendColumn struct {
	name, wireType string
	send           func(driver.BatchColumn) error
}

// insert sends the columns as one INSERT of one Native block and waits for the
// acknowledgement. An error leaves the outcome unknown.
func (s *Store) insert(ctx context.Context, table, token string, columns []sendColumn) error {
	names := make([]string, len(columns))
	types := make([]clickhouse.ColumnNameAndType, len(columns))
	for i, c := range columns {
		names[i] = c.name
		types[i] = clickhouse.ColumnNameAndType{Name: c.name, Type: c.wireType}
	}
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(s.insertSettings(token)), clickhouse.WithColumnNamesAndTypes(types))
	batch, err := s.conn.PrepareBatch(ctx, "INSERT INTO "+s.Name(table)+" ("+strings.Join(names, ", ")+")")
	if err != nil {
		return fmt.Errorf("store: begin the insert into %s: %w", table, err)
	}
	defer batch.Close() // does nothing once sent
	for i, c := range columns {
		if err := c.send(batch.Column(i)); err != nil {
			return fmt.Errorf("store: fill column %s of %s: %w", c.name, table, err)
		}
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("store: insert into %s: %w", table, err)
	}
	return nil
}

// piece is rows of one table that one block brings into an INSERT.
type piece struct {
	block *Block
	rows  *table
}

// columns returns the columns of a table as they are sent: those of the pieces one after
// the other, epoch and partition of the blocks included.
func columns(pieces []piece, fields []field) []sendColumn {
	list := make([]sendColumn, 0, len(fields)+2)
	for i, f := range fields {
		list = append(list, columnOf(pieces, i, f))
	}
	return append(list,
		sendColumn{"epoch", "String", func(to driver.BatchColumn) error {
			return sendConstant(to, pieces, func(s *scratch) *[]string { return &s.words }, pieces[0].block.Epoch)
		}},
		sendColumn{"partition", "UInt16", func(to driver.BatchColumn) error {
			return sendConstant(to, pieces, func(s *scratch) *[]uint16 { return &s.uint16 }, uint16(pieces[0].block.Partition))
		}})
}

// columnOf returns one column of a table: that of number i.
func columnOf(pieces []piece, i int, f field) sendColumn {
	return sendColumn{f.name, wireTypes[f.kind], func(to driver.BatchColumn) error {
		for _, p := range pieces {
			if err := p.rows.vectors[i].send(f.kind, to, &p.block.scratch); err != nil {
				return err
			}
		}
		return nil
	}}
}

// sendConstant appends the same value for each row. memory says which slice of the scratch is reused.
func sendConstant[T any](to driver.BatchColumn, pieces []piece, memory func(*scratch) *[]T, value T) error {
	for _, p := range pieces {
		into := memory(&p.block.scratch)
		*into = repeat(*into, value, p.rows.rows)
		if err := to.Append(*into); err != nil {
			return err
		}
	}
	return nil
}

// repeat fills a slice, whose memory it reuses, with n times the same value.
func repeat[T any](to []T, value T, n int) []T {
	to = slices.Grow(to[:0], n)
	for range n {
		to = append(to, value)
	}
	return to
}

// factPiece is facts that one block brings into an INSERT: all of its own, or some.
type factPiece struct {
	block *Block
	facts *factColumns
}

// allFacts are the pieces of whole blocks.
func allFacts(blocks ...*Block) []factPiece {
	pieces := make([]factPiece, 0, len(blocks))
	for _, b := range blocks {
		pieces = append(pieces, factPiece{b, &b.facts})
	}
	return pieces
}

func rowsOf(pieces []factPiece) (rows int) {
	for _, p := range pieces {
		rows += p.facts.rows
	}
	return rows
}

// factColumnsOf returns the columns of facts as they are sent: of the measures, the bins
// and the words that came later, those that some row uses. With narrow, measures travel in as few bytes as their values need.
func factColumnsOf(pieces []factPiece, narrow bool) []sendColumn {
	tables := make([]piece, 0, len(pieces))
	for _, p := range pieces {
		tables = append(tables, piece{p.block, &p.facts.table})
	}
	list := columns(tables, factFields[:numHashedFactFields])
	for i := numHashedFactFields; i < numFactFields; i++ {
		if slices.ContainsFunc(tables, func(p piece) bool { return p.rows.vectors[i].hasWord() }) {
			list = append(list, columnOf(tables, i, factFields[i]))
		}
	}
	for m := range indicator.Measure(indicator.NumMeasures) {
		used := func(p factPiece) bool { return len(p.facts.measures[m]) > 0 }
		if slices.ContainsFunc(pieces, used) {
			list = append(list, measureColumnOf(pieces, m, narrow))
		}
	}
	for i := range indicator.BinFamily(indicator.NumBinFamilies) {
		used := func(p factPiece) bool { return len(p.facts.bins[i].rows) > 0 }
		if slices.ContainsFunc(pieces, used) {
			list = append(list, sendColumn{i.String(), "Map(UInt16, Int64)", func(to driver.BatchColumn) error {
				for _, p := range pieces {
					if err := p.facts.bins[i].send(to, p.facts.rows); err != nil {
						return err
					}
				}
				return nil
			}})
		}
	}
	return list
}

// send appends a map per row: that of its bins, or an empty one.
func (b *binColumn) send(to driver.BatchColumn, rows int) error {
	cursor := &binRow{column: b}
	for row := range int32(rows) {
		cursor.begin = cursor.end
		for cursor.end < len(b.rows) && b.rows[cursor.end] == row {
			cursor.end++
		}
		cursor.at = cursor.begin - 1
		if err := to.AppendRow(cursor); err != nil {
			return err
		}
	}
	return nil
}

// binRow shows the bins of one row as a map that keeps its order, which is what
// the client library accepts beside a Go map.
type binRow struct {
	column     *binColumn
	begin, end int
	at         int
}

// Put is never called when writing.
func (r *binRow) Put(_, _ any) { panic("BUG: store: a row of bins is read-only") }

// Iterator starts at the first bin.
func (r *binRow) Iterator() column.MapIterator { return r }

// Next moves on, and tells whether there is a bin.
func (r *binRow) Next() bool { r.at++; return r.at < r.end }

// Key returns the bin.
func (r *binRow) Key() any { return r.column.bins[r.at] }

// Value returns its count.
func (r *binRow) Value() any { return r.column.counts[r.at] }
