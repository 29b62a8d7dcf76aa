// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"flag"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

var (
	cases = flag.Int("vigie.cases", 3000, "random formulas to compare with the twin")
	seed  = flag.Uint64("vigie.seed", 1, "seed of the first of them")
)

// TestFormulasAgreeWithTheirTwin evaluates random formulas on random sums twice: compiled,
// and by a twin that follows the text with fractions of any size and knows nothing of normal
// forms, cases or 64 bits. -vigie.seed=N -vigie.cases=1 repeats one.
func TestFormulasAgreeWithTheirTwin(t *testing.T) {
	accepted := 0
	for i := range *cases {
		r := twin{Rand: rand.New(rand.NewPCG(*seed+uint64(i), 7))}
		text, want := r.value(3, r.IntN(2) == 0)
		form, err := compile(text, &builder{}, nil, nil)
		if err != nil {
			if strings.Contains(err.Error(), "BUG") || strings.Contains(err.Error(), "cannot be read") {
				t.Fatalf("seed %d: %s: %v", *seed+uint64(i), text, err)
			}
			continue // it has no normal form, or is constant
		}
		accepted++
		for range 8 {
			measures, gauges := r.vectors()
			got, exact := form.EvalNow(measures, gauges), want(measures, gauges)
			if got.Valid != (exact != nil) || got.Valid && got.rat().Cmp(exact) != 0 {
				t.Fatalf("seed %d: %s\n%v %v\n got %v %v\nwant %v", *seed+uint64(i), text, measures, gauges, got, got.Valid, exact)
			}
		}
	}
	if *cases >= 1000 && accepted < *cases/2 {
		t.Errorf("only %d of %d formulas were accepted: the twin writes nonsense", accepted, *cases)
	}
}

// rat is the value as an exact fraction.
func (v Value) rat() *big.Rat {
	n := new(big.Rat).SetFrac(big.NewInt(v.Numerator), big.NewInt(v.Denominator))
	return n.Mul(n, big.NewRat(v.mul, v.div))
}

// twin writes formulas, each with the function that it means.
type twin struct{ *rand.Rand }

// meaning is a formula's value; nil is null.
type meaning func(measures, gauges []int64) *big.Rat

// truthMeaning is a condition's: 1 true, 0 false, -1 unknown.
type truthMeaning func(measures, gauges []int64) int

// vectors are sums as they may be: mostly small, some zero, some negative after a
// correction, some as large as they get.
func (r twin) vectors() (measures, gauges []int64) {
	measures, gauges = make([]int64, NumMeasures), make([]int64, NumGauges)
	one := func() int64 {
		switch r.IntN(8) {
		case 0:
			return 0
		case 1:
			return -r.Int64N(5)
		case 2:
			return r.Int64N(1 << 40)
		}
		return r.Int64N(12)
	}
	for i := range measures {
		measures[i] = one()
	}
	for i := range gauges {
		gauges[i] = one()
	}
	return measures, gauges
}

// sum is a sum of different inputs of one unit with coefficients, which never cancel.
func (r twin) sum(ms bool) (string, meaning) {
	names := []string{"offered", "answered", "abandoned", "left", "waiting", "advisors_available"}
	if ms {
		names = []string{"talk_ms", "hold_ms", "longest_wait_ms", "logged_ms"}
	}
	r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	var parts []string
	var means []meaning
	for _, name := range names[:1+r.IntN(3)] {
		coef := int64(1 + r.IntN(3))
		if r.IntN(4) == 0 {
			coef = -coef
		}
		parts = append(parts, fmt.Sprintf("(%d)*%s", coef, name))
		means = append(means, func(measures, gauges []int64) *big.Rat {
			if m, ok := ParseMeasure(name); ok {
				return big.NewRat(coef*measures[m], 1)
			}
			g, _ := ParseGauge(name)
			return big.NewRat(coef*gauges[g], 1)
		})
	}
	return "(" + strings.Join(parts, " + ") + ")", func(measures, gauges []int64) *big.Rat {
		total := new(big.Rat)
		for _, m := range means {
			total.Add(total, m(measures, gauges))
		}
		return total
	}
}

// ratio is a sum over a sum, null when the lower one is not positive.
func (r twin) ratio(ms bool) (string, meaning) {
	above, n := r.sum(ms)
	below, d := r.sum(false)
	return above + "/" + below, func(measures, gauges []int64) *big.Rat {
		if d := d(measures, gauges); d.Sign() > 0 {
			return new(big.Rat).Quo(n(measures, gauges), d)
		}
		return nil
	}
}

