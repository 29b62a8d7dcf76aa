// SPDX-License-Identifier: Apache-2.0

package store

import (
	"cmp"
	"slices"
)

// clip cuts ranges to what is there and joins those that touch, in their order.
func clip(list []DayRange, all DayRange) []DayRange {
	var out []DayRange
	slices.SortFunc(list, func(a, b DayRange) int { return cmp.Compare(a.From, b.From) })
	for _, r := range list {
		r.From, r.To = max(r.From, all.From), min(r.To, all.To)
		if r.From > r.To {
			continue
		}
		if n := len(out); n > 0 && r.From <= out[n-1].To+1 {
			out[n-1].To = max(out[n-1].To, r.To)
			continue
		}
		out = append(out, r)
	}
	return out
}
