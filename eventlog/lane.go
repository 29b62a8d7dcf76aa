// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"
)

// The limits of one produce request. maxBatchBytes is before compression, so a batch that does not compress still fits
// the 1,048,588 bytes that a broker accepts by default; one record of MaxValueBytes fits alone.
const (
	maxBatchBytes   = 900_000
	maxBatchRecords = 10_000
)

// piece is what one call has for one partition, at most one request's worth.
type piece struct {
	partition int
	records   []Record
	indexes   []int // where the records stood in the call
	bytes     int

	done chan struct{} // closed when err is set
	err  error
}

func (p *piece) finish(err error) {
	p.err = err
	close(p.done)
}

// call is one Publish under way.
type call struct {
	producer  *Producer
	records   []Record
	notStored []int
	err       error // the first
}

// split routes the records and cuts them into pieces. A record that cannot be sent at all is failed at once.
func (c *call) split(route func(*Record) (int, error)) []*piece {
	var pieces []*piece
	open := make(map[int]*piece, 1)
	for i := range c.records {
		record := &c.records[i]
		if len(record.Value)+len(record.Key) > MaxValueBytes {
			c.fail([]int{i}, fmt.Errorf("record %d: key and value are %d bytes, at most %d are accepted",
				i, len(record.Key)+len(record.Value), MaxValueBytes))
			continue
		}
		partition, err := route(record)
		if err != nil {
			c.fail([]int{i}, fmt.Errorf("record %d: %w", i, err))
			continue
		}
		p := open[partition]
		if p == nil || p.bytes+record.bytes() > maxBatchBytes || len(p.records) == maxBatchRecords {
			p = &piece{partition: partition, done: make(chan struct{})}
			open[partition] = p
			pieces = append(pieces, p)
		}
		p.records = append(p.records, *record)
		p.indexes = append(p.indexes, i)
		p.bytes += record.bytes()
	}
	return pieces
}

func (c *call) fail(indexes []int, err error) {
	if err == nil {
		return
	}
	if c.err == nil {
		c.err = err
	}
	c.notStored = append(c.notStored, indexes...)
}

func (c *call) result() error {
	if c.err == nil {
		return nil
	}
	c.producer.failed.Add(uint64(len(c.notStored)))
	slices.Sort(c.notStored)
	return &PublishError{NotStored: c.notStored, Total: len(c.records), Err: c.err}
}

// lane is the way to one partition: a queue, and a goroutine while there is something to send.
type lane struct {
	producer  *Producer
	partition int

	mu      sync.Mutex
	queue   []*piece
	running bool
}

func (l *lane) init(p *Producer, partition int) { l.producer, l.partition = p, partition }

// enqueue takes a piece, or says that the producer is closed.
func (l *lane) enqueue(p *piece) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.producer.closing:
		return fmt.Errorf("producer of %s: %w", l.producer.topic, ErrClosed)
	default:
	}
	l.queue = append(l.queue, p)
	if !l.running {
		l.running = true
		l.producer.busy.Add(1)
		go l.run()
	}
	return nil
}

// settle waits for an enqueue that is under way.
func (l *lane) settle() {
	l.mu.Lock()
	defer l.mu.Unlock()
}

func (l *lane) run() {
	defer l.producer.busy.Done()
	for {
		pieces := l.take()
		if len(pieces) == 0 {
			return
		}
		l.send(pieces)
	}
}

// take removes the next request's worth from the queue; nothing means that the lane stopped running.
func (l *lane) take() []*piece {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, bytes, records := 0, 0, 0
	for n < len(l.queue) {
		p := l.queue[n]
		bytes += p.bytes
		records += len(p.records)
		if n > 0 && (bytes > maxBatchBytes || records > maxBatchRecords) {
			break
		}
		n++
	}
	if n == 0 {
		l.running = false
		l.queue = nil
		return nil
	}
	pieces := slices.Clone(l.queue[:n])
	clear(l.queue[:n])
	l.queue = l.queue[n:]
	return pieces
}

func (l *lane) send(pieces []*piece) {
	p := l.producer
	now := time.Now()
	_, err := p.log.send(p.sending, batch{
		topic: p.topic, partition: l.partition, compression: kafka.Lz4,
		records: func() kafka.RecordReader {
			reader := &recordReader{now: now}
			for _, piece := range pieces {
				reader.parts = append(reader.parts, piece.records)
			}
			return reader
		},
	}, func() { p.retried.Add(1) })
	if err != nil && p.sending.Err() != nil {
		err = errors.Join(ErrClosed, err)
	}
	for _, piece := range pieces {
		if err == nil {
			p.published.Add(uint64(len(piece.records)))
			p.bytes.Add(uint64(piece.bytes - recordOverhead*len(piece.records)))
		}
		piece.finish(err)
	}
	if err == nil {
		p.batches.Add(1)
	}
}
