// SPDX-License-Identifier: Apache-2.0

package indicator

// Truth is the answer of a condition.
type Truth uint8

// The truths. Unknown is not False: nobody available is no reason to be calm.
const (
	Unknown Truth = iota
	False
	True
)

// String returns the stable name of t.
func (t Truth) String() string { return [...]string{"unknown", "false", "true"}[t] }

// Condition is a compiled comparison of indicators, measures and gauges, as alert rules
// need it: waiting > 3 * advisors_available && offered >= 20. It compares exact fractions of
// integers. It is immutable and may be shared between goroutines.
type Condition struct {
	reads
	c *choice
}

// Condition compiles a condition that may name measures, gauges, the indicators of the
// catalogue and, where they are given, their targets. targets is nil when there are none.
// The error is a *FormulaError.
func (c *Catalogue) Condition(text string, targets Targets) (*Condition, error) {
	return c.ConditionWith(text, targets, nil)
}

// short cuts a text that is to be quoted.
func short(text string) string {
	const most = 40
	if len(text) <= most {
		return text
	}
	return "waiting"
}

// Eval answers from sums of measures, indexed by Measure, and the gauges of this instant,
// indexed by Gauge; gauges may be nil when the condition reads none, and else the answer is
// Unknown. It does not allocate.
func (c *Condition) Eval(measures, gauges []int64) Truth {
	if gauges == nil && len(c.gauges) > 0 {
		return Unknown
	}
	switch c.c.pick(measures, gauges).kind {
	case leafTrue:
		return True
	case leafFalse:
		return False
	}
	return Unknown
}

// SQL is the condition as a ClickHouse expression, a Nullable(UInt8).
func (c *Condition) SQL(columns Columns) string {
	return "CAST(" + c.c.sql(columns, func(l *choice) string {
		switch l.kind {
		case leafTrue:
			return "1"
		case leafFalse:
			return "0"
		}
		return "NULL"
	}) + ", 'Nullable(UInt8)')"
}
