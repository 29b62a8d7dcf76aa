// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"fmt"
	"strconv"
	"strings"
)

// SQL is a formula as ClickHouse expressions over aggregated columns. Numerator,
// Denominator and Sample are Int64; Value is Nullable(Float64), NULL exactly where
// the Go value is not valid. All give what Value holds, bit for bit.
type SQL struct {
	Value, Numerator, Denominator, Sample string
}

// SQL compiles the formula. measure returns the expression of a measure's sum, an
// Int64, and bins that of a family's sum, a Map(UInt16, Int64); both are pasted as
// they are and may stand several times in the result, so give names of columns of
// a subquery rather than aggregates. bins may be nil when the formula is no
// percentile.
func (f *Form) SQL(measure func(Measure) string, bins func(BinFamily) string) SQL {
	if f.percentile {
		return percentileSQL(bins(f.family), f.rankBp)
	}
	num := f.q.num.sql(measure)
	s := SQL{Numerator: f.q.num.enclose(num), Denominator: "toInt64(1)", Sample: "toInt64(0)"}
	if f.samplesNumerator() {
		s.Sample = "greatest(" + num + ", toInt64(0))"
	}
	if f.q.den == nil {
		value := scaledSQL(num, f.q.mul)
		if f.q.div != 1 {
			value += " / " + strconv.FormatInt(f.q.div, 10)
		}
		s.Value = "toNullable(" + value + ")"
		return s
	}
	den := f.q.den.sql(measure)
	s.Denominator = f.q.den.enclose(den)
	if f.samplesDenominator() {
		s.Sample = "greatest(" + den + ", toInt64(0))"
	}
	below := scaledSQL(den, f.q.div)
	if f.q.div != 1 {
		below = "(" + below + ")"
	}
	s.Value = fmt.Sprintf("if(%s > 0, %s / %s, NULL)", s.Denominator, scaledSQL(num, f.q.mul), below)
	return s
}

// scaledSQL is a sum as a double, times its part of the scale. A factor of one is
// left out: it changes no bit.
func scaledSQL(sum string, factor int64) string {
	if factor == 1 {
		return "toFloat64(" + sum + ")"
	}
	return "toFloat64(" + sum + ") * " + strconv.FormatInt(factor, 10)
}

// enclose puts the text of l in parentheses when it is more than a name.
func (l linear) enclose(text string) string {
	if len(l) == 1 && l[0].Coef == 1 {
		return text
	}
	return "(" + text + ")"
}

// sql writes l as a sum without parentheses around it.
func (l linear) sql(measure func(Measure) string) string {
	var b strings.Builder
	for i, t := range l {
		switch {
		case t.Coef < 0 && i == 0:
			b.WriteString("-")
		case t.Coef < 0:
			b.WriteString(" - ")
		case i > 0:
			b.WriteString(" + ")
		}
		if c := abs(t.Coef); c != 1 {
			b.WriteString(strconv.FormatInt(c, 10) + " * ")
		}
		b.WriteString(measure(t.Measure))
	}
	return b.String()
}

// percentileSQL follows Percentile and BinUpperMs step by step. Arrays of one
// element bind the sorted bins (b), their cumulated counts (c), the total (n) and
// the bin found (k) to a name, which ClickHouse expressions cannot do otherwise.
func percentileSQL(bins string, rankBp int64) SQL {
	total := "arraySum(mapValues(" + bins + "))"
	rank := fmt.Sprintf("greatest(intDiv(n, %[1]d) * %[2]d + intDiv(n %% %[1]d * %[2]d + %[3]d, %[1]d), 1)",
		fullBp, rankBp, fullBp-1)
	find := fmt.Sprintf("arrayFirst((k, s) -> s >= %s, b, c)", rank)
	bind := fmt.Sprintf("arrayMap((b, c, n) -> %s, "+
		"[arraySort(mapKeys(%[2]s))], "+
		"[arrayCumSum(arraySort((v, k) -> k, mapValues(%[2]s), mapKeys(%[2]s)))], "+
		"[%[3]s])", find, bins, total)
	// The branch that is not taken may still be computed, so its shift is kept from
	// being negative.
	octave := fmt.Sprintf("intDiv(greatest(k - %d, 0), %d)", secondBins+1, binsPerOctave)
	edge := fmt.Sprintf("if(k <= %d, k * %d, bitShiftLeft(toInt64(%d), %[4]s) + ((k - %[5]d) %% %[6]d + 1) * bitShiftLeft(toInt64(%[7]d), %[4]s))",
		secondBins, secondMs, linearEndMs, octave, secondBins+1, binsPerOctave, firstOctaveBinMs)
	upper := fmt.Sprintf("arrayMap(k -> %s, arrayMap(k -> toInt64(least(k, %d)), %s))[1]", edge, MaxBin, bind)
	return SQL{
		Value:       fmt.Sprintf("if(%s > 0, toFloat64(%s), NULL)", total, upper),
		Numerator:   fmt.Sprintf("if(%s > 0, %s, 0)", total, upper),
		Denominator: "toInt64(1)",
		Sample:      "greatest(" + total + ", toInt64(0))",
	}
}
