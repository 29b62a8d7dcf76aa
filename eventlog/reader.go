// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/segmentio/kafka-go"
)

const (
	// DefaultMaxWait is how long a Fetch waits for records at the end of the log.
	DefaultMaxWait = 250 * time.Millisecond

	// fetchBytes is what one fetch asks for: about 40,000 compressed events. The response is streamed, not held; a batch
	// of it is, decompressed.
	fetchBytes = 8 << 20

	// firstBuffer is the value buffer of a reader until a larger value comes; then it is MaxValueBytes.
	firstBuffer = 64 << 10

	readBackoffMin = 50 * time.Millisecond
	readBackoffMax = 5 * time.Second

	// quietAttempts is how often a Fetch reconnects before it tells its caller: a leader that moves is routine.
	quietAttempts = 3

	// readerStale is how long a reader may rest between two fetches before it makes sure, by connecting anew, that the
	// topic is still the one it opened. A fetch names the topic, not its id: a reader that fetches all the time meets the
	// deletion, one that rests might not.
	readerStale = 5 * time.Second
)

// Fetched is one record as a reader hands it over.
type Fetched struct {
	Offset int64
	// Value is valid until the callback returns: copy what must live longer. It is nil when Oversize is set.
	Value []byte
	// Oversize is the size in bytes of a value above MaxValueBytes, which is not handed over; zero otherwise. The caller
	// must account for the record, for example as a dead letter.
	Oversize int
}

// PartitionReader reads one partition in order from a position. It hands over every offset from there on exactly once
// and in sequence, or fails: it never skips. It is for one goroutine, but HighWatermark, Position and Reconnects may be
// called from any.
type PartitionReader struct {
	log       *Log
	topic     string
	partition int
	maxWait   time.Duration

	conn *kafka.Conn // nil when not connected
	id   topicID     // the incarnation that was opened
	buf  []byte
	wait backoff
	last time.Time // of the end of the last fetch

	position      atomic.Int64 // the next offset to hand over
	highWatermark atomic.Int64
	reconnects    atomic.Int64
}

// ReaderOptions tune a reader. The zero value is the defaults.
type ReaderOptions struct {
	// MaxWait is how long a Fetch waits at the end of the log, DefaultMaxWait by default.
	MaxWait time.Duration
}

// OpenReader connects to the leader of a partition and makes sure that offset is there, or is the next to be written.
// Errors: a *GapError when it was deleted, a *BeyondEndError when the log ends before it, ErrUnavailable, ErrNoTopic.
func (l *Log) OpenReader(
	ctx context.Context, topic Topic, partition int, offset int64, opts ReaderOptions,
) (*PartitionReader, error) {
	if err := l.checkPartition(partition); err != nil {
		return nil, err
	}
	if opts.MaxWait == 0 {
		opts.MaxWait = DefaultMaxWait
	}
	r := &PartitionReader{
		log: l, topic: l.name(topic), partition: partition, maxWait: opts.MaxWait,
		buf:  make([]byte, firstBuffer),
		wait: backoff{min: readBackoffMin, max: readBackoffMax},
	}
	r.position.Store(offset)
	if err := r.connect(ctx); err != nil {
		return nil, err
	}
	if err := r.checkBounds(ctx); err != nil {
		r.disconnect()
		return nil, err
	}
	r.last = time.Now()
	return r, nil
}

