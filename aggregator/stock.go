// SPDX-License-Identifier: Apache-2.0

package aggregator

import "github.com/vigie-kpi/vigie/indicator"

// The stock of open items is counted anew only after an item has changed, or when time alone changes what is counted: at night
// there may be 50,000 items, and nothing happens.

// How long before its limit a complaint is said to be due soon.
const (
	ackSoonMs   = 2 * dayMs
	replySoonMs = 10 * dayMs
)

// What is counted of open items, and the gauge of each.
const (
	stockOpen = iota
	stockOverdue
	stockParked
	stockDueToday
	stockAckSoon
	stockAckLate
	stockReplySoon
	stockReplyLate
	numStockCounts
)

var stockGauges = [numStockCounts]GaugeKind{GaugeItemsOpen, GaugeItemsOverdue, GaugeItemsParked, GaugeItemsDueToday,
	GaugeComplaintsAckSoon, GaugeComplaintsAckLate, GaugeComplaintsReplySoon, GaugeComplaintsReplyLate}

// stock is what stands open, by scope.
type stock struct {
	rows  []stockRow
	index scopeIndex
	fresh bool  // no item has changed since rows were counted
	until int64 // from then on they are wrong even so
}

type stockRow struct {
	scopeName
	counts     [numStockCounts]int64
	since      int64 // the oldest cycle under way
	unanswered int64 // the oldest of those that wait for our reply
}

// sampleStock adds the stock to a sample. The centre's row is there already.
func (w *World) sampleStock(centre int, at int64) {
	if !w.stock.fresh || at >= w.stock.until {
		w.countStock(at)
	}
	for i := range w.stock.rows {
		r := &w.stock.rows[i]
		g := &w.out.gauges[centre]
		if r.kind != indicator.ScopeCentre {
			g = w.gaugeOf(at, r.kind, r.name)
		}
		for i, n := range r.counts {
			g.Values[stockGauges[i]] = n
		}
		g.Values[GaugeOldestItemMs] = at - r.since
		if r.unanswered != never {
			g.Values[GaugeOldestUnansweredMs] = at - r.unanswered
		}
	}
}

func (w *World) countStock(at int64) {
	_, dayEnd := w.cfg.calendar.Bounds(w.cfg.calendar.Day(at))
	w.stock.rows, w.stock.fresh, w.stock.until = w.stock.rows[:0], true, dayEnd
	w.stock.index.clear()
	for _, it := range w.openItems {
		s := &it.cur
		var x itemCount
		w.stock.until = min(w.stock.until, x.count(s, at, dayEnd))
		w.stockRow(scopeName{indicator.ScopeCentre, 0}).add(s, &x)
		for _, name := range [...]scopeName{{indicator.ScopeQueue, s.dims.Queue}, {indicator.ScopeProgramme, s.dims.Programme},
			{indicator.ScopeChannel, s.dims.Channel}, {indicator.ScopeTeam, s.dims.Team}} {
			if name.name != 0 {
				w.stockRow(name).add(s, &x)
			}
		}
	}
}

func (w *World) stockRow(name scopeName) *stockRow {
	i := w.stock.index.at(name.kind, name.name)
	if *i == 0 {
		w.stock.rows = append(w.stock.rows, stockRow{scopeName: name, since: never, unanswered: never})
		*i = int32(len(w.stock.rows))
	}
	return &w.stock.rows[*i-1]
}

// itemCount is what an open item adds to the gauges of its scopes.
type itemCount struct {
	counts  [numStockCounts]int64
	ourTurn bool // it waits for our reply
}

// count fills x in for an instant of a business day that ends at dayEnd. It returns when time alone will change it; what a
// limit changes when it passes needs no telling, because the item changes then.
func (x *itemCount) count(s *itemState, at, dayEnd int64) (until int64) {
	parked := s.parkedAt != 0
	x.counts[stockOpen] = 1
	x.counts[stockOverdue] = oneIf(s.overdue)
	x.counts[stockParked] = oneIf(parked)
	x.counts[stockDueToday] = oneIf(!parked && (s.overdue || s.dueAt != 0 && s.dueAt < dayEnd))
	x.ourTurn = !parked && (s.overdue || s.dueAt != 0 || s.repliedAt == 0)
	until = never
	if s.complaint&complaintYes == 0 || s.opening {
		return until
	}
	x.counts[stockAckSoon], until = soon(&s.ack, s.ackAt, ackSoonMs, at, until)
	x.counts[stockReplySoon], until = soon(&s.answer, s.answerAt, replySoonMs, at, until)
	x.counts[stockAckLate] = oneIf(s.ack.how == settledPassed && s.repliedAt == 0)
	x.counts[stockReplyLate] = oneIf(s.answer.how == settledPassed)
	return until
}

// soon tells whether a limit that nobody has settled is near, or else when it will be, if that is before `until`.
func soon(x *settled, limit, soonMs, at, until int64) (n, next int64) {
	switch {
	case x.how != unsettled || limit == 0:
		return 0, until
	case limit-soonMs > at:
		return 0, min(until, limit-soonMs)
	}
	return 1, until
}

func (r *stockRow) add(s *itemState, x *itemCount) {
	for i, n := range x.counts {
		r.counts[i] += n
	}
	r.since = min(r.since, s.cycleAt)
	if x.ourTurn {
		r.unanswered = min(r.unanswered, s.cycleAt)
	}
}
