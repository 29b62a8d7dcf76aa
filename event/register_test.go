// SPDX-License-Identifier: Apache-2.0

package event

import "testing"

func TestParseRegister(t *testing.T) {
	i, err := ParseIncident([]byte(`{"scope_kind":"queue","scope":"assistance","rule":"sl_low","title":"espace client indisponible, 3e fois","cause":"tool","by":"role:duty-manager"}`))
	want := Incident{ScopeKind: "queue", Scope: "assistance", Rule: "sl_low", Title: "espace client indisponible, 3e fois", Cause: CauseTool, By: "role:duty-manager"}
	if err != nil || i != want {
		t.Errorf("got %+v, %v", i, err)
	}
	a, err := ParseAction([]byte(`{"lever":"reinforcement","scope_kind":"centre","indicator":"sl_live","expected":-1500,"by":"a017"}`))
	if err != nil || a != (Action{Lever: LeverReinforcement, ScopeKind: "centre", Indicator: "sl_live", Expected: -1500, By: "a017"}) {
		t.Errorf("got %+v, %v", a, err)
	}
	for typ, data := range map[Type]string{
		IncidentClosed:    `{}`,
		ActionEnded:       `{"void":true}`,
		AlertAcknowledged: `{"rule":"waiting","scope_kind":"queue","scope":"chat","cause":"false_alarm"}`,
	} {
		if err := CheckPayload(typ, []byte(data)); err != nil {
			t.Errorf("%s: %v", typ, err)
		}
	}
}

func TestParseRegisterRefuses(t *testing.T) {
	f := func(typ Type, data, want string) {
		t.Helper()
		if err := CheckPayload(typ, []byte(data)); err == nil || err.Error() != want {
			t.Errorf("%s %s\n got %v\nwant %s", typ, data, err, want)
		}
	}
	f(IncidentOpened, `{"scope_kind":"queue"}`, "data.scope: missing; say which queue")
	f(IncidentOpened, `{"scope_kind":"centre","scope":"paris"}`, `data.scope: found "paris", but an incident of the centre is that of the event's centre; leave it out`)
	f(IncidentOpened, `{"scope_kind":"centre","title":"ask jean@example.org"}`, "data.title: found an @ at byte 8; no address may be in it")
	f(IncidentOpened, `{"scope_kind":"centre","title":"rappeler 06 12 34"}`, "data.title: found more than 5 digits in a row up to byte 16; no phone or account number may be in it")
	f(IncidentOpened, `{"scope_kind":"centre","by":"Jean Dupont"}`,
		"data.by: found something else at byte 0; give a role or a pseudonymous id, never a name: small letters, digits and _ - :, such as supervisor or a017")
	f(ActionStarted, `{"lever":"breaks","scope_kind":"centre","indicator":"sl_live","expected":0,"by":"a1"}`,
		"data.expected: found 0; write what the action is to bring before it begins, for example 2000 for 20 points")
	f(ActionStarted, `{"lever":"breaks","scope_kind":"centre","indicator":"sl_live","expected":5,"by":""}`,
		"data.by: missing; give a role or a pseudonymous id, such as supervisor or a017")

	refused := func(typ Type, data, field string, reason Reason) {
		t.Helper()
		wantFieldError(t, CheckPayload(typ, []byte(data)), field, reason)
	}
	refused(IncidentOpened, `{"scope_kind":"advisor","scope":"a1"}`, "data.scope_kind", ReasonBadWord) // an incident is never a person's
	refused(IncidentClosed, `{"by":"jean.dupont"}`, "data.by", ReasonBadCharacter)
	refused(IncidentClosed, `{"cause":"weather"}`, "data.cause", ReasonBadWord)
	refused(ActionStarted, `{"lever":"whip","scope_kind":"centre","indicator":"sl_live","expected":5,"by":"a1"}`, "data.lever", ReasonBadWord)
	refused(ActionStarted, `{"lever":"breaks","scope_kind":"centre","indicator":"sl_live","by":"a1"}`, "data.expected", ReasonMissing)
	refused(AlertAcknowledged, `{"rule":"r","scope_kind":"centre"}`, "data.cause", ReasonMissing)
	refused(AlertAcknowledged, `{"rule":"r","scope_kind":"channel","scope":"fax","cause":"test"}`, "data.scope", ReasonBadWord)
}
