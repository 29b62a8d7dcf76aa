// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"
)

// startBrokers runs a Kafka-protocol cluster inside the test, on ports of its own.
func startBrokers(t testing.TB, brokers int, opts ...kfake.Opt) *kfake.Cluster {
	t.Helper()
	opts = append([]kfake.Opt{
		kfake.NumBrokers(brokers), kfake.Ports(make([]int, brokers)...), kfake.GroupMinSessionTimeout(100 * time.Millisecond),
	}, opts...)
	cluster, err := kfake.NewCluster(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	return cluster
}

// testOptions are quick to notice and to give up.
func testOptions(addresses []string) Options {
	return Options{
		Brokers: addresses, Partitions: 4,
		DialTimeout: 2 * time.Second, RequestTimeout: 2 * time.Second, DeliveryTimeout: 5 * time.Second,
		MetadataRefresh: 50 * time.Millisecond,
	}
}

// openLog opens a Log with its topics made.
func openLog(t testing.TB, cluster *kfake.Cluster) *Log {
	t.Helper()
	l, err := Open(testOptions(cluster.ListenAddrs()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	if err := l.EnsureTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
	return l
}

func openProducer(t testing.TB, l *Log, topic Topic) *Producer {
	t.Helper()
	p := l.NewProducer(topic)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := p.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return p
}

// numbered makes the records "from" to "to"-1, in text.
func numbered(from, to int) []Record {
	var records []Record
	for i := from; i < to; i++ {
		records = append(records, Record{Key: []byte("paris"), Value: fmt.Appendf(nil, "%d", i)})
	}
	return records
}

func publishTo(t testing.TB, p *Producer, partition int, records []Record) {
	t.Helper()
	if err := p.PublishTo(t.Context(), partition, records); err != nil {
		t.Fatal(err)
	}
}

func openReader(t testing.TB, l *Log, partition int, offset int64) *PartitionReader {
	t.Helper()
	r, err := l.OpenReader(t.Context(), Events, partition, offset, ReaderOptions{MaxWait: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// readUntil fetches until the reader stands at end, and returns the values.
func readUntil(t testing.TB, r *PartitionReader, end int64) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var values []string
	for r.Position() < end {
		_, err := r.Fetch(ctx, func(f Fetched) error {
			values = append(values, string(f.Value))
			return nil
		})
		if err != nil {
			t.Fatalf("after %d values: %v", len(values), err)
		}
	}
	return values
}

func texts(from, to int) []string {
	var values []string
	for _, r := range numbered(from, to) {
		values = append(values, string(r.Value))
	}
	return values
}

// oneRecord is a batch as a foreign client could send it: without our limits.
func oneRecord(topic string, partition int, record Record) batch {
	return batch{topic: topic, partition: partition, records: func() kafka.RecordReader {
		return &recordReader{now: time.Now(), parts: [][]Record{{record}}}
	}}
}

func portOf(t testing.TB, cluster *kfake.Cluster) int {
	t.Helper()
	_, text, err := net.SplitHostPort(cluster.ListenAddrs()[0])
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return port
}
