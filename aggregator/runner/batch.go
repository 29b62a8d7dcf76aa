// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"context"

	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/store"
)

// The bounds of a batch. An INSERT costs the store some 50 ms however small it is, and 50,000 facts about 300 ms.
const (
	batchFacts  = 200_000
	batchBlocks = 512
	insertFacts = 50_000
)

// output is the way of blocks into the store: the ledger, and what the writers of this partition have agreed on.
type output struct {
	writer  *store.Writer
	batches *eventlog.Batches
	// alone is the offset up to which blocks are written one by one: they do not fit the batch that was agreed on, because
	// another version of the program cuts blocks at other borders. -1 when there is none.
	alone int64
}

// intake is where blocks come from, in the order of the log.
type intake struct {
	blocks <-chan *store.Block
	fell   <-chan struct{} // says that ended is worth a look; may be nil
	ended  func() bool     // there will be none any more; may be nil
	failed func() error    // why blocks was closed; may be nil when it never is
}

// next waits for a block; nil says that there will be none any more.
func (in *intake) next(ctx context.Context) (*store.Block, error) {
	for in.ended == nil || !in.ended() {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-in.fell:
		case b, ok := <-in.blocks:
			if !ok {
				return nil, in.failed()
			}
			return b, nil
		}
	}
	return nil, nil
}

// ready is a block that is waiting already, or nil.
func (in *intake) ready() *store.Block {
	select {
	case b := <-in.blocks:
		return b // nil when closed
	default:
		return nil
	}
}

// collector puts the blocks that are waiting into batches. A live partition has one block every few seconds, and each is a
// batch of its own; one that catches up has as many as fit.
type collector struct {
	sink *sink
	out  *output
	in   intake
	held []*store.Block     // taken in, not written yet
	took func(*store.Block) // called when a block is taken in; may be nil
	done func(*store.Block) // called when a block is not needed any more
}

// write writes the next batch, or finds that the next block is stored. It returns the last offset of it, -1 when there will
// be no block any more.
func (c *collector) write(ctx context.Context) (last int64, err error) {
	if ok, err := c.reach(ctx, 0); !ok {
		return -1, err
	}
	verdict, err := c.out.writer.Check(c.held[0])
	if err != nil {
		return -1, err
	}
	if verdict == store.VerdictStored {
		c.sink.stats.storedClock.Store(c.held[0].ClockMs)
		return c.release(1), nil
	}
	batch, err := c.batch(ctx)
	if batch == nil || err != nil {
		return -1, err
	}
	if err := c.out.writer.WriteBatch(ctx, batch); err != nil {
		return -1, err
	}
	c.sink.stats.StoredOffset.Store(c.out.writer.Last())
	n := 0
	for _, blocks := range batch {
		n += len(blocks)
	}
	c.sink.stats.storedClock.Store(c.held[n-1].ClockMs)
	c.sink.stats.Batches.Add(1)
	return c.release(n), nil
}

// reach takes blocks in until one ends at an offset or later. It is false, with everything let go, when there is none.
func (c *collector) reach(ctx context.Context, offset int64) (bool, error) {
	for len(c.held) == 0 || c.held[len(c.held)-1].Last < offset {
		b, err := c.in.next(ctx)
		if b == nil || err != nil {
			c.release(len(c.held))
			return false, err
		}
		c.take(b)
	}
	return true, nil
}

func (c *collector) take(b *store.Block) {
	c.held = append(c.held, b)
	if c.took != nil {
		c.took(b)
	}
}

// release lets go of the first blocks, and returns the offset at which they end.
func (c *collector) release(n int) (last int64) {
	last = -1
	for _, b := range c.held[:n] {
		last = b.Last
		c.done(b)
	}
	rest := copy(c.held, c.held[n:])
	clear(c.held[rest:])
	c.held = c.held[:rest]
	return last
}

// batch cuts the next batch from what is held, as was agreed, or as is agreed now. It is nil when the blocks of a batch that
// was agreed on will not come.
func (c *collector) batch(ctx context.Context) (store.Batch, error) {
	first := c.held[0].First
	if first <= c.out.alone {
		return store.Batch{c.held[:1]}, nil
	}
	ends, agreed := c.out.batches.Agreed(first)
	if !agreed {
		var err error
		if ends, err = c.propose(ctx, first); err != nil {
			return nil, err
		}
	}
	last := ends[len(ends)-1]
	if ok, err := c.reach(ctx, last); !ok {
		return nil, err
	}
	if batch := cutAt(c.held, ends); batch != nil {
		return batch, nil
	}
	c.sink.log.Warn("blocks do not fit the batch that was agreed on: another version of the program wrote it; they are written one by one",
		"first", first, "last", last)
	c.out.alone = last
	return store.Batch{c.held[:1]}, nil
}

// propose takes in what is waiting, as far as a batch may go, and proposes it. Nothing of a batch is sent before it is
// agreed on.
func (c *collector) propose(ctx context.Context, first int64) ([]int64, error) {
	facts, _, _ := c.held[0].Rows()
	for _, b := range c.held[1:] {
		n, _, _ := b.Rows()
		facts += n
	}
	blocks := batchBlocks
	if c.sink.r.o.batchBlocks > 0 {
		blocks = c.sink.r.o.batchBlocks
	}
	for len(c.held) < blocks && facts < batchFacts {
		b := c.in.ready()
		if b == nil {
			break
		}
		c.take(b)
		n, _, _ := b.Rows()
		facts += n
	}
	r := c.sink.r
	if err := r.effect(ctx, effectBatch, false); err != nil {
		return nil, err
	}
	ends, err := c.out.batches.Propose(ctx, first, endsOf(c.held[:min(len(c.held), blocks)]))
	if err != nil {
		return nil, err
	}
	return ends, r.effect(ctx, effectBatch, true)
}

// endsOf says into which INSERTs the blocks of a batch go.
func endsOf(blocks []*store.Block) []int64 {
	var ends []int64
	facts := 0
	for i, b := range blocks {
		n, _, _ := b.Rows()
		if facts > 0 && (facts >= insertFacts || facts+n > store.MaxBlockRows) {
			ends = append(ends, blocks[i-1].Last)
			facts = 0
		}
		facts += n
	}
	return append(ends, blocks[len(blocks)-1].Last)
}

// cutAt cuts blocks at the ends of a batch's INSERTs; nil when a block goes across one.
func cutAt(blocks []*store.Block, ends []int64) store.Batch {
	var batch store.Batch
	from := 0
	for i, b := range blocks {
		if len(batch) == len(ends) {
			break
		}
		switch end := ends[len(batch)]; {
		case b.Last == end:
			batch = append(batch, blocks[from:i+1])
			from = i + 1
		case b.Last > end:
			return nil
		}
	}
	return batch
}