// Fetch hands the next records to fn, in order, and returns how many. It makes one request: at the end of the log it
// waits at most MaxWait and returns 0 and no error, so that its caller can do other things in between.
//
// When fn fails, Fetch returns that error as it is, and the same record comes again at the next Fetch. While fn runs no
// other record is read, so a slow fn slows the reading and nothing piles up.
//
// A lost connection or a new leader is dealt with inside, with growing waits; when that does not help soon, Fetch
// returns ErrUnavailable and may be called again. ErrGap, ErrBeyondEnd, ErrRecreated and ErrNoTopic are final: the
// position is wrong and calling again does not help.
func (r *PartitionReader) Fetch(ctx context.Context, fn func(Fetched) error) (n int, err error) {
	for attempt := 1; ; attempt++ {
		n, err = r.attempt(ctx, fn)
		if n > 0 || err == nil {
			r.wait.reset()
		}
		var stopped *stoppedError
		if errors.As(err, &stopped) {
			return n, stopped.err
		}
		if err == nil || n > 0 && errors.Is(err, ErrUnavailable) {
			return n, nil // what came was good; the next Fetch meets the fault again if it lasts
		}
		if ctx.Err() != nil {
			return n, context.Cause(ctx)
		}
		if !errors.Is(err, ErrUnavailable) {
			return n, fmt.Errorf("reading %s/%d at offset %d: %w", r.topic, r.partition, r.Position(), err)
		}
		if cause := r.wait.sleep(ctx); cause != nil {
			return n, cause
		}
		if attempt == quietAttempts {
			return n, fmt.Errorf("reading %s/%d at offset %d: %w", r.topic, r.partition, r.Position(), err)
		}
	}
}

// Position is the offset of the next record to hand over.
func (r *PartitionReader) Position() int64 { return r.position.Load() }

// HighWatermark is the offset that the next published record would have got when a fetch last looked. HighWatermark
// minus Position is the lag in records.
func (r *PartitionReader) HighWatermark() int64 { return r.highWatermark.Load() }

// Reconnects counts the connections made after the first.
func (r *PartitionReader) Reconnects() int64 { return r.reconnects.Load() }

// Close releases the connection. The reader must not be used after it.
func (r *PartitionReader) Close() { r.disconnect() }

// stoppedError carries the error of the caller's fn through our own error handling untouched.
type stoppedError struct{ err error }

func (e *stoppedError) Error() string { return e.err.Error() }

func (r *PartitionReader) connect(ctx context.Context) error {
	conn, id, err := r.log.dialLeader(ctx, r.topic, r.partition)
	if err != nil {
		return err
	}
	if r.id != (topicID{}) && r.id != id {
		conn.Close()
		return fmt.Errorf("%w: its id was %s and is %s", ErrRecreated, r.id, id)
	}
	r.conn, r.id = conn, id
	return nil
}

func (r *PartitionReader) disconnect() {
	if r.conn != nil {
		r.conn.Close()
		r.conn = nil
	}
}

// attempt connects if need be and makes one fetch.
func (r *PartitionReader) attempt(ctx context.Context, fn func(Fetched) error) (n int, err error) {
	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	if time.Since(r.last) > readerStale {
		r.disconnect()
	}
	if r.conn == nil {
		if err := r.connect(ctx); err != nil {
			return 0, err
		}
		r.reconnects.Add(1)
		r.log.logger.Info("reader reconnected", "topic", r.topic, "partition", r.partition, "offset", r.Position())
	}
	err = r.log.guarded(ctx, r.conn, r.maxWait+r.log.opts.RequestTimeout, func() error {
		n, err = r.fetch(fn)
		return err
	})
	if err == nil {
		r.last = time.Now()
		return n, nil
	}
	var stopped *stoppedError
	if errors.As(err, &stopped) {
		r.last = time.Now()
		return n, err // the connection is sound: the rest of the response was read and dropped
	}
	// After an error in its answer the library leaves the connection in the middle of it.
	r.disconnect()
	if errors.Is(err, kafka.OffsetOutOfRange) {
		if err := r.connect(ctx); err != nil { // first of all: is it the same topic?
			return n, err
		}
		if err := r.checkBounds(ctx); err != nil {
			return n, err
		}
		return n, unavailable(err) // it is in range by now: the leader that said so was catching up
	}
	return n, classify(ctx, err)
}

