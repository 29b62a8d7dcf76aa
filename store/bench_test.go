// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
)

const benchRows = 50_000

// synthetic is a block's worth of facts of a centre of 10,000 advisors: 200 teams, 30
// queues, one fact in four of a queue leg, two of an advisor leg, one of time.
type synthetic struct {
	world *world
	facts []aggregator.Fact
	incs  []aggregator.Inc
}

func newSynthetic() *synthetic {
	s := &synthetic{world: newWorld("lyon", "")}
	add := func(format string, n int) (first aggregator.ID) {
		first = aggregator.ID(len(s.world.words))
		for i := range n {
			s.world.words = append(s.world.words, fmt.Sprintf(format, i))
		}
		return first
	}
	advisors, teams, queues := add("advisor-%05d", 10_000), add("team-%03d", 200), add("queue-%02d", 30)
	voice, inbound := add("voice", 1), add("inbound", 1)
	shapes := [4][]aggregator.Inc{
		{inc(indicator.Offered, 1), inc(indicator.Contacts, 1), inc(indicator.QueueContacts, 1)},
		{inc(indicator.Answered, 1), inc(indicator.AnsweredWithin, 1), inc(indicator.WaitAnsweredMs, 12_000), inc(indicator.Connected, 1), inc(indicator.SlMet, 1), inc(indicator.SlDue, 1)},
		{inc(indicator.Handled, 1), inc(indicator.TalkMs, 180_000), inc(indicator.HoldMs, 5_000), inc(indicator.WrapMs, 20_000), inc(indicator.HandleDs2, 4_202_500), inc(indicator.LoadMs, 205_000)},
		{inc(indicator.OnContactMs, 60_000), inc(indicator.LoggedMs, 60_000)},
	}
	x := uint32(1)
	for i := range benchRows {
		x = x*1664525 + 1013904223
		advisor := x >> 8 % 10_000
		first := int32(len(s.incs))
		s.incs = append(s.incs, shapes[i%4]...)
		f := aggregator.Fact{At: 1_772_445_600_000 + int64(i/10), Offset: int64(i), Day: 20514, Grain: aggregator.GrainQueueLeg, Contact: fmt.Sprintf("1772445600.%d", i)}
		f.Dims = aggregator.Dims{Channel: voice, Direction: inbound, Queue: queues + aggregator.ID(x>>4%30)}
		switch i % 4 {
		case 1:
			s.incs = append(s.incs, bin(indicator.WaitAnsweredBins, uint16(x>>6%120), 1))
			fallthrough
		case 2:
			f.Dims.Advisor, f.Dims.Team, f.Grain = advisors+aggregator.ID(advisor), teams+aggregator.ID(advisor/50), aggregator.GrainAdvisorLeg
		case 3:
			f.Dims = aggregator.Dims{Advisor: advisors + aggregator.ID(advisor), Team: teams + aggregator.ID(advisor/50)}
			f.Contact, f.Grain = "", aggregator.GrainTime
		}
		f.First, f.End = first, int32(len(s.incs))
		s.facts = append(s.facts, f)
	}
	return s
}

func (s *synthetic) add(b *Builder) {
	for i := range s.facts {
		f := &s.facts[i]
		b.addFact(s.world, f, s.incs[f.First:f.End])
	}
}

func reportRows(b *testing.B) {
	b.ReportMetric(float64(b.N)*benchRows/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkBuilder: rows in, a sealed and hashed block out.
func BenchmarkBuilder(b *testing.B) {
	s, builder := newSynthetic(), NewBuilder()
	b.ReportAllocs()
	for b.Loop() {
		s.add(builder)
		builder.Recycle(builder.Seal("e1", 0, 0, benchRows, "bench"))
	}
	reportRows(b)
}

// BenchmarkWrite: sealed blocks into the embedded engine, acknowledged, ledger included.
func BenchmarkWrite(b *testing.B) {
	s := openMigrated(b)
	data, builder := newSynthetic(), NewBuilder()
	w, err := s.OpenWriter(b.Context(), "e1", 0, WriterOptions{})
	if err != nil {
		b.Fatal(err)
	}
	data.add(builder)
	block := builder.Seal("e1", 0, 0, benchRows-1, "bench")
	b.ReportAllocs()
	for b.Loop() {
		write(b, w, block)
		block.First, block.Last = block.Last+1, block.Last+benchRows // the same rows as another block
		w.proven, w.stray = true, -1                                 // as in steady state
	}
	reportRows(b)
}
