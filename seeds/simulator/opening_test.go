// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/event"
)

// hoursOfDemo is the opening hours of one of the demo centre's queues, and a reader of times as the wall in Paris shows them.
func hoursOfDemo(t *testing.T, name string) (*opening, func(string) event.Millis) {
	t.Helper()
	spec := capRivage(t)
	w, err := newWall(&spec.Organisation.Centre)
	if err != nil {
		t.Fatal(err)
	}
	at := func(text string) event.Millis {
		t.Helper()
		when, err := time.ParseInLocation("2006-01-02 15:04:05.999", text, w.loc)
		if err != nil {
			t.Fatal(err)
		}
		return when.UnixMilli()
	}
	return newOpening(w, &queue{calendar: calendarNamed(spec.Organisation, name)}), at
}

// TestOpeningHours: worked out with a calendar. The office is open from 08:30 to 18:30, Monday to Friday; 11 November 2026 is
// a holiday, a Wednesday; the 14th and 15th are a weekend; the clocks go back on Sunday, 25 October, and forward on 28 March
// 2027.
func TestOpeningHours(t *testing.T) {
	office, at := hoursOfDemo(t, "mail")
	c := func(what string, got event.Millis, want string) {
		t.Helper()
		if want := at(want); got != want {
			t.Errorf("%s: %s, want %s", what, time.UnixMilli(got).In(office.wall.loc), time.UnixMilli(want).In(office.wall.loc))
		}
	}
	c("two hours in the day", office.after(at("2026-11-17 10:03:27.123"), 2*hourMs), "2026-11-17 12:03:27.123")
	c("to the minute of closing", office.after(at("2026-11-17 10:30:00"), 8*hourMs), "2026-11-17 18:30:00")
	c("one ms more", office.after(at("2026-11-17 10:30:00"), 8*hourMs+1), "2026-11-18 08:30:00.001")
	c("from the night", office.after(at("2026-11-17 23:00:00"), 8*hourMs), "2026-11-18 16:30:00")
	c("over a holiday", office.after(at("2026-11-10 16:30:00"), 8*hourMs), "2026-11-12 14:30:00")
	c("over a weekend", office.after(at("2026-11-13 17:00:30"), 8*hourMs), "2026-11-16 15:00:30")
	c("over the end of summer time", office.after(at("2026-10-23 18:00:00"), 8*hourMs), "2026-10-26 16:00:00")
	c("nothing", office.after(at("2026-11-14 12:00:00"), 0), "2026-11-14 12:00:00")
	c("the fifth working day", office.endOfDay(at("2026-11-12 08:00:00"), 5), "2026-11-19 18:30:00")
	c("the holiday is none", office.endOfDay(at("2026-11-10 08:00:00"), 1), "2026-11-12 18:30:00")
	c("from a Sunday", office.endOfDay(at("2026-11-15 23:59:00"), 10), "2026-11-27 18:30:00")
	c("after midnight is the next day", office.endOfDay(at("2026-11-17 00:30:00"), 1), "2026-11-18 18:30:00")
	c("two months", office.monthsLater(at("2026-11-17 10:00:00"), 2), "2027-01-18 00:00:00")
	c("31 December and two months", office.monthsLater(at("2026-12-31 10:00:00"), 2), "2027-03-01 00:00:00")
	c("over the turn of the year", office.monthsLater(at("2026-11-30 23:30:00"), 2), "2027-01-31 00:00:00")

	open := func(from, to string, want int64) {
		t.Helper()
		if got := office.between(at(from), at(to)); got != want {
			t.Errorf("open from %s to %s for %d ms, want %d", from, to, got, want)
		}
	}
	open("2026-11-17 10:00:00.250", "2026-11-17 10:00:00.750", 500)
	open("2026-11-17 08:00:00", "2026-11-17 19:00:00", 10*hourMs)
	open("2026-11-10 18:00:00", "2026-11-12 09:00:00", hourMs)
	open("2026-11-14 00:00:00", "2026-11-16 00:00:00", 0)
	open("2026-11-17 12:00:00", "2026-11-17 11:00:00", 0)

	always, at := hoursOfDemo(t, "urgence")
	if got := always.between(at("2026-10-25 00:00:00"), at("2026-10-26 00:00:00")); got != 25*hourMs {
		t.Errorf("the day on which the clocks go back has %d ms", got)
	}
	if got := always.between(at("2027-03-28 00:00:00"), at("2027-03-29 00:00:00")); got != 23*hourMs {
		t.Errorf("the day on which the clocks go forward has %d ms", got)
	}
}
