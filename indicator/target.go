// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"slices"
	"strconv"
)

// Targets gives the targets in force for one scope at one time. Targets are dated
// configuration, so it is the caller who knows them: it finds those that apply and has the
// formula bound to them (Catalogue.Bind), once for each change of targets and not for each
// value.
type Targets interface {
	// Target returns what is wanted of the indicator of that id: basis points where its
	// unit is percent or bp, hundredths where it is per_hour or points, as config.target has
	// them, and else in its unit. ok is false when there is no target; a
	// formula that asks for it then has no value, unless it says by coalesce what to take.
	Target(id string) (wanted int64, ok bool)
}

// noTargets says that there are none.
type noTargets struct{}

// Target implements Targets.
func (noTargets) Target(string) (int64, bool) { return 0, false }

// nominalTarget stands for a target while it is not known, so that units can be checked. A
// formula in which it does is never evaluated.
const nominalTarget = 7

// target is the target of the indicator that it names: a constant, once it is known.
func (r *resolver) target(n call) (value, error) {
	ref, ok := reference{}, len(n.args) == 1
	if ok {
		ref, ok = n.args[0].(reference)
	}
	if !ok {
		return value{}, r.fail(n.at, "target needs the id of one indicator", "write for example target(sl_live)")
	}
	u, ok := r.lib.unit(ref.name)
	if !ok {
		return value{}, r.fail(ref.at, "there is no indicator named "+strconv.Quote(ref.name)+" to have a target", didYouMean(ref.name, r.lib.ids()))
	}
	r.ask(ref.name)
	wanted, known := int64(nominalTarget), true
	if r.targets != nil {
		wanted, known = r.targets.Target(ref.name)
	}
	dim := dimensionOf(u)
	if !known {
		return value{c: null(), dim: dim}, nil
	}
	q := quotient{mul: wanted, div: 1, dim: dim}
	q.div = TargetScale(u)
	q, reason := q.reduced()
	return number1(q), r.refuse(n.at, reason, dim, dim)
}

// TargetScale is how many of a target's integers make one of an indicator's value in a unit: 10,000 basis points are the
// fraction 1.
func TargetScale(u Unit) int64 {
	switch u {
	case UnitPercent:
		return fullBp
	case UnitPerHour, UnitPoints:
		return 100
	}
	return 1
}

func (r *resolver) ask(id string) {
	if !slices.Contains(r.asked, id) {
		r.asked = append(r.asked, id)
	}
}

// Bind returns the formula of an indicator with the targets in force. Of a formula that
// asks for none it is the indicator's own. It returns an error when there is no such
// indicator, or when a target makes a factor that cannot be kept exactly.
func (c *Catalogue) Bind(id string, targets Targets) (*Form, error) {
	if targets == nil {
		targets = noTargets{}
	}
	b := binder{catalogue: c, targets: targets}
	form, err := b.bind(id)
	if err != nil {
		return nil, problemAt(c.sourceOf(id), err)
	}
	return form, nil
}

// binder compiles formulas of a catalogue again, with targets.
type binder struct {
	catalogue *Catalogue
	targets   Targets
}

func (b binder) bind(id string) (*Form, error) {
	d, ok := b.catalogue.definition(id)
	if !ok {
		return nil, &FormulaError{1, "there is no indicator named " + strconv.Quote(id), b.catalogue.Suggest(id)}
	}
	if len(d.form.targets) == 0 {
		return d.form, nil
	}
	return compile(d.Formula.text, b, d.Switches, b.targets)
}

// lookup implements library.
func (b binder) lookup(id string) (form *Form, reason string, found bool) {
	if _, ok := b.catalogue.definition(id); !ok {
		return nil, "", false
	}
	form, err := b.bind(id)
	if err != nil {
		return nil, id + ": " + err.Error(), true
	}
	return form, "", true
}

// unit implements library.
func (b binder) unit(id string) (Unit, bool) {
	ind, ok := b.catalogue.Lookup(id)
	if !ok {
		return 0, false
	}
	return ind.Unit, true
}

// ids implements library.
func (b binder) ids() []string { return b.catalogue.ids() }
