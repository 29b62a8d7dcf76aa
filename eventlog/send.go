// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/segmentio/kafka-go"
)

// The waits between two attempts to send the same batch.
const (
	sendBackoffMin = 50 * time.Millisecond
	sendBackoffMax = 2 * time.Second
)

// batch is records that go to one partition in one request.
type batch struct {
	topic       string
	partition   int
	compression kafka.Compression
	records     func() kafka.RecordReader // a fresh reader for each attempt
}

// send stores a batch on all in-sync replicas and returns the offset of its first record. It tries again until
// DeliveryTimeout or until ctx is done; retried is called before each further attempt. An attempt whose answer was lost
// may have been stored, so a retry can store the batch twice: the library has no idempotent producer.
func (l *Log) send(ctx context.Context, b batch, retried func()) (base int64, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, l.opts.DeliveryTimeout,
		fmt.Errorf("%w: not acknowledged within %v", ErrUnavailable, l.opts.DeliveryTimeout))
	defer cancel()
	wait := backoff{min: sendBackoffMin, max: sendBackoffMax}
	for attempt := 0; ; attempt++ {
		if attempt > 0 {
			retried()
		}
		response, err := l.client.Produce(ctx, &kafka.ProduceRequest{
			Topic: b.topic, Partition: b.partition, RequiredAcks: kafka.RequireAll,
			Compression: b.compression, Records: b.records(),
		})
		if err == nil {
			err = response.Error
		}
		switch {
		case err == nil:
			return response.BaseOffset, nil
		case errors.Is(err, kafka.MessageSizeTooLarge):
			return 0, fmt.Errorf("storing in %s/%d: %w; raise the topic's max.message.bytes", b.topic, b.partition, err)
		case !transient(err):
			return 0, fmt.Errorf("storing in %s/%d: %w", b.topic, b.partition, err)
		}
		if cause := wait.sleep(ctx); cause != nil {
			return 0, fmt.Errorf("storing in %s/%d: %w (last: %w)", b.topic, b.partition, cause, err)
		}
	}
}

// recordReader shows slices of our records to the library without an allocation per record.
type recordReader struct {
	parts      [][]Record
	now        time.Time
	record     kafka.Record
	key, value byteReader
}

// ReadRecord implements the library's record reader: io.EOF after the last.
func (r *recordReader) ReadRecord() (*kafka.Record, error) {
	for len(r.parts) > 0 && len(r.parts[0]) == 0 {
		r.parts = r.parts[1:]
	}
	if len(r.parts) == 0 {
		return nil, io.EOF
	}
	next := &r.parts[0][0]
	r.parts[0] = r.parts[0][1:]
	r.record = kafka.Record{Time: r.now}
	if next.Key != nil {
		r.key.Reset(next.Key)
		r.record.Key = &r.key
	}
	if next.Value != nil { // a nil value is Kafka's deletion mark
		r.value.Reset(next.Value)
		r.record.Value = &r.value
	}
	return &r.record, nil
}

type byteReader struct{ bytes.Reader }

func (*byteReader) Close() error { return nil }
