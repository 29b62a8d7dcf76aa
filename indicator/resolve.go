// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"go/token"
	"strconv"
)

// percentiles are the functions over bins, with their rank in basis points.
var percentiles = [...]struct {
	name   string
	rankBp int64
}{{"p50", 5000}, {"p90", 9000}, {"p95", 9500}}

const (
	functionHours = "hours"
	msPerHour     = 3_600_000
)

// functionNames are the functions of the language, for suggestions.
var functionNames = []string{functionHours, "p50", "p90", "p95"}

// library finds the other formulas that a formula may name.
type library interface {
	// lookup returns the compiled formula of that id. found is false when there is
	// none; form is nil when it is itself wrong, or refers to the one that asks, with
	// the reason then.
	lookup(id string) (form *Form, reason string, found bool)
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
}

// compile parses, resolves and checks one formula.
func compile(text string, lib library, switches []Switch) (*Form, error) {
	r := resolver{formula{text}, lib, switches}
	root, err := r.parse()
	if err != nil {
		return nil, err
	}
	if form, err := r.percentile(root); form != nil || err != nil {
		return form, err
	}
	q, err := r.lower(root)
	if err != nil {
		return nil, err
	}
	if q.constant() {
		return nil, r.fail(root.offset(), "the formula has the same value whatever happens", "name at least one measure")
	}
	return newForm(q), nil
}

// percentile returns the form of p90(some_bins), or of the id of a percentile; nil
// without an error when the root is something else.
func (r resolver) percentile(root node) (*Form, error) {
	switch n := root.(type) {
	case reference:
		if form, _, _ := r.lib.lookup(n.name); form != nil && form.percentile {
			return form, nil
		}
	case call:
		for _, p := range percentiles {
			if p.name != n.name {
				continue
			}
			family, err := r.onlyBins(n)
			if err != nil {
				return nil, err
			}
			return newPercentile(family, p.rankBp), nil
		}
	}
	return nil, nil
}

func (r resolver) onlyBins(n call) (BinFamily, error) {
	if len(n.args) == 1 {
		if ref, ok := n.args[0].(reference); ok {
			if family, ok := ParseBinFamily(ref.name); ok {
				return family, nil
			}
		}
	}
	return 0, r.fail(n.at, n.name+" needs one family of bins", "write "+n.name+"("+WaitAnsweredBins.String()+")")
}

// lower brings a node to the normal form.
func (r resolver) lower(n node) (quotient, error) {
	switch n := n.(type) {
	case number:
		q, reason := quotient{mul: n.num, div: n.den, dim: n.dim}.reduced()
		return q, r.refuse(n.at, reason, n.dim, n.dim)
	case negation:
		q, err := r.lower(n.x)
		return q.negate(), err
	case binary:
		return r.lowerBinary(n)
	case call:
		return r.lowerCall(n)
	case reference:
		return r.lowerReference(n)
	}
	panic("BUG: unknown node in a formula")
}

func (r resolver) lowerBinary(n binary) (quotient, error) {
	x, err := r.lower(n.x)
	if err != nil {
		return x, err
	}
	y, err := r.lower(n.y)
	if err != nil {
		return y, err
	}
	var q quotient
	var reason string
	switch n.op {
	case token.ADD:
		q, reason = x.plus(y)
	case token.SUB:
		q, reason = x.plus(y.negate())
	case token.MUL:
		q, reason = x.times(y)
	default: // convertBinary lets no other through
		q, reason = x.over(y)
	}
	return q, r.refuse(n.at, reason, x.dim, y.dim)
}

// refuse makes an error of a reason; no reason, no error.
func (r resolver) refuse(at int, reason string, x, y dimension) error {
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

func (r resolver) lowerCall(n call) (quotient, error) {
	for _, p := range percentiles {
		if p.name == n.name {
			return quotient{}, r.fail(n.at, "a percentile cannot be part of a larger formula", "make it an indicator of its own")
		}
	}
	if n.name != functionHours {
		return quotient{}, r.fail(n.at, "there is no function named "+strconv.Quote(n.name), didYouMean(n.name, functionNames))
	}
	if len(n.args) != 1 {
		return quotient{}, r.fail(n.at, "hours needs one time", "write for example hours(logged_ms)")
	}
	q, err := r.lower(n.args[0])
	if err != nil {
		return q, err
	}
	if q.dim != (dimension{ms: 1}) {
		return q, r.fail(n.args[0].offset(), "hours needs a time in ms, and this is "+q.dim.String(), "")
	}
	q, reason := q.times(quotient{mul: 1, div: msPerHour, dim: dimension{ms: -1, hours: 1}})
	return q, r.refuse(n.at, reason, q.dim, q.dim)
}

func (r resolver) lowerReference(n reference) (quotient, error) {
	for _, s := range r.switches {
		if s.Name == n.name {
			return quotient{mul: s.Value, div: 1}, nil
		}
	}
	if m, ok := ParseMeasure(n.name); ok {
		return quotient{mul: 1, div: 1, num: linear{{m, 1}}, dim: dimensionOf(m.Info().Unit)}, nil
	}
	if _, ok := ParseBinFamily(n.name); ok {
		return quotient{}, r.fail(n.at, n.name+" is a histogram, not a number", "write for example p90("+n.name+")")
	}
	form, reason, found := r.lib.lookup(n.name)
	switch {
	case !found:
		return quotient{}, r.fail(n.at, "there is nothing named "+strconv.Quote(n.name), r.nearest(n.name))
	case form == nil:
		return quotient{}, r.fail(n.at, reason, "")
	case form.percentile:
		return quotient{}, r.fail(n.at, "the percentile "+n.name+" cannot be part of a larger formula", "")
	}
	return form.q, nil
}

// nearest suggests a measure, a formula or a function.
func (r resolver) nearest(name string) string {
	var names []string
	for i := range infos {
		names = append(names, infos[i].Name)
	}
	for i := range binInfos {
		names = append(names, binInfos[i].Name)
	}
	names = append(append(names, r.lib.ids()...), functionNames...)
	for _, s := range r.switches {
		names = append(names, s.Name)
	}
	return didYouMean(name, names)
}
