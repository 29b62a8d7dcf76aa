// SPDX-License-Identifier: Apache-2.0

package indicator

import "testing"

// The values were worked out from the definition of the negative binomial law by another program, with its logarithms of the
// gamma function: size 0.5 + the cases of the past days, at most 100, mean the past cases + 0.5 over the number of days.
func TestRarity(t *testing.T) {
	for _, c := range []struct {
		seen, usual, days int64 // usual: of all past days together
		want              int64
		why               string
	}{
		{42, 168, 4, 2, "42 letters, as ever: one day in two has as many"},
		{0, 168, 4, -152, "no letter at all"},
		{0, 56, 4, -54, "a third of the quarter is over, and none came"},
		{126, 280, 4, 52, "1.8 times the 70 calls of a half-hour"},
		{90, 280, 4, 13, "90 calls instead of 70"},
		{40, 280, 4, -28, "40 calls instead of 70"},
		{3, 0, 4, 25, "never in four weeks, and now three times"},
		{700, 2000, 4, 33, "a large queue: 500 a half-hour differ by a tenth from week to week"},
		{20, 20, 2, 17, "two past days say less"},
		{20, 10, 1, 0, "one day says nothing"},
		{0, 0, 4, 0, "nothing, as ever"},
		{100_000, 40, 4, 300, "beyond the bound"},
	} {
		if got := Rarity(c.seen, c.usual*1000, c.days); got != c.want {
			t.Errorf("%s: %d seen, %d in %d days: %d, want %d", c.why, c.seen, c.usual, c.days, got, c.want)
		}
	}
}

// By hand: of 1000 calls 600 were answered in time and 400 are to come; 80 % of 1400 are 1120, so that 520 of 400 are needed.
func TestNeeded(t *testing.T) {
	for _, c := range []struct{ met, due, toCome, target, want int64 }{
		{600, 1000, 400, 8000, 13_000},
		{800, 1000, 400, 8000, 8000},
		{720, 1000, 400, 8000, 10_000},
		{719, 1000, 400, 8000, 10_025}, // 401 of 400
		{999, 1000, 3, 8000, 0},
		{700, 1000, 0, 8000, 0},
		{0, 0, 3, 8000, 8000},
		{1, 1, 3, 8000, 7334}, // 2.2 of 3, rounded up
	} {
		if got := Needed(c.met, c.due, c.toCome, c.target); got != c.want {
			t.Errorf("%d of %d, %d to come: %d, want %d", c.met, c.due, c.toCome, got, c.want)
		}
	}
}
