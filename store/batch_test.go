// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
)

// offeredAt is a fact that offers as much as its offset says, so that a sum tells which are there.
func offeredAt(day string, offset int64) made {
	return made{at: day + "T10:00:00Z", offset: offset, queue: "support", incs: []aggregator.Inc{inc(indicator.Offered, offset)}}
}

const dayOne, dayTwo = "2026-03-02", "2026-03-03"

// threeBlocks are consecutive blocks: on the first day, on both, and on the second, with another measure in the last.
func threeBlocks(t testing.TB) []*Block {
	w := newWorld("lyon", "")
	answered := offeredAt(dayTwo, 400)
	answered.incs = append(answered.incs, inc(indicator.Answered, 1), bin(indicator.WaitAnsweredBins, 7, 1))
	return []*Block{
		seal(t, w, 0, 0, 99, offeredAt(dayOne, 1), offeredAt(dayOne, 10)),
		seal(t, w, 0, 100, 299, offeredAt(dayOne, 100), offeredAt(dayTwo, 200)),
		seal(t, w, 0, 300, 499, answered),
	}
}

// cuts are the ways to write three blocks in one batch.
func cuts(b []*Block) map[string]Batch {
	return map[string]Batch{
		"one insert":    {b},
		"two and one":   {b[:2], b[2:]},
		"one and two":   {b[:1], b[1:]},
		"three inserts": {b[:1], b[1:2], b[2:]},
	}
}

// stored is what three blocks leave in the store, worked out by hand: rows, offered, answered and bins of each day, and the
// ledger.
const storedThree = `[('2026-03-02',3,111,0,{}),('2026-03-03',2,600,1,{7:1})] [(0,99,2),(100,299,2),(300,499,1)]`

func stored(t testing.TB, s *Store) string {
	t.Helper()
	facts := scalar[string](t, s, `SELECT toString(groupArray((d, n, o, a, b))) FROM (SELECT toString(day) AS d, count() AS n, sum(offered) AS o,
		sum(answered) AS a, sumMap(wait_answered_bins) AS b FROM {db}.facts GROUP BY day ORDER BY day)`)
	return facts + " " + scalar[string](t, s, "SELECT toString(groupArray((first, last, rows))) FROM (SELECT * FROM {db}.blocks ORDER BY first)")
}

// TestBatchIsItsBlocks: a batch leaves the facts and the ledger of its blocks, however it is cut.
func TestBatchIsItsBlocks(t *testing.T) {
	for name, batch := range cuts(threeBlocks(t)) {
		t.Run(name, func(t *testing.T) {
			s := openMigrated(t)
			w := openWriter(t, s, 0, nil)
			for range 2 { // the second time it is found to be there, block by block
				if err := writeAgain(t.Context(), w, batch); err != nil {
					t.Fatal(err)
				}
				w = openWriter(t, s, 0, nil)
			}
			if got := stored(t, s); got != storedThree {
				t.Errorf("got  %s\nwant %s", got, storedThree)
			}
		})
	}
}

// writeAgain writes a batch, whose blocks may be in the ledger.
func writeAgain(ctx context.Context, w *Writer, batch Batch) error {
	if w.Last() < 0 {
		return w.WriteBatch(ctx, batch)
	}
	for _, b := range batch.blocks() {
		if verdict, err := w.Check(b); verdict != VerdictStored || err != nil {
			return fmt.Errorf("block %d to %d: %v, %w", b.First, b.Last, verdict, err)
		}
	}
	return nil
}

// TestBatchRecovery: a batch of which any parts are stored, a part being what one INSERT brings to one day, is completed by
// the next run, even when ClickHouse has forgotten the tokens.
func TestBatchRecovery(t *testing.T) {
	blocks := threeBlocks(t)
	batch := cuts(blocks)["two and one"]
	parts := []struct {
		blocks []*Block
		day    string
	}{{batch[0], dayOne}, {batch[0], dayTwo}, {batch[1], dayTwo}}
	for subset := range 1 << len(parts) {
		for _, forgotten := range []bool{false, true} {
			t.Run(fmt.Sprintf("%03b,forgotten=%v", subset, forgotten), func(t *testing.T) {
				s := openMigrated(t)
				for i, p := range parts {
					if subset>>i&1 == 1 {
						storePart(t, s, p.blocks, p.day)
					}
				}
				if forgotten {
					forgetTokens(t, s)
				}
				if err := openWriter(t, s, 0, nil).WriteBatch(t.Context(), batch); err != nil {
					t.Fatal(err)
				}
				if got := stored(t, s); got != storedThree {
					t.Errorf("got  %s\nwant %s", got, storedThree)
				}
			})
		}
	}
}

