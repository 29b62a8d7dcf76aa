// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/segmentio/kafka-go"
)

// Batches is what those who write one partition's blocks into one store have agreed on: which consecutive blocks go into one
// INSERT. An INSERT is told from another by its borders, so that one which lands late, from a process that everybody took
// for dead, is known and dropped; that works only if nobody ever cuts the same blocks in another way.
//
// The agreement is a log of its own: of two batches that begin at the same offset the one that was written first holds, for
// everybody and for ever. A writer proposes a batch before it sends the first byte of it, and follows what it finds.
//
// It is used by one goroutine.
type Batches struct {
	log          *Log
	epoch, store string
	partition    int
	from         int64 // batches that begin before it are of no interest
	next         int64 // the first offset of the topic that is not read yet
	ends         map[int64][]int64
	across       int64
}

// batchRecord is one proposal. It is JSON, so that an operator can read it with any Kafka tool.
type batchRecord struct {
	Epoch string  `json:"epoch"`
	Store string  `json:"store"`
	First int64   `json:"first"`
	Ends  []int64 `json:"ends"` // the last offset of each INSERT, ascending
}

// OpenBatches reads what was agreed on the batches of a partition that begin at from or later. epoch is that of the events
// topic; store tells several stores of the same log apart, and must be the same for all who write into the same one.
func (l *Log) OpenBatches(ctx context.Context, epoch, store string, partition int, from int64) (*Batches, error) {
	if err := l.checkPartition(partition); err != nil {
		return nil, err
	}
	b := &Batches{log: l, epoch: epoch, store: store, partition: partition, from: from, ends: map[int64][]int64{}, across: -1}
	return b, b.refresh(ctx)
}

// Agreed returns the ends of the INSERTs of the batch that begins at an offset: the last offset of each. It is false when
// nothing is agreed, as far as was read.
func (b *Batches) Agreed(first int64) ([]int64, bool) {
	ends, ok := b.ends[first]
	return ends, ok
}

// Propose proposes a batch and returns what holds: the proposal, or what was proposed before. After an error it is not known
// whether the proposal holds; proposing again, the same or another, finds out.
func (b *Batches) Propose(ctx context.Context, first int64, ends []int64) ([]int64, error) {
	if len(ends) == 0 || ends[0] < first || !slices.IsSorted(ends) {
		return nil, fmt.Errorf("BUG: eventlog: a batch from offset %d has the ends %v", first, ends)
	}
	if agreed, ok := b.ends[first]; ok {
		return agreed, nil
	}
	value, err := json.Marshal(batchRecord{Epoch: b.epoch, Store: b.store, First: first, Ends: ends})
	if err != nil {
		return nil, fmt.Errorf("BUG: batch record: %w", err)
	}
	now, records := time.Now(), []Record{{Value: value}}
	offset, err := b.log.send(ctx, batch{topic: b.log.batchesTopic(), partition: b.partition,
		records: func() kafka.RecordReader { return &recordReader{now: now, parts: [][]Record{records}} }}, func() {})
	if err != nil {
		return nil, fmt.Errorf("proposing the batch of offsets %d to %d of partition %d: %w", first, ends[len(ends)-1], b.partition, err)
	}
	b.forget(first)
	if offset == b.next { // nobody wrote since we read
		b.next++
		b.ends[first] = slices.Clone(ends)
		return ends, nil
	}
	if err := b.refresh(ctx); err != nil {
		return nil, err
	}
	agreed, ok := b.ends[first]
	if !ok {
		return nil, fmt.Errorf("%w: the batch of offset %d was stored at offset %d of %s/%d and is not there", ErrUnavailable,
			first, offset, b.log.batchesTopic(), b.partition)
	}
	return agreed, nil
}

// Across returns the last offset of a batch that begins before from and ends at or after it, -1 when there is none. Only the
// blocks of another version of the program, with other borders, leave such a one half stored.
func (b *Batches) Across() int64 { return b.across }

// forget drops what lies before a batch that is being written.
func (b *Batches) forget(before int64) {
	b.from = max(b.from, before)
	for first := range b.ends {
		if first < before {
			delete(b.ends, first)
		}
	}
}

// refresh reads what was proposed since the last time.
func (b *Batches) refresh(ctx context.Context) error {
	topic := b.log.batchesTopic()
	first, next, err := b.log.bounds(ctx, topic, b.partition)
	if err == nil && b.next > next {
		// Its offsets begin anew, and with them what was agreed; to go on as before would be to guess.
		err = fmt.Errorf("%w: %s/%d ends at offset %d and was read up to %d", ErrRecreated, topic, b.partition, next, b.next)
	}
	if err == nil {
		b.next = max(b.next, first)
		err = b.log.scan(ctx, topic, b.partition, b.next, next, b.take)
	}
	if err == nil && b.next < next { // a scan forgives what compaction empties, and this topic is not compacted
		err = fmt.Errorf("%w: %s/%d was read up to offset %d of %d", ErrUnavailable, topic, b.partition, b.next, next)
	}
	if err != nil {
		return fmt.Errorf("reading which blocks are written together: %w", err)
	}
	return nil
}

func (b *Batches) take(m kafka.Message) error {
	b.next = m.Offset + 1
	var r batchRecord
	if err := json.Unmarshal(m.Value, &r); err != nil || len(r.Ends) == 0 {
		b.log.logger.Warn("a record that is no batch is passed over", "topic", b.log.batchesTopic(), "partition", b.partition, "offset", m.Offset)
		return nil
	}
	last := r.Ends[len(r.Ends)-1]
	if r.Epoch != b.epoch || r.Store != b.store || last < b.from {
		return nil
	}
	if r.First < b.from {
		b.across = max(b.across, last)
		return nil
	}
	if _, known := b.ends[r.First]; !known {
		b.ends[r.First] = r.Ends
	}
	return nil
}
