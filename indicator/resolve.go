// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"cmp"
	"fmt"
	"go/token"
	"slices"
	"strconv"
)

// library finds what a formula may name besides measures and gauges.
type library interface {
	// lookup returns the compiled formula of that id. found is false when there is
	// none; form is nil when it is itself wrong, or refers to the one that asks, with
	// the reason then.
	lookup(id string) (form *Form, reason string, found bool)
	// unit returns the unit of the indicator of that id, and whether there is one.
	unit(id string) (Unit, bool)
	// ids lists all the ids, for suggestions.
	ids() []string
}

// Switch is an integer constant of one formula, 0 or 1, that turns a part of it on
// or off.
type Switch struct {
	Name  string
	Value int64
}

// resolver turns nodes into a form: it resolves names and checks units.
type resolver struct {
	formula
	lib      library
	switches []Switch
	targets  Targets // nil when they are not known yet
	keep     bool    // the formula asks for targets that are not known yet
	asked    []string

	constants []namedQuotient // of a condition
}

// value is what a node is worth: quotients of one dimension, or truths.
type value struct {
	c     *choice
	dim   dimension
	truth bool
}

// compile parses, resolves and checks one formula. targets is nil when they are not known;
// the form is then bound later.
func compile(text string, lib library, switches []Switch, targets Targets) (*Form, error) {
	r := resolver{formula: formula{text}, lib: lib, switches: switches, targets: targets}
	root, err := r.parse()
	if err != nil {
		return nil, err
	}
	if form, err := r.percentile(root); form != nil || err != nil {
		return form, err
	}
	v, err := r.root(root)
	if err != nil {
		return nil, err
	}
	if v.truth {
		return nil, r.fail(root.offset(), "this is a condition and not a number", "write for example if(answered > 0, 1, 0)")
	}
	return newForm(v, r.asked, r.keep), nil
}

// root resolves the whole formula.
func (r *resolver) root(root node) (value, error) {
	r.keep = r.targets == nil && r.asksForTargets(root)
	v, err := r.lower(root)
	if err != nil {
		return v, err
	}
	if len(v.inputs()) == 0 && len(r.asked) == 0 {
		return v, r.fail(root.offset(), "the formula has the same value whatever happens", "name at least one measure")
	}
	return v, nil
}

// asksForTargets tells whether a node, or a formula that it names, asks for a target.
func (r *resolver) asksForTargets(n node) bool {
	switch n := n.(type) {
	case negation:
		return r.asksForTargets(n.x)
	case not:
		return r.asksForTargets(n.x)
	case binary:
		return r.asksForTargets(n.x) || r.asksForTargets(n.y)
	case call:
		return n.name == functionTarget || slices.ContainsFunc(n.args, r.asksForTargets)
	case reference:
		form, _, _ := r.lib.lookup(n.name)
		return form != nil && len(form.targets) > 0
	}
	return false
}

// lower brings a node to the normal form.
func (r *resolver) lower(n node) (value, error) {
	switch n := n.(type) {
	case number:
		q, reason := quotient{mul: n.num, div: n.den, dim: n.dim}.reduced()
		return number1(q), r.refuse(n.at, reason, n.dim, n.dim)
	case negation:
		return r.lowerNegation(n)
	case not:
		x, err := r.condition(n.x)
		return value{c: negated(x), truth: true}, err
	case binary:
		return r.lowerBinary(n)
	case call:
		return r.lowerCall(n)
	case reference:
		return r.lowerReference(n)
	}
	panic("BUG: unknown node in a formula")
}

func number1(q quotient) value { return value{c: leafOf(q), dim: q.dim} }

// number resolves a node that must be a number.
func (r *resolver) number(n node) (value, error) {
	v, err := r.lower(n)
	if err == nil && v.truth {
		err = r.fail(n.offset(), "this is a condition where a number is needed", "write for example if(answered > 0, 1, 0)")
	}
	return v, err
}

// condition resolves a node that must be a condition.
func (r *resolver) condition(n node) (*choice, error) {
	v, err := r.lower(n)
	if err == nil && !v.truth {
		err = r.fail(n.offset(), "this is a number where a condition is needed", "compare it, as in waiting > 0")
	}
	return v.c, err
}

func (r *resolver) lowerNegation(n negation) (value, error) {
	x, err := r.number(n.x)
	if err != nil {
		return x, err
	}
	x.c, err = x.c.replace(func(l *choice) (*choice, error) {
		if l.kind == leafNull {
			return l, nil
		}
		return leafOf(l.q.negate()), nil
	})
	return x, err
}

