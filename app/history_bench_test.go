// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator/runner"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

// BenchmarkHistory simulates four weeks of Cap Rivage into an import lane of a running demo, until the store shows them. The
// live lane is the demo's recording, as fast as it happened and sixty times as fast.
func BenchmarkHistory(b *testing.B) {
	for _, speed := range []float64{1, 60} {
		b.Run(fmt.Sprintf("live=%gx", speed), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				h := startHistory(b, speed)
				b.StartTimer()
				h.run(b)
				b.StopTimer()
				h.stop(b)
				b.StartTimer()
			}
		})
	}
}

// historyBench is a demo at work, and what it shows.
type historyBench struct {
	*demo
	org     *organisation.Organisation
	centre  string
	worst   time.Duration // by how much the live clock was behind, at the worst
	watched chan struct{}
}

func startHistory(b *testing.B, speed float64) *historyBench {
	b.Helper()
	d := &demo{o: DemoOptions{Recording: true, Speed: speed, Out: &syncBuffer{}, EngineCommand: []string{os.Args[0]}, EngineEnv: []string{engineEnv + "=1"},
		Version: "bench", Logger: slog.New(slog.DiscardHandler)}}
	if err := d.start(b.Context()); err != nil {
		b.Fatal(err)
	}
	org, err := ReadOrganisation(os.DirFS("../seeds/cap-rivage"), "seeds/cap-rivage")
	if err != nil {
		b.Fatal(err)
	}
	h := &historyBench{demo: d, org: org, centre: org.ID, watched: make(chan struct{})}
	configs, err := OpenConfigs(b.Context(), h.kafkaOptions(), d.clock.now, d.o.Logger)
	if err != nil {
		b.Fatal(err)
	}
	defer configs.Close()
	plan, err := configs.Plan(b.Context(), h.centre, org)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := configs.Publish(b.Context(), plan, "bench", ""); err != nil {
		b.Fatal(err)
	}
	h.until(b, "the store", func() bool { return h.stats().StoredOffset.Load() >= 0 })
	return h
}

func (h *historyBench) kafkaOptions() eventlog.Options {
	return eventlog.Options{Brokers: []string{h.broker.Addr()}, Partitions: demoPartitions, Replication: 1}
}

// stats are those of the partition that the history goes through.
func (h *historyBench) stats() *runner.Stats {
	return h.app.Runner().StatsOf(h.app.Log().PartitionOf([]byte(h.centre)))
}

func (h *historyBench) until(b *testing.B, what string, condition func() bool) {
	b.Helper()
	for deadline := time.Now().Add(5 * time.Minute); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.Fatal("in vain waited for " + what)
		}
	}
}

// watch notes how old the live indicators get, until the context ends.
func (h *historyBench) watch(ctx context.Context) {
	defer close(h.watched)
	for ctx.Err() == nil {
		behind := h.clock.real(time.Duration(h.clock.now().UnixMilli()-h.stats().ClockMs.Load()) * time.Millisecond)
		h.worst = max(h.worst, behind)
		time.Sleep(20 * time.Millisecond)
	}
}

func (h *historyBench) run(b *testing.B) {
	began := time.Now()
	ctx, stop := context.WithCancel(b.Context())
	go h.watch(ctx)
	kafka := h.kafkaOptions()
	report, err := Simulate(b.Context(), SimulateOptions{Organisation: h.org, Kafka: &kafka, Group: "vigie", Days: simulator.Options{
		From: "2026-10-20", To: "2026-11-17", Seed: simulator.CapRivageSeed, Centre: h.centre, Lane: "history-1", EndShifts: true}})
	if err != nil {
		b.Fatal(err)
	}
	produced := time.Since(began)
	stats := h.stats()
	h.until(b, "the machine", func() bool { return stats.Records.Load() > report.Events })
	digested := time.Since(began)
	h.until(b, "the lane to be shown", func() bool {
		n, err := h.query(b.Context(), "SELECT count() FROM vigie.lanes FINAL WHERE lane = 'history-1' AND visible = 1 FORMAT TSV")
		return err == nil && n == "1\n"
	})
	b.ReportMetric(produced.Seconds(), "simulated-s")
	b.ReportMetric(digested.Seconds(), "digested-s")
	b.ReportMetric(float64(report.Events)/time.Since(began).Seconds(), "events/s")
	stop()
	<-h.watched
	b.ReportMetric(h.worst.Seconds(), "behind-s")
}

// stop says what came of it, and makes sure that all of it is there: every block of the ledger has its facts, once.
func (h *historyBench) stop(b *testing.B) {
	ask := func(sql string) string {
		text, err := h.query(b.Context(), sql+" FORMAT TSV")
		if err != nil {
			b.Fatal(err)
		}
		return strings.TrimSpace(text)
	}
	for p := range demoPartitions {
		more := ask(fmt.Sprintf(`WITH (SELECT (max(last), sum(rows)) FROM vigie.blocks WHERE partition = %d) AS ledger
			SELECT toInt64(count()) - toInt64(ledger.2) FROM vigie.facts WHERE partition = %[1]d AND offset <= ledger.1`, p))
		if more != "0" {
			b.Errorf("partition %d has %s facts more than the ledger says", p, more)
		}
	}
	b.Logf("%s facts of %s days in %s blocks and %d batches; %d blocks written by the follower", ask("SELECT count() FROM vigie.facts"),
		ask("SELECT uniqExact(day) FROM vigie.facts WHERE lane != ''"), ask("SELECT count() FROM vigie.blocks"),
		h.stats().Batches.Load(), h.stats().DroppedBlocks.Load())
	if err := h.cleanup.run(context.Background()); err != nil {
		b.Error(err)
	}
}
