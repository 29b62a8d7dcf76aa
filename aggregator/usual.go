// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"slices"

	"github.com/vigie-kpi/vigie/indicator"
)

// What is usual: of the last four weeks a world remembers how much came to each queue in each quarter of an hour, and how much
// work it made. Rules compare the day at hand with it. It is booked when the log tells it and not when it happened: letters that
// are scanned two hours late were missing for two hours. So a late event never changes what was usual, and what comes twice or
// is taken back adds up to what came.
//
// History that is imported in a lane teaches its centre when the import is finished.

const (
	quarterMs = 15 * minuteMs
	usualDays = 28 // for so long a day is remembered
)

// usual is what a world remembers.
type usual struct {
	all    history // of all sources: events heard, and events refused
	queues []*history

	day        int32 // that of the clock ...
	start, end int64 // ... is [start, end); 0 until it is asked for. Not in the snapshot
}

// history is what came to one queue.
type history struct {
	days []historyDay // in order
	open int64        // offered, and not ended in any way, since the first event
}

type historyDay struct {
	day      int32 // business day
	quarters []quarter
}

// quarter is a quarter of an hour of a business day, counted from the start of the day: a day of 25 hours has 100.
type quarter struct {
	number  uint8
	arrived int64 // of all: events heard
	handled int64 // of all: events refused
	workMs  int64 // of the handled
}

func (q *quarter) add(o *quarter) {
	q.arrived, q.handled, q.workMs = q.arrived+o.arrived, q.handled+o.handled, q.workMs+o.workMs
}

// of returns the history of a queue, made when it is new.
func (u *usual) of(queue ID) *history {
	for len(u.queues) <= int(queue) {
		u.queues = append(u.queues, nil)
	}
	if u.queues[queue] == nil {
		u.queues[queue] = &history{}
	}
	return u.queues[queue]
}

// known returns the history of a queue; nil when nothing ever came to it.
func (u *usual) known(queue ID) *history {
	if int(queue) >= len(u.queues) {
		return nil
	}
	return u.queues[queue]
}

// dayAt returns the business day of the clock, and its first instant.
func (w *World) dayAt(clock int64) (day int32, start int64) {
	u := &w.usual
	if clock < u.start || clock >= u.end {
		u.day = w.cfg.calendar.Day(clock)
		u.start, u.end = w.cfg.calendar.Bounds(u.day)
	}
	return u.day, u.start
}

// now returns the quarter of the clock.
func (w *World) quarterNow(h *history) *quarter {
	day, start := w.dayAt(w.clock)
	return h.quarter(day, uint8((w.clock-start)/quarterMs))
}

// quarter finds a quarter, the newest of all but for corrections, and makes it when it is new.
func (h *history) quarter(day int32, number uint8) *quarter {
	i := len(h.days)
	for i > 0 && h.days[i-1].day > day {
		i--
	}
	if i == 0 || h.days[i-1].day != day {
		h.days = slices.Insert(h.days, i, historyDay{day: day})
		h.forget(h.days[len(h.days)-1].day - usualDays)
		return h.quarter(day, number)
	}
	d := &h.days[i-1]
	for i = len(d.quarters); i > 0 && d.quarters[i-1].number > number; i-- {
	}
	if i == 0 || d.quarters[i-1].number != number {
		d.quarters = slices.Insert(d.quarters, i, quarter{number: number})
		i++
	}
	return &d.quarters[i-1]
}

// forget drops the days before the given one; the newest stays.
func (h *history) forget(first int32) {
	n := 0
	for n < len(h.days)-1 && h.days[n].day < first {
		n++
	}
	h.days = slices.Delete(h.days, 0, n)
}

// heard counts an event of the log, and whether it was refused.
func (w *World) heard(refused bool) {
	q := w.quarterNow(&w.usual.all)
	q.arrived++
	q.handled += oneIf(refused)
}

