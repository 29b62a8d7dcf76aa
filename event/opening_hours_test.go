// SPDX-License-Identifier: Apache-2.0

package event_test

import (
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
)

// bureau is open from Monday to Friday, 7 hours a day, but for Christmas and the afternoon before.
const bureau = `{"calendar":"bureau","hours":{"monday":"09:00-12:00,14:00-18:00","tuesday":"09:00-12:00,14:00-18:00",
	"wednesday":"09:00-12:00,14:00-18:00","thursday":"09:00-12:00,14:00-18:00","friday":"09:00-12:00,14:00-18:00"},
	"closed":["2026-12-25"],"exceptional":{"2026-12-24":"09:00-12:00"}}`

const (
	always  = `{"calendar":"a","hours":{"monday":"00:00-24:00","tuesday":"00:00-24:00","wednesday":"00:00-24:00","thursday":"00:00-24:00","friday":"00:00-24:00","saturday":"00:00-24:00","sunday":"00:00-24:00"}}`
	early   = `{"calendar":"e","hours":{"sunday":"01:00-04:00"}}`
	skipped = `{"calendar":"s","hours":{"sunday":"02:30-04:00"}}`
	hidden  = `{"calendar":"h","hours":{"sunday":"00:30-02:30"}}`
	twice   = `{"calendar":"t","hours":{"sunday":"01:30-03:00"}}`
	oneDay  = `{"calendar":"o","hours":{},"exceptional":{"2026-11-17":"09:00-10:00"}}`
)

func openingHours(t *testing.T, zoneName, calendar string) (*zone.Hours, *time.Location) {
	t.Helper()
	loc, err := zone.Load(zoneName)
	if err != nil {
		t.Fatal(err)
	}
	c, err := event.ParseCalendarConfig([]byte(calendar))
	if err != nil {
		t.Fatal(err)
	}
	return c.OpeningHours(loc), loc
}

func local(t *testing.T, loc *time.Location, s string) int64 {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, loc)
	if err != nil {
		t.Fatal(err)
	}
	return at.UnixMilli()
}

// Opening time between two instants, by hand. In 2026 the clocks of Paris go forward on Sunday 29 March at 02:00 and back on
// Sunday 25 October at 03:00; those of New York on 8 March and 1 November at 02:00.
func TestOpeningTimeBetween(t *testing.T) {
	for _, c := range []struct {
		why, zone, calendar, from, to string
		want                          time.Duration
	}{
		{"a morning", "Europe/Paris", bureau, "2026-11-17 09:30", "2026-11-17 11:00", 90 * time.Minute},
		{"over the lunch break", "Europe/Paris", bureau, "2026-11-17 11:00", "2026-11-17 15:00", 2 * time.Hour},
		{"before it opens, after it closes", "Europe/Paris", bureau, "2026-11-17 03:00", "2026-11-17 23:00", 7 * time.Hour},
		{"a night", "Europe/Paris", bureau, "2026-11-17 18:00", "2026-11-18 09:00", 0},
		{"a weekend", "Europe/Paris", bureau, "2026-11-20 17:00", "2026-11-23 10:00", 2 * time.Hour},
		{"Christmas, and the short day before", "Europe/Paris", bureau, "2026-12-24 11:00", "2026-12-28 10:00", 2 * time.Hour},
		// 261 weekdays less Christmas are 260 days of 7 hours; the afternoon of the 24th is missing: 1820 - 4.
		{"a year", "Europe/Paris", bureau, "2026-01-01 00:00", "2027-01-01 00:00", 1816 * time.Hour},
		{"over the new year", "Europe/Paris", bureau, "2026-12-31 17:00", "2027-01-01 10:00", 2 * time.Hour},
		// 2028 begins on a Saturday and has 366 days: 52 weeks of 35 hours; the two days more are a weekend.
		{"a leap year between two years", "Europe/Paris", bureau, "2027-12-31 17:00", "2029-01-01 10:00", (1 + 52*35 + 1) * time.Hour},
		{"backwards", "Europe/Paris", bureau, "2026-11-18 09:00", "2026-11-17 09:00", 0},
		{"a day of 23 hours", "Europe/Paris", always, "2026-03-29 00:00", "2026-03-30 00:00", 23 * time.Hour},
		{"a day of 25 hours", "Europe/Paris", always, "2026-10-25 00:00", "2026-10-26 00:00", 25 * time.Hour},
		{"01 to 04 without the second hour", "Europe/Paris", early, "2026-03-29 00:00", "2026-03-30 00:00", 2 * time.Hour},
		{"01 to 04 with the second hour twice", "Europe/Paris", early, "2026-10-25 00:00", "2026-10-26 00:00", 4 * time.Hour},
		{"it opens in the hour that is skipped: at 03", "Europe/Paris", skipped, "2026-03-29 00:00", "2026-03-30 00:00", time.Hour},
		{"it closes in the hour that is skipped: at 02", "Europe/Paris", hidden, "2026-03-29 00:00", "2026-03-30 00:00", 90 * time.Minute},
		{"it opens in the hour that comes twice: the first", "Europe/Paris", skipped, "2026-10-25 00:00", "2026-10-26 00:00", 150 * time.Minute},
		{"it closes in the hour that comes twice: the first", "Europe/Paris", hidden, "2026-10-25 00:00", "2026-10-26 00:00", 2 * time.Hour},
		{"west of Greenwich, skipped", "America/New_York", skipped, "2026-03-08 00:00", "2026-03-09 00:00", time.Hour},
		{"west of Greenwich, twice", "America/New_York", twice, "2026-11-01 00:00", "2026-11-02 00:00", 150 * time.Minute},
	} {
		h, loc := openingHours(t, c.zone, c.calendar)
		if got := time.Duration(h.Between(local(t, loc, c.from), local(t, loc, c.to))) * time.Millisecond; got != c.want {
			t.Errorf("%s: %s to %s: %v, want %v", c.why, c.from, c.to, got, c.want)
		}
	}
}

