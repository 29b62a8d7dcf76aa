// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"maps"
	"regexp"
	"slices"
	"strconv"

	"github.com/vigie-kpi/vigie/indicator"
)

// comparison is a name beside a number or another name: sl_live < 70, answer_rate >= limit.
var comparison = regexp.MustCompile(`([a-z][a-z0-9_]*)\s*(?:<=|>=|==|!=|<|>)\s*([a-z][a-z0-9_]*|[0-9]+(?:\.[0-9]+)?)\s*([%a-z]*)`)

// Doubts are what a rule that compiles certainly does not mean. It is for those who publish rules: one that is in the log already
// applies as it is.
//
// A share that is compared with a number above 1 is such: sl_live < 70 is below 7000 %, so the alert would fire always, and its
// opposite never. Whoever means so writes 7000%.
func (r *Rule) Doubts() Faults {
	var faults Faults
	share := func(key, name, number string) {
		if f, err := strconv.ParseFloat(number, 64); err == nil && f > 1 {
			percent := strconv.FormatFloat(f*100, 'f', -1, 64)
			faults = append(faults, Fault{key, name + " is a share, and " + number + " is " + percent + "%; write " + number + "%"})
		}
	}
	for _, x := range []struct{ key, text string }{{"when", r.When}, {"clear", r.Clear}, {"minimum", r.Minimum}} {
		for _, m := range comparison.FindAllStringSubmatch(x.text, -1) {
			ind, known := r.catalogue.Lookup(m[1])
			switch {
			case !known || ind.Unit != indicator.UnitPercent:
			case m[2] == nameLimit:
				share("limit", m[1], r.Limit)
				for _, scope := range slices.Sorted(maps.Keys(r.Limits)) {
					share("limits", m[1], r.Limits[scope])
				}
			case m[3] == "":
				share(x.key, m[1], m[2])
			}
		}
	}
	return faults
}
