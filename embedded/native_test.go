// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// typeCase is an SQL expression over number (0 to 4) and what the client must
// see in the first and the last row, worked out by hand.
type typeCase struct {
	sql         string
	first, last any
}

func pointer[T any](value T) *T { return &value }

func utc(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func typeCases(t *testing.T) []typeCase {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	text := func(s string) *string { return &s }
	id := uuid.MustParse("61f0c404-5cb3-11e7-907b-a6006ad3dba0")
	return []typeCase{
		{"toInt8(number - 3)", int8(-3), int8(1)},
		{"toUInt64(number + 18446744073709551611)", uint64(18446744073709551611), uint64(18446744073709551615)},
		{"toInt64(number) - 9223372036854775807", int64(-9223372036854775807), int64(-9223372036854775803)},
		{"toInt128(number) * -1", big.NewInt(0), big.NewInt(-4)},
		{"toUInt256(number)", big.NewInt(0), big.NewInt(4)},
		{"toFloat32(number / 4)", float32(0), float32(1)},
		{"number / 8", 0.0, 0.5},
		{"CAST(number > 3, 'Bool')", false, true},
		{"repeat('é;', number)", "", "é;é;é;é;"},
		{"toFixedString(toString(number), 2)", "0\x00", "4\x00"},
		{"toDate('2026-02-27') + number", utc(2026, 2, 27), utc(2026, 3, 3)},
		{"toDate32('1925-12-31') + number", utc(1925, 12, 31), utc(1926, 1, 4)},
		{"toDateTime('2026-03-29 00:59:58', 'UTC') + number", time.Date(2026, 3, 29, 0, 59, 58, 0, time.UTC), time.Date(2026, 3, 29, 1, 0, 2, 0, time.UTC)},
		{"toDateTime('2026-03-29 01:59:58', 'Europe/Paris') + number", time.Date(2026, 3, 29, 1, 59, 58, 0, paris), time.Date(2026, 3, 29, 3, 0, 2, 0, paris)},
		{"toDateTime64('1969-12-31 23:59:59.998', 3, 'UTC') + toIntervalMillisecond(number)", time.Date(1969, 12, 31, 23, 59, 59, 998e6, time.UTC), time.Date(1970, 1, 1, 0, 0, 0, 2e6, time.UTC)},
		{"toDateTime64('2026-10-25 02:30:00', 9, 'Europe/Paris') + toIntervalHour(number)", time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC).In(paris), time.Date(2026, 10, 25, 4, 30, 0, 0, time.UTC).In(paris)},
		{"toDecimal32(number, 2) - toDecimal32(0.5, 2)", decimal.RequireFromString("-0.5"), decimal.RequireFromString("3.5")},
		{"toDecimal64(number, 4) / 2", decimal.RequireFromString("0"), decimal.RequireFromString("2")},
		{"toDecimal128('12345678901234567890.123', 3)", decimal.RequireFromString("12345678901234567890.123"), decimal.RequireFromString("12345678901234567890.123")},
		{"toDecimal256('-1.5', 30)", decimal.RequireFromString("-1.5"), decimal.RequireFromString("-1.5")},
		{"toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0')", id, id},
		{"toIPv4('10.0.0.' || toString(number))", net.IPv4(10, 0, 0, 0).To4(), net.IPv4(10, 0, 0, 4).To4()},
		{"toIPv6('2001:db8::' || toString(number))", net.ParseIP("2001:db8::"), net.ParseIP("2001:db8::4")},
		{"CAST(number % 2 + 1, 'Enum8(\\'a(b\\' = 1, \\'c, d\\' = 2)')", "a(b", "a(b"},
		{"CAST(number, 'Enum16(\\'a\\' = 0, \\'b\\' = 1, \\'c\\' = 2, \\'d\\' = 3, \\'e\\' = 4)')", "a", "e"},
		{"if(number = 4, NULL, toFloat64(number))", pointer(0.0), (*float64)(nil)},
		{"if(number = 0, NULL, toString(number))", (*string)(nil), text("4")},
		{"toLowCardinality(toString(number % 2))", "0", "0"},
		{"CAST(if(number = 0, NULL, 'x'), 'LowCardinality(Nullable(String))')", (*string)(nil), text("x")},
		{"range(number)", []uint64{}, []uint64{0, 1, 2, 3}},
		{"arrayMap(x -> toString(x), range(number))", []string{}, []string{"0", "1", "2", "3"}},
		{"arrayMap(x -> range(x), range(number))", [][]uint64{}, [][]uint64{{}, {0}, {0, 1}, {0, 1, 2}}},
		{"CAST(arrayMap(x -> toString(x % 2), range(number)), 'Array(LowCardinality(String))')", []string{}, []string{"0", "1", "0", "1"}},
		{"CAST([NULL, toString(number)], 'Array(LowCardinality(Nullable(String)))')", []*string{nil, text("0")}, []*string{nil, text("4")}},
		{"CAST([], 'Array(LowCardinality(String))')", []string{}, []string{}},
		{"[if(number = 4, NULL, 1::UInt8)]", []*uint8{pointer(uint8(1))}, []*uint8{nil}},
		{"map(toUInt16(number), toInt64(number) * -1)", map[uint16]int64{0: 0}, map[uint16]int64{4: -4}},
		{"CAST(map(), 'Map(UInt16, Int64)')", map[uint16]int64{}, map[uint16]int64{}},
		{"map(toLowCardinality('k'), [toLowCardinality(toString(number))])", map[string][]string{"k": {"0"}}, map[string][]string{"k": {"4"}}},
		{"tuple(number, 'a')", []any{uint64(0), "a"}, []any{uint64(4), "a"}},
		{"CAST((number, 'a'), 'Tuple(x UInt64, y LowCardinality(String))')", map[string]any{"x": uint64(0), "y": "a"}, map[string]any{"x": uint64(4), "y": "a"}},
		{"CAST(toUInt64(number), 'SimpleAggregateFunction(sum, UInt64)')", uint64(0), uint64(4)},
		{"'a;' AS last", "a;", "a;"}, // what follows every type above is where it should be
	}
}

