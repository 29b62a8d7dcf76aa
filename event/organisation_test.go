// SPDX-License-Identifier: Apache-2.0

package event

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestParseOrganisation reads each payload with all that it can hold.
func TestParseOrganisation(t *testing.T) {
	upper := int64(8500)
	check := func(typ Type, got any, err error, want any) {
		t.Helper()
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", typ, err, diff)
		}
	}
	programme, err := ParseProgrammeConfig([]byte(`{"programme":"brevance","name":"Brévance Énergie"}`))
	check(ConfigProgramme, programme, err, ProgrammeConfig{"brevance", "Brévance Énergie"})
	site, err := ParseSiteConfig([]byte(`{"site":"saint-denis","name":"Saint-Denis","zone":"Indian/Reunion"}`))
	check(ConfigSite, site, err, SiteConfig{"saint-denis", "Saint-Denis", "Indian/Reunion"})
	team, err := ParseTeamConfig([]byte(`{"team":"alize","name":"Alizé","site":"saint-denis","kind":"inbound","wall":["aht 30m","csat"]}`))
	check(ConfigTeam, team, err, TeamConfig{"alize", "Alizé", "saint-denis", "inbound", []string{"aht 30m", "csat"}})
	calendar, err := ParseCalendarConfig([]byte(`{"calendar":"assistance","hours":{"monday":"08:00-20:00","saturday":"08:30-12:00,14:00-18:00"},` +
		`"closed":["2026-12-25"],"exceptional":{"2026-12-24":"08:00-16:00"}}`))
	check(ConfigCalendar, calendar, err, CalendarConfig{"assistance", map[string]string{"monday": "08:00-20:00", "saturday": "08:30-12:00,14:00-18:00"},
		[]string{"2026-12-25"}, map[string]string{"2026-12-24": "08:00-16:00"}})
	campaign, err := ParseCampaignConfig([]byte(`{"campaign":"decouverte","name":"Découverte","programme":"tilvane","queue":"sales","kind":"predictive","purpose":"prospecting","calendar":"dialling"}`))
	check(ConfigCampaign, campaign, err, CampaignConfig{"decouverte", "Découverte", "tilvane", "sales", "predictive", "prospecting", "dialling"})
	skill, err := ParseSkillConfig([]byte(`{"advisor":"a17","queue":"urgence","from_ms":5,"to_ms":6}`))
	check(ConfigSkill, skill, err, SkillConfig{"a17", "urgence", 5, 6})
	target, err := ParseTargetConfig([]byte(`{"scope_kind":"team","scope":"mistral","indicator":"occupancy","from_ms":7,"to_ms":9,"value":7000,"value_to":8500,` +
		`"stage":"in_force","communicated_at_ms":6,"guard":"quality_score"}`))
	check(ConfigTarget, target, err, TargetConfig{ScopeKind: "team", Scope: "mistral", Indicator: "occupancy", From: 7, To: 9, Value: 7000, ValueTo: &upper,
		Stage: "in_force", CommunicatedAt: 6, Guard: "quality_score"})
	dispositions, err := ParseDispositionsConfig([]byte(`{"classes":{"VTE":"pitched_won","RPL":"follow_up"}}`))
	check(ConfigDispositions, dispositions, err, DispositionsConfig{map[string]string{"VTE": "pitched_won", "RPL": "follow_up"}})
	own, err := ParseIndicatorConfig([]byte(`{"id":"own_rate","kind":"additive","name":{"en":"Own","fr":"Propre"},"formula":"on * answered / offered","switches":{"on":1},` +
		`"unit":"percent","better":"higher","scopes":["centre","queue"],"controllable":"team","min_n":20,"provisional_days":3,"over_days":2,"doc":{"en":"D"},"traps":{"fr":"P"}}`))
	check(ConfigIndicator, own, err, IndicatorConfig{ID: "own_rate", Kind: "additive", Name: map[string]string{"en": "Own", "fr": "Propre"},
		Formula: "on * answered / offered", Switches: map[string]int64{"on": 1}, Unit: "percent", Better: "higher", Scopes: []string{"centre", "queue"},
		Controllable: "team", MinSample: 20, ProvisionalDays: 3, OverDays: 2, Doc: map[string]string{"en": "D"}, Traps: map[string]string{"fr": "P"}})
	queue, err := ParseQueueConfig([]byte(`{"queue":"mail","name":"Courriels","channel":"email","calendar":"office","owner_team":"indigo","staffing_group":"back","due_business_ms":28800000}`))
	check(ConfigQueue, queue, err, QueueConfig{Queue: "mail", Name: "Courriels", Channel: "email", Calendar: "office", OwnerTeam: "indigo", StaffingGroup: "back",
		DueBusinessMs: 8 * 3_600_000})
	advisor, err := ParseAdvisorConfig([]byte(`{"advisor":"a17","contract_minutes_per_week":2100,"trial_ends":"2026-12-31"}`))
	check(ConfigAdvisor, advisor, err, AdvisorConfig{Advisor: "a17", ContractMinutesPerWeek: 2100, TrialEnds: "2026-12-31"})
	centre, err := ParseCentreConfig([]byte(`{"zone":"Europe/Paris","name":"Cap Rivage"}`))
	if err != nil || centre.Name != "Cap Rivage" {
		t.Errorf("centre: got %+v, %v", centre, err)
	}
}

