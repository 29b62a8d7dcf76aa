// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

// What was planned, held against what was done. The truth has the schedules as they were published, and what each advisor
// did, stretch by stretch; docs/time.md says what is adherent. The rule is written here a second time, in the plainest way:
// cut everything into pieces in which neither the plan nor what is done changes, and look at each piece.

func TestTheMachineAgreesOnSchedules(t *testing.T) {
	for _, c := range []struct {
		name, from, to string
		delivery       simulator.Delivery
	}{
		{"the demo day", "2026-11-17", "2026-11-18", simulator.Delivery{}},
		{"three days, out of order and twice", "2026-10-24", "2026-10-27", simulator.Delivery{DelayMs: 200, DisorderMs: 60_000, Duplicates: 0.02}},
	} {
		t.Run(c.name, func(t *testing.T) {
			org, err := organisation.Read(os.DirFS("../seeds/cap-rivage"), organisation.Options{})
			if err != nil {
				t.Fatal(err)
			}
			a := &agreement{tb: t, machine: aggregator.New(0), sums: map[sumKey]int64{}, left: map[sumKey]int64{}, said: map[int64]event.Event{}}
			a.configure(org, c.from)
			truth, err := simulator.Run(simulator.CapRivage(org), &simulator.Options{From: date(c.from), To: date(c.to),
				Seed: simulator.CapRivageSeed, Delivery: c.delivery, Diary: true, AfterMs: (24 * time.Hour).Milliseconds()}, a)
			if err != nil {
				t.Fatal(err)
			}
			a.tickUntil(a.ticked + (5 * time.Hour).Milliseconds())
			s := newScheduled(a, truth)
			s.compareShifts(c.from, c.to)
			s.compareLoad()
			s.compareSlots(org)
			if a.compared < 500 || a.totals[indicator.OverrunMs] == 0 || a.totals[indicator.AbsentUnplannedMs] == 0 || a.totals[indicator.ShortGap] == 0 {
				t.Errorf("%d numbers, %d ms of overrun, %d ms of absence: the test proves less than it should",
					a.compared, a.totals[indicator.OverrunMs], a.totals[indicator.AbsentUnplannedMs])
			}
		})
	}
}

// scheduled is the truth, by advisor.
type scheduled struct {
	*agreement
	truth    *simulator.Truth
	calendar *zone.Calendar
	diary    map[string][]*simulator.Stretch
	talks    map[string][]*simulator.Conversation // in the order in which they began
}

func newScheduled(a *agreement, truth *simulator.Truth) *scheduled {
	loc, err := zone.Load(truth.Zone)
	if err != nil {
		a.tb.Fatal(err)
	}
	s := &scheduled{agreement: a, truth: truth, calendar: zone.NewCalendar(loc, 5*60), diary: map[string][]*simulator.Stretch{},
		talks: map[string][]*simulator.Conversation{}}
	for _, x := range truth.Diary {
		s.diary[x.Advisor] = append(s.diary[x.Advisor], x)
	}
	for _, talk := range s.allTalks() {
		s.talks[talk.Advisor] = append(s.talks[talk.Advisor], talk)
	}
	for _, talks := range s.talks {
		slices.SortStableFunc(talks, func(x, y *simulator.Conversation) int { return cmp.Compare(x.From, y.From) })
	}
	return s
}

func (s *scheduled) allTalks() []*simulator.Conversation {
	var all []*simulator.Conversation
	for _, c := range s.truth.Calls {
		all = append(all, c.Talks...)
	}
	for _, d := range s.truth.Dials {
		if d.Talk != nil {
			all = append(all, d.Talk)
		}
	}
	return all
}

func dayNumber(tb testing.TB, date string) int32 {
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		tb.Fatal(err)
	}
	return int32(at.Unix() / (24 * 60 * 60))
}