// TestTypesReachTheClient: every type of the Native format that store may use
// keeps its value and its type on the way to clickhouse-go.
func TestTypesReachTheClient(t *testing.T) {
	conn := open(t, startEngine(t, t.TempDir()).Addr(), nil)
	cases := typeCases(t)
	var columns []string
	for _, c := range cases {
		columns = append(columns, c.sql)
	}
	rows, err := conn.Query(t.Context(), "SELECT "+strings.Join(columns, ",\n")+" FROM numbers(5) ORDER BY number")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for row := 0; rows.Next(); row++ {
		values := make([]any, len(cases))
		for i, kind := range rows.ColumnTypes() {
			values[i] = reflect.New(kind.ScanType()).Interface()
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		for i, c := range cases {
			want, checked := map[int]any{0: c.first, 4: c.last}[row]
			if got := reflect.ValueOf(values[i]).Elem().Interface(); checked && !same(got, want) {
				t.Errorf("row %d, %s:\n got %v (%T)\nwant %v (%T)", row, c.sql, got, got, want, want)
			}
		}
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	for i, want := range map[int]string{12: "DateTime('UTC')", 13: "DateTime('Europe/Paris')"} {
		if got := rows.ColumnTypes()[i].DatabaseTypeName(); got != want {
			t.Errorf("type of %s: %s, want %s", cases[i].sql, got, want)
		}
	}
}

// same compares times with their zones, and numbers of arbitrary size by value.
func same(got, want any) bool {
	return cmp.Equal(got, want,
		cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) && a.Format("-0700") == b.Format("-0700") }),
		cmp.Comparer(func(a, b decimal.Decimal) bool { return a.Equal(b) }),
		cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 }))
}

// blocks decodes a Native body with the client library, the judge of both
// revisions.
func blocks(t *testing.T, body string, revision uint64) []string {
	t.Helper()
	reader := chproto.NewReader(strings.NewReader(body))
	var texts []string
	for {
		block := proto.Block{ServerContext: &column.ServerContext{Timezone: time.UTC}}
		err := block.Decode(reader, revision)
		if errors.Is(err, io.EOF) && len(block.Columns) == 0 {
			return texts
		}
		if err != nil {
			t.Fatalf("revision %d, block %d: %v", revision, len(texts), err)
		}
		var text strings.Builder
		for _, c := range block.Columns {
			fmt.Fprintf(&text, "%s %s:", c.Name(), c.Type())
			for row := range c.Rows() {
				value := reflect.ValueOf(c.Row(row, false))
				if value.Kind() == reflect.Pointer && !value.IsNil() {
					value = value.Elem()
				}
				fmt.Fprintf(&text, " %v", value)
			}
			text.WriteByte('\n')
		}
		texts = append(texts, text.String())
	}
}

