// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// expectedFile is the part of seeds/asterisk-a/expected.json that this test reads: numbers counted from the queue log's
// lines by a script of its own.
type expectedFile struct {
	Scopes []struct {
		Kind       string
		ID         string
		Measures   map[string]int64
		Indicators map[string]struct{ Numerator, Denominator int64 }
	}
}

func readExpected(t *testing.T) expectedFile {
	t.Helper()
	raw, err := os.ReadFile("../seeds/asterisk-a/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var e expectedFile
	if err := json.Unmarshal(raw, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// syncBuffer is a buffer that a demo writes while the test reads.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// The recording goes through Kafka, the machine and ClickHouse, and comes out by SQL from the views as it was counted from
// the log's lines.
func TestRecordingByWayOfKafkaAndClickHouse(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	out := &syncBuffer{}
	d := &demo{o: DemoOptions{Recording: true, Speed: 600, Listen: "127.0.0.1:0", Out: out, EngineCommand: []string{os.Args[0]}, EngineEnv: []string{engineEnv + "=1"}, Version: "test"}}
	if err := d.start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.cleanup.run(context.Background()); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(d.dir); !os.IsNotExist(err) {
			t.Errorf("the demo left %s behind", d.dir)
		}
	})
	if d.engine == nil {
		t.Fatalf("no ClickHouse engine:\n%s", out)
	}
	if err := <-d.fed; err != nil {
		t.Fatal(err)
	}
	if err := d.settle(ctx); err != nil {
		t.Fatal(err)
	}
	for _, scope := range readExpected(t).Scopes {
		checkScope(t, d, ctx, scope.Kind, scope.ID, scope.Measures)
		fractions := map[string]int64{}
		for id, i := range scope.Indicators {
			fractions[id+"_num"], fractions[id+"_den"] = i.Numerator, i.Denominator
		}
		checkScope(t, d, ctx, scope.Kind, scope.ID, fractions)
	}
	for _, table := range []string{"facts", "contacts", "gauges", "blocks"} {
		if n := one(t, d, ctx, "SELECT count() FROM vigie."+table); n == "0" {
			t.Errorf("table %s is empty", table)
		}
	}
	if n := one(t, d, ctx, "SELECT count(), uniqExact(contact), uniqExact(offset) > 100 FROM vigie.contacts FINAL WHERE NOT deleted"); n != "759\t759\t1" {
		t.Errorf("contacts, different ones, from many records: %s, want 759, 759, 1", n)
	}
	if err := d.app.daily.once(ctx); err != nil {
		t.Fatal(err)
	}
	if n := one(t, d, ctx, "SELECT count() > 0 FROM vigie.daily_passes WHERE kind = 'full' AND centre = '"+recordedCentre+"'"); n != "1" {
		t.Error("the daily job of the running pipeline did nothing")
	}
	if n := one(t, d, ctx, "SELECT sum(offered) - sum(answered) - sum(abandoned) - sum(left) - sum(lost) FROM vigie.facts"); n != "0" {
		t.Errorf("offered - answered - abandoned - left - lost = %s at the end of the recording, want 0", n)
	}
}

// checkScope asks the day's view of a scope for columns and compares them.
func checkScope(t *testing.T, d *demo, ctx context.Context, kind, id string, want map[string]int64) {
	t.Helper()
	if len(want) == 0 {
		return
	}
	var columns, values []string
	for name, value := range want {
		columns = append(columns, "`"+name+"`")
		values = append(values, fmt.Sprint(value))
	}
	got := one(t, d, ctx, fmt.Sprintf("SELECT %s FROM vigie.v_%s_day WHERE `%s` = '%s'", strings.Join(columns, ", "), kind, kind, id))
	if got != strings.Join(values, "\t") {
		t.Errorf("%s %s: %s\n got %s\nwant %s", kind, id, strings.Join(columns, " "), got, strings.Join(values, " "))
	}
}

func one(t *testing.T, d *demo, ctx context.Context, sql string) string {
	t.Helper()
	text, err := d.query(ctx, sql+" FORMAT TSV")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(text)
}

// The demo centre lives: some days of history by an import lane, then the morning at once, then the day by the clock. A second
// demo on the same data goes on where the first one stopped, and the day's numbers add up.
func TestLivingDemoGoesOn(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	dir := t.TempDir()
	first := livingDemo(t, ctx, dir, "08:30")
	waitFor(t, ctx, first, "08:40")
	if n := one(t, first, ctx, "SELECT uniqExact(day) FROM vigie.v_queue_day WHERE centre = 'cap-rivage' AND queue = 'assistance' AND offered > 500"); n != "2" {
		t.Errorf("%s days of history, want 2", n)
	}
	if err := first.cleanup.run(ctx); err != nil {
		t.Fatal(err)
	}
	second := livingDemo(t, ctx, dir, "08:30")
	if now := second.clock.now(); now.UnixMilli() < first.kept.ClockMs {
		t.Errorf("the second demo begins at %s, before the first one ended", now)
	}
	waitFor(t, ctx, second, "09:00")
	if err := second.settle(ctx); err != nil {
		t.Fatal(err)
	}
	// What the second demo published again is there once.
	if n := one(t, second, ctx, "SELECT count() - uniqExact(contact) FROM vigie.contacts FINAL WHERE lane = '' AND NOT deleted"); n != "0" {
		t.Errorf("%s contacts are there twice", n)
	}
	if n := one(t, second, ctx, "SELECT count() FROM vigie.lanes FINAL WHERE visible"); n != "1" {
		t.Errorf("%s histories are shown, want 1", n)
	}
	if err := second.cleanup.run(ctx); err != nil {
		t.Fatal(err)
	}
}

func livingDemo(t *testing.T, ctx context.Context, dir, start string) *demo {
	t.Helper()
	d := &demo{o: DemoOptions{Speed: 120, Start: start, HistoryDays: 4, DataDir: dir, Listen: "127.0.0.1:0", Out: &syncBuffer{}, EngineCommand: []string{os.Args[0]},
		EngineEnv: []string{engineEnv + "=1"}, Version: "test"}}
	if err := d.start(ctx); err != nil {
		t.Fatal(err)
	}
	return d
}

// waitFor waits until the demo centre's clock shows a time of its day.
func waitFor(t *testing.T, ctx context.Context, d *demo, until string) {
	t.Helper()
	for d.clock.now().In(d.feed.(*livingCentre).day.Location()).Format("15:04") < until {
		select {
		case err := <-d.fed:
			t.Fatalf("the feed ended: %v", err)
		case err := <-d.app.Failed():
			t.Fatal(err)
		default:
		}
		if err := sleepFor(ctx, 50*time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
}
