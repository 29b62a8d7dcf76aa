// SPDX-License-Identifier: Apache-2.0

package register

import (
	"math"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
)

const (
	// DefaultEffectWindow is how long before an action and from its begin on is compared.
	DefaultEffectWindow = 30 * time.Minute
	// MinEffectSample is the number of cases below which a window says nothing.
	MinEffectSample = 20
)

// Span is a stretch of time, [FromMs, ToMs), ms UTC.
type Span struct{ FromMs, ToMs int64 }

// EffectPlan says which stretches must be added up to tell what an action brought: before it and from its begin on, and the same
// at the same times of the clock in the weeks before.
type EffectPlan struct {
	Before, After Span
	Weeks         [][2]Span // before and after, the nearest week first
}

// NewEffectPlan makes the plan of an action. incident is the one that it answers, or nil: what was before the incident is not
// compared with. asOfMs is the newest instant of which all is known.
func NewEffectPlan(a *Action, incident *Incident, loc *time.Location, window time.Duration, asOfMs int64) (*EffectPlan, *Unknown) {
	p := &EffectPlan{Before: Span{a.StartedMs - window.Milliseconds(), a.StartedMs}, After: Span{a.StartedMs, a.StartedMs + window.Milliseconds()}}
	if incident != nil && incident.OpenedMs < a.StartedMs {
		p.Before.FromMs = max(p.Before.FromMs, incident.OpenedMs)
	}
	if a.EndedMs != 0 {
		p.After.ToMs = min(p.After.ToMs, a.EndedMs)
	}
	p.After.ToMs = min(p.After.ToMs, asOfMs)
	if p.After.ToMs <= p.After.FromMs {
		return nil, ErrJustBegun
	}
	for back := 1; back <= BaselineWeeks; back++ {
		shift := func(s Span) Span { return Span{earlier(s.FromMs, back, loc), earlier(s.ToMs, back, loc)} }
		p.Weeks = append(p.Weeks, [2]Span{shift(p.Before), shift(p.After)})
	}
	return p, nil
}

// The stretches that an effect is computed from, in the order of their readings.
const (
	SpanBefore = iota
	SpanAfter
	SpanUsualBefore
	SpanUsualAfter
	NumEffectSpans
)

// Spans lists the stretches of each reading: those of the weeks before are added up.
func (p *EffectPlan) Spans() [NumEffectSpans][]Span {
	list := [NumEffectSpans][]Span{SpanBefore: {p.Before}, SpanAfter: {p.After}}
	for _, w := range p.Weeks {
		list[SpanUsualBefore] = append(list[SpanUsualBefore], w[0])
		list[SpanUsualAfter] = append(list[SpanUsualAfter], w[1])
	}
	return list
}

// Reading is an indicator over one or several stretches, as its compiled formula gives it: in its unit, with its parts and its
// number of cases.
type Reading struct {
	Value       *float64 `json:"value"`
	Numerator   int64    `json:"numerator"`
	Denominator int64    `json:"denominator"`
	N           int64    `json:"n"`
}

// Effect is what an action brought.
type Effect struct {
	Indicator string  `json:"indicator"`
	Unit      string  `json:"unit"`
	FromMs    int64   `json:"from_ms"` // where what was before begins
	ToMs      int64   `json:"to_ms"`   // where what came after ends
	Before    Reading `json:"before"`
	After     Reading `json:"after"`
	// UsualBefore and UsualAfter are the same stretches of the weeks before, added up. They are compared with when both have
	// MinEffectSample cases.
	UsualBefore Reading `json:"usual_before"`
	UsualAfter  Reading `json:"usual_after"`
	Compared    bool    `json:"compared"`
	// Expected and Measured are in points for shares, seconds for times, else in the indicator's own unit. Measured is nil when
	// there are too few cases.
	Expected float64  `json:"expected"`
	Measured *float64 `json:"measured"`
	// Interval is nil where there is none: only shares have one.
	Interval *Interval `json:"interval"`
	// Fewest is the smaller number of cases of before and after.
	Fewest        int64 `json:"fewest"`
	WrittenBefore bool  `json:"written_before"`
}

// Measurable tells whether an effect on an indicator can be measured: a count says more of the length of a stretch than of what
// happened in it.
func Measurable(ind *indicator.Indicator) bool {
	return ind.FromSums() && ind.Unit != indicator.UnitCount
}

// Effect computes what an action brought from the readings of the plan's stretches: the change from before to after, less what
// usually changes at that time of the clock. The interval is that of Price and Bonett (2004) for a sum and difference of shares:
// with m shares, 2/m successes and 4/m cases are added to each.
func (a *Action) Effect(ind *indicator.Indicator, p *EffectPlan, r [NumEffectSpans]Reading) *Effect {
	e := &Effect{Indicator: ind.ID, Unit: ind.Unit.String(), FromMs: p.Before.FromMs, ToMs: p.After.ToMs, Before: r[SpanBefore], After: r[SpanAfter],
		UsualBefore: r[SpanUsualBefore], UsualAfter: r[SpanUsualAfter], WrittenBefore: a.WrittenBefore()}
	scale := scaleOf(ind)
	e.Expected = float64(a.Expected) * scale.ofInteger
	e.Fewest = min(e.Before.N, e.After.N)
	if e.Fewest < MinEffectSample || e.Before.Value == nil || e.After.Value == nil {
		return e
	}
	e.Compared = min(e.UsualBefore.N, e.UsualAfter.N) >= MinEffectSample && e.UsualBefore.Value != nil && e.UsualAfter.Value != nil
	terms := []term{{1, e.After}, {-1, e.Before}}
	if e.Compared {
		terms = append(terms, term{-1, e.UsualAfter}, term{1, e.UsualBefore})
	}
	measured := 0.0
	for _, t := range terms {
		measured += float64(t.sign * *t.Value)
	}
	measured *= scale.ofValue
	e.Measured = &measured
	if ind.Unit == indicator.UnitPercent {
		e.Interval = interval(terms, scale.ofValue)
	}
	return e
}

// term is a reading that is added or taken away.
type term struct {
	sign float64
	Reading
}

// normal is the quantile of the normal distribution at 97.5 %.
const normal = 1.959964

// interval is that of a sum of shares; nil when one is no share of its cases.
func interval(terms []term, scale float64) *Interval {
	m := float64(len(terms))
	var middle, variance float64
	for _, t := range terms {
		if t.Numerator < 0 || t.Numerator > t.Denominator {
			return nil
		}
		n := float64(t.Denominator) + 4/m
		p := (float64(t.Numerator) + 2/m) / n
		middle += float64(t.sign * p)
		variance += p * (1 - p) / n
	}
	half := normal * math.Sqrt(variance)
	return &Interval{scale * (middle - half), scale * (middle + half)}
}

// scales bring an indicator's integers and its values to what is shown.
type scales struct{ ofInteger, ofValue float64 }

// scaleOf shows shares in points, times in seconds, money in units of the currency, and the rest as it is.
func scaleOf(ind *indicator.Indicator) scales {
	switch ind.Unit {
	case indicator.UnitPercent:
		return scales{1.0 / 100, 100}
	case indicator.UnitMs:
		return scales{1.0 / 1000, 1.0 / 1000}
	case indicator.UnitCents, indicator.UnitCentsPerHour:
		return scales{1.0 / 100, 1.0 / 100}
	}
	return scales{1, 1}
}

// Integer brings what people write, points for shares, seconds for times, else the indicator's own unit, to the integers of an
// indicator.
func Integer(ind *indicator.Indicator, shown float64) int64 {
	return int64(math.Round(shown / scaleOf(ind).ofInteger))
}
