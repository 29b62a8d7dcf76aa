// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/ingest"
	"github.com/vigie-kpi/vigie/live"
	"github.com/vigie-kpi/vigie/register"
)

// heard keeps what is published.
type heard struct{ records []ingest.Record }

// Publish implements ingest.Publisher.
func (h *heard) Publish(_ context.Context, records []ingest.Record) error {
	h.records = append(h.records, records...)
	return nil
}

// sayerAt is a sayer at noon of the demo day in Paris, where service_level_live fires in two queues and waiting in one.
func sayerAt(t *testing.T, clockMs int64) (*RegisterSayer, *heard) {
	s := newStory(t)
	s.nowMs = clockMs
	r, h := s.sayer(), &heard{}
	r.Publisher = h
	r.Firing = func(_ context.Context, _, rule string) ([]FiringAlert, error) {
		queue := func(id string) FiringAlert {
			return FiringAlert{register.Place{Kind: indicator.ScopeQueue, ID: id}, clockMs - 600_000}
		}
		switch rule {
		case "waiting":
			return []FiringAlert{queue("chat")}, nil
		case "service_level_live":
			return []FiringAlert{queue("assistance"), queue("orvalie")}, nil
		}
		return nil, nil
	}
	return r, h
}

var noon = time.Date(2026, 11, 17, 11, 0, 0, 0, time.UTC).UnixMilli()

// An alert becomes an incident with one call: where it fires and since when; said twice it is the same event.
func TestAlertBecomesIncident(t *testing.T) {
	r, h := sayerAt(t, noon)
	for range 2 {
		said, err := r.Say(t.Context(), event.IncidentOpened, RegisterWord{Alert: "waiting", By: "supervisor"})
		if err != nil || said.ID != "inc-20261117T1050Z-chat" || said.Scope.String() != "queue:chat" || said.AtMs != noon-600_000 {
			t.Fatalf("%+v, %v", said, err)
		}
	}
	var d event.Decoder
	var e event.Event
	if err := d.Decode(h.records[0].Value, &e); err != nil || len(h.records) != 2 || !bytes.Equal(h.records[0].Value, h.records[1].Value) {
		t.Errorf("%v: %q", err, h.records)
	}
	if want := `{"scope_kind":"queue","scope":"chat","rule":"waiting","by":"supervisor"}`; string(e.Data) != want || e.Type != event.IncidentOpened || e.Centre != "rivage" {
		t.Errorf("%s %s of %s, want %s", e.Type, e.Data, e.Centre, want)
	}
	if said, err := r.Say(t.Context(), event.IncidentOpened, RegisterWord{Alert: "service_level_live", Scope: "queue:orvalie", At: "2026-11-17T11:30"}); err != nil || said.AtMs != noon-1_800_000 {
		t.Errorf("%+v, %v", said, err)
	}
	if said, err := r.Say(t.Context(), event.AlertAcknowledged, RegisterWord{Alert: "waiting", Cause: "tool"}); err != nil || said.ID != "" || said.AtMs != noon || said.Scope.ID != "chat" {
		t.Errorf("%+v, %v", said, err)
	}
}

// What makes no sense is refused with what to do, and nothing of it is in the log.
func TestWordsAreRefused(t *testing.T) {
	r, h := sayerAt(t, noon)
	f := func(typ event.Type, w RegisterWord, want string) {
		t.Helper()
		_, err := r.Say(t.Context(), typ, w)
		var wrong *AskError
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s %+v: %v, want %q", typ, w, err, want)
		}
	}
	f(event.IncidentOpened, RegisterWord{Alert: "service_level_live"}, "fires in several places; give scope, one of queue:assistance, queue:orvalie")
	f(event.IncidentOpened, RegisterWord{Alert: "backlog"}, "does not fire now; give scope (where it fired), and at (since when)")
	f(event.IncidentOpened, RegisterWord{Scope: "advisor:a017"}, "write centre, or one of programme:")
	f(event.IncidentOpened, RegisterWord{Scope: "queue:chat", Lever: "breaks"}, "lever means nothing in incident.opened")
	f(event.IncidentOpened, RegisterWord{Scope: "queue:chat", At: "tomorrow"}, "write a time as 2026-11-17T09:00")
	f(event.IncidentOpened, RegisterWord{Scope: "queue:chat", At: "2026-11-17T14:00"}, "more than an hour ahead")
	f(event.IncidentOpened, RegisterWord{Scope: "queue:chat", By: "Jean Dupont"}, "by: found something else at byte 0; give a role or a pseudonymous id")
	f(event.IncidentClosed, RegisterWord{Cause: "tool"}, "say which one is over")
	action := RegisterWord{Scope: "queue:chat", Lever: "breaks", Indicator: "sl_live", Expected: 20, By: "supervisor"}
	change := func(change func(*RegisterWord)) RegisterWord {
		w := action
		change(&w)
		return w
	}
	f(event.ActionStarted, change(func(w *RegisterWord) { w.Indicator = "sl_liv" }), `did you mean "sl_live"?`)
	f(event.ActionStarted, change(func(w *RegisterWord) { w.Indicator = "offered" }), "choose a share or a mean")
	f(event.ActionStarted, change(func(w *RegisterWord) { w.Scope = "team:mistral" }), "sl_live is not counted per team")
	f(event.ActionStarted, change(func(w *RegisterWord) { w.Expected = 0 }), "write what the action is to bring before it begins")
	f(event.ActionStarted, change(func(w *RegisterWord) { w.Lever = "whip" }), "lever: found")
	f(event.AlertAcknowledged, RegisterWord{Scope: "queue:chat", Cause: "tool"}, "name the rule")
	if len(h.records) != 0 {
		t.Errorf("published: %q", h.records)
	}
	if said, err := r.Say(t.Context(), event.ActionStarted, action); err != nil || said.ID != "act-breaks-20261117T1100Z-chat" {
		t.Errorf("%+v, %v", said, err)
	}
}

