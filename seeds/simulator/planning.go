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

// planDay plans the shifts that begin on a day. Lunches of the advisors who serve the same queues are spread over the
// time that their shift allows.
func (s *simulation) planDay(day int32) map[*advisor]*shift {
	plans := map[*advisor]*shift{}
	s.planning = s.dailyDice("planning", day)
	lunches := map[string]int{}
	for _, a := range s.advisors {
		if sh := s.planShift(a, day, lunches); sh != nil {
			plans[a] = sh
		}
	}
	return plans
}

// planShift plans one shift; nil when the advisor does not work.
func (s *simulation) planShift(a *advisor, day int32, lunches map[string]int) *shift {
	m := a.member(s.startOf(day))
	if m == nil {
		return nil
	}
	pattern := s.pattern(m.Shift)
	if pattern == nil || !cmp.Or(m.Days, pattern.Days).Has(weekday(day)) || !s.needed(a, day) {
		return nil
	}
	sh := &shift{day: day, from: s.wall.at(day, pattern.Begins), to: s.wall.at(day, pattern.Ends)}
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
	s.planLunch(a, sh, pattern, lunches)
	s.planActivities(a, m, sh)
	s.planBreaks(sh, pattern)
	s.planPunctuality(sh)
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

// planLunch puts lunch into the time that the shift allows, each a quarter of an hour after the one before; where the
// story stacks lunches, all at once.
func (s *simulation) planLunch(a *advisor, sh *shift, p *organisation.Shift, lunches map[string]int) {
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
	group := p.ID
	if len(a.queues) > 0 {
		group += " " + a.queues[0].id
	}
	const stepMs = 15 * minuteMs
	places := max(1, (latest-earliest)/stepMs+1)
	at := earliest + int64(lunches[group])%places*stepMs
	lunches[group]++
	for _, x := range s.plot.lunches {
		stacked := s.wall.at(sh.day, x.minute)
		if x.day == sh.day && slices.ContainsFunc(a.queues, func(q *queue) bool { return q.id == x.queue }) &&
			stacked >= sh.from && stacked+p.LunchMs <= sh.to {
			at = stacked
		}
	}
	sh.add(segment{from: at, to: at + p.LunchMs, activity: event.CategoryLunch, reason: reasonLunch})
}

// planActivities adds what habits say: briefings, training, files to follow up.
func (s *simulation) planActivities(a *advisor, m *organisation.Advisor, sh *shift) {
	d := s.planning
	for i := range s.spec.Habits.Activities {
		act := &s.spec.Habits.Activities[i]
		there, u := d.chance(act.Share), d.unit()
		if len(act.Teams) > 0 && !slices.Contains(act.Teams, m.Team) || len(act.Teams) == 0 && len(a.queues) == 0 || !there {
			continue
		}
		length := int64(act.Minutes) * minuteMs
		at := sh.from + hourMs + int64(u*float64(sh.to-sh.from-2*hourMs-length))
		if act.At > 0 {
			at = s.wall.at(sh.day, act.At)
		}
		at -= at % (5 * minuteMs)
		seg := segment{from: at, to: at + length, activity: act.Category, reason: act.Reason, paid: true, fixed: act.At > 0}
		if at >= sh.from && seg.to <= sh.to {
			sh.add(seg)
		}
	}
}

// planBreaks spreads the breaks over the shift, beside what is planned already.
func (s *simulation) planBreaks(sh *shift, p *organisation.Shift) {
	if p.BreakMs == 0 || p.BreakEveryMs == 0 {
		return
	}
	n := (sh.to - sh.from - p.LunchMs) / p.BreakEveryMs
	for i := range n {
		span := (sh.to - sh.from) / n
		at := sh.from + i*span + span/2 + s.planning.ms(-20*minuteMs, 20*minuteMs)
		at -= at % (5 * minuteMs)
		seg := segment{from: at, to: at + p.BreakMs, activity: event.CategoryBreak, reason: reasonBreak, paid: true}
		for shifted := int64(0); shifted < 2*hourMs && !sh.add(seg); shifted += 15 * minuteMs {
			seg.from, seg.to = seg.from+15*minuteMs, seg.to+15*minuteMs
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

// add plans a segment, in order, unless something else is planned then.
func (sh *shift) add(seg segment) bool {
	for i := range sh.segments {
		if o := &sh.segments[i]; seg.from < o.to && o.from < seg.to {
			return false
		}
	}
	if seg.from < sh.from || seg.to > sh.to {
		return false
	}
	sh.segments = append(sh.segments, seg)
	slices.SortFunc(sh.segments, func(a, b segment) int { return cmp.Compare(a.from, b.from) })
	return true
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
