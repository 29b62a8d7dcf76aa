// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"slices"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/organisation"
)

// shift is one advisor's working day as it is planned.
type shift struct {
	day      int32
	team     string
	pattern  *organisation.Shift
	from, to event.Millis
	segments []segment // away from the lines, in order
	absent   string    // as schedules say; "" is present
	known    bool      // the absence is known when the schedule is published
	desk     string    // what the time between the segments is for
	lateMs   int64     // the advisor truly comes so much after the begin; before it when negative
	staysMs  int64     // and leaves so much after the end
}

// segment is a planned stretch of a shift.
type segment struct {
	from, to event.Millis
	activity string // as schedules say
	reason   string // of the state
	fixed    bool   // ends when it was to end, however late it began
	paid     bool
	waitMs   int64 // until the advisor sees that it is time
}

// Reasons of the states that every shift has.
const (
	reasonBreak = "Pause"
	reasonLunch = "Déjeuner"
)

// planDay plans the shifts that begin on a day: who is there first, then lunches, what takes longer than a break, and breaks,
// each where those who serve the same queues can best spare somebody.
func (s *simulation) planDay(day int32) map[*advisor]*shift {
	s.planning = s.dailyDice("planning", day)
	plans, table := map[*advisor]*shift{}, newCover(s, day)
	each := func(do func(*advisor, *shift)) {
		for _, a := range s.advisors {
			if sh := plans[a]; sh != nil {
				do(a, sh)
			}
		}
	}
	for _, a := range s.advisors {
		if sh := s.planShift(a, day); sh != nil {
			plans[a] = sh
			table.add(a, sh)
		}
	}
	each(func(a *advisor, sh *shift) { s.planLunch(a, sh, table) })
	each(func(a *advisor, sh *shift) { s.planActivities(a, sh, table) })
	each(func(a *advisor, sh *shift) { s.planBreaks(a, sh, table) })
	each(func(_ *advisor, sh *shift) { s.planPunctuality(sh) })
	return plans
}

// planShift plans when somebody is there; nil when the advisor does not work.
func (s *simulation) planShift(a *advisor, day int32) *shift {
	m := a.member(s.startOf(day))
	if m == nil {
		return nil
	}
	pattern := s.pattern(m.Shift)
	if pattern == nil || !cmp.Or(m.Days, pattern.Days).Has(weekday(day)) || !s.needed(a, day) {
		return nil
	}
	sh := &shift{day: day, team: m.Team, pattern: pattern, from: s.wall.at(day, pattern.Begins), to: s.wall.at(day, pattern.Ends)}
	if pattern.Ends <= pattern.Begins {
		sh.to = s.wall.at(day+1, pattern.Ends)
	}
	desk := s.deskOf(m.Team)
	sh.desk = event.ActivityProductive
	if desk.Always && desk.Planned != "" {
		sh.desk = desk.Planned
	}
	h, d := &s.spec.Habits, s.planning
	planned, unplanned := d.chance(h.PlannedAbsence), d.chance(h.UnplannedAbsence)
	switch {
	case planned:
		sh.absent, sh.known = event.ActivityAbsentPlanned, true
	case unplanned:
		sh.absent = event.ActivityAbsentUnplanned
	}
	return sh
}

func (s *simulation) pattern(id string) *organisation.Shift {
	for i := range s.spec.Organisation.Shifts {
		if p := &s.spec.Organisation.Shifts[i]; p.ID == id {
			return p
		}
	}
	return nil
}

// needed tells whether there is work on a day: a queue that the advisor serves is open or, for those who serve none that
// customers call, any that closes at all.
func (s *simulation) needed(a *advisor, day int32) bool {
	serves := false
	for _, q := range a.queues {
		serves = true
		if len(q.hours(day)) > 0 {
			return true
		}
	}
	if serves {
		return false
	}
	for _, q := range s.queues {
		if q.calendar != nil && len(q.hours(day)) > 0 && len(q.hours(day-int32(weekday(day)))) == 0 { // closed on Sundays
			return true
		}
	}
	return false
}

// planLunch puts lunch into the time that the shift allows; where the story stacks lunches, all at once.
func (s *simulation) planLunch(a *advisor, sh *shift, table *cover) {
	p := sh.pattern
	if p.LunchMs == 0 {
		return
	}
	earliest, latest := sh.from+2*hourMs, sh.to-2*hourMs-p.LunchMs
	if p.LunchBetween != (event.Span{}) {
		earliest, latest = s.wall.at(sh.day, p.LunchBetween.From), s.wall.at(sh.day, p.LunchBetween.To)-p.LunchMs
		if p.Ends <= p.Begins && p.LunchBetween.To <= p.Ends { // after midnight
			earliest, latest = s.wall.at(sh.day+1, p.LunchBetween.From), s.wall.at(sh.day+1, p.LunchBetween.To)-p.LunchMs
		}
	}
	at, found := table.best(a, sh, earliest, latest, 15*minuteMs, p.LunchMs)
	if !found {
		at = earliest
	}
	for _, x := range s.plot.lunches {
		stacked := s.wall.at(sh.day, x.minute)
		if x.day == sh.day && slices.ContainsFunc(a.queues, func(q *queue) bool { return q.id == x.queue }) &&
			stacked >= sh.from && stacked+p.LunchMs <= sh.to {
			at = stacked
		}
	}
	sh.plan(a, table, segment{from: at, to: at + p.LunchMs, activity: event.CategoryLunch, reason: reasonLunch})
}

