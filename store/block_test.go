// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cespare/xxhash/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
	"pgregory.net/rapid"
)

// TestBlockSendsWhatItUses: a block sends the columns of the measures that some row
// uses, in the order of the list; what adds up to zero everywhere is not used.
func TestBlockSendsWhatItUses(t *testing.T) {
	b := seal(t, newWorld("lyon", ""), 0, 0, 9,
		made{at: "2026-03-02T10:00:00Z", offset: 1, incs: []aggregator.Inc{inc(indicator.TalkMs, 5), inc(indicator.Left, 1), inc(indicator.Left, -1), bin(indicator.WaitAbandonedBins, 3, 0)}},
		made{at: "2026-03-02T10:00:00Z", offset: 2, incs: []aggregator.Inc{inc(indicator.Offered, 1)}})
	var names []string
	for _, c := range factColumnsOf(allFacts(b), true) {
		names = append(names, c.name)
	}
	if diff := cmp.Diff([]string{"epoch", "partition", "offered", "talk_ms"}, names[numHashedFactFields:]); diff != "" {
		t.Error(diff)
	}
}

// TestHashIsOfTheRows: the hash of a block does not depend on where the block is cut
// from, who made it, the memory it is in or how increments were split, and depends on
// every column and on the order of rows.
func TestHashIsOfTheRows(t *testing.T) {
	w := newWorld("lyon", "")
	fact := func(change func(*aggregator.Fact)) aggregator.Fact {
		f := aggregator.Fact{At: 1_772_445_600_000, Offset: 7, Seq: 1, Contact: "c1", Version: 2, Day: 20514, Grain: aggregator.GrainQueueLeg,
			Dims: aggregator.Dims{Queue: w.id("support"), Team: w.id("a")}}
		if change != nil {
			change(&f)
		}
		return f
	}
	incs := []aggregator.Inc{inc(indicator.Answered, 2), bin(indicator.WaitAnsweredBins, 4, 2)}
	b := NewBuilder()
	hash := func(w *world, incs []aggregator.Inc, facts ...aggregator.Fact) uint64 {
		for i := range facts {
			b.addFact(w, &facts[i], incs)
		}
		block := b.Seal("e1", 1, 0, 9, "test")
		defer b.Recycle(block)
		return block.Hash
	}
	base := hash(w, incs, fact(nil))
	if again := hash(w, incs, fact(nil)); again != base {
		t.Error("used memory changed the hash")
	}
	split := []aggregator.Inc{inc(indicator.Answered, 1), bin(indicator.WaitAnsweredBins, 4, 1), inc(indicator.Held, 0), bin(indicator.WaitAnsweredBins, 4, 1), inc(indicator.Answered, 1)}
	if got := hash(w, split, fact(nil)); got != base {
		t.Error("increments in parts changed the hash")
	}
	b.addFact(w, ptr(fact(nil)), incs)
	if got := b.Seal("e9", 5, 3, 8, "v9").Hash; got != base {
		t.Error("epoch, partition, borders or version changed the hash")
	}
	seen := map[uint64]string{base: "base"}
	differ := func(name string, got uint64) {
		t.Helper()
		if same, ok := seen[got]; ok {
			t.Errorf("%s has the hash of %s", name, same)
		}
		seen[got] = name
	}
	for name, change := range map[string]func(*aggregator.Fact){
		"at": func(f *aggregator.Fact) { f.At++ }, "offset": func(f *aggregator.Fact) { f.Offset++ }, "seq": func(f *aggregator.Fact) { f.Seq++ },
		"contact": func(f *aggregator.Fact) { f.Contact = "c2" }, "version": func(f *aggregator.Fact) { f.Version++ },
		"day": func(f *aggregator.Fact) { f.Day++ }, "grain": func(f *aggregator.Fact) { f.Grain = aggregator.GrainTime },
		"queue": func(f *aggregator.Fact) { f.Dims.Queue = w.id("sales") }, "reason": func(f *aggregator.Fact) { f.Dims.Reason = w.id("billing") },
		"moved": func(f *aggregator.Fact) { f.Dims.Team, f.Dims.HomeTeam = 0, f.Dims.Team }, "line": func(f *aggregator.Fact) { f.Dims.Line = w.id("x") },
		"workstation": func(f *aggregator.Fact) { f.Dims.Workstation = w.id("x") }} {
		differ(name, hash(w, incs, fact(change)))
	}
	differ("measure", hash(w, []aggregator.Inc{inc(indicator.Abandoned, 2), incs[1]}, fact(nil)))
	differ("value", hash(w, []aggregator.Inc{inc(indicator.Answered, 3), incs[1]}, fact(nil)))
	differ("bin", hash(w, []aggregator.Inc{incs[0], bin(indicator.WaitAnsweredBins, 5, 2)}, fact(nil)))
	differ("family", hash(w, []aggregator.Inc{incs[0], bin(indicator.WaitAbandonedBins, 4, 2)}, fact(nil)))
	differ("lane", hash(&world{"lyon", "import", w.words}, incs, fact(nil)))
	differ("twice", hash(w, incs, fact(nil), fact(nil)))
	second := fact(func(f *aggregator.Fact) { f.Offset = 8 })
	differ("two rows", hash(w, incs, fact(nil), second))
	differ("two rows, other order", hash(w, incs, second, fact(nil)))
	b.AddContacts(nil)
	b.addContact(w, &aggregator.ContactRow{Contact: "c1"})
	differ("a contact", hash(w, incs, fact(nil)))
	b.addGauge(w, &aggregator.Gauge{At: 1})
	differ("a gauge", hash(w, incs, fact(nil)))
	b.addOutcome(w, &aggregator.OutcomeRow{Contact: "c1"})
	differ("an outcome", hash(w, incs, fact(nil)))
	b.addTransition(w, &aggregator.Transition{Offset: 7})
	differ("a transition", hash(w, incs, fact(nil)))
	b.addTransition(w, &aggregator.Transition{Offset: 7, Seq: 1})
	differ("another transition", hash(w, incs, fact(nil)))
}

