// SPDX-License-Identifier: Apache-2.0

package live

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/dashboards/wall"
	"github.com/vigie-kpi/vigie/indicator"
)

var assistance = wall.Scope{Kind: indicator.ScopeQueue, ID: "assistance"}

// newDay returns the days of a centre, and a function that moves it and lets its days look.
func newDay(t testing.TB, h History) (*centre, *days, func(hour, minute, second int) *wall.Day) {
	c := capRivage(t)
	d := newDays(c.board, h, nil, 1, nil)
	return c, d, func(hour, minute, second int) *wall.Day {
		if p := c.board.parts[0]; p != nil {
			advance(c, paris(hour, minute, second))
		} else {
			c.until(paris(hour, minute, second))
		}
		now, _ := c.board.Find("")
		d.watch(now)
		return d.of(now)
	}
}

func offeredOf(q wall.Quarter) int64 { return q.Sums.Panes[indicator.Offered] }

// offeredIn adds up what the facts say came between two instants.
func (s *factStore) offeredIn(id string, from, to int64) (n int64) {
	for k, m := range s.rows {
		if k.kind == indicator.ScopeQueue && k.id == id && k.quarter >= from && k.quarter < to {
			n += m[indicator.Offered]
		}
	}
	return n
}

// Without a store the quarters are the differences of what this process saw; the one in which it began is known in part, and
// the curve says since when.
func TestQuartersWithoutAStore(t *testing.T) {
	c, _, at := newDay(t, nil)
	before := at(10, 5, 0).Quarters[assistance]
	if len(before) != 1 || offeredOf(before[0]) != 0 {
		t.Fatalf("just begun: %+v", before)
	}
	known := c.facts.offeredIn("assistance", paris(10, 0, 0), paris(10, 15, 0))
	at(10, 15, 0)
	at(10, 30, 0)
	day := at(10, 40, 0)
	q := day.Quarters[assistance]
	if len(q) != 3 || day.SinceMs != paris(10, 5, 0) || !q[0].Part || q[1].Part || q[1].Open || !q[2].Open {
		t.Fatalf("got %+v, since %d", q, day.SinceMs)
	}
	whole := c.facts.offeredIn("assistance", paris(10, 0, 0), paris(10, 15, 0))
	wants := []int64{whole - known, c.facts.offeredIn("assistance", paris(10, 15, 0), paris(10, 30, 0)), c.facts.offeredIn("assistance", paris(10, 30, 0), paris(10, 45, 0))}
	for i, want := range wants {
		if got := offeredOf(q[i]); got != want || q[i].StartMs != paris(10, 15*i, 0) {
			t.Errorf("quarter %d at %d: %d offered, the facts say %d", i, q[i].StartMs, got, want)
		}
	}
}

