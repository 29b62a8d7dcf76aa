// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/store"
)

// Options configure a Runner.
type Options struct {
	Log   *eventlog.Log
	Group string // the consumer group; instances with the same one share the partitions
	// GroupTiming tunes how soon a crashed instance is noticed; its ID is not used.
	GroupTiming eventlog.GroupOptions

	// Machines are what the machines of all partitions share.
	Machines aggregator.Options

	// OpenStore may be nil: then indicators are live only, and recovery replays from the newest checkpoint. It is called
	// until it succeeds, so that the pipeline starts while ClickHouse is away, and all partitions share what it opened.
	OpenStore func(ctx context.Context) (*store.Store, error)

	// CheckpointEvery is the least log time between two checkpoints, 30 s when zero. By the owner's clock it is a third of
	// it at least.
	CheckpointEvery time.Duration
	// TickEvery is how often the owner of a partition writes a tick, 1 s when zero; negative writes none, for a log that
	// brings its own ticks.
	TickEvery time.Duration
	// MaxQueuedFacts bounds what waits for the store, 400,000 facts (about 200 MB) when zero.
	MaxQueuedFacts int
	// Version of the program, noted in checkpoints and in the ledger.
	Version string

	// Observe, when not nil, is called with the machine of a partition after each batch, in the partition's own goroutine:
	// it may read and must not keep the machine.
	Observe func(*aggregator.Machine)
	// Alerts, when not nil, is told the alerts of the partitions, in their own goroutines: it must not wait.
	Alerts AlertSink
	// Effects, when not nil, is called before and after each thing that the world outside can see; its error ends the
	// partition on the spot, as a crash would. It is for tests.
	Effects func(ctx context.Context, e Effect) error

	// batchBlocks, when not zero, bounds the blocks of a batch, for tests.
	batchBlocks int
	// agreement, when not empty, names the store in what is agreed on batches, for tests; otherwise its database does.
	agreement string

	Now    func() time.Time // the owner's clock; time.Now when nil
	Logger *slog.Logger
}

// AlertSink is the way of alerts to those whom they call.
type AlertSink interface {
	// Take gets the log's clock after each batch of a partition, and the sets of alerts that have changed. The first time, when
	// the partition is taken up, it gets all sets, as the checkpoint has them.
	Take(partition int, clockMs int64, sets []alerts.Set)
	// Halt says that the partition is digested no longer, by nobody, until a person has looked: what fires may still be so. Leave
	// comes later, when the partition is assigned anew.
	Halt(partition int)
	// Leave says that this instance digests the partition no longer.
	Leave(partition int)
}

const (
	defaultCheckpointEvery = 30 * time.Second
	defaultTickEvery       = time.Second
	defaultQueuedFacts     = 400_000
)

// The effects of the runner itself.
const (
	effectCheckpoint = "checkpoint"
	effectCommit     = "commit"
	effectLetters    = "dead letters"
	effectBatch      = "batch"
)

// errEffect marks the errors of Options.Effects.
var errEffect = errors.New("ended by the hook of a test")

// Effect is a duty of the runner that the world outside can see.
type Effect struct {
	Name string // the store's effects by their own names; "checkpoint", "commit", "dead letters", "batch"
	Done bool   // false just before it, true just after
}

// String reads "before checkpoint".
func (e Effect) String() string {
	if e.Done {
		return "after " + e.Name
	}
	return "before " + e.Name
}

// Runner digests the partitions that the group assigns to this instance.
type Runner struct {
	o           Options
	group       *eventlog.Group
	epoch       string
	checkpoints *eventlog.Checkpoints
	dead        *eventlog.Producer
	ticks       *eventlog.Producer

	opening chan struct{} // holds a token while somebody uses store
	store   *store.Store  // nil until somebody could open it

	mu     sync.Mutex
	stats  map[int]*Stats
	halted map[int]func() // by partition: lets go of its alerts
}

