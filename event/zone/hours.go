// SPDX-License-Identifier: Apache-2.0

package zone

import (
	"math"
	"slices"
	"time"
)

// Span is a stretch of a day: minutes after local midnight, To not included. The midnight that ends the day is 1440.
type Span struct{ From, To int }

// Never is an instant that no clock reaches.
const Never = int64(math.MaxInt64)

// The years that Hours knows: those of events, and what follows from them.
const (
	firstYear = 1969
	lastYear  = 2201
)

// Hours are opening hours in one zone, by weekday and by date. Opening time is what passes on a clock: a day that is open
// around the clock has 23 or 25 hours when the clocks change. A border that the clocks skip is where they go on, one that they
// repeat is its first occurrence.
//
// It adds up each year that it is asked for once; it is not safe for concurrent use.
type Hours struct {
	loc   *time.Location
	week  [7][]Span // by time.Weekday
	dates map[int32][]Span
	years [lastYear - firstYear + 1]*yearSums
}

// yearSums is what was open, and how many days were working days, before each day of a year.
type yearSums struct {
	first   int32 // 1 January, days since 1970-01-01
	days    int
	openMs  [367]int64
	working [367]int32
}

// NewHours returns the hours of a week, by time.Weekday, and of single dates, by days since 1970-01-01: a date wins over its
// weekday, and one without spans is closed. The spans of a day are in order and apart.
func NewHours(loc *time.Location, week [7][]Span, dates map[int32][]Span) *Hours {
	return &Hours{loc: loc, week: week, dates: dates}
}

// AlwaysOpen returns the hours of what never closes.
func AlwaysOpen(loc *time.Location) *Hours {
	var week [7][]Span
	for day := range week {
		week[day] = []Span{{0, minutesPerDay}}
	}
	return NewHours(loc, week, nil)
}

// Between returns the opening time from one instant to another, in ms; 0 when the second is not later.
func (h *Hours) Between(from, to int64) int64 {
	if to <= from {
		return 0
	}
	y, before := h.inYear(from)
	last, open := h.inYear(to)
	for ; y < last; y++ {
		s := h.year(y)
		open += s.openMs[s.days]
	}
	return open - before
}

// After returns the first instant at which it has been open for ms since an instant: that instant itself for 0, Never when
// there is none in the years that events have.
func (h *Hours) After(from, ms int64) int64 {
	if ms <= 0 {
		return from
	}
	y, before := h.inYear(from)
	for left := before + ms; y <= lastYear; y++ {
		s := h.year(y)
		if left > s.openMs[s.days] {
			left -= s.openMs[s.days]
			continue
		}
		day, _ := slices.BinarySearch(s.openMs[1:s.days+1], left)
		return h.afterOpening(s.first+int32(day), left-s.openMs[day])
	}
	return Never
}

// WorkingDayEnd returns when it closes on the n-th working day, from 1, after the day of an instant. A working day is one on
// which it opens. Never when there is none in the years that events have.
func (h *Hours) WorkingDayEnd(from int64, n int) int64 {
	y, day := h.dayOf(from)
	s := h.year(y)
	for left := s.working[day-s.first+1] + int32(n); y <= lastYear; y++ {
		s = h.year(y)
		if left > s.working[s.days] {
			left -= s.working[s.days]
			continue
		}
		i, _ := slices.BinarySearch(s.working[1:s.days+1], left)
		spans := h.spans(s.first + int32(i))
		return h.instant(s.first+int32(i), spans[len(spans)-1].To)
	}
	return Never
}

// MonthsEnd returns the end of the day that is n months after the day of an instant: the day of the same number, or the last
// one of a month that is shorter.
func (h *Hours) MonthsEnd(from int64, n int) int64 {
	year, month, day := time.UnixMilli(from).In(h.loc).Date()
	last := time.Date(year, month+time.Month(n)+1, 0, 0, 0, 0, 0, time.UTC)
	date := time.Date(last.Year(), last.Month(), min(day, last.Day()), 0, 0, 0, 0, time.UTC)
	return h.instant(dayNumber(date), minutesPerDay)
}

// inYear returns the year of an instant and how long it was open in it before.
func (h *Hours) inYear(ms int64) (year int, openMs int64) {
	year, day := h.dayOf(ms)
	s := h.year(year)
	openMs = s.openMs[day-s.first]
	for _, x := range h.spans(day) {
		if from := h.instant(day, x.From); from < ms {
			openMs += max(0, min(ms, h.instant(day, x.To))-from)
		}
	}
	return year, openMs
}

// afterOpening is the instant at which a day has been open for ms, of the time that it opens.
func (h *Hours) afterOpening(day int32, ms int64) int64 {
	for _, x := range h.spans(day) {
		from := h.instant(day, x.From)
		open := max(0, h.instant(day, x.To)-from)
		if ms <= open {
			return from + ms
		}
		ms -= open
	}
	panic("BUG: a day opens for less than its year says")
}

func (h *Hours) spans(day int32) []Span {
	if spans, is := h.dates[day]; is {
		return spans
	}
	return h.week[((day+int32(time.Thursday))%7+7)%7] // 1970-01-01 was a Thursday
}

// year returns the sums of a year, adding them up when they are wanted first.
func (h *Hours) year(year int) *yearSums {
	if s := h.years[year-firstYear]; s != nil {
		return s
	}
	first := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
	s := &yearSums{first: dayNumber(first), days: first.AddDate(1, 0, -1).YearDay()}
	for i := range s.days {
		day, open := s.first+int32(i), int64(0)
		for _, x := range h.spans(day) {
			open += max(0, h.instant(day, x.To)-h.instant(day, x.From))
		}
		s.openMs[i+1] = s.openMs[i] + open
		s.working[i+1] = s.working[i]
		if open > 0 {
			s.working[i+1]++
		}
	}
	h.years[year-firstYear] = s
	return s
}

// dayOf returns the local date of an instant: its year, held within those that are known, and its day since 1970-01-01.
func (h *Hours) dayOf(ms int64) (year int, day int32) {
	y, m, d := time.UnixMilli(ms).In(h.loc).Date()
	date := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	switch {
	case y < firstYear:
		date = time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC)
	case y > lastYear:
		date = time.Date(lastYear, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	return date.Year(), dayNumber(date)
}

// instant is when the clocks first show a minute of a day, or, where they skip it, when they go on.
func (h *Hours) instant(day int32, minute int) int64 {
	y, m, d := time.Unix(int64(day)*secondsPerDay, 0).UTC().Date()
	t := time.Date(y, m, d, 0, minute, 0, 0, h.loc)
	wanted := time.Date(y, m, d, 0, minute, 0, 0, time.UTC).Unix()
	_, offset := t.Zone()
	since, until := t.ZoneBounds()
	switch shown := t.Unix() + int64(offset); {
	case shown > wanted:
		return since.UnixMilli()
	case shown < wanted:
		return until.UnixMilli()
	}
	if since.IsZero() {
		return t.UnixMilli()
	}
	_, before := since.Add(-time.Millisecond).Zone()
	if earlier := t.Add(time.Duration(offset-before) * time.Second); earlier.Before(since) {
		return earlier.UnixMilli()
	}
	return t.UnixMilli()
}

func dayNumber(midnightUTC time.Time) int32 { return int32(midnightUTC.Unix() / secondsPerDay) }

const minutesPerDay = 24 * 60