// learn takes what a fact says of its queue.
func (w *World) learn(queue ID, grain Grain, incs []Inc) {
	if queue == 0 || grain != GrainQueueLeg && grain != GrainAdvisorLeg && grain != GrainDeferred {
		return
	}
	var q quarter
	var open int64
	for i := range incs {
		value := incs[i].Value
		m, _ := incs[i].Key.Measure()
		switch m {
		case indicator.Offered:
			q.arrived += value
			open += value
		case indicator.Answered, indicator.Abandoned, indicator.Left, indicator.Lost:
			open -= value
		case indicator.ItemsCreated:
			q.arrived += value
		case indicator.Handled:
			q.handled += value
		case indicator.TalkMs, indicator.HoldMs, indicator.WrapMs:
			q.workMs += value
		}
	}
	if q == (quarter{}) && open == 0 {
		return
	}
	h := w.usual.of(queue)
	h.open += open
	if q != (quarter{}) {
		w.quarterNow(h).add(&q)
	}
}

// teach hands on what a finished import remembers to the live world of the same centre.
func (w *World) teach(live *World) {
	today, _ := live.dayAt(live.clock)
	for id, h := range w.usual.queues {
		if h == nil {
			continue
		}
		to := live.usual.of(live.names.id(w.names.name(ID(id))))
		for i := range h.days {
			d := &h.days[i]
			if d.day > today || d.day < today-usualDays {
				continue
			}
			for k := range d.quarters {
				to.quarter(d.day, d.quarters[k].number).add(&d.quarters[k])
			}
		}
	}
}

// between adds up what came on a day from one instant to another, counted from the start of the day, in thousandths: of a
// quarter that is partly in it, a part counts.
func (d *historyDay) between(fromMs, toMs int64) (milli int64) {
	for i := range d.quarters {
		q := &d.quarters[i]
		begin := int64(q.number) * quarterMs
		if in := min(toMs, begin+quarterMs) - max(fromMs, begin); in > 0 {
			milli += q.arrived * 1000 * in / quarterMs
		}
	}
	return milli
}

// sameDays calls f with the days of the same weekday before a day on which anything came: a holiday says nothing.
func (h *history) sameDays(day int32, f func(*historyDay)) {
	for i := range h.days {
		d := &h.days[i]
		if d.day >= day || (day-d.day)%7 != 0 {
			continue
		}
		if slices.ContainsFunc(d.quarters, func(q quarter) bool { return q.arrived > 0 }) {
			f(d)
		}
	}
}

// usually adds up, over the same weekdays, what came from one instant to another, in thousandths.
func (h *history) usually(day int32, fromMs, toMs int64) (milli, days int64) {
	h.sameDays(day, func(d *historyDay) {
		days++
		milli += d.between(fromMs, toMs)
	})
	return milli, days
}

// came is what came on the day at hand from one instant to another, in thousandths.
func (h *history) came(day int32, fromMs, toMs int64) (milli int64) {
	for i := range h.days {
		if h.days[i].day == day {
			milli += h.days[i].between(fromMs, toMs)
		}
	}
	return milli
}

// lately adds up what came and what was handled in a quarter and the one before.
func (h *history) lately(day int32, number uint8) (arrived, handled int64) {
	if n := len(h.days); n > 0 && h.days[n-1].day == day {
		for _, q := range h.days[n-1].quarters {
			if q.number == number || q.number+1 == number {
				arrived, handled = arrived+q.arrived, handled+q.handled
			}
		}
	}
	return arrived, handled
}

// work adds up how many contacts were handled in all the days that are remembered, and how long they took.
func (h *history) work() (handled, workMs int64) {
	for i := range h.days {
		for k := range h.days[i].quarters {
			handled += h.days[i].quarters[k].handled
			workMs += h.days[i].quarters[k].workMs
		}
	}
	return handled, workMs
}

func (w *World) codeUsual(c *codec) {
	u := &w.usual
	c.history(&u.all)
	var known []ID
	for id, h := range u.queues {
		if h != nil {
			known = append(known, ID(id))
		}
	}
	list(c, &known, w.codeID)
	for _, id := range known {
		if c.err != nil {
			return
		}
		c.history(u.of(id))
	}
}

func (c *codec) history(h *history) {
	number(c, &h.open)
	list(c, &h.days, func(c *codec, d *historyDay) {
		number(c, &d.day)
		list(c, &d.quarters, func(c *codec, q *quarter) {
			number(c, &q.number)
			number(c, &q.arrived)
			number(c, &q.handled)
			number(c, &q.workMs)
		})
	})
}
