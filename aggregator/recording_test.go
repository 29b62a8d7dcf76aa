// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/ingest/asterisk"
)

var (
	shufflesFlag = flag.Int("vigie.shuffles", 60, "orders in which the recording is shown to the machine")
	verboseRuns  = flag.Int("vigie.progress", 0, "say how far the shuffles are, every so many; 0: never")
)

const recording = "../seeds/asterisk-a/queue_log"

// A recorded hour of a real telephone system, shown in many orders: late by up to a minute, some of it twice, the clock
// told each ten seconds. Each order gives the same sums per instant, dimensions and measure; and they are the oracle's.
func TestRecordingInAnyOrder(t *testing.T) {
	s := recordedTimeline(t)
	inOrder := newRun(t)
	inOrder.tick = 10 * second
	inOrder.play(s, s.inOrder(), nil)
	inOrder.checkFacts(s)
	inOrder.checkClosedDay()
	begun := time.Now()
	for i := range *shufflesFlag {
		seed := *seedFlag + uint64(i)
		r := newRun(&named{t, fmt.Sprintf("seed %d", seed)})
		r.tick = 10 * second
		r.play(s, s.deliver(seed), nil)
		r.checkWindows(rand.New(rand.NewPCG(seed, 6)))
		if d := r.sums.diff(inOrder.sums); len(d) > 0 {
			r.fail("the order matters", d)
		}
		if n := *verboseRuns; n > 0 && (i+1)%n == 0 {
			t.Logf("%d orders, %v", i+1, time.Since(begun).Round(time.Second))
		}
	}
	t.Logf("%d events, %d sums, %d orders", len(s.events), len(inOrder.sums), *shufflesFlag)
}

// named puts a name before what a run says when it fails.
type named struct {
	testing.TB
	name string
}

func (n *named) Fatalf(format string, args ...any) {
	n.Helper()
	n.TB.Fatalf(n.name+": "+format, args...)
}

// recordedTimeline is the recording as events, under a plain configuration.
func recordedTimeline(t *testing.T) *timeline {
	t.Helper()
	parser, err := asterisk.NewParser(asterisk.Options{Centre: centreID})
	if err != nil {
		t.Fatal(err)
	}
	s := &timeline{lateMs: minute, rules: rules{centre: event.DefaultCentreConfig("Europe/Paris")}}
	s.rules.queues = []event.QueueConfig{{Queue: "support", ThresholdMs: 10 * second, Variant: "sl_live", Programme: "acme"},
		{Queue: "ventes", ThresholdMs: 5 * second, Variant: "sl_neg_left"}}
	for i := range 12 {
		team := []string{"red", "blue"}[i%2]
		s.rules.advisors = append(s.rules.advisors, event.AdvisorConfig{Advisor: fmt.Sprintf("advisor-%d", 1001+i), Team: team})
	}
	err = asterisk.ReadFiles(context.Background(), []string{recording}, parser, func(out asterisk.Output) error {
		for i := range out.Events {
			s.events = append(s.events, out.Events[i].Clone())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.from, s.end = s.events[0].Time, s.events[0].Time
	for i := range s.events {
		s.from, s.end = min(s.from, s.events[i].Time), max(s.end, s.events[i].Time)
	}
	s.from -= minute
	s.end += 5 * hour
	return s
}
