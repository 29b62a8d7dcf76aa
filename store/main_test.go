// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/embedded"
	"github.com/vigie-kpi/vigie/indicator"
)

// childVariable makes this test program the engine's child process.
const childVariable = "VIGIE_STORE_TEST_ENGINE"

// engine is the one engine of all tests.
var engine struct {
	once sync.Once
	dir  string
	*embedded.Engine
	err error

	prepare  sync.Once
	prepared bool
}

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		if err := serveAsChild(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	if engine.Engine != nil {
		if err := engine.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	if engine.dir != "" {
		_ = os.RemoveAll(engine.dir)
	}
	os.Exit(code)
}

func serveAsChild(arguments []string) error {
	var options embedded.EngineOptions
	flags := flag.NewFlagSet("engine", flag.ContinueOnError)
	flags.StringVar(&options.Library, "library", "", "")
	flags.StringVar(&options.DataDir, "data-dir", "", "")
	flags.StringVar(&options.Addr, "addr", "", "")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	return embedded.ServeEngine(context.Background(), options.FromParent())
}

func startEngine(dir string) (*embedded.Engine, error) {
	return embedded.StartEngine(context.Background(), embedded.StartOptions{
		DataDir: dir,
		Command: []string{os.Args[0], "engine"},
		Env:     []string{childVariable + "=1"},
		Logger:  slog.New(slog.DiscardHandler),
	})
}

// engineAddr starts the engine with the first test that asks. Without its library
// the test fails: nothing here can be trusted without the engine itself.
func engineAddr(t testing.TB) string {
	t.Helper()
	engine.once.Do(func() {
		if engine.dir, engine.err = os.MkdirTemp("", "vigie-store-"); engine.err == nil {
			engine.Engine, engine.err = startEngine(engine.dir)
		}
	})
	if engine.err != nil {
		t.Fatal(engine.err)
	}
	return engine.Addr()
}

// open opens a store on a database of the engine.
func open(t testing.TB, database string) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Addr: "http://" + engineAddr(t), Database: database})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// openEmpty opens a store on a database that does not exist yet and is dropped in
// the end.
func openEmpty(t testing.TB) *Store {
	t.Helper()
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, t.Name())
	s := open(t, name[:min(len(name), 60)])
	t.Cleanup(func() {
		if err := s.exec(context.Background(), "drop", "DROP DATABASE IF EXISTS "+s.database+" SYNC"); err != nil {
			t.Error(err)
		}
	})
	return s
}

// openOwn opens a migrated database of the test's own, to change its schema.
func openOwn(t testing.TB) *Store {
	t.Helper()
	s := openEmpty(t)
	migrate(t, s)
	return s
}

func migrate(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	// The dates of the tests are fixed and the clock goes on.
	for _, table := range []string{"contacts", "gauges", "outcomes", "daily_passes", "register"} {
		execute(t, s, "ALTER TABLE {db}."+table+" REMOVE TTL")
	}
}

// openMigrated opens the database that most tests share, migrated, with views, and
// emptied of all rows and tokens.
func openMigrated(t testing.TB) *Store {
	t.Helper()
	s := open(t, "shared")
	engine.prepare.Do(func() {
		migrate(t, s)
		if err := s.RefreshViews(t.Context(), catalogue(t)); err != nil {
			t.Fatal(err)
		}
		engine.prepared = true
	})
	if !engine.prepared {
		t.Fatal("the shared database could not be prepared: see the first test that failed")
	}
	for _, table := range []string{"facts", "contacts", "gauges", "blocks", "lanes", "outcomes", "daily_facts", "daily_passes", "register", "alerts"} {
		execute(t, s, "TRUNCATE TABLE {db}."+table)
	}
	return s
}

// scalar is the one value that a query gives; {db} stands for the database.
func scalar[T any](t testing.TB, s *Store, query string, args ...any) T {
	t.Helper()
	var value T
	query = strings.ReplaceAll(query, "{db}", s.database)
	if err := s.conn.QueryRow(t.Context(), query, args...).Scan(&value); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return value
}

func execute(t testing.TB, s *Store, statement string) {
	t.Helper()
	if err := s.exec(t.Context(), "test", strings.ReplaceAll(statement, "{db}", s.database)); err != nil {
		t.Fatal(err)
	}
}

// world is a world of words given by hand.
type world struct {
	centre, lane string
	words        []string
}

func newWorld(centre, lane string) *world {
	return &world{centre: centre, lane: lane, words: []string{""}}
}

// Centre implements names.
func (w *world) Centre() string { return w.centre }

// Lane implements names.
func (w *world) Lane() string { return w.lane }

// Name implements names.
func (w *world) Name(id aggregator.ID) string { return w.words[id] }

func (w *world) id(word string) aggregator.ID {
	for i, known := range w.words {
		if known == word {
			return aggregator.ID(i)
		}
	}
	w.words = append(w.words, word)
	return aggregator.ID(len(w.words) - 1)
}

// at is a time as text, in ms; the date gives the business day unless told.
func at(t testing.TB, text string) int64 {
	t.Helper()
	when, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return when.UnixMilli()
}

// made is a fact written by hand.
type made struct {
	at                   string
	offset               int64
	seq                  uint32
	day                  string // that of at when empty
	queue, team, advisor string
	contact              string
	programme            string
	incs                 []aggregator.Inc
}

func inc(m indicator.Measure, value int64) aggregator.Inc {
	return aggregator.Inc{Key: aggregator.MeasureKey(m), Value: value}
}

func bin(f indicator.BinFamily, bin uint16, value int64) aggregator.Inc {
	return aggregator.Inc{Key: aggregator.BinKey(f, bin), Value: value}
}

func (m made) add(t testing.TB, b *Builder, w *world) {
	t.Helper()
	ms := at(t, m.at)
	day := ms / (daySeconds * 1000)
	if m.day != "" {
		day = at(t, m.day+"T00:00:00Z") / (daySeconds * 1000)
	}
	b.addFact(w, &aggregator.Fact{
		At: ms, Offset: m.offset, Seq: m.seq, Contact: m.contact, Version: 1, Day: int32(day), Grain: aggregator.GrainQueueLeg,
		Dims: aggregator.Dims{Queue: w.id(m.queue), Team: w.id(m.team), Advisor: w.id(m.advisor), Programme: w.id(m.programme)},
	}, m.incs)
}

// seal makes a block of facts written by hand.
func seal(t testing.TB, w *world, partition int, first, last int64, facts ...made) *Block {
	t.Helper()
	b := NewBuilder()
	for _, f := range facts {
		f.add(t, b, w)
	}
	return b.Seal("e1", partition, first, last, "test")
}

// openWriter opens a writer that does not wait long.
func openWriter(t testing.TB, s *Store, partition int, effects func(context.Context, Effect) error) *Writer {
	t.Helper()
	w, err := s.OpenWriter(t.Context(), "e1", partition, WriterOptions{Effects: effects, FirstWait: time.Millisecond, MaxWait: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func write(t testing.TB, w *Writer, b *Block) {
	t.Helper()
	if err := w.Write(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

// isoMs is the inverse of at.
func isoMs(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339Nano) }
