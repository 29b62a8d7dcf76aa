// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/store"
)

// patience bounds what a test waits for; nothing takes nearly as long.
const patience = 60 * time.Second

// site is where one case runs: its topics and its database.
type site struct {
	kafka eventlog.Options
	db    store.Options
	log   *eventlog.Log
	// agreement names the store in what is agreed on batches, when not the database: cases that share one have not agreed.
	agreement string
}

var siteNumber atomic.Int64

// newSite makes topics and names a database that nobody else uses. With events it shares a topic that is there already.
func newSite(t testing.TB, partitions int, events string) *site {
	t.Helper()
	shared.start(t)
	name := fmt.Sprintf("case_%d", siteNumber.Add(1))
	if events == "" {
		events = name + ".events"
	}
	s := &site{
		kafka: eventlog.Options{Brokers: []string{shared.broker.Addr()}, EventsTopic: events, CheckpointsTopic: name + ".checkpoints",
			DeadLettersTopic: name + ".letters", Partitions: partitions},
		db: store.Options{Addr: "http://" + shared.engine.Addr(), Database: name},
	}
	var err error
	if s.log, err = eventlog.Open(s.kafka); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.log.Close)
	if err := s.log.EnsureTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// openStore opens the database, made if it is not there.
func (s *site) openStore(ctx context.Context) (*store.Store, error) {
	st, err := store.Open(ctx, s.db)
	if err != nil {
		return nil, err
	}
	if err := st.Migrate(ctx); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return st, nil
}

// withStore gives f the open database.
func (s *site) withStore(t testing.TB, f func(*store.Store)) {
	t.Helper()
	st, err := s.openStore(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	f(st)
}

// publish puts values into a partition, in order.
func (s *site) publish(t testing.TB, partition int, values [][]byte) {
	t.Helper()
	p := s.log.NewProducer(eventlog.Events)
	defer p.Close(context.Background())
	records := make([]eventlog.Record, len(values))
	for i := range values {
		records[i].Value = values[i]
	}
	if err := p.PublishTo(t.Context(), partition, records); err != nil {
		t.Fatal(err)
	}
}

// options are those of a runner whose log brings its own ticks and whose owner's clock runs fast, so that each batch is
// committed.
func (s *site) options() Options {
	var calls atomic.Int64
	began := time.Now()
	return Options{
		Log: s.log, Group: s.db.Database, OpenStore: s.openStore, TickEvery: -1, CheckpointEvery: 10 * time.Second, Version: "test",
		agreement: s.agreement,
		Now:       func() time.Time { return began.Add(time.Duration(calls.Add(1)) * time.Minute) },
		Logger:    quiet,
	}
}

// running is a runner at work.
type running struct {
	*Runner
	t      testing.TB
	cancel context.CancelFunc
	done   chan struct{}
	err    error
}

// start runs a runner until stop, or until the test ends.
func start(t testing.TB, o Options) *running {
	t.Helper()
	return startWith(t, o, func(*Runner) {})
}

// startWith is start with a last word before the runner runs.
func startWith(t testing.TB, o Options, prepare func(*Runner)) *running {
	t.Helper()
	r, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	prepare(r)
	ctx, cancel := context.WithCancel(context.Background())
	x := &running{Runner: r, t: t, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(x.done)
		x.err = r.Run(ctx)
	}()
	t.Cleanup(x.stop)
	return x
}

// stop ends the runner; it must end soon and without an error.
func (x *running) stop() {
	x.cancel()
	select {
	case <-x.done:
		if x.err != nil {
			x.t.Error(x.err)
		}
	case <-time.After(patience):
		x.t.Error("the runner does not stop")
	}
}

// until waits for a condition that other goroutines bring about.
func until(t testing.TB, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !condition(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("in vain waited for: " + what)
		}
	}
}

// stored waits until everything up to last is in the store.
func (x *running) stored(t testing.TB, partition int, last int64) {
	t.Helper()
	until(t, fmt.Sprintf("partition %d stored up to %d", partition, last), func() bool {
		return x.StatsOf(partition).StoredOffset.Load() >= last
	})
}

// digested waits until the live machine of a partition stands at an offset.
func (x *running) digested(t testing.TB, partition int, offset int64) {
	t.Helper()
	until(t, fmt.Sprintf("partition %d digested up to %d", partition, offset), func() bool {
		return x.StatsOf(partition).Offset.Load() >= offset
	})
}

// content is all that a database holds, in a form that two runs over one log must share to the last bit.
type content struct{ Facts, Contacts, Gauges, Alerts, Register, Blocks string }

// contentOf reads a database with SQL of its own. A table is its number of rows and the sum of their hashes, which does not
// depend on their order; the ledger is its rows. Checkpoints and commits are not in it: they may differ.
func (s *site) contentOf(t testing.TB) content {
	t.Helper()
	table := func(name string) string {
		return query(t, "SELECT count(), sum(cityHash64(*)) FROM "+s.db.Database+"."+name)
	}
	c := content{Facts: table("facts"), Contacts: table("contacts FINAL"), Gauges: table("gauges FINAL"), Alerts: table("alerts FINAL"), Register: table("register FINAL")}
	c.Blocks = query(t, "SELECT partition, first, last, rows, contacts, gauges, hash FROM "+s.db.Database+".blocks ORDER BY partition, first, last")
	next := map[string]string{}
	for line := range strings.Lines(c.Blocks) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if want, known := next[f[0]]; known && f[1] != want {
			t.Errorf("the ledger of partition %s goes on at %s instead of %s", f[0], f[1], want)
		}
		var last int64
		if _, err := fmt.Sscan(f[2], &last); err != nil {
			t.Fatal(err)
		}
		next[f[0]] = fmt.Sprint(last + 1)
	}
	return c
}

// letters reads the dead letters of a partition.
func (s *site) letters(t testing.TB, partition int) [][]byte {
	t.Helper()
	first, next, err := s.log.Bounds(t.Context(), eventlog.DeadLetters, partition)
	if err != nil {
		t.Fatal(err)
	}
	var values [][]byte
	err = s.log.ReadRange(t.Context(), eventlog.DeadLetters, partition, first, next, func(f eventlog.Fetched) error {
		values = append(values, append([]byte(nil), f.Value...))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// watch is a log handler that keeps messages, for a test to see that something was said.
type watch struct {
	mu    sync.Mutex
	lines []string
}

func (w *watch) Enabled(context.Context, slog.Level) bool { return true }
func (w *watch) WithAttrs([]slog.Attr) slog.Handler       { return w }
func (w *watch) WithGroup(string) slog.Handler            { return w }

// Handle implements slog.Handler.
func (w *watch) Handle(_ context.Context, r slog.Record) error {
	line := r.Level.String() + " " + r.Message
	r.Attrs(func(a slog.Attr) bool {
		line += " " + a.String()
		return true
	})
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lines = append(w.lines, line)
	return nil
}

// said tells whether a line has all the words.
func (w *watch) said(words ...string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, line := range w.lines {
		all := true
		for _, word := range words {
			all = all && strings.Contains(line, word)
		}
		if all {
			return true
		}
	}
	return false
}

func (w *watch) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.lines, "\n")
}