// TestRevisionsAgree: the blocks a client gets at its revision are those the
// engine gave at revision 0, over several blocks.
func TestRevisionsAgree(t *testing.T) {
	addr := startEngine(t, t.TempDir()).Addr()
	statement := `SELECT number, toString(number) AS s, toLowCardinality(toString(number % 300)) AS l,
		if(number % 3 = 0, NULL, number) AS n, map(toUInt16(number), toInt64(number)) AS m, [toLowCardinality('x')] AS a
		FROM numbers(140000) FORMAT Native`
	_, plain, _ := ask(t, http.MethodPost, addr, "", statement)
	want := blocks(t, plain, 0)
	if len(want) < 3 {
		t.Fatalf("%d blocks, want several", len(want))
	}
	for _, revision := range []uint64{54336, 54453, 54454, 54460, 54513} {
		_, body, _ := ask(t, http.MethodPost, addr, fmt.Sprintf("client_protocol_version=%d", revision), statement)
		got := blocks(t, body, revision)
		if len(got) != len(want) {
			t.Fatalf("revision %d has %d blocks, revision 0 has %d", revision, len(got), len(want))
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("revision %d: block %d differs from revision 0", revision, i)
			}
		}
	}
}

// TestTranscodeByHand: a block of one column, byte by byte as the Native
// format is described, at revision 0 and at 54460.
func TestTranscodeByHand(t *testing.T) {
	// 1 column, 2 rows; name "a", type "UInt8", values 5 and 6.
	in := "\x01\x02\x01a\x05UInt8\x05\x06"
	// The same after the block's info, and with a zero for "no special
	// encoding" before the values.
	want := "\x01\x00\x02\xff\xff\xff\xff\x00" + "\x01\x02\x01a\x05UInt8\x00\x05\x06"
	if got := transcode(t, in+in, 54460); got != want+want {
		t.Errorf("got  %q\nwant %q", got, want+want)
	}
	if got := transcode(t, in, 0); got != in {
		t.Errorf("revision 0: got %q, want it unchanged", got)
	}
	if got := transcode(t, "", 54460); got != "" {
		t.Errorf("empty answer: %q", got)
	}
}

func transcode(t *testing.T, in string, revision uint64) string {
	t.Helper()
	var out bytes.Buffer
	writer := bufio.NewWriter(&out)
	if err := newTranscoder(strings.NewReader(in), writer, revision, nil).run(); err != nil {
		t.Fatal(err)
	}
	if err := writer.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// FuzzTranscode: whatever the bytes, an error or a copy, never a crash, and
// never more memory than the input justifies.
func FuzzTranscode(f *testing.F) {
	f.Add("\x01\x02\x01a\x05UInt8\x05\x06")
	f.Add("\x01\x01\x01a\x0dArray(String)\x01\x00\x00\x00\x00\x00\x00\x00\x01x")
	f.Add("\x01\x01\x01l\x16LowCardinality(String)\x01\x00\x00\x00\x00\x00\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x01a\x01\x00\x00\x00\x00\x00\x00\x00\x01")
	f.Add("\x01\x01\x01m\x12Map(UInt16, Int64)\x01\x00\x00\x00\x00\x00\x00\x00\x01\x00\x02\x00\x00\x00\x00\x00\x00\x00")
	f.Fuzz(func(t *testing.T, in string) {
		var out bytes.Buffer
		writer := bufio.NewWriter(&out)
		err := newTranscoder(strings.NewReader(in), writer, 54460, func() ([]string, error) { return nil, nil }).run()
		if err != nil {
			return
		}
		if err := writer.Flush(); err != nil {
			t.Fatal(err)
		}
		if in != "" && out.Len() <= len(in) {
			t.Errorf("%d bytes in, %d out: the client's revision has more", len(in), out.Len())
		}
	})
}

// TestQuotedNames: parentheses, commas and blanks in quotes are no structure.
func TestQuotedNames(t *testing.T) {
	for name, wantBytes := range map[string]int{
		"Tuple(`a b(` Int8, `c,` Array(Int8), d LowCardinality(String))":   8,
		"Map(LowCardinality(String), Tuple(LowCardinality(String), Int8))": 16,
		"Array(Enum8('a, (' = 1, 'it\\'s)' = 2))":                          0,
	} {
		parsed, err := parseNativeType(name)
		if err != nil || parsed.prefixBytes() != wantBytes {
			t.Errorf("%s: %v, want %d bytes before the values", name, err, wantBytes)
		}
	}
}

func TestNativeTypeErrors(t *testing.T) {
	for _, name := range []string{"", "Int7", "JSON", "Dynamic", "Variant(String, Int8)", "AggregateFunction(sum, Int64)", "QBit(Float32, 8)",
		"Array(", "Array()", "Array(Int8, Int8)", "FixedString(x)", "FixedString(-1)", "Decimal(9)", "Nullable", "LowCardinality()",
		strings.Repeat("Array(", 1000) + "Int8" + strings.Repeat(")", 1000)} {
		if _, err := parseNativeType(name); err == nil {
			t.Errorf("type %.40q is taken", name)
		}
	}
}
