// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func TestFetchBeginsInTheMiddleOfABatch(t *testing.T) {
	l := openLog(t, startBrokers(t, 1))
	p := openProducer(t, l, Events)
	publishTo(t, p, 0, numbered(0, 100)) // one request, so one batch, sent whole by the broker
	r := openReader(t, l, 0, 42)
	if got := readUntil(t, r, 100); !slices.Equal(got, texts(42, 100)) {
		t.Errorf("got %q", got)
	}
	if r.HighWatermark() != 100 || r.Position() != 100 {
		t.Errorf("high watermark %d, position %d, want 100 and 100", r.HighWatermark(), r.Position())
	}
	n, err := r.Fetch(t.Context(), func(Fetched) error { return nil })
	if n != 0 || err != nil {
		t.Errorf("at the end: %d, %v", n, err)
	}
}

func TestTheCallersErrorStopsAndTheRecordComesAgain(t *testing.T) {
	l := openLog(t, startBrokers(t, 1))
	publishTo(t, openProducer(t, l, Events), 0, numbered(0, 5))
	r := openReader(t, l, 0, 0)
	full := errors.New("no room")
	var got []string
	n, err := r.Fetch(t.Context(), func(f Fetched) error {
		if f.Offset == 3 {
			return full
		}
		got = append(got, string(f.Value))
		return nil
	})
	if n != 3 || err != full {
		t.Fatalf("got %d, %v", n, err)
	}
	if rest := readUntil(t, r, 5); !slices.Equal(append(got, rest...), texts(0, 5)) {
		t.Errorf("got %q, then %q", got, rest)
	}
	if r.Reconnects() != 0 {
		t.Error("the caller's error cost a connection")
	}
}

func TestFetchFollowsTheLeader(t *testing.T) {
	cluster := startBrokers(t, 3)
	l := openLog(t, cluster)
	p := openProducer(t, l, Events)
	publishTo(t, p, 0, numbered(0, 10))
	r := openReader(t, l, 0, 0)
	got := readUntil(t, r, 10)
	for i := range 3 {
		to := (cluster.LeaderFor("vigie.events", 0) + 1) % 3
		if err := cluster.MoveTopicPartition("vigie.events", 0, to); err != nil {
			t.Fatal(err)
		}
		from := 10 * (i + 1)
		publishTo(t, p, 0, numbered(from, from+10))
		got = append(got, readUntil(t, r, int64(from+10))...)
	}
	if !slices.Equal(got, texts(0, 40)) {
		t.Errorf("got %q", got)
	}
	if r.Reconnects() != 3 {
		t.Errorf("%d reconnections for 3 moves", r.Reconnects())
	}
}

func TestFetchGoesOnAfterTheBrokersRestart(t *testing.T) {
	dir := t.TempDir()
	first := startBrokers(t, 1, kfake.DataDir(dir))
	port := portOf(t, first)
	l := openLog(t, first)
	p := openProducer(t, l, Events)
	publishTo(t, p, 0, numbered(0, 10))
	r := openReader(t, l, 0, 0)
	got := readUntil(t, r, 10)

	first.Close()
	if _, err := r.Fetch(t.Context(), func(Fetched) error { return nil }); !errors.Is(err, ErrUnavailable) {
		t.Errorf("without a broker: %v", err)
	}
	second := startBrokers(t, 1, kfake.DataDir(dir), kfake.Ports(port))
	publishTo(t, p, 0, numbered(10, 20))
	if got = append(got, readUntil(t, r, 20)...); !slices.Equal(got, texts(0, 20)) {
		t.Errorf("got %q", got)
	}
	if second.PartitionInfo("vigie.events", 0).HighWatermark != 20 {
		t.Error("records were lost or stored twice")
	}
}

