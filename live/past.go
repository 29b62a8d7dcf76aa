// SPDX-License-Identifier: Apache-2.0

package live

import (
	"context"
	"slices"
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
	return d.askUsual(ctx, c, today, into)
}

// usualShare is the share of the fullest past day's quarters that a day must have to be a usual one, as one in so many: a bank holiday
// is none, nor is a day before the history from which only a message is known that was replied to later.
const usualShare = 4

// askUsual adds up the same weekday of past weeks.
func (d *days) askUsual(ctx context.Context, c *Centre, today int32, into *keptDay) error {
	var past [usualWeeks]map[wall.Scope][]HistoryRow
	var full [usualWeeks]int
	for week := range past {
		var err error
		if past[week], full[week], err = d.askQuarters(ctx, c, today-int32(week+1)*daysOfWeek); err != nil {
			return err
		}
	}
	into.usual = map[wall.Scope][]wall.Quarter{}
	for week, rows := range past {
		if full[week] == 0 || full[week] < slices.Max(full[:])/usualShare {
			continue
		}
		into.usualDays++
		for s, list := range rows {
			for _, row := range list { // by the time of the clock: summer time may have begun or ended in between
				t := time.UnixMilli(row.QuarterMs).In(c.Config.Location).AddDate(0, 0, (week+1)*daysOfWeek)
				into.usual[s] = addQuarter(into.usual[s], t.UnixMilli(), row.Measures)
			}
		}
	}
	return nil
}

// askQuarters reads the quarters of a past day, by queue and campaign, and how many there are.
func (d *days) askQuarters(ctx context.Context, c *Centre, day int32) (of map[wall.Scope][]HistoryRow, n int, err error) {
	of = map[wall.Scope][]HistoryRow{}
	for _, kind := range []indicator.ScopeKind{indicator.ScopeQueue, indicator.ScopeCampaign} {
		rows, err := d.history(ctx, HistoryQuery{Centre: c.Centre, Kind: kind, FromDay: day, ToDay: day + 1, Quarters: true, Measures: d.needed.Quarters})
		if err != nil {
			return nil, 0, err
		}
		for _, row := range rows {
			s := wall.Scope{Kind: kind, ID: row.ID}
			of[s] = append(of[s], row)
		}
		n += len(rows)
	}
	return of, n, nil
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
