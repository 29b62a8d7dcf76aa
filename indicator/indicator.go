// SPDX-License-Identifier: Apache-2.0

package indicator

import "slices"

// Text is a text in the two languages of the product.
type Text struct{ En, Fr string }

// In returns the text in a language.
func (t Text) In(l Language) string {
	if l == French {
		return t.Fr
	}
	return t.En
}

// Language is one of the two languages of the product.
type Language uint8

// The languages.
const (
	English Language = iota
	French
)

// Kind is what an indicator is computed from, hence where it exists and what may be done
// with it over time and scopes.
type Kind uint8

// The kinds.
const (
	// KindAdditive is a formula over measures or bins: exact over any window, live and
	// stored. Its numerators and denominators add up.
	KindAdditive Kind = iota
	// KindDerived is a formula over measures with conditions or targets: exact over any
	// window, live and stored, but its parts do not add up.
	KindDerived
	// KindDaily is a formula over measures that the daily job books: stored only.
	KindDaily
	// KindSampled reads gauges: it has a value at an instant, and samples are stored.
	KindSampled
	// KindLiveOnly is computed for a staffing group while it is looked at. It cannot be
	// computed again from what is stored.
	KindLiveOnly

	numKinds
)

var kindNames = [numKinds]string{"additive", "derived", "daily", "sampled", "live_only"}

// String returns the stable name of k.
func (k Kind) String() string { return kindNames[k] }

// Direction is which way an indicator gets better.
type Direction uint8

// The directions. A volume of demand has none: more is neither good nor bad.
const (
	DirectionNone Direction = iota
	DirectionHigher
	DirectionLower
	// DirectionBand: both too low and too high are bad. See Indicator.Band.
	DirectionBand

	numDirections
)

var directionNames = [numDirections]string{"none", "higher", "lower", "band"}

// String returns the stable name of d.
func (d Direction) String() string { return directionNames[d] }

// Band is the wished interval of an indicator whose direction is DirectionBand, in
// its unit; in basis points when the unit is percent. The zero Band means that
// only a target can tell.
type Band struct{ Min, Max int64 }

// Controllable is who can move an indicator, hence who may have a target on it:
// only ControllableAdvisor allows a target for one person.
type Controllable uint8

// Who can move an indicator.
const (
	ControllableCentre Controllable = iota
	ControllableTeam
	ControllableAdvisor

	numControllables
)

var controllableNames = [numControllables]string{"centre", "team", "advisor"}

// String returns the stable name of c.
func (c Controllable) String() string { return controllableNames[c] }

// Indicator is one number that the product shows, defined once. It is immutable.
type Indicator struct {
	// ID is the stable name, as in columns, JSON, alerts and dashboards.
	ID   string
	Kind Kind
	Name Text
	// Subject is the file that defines it, without its ending: volume, times, people...
	Subject string
	// Formula is the text, as written in the catalogue.
	Formula string
	// Readable is the formula in words, as a reader of the reference sees it.
	Readable Text
	// Switches are the constants of the formula, with the values in force.
	Switches []Switch
	Unit     Unit
	Better   Direction
	Band     Band
	// Scopes are the kinds of scope in which the indicator is shown; they are among
	// those in which all that it reads is booked.
	Scopes       ScopeSet
	Controllable Controllable
	// MinSample is the number of cases (Value.Sample) below which no gap is given;
	// 0 for none.
	MinSample int64
	// ProvisionalDays is for how many days a value may still change because something that
	// belongs to it has not happened yet; 0 when it is final once the late events are in.
	ProvisionalDays int64
	// OverDays is the number of days up to this instant over which its measures are added
	// up, whatever window is looked at; 0 for the window's own time.
	OverDays int64
	// Doc says what the indicator means, Traps where it misleads. A user's own may lack
	// traps.
	Doc, Traps Text

	// Form evaluates the formula, in Go and in SQL.
	*Form
}

// FromSums tells whether the indicator is a function of sums of stored measures, so that
// the views have it.
func (i *Indicator) FromSums() bool {
	return i.Kind != KindSampled && i.Kind != KindLiveOnly && i.OverDays == 0 && len(i.targets) == 0
}

// Live tells whether the indicator is a function of the sums of a live window. Those of
// KindSampled are live as well, from gauges: see EvalNow.
func (i *Indicator) Live() bool { return i.FromSums() && i.Kind != KindDaily }

// OfState tells whether the indicator is a function of the gauges of one instant alone. One that also adds measures up, over days,
// is not.
func (i *Indicator) OfState() bool {
	return (i.Kind == KindSampled || i.Kind == KindLiveOnly) && len(i.measures) == 0 && len(i.targets) == 0
}

// LiveWithTargets tells whether the indicator is a function of the sums of a live window once
// its formula is bound to the targets in force (Catalogue.Bind).
func (i *Indicator) LiveWithTargets() bool {
	return i.Kind == KindDerived && i.OverDays == 0 && len(i.targets) > 0
}

// OfThreshold tells whether the indicator reads what depends on the queue's T, so that queues with different ones are mixed in its sum.
func (i *Indicator) OfThreshold() bool {
	return slices.ContainsFunc(i.measures, func(m Measure) bool {
		switch m {
		case AnsweredWithin, AbandonedWithin, LeftWithin, LeftCallbackWithin, OfferedMissedWithin, Crossed, SlMet, SlDue:
			return true
		}
		return false
	})
}

// Grains are what the measures of the formula count, each once, in the order of grains. An
// indicator of two grains, such as contacts per hour, compares different things on purpose.
func (i *Indicator) Grains() []Grain {
	var has [numGrains]bool
	for _, m := range i.measures {
		has[m.Info().Grain] = true
	}
	if i.percentile {
		has[i.family.Info().Grain] = true
	}
	var list []Grain
	for g, is := range has {
		if is {
			list = append(list, Grain(g))
		}
	}
	return list
}

// Attributions tell when what the formula reads is booked, each once, in their order.
func (i *Indicator) Attributions() []Attribution {
	var has [numAttributions]bool
	for _, m := range i.measures {
		has[m.Attribution()] = true
	}
	has[AttributionNow] = len(i.gauges) > 0
	has[AttributionMoment] = has[AttributionMoment] || i.percentile
	var list []Attribution
	for a, is := range has {
		if is {
			list = append(list, Attribution(a))
		}
	}
	return list
}
