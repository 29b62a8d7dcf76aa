// SPDX-License-Identifier: Apache-2.0

package indicator

import "slices"

// Form is a compiled formula: a sum, a sum over a sum, a choice between such by
// conditions, or a percentile of a family of bins. It is immutable and may be shared
// between goroutines.
type Form struct {
	reads
	dim        dimension
	q          quotient // when there is nothing to choose
	choice     *choice  // nil when there is nothing to choose
	percentile bool
	family     BinFamily
	rankBp     int64
	unbound    bool // it asks for targets that are not known: it has no value
	sampled    bool // some of its cases count things
	plain      bool // a quotient of measures, as most are
}

// reads is what a formula reads.
type reads struct {
	measures   []Measure
	gauges     []Gauge
	targets    []string
	scopes     ScopeSet
	touchesMin bool
}

// Value is what an indicator is worth: its parts as exact integers, and whether
// it is defined.
type Value struct {
	// Valid is false when the denominator is not positive (nothing happened, or
	// less than nothing after a correction), when the bins are empty, or when a condition
	// has no answer. Such a value is null everywhere: never 0, never 100 %.
	Valid bool
	// Numerator and Denominator are the two sums, those of the case that applies when the
	// formula has conditions. The denominator is 1 for a plain sum and for a percentile,
	// whose numerator is the percentile itself in ms; both are 0 when no case applies.
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
// allocate. For a percentile it returns null (see EvalBins), and for a formula that
// reads gauges too (see EvalNow).
func (f *Form) Eval(measures []int64) Value { return f.EvalNow(measures, nil) }

// EvalNow computes the value from sums of measures, indexed by Measure, and the gauges of
// this instant, indexed by Gauge. gauges may be nil when the formula reads none; one that
// reads some is then null. So is a formula with targets that was not bound to them. It does
// not allocate.
func (f *Form) EvalNow(measures, gauges []int64) Value {
	q := &f.q
	if !f.plain {
		if f.percentile {
			return Value{Denominator: 1}
		}
		if q = f.applies(measures, gauges); q == nil {
			return Value{}
		}
	}
	if q.num == nil {
		return Value{Valid: true, Numerator: q.mul, Denominator: q.div, mul: 1, div: 1}
	}
	// A Value is made in one piece and never copied: it is six words, and moving them would
	// cost more than computing them.
	numerator, denominator := q.num.sum(measures, gauges), int64(1)
	counted := numerator
	if q.den != nil {
		denominator = q.den.sum(measures, gauges)
		counted = denominator
	}
	if !q.cases {
		counted = 0
	}
	return Value{denominator > 0, numerator, denominator, max(counted, 0), q.mul, q.div}
}

// applies returns the quotient that applies, nil when none does.
func (f *Form) applies(measures, gauges []int64) *quotient {
	switch {
	case f.unbound || gauges == nil && len(f.gauges) > 0:
		return nil
	case f.choice == nil:
		return &f.q
	}
	if l := f.choice.pick(measures, gauges); l.kind == leafQuotient {
		return &l.q
	}
	return nil
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

// AddsUp tells whether numerators and denominators may be added up over time and scopes,
// and divided then. A percentile, a choice and a gauge may not.
func (f *Form) AddsUp() bool { return !f.percentile && f.choice == nil && len(f.gauges) == 0 }

// Measures returns the measures that the formula reads, in the order of the list,
// each once. It is empty for a percentile. The caller must not change it.
func (r *reads) Measures() []Measure { return r.measures }

// Gauges returns the gauges that the formula reads, in the order of the list, each once.
// The caller must not change it.
func (r *reads) Gauges() []Gauge { return r.gauges }

// Targets returns the ids of the indicators whose targets the formula asks for, each once.
// The caller must not change it.
func (r *reads) Targets() []string { return r.targets }

// TouchesTime tells whether the formula reads a wall-clock time, so that it must
// be evaluated over whole minutes, numerator and denominator alike.
func (r *reads) TouchesTime() bool { return r.touchesMin }

// Scopes returns the kinds of scope in which all that the formula reads is booked.
func (r *reads) Scopes() ScopeSet { return r.scopes }

// HasSample tells whether Value.Sample means something for this formula.
func (f *Form) HasSample() bool { return f.sampled }

// counts tells whether a value of q has cases behind it.
func (q *quotient) counts() bool {
	if q.den != nil {
		return q.den.counts()
	}
	return q.num.counts()
}

// sum adds l up. gauges may be nil when l has none.
func (l linear) sum(measures, gauges []int64) int64 {
	var total int64
	for _, t := range l {
		if i := int(t.in); i < NumMeasures {
			total += t.coef * measures[i]
		} else {
			total += t.coef * gauges[i-NumMeasures]
		}
	}
	return total
}

// counts tells whether l adds up counts; all its terms have the same unit.
func (l linear) counts() bool { return len(l) > 0 && l[0].in.unit() == UnitCount }

// newForm derives what callers ask of a normal form.
func newForm(v value, targets []string, unbound bool) *Form {
	f := &Form{dim: v.dim, reads: readsOf(v, targets), unbound: unbound}
	if v.c.kind == leafQuotient {
		f.q = v.c.q
	} else {
		f.choice = v.c
	}
	v.c.each(func(l *choice) { f.sampled = f.sampled || l.q.cases }, func(*test) {})
	f.plain = f.choice == nil && !unbound && len(f.gauges) == 0
	return f
}

// readsOf lists what a normal form reads.
func readsOf(v value, targets []string) reads {
	r := reads{scopes: allScopes, targets: targets}
	for _, in := range v.inputs() {
		r.scopes &= in.scopes()
		if in.isGauge() {
			r.gauges = append(r.gauges, in.gauge())
			continue
		}
		r.measures = append(r.measures, in.measure())
		r.touchesMin = r.touchesMin || in.measure().Info().Time
	}
	return r
}

// inputs lists the inputs of all leaves and tests, in their order, each once.
func (v value) inputs() []input {
	var list []input
	add := func(qs ...quotient) {
		for _, q := range qs {
			for _, side := range [...]linear{q.num, q.den} {
				for _, t := range side {
					list = append(list, t.in)
				}
			}
		}
	}
	v.c.each(func(l *choice) { add(l.q) }, func(t *test) { add(t.x, t.y) })
	slices.Sort(list)
	return slices.Compact(list)
}

func newPercentile(family BinFamily, rankBp int64) *Form {
	return &Form{percentile: true, family: family, rankBp: rankBp, dim: dimension{ms: 1}, sampled: true,
		reads: reads{scopes: family.Info().Scopes}}
}

// tree is the normal form, as a tree even when there is nothing to choose.
func (f *Form) tree() *choice {
	if f.choice != nil {
		return f.choice
	}
	return leafOf(f.q)
}

// dimension of the value.
func (f *Form) dimension() dimension { return f.dim }

// ratio tells whether the formula has a denominator, in at least one of its cases.
func (f *Form) ratio() bool {
	found := false
	f.tree().each(func(l *choice) { found = found || l.q.den != nil }, func(*test) {})
	return found
}
