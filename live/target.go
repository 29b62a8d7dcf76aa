// SPDX-License-Identifier: Apache-2.0

package live

import (
	"math"
	"slices"

	"github.com/vigie-kpi/vigie/dashboards/wall"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// targets are the targets of a centre's scopes that are in force until an instant. They are immutable.
type targets struct {
	until   int64
	ofScope map[wall.Scope]*scopeTargets // those that have some
	none    *scopeTargets
}

// scopeTargets are the targets of one scope, and the formulas bound to them.
type scopeTargets struct {
	inForce []event.TargetConfig
	bound   map[string]*indicator.Form // by indicator, those that ask for targets
}

// targetsAt finds the targets in force, and binds the formulas that ask for some.
func targetsAt(config *wall.Config, catalogue *indicator.Catalogue, scopes []wall.Scope, at int64) *targets {
	t := &targets{until: config.NextTargetChange(at), ofScope: map[wall.Scope]*scopeTargets{}}
	var asking []*indicator.Indicator
	for _, i := range catalogue.Indicators() {
		if i.LiveWithTargets() {
			asking = append(asking, i)
		}
	}
	bind := func(inForce []event.TargetConfig) *scopeTargets {
		s := &scopeTargets{inForce: inForce, bound: map[string]*indicator.Form{}}
		for _, i := range asking {
			// One whose target makes a factor that cannot be kept exactly stays unbound, so has no value.
			if f, err := catalogue.Bind(i.ID, s); err == nil {
				s.bound[i.ID] = f
			}
		}
		return s
	}
	t.none = bind(nil)
	for _, s := range scopes {
		if inForce := config.TargetsOf(s, at); len(inForce) > 0 {
			t.ofScope[s] = bind(inForce)
		}
	}
	return t
}

func (t *targets) of(s wall.Scope) *scopeTargets {
	if found := t.ofScope[s]; found != nil {
		return found
	}
	return t.none
}

// on is the target on an indicator; nil when there is none.
func (s *scopeTargets) on(id string) *event.TargetConfig {
	if i := slices.IndexFunc(s.inForce, func(t event.TargetConfig) bool { return t.Indicator == id }); i >= 0 {
		return &s.inForce[i]
	}
	return nil
}

// Target implements indicator.Targets.
func (s *scopeTargets) Target(id string) (wanted int64, ok bool) { return s.on(id).Wanted() }

// form is the formula of an indicator, bound to the targets in force where it asks for some.
func (s *scopeTargets) form(i *indicator.Indicator) *indicator.Form {
	if f := s.bound[i.ID]; f != nil {
		return f
	}
	return i.Form
}

// Target is a target in force, and how far a value is from it.
type Target struct {
	Value float64  `json:"value"`        // in the indicator's unit; of a band, its lower end
	To    *float64 `json:"to,omitempty"` // upper end of a band
	// Gap is signed so that positive is good: in the indicator's unit, a difference of percentages in points. It is null
	// without a value, below the indicator's least number of cases, and where more is neither good nor bad.
	Gap *float64 `json:"gap"`
}

// judge compares a value with the target in force; nil when there is none.
func (s *scopeTargets) judge(i *indicator.Indicator, v *ValueView) *Target {
	t := s.on(i.ID)
	if t == nil {
		return nil
	}
	scale := float64(indicator.TargetScale(i.Unit))
	out := &Target{Value: float64(t.Value) / scale}
	if t.ValueTo != nil {
		to := float64(*t.ValueTo) / scale
		out.To = &to
	}
	if v.Value == nil || i.MinSample > 0 && v.N < i.MinSample {
		return out
	}
	gap, ok := out.gap(i.Better, *v.Value)
	if !ok {
		return out
	}
	if i.Unit == indicator.UnitPercent {
		gap *= 100
	}
	gap = math.Round(gap*gapGrain) / gapGrain
	out.Gap = &gap
	return out
}

// gapGrain takes the dust of a subtraction away: 95 % is 3 points above 92 %.
const gapGrain = 1e9

// gap is how far a value is on the good side of the target. Within a band it is the distance to the nearer end.
func (t *Target) gap(better indicator.Direction, value float64) (gap float64, ok bool) {
	switch {
	case t.To != nil:
		return min(value-t.Value, *t.To-value), true
	case better == indicator.DirectionHigher:
		return value - t.Value, true
	case better == indicator.DirectionLower:
		return t.Value - value, true
	case better == indicator.DirectionBand:
		return -math.Abs(value - t.Value), true
	}
	return 0, false
}
