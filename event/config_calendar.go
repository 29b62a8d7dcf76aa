// SPDX-License-Identifier: Apache-2.0

package event

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/event/zone"
)

// MaxCalendarDates bounds the dates of a calendar: ten years of holidays and then some.
const MaxCalendarDates = 1000

// Weekdays lists the days of a calendar's hours, Monday first.
var Weekdays = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}

// CalendarConfig is the data of config.calendar: opening hours in the centre's time zone. An exceptional date wins over
// a closed one, a closed one over its weekday.
type CalendarConfig struct {
	Calendar    string            `json:"calendar" required:"true" doc:"The calendar, as queues and campaigns name it."`
	Hours       map[string]string `json:"hours" required:"true" keys:"weekdays" doc:"Opening hours of each weekday, such as 08:00-20:00 or 08:30-12:00,14:00-18:00; a weekday that is absent is closed."`
	Closed      []string          `json:"closed,omitempty" doc:"Dates on which it is closed, such as 2026-12-25."`
	Exceptional map[string]string `json:"exceptional,omitempty" doc:"Opening hours of single dates."`
}

// Span is a stretch of a day: minutes after local midnight, To not included. The midnight that ends the day is 1440.
type Span = zone.Span

// ParseCalendarConfig reads and validates the data of config.calendar.
func ParseCalendarConfig(data []byte) (CalendarConfig, error) { return parseAs[CalendarConfig](data) }

// Validate says whether the calendar can be followed.
func (c *CalendarConfig) Validate() error {
	return firstFault(
		checkName("calendar", c.Calendar, true),
		c.checkWeek(),
		c.checkClosed(),
		c.checkExceptional(),
	)
}

// OpeningHours returns what a valid calendar says, in a zone.
func (c *CalendarConfig) OpeningHours(loc *time.Location) *zone.Hours {
	var week [7][]Span
	for i, name := range Weekdays { // Monday first
		week[(i+int(time.Monday))%7], _ = ParseHours(c.Hours[name])
	}
	dates := make(map[int32][]Span, len(c.Closed)+len(c.Exceptional))
	for _, date := range c.Closed {
		dates[dayOfDate(date)] = nil
	}
	for _, date := range slices.Sorted(maps.Keys(c.Exceptional)) {
		dates[dayOfDate(date)], _ = ParseHours(c.Exceptional[date])
	}
	return zone.NewHours(loc, week, dates)
}

func dayOfDate(date string) int32 {
	midnight, _ := ParseDate(date)
	return int32(midnight / msPerDay)
}

func (c *CalendarConfig) checkWeek() *FieldError {
	for _, day := range slices.Sorted(maps.Keys(c.Hours)) {
		if err := checkWord("hours", day, Weekdays); err != nil {
			return err
		}
		if err := checkHours("hours."+day, c.Hours[day]); err != nil {
			return err
		}
	}
	if len(c.Hours) == 0 && len(c.Exceptional) == 0 {
		return refuseData("hours", ReasonMissing, "no weekday is open; give at least one, such as \"monday\":\"08:00-20:00\"")
	}
	return nil
}

func (c *CalendarConfig) checkClosed() *FieldError {
	if n := len(c.Closed); n > MaxCalendarDates {
		return refuseData("closed", ReasonOutOfRange, "found %d dates, at most %d are allowed", n, MaxCalendarDates)
	}
	seen := make(map[string]bool, len(c.Closed))
	for _, date := range c.Closed {
		if err := checkDate("closed", date); err != nil {
			return err
		}
		if seen[date] {
			return refuseData("closed", ReasonDuplicate, "%s is given twice; give it once", date)
		}
		seen[date] = true
	}
	return nil
}

func (c *CalendarConfig) checkExceptional() *FieldError {
	if n := len(c.Exceptional); n > MaxCalendarDates {
		return refuseData("exceptional", ReasonOutOfRange, "found %d dates, at most %d are allowed", n, MaxCalendarDates)
	}
	for _, date := range slices.Sorted(maps.Keys(c.Exceptional)) {
		if err := checkDate("exceptional", date); err != nil {
			return err
		}
		if err := checkHours("exceptional."+date, c.Exceptional[date]); err != nil {
			return err
		}
	}
	return nil
}

func checkHours(member, hours string) *FieldError {
	_, why := readHours(hours)
	if why == "" {
		return nil
	}
	reason := ReasonBadWord
	if hours == "" {
		reason = ReasonMissing
	}
	return refuseData(member, reason, "found %s, %s", quoted(hours), why)
}

// ParseHours reads opening hours such as "08:00-20:00" or "08:30-12:00,14:00-18:00": spans of one day, in order, apart
// from one another. "00:00-24:00" is the whole day. It returns false for anything else.
func ParseHours(hours string) ([]Span, bool) {
	spans, why := readHours(hours)
	return spans, why == ""
}

// readHours is ParseHours; why tells a manager what is wrong, "" when nothing is.
func readHours(hours string) (spans []Span, why string) {
	if hours == "" {
		return nil, "a day without hours; leave it out to say closed, or write 08:00-20:00"
	}
	for part := range strings.SplitSeq(hours, ",") {
		from, to, dash := strings.Cut(part, "-")
		s := Span{From: minuteOfDay(from), To: minuteOfDay(to)}
		switch {
		case !dash || s.From < 0 || s.To < 0:
			return nil, "write hours as 08:00-20:00, or 08:30-12:00,14:00-18:00 with a break"
		case s.To <= s.From:
			return nil, "it closes before it opens; give what is after midnight to the next day, and end this one with 24:00"
		case len(spans) > 0 && s.From <= spans[len(spans)-1].To:
			return nil, "each part must begin after the one before has ended"
		}
		spans = append(spans, s)
	}
	return spans, ""
}

// minuteOfDay reads "08:30", up to "24:00", or gives -1.
func minuteOfDay(s string) int {
	if len(s) != len("08:30") || s[2] != ':' {
		return -1
	}
	hour, minute := twoDigits(s[0], s[1]), twoDigits(s[3], s[4])
	if hour < 0 || minute < 0 || minute > 59 || hour > 24 || hour == 24 && minute > 0 {
		return -1
	}
	return int(hour*60 + minute)
}

// ParseDate reads a date such as 2026-11-17, from 1970 to 2199, and returns its midnight UTC.
func ParseDate(s string) (Millis, bool) {
	if len(s) != len("2026-11-17") || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	century, year := twoDigits(s[0], s[1]), twoDigits(s[2], s[3])
	month, day := twoDigits(s[5], s[6]), twoDigits(s[8], s[9])
	if century < 0 || year < 0 || month < 1 || month > 12 {
		return 0, false
	}
	if year += 100 * century; day < 1 || day > daysIn(year, month) {
		return 0, false
	}
	at := daysFromCivil(year, month, day) * msPerDay
	return at, at >= 0 && at < MaxTime
}

func checkDate(member, date string) *FieldError {
	if _, ok := ParseDate(date); !ok {
		return refuseData(member, ReasonBadTime, "found %s, write a date as 2026-11-17", quoted(date))
	}
	return nil
}
