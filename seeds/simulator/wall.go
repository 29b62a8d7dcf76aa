// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/organisation"
)

const (
	secondMs = int64(1000)
	minuteMs = 60 * secondMs
	hourMs   = 60 * minuteMs
	dayMs    = 24 * hourMs
	weekMs   = 7 * dayMs
)

// wall is the clock on the centre's wall. Days are counted from 1970-01-01.
type wall struct {
	loc      *time.Location
	calendar *zone.Calendar // of business days
}

func newWall(centre *event.CentreConfig) (*wall, error) {
	loc, err := zone.Load(centre.Zone)
	if err != nil {
		return nil, err
	}
	return &wall{loc: loc, calendar: zone.NewCalendar(loc, centre.DayStartsAtMinutes)}, nil
}

// dayOf reads a date.
func dayOf(d organisation.Date) (int32, error) {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return 0, fmt.Errorf("%q is no date; write it such as 2026-11-17", string(d))
	}
	return int32(t.Unix() / (dayMs / secondMs)), nil
}

// dateOf writes a date.
func dateOf(day int32) organisation.Date {
	return organisation.Date(time.Unix(int64(day)*(dayMs/secondMs), 0).UTC().Format(time.DateOnly))
}

func weekday(day int32) time.Weekday { return time.Weekday((int(day)%7 + 7 + 4) % 7) } // 1970-01-01 was a Thursday

// at is the instant at which the wall clock shows that many minutes after midnight of a day; more than 1440 is the next
// day, and what the clocks skip in spring is an hour later.
func (w *wall) at(day int32, minutes int) event.Millis {
	year, month, date := time.Unix(int64(day)*(dayMs/secondMs), 0).UTC().Date()
	return time.Date(year, month, date, 0, minutes, 0, 0, w.loc).UnixMilli()
}

// minuteOf is the day and the minute that the wall clock shows.
func (w *wall) minuteOf(t event.Millis) (day int32, minute int) {
	l := time.UnixMilli(t).In(w.loc)
	midnight := time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, time.UTC)
	return int32(midnight.Unix() / (dayMs / secondMs)), l.Hour()*60 + l.Minute()
}
