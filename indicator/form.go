// SPDX-License-Identifier: Apache-2.0

package indicator

import "slices"

// Form is a compiled formula: a sum, a sum over a sum, or a percentile of a family
// of bins. It is immutable and may be shared between goroutines.
type Form struct {
	q          quotient
	percentile bool
	family     BinFamily
	rankBp     int64
	measures   []Measure
	scopes     ScopeSet
	touchesMin bool
}

// Value is what an indicator is worth: its parts as exact integers, and whether
// it is defined.
type Value struct {
	// Valid is false when the denominator is not positive (nothing happened, or
	// less than nothing after a correction), or when the bins are empty. Such a
	// value is null everywhere: never 0, never 100 %.
	Valid bool
	// Numerator and Denominator are the two sums. The denominator is 1 for a plain
	// sum and for a percentile, whose numerator is the percentile itself in ms.
	Numerator, Denominator int64
	// Sample is the number of cases behind the value: the denominator where it
	// counts things, the sum itself for a plain count, the number of waits of a
	// percentile; 0 where the formula counts nothing (time over time).
	Sample int64

	mul, div int64 // the scale, kept out of the sums so that they stay those of the field
}

// Float returns the value in the indicator's unit, and whether it is valid. It is
// (Numerator * mul) / (Denominator * div) in doubles, in this order; the
// ClickHouse expression does the same steps, so both give the same bits.
func (v Value) Float() (value float64, ok bool) {
	if !v.Valid {
		return 0, false
	}
	numerator := float64(float64(v.Numerator) * float64(v.mul))
	denominator := float64(float64(v.Denominator) * float64(v.div))
	return numerator / denominator, true
}

// Eval computes the value from sums of measures, indexed by Measure. It does not
// allocate. For a percentile it returns null: see EvalBins.
func (f *Form) Eval(measures []int64) Value {
	if f.percentile {
		return Value{Denominator: 1}
	}
	v := Value{Numerator: f.q.num.sum(measures), Denominator: 1, mul: f.q.mul, div: f.q.div}
	if f.q.den == nil {
		v.Valid = true
		if f.samplesNumerator() {
			v.Sample = max(v.Numerator, 0)
		}
		return v
	}
	v.Denominator = f.q.den.sum(measures)
	v.Valid = v.Denominator > 0
	if f.samplesDenominator() {
		v.Sample = max(v.Denominator, 0)
	}
	return v
}

// EvalBins computes a percentile from the bins of its family, in ascending order,
// and their counts. It does not allocate. For any other formula it returns null.
func (f *Form) EvalBins(bins []uint16, counts []int64) Value {
	if !f.percentile {
		return Value{Denominator: 1}
	}
	v := Value{Denominator: 1, mul: 1, div: 1}
	v.Numerator, v.Valid = Percentile(bins, counts, f.rankBp)
	for _, c := range counts {
		v.Sample += c
	}
	v.Sample = max(v.Sample, 0)
	return v
}

// Bins returns the family of bins that a percentile reads, and whether the
// formula is one.
func (f *Form) Bins() (BinFamily, bool) { return f.family, f.percentile }

// Measures returns the measures that the formula reads, in the order of the list,
// each once. It is empty for a percentile. The caller must not change it.
func (f *Form) Measures() []Measure { return f.measures }

// TouchesTime tells whether the formula reads a wall-clock time, so that it must
// be evaluated over whole minutes, numerator and denominator alike.
func (f *Form) TouchesTime() bool { return f.touchesMin }

// Scopes returns the kinds of scope in which all that the formula reads is booked.
func (f *Form) Scopes() ScopeSet { return f.scopes }

// HasSample tells whether Value.Sample means something for this formula.
func (f *Form) HasSample() bool {
	return f.percentile || f.samplesNumerator() || f.samplesDenominator()
}

func (f *Form) samplesNumerator() bool   { return f.q.den == nil && f.q.num.counts() }
func (f *Form) samplesDenominator() bool { return f.q.den != nil && f.q.den.counts() }

func (l linear) sum(measures []int64) int64 {
	var total int64
	for _, t := range l {
		total += t.Coef * measures[t.Measure]
	}
	return total
}

// counts tells whether l adds up counts; all its terms have the same unit.
func (l linear) counts() bool { return len(l) > 0 && l[0].Measure.Info().Unit == UnitCount }

// newForm derives what callers ask of a normal form. A sign goes into the sum, so
// that a numerator shown beside its value has the same sign.
func newForm(q quotient) *Form {
	if q.mul < 0 {
		q.mul, q.num = -q.mul, q.num.negate()
	}
	f := &Form{q: q}
	for _, side := range [...]linear{q.num, q.den} {
		for _, t := range side {
			f.measures = append(f.measures, t.Measure)
		}
	}
	slices.Sort(f.measures)
	f.measures = slices.Compact(f.measures)
	f.scopes = allScopes
	for _, m := range f.measures {
		f.scopes &= m.Info().Scopes
		f.touchesMin = f.touchesMin || m.Info().Time
	}
	return f
}

func newPercentile(family BinFamily, rankBp int64) *Form {
	return &Form{percentile: true, family: family, rankBp: rankBp, scopes: family.Info().Scopes}
}

// dimension of the value.
func (f *Form) dimension() dimension {
	if f.percentile {
		return dimension{ms: 1}
	}
	return f.q.dim
}

// ratio tells whether the formula has a denominator.
func (f *Form) ratio() bool { return f.q.den != nil }
