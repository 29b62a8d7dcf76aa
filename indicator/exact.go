// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"cmp"
	"math/bits"
)

// product is the exact product of a signed and two unsigned factors: its sign, and its
// absolute value in three words, the highest first. The factors of a comparison are a sum
// (below 2^63), two scales (2^60) and the other side's denominator (2^63): 186 bits, which
// is why ClickHouse does the same in Int256.
type product struct {
	sign  int
	words [3]uint64
}

func multiply(signed int64, b, c uint64) product {
	p := product{sign: cmp.Compare(signed, 0)}
	a := uint64(signed)
	if signed < 0 {
		a = -a // of the smallest int64 too: 2^63
	}
	high, low := bits.Mul64(a, b)
	carry, last := bits.Mul64(low, c)
	top, middle := bits.Mul64(high, c)
	middle, over := bits.Add64(middle, carry, 0)
	p.words = [3]uint64{top + over, middle, last}
	if b == 0 || c == 0 {
		p.sign = 0
	}
	return p
}

// compare returns -1, 0 or 1, as p is below, equal to or above o.
func (p product) compare(o product) int {
	if p.sign != o.sign || p.sign == 0 {
		return cmp.Compare(p.sign, o.sign)
	}
	for i := range p.words {
		if c := cmp.Compare(p.words[i], o.words[i]); c != 0 {
			return c * p.sign
		}
	}
	return 0
}

// fraction is a quotient's value: (sum * mul) / (below * div), with mul and div from its
// scale. It is defined when below is positive.
type fraction struct{ sum, below, mul, div int64 }

// at computes the fraction of q from sums of measures and from gauges. A constant is its
// own sum.
func (q *quotient) at(measures, gauges []int64) fraction {
	if q.num == nil {
		return fraction{q.mul, 1, 1, q.div}
	}
	f := fraction{q.num.sum(measures, gauges), 1, q.mul, q.div}
	if q.den != nil {
		f.below = q.den.sum(measures, gauges)
	}
	return f
}

// compare returns -1, 0 or 1, as f is below, equal to or above g, exactly. Both must be
// defined.
func (f fraction) compare(g fraction) int {
	return multiply(f.sum, uint64(f.mul)*uint64(g.div), uint64(g.below)).
		compare(multiply(g.sum, uint64(g.mul)*uint64(f.div), uint64(f.below)))
}
