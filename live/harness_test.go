// SPDX-License-Identifier: Apache-2.0

package live

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

// centre is a living centre in this process: the simulator's events, a machine that digests them up to some instant, and
// its facts in memory in the place of a store.
type centre struct {
	t       testing.TB
	machine *aggregator.Machine
	board   *Board
	offset  int64
	events  []event.Event // of the day, in the order of the log
	next    int
	facts   *factStore
}

// capRivage is the demo centre on its day, at 05:00, nothing digested yet but the configuration.
func capRivage(t testing.TB) *centre {
	t.Helper()
	events, err := demoDay()
	if err != nil {
		t.Fatal(err)
	}
	c := &centre{t: t, facts: &factStore{}, board: NewBoard(catalogue(t)), events: events}
	c.restart()
	return c
}

// demoDay are the configuration and the events of the day. They are the same for all tests, which only read them.
var demoDay = sync.OnceValues(func() ([]event.Event, error) {
	org, err := organisation.Read(os.DirFS("../seeds/cap-rivage"), organisation.Options{})
	if err != nil {
		return nil, err
	}
	var log eventLog
	start := time.Date(2026, 11, 17, 4, 0, 0, 0, time.UTC).UnixMilli()
	for _, e := range organisation.Records("cap-rivage", 1, start, org.Objects()) {
		e.Received = start
		log = append(log, e)
	}
	_, err = simulator.Run(simulator.CapRivage(org), &simulator.Options{From: "2026-11-17", To: "2026-11-18", Seed: simulator.CapRivageSeed}, &log)
	return log, err
})

// eventLog takes what the simulator says.
type eventLog []event.Event

// Put implements simulator.Sink.
func (l *eventLog) Put(e *event.Event) error {
	*l = append(*l, e.Clone())
	return nil
}

// restart begins with an empty machine.
func (c *centre) restart() {
	c.machine, c.offset, c.next = aggregator.Options{Catalogue: catalogue(c.t)}.New(0), 0, 0
}

// until digests what reaches the log before an instant, with ticks as the owner writes them.
func (c *centre) until(ms int64) {
	for ; c.next < len(c.events) && c.events[c.next].Received <= ms; c.next++ {
		e := &c.events[c.next]
		c.tick(e.Received - e.Received%60_000)
		c.step(e)
	}
	c.tick(ms)
	c.observe()
}

// tenTwenty lets the centre live until 10:20. What the first test has digested is handed to the others as a checkpoint.
func (c *centre) tenTwenty() {
	digested.Lock()
	defer digested.Unlock()
	if digested.snapshot == nil {
		c.until(paris(10, 20, 0))
		digested.snapshot, digested.offset, digested.next, digested.rows = c.machine.Snapshot(), c.offset, c.next, c.facts.cloned()
	}
	m, err := aggregator.Options{Catalogue: catalogue(c.t)}.Restore(digested.snapshot)
	if err != nil {
		c.t.Fatal(err)
	}
	c.machine, c.offset, c.next, c.facts.rows = m, digested.offset, digested.next, (&factStore{rows: digested.rows}).cloned()
	c.observe()
}

// digested is the centre at 10:20.
var digested struct {
	sync.Mutex
	snapshot []byte
	offset   int64
	next     int
	rows     map[factKey][]int64
}

func (c *centre) observe() { c.board.Observe(c.machine) }

// movedAt says when the clock of the log moved last, by this process' clock: a log that stands still on purpose is not stale.
func (c *centre) movedAt(at time.Time) {
	held := *(*c.board.parts[0].centres.Load())[0]
	held.MovedAt = at
	c.board.parts[0].centres.Store(&[]*Centre{&held})
}

// holdStill lets the log stand still for an hour without being called stale.
func (c *centre) holdStill() { c.movedAt(time.Now().Add(time.Hour)) }

