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

// Columns say where the inputs of a formula are. Each returns an expression, an Int64 for a
// measure's sum or a gauge, a Map(UInt16, Int64) for a family's sum. It is pasted as it is
// and may stand several times in the result, so give names of columns of a subquery rather
// than aggregates. One that the formula does not need may be nil.
type Columns struct {
	Measure func(Measure) string
	Gauge   func(Gauge) string
	Bins    func(BinFamily) string
}

// SQL compiles the formula over columns of measures and bins. See Columns, and SQLOver for
// formulas that read gauges, which have no value here.
func (f *Form) SQL(measure func(Measure) string, bins func(BinFamily) string) SQL {
	return f.SQLOver(Columns{Measure: measure, Bins: bins})
}

// SQLOver compiles the formula. One that asks for targets must be bound to them before, or
// it has no value.
func (f *Form) SQLOver(columns Columns) SQL {
	switch {
	case f.percentile:
		return percentileSQL(columns.Bins(f.family), f.rankBp)
	case f.unbound || columns.Gauge == nil && len(f.gauges) > 0:
		return nullSQL()
	case f.choice == nil:
		return f.q.sql(columns)
	}
	part := func(of func(SQL) string) string {
		return f.choice.sql(columns, func(l *choice) string {
			if l.kind == leafQuotient {
				return of(l.q.sql(columns))
			}
			return of(nullSQL())
		})
	}
	return SQL{
		Value:       part(func(s SQL) string { return s.Value }),
		Numerator:   part(func(s SQL) string { return s.Numerator }),
		Denominator: part(func(s SQL) string { return s.Denominator }),
		Sample:      part(func(s SQL) string { return s.Sample }),
	}
}

// SumSQL is the value, from expressions for a numerator and a denominator that were added up over rows of a view: sums of
// its _num and _den columns. It does the steps that Value.Float does. It means nothing for a formula that does not AddsUp.
func (f *Form) SumSQL(numerator, denominator string) string {
	q := f.q
	if q.den == nil {
		if q.div == 1 {
			return "toNullable(" + scaledSQL(numerator, q.mul) + ")"
		}
		return fmt.Sprintf("toNullable(%s / %d)", scaledSQL(numerator, q.mul), q.div)
	}
	below := scaledSQL(denominator, q.div)
	if q.div != 1 {
		below = "(" + below + ")"
	}
	return fmt.Sprintf("if(%s > 0, %s / %s, NULL)", denominator, scaledSQL(numerator, q.mul), below)
}

func nullSQL() SQL {
	return SQL{"CAST(NULL, 'Nullable(Float64)')", int64SQL(0), int64SQL(0), int64SQL(0)}
}

func int64SQL(n int64) string { return "toInt64(" + strconv.FormatInt(n, 10) + ")" }

// sql writes a quotient.
func (q *quotient) sql(columns Columns) SQL {
	if q.num == nil {
		return SQL{fmt.Sprintf("toNullable(toFloat64(%d) / toFloat64(%d))", q.mul, q.div), int64SQL(q.mul), int64SQL(q.div), int64SQL(0)}
	}
	num := q.num.sql(columns)
	s := SQL{Numerator: q.num.enclose(num), Denominator: int64SQL(1), Sample: int64SQL(0)}
	if q.den == nil {
		if q.num.counts() {
			s.Sample = "greatest(" + num + ", toInt64(0))"
		}
		value := scaledSQL(num, q.mul)
		if q.div != 1 {
			value += " / " + strconv.FormatInt(q.div, 10)
		}
		s.Value = "toNullable(" + value + ")"
		return s
	}
	den := q.den.sql(columns)
	s.Denominator = q.den.enclose(den)
	if q.den.counts() {
		s.Sample = "greatest(" + den + ", toInt64(0))"
	}
	below := scaledSQL(den, q.div)
	if q.div != 1 {
		below = "(" + below + ")"
	}
	s.Value = fmt.Sprintf("if(%s > 0, %s / %s, NULL)", s.Denominator, scaledSQL(num, q.mul), below)
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
	if len(l) == 1 && l[0].coef == 1 {
		return text
	}
	return "(" + text + ")"
}

// sql writes l as a sum without parentheses around it.
func (l linear) sql(columns Columns) string {
	var b strings.Builder
	for i, t := range l {
		switch {
		case t.coef < 0 && i == 0:
			b.WriteString("-")
		case t.coef < 0:
			b.WriteString(" - ")
		case i > 0:
			b.WriteString(" + ")
		}
		if c := abs(t.coef); c != 1 {
			b.WriteString(strconv.FormatInt(c, 10) + " * ")
		}
		if t.in.isGauge() {
			b.WriteString(columns.Gauge(t.in.gauge()))
			continue
		}
		b.WriteString(columns.Measure(t.in.measure()))
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
