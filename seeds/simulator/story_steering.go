// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"encoding/json"

	"github.com/vigie-kpi/vigie/event"
)

// Steering is what a supervisor says of an incident, and does against it.
type Steering struct {
	When            // of the action
	Seen     int    // minutes after midnight: when the alert is seen and the incident gets its place
	Incident string // id under which it was published
	Queue    string
	Rule     string // of the alert that told
	Cause    string
	Action   string // id
	Lever    string
	Title    string
	// Indicator is what the action is to move, and Expected by how much, in basis points.
	Indicator string
	Expected  int64
}

const supervisor = "supervisor"

// steer sets the alarms of what a supervisor says.
func (s *simulation) steer(x *Steering, set func(When, func(span))) {
	const kind = "queue"
	set(When{Date: x.Date, From: x.Seen, To: x.Seen}, func(span) {
		s.word(event.IncidentOpened, x.Incident, event.Incident{ScopeKind: kind, Scope: x.Queue, Rule: x.Rule, Cause: x.Cause, By: supervisor})
		s.word(event.AlertAcknowledged, "", event.Acknowledgement{Rule: x.Rule, ScopeKind: kind, Scope: x.Queue, Cause: x.Cause,
			Incident: x.Incident, By: supervisor})
	})
	set(x.When, func(sp span) {
		s.word(event.ActionStarted, x.Action, event.Action{Lever: x.Lever, Incident: x.Incident, ScopeKind: kind, Scope: x.Queue,
			Indicator: x.Indicator, Expected: x.Expected, Title: x.Title, By: supervisor})
		s.clock.at(sp.to, func() { s.word(event.ActionEnded, x.Action, event.ActionEnd{By: supervisor}) })
	})
}

// word is one word of the supervisor.
func (s *simulation) word(t event.Type, object string, data any) {
	raw, err := json.Marshal(data)
	if err != nil {
		panic("BUG: a word of the register does not marshal: " + err.Error())
	}
	s.say(sourceSupervisor, event.Event{Type: t, Object: object, Data: raw})
}