// manyOf is n times the form, each with its number, with commas between.
func manyOf(n int, form string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = fmt.Sprintf(form, i)
	}
	return strings.Join(parts, ",")
}

// refusedData is data that a type cannot carry.
type refusedData struct {
	typ         Type
	data, field string
	reason      Reason
}

func wantDataRefused(t *testing.T, cases []refusedData) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.typ.String()+" "+c.data[:min(len(c.data), 60)], func(t *testing.T) {
			wantFieldError(t, CheckPayload(c.typ, []byte(c.data)), c.field, c.reason)
		})
	}
}

func TestParseOrganisationRefuses(t *testing.T) {
	wantDataRefused(t, []refusedData{
		{ConfigProgramme, `{"name":"x"}`, "data.programme", ReasonMissing},
		{ConfigProgramme, `{"programme":"p","name":"a\tb"}`, "data.name", ReasonBadCharacter},
		{ConfigSite, `{"site":""}`, "data.site", ReasonMissing},
		{ConfigSite, `{"site":"s","zone":"Europe/Angers"}`, "data.zone", ReasonBadWord},
		{ConfigTeam, `{"name":"x"}`, "data.team", ReasonMissing},
		{ConfigCalendar, `{"calendar":"c"}`, "data.hours", ReasonMissing},
		{ConfigCalendar, `{"calendar":"c","hours":{}}`, "data.hours", ReasonMissing},
		{ConfigCalendar, `{"calendar":"c","hours":{"lundi":"08:00-20:00"}}`, "data.hours", ReasonBadWord},
		{ConfigCalendar, `{"calendar":"c","hours":{"monday":"08:00-20:00","monday":"09:00-20:00"}}`, "data.hours.monday", ReasonDuplicate},
		{ConfigCalendar, `{"calendar":"c","hours":{"monday":null}}`, "data.hours.monday", ReasonWrongType},
		{ConfigCalendar, `{"calendar":"c","hours":{"monday":""}}`, "data.hours.monday", ReasonMissing},
		{ConfigCalendar, `{"calendar":"c","hours":{"monday":"8h-20h"}}`, "data.hours.monday", ReasonBadWord},
		{ConfigCalendar, `{"calendar":"c","hours":{"monday":"20:00-08:00"}}`, "data.hours.monday", ReasonBadWord},
		{ConfigCalendar, `{"calendar":"c","hours":{"monday":"08:00-12:00,12:00-18:00"}}`, "data.hours.monday", ReasonBadWord},
		{ConfigCalendar, `{"calendar":"c","hours":{"monday":"08:00-20:00"},"closed":["25/12/2026"]}`, "data.closed", ReasonBadTime},
		{ConfigCalendar, `{"calendar":"c","hours":{"monday":"08:00-20:00"},"closed":["2026-02-29"]}`, "data.closed", ReasonBadTime},
		{ConfigCalendar, `{"calendar":"c","hours":{"monday":"08:00-20:00"},"closed":["2026-12-25","2026-12-25"]}`, "data.closed", ReasonDuplicate},
		{ConfigCalendar, `{"calendar":"c","hours":{"monday":"08:00-20:00"},"closed":["2026-12-25",null]}`, "data.closed[1]", ReasonWrongType},
		{ConfigCalendar, `{"calendar":"c","hours":{"monday":"08:00-20:00"},"closed":[` + manyOf(1001, `"%d"`) + `]}`, "data.closed", ReasonOutOfRange},
		{ConfigCalendar, `{"calendar":"c","hours":{"monday":"08:00-20:00"},"exceptional":{"24/12":"08:00-16:00"}}`, "data.exceptional", ReasonBadTime},
		{ConfigCalendar, `{"calendar":"c","hours":{"monday":"08:00-20:00"},"exceptional":{"2026-12-24":"closed"}}`, "data.exceptional.2026-12-24", ReasonBadWord},
		{ConfigCalendar, `{"calendar":"c","hours":{"monday":"08:00-20:00"},"exceptional":{` + manyOf(1001, `"%d":""`) + `}}`, "data.exceptional", ReasonOutOfRange},
		{ConfigCampaign, `{"campaign":"k","calendar":"c"}`, "data.purpose", ReasonMissing},
		{ConfigCampaign, `{"campaign":"k","purpose":"survey"}`, "data.calendar", ReasonMissing},
		{ConfigCampaign, `{"campaign":"k","purpose":"surveys","calendar":"c"}`, "data.purpose", ReasonBadWord},
		{ConfigCampaign, `{"campaign":"k","purpose":"survey","calendar":"c","kind":"manual"}`, "data.kind", ReasonBadWord},
		{ConfigSkill, `{"queue":"q"}`, "data.advisor", ReasonMissing},
		{ConfigSkill, `{"advisor":"a"}`, "data.queue", ReasonMissing},
		{ConfigSkill, `{"advisor":"a","queue":"q","from_ms":6,"to_ms":6}`, "data.to_ms", ReasonContradiction},
	})
}

