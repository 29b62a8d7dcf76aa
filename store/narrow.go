// SPDX-License-Identifier: Apache-2.0

package store

import (
	"math"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/vigie-kpi/vigie/indicator"
)

// measureColumnOf is a measure of all pieces, zeros for one that does not use it. With narrow it travels in the smallest type
// that holds its values: most are counts of 0 and 1, and an INSERT of 50,000 facts with 120 measures of 8 bytes each is
// 50 MB to copy five times on its way. The server widens them. It is not asked over the native protocol, where the client
// library takes the column's own type only.
func measureColumnOf(pieces []factPiece, m indicator.Measure, narrow bool) sendColumn {
	name := m.String()
	if !narrow {
		return sendColumn{name, "Int64", func(to driver.BatchColumn) error { return sendWide(to, pieces, m) }}
	}
	low, high := int64(0), int64(0)
	for _, p := range pieces {
		for _, v := range p.facts.measures[m] {
			low, high = min(low, v), max(high, v)
		}
	}
	switch {
	case low >= math.MinInt8 && high <= math.MaxInt8:
		return narrowColumn(name, "Int8", pieces, m, func(s *scratch) *[]int8 { return &s.int8s })
	case low >= math.MinInt16 && high <= math.MaxInt16:
		return narrowColumn(name, "Int16", pieces, m, func(s *scratch) *[]int16 { return &s.int16s })
	case low >= math.MinInt32 && high <= math.MaxInt32:
		return narrowColumn(name, "Int32", pieces, m, func(s *scratch) *[]int32 { return &s.int32s })
	}
	return sendColumn{name, "Int64", func(to driver.BatchColumn) error { return sendWide(to, pieces, m) }}
}

// sendWide appends a measure as it is kept.
func sendWide(to driver.BatchColumn, pieces []factPiece, m indicator.Measure) error {
	for _, p := range pieces {
		column := p.facts.measures[m]
		if len(column) == 0 {
			p.block.scratch.zeros = zeroUpTo(p.block.scratch.zeros[:0], p.facts.rows)
			column = p.block.scratch.zeros
		}
		if err := to.Append(column); err != nil {
			return err
		}
	}
	return nil
}

// narrowColumn is a measure whose values fit into T. All pieces go to the library at once: it makes room for each call anew.
func narrowColumn[T int8 | int16 | int32](name, wireType string, pieces []factPiece, m indicator.Measure, memory func(*scratch) *[]T) sendColumn {
	return sendColumn{name, wireType, func(to driver.BatchColumn) error {
		into := memory(&pieces[0].block.scratch)
		values := (*into)[:0]
		for _, p := range pieces {
			column := p.facts.measures[m]
			if len(column) == 0 {
				values = append(values, make([]T, p.facts.rows)...)
				continue
			}
			values = narrowed(values, column)
		}
		*into = values
		return to.Append(values)
	}}
}
