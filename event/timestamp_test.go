// SPDX-License-Identifier: Apache-2.0

package event

import (
	"regexp"
	"testing"
	"time"
)

// timesWorkedByHand: `date -u -d TIME +%s`, times 1000, fractions cut towards the past.
var timesWorkedByHand = map[string]Millis{
	"1970-01-01T00:00:00Z":                0,
	"1970-01-01T00:00:00.001Z":            1,
	"1970-01-01T00:00:00.0019Z":           1,
	"1969-12-31T23:59:59.9999Z":           -1,
	"2000-02-29T12:00:00Z":                951825600000,
	"2025-03-14T09:26:53.412Z":            1741944413412,
	"2025-03-14T10:26:53.412+01:00":       1741944413412,
	"2025-03-14T03:56:53.412999999-05:30": 1741944413412,
	"2024-12-31T23:59:59Z":                1735689599000,
	"2100-03-01T00:00:00Z":                4107542400000,
	"2200-01-01T00:00:00-00:00":           7258118400000,
	"0000-01-01T00:00:00Z":                -62167219200000,
	"9999-12-31T23:59:59Z":                253402300799000,
}

var notTimes = []string{
	"", "2025", "2025-03-14", "2025-03-14T09:26:53", "2025-03-14 09:26:53Z", "2025-03-14t09:26:53z", "2025-3-14T09:26:53Z",
	"2025-00-14T09:26:53Z", "2025-13-14T09:26:53Z", "2025-02-30T09:26:53Z", "2100-02-29T00:00:00Z", "2025-03-00T09:26:53Z",
	"2025-03-14T24:00:00Z", "2025-03-14T09:60:00Z", "2016-12-31T23:59:60Z", "2025-03-14T09:26:53.Z", "2025-03-14T09:26:53,4Z",
	"2025-03-14T09:26:53.1234567890Z", "2025-03-14T09:26:53+0100", "2025-03-14T09:26:53+24:00", "2025-03-14T09:26:53+01:60",
	"2025-03-14T09:26:53Z ", " 2025-03-14T09:26:53Z", "+025-03-14T09:26:53Z", "2025-03-14T09:26:53ZZ", "20 5-03-14T09:26:53Z",
}

func TestParseTime(t *testing.T) {
	for s, want := range timesWorkedByHand {
		if got, ok := ParseTime(s); !ok || got != want {
			t.Errorf("%s: got %d, %v, want %d", s, got, ok, want)
		}
	}
	for _, s := range notTimes {
		if got, ok := ParseTime(s); ok {
			t.Errorf("%q is taken for %d", s, got)
		}
	}
}

// rfc3339 is the grammar of RFC 3339 section 5.6, with capitals and at most nine places.
var rfc3339 = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

// parseTimeOracle is the standard library's reading of a timestamp of that grammar; alone it would also take a comma
// before the fraction, more places, and offsets such as +24:00.
func parseTimeOracle(s string) (Millis, bool) {
	want, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || !rfc3339.MatchString(s) {
		return 0, false
	}
	return want.UnixMilli(), true // floors: its nanoseconds are never negative
}

func FuzzParseTime(f *testing.F) {
	for s := range timesWorkedByHand {
		f.Add(s)
	}
	for _, s := range notTimes {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := ParseTime(s)
		want, wantOK := parseTimeOracle(s)
		if ok != wantOK || got != want && ok {
			t.Fatalf("%q: got %d, %v; the standard library: %d, %v", s, got, ok, want, wantOK)
		}
	})
}

// TestEveryDayThereAndBack writes and reads an instant of each day that an event can have.
func TestEveryDayThereAndBack(t *testing.T) {
	var buf []byte
	step := Millis(24*60*60*1000 + 7_654_321%1000)
	for ms := Millis(MinTime); ms <= MaxTime; ms += step {
		buf = AppendTime(buf[:0], ms)
		if want := time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z07:00"); string(buf) != want {
			t.Fatalf("%d is written %s, want %s", ms, buf, want)
		}
		if back, ok := ParseTime(string(buf)); !ok || back != ms {
			t.Fatalf("%s is read back as %d, want %d", buf, back, ms)
		}
	}
}
