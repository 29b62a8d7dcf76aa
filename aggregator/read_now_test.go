// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// told gives a machine a day's beginning: one waits, one talks, one is at lunch. Each step is followed by what a reader does.
func told(read func(*aggregator.Machine)) *aggregator.Machine {
	m := aggregator.New(0)
	for i, e := range []event.Event{
		{Type: event.AdvisorState, Advisor: "a", Team: "north", State: event.StateAvailable, Time: hour},
		{Type: event.AdvisorState, Advisor: "b", Team: "north", State: event.StatePaused, Reason: "Déjeuner", Time: hour + 1000},
		{Type: event.QueueEntered, Contact: "1", Queue: "help", Time: hour + 2000},
		{Type: event.AdvisorConnected, Contact: "1", Queue: "help", Advisor: "a", Team: "north", Time: hour + 9000},
		{Type: event.QueueEntered, Contact: "2", Queue: "help", Time: hour + 14_000},
		{Type: event.SourceNoticed, Object: "inc-1", State: event.NoticeOpened, Reason: "slow CRM", Time: hour + 15_000},
		{Type: event.Tick, Time: hour + 33_500},
	} {
		e.ID, e.Source, e.Received = fmt.Sprint(i), "test", e.Time
		if e.Type != event.Tick {
			e.Centre = "c"
		}
		m.Step(int64(i), event.AppendJSON(nil, &e))
		read(m)
	}
	return m
}

func TestNow(t *testing.T) {
	m := told(func(*aggregator.Machine) {})
	w := m.Worlds()[0]
	got := map[string][2]int64{}
	for _, g := range w.GaugesNow() {
		got[g.Scope.String()+" "+w.Name(g.Name)] = [2]int64{g.Values[aggregator.GaugeWaiting], g.Values[aggregator.GaugeLongestWaitMs]}
	}
	if diff := cmp.Diff([2]int64{1, 19_500}, got["queue help"]); diff != "" {
		t.Errorf("waiting at help, and for how long (-want +got):\n%s", diff)
	}
	doing := map[string]int32{}
	for _, p := range w.PeopleNow() {
		for i, n := range p.Doing {
			if p.Scope == indicator.ScopeTeam && n > 0 {
				doing[w.Name(p.Name)+" "+aggregator.Activities[i]] = n
			}
		}
	}
	if diff := cmp.Diff(map[string]int32{"north on_contact": 1, "north lunch": 1}, doing); diff != "" {
		t.Errorf("the team (-want +got):\n%s", diff)
	}
}

// Two of the north are planned from 08:00 on, one of them until a break at 08:30; a third is planned for the south and works
// there nowhere yet.
func TestPlannedAt(t *testing.T) {
	const minute = int64(60_000)
	day := time.UnixMilli(hour).UTC().Format(time.DateOnly)
	midnight, _ := event.ParseDate(day)
	at := func(minutes int64) int64 { return midnight + minutes*minute }
	m := aggregator.New(0)
	offset := int64(0)
	step := func(e event.Event) {
		e.ID, e.Source, e.Centre, e.Time, e.Received = fmt.Sprint(offset), "test", "c", hour, hour
		m.Step(offset, event.AppendJSON(nil, &e))
		offset++
	}
	shift := func(advisor, team string, segments ...event.ScheduleSegment) {
		step(event.Event{Type: event.AdvisorState, Advisor: advisor, Team: team, State: event.StatePaused})
		data, err := json.Marshal(event.Schedule{ShiftDate: day, Segments: segments})
		if err != nil {
			t.Fatal(err)
		}
		step(event.Event{Type: event.SchedulePublished, Advisor: advisor, Data: data})
	}
	work := func(from, to int64) event.ScheduleSegment {
		return event.ScheduleSegment{From: at(from), To: at(to), Activity: event.ActivityProductive, Paid: true}
	}
	shift("a", "north", work(480, 510), event.ScheduleSegment{From: at(510), To: at(520), Activity: event.CategoryBreak, Paid: true}, work(520, 900))
	shift("b", "north", work(480, 900))
	shift("c", "south", work(500, 900))
	w := m.Worlds()[0]
	f := func(minutes int64, want string) {
		t.Helper()
		got := ""
		for _, p := range w.PlannedAt(at(minutes)) {
			got += fmt.Sprintf("%s%s %d;", p.Scope, w.Name(p.Name), p.Productive)
		}
		if got != want {
			t.Errorf("minute %d: %s, want %s", minutes, got, want)
		}
	}
	f(479, "centre 0;")
	f(480, "centre 2;teamnorth 2;")
	f(510, "centre 2;teamnorth 1;teamsouth 1;")
	f(520, "centre 3;teamnorth 2;teamsouth 1;")
	f(900, "centre 0;")
}

