// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"io"
	"testing"
)

// BenchmarkDay is the day of the story, written as NDJSON.
func BenchmarkDay(b *testing.B) { benchmark(b, Options{From: CapRivageDay, To: "2026-11-18", Seed: 1}) }

// BenchmarkFourWeeks is the history before that day.
func BenchmarkFourWeeks(b *testing.B) {
	benchmark(b, Options{From: "2026-10-20", To: CapRivageDay, Seed: 1})
}

func benchmark(b *testing.B, o Options) {
	spec := capRivage(b)
	var events int64
	for b.Loop() {
		w := NewNDJSON(io.Discard)
		truth, err := Run(spec, &o, w)
		if err != nil {
			b.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			b.Fatal(err)
		}
		events += truth.Events
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(events)/float64(b.N), "events")
}
