// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"slices"
	"time"

	"github.com/vigie-kpi/vigie/event"
)

// calendar is opening hours in the centre's zone.
type calendar struct {
	week        [7][]event.Span // by time.Weekday
	closed      map[string]bool
	exceptional map[string][]event.Span
}

func newCalendar(k *event.CalendarConfig) *calendar {
	c := &calendar{closed: map[string]bool{}, exceptional: map[string][]event.Span{}}
	for i, name := range event.Weekdays { // Monday first
		c.week[(i+1)%7], _ = event.ParseHours(k.Hours[name])
	}
	for _, date := range k.Closed {
		c.closed[date] = true
	}
	//deterministic: a map to a map.
	for date, hours := range k.Exceptional {
		c.exceptional[date], _ = event.ParseHours(hours)
	}
	return c
}

func (c *calendar) spans(day time.Time) []event.Span {
	date := day.Format(time.DateOnly)
	if spans, ok := c.exceptional[date]; ok {
		return spans
	}
	if c.closed[date] {
		return nil
	}
	return c.week[day.Weekday()]
}

// lookAheadDays bounds the search for the next opening: longer than any holiday.
const lookAheadDays = 31

// at tells whether it is open at an instant, and when that ends: the close of this span, or the next opening; zero when
// there is none within a month.
func (c *calendar) at(t time.Time) (open bool, until time.Time) {
	for ahead := range lookAheadDays {
		day := time.Date(t.Year(), t.Month(), t.Day()+ahead, 0, 0, 0, 0, t.Location())
		for _, s := range c.spans(day) {
			from, to := minuteOf(day, s.From), minuteOf(day, s.To)
			switch {
			case t.Before(from):
				return false, from
			case t.Before(to):
				return true, c.endOf(to)
			}
		}
	}
	return false, time.Time{}
}

// endOf follows an opening that goes on over midnight; one that never ends has no end.
func (c *calendar) endOf(to time.Time) time.Time {
	for range lookAheadDays {
		next := c.spans(to)
		if to.Hour() != 0 || to.Minute() != 0 || len(next) == 0 || next[0].From != 0 {
			return to
		}
		to = minuteOf(time.Date(to.Year(), to.Month(), to.Day(), 0, 0, 0, 0, to.Location()), next[0].To)
	}
	return time.Time{}
}

// minuteOf is a minute of the clock of that day.
func minuteOf(day time.Time, minute int) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), minute/60, minute%60, 0, 0, day.Location())
}

// opening is whether any of some queues is open.
type opening struct {
	open  bool
	until time.Time // the last close, or the first opening; zero when not known
}

// openingOf tells whether one of some calendars is open. Whatever has no calendar is always open.
func (c *Config) openingOf(calendars []string, at int64) opening {
	now := time.UnixMilli(at).In(c.Location)
	var untils []time.Time
	result := opening{}
	for _, name := range calendars {
		k := c.calendars[name]
		if k == nil {
			return opening{open: true}
		}
		open, until := k.at(now)
		if open && !result.open {
			untils = nil
		}
		if result.open = result.open || open; open == result.open {
			untils = append(untils, until)
		}
	}
	if len(calendars) == 0 {
		return opening{open: true}
	}
	compare := func(a, b time.Time) int { return a.Compare(b) }
	if result.open {
		result.until = slices.MaxFunc(untils, compare)
	} else {
		result.until = slices.MinFunc(untils, compare)
	}
	return result
}
