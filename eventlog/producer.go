// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// Record is what is published: the key chooses the partition, the value is opaque.
type Record struct {
	Key   []byte
	Value []byte
}

func (r *Record) bytes() int { return len(r.Key) + len(r.Value) + recordOverhead }

// recordOverhead is what Kafka adds to a record at most, with no headers: seven variable-length integers.
const recordOverhead = 40

// Producer publishes to one topic. It is safe for concurrent use, and shares its requests between concurrent callers: a
// partition has one request in flight, and what arrives meanwhile travels together in the next one. So order within a
// partition is the order of the calls, a lone record waits for nothing, and many small calls still fill batches.
type Producer struct {
	log   *Log
	topic string
	lanes []lane // one per partition

	closing   chan struct{} // closed by Close: no new records
	closeOnce sync.Once
	busy      sync.WaitGroup // lanes that are sending
	abort     context.CancelFunc
	sending   context.Context // ends what is being sent when Close gives up waiting

	published, bytes, batches, retried, failed atomic.Uint64
}

// ProducerStats counts since the producer was made.
type ProducerStats struct {
	Published uint64 // records acknowledged by all in-sync replicas
	Bytes     uint64 // of keys and values of the published records, before compression
	Batches   uint64 // requests that stored the published records
	Retried   uint64 // further attempts to store a batch; each may have stored it twice
	Failed    uint64 // records given back to a caller as not known to be stored
}

// PublishError says which of the given records are not known to be stored. Some of them may be: an attempt whose answer
// was lost cannot be told from one that failed. The others are stored, also when they came after one that is not. Publish
// those at NotStored again; readers must tolerate a record twice and late.
type PublishError struct {
	NotStored []int // indexes into the records given, ascending
	Total     int   // how many were given
	Err       error // the first cause; ErrUnavailable when it may pass by itself
}

func (e *PublishError) Error() string {
	return fmt.Sprintf("%d of %d records are not known to be stored, the first at index %d: %v",
		len(e.NotStored), e.Total, e.NotStored[0], e.Err)
}

func (e *PublishError) Unwrap() error { return e.Err }

// NewProducer makes a producer for a topic. Close it.
func (l *Log) NewProducer(topic Topic) *Producer {
	p := &Producer{
		log: l, topic: l.name(topic),
		lanes:   make([]lane, l.opts.Partitions),
		closing: make(chan struct{}),
	}
	p.sending, p.abort = context.WithCancel(context.Background())
	for i := range p.lanes {
		p.lanes[i].init(p, i)
	}
	return p
}

// Publish stores records, each in the partition of its key, and returns when all in-sync replicas have them. Records of
// one call with the same key keep their order. An error is a *PublishError; it wraps ErrClosed after Close. When ctx is
// done first, the records may still be on their way: their bytes must not be changed for DeliveryTimeout.
func (p *Producer) Publish(ctx context.Context, records []Record) error {
	return p.publish(ctx, records, func(r *Record) (int, error) {
		if len(r.Key) == 0 {
			return 0, errors.New("the record has no key; give the centre's id, or use PublishTo")
		}
		return p.log.PartitionOf(r.Key), nil
	})
}

// PublishTo stores records in the given partition whatever their keys: the ticks of its owner, and the dead letters of
// its records. Otherwise it is Publish.
func (p *Producer) PublishTo(ctx context.Context, partition int, records []Record) error {
	if err := p.log.checkPartition(partition); err != nil {
		return err
	}
	return p.publish(ctx, records, func(*Record) (int, error) { return partition, nil })
}

// Stats is a snapshot of the counters.
func (p *Producer) Stats() ProducerStats {
	return ProducerStats{
		Published: p.published.Load(), Bytes: p.bytes.Load(), Batches: p.batches.Load(),
		Retried: p.retried.Load(), Failed: p.failed.Load(),
	}
}

// Close refuses further records and waits until those accepted are stored or given up. When ctx is done first, what is
// still being sent is abandoned and its callers get an error.
func (p *Producer) Close(ctx context.Context) error {
	p.closeOnce.Do(func() { close(p.closing) })
	for i := range p.lanes { // whoever saw it open has started its lane before we look whether any is busy
		p.lanes[i].settle()
	}
	idle := make(chan struct{})
	go func() { p.busy.Wait(); close(idle) }()
	select {
	case <-idle:
		p.abort() // nothing is left to abort: this releases the context
		return nil
	case <-ctx.Done():
		p.abort()
		<-idle
		return fmt.Errorf("closing the producer of %s: %w", p.topic, context.Cause(ctx))
	}
}

func (p *Producer) publish(ctx context.Context, records []Record, route func(*Record) (int, error)) error {
	if len(records) == 0 {
		return nil
	}
	call := call{producer: p, records: records}
	pieces := call.split(route)
	for _, piece := range pieces {
		if err := p.lanes[piece.partition].enqueue(piece); err != nil {
			call.fail(piece.indexes, err)
			piece.finish(nil)
		}
	}
	for _, piece := range pieces {
		select {
		case <-piece.done:
			call.fail(piece.indexes, piece.err)
		case <-ctx.Done():
			call.fail(piece.indexes, context.Cause(ctx))
		}
	}
	return call.result()
}
