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

// errDiverged says that two machines over the same log came to different states. That is a bug; going on would store
// numbers that differ from those shown.
var errDiverged = errors.New("the live machine and the one that catches up disagree about the same log")

// errHandedOver ends the follower: the live machine writes again.
var errHandedOver = errors.New("handed over")

// follower is the second, muted machine: it replays the log from a checkpoint that the store has, and writes what the live
// machine had to drop. It shows nothing, publishes nothing and commits nothing.
type follower struct {
	sink    *sink
	writer  *store.Writer
	builder *store.Builder
	machine *aggregator.Machine
	first   int64 // of the open block
}

// catchUp stores what the live machine dropped, and returns the writer for what comes after.
func (s *sink) catchUp(ctx context.Context, st *store.Store) (*store.Writer, error) {
	writer, err := s.writer(ctx, st, s.lastGiven()+1)
	if err != nil {
		return nil, err
	}
	if s.handOver(writer.Last()) {
		return writer, nil // all is there: only the acknowledgement was lost
	}
	machine, err := s.base(ctx, writer.Last())
	if err != nil {
		return nil, err
	}
	first := machine.Offset() + 1
	if writer, err = s.writer(ctx, st, first); err != nil {
		return nil, err
	}
	s.log.Info("catching up", "from", first, "stored", writer.Last())
	if s.handOver(machine.Offset()) {
		return writer, nil
	}
	f := &follower{sink: s, writer: writer, builder: store.NewBuilder(), machine: machine, first: first}
	return writer, f.run(ctx)
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

// run replays until the live machine takes over.
func (f *follower) run(ctx context.Context) error {
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
		case errors.Is(stopped, errHandedOver):
			return nil
		case stopped != nil:
			return stopped
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
	if err := f.writer.Write(ctx, block); err != nil {
		return err
	}
	last := block.Last
	f.builder.Recycle(block)
	s.stats.StoredOffset.Store(f.writer.Last())
	if s.handOver(last) {
		return errHandedOver
	}
	return nil
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
