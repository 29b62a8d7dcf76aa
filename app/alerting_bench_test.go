// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/event"
)

// BenchmarkAlertLatency measures, by the wall clock and with the ticks of production, how long it takes from the event that makes a
// condition true to the webhook of a real Alertmanager. One alert each 200 ms: -benchtime 200x takes a minute.
func BenchmarkAlertLatency(b *testing.B) {
	s := newAlertSiteAt(b, nil, 1, yamlRule("waiting", "when: waiting >= 1"))
	defer b.ReportMetric(0, "ns/op")
	began := make([]time.Time, b.N)
	b.ResetTimer()
	for i := range b.N {
		began[i] = time.Now()
		s.say(event.QueueEntered, fmt.Sprint("queue-", i))
		time.Sleep(200 * time.Millisecond) // the pace of the measurement
	}
	var took []time.Duration
	for i := range b.N {
		took = append(took, s.await(0, "waiting", fmt.Sprint("queue-", i), "firing").Sub(began[i]))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Milliseconds()), "p99-ms")
	b.ReportMetric(float64(took[len(took)-1].Milliseconds()), "max-ms")
}
