// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/embedded"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/organisation"
)

// checkBacktest checks what a report must say of helpFolder, worked out by hand: the condition holds from the border of 10:00:10 on, so
// the alert fires at 10:01:10; the supervisor comes at 10:03:00, which the border of 10:03:10 sees, and it is kept for ten seconds.
func checkBacktest(t *testing.T, what string, r *BacktestReport) {
	t.Helper()
	if len(r.Rows) != 1 {
		t.Fatalf("%s: %d rows, want one: %+v", what, len(r.Rows), r.Rows)
	}
	row := r.Rows[0]
	if row.Rule != "help" || row.Scope != "t" || row.Alerts != 1 || row.Sent != 1 || row.Audience != event.AudienceWall {
		t.Errorf("%s: %+v", what, row)
	}
	if got := row.FirstMs % (24 * 3_600_000); got != (9*3600+70)*1000 {
		t.Errorf("%s: first at %d, want 10:01:10 in Paris", what, got)
	}
	if row.FiringMs != row.LongestMs || row.FiringMs != 130_000 {
		t.Errorf("%s: fired for %d ms, want from 10:01:10 to 10:03:20", what, row.FiringMs)
	}
	if r.Days != 1 {
		t.Errorf("%s: %d days", what, r.Days)
	}
}

// The same past gives the same report from a file and from the log, where another rule was in force.
func TestBacktest(t *testing.T) {
	folder, events := helpFolder(t)
	org, err := ReadOrganisation(os.DirFS(folder+"/org"), folder)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Backtest(t.Context(), BacktestOptions{Organisation: org, Recordings: []string{folder + "/day.ndjson"}})
	if err != nil {
		t.Fatal(err)
	}
	checkBacktest(t, "a recording", r)

	broker, err := embedded.StartBroker(t.Context(), embedded.BrokerOptions{DataDir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := broker.Close(); err != nil {
			t.Error(err)
		}
	})
	options := eventlog.Options{Brokers: []string{broker.Addr()}, Partitions: 2, Replication: 1, Logger: slog.New(slog.DiscardHandler)}
	before := *org
	before.Rules = []organisation.Rule{org.Rules[0]}
	before.Rules[0].Rule, before.Rules[0].ForMs = "before", 0
	publishToLog(t, options, append(organisation.Records("c", 1, events[0].Time-1000, before.Objects()), events...))
	for _, c := range []struct {
		from string
		rows bool
	}{{"2026-11-17", true}, {"2026-11-18", false}} {
		r, err = Backtest(t.Context(), BacktestOptions{Organisation: org, Kafka: &options, From: c.from})
		switch {
		case err != nil:
			t.Fatal(err)
		case c.rows:
			checkBacktest(t, "the log", r)
		case len(r.Rows) != 1 || r.Rows[0].Alerts != 0:
			t.Errorf("the day after: %+v", r.Rows)
		}
	}
}

// publishToLog puts events into the log, as they are.
func publishToLog(t *testing.T, o eventlog.Options, events []event.Event) {
	t.Helper()
	log, err := eventlog.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if err := log.EnsureTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
	last := events[len(events)-1].Received
	events = append(events, event.Event{ID: "tick", Source: "owner", Type: event.Tick, Time: last + 10_000, Received: last + 10_000})
	var records []eventlog.Record
	for i := range events {
		records = append(records, eventlog.Record{Key: []byte("c"), Value: event.AppendJSON(nil, &events[i])})
	}
	producer := log.NewProducer(eventlog.Events)
	if err := producer.Publish(t.Context(), records); err != nil {
		t.Fatal(err)
	}
	if err := producer.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Both forms say the same, and one is for machines.
func TestBacktestReport(t *testing.T) {
	folder, _ := helpFolder(t)
	org, err := ReadOrganisation(os.DirFS(folder+"/org"), folder)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Backtest(t.Context(), BacktestOptions{Organisation: org, Recordings: []string{folder + "/day.ndjson"}})
	if err != nil {
		t.Fatal(err)
	}
	var table, text bytes.Buffer
	if err := r.WriteTable(&table); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1 days, 5 events played", "help", "2026-11-17 10:01"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("the table does not say %q:\n%s", want, table.String())
		}
	}
	if err := r.WriteJSON(&text); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Centre string
		Rules  []struct {
			Rule, Scope, First string
			Alerts             int
			Firing             int64 `json:"firing_ms"`
		}
	}
	if err := json.Unmarshal(text.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Centre != "c" || len(got.Rules) != 1 || got.Rules[0].First != "2026-11-17T10:01:10+01:00" || got.Rules[0].Alerts != 1 || got.Rules[0].Firing != r.Rows[0].FiringMs {
		t.Errorf("got %+v from\n%s", got, text.String())
	}
}

// What cannot be played is refused before anything is read, with the remedy.
func TestBacktestRefuses(t *testing.T) {
	for want, o := range map[string]BacktestOptions{
		"the past: name recordings, or the log with --kafka, or --simulate": {},
		`"tomorrow" is no date`:                  {Recordings: []string{"x"}, From: "tomorrow"},
		"to: 2026-11-17 is not after 2026-11-17": {Recordings: []string{"x"}, From: "2026-11-17", To: "2026-11-17"},
		"from: missing":                          {Simulate: true},
	} {
		if err := o.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