// With a store a process that begins in the middle of a quarter knows it from its beginning: it is the day without the
// quarters before. Past Tuesdays give the usual one.
func TestQuartersWithAStore(t *testing.T) {
	var facts *factStore
	c, d, at := newDay(t, func(ctx context.Context, q HistoryQuery) ([]HistoryRow, error) { return facts.history(ctx, q) })
	facts = c.facts
	at(10, 20, 0)
	today := dayNumber(d.board.Centres()[0].Config, paris(5, 0, 0))
	for _, week := range []int32{1, 2} {
		c.facts.copyDay(today, today-7*week)
	}
	// Of a third Tuesday a message alone is known, which came before all else and was replied to later: no usual day.
	lone := make([]int64, indicator.NumMeasures)
	lone[indicator.Offered] = 1
	c.facts.rows[factKey{indicator.ScopeQueue, "mail", today - 21, paris(10, 0, 0) - 21*24*3600*1000}] = lone
	now, _ := c.board.Find("")
	if err := d.ask(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	for _, minute := range []int{20, 31, 46} {
		at(10, minute-minute%15, 0) // in life it looks four times a second
		day := at(10, minute, 0)
		if day.SinceMs != 0 {
			t.Error("a store knows the day from its start")
		}
		for _, q := range day.Quarters[assistance] {
			if want := c.facts.offeredIn("assistance", q.StartMs, q.StartMs+wall.QuarterMs); offeredOf(q) != want || q.Part {
				t.Errorf("at 10:%d, quarter %d: %d offered, the facts say %d", minute, q.StartMs, offeredOf(q), want)
			}
			if open := paris(10, minute, 0)-q.StartMs < wall.QuarterMs; q.Open != open {
				t.Errorf("at 10:%d, quarter %d: open %v", minute, q.StartMs, q.Open)
			}
		}
	}
	day := d.of(now)
	usual := day.Usual[assistance]
	if day.UsualDays != 2 || len(usual) == 0 {
		t.Fatalf("%d usual days, %d quarters", day.UsualDays, len(usual))
	}
	for _, q := range usual {
		if want := 2 * c.facts.offeredIn("assistance", q.StartMs, q.StartMs+wall.QuarterMs); q.StartMs < paris(10, 15, 0) && offeredOf(q) != want {
			t.Errorf("usual quarter %d: %d, want twice %d", q.StartMs, offeredOf(q), want/2)
		}
	}
}

// The stock at the borders of quarters is the store's as far as it has it, and then what this process saw itself.
func TestStockAtBorders(t *testing.T) {
	c := capRivage(t)
	mail := wall.Scope{Kind: indicator.ScopeQueue, ID: "mail"}
	samples := func(_ context.Context, q SampleQuery) ([]Sample, error) {
		if q.FromMs != paris(5, 0, 0) || q.EveryMs != wall.QuarterMs {
			t.Errorf("asked for %+v", q)
		}
		if q.Kind == indicator.ScopeCentre {
			return []Sample{{"", paris(9, 45, 0), 40}, {"", paris(10, 0, 0), 30}}, nil
		}
		n := map[indicator.Gauge]int64{indicator.GaugeItemsOpen: 60, indicator.GaugeItemsDueToday: 37}[q.Gauge]
		return []Sample{{"mail", paris(9, 45, 0), n}, {"mail", paris(7, 0, 0), 99}}, nil // the last of an instant that the centre does not have
	}
	d := newDays(c.board, c.facts.history, samples, 1, nil)
	watch := func(hour, minute int) *Centre {
		c.until(paris(hour, minute, 0))
		now, _ := c.board.Find("")
		d.watch(now)
		return now
	}
	watch(10, 0)
	c.board.parts[0].next = time.Time{}
	now := watch(10, 15)
	due, open := now.Scopes[mail].Gauges["items_due_today"], now.Scopes[mail].Gauges["items_open"]
	if due == 0 || open <= due {
		t.Fatalf("at 10:15 the demo day has %d mails open, %d due: this test proves nothing", open, due)
	}
	if err := d.ask(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	got := d.of(now).Stock
	want := []wall.StockLevel{{AtMs: paris(9, 45, 0), Open: map[string]int64{"mail": 60}, Due: map[string]int64{"mail": 37}},
		{AtMs: paris(10, 0, 0), Open: map[string]int64{}, Due: map[string]int64{}}}
	if len(got) != 3 || !reflect.DeepEqual(got[:2], want) || got[2].AtMs != paris(10, 15, 0) || got[2].Due["mail"] != due || got[2].Open["mail"] != open {
		t.Errorf("got %+v, want %+v and then %d of %d mails", got, want, due, open)
	}
}

// Whoever asks for help is timed from the first moment on at which somebody did, until nobody does.
func TestAskingForHelp(t *testing.T) {
	team := wall.Scope{Kind: indicator.ScopeTeam, ID: "north"}
	var since map[wall.Scope]int64
	f := func(atMs, asked, want int64) {
		t.Helper()
		sums := &wall.Sums{Gauges: map[string]int64{"help_requests": asked}}
		since = noteAsking(&wall.Reading{AsOfMs: atMs, Scopes: map[wall.Scope]*wall.Sums{team: sums}}, since)
		if got := sums.Gauges[wall.GaugeHelpMs]; got != want {
			t.Errorf("at %d, %d ask: for %d ms, want %d", atMs, asked, got, want)
		}
	}
	f(1000, 0, 0)
	f(2000, 1, 0)
	f(63_000, 2, 61_000)
	f(64_000, 0, 0)
	f(70_000, 1, 0)
}

// A log that is played fast, or caught up with, leaps over hours between two looks: what came in them is known together only, so it is
// drawn in no quarter, and the one in the middle of which the leap ended is known in part.
func TestQuartersThatWereLeaptOver(t *testing.T) {
	c, _, at := newDay(t, nil)
	at(8, 0, 0)
	at(8, 15, 0)
	at(10, 10, 0)
	q := at(10, 20, 0).Quarters[assistance]
	if len(q) != 3 || q[0].StartMs != paris(8, 0, 0) || q[1].StartMs != paris(10, 0, 0) || !q[1].Part || q[2].StartMs != paris(10, 15, 0) {
		t.Fatalf("got %+v", q)
	}
	if got, want := offeredOf(q[0]), c.facts.offeredIn("assistance", paris(8, 0, 0), paris(8, 15, 0)); got != want {
		t.Errorf("before the leap %d were offered, the facts say %d", got, want)
	}
}
