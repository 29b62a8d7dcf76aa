// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"slices"

	"github.com/vigie-kpi/vigie/indicator"
)

// stockMeasures move the stock.
var stockMeasures = []indicator.Measure{indicator.ItemsOpening, indicator.ItemsCreated, indicator.ItemsReopened, indicator.ItemsSolved, indicator.ItemsDropped}

// burnDown draws what was due that day at the start of each quarter, against what could still be done from then on, and marks
// the batches that came in. Where a bar is above the line, it will not all be done in time.
func (e *evaluation) burnDown(c *Curve, spec *CurveSpec, scopes []Scope) {
	arrived, known := e.Catalogue.Lookup(spec.Burn.Arrived)
	if !known {
		panic("BUG: a curve names what the catalogue does not have: " + spec.Burn.Arrived)
	}
	from, to := e.curveSpan(spec.Scope, arrived)
	pace, paced := e.workPace(spec.Burn, scopes)
	closeMs := e.lastClose(spec.Scope, to)
	due := e.dueLevels(scopes)
	for start := from; start < to && len(c.Quarters) < maxQuarters; start += QuarterMs {
		p := CurvePoint{StartMs: start, Time: e.clockAt(start)}
		if n, known := due[start]; known && start <= e.Reading.AsOfMs {
			p.Bar = &n
		}
		looked := start
		if start <= e.Reading.AsOfMs && e.Reading.AsOfMs < start+QuarterMs {
			now, _ := e.Reading.Gauge(gaugeDueToday, scopes...)
			p.Bar, p.Open, looked = &now, true, e.Reading.AsOfMs
		}
		if paced {
			left := pace.capacity(looked, closeMs)
			p.Expected = &left
		}
		c.Quarters = append(c.Quarters, p)
	}
	if paced {
		c.Expected = e.say(spec.Burn.Capacity)
	}
	e.finishCurve(c, from, QuarterMs)
	e.markBatches(c, spec.Burn, scopes, from)
}

// dueLevels adds up what was due, by instant.
func (e *evaluation) dueLevels(scopes []Scope) map[int64]int64 {
	levels := map[int64]int64{}
	for _, l := range e.Day.Stock {
		levels[l.AtMs] += 0
		for _, s := range scopes {
			levels[l.AtMs] += l.Due[s.ID]
		}
	}
	return levels
}

// lastClose is when the last of some queues closes on this business day, or else an instant given.
func (e *evaluation) lastClose(rule ScopeRule, otherwise int64) int64 {
	if spans := e.mergedSpans(rule); len(spans) > 0 {
		return spans[len(spans)-1][1]
	}
	return otherwise
}

// A batch is a quarter of an hour that brought at least batchMin, and a good part of what its queue gets that day.
const (
	batchMin     = 10
	batchShare   = 4 // a quarter of it
	maxBatchMark = 4
)

// batch is what came into a queue within a quarter of an hour.
type batch struct {
	queue string
	at, n int64
}

// markBatches adds a flag for each batch, the greatest where there are many.
func (e *evaluation) markBatches(c *Curve, b *BurnSpec, scopes []Scope, from int64) {
	arrived, _ := e.Catalogue.Lookup(b.Arrived)
	var found []batch
	for _, s := range scopes {
		came := e.arrivals(b, s)
		var today, usual int64
		for _, x := range came {
			today += x.n
		}
		for _, q := range e.Day.Usual[s] {
			usual += Eval(arrived.Form, q.Sums).Numerator
		}
		whole := usual / max(e.Day.UsualDays, 1)
		if whole == 0 {
			whole = today
		}
		for _, x := range came {
			if x.n >= batchMin && x.n*batchShare >= whole && x.at >= from {
				found = append(found, x)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b batch) int { return int(b.n - a.n) })
	for _, x := range found[:min(len(found), maxBatchMark)] {
		at := c.place(x.at, from, QuarterMs)
		text := e.say(wordBatch, e.Config.queueName(x.queue, e.Reading.AsOfMs), decimal(e.Lang, float64(x.n), 0))
		c.Flags = append(c.Flags, CurveFlag{at, at, FlagBatch, text})
	}
	slices.SortStableFunc(c.Flags, func(a, b CurveFlag) int { return int((a.From - b.From) * 1000) })
}

// arrivals are what came into a queue in each quarter, by when the centre knew it: what was booked there, and what the stock
// rose by beyond all that was booked. A letter is booked when it was received, perhaps yesterday, and is work from the minute
// on in which it is opened.
func (e *evaluation) arrivals(b *BurnSpec, s Scope) []batch {
	arrived, _ := e.Catalogue.Lookup(b.Arrived)
	var list []batch
	for i, l := range e.Day.Stock {
		after, _ := e.Reading.Gauge(gaugeOpen, s)
		if i+1 < len(e.Day.Stock) {
			after = e.Day.Stock[i+1].Open[s.ID]
			if e.Day.Stock[i+1].AtMs != l.AtMs+QuarterMs {
				continue
			}
		} else if e.Reading.AsOfMs >= l.AtMs+QuarterMs {
			continue
		}
		n := after - l.Open[s.ID]
		for _, q := range quartersIn(e.Day.Quarters[s], l.AtMs, l.AtMs+QuarterMs) {
			booked, _ := indicator.GaugeItemsOpen.Flow(q.Sums.Panes)
			n += Eval(arrived.Form, q.Sums).Numerator - booked
		}
		list = append(list, batch{s.ID, l.AtMs, n})
	}
	return list
}