func TestInstantAfterOpeningTime(t *testing.T) {
	for _, c := range []struct {
		calendar, from string
		ms             time.Duration
		want           string
	}{
		{bureau, "2026-11-20 17:00", 0, "2026-11-20 17:00"},
		{bureau, "2026-11-20 17:00", time.Hour, "2026-11-20 18:00"}, // as it closes, not as it opens again
		{bureau, "2026-11-20 17:00", 2 * time.Hour, "2026-11-23 10:00"},
		{bureau, "2026-11-20 15:00", 8 * time.Hour, "2026-11-23 16:00"}, // 3 h, 3 h before lunch, 2 h after
		{bureau, "2026-11-21 11:00", time.Minute, "2026-11-23 09:01"},
		{bureau, "2026-12-24 11:30", time.Hour, "2026-12-28 09:30"},
		{bureau, "2026-12-31 17:00", 2 * time.Hour, "2027-01-01 10:00"},
		{bureau, "2026-03-27 17:00", 2 * time.Hour, "2026-03-30 10:00"}, // the clocks changed meanwhile
		{always, "2026-03-29 01:30", time.Hour, "2026-03-29 03:30"},
		{always, "2026-10-25 01:30", 3 * time.Hour, "2026-10-25 03:30"},
		{early, "2026-10-24 12:00", 4 * time.Hour, "2026-10-25 04:00"},
		{oneDay, "2026-01-01 00:00", time.Hour, "2026-11-17 10:00"},
	} {
		h, loc := openingHours(t, "Europe/Paris", c.calendar)
		got := time.UnixMilli(h.After(local(t, loc, c.from), c.ms.Milliseconds())).In(loc).Format("2006-01-02 15:04")
		if got != c.want {
			t.Errorf("%v of opening after %s: %s, want %s", c.ms, c.from, got, c.want)
		}
	}
	h, loc := openingHours(t, "Europe/Paris", oneDay)
	if got := h.After(local(t, loc, "2026-11-17 09:30"), 2*time.Hour.Milliseconds()); got != zone.Never {
		t.Errorf("it never opens again, and two hours of opening end at %d", got)
	}
}

func TestWorkingDayEnd(t *testing.T) {
	for _, c := range []struct {
		calendar, from string
		n              int
		want           string
	}{
		{bureau, "2026-11-17 00:00", 5, "2026-11-24 18:00"}, // 18, 19, 20, 23, 24
		{bureau, "2026-11-17 23:59", 5, "2026-11-24 18:00"},
		{bureau, "2026-11-18 00:00", 5, "2026-11-25 18:00"},
		{bureau, "2026-11-21 11:00", 1, "2026-11-23 18:00"},
		{bureau, "2026-12-23 11:00", 1, "2026-12-24 12:00"},
		{bureau, "2026-12-23 11:00", 2, "2026-12-28 18:00"},
		{bureau, "2026-12-23 11:00", 10, "2027-01-07 18:00"}, // 24, 28, 29, 30, 31, 1, 4, 5, 6, 7
		{always, "2026-10-24 12:00", 1, "2026-10-26 00:00"},
	} {
		h, loc := openingHours(t, "Europe/Paris", c.calendar)
		got := time.UnixMilli(h.WorkingDayEnd(local(t, loc, c.from), c.n)).In(loc).Format("2006-01-02 15:04")
		if got != c.want {
			t.Errorf("working day %d after %s: %s, want %s", c.n, c.from, got, c.want)
		}
	}
	h, loc := openingHours(t, "Europe/Paris", oneDay)
	if got := h.WorkingDayEnd(local(t, loc, "2026-11-17 09:30"), 1); got != zone.Never {
		t.Errorf("it never opens again, and its next working day ends at %d", got)
	}
}

func TestMonthsEnd(t *testing.T) {
	h, loc := openingHours(t, "Europe/Paris", bureau)
	for from, want := range map[string]string{"2026-11-17 09:00": "2027-01-18 00:00", "2026-12-31 23:59": "2027-03-01 00:00",
		"2027-12-31 00:00": "2028-03-01 00:00", "2027-12-28 00:00": "2028-02-29 00:00", "2026-08-31 10:00": "2026-11-01 00:00"} {
		if got := time.UnixMilli(h.MonthsEnd(local(t, loc, from), 2)).In(loc).Format("2006-01-02 15:04"); got != want {
			t.Errorf("two months after %s end at %s, want %s", from, got, want)
		}
	}
}

func BenchmarkOpeningHours(b *testing.B) {
	loc, err := zone.Load("Europe/Paris")
	if err != nil {
		b.Fatal(err)
	}
	c, err := event.ParseCalendarConfig([]byte(bureau))
	if err != nil {
		b.Fatal(err)
	}
	h, from := c.OpeningHours(loc), time.Date(2026, 11, 3, 10, 0, 0, 0, loc).UnixMilli()
	to := time.Date(2026, 12, 17, 15, 0, 0, 0, loc).UnixMilli()
	b.Run("between", func(b *testing.B) {
		for b.Loop() {
			h.Between(from, to)
		}
	})
	b.Run("after", func(b *testing.B) {
		for b.Loop() {
			h.After(from, 8*3_600_000)
		}
	})
}
