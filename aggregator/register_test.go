// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
)

// word is an event of the register, said a second after it happened.
func word(typ event.Type, object string, at int64, data string) event.Event {
	return event.Event{Type: typ, Object: object, Time: at, Received: at + 1000, Data: []byte(data)}
}

// say gives events to a new machine whose clock is past all of them, and returns it with what it handed over.
func say(t *testing.T, now int64, events ...event.Event) (*aggregator.Machine, aggregator.Ready) {
	t.Helper()
	m := aggregator.New(0)
	first := event.Event{ID: "t", Source: "test", Type: event.Tick, Time: now, Received: now}
	m.Step(0, event.AppendJSON(nil, &first))
	for i, e := range events {
		e.ID, e.Source, e.Centre = fmt.Sprint(i), "test", "c"
		if err := e.Validate(); err != nil {
			t.Fatal(err)
		}
		m.Step(int64(i+1), event.AppendJSON(nil, &e))
	}
	return m, m.Ready()
}

// Whoever says that something goes wrong, and what is done about it, leaves a row for the register and a mark on curves.
func TestRegister(t *testing.T) {
	const minute = int64(60_000)
	at := hour + 2*minute
	m, ready := say(t, hour+30*minute,
		word(event.IncidentOpened, "inc-1", at, `{"scope_kind":"queue","scope":"assistance","rule":"sl_low","title":"portal","by":"supervisor"}`),
		word(event.ActionStarted, "act-1", at+16*minute, `{"lever":"reinforcement","incident":"inc-1","scope_kind":"queue","scope":"assistance","indicator":"sl_live","expected":2000,"by":"supervisor"}`),
		word(event.AlertAcknowledged, "", at+5*minute, `{"rule":"sl_low","scope_kind":"queue","scope":"assistance","cause":"tool","incident":"inc-1"}`),
		word(event.IncidentClosed, "inc-1", at+20*minute, `{"cause":"tool"}`),
	)
	if len(ready.DeadLetters) > 0 || len(ready.Facts) > 0 {
		t.Fatalf("dead letters %+v, facts %+v", ready.DeadLetters, ready.Facts)
	}
	on := aggregator.RegisterRow{Source: "test", ScopeKind: "queue", Scope: "assistance"}
	row := func(offset, at int64, typ event.Type, change func(*aggregator.RegisterRow)) aggregator.RegisterRow {
		r := on
		r.Offset, r.At, r.SaidAt, r.Type = offset, at, at+1000, typ
		change(&r)
		return r
	}
	want := []aggregator.RegisterRow{
		row(1, at, event.IncidentOpened, func(r *aggregator.RegisterRow) {
			r.Object, r.Rule, r.Title, r.By = "inc-1", "sl_low", "portal", "supervisor"
		}),
		row(2, at+16*minute, event.ActionStarted, func(r *aggregator.RegisterRow) {
			r.Object, r.Lever, r.Incident, r.Indicator, r.Expected, r.By = "act-1", "reinforcement", "inc-1", "sl_live", 2000, "supervisor"
		}),
		row(3, at+5*minute, event.AlertAcknowledged, func(r *aggregator.RegisterRow) {
			r.Rule, r.Cause, r.Incident = "sl_low", "tool", "inc-1"
		}),
		row(4, at+20*minute, event.IncidentClosed, func(r *aggregator.RegisterRow) {
			r.Object, r.Cause, r.ScopeKind, r.Scope = "inc-1", "tool", "", ""
		}),
	}
	if diff := cmp.Diff(want, ready.Register, cmpopts.IgnoreFields(aggregator.RegisterRow{}, "World", "ID", "Day")); diff != "" {
		t.Errorf("rows, want - got +:\n%s", diff)
	}
	notices := []aggregator.Notice{
		{Kind: aggregator.NoticeIncident, Object: "inc-1", Reason: "portal", ScopeKind: "queue", Scope: "assistance", OpenedMs: at, ClosedMs: at + 20*minute},
		{Kind: aggregator.NoticeAction, Object: "act-1", ScopeKind: "queue", Scope: "assistance", Lever: "reinforcement", OpenedMs: at + 16*minute},
	}
	restored, err := aggregator.Restore(m.Snapshot())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []*aggregator.Machine{m, restored} {
		if diff := cmp.Diff(notices, m.Worlds()[0].Notices(), cmpopts.IgnoreUnexported(aggregator.Notice{})); diff != "" {
			t.Errorf("marks, want - got +:\n%s", diff)
		}
	}
}

// What was opened by mistake marks nothing, whatever comes before or after; a word on something of the day before yesterday stands
// in the register and marks no curve; data that make no sense are a dead letter.
func TestRegisterMistakes(t *testing.T) {
	open := word(event.IncidentOpened, "inc-1", hour, `{"scope_kind":"centre"}`)
	void := word(event.IncidentClosed, "inc-1", hour, `{"void":true}`)
	for _, events := range [][]event.Event{{open, void}, {void, open}, {open, void, open}} {
		m, ready := say(t, hour+1000, events...)
		if marks := m.Worlds()[0].Notices(); len(marks) != 0 || len(ready.Register) != len(events) {
			t.Errorf("marks %+v, %d rows", marks, len(ready.Register))
		}
	}
	m, ready := say(t, hour+48*hour, open)
	if marks := m.Worlds()[0].Notices(); len(marks) != 0 || len(ready.Register) != 1 || len(ready.DeadLetters) != 0 {
		t.Errorf("told late: marks %+v, %d rows, dead letters %+v", marks, len(ready.Register), ready.DeadLetters)
	}
	_, ready = say(t, hour+1000, word(event.ActionStarted, "act-1", hour, `{"lever":"breaks"}`))
	if len(ready.Register) != 0 || len(ready.DeadLetters) != 1 || ready.DeadLetters[0].Reason != aggregator.ReasonInvalid {
		t.Errorf("without an expectation: %d rows, dead letters %+v", len(ready.Register), ready.DeadLetters)
	}
}

// A block in which nothing but a word of the register came ends as others do, and what a source published is in the register.
func TestRegisterEndsBlocks(t *testing.T) {
	notice := event.Event{Type: event.SourceNoticed, Object: "inc-1", State: event.NoticeOpened, Reason: "portal", Time: hour, Received: hour + 1}
	m, ready := say(t, hour+1000, notice)
	if len(ready.Register) != 1 || ready.Register[0].Type != event.IncidentOpened || ready.Register[0].Title != "portal" {
		t.Fatalf("rows %+v", ready.Register)
	}
	later := event.Event{ID: "t2", Source: "test", Type: event.Tick, Time: hour + 7000, Received: hour + 7000}
	if !m.Step(9, event.AppendJSON(nil, &later)) {
		t.Error("the block goes on")
	}
}
