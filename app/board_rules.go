// SPDX-License-Identifier: Apache-2.0

package app

import (
	"math"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
)

// centreRules is what the configuration in force of a centre says about how its numbers are shown. It belongs to the
// goroutine of the machine.
type centreRules struct {
	world     *aggregator.World
	calendar  *zone.Calendar       // of that configuration
	catalogue *indicator.Catalogue // with the centre's own indicators
	targets   []event.TargetConfig // drafts left out
	scopes    map[scopeKey]*scopeTargets
}

type scopeKey struct {
	kind indicator.ScopeKind
	id   string
}

// rulesOf reads the configuration in force of a world, when it is another one than the last time.
func (b *Board) rulesOf(p *part, w *aggregator.World) *centreRules {
	rules := p.rules[w.Centre()]
	if rules != nil && rules.world == w && rules.calendar == w.Calendar() {
		return rules
	}
	objects := w.ConfigObjects()
	rules = &centreRules{world: w, calendar: w.Calendar(), catalogue: b.catalogue, scopes: map[scopeKey]*scopeTargets{}}
	with, err := withOwn(b.catalogue, w.Centre(), objects)
	if err == nil {
		rules.catalogue = with
	}
	for _, o := range objects {
		if o.Type != event.ConfigTarget {
			continue
		}
		// One that cannot be read was refused with its whole version, so is not in force.
		if t, err := event.ParseTargetConfig(o.Data); err == nil && t.Stage != event.StageDraft {
			rules.targets = append(rules.targets, t)
		}
	}
	p.rules[w.Centre()] = rules
	if b.changed != nil {
		b.changed(w, objects, err)
	}
	return rules
}

// scopeTargets are the targets of one scope that are in force in [from, to), and the formulas bound to them.
type scopeTargets struct {
	catalogue *indicator.Catalogue
	from, to  event.Millis
	inForce   map[string]*event.TargetConfig
	bound     map[string]*indicator.Form
}

// targetsOf are the targets in force for a scope at an instant.
func (r *centreRules) targetsOf(kind indicator.ScopeKind, id string, at event.Millis) *scopeTargets {
	key := scopeKey{kind, id}
	if s := r.scopes[key]; s != nil && s.from <= at && at < s.to {
		return s
	}
	s := &scopeTargets{catalogue: r.catalogue, from: math.MinInt64, to: math.MaxInt64, inForce: map[string]*event.TargetConfig{}, bound: map[string]*indicator.Form{}}
	for i := range r.targets {
		t := &r.targets[i]
		if t.ScopeKind != kind.String() || kind != indicator.ScopeCentre && t.Scope != id {
			continue
		}
		began, ended := t.From <= at, t.To != 0 && t.To <= at
		if began && !ended {
			s.inForce[t.Indicator] = t
		}
		for _, border := range [...]event.Millis{t.From, t.To} {
			switch {
			case border == 0:
			case border <= at:
				s.from = max(s.from, border)
			default:
				s.to = min(s.to, border)
			}
		}
	}
	r.scopes[key] = s
	return s
}

// Target implements indicator.Targets. A band has no single value that a formula could take.
func (s *scopeTargets) Target(id string) (wanted int64, ok bool) {
	t := s.inForce[id]
	if t == nil || t.ValueTo != nil {
		return 0, false
	}
	return t.Value, true
}

// form is the formula of an indicator, bound to the targets in force where it asks for some.
func (s *scopeTargets) form(i *indicator.Indicator) *indicator.Form {
	if len(i.Targets()) == 0 {
		return i.Form
	}
	if f := s.bound[i.ID]; f != nil {
		return f
	}
	f, err := s.catalogue.Bind(i.ID, s)
	if err != nil {
		f = i.Form // without its targets it has no value, which is what there is to show
	}
	s.bound[i.ID] = f
	return f
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
	t := s.inForce[i.ID]
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
	out.Gap = &gap
	return out
}

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
