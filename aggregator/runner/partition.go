// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/store"
)

const (
	// commitEvery is how often the digested offset is committed, for lag displays; commitBehind while more is waiting in the
	// log, since imports keep the pace that the commits tell.
	commitEvery  = 2 * time.Second
	commitBehind = 100 * time.Millisecond
	// showEvery is after how many records of one fetch the machine is shown in between: a fetch of 8 MB takes a good part of
	// a second.
	showEvery = 4096
)

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

	checkpointed int64     // log clock of the last checkpoint
	rested       time.Time // owner's clock from which on the next may be taken
	saves        lastSaves
	saving       chan struct{} // holds a token while a checkpoint is being saved
	saved        *errgroup.Group

	letters   []letter
	published letterPlace // of the newest letter that is published
	committed time.Time
	unshown   int // records since the machine was shown
}

// digest runs a partition until ctx ends or something fails.
func (r *Runner) digest(ctx context.Context, a eventlog.Assignment, log *slog.Logger) (err error) {
	r.letGo(a.Partition)
	p := &partition{r: r, a: a, log: log, stats: r.statsOf(a.Partition), saving: make(chan struct{}, 1)}
	p.stats.begin()
	if err := p.recover(ctx); err != nil {
		return err
	}
	if sink := r.o.Alerts; sink != nil {
		sink.Take(a.Partition, p.machine.Clock(), alertsOf(p.machine))
		assigned := ctx
		defer func() { r.endAlerts(assigned, a.Partition, err) }()
	}
	group, ctx := errgroup.WithContext(ctx)
	p.saved = group
	if p.sink != nil {
		group.Go(func() error { return p.sink.run(ctx) })
	}
	if clock := p.machine.Clock(); r.o.TickEvery > 0 {
		group.Go(func() error { return r.tick(ctx, a.Partition, clock) })
	}
	group.Go(func() error { return p.read(ctx) })
	return group.Wait()
}

// recover makes the live machine from the newest checkpoint that this version reads. The sink finds out by itself what the
// store still lacks.
func (p *partition) recover(ctx context.Context) error {
	var err error
	if p.published, err = p.r.lastLetter(ctx, p.a.Partition); err != nil {
		return err
	}
	machine, err := p.r.restore(ctx, p.a.Partition, anyCheckpoint, p.log)
	if err != nil {
		return err
	}
	p.machine = machine
	p.first = machine.Offset() + 1
	p.checkpointed = machine.Clock()
	p.saves = lastSaves{machine.Offset(), machine.Offset()}
	p.stats.beginAt(machine.Offset(), machine.Clock())
	if p.r.o.OpenStore != nil {
		p.builder = store.NewBuilder()
		p.sink = newSink(p.r, p.a, p.log, p.builder, machine.Offset())
	}
	return nil
}

// alertsOf are the sets of alerts of all centres.
func alertsOf(m *aggregator.Machine) []alerts.Set {
	var sets []alerts.Set
	for _, w := range m.Worlds() {
		if w.Lane() == "" {
			sets = append(sets, w.Alerts())
		}
	}
	return sets
}

// never is an offset beyond every log.
const never = int64(1<<63 - 1)

func anyCheckpoint(eventlog.CheckpointMeta) bool { return true }

// restore returns a machine from the newest usable checkpoint that accept takes, or a new one. One that cannot be used,
// because it is damaged or because a newer version wrote it, is passed over: the log and the ledger make up for it.
func (r *Runner) restore(ctx context.Context, number int, accept func(eventlog.CheckpointMeta) bool, log *slog.Logger) (*aggregator.Machine, error) {
	for below := never; ; {
		found, err := r.checkpoints.Find(ctx, number, func(m eventlog.CheckpointMeta) bool { return m.Offset < below && accept(m) })
		if err != nil {
			return nil, err
		}
		for _, d := range found.Damaged {
			log.Warn("checkpoint passed over", "offset", d.Offset, "version", d.Version, "reason", d.Reason)
		}
		c := found.Checkpoint
		if c == nil {
			return r.o.Machines.New(int32(number)), nil
		}
		began := r.o.Now()
		m, err := r.o.Machines.Restore(c.Data)
		if err == nil {
			log.Info("checkpoint loaded", "offset", m.Offset(), "bytes", len(c.Data), "took", r.o.Now().Sub(began))
			return m, nil
		}
		log.Warn("checkpoint passed over", "offset", c.Offset, "version", c.Version, "reason", err)
		below = c.Offset
	}
}

