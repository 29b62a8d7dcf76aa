// SPDX-License-Identifier: Apache-2.0

package live

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/vigie-kpi/vigie/dashboards/wall"
	"github.com/vigie-kpi/vigie/indicator"
)

// HistoryQuery asks for the sums of a centre's past.
type HistoryQuery struct {
	Centre         string
	Kind           indicator.ScopeKind
	FromDay, ToDay int32 // business days since 1970-01-01: from <= day < to
	Quarters       bool  // a row for each quarter of an hour, else one for all days
	Measures       []indicator.Measure
}

// HistoryRow is what one scope's quarter, or all of its days, hold.
type HistoryRow struct {
	ID        string
	Day       int32
	QuarterMs int64
	Measures  []int64
}

// History reads the past. It is the store, or nothing.
type History func(context.Context, HistoryQuery) ([]HistoryRow, error)

// SampleQuery asks for the samples of one gauge at every so many milliseconds of the clock: FromMs <= at < ToMs, ms UTC.
type SampleQuery struct {
	Centre       string
	Kind         indicator.ScopeKind
	Gauge        indicator.Gauge
	FromMs, ToMs int64
	EveryMs      int64
}

// Sample is a gauge of a scope at an instant.
type Sample struct {
	ID    string // "" for the centre
	AtMs  int64
	Value int64
}

// Samples reads gauges of the past, by scope and time. A scope in which all gauges were 0 has no sample; the centre always
// has. It is the store, or nothing.
type Samples func(context.Context, SampleQuery) ([]Sample, error)

const (
	watchEvery = 250 * time.Millisecond
	dayEvery   = 30 * time.Second // of the log's time; a day that is played faster is asked for more often
	dayRest    = 5 * time.Second  // of real time, at least: a question costs the store up to 0.1 s of CPU
	longEvery  = 5 * time.Minute
	usualWeeks = 4
)

// days keeps the course of the business day of each centre.
type days struct {
	board   *Board
	history History // nil without a store
	samples Samples // likewise
	log     *slog.Logger
	needed  wall.Needs
	every   time.Duration // between two questions to the store

	mu   sync.Mutex
	kept map[string]*keptDay // by centre
}

// keptDay is the course of a centre's day: closed quarters from the store, and what this process has seen itself.
type keptDay struct {
	startMs, endMs int64
	sinceMs        int64                            // when this process first saw this day; 0: from its start on
	borders        map[int64]map[wall.Scope]*border // the sums of the day at the start of quarters, as they were seen
	seenLate       map[int64]bool                   // of these, the quarters that had long begun
	stockSeen      map[int64]wall.StockLevel        // the stock at these borders
	stockStored    []wall.StockLevel                // the same from the store, in order of time
	stored         map[wall.Scope][]wall.Quarter
	storedTo       int64 // quarters from here on are not stored for certain
	usual          map[wall.Scope][]wall.Quarter
	usualDays      int64
	long           map[wall.Window]map[wall.Scope]*wall.WindowSums
	longAt         time.Time
	asked          bool // the store has answered
}

// border is the day's sums at the start of a quarter.
type border struct{ measures []int64 }

// seenInTime is how late into a quarter its start may be seen for the quarter to count as seen whole: a log that is played fast moves
// by minutes between two looks.
const seenInTime = wall.QuarterMs / 3

func newDays(b *Board, h History, samples Samples, pace float64, log *slog.Logger) *days {
	every := max(time.Duration(float64(dayEvery)/pace), dayRest)
	return &days{board: b, history: h, samples: samples, log: log, needed: wall.NeedsOf(b.catalogue), every: every, kept: map[string]*keptDay{}}
}

