// SPDX-License-Identifier: Apache-2.0

package indicator

import "strconv"

// The functions of the language, besides percentiles.
const (
	functionHours    = "hours"
	functionIf       = "if"
	functionMin      = "min"
	functionMax      = "max"
	functionClamp    = "clamp"
	functionCoalesce = "coalesce"
	functionTarget   = "target"
)

const msPerHour = 3_600_000

// percentiles are the functions over bins, with their rank in basis points. p100 is the largest: a plain maximum could not be
// taken back when a correction comes.
var percentiles = [...]struct {
	name   string
	rankBp int64
}{{"p50", 5000}, {"p90", 9000}, {"p95", 9500}, {"p100", 10_000}}

// functionNames are all of them, for suggestions.
var functionNames = []string{functionHours, functionIf, functionMin, functionMax, functionClamp, functionCoalesce, functionTarget,
	"p50", "p90", "p95", "p100"}

// percentile returns the form of p90(some_bins), or of the id of a percentile; nil
// without an error when the root is something else.
func (r *resolver) percentile(root node) (*Form, error) {
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

func (r *resolver) onlyBins(n call) (BinFamily, error) {
	if len(n.args) == 1 {
		if ref, ok := n.args[0].(reference); ok {
			if family, ok := ParseBinFamily(ref.name); ok {
				return family, nil
			}
		}
	}
	return 0, r.fail(n.at, n.name+" needs one family of bins", "write "+n.name+"("+WaitAnsweredBins.String()+")")
}

func (r *resolver) lowerCall(n call) (value, error) {
	switch n.name {
	case functionHours:
		return r.hours(n)
	case functionIf:
		return r.ifThenElse(n)
	case functionMin, functionMax:
		return r.extreme(n)
	case functionClamp:
		return r.clamp(n)
	case functionCoalesce:
		return r.coalesce(n)
	case functionTarget:
		return r.target(n)
	}
	for _, p := range percentiles {
		if p.name == n.name {
			return value{}, r.fail(n.at, "a percentile cannot be part of a larger formula", "make it an indicator of its own")
		}
	}
	return value{}, r.fail(n.at, "there is no function named "+strconv.Quote(n.name), didYouMean(n.name, functionNames))
}

func (r *resolver) hours(n call) (value, error) {
	if len(n.args) != 1 {
		return value{}, r.fail(n.at, "hours needs one time", "write for example hours(logged_ms)")
	}
	x, err := r.number(n.args[0])
	if err != nil {
		return x, err
	}
	if x.dim != (dimension{ms: 1}) {
		return x, r.fail(n.args[0].offset(), "hours needs a time in ms, and this is "+x.dim.String(), "")
	}
	factor := quotient{mul: 1, div: msPerHour, dim: dimension{ms: -1, hours: 1}}
	x.dim = factor.dim.times(x.dim)
	x.c, err = x.c.replace(func(l *choice) (*choice, error) {
		if l.kind == leafNull {
			return l, nil
		}
		q, reason := l.q.times(factor)
		return leafOf(q), r.refuse(n.at, reason, q.dim, q.dim)
	})
	return x, err
}

// ifThenElse is the second argument where the first holds, the third where it does not,
// and null where it has no answer.
func (r *resolver) ifThenElse(n call) (value, error) {
	if len(n.args) != 3 {
		return value{}, r.fail(n.at, "if needs a condition, what to take then, and what to take else", "write for example if(offered > 0, answered / offered, 0%)")
	}
	c, err := r.condition(n.args[0])
	if err != nil {
		return value{}, err
	}
	cases, err := r.numbers(n.args[1:])
	if err != nil {
		return value{}, err
	}
	out := value{dim: cases[0].dim}
	out.c, err = c.replace(func(l *choice) (*choice, error) {
		switch l.kind {
		case leafTrue:
			return cases[0].c, nil
		case leafFalse:
			return cases[1].c, nil
		}
		return l, nil
	})
	return r.bounded(n.at, out, err)
}

// numbers resolves arguments that are numbers of one unit.
func (r *resolver) numbers(args []node) ([]value, error) {
	list := make([]value, len(args))
	for i, arg := range args {
		var err error
		if list[i], err = r.number(arg); err != nil {
			return nil, err
		}
		if err := r.sameUnit(arg.offset(), "chooses between", list[0].dim, list[i].dim); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// extreme is the smallest or the largest of its arguments; null when one of them is.
func (r *resolver) extreme(n call) (value, error) {
	if len(n.args) < 2 {
		return value{}, r.fail(n.at, n.name+" needs at least two values", "write for example "+n.name+"(asa, avg_abandon_time)")
	}
	list, err := r.numbers(n.args)
	if err != nil {
		return value{}, err
	}
	out := list[0]
	for _, v := range list[1:] {
		if out, err = r.better(n, out, v, n.name == functionMax); err != nil {
			return out, err
		}
	}
	return out, nil
}

// better is the larger or the smaller of two; of two equal ones the first.
func (r *resolver) better(n call, x, y value, larger bool) (value, error) {
	var err error
	x.c, err = r.paired(x.c, y.c, func(a, b *choice) *choice {
		if larger {
			return branch(test{testAtMost, b.q, a.q}, a, b, null(), r.keep)
		}
		return branch(test{testAtMost, a.q, b.q}, a, b, null(), r.keep)
	})
	return r.bounded(n.at, x, err)
}

// clamp keeps its first argument between the two others.
func (r *resolver) clamp(n call) (value, error) {
	if len(n.args) != 3 {
		return value{}, r.fail(n.at, "clamp needs a value and its two bounds", "write for example clamp(conformance, 0%, 100%)")
	}
	list, err := r.numbers(n.args)
	if err != nil {
		return value{}, err
	}
	x, err := r.better(n, list[0], list[1], true)
	if err != nil {
		return x, err
	}
	return r.better(n, x, list[2], false)
}

// coalesce is the first of its arguments that has a value.
func (r *resolver) coalesce(n call) (value, error) {
	if len(n.args) < 2 {
		return value{}, r.fail(n.at, "coalesce needs at least two values", "write for example coalesce(sl_live, 0%)")
	}
	list, err := r.numbers(n.args)
	if err != nil {
		return value{}, err
	}
	out := list[len(list)-1]
	for i := len(list) - 2; i >= 0; i-- {
		otherwise := out.c
		out.c, err = list[i].c.replace(func(l *choice) (*choice, error) {
			if l.kind == leafNull {
				return otherwise, nil
			}
			return branch(test{op: testDefined, x: l.q}, l, otherwise, nil, false), nil
		})
		if out, err = r.bounded(n.at, out, err); err != nil {
			return out, err
		}
	}
	return out, nil
}
