// SPDX-License-Identifier: Apache-2.0

package indicator

import "go/token"

// lowerComparison compares each leaf of x with each of y.
func (r *resolver) lowerComparison(n binary) (value, error) {
	x, err := r.number(n.x)
	if err != nil {
		return x, err
	}
	y, err := r.number(n.y)
	if err != nil {
		return y, err
	}
	if err := r.sameUnit(n.at, "compares", x.dim, y.dim); err != nil {
		return x, err
	}
	out := value{truth: true}
	out.c, err = r.paired(x.c, y.c, func(a, b *choice) *choice {
		yes, no := truth(true), truth(false)
		t := test{testEqual, a.q, b.q}
		switch n.op {
		case token.LSS:
			t.op = testLess
		case token.LEQ:
			t.op = testAtMost
		case token.GTR:
			t.op, t.x, t.y = testLess, b.q, a.q
		case token.GEQ:
			t.op, t.x, t.y = testAtMost, b.q, a.q
		case token.NEQ:
			yes, no = no, yes
		}
		return branch(t, yes, no, null(), r.keep)
	})
	return r.bounded(n.at, out, err)
}

// paired joins each leaf of x with each of y; where one has no value, nor has the result.
func (r *resolver) paired(x, y *choice, join func(a, b *choice) *choice) (*choice, error) {
	return x.replace(func(a *choice) (*choice, error) {
		return y.replace(func(b *choice) (*choice, error) {
			if a.kind == leafNull || b.kind == leafNull {
				return null(), nil
			}
			return join(a, b), nil
		})
	})
}

// sameUnit refuses what mixes units.
func (r *resolver) sameUnit(at int, does string, x, y dimension) error {
	if x == y {
		return nil
	}
	hint := "use quantities of the same unit"
	if plain, ms := (dimension{}), (dimension{ms: 1}); x == ms && y == plain || x == plain && y == ms {
		hint = "write a time with its unit, such as 20s or 5min"
	} else if bp := (dimension{bp: 1}); x == bp && y == plain || x == plain && y == bp {
		hint = "write basis points with their unit: 7000bp is 70 %"
	}
	return r.fail(at, "this "+does+" "+x.String()+" and "+y.String(), hint)
}

// lowerLogic joins two conditions, of which either may have no answer: false && unknown is
// false, and true || unknown is true, as in SQL.
func (r *resolver) lowerLogic(n binary) (value, error) {
	x, err := r.condition(n.x)
	if err != nil {
		return value{}, err
	}
	y, err := r.condition(n.y)
	if err != nil {
		return value{}, err
	}
	settled := leafFalse // the answer of x that makes y unimportant
	if n.op == token.LOR {
		settled = leafTrue
	}
	out := value{truth: true}
	out.c, err = x.replace(func(a *choice) (*choice, error) {
		switch a.kind {
		case settled:
			return a, nil
		case leafNull:
			return y.replace(func(b *choice) (*choice, error) {
				if b.kind == settled {
					return b, nil
				}
				return null(), nil
			})
		}
		return y, nil
	})
	return r.bounded(n.at, out, err)
}

// negated is the opposite condition.
func negated(c *choice) *choice {
	// No leaf makes an error.
	out, _ := c.replace(func(l *choice) (*choice, error) {
		if l.kind == leafNull {
			return l, nil
		}
		return truth(l.kind == leafFalse), nil
	})
	return out
}
