// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"errors"
	"strings"
)

// indicator checks definition i and returns the indicator; nil for a term and for
// a definition that has an error.
func (b *builder) indicator(i int) *Indicator {
	form := b.compile(i)
	d := &b.definitions[i]
	v := validation{entry: &d.entry}
	v.check(d.Kind == kindAdditive || d.Kind == kindTerm, "kind %s is unknown; use additive, or term for a named part of formulas", quoted(d.Kind))
	v.checkSwitches()
	if d.Kind == kindTerm {
		v.checkTerm()
		b.errs = append(b.errs, v.errs...)
		return nil
	}
	ind := &Indicator{
		ID: d.ID, Kind: KindAdditive, Formula: strings.TrimSpace(d.Formula), Switches: d.Switches, Form: form,
		Name: v.text("name", d.Name), Doc: v.text("doc", d.Doc), MinSample: d.MinN,
		Controllable: v.controllable(), Scopes: v.scopes(form),
	}
	ind.Unit = v.unit(form)
	ind.Better, ind.Band = v.direction(ind.Unit)
	v.check(!strings.EqualFold(ind.Name.En, ind.Doc.En) && !strings.EqualFold(ind.Name.Fr, ind.Doc.Fr),
		"the doc repeats the name; say what it counts and where it misleads")
	v.check(d.MinN >= 0, "min_n is negative")
	if form != nil {
		v.check(d.MinN == 0 || form.HasSample(), "min_n has no meaning here: the formula counts no cases")
		v.checkMeasureID(form)
	}
	b.errs = append(b.errs, v.errs...)
	if form == nil || len(v.errs) > 0 {
		return nil
	}
	return ind
}

// checkNames refuses two indicators with one name: on a screen they could not be
// told apart.
func (b *builder) checkNames(indicators []*Indicator) {
	taken := map[string]string{}
	for _, ind := range indicators {
		for _, name := range [...]string{"en: " + ind.Name.En, "fr: " + ind.Name.Fr} {
			key := strings.ToLower(name)
			if other, ok := taken[key]; ok {
				d := &b.definitions[b.byID[ind.ID]]
				b.errs = append(b.errs, d.fail("name %q is already that of %s", name, other))
			}
			taken[key] = ind.ID
		}
	}
}

// validation collects what is wrong with one entry.
type validation struct {
	*entry
	errs []error
}

func (v *validation) check(ok bool, format string, args ...any) {
	if !ok {
		v.errs = append(v.errs, v.fail(format, args...))
	}
}

func quoted(s string) string { return `"` + s + `"` }

// text checks that a text is there in both languages.
func (v *validation) text(key string, t text) Text {
	out := Text{strings.TrimSpace(t.En), strings.TrimSpace(t.Fr)}
	v.check(out.En != "", "%s.en is missing", key)
	v.check(out.Fr != "", "%s.fr is missing", key)
	return out
}

func (v *validation) checkTerm() {
	v.check(v.Unit == "" && v.Better == "" && v.Name == (text{}) && v.Scopes == nil && v.Controllable == "" && v.MinN == 0,
		"a term has only id, kind, formula, switches and doc")
	v.text("doc", v.Doc)
}

func (v *validation) checkSwitches() {
	for _, s := range v.Switches {
		_, measure := ParseMeasure(s.Name)
		v.check(!measure && !known(s.Name, functionNames), "switch %q has the name of something else", s.Name)
		v.check(strings.Contains(v.Formula, s.Name), "switch %q is not used in the formula", s.Name)
	}
}

// checkMeasureID keeps one name for one number: an indicator named like a measure
// is that measure.
func (v *validation) checkMeasureID(form *Form) {
	m, ok := ParseMeasure(v.ID)
	if !ok {
		return
	}
	plain := !form.percentile && form.q.den == nil && form.q.mul == 1 && form.q.div == 1 &&
		form.q.num.same(linear{{m, 1}})
	v.check(plain, "this id is that of a measure, so its formula must be %s", v.ID)
}

func (v *validation) unit(form *Form) Unit {
	u, ok := ParseUnit(v.entry.Unit)
	if !ok || u == UnitDs2 {
		v.check(false, "unit %s", "is unknown: "+hinted(v.entry.Unit, unitNames[:]))
		return u
	}
	if form == nil {
		return u
	}
	v.check(form.dimension() == dimensionOf(u), "unit %v does not fit the formula, which gives %v", u, form.dimension())
	if u == UnitPercent || u == UnitPoints {
		v.check(form.ratio(), "unit %v needs a division", u)
	}
	if u == UnitPercent {
		v.check(form.q.mul != 100 || form.q.div != 1, "a percent is shown from the fraction: remove the factor 100")
	}
	return u
}

func (v *validation) controllable() Controllable {
	for i, n := range controllableNames {
		if n == v.Controllable {
			return Controllable(i)
		}
	}
	v.check(false, "controllable is %s; use advisor, team or centre", quoted(v.Controllable))
	return 0
}

func (v *validation) scopes(form *Form) ScopeSet {
	v.check(len(v.Scopes) > 0, "it has no scopes; it could be shown nowhere")
	var set ScopeSet
	for _, name := range v.Scopes {
		k, ok := ParseScopeKind(name)
		if !ok {
			v.check(false, "there is no scope %s", hinted(name, scopeNames[:]))
			continue
		}
		v.check(!set.Has(k), "scope %v stands twice", k)
		set |= ScopesOf(k)
		if form != nil && !form.Scopes().Has(k) {
			v.check(false, "scope %v is not possible: %s is not booked there", k, form.missing(k))
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
	return f.family.String()
}

// direction reads none, higher, lower, band or band(min, max).
func (v *validation) direction(u Unit) (Direction, Band) {
	text := strings.TrimSpace(v.Better)
	for i, n := range directionNames {
		if n == text {
			return Direction(i), Band{}
		}
	}
	band, err := parseBand(text, u)
	if err != nil {
		v.check(false, "better is %s; use higher, lower, none, band, or band with two bounds such as band(75%%, 85%%): %v", quoted(text), err)
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
