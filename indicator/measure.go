// SPDX-License-Identifier: Apache-2.0

package indicator

import "strconv"

// Measure is one additive signed integer of the closed list. Facts carry
// increments of measures; a retraction is a negative increment.
type Measure uint16

// Info describes a measure. It is the same for every centre and never changes
// once released.
type Info struct {
	// Name is the stable name, as in columns, formulas and JSON.
	Name string
	// Grain is what one unit of the measure counts.
	Grain Grain
	// Scopes are the kinds of scope in which the measure is booked.
	Scopes ScopeSet
	// Unit is the unit of the integer.
	Unit Unit
	// Time tells that the measure is wall-clock time cut at minute borders, so
	// that every indicator that uses it is evaluated over whole minutes.
	Time bool
	// Doc is the meaning, one English sentence.
	Doc string
}

// Info returns the description of m. It panics when m is not in the list.
func (m Measure) Info() Info { return infos[m] }

// String returns the stable name of m, or measure(N) when m is not in the list.
func (m Measure) String() string {
	if int(m) >= NumMeasures {
		return "measure(" + strconv.Itoa(int(m)) + ")"
	}
	return infos[m].Name
}

// ParseMeasure returns the measure of that name, and whether there is one. It
// reads the list from its start: it is meant for configuration, not for each
// event.
func ParseMeasure(name string) (Measure, bool) {
	for i := range infos {
		if infos[i].Name == name {
			return Measure(i), true
		}
	}
	return 0, false
}

// Grain is what a measure counts. Grains are never mixed in one fact.
type Grain uint8

// The grains.
const (
	GrainQueueLeg Grain = iota
	GrainContact
	GrainAdvisorLeg
	GrainTime
	GrainQuality
	GrainOutbound
	GrainCompliance
	GrainDeferred
	GrainCallback

	numGrains
)

// NumGrains is the number of grains.
const NumGrains = int(numGrains)

var grainNames = [NumGrains]string{
	"queue_leg", "contact", "advisor_leg", "time", "quality", "outbound", "compliance", "deferred", "callback",
}

// String returns the stable name of g.
func (g Grain) String() string {
	if int(g) >= NumGrains {
		return "grain(" + strconv.Itoa(int(g)) + ")"
	}
	return grainNames[g]
}
