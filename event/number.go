// SPDX-License-Identifier: Apache-2.0

package event

import "math"

// Number is an integer attribute of an event: absent, or a number. The zero Number is absent, so an event in Go names
// only the numbers that it has, and a satisfaction that nobody gave is not a zero.
type Number int32

// maxNumber is the greatest number that a Number holds; each attribute's own limit is less.
const maxNumber = math.MaxInt32 - 1

// NumberOf returns the Number that is present and n. What fits no attribute is kept as a number out of range, for
// Validate to refuse.
func NumberOf(n int64) Number {
	if n < 0 {
		return Number(max(n, math.MinInt32))
	}
	return Number(min(n, maxNumber) + 1) // one more, so that 0 is left for absence
}

// Get returns the number, and whether there is one.
func (n Number) Get() (value int64, present bool) {
	if n > 0 {
		return int64(n) - 1, true
	}
	return int64(n), n != 0
}

// Or returns the number, or what stands for an absent one.
func (n Number) Or(absent int64) int64 {
	if value, present := n.Get(); present {
		return value
	}
	return absent
}
