// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
)

// An alert is seen from the first word on it since it fired, in whatever order words come and how often, and after a restart as well;
// what was said before it fired, of another scope, or more than a day later, is about something else.
func TestAcknowledged(t *testing.T) {
	const minute = int64(60_000)
	fired := 30 * hour
	seen := func(at int64, scope, cause string) event.Event {
		return word(event.AlertAcknowledged, "", at, `{"rule":"sl_low","scope_kind":"queue","scope":"`+scope+`","cause":"`+cause+`","by":"supervisor"}`)
	}
	before, first, again := seen(fired-minute, "assistance", "demand"), seen(fired+4*minute, "assistance", "tool"), seen(fired+9*minute, "assistance", "staffing")
	whole := word(event.AlertAcknowledged, "", fired+2*minute, `{"rule":"feed_silent","scope_kind":"centre","cause":"tool"}`)
	now := fired + 30*minute
	var state []byte
	for _, events := range [][]event.Event{{before, first, again, whole}, {whole, again, first, before}, {whole, again, again, first, before}} {
		m, ready := say(t, now, events...)
		if len(ready.DeadLetters) > 0 || len(ready.Register) != len(events) {
			t.Fatalf("dead letters %+v, %d rows", ready.DeadLetters, len(ready.Register))
		}
		restored, err := aggregator.Restore(m.Snapshot())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range []*aggregator.Machine{m, restored} {
			f := func(rule, kind, scope string, firedMs, want int64) {
				t.Helper()
				a, ok := m.Worlds()[0].Acknowledged(rule, kind, scope, firedMs)
				if ok != (want != 0) || a.AtMs != want {
					t.Errorf("%s of %s %s that fired at %d: seen at %d, want %d", rule, kind, scope, firedMs, a.AtMs, want)
				}
			}
			f("sl_low", "queue", "assistance", fired, fired+4*minute)
			f("sl_low", "queue", "assistance", fired+4*minute, fired+4*minute)
			f("sl_low", "queue", "assistance", fired+5*minute, fired+9*minute) // it fired again
			f("sl_low", "queue", "assistance", fired+10*minute, 0)
			f("sl_low", "queue", "assistance", fired-25*hour, 0)
			f("sl_low", "queue", "chat", fired, 0)
			f("sl_low", "team", "assistance", fired, 0)
			f("feed_silent", "centre", "", fired, fired+2*minute)
		}
		a, _ := m.Worlds()[0].Acknowledged("sl_low", "queue", "assistance", fired)
		if a.Cause != "tool" {
			t.Errorf("the cause is %q", a.Cause)
		}
		if len(events) > 4 {
			continue // a word more is a row more
		}
		if bare := worldBytes(t, events, now); state == nil {
			state = bare
		} else if !bytes.Equal(bare, state) {
			t.Error("another order of the same words makes another state")
		}
	}
}

// worldBytes is the state after some events, each of them once, as if they had come at the same offsets.
func worldBytes(t *testing.T, events []event.Event, now int64) []byte {
	t.Helper()
	m := aggregator.New(0)
	step := func(offset int64, e event.Event) {
		e.Received = now
		m.Step(offset, event.AppendJSON(nil, &e))
	}
	step(0, event.Event{ID: "t", Source: "test", Type: event.Tick, Time: now})
	for i, e := range events {
		e.ID, e.Source, e.Centre = fmt.Sprint(i), "test", "c"
		step(int64(i+1), e)
	}
	step(100, event.Event{ID: "t2", Source: "test", Type: event.Tick, Time: now})
	return m.Snapshot()
}

// A world remembers a bounded number of words, the newest.
func TestAcknowledgedIsBounded(t *testing.T) {
	const words, kept = 520, 500
	var events []event.Event
	for i := range words {
		events = append(events, word(event.AlertAcknowledged, "", hour+int64(i), `{"rule":"sl_low","scope_kind":"queue","scope":"assistance","cause":"tool"}`))
	}
	m, _ := say(t, hour+1000, events...)
	if a, _ := m.Worlds()[0].Acknowledged("sl_low", "queue", "assistance", hour); a.AtMs != hour+words-kept {
		t.Errorf("the oldest is of %d, want %d", a.AtMs-hour, words-kept)
	}
}