func (r twin) constant(ms bool) (string, meaning) {
	n := 1 + r.Int64N(30)
	text, value := fmt.Sprintf("%d%%", n), big.NewRat(n, 100)
	if ms {
		text, value = fmt.Sprintf("%ds", n), big.NewRat(n*1000, 1)
	}
	return text, func([]int64, []int64) *big.Rat { return value }
}

// value is any number, in ms or plain.
func (r twin) value(depth int, ms bool) (string, meaning) {
	if depth == 0 {
		return r.leaf(ms)
	}
	x, mx := r.value(depth-1, ms)
	y, my := r.value(depth-1, ms)
	both := func(join func(a, b *big.Rat) *big.Rat) meaning {
		return func(measures, gauges []int64) *big.Rat {
			a, b := mx(measures, gauges), my(measures, gauges)
			if a == nil || b == nil {
				return nil
			}
			return join(a, b)
		}
	}
	switch r.IntN(8) {
	case 0:
		return "min(" + x + ", " + y + ")", both(func(a, b *big.Rat) *big.Rat { return smaller(a, b) })
	case 1:
		return "max(" + x + ", " + y + ")", both(func(a, b *big.Rat) *big.Rat { return larger(a, b) })
	case 2:
		c, mc := r.condition(depth-1, ms)
		return "if(" + c + ", " + x + ", " + y + ")", func(measures, gauges []int64) *big.Rat {
			switch mc(measures, gauges) {
			case 1:
				return mx(measures, gauges)
			case 0:
				return my(measures, gauges)
			}
			return nil
		}
	case 3:
		return "coalesce(" + x + ", " + y + ")", func(measures, gauges []int64) *big.Rat {
			if a := mx(measures, gauges); a != nil {
				return a
			}
			return my(measures, gauges)
		}
	case 4:
		low, ml := r.constant(ms)
		high, mh := r.constant(ms)
		return "clamp(" + x + ", " + low + ", " + high + ")", func(measures, gauges []int64) *big.Rat {
			a := mx(measures, gauges)
			if a == nil {
				return nil
			}
			return smaller(larger(a, ml(nil, nil)), mh(nil, nil))
		}
	case 5:
		c, mc := r.constant(ms)
		return "(" + c + " - " + x + ")", func(measures, gauges []int64) *big.Rat {
			if a := mx(measures, gauges); a != nil {
				return new(big.Rat).Sub(mc(nil, nil), a)
			}
			return nil
		}
	case 6:
		c, mc := r.constant(false)
		return c + " * (-" + x + ")", func(measures, gauges []int64) *big.Rat {
			if a := mx(measures, gauges); a != nil {
				return new(big.Rat).Neg(new(big.Rat).Mul(mc(nil, nil), a))
			}
			return nil
		}
	}
	return r.leaf(ms)
}

func (r twin) leaf(ms bool) (string, meaning) {
	switch r.IntN(5) {
	case 0:
		return r.constant(ms)
	case 1:
		return r.sum(ms)
	}
	return r.ratio(ms)
}

// condition compares two numbers, or joins two conditions.
func (r twin) condition(depth int, ms bool) (string, truthMeaning) {
	if depth > 0 && r.IntN(3) == 0 {
		return r.joined(depth, ms)
	}
	x, mx := r.leaf(ms)
	y, my := r.leaf(ms)
	ops := []struct {
		text  string
		holds func(order int) bool
	}{
		{"<", func(o int) bool { return o < 0 }}, {"<=", func(o int) bool { return o <= 0 }}, {">", func(o int) bool { return o > 0 }},
		{">=", func(o int) bool { return o >= 0 }}, {"==", func(o int) bool { return o == 0 }}, {"!=", func(o int) bool { return o != 0 }},
	}
	op := ops[r.IntN(len(ops))]
	return x + " " + op.text + " " + y, func(measures, gauges []int64) int {
		a, b := mx(measures, gauges), my(measures, gauges)
		switch {
		case a == nil || b == nil:
			return -1
		case op.holds(a.Cmp(b)):
			return 1
		}
		return 0
	}
}

func (r twin) joined(depth int, ms bool) (string, truthMeaning) {
	x, mx := r.condition(depth-1, ms)
	y, my := r.condition(depth-1, ms)
	op, settled := "&&", 0
	if r.IntN(2) == 0 {
		op, settled = "||", 1
	}
	return "!(" + x + ") " + op + " (" + y + ")", func(measures, gauges []int64) int {
		a, b := mx(measures, gauges), my(measures, gauges)
		if a >= 0 {
			a = 1 - a
		}
		switch {
		case a == settled || b == settled:
			return settled
		case a < 0 || b < 0:
			return -1
		}
		return 1 - settled
	}
}

func smaller(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) <= 0 {
		return a
	}
	return b
}

func larger(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) >= 0 {
		return a
	}
	return b
}
