// SPDX-License-Identifier: Apache-2.0

package indicator

import "testing"

// TestSumSQL: the value from sums of parts, worked by hand: a share, a mean in ms, things per hour (3,600,000 ms), a
// percentage of points, and a plain count, which needs no denominator.
func TestSumSQL(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{
		"answer_rate":      "if(d > 0, toFloat64(n) / toFloat64(d), NULL)",
		"asa":              "if(d > 0, toFloat64(n) / toFloat64(d), NULL)",
		"pitched_per_hour": "if(d > 0, toFloat64(n) * 3600000 / toFloat64(d), NULL)",
		"nps":              "if(d > 0, toFloat64(n) * 100 / toFloat64(d), NULL)",
		"offered":          "toNullable(toFloat64(n))",
	} {
		ind, ok := c.Lookup(id)
		if !ok {
			t.Fatal(id)
		}
		if got := ind.SumSQL("n", "d"); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}
