// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/store"
)

// errDiverged says that two machines over the same log came to different states. That is a bug; going on would store
// numbers that differ from those shown.
var errDiverged = errors.New("the live machine and the one that catches up disagree about the same log")

const (
	maxQueuedBlocks = 256
	maxRemembered   = 64
	nobody          = int64(-1) // sink.next while no block of the live machine may be the next to write
	openRetry       = time.Second
)

// sink brings the blocks of one partition into the store. The live machine gives them; when they pile up, or when the store
// lacks something older, the sink is behind: the live machine's blocks are dropped and a follower writes the same blocks
// from an older checkpoint, until it has caught up.
type sink struct {
	r       *Runner
	a       eventlog.Assignment
	log     *slog.Logger
	stats   *Stats
	builder *store.Builder

	queue chan *store.Block

	mu       sync.Mutex
	behind   bool
	next     int64 // the first offset of the block that is to be written next by whoever writes
	queued   int
	hashes   map[int64][aggregator.HashSize]byte // of the live machine at its checkpoints
	hashedAt []int64
}

// newSink returns a sink for a live machine that stands at `offset`. It is behind until it knows what the store has.
func newSink(r *Runner, a eventlog.Assignment, log *slog.Logger, builder *store.Builder, offset int64) *sink {
	return &sink{r: r, a: a, log: log, stats: r.statsOf(a.Partition), builder: builder,
		queue: make(chan *store.Block, maxQueuedBlocks), next: offset + 1, hashes: map[int64][aggregator.HashSize]byte{}}
}

// give takes a block from the live machine.
func (s *sink) give(ctx context.Context, b *store.Block) error {
	facts, _, _ := b.Rows()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.behind && s.next == b.First {
		s.behind = false // the follower stored all before this block: it stops, the live machine goes on
		s.log.Info("the store has caught up", "offset", b.First-1)
	}
	if !s.behind && (s.queued+facts > s.r.o.MaxQueuedFacts && s.queued > 0 || len(s.queue) == cap(s.queue)) {
		s.behind = true
		s.log.Warn("the store is behind: live indicators go on, a second machine will write what is missing", "from", b.First)
	}
	s.stats.Behind.Store(s.behind)
	if s.behind {
		s.stats.DroppedBlocks.Add(1)
		s.builder.Recycle(b)
		return nil
	}
	s.queued += facts
	s.stats.QueuedFacts.Store(int64(s.queued))
	s.queue <- b // there is room: give is the only sender
	return ctx.Err()
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

// run writes blocks until ctx ends.
func (s *sink) run(ctx context.Context) error {
	st, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	writer, err := s.writer(ctx, st, s.start())
	if err != nil {
		return err
	}
	if writer.Last() < s.start()-1 {
		s.fallBehind()
	}
	for {
		if err := s.drain(ctx, writer); err != nil {
			return err
		}
		if writer, err = s.catchUp(ctx, st); err != nil {
			return err
		}
	}
}

func (s *sink) start() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.next
}

// fallBehind leaves the queue to the follower: what the live machine gave so far comes after what the store lacks.
func (s *sink) fallBehind() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behind, s.next = true, nobody
	s.stats.Behind.Store(true)
	for len(s.queue) > 0 {
		s.builder.Recycle(<-s.queue)
		s.stats.DroppedBlocks.Add(1)
	}
	s.queued = 0
}

// open waits for the store.
func (s *sink) open(ctx context.Context) (*store.Store, error) {
	for warned := false; ; {
		st, err := s.r.o.OpenStore(ctx)
		if err == nil {
			return st, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if !warned {
			s.log.Warn("the store is unavailable: indicators are live only until it is back", "error", err)
			warned = true
		}
		if err := sleep(ctx, openRetry); err != nil {
			return nil, err
		}
	}
}

// writer opens the ledger from an offset on, again and again while the store is away.
func (s *sink) writer(ctx context.Context, st *store.Store, from int64) (*store.Writer, error) {
	for {
		w, err := st.OpenWriter(ctx, s.r.epoch, s.a.Partition, store.WriterOptions{
			From:    from,
			Effects: s.storeEffects(),
			OnRetry: func(r store.Retry) {
				s.stats.StoreRetries.Add(1)
				s.log.Warn("write to the store repeated", "table", r.Table, "attempt", r.Attempt, "wait", r.Wait, "error", r.Err)
			},
		})
		if err == nil {
			s.stats.StoredOffset.Store(w.Last())
			return w, nil
		}
		if ctx.Err() != nil || !store.IsRetryable(err) {
			return nil, err
		}
		if err := sleep(ctx, openRetry); err != nil {
			return nil, err
		}
	}
}

func (s *sink) storeEffects() func(context.Context, store.Effect) error {
	if s.r.o.Effects == nil {
		return nil
	}
	return func(ctx context.Context, e store.Effect) error {
		return s.r.o.Effects(ctx, Effect{e.String(), true})
	}
}

// drain writes what the live machine gives, until the sink falls behind and the queue is empty.
func (s *sink) drain(ctx context.Context, w *store.Writer) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case b := <-s.queue:
			if err := s.write(ctx, w, b); err != nil {
				return err
			}
		case <-time.After(drainPoll):
		}
		s.mu.Lock()
		done := s.behind && len(s.queue) == 0
		s.mu.Unlock()
		if done {
			return nil
		}
	}
}

// drainPoll is how long drain waits for a block before it looks whether the sink fell behind.
const drainPoll = 200 * time.Millisecond

func (s *sink) write(ctx context.Context, w *store.Writer, b *store.Block) error {
	if err := w.Write(ctx, b); err != nil {
		return err
	}
	facts, _, _ := b.Rows()
	s.mu.Lock()
	s.queued = max(0, s.queued-facts)
	s.next = b.Last + 1
	s.stats.QueuedFacts.Store(int64(s.queued))
	s.mu.Unlock()
	s.stats.StoredOffset.Store(max(w.Last(), b.Last))
	s.builder.Recycle(b)
	return nil
}

// catchUp runs a follower until the live machine has taken over again, and returns the writer to go on with.
func (s *sink) catchUp(ctx context.Context, st *store.Store) (*store.Writer, error) {
	ledger, err := s.writer(ctx, st, never)
	if err != nil {
		return nil, err
	}
	machine, err := s.r.restore(ctx, s.a.Partition, ledger.Last(), s.log)
	if err != nil {
		return nil, err
	}
	first := machine.Offset() + 1
	writer, err := s.writer(ctx, st, first)
	if err != nil {
		return nil, err
	}
	s.log.Info("catching up", "from", first, "stored", writer.Last())
	f := &follower{sink: s, writer: writer, builder: store.NewBuilder(), machine: machine, first: first}
	return writer, f.run(ctx)
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
