// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"
)

// ErrHalt, wrapped in a worker's error, says that starting the worker again would only repeat the fault: the partition
// rests, still owned by this instance, until it is assigned anew.
var ErrHalt = errors.New("worker halted")

// errRebalance is the cause of a worker's cancelled context when its partition may go to another.
var errRebalance = errors.New("the group shares its partitions anew")

// GroupOptions name a consumer group and its timing. The zero value of a duration is its default.
type GroupOptions struct {
	// ID is the name of the group. Instances with the same ID share the partitions. Required.
	ID string
	// HeartbeatInterval is how often a member tells that it lives, and learns of a rebalance: 3 s.
	HeartbeatInterval time.Duration
	// SessionTimeout is how long a silent member keeps its partitions: 30 s. It is the time to detect a crash.
	SessionTimeout time.Duration
	// RebalanceTimeout is how long workers may take to stop when partitions move: 30 s.
	RebalanceTimeout time.Duration
	// JoinBackoff is the wait after a failed attempt to join: 5 s.
	JoinBackoff time.Duration
	// RestartMin and RestartMax bound the wait before a failed worker is started again: 1 s and 1 min.
	RestartMin time.Duration
	RestartMax time.Duration
}

func (o GroupOptions) withDefaults() GroupOptions {
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&o.HeartbeatInterval, 3 * time.Second}, {&o.SessionTimeout, 30 * time.Second},
		{&o.RebalanceTimeout, 30 * time.Second}, {&o.JoinBackoff, 5 * time.Second},
		{&o.RestartMin, time.Second}, {&o.RestartMax, time.Minute},
	} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	return o
}

// Assignment is one partition of the events topic that this instance owns, and the proof of it.
type Assignment struct {
	Partition  int
	Generation int32  // rises with each rebalance
	Member     string // this instance's name in the group
}

// Worker digests one partition until ctx is cancelled, then stops within RebalanceTimeout: a rebalance waits for it, and
// when it takes longer its partition goes to another and its commits are refused. When it returns earlier, with an
// error or without, it is started again after a wait; its partition and the others stay where they are.
type Worker func(ctx context.Context, a Assignment) error

// Group is this instance's membership in a consumer group over the events topic.
type Group struct {
	log    *Log
	opts   GroupOptions
	logger *slog.Logger

	mu     sync.Mutex
	status GroupStatus
}

// GroupStatus is a snapshot of a membership.
type GroupStatus struct {
	Generation int32
	Member     string
	Partitions []int  // owned now, or last when between two generations; ascending
	Rebalances uint64 // generations joined
	Failures   uint64 // workers that returned before they were told to
}

// NewGroup prepares a membership; Run joins.
func (l *Log) NewGroup(opts GroupOptions) (*Group, error) {
	if opts.ID == "" {
		return nil, errors.New("group id: empty; name the group, the same for all instances that share the work")
	}
	opts = opts.withDefaults()
	return &Group{log: l, opts: opts, logger: l.logger.With("group", opts.ID)}, nil
}

// Status is a snapshot.
func (g *Group) Status() GroupStatus {
	g.mu.Lock()
	defer g.mu.Unlock()
	s := g.status
	s.Partitions = slices.Clone(s.Partitions)
	return s
}

// Run joins the group and runs one worker per assigned partition, until ctx is done: then it waits for the workers,
// leaves the group and returns nil. No two workers of one partition ever run at once in this instance, and a former
// owner elsewhere is fenced by Commit. Run returns an error only for what a retry cannot mend, such as a refused login.
func (g *Group) Run(ctx context.Context, worker Worker) error {
	group, err := kafka.NewConsumerGroup(kafka.ConsumerGroupConfig{
		ID:                g.opts.ID,
		Brokers:           g.log.opts.Brokers,
		Dialer:            g.log.dialer(),
		Topics:            []string{g.log.name(Events)},
		GroupBalancers:    []kafka.GroupBalancer{sticky{topic: g.log.name(Events), held: g.held}},
		HeartbeatInterval: g.opts.HeartbeatInterval,
		SessionTimeout:    g.opts.SessionTimeout,
		RebalanceTimeout:  g.opts.RebalanceTimeout,
		JoinGroupBackoff:  g.opts.JoinBackoff,
		Timeout:           g.log.opts.RequestTimeout,
	})
	if err != nil {
		return fmt.Errorf("group %s: %w", g.opts.ID, err)
	}
	defer group.Close() // waits for the workers
	for {
		generation, err := group.Next(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			if !g.mayPass(err) {
				return fmt.Errorf("joining group %s: %w", g.opts.ID, err)
			}
			g.logger.Warn("joining the group failed; trying again", "error", err)
			continue
		}
		g.begin(ctx, generation, worker)
	}
}

// mayPass says whether to try joining again. The library has no word for many passing faults, so only what a retry
// certainly cannot mend ends the membership. Members that share in another way (InconsistentGroupProtocol) will leave
// when an upgrade has reached them.
func (g *Group) mayPass(err error) bool {
	for _, final := range []error{
		errTLS, kafka.SASLAuthenticationFailed, kafka.UnsupportedSASLMechanism, kafka.GroupAuthorizationFailed,
		kafka.TopicAuthorizationFailed, kafka.InvalidSessionTimeout, kafka.InvalidGroupId,
	} {
		if errors.Is(err, final) {
			return false
		}
	}
	return true
}

func (g *Group) begin(ctx context.Context, generation *kafka.Generation, worker Worker) {
	var own []int
	for _, a := range generation.Assignments[g.log.name(Events)] {
		own = append(own, a.ID)
	}
	slices.Sort(own)
	g.mu.Lock()
	g.status.Generation, g.status.Member, g.status.Partitions = generation.ID, generation.MemberID, own
	g.status.Rebalances++
	g.mu.Unlock()
	g.logger.Info("partitions assigned", "generation", generation.ID, "member", generation.MemberID, "partitions", own)
	for _, p := range own {
		a := Assignment{Partition: p, Generation: generation.ID, Member: generation.MemberID}
		generation.Start(func(generationCtx context.Context) {
			// The library's own context has an error that is neither Canceled nor DeadlineExceeded.
			workerCtx, cancel := context.WithCancelCause(ctx)
			defer cancel(nil)
			defer context.AfterFunc(generationCtx, func() { cancel(errRebalance) })()
			g.supervise(workerCtx, a, worker)
		})
	}
}

// supervise runs a worker until ctx is done. It must not return before: the library takes the return of any worker as
// the end of the generation and rebalances the whole group at once, so a worker that fails fast would be a storm.
func (g *Group) supervise(ctx context.Context, a Assignment, worker Worker) {
	logger := g.logger.With("partition", a.Partition, "generation", a.Generation)
	wait := backoff{min: g.opts.RestartMin, max: g.opts.RestartMax}
	for ctx.Err() == nil {
		started := time.Now()
		err := worker(ctx, a)
		if ctx.Err() != nil {
			break
		}
		g.mu.Lock()
		g.status.Failures++
		g.mu.Unlock()
		if errors.Is(err, ErrHalt) {
			logger.Error("worker halted; its partition rests until it is assigned anew", "error", err)
			<-ctx.Done()
			break
		}
		if time.Since(started) > 2*g.opts.RestartMax {
			wait.reset() // it had recovered in between
		}
		logger.Error("worker failed; starting it again after a wait", "error", err, "ran", time.Since(started))
		_ = wait.sleep(ctx)
	}
}

func (g *Group) held() claim {
	g.mu.Lock()
	defer g.mu.Unlock()
	return claim{generation: g.status.Generation, partitions: slices.Clone(g.status.Partitions)}
}
