// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/store"
)

// TestStoreAwayAtStart starts while the store is away: indicators are live all the same, and later everything is stored,
// whether it fitted in the queue or a second machine has to write it.
func TestStoreAwayAtStart(t *testing.T) {
	for name, maxQueued := range map[string]int{"in the queue": 0, "by the follower": 1} {
		t.Run(name, func(t *testing.T) {
			c := cleanRun(t)
			s := newSite(t, 1, c.site.kafka.EventsTopic)
			var there atomic.Bool
			var clock atomic.Int64
			o := s.options()
			o.MaxQueuedFacts = maxQueued
			o.OpenStore = func(ctx context.Context) (*store.Store, error) {
				if !there.Load() {
					return nil, errors.New("no ClickHouse yet")
				}
				return s.openStore(ctx)
			}
			o.Observe = func(m *aggregator.Machine) { clock.Store(m.Clock()) }
			r := start(t, o)
			r.digested(t, 0, int64(len(c.values))-1)
			want := machineOver(c.values).Clock()
			until(t, "the clock of what is shown", func() bool { return clock.Load() == want })
			if got := r.StatsOf(0).StoredOffset.Load(); got != -1 {
				t.Errorf("without a store, everything up to %d is stored", got)
			}
			if got := r.StatsOf(0).Behind.Load(); got != (maxQueued == 1) {
				t.Errorf("behind: %t", got)
			}
			if got := r.StatsOf(0).StoredClockMs(); got > want-60_000 {
				t.Errorf("without a store everything is stored but the last %d ms", want-got)
			}
			there.Store(true)
			r.stored(t, 0, c.want.last)
			until(t, "no longer behind", func() bool { return !r.StatsOf(0).Behind.Load() })
			r.stop()
			c.same(t, s)
			if got := r.StatsOf(0).StoredClockMs(); got != want {
				t.Errorf("all blocks are stored, and the clock is %d; what is stored ends at %d", want, got)
			}
			if r.StatsOf(0).StoreRetries.Load() == 0 {
				t.Error("no attempt to reach the store is counted as failed")
			}
		})
	}
}

// machineOver is the bare machine after a log.
func machineOver(values [][]byte) *aggregator.Machine {
	m := aggregator.New(0)
	for i, value := range values {
		m.Step(int64(i), value)
		m.Clear()
	}
	return m
}

// door stands between the runner and the engine, and can be shut.
type door struct {
	mu    sync.Mutex
	shut  bool
	conns map[net.Conn]bool
	net.Listener
}

func newDoor(t *testing.T, to string) *door {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &door{Listener: listener, conns: map[net.Conn]bool{}}
	t.Cleanup(func() {
		d.Close()
		d.set(true)
	})
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", to)
			if err != nil || !d.admit(in, out) {
				in.Close()
				continue
			}
			go pipe(in, out)
			go pipe(out, in)
		}
	}()
	return d
}

func pipe(a, b net.Conn) {
	_, _ = io.Copy(a, b)
	a.Close()
	b.Close()
}

func (d *door) admit(conns ...net.Conn) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range conns {
		if d.shut {
			c.Close()
			continue
		}
		d.conns[c] = true
	}
	return !d.shut
}

// set shuts or opens the door; who is inside is thrown out.
func (d *door) set(shut bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.shut = shut
	for c := range d.conns {
		c.Close()
	}
	clear(d.conns)
}

// TestStoreGoesAway shuts the store off in the middle. The live machine goes on and drops what does not fit, the follower
// writes it when the store is back, and then the live machine's blocks are stored again.
func TestStoreGoesAway(t *testing.T) {
	c := cleanRun(t)
	s := newSite(t, 1, "")
	d := newDoor(t, shared.engine.Addr())
	s.db.Addr = "http://" + d.Addr().String()
	said := &watch{}
	o := s.options()
	o.MaxQueuedFacts, o.Logger = 1, slog.New(said)
	third := len(c.values) / 3
	s.publish(t, 0, c.values[:third])
	r := start(t, o)
	stats := r.StatsOf(0)
	r.stored(t, 0, expect(0, c.values[:third]).last)
	until(t, "caught up", func() bool { return !stats.Behind.Load() })

	d.set(true)
	dropped := stats.DroppedBlocks.Load()
	s.publish(t, 0, c.values[third:2*third])
	r.digested(t, 0, int64(2*third)-1)
	until(t, "behind", stats.Behind.Load)
	if stats.DroppedBlocks.Load() == dropped {
		t.Error("the live machine dropped nothing, though there is no room")
	}

	d.set(false)
	r.stored(t, 0, expect(0, c.values[:2*third]).last)
	until(t, "caught up again", func() bool { return !stats.Behind.Load() })
	if !said.said("the store has caught up") {
		t.Errorf("no hand-over was logged:\n%s", said)
	}

	// From here on a block at a time, as they come in a second of a real day: the live machine stores them all.
	dropped = stats.DroppedBlocks.Load()
	for from := 2 * third; from < len(c.values); {
		to := nextBlockEnd(c.values, from)
		s.publish(t, 0, c.values[from:to])
		r.stored(t, 0, expect(0, c.values[:to]).last)
		from = to
	}
	if n := stats.DroppedBlocks.Load() - dropped; n != 0 {
		t.Errorf("the live machine dropped %d blocks after it had taken over again", n)
	}
	r.stop()
	s.sameButEpoch(t, c)
}

