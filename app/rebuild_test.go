// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/store"
)

// restating is a log, a machine that digests it and a store that it writes to, as a running pipeline would.
type restating struct {
	*testing.T
	configs *Configs
	store   *store.Store
	options RebuildOptions
	machine *aggregator.Machine
	builder *store.Builder
	writer  *store.Writer
	next    int64
}

func (r *restating) send(events ...event.Event) {
	r.Helper()
	p := r.configs.log.NewProducer(eventlog.Events)
	for i := range events {
		record := eventlog.Record{Key: []byte(events[i].Centre), Value: event.AppendJSON(nil, &events[i])}
		if err := p.PublishTo(r.Context(), 0, []eventlog.Record{record}); err != nil {
			r.Fatal(err)
		}
	}
	if err := p.Close(r.Context()); err != nil {
		r.Fatal(err)
	}
}

// follow digests what is new in the log and stores it as one block.
func (r *restating) follow() {
	r.Helper()
	_, end, err := r.configs.log.Bounds(r.Context(), eventlog.Events, 0)
	if err != nil {
		r.Fatal(err)
	}
	err = r.configs.log.ReadRange(r.Context(), eventlog.Events, 0, r.next, end, func(f eventlog.Fetched) error {
		r.machine.Step(f.Offset, f.Value)
		defer r.machine.Clear()
		ready := r.machine.Ready()
		for _, d := range ready.DeadLetters {
			r.Errorf("record %d: %s %s", d.Offset, d.Reason, d.Detail)
		}
		r.builder.AddContacts(ready.Contacts)
		r.builder.AddOutcomes(ready.Outcomes)
		r.builder.AddImports(ready.Imports)
		return r.builder.AddFacts(ready.Facts, ready.Incs)
	})
	if err != nil {
		r.Fatal(err)
	}
	if err := r.writer.Write(r.Context(), r.builder.Seal("rebuild", 0, r.next, end-1, "test")); err != nil {
		r.Fatal(err)
	}
	r.next = end
}

// met is what the store shows of queue q on the day: within the service level, and judged by it.
func (r *restating) met() string {
	r.Helper()
	days, err := r.store.DaySums(r.Context(), "paris", indicator.ScopeQueue)
	if err != nil {
		r.Fatal(err)
	}
	text := ""
	for _, d := range days {
		text += fmt.Sprintf("%s %s %d/%d ", dateOf(d.Day), d.ID, d.Measures[indicator.SlMet], d.Measures[indicator.SlDue])
	}
	return strings.TrimSpace(text)
}

// Two calls waited 10 s and 30 s when T was 20 s: one of two. With T = 40 s from always on, a rebuild of the day gives two of
// two; done again it finds nothing; with T back at 20 s it gives one of two again. A store that has something else is left.
func TestRebuildRestatesADay(t *testing.T) {
	r := &restating{T: t, machine: aggregator.New(0), builder: store.NewBuilder()}
	r.configs, r.options.Kafka = openConfigsAnd(t)
	r.store, r.options.ClickHouse = openTestStore(t)
	var err error
	if r.writer, err = r.store.OpenWriter(t.Context(), "rebuild", 0, store.WriterOptions{}); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 10, 9, 0, 0, 0, time.UTC)
	r.configs.now = func() time.Time { return now }
	r.options.Centre, r.options.Now, r.options.Logger = "paris", r.configs.now, slog.New(slog.DiscardHandler)
	day := time.Date(2026, 11, 10, 0, 0, 0, 0, time.UTC)
	r.options.From, r.options.To = day, day

	publish(t, r.configs, small(t, "paris", "- {queue: q, threshold: 20s}"))
	at := now.Add(time.Minute).UnixMilli()
	for i, wait := range []int64{10_000, 30_000} {
		e := event.Event{Source: "pbx", Centre: "paris", Contact: fmt.Sprint("c", i), Queue: "q", Advisor: "a", Channel: "voice"}
		step := func(typ event.Type, ms int64) {
			e.ID, e.Type, e.Time, e.Received = fmt.Sprint(i, typ), typ, ms, ms
			r.send(e)
		}
		step(event.QueueEntered, at)
		step(event.AdvisorConnected, at+wait)
		step(event.AdvisorReleased, at+wait+60_000)
		step(event.ContactEnded, at+wait+61_000)
		at += 300_000
	}
	now = now.AddDate(0, 0, 4)
	tick := now.UnixMilli()
	for range 2 { // a jump above one hour waits until a second tick agrees
		r.send(event.Event{ID: fmt.Sprint(tick), Source: "owner", Type: event.Tick, Time: tick, Received: tick})
		tick += 1000
	}
	r.follow()
	if got := r.met(); got != "2026-11-10 q 1/2" {
		t.Fatalf("before: %s", got)
	}
	rebuilt := func(threshold string, want string, changes int) {
		t.Helper()
		publish(t, r.configs, small(t, "paris", "- {queue: q, threshold: "+threshold+"}"))
		r.follow()
		dry := r.options
		dry.DryRun = true
		if report, err := Rebuild(t.Context(), dry); err != nil || len(report.Changes) != changes || report.Lane != "" {
			t.Errorf("dry run: %+v, %v, want %d changes", report, err, changes)
		}
		if _, err := Rebuild(t.Context(), r.options); err != nil {
			t.Error(err)
		}
		r.follow()
		if got := r.met(); got != want {
			t.Errorf("with T %s: %s, want %s", threshold, got, want)
		}
		now = now.Add(time.Minute) // another rebuild is another lane
	}
	report, _ := Rebuild(t.Context(), r.options)
	if len(report.Changes) != 0 || report.Lane != "" {
		t.Errorf("with nothing changed: %+v", report)
	}
	rebuilt("40s", "2026-11-10 q 2/2", 3)
	rebuilt("45s", "2026-11-10 q 2/2", 0)
	rebuilt("20s", "2026-11-10 q 1/2", 3)

	r.options.To = day.AddDate(0, 0, 3)
	if _, err := Rebuild(t.Context(), r.options); err == nil || !strings.Contains(err.Error(), "restate days up to 2026-11-12") {
		t.Errorf("a day that is not settled: %v", err)
	}
}
