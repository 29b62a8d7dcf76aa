// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/embedded"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

// A centre that lives now: what has happened is in the log at once, in order, after its configuration; a later run goes on, and
// nothing is there twice; a pipeline that starts then knows today as it was.
func TestSimulateLive(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	broker, err := embedded.StartBroker(ctx, embedded.BrokerOptions{DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = broker.Close() })
	org, err := ReadOrganisation(os.DirFS("../seeds/cap-rivage"), "seeds/cap-rivage")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, time.November, 24, 9, 30, 0, 0, time.UTC) // 10:30 in Paris; the business day began at 5:00, 4:00 UTC
	o := SimulateLiveOptions{Organisation: org, Kafka: eventlog.Options{Brokers: []string{broker.Addr()}, Partitions: 1, Replication: 1},
		Seed: 7, Position: filepath.Join(t.TempDir(), "position.json"), UntilNow: true, Now: func() time.Time { return now }, Logger: slog.New(slog.DiscardHandler)}
	if err := SimulateLive(ctx, o); err != nil {
		t.Fatal(err)
	}
	first := publishedLive(ctx, t, o.Kafka)
	now = now.Add(20 * time.Minute)
	if err := SimulateLive(ctx, o); err != nil {
		t.Fatal(err)
	}
	second := publishedLive(ctx, t, o.Kafka)

	happened := &happenings{until: now.UnixMilli()}
	if _, err := simulator.Run(simulator.CapRivage(org), &simulator.Options{From: "2026-11-24", To: "2026-12-22", Seed: 7, Centre: org.ID, EndShifts: true,
		Delivery: simulator.Delivery{DelayMs: livingDelay}}, happened); err == nil {
		t.Fatal("four weeks were over")
	}
	if len(second) != len(happened.ids) || len(first) >= len(second) || len(first) == 0 {
		t.Fatalf("%d events by 10:30 and %d by 10:50; %d had happened", len(first), len(second), len(happened.ids))
	}
	for i, id := range happened.ids {
		if second[i] != id {
			t.Fatalf("event %d is %s, not %s", i, second[i], id)
		}
	}
	awaitOffered(ctx, t, o.Kafka, now, happened.entered)

	// It waits for what is to come, and ends when it is told to.
	o.UntilNow = false
	ending, end := context.WithTimeout(ctx, 100*time.Millisecond)
	defer end()
	if err := SimulateLive(ending, o); err != nil {
		t.Errorf("told to end, it says %v", err)
	}
	if got := publishedLive(ctx, t, o.Kafka); len(got) != len(second) {
		t.Errorf("%d events came before their time", len(got)-len(second))
	}
	o.UntilNow, o.Position = true, ""
	if err := o.Validate(); err == nil {
		t.Error("a run that ends now, and that nobody can go on from")
	}
}

// happenings takes the events of a simulation until a moment: their ids, and how many contacts came into a queue.
type happenings struct {
	until   event.Millis
	ids     []string
	entered int64
}

func (h *happenings) Put(e *event.Event) error {
	if e.Received > h.until {
		return io.EOF
	}
	h.ids = append(h.ids, e.ID)
	if e.Type == event.QueueEntered {
		h.entered++
	}
	return nil
}

// publishedLive are the ids of the simulator's events in the log, in order. The centre's configuration comes before them.
func publishedLive(ctx context.Context, t *testing.T, o eventlog.Options) []string {
	t.Helper()
	log, err := eventlog.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	first, next, err := log.Bounds(ctx, eventlog.Events, 0)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	applied := false
	err = log.ReadRange(ctx, eventlog.Events, 0, first, next, func(f eventlog.Fetched) error {
		var e struct{ ID, Source, Type string }
		if err := json.Unmarshal(f.Value, &e); err != nil {
			return err
		}
		switch {
		case strings.HasPrefix(e.Source, "simulator"):
			if !applied {
				return fmt.Errorf("event %s comes before the configuration", e.ID)
			}
			ids = append(ids, e.ID)
		case e.Type == "config.applied":
			applied = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// awaitOffered starts a pipeline on the log, and waits until it says that so many were offered today.
func awaitOffered(ctx context.Context, t *testing.T, kafka eventlog.Options, now time.Time, want int64) {
	t.Helper()
	a, err := New(Options{Kafka: kafka, Group: "vigie", Listen: "127.0.0.1:0", Version: "test", CheckpointEvery: time.Minute, TickEvery: 20 * time.Millisecond,
		Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop, cancel := context.WithTimeout(context.Background(), stopTimeout)
		defer cancel()
		if err := a.Stop(stop); err != nil {
			t.Error(err)
		}
	})
	var offered int64
	for offered != want {
		if err := sleepFor(ctx, 50*time.Millisecond); err != nil {
			t.Fatalf("the pipeline says that %d were offered today; %d came in", offered, want)
		}
		offered = offeredOf(ctx, t, a.Addr())
	}
}

// offeredOf is the indicator offered of the centre today, of a running pipeline; 0 while it has none.
func offeredOf(ctx context.Context, t *testing.T, addr string) int64 {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/api/v1/indicators?scope=centre&window=today", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var told struct {
		Centres []struct {
			Scopes []struct {
				Windows map[string][]struct {
					ID    string
					Value *float64
				}
			}
		}
	}
	if err := json.NewDecoder(answer.Body).Decode(&told); err != nil {
		t.Fatal(err)
	}
	for _, c := range told.Centres {
		for _, s := range c.Scopes {
			for _, i := range s.Windows["today"] {
				if i.ID == "offered" && i.Value != nil {
					return int64(*i.Value)
				}
			}
		}
	}
	return 0
}
