// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

const factsTable = `CREATE TABLE facts (
	at DateTime64(3), day Date, queue LowCardinality(String), wait Int64, bins Map(UInt16, Int64)
) ENGINE = MergeTree PARTITION BY day ORDER BY (queue, at) SETTINGS non_replicated_deduplication_window = 100`

// insertFacts inserts rows first..first+count-1 in one block: row i has wait i,
// queue i mod 7, time i ms after the start of 2026 and one bin, i mod 3 -> 1.
func insertFacts(ctx context.Context, conn clickhouse.Conn, first, count int) error {
	batch, err := conn.PrepareBatch(ctx, "INSERT INTO facts (at, day, queue, wait, bins)")
	if err != nil {
		return err
	}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := first; i < first+count; i++ {
		at := start.Add(time.Duration(i) * time.Millisecond)
		if err := batch.Append(at, at, fmt.Sprint("queue", i%7), int64(i), map[uint16]int64{uint16(i % 3): 1}); err != nil {
			return err
		}
	}
	return batch.Send()
}

// TestInsertLargeBlock: 300,000 rows in one INSERT come back right. The sum of
// 0..299,999 is 299,999 x 300,000 / 2 = 44,999,850,000.
func TestInsertLargeBlock(t *testing.T) {
	conn := open(t, startEngine(t, t.TempDir()).Addr(), nil)
	if err := conn.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	execute(t, conn, factsTable)
	if err := insertFacts(t.Context(), conn, 0, 300_000); err != nil {
		t.Fatal(err)
	}
	var count uint64
	var sum int64
	var last time.Time
	var bins map[uint16]int64
	row := conn.QueryRow(t.Context(), "SELECT count(), sum(wait), max(at), sumMap(bins) FROM facts")
	if err := row.Scan(&count, &sum, &last, &bins); err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2026, 1, 1, 0, 4, 59, 999e6, time.UTC); count != 300_000 || sum != 44_999_850_000 || !last.Equal(want) {
		t.Errorf("count %d, sum %d, last %s", count, sum, last)
	}
	if fmt.Sprint(bins) != "map[0:100000 1:100000 2:100000]" {
		t.Errorf("bins %v", bins)
	}
	if got := scalar[uint64](t, conn, "SELECT uniqExact(queue) FROM facts"); got != 7 {
		t.Errorf("%d queues, want 7", got)
	}
}

// TestDeduplicationToken: the same token a second time adds no row, another
// token does, and the view of a materialized view follows.
func TestDeduplicationToken(t *testing.T) {
	conn := open(t, startEngine(t, t.TempDir()).Addr(), nil)
	execute(t, conn, factsTable)
	for i, token := range []string{"a", "a", "b"} {
		ctx := clickhouse.Context(t.Context(), clickhouse.WithSettings(clickhouse.Settings{"insert_deduplication_token": token}))
		if err := insertFacts(ctx, conn, 0, 1000); err != nil {
			t.Fatal(err)
		}
		want := []uint64{1000, 1000, 2000}[i]
		if got := scalar[uint64](t, conn, "SELECT count() FROM facts"); got != want {
			t.Errorf("after token %s: %d rows, want %d", token, got, want)
		}
	}
}

