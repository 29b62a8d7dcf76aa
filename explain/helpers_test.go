// SPDX-License-Identifier: Apache-2.0

package explain_test

import (
	"fmt"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/explain"
	"github.com/vigie-kpi/vigie/indicator"
)

// machine runs events through the real machine and keeps its facts.
type machine struct {
	tb      testing.TB
	m       *aggregator.Machine
	offset  int64
	clock   int64
	facts   []explain.Fact
	letters int
}

func newMachine(tb testing.TB) *machine { return &machine{tb: tb, m: aggregator.New(0)} }

func (r *machine) step(e *event.Event) {
	r.tb.Helper()
	r.clock = max(r.clock, e.Received)
	r.m.Step(r.offset, event.AppendJSON(nil, e))
	r.offset++
	ready := r.m.Ready()
	r.letters += len(ready.DeadLetters)
	for _, d := range ready.DeadLetters {
		r.tb.Logf("dead letter: %s: %s", d.Reason, d.Detail)
	}
	for i := range ready.Facts {
		r.facts = append(r.facts, factOf(&ready.Facts[i], ready.Incs))
	}
	r.m.Clear()
}

// tick moves the log's clock to an instant, a minute at a time as the owner of a partition would.
func (r *machine) tick(to int64) {
	if r.clock == 0 {
		r.clock = to - 60_000
	}
	for r.clock < to {
		at := min(r.clock+60_000, to)
		r.step(&event.Event{ID: fmt.Sprint("tick-", at), Source: "owner", Type: event.Tick, Time: at, Received: at})
	}
}

// factOf is a fact of the machine as the store would give it back.
func factOf(f *aggregator.Fact, incs []aggregator.Inc) explain.Fact {
	out := explain.Fact{AtMs: f.At, Contact: f.Contact, Queue: f.World.Name(f.Dims.Queue), Campaign: f.World.Name(f.Dims.Campaign),
		Team: f.World.Name(f.Dims.Team), Advisor: f.World.Name(f.Dims.Advisor), Reason: f.World.Name(f.Dims.Reason),
		Lineage: explain.Lineage{Epoch: "e1", Offset: f.Offset, Seq: f.Seq}, Version: f.Version, Rows: 1, LastOffset: f.Offset}
	for g := range indicator.Grain(indicator.NumGrains) {
		if g.String() == f.Grain.String() {
			out.Grain = g
		}
	}
	for m := range indicator.Measure(indicator.NumMeasures) {
		for _, inc := range incs[f.First:f.End] {
			if is, ok := inc.Key.Measure(); ok && is == m && inc.Value != 0 {
				out.Increments = append(out.Increments, explain.Increment{Measure: m, Value: inc.Value})
			}
		}
	}
	for _, inc := range incs[f.First:f.End] {
		if family, bin, ok := inc.Key.Bin(); ok && family == indicator.WaitAnsweredBins && inc.Value != 0 {
			out.Bins = append(out.Bins, explain.BinCount{Bin: bin, Count: inc.Value})
		}
	}
	return out
}

// request asks for an indicator over facts as the store would answer: those of the scope that hold what it reads.
func request(tb testing.TB, id string, scope indicator.ScopeKind, name string, facts []explain.Fact) *explain.Request {
	tb.Helper()
	c, err := indicator.Load()
	if err != nil {
		tb.Fatal(err)
	}
	ind, ok := c.Lookup(id)
	if !ok {
		tb.Fatalf("no indicator %s", id)
	}
	return narrow(&explain.Request{Catalogue: c}, ind, scope, name, facts)
}

// narrow is request with a catalogue that is loaded already.
func narrow(base *explain.Request, ind *indicator.Indicator, scope indicator.ScopeKind, name string, facts []explain.Fact) *explain.Request {
	r := &explain.Request{Catalogue: base.Catalogue, Indicator: ind, Centre: "lyon", Scope: scope, ID: name, Sums: make([]int64, indicator.NumMeasures)}
	_, percentile := ind.Bins()
	relevant := map[indicator.Measure]bool{}
	for _, m := range explain.Relevant(ind, scope) {
		relevant[m] = true
	}
	bins := map[uint16]int64{}
	for _, f := range facts {
		if of := map[indicator.ScopeKind]string{indicator.ScopeQueue: f.Queue, indicator.ScopeTeam: f.Team, indicator.ScopeCampaign: f.Campaign,
			indicator.ScopeAdvisor: f.Advisor}; scope != indicator.ScopeCentre && of[scope] != name {
			continue
		}
		var kept []explain.Increment
		for _, i := range f.Increments {
			if relevant[i.Measure] {
				kept = append(kept, i)
				r.Sums[i.Measure] += i.Value
			}
		}
		f.Increments = kept
		if !percentile {
			f.Bins = nil
		}
		for _, b := range f.Bins {
			bins[b.Bin] += b.Count
		}
		if len(f.Increments)+len(f.Bins) > 0 {
			r.Facts = append(r.Facts, f)
		}
	}
	for bin := range uint16(indicator.NumBins) {
		if bins[bin] != 0 {
			r.Bins = append(r.Bins, explain.BinCount{Bin: bin, Count: bins[bin]})
		}
	}
	return r
}

// sums adds up what the entries of an explanation give.
func sums(e *explain.Explanation) (numerator, denominator int64) {
	for i := range e.Entries {
		numerator += e.Entries[i].Numerator
		denominator += e.Entries[i].Denominator
	}
	return numerator, denominator
}
