// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"math"
	"testing"
)

// Package math says what the portable functions must give, up to its own last bits.
func TestPortableFunctionsAgreeWithMath(t *testing.T) {
	near := func(name string, x, got, want float64) {
		t.Helper()
		if got != want && !(math.Abs(got-want) <= 1e-13*math.Abs(want)) {
			t.Errorf("%s(%v) = %v, want %v", name, x, got, want)
		}
	}
	for i := -2000; i <= 2000; i++ {
		x := float64(i) * 0.349
		near("exp", x, portableExp(x), math.Exp(x))
		small := float64(i) * 0.00037
		near("expm1", small, portableExpm1(small), math.Expm1(small))
		if power := math.Exp(float64(i) * 0.31); power > 0 && power != 1 {
			near("log", power, portableLog(power), math.Log(power))
		}
	}
	for _, x := range []float64{1e-300, 1e300, 0.5, 2, math.Nextafter(1, 0), math.Nextafter(1, 2)} {
		near("log", x, portableLog(x), math.Log(x))
	}
	near("log", math.SmallestNonzeroFloat64, portableLog(math.SmallestNonzeroFloat64), -1074*math.Ln2) // some processors' own is wrong here
	if portableLog(1) != 0 || portableExp(0) != 1 || portableExp(-1000) != 0 || !math.IsInf(portableExp(1000), 1) || !math.IsInf(portableLog(0), -1) {
		t.Error("wrong at the edges")
	}
}