// nextBlockEnd is the number of records up to and including the next one, at or after from, with which a block ends.
func nextBlockEnd(values [][]byte, from int) int {
	m := aggregator.New(0)
	for i, value := range values {
		ends := m.Step(int64(i), value)
		m.Clear()
		if ends && i >= from {
			return i + 1
		}
	}
	return len(values)
}

// sameButEpoch compares a run over the same records in a log of its own: the ledger's hashes are over all rows, epochs and
// partitions left out.
func (s *site) sameButEpoch(t *testing.T, c *clean) {
	t.Helper()
	if got := s.contentOf(t); got.Blocks != c.content.Blocks {
		t.Errorf("the ledger:\n got %s\nwant %s", got.Blocks, c.content.Blocks)
	}
	columns := map[string]string{"facts": "* EXCEPT (epoch)", "contacts FINAL": "* EXCEPT (epoch)", "gauges FINAL": "* EXCEPT (epoch)", "alerts FINAL": "* EXCEPT (epoch)", "register FINAL": "* EXCEPT (epoch)"}
	for table, what := range columns {
		sum := "SELECT count(), sum(cityHash64(*)) FROM (SELECT " + what + " FROM "
		got, want := query(t, sum+s.db.Database+"."+table+")"), query(t, sum+c.site.db.Database+"."+table+")")
		if got != want {
			t.Errorf("%s: got %s, want %s", table, got, want)
		}
	}
}

// TestDiverged lets the follower come to another state than the live machine remembers: it must stop before it stores
// that block.
func TestDiverged(t *testing.T) {
	c := cleanRun(t)
	s := newSite(t, 1, c.site.kafka.EventsTopic)
	r, err := New(t.Context(), s.options())
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	// The live machine stands at the end; a third of the way it was checkpointed, in a state of its own.
	at := int64(nextBlockEnd(c.values, len(c.values)/3)) - 1
	k := newSink(r, eventlog.Assignment{}, quiet, store.NewBuilder(), c.want.last)
	k.remember(at, [aggregator.HashSize]byte{1})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err = k.run(ctx)
	if !errors.Is(err, errDiverged) || !isFinal(err) {
		t.Fatalf("got %v", err)
	}
	before := expect(0, c.values[:at]).last
	if got := r.StatsOf(0).StoredOffset.Load(); got != before {
		t.Errorf("stored up to %d, want %d, where the states were still the same", got, before)
	}
}

// TestWithoutStore restarts where there is no store at all: the checkpoint alone carries the state over.
func TestWithoutStore(t *testing.T) {
	c := cleanRun(t)
	s := newSite(t, 1, "")
	half := len(c.values) / 2
	s.publish(t, 0, c.values[:half])
	var state atomic.Pointer[[aggregator.HashSize]byte]
	o := s.options()
	o.OpenStore = nil
	o.Observe = func(m *aggregator.Machine) {
		hash := m.StateHash()
		state.Store(&hash)
	}
	r := start(t, o)
	r.digested(t, 0, int64(half)-1)
	until(t, "a checkpoint", func() bool { return r.StatsOf(0).Checkpoints.Load() > 0 })
	r.stop()

	s.publish(t, 0, c.values[half:])
	r = start(t, o)
	r.digested(t, 0, int64(len(c.values))-1)
	want := machineOver(c.values).StateHash()
	until(t, "the state after the whole log", func() bool { return *state.Load() == want })
	r.stop()
	if n := r.StatsOf(0).Records.Load(); n >= int64(len(c.values)) {
		t.Errorf("%d records digested after the restart: it began at the start of the log", n)
	}
}

