// SPDX-License-Identifier: Apache-2.0

package aggregator

import "github.com/vigie-kpi/vigie/indicator"

// batch adds up what the advisors' minutes give to the scopes that they share, so that a sweep over all advisors books the
// team and the centre once, not once for each of them.
type batch struct {
	on    bool
	pane  int32
	today int32
	index scopeIndex // of sums
	sums  []batchSum
}

// batchSum is what a scope gets.
type batchSum struct {
	kind   indicator.ScopeKind
	name   ID
	has    [(indicator.NumMeasures + 63) / 64]uint64
	values [indicator.NumMeasures]int64
}

// begin collects what is booked at this pane and business day from now on, until World.endBatch.
func (b *batch) begin(pane, today int32) { b.on, b.pane, b.today = true, pane, today }

// takes tells whether increments at this pane and day go into the batch: a batch has one of each.
func (b *batch) takes(pane, day int32) bool { return b.on && pane == b.pane && day == b.today }

// add collects the increments of measures that a scope of this kind has.
func (b *batch) add(kind indicator.ScopeKind, name ID, incs []Inc) {
	i := b.index.at(kind, name)
	if *i == 0 {
		b.sums = append(b.sums, batchSum{kind: kind, name: name})
		*i = int32(len(b.sums))
	}
	s := &b.sums[*i-1]
	for _, inc := range incs {
		if keyScopes[inc.Key].Has(kind) {
			s.has[inc.Key/64] |= 1 << (inc.Key % 64)
			s.values[inc.Key] += inc.Value
		}
	}
}

// endBatch books what was collected.
func (w *World) endBatch() {
	b := &w.batch
	current := paneOf(w.clock)
	for i := range b.sums {
		sum := &b.sums[i]
		b.index[sum.kind][sum.name] = 0
		if sum.has == [len(sum.has)]uint64{} {
			continue
		}
		s := w.scope(sum.kind, sum.name)
		s.advance(current, b.today)
		for m, value := range sum.values {
			if sum.has[m/64]&(1<<(m%64)) != 0 {
				s.add(IncKey(m), value, b.pane, true)
			}
		}
	}
	b.on, b.sums = false, b.sums[:0]
}
