// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/segmentio/kafka-go"
)

// ScanConfigs hands every record of a partition of the configurations topic to fn, in order: of a key the last one counts,
// and an empty value says that the key was deleted. Keys and values may be kept. The topic is compacted, so it holds little
// more than the newest value of each key, however old. Publish to it with NewProducer(Configs) and PublishTo.
func (l *Log) ScanConfigs(ctx context.Context, partition int, fn func(key, value []byte) error) error {
	if err := l.checkPartition(partition); err != nil {
		return err
	}
	topic := l.name(Configs)
	first, next, err := l.bounds(ctx, topic, partition)
	if err == nil {
		err = l.scan(ctx, topic, partition, first, next, func(m kafka.Message) error { return fn(m.Key, m.Value) })
	}
	if err != nil {
		return fmt.Errorf("reading %s/%d: %w", topic, partition, err)
	}
	return nil
}

// scanIdle is how many fetches in a row may bring nothing before a scan takes the rest of its range for compacted away.
const scanIdle = 3

// scan reads a compacted topic from offset from up to, not including, to. Missing offsets are in order here, other than
// in a PartitionReader. Keys and values are fresh for each record.
func (l *Log) scan(
	ctx context.Context, topic string, partition int, from, to int64, fn func(kafka.Message) error,
) error {
	if from >= to {
		return nil
	}
	wait := backoff{min: readBackoffMin, max: readBackoffMax}
	for attempt := 1; ; attempt++ {
		conn, _, err := l.dialLeader(ctx, topic, partition)
		if err == nil {
			for idle := 0; err == nil && from < to && idle < scanIdle; {
				before := from
				err = l.guarded(ctx, conn, DefaultMaxWait+l.opts.RequestTimeout, func() error {
					return scanBatch(conn, &from, to, fn)
				})
				if from == before {
					idle++
				} else {
					idle = 0
				}
			}
			conn.Close()
		}
		if err = classify(ctx, err); err == nil || !errors.Is(err, ErrUnavailable) || attempt == quietAttempts {
			return err
		}
		if cause := wait.sleep(ctx); cause != nil {
			return cause
		}
	}
}

// scanBatch makes one fetch and moves from past what it brought.
func scanBatch(conn *kafka.Conn, from *int64, to int64, fn func(kafka.Message) error) (err error) {
	if _, err := conn.Seek(*from, kafka.SeekAbsolute|kafka.SeekDontCheck); err != nil {
		return err
	}
	batch := conn.ReadBatchWith(kafka.ReadBatchConfig{MinBytes: 1, MaxBytes: fetchBytes, MaxWait: DefaultMaxWait})
	for {
		var m kafka.Message
		if m, err = batch.ReadMessage(); err != nil {
			break
		}
		if m.Offset >= to {
			*from = to
			return batch.Close()
		}
		if err := fn(m); err != nil {
			return errors.Join(err, batch.Close())
		}
		*from = m.Offset + 1
	}
	next := batch.Offset()
	if closeErr := batch.Close(); err == nil {
		err = closeErr
	}
	if errors.Is(err, io.EOF) || errors.Is(err, kafka.RequestTimedOut) {
		*from = max(*from, next) // past offsets that compaction emptied
		return nil
	}
	return err
}
