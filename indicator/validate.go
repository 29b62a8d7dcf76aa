// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"errors"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// indicator checks definition i and returns the indicator; nil for a term and for
// a definition that has an error.
func (b *builder) indicator(i int) *Indicator {
	form := b.compile(i)
	d := &b.definitions[i]
	v := validation{entry: &d.entry}
	v.checkSwitches()
	if d.Kind.text == kindTerm {
		v.checkTerm()
		b.problems = append(b.problems, v.problems...)
		return nil
	}
	ind := &Indicator{
		ID: d.ID.text, Kind: v.kind(form), Subject: subject(d.source),
		Formula: strings.TrimSpace(d.Formula.text), Switches: d.Switches, Form: form,
		Name: v.text("name", d.Name), Doc: v.text("doc", d.Doc), Traps: v.optional("traps", d.Traps),
		MinSample: d.MinN.value, ProvisionalDays: d.ProvisionalDays.value, OverDays: d.OverDays.value,
		Controllable: v.controllable(), Scopes: v.scopes(form),
	}
	ind.Unit = v.unit(form)
	ind.Better, ind.Band = v.direction(ind.Unit)
	v.check(ind.Name.En == "" || !strings.EqualFold(ind.Name.En, ind.Doc.En) && !strings.EqualFold(ind.Name.Fr, ind.Doc.Fr),
		d.Doc.node, "the doc repeats the name; say what it counts and where it misleads")
	v.checkDays()
	if form != nil {
		v.check(d.OverDays.value == 0 || len(form.gauges) > 0 && len(form.measures) > 0, d.OverDays.node,
			"over_days is for a formula that reads a gauge and measures; others are added up over whatever time is asked for")
		v.check(d.MinN.value == 0 || form.HasSample(), d.MinN.node, "min_n has no meaning here: the formula counts no cases")
		v.checkOwnID(form)
	}
	b.problems = append(b.problems, v.problems...)
	if form == nil || len(v.problems) > 0 {
		return nil
	}
	return ind
}

// checkNames refuses two indicators with one name, on a screen or in Prometheus: they
// could not be told apart.
func (b *builder) checkNames(indicators []*Indicator) {
	taken := map[string]string{}
	for _, ind := range indicators {
		for _, name := range [...]string{"en: " + ind.Name.En, "fr: " + ind.Name.Fr, "metric: " + ind.Metric().Name} {
			key := strings.ToLower(name)
			if other, ok := taken[key]; ok {
				d := &b.definitions[b.byID[ind.ID]]
				b.problems = append(b.problems, d.fail(d.Name.node, "name %q is already that of %s; choose another", name, other))
			}
			taken[key] = ind.ID
		}
	}
}

// validation collects what is wrong with one entry.
type validation struct {
	*entry
	problems Problems
}

func (v *validation) check(ok bool, n *yaml.Node, format string, args ...any) {
	if !ok {
		v.problems = append(v.problems, v.fail(n, format, args...))
	}
}

func quoted(s string) string { return `"` + s + `"` }

// text checks that a text is there in both languages.
func (v *validation) text(key string, t texts) Text {
	out := Text{strings.TrimSpace(t.en.text), strings.TrimSpace(t.fr.text)}
	v.check(out.En != "", t.node, "%s.en is missing", key)
	v.check(out.Fr != "", t.node, "%s.fr is missing", key)
	return out
}

// optional is like text for what need not be there.
func (v *validation) optional(key string, t texts) Text {
	if t.node == nil {
		return Text{}
	}
	return v.text(key, t)
}

func (v *validation) checkTerm() {
	v.check(v.Unit.node == nil && v.Better.node == nil && v.Scopes == nil && v.Controllable.node == nil &&
		v.MinN.node == nil && v.ProvisionalDays.node == nil && v.OverDays.node == nil && v.Traps.node == nil,
		nil, "a term has only id, kind, name, formula, switches and doc")
	v.optional("name", v.Name)
	v.text("doc", v.Doc)
}

func (v *validation) checkSwitches() {
	for _, s := range v.Switches {
		_, measure := ParseMeasure(s.Name)
		v.check(!measure && !known(s.Name, functionNames), nil, "switch %q has the name of something else", s.Name)
		v.check(strings.Contains(v.Formula.text, s.Name), nil, "switch %q is not used in the formula", s.Name)
	}
}

// maxDays bounds provisional_days and over_days.
const maxDays = 400

func (v *validation) checkDays() {
	v.check(v.ProvisionalDays.value <= maxDays, v.ProvisionalDays.node, "provisional_days is at most %d", maxDays)
	v.check(v.OverDays.value <= maxDays, v.OverDays.node, "over_days is at most %d", maxDays)
}

// checkOwnID keeps one name for one number: an indicator named like a measure or a gauge
// is that measure or gauge.
func (v *validation) checkOwnID(form *Form) {
	if m, ok := ParseMeasure(v.ID.text); ok {
		v.check(form.is(inputOf(m)), v.Formula.node, "this id is that of a measure, so its formula must be %s", v.ID.text)
	}
	if g, ok := ParseGauge(v.ID.text); ok {
		v.check(form.is(inputOfGauge(g)), v.Formula.node, "this id is that of a gauge, so its formula must be %s", v.ID.text)
	}
}

func (f *Form) is(i input) bool {
	return !f.percentile && f.choice == nil && f.q.den == nil && f.q.mul == 1 && f.q.div == 1 && f.q.num.same(linear{{i, 1}})
}

