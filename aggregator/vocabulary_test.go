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

// moveNothing are the types that the machine takes and that change nothing in it: others read them from the log.
var moveNothing = map[event.Type]event.Event{
	event.ConsentGiven:   {Customer: "h", Purpose: event.PurposeSurvey},
	event.ConsentRevoked: {Customer: "h", Purpose: event.PurposeSurvey},
}

// TestTypesThatMoveNothingLeaveNoTrace: an event of such a type leaves the world what it would be without it: no contact, no
// advisor, no name, no timer, no dead letter.
func TestTypesThatMoveNothingLeaveNoTrace(t *testing.T) {
	untouched := aggregator.New(0)
	untouched.Step(0, sound(t, event.ConfigApplied, event.Event{Data: []byte("{}")}))
	for typ, e := range moveNothing {
		m := aggregator.New(0)
		m.Step(0, sound(t, typ, e))
		ready := m.Ready()
		if len(ready.DeadLetters) != 0 {
			t.Errorf("%s: dead letters %+v, want none", typ, ready.DeadLetters)
		}
		if len(ready.Facts) > 0 || len(ready.Contacts) > 0 {
			t.Errorf("%s: facts %v, contacts %v: want none", typ, ready.Facts, ready.Contacts)
		}
		aggregator.ForgetCounts(m) // that an event came is counted, and whether it was refused
		aggregator.ForgetCounts(untouched)
		if !bytes.Equal(m.Snapshot(), untouched.Snapshot()) {
			t.Errorf("%s: the state is another one than after a configuration that is refused", typ)
		}
	}
}

// sound is the record of an event, completed.
func sound(t *testing.T, typ event.Type, e event.Event) []byte {
	t.Helper()
	e.ID, e.Source, e.Type, e.Centre, e.Time, e.Received = "1", "test", typ, "c", hour, hour
	if err := e.Validate(); err != nil {
		t.Fatalf("%s: %v", typ, err)
	}
	return event.AppendJSON(nil, &e)
}

// TestEveryTypeIsBookedOrNot: whoever adds a type to the language says here what the machine does with it.
func TestEveryTypeIsBookedOrNot(t *testing.T) {
	booked := 0
	for _, typ := range event.Types() {
		_, idle := moveNothing[typ]
		if !idle && !strings.HasPrefix(typ.String(), "config.") {
			booked++
		}
	}
	// Tick, import.finished, the timelines' own: contact 4, queue 4, advisor 11; help 2; schedules, corrections; outcomes: contact 3,
	// survey 2, evaluation 2, sale 2, callback 5, dial 2, list 2; items 9; notices; the register 5.
	if want := 1 + 1 + 19 + 2 + 2 + 18 + 9 + 1 + 5; booked != want {
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
