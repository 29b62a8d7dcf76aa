// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
)

// durationMs reads a duration of at least one millisecond; 0 when the key is not there or wrong.
func (e *entry) durationMs(key, example string) int64 {
	text := e.text(key)
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(strings.ReplaceAll(text, " ", ""))
	switch {
	case err != nil || d%time.Millisecond != 0:
		e.fail(key, "found %s, write a duration with its unit, for example %s", quoted(text), example)
		return 0
	case d <= 0:
		e.fail(key, "found %s, it must be longer than 0", quoted(text))
		return 0
	}
	return d.Milliseconds()
}

// waitMs reads T or S, which an event's own limits bound.
func (e *entry) waitMs(key, example string) int64 {
	ms := e.durationMs(key, example)
	if ms > event.MaxThresholdMs {
		e.fail(key, "found %s, at most %s are allowed; what may take longer has due_opening_hours", quoted(e.text(key)), shown(event.MaxThresholdMs))
		return 0
	}
	return ms
}

// clock reads a time of day as minutes after midnight. Unquoted, 05:00 may reach us as it is written.
func (e *entry) clock(key string) int {
	text := e.text(key)
	if text == "" {
		return 0
	}
	minutes, ok := clockMinutes(text)
	if !ok || minutes == minutesOfDay {
		e.fail(key, "found %s, write a time of day, for example \"05:00\"", quoted(text))
		return 0
	}
	return minutes
}

const minutesOfDay = 24 * 60

// clockMinutes reads 08:00; 24:00 is the midnight that ends a day.
func clockMinutes(text string) (int, bool) {
	if text == "24:00" {
		return minutesOfDay, true
	}
	t, err := time.Parse("15:04", text)
	return t.Hour()*60 + t.Minute(), err == nil
}

// closedWord is what a day without hours is written as.
const closedWord = "closed"

// spans reads "08:00-20:00", a list of them in order, or closed. what begins the error.
func (e *entry) spans(n *yaml.Node, what string) []event.Span {
	n = resolved(n)
	parts := []*yaml.Node{n}
	switch {
	case n.Kind == yaml.SequenceNode:
		parts = n.Content
	case n.Kind == yaml.ScalarNode && n.Value == closedWord:
		return nil
	}
	wrong := func(at *yaml.Node, format string, args ...any) []event.Span {
		e.failed = true
		e.src.fail(at, "%s: %s", what, fmt.Sprintf(format, args...))
		return nil
	}
	if len(parts) == 0 || isNull(n) {
		return wrong(n, "no hours; write \"08:00-20:00\", or closed")
	}
	var all []event.Span
	for _, part := range parts {
		from, to, _ := strings.Cut(strings.ReplaceAll(part.Value, " ", ""), "-")
		begin, beginOK := clockMinutes(from)
		end, endOK := clockMinutes(to)
		switch {
		case part.Kind != yaml.ScalarNode || !beginOK || !endOK:
			return wrong(part, "found %s, write hours such as \"08:00-20:00\", or closed", quoted(part.Value))
		case begin >= end:
			return wrong(part, "found %s, the end must come after the beginning; hours past midnight belong to the next day", quoted(part.Value))
		case len(all) > 0 && begin <= all[len(all)-1].To:
			return wrong(part, "found %s, which begins before the hours before it have ended; write them in order, apart from one another", quoted(part.Value))
		}
		all = append(all, event.Span{From: begin, To: end})
	}
	return all
}

// date reads 2026-11-17.
func (e *entry) date(key string) Date {
	text := e.text(key)
	if text == "" {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		e.fail(key, "found %s, write a date such as 2026-11-17", quoted(text))
		return ""
	}
	return Date(text)
}

// localForms are how a time of the centre's own clock may be written.
var localForms = []string{"2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02T15:04:05"}

// moment reads a date, which stands for the beginning of that business day plus some days, a local time, or an instant.
func (r *reader) moment(e *entry, key string, plusDays int) event.Millis {
	text := e.text(key)
	if text == "" {
		return 0
	}
	if at, ok := event.ParseTime(text); ok {
		return at
	}
	if date, err := time.Parse(time.DateOnly, text); err == nil {
		return r.dayStart(date.AddDate(0, 0, plusDays))
	}
	for _, form := range localForms {
		if wall, err := time.Parse(form, text); err == nil {
			return r.local(e, key, wall)
		}
	}
	e.fail(key, "found %s, write a date such as 2026-09-01, a local time such as 2026-09-01 15:30, or an instant such as 2026-09-01T15:30:00+02:00", quoted(text))
	return 0
}

func (r *reader) dayStart(date time.Time) event.Millis {
	const secondsOfDay = 24 * 60 * 60
	start, _ := zone.NewCalendar(r.org.location(), r.org.Centre.DayStartsAtMinutes).Bounds(int32(date.Unix() / secondsOfDay))
	return start
}

// local turns a wall-clock time of the centre into an instant. One that the clocks skip or repeat is not one instant.
func (r *reader) local(e *entry, key string, wall time.Time) event.Millis {
	loc := r.org.location()
	at := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, loc)
	same := func(t time.Time) bool { return t.Format(time.DateTime) == wall.Format(time.DateTime) }
	switch {
	case !same(at):
		e.fail(key, "found %s, which does not exist in %s: the clocks go forward then; write a later time", quoted(e.text(key)), loc)
		return 0
	case same(at.Add(time.Hour)) || same(at.Add(-time.Hour)):
		e.fail(key, "found %s, which comes twice in %s: the clocks go back then; write an instant with its offset, such as %s",
			quoted(e.text(key)), loc, at.Format(time.RFC3339))
		return 0
	}
	return at.UnixMilli()
}

// interval reads from and to, and checks their order.
func (r *reader) interval(e *entry) (from, to event.Millis) {
	from, to = r.moment(e, "from", 0), r.moment(e, "to", 1)
	if to != 0 && to <= from {
		e.fail("to", "found %s, which is not after from, %s", quoted(e.text("to")), quoted(e.text("from")))
	}
	return from, to
}

// weekdays are how days are written, by time.Weekday.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// week is the same from Monday on, as people read it.
var week = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// days reads a list of weekdays.
func (e *entry) days(key string) Days {
	var set Days
	for _, it := range e.texts(key) {
		d := slices.Index(weekdays, it.value)
		if d < 0 {
			e.failed = true
			e.src.fail(it.node, "%s: found %s, it must be %s%s", key, quoted(it.value), oneOf(week), event.DidYouMean(it.value, week))
			continue
		}
		set |= 1 << d
	}
	return set
}

// maxWholeNumber is more than any count that people write here.
const maxWholeNumber = 1_000_000

func (e *entry) wholeNumber(key string) int {
	text := e.text(key)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxWholeNumber {
		e.fail(key, "found %s, write a whole number from 1 to %d", quoted(text), maxWholeNumber)
		return 0
	}
	return n
}

// shown is a duration for people: 30 s, 1 min 30 s, 8 h.
func shown(ms int64) string {
	if ms%1000 != 0 || ms == 0 {
		return strconv.FormatInt(ms, 10) + " ms"
	}
	var parts []string
	s := ms / 1000
	for _, u := range []struct {
		seconds int64
		name    string
	}{{3600, "h"}, {60, "min"}, {1, "s"}} {
		if n := s / u.seconds; n > 0 {
			parts = append(parts, strconv.FormatInt(n, 10)+" "+u.name)
			s -= n * u.seconds
		}
	}
	return strings.Join(parts, " ")
}
