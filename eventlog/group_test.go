// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// member is one instance of a group under test. Its workers note what runs where.
type member struct {
	group *Group
	owner *ownership
	stop  context.CancelFunc
	ended chan error
}

// ownership notes which member's worker runs each partition, and any partition that two run at once.
type ownership struct {
	mu     sync.Mutex
	owner  map[int]string
	errors []string
	change chan struct{} // closed and replaced at each change
}

func newOwnership() *ownership {
	return &ownership{owner: map[int]string{}, change: make(chan struct{})}
}

func (o *ownership) set(partition int, name string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if other := o.owner[partition]; name != "" && other != "" {
		o.errors = append(o.errors, fmt.Sprintf("%d is run by %s and %s", partition, other, name))
	}
	o.owner[partition] = name
	close(o.change)
	o.change = make(chan struct{})
}

// await waits until the owners are as wanted.
func (o *ownership) await(t *testing.T, what string, wanted func(map[string][]int) bool) map[string][]int {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		o.mu.Lock()
		owned := map[string][]int{}
		for p, name := range o.owner {
			if name != "" {
				owned[name] = append(owned[name], p)
			}
		}
		change := o.change
		faults := o.errors
		o.mu.Unlock()
		for _, own := range owned {
			slices.Sort(own)
		}
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		if wanted(owned) {
			return owned
		}
		select {
		case <-change:
		case <-deadline:
			t.Fatalf("waiting for %s: %v", what, owned)
		}
	}
}