func (r *resolver) lowerBinary(n binary) (value, error) {
	switch n.op {
	case token.LAND, token.LOR:
		return r.lowerLogic(n)
	case token.LSS, token.LEQ, token.GTR, token.GEQ, token.EQL, token.NEQ:
		return r.lowerComparison(n)
	}
	x, err := r.number(n.x)
	if err != nil {
		return x, err
	}
	y, err := r.number(n.y)
	if err != nil {
		return y, err
	}
	return r.arithmetic(n, x, y)
}

// arithmetic combines each leaf of x with each of y.
func (r *resolver) arithmetic(n binary, x, y value) (value, error) {
	out := value{dim: arithmeticDimension(n.op, x.dim, y.dim)}
	var err error
	out.c, err = x.c.replace(func(a *choice) (*choice, error) {
		return y.c.replace(func(b *choice) (*choice, error) {
			if a.kind == leafNull || b.kind == leafNull {
				if (n.op == token.ADD || n.op == token.SUB) && x.dim != y.dim {
					return nil, r.refuse(n.at, reasonUnits, x.dim, y.dim)
				}
				return null(), nil
			}
			q, reason := operate(n.op, a.q, b.q)
			return leafOf(q), r.refuse(n.at, reason, x.dim, y.dim)
		})
	})
	return r.bounded(n.at, out, err)
}

func operate(op token.Token, x, y quotient) (quotient, string) {
	switch op {
	case token.ADD:
		return x.plus(y)
	case token.SUB:
		return x.plus(y.negate())
	case token.MUL:
		return x.times(y)
	default: // convertBinary lets no other through
		return x.over(y)
	}
}

func arithmeticDimension(op token.Token, x, y dimension) dimension {
	switch op {
	case token.MUL:
		return x.times(y)
	case token.QUO:
		return x.over(y)
	}
	return x
}

// bounded refuses a formula with too many cases.
func (r *resolver) bounded(at int, v value, err error) (value, error) {
	if n := v.c.leaves(); err == nil && n > maxCases {
		err = r.fail(at, fmt.Sprintf("the conditions up to here make %d cases; %d are allowed", n, maxCases),
			"split the formula into several indicators")
	}
	return v, err
}

// refuse makes an error of a reason; no reason, no error.
func (r *resolver) refuse(at int, reason string, x, y dimension) error {
	switch reason {
	case "":
		return nil
	case reasonUnits:
		return r.fail(at, "this adds "+x.String()+" and "+y.String(), "add only quantities of the same unit")
	case reasonProduct:
		return r.fail(at, reason, "multiply by a constant only")
	}
	return r.fail(at, reason, "")
}

func (r *resolver) lowerReference(n reference) (value, error) {
	for _, s := range r.switches {
		if s.Name == n.name {
			return number1(quotient{mul: s.Value, div: 1}), nil
		}
	}
	if q, ok := r.constant(n.name); ok {
		return number1(q), nil
	}
	if m, ok := ParseMeasure(n.name); ok {
		return number1(inputOf(m).quotient()), nil
	}
	if g, ok := ParseGauge(n.name); ok {
		return number1(inputOfGauge(g).quotient()), nil
	}
	if _, ok := ParseBinFamily(n.name); ok {
		return value{}, r.fail(n.at, n.name+" is a histogram, not a number", "write for example p90("+n.name+")")
	}
	form, reason, found := r.lib.lookup(n.name)
	switch {
	case !found:
		return value{}, r.fail(n.at, "there is nothing named "+strconv.Quote(n.name), cmp.Or(r.nearest(n.name), "docs/indicators.md lists what there is"))
	case form == nil:
		return value{}, r.fail(n.at, reason, "")
	case form.percentile:
		return value{}, r.fail(n.at, "the percentile "+n.name+" cannot be part of a larger formula", "")
	}
	for _, id := range form.targets {
		r.ask(id)
	}
	return value{c: form.tree(), dim: form.dimension()}, nil
}

func (i input) quotient() quotient {
	return quotient{mul: 1, div: 1, num: linear{{i, 1}}, dim: dimensionOf(i.unit())}
}

// nearest suggests a measure, a gauge, a formula or a function.
func (r *resolver) nearest(name string) string {
	var names []string
	for i := range infos {
		names = append(names, infos[i].Name)
	}
	for i := range gaugeInfos {
		names = append(names, gaugeInfos[i].Name)
	}
	for i := range binInfos {
		names = append(names, binInfos[i].Name)
	}
	names = append(append(names, r.lib.ids()...), functionNames...)
	for _, s := range r.switches {
		names = append(names, s.Name)
	}
	for _, c := range r.constants {
		names = append(names, c.name)
	}
	return didYouMean(name, names)
}
