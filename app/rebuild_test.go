// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
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

// shown is what the store shows of the day: of queue q how many were within the service level of those judged by it, and the
// seconds of pause and training.
func (r *restating) shown() string {
	r.Helper()
	queues, err := r.store.DaySums(r.Context(), "paris", indicator.ScopeQueue)
	if err != nil {
		r.Fatal(err)
	}
	centre, err := r.store.DaySums(r.Context(), "paris", indicator.ScopeCentre)
	if err != nil || len(centre) != 1 || len(queues) != 1 {
		r.Fatal(centre, queues, err)
	}
	q, c := &queues[0], &centre[0]
	return fmt.Sprintf("%s %s %d/%d, break %d s, training %d s", dateOf(q.Day), q.ID, q.Measures[indicator.SlMet], q.Measures[indicator.SlDue],
		c.Measures[indicator.BreakMs]/1000, c.Measures[indicator.TrainingMs]/1000)
}

// apply publishes what is said of queue q, and what the state atelier means.
func (r *restating) apply(queue, atelier string) {
	r.Helper()
	o, err := ReadOrganisation(fstest.MapFS{
		"centre.yaml": {Data: []byte("id: paris\ntimezone: Europe/Paris\nday_starts: \"05:00\"\nunknown_queues: refuse")},
		"queues.yaml": {Data: []byte("- {queue: q, " + queue + "}")},
		"states.yaml": {Data: []byte(atelier + ": [atelier]")},
	}, "")
	if err != nil {
		r.Fatal(err)
	}
	publish(r.T, r.configs, o)
}

// play sends a day: two calls that wait 10 s and 30 s, and an advisor who is in the atelier for ten minutes.
func (r *restating) play(at int64) {
	r.Helper()
	e := event.Event{Source: "pbx", Centre: "paris", Advisor: "a"}
	step := func(id string, typ event.Type, ms int64) {
		e.ID, e.Type, e.Time, e.Received = id, typ, ms, ms
		r.send(e)
	}
	e.State = event.StateAvailable
	step("in", event.AdvisorState, at)
	for i, wait := range []int64{10_000, 30_000} {
		e.Contact, e.Queue, e.Channel, e.State = fmt.Sprint("c", i), "q", "voice", ""
		for _, s := range []struct {
			typ event.Type
			ms  int64
		}{{event.QueueEntered, at}, {event.AdvisorConnected, at + wait}, {event.AdvisorReleased, at + wait + 60_000}, {event.ContactEnded, at + wait + 61_000}} {
			step(fmt.Sprint(i, s.typ), s.typ, s.ms)
		}
		at += 300_000
	}
	e.Contact, e.Queue, e.Channel = "", "", ""
	e.State, e.Reason = event.StatePaused, "atelier"
	step("atelier", event.AdvisorState, at)
	e.State, e.Reason = event.StateOffline, ""
	step("out", event.AdvisorState, at+600_000)
}

// Two calls waited 10 s and 30 s when T was 20 s: one of two. With T = 40 s from always on, a rebuild of the day gives two of
// two; done again it finds nothing; with T back at 20 s it gives one of two again. Ten minutes of pause become training when the
// state means that. What cannot be said as sums, and a day that may still change, is refused.
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

	r.apply("threshold: 20s", "break")
	r.play(now.Add(time.Minute).UnixMilli())
	now = now.AddDate(0, 0, 4)
	tick := now.UnixMilli()
	for range 2 { // a jump above one hour waits until a second tick agrees
		r.send(event.Event{ID: fmt.Sprint(tick), Source: "owner", Type: event.Tick, Time: tick, Received: tick})
		tick += 1000
	}
	r.follow()
	if got := r.shown(); got != "2026-11-10 q 1/2, break 600 s, training 0 s" {
		t.Fatalf("before: %s", got)
	}
	rebuilt := func(queue, atelier, want string, changes int) {
		t.Helper()
		r.apply(queue, atelier)
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
		if got := r.shown(); got != "2026-11-10 q "+want {
			t.Errorf("with %s and %s: %s, want %s", queue, atelier, got, want)
		}
		now = now.Add(time.Minute) // another rebuild is another lane
	}
	report, _ := Rebuild(t.Context(), r.options)
	if len(report.Changes) != 0 || report.Lane != "" {
		t.Errorf("with nothing changed: %+v", report)
	}
	rebuilt("threshold: 40s", "break", "2/2, break 600 s, training 0 s", 3) // within T, met, and one fewer that crossed it
	rebuilt("threshold: 45s", "break", "2/2, break 600 s, training 0 s", 0)
	rebuilt("threshold: 45s", "training", "2/2, break 0 s, training 600 s", 2)
	rebuilt("threshold: 20s", "break", "1/2, break 600 s, training 0 s", 5)

	r.apply("threshold: 20s, programme: orvalie", "break")
	r.follow()
	if _, err := Rebuild(t.Context(), r.options); err == nil || !strings.Contains(err.Error(), "also changes histograms") || !strings.Contains(err.Error(), "nothing was published") {
		t.Errorf("waits that move to another programme: %v", err)
	}
	r.options.To = day.AddDate(0, 0, 3)
	if _, err := Rebuild(t.Context(), r.options); err == nil || !strings.Contains(err.Error(), "restate days up to 2026-11-12") {
		t.Errorf("a day that is not settled: %v", err)
	}
}
