// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
)

// BenchmarkItemStep is an event of a message, in a centre where 20,000 are open: created, assigned, answered and solved within
// the day, one of four parked in between.
func BenchmarkItemStep(b *testing.B) {
	r := itemCentre(b, 20_000)
	types := []event.Type{event.ItemCreated, event.ItemAssigned, event.ItemParked, event.ItemResumed, event.ItemReplied, event.ItemSolved}
	var records [][]byte
	for i := 0; len(records) < 60_000; i++ {
		for step, t := range types {
			if i%4 != 0 && (t == event.ItemParked || t == event.ItemResumed) {
				continue
			}
			e := itemEvent(fmt.Sprint("b", i), t, r.clock+int64(i)*10+int64(step))
			records = append(records, event.AppendJSON(nil, &e))
		}
	}
	snapshot := r.m.Snapshot()
	b.ReportAllocs()
	m, n := r.m, 0
	for b.Loop() {
		if n == len(records) {
			b.StopTimer()
			m, n = restored(b, snapshot), 0
			b.StartTimer()
		}
		m.Step(m.Offset()+1, records[n])
		m.Clear()
		n++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkItemMemory is what an open message costs two days after it came, and one that was solved and may come back.
func BenchmarkItemMemory(b *testing.B) {
	const items = 50_000
	for _, solved := range []bool{false, true} {
		b.Run(map[bool]string{false: "open", true: "solved"}[solved], func(b *testing.B) {
			for b.Loop() {
				empty := itemCentre(b, 0)
				nothing := len(empty.m.Snapshot())
				before := heapBytes()
				r := itemCentre(b, items)
				for i := range items {
					e := itemEvent(fmt.Sprint("o", i), event.ItemSolved, r.clock)
					if solved {
						r.m.Step(r.m.Offset()+1, event.AppendJSON(nil, &e))
						r.m.Clear()
					}
				}
				for at := monday + 2*hour; at <= monday+3*day; at += hour {
					e := event.Event{ID: "t", Source: "owner", Type: event.Tick, Time: at, Received: at}
					r.m.Step(r.m.Offset()+1, event.AppendJSON(nil, &e))
					r.m.Clear()
				}
				b.ReportMetric(float64(heapBytes()-before)/items, "heapB/item")
				b.ReportMetric(float64(len(r.m.Snapshot())-nothing)/items, "snapshotB/item")
				runtime.KeepAlive(r)
			}
		})
	}
}

func itemEvent(id string, t event.Type, at int64) event.Event {
	e := event.Event{ID: id + t.String(), Source: "crm", Type: t, Time: at, Received: at, Centre: centreID, Contact: id, Queue: "mail"}
	switch t {
	case event.ItemCreated:
		e.Customer = "h" + id
	case event.ItemParked:
		e.Reason = "customer"
	case event.ItemResumed:
	default:
		e.Advisor = "advisor" + id[len(id)-1:]
	}
	return e
}

// itemCentre is a centre with open messages, created and assigned in the hour before.
func itemCentre(tb testing.TB, open int) *run {
	r := newRun(tb)
	r.configure(office(8*hour), monday-minute)
	for i := range open {
		for _, t := range []event.Type{event.ItemCreated, event.ItemAssigned} {
			e := itemEvent(fmt.Sprint("o", i), t, monday+int64(i)*hour/int64(open))
			r.clock = e.Time
			r.m.Step(r.m.Offset()+1, event.AppendJSON(nil, &e))
			r.m.Clear()
		}
	}
	return r
}

func restored(tb testing.TB, snapshot []byte) *aggregator.Machine {
	m, err := aggregator.Restore(snapshot)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}
