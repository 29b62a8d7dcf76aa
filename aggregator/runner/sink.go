// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/store"
)

const (
	maxQueuedBlocks = 1024
	maxRemembered   = 64
	sinkRetryMin    = time.Second
	sinkRetryMax    = time.Minute
)

// sink brings the blocks of one partition into the store. The live machine gives them; when they pile up, or when the store
// lacks something older, the sink is behind: the live machine's blocks are dropped and a follower writes the same blocks
// from an older checkpoint, until it has caught up.
//
// At any time one of the two writes. The live machine's turn ends when give drops a block; what is queued by then is still
// written. The follower's turn ends when it has stored all that the live machine gave: handOver sees that under the lock
// which give takes, so the next block is the live machine's again.
type sink struct {
	r       *Runner
	a       eventlog.Assignment
	log     *slog.Logger
	stats   *Stats
	builder *store.Builder
	first   int64 // the first offset that the live machine gives

	queue chan *store.Block
	fell  chan struct{} // wakes drain when the sink falls behind
	gave  chan struct{} // wakes the follower when the live machine has dropped a block

	mu     sync.Mutex
	behind bool
	given  int64 // the last offset that the live machine gave, stored or dropped
	queued int   // facts in the queue and in the block being written

	hashes   map[int64][aggregator.HashSize]byte // of the live machine at its checkpoints
	hashedAt []int64
}

// newSink returns a sink for a live machine that stands at an offset.
func newSink(r *Runner, a eventlog.Assignment, log *slog.Logger, builder *store.Builder, offset int64) *sink {
	return &sink{r: r, a: a, log: log, stats: r.statsOf(a.Partition), builder: builder, first: offset + 1,
		queue: make(chan *store.Block, maxQueuedBlocks), fell: make(chan struct{}, 1), gave: make(chan struct{}, 1),
		given: offset, hashes: map[int64][aggregator.HashSize]byte{}}
}

// give takes a block from the live machine. It never waits.
func (s *sink) give(b *store.Block) {
	facts, _, _ := b.Rows()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.given = b.Last
	if !s.behind && (s.queued > 0 && s.queued+facts > s.r.o.MaxQueuedFacts || len(s.queue) == cap(s.queue)) {
		s.behind = true
		s.log.Warn("the store is behind: live indicators go on, a second machine will write what is missing", "from", b.First)
		wake(s.fell)
	}
	s.stats.Behind.Store(s.behind)
	if s.behind {
		s.left()
		s.builder.Recycle(b)
		return
	}
	s.queued += facts
	s.stats.QueuedFacts.Store(int64(s.queued))
	s.queue <- b // there is room: give is the only sender
}

// drop notes that a block of the live machine ends at an offset, and tells whether it is left to the follower: then it need
// not even be given.
func (s *sink) drop(last int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.behind {
		return false
	}
	s.given = last
	s.left()
	return true
}

// left counts a block that is left to the follower, and tells it.
func (s *sink) left() {
	s.stats.DroppedBlocks.Add(1)
	wake(s.gave)
}

// remember notes the live machine's state at a checkpoint, for the follower to compare.
func (s *sink) remember(offset int64, hash [aggregator.HashSize]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hashes[offset] = hash
	s.hashedAt = append(s.hashedAt, offset)
	if len(s.hashedAt) > maxRemembered {
		delete(s.hashes, s.hashedAt[0])
		s.hashedAt = s.hashedAt[1:]
	}
}

// run brings blocks into the store until ctx ends. A store that fails, in whatever way, is tried again: the live
// machine does not depend on it. Only an error that says the numbers themselves are in doubt is returned.
func (s *sink) run(ctx context.Context) error {
	wait := sinkRetryMin
	for first := true; ; first = false {
		began := time.Now()
		err := s.session(ctx, first)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if isFinal(err) || errors.Is(err, errEffect) {
			return err
		}
		if time.Since(began) > 2*sinkRetryMax {
			wait = sinkRetryMin // it had recovered in between
		}
		s.stats.StoreRetries.Add(1)
		s.log.Error("storing failed: indicators are live only until it succeeds again", "error", err, "wait", wait)
		s.fallBehind()
		if err := sleep(ctx, wait); err != nil {
			return err
		}
		wait = min(2*wait, sinkRetryMax)
	}
}