// storePart stores one day of an INSERT of some blocks, under its token.
func storePart(t testing.TB, s *Store, blocks []*Block, day string) {
	t.Helper()
	wanted := at(t, day+"T00:00:00Z") / (daySeconds * 1000)
	var pieces []factPiece
	for _, b := range blocks {
		pieces = append(pieces, factPiece{b, b.facts.onDays(func(d int64) bool { return d == wanted })})
	}
	if err := s.insert(t.Context(), "facts", token("facts", blocks...), factColumnsOf(pieces, true)); err != nil {
		t.Fatal(err)
	}
}

// TestLateInsert: an INSERT of a process that everybody took for dead lands after the blocks were written again. Cut in the
// same way it is dropped. Cut in another way it doubles them: that is why the cut is agreed on before anything is sent.
func TestLateInsert(t *testing.T) {
	blocks := threeBlocks(t)
	for name, batch := range cuts(blocks) {
		for lateName, late := range cuts(blocks) {
			s := openMigrated(t)
			if err := openWriter(t, s, 0, nil).WriteBatch(t.Context(), batch); err != nil {
				t.Fatal(err)
			}
			doubled := map[string]bool{}
			for _, insert := range batch {
				doubled[token("facts", insert...)] = true
			}
			want := 5
			for _, insert := range late {
				if err := s.insert(t.Context(), "facts", token("facts", insert...), factColumnsOf(allFacts(insert...), true)); err != nil {
					t.Fatal(err)
				}
				if !doubled[token("facts", insert...)] {
					want += rowsOf(allFacts(insert...))
				}
			}
			if got := scalar[uint64](t, s, "SELECT count() FROM {db}.facts"); got != uint64(want) {
				t.Errorf("written as %s, then late as %s: %d rows, want %d", name, lateName, got, want)
			}
		}
	}
}

// TestOtherCut: facts beyond the ledger were stored by a batch that was cut in another way. The same facts are found to be
// there; the rest is inserted.
func TestOtherCut(t *testing.T) {
	for name, batch := range cuts(threeBlocks(t)) {
		t.Run(name, func(t *testing.T) {
			s := openMigrated(t)
			storePart(t, s, threeBlocks(t)[1:], dayTwo)
			if err := openWriter(t, s, 0, nil).WriteBatch(t.Context(), batch); err != nil {
				t.Fatal(err)
			}
			if got := stored(t, s); got != storedThree {
				t.Errorf("got  %s\nwant %s", got, storedThree)
			}
		})
	}
}

// TestBatchCrashes: the process dies at each effect of a batch, and the next one finishes it.
func TestBatchCrashes(t *testing.T) {
	batch := cuts(threeBlocks(t))["one and two"]
	for effect := FactsSent; effect <= LedgerWritten; effect++ {
		t.Run(effect.String(), func(t *testing.T) {
			s := openMigrated(t)
			w := openWriter(t, s, 0, func(_ context.Context, e Effect) error {
				if e == effect {
					return errCrash
				}
				return nil
			})
			if err := w.WriteBatch(t.Context(), batch); !errors.Is(err, errCrash) {
				t.Fatalf("got %v", err)
			}
			if err := writeAgain(t.Context(), openWriter(t, s, 0, nil), batch); err != nil {
				t.Fatal(err)
			}
			if got := stored(t, s); got != storedThree {
				t.Errorf("got  %s\nwant %s", got, storedThree)
			}
		})
	}
}

// TestBatchHalfStored: a batch of which the first block is in the ledger is refused: its tokens would be others.
func TestBatchHalfStored(t *testing.T) {
	s := openMigrated(t)
	blocks := threeBlocks(t)
	w := openWriter(t, s, 0, nil)
	write(t, w, blocks[0])
	if err := w.WriteBatch(t.Context(), Batch{blocks}); err == nil || !strings.Contains(err.Error(), "1 of the 3 blocks") {
		t.Errorf("got %v", err)
	}
}