// kind checks the kind against what the formula reads.
func (v *validation) kind(form *Form) Kind {
	text := v.Kind.text
	if !known(text, kindNames[:]) {
		v.check(false, v.Kind.node, "kind %s is unknown; use %s, or term for a named part of formulas", quoted(text), strings.Join(kindNames[:], ", "))
		return 0
	}
	if form == nil {
		return 0
	}
	kind, why := form.kind()
	v.check(text == kind.String(), v.Kind.node, "kind %s does not fit: the formula %s, so write kind: %s", text, why, kind)
	return kind
}

// kind tells the kind of a formula, and why.
func (f *Form) kind() (Kind, string) {
	for _, g := range f.gauges {
		if g.Info().LiveOnly {
			return KindLiveOnly, "reads " + g.String() + ", which exists live only"
		}
	}
	if len(f.gauges) > 0 {
		return KindSampled, "reads the gauge " + f.gauges[0].String()
	}
	for _, m := range f.measures {
		if m.Daily() {
			return KindDaily, "reads " + m.String() + ", which the daily job books"
		}
	}
	switch {
	case f.choice != nil:
		return KindDerived, "has a condition"
	case len(f.targets) > 0:
		return KindDerived, "asks for a target"
	}
	return KindAdditive, "adds up"
}

func (v *validation) unit(form *Form) Unit {
	node := v.entry.Unit.node
	u, ok := ParseUnit(v.entry.Unit.text)
	if !ok || u == UnitDs2 {
		v.check(false, node, "unit is unknown: %s", hinted(v.entry.Unit.text, unitNames[:]))
		return u
	}
	if form == nil {
		return u
	}
	v.check(form.dimension() == dimensionOf(u), node, "unit %v does not fit the formula, which gives %v%s", u, form.dimension(), unitHint(form.dimension()))
	if u == UnitPercent || u == UnitPoints {
		v.check(form.ratio(), node, "unit %v needs a division", u)
	}
	if u == UnitPercent {
		v.check(!form.timesHundred(), v.Formula.node, "a percent is shown from the fraction: remove the factor 100")
	}
	return u
}

// unitHint says which units have a dimension, as in "; write unit: ms", or nothing when none has.
func unitHint(d dimension) string {
	var fitting []string
	for u := range numUnits {
		if dimensionOf(u) == d && u != UnitDs2 {
			fitting = append(fitting, u.String())
		}
	}
	if len(fitting) == 0 {
		return "; divide, so that it gives a time, an amount, a count or a share"
	}
	return "; write unit: " + strings.Join(fitting, " or ") + ", or change the formula"
}

// timesHundred tells whether a case of the formula is a ratio times 100.
func (f *Form) timesHundred() bool {
	found := false
	f.tree().each(func(l *choice) { found = found || l.q.den != nil && l.q.mul == 100 && l.q.div == 1 }, func(*test) {})
	return found
}

func (v *validation) controllable() Controllable {
	for i, n := range controllableNames {
		if n == v.Controllable.text {
			return Controllable(i)
		}
	}
	v.check(false, v.Controllable.node, "controllable is %s; use advisor, team or centre", quoted(v.Controllable.text))
	return 0
}

func (v *validation) scopes(form *Form) ScopeSet {
	v.check(len(v.Scopes) > 0, nil, "it has no scopes; it could be shown nowhere")
	var set ScopeSet
	for _, w := range v.Scopes {
		k, ok := ParseScopeKind(w.text)
		if !ok {
			v.check(false, w.node, "there is no scope %s", hinted(w.text, scopeNames[:NumScopeKinds]))
			continue
		}
		v.check(!set.Has(k), w.node, "scope %v stands twice", k)
		set |= ScopesOf(k)
		if form != nil && !form.Scopes().Has(k) {
			v.check(false, w.node, "scope %v is not possible: %s is not booked there", k, form.missing(k))
		}
	}
	return set
}

// missing names the first thing that f reads and that is not booked in scope k.
func (f *Form) missing(k ScopeKind) string {
	for _, m := range f.measures {
		if !m.Info().Scopes.Has(k) {
			return m.String()
		}
	}
	for _, g := range f.gauges {
		if !g.Info().Scopes.Has(k) {
			return g.String()
		}
	}
	return f.family.String()
}

// direction reads none, higher, lower, band or band(min, max).
func (v *validation) direction(u Unit) (Direction, Band) {
	text := strings.TrimSpace(v.Better.text)
	for i, n := range directionNames {
		if n == text {
			return Direction(i), Band{}
		}
	}
	band, err := parseBand(text, u)
	if err != nil {
		v.check(false, v.Better.node, "better is %s; use higher, lower, none, band, or band with two bounds such as band(75%%, 85%%): %v", strconv.Quote(text), err)
	}
	return DirectionBand, band
}

// parseBand reads band(min, max), whose bounds are literals of the language in the
// indicator's unit.
func parseBand(text string, u Unit) (Band, error) {
	f := formula{text}
	root, err := f.parse()
	if err != nil {
		return Band{}, err
	}
	c, ok := root.(call)
	if !ok || c.name != "band" || len(c.args) != 2 {
		return Band{}, errors.New("this is neither a direction nor a band")
	}
	var bounds [2]int64
	for i, arg := range c.args {
		n, ok := arg.(number)
		if !ok || n.dim != dimensionOf(u) {
			return Band{}, f.fail(arg.offset(), "a bound is a number in the indicator's unit", "")
		}
		if u == UnitPercent {
			n.num *= fullBp
		}
		if n.num%n.den != 0 {
			return Band{}, f.fail(arg.offset(), "this bound is too precise", "")
		}
		bounds[i] = n.num / n.den
	}
	if bounds[0] >= bounds[1] {
		return Band{}, f.fail(c.at, "the first bound must be the smaller one", "")
	}
	return Band{bounds[0], bounds[1]}, nil
}
