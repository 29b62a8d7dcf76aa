// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/store"
)

// crasher is a hook that counts effects and, at the one it is set to, ends the process as far as a hook can: from then on
// nothing is done any more.
type crasher struct {
	mu      sync.Mutex
	at      string // "before checkpoint"; empty for never
	nth     int    // from 1
	counts  map[string]int
	dead    bool
	crashed chan struct{}
}

func newCrasher(at string, nth int) *crasher {
	return &crasher{at: at, nth: nth, counts: map[string]int{}, crashed: make(chan struct{})}
}

var errCrash = errors.New("crash")

func (c *crasher) effect(_ context.Context, e Effect) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead {
		return errCrash
	}
	name := e.String()
	c.counts[name]++
	if name == c.at && c.counts[name] == c.nth {
		c.dead = true
		close(c.crashed)
		return errCrash
	}
	return nil
}

// crash runs, with so many blocks in a batch, until the crasher's effect, and ends at once.
func crash(t *testing.T, s *site, c *crasher, batchBlocks int) {
	t.Helper()
	o := s.options()
	o.Effects, o.batchBlocks = c.effect, batchBlocks
	r := start(t, o)
	select {
	case <-c.crashed:
	case <-time.After(patience):
		t.Fatalf("%s did not happen %d times: %v", c.at, c.nth, c.counts)
	}
	r.stop()
}

// theClean is the run without faults over the piece of the recording, made by the first test that asks.
var theClean *clean

func cleanRun(t *testing.T) *clean {
	t.Helper()
	if theClean == nil {
		theClean = runClean(t)
	}
	return theClean
}

// clean is a run without faults, that others over the same log are compared with.
type clean struct {
	site    *site
	values  [][]byte
	want    expected
	content content
	letters []string
	sums    [][]store.ScopeSums // per day
	counts  map[string]int      // how often each effect happened
}

func runClean(t *testing.T) *clean {
	t.Helper()
	c := &clean{site: newSite(t, 1, ""), values: piece(t, "c1")}
	c.want = expect(0, c.values)
	c.site.publish(t, 0, c.values)
	counter := newCrasher("", 0)
	o := c.site.options()
	o.Effects, o.batchBlocks = counter.effect, 1
	r := start(t, o)
	r.stored(t, 0, c.want.last)
	r.stop()
	c.content, c.letters, c.counts = c.site.contentOf(t), lettersText(t, c.site), counter.counts
	c.sums = daySums(t, c.site)
	return c
}

func lettersText(t *testing.T, s *site) []string {
	t.Helper()
	var lines []string
	for _, l := range s.letters(t, 0) {
		lines = append(lines, string(l))
	}
	return lines
}

// daySums are the sums of the two days, per scope and measure.
func daySums(t *testing.T, s *site) [][]store.ScopeSums {
	t.Helper()
	const dayMs = 24 * 60 * 60 * 1000
	var days [][]store.ScopeSums
	s.withStore(t, func(st *store.Store) {
		for _, from := range []int64{midnight() - dayMs, midnight()} {
			sums, err := st.QueryScopes(t.Context(), store.SumQuery{Centre: "c1", FromMs: from, ToMs: from + dayMs})
			if err != nil {
				t.Fatal(err)
			}
			days = append(days, sums)
		}
	})
	return days
}

