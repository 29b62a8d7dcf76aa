// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/vigie-kpi/vigie/store"
)

// fakeDaily is a store whose centres are all due, and that notes the passes.
type fakeDaily struct {
	centres []string
	due     store.DailyKind
	broken  map[string]error
	passes  []string
	closed  bool
}

func (f *fakeDaily) DailyCentres(context.Context) ([]string, error) { return f.centres, nil }

func (f *fakeDaily) DailyDue(context.Context, string) (store.DailyKind, error) { return f.due, nil }

func (f *fakeDaily) RunDaily(_ context.Context, o store.DailyOptions) (store.DailyReport, error) {
	f.passes = append(f.passes, o.Centre+" "+o.Kind.String())
	return store.DailyReport{Unknown: 3}, f.broken[o.Centre]
}

func (f *fakeDaily) Close() error { f.closed = true; return nil }

// The job takes the centres of its own partitions only, each quarter of an hour; one that fails keeps no other from its turn,
// is counted and tried again a minute later; the metrics tell how old the work is.
func TestDailyJobTakesItsTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeDaily{centres: []string{"lille", "lyon", "paris"}, due: store.DailyFull, broken: map[string]error{"lille": errors.New("too many parts")}}
		opened := 0
		d := &dailyJob{now: time.Now, every: dailyEvery, log: slog.New(slog.DiscardHandler), done: map[dailyKey]dailyDone{},
			owns: func(centre string) bool { return centre != "lyon" },
			open: func(context.Context) (dailyStore, error) {
				if opened++; opened == 1 {
					return nil, errors.New("ClickHouse is away")
				}
				return fake, nil
			}}
		ctx, cancel := context.WithCancel(t.Context())
		go d.run(ctx)
		step := func(after time.Duration, wantFailures int64, want ...string) {
			t.Helper()
			fake.passes = nil
			time.Sleep(after)
			synctest.Wait()
			if _, failures := d.state(); !slices.Equal(fake.passes, want) || failures != wantFailures {
				t.Errorf("passes %q, %d failures; want %q, %d", fake.passes, failures, want, wantFailures)
			}
		}
		step(time.Minute, 1)                             // ClickHouse is away
		step(time.Minute, 2, "lille full", "paris full") // lille fails
		fake.broken = nil
		step(time.Minute, 2, "lille full", "paris full")
		fake.due = store.DailyRecent
		step(14*time.Minute, 2)
		step(time.Minute, 2, "lille recent", "paris recent")
		begun := time.Now()
		c := newCollector(&App{daily: d})
		if got := gathered(t, c, "vigie_daily_done_seconds", "paris", "recent"); got != float64(begun.Unix()) {
			t.Errorf("the last pass began at %f, want %d", got, begun.Unix())
		}
		if got := gathered(t, c, "vigie_daily_unknown_outcomes", "lille", "full"); got != 3 {
			t.Errorf("%g unknown outcomes, want 3", got)
		}
		cancel()
		synctest.Wait()
		if !fake.closed {
			t.Error("the store is left open")
		}
	})
}

// dailyOnly collects what the daily job shows, of an app that has nothing else.
type dailyOnly struct{ *collector }

func (d dailyOnly) Describe(chan<- *prometheus.Desc) {}

func (d dailyOnly) Collect(ch chan<- prometheus.Metric) { d.collectDaily(ch) }

// gathered is the value of a metric of the daily job, for a centre and a kind.
func gathered(t *testing.T, c *collector, name string, labels ...string) float64 {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(dailyOnly{c})
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			var values []string
			for _, l := range m.GetLabel() {
				values = append(values, l.GetValue())
			}
			if family.GetName() == name && slices.Equal(values, labels) {
				return m.GetGauge().GetValue()
			}
		}
	}
	t.Fatalf("no metric %s of %v", name, labels)
	return 0
}