// Whoever reads a machine does not change it: neither its state nor what it hands over.
func TestReadingChangesNothing(t *testing.T) {
	read := func(m *aggregator.Machine) {
		for _, w := range m.Worlds() {
			w.GaugesNow()
			w.PeopleNow()
			w.PlannedAt(hour)
			w.Notices()
			w.ConfigObjects()
		}
	}
	alone, watched := told(func(*aggregator.Machine) {}), told(read)
	if alone.StateHash() != watched.StateHash() {
		t.Error("the state differs")
	}
	if a, b := alone.Ready(), watched.Ready(); len(a.Gauges) != len(b.Gauges) || len(a.Facts) != len(b.Facts) {
		t.Errorf("it hands over %d gauges and %d facts, and read %d and %d", len(a.Gauges), len(a.Facts), len(b.Gauges), len(b.Facts))
	}
}

// An incident is told by its beginning and its end, in any order and as often as one likes; it survives a restart, and is
// forgotten a day after its end.
func TestNotices(t *testing.T) {
	const minute = int64(60_000)
	opened := func(at int64, reason string) event.Event {
		return event.Event{Type: event.SourceNoticed, Object: "inc-1", State: event.NoticeOpened, Reason: reason, Time: at}
	}
	closed := func(at int64) event.Event {
		return event.Event{Type: event.SourceNoticed, Object: "inc-1", State: event.NoticeClosed, Time: at}
	}
	f := func(now int64, want string, events ...event.Event) {
		t.Helper()
		m := aggregator.New(0)
		for i, e := range events {
			e.ID, e.Source, e.Centre, e.Received = fmt.Sprint(i), "test", "c", max(e.Time, hour+10*minute)
			m.Step(int64(i), event.AppendJSON(nil, &e))
		}
		tick := event.Event{ID: "t", Source: "test", Type: event.Tick, Time: now, Received: now}
		m.Step(99, event.AppendJSON(nil, &tick))
		restored, err := aggregator.Restore(m.Snapshot())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range []*aggregator.Machine{m, restored} {
			got := ""
			for _, n := range m.Worlds()[0].Notices() {
				got += fmt.Sprintf("%s %s %d-%d;", n.Object, n.Reason, (n.OpenedMs-hour)/minute, max(0, n.ClosedMs-hour)/minute)
			}
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			if letters := m.Ready().DeadLetters; len(letters) > 0 {
				t.Errorf("dead letters: %+v", letters)
			}
		}
	}
	f(hour+20*minute, "inc-1 portal 2-0;", opened(hour+2*minute, "portal"))
	f(hour+20*minute, "inc-1 portal 2-9;", opened(hour+2*minute, "portal"), closed(hour+9*minute))
	f(hour+20*minute, "inc-1 portal 2-9;", closed(hour+9*minute), opened(hour+2*minute, "portal"), closed(hour+9*minute))
	f(hour+20*minute, "inc-1 worse 2-0;", opened(hour+2*minute, "portal"), closed(hour+5*minute), opened(hour+9*minute, "worse"))
	f(hour+20*minute, "inc-1 worse 2-0;", opened(hour+9*minute, "worse"), closed(hour+5*minute), opened(hour+2*minute, "portal"))
	f(hour+24*60*minute+9*minute, "inc-1 portal 2-9;", opened(hour+2*minute, "portal"), closed(hour+9*minute))
	f(hour+24*60*minute+10*minute, "", opened(hour+2*minute, "portal"), closed(hour+9*minute))
}
