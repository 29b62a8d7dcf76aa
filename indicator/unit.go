// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"strconv"
	"strings"
)

// Unit is the unit of a measure's integer or of an indicator's value.
type Unit uint8

// The units. The first five are those of measures; the others belong to
// indicators only. Their numbers are stored: append only.
const (
	// UnitCount counts things.
	UnitCount Unit = iota
	// UnitMs is milliseconds.
	UnitMs
	// UnitCents is hundredths of the currency.
	UnitCents
	// UnitBp is basis points, 0 to 10,000 for one score.
	UnitBp
	// UnitDs2 is squared tenths of a second.
	UnitDs2
	// UnitPercent is a fraction: 0.8 is shown as 80 %.
	UnitPercent
	// UnitPerHour is things per hour.
	UnitPerHour
	// UnitCentsPerHour is hundredths of the currency per hour.
	UnitCentsPerHour
	// UnitPoints is a difference of shares times 100, from -100 to 100.
	UnitPoints

	numUnits
)

var unitNames = [numUnits]string{
	"count", "ms", "cents", "bp", "ds2", "percent", "per_hour", "cents_per_hour", "points",
}

// String returns the stable name of u.
func (u Unit) String() string {
	if u >= numUnits {
		return "unit(" + strconv.Itoa(int(u)) + ")"
	}
	return unitNames[u]
}

// ParseUnit returns the unit of that name, and whether there is one.
func ParseUnit(name string) (Unit, bool) {
	for i, n := range unitNames {
		if n == name {
			return Unit(i), true
		}
	}
	return 0, false
}

// dimension is what a quantity is made of, as exponents: things counted have
// none. Hours are kept apart from milliseconds, so that a rate per hour cannot
// be mistaken for one per millisecond.
type dimension struct{ ms, cents, bp, ds2, hours int8 }

func dimensionOf(u Unit) dimension {
	switch u {
	case UnitMs:
		return dimension{ms: 1}
	case UnitCents:
		return dimension{cents: 1}
	case UnitBp:
		return dimension{bp: 1}
	case UnitDs2:
		return dimension{ds2: 1}
	case UnitPerHour:
		return dimension{hours: -1}
	case UnitCentsPerHour:
		return dimension{cents: 1, hours: -1}
	default: // counts, fractions and points are plain numbers
		return dimension{}
	}
}

func (d dimension) times(e dimension) dimension {
	return dimension{d.ms + e.ms, d.cents + e.cents, d.bp + e.bp, d.ds2 + e.ds2, d.hours + e.hours}
}

func (d dimension) over(e dimension) dimension {
	return dimension{d.ms - e.ms, d.cents - e.cents, d.bp - e.bp, d.ds2 - e.ds2, d.hours - e.hours}
}

// String writes d for an error message, as in "ms", "cents per hour" or "a plain
// number".
func (d dimension) String() string {
	var above, below []string
	for _, p := range [...]struct {
		exponent int8
		name     string
	}{{d.ms, "ms"}, {d.cents, "cents"}, {d.bp, "basis points"}, {d.ds2, "squared tenths of a second"}, {d.hours, "hours"}} {
		for e := p.exponent; e > 0; e-- {
			above = append(above, p.name)
		}
		for e := p.exponent; e < 0; e++ {
			below = append(below, p.name)
		}
	}
	if len(above)+len(below) == 0 {
		return "a plain number"
	}
	if len(above) == 0 {
		above = []string{"a number"}
	}
	text := strings.Join(above, " times ")
	if len(below) > 0 {
		text += " per " + strings.Join(below, " per ")
	}
	return text
}
