// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"math/rand/v2"
	"testing"
)

// Messages last for days: both laws, over weekends and holidays, with events that are hours late, some of them after what is
// older than a day was folded for good, and with a restart now and then.
func TestItemsLastForDays(t *testing.T) {
	t.Parallel()
	for i := range *casesFlag/40 + 1 {
		seed := *seedFlag + uint64(i)
		var p property = func(t testing.TB, seed uint64, s *timeline) {
			random := rand.New(rand.NewPCG(seed, 8))
			r := newRun(t)
			r.tick, r.tailTick = []int64{hour, 7 * hour}[random.IntN(2)], 6*hour
			if random.IntN(3) == 0 {
				r.restart = 1 + random.IntN(20)
			}
			r.play(s, s.deliver(seed), func() {
				if random.IntN(10) == 0 {
					r.checkFacts(s)
				}
			})
			r.checkFacts(s)
		}
		s := newItemTimeline(seed)
		if p.holds(seed, s) != "" {
			p.shrink(seed, s)
			t.Fatalf("seed %d: %s", seed, p.holds(seed, s))
		}
	}
}
