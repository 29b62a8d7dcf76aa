// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"cmp"
	"slices"

	"github.com/vigie-kpi/vigie/event"
)

// Horizons of schedules, in days. They bound an advisor's memory.
const (
	// restateDays is how far back a schedule may still be changed: a week, and the day on which somebody corrects it. What
	// an advisor did is kept that long, at about half a kilobyte for a full day.
	restateDays = 8
	// plannedDays is how far ahead one may be published.
	plannedDays = 62

	dayMs = 24 * 60 * minuteMs
)

// plan is what an advisor is to do: for each shift date, the schedule that was published last.
type plan struct {
	days []planDay  // in order of date
	segs []planPart // of all days, each day's together and in order of time
}

// planDay is the schedule of one shift date, and the event that published it.
type planDay struct {
	at      int64
	id      uint64
	source  ID
	seq     int32
	date    int32 // days since 1970-01-01
	planned int32 // how many of plan.segs
}

// planPart is one stretch of a schedule, [from, to).
type planPart struct {
	from, to int32 // ms since its date's midnight UTC
	activity activity
	paid     bool
}

// planned is a stretch of a schedule with its instants. The zero value is time that nobody planned.
type planned struct {
	from, to int64
	date     int32
	activity activity
	paid     bool
}

// activity is what a stretch of a schedule is for. Append only: the numbers are in the snapshot.
type activity uint8

const (
	unplanned activity = iota
	planProductive
	planElse // a break, a meal, training, a meeting, coaching
	planAbsent
	planMissing // absent without notice
	numActivities
)

func activityOf(word string) activity {
	switch word {
	case event.ActivityProductive, event.CategoryBackoffice:
		return planProductive
	case event.ActivityAbsentPlanned:
		return planAbsent
	case event.ActivityAbsentUnplanned:
		return planMissing
	}
	return planElse
}

// expects tells that the advisor is to be there.
func (p planned) expects() bool { return p.activity == planProductive || p.activity == planElse }

// wants is what the advisor is to be doing, when expected at all. Only the kind counts: a break instead of a meeting will do.
func (p planned) wants() doing {
	if p.activity == planProductive {
		return doingQueue
	}
	return doingElse
}

// each calls f with every stretch that may lie at or after an instant, in order of date, until f returns false.
func (p *plan) each(at int64, f func(planned) bool) {
	first := 0
	for i := range p.days {
		d := &p.days[i]
		midnight := int64(d.date) * dayMs
		if at < midnight+3*dayMs { // what belongs to a date has ended by then
			for _, x := range p.segs[first : first+int(d.planned)] {
				if !f(planned{midnight + int64(x.from), midnight + int64(x.to), d.date, x.activity, x.paid}) {
					return
				}
			}
		}
		first += int(d.planned)
	}
}

// at is what is planned at an instant: where two shift dates overlap, what the later one says.
func (p *plan) at(at int64) (found planned) {
	p.each(at, func(x planned) bool {
		if x.from <= at && at < x.to {
			found = x
		}
		return int64(x.date)*dayMs <= at+dayMs // a later date begins later
	})
	return found
}

// next is the first planned instant at or after one, or never.
func (p *plan) next(at int64) int64 {
	next := never
	p.each(at, func(x planned) bool {
		if at < x.to {
			next = min(next, max(x.from, at))
		}
		return int64(x.date)*dayMs <= min(next, never-dayMs)+dayMs
	})
	return next
}

// until is where what is planned at an instant, x, may give way to something else.
func (p *plan) until(at int64, x planned) int64 {
	end := x.to
	if x.activity == unplanned {
		end = never
	}
	p.each(at, func(y planned) bool {
		if at < y.from {
			end = min(end, y.from)
		}
		return int64(y.date)*dayMs <= min(end, never-dayMs)+dayMs
	})
	return end
}

// isBorder tells that something else is planned from this instant on than just before it.
func (p *plan) isBorder(at int64) bool { return p.at(at) != p.at(at-1) }

// find returns where the schedule of a date is among the days, or belongs.
func (p *plan) find(date int32) (int, bool) {
	return slices.BinarySearchFunc(p.days, date, func(d planDay, date int32) int { return cmp.Compare(d.date, date) })
}

// first is the index of the first stretch of day number i.
func (p *plan) first(i int) int {
	n := 0
	for _, d := range p.days[:i] {
		n += int(d.planned)
	}
	return n
}

// bounds are the first and last planned instants of a date.
func (p *plan) bounds(date int32) (from, to int64) {
	i, ok := p.find(date)
	if !ok || p.days[i].planned == 0 {
		return never, -never
	}
	first := p.first(i)
	midnight := int64(date) * dayMs
	return midnight + int64(p.segs[first].from), midnight + int64(p.segs[first+int(p.days[i].planned)-1].to)
}

// set puts the schedule of a date in the place of an earlier one.
func (p *plan) set(d planDay, parts []planPart) {
	i, replaces := p.find(d.date)
	first := p.first(i)
	old := 0
	if replaces {
		old = int(p.days[i].planned)
		p.days[i] = d
	} else {
		p.days = slices.Insert(p.days, i, d)
	}
	p.segs = slices.Replace(p.segs, first, first+old, parts...)
}

// forget lets go of the dates before one.
func (p *plan) forget(date int32) {
	i, _ := p.find(date)
	if i == 0 {
		return
	}
	p.segs = slices.Delete(p.segs, 0, p.first(i))
	p.days = slices.Delete(p.days, 0, i)
}
