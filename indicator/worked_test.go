// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"slices"
	"testing"
)

// Formulas with the numbers of the recorded queue log (queue support) put in, as one would write them on paper.
func TestWorkedFormulas(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	sums := make([]int64, NumMeasures)
	for m, n := range map[Measure]int64{Offered: 457, Answered: 269, Abandoned: 188, AbandonedShort: 64, AnsweredWithin: 128,
		AbandonedWithin: 99, WaitAnsweredMs: 5_515_250, SaleCents: 12_990, CancelledCents: 2_000, Left: -3} {
		sums[m] = n
	}
	for _, x := range []struct {
		id     string
		l      Language
		worked string
	}{
		{"sl_neg", English, "128 ÷ (269 + 188)"},
		{"sl_ign", English, "128 ÷ (269 + 188 − 99)"},
		{"asa", English, "5515.25 s ÷ 269"},
		{"asa", French, "5515,25 s ÷ 269"},
		{"revenue_net", English, "129.9 − 20"},
		{"left_rate", English, "(−3) ÷ 457"},
		{"wait_p90", English, ""},
		{"nowhere", English, ""},
	} {
		if got := c.Worked(x.id, sums, x.l); got != x.worked {
			t.Errorf("%s: %q, want %q", x.id, got, x.worked)
		}
	}
	ign, _ := c.Lookup("sl_ign")
	numerator, denominator, ok := ign.Terms(sums)
	if want := []Term{{Answered, 1}, {Abandoned, 1}, {AbandonedWithin, -1}}; !ok || !slices.Equal(denominator, want) ||
		!slices.Equal(numerator, []Term{{AnsweredWithin, 1}}) {
		t.Errorf("sl_ign: %v over %v", numerator, denominator)
	}
}

// Every formula of the catalogue is its terms: what they add up to is what the formula divides.
func TestTermsAreTheFormula(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	sums := make([]int64, NumMeasures)
	for m := range sums {
		sums[m] = int64(m*m%97 + 1)
	}
	explained := 0
	for _, ind := range c.Indicators() {
		numerator, denominator, ok := ind.Terms(sums)
		if !ok {
			continue
		}
		explained++
		v := ind.Eval(sums)
		n, d := addUp(numerator, sums), addUp(denominator, sums)
		if n != v.Numerator || len(denominator) > 0 && d != v.Denominator || len(denominator) == 0 && v.Denominator != 1 {
			t.Errorf("%s: the terms give %d over %d, the formula %d over %d", ind.ID, n, d, v.Numerator, v.Denominator)
		}
		if c.Worked(ind.ID, sums, French) == "" {
			t.Errorf("%s is not worked out", ind.ID)
		}
	}
	if explained < 150 {
		t.Errorf("only %d indicators have terms", explained)
	}
}

func addUp(terms []Term, sums []int64) int64 {
	var total int64
	for _, t := range terms {
		total += t.Coef * sums[t.Measure]
	}
	return total
}
