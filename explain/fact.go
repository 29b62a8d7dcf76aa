// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
)

// Lineage is the record of the log that made a fact known.
type Lineage struct {
	Epoch     string `json:"epoch"`
	Partition int    `json:"partition"`
	Offset    int64  `json:"offset"`
	Seq       uint32 `json:"seq"`
}

// Increment is what a fact adds to a measure.
type Increment struct {
	Measure indicator.Measure
	Value   int64
}

// BinCount is what a fact adds to a bin of the family that is explained.
type BinCount struct {
	Bin   uint16
	Count int64
}

// Fact is a stored fact, or, without a contact, several of them added up.
type Fact struct {
	AtMs    int64 // when what is counted happened, ms UTC
	Grain   indicator.Grain
	Contact string // "" for an advisor's time and for what belongs to no contact
	Queue   string
	// Campaign, Team, Advisor and Reason are dimensions as the facts have them.
	Campaign, Team, Advisor, Reason string
	Lineage
	Version uint32 // of the configuration that applied; 0 for facts of the daily job, which may have several
	Daily   bool   // the daily job found it; its lineage is that of the contact
	// Rows is how many stored facts this is, LastOffset the greatest of their offsets. Lineage.Offset is the least.
	Rows       int64
	LastOffset int64
	Increments []Increment // in the order of measures, none of them zero
	Bins       []BinCount  // in the order of bins, none of them zero
}

// get returns what the fact adds to a measure.
func (f *Fact) get(m indicator.Measure) int64 {
	for _, i := range f.Increments {
		if i.Measure == m {
			return i.Value
		}
	}
	return 0
}

// signs tells whether something is added, and whether something is taken away.
func (f *Fact) signs() (adds, takes bool) {
	for _, i := range f.Increments {
		adds, takes = adds || i.Value > 0, takes || i.Value < 0
	}
	for _, b := range f.Bins {
		adds, takes = adds || b.Count > 0, takes || b.Count < 0
	}
	return adds, takes
}

// negated is the fact that f takes back.
func (f *Fact) negated() Fact {
	n := *f
	n.Increments, n.Bins = nil, nil
	for _, i := range f.Increments {
		n.Increments = append(n.Increments, Increment{i.Measure, -i.Value})
	}
	for _, b := range f.Bins {
		n.Bins = append(n.Bins, BinCount{b.Bin, -b.Count})
	}
	return n
}

// MsPerQuarter is the time over which facts without a contact are added up.
const MsPerQuarter = 900_000

// groupKey says what is one entry: a contact; or, of what belongs to none, a quarter of an hour of a grain in a team, a
// queue and a campaign, of one advisor where advisors are shown.
type groupKey struct {
	contact                        string
	grain                          indicator.Grain
	quarter                        int64
	team, queue, campaign, advisor string
}

func (f *Fact) group(advisors bool) groupKey {
	if f.Contact != "" {
		return groupKey{contact: f.Contact}
	}
	k := groupKey{grain: f.Grain, quarter: f.AtMs / MsPerQuarter, team: f.Team, queue: f.Queue, campaign: f.Campaign}
	if advisors {
		k.advisor = f.Advisor
	}
	return k
}

// byHand tells the facts that no event of a contact, and no clock, can have made: those of a correction that somebody issued.
func (f *Fact) byHand() bool {
	if f.Contact != "" || f.Daily {
		return false
	}
	switch f.Grain {
	case indicator.GrainQueueLeg, indicator.GrainContact, indicator.GrainQuality, indicator.GrainCallback, indicator.GrainDeferred:
		return true
	}
	return false
}

// Relevant lists the measures that an explanation of ind in a kind of scope reads: those of the formula, in their own order,
// and the others of the same grains that tell what happened to what did not count. Of advisors' time only the formula's own.
func Relevant(ind *indicator.Indicator, scope indicator.ScopeKind) []indicator.Measure {
	var own [indicator.NumMeasures]bool
	for _, m := range ind.Measures() {
		own[m] = true
	}
	if family, ok := ind.Bins(); ok {
		m, _ := indicator.ParseMeasure(strings.TrimSuffix(family.String(), "_bins") + "_ms")
		own[m] = true
	}
	var grains [indicator.NumGrains]bool
	for m := range indicator.Measure(indicator.NumMeasures) {
		if g := m.Info().Grain; own[m] && g != indicator.GrainTime {
			grains[g] = true
		}
	}
	var list []indicator.Measure
	for m := range indicator.Measure(indicator.NumMeasures) {
		if info := m.Info(); own[m] || grains[info.Grain] && info.Scopes.Has(scope) && !info.Time && m != indicator.LoadMs {
			list = append(list, m)
		}
	}
	return list
}