// run looks at the machines as often as they are read, and asks the store now and then, until ctx ends.
func (d *days) run(ctx context.Context) {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	asked := map[string]time.Time{}
	for {
		for _, c := range d.board.Centres() {
			if fresh := d.watch(c); d.history != nil && (fresh || time.Since(asked[c.Centre]) >= d.every) {
				asked[c.Centre] = time.Now()
				if err := d.ask(ctx, c); err != nil && ctx.Err() == nil {
					d.log.Warn("the past of the day curve could not be read; the wall shows what this process has seen", "centre", c.Centre, "error", err)
				}
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// watch notes the sums at the start of a quarter. It tells when a new day has begun.
func (d *days) watch(c *Centre) (fresh bool) {
	start, end := c.Config.BusinessDay(c.AsOfMs)
	d.mu.Lock()
	defer d.mu.Unlock()
	k := d.kept[c.Centre]
	if k == nil || k.startMs != start {
		fresh = true
		known := k != nil // a day that begins while we watch is known from its start
		k = &keptDay{startMs: start, endMs: end, borders: map[int64]map[wall.Scope]*border{}, seenLate: map[int64]bool{}, stockSeen: map[int64]wall.StockLevel{}}
		if !known {
			k.sinceMs = c.AsOfMs
		}
		d.kept[c.Centre] = k
	}
	quarter := c.AsOfMs - c.AsOfMs%wall.QuarterMs
	if k.borders[quarter] != nil || len(k.borders) > 0 && quarter < slices.Max(slices.Collect(maps.Keys(k.borders))) {
		return fresh
	}
	seen := map[wall.Scope]*border{}
	for s, sums := range c.Scopes {
		if today := sums.Windows[wall.Today]; today != nil && curveKind(s.Kind) {
			seen[s] = &border{today.Panes}
		}
	}
	k.borders[quarter], k.stockSeen[quarter] = seen, c.stockNow(quarter)
	k.seenLate[quarter] = c.AsOfMs-quarter > seenInTime
	return fresh
}

// stockNow is the stock at this moment, as that of the start of a quarter.
func (c *Centre) stockNow(quarter int64) wall.StockLevel {
	l := wall.StockLevel{AtMs: quarter, Open: map[string]int64{}, Due: map[string]int64{}}
	for s, sums := range c.Scopes {
		if s.Kind == indicator.ScopeQueue {
			l.Open[s.ID] = sums.Gauges[indicator.GaugeItemsOpen.String()]
			l.Due[s.ID] = sums.Gauges[indicator.GaugeItemsDueToday.String()]
		}
	}
	return l
}

// curveKind tells the kinds of scope that the curve is drawn of.
func curveKind(k indicator.ScopeKind) bool {
	return k == indicator.ScopeQueue || k == indicator.ScopeCampaign
}

// of returns the course of a centre's day at a reading; nil when it is not known.
func (d *days) of(c *Centre) *wall.Day {
	d.mu.Lock()
	defer d.mu.Unlock()
	k := d.kept[c.Centre]
	if k == nil || c.AsOfMs < k.startMs || c.AsOfMs >= k.endMs {
		return nil
	}
	day := &wall.Day{StartMs: k.startMs, EndMs: k.endMs, SinceMs: k.sinceMs, Quarters: map[wall.Scope][]wall.Quarter{},
		Usual: k.usual, UsualDays: k.usualDays, Long: k.long, Stock: k.stock()}
	if k.asked {
		day.SinceMs = 0
	}
	for s, sums := range c.Scopes {
		if today := sums.Windows[wall.Today]; today != nil && curveKind(s.Kind) {
			day.Quarters[s] = k.quarters(s, today.Panes, c.AsOfMs)
		}
	}
	return day
}

// quarters puts together the quarters of a scope: those that the store has for certain, then the differences between the
// sums seen at borders. The first of the latter starts from what the store holds, if it holds anything. A machine that catches up
// leaps over quarters: what was counted in them is known together only, so none of them is told.
func (k *keptDay) quarters(s wall.Scope, now []int64, asOfMs int64) []wall.Quarter {
	var list []wall.Quarter
	var stored []int64 // the sum of what is listed from the store
	if k.asked {
		stored = make([]int64, indicator.NumMeasures)
	}
	for _, q := range k.stored[s] {
		if q.StartMs < k.storedTo {
			list = append(list, q)
			addTo(stored, q.Sums.Panes, 1)
		}
	}
	current := asOfMs - asOfMs%wall.QuarterMs
	starts := slices.DeleteFunc(slices.Sorted(maps.Keys(k.borders)), func(start int64) bool { return start < k.storedTo })
	if k.asked && (len(starts) == 0 || starts[0] > k.storedTo) && k.storedTo <= current {
		starts = slices.Insert(starts, 0, k.storedTo)
	}
	for i, start := range starts {
		before, part := k.sumsAt(s, start), false
		if start == k.storedTo && k.asked {
			before = stored
		} else if !k.asked && start < k.sinceMs || k.seenLate[start] {
			part = true
		}
		after, end := now, current+wall.QuarterMs
		if i+1 < len(starts) {
			after, end = k.sumsAt(s, starts[i+1]), starts[i+1]
		}
		if end > start+wall.QuarterMs {
			continue
		}
		sums := make([]int64, indicator.NumMeasures)
		addTo(sums, after, 1)
		addTo(sums, before, -1)
		list = append(list, wall.Quarter{StartMs: start, Open: start == current, Part: part, Sums: &wall.WindowSums{Panes: sums, Minutes: sums}})
	}
	return list
}

// stock puts together how the stock stood at the borders of quarters: what the store has, then what was seen.
func (k *keptDay) stock() []wall.StockLevel {
	list := slices.Clone(k.stockStored)
	for _, at := range slices.Sorted(maps.Keys(k.stockSeen)) {
		if len(list) == 0 || at > list[len(list)-1].AtMs {
			list = append(list, k.stockSeen[at])
		}
	}
	return list
}

func (k *keptDay) sumsAt(s wall.Scope, quarter int64) []int64 {
	if b := k.borders[quarter][s]; b != nil {
		return b.measures
	}
	return nil // nothing was counted by then
}

func addTo(sum, more []int64, sign int64) {
	for i, n := range more {
		sum[i] += sign * n
	}
}

// ask reads the day, the same weekday of past weeks and the long windows from the store.
func (d *days) ask(ctx context.Context, c *Centre) error {
	ctx, cancel := context.WithTimeout(ctx, dayEvery)
	defer cancel()
	start, _ := c.Config.BusinessDay(c.AsOfMs)
	today := dayNumber(c.Config, start)
	d.mu.Lock()
	k := d.kept[c.Centre]
	longDue := time.Since(k.longAt) >= longEvery
	d.mu.Unlock()
	fresh := keptDay{stored: map[wall.Scope][]wall.Quarter{}}
	for _, kind := range []indicator.ScopeKind{indicator.ScopeQueue, indicator.ScopeCampaign} {
		rows, err := d.history(ctx, HistoryQuery{Centre: c.Centre, Kind: kind, FromDay: today, ToDay: today + 1, Quarters: true, Measures: d.needed.Quarters})
		if err != nil {
			return err
		}
		for _, row := range rows {
			s := wall.Scope{Kind: kind, ID: row.ID}
			fresh.stored[s] = append(fresh.stored[s], wall.Quarter{StartMs: row.QuarterMs, Sums: sumsOf(row)})
		}
	}
	if err := d.askStock(ctx, c, start, &fresh); err != nil {
		return err
	}
	if longDue {
		if err := d.askPast(ctx, c, today, &fresh); err != nil {
			return err
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if k != d.kept[c.Centre] {
		return nil // the day has ended meanwhile
	}
	// A block ends within five seconds of the log's clock; the quarter that ended just now may not be whole yet.
	const settleMs = 30_000
	settled := c.AsOfMs - settleMs
	k.stockStored = fresh.stockStored
	k.stored, k.storedTo, k.asked = fresh.stored, max(settled-settled%wall.QuarterMs, k.startMs-k.startMs%wall.QuarterMs), true
	if longDue {
		k.usual, k.usualDays, k.long, k.longAt = fresh.usual, fresh.usualDays, fresh.long, time.Now()
	}
	return nil
}

func sumsOf(row HistoryRow) *wall.WindowSums {
	return &wall.WindowSums{Panes: row.Measures, Minutes: row.Measures}
}
