// SPDX-License-Identifier: Apache-2.0

package indicator

// choice is the normal form of a formula with conditions: a tree whose inner nodes test
// two quotients and whose leaves are quotients. Every function of the language but hours
// only chooses one of its arguments, and arithmetic is done in each leaf, so that every
// formula comes down to such a tree: a value is always one sum over another, exact, and
// the conditions compare integers, exact too.
//
// A condition by itself is a tree as well, with truths as leaves.
type choice struct {
	kind leaf
	q    quotient // of leafQuotient

	// Of an inner node: what to take when the test holds, when it does not, and when one
	// of its sides has no value. A test that always has an answer has nothing as unknown.
	test             test
	yes, no, unknown *choice
}

type leaf uint8

const (
	leafNone leaf = iota // an inner node
	leafQuotient
	// leafNull is the absence of a value, and the condition that is neither true nor false.
	leafNull
	leafTrue
	leafFalse
)

// maxCases bounds the leaves of a tree, hence the length of its SQL: 100 leaves of some
// 100 bytes. Five comparisons of ratios joined by && have 32.
const maxCases = 100

// test compares two quotients of the same dimension.
type test struct {
	op   testOp
	x, y quotient
}

type testOp uint8

const (
	testLess testOp = iota
	testAtMost
	testEqual
	// testDefined asks whether x has a value; y is not used.
	testDefined
)

func leafOf(q quotient) *choice {
	q = q.signed()
	q.cases = q.counts()
	return &choice{kind: leafQuotient, q: q}
}

func truth(t bool) *choice {
	if t {
		return &choice{kind: leafTrue}
	}
	return &choice{kind: leafFalse}
}

func null() *choice { return &choice{kind: leafNull} }

// decided returns the answer of a test that is the same whatever happens.
func (t *test) decided() (answer, ok bool) {
	switch {
	case t.op == testDefined:
		return true, t.x.den == nil
	case !t.x.constant() || !t.y.constant():
		return false, false
	}
	return t.holds(t.x.at(nil, nil), t.y.at(nil, nil)), true
}

// partial tells whether the test may have no answer.
func (t *test) partial() bool {
	return t.op != testDefined && (t.x.den != nil || t.y.den != nil)
}

func (t *test) holds(x, y fraction) bool {
	switch order := x.compare(y); t.op {
	case testLess:
		return order < 0
	case testAtMost:
		return order <= 0
	default:
		return order == 0
	}
}

// branch makes an inner node, or the case that is always taken. With keep, a test of
// constants stays: they stand for targets that are not known yet.
func branch(t test, yes, no, unknown *choice, keep bool) *choice {
	t.x, t.y = t.x.signed(), t.y.signed()
	if answer, ok := t.decided(); ok && !keep {
		if answer {
			return yes
		}
		return no
	}
	c := &choice{test: t, yes: yes, no: no}
	if t.partial() {
		c.unknown = unknown
	}
	return c
}

// leaves counts the leaves.
func (c *choice) leaves() int {
	if c == nil {
		return 0
	}
	if c.kind != leafNone {
		return 1
	}
	return c.yes.leaves() + c.no.leaves() + c.unknown.leaves()
}

// replace returns the tree with each leaf replaced.
func (c *choice) replace(with func(*choice) (*choice, error)) (*choice, error) {
	if c == nil {
		return nil, nil
	}
	if c.kind != leafNone {
		return with(c)
	}
	out := &choice{test: c.test}
	var err error
	if out.yes, err = c.yes.replace(with); err != nil {
		return nil, err
	}
	if out.no, err = c.no.replace(with); err != nil {
		return nil, err
	}
	if out.unknown, err = c.unknown.replace(with); err != nil {
		return nil, err
	}
	return out, nil
}

// each calls f for each leaf and each test, in the order in which a reader meets them.
func (c *choice) each(onLeaf func(*choice), onTest func(*test)) {
	switch {
	case c == nil:
	case c.kind != leafNone:
		onLeaf(c)
	default:
		onTest(&c.test)
		c.yes.each(onLeaf, onTest)
		c.no.each(onLeaf, onTest)
		c.unknown.each(onLeaf, onTest)
	}
}

// pick returns the leaf that applies.
func (c *choice) pick(measures, gauges []int64) *choice {
	for c.kind == leafNone {
		x := c.test.x.at(measures, gauges)
		if c.test.op == testDefined {
			c = pickOne(x.below > 0, c.yes, c.no)
			continue
		}
		y := c.test.y.at(measures, gauges)
		if x.below <= 0 || y.below <= 0 {
			c = c.unknown
			continue
		}
		c = pickOne(c.test.holds(x, y), c.yes, c.no)
	}
	return c
}

func pickOne(first bool, a, b *choice) *choice {
	if first {
		return a
	}
	return b
}
