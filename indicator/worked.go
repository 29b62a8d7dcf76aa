// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"fmt"
	"strconv"
	"strings"
)

// Term is a measure with its coefficient in one of the two sums of a formula.
type Term struct {
	Measure Measure
	Coef    int64
}

// Terms returns the two sums that the formula divides, in the order in which a reader meets
// their terms; a plain sum has no denominator. measures are the sums of what is looked at: a
// formula with conditions has other terms in other cases. ok is false for a percentile, for
// a formula that reads gauges or unknown targets, and where no case applies.
func (f *Form) Terms(measures []int64) (numerator, denominator []Term, ok bool) {
	if f.percentile || len(f.gauges) > 0 {
		return nil, nil, false
	}
	q := f.applies(measures, nil)
	if q == nil {
		return nil, nil, false
	}
	return q.num.terms(), q.den.terms(), true
}

func (l linear) terms() []Term {
	list := make([]Term, len(l))
	for i, t := range l {
		list[i] = Term{t.in.measure(), t.coef}
	}
	return list
}

// RankBp is the rank of a percentile in basis points, and 0 for other formulas.
func (f *Form) RankBp() int64 { return f.rankBp }

// Rank is the place of the case that a percentile of n cases shows, counted from 1 in the
// order of size.
func (f *Form) Rank(n int64) int64 { return percentileRank(n, f.rankBp) }

// Worked writes the formula of an indicator with the sums of its measures in the place of
// names, down to the measures, as a reader would work it out by hand. It is empty for an id
// that does not exist, for a percentile and for a formula that reads gauges.
func (c *Catalogue) Worked(id string, measures []int64, l Language) string {
	ind, ok := c.Lookup(id)
	if !ok || ind.percentile || len(ind.gauges) > 0 {
		return ""
	}
	return writer{c: c, l: l, sums: measures}.formula(id)
}

// sum writes a measure's sum: times in seconds, amounts in whole units of the currency.
func (w writer) sum(m Measure) phrase {
	value := w.sums[m]
	text := strconv.FormatInt(value, 10)
	switch m.Info().Unit {
	case UnitMs:
		text = w.decimal(value, 3) + " s"
	case UnitCents:
		text = w.decimal(value, 2)
	}
	if value < 0 {
		return phrase{"−" + strings.TrimPrefix(text, "-"), bindsComparison}
	}
	return phrase{text, bindsAll}
}

// decimal writes value / 10^places exactly, without zeros at its end.
func (w writer) decimal(value int64, places int) string {
	text := fmt.Sprintf("%0*d", places+1, abs(value))
	whole, rest := text[:len(text)-places], strings.TrimRight(text[len(text)-places:], "0")
	if value < 0 {
		whole = "-" + whole
	}
	if rest == "" {
		return whole
	}
	return whole + w.say(".", ",") + rest
}
