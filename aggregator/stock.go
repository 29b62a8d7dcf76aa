// SPDX-License-Identifier: Apache-2.0

package aggregator

import "github.com/vigie-kpi/vigie/indicator"

// The stock of open items is counted anew only after an item has changed: at night there may be 50,000, and nothing happens.

// stock is what stands open, by scope.
type stock struct {
	rows  []stockRow
	index scopeIndex
	fresh bool // rows are right
}

type stockRow struct {
	kind                  indicator.ScopeKind
	name                  ID
	open, overdue, parked int64
	since                 int64 // the oldest cycle under way
}

// sampleStock adds the stock to a sample. The centre's row is there already.
func (w *World) sampleStock(centre int, at int64) {
	if !w.stock.fresh {
		w.countStock()
	}
	for i := range w.stock.rows {
		r := &w.stock.rows[i]
		g := &w.out.gauges[centre]
		if r.kind != indicator.ScopeCentre {
			g = w.gaugeOf(at, r.kind, r.name)
		}
		g.Values[GaugeItemsOpen], g.Values[GaugeItemsOverdue], g.Values[GaugeItemsParked] = r.open, r.overdue, r.parked
		g.Values[GaugeOldestItemMs] = at - r.since
	}
}

func (w *World) countStock() {
	w.stock.rows, w.stock.fresh = w.stock.rows[:0], true
	w.stock.index.clear()
	for _, it := range w.openItems {
		s := &it.cur
		w.stockRow(indicator.ScopeCentre, 0).add(s)
		for _, x := range [...]struct {
			kind indicator.ScopeKind
			name ID
		}{{indicator.ScopeQueue, s.dims.Queue}, {indicator.ScopeProgramme, s.dims.Programme}, {indicator.ScopeChannel, s.dims.Channel},
			{indicator.ScopeTeam, s.dims.Team}} {
			if x.name != 0 {
				w.stockRow(x.kind, x.name).add(s)
			}
		}
	}
}

func (w *World) stockRow(kind indicator.ScopeKind, name ID) *stockRow {
	i := w.stock.index.at(kind, name)
	if *i == 0 {
		w.stock.rows = append(w.stock.rows, stockRow{kind: kind, name: name, since: never})
		*i = int32(len(w.stock.rows))
	}
	return &w.stock.rows[*i-1]
}

func (r *stockRow) add(s *itemState) {
	r.open++
	r.overdue += oneIf(s.overdue)
	r.parked += oneIf(s.parkedAt != 0)
	r.since = min(r.since, s.cycleAt)
}
