// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"
)

// valueBytes is about the size of a queue event.
const valueBytes = 200

// benchRecords are n records of valueBytes with text that compresses about as JSON events do.
func benchRecords(n int) []Record {
	records := make([]Record, n)
	for i := range records {
		value := fmt.Appendf(nil, `{"id":"%016x","source":"pbx","type":"queue.entered","time":%d,"centre":"paris","contact":"c%d","queue":"q%d"`,
			i*2654435761, 1760000000000+i*37, i*7919, i%40)
		value = append(value, bytes.Repeat([]byte(" "), max(0, valueBytes-1-len(value)))...)
		records[i] = Record{Key: []byte("paris"), Value: append(value[:valueBytes-1], '}')}
	}
	return records
}

// BenchmarkRead is the path of every event: one operation is one record. The brokers run in the same process, so the
// time includes theirs.
func BenchmarkRead(b *testing.B) {
	l := openLog(b, startBrokers(b, 1))
	p := openProducer(b, l, Events)
	records := benchRecords(10_000)
	const stored = 500_000
	for range stored / len(records) {
		publishTo(b, p, 0, records)
	}
	b.SetBytes(valueBytes)
	b.ReportAllocs()
	b.ResetTimer()
	errEnough := errors.New("enough")
	var size int
	for n := 0; n < b.N; {
		r := openReader(b, l, 0, 0)
		for n < b.N && r.Position() < stored {
			if _, err := r.Fetch(b.Context(), func(f Fetched) error {
				if n == b.N {
					return errEnough
				}
				size += len(f.Value)
				n++
				return nil
			}); err != nil && !errors.Is(err, errEnough) {
				b.Fatal(err)
			}
		}
		r.Close()
	}
	if size != b.N*valueBytes {
		b.Fatalf("%d bytes in %d values", size, b.N)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkPublish stores batches of a thousand by key: one operation is one record.
func BenchmarkPublish(b *testing.B) {
	l := openLog(b, startBrokers(b, 1))
	p := openProducer(b, l, Events)
	records := benchRecords(1000)
	b.SetBytes(valueBytes)
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; n += len(records) {
		if err := p.Publish(context.Background(), records[:min(len(records), b.N-n)]); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkPublishOne is what a lone record waits for: its own round trip and nothing else.
func BenchmarkPublishOne(b *testing.B) {
	l := openLog(b, startBrokers(b, 1))
	p := openProducer(b, l, Events)
	records := benchRecords(1)
	for b.Loop() {
		if err := p.Publish(context.Background(), records); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCheckpoint saves and finds a state of 30 MB that compresses threefold or so.
func BenchmarkCheckpoint(b *testing.B) {
	l := openLog(b, startBrokers(b, 1))
	var data []byte
	for _, r := range benchRecords(150_000) {
		data = append(data, r.Value...)
	}
	c := openCheckpoints(b, l, "epoch")
	b.SetBytes(int64(len(data)))
	var saving, finding time.Duration
	for b.Loop() {
		begin := time.Now()
		if err := c.Save(b.Context(), 0, CheckpointMeta{Offset: 1}, data); err != nil {
			b.Fatal(err)
		}
		saved := time.Now()
		found, err := c.Latest(b.Context(), 0)
		if err != nil || found.Checkpoint == nil {
			b.Fatal(found, err)
		}
		saving += saved.Sub(begin)
		finding += time.Since(saved)
	}
	b.ReportMetric(float64(saving.Milliseconds())/float64(b.N), "save-ms")
	b.ReportMetric(float64(finding.Milliseconds())/float64(b.N), "find-ms")
}