// New prepares a runner; Run starts it. The topics must exist.
func New(ctx context.Context, o Options) (*Runner, error) {
	if o.CheckpointEvery == 0 {
		o.CheckpointEvery = defaultCheckpointEvery
	}
	if o.TickEvery == 0 {
		o.TickEvery = defaultTickEvery
	}
	if o.MaxQueuedFacts == 0 {
		o.MaxQueuedFacts = defaultQueuedFacts
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.GroupTiming.ID = o.Group
	group, err := o.Log.NewGroup(o.GroupTiming)
	if err != nil {
		return nil, err
	}
	epoch, err := o.Log.TopicEpoch(ctx)
	if err != nil {
		return nil, err
	}
	checkpoints, err := o.Log.Checkpoints(epoch)
	if err != nil {
		return nil, err
	}
	return &Runner{o: o, group: group, epoch: epoch, checkpoints: checkpoints,
		dead:    o.Log.NewProducer(eventlog.DeadLetters),
		ticks:   o.Log.NewProducer(eventlog.Events),
		opening: make(chan struct{}, 1),
		stats:   map[int]*Stats{}, halted: map[int]func(){}}, nil
}

// Run joins the group and digests partitions until ctx ends. It returns an error only for what no retry mends.
func (r *Runner) Run(ctx context.Context) error {
	defer r.close()
	return r.group.Run(ctx, r.work)
}

// work is the worker of one partition. An error that would only repeat itself halts the partition, loudly.
func (r *Runner) work(ctx context.Context, a eventlog.Assignment) error {
	log := r.o.Logger.With("partition", a.Partition)
	err := r.digest(ctx, a, log)
	if err == nil || ctx.Err() != nil {
		return nil
	}
	if isFinal(err) {
		r.statsOf(a.Partition).Halted.Store(true)
		log.Error("partition halted", "error", err)
		return fmt.Errorf("%w: %w", eventlog.ErrHalt, err)
	}
	return err
}

// isFinal tells the errors that a new attempt can only repeat.
func isFinal(err error) bool {
	for _, final := range []error{store.ErrMismatch, eventlog.ErrGap, eventlog.ErrBeyondEnd, eventlog.ErrRecreated, errDiverged, errTooLarge} {
		if errors.Is(err, final) {
			return true
		}
	}
	return false
}

// openStore returns the store that all partitions share; the first who can opens it.
func (r *Runner) openStore(ctx context.Context) (*store.Store, error) {
	select {
	case r.opening <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-r.opening }()
	if r.store == nil {
		st, err := r.o.OpenStore(ctx)
		if err != nil {
			return nil, err
		}
		r.store = st
	}
	return r.store, nil
}

// close releases what the partitions used; they have all returned.
func (r *Runner) close() {
	for partition := range r.stats {
		r.letGo(partition)
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	err := errors.Join(r.dead.Close(ctx), r.ticks.Close(ctx))
	if r.store != nil {
		err = errors.Join(err, r.store.Close())
	}
	if err != nil {
		r.o.Logger.Warn("closing the runner", "error", err)
	}
}

const closeTimeout = 5 * time.Second

// Partitions lists the partitions that this instance owns, and Stats what happened in each.
func (r *Runner) Partitions() []int { return r.group.Status().Partitions }

// Membership is how this instance stands in the group.
func (r *Runner) Membership() eventlog.GroupStatus { return r.group.Status() }

// StatsOf returns the live counts of a partition.
func (r *Runner) StatsOf(partition int) *Stats { return r.statsOf(partition) }

func (r *Runner) statsOf(partition int) *Stats {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.stats[partition]
	if s == nil {
		s = newStats()
		r.stats[partition] = s
	}
	return s
}

// effect reports that a duty is about to be done, or was.
func (r *Runner) effect(ctx context.Context, name string, done bool) error {
	if r.o.Effects == nil {
		return nil
	}
	if err := r.o.Effects(ctx, Effect{name, done}); err != nil {
		return fmt.Errorf("%w %s: %w", errEffect, Effect{name, done}, err)
	}
	return nil
}
