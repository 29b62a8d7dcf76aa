// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

// A simulated day goes into the log as history, beside the live lane, and the store counts what the simulator says truly
// happened.
func TestASimulatedDayAsHistory(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	d := &demo{o: DemoOptions{Recording: true, Speed: 6000, Out: &syncBuffer{}, EngineCommand: []string{os.Args[0]}, EngineEnv: []string{engineEnv + "=1"}, Version: "test"}}
	if err := d.start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.cleanup.run(context.Background()); err != nil {
			t.Error(err)
		}
	})
	org, err := ReadOrganisation(os.DirFS("../seeds/cap-rivage"), "seeds/cap-rivage")
	if err != nil {
		t.Fatal(err)
	}
	var told bytes.Buffer
	report, err := Simulate(ctx, SimulateOptions{
		Organisation: org, Truth: &told,
		Days:  simulator.Options{From: "2026-11-16", To: "2026-11-17", Seed: 1, Centre: "rivage-archive", Lane: "history-1", EndShifts: true},
		Kafka: &eventlog.Options{Brokers: []string{d.broker.Addr()}, Partitions: demoPartitions, Replication: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	var truth simulator.Truth
	if err := json.Unmarshal(told.Bytes(), &truth); err != nil {
		t.Fatal(err)
	}
	if report.Events != truth.Events || report.Calls != int64(len(truth.Calls)) {
		t.Errorf("the report says %+v, the truth %d events and %d calls", report, truth.Events, len(truth.Calls))
	}
	if err := <-d.fed; err != nil {
		t.Fatal(err)
	}
	if err := d.settle(ctx); err != nil { // the tables are there now
		t.Fatal(err)
	}
	want := sumsOfQueues(&truth)
	const query = "SELECT sum(offered), sum(answered), sum(abandoned), sum(left) FROM vigie.v_queue_day WHERE centre = 'rivage-archive'"
	for one(t, d, ctx, query) != want {
		if err := sleepFor(ctx, 300*time.Millisecond); err != nil {
			t.Fatalf("the history is not to be seen: %s, want %s", one(t, d, context.Background(), query), want)
		}
	}
}

// sumsOfQueues is the truth in the form of a row.
func sumsOfQueues(truth *simulator.Truth) string {
	var cameIn, pickedUp, hungUp, sentAway int64
	for _, day := range truth.Days {
		for _, q := range day.Queues {
			cameIn, pickedUp, hungUp = cameIn+q.CameIn, pickedUp+q.PickedUp, hungUp+q.HungUp
			for _, n := range q.SentAway {
				sentAway += n
			}
		}
	}
	return fmt.Sprintf("%d\t%d\t%d\t%d", cameIn, pickedUp, hungUp, sentAway)
}

// At a speed, events come at their pace, and a run that is interrupted ends.
func TestASimulationKeepsPace(t *testing.T) {
	org, err := ReadOrganisation(os.DirFS("../seeds/cap-rivage"), "seeds/cap-rivage")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	var events strings.Builder
	o := SimulateOptions{Organisation: org, Events: &events, Speed: 3600, Days: simulator.Options{From: "2026-11-15", To: "2026-11-16", Seed: 1}}
	if _, err := Simulate(ctx, o); err == nil || !strings.Contains(err.Error(), "deadline") {
		t.Errorf("a day takes 24 s at this speed, but the run ended with %v", err)
	}
	// 0.3 s are 18 minutes: the plans of the day and some calls of the early morning, not the day's hundreds.
	if n := strings.Count(events.String(), "queue.entered"); n > 20 || events.Len() == 0 {
		t.Errorf("%d calls in the first 18 minutes of a Sunday", n)
	}
	if err := (&SimulateOptions{Speed: -1}).Validate(); err == nil {
		t.Error("time went backwards")
	}
}
