// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"context"
	"errors"
	"fmt"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/store"
)

// follower is the second, muted machine: it replays the log from a checkpoint that the store has, and writes what the live
// machine had to drop. It shows nothing, publishes nothing and commits nothing.
type follower struct {
	sink    *sink
	writer  *store.Writer
	builder *store.Builder
	machine *aggregator.Machine
	first   int64
}

// errHandedOver ends the follower: the live machine writes again.
var errHandedOver = errors.New("handed over")

func (f *follower) run(ctx context.Context) error {
	s := f.sink
	reader, err := s.r.o.Log.OpenReader(ctx, eventlog.Events, s.a.Partition, f.first, eventlog.ReaderOptions{})
	if err != nil {
		return err
	}
	defer reader.Close()
	step := func(r eventlog.Fetched) error { return f.step(ctx, r) }
	for {
		_, err := reader.Fetch(ctx, step)
		switch {
		case errors.Is(err, errHandedOver):
			return nil
		case errors.Is(err, eventlog.ErrUnavailable):
			s.log.Warn("the log is unavailable", "error", err)
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		}
		if !s.isBehind() {
			return nil
		}
	}
}

func (s *sink) isBehind() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.behind
}

func (f *follower) step(ctx context.Context, r eventlog.Fetched) error {
	value := r.Value
	if r.Oversize > 0 {
		value = oversize
	}
	if !f.machine.Step(r.Offset, value) {
		return nil
	}
	rd := f.machine.Ready()
	if err := f.builder.AddFacts(rd.Facts, rd.Incs); err != nil {
		return err
	}
	f.builder.AddContacts(rd.Contacts)
	f.builder.AddGauges(rd.Gauges)
	f.machine.Clear()
	s := f.sink
	block := f.builder.Seal(s.r.epoch, s.a.Partition, f.first, r.Offset, s.r.o.Version)
	f.first = r.Offset + 1
	if !s.claim(block.First) {
		return errHandedOver
	}
	if err := f.compare(r.Offset); err != nil {
		return err
	}
	if err := f.writer.Write(ctx, block); err != nil {
		return err
	}
	s.wrote(block.Last)
	s.stats.StoredOffset.Store(max(f.writer.Last(), block.Last))
	f.builder.Recycle(block)
	return nil
}

// claim tells whether the follower is still the one to write the block that begins at first.
func (s *sink) claim(first int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.behind {
		s.next = nobody // being written: the live machine must not take this very block
	}
	return s.behind
}

// wrote says that everything up to last is stored: if the live machine comes to the next block now, it takes over.
func (s *sink) wrote(last int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = last + 1
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
