// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
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

// token names a block's rows in one table, for deduplication. It holds no version of
// the program: a block that an old version left half done must not be stored twice.
func token(table string, b *Block) string {
	return fmt.Sprintf("vigie:%s:%s:%d:%d-%d", table, b.Epoch, b.Partition, b.First, b.Last)
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

// columns returns the columns of a table as they are sent, epoch and partition of
// the block included.
func (b *Block) columns(t *table, fields []field) []sendColumn {
	list := make([]sendColumn, 0, len(fields)+2)
	for i := range t.vectors {
		v, kind := &t.vectors[i], fields[i].kind
		list = append(list, sendColumn{fields[i].name, wireTypes[kind], func(to driver.BatchColumn) error {
			return v.send(kind, to, &b.scratch)
		}})
	}
	return append(list,
		sendColumn{"epoch", "String", func(to driver.BatchColumn) error {
			b.scratch.words = repeat(b.scratch.words, b.Epoch, t.rows)
			return to.Append(b.scratch.words)
		}},
		sendColumn{"partition", "UInt16", func(to driver.BatchColumn) error {
			b.scratch.uint16 = repeat(b.scratch.uint16, uint16(b.Partition), t.rows)
			return to.Append(b.scratch.uint16)
		}})
}

// repeat fills a slice, whose memory it reuses, with n times the same value.
func repeat[T any](to []T, value T, n int) []T {
	to = to[:0]
	for range n {
		to = append(to, value)
	}
	return to
}

// factColumns returns the columns of facts as they are sent: of the measures and
// bins, those that some row uses.
func (b *Block) factColumns(f *factColumns) []sendColumn {
	list := b.columns(&f.table, factFields[:])
	for m, column := range f.measures {
		if len(column) > 0 {
			list = append(list, sendColumn{indicator.Measure(m).String(), "Int64", func(to driver.BatchColumn) error {
				return to.Append(column)
			}})
		}
	}
	for i := range f.bins {
		if bins := &f.bins[i]; len(bins.rows) > 0 {
			list = append(list, sendColumn{indicator.BinFamily(i).String(), "Map(UInt16, Int64)", func(to driver.BatchColumn) error {
				return bins.send(to, f.rows)
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
