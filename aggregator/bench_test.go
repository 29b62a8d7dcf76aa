// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"flag"
	"runtime"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
)

var (
	advisorsFlag = flag.Int("vigie.advisors", 10_000, "advisors of the synthetic centre")
	contactsFlag = flag.Int("vigie.contacts", 1_000_000, "contacts of the synthetic centre in a day of ten hours")
)

// feed gives a machine the log of a busy centre, made in chunks while no benchmark's clock runs.
type feed struct {
	centre *syntheticCentre
	m      *aggregator.Machine
	chunk  [][]byte
	facts  int
}

// warmFeed is a centre whose advisors have been at work for an hour: all windows are full.
func warmFeed(advisors, contactsPerHour int) *feed {
	f := &feed{centre: newCentre(advisors, contactsPerHour), m: aggregator.New(0)}
	for f.m.Clock() < monday+65*minute {
		f.prepare(1)
		f.step()
	}
	f.facts = 0
	return f
}

func (f *feed) prepare(n int) {
	for range n {
		f.chunk = append(f.chunk, f.centre.record(nil))
	}
}

// step gives the next record and forgets what it gave, as the shell does.
func (f *feed) step() {
	f.m.Step(f.m.Offset()+1, f.chunk[0])
	f.chunk = f.chunk[1:]
	f.facts += len(f.m.Ready().Facts)
	f.m.Clear()
}

const chunkRecords = 100_000

// BenchmarkStep is the machine alone, on one core: JSON bytes in, windows and facts out, in a centre of 1,000 advisors.
func BenchmarkStep(b *testing.B) {
	f := warmFeed(1000, 10_000)
	runtime.GC()
	b.ReportAllocs()
	b.ResetTimer()
	for left := b.N; left > 0; left -= chunkRecords {
		b.StopTimer()
		f.prepare(min(left, chunkRecords))
		b.StartTimer()
		for len(f.chunk) > 0 {
			f.step()
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(f.facts)/float64(b.N), "facts/event")
}

// BenchmarkStepEachType says what a record of each type costs in that mix. The clock itself takes about 50 ns of each.
func BenchmarkStepEachType(b *testing.B) {
	f := warmFeed(1000, 10_000)
	var spent [64]time.Duration
	var count [64]int
	b.ResetTimer()
	var d event.Decoder
	var e event.Event
	for left := b.N; left > 0; left -= chunkRecords {
		b.StopTimer()
		f.prepare(min(left, chunkRecords))
		b.StartTimer()
		for len(f.chunk) > 0 {
			if err := d.Decode(f.chunk[0], &e); err != nil {
				b.Fatal(err)
			}
			begun := time.Now()
			f.step()
			spent[e.Type] += time.Since(begun)
			count[e.Type]++
		}
	}
	for t, n := range count {
		if n > 0 {
			b.ReportMetric(float64(spent[t].Nanoseconds())/float64(n), event.Type(t).String()+"-ns")
		}
	}
}

// BenchmarkSyntheticCentre is a day of a large centre: what it costs in memory and time, and what a restart costs in the
// middle of it. Run it with -benchtime 1x.
func BenchmarkSyntheticCentre(b *testing.B) {
	for range b.N {
		c := newCentre(*advisorsFlag, *contactsFlag/10)
		m := aggregator.New(0)
		before := heapBytes()
		var value []byte
		var stepping time.Duration
		records := 0
		for m.Clock() < monday+10*hour {
			value = c.record(value[:0])
			begun := time.Now()
			m.Step(int64(records), value)
			stepping += time.Since(begun)
			m.Clear()
			records++
		}
		heap := heapBytes() - before
		begun := time.Now()
		snapshot := m.Snapshot()
		snapshotTime := time.Since(begun)
		begun = time.Now()
		restored, err := aggregator.Restore(snapshot)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(time.Since(begun).Milliseconds()), "restore-ms")
		b.ReportMetric(float64(snapshotTime.Milliseconds()), "snapshot-ms")
		b.ReportMetric(float64(len(snapshot)), "snapshot-bytes")
		b.ReportMetric(float64(heap), "heap-bytes")
		b.ReportMetric(float64(heap)/float64(*advisorsFlag), "bytes/advisor")
		b.ReportMetric(float64(records)/stepping.Seconds(), "events/s")
		b.ReportMetric(float64(records), "events")
		runtime.KeepAlive(restored)
		runtime.KeepAlive(m)
		runtime.KeepAlive(c)
	}
}

// heapBytes is what is alive on the heap.
func heapBytes() int64 {
	var s runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&s)
	return int64(s.HeapAlloc)
}
