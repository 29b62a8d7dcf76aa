// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"slices"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/event"
)

// scenes is the day of the story and the days after it.
type scenes struct {
	truth  *Truth
	events []event.Event
	wall   *wall
	day    int32
}

// at is a time of the day of the story.
func (d *scenes) at(hour, minute int) event.Millis { return d.wall.at(d.day, hour*60+minute) }

// of lists the events of a type in [from, to).
func (d *scenes) of(typ event.Type, from, to event.Millis) []event.Event {
	var some []event.Event
	for _, e := range d.events {
		if e.Type == typ && e.Time >= from && e.Time < to {
			some = append(some, e)
		}
	}
	return some
}

// TestStory: each scene of the day is in the events or in the truth.
func TestStory(t *testing.T) {
	spec := capRivage(t)
	truth, lines := simulate(t, spec, Options{From: CapRivageDay, To: "2026-11-19", Seed: CapRivageSeed, AfterMs: 4 * dayMs})
	w, err := newWall(&spec.Organisation.Centre)
	if err != nil {
		t.Fatal(err)
	}
	day, err := dayOf(CapRivageDay)
	if err != nil {
		t.Fatal(err)
	}
	d := &scenes{truth: truth, events: decode(t, lines), wall: w, day: day}
	t.Run("07:50 briefing", d.briefing)
	t.Run("09:10 headsets", d.headsets)
	t.Run("10:02 incident", d.incident)
	t.Run("11:30 trunk", d.trunk)
	t.Run("12:15 lunches", d.lunches)
	t.Run("the gate, and twelve at 13:00", d.gate)
	t.Run("Tempo", d.tempo)
	t.Run("14:00 letters", d.letters)
	t.Run("14:30 delegates", d.delegates)
	t.Run("15:30 loan", d.loan)
	t.Run("15:30 loan, at the desk", d.loanAtTheDesk)
	t.Run("16:00 a threshold", d.publication)
	t.Run("23:58 call", d.midnight)
	t.Run("the day's service", d.service)
	t.Run("next days", d.nextDays)
	t.Run("cancelled sales", d.cancellations)
}

func (d *scenes) briefing(t *testing.T) {
	n := 0
	for _, e := range d.of(event.AdvisorState, d.at(7, 50), d.at(7, 53)) {
		if e.Reason == "Briefing" {
			n++
		}
	}
	if n < 3 {
		t.Errorf("%d advisors went to the briefing", n)
	}
}

func (d *scenes) headsets(t *testing.T) {
	missed := map[string]int{}
	rings, newcomers := 0, 0
	for _, e := range d.of(event.AdvisorMissed, d.at(9, 10), d.at(9, 31)) {
		if e.Advisor >= "a101" {
			rings++
			if missed[e.Advisor]++; missed[e.Advisor] == 1 {
				newcomers++
			}
		}
	}
	if newcomers < 3 || rings < 6 {
		t.Errorf("three headsets are broken, but the newcomers missed %v", missed)
	}
}

func (d *scenes) incident(t *testing.T) {
	notices := d.of(event.SourceNoticed, d.at(0, 0), d.at(24, 0))
	if len(notices) != 2 || notices[0].Time != d.at(10, 2) || notices[1].Time != d.at(10, 47) || notices[0].State != event.NoticeOpened {
		t.Errorf("the notices of the incident: %+v", notices)
	}
	d.steering(t)
	served, helped, early := 0, 0, map[string]int{}
	for _, c := range d.truth.Calls {
		if c.Menu == "served" && c.Reason == "espace client" && c.BeganAt > d.at(10, 18) && c.BeganAt < d.at(11, 10) {
			served++
		}
		for _, talk := range c.Talks {
			at := time.UnixMilli(talk.From).In(d.wall.loc)
			_, before := d.wall.minuteOf(talk.From - 15*secondMs) // when the longest ring began
			switch {
			case talk.Team != "tempo" || talk.Kind != talkAnswered:
			case talk.From >= d.at(10, 18) && talk.From < d.at(11, 10):
				helped++
			case before < clockAt(10, 0):
				early[at.Format(time.DateOnly)]++
			case before < clockAt(13, 0) || before >= clockAt(14, 0):
				t.Errorf("%s of Tempo answered at %s, when its campaigns run", talk.Advisor, at)
			}
		}
	}
	// From 08:45 on, when nobody may be called yet: five of them, for an hour and a quarter, with calls of seven minutes.
	if served == 0 || helped < 5 || early[string(CapRivageDay)] < 20 {
		t.Errorf("the message served %d, Tempo answered %d calls during the incident, and %v before 10:00", served, helped, early)
	}
}

