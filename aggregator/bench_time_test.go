// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
)

// benchDay is what a centre says in some hours of steady work: each advisor logs in, takes a call every eight minutes (a
// wait, an offer, a talk with one hold, after-contact work), has a break each two hours and lunch after four. The owner
// ticks each second.
func benchDay(advisors int, hours int64) [][]byte {
	type said struct {
		at    int64
		bytes []byte
	}
	var all []said
	serial := 0
	say := func(at int64, e event.Event) {
		serial++
		e.ID, e.Source, e.Time, e.Received, e.Sequence = "e"+strconv.Itoa(serial), "pbx", at, at, int64(serial)
		if e.Type != event.Tick {
			e.Centre = centreID
		}
		all = append(all, said{at, event.AppendJSON(nil, &e)})
	}
	for at := monday; at < monday+hours*hour; at += second {
		say(at, event.Event{Type: event.Tick})
	}
	for i := range advisors {
		name, queue := fmt.Sprintf("a%05d", i), "q"+strconv.Itoa(i%5)
		from := monday + int64(i%480)*second + int64(i%97)*7
		say(from, event.Event{Type: event.AdvisorState, Advisor: name, State: event.StateAvailable, Team: "t" + strconv.Itoa(i/12)})
		for n := int64(0); n < hours*hour/(8*minute)-1; n++ {
			at := from + n*8*minute + 10*second
			if n%15 == 14 {
				say(at, event.Event{Type: event.AdvisorState, Advisor: name, State: event.StatePaused, Reason: "pause"})
				say(at+7*minute, event.Event{Type: event.AdvisorState, Advisor: name, State: event.StateAvailable})
				continue
			}
			contact := fmt.Sprintf("c%d-%d", i, n)
			leg := event.Event{Contact: contact, Queue: queue, Advisor: name, Team: "t" + strconv.Itoa(i/12)}
			step := func(after int64, t event.Type, kind string) {
				e := leg
				e.Type, e.Kind = t, kind
				if t < event.AdvisorOffered {
					e.Advisor, e.Team = "", ""
				}
				say(at+after+int64(i%31), e)
			}
			step(0, event.QueueEntered, "")
			step(9*second, event.AdvisorOffered, "")
			step(14*second, event.AdvisorConnected, "")
			step(100*second, event.AdvisorHeld, "")
			step(140*second, event.AdvisorResumed, "")
			step(340*second, event.AdvisorReleased, event.KindWrapping)
			step(400*second, event.AdvisorWrapped, "")
		}
	}
	slices.SortStableFunc(all, func(a, b said) int { return cmp.Compare(a.at, b.at) })
	records := make([][]byte, len(all))
	for i := range all {
		records[i] = all[i].bytes
	}
	return records
}

// BenchmarkHour is the machine alone, a whole hour at a time, from its first record.
func BenchmarkHour(b *testing.B) {
	for _, advisors := range []int{100, 1000} {
		b.Run(strconv.Itoa(advisors), func(b *testing.B) {
			records := benchDay(advisors, 1)
			b.ReportAllocs()
			for b.Loop() {
				m := aggregator.New(0)
				for i, r := range records {
					m.Step(int64(i), r)
					m.Clear()
				}
			}
			events := float64(b.N) * float64(len(records)-3600)
			b.ReportMetric(events/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkMemory is what an advisor costs after a working day of eight hours: heap, and bytes in a checkpoint; without and
// with five weeks of schedules.
func BenchmarkMemory(b *testing.B) {
	const advisors = 500
	for name, records := range map[string][][]byte{"unplanned": benchDay(advisors, 8),
		"planned": append(benchSchedules(advisors, -5, 30), benchDay(advisors, 8)...)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				before := heapBytes()
				m := aggregator.New(0)
				for i, r := range records {
					m.Step(int64(i), r)
					m.Clear()
				}
				b.ReportMetric(float64(heapBytes()-before)/advisors, "heapB/advisor")
				b.ReportMetric(float64(len(m.Snapshot()))/advisors, "snapshotB/advisor")
				runtime.KeepAlive(m)
			}
		})
	}
}

// BenchmarkRestate is a schedule of a full day, eight stretches, published again when the day is over.
func BenchmarkRestate(b *testing.B) {
	m, offset := aggregator.New(0), int64(0)
	step := func(r []byte) {
		m.Step(offset, r)
		m.Clear()
		offset++
	}
	for _, r := range benchDay(1, 9) {
		step(r)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		segments := benchSegments(monday)
		segments[i%8].Activity = event.CategoryTraining
		step(benchSchedule("a00000", "again"+strconv.Itoa(i), monday+9*hour+int64(i), monday, segments))
	}
}

// benchSchedules plans every day from one to another, counted from today, for each advisor.
func benchSchedules(advisors int, from, to int64) (records [][]byte) {
	for i := range advisors {
		for day := from; day < to; day++ {
			at := monday + day*24*hour
			records = append(records, benchSchedule(fmt.Sprintf("a%05d", i), fmt.Sprintf("s%d-%d", i, day), monday-hour, at, benchSegments(at)))
		}
	}
	return records
}

func benchSegments(from int64) (segments []event.ScheduleSegment) {
	for i, activity := range []string{"productive", "break", "productive", "lunch", "productive", "break", "productive", "meeting"} {
		at := from + int64(i)*hour
		segments = append(segments, event.ScheduleSegment{From: at, To: at + hour, Activity: activity, Paid: activity != "lunch"})
	}
	return segments
}

func benchSchedule(advisor, id string, published, date int64, segments []event.ScheduleSegment) []byte {
	data, err := json.Marshal(event.Schedule{ShiftDate: time.UnixMilli(date).UTC().Format(time.DateOnly), Segments: segments})
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return event.AppendJSON(nil, &event.Event{ID: id, Source: "plan", Type: event.SchedulePublished, Time: published, Received: published,
		Centre: centreID, Advisor: advisor, Data: data})
}
