// SPDX-License-Identifier: Apache-2.0

package store

import (
	"slices"
	"time"
	"unsafe"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// kind is how the values of a column are kept in memory and sent.
type kind uint8

const (
	// kindWord is a name that somebody else interned: only the string header is kept.
	kindWord kind = iota
	// kindText is copied: its bytes may be reused by the caller.
	kindText
	kindMillis     // DateTime64(3, 'UTC')
	kindNullMillis // the same, NULL when 0
	kindSeconds    // DateTime('UTC')
	kindDay        // Date, days since 1970-01-01
	kindInt64
	kindInt32
	kindUInt32
	kindUInt8
)

// wireTypes are the types in which columns travel over HTTP. A word travels as
// String though its column is LowCardinality: the server makes the dictionary, and
// the client library would take 150 ns a value to make it.
var wireTypes = [...]string{
	kindWord: "String", kindText: "String", kindMillis: "DateTime64(3, 'UTC')", kindNullMillis: "Nullable(DateTime64(3, 'UTC'))",
	kindSeconds: "DateTime('UTC')", kindDay: "Date", kindInt64: "Int64", kindInt32: "Int32", kindUInt32: "UInt32", kindUInt8: "UInt8",
}

// field names a column of a table.
type field struct {
	name string
	kind kind
}

// vector holds the values of one column, in the slice that its kind asks for. The
// zero vector is empty.
type vector struct {
	words []string
	bytes []byte // of all texts, one after the other
	ends  []int  // of each text in bytes
	ints  []int64
}

func (v *vector) addText(s string) {
	v.bytes = append(v.bytes, s...)
	v.ends = append(v.ends, len(v.bytes))
}

func (v *vector) reset() {
	clear(v.words) // lets go of the names of worlds that are gone
	v.words, v.bytes, v.ends, v.ints = v.words[:0], v.bytes[:0], v.ends[:0], v.ints[:0]
}

// text returns value i of a kindText.
func (v *vector) text(i int) []byte {
	start := 0
	if i > 0 {
		start = v.ends[i-1]
	}
	return v.bytes[start:v.ends[i]]
}

// copyRow appends row i of from.
func (v *vector) copyRow(k kind, from *vector, i int) {
	switch k {
	case kindWord:
		v.words = append(v.words, from.words[i])
	case kindText:
		v.bytes = append(v.bytes, from.text(i)...)
		v.ends = append(v.ends, len(v.bytes))
	default:
		v.ints = append(v.ints, from.ints[i])
	}
}

// scratch is memory for the conversions of one send.
type scratch struct {
	words  []string
	times  []time.Time
	nulls  []*int64
	int8s  []int8
	int16s []int16
	int32s []int32
	uint32 []uint32
	uint16 []uint16
	uint8s []uint8
	zeros  []int64
}

// send appends all values to a column of a batch.
func (v *vector) send(k kind, to driver.BatchColumn, s *scratch) error {
	switch k {
	case kindWord:
		return to.Append(v.words)
	case kindText:
		s.words = s.words[:0]
		start := 0
		for _, end := range v.ends {
			// A view: the batch copies it before send returns.
			s.words = append(s.words, unsafe.String(unsafe.SliceData(v.bytes[start:]), end-start))
			start = end
		}
		return to.Append(s.words)
	case kindMillis, kindSeconds, kindInt64:
		return to.Append(v.ints)
	case kindNullMillis:
		s.nulls = s.nulls[:0]
		for i := range v.ints {
			if v.ints[i] == 0 {
				s.nulls = append(s.nulls, nil)
				continue
			}
			s.nulls = append(s.nulls, &v.ints[i])
		}
		return to.Append(s.nulls)
	case kindDay:
		s.times = s.times[:0]
		for _, day := range v.ints {
			s.times = append(s.times, time.Unix(day*daySeconds, 0).UTC())
		}
		return to.Append(s.times)
	case kindInt32:
		s.int32s = narrowed(s.int32s[:0], v.ints)
		return to.Append(s.int32s)
	case kindUInt32:
		s.uint32 = narrowed(s.uint32[:0], v.ints)
		return to.Append(s.uint32)
	default:
		s.uint8s = narrowed(s.uint8s[:0], v.ints)
		return to.Append(s.uint8s)
	}
}

// narrowed appends integers that are known to fit.
func narrowed[T int8 | int16 | int32 | uint32 | uint8](to []T, from []int64) []T {
	for _, v := range from {
		to = append(to, T(v))
	}
	return to
}

const daySeconds = 24 * 3600

// hasWord tells whether a column of words has any that is not empty.
func (v *vector) hasWord() bool {
	return slices.ContainsFunc(v.words, func(w string) bool { return w != "" })
}