// TestStoreAddedLater gives a store to a log whose beginning is gone: what the oldest checkpoint allows is stored, and the
// rest is said to be missing.
func TestStoreAddedLater(t *testing.T) {
	c := cleanRun(t)
	s := newSite(t, 1, "")
	half := len(c.values) / 2
	s.publish(t, 0, c.values[:half])
	o := s.options()
	o.OpenStore = nil
	r := start(t, o)
	r.digested(t, 0, int64(half)-1)
	until(t, "a checkpoint", func() bool { return r.StatsOf(0).Checkpoints.Load() > 0 })
	r.stop()
	list, err := r.checkpoints.List(t.Context(), 0)
	if err != nil || len(list) == 0 {
		t.Fatal(list, err)
	}
	from := list[len(list)-1].Offset + 1
	deleteRecords(t, s.kafka.EventsTopic, 0, from)

	said := &watch{}
	o = s.options()
	o.Logger = slog.New(said)
	s.publish(t, 0, c.values[half:])
	r = start(t, o)
	r.stored(t, 0, c.want.last)
	r.stop()
	if !said.said("ERROR", "the log has lost its beginning") {
		t.Errorf("it was not said that something is missing:\n%s", said)
	}
	got := query(t, "SELECT min(first), max(last) FROM "+s.db.Database+".blocks")
	if want := tabbed(from, c.want.last); got != want {
		t.Errorf("the ledger goes from and to %s, want %s", got, want)
	}
}

// TestStoreRefuses takes a table away, which no repeated write mends. The live machine does not care, and when the table is
// back everything is stored.
func TestStoreRefuses(t *testing.T) {
	c := cleanRun(t)
	s := newSite(t, 1, "")
	half := len(c.values) / 2
	s.publish(t, 0, c.values[:half])
	said := &watch{}
	o := s.options()
	o.Logger = slog.New(said)
	r := start(t, o)
	r.stored(t, 0, expect(0, c.values[:half]).last)

	table := s.db.Database + ".facts"
	query(t, "RENAME TABLE "+table+" TO "+table+"_away")
	s.publish(t, 0, c.values[half:])
	r.digested(t, 0, int64(len(c.values))-1)
	until(t, "behind", r.StatsOf(0).Behind.Load)
	if !said.said("ERROR", "storing failed", "run `vigie migrate`") {
		t.Errorf("the refusal was not explained:\n%s", said)
	}
	query(t, "RENAME TABLE "+table+"_away TO "+table)
	r.stored(t, 0, c.want.last)
	if n := r.StatsOf(0).Records.Load(); n != int64(len(c.values)) {
		t.Errorf("the live machine digested %d records since it began, want all %d, once", n, len(c.values))
	}
	r.stop()
	s.sameButEpoch(t, c)
}

// TestLettersWaitForKafka lets the way to the dead letters fail while that to the events works. The machine waits and
// then goes on; nothing is lost or digested twice.
func TestLettersWaitForKafka(t *testing.T) {
	c := cleanRun(t)
	s := newSite(t, 1, c.site.kafka.EventsTopic)
	d := newDoor(t, shared.broker.Addr())
	d.set(true)
	behindDoor := s.kafka
	behindDoor.Brokers, behindDoor.DeliveryTimeout = []string{d.Addr().String()}, 300*time.Millisecond
	log, err := eventlog.Open(behindDoor)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	said := &watch{}
	o := s.options()
	o.Logger = slog.New(said)
	r := startWith(t, o, func(r *Runner) { r.dead = log.NewProducer(eventlog.DeadLetters) })
	until(t, "the wait", func() bool { return said.said("WARN", "dead letters wait for Kafka") })
	d.set(false)
	r.stored(t, 0, c.want.last)
	r.digested(t, 0, int64(len(c.values))-1)
	r.stop()
	c.same(t, s)
}

// TestKeep works out by hand from which offset on checkpoints are kept, for a machine that was restored at offset 100.
func TestKeep(t *testing.T) {
	l := lastSaves{100, 100}
	for _, x := range []struct {
		newest, stored, want int64
		why                  string
	}{
		{200, 150, 100, "the follower would start at 100; and 200 may be damaged"},
		{300, 300, 200, "all is stored, but 300 may be damaged"},
		{400, 120, 120, "the newest at or before 120 is that at 100"},
		{500, -1, -1, "nothing is stored"},
		{600, never, 500, "there is no store"},
	} {
		if got := l.keep(x.newest, x.stored); got != x.want {
			t.Errorf("checkpoint at %d, stored up to %d: kept from %d, want %d: %s", x.newest, x.stored, got, x.want, x.why)
		}
	}
}