// compareShifts compares the shifts of the days that were simulated, by advisor.
func (s *scheduled) compareShifts(from, to string) {
	last := map[string]map[string]event.Schedule{} // what was published last, by advisor and date
	for _, x := range s.truth.Schedules {
		if last[x.Advisor] == nil {
			last[x.Advisor] = map[string]event.Schedule{}
		}
		last[x.Advisor][x.ShiftDate] = x.Schedule
	}
	for advisor, shifts := range last {
		for date, shift := range shifts {
			if date >= from && date < to {
				s.compareShift(scopeDay{s.agreement, dayNumber(s.tb, date), "advisor", advisor}, shift.Segments)
			}
		}
	}
}

// compareShift compares one shift.
func (s *scheduled) compareShift(d scopeDay, plan []event.ScheduleSegment) {
	var paid, planned, productive, absent, missing int64
	for _, g := range plan {
		ms := g.To - g.From
		if g.Paid {
			paid += ms
		}
		switch g.Activity {
		case event.ActivityAbsentPlanned:
			absent += ms
		case event.ActivityAbsentUnplanned:
			missing += ms
		default:
			planned += ms
			if isProductive(g.Activity) {
				productive += ms
			}
		}
	}
	d.is(indicator.PaidMs, paid)
	d.is(indicator.PlannedMs, planned)
	d.is(indicator.PlannedProductiveMs, productive)
	d.is(indicator.AbsentPlannedMs, absent)
	d.is(indicator.AbsentUnplannedMs, missing)
	adherent, overrun := s.kept(d.id, plan)
	d.is(indicator.AdherentMs, adherent)
	d.is(indicator.OverrunMs, overrun)
}

func isProductive(activity string) bool {
	return activity == event.ActivityProductive || activity == event.CategoryBackoffice
}

// shiftPiece is a piece of time in which one thing is planned and one thing done.
type shiftPiece struct {
	from, to int64
	plan     *event.ScheduleSegment // nil: nothing
	expected bool
	fits     bool
}

const forgivenMs = 3 * 60 * 1000

// kept is how long the advisor did what was planned, and how long contacts ran beyond it.
func (s *scheduled) kept(advisor string, plan []event.ScheduleSegment) (adherent, overrun int64) {
	pieces := s.pieces(advisor, plan, &overrun)
	borders := map[int64]bool{}
	for _, g := range plan {
		borders[g.From], borders[g.To] = true, true
	}
	for i := 0; i < len(pieces); {
		p := pieces[i]
		if !p.expected || p.fits {
			if p.expected {
				adherent += p.to - p.from
			}
			i++
			continue
		}
		var ms int64 // a deviation: up to where it fits again, or nobody is expected
		atBorder, end := false, i
		for ; end < len(pieces) && pieces[end].expected && !pieces[end].fits; end++ {
			ms += pieces[end].to - pieces[end].from
			atBorder = atBorder || borders[pieces[end].from] || borders[pieces[end].to]
		}
		if atBorder && ms <= forgivenMs {
			adherent += ms
		}
		i = end
	}
	return adherent, overrun
}

// pieces cuts the shift, and what went on after it, where anything changes.
func (s *scheduled) pieces(advisor string, plan []event.ScheduleSegment, overrun *int64) []shiftPiece {
	if len(plan) == 0 {
		return nil
	}
	from, to := plan[0].From, plan[len(plan)-1].To
	cuts := map[int64]bool{}
	for _, g := range plan {
		cuts[g.From], cuts[g.To] = true, true
	}
	for _, x := range s.diary[advisor] {
		if x.To > from && x.From < to+int64(4*60*60*1000) {
			cuts[x.From], cuts[x.To] = true, true
		}
	}
	sorted := slices.Sorted(maps.Keys(cuts))
	var pieces []shiftPiece
	for i := 1; i < len(sorted); i++ {
		p := shiftPiece{from: sorted[i-1], to: sorted[i]}
		if p.from < from {
			continue
		}
		p.plan = plannedAt(plan, p.from)
		what := s.doing(advisor, p.from)
		contact := what == "on_call" || what == "on_chat" || what == "after_call"
		work := contact || what == "ready" || what == "ringing" || what == "Suivi de dossier" || what == "Traitement différé"
		productive := p.plan != nil && isProductive(p.plan.Activity)
		over := false
		if contact && !productive {
			began := plannedAt(plan, s.since(advisor, p.from))
			over = began != nil && isProductive(began.Activity)
		}
		if over {
			*overrun += p.to - p.from
		}
		p.expected = p.plan != nil && p.plan.Activity != event.ActivityAbsentPlanned && p.plan.Activity != event.ActivityAbsentUnplanned
		p.fits = over || what != "" && work == productive
		pieces = append(pieces, p)
	}
	return pieces
}

