// SPDX-License-Identifier: Apache-2.0

package live

import (
	"context"
	"time"

	"github.com/vigie-kpi/vigie/dashboards/wall"
	"github.com/vigie-kpi/vigie/indicator"
)

const (
	daysOfWeek  = 7
	secondsADay = 24 * 60 * 60
)

// dayNumber is the business day that starts at an instant, as days since 1970-01-01.
func dayNumber(c *wall.Config, startMs int64) int32 {
	t := time.UnixMilli(startMs).In(c.Location)
	return int32(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / secondsADay)
}

// askPast reads what the days before today add up to.
func (d *days) askPast(ctx context.Context, c *Centre, today int32, into *keptDay) error {
	into.long = map[wall.Window]map[wall.Scope]*wall.WindowSums{}
	for need, measures := range d.needed.Long {
		if into.long[need.Window] == nil {
			into.long[need.Window] = map[wall.Scope]*wall.WindowSums{}
		}
		rows, err := d.history(ctx, HistoryQuery{Centre: c.Centre, Kind: need.Kind, FromDay: today - need.Window.Days(), ToDay: today, Measures: measures})
		if err != nil {
			return err
		}
		for _, row := range rows {
			into.long[need.Window][wall.Scope{Kind: need.Kind, ID: row.ID}] = sumsOf(row)
		}
	}
	into.usual = map[wall.Scope][]wall.Quarter{}
	for week := range int32(usualWeeks) {
		if err := d.askUsual(ctx, c, today, today-(week+1)*daysOfWeek, into); err != nil {
			return err
		}
	}
	return nil
}

// askUsual adds a past day to the usual one, by the time of the clock: summer time may have begun or ended in between.
func (d *days) askUsual(ctx context.Context, c *Centre, today, day int32, into *keptDay) error {
	found := false
	for _, kind := range []indicator.ScopeKind{indicator.ScopeQueue, indicator.ScopeCampaign} {
		rows, err := d.history(ctx, HistoryQuery{Centre: c.Centre, Kind: kind, FromDay: day, ToDay: day + 1, Quarters: true, Measures: d.needed.Quarters})
		if err != nil {
			return err
		}
		for _, row := range rows {
			found = true
			s := wall.Scope{Kind: kind, ID: row.ID}
			t := time.UnixMilli(row.QuarterMs).In(c.Config.Location).AddDate(0, 0, int(today-day))
			into.usual[s] = addQuarter(into.usual[s], t.UnixMilli(), row.Measures)
		}
	}
	if found {
		into.usualDays++
	}
	return nil
}

// addQuarter adds sums to the quarter of a list that starts at an instant.
func addQuarter(list []wall.Quarter, startMs int64, measures []int64) []wall.Quarter {
	for i := range list {
		if list[i].StartMs == startMs {
			addTo(list[i].Sums.Panes, measures, 1)
			return list
		}
	}
	return append(list, wall.Quarter{StartMs: startMs, Sums: &wall.WindowSums{Panes: measures, Minutes: measures}})
}

// askStock reads how the stock stood at each border of a quarter of this day, by queue.
func (d *days) askStock(ctx context.Context, c *Centre, start int64, into *keptDay) error {
	if d.samples == nil {
		return nil
	}
	q := SampleQuery{Centre: c.Centre, Kind: indicator.ScopeCentre, Gauge: indicator.GaugeItemsOpen, FromMs: start, ToMs: c.AsOfMs, EveryMs: wall.QuarterMs}
	of, err := d.samples(ctx, q) // when there was a sample at all
	if err != nil {
		return err
	}
	place := map[int64]int{}
	for i, s := range of {
		place[s.AtMs] = i
		into.stockStored = append(into.stockStored, wall.StockLevel{AtMs: s.AtMs, Open: map[string]int64{}, Due: map[string]int64{}})
	}
	q.Kind = indicator.ScopeQueue
	for _, q.Gauge = range []indicator.Gauge{indicator.GaugeItemsOpen, indicator.GaugeItemsDueToday} {
		if of, err = d.samples(ctx, q); err != nil {
			return err
		}
		for _, s := range of {
			i, known := place[s.AtMs]
			switch {
			case !known:
			case q.Gauge == indicator.GaugeItemsOpen:
				into.stockStored[i].Open[s.ID] = s.Value
			default:
				into.stockStored[i].Due[s.ID] = s.Value
			}
		}
	}
	return nil
}
