// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"slices"
	"unique"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
)

// The rules of schedules
//
//  1. Of each shift date the schedule that was published last is in force, whenever that was. At an instant that two shift
//     dates plan, the later date's word counts.
//  2. Productive time and back-office work are planned productive; breaks, meals, training, meetings and coaching are
//     planned too; absences are not. Paid stretches are paid, and absences count as far as they are paid.
//  3. Somebody who is available, rung, on contact, wrapping up or in back-office work does productive work; somebody who is
//     logged in otherwise does something else. Planned time in which the right one of the two is done is adherent.
//  4. Conversations and after-contact work outside productive time are an overrun, if the first connected of the legs
//     was connected in productive time. Within planned time an overrun is adherent.
//  5. The rest of planned time are deviations. One of at most three minutes that touches an instant at which the plan
//     changes is adherent after all, once something follows it: other behaviour, or time that is not planned.
//  6. Facts are booked by minute as far as time is booked, to the team of the instant, with the shift date as their day,
//     or the minute's own business day if that is earlier. An overrun beyond any schedule has the shift date of the time in
//     which it began.

// planned is a stretch of a schedule in force.
type plannedStretch struct {
	event.ScheduleSegment
	day int32
}

func (p *plannedStretch) productive() bool {
	return p.Activity == event.ActivityProductive || p.Activity == event.CategoryBackoffice
}

func (p *plannedStretch) expected() bool {
	return p.Activity != "" && p.Activity != event.ActivityAbsentPlanned && p.Activity != event.ActivityAbsentUnplanned
}

// inForce is rule 1: the stretches of the last word on each shift date.
func inForce(published []said) (all []plannedStretch) {
	for i := range published {
		s := scheduleOf(&published[i])
		newer := slices.ContainsFunc(published[i+1:], func(e said) bool { return scheduleOf(&e).ShiftDate == s.ShiftDate })
		if newer {
			continue
		}
		midnight, _ := event.ParseDate(s.ShiftDate)
		for _, x := range s.Segments {
			all = append(all, plannedStretch{x, int32(midnight / (24 * hour))})
		}
	}
	slices.SortFunc(all, func(a, b plannedStretch) int { return int(a.day - b.day) })
	return all
}

func scheduleOf(e *said) event.Schedule {
	s, err := event.ParseSchedule(e.Data)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return s
}

// lived is a stretch of time in which nothing changes, neither what is planned nor what is done.
type lived struct {
	from, to int64
	plan     plannedStretch
	dims     dimensions
	category string // "" = not logged in
	overrun  bool
	fits     bool
	calendar *zone.Calendar
}

func scheduleFacts(out facts, r *rules, name string, line, published []said, clock int64) {
	d := &diary{rules: r, line: line}
	for i := range line {
		d.read(i)
	}
	plans := inForce(published)
	planAt := func(at int64) (found plannedStretch) {
		for _, p := range plans {
			if p.From <= at && at < p.To {
				found = p
			}
		}
		return found
	}
	var all []lived
	booked := d.booked(clock)
	instants := d.cuts(plans, booked)
	for i, from := range instants[:max(len(instants)-1, 0)] {
		all = append(all, d.live(r, name, from, instants[i+1], planAt))
	}
	for _, l := range all {
		l.book(out)
	}
	forgive(out, all, booked, planAt)
}

// cuts are the instants at which anything can change, up to the last one that is booked.
func (d *diary) cuts(plans []plannedStretch, booked int64) []int64 {
	all := []int64{booked}
	if len(d.line) > 0 {
		all = append(all, d.boundaries(booked)...)
	}
	for _, p := range plans {
		all = append(all, p.From, p.To)
	}
	first := slices.Min(all)
	for m := first - first%minute; m <= booked; m += minute {
		all = append(all, m)
	}
	all = slices.DeleteFunc(all, func(at int64) bool { return at < first || at > booked })
	slices.Sort(all)
	return slices.Compact(all)
}

func (d *diary) live(r *rules, name string, from, to int64, planAt func(int64) plannedStretch) lived {
	l := lived{from: from, to: to, plan: planAt(from), calendar: zone.NewCalendar(zones[r.centre.Zone], r.centre.DayStartsAtMinutes)}
	known := d.eventsUpTo(from)
	if known == 0 {
		membership := r.read(event.Event{Advisor: name, Time: from})
		l.dims = placeOf(name, &membership)
	} else {
		l.dims = placeOf(name, &d.line[known-1])
		l.category = d.category(known, from)
	}
	if l.category == "on_contact" || l.category == "wrapping" {
		first := slices.MinFunc(slices.DeleteFunc(d.open(known, from), func(l occupation) bool { return !l.worksOn() }),
			func(a, b occupation) int { return a.connected - b.connected })
		began := planAt(d.line[first.connected].Time)
		l.overrun = began.productive() && !l.plan.productive()
		if l.overrun && l.plan.Activity == "" {
			l.plan.day = began.day
		}
	}
	working := slices.Contains([]string{"available", "ringing", "on_contact", "wrapping", "backoffice"}, l.category)
	l.fits = l.overrun || l.category != "" && working == l.plan.productive()
	return l
}

func (l *lived) add(out facts, name string) {
	at := l.from - l.from%minute
	day := min(l.plan.day, l.calendar.Day(at))
	out.addKey(key{at: at, grain: aggregator.GrainTime, dims: unique.Make(l.dims), name: name, day: day}, l.to-l.from)
}

func (l *lived) book(out facts) {
	if l.overrun {
		l.add(out, "overrun_ms")
	}
	if l.plan.Paid {
		l.add(out, "paid_ms")
		switch l.plan.Activity {
		case event.ActivityAbsentPlanned, event.ActivityAbsentUnplanned:
			l.add(out, l.plan.Activity+"_ms")
		}
	}
	if !l.plan.expected() {
		return
	}
	l.add(out, "planned_ms")
	if l.plan.productive() {
		l.add(out, "planned_productive_ms")
	}
	if l.fits {
		l.add(out, "adherent_ms")
	}
}

// forgive is rule 5.
func forgive(out facts, all []lived, booked int64, planAt func(int64) plannedStretch) {
	deviates := func(i int) bool { return all[i].plan.expected() && !all[i].fits }
	for i := 0; i < len(all); {
		n := i
		for n < len(all) && deviates(n) {
			n++
		}
		if n == i {
			i++
			continue
		}
		from, to := all[i].from, all[n-1].to
		next := planAt(to)
		over := to < booked || !next.expected()
		touches := false
		for _, at := range append([]int64{to}, froms(all[i:n])...) {
			touches = touches || planAt(at) != planAt(at-1)
		}
		if over && touches && to-from <= 3*minute {
			for k := i; k < n; k++ {
				all[k].add(out, "adherent_ms")
			}
		}
		i = n
	}
}

func froms(all []lived) (list []int64) {
	for _, l := range all {
		list = append(list, l.from)
	}
	return list
}
