// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
)

// notBooked says by hand what this version leaves to a later one, each with what its type needs.
var notBooked = map[event.Type]event.Event{
	event.CorrectionIssued:           {Data: []byte("{}")},
	event.AdvisorAssistanceRequested: {Contact: "c", Advisor: "a"},
	event.SupervisorJoined:           {Contact: "c", Advisor: "a", Target: "s", Kind: "whisper"},
	event.SourceNoticed:              {Object: "o", State: "opened"},
}

// TestTypesNotBookedLeaveNoTrace: an event of a type that this version does not book is a dead letter, and the world is
// what it would be without it: no contact, no advisor, no name, no timer.
func TestTypesNotBookedLeaveNoTrace(t *testing.T) {
	const at = 3_600_000
	for typ, e := range notBooked {
		t.Run(typ.String(), func(t *testing.T) {
			e.ID, e.Source, e.Type, e.Centre = "1", "test", typ, "c"
			e.Time, e.Received = at, at
			if err := e.Validate(); err != nil {
				t.Fatal(err)
			}
			m := aggregator.New(0)
			m.Step(0, event.AppendJSON(nil, &e))
			ready := m.Ready()
			if len(ready.DeadLetters) != 1 || ready.DeadLetters[0].Reason != aggregator.ReasonNotSupported || ready.DeadLetters[0].Detail == "" {
				t.Fatalf("dead letters: %+v, want one, not_supported", ready.DeadLetters)
			}
			if len(ready.Facts) > 0 || len(ready.Contacts) > 0 {
				t.Fatalf("facts %v, contacts %v: want none", ready.Facts, ready.Contacts)
			}
			without := aggregator.New(0)
			refused := event.Event{ID: "1", Source: "test", Type: event.CorrectionIssued, Centre: "c", Time: at, Received: at, Data: []byte("{}")}
			without.Step(0, event.AppendJSON(nil, &refused))
			if !bytes.Equal(m.Snapshot(), without.Snapshot()) {
				t.Error("the state differs from that after another event that is not booked")
			}
		})
	}
}

// TestEveryTypeIsBookedOrNot: whoever adds a type to the language says here what the machine does with it.
func TestEveryTypeIsBookedOrNot(t *testing.T) {
	booked := 0
	for _, typ := range event.Types() {
		if _, is := notBooked[typ]; !is && !strings.HasPrefix(typ.String(), "config.") {
			booked++
		}
	}
	// Tick, import.finished, the timelines' own: contact 4, queue 4, advisor 11; schedules; outcomes: contact 3, survey 2, evaluation 2,
	// sale 2, callback 4, dial 2, list 2, consent 2; items.
	if want := 1 + 1 + 19 + 1 + 19 + 9; booked != want {
		t.Errorf("%d types are booked, want %d", booked, want)
	}
}

// TestConfigurationOfALaterVersion: objects that no fold reads yet belong to the set all the same, and a wrong one is a
// reason to refuse it.
func TestConfigurationOfALaterVersion(t *testing.T) {
	for _, c := range []struct{ site, refusal string }{
		{`{"site":"angers","name":"Angers"}`, ""},
		{`{"site":"angers","zone":"Europe/Angers"}`, "data.zone"},
	} {
		set := []event.ConfigObject{{Type: event.ConfigCentre, Data: []byte(`{"zone":"Europe/Paris"}`)}, {Type: event.ConfigSite, Data: []byte(c.site)}}
		applied := fmt.Appendf(nil, `{"version":1,"count":2,"hash":"%s"}`, event.ConfigHash(set))
		m := aggregator.New(0)
		for i, o := range append(set, event.ConfigObject{Type: event.ConfigApplied, Data: applied}) {
			e := event.Event{ID: fmt.Sprint(i), Source: "apply", Type: o.Type, Centre: "c", Time: 1, Received: 1, Data: o.Data}
			m.Step(int64(i), event.AppendJSON(nil, &e))
		}
		dead := m.Ready().DeadLetters
		if c.refusal == "" && len(dead) != 0 {
			t.Errorf("%s: refused: %+v", c.site, dead)
		}
		if c.refusal != "" && (len(dead) != 1 || dead[0].Reason != aggregator.ReasonBadConfig || !strings.Contains(dead[0].Detail, c.refusal)) {
			t.Errorf("%s: dead letters %+v, want bad_config that names %s", c.site, dead, c.refusal)
		}
	}
}