// planActivities adds what habits say: briefings, training, files to follow up.
func (s *simulation) planActivities(a *advisor, sh *shift, table *cover) {
	d := s.planning
	for i := range s.spec.Habits.Activities {
		act := &s.spec.Habits.Activities[i]
		there := d.chance(act.Share)
		if len(act.Teams) > 0 && !slices.Contains(act.Teams, sh.team) || len(act.Teams) == 0 && len(a.queues) == 0 || !there {
			continue
		}
		length := int64(act.Minutes) * minuteMs
		at, found := s.wall.at(sh.day, act.At), true
		if act.At == 0 {
			at, found = table.best(a, sh, sh.from+hourMs, sh.to-hourMs-length, 15*minuteMs, length)
		}
		if found {
			sh.plan(a, table, segment{from: at, to: at + length, activity: act.Category, reason: act.Reason, paid: true, fixed: act.At > 0})
		}
	}
}

// planBreaks spreads the breaks over the shift, each within three quarters of an hour of its even place where it can be.
func (s *simulation) planBreaks(a *advisor, sh *shift, table *cover) {
	p := sh.pattern
	if p.BreakMs == 0 || p.BreakEveryMs == 0 {
		return
	}
	n := (sh.to - sh.from - p.LunchMs) / p.BreakEveryMs
	for i := range n {
		span := (sh.to - sh.from) / n
		even := sh.from + i*span + span/2
		even -= even % (5 * minuteMs)
		at, found := table.best(a, sh, even-45*minuteMs, even+45*minuteMs, 5*minuteMs, p.BreakMs)
		if !found {
			at, found = table.best(a, sh, even+45*minuteMs, even+2*hourMs, 5*minuteMs, p.BreakMs)
		}
		if found {
			sh.plan(a, table, segment{from: at, to: at + p.BreakMs, activity: event.CategoryBreak, reason: reasonBreak, paid: true})
		}
	}
}

// planPunctuality draws how far the advisor will keep to the plan, which nobody publishes.
func (s *simulation) planPunctuality(sh *shift) {
	h, d := &s.spec.Habits, s.planning
	if h.Late == 0 {
		return
	}
	late, minutes, little := d.chance(h.Late), d.between(10, 30), d.normal()
	sh.lateMs = int64(max(-3, min(3, little)) * float64(minuteMs))
	if late {
		sh.lateMs = int64(minutes * float64(minuteMs))
	}
	for i := range sh.segments {
		sh.segments[i].waitMs = d.ms(0, minuteMs)
	}
	sh.staysMs = d.ms(0, minuteMs)
}

// plan adds a segment, in order, unless something else is planned then.
func (sh *shift) plan(a *advisor, table *cover, seg segment) {
	if !sh.fits(seg.from, seg.to) {
		return
	}
	sh.segments = append(sh.segments, seg)
	slices.SortFunc(sh.segments, func(a, b segment) int { return cmp.Compare(a.from, b.from) })
	table.takeAway(a, sh, &seg)
}

// fits tells whether the shift has nothing planned in [from, to).
func (sh *shift) fits(from, to event.Millis) bool {
	return from >= sh.from && to <= sh.to &&
		!slices.ContainsFunc(sh.segments, func(o segment) bool { return from < o.to && o.from < to })
}

// schedule is the shift as planning software publishes it.
func (sh *shift) schedule(absence string) event.Schedule {
	out := event.Schedule{ShiftDate: string(dateOf(sh.day)), Segments: []event.ScheduleSegment{}}
	add := func(from, to event.Millis, activity string, paid bool) {
		if to > from {
			out.Segments = append(out.Segments, event.ScheduleSegment{From: from, To: to, Activity: activity, Paid: paid})
		}
	}
	at := sh.from
	for _, seg := range sh.segments {
		if absence != "" && seg.activity != event.CategoryLunch {
			continue // somebody absent is absent in breaks, too
		}
		add(at, seg.from, cmp.Or(absence, sh.desk), true)
		if absence == "" { // nobody is expected at an absent colleague's lunch
			add(seg.from, seg.to, seg.activity, seg.paid)
		}
		at = seg.to
	}
	add(at, sh.to, cmp.Or(absence, sh.desk), true)
	return out
}
