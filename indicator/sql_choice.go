// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"fmt"
	"strconv"
)

// sql writes the tree as nested conditions; leaf writes a leaf.
func (c *choice) sql(columns Columns, leaf func(*choice) string) string {
	if c.kind != leafNone {
		return leaf(c)
	}
	yes, no := c.yes.sql(columns, leaf), c.no.sql(columns, leaf)
	holds, known := c.test.sql(columns)
	if known == "" {
		return fmt.Sprintf("if(%s, %s, %s)", holds, yes, no)
	}
	return fmt.Sprintf("multiIf(NOT (%s), %s, %s, %s, %s)", known, c.unknown.sql(columns, leaf), holds, yes, no)
}

// sql writes a test, and the condition under which it has an answer; that is empty when it
// always has.
func (t *test) sql(columns Columns) (holds, known string) {
	if t.op == testDefined {
		return t.x.definedSQL(columns), ""
	}
	for _, q := range [...]*quotient{&t.x, &t.y} {
		if q.den != nil {
			if known != "" {
				known += " AND "
			}
			known += q.definedSQL(columns)
		}
	}
	op := [...]string{testLess: "<", testAtMost: "<=", testEqual: "="}[t.op]
	return t.x.crossSQL(columns, &t.y) + " " + op + " " + t.y.crossSQL(columns, &t.x), known
}

func (q *quotient) definedSQL(columns Columns) string {
	return q.den.enclose(q.den.sql(columns)) + " > 0"
}

// crossSQL is the numerator of q times the denominator of the other side: what fraction's
// compare multiplies. It is written in Int256, where it cannot overflow; ClickHouse reads
// literals that fit 64 bits only, and no factor has more.
func (q *quotient) crossSQL(columns Columns, other *quotient) string {
	sum, mul := strconv.FormatInt(q.mul, 10), int64(1)
	if q.num != nil {
		sum, mul = q.num.sql(columns), q.mul
	}
	text := "toInt256(" + sum + ")"
	if scale := mul * other.div; scale != 1 {
		text += " * " + strconv.FormatInt(scale, 10)
	}
	if other.den != nil {
		text += " * toInt256(" + other.den.sql(columns) + ")"
	}
	return text
}