// TestSurvivesKill: what was acknowledged is there after SIGKILL, and the next
// engine takes the same directory and address.
func TestSurvivesKill(t *testing.T) {
	folder := t.TempDir()
	first := startEngine(t, folder)
	conn := open(t, first.Addr(), nil)
	execute(t, conn, factsTable)
	const blocks = 20
	for i := range blocks {
		if err := insertFacts(t.Context(), conn, i*1000, 1000); err != nil {
			t.Fatal(err)
		}
	}
	first.Kill()
	if err := conn.Ping(t.Context()); err == nil {
		t.Fatal("a killed engine answers")
	}
	options := childOptions(folder)
	options.Addr = first.Addr()
	second, err := StartEngine(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	// 0 + 1 + ... + 19,999 = 199,990,000
	if got := scalar[int64](t, conn, "SELECT sum(wait) FROM facts"); got != 199_990_000 {
		t.Errorf("sum after the kill: %d, want 199990000", got)
	}
}

// TestKillDuringInsert: an engine killed while it inserts has all or nothing
// of a block, and the retry under the same token completes it.
func TestKillDuringInsert(t *testing.T) {
	folder := t.TempDir()
	engine := startEngine(t, folder)
	conn := open(t, engine.Addr(), nil)
	execute(t, conn, factsTable)
	ctx := clickhouse.Context(t.Context(), clickhouse.WithSettings(clickhouse.Settings{"insert_deduplication_token": "block"}))
	failed := make(chan error, 1)
	go func() { failed <- insertFacts(ctx, conn, 0, 200_000) }()
	for !strings.Contains(scalar[string](t, conn, "SELECT toString(groupArray(query)) FROM system.processes"), "INSERT INTO facts") {
		if len(failed) > 0 {
			break // it was faster than we could look: the retry must then add nothing
		}
	}
	engine.Kill()
	t.Logf("the insert under way: %v", <-failed)
	again := open(t, startEngine(t, folder).Addr(), nil)
	if got := scalar[uint64](t, again, "SELECT count() FROM facts"); got != 0 && got != 200_000 {
		t.Errorf("%d rows after the kill, want none or all 200000", got)
	}
	if err := insertFacts(ctx, again, 0, 200_000); err != nil {
		t.Fatal(err)
	}
	if got := scalar[uint64](t, again, "SELECT count() FROM facts"); got != 200_000 {
		t.Errorf("%d rows after the retry, want 200000", got)
	}
}

// TestStatementsAtOnce: SELECTs and INSERTs side by side, each with settings of
// its own, do not see one another's settings, data or answers.
func TestStatementsAtOnce(t *testing.T) {
	conn := open(t, startEngine(t, t.TempDir()).Addr(), func(o *clickhouse.Options) { o.MaxOpenConns = 8 })
	execute(t, conn, factsTable)
	var group sync.WaitGroup
	const rounds, inserters = 10, 2
	for worker := range inserters {
		group.Go(func() {
			for round := range rounds {
				token := fmt.Sprint(worker, "-", round)
				ctx := clickhouse.Context(t.Context(), clickhouse.WithSettings(clickhouse.Settings{"insert_deduplication_token": token}))
				if err := insertFacts(ctx, conn, 0, 5000); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for worker := range 4 {
		group.Go(func() {
			for range rounds {
				ctx := clickhouse.Context(t.Context(), clickhouse.WithSettings(clickhouse.Settings{"max_threads": worker + 1}))
				var threads uint8
				var sum uint64
				// 0 + 1 + ... + 999,999 = 499,999,500,000
				err := conn.QueryRow(ctx, "SELECT getSetting('max_threads'), sum(number) FROM numbers(1000000)").Scan(&threads, &sum)
				if err != nil || threads != uint8(worker+1) || sum != 499_999_500_000 {
					t.Errorf("worker %d: %v, max_threads %d, sum %d", worker, err, threads, sum)
				}
			}
		})
	}
	group.Wait()
	if got := scalar[uint64](t, conn, "SELECT count() FROM facts"); got != inserters*rounds*5000 {
		t.Errorf("%d rows, want %d", got, inserters*rounds*5000)
	}
}

// TestLargeResult: a million rows stream, in order and complete.
func TestLargeResult(t *testing.T) {
	conn := open(t, startEngine(t, t.TempDir()).Addr(), nil)
	rows, err := conn.Query(t.Context(), "SELECT number, toString(number) FROM numbers(1000000)")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var want uint64
	for rows.Next() {
		var number uint64
		var text string
		if err := rows.Scan(&number, &text); err != nil {
			t.Fatal(err)
		}
		if number != want || text != fmt.Sprint(want) {
			t.Fatalf("row %d is %d, %q", want, number, text)
		}
		want++
	}
	if rows.Err() != nil || want != 1_000_000 {
		t.Errorf("%d rows: %v", want, rows.Err())
	}
}

// TestViewsAndProjections: what store relies on works on this engine.
func TestViewsAndProjections(t *testing.T) {
	conn := open(t, startEngine(t, t.TempDir()).Addr(), nil)
	execute(t, conn, `CREATE TABLE facts (queue LowCardinality(String), quarter DateTime, wait Int64,
		PROJECTION by_quarter (SELECT quarter, queue, sum(wait), count() GROUP BY quarter, queue)
	) ENGINE = MergeTree ORDER BY queue`)
	execute(t, conn, "CREATE VIEW waits AS SELECT queue, sum(wait) AS total FROM facts GROUP BY queue")
	execute(t, conn, "CREATE MATERIALIZED VIEW totals ENGINE = SummingMergeTree ORDER BY queue AS SELECT queue, sum(wait) AS total FROM facts GROUP BY queue")
	execute(t, conn, "INSERT INTO facts SELECT toString(number % 2), toDateTime(intDiv(number, 1000) * 900), number FROM numbers(100000)")
	// Even numbers below 100,000: 2 x (0 + ... + 49,999) = 2,499,950,000.
	for _, from := range []string{"waits", "totals"} {
		if got := scalar[int64](t, conn, "SELECT sum(total) FROM "+from+" WHERE queue = '0'"); got != 2_499_950_000 {
			t.Errorf("%s: %d, want 2499950000", from, got)
		}
	}
	plan := scalar[string](t, conn, "SELECT arrayStringConcat(groupArray(explain), '\n') FROM (EXPLAIN SELECT quarter, sum(wait) FROM facts GROUP BY quarter)")
	if !strings.Contains(plan, "by_quarter") {
		t.Errorf("the projection is not used:\n%s", plan)
	}
}

func TestEngineErrorsSayWhatToDo(t *testing.T) {
	folder := t.TempDir()
	engine := startEngine(t, folder)
	f := func(change func(*StartOptions), want ...string) {
		t.Helper()
		options := childOptions(t.TempDir())
		change(&options)
		other, err := StartEngine(t.Context(), options)
		if err == nil {
			_ = other.Close()
			t.Errorf("no error, want one with %q", want)
			return
		}
		for _, text := range want {
			if !strings.Contains(err.Error(), text) {
				t.Errorf("error %q does not contain %q", err, text)
			}
		}
	}
	f(func(o *StartOptions) { o.Addr = engine.Addr() }, "is taken", "--clickhouse")
	f(func(o *StartOptions) { o.DataDir = folder }, "in use", "already running")
	f(func(o *StartOptions) { o.DataDir = "" }, "no data directory")
	f(func(o *StartOptions) { o.Library = filepath.Join(folder, "none.so") }, "none.so", "make engine")
	f(func(o *StartOptions) { o.Command = []string{"/nonexistent/vigie"} }, "/nonexistent/vigie")
	f(func(o *StartOptions) {
		o.Command = []string{"/bin/sh", "-c", "cat >/dev/null"}
		o.StartTimeout = time.Millisecond
	}, "not ready in time")
}

// TestEngineTellsOfItsDeath: Done is closed, and Close gives the reason.
func TestEngineTellsOfItsDeath(t *testing.T) {
	engine, err := StartEngine(t.Context(), childOptions(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	if err := engine.process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-engine.Done()
	if err := engine.Close(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("Close = %v, want one that says killed", err)
	}
	if err := engine.Close(); err != nil {
		t.Errorf("second Close = %v", err)
	}
}

// TestCloseLetsStatementsEnd: an INSERT under way when Close is called is
// acknowledged, and what was acknowledged is there.
func TestCloseLetsStatementsEnd(t *testing.T) {
	folder := t.TempDir()
	engine := startEngine(t, folder)
	conn := open(t, engine.Addr(), nil)
	execute(t, conn, "CREATE TABLE slow (n UInt64) ENGINE = MergeTree ORDER BY n")
	inserted := make(chan error, 1)
	go func() {
		inserted <- conn.Exec(t.Context(), "INSERT INTO slow SELECT number + sleepEachRow(0.02) FROM numbers(50) SETTINGS max_block_size = 10")
	}()
	for scalar[uint64](t, conn, "SELECT count() FROM system.processes WHERE query LIKE 'INSERT INTO slow%'") == 0 {
		if len(inserted) > 0 {
			t.Fatal("the insert ended too early:", <-inserted)
		}
	}
	if err := engine.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-inserted; err != nil {
		t.Errorf("the insert under way: %v", err)
	}
	again := open(t, startEngine(t, folder).Addr(), nil)
	if got := scalar[uint64](t, again, "SELECT count() FROM slow"); got != 50 {
		t.Errorf("%d rows, want 50", got)
	}
}

// TestEngineIgnoresTheTerminal: Ctrl-C goes to a process group; the child is
// alone in its own.
func TestEngineIgnoresTheTerminal(t *testing.T) {
	engine := startEngine(t, t.TempDir())
	group, err := syscall.Getpgid(engine.process.Pid)
	if err != nil || group != engine.process.Pid {
		t.Errorf("process %d is in group %d, %v; want one of its own", engine.process.Pid, group, err)
	}
}

// TestEngineRunsInUTC: a DateTime without a zone means the same on every
// machine.
func TestEngineRunsInUTC(t *testing.T) {
	t.Setenv("TZ", "America/New_York")
	conn := open(t, startEngine(t, t.TempDir()).Addr(), nil)
	if got := scalar[string](t, conn, "SELECT toString(toDateTime(0))"); got != "1970-01-01 00:00:00" {
		t.Errorf("second 0 is %s, want 1970-01-01 00:00:00", got)
	}
}

// TestEngineEndsWithItsParent: kill -9 of the parent ends the child too.
func TestEngineEndsWithItsParent(t *testing.T) {
	folder := t.TempDir()
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), parentVariable+"="+folder)
	parent.Stderr = os.Stderr
	stdout, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	addr, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait() // "signal: killed", as wished
	deadline, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(deadline, http.MethodGet, "http://"+strings.TrimSpace(addr)+"/ping", nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(request)
		if errors.Is(err, context.DeadlineExceeded) {
			t.Fatal("the engine outlives its parent")
		}
		if err != nil {
			return // nobody listens any more
		}
		answer.Body.Close()
	}
}
