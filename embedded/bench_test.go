// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// BenchmarkInsertWideBlocks inserts blocks of the size and width of facts:
// 50,000 rows of 60 integers and 10 dictionary texts, built by columns, each
// block under a token of its own. One operation is one block.
func BenchmarkInsertWideBlocks(b *testing.B) {
	const rows, measures, dimensions = 50_000, 60, 10
	for _, compression := range []clickhouse.CompressionMethod{clickhouse.CompressionNone, clickhouse.CompressionLZ4} {
		b.Run(fmt.Sprint("compression", compression), func(b *testing.B) {
			conn := open(b, startEngine(b, b.TempDir()).Addr(), func(o *clickhouse.Options) {
				o.Compression = &clickhouse.Compression{Method: compression}
			})
			var columns, names []string
			for i := range measures {
				names = append(names, fmt.Sprint("m", i))
				columns = append(columns, names[i]+" Int64")
			}
			for i := range dimensions {
				names = append(names, fmt.Sprint("d", i))
				columns = append(columns, fmt.Sprint("d", i)+" LowCardinality(String)")
			}
			execute(b, conn, "CREATE TABLE wide ("+strings.Join(columns, ", ")+") ENGINE = MergeTree ORDER BY (d0, d1) SETTINGS non_replicated_deduplication_window = 1000")
			values, texts := wideColumns(rows, measures, dimensions)
			statement := "INSERT INTO wide (" + strings.Join(names, ", ") + ")"
			for block := 0; b.Loop(); block++ {
				ctx := clickhouse.Context(b.Context(), clickhouse.WithSettings(clickhouse.Settings{"insert_deduplication_token": fmt.Sprint("block", block)}))
				batch, err := conn.PrepareBatch(ctx, statement)
				if err != nil {
					b.Fatal(err)
				}
				if err := appendWide(batch, values, texts); err != nil {
					b.Fatal(err)
				}
				if err := batch.Send(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
			if got := scalar[uint64](b, conn, "SELECT count() FROM wide"); got != uint64(rows*b.N) {
				b.Errorf("%d rows, want %d", got, rows*b.N)
			}
		})
	}
}

// wideColumns: most measures of a fact are zero, as they are in life.
func wideColumns(rows, measures, dimensions int) (values [][]int64, texts [][]string) {
	for m := range measures {
		column := make([]int64, rows)
		for row := range column {
			if row%(m+2) == 0 {
				column[row] = int64(row)
			}
		}
		values = append(values, column)
	}
	for d := range dimensions {
		column := make([]string, rows)
		for row := range column {
			column[row] = fmt.Sprint("value", row%(d+20))
		}
		texts = append(texts, column)
	}
	return values, texts
}

func appendWide(batch driver.Batch, values [][]int64, texts [][]string) error {
	for i, column := range values {
		if err := batch.Column(i).Append(column); err != nil {
			return err
		}
	}
	for i, column := range texts {
		if err := batch.Column(len(values) + i).Append(column); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkSelectRows streams a million rows of a number and a text to the
// client.
func BenchmarkSelectRows(b *testing.B) {
	conn := open(b, startEngine(b, b.TempDir()).Addr(), nil)
	const rows = 1_000_000
	for b.Loop() {
		answer, err := conn.Query(b.Context(), "SELECT number, toString(number) FROM numbers(1000000)")
		if err != nil {
			b.Fatal(err)
		}
		count := 0
		for answer.Next() {
			count++
		}
		if answer.Err() != nil || count != rows {
			b.Fatal(count, answer.Err())
		}
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkSmallQuery is the price of one statement, session and all.
func BenchmarkSmallQuery(b *testing.B) {
	conn := open(b, startEngine(b, b.TempDir()).Addr(), nil)
	for b.Loop() {
		if got := scalar[uint8](b, conn, "SELECT 1"); got != 1 {
			b.Fatal(got)
		}
	}
}

// BenchmarkTranscode is the share of the copy in an answer: bytes of the
// engine's Native format rewritten for the client.
func BenchmarkTranscode(b *testing.B) {
	const rows = 65_409
	var block strings.Builder
	fmt.Fprintf(&block, "\x02\x81\xff\x03\x01n\x06UInt64%s\x01s\x06String%s", strings.Repeat("12345678", rows), strings.Repeat("\x06abcdef", rows))
	b.SetBytes(int64(block.Len()))
	for b.Loop() {
		if err := newTranscoder(strings.NewReader(block.String()), discard(), 54460, nil).run(); err != nil {
			b.Fatal(err)
		}
	}
}

func discard() *bufio.Writer { return bufio.NewWriter(io.Discard) }