// session writes until something fails. In the first one the queue may hold all that the store lacks.
func (s *sink) session(ctx context.Context, first bool) error {
	st, err := s.open(ctx)
	if err != nil {
		return err
	}
	if first {
		out, err := s.output(ctx, st, s.first)
		if err != nil {
			return err
		}
		if out.writer.Last() >= s.first-1 {
			if err := s.drain(ctx, out); err != nil {
				return err
			}
		}
	}
	for {
		s.fallBehind()
		out, err := s.catchUp(ctx, st)
		if err != nil {
			return err
		}
		if err := s.drain(ctx, out); err != nil {
			return err
		}
	}
}

// fallBehind leaves all to a follower: what the live machine gave so far comes after what the store lacks.
func (s *sink) fallBehind() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behind = true
	for len(s.queue) > 0 {
		s.builder.Recycle(<-s.queue)
		s.stats.DroppedBlocks.Add(1)
	}
	s.queued = 0
	s.stats.QueuedFacts.Store(0)
	s.stats.Behind.Store(true)
}

// handOver gives the turn back to the live machine, if everything that it gave is at or before last.
func (s *sink) handOver(last int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.given > last {
		return false
	}
	s.behind = false
	s.stats.Behind.Store(false)
	s.log.Info("the store has caught up", "offset", last)
	return true
}

// awaitGiven waits until the live machine has given more than up to last: the follower must not overtake it.
func (s *sink) awaitGiven(ctx context.Context, last int64) error {
	for s.lastGiven() <= last {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.gave:
		}
	}
	return nil
}

func (s *sink) lastGiven() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.given
}

// open waits for the store.
func (s *sink) open(ctx context.Context) (*store.Store, error) {
	for said := ""; ; {
		st, err := s.r.openStore(ctx)
		if err == nil {
			return st, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		s.stats.StoreRetries.Add(1)
		if text := err.Error(); text != said {
			s.log.Warn("the store is unavailable: indicators are live only until it is back", "error", err)
			said = text
		}
		if err := sleep(ctx, sinkRetryMin); err != nil {
			return nil, err
		}
	}
}

// output opens the way into the store for blocks that begin at an offset or later: the ledger, and what was agreed on
// batches. It tries again and again while the store or the log is away.
func (s *sink) output(ctx context.Context, st *store.Store, from int64) (*output, error) {
	for {
		out, err := s.openOutput(ctx, st, from)
		if err == nil {
			s.stats.StoredOffset.Store(out.writer.Last())
			return out, nil
		}
		if ctx.Err() != nil || !store.IsRetryable(err) && !errors.Is(err, eventlog.ErrUnavailable) {
			return nil, err
		}
		s.stats.StoreRetries.Add(1)
		if err := sleep(ctx, sinkRetryMin); err != nil {
			return nil, err
		}
	}
}

func (s *sink) openOutput(ctx context.Context, st *store.Store, from int64) (*output, error) {
	w, err := st.OpenWriter(ctx, s.r.epoch, s.a.Partition, store.WriterOptions{
		From:    from,
		Effects: s.storeEffects(),
		OnRetry: func(r store.Retry) {
			s.stats.StoreRetries.Add(1)
			s.log.Warn("write to the store repeated", "table", r.Table, "attempt", r.Attempt, "wait", r.Wait, "error", r.Err)
		},
	})
	if err != nil {
		return nil, err
	}
	batches, err := s.r.o.Log.OpenBatches(ctx, s.r.epoch, cmp.Or(s.r.o.agreement, st.Database()), s.a.Partition, w.Last()+1)
	if err != nil {
		return nil, err
	}
	return &output{writer: w, batches: batches, alone: batches.Across()}, nil
}

func (s *sink) storeEffects() func(context.Context, store.Effect) error {
	if s.r.o.Effects == nil {
		return nil
	}
	return func(ctx context.Context, e store.Effect) error { return s.r.effect(ctx, e.String(), true) }
}

// drain writes what the live machine gives, until the sink falls behind and the queue is empty.
func (s *sink) drain(ctx context.Context, out *output) error {
	c := collector{sink: s, out: out, in: intake{blocks: s.queue, fell: s.fell, ended: s.drained}, done: s.written}
	for {
		if last, err := c.write(ctx); err != nil || last < 0 {
			return err
		}
	}
}

func (s *sink) drained() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.behind && len(s.queue) == 0
}

// written lets go of a block that the live machine gave.
func (s *sink) written(b *store.Block) {
	facts, _, _ := b.Rows()
	s.mu.Lock()
	s.queued -= facts
	s.stats.QueuedFacts.Store(int64(s.queued))
	s.mu.Unlock()
	s.builder.Recycle(b)
}

// wake leaves a word for somebody who waits, or who will look anyway.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
