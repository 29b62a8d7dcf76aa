// SPDX-License-Identifier: Apache-2.0

package indicator

// Text is a text in the two languages of the product.
type Text struct{ En, Fr string }

// Kind is how an indicator behaves when time or scopes are added up.
type Kind uint8

// The kinds. Indicators sampled from gauges and those that only exist live have
// kinds of their own when they come.
const (
	// KindAdditive is a formula over measures or bins: exact over any window.
	KindAdditive Kind = iota
)

// String returns the stable name of k.
func (k Kind) String() string { return "additive" }

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
	// Formula is the text, as written in the catalogue.
	Formula string
	// Switches are the constants of the formula, with the values in force.
	Switches []Switch
	Unit     Unit
	Better   Direction
	Band     Band
	// Scopes are the kinds of scope in which the indicator is shown; they are among
	// those in which all its measures are booked.
	Scopes       ScopeSet
	Controllable Controllable
	// MinSample is the number of cases (Value.Sample) below which no gap is given;
	// 0 for none.
	MinSample int64
	// Doc says what the indicator means and where it misleads.
	Doc Text

	// Form evaluates the formula, in Go and in SQL.
	*Form
}
