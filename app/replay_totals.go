// SPDX-License-Identifier: Apache-2.0

package app

import (
	"maps"
	"slices"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
)

// replaySums reads the sums of one window, scope by scope.
type replaySums interface {
	// names lists the scopes of a kind, sorted.
	names(kind indicator.ScopeKind) []string
	// measures fills dst, indexed by measure, for an indicator that reads whole minutes or for one that does not.
	measures(kind indicator.ScopeKind, name string, wholeMinutes bool, dst []int64)
	// bins returns a histogram: bins in order, and their counts.
	bins(kind indicator.ScopeKind, name string, family indicator.BinFamily) ([]uint16, []int64)
}

// replayTotals adds up every fact: the window that holds everything. The machine has no such window, since a centre
// never stops.
type replayTotals struct {
	scopes map[replayScope]*scopeTotals
	byName map[replayName]*scopeTotals
	booked [indicator.NumMeasures]indicator.ScopeSet // where each measure is booked
}

type replayName struct {
	kind indicator.ScopeKind
	name string
}

type replayScope struct {
	kind indicator.ScopeKind
	id   aggregator.ID
}

type scopeTotals struct {
	sums   [indicator.NumMeasures]int64
	binned [indicator.NumBinFamilies]map[uint16]int64
}

func newReplayTotals() *replayTotals {
	t := &replayTotals{scopes: map[replayScope]*scopeTotals{}, byName: map[replayName]*scopeTotals{}}
	for m := range t.booked {
		t.booked[m] = indicator.Measure(m).Info().Scopes
	}
	return t
}

// add books facts in the scopes that they touch.
func (t *replayTotals) add(facts []aggregator.Fact, incs []aggregator.Inc) {
	for i := range facts {
		f := &facts[i]
		own := incs[f.First:f.End]
		t.book(indicator.ScopeCentre, 0, f.World.Centre(), own)
		for _, d := range [...]struct {
			kind indicator.ScopeKind
			id   aggregator.ID
		}{
			{indicator.ScopeProgramme, f.Dims.Programme}, {indicator.ScopeTeam, f.Dims.Team},
			{indicator.ScopeAdvisor, f.Dims.Advisor}, {indicator.ScopeQueue, f.Dims.Queue},
			{indicator.ScopeCampaign, f.Dims.Campaign}, {indicator.ScopeChannel, f.Dims.Channel},
			{indicator.ScopeLine, f.Dims.Line}, {indicator.ScopeWorkstation, f.Dims.Workstation},
		} {
			if d.id != 0 {
				t.book(d.kind, d.id, f.World.Name(d.id), own)
			}
		}
	}
}

func (t *replayTotals) book(kind indicator.ScopeKind, id aggregator.ID, name string, incs []aggregator.Inc) {
	var s *scopeTotals
	for _, inc := range incs {
		m, isMeasure := inc.Key.Measure()
		family, bin, _ := inc.Key.Bin()
		if isMeasure && !t.booked[m].Has(kind) || !isMeasure && !family.Info().Scopes.Has(kind) {
			continue
		}
		if s == nil {
			s = t.scope(replayScope{kind, id}, name)
		}
		if isMeasure {
			s.sums[m] += inc.Value
			continue
		}
		if s.binned[family] == nil {
			s.binned[family] = map[uint16]int64{}
		}
		s.binned[family][bin] += inc.Value
	}
}

func (t *replayTotals) scope(key replayScope, name string) *scopeTotals {
	s := t.scopes[key]
	if s == nil {
		s = &scopeTotals{}
		t.scopes[key] = s
		t.byName[replayName{key.kind, name}] = s
	}
	return s
}

func (t *replayTotals) names(kind indicator.ScopeKind) []string {
	var names []string
	for key := range t.byName {
		if key.kind == kind {
			names = append(names, key.name)
		}
	}
	slices.Sort(names)
	return names
}

func (t *replayTotals) named(kind indicator.ScopeKind, name string) *scopeTotals {
	if s := t.byName[replayName{kind, name}]; s != nil {
		return s
	}
	return &scopeTotals{}
}

func (t *replayTotals) measures(kind indicator.ScopeKind, name string, _ bool, dst []int64) {
	copy(dst, t.named(kind, name).sums[:])
}

func (t *replayTotals) bins(kind indicator.ScopeKind, name string, family indicator.BinFamily) ([]uint16, []int64) {
	binned := t.named(kind, name).binned[family]
	var bins []uint16
	var counts []int64
	for _, bin := range slices.Sorted(maps.Keys(binned)) {
		if n := binned[bin]; n != 0 {
			bins, counts = append(bins, bin), append(counts, n)
		}
	}
	return bins, counts
}

// windowSums reads one of the machine's own windows.
type windowSums struct {
	world  *aggregator.World
	window aggregator.Window
}

func (s windowSums) names(kind indicator.ScopeKind) []string { return s.world.ScopeNames(kind) }

func (s windowSums) measures(kind indicator.ScopeKind, name string, wholeMinutes bool, dst []int64) {
	s.world.Measures(kind, name, s.window, wholeMinutes, dst)
}

func (s windowSums) bins(kind indicator.ScopeKind, name string, family indicator.BinFamily) ([]uint16, []int64) {
	return s.world.Bins(kind, name, s.window, family, nil, nil)
}
