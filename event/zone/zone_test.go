// SPDX-License-Identifier: Apache-2.0

package zone_test

import (
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/event/zone"
)

func at(t *testing.T, s string) int64 {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v.UnixMilli()
}

func day(s string) int32 {
	v, err := time.Parse("2006-01-02", s)
	if err != nil {
		panic(err)
	}
	return int32(v.Unix() / 86400)
}

// In Paris clocks go back on 25 October 2026 at 03:00 summer time (01:00 UTC) and forward on 29 March 2026 at 02:00
// winter time (01:00 UTC); Reunion is UTC+4 all year. Every expectation follows from that by hand.
func TestBusinessDay(t *testing.T) {
	paris, err := zone.Load("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	reunion, err := zone.Load("Indian/Reunion")
	if err != nil {
		t.Fatal(err)
	}
	midnight, five, far := zone.NewCalendar(paris, 0), zone.NewCalendar(paris, 5*60), zone.NewCalendar(reunion, 0)
	check := func(c *zone.Calendar, instant, want string) {
		t.Helper()
		if got := c.Day(at(t, instant)); got != day(want) {
			t.Errorf("%s is day %d, want %s (%d)", instant, got, want, day(want))
		}
	}
	check(midnight, "2026-11-17T22:59:59Z", "2026-11-17") // 23:59:59 in Paris
	check(midnight, "2026-11-17T23:00:00Z", "2026-11-18")
	check(five, "2026-11-18T03:59:59Z", "2026-11-17") // 04:59:59: still the night shift
	check(five, "2026-11-18T04:00:00Z", "2026-11-18")
	check(far, "2026-11-17T20:00:00Z", "2026-11-18")
	check(midnight, "1969-12-31T22:00:00Z", "1969-12-31")

	length := func(c *zone.Calendar, d string, hours float64) {
		t.Helper()
		start, end := c.Bounds(day(d))
		if got := time.Duration(end-start) * time.Millisecond; got.Hours() != hours {
			t.Errorf("%s has %v, want %v hours", d, got, hours)
		}
	}
	length(midnight, "2026-10-25", 25)
	length(midnight, "2026-03-29", 23)
	length(midnight, "2026-06-01", 24)
	length(five, "2026-10-24", 25) // with days from 05:00 the repeated hour falls into the day before
	length(five, "2026-03-28", 23)
	check(midnight, "2026-10-25T00:30:00Z", "2026-10-25") // 02:30 summer time
	check(midnight, "2026-10-25T01:30:00Z", "2026-10-25") // 02:30 again, winter time
	check(midnight, "2026-10-25T22:59:59Z", "2026-10-25")
	check(midnight, "2026-10-25T23:00:00Z", "2026-10-26")
}

func TestUnknownZone(t *testing.T) {
	for _, name := range []string{"", "Local", "Paris", "../etc/passwd", "Europe/"} {
		if _, err := zone.Load(name); err == nil || !strings.Contains(err.Error(), "Europe/Paris") {
			t.Errorf("Load(%q) = %v, want an error that gives an example", name, err)
		}
	}
}
