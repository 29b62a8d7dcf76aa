// SPDX-License-Identifier: Apache-2.0

package organisation_test

import (
	"os"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
)

// The machine takes the demo centre as it is published, and follows it: a call on the queue that orvalie's T decides, by an
// advisor whom only the files know.
func TestTheMachineFollowsTheDemoCentre(t *testing.T) {
	o, err := organisation.Read(os.DirFS("../seeds/cap-rivage"), organisation.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const at = 1794906000_000 // 2026-11-17T09:00:00Z, 10:00 in Paris
	m := aggregator.New(0)
	offset := int64(0)
	step := func(e event.Event) (letters []aggregator.DeadLetter) {
		t.Helper()
		if err := e.Validate(); err != nil {
			t.Fatalf("%s: %v", e.Type, err)
		}
		m.Step(offset, event.AppendJSON(nil, &e))
		offset++
		letters = append(letters, m.Ready().DeadLetters...)
		m.Clear()
		return letters
	}
	for _, e := range organisation.Records("cap-rivage", 1, at, o.Objects()) {
		if letters := step(e); len(letters) > 0 {
			t.Fatalf("%s: %v", e.Type, letters)
		}
	}
	for i, e := range []event.Event{
		{Type: event.QueueEntered, Contact: "c1", Queue: "orvalie", Time: at},
		{Type: event.AdvisorConnected, Contact: "c1", Queue: "orvalie", Advisor: "a041", Time: at + 30_000}, // T is 30 s: within
		{Type: event.QueueEntered, Contact: "c2", Queue: "assistance", Time: at + 30_000},
		{Type: event.AdvisorConnected, Contact: "c2", Queue: "assistance", Advisor: "a001", Time: at + 51_000}, // T is 20 s: late
	} {
		e.ID, e.Source, e.Centre, e.Received = string(rune('a'+i)), "pbx", "cap-rivage", e.Time
		if letters := step(e); len(letters) > 0 {
			t.Fatalf("%s: %v", e.Type, letters)
		}
	}
	sums := make([]int64, indicator.NumMeasures)
	for _, want := range []struct {
		kind             indicator.ScopeKind
		name             string
		answered, within int64
	}{{indicator.ScopeQueue, "orvalie", 1, 1}, {indicator.ScopeQueue, "assistance", 1, 0}, {indicator.ScopeTeam, "garance", 1, 1},
		{indicator.ScopeTeam, "mistral", 1, 0}, {indicator.ScopeProgramme, "brevance", 1, 0}} {
		m.Worlds()[0].Measures(want.kind, want.name, aggregator.WindowToday, false, sums)
		if sums[indicator.Answered] != want.answered || sums[indicator.AnsweredWithin] != want.within {
			t.Errorf("%s %s: answered %d, within T %d; want %d and %d", want.kind, want.name,
				sums[indicator.Answered], sums[indicator.AnsweredWithin], want.answered, want.within)
		}
	}
	unknown := event.Event{ID: "x", Source: "pbx", Type: event.QueueEntered, Centre: "cap-rivage", Contact: "c3", Queue: "orvali", Time: at, Received: at}
	if letters := step(unknown); len(letters) != 1 || letters[0].Reason != aggregator.ReasonUnknownQueue {
		t.Errorf("a queue that the files do not have: %v, want a dead letter", letters)
	}
}