func (d *scenes) trunk(t *testing.T) {
	cut := 0
	for _, c := range d.truth.Calls {
		for _, talk := range c.Talks {
			if !talk.CutOff {
				continue
			}
			cut++
			if talk.Team != "alize" || talk.EndedAt-talk.From >= 10_000 || talk.From < d.at(11, 30) || talk.From >= d.at(11, 42) {
				t.Errorf("cut off: %+v", talk)
			}
		}
	}
	if cut < 3 {
		t.Errorf("%d calls were cut off", cut)
	}
}

func (d *scenes) lunches(t *testing.T) {
	n := 0
	for _, s := range d.truth.Schedules {
		team := s.Advisor >= "a041" && s.Advisor <= "a062" // garance and lilas
		for _, g := range s.Segments {
			if team && s.ShiftDate == string(CapRivageDay) && g.Activity == event.CategoryLunch && g.From == d.at(12, 15) {
				n++
			}
		}
	}
	if n < 15 {
		t.Errorf("%d lunches of orvalie begin at 12:15", n)
	}
}

func (d *scenes) delegates(t *testing.T) {
	gone := map[string]bool{}
	for _, e := range d.of(event.AdvisorState, d.at(14, 30), d.at(15, 0)) {
		if e.Reason == "Délégation" {
			gone[e.Advisor] = true
		}
	}
	for _, c := range d.truth.Calls {
		for _, talk := range c.Talks {
			if gone[talk.Advisor] && talk.From >= d.at(15, 0) && talk.From < d.at(16, 0) {
				t.Errorf("%s is at the meeting and talks at %s", talk.Advisor, time.UnixMilli(talk.From).In(d.wall.loc))
			}
		}
	}
	if len(gone) != 4 {
		t.Errorf("four delegates meet, and these went: %v", gone)
	}
}

func (d *scenes) loan(t *testing.T) {
	// For two hours a050 works for Indigo: no call of orvalie, and two hours of work in Indigo's sums.
	if d.truth.Days[0].Advisors["a050"] == nil {
		t.Error("a050 is absent")
	}
	for _, c := range d.truth.Calls {
		for _, talk := range c.Talks {
			if talk.Advisor == "a050" && talk.From >= d.at(15, 35) && talk.From < d.at(17, 30) {
				t.Errorf("a050 talks at %s", time.UnixMilli(talk.From).In(d.wall.loc))
			}
		}
	}
}

func (d *scenes) midnight(t *testing.T) {
	midnight := d.at(24, 0)
	if !slices.ContainsFunc(d.truth.Calls, func(c *Call) bool {
		return c.Origin == originScript && len(c.Talks) > 0 && c.Talks[0].From < midnight && c.Talks[0].EndedAt > midnight
	}) {
		t.Error("no call crosses midnight")
	}
}

func (d *scenes) service(t *testing.T) {
	// Of those who were answered or hung up, how many were answered within 20 s: "assistance ends near 73 %".
	var within, all float64
	for _, c := range d.truth.Calls {
		for _, wait := range c.Waits {
			if wait.Queue != "assistance" || wait.From >= d.at(24, 0) || wait.Ended != "picked_up" && wait.Ended != "hung_up" {
				continue
			}
			all++
			if wait.Ended == "picked_up" && wait.To-wait.From <= 20*secondMs {
				within++
			}
		}
	}
	if share := within / all; share < 0.70 || share > 0.76 {
		t.Errorf("%.1f %% of %.0f calls; after a change of the organisation choose CapRivageSeed anew", 100*share, all)
	}
}

func (d *scenes) nextDays(t *testing.T) {
	corrected, late, cancelled := 0, 0, 0
	for _, c := range d.truth.Calls {
		if c.Corrected {
			corrected++
		}
		if c.Survey != nil && c.Survey.AnsweredAt-c.BeganAt > dayMs {
			late++
		}
		if c.Sale != nil && c.Sale.CancelledAt > 0 {
			cancelled++
		}
	}
	if corrected != 1 || late == 0 {
		t.Errorf("%d corrected calls, %d late surveys, %d cancelled sales", corrected, late, cancelled)
	}
}