// check compares the store with the bare machine, and makes sure that the recording is worth crashing over.
func (c *clean) check(t *testing.T) {
	t.Helper()
	db := c.site.db.Database
	for _, x := range []struct {
		what, sql string
		want      any
	}{
		{"facts", "SELECT count() FROM {db}.facts", c.want.facts},
		{"contacts", "SELECT count() FROM {db}.contacts FINAL", c.want.contacts},
		{"gauges", "SELECT count() FROM {db}.gauges FINAL", c.want.gauges},
		{"alerts", "SELECT count() FROM {db}.alerts FINAL", c.want.alerts},
		{"the register", "SELECT count() FROM {db}.register FINAL", 2},
		{"the ledger", "SELECT partition, first, last, rows, contacts, gauges FROM {db}.blocks ORDER BY first", c.want.blocks},
	} {
		if got := query(t, strings.ReplaceAll(x.sql, "{db}", db)); got != fmt.Sprint(x.want) {
			t.Errorf("%s:\n got %s\nwant %v", x.what, got, x.want)
		}
	}
	if len(c.letters) != c.want.letters || c.want.letters != 3 {
		t.Errorf("%d dead letters, the machine gives %d and 3 were sent:\n%s", len(c.letters), c.want.letters, strings.Join(c.letters, "\n"))
	}
	if c.want.alerts < 5 {
		t.Errorf("only %d transitions of alerts", c.want.alerts)
	}
	spanning := query(t, "SELECT count() FROM (SELECT 1 FROM "+db+".facts AS f ASOF JOIN (SELECT epoch, last, first FROM "+db+
		".blocks) AS b ON f.epoch = b.epoch AND f.offset <= b.last GROUP BY b.first HAVING uniqExact(f.day) = 2)")
	if spanning == "0" {
		t.Error("no block spans two days")
	}
	for day, sums := range c.sums {
		if len(sums) == 0 || sums[0].Measures[indicator.Offered] == 0 {
			t.Errorf("day %d offers nothing", day)
		}
	}
}