func TestDeletedRecordsAreAGapAndNeverSkipped(t *testing.T) {
	cluster := startBrokers(t, 1)
	l := openLog(t, cluster)
	p := openProducer(t, l, Events)
	for i := range 10 { // a batch each, so that deletion need not keep a whole one
		publishTo(t, p, 0, numbered(i, i+1))
	}
	open := openReader(t, l, 0, 3)
	if err := cluster.DeleteRecords("vigie.events", 0, 7); err != nil {
		t.Fatal(err)
	}
	want := GapError{Topic: "vigie.events", Partition: 0, Wanted: 3, Found: 7}
	_, err := open.Fetch(t.Context(), func(f Fetched) error {
		t.Errorf("offset %d was handed over", f.Offset)
		return nil
	})
	var gap *GapError
	if !errors.Is(err, ErrGap) || !errors.As(err, &gap) || *gap != want {
		t.Errorf("an open reader says %v", err)
	}
	_, err = l.OpenReader(t.Context(), Events, 0, 3, ReaderOptions{})
	if !errors.As(err, &gap) || *gap != want {
		t.Errorf("opening says %v", err)
	}
	if first, next, err := l.Bounds(t.Context(), Events, 0); first != 7 || next != 10 || err != nil {
		t.Errorf("bounds %d to %d, %v; want 7 to 10", first, next, err)
	}
	if got := readUntil(t, openReader(t, l, 0, 7), 10); !slices.Equal(got, texts(7, 10)) {
		t.Errorf("from 7: %q", got)
	}
}

func TestAHoleInTheLogIsAGap(t *testing.T) {
	cluster := startBrokers(t, 1)
	l := openLog(t, cluster)
	// The checkpoints topic is compacted: the three records with one key leave a hole of two.
	for i, key := range []string{"a", "b", "b", "b", "c", "d"} {
		_, err := l.send(t.Context(), oneRecord(l.opts.CheckpointsTopic, 0, Record{Key: []byte(key), Value: numbered(i, i+1)[0].Value}), func() {})
		if err != nil {
			t.Fatal(err)
		}
	}
	cluster.Compact()
	r := openReader(t, l, 0, 0)
	r.topic = l.opts.CheckpointsTopic
	r.disconnect()
	r.id = topicID{}
	_, err := r.Fetch(t.Context(), func(Fetched) error { return nil })
	for err == nil && r.Position() < 6 {
		_, err = r.Fetch(t.Context(), func(Fetched) error { return nil })
	}
	var gap *GapError
	if !errors.As(err, &gap) || gap.Wanted != 1 || gap.Found != 3 {
		t.Errorf("got %v, want offset 1 wanted and 3 found", err)
	}
}

func TestAPositionBeyondTheEndIsRefused(t *testing.T) {
	l := openLog(t, startBrokers(t, 1))
	publishTo(t, openProducer(t, l, Events), 0, numbered(0, 5))
	_, err := l.OpenReader(t.Context(), Events, 0, 6, ReaderOptions{})
	var beyond *BeyondEndError
	if !errors.As(err, &beyond) || beyond.Wanted != 6 || beyond.End != 5 {
		t.Errorf("got %v", err)
	}
	openReader(t, l, 0, 5) // the next record's own offset is fine
}