func TestParseTargetsAndQueuesRefuse(t *testing.T) {
	wantDataRefused(t, []refusedData{
		{ConfigTarget, `{"scope_kind":"centre","indicator":"i","stage":"draft"}`, "data.value", ReasonMissing},
		{ConfigTarget, `{"scope_kind":"group","scope":"g","indicator":"i","value":1,"stage":"draft"}`, "data.scope_kind", ReasonBadWord},
		{ConfigTarget, `{"scope_kind":"team","indicator":"i","value":1,"stage":"draft"}`, "data.scope", ReasonMissing},
		{ConfigTarget, `{"scope_kind":"centre","scope":"c","indicator":"i","value":1,"stage":"draft"}`, "data.scope", ReasonContradiction},
		{ConfigTarget, `{"scope_kind":"channel","scope":"fax","indicator":"i","value":1,"stage":"draft"}`, "data.scope", ReasonBadWord},
		{ConfigTarget, `{"scope_kind":"centre","indicator":"i","value":92.5,"stage":"draft"}`, "data.value", ReasonWrongType},
		{ConfigTarget, `{"scope_kind":"centre","indicator":"i","value":1000000000001,"stage":"draft"}`, "data.value", ReasonOutOfRange},
		{ConfigTarget, `{"scope_kind":"centre","indicator":"i","value":7000,"value_to":7000,"stage":"draft"}`, "data.value_to", ReasonContradiction},
		{ConfigTarget, `{"scope_kind":"centre","indicator":"i","value":7000,"value_to":null,"stage":"draft"}`, "data.value_to", ReasonWrongType},
		{ConfigTarget, `{"scope_kind":"centre","indicator":"i","value":1,"stage":"final"}`, "data.stage", ReasonBadWord},
		{ConfigTarget, `{"scope_kind":"centre","indicator":"i","value":1,"stage":"draft","communicated_at_ms":1}`, "data.communicated_at_ms", ReasonContradiction},
		{ConfigTarget, `{"scope_kind":"centre","indicator":"i","value":1,"stage":"communicated"}`, "data.communicated_at_ms", ReasonMissing},
		{ConfigTarget, `{"scope_kind":"centre","indicator":"i","value":1,"stage":"in_force","from_ms":5,"communicated_at_ms":6}`, "data.communicated_at_ms", ReasonContradiction},
		{ConfigTarget, `{"scope_kind":"centre","indicator":"i","value":1,"stage":"draft","guard":"i"}`, "data.guard", ReasonContradiction},
		{ConfigTarget, `{"scope_kind":"centre","indicator":"i","value":1,"stage":"draft","from_ms":5,"to_ms":4}`, "data.to_ms", ReasonContradiction},
		{ConfigDispositions, `{"classes":{}}`, "data.classes", ReasonOutOfRange},
		{ConfigDispositions, `{"classes":{"VTE":"won"}}`, "data.classes", ReasonBadWord},
		{ConfigDispositions, `{"classes":{"VTE":"refusal","VTE":"refusal"}}`, "data.classes.VTE", ReasonDuplicate},
		{ConfigDispositions, `{"classes":{"VTE":1}}`, "data.classes", ReasonWrongType},
		{ConfigStates, `{"categories":{"Pause":"break","Pause":"lunch"}}`, "data.categories.Pause", ReasonDuplicate},
		{ConfigQueue, `{"queue":"q","channel":"email","calendar":"c","due_business_ms":1,"due_working_days":1}`, "data.due_working_days", ReasonContradiction},
		{ConfigQueue, `{"queue":"q","channel":"voice","calendar":"c","due_working_days":1}`, "data.due_working_days", ReasonContradiction},
		{ConfigQueue, `{"queue":"q","channel":"letter","due_working_days":5}`, "data.calendar", ReasonMissing},
		{ConfigQueue, `{"queue":"q","channel":"letter","calendar":"c","due_working_days":261}`, "data.due_working_days", ReasonOutOfRange},
		{ConfigQueue, `{"queue":"q","channel":"letter","calendar":"c","due_business_ms":-1}`, "data.due_business_ms", ReasonOutOfRange},
		{ConfigAdvisor, `{"advisor":"a","contract_minutes_per_week":10081}`, "data.contract_minutes_per_week", ReasonOutOfRange},
		{ConfigAdvisor, `{"advisor":"a","trial_ends":"31/12/2026"}`, "data.trial_ends", ReasonBadTime},
		{SchedulePublished, `{"segments":[]}`, "data.shift_date", ReasonMissing},
		{SchedulePublished, `{"shift_date":"2026-11-17"}`, "data.segments", ReasonMissing},
		{SchedulePublished, `{"shift_date":"17/11/2026","segments":[]}`, "data.shift_date", ReasonBadTime},
		{SchedulePublished, `{"shift_date":"2026-11-17","segments":{}}`, "data.segments", ReasonWrongType},
		{SchedulePublished, `{"shift_date":"2026-11-17","segments":[null]}`, "data.segments[0]", ReasonWrongType},
		{SchedulePublished, `{"shift_date":"2026-11-17","segments":[` + manyOf(201, `{"from_ms":%[1]d,"to_ms":1%[1]d,"activity":"break"}`) + `]}`, "data.segments", ReasonOutOfRange},
	})
}