// same compares a run with faults.
func (c *clean) same(t *testing.T, s *site) {
	t.Helper()
	if diff := cmp.Diff(c.content, s.contentOf(t)); diff != "" {
		t.Errorf("the store differs from that of a run without faults (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(c.letters, lettersText(t, s)); diff != "" {
		t.Errorf("the dead letters differ from those of a run without faults (-want +got):\n%s", diff)
	}
}

// pool hands out databases: each case finds its own empty, and making one takes half a second.
type pool chan store.Options

// site is one on the clean run's log.
func (p pool) site(t *testing.T, c *clean) *site {
	t.Helper()
	s := newSite(t, 1, c.site.kafka.EventsTopic)
	s.agreement, s.db = s.db.Database, <-p
	t.Cleanup(func() { p <- s.db })
	for _, table := range []string{"facts", "contacts", "gauges", "alerts", "register", "blocks"} {
		query(t, "TRUNCATE TABLE IF EXISTS "+s.db.Database+"."+table+" SYNC")
	}
	return s
}

const atOnce = 3

func newPool(t *testing.T) pool {
	t.Helper()
	p := make(pool, atOnce)
	for range atOnce {
		p <- newSite(t, 1, "").db
	}
	return p
}

// occurrences are the first, a middle and the last time of an effect that happens n times.
func occurrences(n int) []int {
	return slices.Compact([]int{1, (n + 1) / 2, n})
}

// TestCrash ends the process before and after everything that the world can see, at its first, a middle and its last time,
// and once more at the same effect of the recovery. What is stored in the end is what a run without faults stores.
func TestCrash(t *testing.T) {
	c := cleanRun(t)
	c.check(t)
	names := []string{"after facts sent", "after facts acknowledged", "after contacts acknowledged", "after gauges acknowledged",
		"after ledger written", "before checkpoint", "after checkpoint", "before commit", "after commit",
		"before dead letters", "after dead letters", "before batch", "after batch"}
	for name := range c.counts {
		if !slices.Contains(names, name) {
			t.Errorf("no crash at effect %q", name)
		}
	}
	p := newPool(t)
	for _, name := range names {
		times := c.counts[name]
		if times < 3 {
			t.Errorf("%q happens %d times in the whole recording", name, times)
		}
		if strings.HasSuffix(name, effectCommit) {
			times = 3 // as often as one likes: by the clock
		}
		for _, nth := range occurrences(times) {
			t.Run(fmt.Sprintf("%s %d", name, nth), func(t *testing.T) {
				t.Parallel()
				s := p.site(t, c)
				crash(t, s, newCrasher(name, nth), 1)
				if nth == 1 {
					crash(t, s, newCrasher(name, nth), 1)
				}
				c.finish(t, s, 1)
			})
		}
	}
}

// finish runs to the end, with so many blocks in a batch, and compares.
func (c *clean) finish(t *testing.T, s *site, batchBlocks int) {
	t.Helper()
	o := s.options()
	o.batchBlocks = batchBlocks
	r := start(t, o)
	r.stored(t, 0, c.want.last)
	r.digested(t, 0, int64(len(c.values))-1)
	r.stop()
	c.same(t, s)
}

// TestCrashOfBatches ends the process before and after everything that the world sees of a batch, of one block or of many,
// and goes on with batches of another size: those under way keep theirs. What is stored is what a run without faults stores.
func TestCrashOfBatches(t *testing.T) {
	c := cleanRun(t)
	p := newPool(t)
	blocks := c.counts["after ledger written"]
	sizes := []struct{ before, again, after int }{{1, 4, 2}, {2, 5, 1}, {3, 2, blocks}, {blocks, 1, 3}, {5, 3, 5}}
	names := []string{"before batch", "after batch", "after facts sent", "after facts acknowledged", "after contacts acknowledged",
		"after gauges acknowledged", "after ledger written"}
	for _, name := range names {
		for i, size := range sizes {
			t.Run(fmt.Sprintf("%s %d %d %d", name, size.before, size.again, size.after), func(t *testing.T) {
				t.Parallel()
				s := p.site(t, c)
				crash(t, s, newCrasher(name, 1), size.before)
				if i%2 == 0 {
					crash(t, s, newCrasher(name, 1), size.again)
				}
				c.finish(t, s, size.after)
			})
		}
	}
}

// TestTwoWriters lets two runners, which do not know of each other and make batches of different sizes, write the same
// partition into the same store, as one does that others took for dead: every INSERT is made twice, and none differently.
func TestTwoWriters(t *testing.T) {
	c := cleanRun(t)
	s := newSite(t, 1, c.site.kafka.EventsTopic)
	s.withStore(t, func(*store.Store) {})
	var both []*running
	for i, size := range []int{2, 5} {
		o := s.options()
		o.Group, o.batchBlocks = fmt.Sprint(o.Group, i), size
		both = append(both, start(t, o))
	}
	for _, r := range both {
		r.stored(t, 0, c.want.last)
		r.digested(t, 0, int64(len(c.values))-1)
	}
	for _, r := range both {
		r.stop()
	}
	got := s.contentOf(t)
	if diff := cmp.Diff(c.content, got); diff != "" {
		t.Errorf("the store differs from that of one writer (-want +got):\n%s", diff)
	}
}

// TestEngineKilled kills the ClickHouse engine, which ends without a word, just before, while and after it takes a block,
// and starts it again on its data. The runner notices nothing but repeated writes.
func TestEngineKilled(t *testing.T) {
	c := cleanRun(t)
	s := newSite(t, 1, c.site.kafka.EventsTopic)
	kill := make(chan chan struct{})
	counts := map[Effect]int{} // in batches of one block
	ask := func(wait bool) {
		killed := make(chan struct{})
		kill <- killed
		if wait {
			<-killed
		}
	}
	o := s.options()
	o.batchBlocks = 1
	o.Effects = func(_ context.Context, e Effect) error {
		if e.Name != store.FactsSent.String() && e.Name != store.ContactsAcked.String() {
			return nil // the others come from another goroutine
		}
		counts[e]++
		switch n := counts[e]; {
		case n == 2 && e.Name == store.FactsSent.String(), n == 7 && e.Name == store.ContactsAcked.String():
			ask(true)
		case n == 5 && e.Name == store.FactsSent.String():
			ask(false) // it dies while the insert is on its way
		}
		return nil
	}
	r := start(t, o)
	for range 3 {
		select {
		case killed := <-kill:
			shared.engine.Kill()
			close(killed)
		case <-time.After(patience):
			t.Fatal("the runner does not come to the point where the engine is to be killed")
		}
		if err := shared.startEngine(shared.engine.Addr()); err != nil {
			t.Fatal(err)
		}
	}
	r.stored(t, 0, c.want.last)
	r.stop()
	c.same(t, s)
	if n := r.StatsOf(0).StoreRetries.Load(); n < 3 {
		t.Errorf("%d writes were repeated, 3 kills need as many", n)
	}
}