func (c *centre) tick(ms int64) {
	if ms > c.machine.Clock() {
		c.step(&event.Event{ID: fmt.Sprint(ms), Source: "owner", Type: event.Tick, Time: ms, Received: ms})
	}
}

func (c *centre) step(e *event.Event) {
	c.machine.Step(c.offset, event.AppendJSON(nil, e))
	c.offset++
	c.facts.take(c.machine.Ready())
	c.machine.Clear()
}

// factStore keeps sums of facts, in the place of ClickHouse.
type factStore struct {
	mu   sync.Mutex
	rows map[factKey][]int64
}

type factKey struct {
	kind    indicator.ScopeKind
	id      string
	day     int32
	quarter int64
}

func (s *factStore) take(r aggregator.Ready) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rows == nil {
		s.rows = map[factKey][]int64{}
	}
	for i := range r.Facts {
		f := &r.Facts[i]
		for _, scope := range []struct {
			kind indicator.ScopeKind
			id   string
		}{{indicator.ScopeCentre, ""}, {indicator.ScopeQueue, f.World.Name(f.Dims.Queue)}, {indicator.ScopeTeam, f.World.Name(f.Dims.Team)}} {
			if scope.kind != indicator.ScopeCentre && scope.id == "" {
				continue
			}
			k := factKey{scope.kind, scope.id, f.Day, f.At - f.At%(15*60_000)}
			if s.rows[k] == nil {
				s.rows[k] = make([]int64, indicator.NumMeasures)
			}
			for _, inc := range r.Incs[f.First:f.End] {
				if m, ok := inc.Key.Measure(); ok && m.Info().Scopes.Has(scope.kind) {
					s.rows[k][m] += inc.Value
				}
			}
		}
	}
}

// cloned are the rows, to keep.
func (s *factStore) cloned() map[factKey][]int64 {
	rows := map[factKey][]int64{}
	for k, measures := range s.rows {
		rows[k] = slices.Clone(measures)
	}
	return rows
}

// copyDay gives a past day what another day holds.
func (s *factStore) copyDay(from, to int32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	shift := int64(to-from) * 24 * 3600 * 1000
	for k, measures := range s.rows {
		if k.day == from {
			s.rows[factKey{k.kind, k.id, to, k.quarter + shift}] = slices.Clone(measures)
		}
	}
}

func (s *factStore) history(_ context.Context, q HistoryQuery) ([]HistoryRow, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := map[factKey]*HistoryRow{}
	for k, measures := range s.rows {
		if k.kind != q.Kind || k.day < q.FromDay || k.day >= q.ToDay {
			continue
		}
		key := factKey{id: k.id}
		if q.Quarters {
			key.day, key.quarter = k.day, k.quarter
		}
		if found[key] == nil {
			found[key] = &HistoryRow{ID: k.id, Day: key.day, QuarterMs: key.quarter, Measures: make([]int64, indicator.NumMeasures)}
		}
		for _, m := range q.Measures {
			found[key].Measures[m] += measures[m]
		}
	}
	var rows []HistoryRow
	for _, r := range found {
		rows = append(rows, *r)
	}
	slices.SortFunc(rows, func(a, b HistoryRow) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Day, b.Day), cmp.Compare(a.QuarterMs, b.QuarterMs))
	})
	return rows, nil
}

func catalogue(t testing.TB) *indicator.Catalogue {
	t.Helper()
	c, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var builtIn = sync.OnceValues(func() (*indicator.Catalogue, error) { return indicator.Load() })

// paris is an instant of the demo day.
func paris(hour, minute, second int) int64 {
	return time.Date(2026, 11, 17, hour-1, minute, second, 0, time.UTC).UnixMilli()
}

// served is a server over a centre, with its streams moving.
type served struct {
	*httptest.Server
	live *Server
	mux  *http.ServeMux
}

func serve(t testing.TB, o Options) *served {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	s.Register(mux)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Run(ctx)
	}()
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		cancel()
		<-done
		server.Close()
	})
	return &served{server, s, mux}
}
