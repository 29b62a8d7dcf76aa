// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/ingest/asterisk"
	"github.com/vigie-kpi/vigie/live"
)

// An import of history runs beside the live lane: hidden until it is complete, then counted like any other day, and never in
// the live windows.
func TestImportOfARecordingBesideTheLiveLane(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	d := &demo{o: DemoOptions{Recording: true, Speed: 600, Out: &syncBuffer{}, EngineCommand: []string{os.Args[0]}, EngineEnv: []string{engineEnv + "=1"}, Version: "test"}}
	if err := d.start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.cleanup.run(context.Background()); err != nil {
			t.Error(err)
		}
	})
	report, err := Import(ctx, ImportOptions{Source: asterisk.SourceName, Centre: "archive", Lane: "november", Logger: slog.New(slog.DiscardHandler),
		Files: []string{"../seeds/asterisk-a/queue_log"}, Members: []string{`Local/(\d+)@agents/n=advisor-$1`},
		Kafka: eventlog.Options{Brokers: []string{d.broker.Addr()}, Partitions: demoPartitions, Replication: 1}})
	if err != nil {
		t.Fatal(err)
	}
	if report.Lines != 2339 || report.DeadLetters != 0 {
		t.Errorf("%d lines, %d dead letters; the recording has 2339 lines, all good", report.Lines, report.DeadLetters)
	}
	if err := <-d.fed; err != nil {
		t.Fatal(err)
	}
	if err := d.settle(ctx); err != nil { // the tables are there now
		t.Fatal(err)
	}
	const query = "SELECT sum(offered), sum(answered), sum(abandoned), sum(left) FROM vigie.v_queue_day WHERE centre = 'archive'"
	const want = "759\t479\t264\t16" // the sums over both queues of expected.json
	for one(t, d, ctx, query) != want {
		if err := sleepFor(ctx, 300*time.Millisecond); err != nil {
			t.Fatalf("the import is not to be seen: %s, want %s", one(t, d, context.Background(), query), want)
		}
	}
	for _, v := range d.app.Board().Views("", &live.Filter{}) {
		if v.Centre == "archive" {
			t.Error("the import is on the live board")
		}
	}
	if n := one(t, d, ctx, "SELECT sum(lost) + sum(offered) - sum(answered) - sum(abandoned) - sum(left) FROM vigie.facts WHERE centre = 'archive'"); n != "0" {
		t.Errorf("the import does not balance: %s", n)
	}
}
