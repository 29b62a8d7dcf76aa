// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"slices"
	"strconv"
)

// Constant is a name that stands for a number in one condition, such as limit for 70%.
type Constant struct {
	Name string
	// Literal is the number as formulas write it: 70%, 20s, 3.
	Literal string
}

// ConditionWith is Condition with names for numbers: those of a scope, say, so that one text serves all of them. A constant
// hides whatever else has its name. The error is a *FormulaError.
func (c *Catalogue) ConditionWith(text string, targets Targets, constants []Constant) (*Condition, error) {
	if targets == nil {
		targets = noTargets{}
	}
	r := resolver{formula: formula{text}, lib: binder{c, targets}, targets: targets}
	for _, constant := range constants {
		q, err := constant.quotient()
		if err != nil {
			return nil, err
		}
		r.constants = append(r.constants, namedQuotient{constant.Name, q})
	}
	root, err := r.parse()
	if err != nil {
		return nil, err
	}
	v, err := r.root(root)
	if err != nil {
		return nil, err
	}
	if !v.truth {
		return nil, r.fail(root.offset(), "this is a number and not a condition", "compare it, as in "+short(text)+" > 0")
	}
	return &Condition{reads: readsOf(v, r.asked), c: v.c}, nil
}

// namedQuotient is a constant, read.
type namedQuotient struct {
	name string
	q    quotient
}

// quotient reads the literal.
func (c Constant) quotient() (quotient, error) {
	f := formula{c.Literal}
	if c.Literal == "" || !isDigit(c.Literal[0]) {
		return quotient{}, f.fail(0, strconv.Quote(c.Literal)+" is not a number", "write 3, 70%, 20s or 5min")
	}
	end, err := f.literalEnd(0)
	if err != nil {
		return quotient{}, err
	}
	if end != len(c.Literal) {
		return quotient{}, f.fail(end, "one number is enough", "write 3, 70%, 20s or 5min")
	}
	n, err := f.literal(0, end)
	if err != nil {
		return quotient{}, err
	}
	number := n.(number)
	q, _ := quotient{mul: number.num, div: number.den, dim: number.dim}.reduced()
	return q, nil
}

// constant returns the constant of that name.
func (r *resolver) constant(name string) (quotient, bool) {
	i := slices.IndexFunc(r.constants, func(c namedQuotient) bool { return c.name == name })
	if i < 0 {
		return quotient{}, false
	}
	return r.constants[i].q, true
}
