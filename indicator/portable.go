// SPDX-License-Identifier: Apache-2.0

package indicator

import "math"

// The functions of package math may differ in the last bit from one processor to another, and
// what the machine forecasts decides whether an alert fires: two instances that read the same
// log must agree. So these are made of what IEEE 754 lays down to the last bit: sums, products
// and quotients, each rounded by itself, and the bits of a number. Their relative error is
// below 1e-13 over the range that is used here.

// ln2 in two parts, the first of them with so few bits that its multiples are exact.
const (
	ln2High = 6.93147180369123816490e-01
	ln2Low  = 1.90821492927058770002e-10
)

// portableLog is the natural logarithm of a positive number.
func portableLog(x float64) float64 {
	if x <= 0 {
		return math.Inf(-1)
	}
	if math.IsInf(x, 1) {
		return x
	}
	m, e := math.Frexp(x) // x = m * 2^e, m from 1/2 to 1
	if m < math.Sqrt2/2 {
		m, e = m*2, e-1
	}
	s := (m - 1) / (m + 1)
	square := s * s
	sum := 0.0
	for k := 23; k >= 1; k -= 2 { // s + s^3/3 + s^5/5 + ...
		sum = 1/float64(k) + float64(square*sum)
	}
	low := float64(float64(e)*ln2Low) + float64(2*s*sum)
	return float64(float64(e)*ln2High) + low
}

// portableExp is e to the power of x.
func portableExp(x float64) float64 {
	switch {
	case x > 709:
		return math.Inf(1)
	case x < -745:
		return 0
	}
	k := math.Round(x / (ln2High + ln2Low))
	r := x - float64(k*ln2High) - float64(k*ln2Low)
	return math.Ldexp(1+series(r), int(k))
}

// portableExpm1 is portableExp less one, exact for small numbers too.
func portableExpm1(x float64) float64 {
	if -0.35 < x && x < 0.35 {
		return series(x)
	}
	return portableExp(x) - 1
}

// series is e to the power of x, less one, for a small x.
func series(x float64) float64 {
	sum := 0.0
	for k := 16; k >= 1; k-- {
		sum = float64(x/float64(k)) * (1 + sum)
	}
	return sum
}
