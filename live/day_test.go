// SPDX-License-Identifier: Apache-2.0

package live

import (
	"context"
	"testing"

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
