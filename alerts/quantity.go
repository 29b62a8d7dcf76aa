// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"math"

	"github.com/vigie-kpi/vigie/indicator"
)

// Shown is the value that an alert tells, as it was when the alert changed.
type Shown struct {
	Valid                  bool
	Numerator, Denominator int64
	// Hundredths is the value: hundredths of a percent for shares and scores, milliseconds for times, hundredths of one
	// for anything else.
	Hundredths int64
}

// quantity is what a rule shows: an indicator, a measure or a gauge.
type quantity struct {
	name  string
	unit  indicator.Unit
	form  *indicator.Form // nil for a measure or gauge by itself
	sums  bool            // an indicator of stored measures
	plain func(measures, gauges []int64) int64
	reads []indicator.Measure

	gauges []indicator.Gauge
}

func (q *quantity) measures() []indicator.Measure { return q.reads }

func (q *quantity) wholeMinutes() bool {
	for _, m := range q.reads {
		if m.Info().Time {
			return true
		}
	}
	return false
}

// quantity finds what the rule shows; nil when there is no such thing.
func (c *compiler) quantity() *quantity {
	r := c.rule
	var scopes indicator.ScopeSet
	q := &quantity{name: r.Show}
	if ind, ok := r.catalogue.Lookup(r.Show); ok {
		_, percentile := ind.Bins()
		ofGauges := ind.Kind == indicator.KindSampled || ind.Kind == indicator.KindLiveOnly
		if percentile || len(ind.Targets()) > 0 || !ind.FromSums() && !ofGauges {
			c.fail("show", "%s has no value at each instant; show an indicator of a live window, or a gauge", r.Show)
			return nil
		}
		q.unit, q.form, q.reads, scopes, q.sums = ind.Unit, ind.Form, ind.Measures(), ind.Form.Scopes(), ind.FromSums()
		q.gauges = ind.Form.Gauges()
	} else if m, ok := indicator.ParseMeasure(r.Show); ok {
		q.unit, q.reads, scopes = m.Info().Unit, []indicator.Measure{m}, m.Info().Scopes
		q.plain = func(measures, _ []int64) int64 { return measures[m] }
	} else if g, ok := indicator.ParseGauge(r.Show); ok {
		q.unit, scopes = g.Info().Unit, g.Info().Scopes
		q.gauges = []indicator.Gauge{g}
		q.plain = func(_, gauges []int64) int64 { return gauges[g] }
	} else {
		c.fail("show", "there is no indicator, measure or gauge named %q; %s", r.Show, r.catalogue.Suggest(r.Show))
		return nil
	}
	if !scopes.Has(r.kind) {
		c.fail("show", "%s is not counted by %s; it is by %s", r.Show, r.kind, scopes)
		return nil
	}
	return q
}

// value computes what is shown.
func (q *quantity) value(measures, gauges []int64) Shown {
	if q.form == nil {
		n := q.plain(measures, gauges)
		return Shown{Valid: true, Numerator: n, Denominator: 1, Hundredths: scaled(float64(n), q.unit)}
	}
	v := q.form.EvalNow(measures, gauges)
	f, ok := v.Float()
	if !ok {
		return Shown{Numerator: v.Numerator, Denominator: v.Denominator}
	}
	return Shown{true, v.Numerator, v.Denominator, scaled(f, q.unit)}
}

// scaled rounds a value to the integer that Shown keeps: half away from zero, the same on every processor.
func scaled(f float64, unit indicator.Unit) int64 {
	switch unit {
	case indicator.UnitPercent:
		f = float64(f * 10_000)
	case indicator.UnitMs, indicator.UnitBp, indicator.UnitCents, indicator.UnitCentsPerHour:
	default:
		f = float64(f * 100)
	}
	const most = 1 << 53
	return int64(math.Round(min(max(f, -most), most)))
}
