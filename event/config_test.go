// SPDX-License-Identifier: Apache-2.0

package event

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseCentreConfigFillsInDefaults(t *testing.T) {
	got, err := ParseCentreConfig([]byte(`{"zone":"Europe/Paris"}`))
	if err != nil {
		t.Fatal(err)
	}
	want := CentreConfig{Zone: "Europe/Paris", ThresholdMs: 20000, ShortAbandonMs: 5000, Variant: "sl_neg",
		UnknownQueues: "accept", UnknownAdvisors: "accept"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	got, err = ParseCentreConfig([]byte(`{"zone":"UTC","short_abandon_ms":0,"day_starts_at_minutes":300,"unknown_queues":"refuse"}`))
	if err != nil || got.ShortAbandonMs != 0 || got.DayStartsAtMinutes != 300 || got.UnknownQueues != "refuse" {
		t.Fatalf("got %+v, %v", got, err)
	}
}

func TestParseConfigs(t *testing.T) {
	q, err := ParseQueueConfig([]byte(`{"queue":"support","from_ms":1741944413000,"threshold_ms":30000,"variant":"sl_live","channel":"voice"}`))
	if want := (QueueConfig{Queue: "support", From: 1741944413000, ThresholdMs: 30000, Variant: "sl_live", Channel: "voice"}); err != nil || q != want {
		t.Errorf("queue: got %+v, %v", q, err)
	}
	a, err := ParseAdvisorConfig([]byte(`{"advisor":"2041","from_ms":1,"to_ms":2,"team":"north","home_team":"south","site":"Lyon"}`))
	if want := (AdvisorConfig{Advisor: "2041", From: 1, To: 2, Team: "north", HomeTeam: "south", Site: "Lyon"}); err != nil || a != want {
		t.Errorf("advisor: got %+v, %v", a, err)
	}
	s, err := ParseStatesConfig([]byte(`{"categories":{"Pause":"break","Tri":"backoffice"}}`))
	if err != nil || len(s.Categories) != 2 || s.Categories["Tri"] != "backoffice" {
		t.Errorf("states: got %+v, %v", s, err)
	}
	applied, err := ParseAppliedConfig([]byte(`{"version":3,"count":0,"hash":"ab"}`))
	if want := (AppliedConfig{3, 0, "ab"}); err != nil || applied != want {
		t.Errorf("applied: got %+v, %v", applied, err)
	}
}

func TestParseConfigRefuses(t *testing.T) {
	wantDataRefused(t, []refusedData{
		{ConfigCentre, `{}`, "data.zone", ReasonMissing},
		{ConfigCentre, `[]`, "data", ReasonWrongType},
		{ConfigCentre, `{"zone":"Europe/Paris"`, "data", ReasonBadJSON},
		{ConfigCentre, `{"zone":"Europe/Pari"}`, "data.zone", ReasonBadWord},
		{ConfigCentre, `{"zone":"Local"}`, "data.zone", ReasonBadWord},
		{ConfigCentre, `{"zone":"UTC","Variant":"sl_neg"}`, "data.Variant", ReasonUnknownAttribute},
		{ConfigCentre, `{"zone":"UTC","zone":"UTC"}`, "data.zone", ReasonDuplicate},
		{ConfigCentre, `{"zone":"UTC","variant":null}`, "data.variant", ReasonWrongType},
		{ConfigCentre, `{"zone":"UTC","threshold_ms":"20s"}`, "data.threshold_ms", ReasonWrongType},
		{ConfigCentre, `{"zone":"UTC","threshold_ms":1.5}`, "data.threshold_ms", ReasonWrongType},
		{ConfigCentre, `{"zone":"UTC","threshold_ms":0}`, "data.threshold_ms", ReasonOutOfRange},
		{ConfigCentre, `{"zone":"UTC","threshold_ms":86400001}`, "data.threshold_ms", ReasonOutOfRange},
		{ConfigCentre, `{"zone":"UTC","threshold_ms":4000}`, "data.short_abandon_ms", ReasonContradiction},
		{ConfigCentre, `{"zone":"UTC","short_abandon_ms":-1}`, "data.short_abandon_ms", ReasonOutOfRange},
		{ConfigCentre, `{"zone":"UTC","day_starts_at_minutes":1440}`, "data.day_starts_at_minutes", ReasonOutOfRange},
		{ConfigCentre, `{"zone":"UTC","variant":"sl_best"}`, "data.variant", ReasonBadWord},
		{ConfigCentre, `{"zone":"UTC","unknown_advisors":"drop"}`, "data.unknown_advisors", ReasonBadWord},
		{ConfigQueue, `{"threshold_ms":1}`, "data.queue", ReasonMissing},
		{ConfigQueue, `{"queue":""}`, "data.queue", ReasonMissing},
		{ConfigQueue, `{"queue":"a\u0000"}`, "data.queue", ReasonBadCharacter},
		{ConfigQueue, `{"queue":"` + strings.Repeat("q", 257) + `"}`, "data.queue", ReasonTooLong},
		{ConfigQueue, `{"queue":"q","from_ms":-1}`, "data.from_ms", ReasonOutOfRange},
		{ConfigQueue, `{"queue":"q","threshold_ms":5000,"short_abandon_ms":5001}`, "data.short_abandon_ms", ReasonContradiction},
		{ConfigQueue, `{"queue":"q","channel":"fax"}`, "data.channel", ReasonBadWord},
		{ConfigAdvisor, `{"team":"north"}`, "data.advisor", ReasonMissing},
		{ConfigAdvisor, `{"advisor":"a","from_ms":5,"to_ms":5}`, "data.to_ms", ReasonContradiction},
		{ConfigStates, `{}`, "data.categories", ReasonMissing},
		{ConfigStates, `{"categories":{}}`, "data.categories", ReasonOutOfRange},
		{ConfigStates, `{"categories":{"Pause":"pause"}}`, "data.categories", ReasonBadWord},
		{ConfigStates, `{"categories":{"":"break"}}`, "data.categories", ReasonMissing},
		{ConfigStates, `{"categories":[]}`, "data.categories", ReasonWrongType},
		{ConfigApplied, `{"version":1,"hash":"x"}`, "data.count", ReasonMissing},
		{ConfigApplied, `{"version":0,"count":1,"hash":"x"}`, "data.version", ReasonOutOfRange},
		{ConfigApplied, `{"version":1,"count":-1,"hash":"x"}`, "data.count", ReasonOutOfRange},
		{ConfigApplied, `{"version":1,"count":1,"hash":""}`, "data.hash", ReasonMissing},
	})
}

func TestConfigErrorsSayWhatToDo(t *testing.T) {
	cases := []struct {
		typ        Type
		data, want string
	}{
		{ConfigQueue, `{"queue":"q","treshold_ms":1}`,
			`data.treshold_ms: not known here; did you mean "threshold_ms"?; it can be queue, from_ms, threshold_ms, short_abandon_ms, variant, channel, programme, name, calendar, ` +
				`owner_team, staffing_group, due_business_ms or due_working_days`},
		{ConfigQueue, `{"queue":"q","threshold_ms":"20s"}`, `data.threshold_ms: found a string, expected an integer`},
		{ConfigQueue, `{"queue":"q","threshold_ms":4000,"short_abandon_ms":5000}`,
			`data.short_abandon_ms: found 5000, it must not exceed threshold_ms, 4000: an abandon is short only while the service level can still be met`},
		{ConfigStates, `{"categories":{"Repas":"lunh"}}`,
			`data.categories: reason "Repas": found the category "lunh", it must be break, lunch, training, meeting, coaching, backoffice, technical, monitor or other; did you mean "lunch"?`},
	}
	for _, c := range cases {
		if err := CheckPayload(c.typ, []byte(c.data)); err == nil || err.Error() != c.want {
			t.Errorf("%s\n got %v\nwant %s", c.data, err, c.want)
		}
	}
}

// TestQueueFollowsItsCentre: what a queue does not say is the centre's, and S never exceeds T.
func TestQueueFollowsItsCentre(t *testing.T) {
	centre := DefaultCentreConfig("UTC") // T 20 s, S 5 s
	cases := []struct{ own, want QueueConfig }{
		{QueueConfig{}, QueueConfig{ThresholdMs: 20000, ShortAbandonMs: 5000, Variant: "sl_neg"}},
		{QueueConfig{ThresholdMs: 30000, Variant: "sl_pos"}, QueueConfig{ThresholdMs: 30000, ShortAbandonMs: 5000, Variant: "sl_pos"}},
		{QueueConfig{ThresholdMs: 3000}, QueueConfig{ThresholdMs: 3000, ShortAbandonMs: 3000, Variant: "sl_neg"}},
		{QueueConfig{ShortAbandonMs: 25000}, QueueConfig{ThresholdMs: 25000, ShortAbandonMs: 25000, Variant: "sl_neg"}},
	}
	for _, c := range cases {
		if got := c.own.WithDefaults(centre); got != c.want {
			t.Errorf("%+v: got %+v, want %+v", c.own, got, c.want)
		}
	}
}

func TestDefaultStateCategory(t *testing.T) {
	cases := map[string]string{
		"": "other", "Pause": "break", "PAUSE CAFÉ": "break", "break": "break", "Coffee-break": "break",
		"Déjeuner": "lunch", "dejeuner": "lunch", "De\u0301jeuner": "lunch", "pause déjeuner": "lunch", "Pause midi": "lunch", "LUNCH": "lunch",
		"Formation": "training", "training": "training", "e-learning": "training",
		"Brief": "meeting", "Réunion d'équipe": "meeting", "meeting": "meeting",
		"Coaching": "coaching", "Débrief individuel": "coaching",
		"back-office": "backoffice", "Back Office": "backoffice", "BACK_OFFICE": "backoffice", "backoffice": "backoffice", "Traitement dossiers": "backoffice",
		"Technique": "technical", "Problème technique": "technical", "panne SI": "technical",
		"Double écoute": "monitor", "supervision": "monitor",
		"Autre": "other", "zzz": "other", "breakdance": "other", "\xff\xfe": "other", "日本": "other",
		"Auto-Pause": "break", strings.Repeat("x", 5000) + " lunch": "other", // beyond what an event can carry
	}
	for reason, want := range cases {
		if got := DefaultStateCategory(reason); got != want {
			t.Errorf("%q: got %s, want %s", reason, got, want)
		}
	}
	if allocs := testing.AllocsPerRun(100, func() { DefaultStateCategory("Pause déjeuner") }); allocs != 0 {
		t.Errorf("DefaultStateCategory allocates %v times, want never", allocs)
	}
}
