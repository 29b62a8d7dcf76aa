// SPDX-License-Identifier: Apache-2.0

package app

import (
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

// recorded keeps the log of the demo day as bytes, with the owner's ticks each second.
type recorded struct {
	records [][]byte
	noon    int // how many of them came before noon
	noonMs  int64
	ticked  int64
}

func (r *recorded) Put(e *event.Event) error {
	if r.ticked == 0 {
		r.ticked = e.Received - e.Received%1000
	}
	for ; r.ticked+1000 <= e.Received; r.ticked += 1000 {
		r.add(&event.Event{ID: "tick", Source: "owner", Type: event.Tick, Time: r.ticked, Received: r.ticked})
	}
	r.add(e)
	return nil
}

func (r *recorded) add(e *event.Event) {
	if e.Received < r.noonMs {
		r.noon = len(r.records) + 1
	}
	r.records = append(r.records, event.AppendJSON(nil, e))
}

// recordDemoDay is the configuration and the whole day of the demo centre, all channels. The ticks are not counted as events.
func recordDemoDay(b *testing.B) (r *recorded, events int64) {
	b.Helper()
	o, err := organisation.Read(os.DirFS("../seeds/cap-rivage"), organisation.Options{})
	if err != nil {
		b.Fatal(err)
	}
	day, err := time.Parse(time.DateOnly, string(simulator.CapRivageDay))
	if err != nil {
		b.Fatal(err)
	}
	r = &recorded{noonMs: day.Add(11 * time.Hour).UnixMilli()} // 12:00 in Paris
	for _, e := range organisation.Records("cap-rivage", 1, day.UnixMilli(), o.Objects()) {
		r.add(&e)
	}
	truth, err := simulator.Run(simulator.CapRivage(o), &simulator.Options{From: simulator.CapRivageDay, To: "2026-11-18", Seed: simulator.CapRivageSeed}, r)
	if err != nil {
		b.Fatal(err)
	}
	return r, truth.Events
}

// feedMachine steps records and forgets what they give, as the shell does.
func feedMachine(m *aggregator.Machine, records [][]byte) {
	for _, value := range records {
		m.Step(m.Offset()+1, value)
		m.Clear()
	}
}

// BenchmarkDemoDay is the machine alone over the whole demo day: 106 advisors, every channel, a tick each second.
func BenchmarkDemoDay(b *testing.B) {
	r, events := recordDemoDay(b)
	b.ReportAllocs()
	for b.Loop() {
		feedMachine(aggregator.New(0), r.records)
	}
	b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(len(r.records))*float64(b.N)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(events), "events")
}

// BenchmarkDemoNoon is the state of that machine at noon: heap, checkpoint, and what a restart takes.
func BenchmarkDemoNoon(b *testing.B) {
	r, _ := recordDemoDay(b)
	for b.Loop() {
		before := heapInUse()
		m := aggregator.New(0)
		feedMachine(m, r.records[:r.noon])
		b.ReportMetric(float64(heapInUse()-before), "heap-bytes")
		snapshot := m.Snapshot()
		b.ReportMetric(float64(len(snapshot)), "snapshot-bytes")
		begun := time.Now()
		restored, err := aggregator.Restore(snapshot)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(time.Since(begun).Microseconds())/1000, "restore-ms")
		runtime.KeepAlive(m)
		runtime.KeepAlive(restored)
	}
}

func heapInUse() int64 {
	var s runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&s)
	return int64(s.HeapAlloc)
}
