// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func TestPartitionOfIsThatOfKafkasJavaClient(t *testing.T) {
	l, err := Open(Options{Brokers: []string{"nobody:1"}, Partitions: 12})
	if err != nil {
		t.Fatal(err)
	}
	// The hashes are those of Kafka's own test, UtilsTest.testMurmur2; the partition is (hash & 0x7fffffff) mod 12.
	for key, hash := range map[string]int32{
		"21":                         -973932308,
		"foobar":                     -790332482,
		"a-little-bit-long-string":   -985981536,
		"a-little-bit-longer-string": -1486304829,
		"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
		"abc": 479470107,
	} {
		if got, want := l.PartitionOf([]byte(key)), int(hash&0x7fffffff)%12; got != want {
			t.Errorf("%q goes to %d, Java sends it to %d", key, got, want)
		}
	}
}

func TestPublishGoesByKeyAndPublishToGoesWhereItIsTold(t *testing.T) {
	l := openLog(t, startBrokers(t, 1))
	p := openProducer(t, l, Events)
	if err := p.Publish(t.Context(), []Record{
		{Key: []byte("21"), Value: []byte("a")},     // -973932308 & 0x7fffffff = 1173551340; mod 4 = 0
		{Key: []byte("foobar"), Value: []byte("b")}, // -790332482 & 0x7fffffff = 1357151166; mod 4 = 2
		{Key: []byte("21"), Value: []byte("c")},
	}); err != nil {
		t.Fatal(err)
	}
	publishTo(t, p, 2, []Record{{Key: []byte("21"), Value: []byte("tick")}})
	if got := readUntil(t, openReader(t, l, 0, 0), 2); !slices.Equal(got, []string{"a", "c"}) {
		t.Errorf("partition 0 holds %q", got)
	}
	if got := readUntil(t, openReader(t, l, 2, 0), 2); !slices.Equal(got, []string{"b", "tick"}) {
		t.Errorf("partition 2 holds %q", got)
	}
	// The bytes: 3 + 7 + 3 for the first call, 2 + 4 for the second.
	if s := p.Stats(); s.Published != 4 || s.Bytes != 19 || s.Failed != 0 || s.Retried != 0 {
		t.Errorf("stats %+v", s)
	}
}

func TestPublishTriesAgainWhileThereIsNoLeader(t *testing.T) {
	cluster := startBrokers(t, 1)
	l := openLog(t, cluster)
	p := openProducer(t, l, Events)
	cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Err: kerr.NotLeaderForPartition, Count: 2})
	publishTo(t, p, 1, numbered(0, 10))
	if got := readUntil(t, openReader(t, l, 1, 0), 10); !slices.Equal(got, texts(0, 10)) {
		t.Errorf("stored %q", got)
	}
	if s := p.Stats(); s.Retried != 2 || s.Published != 10 {
		t.Errorf("stats %+v, want 2 retries and 10 records", s)
	}
}

func TestPublishSaysWhichRecordsAreNotKnownToBeStored(t *testing.T) {
	cluster := startBrokers(t, 1)
	l := openLog(t, cluster)
	p := openProducer(t, l, Events)
	cluster.Fault(kfake.Fault{
		Keys: []kmsg.Key{kmsg.Produce}, Topic: "vigie.events", Partitions: []int32{2},
		Err: kerr.TopicAuthorizationFailed, Count: -1,
	})
	err := p.Publish(t.Context(), []Record{
		{Key: []byte("21"), Value: []byte("goes to 0")},
		{Key: []byte("foobar"), Value: []byte("goes to 2")},
		{Key: []byte("21"), Value: bytes.Repeat([]byte("x"), MaxValueBytes)},
		{Value: []byte("no key")},
		{Key: []byte("21"), Value: []byte("goes to 0")},
	})
	var failed *PublishError
	if !errors.As(err, &failed) || !slices.Equal(failed.NotStored, []int{1, 2, 3}) {
		t.Fatalf("got %v", err)
	}
	if got := readUntil(t, openReader(t, l, 0, 0), 2); len(got) != 2 {
		t.Errorf("the others are not stored: %q", got)
	}
	if s := p.Stats(); s.Published != 2 || s.Failed != 3 {
		t.Errorf("stats %+v", s)
	}
}

func TestPublishGivesUpInTime(t *testing.T) {
	cluster := startBrokers(t, 1)
	l := openLog(t, cluster)
	l.opts.DeliveryTimeout = 300 * time.Millisecond
	p := openProducer(t, l, Events)
	cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Err: kerr.NotEnoughReplicas, Count: -1})
	if err := p.PublishTo(t.Context(), 0, numbered(0, 1)); !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := p.PublishTo(ctx, 0, numbered(0, 1)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestALargeRecordGoesThroughAnUntunedBroker(t *testing.T) {
	l := openLog(t, startBrokers(t, 1))
	p := openProducer(t, l, Events)
	value := make([]byte, MaxValueBytes-5) // with the key "paris" it is as large as is accepted
	for i := range value {                 // a linear congruence: does not compress
		value[i] = byte((i*i*7919 + i*104729) >> 7)
	}
	publishTo(t, p, 0, []Record{{Key: []byte("paris"), Value: value}})
	got := readUntil(t, openReader(t, l, 0, 0), 1)
	if len(got) != 1 || got[0] != string(value) {
		t.Errorf("another value came back")
	}
}

func TestConcurrentCallersShareRequestsAndKeepTheirOrder(t *testing.T) {
	l := openLog(t, startBrokers(t, 1))
	p := openProducer(t, l, Events)
	const callers, each = 20, 50
	var group sync.WaitGroup
	for c := range callers {
		group.Go(func() {
			for i := range each {
				err := p.PublishTo(t.Context(), 0, []Record{{Value: fmt.Appendf(nil, "%d %d", c, i)}})
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	next := make([]int, callers)
	for _, value := range readUntil(t, openReader(t, l, 0, 0), callers*each) {
		var c, i int
		if _, err := fmt.Sscan(value, &c, &i); err != nil || i != next[c] {
			t.Fatalf("%q came when caller's record %d was due: %v", value, next[c], err)
		}
		next[c]++
	}
	if s := p.Stats(); s.Published != callers*each || s.Batches >= callers*each {
		t.Errorf("stats %+v: %d records took as many requests", s, callers*each)
	}
}

func TestAClosedProducerRefuses(t *testing.T) {
	l := openLog(t, startBrokers(t, 1))
	p := l.NewProducer(DeadLetters)
	publishTo(t, p, 3, numbered(0, 1))
	for range 2 {
		if err := p.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.PublishTo(t.Context(), 3, numbered(0, 1)); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
	if _, next, err := l.Bounds(t.Context(), DeadLetters, 3); next != 1 || err != nil {
		t.Errorf("the dead letters hold %d records, %v", next, err)
	}
}