func TestWeeks(t *testing.T) {
	now := time.Date(2027, 1, 5, 9, 0, 0, 0, time.UTC) // a Tuesday of 2027-W01
	for text, want := range map[string]string{"": "2026-12-28", "last": "2026-12-28", "this": "2027-01-04", "2026-W47": "2026-11-16", "2026-W53": "2026-12-28", "2027-W01": "2027-01-04"} {
		if got, err := weekOf(text, now); err != nil || got.Format(time.DateOnly) != want {
			t.Errorf("%q: %v, %v, want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"2027-W53", "2026-W0", "2026-47", "W47", "2026-W00", "soon"} {
		if _, err := weekOf(text, now); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// checkRegister says something over HTTP to a pipeline that runs: it is live at once, and in the register when it is stored.
func checkRegister(ctx context.Context, t *testing.T, d *demo) {
	t.Helper()
	post := func(path, media, body string) (int, string) {
		t.Helper()
		r, err := http.Post("http://"+d.app.Addr()+path, media, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		answer, _ := io.ReadAll(r.Body)
		return r.StatusCode, string(answer)
	}
	status, body := post("/api/v1/incidents", "application/json", `{"scope": "queue:support", "title": "trunk fault", "by": "supervisor"}`)
	var said RegisterSaid
	if err := json.Unmarshal([]byte(body), &said); err != nil || status != http.StatusAccepted || said.ID == "" || said.Scope.ID != "support" {
		t.Fatalf("%d %s, %v", status, body, err)
	}
	if status, body := post("/api/v1/actions", "application/json", fmt.Sprintf(
		`{"incident": %q, "lever": "overflow", "scope": "queue:support", "indicator": "sl_live", "expected": 10, "by": "supervisor"}`, said.ID)); status != http.StatusAccepted {
		t.Errorf("%d %s", status, body)
	}
	if status, body := post("/api/v1/incidents/"+said.ID+"/close", "application/json", `{"cause": "telephony"}`); status != http.StatusAccepted {
		t.Errorf("%d %s", status, body)
	}
	for _, wrong := range [][3]string{
		{"text/plain", `{}`, "send application/json"}, {"application/json", `{"person": "x"}`, `unknown field \"person\"`},
		{"application/json", `{"scope": "centre"} {}`, "more than one object"}, {"application/json", `{"scope": "queue:"}`, "write centre, or one of"},
	} {
		if status, body := post("/api/v1/incidents", wrong[0], wrong[1]); status != http.StatusBadRequest || !strings.Contains(body, wrong[2]) {
			t.Errorf("%s %s: %d %s", wrong[0], wrong[1], status, body)
		}
	}
	if err := d.settle(ctx); err != nil {
		t.Fatal(err)
	}
	var answer live.IndicatorsAnswer
	if err := json.Unmarshal([]byte(fetch(t, d, "/api/v1/indicators?scope=queue:support&window=5m")), &answer); err != nil || len(answer.Centres[0].Notices) != 2 {
		t.Errorf("live: %+v, %v", answer.Centres[0].Notices, err)
	}
	documented(t, "Said", []byte(body))
	told := fetch(t, d, "/api/v1/incidents/"+said.ID)
	documented(t, "Told", []byte(told))
	documented(t, "IncidentsAnswer", []byte(fetch(t, d, "/api/v1/incidents")))
	documented(t, "ActionsAnswer", []byte(fetch(t, d, "/api/v1/actions")))
	documented(t, "Noise", []byte(fetch(t, d, "/api/v1/alerts/noise?week=this")))
	for _, want := range []string{`"title":"trunk fault"`, `"cause":"telephony"`, `"lever":"overflow"`, `"expected":1000`} {
		if !strings.Contains(told, want) {
			t.Errorf("the register lacks %s: %s", want, told)
		}
	}
	if text := fetch(t, d, "/api/v1/incidents?format=text&lang=fr"); !strings.Contains(text, "file support") || !strings.Contains(text, "trunk fault") {
		t.Errorf("the list: %s", text)
	}
	if text := fetch(t, d, "/api/v1/actions?format=text"); !strings.Contains(text, "Overflow") {
		t.Errorf("the actions: %s", text)
	}
	if text := fetch(t, d, "/api/v1/alerts/noise?week=this&format=text"); !strings.Contains(text, "Alerts of centre demo") {
		t.Errorf("the noise: %s", text)
	}
}