// TestSlowToolsLengthenAfterCallWork: from 15:00 to 15:40 after-call work takes 1.6 times as long. Twenty days give about
// 1,100 calls in that time: the margin is a tenth.
func TestSlowToolsLengthenAfterCallWork(t *testing.T) {
	share := func(slow bool) float64 {
		var after, all float64
		for seed := range uint64(20) {
			spec := plainCapRivage(t)
			if slow {
				spec.Story.Tools = capRivage(t).Story.Tools
			}
			truth := history(t, spec, Options{From: CapRivageDay, To: "2026-11-18", Seed: seed})
			w, _ := newWall(&spec.Organisation.Centre)
			for _, c := range truth.Calls {
				for _, talk := range c.Talks {
					if _, minute := w.minuteOf(talk.EndedAt); talk.Queue == "assistance" && minute >= 15*60 && minute < 15*60+40 {
						after += float64(talk.DoneAt - talk.EndedAt)
						all += float64(talk.EndedAt - talk.From)
					}
				}
			}
		}
		return after / all
	}
	if factor := share(true) / share(false); factor < 1.5 || factor > 1.7 {
		t.Errorf("after-call work is %.2f times as long", factor)
	}
}

// TestPeopleAtWork: on an ordinary week, the time on the lines and the absences are those that the centre plans with: of
// the paid time about 72 % is on the lines, 6 % is planned absence, 3 % is not.
func TestPeopleAtWork(t *testing.T) {
	spec := quietCapRivage(t)
	truth := history(t, spec, Options{From: "2026-09-07", To: "2026-10-05", Seed: 41})
	final := map[string]*Schedule{}
	for _, s := range truth.Schedules {
		final[s.Advisor+s.ShiftDate] = s
	}
	var paid, planned, unplanned float64
	for _, s := range final {
		if s.Advisor < "a001" || s.Advisor > "a020" { // Mistral and Autan: all their time is for the lines
			continue
		}
		for _, g := range s.Segments {
			ms := float64(g.To - g.From)
			if g.Paid {
				paid += ms
			}
			switch g.Activity {
			case event.ActivityAbsentPlanned:
				planned += ms
			case event.ActivityAbsentUnplanned:
				unplanned += ms
			}
		}
	}
	var onLines float64
	for _, d := range truth.Days {
		for _, team := range []string{"mistral", "autan"} {
			if p := d.Teams[team]; p != nil {
				onLines += float64(p.States[stateReady] + p.States[stateRinging] + p.States[stateOnCall] + p.States[stateAfterCall])
			}
		}
	}
	c := func(what string, got, want, margin float64) {
		t.Helper()
		t.Logf("%s %.3f", what, got)
		if got < want-margin || got > want+margin {
			t.Errorf("%s: %.3f, want %.2f ± %.2f", what, got, want, margin)
		}
	}
	// 20 advisors in 20 days: 1/√400 shifts, 99.9 %.
	c("planned absence", planned/paid, 0.06, 0.04)
	c("unplanned absence", unplanned/paid, 0.03, 0.03)
	c("on the lines", onLines/paid, 0.72, 0.04)
}

// steering: the supervisor gives the incident its place when the alert is seen, and says what is done with what it is to bring, as
// it begins.
func (d *scenes) steering(t *testing.T) {
	for _, want := range []struct {
		typ          event.Type
		object, data string
		at           event.Millis
	}{
		{event.IncidentOpened, "espace-client-20261117", `{"scope_kind":"queue","scope":"assistance","rule":"service_level_live","cause":"tool","by":"supervisor"}`, d.at(10, 13)},
		{event.AlertAcknowledged, "", `{"rule":"service_level_live","scope_kind":"queue","scope":"assistance","cause":"tool","incident":"espace-client-20261117","by":"supervisor"}`, d.at(10, 13)},
		{event.ActionStarted, "renfort-20261117", `{"lever":"reinforcement","incident":"espace-client-20261117","scope_kind":"queue","scope":"assistance","indicator":"sl_live","expected":2000,"title":"message et cinq de Tempo","by":"supervisor"}`, d.at(10, 18)},
		{event.ActionEnded, "renfort-20261117", `{"by":"supervisor"}`, d.at(11, 10)},
	} {
		words := d.of(want.typ, d.at(0, 0), d.at(24, 0))
		if len(words) != 1 || words[0].Time != want.at || words[0].Object != want.object || string(words[0].Data) != want.data {
			t.Errorf("%s: %+v", want.typ, words)
		} else if err := event.CheckPayload(want.typ, words[0].Data); err != nil {
			t.Error(err)
		}
	}
}
