// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/sasl"
)

// Topic names one of the topics that a caller reads and publishes to. The checkpoints topics are reached through
// [Log.Checkpoints] only, that of the batches through [Log.OpenBatches].
type Topic uint8

// The topics.
const (
	Events Topic = iota
	DeadLetters
	// Configs keeps, without end, the newest value of each key: see [Log.ScanConfigs].
	Configs
)

// Log is the topics of one Vigie in one Kafka cluster. It is safe for concurrent use.
type Log struct {
	opts      Options
	tls       *tls.Config // nil without encryption
	sasl      sasl.Mechanism
	transport *kafka.Transport
	client    *kafka.Client
	logger    *slog.Logger
	// partitions is 0, 1, 2...: the form in which the library's balancer wants the partition count.
	partitions []int
	// adopts says that nobody gave a partition count: EnsureTopics takes that of the topics that exist.
	adopts bool
}

// Open checks the options and reads the certificate files. It does not speak to Kafka yet: an unreachable cluster is
// reported by the first call that needs it.
func Open(opts Options) (*Log, error) {
	if err := opts.Validate(); err != nil {
		return nil, fmt.Errorf("eventlog options: %w", err)
	}
	adopts := opts.Partitions == 0
	opts = opts.withDefaults()
	l := &Log{opts: opts, logger: opts.Logger, adopts: adopts}
	var err error
	if l.tls, err = opts.TLS.load(); err != nil {
		return nil, fmt.Errorf("eventlog options: %w", err)
	}
	if l.sasl, err = opts.SASL.mechanism(); err != nil {
		return nil, fmt.Errorf("eventlog options: %w", err)
	}
	l.setPartitions(opts.Partitions)
	l.transport = &kafka.Transport{
		Dial:           l.dialNet,
		DialTimeout:    opts.DialTimeout,
		MetadataTTL:    opts.MetadataRefresh,
		MetadataTopics: []string{l.name(Events), l.name(DeadLetters), opts.CheckpointsTopic, l.indexTopic(), l.name(Configs), l.batchesTopic()},
		ClientID:       opts.ClientID,
		SASL:           l.sasl,
	}
	l.client = &kafka.Client{
		Addr:      kafka.TCP(opts.Brokers...),
		Timeout:   opts.RequestTimeout,
		Transport: l.transport,
	}
	return l, nil
}

func (l *Log) setPartitions(n int) {
	l.opts.Partitions, l.partitions = n, make([]int, n)
	for p := range n {
		l.partitions[p] = p
	}
}

// Close releases the connections that the Log itself holds. Producers, readers and groups are closed by whoever opened
// them, before.
func (l *Log) Close() { l.transport.CloseIdleConnections() }

// Partitions is the number of partitions of each topic.
func (l *Log) Partitions() int { return l.opts.Partitions }

// PartitionOf is the partition of the records with this key: Murmur2, as Kafka's Java client does it.
func (l *Log) PartitionOf(key []byte) int {
	return kafka.Murmur2Balancer{Consistent: true}.Balance(kafka.Message{Key: key}, l.partitions...)
}

// Bounds are the offset of the oldest retained record of a partition, and the offset that the next record will get.
// They are equal when the partition holds nothing.
func (l *Log) Bounds(ctx context.Context, topic Topic, partition int) (first, next int64, err error) {
	return l.bounds(ctx, l.name(topic), partition)
}

// bounds asks the leader; one that has only just been elected may refuse at first.
func (l *Log) bounds(ctx context.Context, topic string, partition int) (first, next int64, err error) {
	err = retried(ctx, func() error {
		conn, _, err := l.dialLeader(ctx, topic, partition)
		if err != nil {
			return err
		}
		defer conn.Close()
		return l.guarded(ctx, conn, l.opts.RequestTimeout, func() (err error) {
			first, next, err = conn.ReadOffsets()
			return err
		})
	})
	if err != nil {
		return 0, 0, fmt.Errorf("asking the bounds of %s/%d: %w", topic, partition, err)
	}
	return first, next, nil
}

func (l *Log) name(t Topic) string {
	switch t {
	case Events:
		return l.opts.EventsTopic
	case DeadLetters:
		return l.opts.DeadLettersTopic
	case Configs:
		return l.opts.EventsTopic + configSuffix
	}
	panic(fmt.Sprintf("BUG: topic %d", t))
}

func (l *Log) indexTopic() string { return l.opts.CheckpointsTopic + indexSuffix }

func (l *Log) batchesTopic() string { return l.opts.EventsTopic + batchesSuffix }

func (l *Log) checkPartition(partition int) error {
	if partition < 0 || partition >= l.opts.Partitions {
		return fmt.Errorf("partition %d: there are %d, numbered from 0", partition, l.opts.Partitions)
	}
	return nil
}