// fetch makes one request and hands over its records. This is the path of every event.
func (r *PartitionReader) fetch(fn func(Fetched) error) (n int, err error) {
	position := r.position.Load()
	if _, err := r.conn.Seek(position, kafka.SeekAbsolute|kafka.SeekDontCheck); err != nil {
		return 0, err
	}
	batch := r.conn.ReadBatchWith(kafka.ReadBatchConfig{MinBytes: 1, MaxBytes: fetchBytes, MaxWait: r.maxWait})
	if high := batch.HighWaterMark(); batch.Err() == nil && high > 0 {
		r.highWatermark.Store(high)
	}
	for err == nil {
		var size int
		if size, err = batch.Read(r.buf); err != nil {
			break
		}
		offset := batch.Offset() - 1
		if offset < position {
			continue // a batch is stored and sent whole, also when it begins before the position
		}
		if offset > position {
			err = &GapError{Topic: r.topic, Partition: r.partition, Wanted: position, Found: offset}
			break
		}
		if err = fn(Fetched{Offset: offset, Value: r.buf[:size]}); err != nil {
			err = &stoppedError{err}
			break
		}
		position++
		n++
	}
	r.position.Store(position)
	next := batch.Offset()
	closeErr := batch.Close()
	switch {
	case errors.Is(err, io.ErrShortBuffer):
		return r.growOrMark(n, fn)
	case errors.Is(err, io.EOF), errors.Is(err, kafka.RequestTimedOut):
		if next > position { // the batch ended with offsets that hold no record
			return n, &GapError{Topic: r.topic, Partition: r.partition, Wanted: position, Found: next}
		}
		return n, closeErrUnlessTimeout(closeErr)
	}
	return n, err
}

// closeErrUnlessTimeout drops the library's way to say that a fetch found nothing new.
func closeErrUnlessTimeout(err error) error {
	if errors.Is(err, kafka.RequestTimedOut) {
		return nil
	}
	return err
}

// growOrMark deals with a value that did not fit: it makes the buffer as large as it may be, and when that was not
// enough, hands over the mark of an oversize value.
func (r *PartitionReader) growOrMark(n int, fn func(Fetched) error) (int, error) {
	if len(r.buf) < MaxValueBytes {
		r.buf = make([]byte, MaxValueBytes)
		return n, nil // the next fetch continues at the same position
	}
	position := r.position.Load()
	if _, err := r.conn.Seek(position, kafka.SeekAbsolute|kafka.SeekDontCheck); err != nil {
		return n, err
	}
	// The size is learnt by reading the value whole; the broker's limit on batches bounds it.
	batch := r.conn.ReadBatchWith(kafka.ReadBatchConfig{MinBytes: 1, MaxBytes: fetchBytes, MaxWait: r.maxWait})
	message, err := batch.ReadMessage()
	if closeErr := batch.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return n, err
	}
	if message.Offset != position {
		return n, &GapError{Topic: r.topic, Partition: r.partition, Wanted: position, Found: message.Offset}
	}
	if err := fn(Fetched{Offset: position, Oversize: len(message.Value)}); err != nil {
		return n, &stoppedError{err}
	}
	r.position.Store(position + 1)
	return n + 1, nil
}

// checkBounds says why the position is not in the log; nil when it is.
func (r *PartitionReader) checkBounds(ctx context.Context) error {
	first, next, err := r.log.bounds(ctx, r.topic, r.partition)
	if err != nil {
		return err
	}
	r.highWatermark.Store(next)
	switch position := r.Position(); {
	case position < first:
		return &GapError{Topic: r.topic, Partition: r.partition, Wanted: position, Found: first}
	case position > next:
		return &BeyondEndError{Topic: r.topic, Partition: r.partition, Wanted: position, End: next}
	}
	return nil
}

// ReadRange hands the records of a partition from offset from up to, not including, offset to. It is for verifying and
// rebuilding: a range that is not whole in the log is an error before the first record. Fn and the errors are those of
// Fetch; it keeps trying while Kafka is unavailable, until ctx is done.
func (l *Log) ReadRange(
	ctx context.Context, topic Topic, partition int, from, to int64, fn func(Fetched) error,
) error {
	if from >= to {
		return nil
	}
	r, err := l.OpenReader(ctx, topic, partition, from, ReaderOptions{})
	if err != nil {
		return err
	}
	defer r.Close()
	if high := r.HighWatermark(); to > high {
		return &BeyondEndError{Topic: r.topic, Partition: partition, Wanted: to, End: high}
	}
	errDone := errors.New("done")
	for r.Position() < to {
		_, err := r.Fetch(ctx, func(f Fetched) error {
			if f.Offset >= to {
				return errDone
			}
			return fn(f)
		})
		if err != nil && !errors.Is(err, errDone) && !errors.Is(err, ErrUnavailable) {
			return err
		}
	}
	return nil
}