func TestOrganisationErrorsSayWhatToDo(t *testing.T) {
	cases := []struct {
		typ        Type
		data, want string
	}{
		{ConfigCalendar, `{"calendar":"c","hours":{"monday":""}}`,
			`data.hours.monday: found "", a day without hours; leave it out to say closed, or write 08:00-20:00`},
		{ConfigCalendar, `{"calendar":"c","hours":{"monday":"21:45-06:15"}}`,
			`data.hours.monday: found "21:45-06:15", it closes before it opens; give what is after midnight to the next day, and end this one with 24:00`},
		{ConfigCalendar, `{"calendar":"c","hours":{"munday":"08:00-20:00"}}`,
			`data.hours: found "munday", it must be monday, tuesday, wednesday, thursday, friday, saturday or sunday; did you mean "monday"?`},
		{ConfigQueue, `{"queue":"q","channel":"voice","calendar":"c","due_business_ms":1}`,
			`data.due_business_ms: found in a queue of the channel voice; it is for email, social, letter or sms: elsewhere the customer waits, and threshold_ms says how long`},
		{ConfigTarget, `{"scope_kind":"advisor","indicator":"aht","value":400000,"stage":"draft"}`, `data.scope: missing; say which advisor`},
		{ConfigTarget, `{"scope_kind":"centre","indicator":"aht","value":400000,"stage":"in_force","communicated_at_ms":6}`,
			`data.communicated_at_ms: found 6, it must not be after from_ms, 0: nobody is held to a target before being told`},
		{ConfigDispositions, `{"classes":{"VTE":"pitched_one"}}`,
			`data.classes: code "VTE": found the class "pitched_one", it must be pitched_won, pitched_lost, not_pitched, follow_up, refusal, appointment, wrong_number, duplicate, out_of_target or opposition; did you mean "pitched_won"?`},
		{ConfigIndicator, `{"id":"own","kind":"additive","formula":"answered","name":{"de":"Eigen"}}`, `data.name: found "de", it must be en or fr`},
		{ConfigIndicator, `{"id":"own","kind":"additive","formula":""}`, `data.formula: missing; give it`},
		{ConfigIndicator, `{"id":"own","kind":"additive","formula":"on","switches":{"on":2}}`, `data.switches.on: found 2, it must be from 0 to 1`},
		{SchedulePublished, `{"shift_date":"2026-11-17","segments":[{"from_ms":1794900000000,"to_ms":1794902400000,"activity":"break","piad":true}]}`,
			`data.segments[0].piad: not known here; did you mean "paid"?; it can be from_ms, to_ms, activity or paid`},
		{SchedulePublished, `{"shift_date":"2026-11-17","segments":[{"from_ms":1794900000000,"to_ms":1794902400000,"activity":"break","paid":"yes"}]}`,
			`data.segments.paid: found a string, expected true or false`},
	}
	for _, c := range cases {
		if err := CheckPayload(c.typ, []byte(c.data)); err == nil || err.Error() != c.want {
			t.Errorf("%s\n got %v\nwant %s", c.data, err, c.want)
		}
	}
}