func TestARecreatedTopicIsNotedByAnOpenReader(t *testing.T) {
	f := func(name string, records int, rested bool) {
		t.Helper()
		cluster := startBrokers(t, 1)
		l := openLog(t, cluster)
		p := openProducer(t, l, Events)
		publishTo(t, p, 0, numbered(0, 5))
		r := openReader(t, l, 0, 5)
		if err := cluster.DeleteTopic("vigie.events"); err != nil {
			t.Fatal(err)
		}
		if err := l.EnsureTopics(t.Context()); err != nil {
			t.Fatal(err)
		}
		publishTo(t, p, 0, numbered(0, records))
		if rested {
			r.last = time.Now().Add(-readerStale - time.Second)
		}
		var err error
		for err == nil || errors.Is(err, ErrUnavailable) {
			_, err = r.Fetch(t.Context(), func(f Fetched) error {
				return errors.New("a record of the new topic was handed over")
			})
		}
		if !errors.Is(err, ErrRecreated) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	f("the new log is shorter than the position", 2, false)
	f("the position exists again, while the reader rested", 9, true)
}

func TestAnOversizeValueIsMarkedAndTheReadingGoesOn(t *testing.T) {
	cluster := startBrokers(t, 1)
	l := openLog(t, cluster)
	large := make([]byte, MaxValueBytes+1) // zeros: one lz4 batch of them is small enough for the broker
	fits := make([]byte, MaxValueBytes)
	for _, value := range [][]byte{[]byte("before"), fits, large, []byte("after")} {
		b := oneRecord("vigie.events", 0, Record{Value: value})
		b.compression = kafka.Lz4
		if _, err := l.send(t.Context(), b, func() {}); err != nil {
			t.Fatal(err)
		}
	}
	r := openReader(t, l, 0, 0)
	type seen struct {
		offset         int64
		size, oversize int
	}
	var got []seen
	for r.Position() < 4 {
		if _, err := r.Fetch(t.Context(), func(f Fetched) error {
			got = append(got, seen{f.Offset, len(f.Value), f.Oversize})
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	if want := []seen{{0, 6, 0}, {1, 1_000_000, 0}, {2, 0, 1_000_001}, {3, 5, 0}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestCancellingEndsAFetchThatWaits(t *testing.T) {
	cluster := startBrokers(t, 1)
	l := openLog(t, cluster)
	r, err := l.OpenReader(t.Context(), Events, 0, 0, ReaderOptions{MaxWait: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	waiting := cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Fetch}, Observe: true})
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("partition given up")
	go func() {
		_ = waiting.Wait(t.Context(), 1)
		cancel(stop)
	}()
	started := time.Now()
	if _, err := r.Fetch(ctx, func(Fetched) error { return nil }); !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
	if took := time.Since(started); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
	// The reader is usable afterwards: the aborted connection was replaced.
	publishTo(t, openProducer(t, l, Events), 0, numbered(0, 3))
	if got := readUntil(t, r, 3); !slices.Equal(got, texts(0, 3)) {
		t.Errorf("got %q", got)
	}
}

func TestAPassingFaultOfTheBrokerIsRetriedInside(t *testing.T) {
	cluster := startBrokers(t, 1)
	l := openLog(t, cluster)
	publishTo(t, openProducer(t, l, Events), 0, numbered(0, 3))
	r := openReader(t, l, 0, 0)
	cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Fetch}, Err: kerr.KafkaStorageError, Count: 2})
	if got := readUntil(t, r, 3); !slices.Equal(got, texts(0, 3)) {
		t.Errorf("got %q", got)
	}
}

func TestReadRangeGivesExactlyTheRange(t *testing.T) {
	l := openLog(t, startBrokers(t, 1))
	publishTo(t, openProducer(t, l, Events), 0, numbered(0, 50))
	collect := func(from, to int64) ([]string, error) {
		var got []string
		err := l.ReadRange(t.Context(), Events, 0, from, to, func(f Fetched) error {
			got = append(got, string(f.Value))
			return nil
		})
		return got, err
	}
	if got, err := collect(10, 20); err != nil || !slices.Equal(got, texts(10, 20)) {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := collect(20, 20); err != nil || got != nil {
		t.Errorf("an empty range gives %q, %v", got, err)
	}
	if got, err := collect(45, 51); !errors.Is(err, ErrBeyondEnd) || got != nil {
		t.Errorf("a range past the end gives %q, %v", got, err)
	}
}

func TestReadingAllocatesNothingPerRecord(t *testing.T) {
	l := openLog(t, startBrokers(t, 1))
	const records = 10_000
	publishTo(t, openProducer(t, l, Events), 0, numbered(0, records))
	r := openReader(t, l, 0, 0)
	allocations := testing.AllocsPerRun(5, func() {
		r.position.Store(0)
		for r.Position() < records {
			if _, err := r.Fetch(t.Context(), func(Fetched) error { return nil }); err != nil {
				t.Fatal(err)
			}
		}
	})
	// A fetch costs some hundreds, the brokers in this process included; one per record would be ten thousand.
	if allocations > records/10 {
		t.Errorf("%v allocations for %d records", allocations, records)
	}
}

func TestALeaderElectedThisMomentIsAskedAgain(t *testing.T) {
	cluster := startBrokers(t, 1)
	l := openLog(t, cluster)
	publishTo(t, openProducer(t, l, Events), 0, numbered(0, 3))
	cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.ListOffsets}, Err: kerr.NotLeaderForPartition, Count: 2})
	if first, next, err := l.Bounds(t.Context(), Events, 0); first != 0 || next != 3 || err != nil {
		t.Errorf("bounds %d to %d, %v", first, next, err)
	}
}
