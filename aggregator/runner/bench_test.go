// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/store"
)

// benchRecords is the length of the log per advisor, ticks included: somewhat over an hour.
const benchRecords = 100

// BenchmarkPipeline digests a log that is there already, from the broker to facts that ClickHouse has acknowledged. Both
// logs are as long on the clock, so they have as many blocks; a thousand advisors make 29 records a second, ten thousand 230.
func BenchmarkPipeline(b *testing.B) {
	for _, advisors := range []int{1_000, 10_000} {
		b.Run(fmt.Sprintf("advisors=%d", advisors), func(b *testing.B) { benchPipeline(b, advisors) })
	}
}

func benchPipeline(b *testing.B, advisors int) {
	source := newSite(b, 1, "")
	values := syntheticDay(advisors, advisors*benchRecords)
	produce(b, source, values)
	var facts int
	for b.Loop() {
		b.StopTimer()
		s := newSite(b, 1, source.kafka.EventsTopic)
		s.withStore(b, func(*store.Store) {})
		o := s.options()
		o.CheckpointEvery, o.Now = 0, nil
		b.StartTimer()
		r := start(b, o)
		// The last records close the last block: nothing is left over.
		for r.StatsOf(0).StoredOffset.Load() < int64(len(values))-1 {
			time.Sleep(5 * time.Millisecond)
		}
		b.StopTimer()
		r.stop()
		stats := r.StatsOf(0)
		if stats.DroppedBlocks.Load() > 0 {
			b.Logf("the follower wrote what did not fit: %d blocks", stats.DroppedBlocks.Load())
		}
		if _, err := fmt.Sscan(query(b, "SELECT count() FROM "+s.db.Database+".facts"), &facts); err != nil {
			b.Fatal(err)
		}
		blocks := query(b, "SELECT count() FROM "+s.db.Database+".blocks")
		b.Logf("%d records, %d facts, %s blocks, %d checkpoints of %d bytes", len(values), facts, blocks,
			stats.Checkpoints.Load(), stats.CheckpointBytes.Load())
		b.StartTimer()
	}
	seconds := b.Elapsed().Seconds()
	b.ReportMetric(float64(len(values)*b.N)/seconds, "records/s")
	b.ReportMetric(float64(facts*b.N)/seconds, "facts/s")
}

// produce fills partition 0 in requests of a size that the producer likes.
func produce(b *testing.B, s *site, values [][]byte) {
	b.Helper()
	p := s.log.NewProducer(eventlog.Events)
	defer p.Close(b.Context())
	for part := range slices.Chunk(values, 20_000) {
		records := make([]eventlog.Record, len(part))
		for i := range part {
			records[i].Value = part[i]
		}
		if err := p.PublishTo(b.Context(), 0, records); err != nil {
			b.Fatal(err)
		}
	}
}

// syntheticDay is a log of n records: advisors who take one call after the other, and a tick each second.
func syntheticDay(advisors, n int) [][]byte {
	dice := rand.New(rand.NewPCG(1, 2))
	from := midnight() + 8*time.Hour.Milliseconds()
	between := func(low, high time.Duration) int64 {
		return low.Milliseconds() + dice.Int64N((high - low).Milliseconds())
	}
	events := make([]event.Event, 0, n+n/4)
	perAdvisor := n/advisors + 1
	for a := range advisors {
		advisor, team := "advisor-"+strconv.Itoa(a), "team-"+strconv.Itoa(a/12)
		say := func(typ event.Type, at int64, contact, queue string) {
			events = append(events, event.Event{ID: strconv.Itoa(len(events)), Source: "pbx", Type: typ, Time: at, Received: at + deliveryMs,
				Centre: "c1", Contact: contact, Queue: queue, Advisor: advisor, Team: team})
		}
		say(event.AdvisorState, from+between(0, time.Minute), "", "")
		events[len(events)-1].State = event.StateAvailable
		now := from + between(time.Minute, 5*time.Minute)
		for range perAdvisor/6 + 3 {
			contact, queue := "call-"+strconv.Itoa(len(events)), "queue-"+strconv.Itoa(dice.IntN(50))
			say(event.QueueEntered, now, contact, queue)
			events[len(events)-1].Advisor, events[len(events)-1].Team = "", ""
			now += between(0, 30*time.Second)
			say(event.AdvisorOffered, now, contact, queue)
			now += between(time.Second, 6*time.Second)
			say(event.AdvisorConnected, now, contact, queue)
			now += between(time.Minute, 6*time.Minute)
			say(event.AdvisorReleased, now, contact, queue)
			say(event.ContactEnded, now, contact, "")
			events[len(events)-1].Advisor, events[len(events)-1].Team = "", ""
			now += between(5*time.Second, 40*time.Second)
			say(event.AdvisorWrapped, now, contact, queue)
			now += between(0, 20*time.Second)
		}
	}
	slices.SortStableFunc(events, func(a, b event.Event) int { return cmp.Compare(a.Time, b.Time) })
	values := make([][]byte, 0, n)
	tick := from
	for i := range events {
		for ; tick < events[i].Time; tick += 1000 {
			values = append(values, tickAt(tick))
		}
		values = append(values, event.AppendJSON(nil, &events[i]))
		if len(values) >= n-20 {
			break
		}
	}
	for len(values) < n {
		tick += 1000
		values = append(values, tickAt(tick))
	}
	return endAtBlock(values)
}

// endAtBlock drops what comes after the end of the last block.
func endAtBlock(values [][]byte) [][]byte {
	m := aggregator.New(0)
	end := 0
	for i, value := range values {
		if m.Step(int64(i), value) {
			end = i + 1
		}
		m.Clear()
	}
	return values[:end]
}
