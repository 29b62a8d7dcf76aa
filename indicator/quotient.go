// SPDX-License-Identifier: Apache-2.0

package indicator

import "slices"

// term is an input with an integer coefficient.
type term struct {
	in   input
	coef int64
}

// linear is a sum of terms, in the order in which a reader meets them, without
// zero coefficients and without a constant. Empty means zero.
type linear []term

// Limits that keep every step exact. A measure stays below 2^49 (10,000 people's
// milliseconds over a year are 3.2e14), so a coefficient of 10,000 leaves room
// for a sum in an int64. A count stays below 2^40 (each of 10,000 people would
// have three contacts a second for a year), so it may have one of 2^22, which
// holds an hour in ms. The two parts of a scale stay below 2^30, so that the
// product of two fits and each is an exact double.
const (
	maxCoef      = 10_000
	maxCountCoef = 1 << 22
	maxScale     = 1 << 30
)

// maxCoef is the largest coefficient that i may have.
func (i input) maxCoef() int64 {
	if i.unit() == UnitCount {
		return maxCountCoef
	}
	return maxCoef
}

// quotient is the normal form of an additive formula:
//
//	value = (mul * num) / (div * den)
//
// num and den add up over time and over scopes, which is why a formula that
// cannot be brought to this form is refused. Parts cancel as in algebra, and only
// the denominator that remains decides whether a value is null.
type quotient struct {
	mul, div int64  // coprime, div > 0: the scale
	num      linear // nil for a constant, whose value is mul/div
	den      linear // nil for 1
	dim      dimension
	cases    bool // a value has cases behind it; set in leaves, to be quick
}

// zero is the constant 0: what is left when terms cancel or a switch is off.
func zero(dim dimension) quotient { return quotient{div: 1, dim: dim} }

func (q quotient) constant() bool { return q.num == nil }

// signed puts the sign of the scale into the sum, so that a numerator shown beside its
// value has the same sign. A constant, which has no sum, keeps it.
func (q quotient) signed() quotient {
	if q.mul < 0 && !q.constant() {
		q.mul, q.num = -q.mul, q.num.negate()
	}
	return q
}

// The reasons for which an operation has no normal form, as the reader of an
// error sees them.
const (
	reasonUnits       = "units differ"
	reasonConstant    = "a constant cannot be added to a sum: over two hours it would be counted twice"
	reasonDenominator = "the two ratios have different denominators, so their sum does not add up over time"
	reasonProduct     = "a product of two sums does not add up over time"
	reasonQuotient    = "this division does not come down to one sum over another"
	reasonZeroDivide  = "this divides by zero"
	reasonTooLarge    = "the factors are too large"
)

func (q quotient) negate() quotient {
	q.mul = -q.mul
	return q
}

// plus returns q + r, or the reason why it has no normal form.
func (q quotient) plus(r quotient) (quotient, string) {
	if q.dim != r.dim {
		return q, reasonUnits
	}
	switch {
	case q.constant() && r.constant():
		return q.plusConstant(r)
	case q.constant() && q.mul == 0:
		return r, ""
	case r.constant() && r.mul == 0:
		return q, ""
	case q.constant():
		if r.den == nil {
			return q, reasonConstant
		}
		q.num, q.den = r.den, r.den
	case r.constant():
		if q.den == nil {
			return q, reasonConstant
		}
		r.num, r.den = q.den, q.den
	case !q.den.same(r.den):
		return q, reasonDenominator
	}
	div := lcm(q.div, r.div)
	a, b := q.mul*(div/q.div), r.mul*(div/r.div)
	mul := gcd(abs(a), abs(b))
	num, ok := combine(q.num, a/mul, r.num, b/mul)
	if !ok {
		return q, reasonTooLarge
	}
	if len(num) == 0 {
		return zero(q.dim), ""
	}
	return quotient{mul: mul, div: div, num: num, den: q.den, dim: q.dim}.reduced()
}

func (q quotient) plusConstant(r quotient) (quotient, string) {
	div := lcm(q.div, r.div)
	q.mul, q.div = q.mul*(div/q.div)+r.mul*(div/r.div), div
	return q.reduced()
}

// times returns q * r, or the reason why it has no normal form.
func (q quotient) times(r quotient) (quotient, string) {
	if q.constant() {
		q, r = r, q
	}
	if !r.constant() {
		return q, reasonProduct
	}
	dim := q.dim.times(r.dim)
	if r.mul == 0 {
		return zero(dim), ""
	}
	q.mul, q.div, q.dim = q.mul*r.mul, q.div*r.div, dim
	return q.reduced()
}

// over returns q / r, or the reason why it has no normal form.
func (q quotient) over(r quotient) (quotient, string) {
	if r.mul == 0 {
		return q, reasonZeroDivide
	}
	inverse := quotient{mul: r.div, div: r.mul, dim: dimension{}.over(r.dim)}
	if inverse.div < 0 {
		inverse.mul, inverse.div = -inverse.mul, -inverse.div
	}
	if r.constant() {
		return q.times(inverse)
	}
	scale, reason := quotient{mul: q.mul, div: q.div, dim: q.dim}.times(inverse)
	if reason != "" {
		return q, reason
	}
	switch {
	case !q.constant() && q.den.same(r.den): // (a/d) / (b/d) and a / b
		scale.num, scale.den = q.num, r.num
	case q.constant() && r.den != nil: // c / (a/b)
		scale.num, scale.den = r.den, r.num
	default:
		return q, reasonQuotient
	}
	return scale, ""
}

// reduced brings the scale to its lowest terms.
func (q quotient) reduced() (quotient, string) {
	if g := gcd(abs(q.mul), q.div); g > 1 {
		q.mul, q.div = q.mul/g, q.div/g
	}
	if abs(q.mul) > maxScale || q.div > maxScale {
		return q, reasonTooLarge
	}
	return q, ""
}

// same tells whether two sums have the same terms, in whatever order.
func (l linear) same(m linear) bool {
	if len(l) != len(m) {
		return false
	}
	for _, t := range l {
		if !slices.Contains(m, t) {
			return false
		}
	}
	return true
}

func (l linear) negate() linear {
	negated := slices.Clone(l)
	for i := range negated {
		negated[i].coef = -negated[i].coef
	}
	return negated
}

// combine returns a*l + b*m, and false when a coefficient is out of bounds.
func combine(l linear, a int64, m linear, b int64) (linear, bool) {
	if abs(a) > maxCountCoef || abs(b) > maxCountCoef {
		return nil, false
	}
	sum := make(linear, 0, len(l)+len(m))
	for _, t := range l {
		sum = append(sum, term{t.in, a * t.coef})
	}
	for _, t := range m {
		i := slices.IndexFunc(sum, func(s term) bool { return s.in == t.in })
		if i < 0 {
			i, sum = len(sum), append(sum, term{t.in, 0})
		}
		sum[i].coef += b * t.coef
	}
	sum = slices.DeleteFunc(sum, func(t term) bool { return t.coef == 0 })
	for _, t := range sum {
		if abs(t.coef) > t.in.maxCoef() {
			return nil, false
		}
	}
	return sum, true
}

func abs(x int64) int64 {
	if x < 0 {
		return -x
	}
	return x
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func lcm(a, b int64) int64 { return a / gcd(a, b) * b }
