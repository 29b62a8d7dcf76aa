// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/organisation"
)

// Story is what goes wrong, and what is done about it.
type Story struct {
	Surges   []Surge
	Helps    []Help
	Headsets []Headset
	Trunks   []Trunk
	Flags    []Flag
	Lunches  []Lunch
	Tools    []Tool
	Meetings []Meeting
	Calls    []ScriptedCall
	Steering []Steering
	Changes  []Change
	Scans    []LateScan
	Stuck    []StuckCallbacks

	Overruns     []Overrun
	Blunders     []Blunder
	Withdrawals  []Withdrawal
	Publications []Publication
}

// When is a stretch of a day, in minutes after midnight, local time.
type When struct {
	Date     organisation.Date
	From, To int
}

// Surge makes more customers call a queue, for one reason: an incident on their side.
type Surge struct {
	When
	Queue, Reason string
	Factor        float64 // of the calls expected otherwise; those beyond 1 come for Reason
	Notice        string  // id under which the incident is published, from its begin to its end
	NoticeReason  string
	Message       When    // a message in the voice menu ...
	Served        float64 // ... that is enough for this share of those who call for Reason
}

// Help sends advisors to the lines who do something else otherwise.
type Help struct {
	When
	Advisors []string
}

// Headset breaks the headsets of the first advisors of a team who are there: they miss what rings.
type Headset struct {
	When
	Team     string
	Advisors int
}

// Trunk cuts calls off after a few seconds at a site.
type Trunk struct {
	When
	Site string
}

// Lunch sends everybody who serves a queue to lunch at the same time (From; To is not used).
type Lunch struct {
	When
	Queue string
}

// Tool makes after-call work longer.
type Tool struct {
	When
	AfterCall float64 // factor
}

// Meeting takes advisors who are there away from the lines, and was not in anybody's planning.
type Meeting struct {
	When
	Advisors []string
	Reason   string // of the state
}

// ScriptedCall is one call that certainly comes (From) and takes that long.
type ScriptedCall struct {
	When
	Queue  string
	TalkMs int64
}

// LateScan is letters that are scanned at To instead of From.
type LateScan struct {
	When
	Queue string
}

// StuckCallbacks keeps what a queue promised to call back from its advisors until it is over: nobody sees that it is due.
type StuckCallbacks struct {
	When
	Queue string
}

// Change corrects, at From, what was said about a call that was resolved 16 to 20 hours before: it was not.
type Change struct{ When }

// span is a When as instants.
type span struct{ from, to event.Millis }

func (s span) has(t event.Millis) bool { return t >= s.from && t < s.to }

func (s *simulation) span(w When) (span, error) {
	day, err := dayOf(w.Date)
	if err != nil {
		return span{}, fmt.Errorf("the story: %w", err)
	}
	return span{s.wall.at(day, w.From), s.wall.at(day, w.To)}, nil
}

// plot is the story with instants, for the processes to ask.
type plot struct {
	surges   []surge
	trunks   []trunk
	flags    []flag
	tools    []tool
	lunches  []lunch
	scans    []lateScan
	blunders []blunder
	stuck    []stuckCallbacks
}

type stuckCallbacks struct {
	span
	queue string
}

type lateScan struct {
	day      int32
	from, to int // minutes after midnight
	queue    string
}

type surge struct {
	span
	Surge
	message span
}

type trunk struct {
	span
	site string
}

type tool struct {
	span
	factor float64
}

type lunch struct {
	day    int32
	minute int
	queue  string
}

// tell reads the story: some of it waits to be asked, the rest is set as alarms.
func (s *simulation) tell(story *Story) error {
	var err error
	instants := func(w When) span {
		sp, bad := s.span(w)
		if err == nil {
			err = bad
		}
		return sp
	}
	for _, x := range story.Surges {
		one := surge{span: instants(x.When), Surge: x}
		if x.Message.Date != "" {
			one.message = instants(x.Message)
		}
		s.plot.surges = append(s.plot.surges, one)
	}
	for _, x := range story.Flags {
		s.plot.flags = append(s.plot.flags, flag{instants(x.When), s.campaign(x.Campaign).number(x.Number - 1), x.Share})
	}
	for _, x := range story.Trunks {
		s.plot.trunks = append(s.plot.trunks, trunk{instants(x.When), x.Site})
	}
	for _, x := range story.Tools {
		s.plot.tools = append(s.plot.tools, tool{instants(x.When), x.AfterCall})
	}
	for _, x := range story.Lunches {
		day, bad := dayOf(x.Date)
		if err == nil {
			err = bad
		}
		s.plot.lunches = append(s.plot.lunches, lunch{day, x.From, x.Queue})
	}
	for _, x := range story.Stuck {
		s.plot.stuck = append(s.plot.stuck, stuckCallbacks{instants(x.When), x.Queue})
	}
	for _, x := range story.Blunders {
		s.plot.blunders = append(s.plot.blunders, blunder{instants(x.When), x})
	}
	for _, x := range story.Scans {
		day, bad := dayOf(x.Date)
		if err == nil {
			err = bad
		}
		s.plot.scans = append(s.plot.scans, lateScan{day, x.From, x.To, x.Queue})
	}
	if err != nil {
		return err
	}
	return s.setStory(story)
}

