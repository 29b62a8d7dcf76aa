// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"fmt"
	"slices"

	"github.com/vigie-kpi/vigie/event"
)

// Schedules. Of each shift date the one that was published last is in force, for all of its minutes, those that are long
// past included: a new one gives F(after) - F(before). Its facts carry the shift date as their day, so that a shift from
// 21:45 to 06:15 belongs to one day, whenever the centre's days begin.

// takeSchedule digests a schedule.
func (w *World) takeSchedule(e *event.Event) (Reason, string) {
	if w.names.full() {
		return ReasonTooManyNames, ""
	}
	if r := w.refuseUnknown(e); r != ReasonNone {
		return r, ""
	}
	s, err := event.ParseSchedule(e.Data)
	if err != nil {
		return ReasonInvalid, err.Error()
	}
	midnight, _ := event.ParseDate(s.ShiftDate)
	date, today := int32(midnight/dayMs), w.cfg.calendar.Day(w.clock)
	switch {
	case date < today-restateDays:
		return ReasonTooLate, fmt.Sprintf("data.shift_date: %s is more than %d days ago; what the advisor did then is not kept, so that its "+
			"adherence can no longer change", s.ShiftDate, restateDays)
	case date > today+plannedDays:
		return ReasonInvalid, fmt.Sprintf("data.shift_date: %s is more than %d days ahead; publish it again when it is nearer", s.ShiftDate, plannedDays)
	}
	m := w.pin(e)
	a := w.advisorOf(&m, w.clock)
	w.fresh.reset()
	a.cur.advance(a, w.clock-mod(w.clock, minuteMs), &w.fresh) // nothing is booked of somebody new before
	if w.superseded(a, &m, date) {
		return ReasonNone, ""
	}
	w.replan(a, planDay{at: m.at, id: m.id, source: m.source, seq: m.seq, date: date, planned: int32(len(s.Segments))}, partsOf(&s, midnight))
	return ReasonNone, ""
}

// superseded tells whether the date's schedule was published after this one, or is this one.
func (w *World) superseded(a *advisor, m *moment, date int32) bool {
	i, ok := a.plan.find(date)
	if !ok {
		return false
	}
	d := &a.plan.days[i]
	if d.id == m.id && d.source == m.source {
		w.out.duplicates++
		return true
	}
	return w.precedes(m, &moment{at: d.at, id: d.id, source: d.source, seq: d.seq})
}

func partsOf(s *event.Schedule, midnight int64) []planPart {
	parts := make([]planPart, len(s.Segments))
	for i, x := range s.Segments {
		parts[i] = planPart{int32(x.From - midnight), int32(x.To - midnight), activityOf(x.Activity), x.Paid}
	}
	return parts
}

// replan puts a schedule in force: F(after) - F(before), from where it or the one before begins.
func (w *World) replan(a *advisor, d planDay, parts []planPart) {
	from, to := a.plan.bounds(d.date)
	old := plan{slices.Clone(a.plan.days), slices.Clone(a.plan.segs)}
	a.plan.set(d, parts)
	newFrom, newTo := a.plan.bounds(d.date)
	from, to = min(from, newFrom), max(to, newTo)
	if from > a.cur.at {
		return // nothing of it has been judged
	}
	w.before.reset()
	now := a.plan
	a.plan = old
	w.judgeAgain(a, &w.scratchShift, from, to, &w.before)
	a.plan = now
	w.fresh.reset()
	w.judgeAgain(a, &a.cur, from, to, &w.fresh)
	w.before.cancel(&w.fresh)
	w.issue(&w.before, -1, nil)
	w.issue(&w.fresh, 1, nil)
}

// judgeAgain books what the schedules make of [from, to), of a deviation on its borders, and of contacts that ran beyond
// it, as far as it is past; and then what the timeline gives, into a shift.
func (w *World) judgeAgain(a *advisor, s *shift, from, to int64, out *rows) {
	until := a.cur.at
	from -= graceMs + minuteMs
	from -= mod(from, minuteMs)
	if from < a.base.at {
		end := max(to, a.past.workUntil(to)) + graceMs + minuteMs
		end = min(end-mod(end, minuteMs)+minuteMs, a.base.at)
		j := judge{}
		a.past.replay(a, &j, from, end, out)
		if end == a.base.at {
			a.base.judge = j
		}
	}
	s.copyFrom(&a.base)
	s.fold(a, a.line, 0, until, out)
}