// read is the loop of the live machine.
func (p *partition) read(ctx context.Context) error {
	reader, err := p.r.o.Log.OpenReader(ctx, eventlog.Events, p.a.Partition, p.machine.Offset()+1, eventlog.ReaderOptions{})
	if err != nil {
		return err
	}
	defer reader.Close()
	var stopped error
	step := func(f eventlog.Fetched) error {
		stopped = p.step(ctx, f)
		return stopped
	}
	for ctx.Err() == nil {
		_, err := reader.Fetch(ctx, step)
		switch {
		case stopped != nil:
			return stopped // never to be taken for a fault of the reading: the machine has digested that record
		case errors.Is(err, eventlog.ErrUnavailable):
			p.log.Warn("the log is unavailable", "error", err)
			continue
		case err != nil:
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
	ends := p.machine.Step(f.Offset, valueOf(f))
	if rd := p.machine.Ready(); len(rd.DeadLetters) > len(p.letters) {
		p.keepLetters(rd.DeadLetters[len(p.letters):], f)
	}
	if ends {
		if err := p.hand(ctx); err != nil {
			return err
		}
		p.endBlock()
		if err := p.checkpoint(ctx); err != nil {
			return err
		}
	}
	if p.unshown++; p.unshown < showEvery {
		return nil
	}
	return p.show(ctx)
}

// oversize stands for a record whose bytes were not fetched: the machine refuses it by its length.
var oversize = bytes.Repeat([]byte{' '}, event.MaxRecordBytes+1)

func valueOf(f eventlog.Fetched) []byte {
	if f.Oversize > 0 {
		return oversize
	}
	return f.Value
}

// errTooLarge is a block that the store does not take. The log alone decides what is in a block, so it is final.
var errTooLarge = errors.New("one record gave more facts than a block may hold")

// add puts what the machine hands over into the open block.
func add(b *store.Builder, rd aggregator.Ready) error {
	if err := b.AddFacts(rd.Facts, rd.Incs); err != nil {
		return fmt.Errorf("%w, up to offset %d: %w", errTooLarge, rd.Offset, err)
	}
	b.AddContacts(rd.Contacts)
	b.AddOutcomes(rd.Outcomes)
	b.AddGauges(rd.Gauges)
	b.AddTransitions(rd.Transitions)
	b.AddRegister(rd.Register)
	b.AddImports(rd.Imports)
	return nil
}

// hand does the duties that do not wait for the end of a block: rows into the open block, dead letters to their topic.
func (p *partition) hand(ctx context.Context) error {
	if p.builder != nil {
		if err := add(p.builder, p.machine.Ready()); err != nil {
			return err
		}
	}
	if err := p.publishLetters(ctx); err != nil {
		return err
	}
	if p.r.o.Alerts != nil {
		rd := p.machine.Ready()
		p.r.o.Alerts.Take(p.a.Partition, p.machine.Clock(), rd.Alerts())
	}
	p.machine.Clear()
	return nil
}

func (p *partition) endBlock() {
	last := p.machine.Offset()
	p.stats.blockEnded(last, p.machine.Clock())
	if p.builder == nil {
		return
	}
	if p.sink.drop(last) {
		p.builder.Discard() // not sealed: hashing it would be for nothing
		p.first = last + 1
		return
	}
	block := p.builder.Seal(p.r.epoch, p.a.Partition, p.first, last, p.r.o.Version)
	block.ClockMs = p.machine.Clock()
	p.first = last + 1
	p.sink.give(block)
}

// checkpointRest is what part of CheckpointEvery must pass by the owner's clock too: a machine that catches up sees hours of
// log pass in a minute, and would do little else than take checkpoints.
const checkpointRest = 3

// checkpoint saves the state at this block's end, when one is due and none is being saved.
func (p *partition) checkpoint(ctx context.Context) error {
	if p.machine.Clock() < p.checkpointed+p.r.o.CheckpointEvery.Milliseconds() {
		return nil
	}
	now := p.r.o.Now()
	if now.Before(p.rested) {
		return nil
	}
	select {
	case p.saving <- struct{}{}:
	default:
		return nil
	}
	p.checkpointed, p.rested = p.machine.Clock(), now.Add(p.r.o.CheckpointEvery/checkpointRest)
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
	if err := p.r.effect(ctx, effectCheckpoint, false); err != nil {
		return err
	}
	if err := p.r.checkpoints.Save(ctx, p.a.Partition, meta, data); err != nil {
		if ctx.Err() == nil {
			p.log.Warn("checkpoint not saved", "error", err) // the next one will be
		}
		return ctx.Err()
	}
	if err := p.r.effect(ctx, effectCheckpoint, true); err != nil {
		return err
	}
	p.stats.Checkpoints.Add(1)
	p.stats.checkpointed(clock)
	p.stats.CheckpointBytes.Store(int64(len(data)))
	stored := never
	if p.sink != nil {
		stored = p.stats.StoredOffset.Load()
	}
	if _, err := p.r.checkpoints.Prune(ctx, p.a.Partition, p.saves.keep(meta.Offset, stored)); err != nil && ctx.Err() == nil {
		p.log.Warn("old checkpoints not deleted", "error", err)
	}
	return nil
}

// lastSaves are the offsets of the newest checkpoints, the newest last.
type lastSaves [2]int64

// keep notes a new checkpoint, and returns the offset from which on checkpoints are kept: that of what is stored, and
// never later than the one before the newest, in case the newest is damaged.
func (l *lastSaves) keep(newest, stored int64) int64 {
	l[0], l[1] = l[1], newest
	return min(stored, l[0])
}

// afterBatch hands on what the batch gave and shows it.
func (p *partition) afterBatch(ctx context.Context) error {
	if err := p.hand(ctx); err != nil {
		return err
	}
	return p.show(ctx)
}

// show lets others see how far the machine is, and what it says.
func (p *partition) show(ctx context.Context) error {
	p.unshown = 0
	c := p.machine.Counters()
	p.stats.Records.Store(c.Records)
	p.stats.Duplicates.Store(c.Duplicates)
	p.stats.Refolds.Store(c.Refolds)
	p.stats.Unfollowed.Store(c.Unfollowed)
	p.stats.Offset.Store(p.machine.Offset())
	p.stats.ClockMs.Store(p.machine.Clock())
	if p.r.o.Observe != nil {
		p.r.o.Observe(p.machine)
	}
	return p.commit(ctx)
}

func (p *partition) commit(ctx context.Context) error {
	every := commitEvery
	if p.stats.Lag() > 0 {
		every = commitBehind
	}
	if now := p.r.o.Now(); now.Sub(p.committed) >= every && p.machine.Offset() >= 0 {
		p.committed = now
		if err := p.r.effect(ctx, effectCommit, false); err != nil {
			return err
		}
		err := p.r.group.Commit(ctx, p.a, p.machine.Offset()+1, "")
		if errors.Is(err, eventlog.ErrFenced) {
			return err // another instance owns the partition now
		}
		if err != nil && ctx.Err() == nil {
			p.log.Warn("offset not committed; only displays of lag are behind", "error", err)
		}
		return p.r.effect(ctx, effectCommit, true)
	}
	return nil
}