func plannedAt(plan []event.ScheduleSegment, at int64) *event.ScheduleSegment {
	for i := range plan {
		if plan[i].From <= at && at < plan[i].To {
			return &plan[i]
		}
	}
	return nil
}

func (s *scheduled) doing(advisor string, at int64) string {
	for _, x := range s.diary[advisor] {
		if x.From <= at && at < x.To {
			return x.What
		}
	}
	return ""
}

// since is when the oldest conversation began that is going on or being worked on.
func (s *scheduled) since(advisor string, at int64) int64 {
	for _, talk := range s.talks[advisor] {
		if talk.From <= at && at < talk.DoneAt {
			return talk.From
		}
	}
	s.tb.Fatalf("%s talks to nobody at %d", advisor, at)
	return 0
}

// compareLoad: with one contact at a time, the load of a queue or a campaign is the time that its conversations and the work
// after them took; that of an advisor is the time on contacts.
func (s *scheduled) compareLoad() {
	load := map[sumKey]int64{}
	add := func(kind, id string, talk *simulator.Conversation) {
		for at := talk.From; at < talk.DoneAt; {
			day := s.calendar.Day(at)
			_, border := s.calendar.Bounds(day)
			end := min(talk.DoneAt, border)
			load[sumKey{day, kind, id, indicator.LoadMs}] += end - at
			at = end
		}
	}
	for _, c := range s.truth.Calls {
		for _, talk := range c.Talks {
			if thresholds[talk.Queue] > 0 { // a queue that is called
				add("queue", talk.Queue, talk)
			}
		}
	}
	for _, d := range s.truth.Dials {
		if d.Talk != nil {
			add("campaign", d.Campaign, d.Talk)
		}
	}
	for key, ms := range load {
		scopeDay{s.agreement, key.day, key.kind, key.name}.is(indicator.LoadMs, ms)
	}
	for _, d := range s.truth.Days {
		for id, p := range d.Advisors {
			scopeDay{s.agreement, dayNumber(s.tb, d.Date), "advisor", id}.is(indicator.LoadMs, p.States["on_call"]+p.States["on_chat"]+p.States["after_call"])
		}
	}
}

// compareSlots compares those who take one contact at a time: Safran and Ambre chat.
func (s *scheduled) compareSlots(org *organisation.Organisation) {
	one := map[string]bool{}
	for i := range org.Advisors {
		a := &org.Advisors[i]
		one[a.ID] = a.Team != "safran" && a.Team != "ambre"
	}
	gaps := map[sumKey]int64{}
	for advisor, talks := range s.talks {
		for i := 1; i < len(talks); i++ {
			primary := talks[i].Kind == "answered" || talks[i].Kind == "dialled"
			if primary && talks[i].From-talks[i-1].DoneAt < 10_000 {
				gaps[sumKey{s.calendar.Day(talks[i].From), "advisor", advisor, indicator.ShortGap}]++
			}
		}
	}
	for _, d := range s.truth.Days {
		for id, p := range d.Advisors {
			if !one[id] {
				continue
			}
			x := scopeDay{s.agreement, dayNumber(s.tb, d.Date), "advisor", id}
			busy := p.States["ringing"] + p.States["on_call"] + p.States["after_call"]
			x.is(indicator.SlotsUsedMs, busy)
			x.is(indicator.SlotsOpenMs, busy+p.States["ready"])
			x.is(indicator.ShortGap, gaps[sumKey{x.day, "advisor", id, indicator.ShortGap}])
		}
	}
}