func quickGroup(t *testing.T, l *Log) *Group {
	t.Helper()
	group, err := l.NewGroup(GroupOptions{
		ID: "vigie", HeartbeatInterval: 20 * time.Millisecond, SessionTimeout: 6 * time.Second,
		RebalanceTimeout: 5 * time.Second, JoinBackoff: 20 * time.Millisecond,
		RestartMin: time.Millisecond, RestartMax: 5 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	return group
}

func join(t *testing.T, l *Log, owner *ownership, name string) *member {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	m := &member{group: quickGroup(t, l), owner: owner, stop: cancel, ended: make(chan error, 1)}
	go func() {
		m.ended <- m.group.Run(ctx, func(ctx context.Context, a Assignment) error {
			owner.set(a.Partition, name)
			defer owner.set(a.Partition, "")
			<-ctx.Done()
			return nil
		})
	}()
	t.Cleanup(func() { m.leave(t) })
	return m
}

func (m *member) leave(t *testing.T) {
	t.Helper()
	m.stop()
	if err := <-m.ended; err != nil {
		t.Error(err)
	}
	m.ended <- nil // leaving twice is fine
}

func TestEachPartitionHasOneOwnerAndStaysWhereItCan(t *testing.T) {
	l := openLog(t, startBrokers(t, 1))
	owner := newOwnership()
	join(t, l, owner, "a")
	owner.await(t, "a to own all", func(o map[string][]int) bool { return len(o["a"]) == 4 })

	b := join(t, l, owner, "b")
	two := owner.await(t, "a and b to share", func(o map[string][]int) bool { return len(o["a"]) == 2 && len(o["b"]) == 2 })
	if !slices.Equal(two["a"], []int{0, 1}) {
		t.Errorf("a keeps %v, its first two were due", two["a"])
	}

	join(t, l, owner, "c")
	three := owner.await(t, "three to share", func(o map[string][]int) bool {
		return len(o["c"]) == 1 && len(o["a"])+len(o["b"]) == 3
	})
	for _, name := range []string{"a", "b"} {
		for _, p := range three[name] {
			if !slices.Contains(two[name], p) {
				t.Errorf("%s got %d, which another held: before %v, after %v", name, p, two, three)
			}
		}
	}

	b.leave(t)
	last := owner.await(t, "a and c to share what b left", func(o map[string][]int) bool { return len(o["a"]) == 2 && len(o["c"]) == 2 })
	for _, name := range []string{"a", "c"} {
		for _, p := range three[name] {
			if !slices.Contains(last[name], p) {
				t.Errorf("%s lost %d for nothing: before %v, after %v", name, p, three, last)
			}
		}
	}
	if got := b.group.Status(); got.Rebalances < 2 || got.Failures != 0 {
		t.Errorf("b's status: %+v", got)
	}
}

func TestTheCommitOfAFormerOwnerIsRefused(t *testing.T) {
	cluster := startBrokers(t, 1)
	l := openLog(t, cluster)
	owner := newOwnership()
	a := join(t, l, owner, "a")
	owner.await(t, "a to own all", func(o map[string][]int) bool { return len(o["a"]) == 4 })
	status := a.group.Status()
	old := Assignment{Partition: 3, Generation: status.Generation, Member: status.Member}

	if offset, _, err := a.group.Committed(t.Context(), 3); offset != -1 || err != nil {
		t.Errorf("before any commit: %d, %v", offset, err)
	}
	if err := a.group.Commit(t.Context(), old, 17, `{"checkpoint":12}`); err != nil {
		t.Fatal(err)
	}
	offset, metadata, err := a.group.Committed(t.Context(), 3)
	if offset != 17 || metadata != `{"checkpoint":12}` || err != nil {
		t.Errorf("committed %d %q, %v", offset, metadata, err)
	}

	b := join(t, l, owner, "b")
	owner.await(t, "a and b to share", func(o map[string][]int) bool { return len(o["a"]) == 2 && len(o["b"]) == 2 })
	if err := a.group.Commit(t.Context(), old, 99, ""); !errors.Is(err, ErrFenced) {
		t.Errorf("the former owner's commit: %v", err)
	}
	status = b.group.Status()
	if err := b.group.Commit(t.Context(), Assignment{3, status.Generation, status.Member}, 20, ""); err != nil {
		t.Errorf("the new owner's commit: %v", err)
	}
	if offset, _, err := b.group.Committed(t.Context(), 3); offset != 20 || err != nil {
		t.Errorf("committed %d, %v", offset, err)
	}
	if err := a.group.Commit(t.Context(), old, 1, string(make([]byte, 4097))); err == nil {
		t.Error("metadata above the brokers' limit was sent")
	}
}

func TestAFailingWorkerIsStartedAgainWithoutARebalance(t *testing.T) {
	l := openLog(t, startBrokers(t, 1))
	group := quickGroup(t, l)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var mu sync.Mutex
	starts := map[int]int{}
	started := make(chan int, 100)
	done := make(chan error, 1)
	go func() {
		done <- group.Run(ctx, func(ctx context.Context, a Assignment) error {
			mu.Lock()
			starts[a.Partition]++
			n := starts[a.Partition]
			mu.Unlock()
			started <- a.Partition
			switch {
			case a.Partition == 0 && n <= 5:
				return errors.New("ClickHouse is away")
			case a.Partition == 1:
				return fmt.Errorf("block 7 has another hash: %w", ErrHalt)
			}
			<-ctx.Done()
			return nil
		})
	}()
	for range 6 + 3 { // six starts of partition 0, one of each other
		<-started
	}
	status := group.Status()
	mu.Lock()
	defer mu.Unlock()
	if starts[0] != 6 || starts[1] != 1 || starts[2] != 1 || starts[3] != 1 {
		t.Errorf("starts %v", starts)
	}
	if status.Rebalances != 1 || status.Failures < 5 {
		t.Errorf("status %+v: the failures cost a rebalance", status)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestAGroupOutlivesARestartOfTheBrokers(t *testing.T) {
	dir := t.TempDir()
	first := startBrokers(t, 1, kfake.DataDir(dir))
	port := portOf(t, first)
	l := openLog(t, first)
	owner := newOwnership()
	a := join(t, l, owner, "a")
	owner.await(t, "a to own all", func(o map[string][]int) bool { return len(o["a"]) == 4 })
	status := a.group.Status()
	if err := a.group.Commit(t.Context(), Assignment{0, status.Generation, status.Member}, 5, "x"); err != nil {
		t.Fatal(err)
	}
	first.Close()
	owner.await(t, "a to notice", func(o map[string][]int) bool { return len(o) == 0 })
	startBrokers(t, 1, kfake.DataDir(dir), kfake.Ports(port))
	owner.await(t, "a to own all again", func(o map[string][]int) bool { return len(o["a"]) == 4 })
	offset, metadata, err := a.group.Committed(t.Context(), 0)
	for again := 0; errors.Is(err, ErrUnavailable) && again < 5; again++ { // over a connection that the restart broke: call again
		offset, metadata, err = a.group.Committed(t.Context(), 0)
	}
	if offset != 5 || metadata != "x" || err != nil {
		t.Errorf("committed %d %q, %v", offset, metadata, err)
	}
}

func TestJoiningGoesOnThroughWhatPassesAndEndsAtWhatDoesNot(t *testing.T) {
	cluster := startBrokers(t, 1)
	l := openLog(t, cluster)
	passing := cluster.Fault(
		kfake.Fault{Keys: []kmsg.Key{kmsg.JoinGroup}, Err: kerr.InconsistentGroupProtocol},
		kfake.Fault{Keys: []kmsg.Key{kmsg.JoinGroup}, Err: kerr.CoordinatorLoadInProgress},
		kfake.Fault{Keys: []kmsg.Key{kmsg.SyncGroup}, Err: kerr.RebalanceInProgress},
	)
	owner := newOwnership()
	a := join(t, l, owner, "a")
	owner.await(t, "a to own all", func(o map[string][]int) bool { return len(o["a"]) == 4 })
	if passing.Hits() != 3 {
		t.Errorf("%d of 3 faults were met", passing.Hits())
	}
	a.leave(t)

	cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.JoinGroup}, Err: kerr.GroupAuthorizationFailed, Count: -1})
	err := quickGroup(t, l).Run(t.Context(), func(context.Context, Assignment) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "joining group vigie") {
		t.Errorf("a group that may not be joined: %v", err)
	}
}
