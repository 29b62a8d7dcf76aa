// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"time"

	"github.com/vigie-kpi/vigie/event"
)

// opening is the opening hours of a queue as its people would count them: minute by minute, with a finger on the calendar
// and an eye on the clock on the wall. It is slow, and too simple to be wrong in the way in which quicker code is.
type opening struct {
	wall  *wall
	queue *queue
	days  map[int64]*[minutesOfDay]bool // by day of UTC: in which minutes it is open
	last  int64                         // the day asked for last, and its table
	table *[minutesOfDay]bool
}

const (
	minutesOfDay = 24 * 60
	foreverDays  = 400 // a queue that does not open for so long never does
)

// never is an instant that does not come.
const never event.Millis = 0

func newOpening(w *wall, q *queue) *opening {
	return &opening{wall: w, queue: q, days: map[int64]*[minutesOfDay]bool{}}
}

// isOpen tells whether it is open in the minute that begins at an instant.
func (o *opening) isOpen(minute event.Millis) bool {
	if day := minute / dayMs; o.table == nil || day != o.last {
		o.last, o.table = day, o.days[day]
		if o.table == nil {
			o.table = o.draw(day)
			o.days[day] = o.table
		}
	}
	return o.table[minute%dayMs/minuteMs]
}

// draw marks the minutes of a day of UTC in which it is open.
func (o *opening) draw(day int64) *[minutesOfDay]bool {
	table := &[minutesOfDay]bool{}
	for i := range table {
		local, shown := o.wall.minuteOf(day*dayMs + int64(i)*minuteMs)
		for _, h := range o.queue.hours(local) {
			table[i] = table[i] || shown >= h.From && shown < h.To
		}
	}
	return table
}

// after is the instant at which it has been open for ms since an instant; never when it does not open any more.
func (o *opening) after(t event.Millis, ms int64) event.Millis {
	for end := t + foreverDays*dayMs; t < end; {
		if ms == 0 {
			return t
		}
		minute := t - t%minuteMs
		if o.isOpen(minute) {
			step := min(ms, minute+minuteMs-t)
			t, ms = t+step, ms-step
			continue
		}
		t = minute + minuteMs
	}
	return never
}

// between is for how long it is open between two instants.
func (o *opening) between(from, to event.Millis) int64 {
	var ms int64
	for t := from; t < to; {
		minute := t - t%minuteMs
		next := min(to, minute+minuteMs)
		if o.isOpen(minute) {
			ms += next - t
		}
		t = next
	}
	return ms
}

// endOfDay is when it closes on the n-th day with opening hours after the day of an instant, which does not count; never
// when it does not open any more.
func (o *opening) endOfDay(t event.Millis, n int) event.Millis {
	day, _ := o.wall.minuteOf(t)
	for end := day + foreverDays; day < end; {
		day++
		hours := o.queue.hours(day)
		if len(hours) == 0 {
			continue
		}
		if n--; n == 0 {
			return o.wall.at(day, hours[len(hours)-1].To)
		}
	}
	return never
}

// monthsLater is the end of the day that is n months after that of an instant: the same number in its month or, where a
// month has no such day, its last.
func (o *opening) monthsLater(t event.Millis, n int) event.Millis {
	year, month, day := time.UnixMilli(t).In(o.wall.loc).Date()
	for later := day; ; later-- {
		date := time.Date(year, month+time.Month(n), later, 0, 0, 0, 0, o.wall.loc)
		if date.Day() == later {
			return date.AddDate(0, 0, 1).UnixMilli()
		}
	}
}