// within tells whether an instant lies in the run; what the story says of other days does not happen.
func (s *simulation) within(t event.Millis) bool { return t >= s.from && t < s.to }

// setStory sets the alarms of what happens at an instant.
func (s *simulation) setStory(story *Story) error {
	var firstErr error
	set := func(w When, do func(span)) {
		sp, err := s.span(w)
		if err != nil && firstErr == nil {
			firstErr = err
		}
		if err == nil && s.within(sp.from) {
			s.clock.at(sp.from, func() { do(sp) })
		}
	}
	for _, x := range s.plot.surges {
		if x.Notice != "" {
			set(x.When, func(sp span) { s.notice(&x.Surge, sp) })
		}
	}
	for _, x := range story.Steering {
		s.steer(&x, set)
	}
	for _, x := range story.Helps {
		set(x.When, func(sp span) { s.help(x.Advisors, sp) })
	}
	for _, x := range story.Headsets {
		set(x.When, func(sp span) { s.breakHeadsets(&x, sp) })
	}
	for _, x := range story.Meetings {
		set(x.When, func(sp span) { s.meet(&x, sp) })
	}
	for _, x := range story.Calls {
		set(x.When, func(span) { s.scripted(&x) })
	}
	for _, x := range story.Changes {
		set(x.When, func(span) { s.correct() })
	}
	s.setOutboundStory(story, set)
	return firstErr
}

func (s *simulation) notice(x *Surge, sp span) {
	say := func(state string) {
		s.say(sourceStatus, event.Event{Type: event.SourceNoticed, State: state, Object: x.Notice, Reason: x.NoticeReason})
	}
	say(event.NoticeOpened)
	s.clock.at(sp.to, func() { say(event.NoticeClosed) })
}

func (s *simulation) help(ids []string, sp span) {
	for _, id := range ids {
		a := s.advisor(id)
		if a == nil {
			continue
		}
		a.helping = true
		s.clock.at(sp.to, func() { a.helping = false; a.reconsider() })
		a.reconsider()
	}
}

func (s *simulation) breakHeadsets(x *Headset, sp span) {
	left := x.Advisors
	for _, a := range s.advisors {
		if left > 0 && a.team == x.Team && a.onShift() {
			a.deafUntil = sp.to
			left--
		}
	}
}

func (s *simulation) meet(x *Meeting, sp span) {
	for _, id := range x.Advisors {
		if a := s.advisor(id); a != nil && a.onShift() {
			a.remind(a.shift, &segment{from: sp.from, to: sp.to, reason: x.Reason, fixed: true})
		}
	}
}

func (s *simulation) scripted(x *ScriptedCall) {
	l := s.lines[x.Queue]
	if l == nil {
		return
	}
	c := s.newCall(l, newDice(s.options.Seed, "script "+x.Queue), originScript)
	c.talkMs = x.TalkMs
	c.start()
	c.enter(l.queue, false)
}

// correct says that a call of the day before was not resolved after all.
func (s *simulation) correct() {
	var last *Call
	for _, c := range s.truth.Calls {
		age := s.clock.now - c.ClassifiedAt
		if c.Resolved == event.Yes && age >= 16*hourMs && age <= 20*hourMs {
			last = c
		}
	}
	if last == nil {
		return
	}
	last.Corrected = true
	s.classify(last, event.No, last.Complaint)
}

// lateScan is when the letters that should be scanned at a minute of a day truly are.
func (s *simulation) lateScan(queue string, day int32, minute int) int {
	for _, x := range s.plot.scans {
		if x.queue == queue && x.day == day && x.from == minute {
			return x.to
		}
	}
	return minute
}

// shownAt is when a queue's advisors see a callback that is due.
func (s *simulation) shownAt(queue string, due event.Millis) event.Millis {
	for i := range s.plot.stuck {
		if x := &s.plot.stuck[i]; x.queue == queue && x.has(due) {
			return x.to
		}
	}
	return due
}

// cut tells whether a site's trunk is faulty now.
func (s *simulation) cut(site string) bool {
	for i := range s.plot.trunks {
		if t := &s.plot.trunks[i]; t.site == site && t.has(s.clock.now) {
			return true
		}
	}
	return false
}

// slowness is the factor of after-call work now.
func (s *simulation) slowness() float64 {
	factor := 1.0
	for i := range s.plot.tools {
		if t := &s.plot.tools[i]; t.has(s.clock.now) {
			factor *= t.factor
		}
	}
	return factor
}
