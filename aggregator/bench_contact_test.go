// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/vigie-kpi/vigie/event"
)

// BenchmarkContactMemory is what a contact costs, in heap and in a checkpoint: while it waits, while it talks after a missed offer
// and a hold, with three outcomes when it is over, and as the stub that is left of it then for a day, without and with the
// outcomes.
func BenchmarkContactMemory(b *testing.B) {
	const contacts = 20_000
	for _, c := range []struct {
		name     string
		steps    []event.Type
		outcomes bool
		withinMs int64 // they begin
		afterMs  int64 // the last of them memory is measured
	}{
		{"waiting", contactSteps[:1], false, 2 * minute, 0},
		{"talking", contactSteps[:7], false, 2 * minute, 0},
		{"over, with outcomes", contactSteps, true, 2 * minute, 0},
		{"stub", contactSteps, false, 8 * hour, hour},
		{"stub with outcomes", contactSteps, true, 8 * hour, hour},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				r := newRun(b)
				r.benchContacts("warm", 100, 0, c.steps, c.outcomes) // names and advisors are there already
				nothing, before := len(r.m.Snapshot()), heapBytes()
				r.benchContacts("c", contacts, c.withinMs, c.steps, c.outcomes)
				r.benchTick(r.clock + c.afterMs)
				b.ReportMetric(float64(heapBytes()-before)/contacts, "heapB/contact")
				b.ReportMetric(float64(len(r.m.Snapshot())-nothing)/contacts, "snapshotB/contact")
				runtime.KeepAlive(r)
			}
		})
	}
}

var contactSteps = []event.Type{event.QueueEntered, event.AdvisorOffered, event.AdvisorMissed, event.AdvisorOffered, event.AdvisorConnected,
	event.AdvisorHeld, event.AdvisorResumed, event.AdvisorReleased, event.AdvisorWrapped, event.ContactEnded}

// benchContacts plays contacts that begin within a time, by turns with 100 advisors.
func (r *run) benchContacts(prefix string, n int, withinMs int64, steps []event.Type, outcomes bool) {
	begin := max(r.clock, monday)
	if outcomes {
		steps = append(steps[:len(steps):len(steps)], event.ContactRecorded, event.ContactDisposed, event.ContactClassified)
	}
	for i := range n {
		r.clock = max(r.clock, begin+int64(i)*withinMs/int64(n))
		for j, t := range steps {
			e := event.Event{ID: fmt.Sprint(prefix, i, "-", j), Source: "pbx", Type: t, Time: r.clock, Received: r.clock, Sequence: int64(j), Centre: centreID,
				Contact: fmt.Sprint(prefix, i), Queue: "support"}
			switch {
			case t == event.ContactClassified:
				e.Resolved = event.Yes
			case t == event.ContactDisposed:
				e.Code = "sold"
			case t == event.QueueEntered:
				e.Customer = fmt.Sprintf("h%016x", i)
			case t != event.ContactEnded:
				e.Advisor = fmt.Sprint("advisor", i%100)
			}
			r.buf = event.AppendJSON(r.buf[:0], &e)
			r.m.Step(r.m.Offset()+1, r.buf)
			r.m.Clear()
		}
	}
}

func (r *run) benchTick(until int64) {
	for ; r.clock < until; r.clock += minute {
		e := event.Event{ID: "t", Source: "owner", Type: event.Tick, Time: r.clock, Received: r.clock}
		r.m.Step(r.m.Offset()+1, event.AppendJSON(nil, &e))
		r.m.Clear()
	}
}
