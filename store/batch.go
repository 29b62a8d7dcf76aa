// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"
)

// parallelInserts is how many INSERTs of one batch are under way at once: the server sorts, sums up and compresses one
// while the next is being sent.
const parallelInserts = 2

// Batch is consecutive blocks that are written together: the facts of each element, one or several blocks, in one
// INSERT. Who writes a block again must cut the batch in the same way, because the borders of an INSERT are its token.
type Batch [][]*Block

// blocks are all the blocks of a batch, in the order of the log.
func (batch Batch) blocks() []*Block {
	var all []*Block
	for _, blocks := range batch {
		all = append(all, blocks...)
	}
	return all
}

// Write stores one block by itself: see WriteBatch.
func (w *Writer) Write(ctx context.Context, b *Block) error {
	return w.WriteBatch(ctx, Batch{{b}})
}

// WriteBatch stores the blocks of a batch, or finds that they are stored. It does, in this order:
//
//  1. facts, in the INSERTs that the batch says, 2. contacts, 3. gauges, outcomes, alerts, register, in one INSERT each: every INSERT under a
//     token, repeated from the same columns until ClickHouse acknowledges it;
//  4. imports that are complete with it become visible;
//  5. a row for each block in the ledger, in one INSERT, only AFTER all these: a block without it is in flight.
//
// It returns nil when all is stored, a *MismatchError when the log and the store differ, the context's error when that
// ends, and another error when trying again is of no use (see IsRetryable). After any error the batch is in flight, and may
// be given to WriteBatch again, here or after OpenWriter in another process.
func (w *Writer) WriteBatch(ctx context.Context, batch Batch) error {
	blocks := batch.blocks()
	stored := 0
	for _, b := range blocks {
		verdict, err := w.Check(b)
		if err != nil {
			return err
		}
		if verdict == VerdictStored {
			stored++
		}
	}
	if stored == len(blocks) {
		return nil
	}
	first, last := blocks[0], blocks[len(blocks)-1]
	if stored > 0 {
		return fmt.Errorf("store: %d of the %d blocks of offsets %d to %d of partition %d are stored already: give those by themselves",
			stored, len(blocks), first.First, last.Last, first.Partition)
	}
	for _, step := range w.steps(batch, blocks) {
		if step.before != 0 {
			if err := w.effect(ctx, step.before); err != nil {
				return err
			}
		}
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("store: write the blocks of offsets %d to %d of partition %d: %w", first.First, last.Last, first.Partition, withRemedy(err))
		}
		if step.after == LedgerWritten {
			w.advance(last)
		}
		if step.after == 0 {
			continue
		}
		if err := w.effect(ctx, step.after); err != nil {
			return err
		}
	}
	return nil
}

// step is one thing to be done for a batch.
type step struct {
	do            func(context.Context) error
	before, after Effect
}

func (w *Writer) steps(batch Batch, blocks []*Block) []step {
	once := func(table string, put func(context.Context) error) func(context.Context) error {
		return func(ctx context.Context) error {
			return w.retry(ctx, table, func(ctx context.Context, _ int) error { return put(ctx) })
		}
	}
	rows := func(name string, fields []field, of func(*Block) *table) func(context.Context) error {
		return once(name, func(ctx context.Context) error {
			pieces := make([]piece, 0, len(blocks))
			for _, b := range blocks {
				if of(b).rows > 0 {
					pieces = append(pieces, piece{b, of(b)})
				}
			}
			if len(pieces) == 0 {
				return nil
			}
			return w.store.insert(ctx, name, token(name, blocks...), columns(pieces, fields))
		})
	}
	return []step{
		{func(ctx context.Context) error { return w.putAllFacts(ctx, batch) }, FactsSent, FactsAcked},
		// These tables replace a row by its equal, so they need no proof.
		{rows("contacts", contactFields[:], func(b *Block) *table { return &b.contacts }), 0, ContactsAcked},
		{rows("gauges", gaugeFields[:], func(b *Block) *table { return &b.gauges }), 0, GaugesAcked},
		{rows("outcomes", outcomeFields[:], func(b *Block) *table { return &b.outcomes }), 0, 0},
		{rows("alerts", alertFields[:], func(b *Block) *table { return &b.alerts }), 0, 0},
		{rows("register", registerFields[:], func(b *Block) *table { return &b.register }), 0, 0},
		{once("lanes", func(ctx context.Context) error {
			for _, b := range blocks {
				if err := w.store.showImports(ctx, b.imports); err != nil {
					return err
				}
			}
			return nil
		}), 0, 0},
		{once("blocks", func(ctx context.Context) error {
			return w.store.insert(ctx, "blocks", token("blocks", blocks...), ledgerColumns(blocks))
		}), 0, LedgerWritten},
	}
}

// putAllFacts makes the INSERTs of a batch, each with its own attempts.
func (w *Writer) putAllFacts(ctx context.Context, batch Batch) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallelInserts)
	for _, blocks := range batch {
		group.Go(func() error {
			return w.retry(ctx, "facts", func(ctx context.Context, attempt int) error { return w.putFacts(ctx, blocks, attempt) })
		})
	}
	return group.Wait()
}

// putFacts inserts the facts of the blocks of one INSERT. On the way of recovery (they may be stored in part: by an
// earlier attempt, or by an earlier run) it inserts only what counting shows to be missing, and proves afterwards that
// all is there. Elsewhere it costs nothing but the insert.
func (w *Writer) putFacts(ctx context.Context, blocks []*Block, attempt int) error {
	pieces := allFacts(blocks...)
	recovering := attempt > 1 || !w.proven || blocks[0].First <= w.stray
	if recovering {
		var err error
		if pieces, err = w.store.missing(ctx, blocks); err != nil {
			return err
		}
	}
	if rowsOf(pieces) == 0 {
		return nil
	}
	if err := w.store.insert(ctx, "facts", token("facts", blocks...), factColumnsOf(pieces, w.store.http)); err != nil {
		return err
	}
	if recovering {
		return w.store.mustBeStored(ctx, blocks)
	}
	return nil
}

// advance notes that everything up to a block is stored.
func (w *Writer) advance(b *Block) {
	facts, contacts, gauges := b.Rows()
	w.ledger.Last = b.Last
	// The replay is past what was stored; this block alone may be given again.
	w.ledger.Rows = append(w.ledger.Rows[:0], LedgerRow{b.First, b.Last, facts, contacts, gauges, b.Hash, b.Version})
	w.proven = true
}
