// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/semaphore"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/store"
)

// errDiverged says that two machines over the same log came to different states. That is a bug; going on would store
// numbers that differ from those shown.
var errDiverged = errors.New("the live machine and the one that catches up disagree about the same log")

// follower is the second, muted machine: it replays the log from a checkpoint that the store has, and writes what the live
// machine had to drop. It shows nothing, publishes nothing and commits nothing. One goroutine replays, another writes.
type follower struct {
	sink    *sink
	out     *output
	builder *store.Builder
	machine *aggregator.Machine
	first   int64 // of the open block

	blocks chan *store.Block
	room   *semaphore.Weighted // facts on their way from the replay to the collector
	err    error               // why the replay ended; to be read when blocks is closed
}

// catchUp stores what the live machine dropped, and returns the way into the store for what comes after.
func (s *sink) catchUp(ctx context.Context, st *store.Store) (*output, error) {
	out, err := s.output(ctx, st, s.lastGiven()+1)
	if err != nil {
		return nil, err
	}
	if s.handOver(out.writer.Last()) {
		return out, nil // all is there: only the acknowledgement was lost
	}
	machine, err := s.base(ctx, out.writer.Last())
	if err != nil {
		return nil, err
	}
	first := machine.Offset() + 1
	if out, err = s.output(ctx, st, first); err != nil {
		return nil, err
	}
	s.log.Info("catching up", "from", first, "stored", out.writer.Last())
	if s.handOver(machine.Offset()) {
		return out, nil
	}
	f := &follower{sink: s, out: out, builder: store.NewBuilder(), machine: machine, first: first,
		blocks: make(chan *store.Block, batchBlocks), room: semaphore.NewWeighted(batchFacts)}
	return out, f.run(ctx)
}

// base returns the machine to catch up from: one that stands at or before what is stored. When nothing is stored and the
// log has lost its beginning, as on the day when a store is added, it is the oldest one from which the log is whole.
func (s *sink) base(ctx context.Context, stored int64) (*aggregator.Machine, error) {
	upTo := func(m eventlog.CheckpointMeta) bool { return m.Offset <= stored }
	machine, err := s.r.restore(ctx, s.a.Partition, upTo, s.log)
	if err != nil || stored >= 0 {
		return machine, err
	}
	begins, _, err := s.r.o.Log.Bounds(ctx, eventlog.Events, s.a.Partition)
	if err != nil || begins == 0 {
		return machine, err
	}
	list, err := s.r.checkpoints.List(ctx, s.a.Partition)
	if err != nil {
		return nil, err
	}
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Offset+1 < begins {
			continue
		}
		s.log.Error("the store is empty and the log has lost its beginning: what is older than a checkpoint cannot be stored",
			"log begins", begins, "storing from", list[i].Offset+1)
		only := func(m eventlog.CheckpointMeta) bool { return m.Offset == list[i].Offset }
		return s.r.restore(ctx, s.a.Partition, only, s.log)
	}
	return machine, nil // reading will say what is missing
}

// run replays and writes until the live machine takes over.
func (f *follower) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f.err = f.replay(ctx)
		close(f.blocks)
	}()
	defer func() {
		cancel()
		<-ended
	}()
	c := collector{sink: f.sink, out: f.out, done: f.builder.Recycle,
		in:   intake{blocks: f.blocks, failed: func() error { return f.err }},
		took: func(b *store.Block) { f.room.Release(weight(b)) }}
	for {
		last, err := c.write(ctx)
		if err != nil {
			return err
		}
		if f.sink.handOver(last) {
			return nil
		}
	}
}

// weight is what a block takes of the room; one that is larger than all the room takes all of it.
func weight(b *store.Block) int64 {
	facts, _, _ := b.Rows()
	return int64(min(facts, batchFacts))
}

// replay digests the log and gives its blocks, as far as the live machine has come and goes on to come.
func (f *follower) replay(ctx context.Context) error {
	s := f.sink
	reader, err := s.r.o.Log.OpenReader(ctx, eventlog.Events, s.a.Partition, f.first, eventlog.ReaderOptions{})
	if err != nil {
		return err
	}
	defer reader.Close()
	var stopped error
	step := func(r eventlog.Fetched) error {
		stopped = f.step(ctx, r)
		return stopped
	}
	for {
		_, err := reader.Fetch(ctx, step)
		switch {
		case stopped != nil:
			return stopped
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, eventlog.ErrUnavailable):
			s.log.Warn("the log is unavailable", "error", err)
		case err != nil:
			return err
		}
	}
}

func (f *follower) step(ctx context.Context, r eventlog.Fetched) error {
	if !f.machine.Step(r.Offset, valueOf(r)) {
		return nil
	}
	if err := add(f.builder, f.machine.Ready()); err != nil {
		return err
	}
	f.machine.Clear()
	s := f.sink
	block := f.builder.Seal(s.r.epoch, s.a.Partition, f.first, r.Offset, s.r.o.Version)
	block.ClockMs = f.machine.Clock()
	f.first = r.Offset + 1
	if given := s.lastGiven(); block.Last > given {
		return fmt.Errorf("%w: partition %d: a block ends at offset %d live, at %d replayed", errDiverged, s.a.Partition, given, block.Last)
	}
	if err := f.compare(r.Offset); err != nil {
		return err
	}
	last := block.Last
	if err := f.room.Acquire(ctx, weight(block)); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case f.blocks <- block:
	}
	return s.awaitGiven(ctx, last)
}

// compare makes sure that both machines came to the same state where the live one was checkpointed.
func (f *follower) compare(offset int64) error {
	s := f.sink
	s.mu.Lock()
	want, ok := s.hashes[offset]
	s.mu.Unlock()
	if !ok {
		return nil
	}
	if got := f.machine.StateHash(); got != want {
		return fmt.Errorf("%w: partition %d, offset %d: %x live, %x replayed", errDiverged, s.a.Partition, offset, want, got)
	}
	return nil
}
