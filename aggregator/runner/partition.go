// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/store"
)

// commitEvery is how often the digested offset is committed, for lag displays.
const commitEvery = 2 * time.Second

// partition digests one partition: the live machine, its open block, and the way to the store.
type partition struct {
	r     *Runner
	a     eventlog.Assignment
	log   *slog.Logger
	stats *Stats

	machine *aggregator.Machine
	builder *store.Builder // nil without a store
	first   int64          // of the open block
	sink    *sink          // nil without a store

	checkpointed int64         // log clock of the last checkpoint
	saving       chan struct{} // holds a token while a checkpoint is being saved
	saved        *errgroup.Group

	letters   []letter
	published int64 // dead letters up to this offset are known to be published: the last commit before the start
	committed time.Time
}

// digest runs a partition until ctx ends or something fails.
func (r *Runner) digest(ctx context.Context, a eventlog.Assignment, log *slog.Logger) error {
	p := &partition{r: r, a: a, log: log, stats: r.statsOf(a.Partition), saving: make(chan struct{}, 1)}
	if err := p.recover(ctx); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	p.saved = group
	if p.sink != nil {
		group.Go(func() error { return p.sink.run(ctx) })
	}
	if r.o.TickEvery > 0 {
		group.Go(func() error { return r.tick(ctx, a.Partition) })
	}
	group.Go(func() error { return p.read(ctx) })
	err := group.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// recover makes the live machine from the newest checkpoint that this version reads. The sink finds out by itself what the
// store still lacks.
func (p *partition) recover(ctx context.Context) error {
	committed, _, err := p.r.group.Committed(ctx, p.a.Partition)
	if err != nil {
		return err
	}
	p.published = committed - 1
	machine, err := p.r.restore(ctx, p.a.Partition, never, p.log)
	if err != nil {
		return err
	}
	p.machine = machine
	p.first = machine.Offset() + 1
	p.checkpointed = machine.Clock()
	p.stats.Offset.Store(machine.Offset())
	if p.r.o.OpenStore != nil {
		p.builder = store.NewBuilder()
		p.sink = newSink(p.r, p.a, p.log, p.builder, machine.Offset())
	}
	return nil
}

// never is an offset beyond every log.
const never = int64(1<<63 - 1)

// restore returns a machine from the newest usable checkpoint at or below an offset, or a new one.
func (r *Runner) restore(ctx context.Context, number int, atOrBelow int64, log *slog.Logger) (*aggregator.Machine, error) {
	found, err := r.checkpoints.LatestAtOrBelow(ctx, number, atOrBelow)
	if err != nil {
		return nil, err
	}
	for _, d := range found.Damaged {
		log.Warn("checkpoint passed over", "offset", d.Offset, "reason", d.Reason)
	}
	if found.Checkpoint == nil {
		return aggregator.New(int32(number)), nil
	}
	began := r.o.Now()
	m, err := aggregator.Restore(found.Checkpoint.Data)
	if err != nil {
		return nil, fmt.Errorf("partition %d: checkpoint at offset %d, written by %s: %w", number, found.Checkpoint.Offset, found.Checkpoint.Version, err)
	}
	log.Info("checkpoint loaded", "offset", m.Offset(), "bytes", len(found.Checkpoint.Data), "took", r.o.Now().Sub(began))
	return m, nil
}

// read is the loop of the live machine.
func (p *partition) read(ctx context.Context) error {
	reader, err := p.r.o.Log.OpenReader(ctx, eventlog.Events, p.a.Partition, p.machine.Offset()+1, eventlog.ReaderOptions{})
	if err != nil {
		return err
	}
	defer reader.Close()
	step := func(f eventlog.Fetched) error { return p.step(ctx, f) }
	for ctx.Err() == nil {
		if _, err := reader.Fetch(ctx, step); err != nil {
			if errors.Is(err, eventlog.ErrUnavailable) {
				p.log.Warn("the log is unavailable", "error", err)
				continue
			}
			return err
		}
		p.stats.HighWatermark.Store(reader.HighWatermark())
		if err := p.afterBatch(ctx); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// step gives one record to the machine, and does Ready's duties when a block ends.
func (p *partition) step(ctx context.Context, f eventlog.Fetched) error {
	value := f.Value
	if f.Oversize > 0 {
		value = oversize
	}
	ends := p.machine.Step(f.Offset, value)
	if rd := p.machine.Ready(); len(rd.DeadLetters) > len(p.letters) {
		p.keepLetters(rd.DeadLetters[len(p.letters):], f)
	}
	if !ends {
		return nil
	}
	if err := p.hand(ctx); err != nil {
		return err
	}
	if err := p.endBlock(ctx); err != nil {
		return err
	}
	return p.checkpoint(ctx)
}

// hand does the duties that do not wait for the end of a block: rows into the open block, dead letters to their topic.
func (p *partition) hand(ctx context.Context) error {
	rd := p.machine.Ready()
	if p.builder != nil {
		if err := p.builder.AddFacts(rd.Facts, rd.Incs); err != nil {
			return err
		}
		p.builder.AddContacts(rd.Contacts)
		p.builder.AddGauges(rd.Gauges)
	}
	if err := p.publishLetters(ctx); err != nil {
		return err
	}
	p.machine.Clear()
	return nil
}

func (p *partition) endBlock(ctx context.Context) error {
	if p.builder == nil {
		return nil
	}
	last := p.machine.Offset()
	block := p.builder.Seal(p.r.epoch, p.a.Partition, p.first, last, p.r.o.Version)
	p.first = last + 1
	return p.sink.give(ctx, block)
}

// checkpoint saves the state at this block's end, when one is due and none is being saved.
func (p *partition) checkpoint(ctx context.Context) error {
	if p.machine.Clock() < p.checkpointed+p.r.o.CheckpointEvery.Milliseconds() {
		return nil
	}
	select {
	case p.saving <- struct{}{}:
	default:
		return nil
	}
	p.checkpointed = p.machine.Clock()
	data, meta := p.machine.Snapshot(), eventlog.CheckpointMeta{Offset: p.machine.Offset(), Version: p.r.o.Version}
	if p.sink != nil {
		p.sink.remember(meta.Offset, [aggregator.HashSize]byte(data[len(data)-aggregator.HashSize:]))
	}
	clock := p.checkpointed
	save := func() error {
		defer func() { <-p.saving }()
		return p.save(ctx, meta, data, clock)
	}
	if p.r.o.Effects != nil {
		return save() // a test wants to know where it is
	}
	p.saved.Go(save)
	return nil
}

func (p *partition) save(ctx context.Context, meta eventlog.CheckpointMeta, data []byte, clock int64) error {
	if err := p.r.effect(ctx, "checkpoint", false); err != nil {
		return err
	}
	if err := p.r.checkpoints.Save(ctx, p.a.Partition, meta, data); err != nil {
		if ctx.Err() == nil {
			p.log.Warn("checkpoint not saved", "error", err) // the next one will be
		}
		return ctx.Err()
	}
	if err := p.r.effect(ctx, "checkpoint", true); err != nil {
		return err
	}
	p.stats.Checkpoints.Add(1)
	p.stats.CheckpointAtMs.Store(clock)
	p.stats.CheckpointBytes.Store(int64(len(data)))
	keep := meta.Offset
	if p.sink != nil {
		keep = p.stats.StoredOffset.Load()
	}
	if _, err := p.r.checkpoints.Prune(ctx, p.a.Partition, keep); err != nil && ctx.Err() == nil {
		p.log.Warn("old checkpoints not deleted", "error", err)
	}
	return nil
}

// afterBatch hands on what the batch gave and shows it.
func (p *partition) afterBatch(ctx context.Context) error {
	if err := p.hand(ctx); err != nil {
		return err
	}
	c := p.machine.Counters()
	p.stats.Records.Store(c.Records)
	p.stats.Duplicates.Store(c.Duplicates)
	p.stats.Refolds.Store(c.Refolds)
	p.stats.Offset.Store(p.machine.Offset())
	p.stats.ClockMs.Store(p.machine.Clock())
	if p.r.o.Observe != nil {
		p.r.o.Observe(p.machine)
	}
	return p.commit(ctx)
}

func (p *partition) commit(ctx context.Context) error {
	if now := p.r.o.Now(); now.Sub(p.committed) >= commitEvery && p.machine.Offset() >= 0 {
		p.committed = now
		if err := p.r.effect(ctx, "commit", false); err != nil {
			return err
		}
		err := p.r.group.Commit(ctx, p.a, p.machine.Offset()+1, "")
		if errors.Is(err, eventlog.ErrFenced) {
			return err // another instance owns the partition now
		}
		if err != nil && ctx.Err() == nil {
			p.log.Warn("offset not committed; only displays of lag are behind", "error", err)
		}
		return p.r.effect(ctx, "commit", true)
	}
	return nil
}