func TestParseHours(t *testing.T) {
	for hours, want := range map[string][]Span{
		"08:00-20:00":             {{From: 480, To: 1200}},
		"00:00-24:00":             {{From: 0, To: 1440}},
		"08:30-12:00,14:00-18:15": {{From: 510, To: 720}, {From: 840, To: 1095}},
	} {
		got, ok := ParseHours(hours)
		if diff := cmp.Diff(want, got); !ok || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", hours, ok, diff)
		}
	}
	for _, hours := range []string{"", "closed", "08:00", "8:00-20:00", "08:00-24:01", "08:60-20:00", "08:00-08:00", "20:00-08:00", "08:00-20:00,",
		"14:00-18:00,08:00-12:00", "08:00-12:00,12:00-18:00", "08:00 - 20:00", "-1:00-20:00", "08:00-20:00-21:00"} {
		if got, ok := ParseHours(hours); ok {
			t.Errorf("%q is taken for %v", hours, got)
		}
	}
}

func TestParseDate(t *testing.T) {
	for date, want := range map[string]Millis{ // date -u -d DATE +%s, times 1000
		"1970-01-01": 0, "2026-11-17": 1794873600000, "2024-02-29": 1709164800000, "2199-12-31": 7258032000000,
	} {
		if got, ok := ParseDate(date); !ok || got != want {
			t.Errorf("%s: got %d, %v, want %d", date, got, ok, want)
		}
	}
	for _, date := range []string{"", "2026-11-7", "2026-11-31", "2026-02-29", "2026-13-01", "2026-00-10", "1969-12-31", "2200-01-01", "17-11-2026", "2026/11/17",
		"2026-11-17T00:00:00Z", "20x6-11-17"} {
		if got, ok := ParseDate(date); ok {
			t.Errorf("%q is taken for %d", date, got)
		}
	}
}
