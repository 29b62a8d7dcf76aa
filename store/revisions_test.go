// SPDX-License-Identifier: Apache-2.0

package store

import (
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
)

// TestRevisions: a late event and a correction of it are shown, with when they became known and by which record; what came in
// time, even in a block that ends just after the quarter, is not; nor is a block whose clock nobody noted, or an import.
func TestRevisions(t *testing.T) {
	s := openMigrated(t)
	live := newWorld("lyon", "")
	w := openWriter(t, s, 0, nil)
	answered := func(n int64) []aggregator.Inc {
		return []aggregator.Inc{inc(indicator.Answered, n), inc(indicator.WaitAnsweredMs, n*4000)}
	}
	for _, b := range []struct {
		clock       string // "": not noted
		first, last int64
		world       *world
		facts       []made
	}{
		{"2026-03-02T10:15:03Z", 0, 9, live, []made{{at: "2026-03-02T10:14:59Z", offset: 9, queue: "support", incs: answered(1)}}},
		{"2026-03-02T10:16:00Z", 10, 19, live, []made{{at: "2026-03-02T10:14:58Z", offset: 11, queue: "support", contact: "c7", incs: answered(1)}}},
		{"", 20, 29, live, []made{{at: "2026-03-02T08:00:00Z", offset: 21, queue: "support", incs: answered(1)}}},
		{"2026-03-02T12:00:00Z", 30, 39, newWorld("lyon", "import-1"), []made{{at: "2026-03-02T08:00:00Z", offset: 31, queue: "support", incs: answered(1)}}},
		{"2026-03-02T14:00:00Z", 40, 49, live, []made{{at: "2026-03-02T10:14:58Z", offset: 49, queue: "support", contact: "c7", incs: answered(-1)},
			{at: "2026-03-02T13:59:59Z", offset: 48, queue: "support", incs: answered(1)}}},
	} {
		block := seal(t, b.world, 0, b.first, b.last, b.facts...)
		if b.clock != "" {
			block.ClockMs = at(t, b.clock)
		}
		write(t, w, block)
	}
	got := text(t, s, "toString(quarter), toString(known_at), late_s, queue, contact, partition, offset, measure, change", "revisions ORDER BY offset, measure")
	want := `[('2026-03-02 10:00:00','2026-03-02 10:16:00.000',60,'support','c7',0,11,'answered',1),` +
		`('2026-03-02 10:00:00','2026-03-02 10:16:00.000',60,'support','c7',0,11,'wait_answered_ms',4000),` +
		`('2026-03-02 10:00:00','2026-03-02 14:00:00.000',13500,'support','c7',0,49,'answered',-1),` +
		`('2026-03-02 10:00:00','2026-03-02 14:00:00.000',13500,'support','c7',0,49,'wait_answered_ms',-4000)]`
	if got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}
