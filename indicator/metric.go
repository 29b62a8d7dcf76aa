// SPDX-License-Identifier: Apache-2.0

package indicator

import "strings"

// metricPrefix stands before the name of each metric.
const metricPrefix = "vigie_"

// Metric is an indicator as Prometheus sees it: a gauge, because a window's value goes down
// as well as up. It has no value where the indicator has none: no sample, never NaN or 0.
type Metric struct {
	// Name follows the conventions: base units, the unit at the end (vigie_asa_seconds,
	// vigie_sl_live_ratio).
	Name string
	// Help is one line: the name, what it means, and the formula.
	Help string

	div float64 // from the indicator's unit to the metric's
}

// metricUnits are the endings of names, and what divides a value of the indicator's unit to
// give one of the metric's. Money has no base unit, so it stays in cents.
var metricUnits = [numUnits]struct {
	ending string
	div    float64
}{
	UnitCount:        {"", 1},
	UnitMs:           {"_seconds", 1000},
	UnitCents:        {"_cents", 1},
	UnitBp:           {"_ratio", fullBp},
	UnitDs2:          {"_seconds_squared", 100},
	UnitPercent:      {"_ratio", 1},
	UnitPerHour:      {"_per_hour", 1},
	UnitCentsPerHour: {"_cents_per_hour", 1},
	UnitPoints:       {"_points", 1},
}

// Metric describes the indicator's metric.
func (i *Indicator) Metric() Metric {
	u := metricUnits[i.Unit]
	name := i.ID
	for _, ending := range [...]string{"_ms", "_cents", "_bp", "_per_hour", u.ending} {
		if shorter, ok := strings.CutSuffix(name, ending); ok && (ending != "_per_hour" || strings.HasSuffix(u.ending, ending)) {
			name = shorter
			break
		}
	}
	doc := i.Doc.En
	if !strings.HasSuffix(doc, ".") {
		doc += "."
	}
	return Metric{
		Name: metricPrefix + name + u.ending,
		Help: strings.Join(strings.Fields(i.Name.En+". "+doc+" "+i.ID+" = "+i.Formula), " "),
		div:  u.div,
	}
}

// Value returns the value in the metric's unit, and whether there is one.
func (m Metric) Value(v Value) (value float64, ok bool) {
	value, ok = v.Float()
	return value / m.div, ok
}
