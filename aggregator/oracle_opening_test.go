// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/event"
)

// openingRule is a calendar as the oracle reads it: day by day, from the words of the configuration.
type openingRule struct {
	loc      *time.Location
	calendar *event.CalendarConfig // nil: always open
}

func (r *rules) openingOf(q event.QueueConfig) openingRule {
	rule := openingRule{loc: zones[r.centre.Zone]}
	for i := range r.calendars {
		if r.calendars[i].Calendar == q.Calendar {
			rule.calendar = &r.calendars[i]
		}
	}
	return rule
}

// spans are the stretches of a date in which it is open.
func (o openingRule) spans(date time.Time) (list [][2]int64) {
	name := date.Format(time.DateOnly)
	words := "00:00-24:00"
	if c := o.calendar; c != nil {
		words = c.Hours[strings.ToLower(date.Weekday().String())]
		for _, closed := range c.Closed {
			if closed == name {
				words = ""
			}
		}
		if hours, is := c.Exceptional[name]; is {
			words = hours
		}
	}
	if words == "" {
		return nil
	}
	for part := range strings.SplitSeq(words, ",") {
		from, to, _ := strings.Cut(part, "-")
		list = append(list, [2]int64{o.instant(date, from), o.instant(date, to)})
	}
	return list
}

func (o openingRule) instant(date time.Time, clock string) int64 {
	hour, minute := int(clock[0]-'0')*10+int(clock[1]-'0'), int(clock[3]-'0')*10+int(clock[4]-'0')
	return time.Date(date.Year(), date.Month(), date.Day(), hour, minute, 0, 0, o.loc).UnixMilli()
}

// eachDay calls f with the dates from that of an instant on, for as long as f wants more, a year at most.
func (o openingRule) eachDay(from int64, f func(date time.Time) bool) {
	y, m, d := time.UnixMilli(from).In(o.loc).Date()
	for i := range 366 {
		if !f(time.Date(y, m, d+i, 12, 0, 0, 0, time.UTC)) {
			return
		}
	}
}

func (o openingRule) between(from, to int64) (ms int64) {
	if to <= from {
		return 0
	}
	o.eachDay(from, func(date time.Time) bool {
		for _, s := range o.spans(date) {
			ms += max(0, min(to, s[1])-max(from, s[0]))
		}
		return o.instant(date, "00:00") < to
	})
	return ms
}

func (o openingRule) after(from, ms int64) int64 {
	if ms == 0 {
		return from
	}
	at := far
	o.eachDay(from, func(date time.Time) bool {
		for _, s := range o.spans(date) {
			begin := max(from, s[0])
			if at != far || s[1] <= begin {
				continue
			}
			if ms <= s[1]-begin {
				at = begin + ms
				continue
			}
			ms -= s[1] - begin
		}
		return at == far
	})
	return at
}

func (o openingRule) workingDayEnd(from int64, n int) int64 {
	at := far
	o.eachDay(from, func(date time.Time) bool {
		spans := o.spans(date)
		if y, m, d := time.UnixMilli(from).In(o.loc).Date(); len(spans) == 0 || date.Equal(time.Date(y, m, d, 12, 0, 0, 0, time.UTC)) {
			return true
		}
		if n--; n == 0 {
			at = spans[len(spans)-1][1]
		}
		return n > 0
	})
	return at
}

func (o openingRule) monthsEnd(from int64, n int) int64 {
	y, m, d := time.UnixMilli(from).In(o.loc).Date()
	end := time.Date(y, m+time.Month(n), d+1, 0, 0, 0, 0, o.loc)
	if wanted := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC).Month(); time.Date(y, m+time.Month(n), d, 0, 0, 0, 0, time.UTC).Month() != wanted {
		end = time.Date(y, m+time.Month(n)+1, 1, 0, 0, 0, 0, o.loc) // a month that is shorter
	}
	return end.UnixMilli()
}
