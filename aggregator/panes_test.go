// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Whatever is booked, now, late, or after hours of silence, a stretch of panes holds what was booked in it.
func TestPanesHoldWhatWasBooked(t *testing.T) {
	type at struct {
		pane int32
		key  IncKey
	}
	random := rand.New(rand.NewPCG(7, 7))
	for round := range 30 {
		var p panes
		want := map[at]int64{}
		now := int32(17_000_000)
		for range 4000 {
			switch random.IntN(40) {
			case 0:
				now += random.Int32N(8)
			case 1:
				if round%3 == 0 && random.IntN(20) == 0 {
					now += random.Int32N(2 * keepPanes)
				}
			}
			back := random.Int32N(3)
			switch random.IntN(8) {
			case 0:
				back = 6
			case 1:
				back = random.Int32N(keepPanes)
			}
			key := IncKey(random.IntN(12))
			if random.IntN(5) == 0 {
				key = IncKey(binKeyBase + random.IntN(2*binKeySpan))
			}
			value := []int64{1, -1, 60_000, -60_000, math.MaxInt32 * 5, math.MinInt64 / 1000}[random.IntN(6)]
			e, _ := p.at(now-back, key, random.Int32N(20), now)
			e.value += value
			want[at{now - back, key}] += value
		}
		for _, length := range []int32{1, 7, 31, 91, keepPanes} {
			first := now - length + 1
			sums, expected := map[IncKey]int64{}, map[IncKey]int64{}
			p.each(first, now+1, func(e paneInc) {
				if e.pane < first || e.pane > now {
					t.Fatalf("pane %d is not in [%d, %d]", e.pane, first, now)
				}
				sums[e.key] += e.value
			})
			for k, v := range want {
				if k.pane >= first {
					expected[k.key] += v
				}
			}
			for k, v := range expected {
				if sums[k] != v {
					t.Fatalf("round %d, %d panes, key %d: %d, want %d", round, length, k, sums[k], v)
				}
			}
		}
		if len(p.packed) == 0 || len(p.open) > 4000/4 {
			t.Errorf("round %d: %d open entries, %d bytes packed: nothing is packed", round, len(p.open), len(p.packed))
		}
	}
}