// judgeBase finds the deviation that is under way where the base stands.
func (a *advisor) judgeBase(unused *rows) {
	a.base.judge = judge{}
	if len(a.plan.days) > 0 {
		a.past.replay(a, &a.base.judge, a.base.at-graceMs-minuteMs, a.base.at, unused)
	}
}

// workUntil is when the contacts that began before an instant were over.
func (d *diary) workUntil(began int64) int64 {
	until := began
	for _, s := range d.between(began, began+chatLimitMs+wrapLimitMs, nil) {
		if s.doing == doingWork && s.since < began {
			until = max(until, s.to)
		}
	}
	return until
}

// forget lets go of what no schedule can change any more, nor any needs.
func (a *advisor) forget(now int64) {
	oldest := int32(now/dayMs) - restateDays - 3 // a day's shift begins up to 14 hours before it, and days begin late
	a.plan.forget(oldest)
	a.past.forget(oldest)
}

// settleIn gives a new advisor the teams that the memberships say for the time before anything was heard.
func (w *World) settleIn(a *advisor) {
	name := w.names.name(a.name)
	oldest := a.base.at - (restateDays+3)*dayMs
	borders := []int64{oldest}
	for _, r := range w.cfg.advisors[name] {
		borders = append(borders, r.from, r.to)
	}
	slices.Sort(borders)
	for _, at := range borders {
		if at < oldest || at > a.base.at {
			continue
		}
		rule, _ := w.advisorAt(name, at)
		p := place{rule.team, rule.homeTeam, rule.site}
		if n := len(a.past.places); n == 0 || a.past.places[n-1].place != p {
			a.past.places = append(a.past.places, stay{at, p})
		}
		a.base.place = p
	}
}

func (w *World) codePlan(c *codec, p *plan) {
	list(c, &p.days, func(c *codec, d *planDay) {
		c.near(&d.at, w.clock)
		c.fixed(&d.id)
		w.codeID(c, &d.source)
		number(c, &d.seq)
		number(c, &d.date)
		number(c, &d.planned)
	})
	list(c, &p.segs, func(c *codec, s *planPart) {
		number(c, &s.from)
		number(c, &s.to)
		number(c, &s.activity)
		c.bool(&s.paid)
	})
	if c.reading && c.err == nil && !p.sound() {
		*p = plan{}
		c.fail()
	}
}

// sound checks what a damaged snapshot could break.
func (p *plan) sound() bool {
	n := 0
	for _, d := range p.days {
		if d.planned < 0 || int(d.planned) > len(p.segs)-n {
			return false
		}
		n += int(d.planned)
	}
	for _, s := range p.segs {
		if s.activity >= numActivities || s.from >= s.to {
			return false
		}
	}
	return n == len(p.segs)
}

func (w *World) codeDiary(c *codec, d *diary) {
	list(c, &d.days, func(c *codec, x *diaryDay) {
		number(c, &x.day)
		number(c, &x.first)
	})
	c.bytes(&d.bytes)
	c.near(&d.end, w.clock)
	c.near(&d.last.from, w.clock)
	c.near(&d.last.to, w.clock)
	c.near(&d.last.since, w.clock)
	number(c, &d.last.doing)
	list(c, &d.places, func(c *codec, s *stay) {
		c.near(&s.at, w.clock)
		w.codePlace(c, &s.place)
	})
	if c.reading && c.err == nil && !d.sound() {
		*d = diary{}
		c.fail()
	}
}

// sound checks what a damaged snapshot could break.
func (d *diary) sound() bool {
	first := int32(0)
	for _, x := range d.days {
		if x.first < first || int(x.first) > len(d.bytes) {
			return false
		}
		first = x.first
	}
	return d.last.doing <= doingElse && d.last.from <= d.last.to
}