func ptr[T any](v T) *T { return &v }

// TestHashForm: the canonical form of an empty block and of one string column, written
// out by hand, so that the hashes in ledgers keep their meaning.
func TestHashForm(t *testing.T) {
	// Version 2, then 0 rows of each of the four tables.
	if want := xxhash.Sum64([]byte{2, 0, 0, 0, 0}); newBlock().sum() != want {
		t.Errorf("empty block: %x, want %x", newBlock().sum(), want)
	}
	h := hasher{digest: xxhash.New(), buffer: make([]byte, 0, hashBufferBytes+hashSlackBytes)}
	h.words([]string{"ab", "ab", "", "ab"})
	h.ints([]int64{-2})
	h.flush()
	want := xxhash.Sum64([]byte{2, 'a', 'b', 2, 0, 1, 2, 'a', 'b', 1, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	if got := h.digest.Sum64(); got != want {
		t.Errorf("runs: %x, want %x", got, want)
	}
}

// TestHashOfLongStrings: a string longer than the buffer is hashed whole.
func TestHashOfLongStrings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		long := strings.Repeat("x", rapid.IntRange(hashBufferBytes-40, 3*hashBufferBytes).Draw(t, "length"))
		var v vector
		v.addText(long)
		h := hasher{digest: xxhash.New(), buffer: make([]byte, 0, hashBufferBytes+hashSlackBytes)}
		h.texts(&v)
		h.flush()
		plain := hasher{digest: xxhash.New(), buffer: make([]byte, 0, 4*hashBufferBytes)}
		plain.uint(uint64(len(long)))
		plain.flush()
		_, _ = plain.digest.WriteString(long)
		plain.uint(1)
		plain.flush()
		if h.digest.Sum64() != plain.digest.Sum64() {
			t.Fatal("another hash")
		}
	})
}

// TestBinsStaySorted: bins of a row are kept by bin, and counts of the same bin add up,
// against a map.
func TestBinsStaySorted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var column binColumn
		want := map[string]int64{}
		for row := range int32(rapid.IntRange(1, 5).Draw(t, "rows")) {
			for range rapid.IntRange(0, 8).Draw(t, "entries") {
				bin, count := uint16(rapid.IntRange(0, 5).Draw(t, "bin")), rapid.Int64Range(-2, 2).Draw(t, "count")
				column.add(row, bin, count)
				want[fmt.Sprint(row, bin)] += count
			}
		}
		column.dropZeros()
		got := map[string]int64{}
		for i := range column.rows {
			got[fmt.Sprint(column.rows[i], column.bins[i])] = column.counts[i]
			if i > 0 && (column.rows[i] < column.rows[i-1] || column.rows[i] == column.rows[i-1] && column.bins[i] <= column.bins[i-1]) {
				t.Fatalf("not sorted: %v %v", column.rows, column.bins)
			}
		}
		for key, count := range want {
			if count == 0 {
				delete(want, key)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestRecycledBlockIsEmpty: nothing of a block is left in its memory's next use, and
// nothing in the block changes while the builder goes on.
func TestRecycledBlockIsEmpty(t *testing.T) {
	w := newWorld("lyon", "")
	b := NewBuilder()
	fill := func(offered int64) *Block {
		made{at: "2026-03-02T10:00:00Z", offset: 1, contact: "one", incs: []aggregator.Inc{inc(indicator.Offered, offered)}}.add(t, b, w)
		made{at: "2026-03-02T10:00:00Z", offset: 2, contact: "two", incs: []aggregator.Inc{inc(indicator.Answered, 1)}}.add(t, b, w)
		return b.Seal("e1", 0, 0, 9, "test")
	}
	first := fill(7)
	hash := first.Hash
	second := fill(8)
	if first.sum() != hash || second.Hash == hash {
		t.Error("the first block changed with the second")
	}
	b.Recycle(second)
	made{at: "2026-03-02T10:00:00Z", offset: 1, incs: []aggregator.Inc{inc(indicator.Missed, 7)}}.add(t, b, w)
	b.Discard()
	if third := fill(7); third.Hash != hash {
		t.Error("a block in used memory differs")
	}
}

// TestBlockIsBounded: a block beyond what ClickHouse keeps in one part is refused.
func TestBlockIsBounded(t *testing.T) {
	b := NewBuilder()
	b.block.facts.rows = MaxBlockRows - 1
	if err := b.AddFacts(make([]aggregator.Fact, 2), nil); err == nil || b.Rows() != MaxBlockRows-1 {
		t.Errorf("error %v, %d rows", err, b.Rows())
	}
}

// TestQuarter: the start of the quarter of an hour, before 1970 too.
func TestQuarter(t *testing.T) {
	for ms, want := range map[int64]int64{0: 0, 899_999: 0, 900_000: 900, -1: -900, -900_000: -900, -900_001: -1800} {
		if got := quarterSeconds(ms); got != want {
			t.Errorf("%d ms: %d, want %d", ms, got, want)
		}
	}
}

// TestGaugeColumns: the table has a column for each gauge.
func TestGaugeColumns(t *testing.T) {
	s := openMigrated(t)
	columns := scalar[[]string](t, s, "SELECT groupArray(name) FROM system.columns WHERE database = '{db}' AND table = 'gauges'")
	for _, f := range gaugeFields {
		if !slices.Contains(columns, f.name) {
			t.Errorf("no column %s: a new gauge needs a migration", f.name)
		}
	}
}
