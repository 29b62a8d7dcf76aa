// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/organisation"
)

// simulation is one run.
type simulation struct {
	spec            *Spec
	options         *Options
	wall            *wall
	clock           clock
	from, to        event.Millis // the business days simulated, [from, to)
	day             int32        // the business day it is
	contacts        int          // calls begun on that day
	chats           int          // and chats
	written         int          // and messages
	objects         int          // surveys, evaluations, sales and callbacks begun on that day
	dials, outcomes int          // of campaigns on that day
	outSales        []*outcall   // of campaigns
	outRecorded     []*outcall   // whose conversation was recorded
	listenings      int          // evaluations of campaigns' conversations on that day

	queues    []*queue // in the order of the organisation
	lines     map[string]*line
	advisors  []*advisor // by id
	pools     map[string]*pool
	campaigns []*campaign // in the order of the spec
	plot      plot

	inboxes    []*inbox
	messages   []*message // all that were written
	handedOver bool       // a history is over, and another run goes on
	processes  []process
	planning   *dice // of the day being planned

	mouth *mouth
	truth *ledger
	err   error // what ended the run
}

// process is something that goes on by itself: customers who call, advisors who come to work, the quality team. It plans
// one business day at a time, at its first instant, by setting alarms.
//
// What a process brings is work for a queue (customers who call), or is done by advisors from their desks (inboxes).
type process interface {
	openDay(day int32)
}

// Run simulates and returns what truly happened. Events go to out as they reach the log. Errors name what is wrong with
// the spec or the options, or are those of out.
func Run(spec *Spec, o *Options, out Sink) (*Truth, error) {
	s, err := newSimulation(spec, o, out)
	if err != nil {
		return nil, fmt.Errorf("simulating: %w", err)
	}
	s.run()
	if s.err == nil {
		s.err = s.mouth.finish()
	}
	if s.err != nil {
		return nil, fmt.Errorf("simulating: %w", s.err)
	}
	return s.truth.close(s), nil
}

func newSimulation(spec *Spec, o *Options, out Sink) (*simulation, error) {
	if err := spec.check(); err != nil {
		return nil, err
	}
	first, last, err := o.days()
	if err != nil {
		return nil, err
	}
	w, err := newWall(&spec.Organisation.Centre)
	if err != nil {
		return nil, err
	}
	s := &simulation{spec: spec, options: o, wall: w, day: first, lines: map[string]*line{}, pools: map[string]*pool{}}
	s.from, _ = w.calendar.Bounds(first)
	s.to, _ = w.calendar.Bounds(last)
	s.clock.now = s.from
	s.truth = newLedger(s)
	s.mouth = newMouth(s, out)
	s.buildQueues()
	s.buildLines()
	s.buildInboxes()
	s.buildAdvisors()
	if err := s.buildCampaigns(); err != nil {
		return nil, err
	}
	if err := s.tell(&spec.Story); err != nil {
		return nil, err
	}
	s.processes = []process{newRota(s), newCustomers(s), newQualityTeam(s), outbound{s}, newInboxes(s), newListeners(s)}
	return s, nil
}

// run rings the alarms of the days, then of what was under way at their end, then of what comes after.
func (s *simulation) run() {
	for day := s.day; s.startOf(day) < s.to; day++ {
		s.clock.at(s.startOf(day), func() { s.openDay(day) })
	}
	if s.options.EndShifts {
		s.clock.at(s.to-1, s.handOver)
		s.clock.at(s.to, s.endShifts)
	}
	s.progress()
	going := func() bool { return s.err == nil }
	s.clock.runUntil(s.to, going)
	s.clock.runUntil(s.to+dayMs, func() bool { return going() && s.busy() })
	s.clock.runUntil(max(s.clock.now, s.to+s.options.AfterMs), going)
}

func (s *simulation) endShifts() {
	for _, a := range s.advisors {
		a.next, a.away = nil, false // not even a break is finished
		a.shiftOver(a.shift)
	}
}

// busy tells whether somebody is still at work, or on the line.
func (s *simulation) busy() bool {
	for _, a := range s.advisors {
		if a.onShift() {
			return true
		}
	}
	for _, q := range s.queues {
		if len(q.waiting) > 0 {
			return true
		}
	}
	return false
}

func (s *simulation) startOf(day int32) event.Millis {
	start, _ := s.wall.calendar.Bounds(day)
	return start
}

func (s *simulation) openDay(day int32) {
	s.day, s.contacts, s.chats, s.written, s.objects = day, 0, 0, 0, 0
	for _, p := range s.processes {
		p.openDay(day)
	}
}

func (s *simulation) progress() {
	report := s.options.Progress
	if report == nil {
		return
	}
	report(Progress{Now: s.clock.now, From: s.from, To: s.to, Events: s.mouth.said})
	if s.clock.now+hourMs <= s.to {
		s.clock.after(hourMs, s.progress)
	}
}

// newID names a contact, or an object such as a survey. Ids hold the day that is simulated, and what comes after the last
// day has ids of the last day: they are unique as long as no day is simulated twice for one centre.
func (s *simulation) newID(prefix string, counter *int) string {
	*counter++
	date := dateOf(s.day)
	return fmt.Sprintf("%s-%s%s%s-%05d", prefix, date[0:4], date[5:7], date[8:10], *counter)
}

// calendarOf returns the calendar of a queue; nil is always open.
func (s *simulation) calendarOf(q *organisation.Queue) *organisation.Calendar {
	return s.calendarNamed(q.Calendar)
}

func (s *simulation) calendarNamed(id string) *organisation.Calendar {
	for i := range s.spec.Organisation.Calendars {
		if c := &s.spec.Organisation.Calendars[i]; c.ID == id {
			return c
		}
	}
	return nil
}
