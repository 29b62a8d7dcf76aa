// SPDX-License-Identifier: Apache-2.0

package alerts

import "github.com/vigie-kpi/vigie/indicator"

// sums are the windows and gauges of the scope at hand, each added up once for all rules and only when one reads it.
type sums struct {
	windows Windows
	kind    indicator.ScopeKind
	scope   string
	sets    []sumSet
	used    int
	gauges  [indicator.NumGauges]int64
	sampled bool

	silent int64
	heard  bool // silent is known, for this scope
}

// sumSet is one window.
type sumSet struct {
	window       string
	wholeMinutes bool
	known        bool
	measures     [indicator.NumMeasures]int64
}

func (s *sums) begin(w Windows, kind indicator.ScopeKind, scope string) {
	s.windows, s.kind, s.scope = w, kind, scope
	s.used, s.sampled, s.heard = 0, false, false
}

// window returns the sums of a window, and false for a scope that nothing was ever counted of.
func (s *sums) window(name string, wholeMinutes bool) ([]int64, bool) {
	for i := range s.sets[:s.used] {
		if x := &s.sets[i]; x.window == name && x.wholeMinutes == wholeMinutes {
			return x.measures[:], x.known
		}
	}
	if s.used == len(s.sets) {
		s.sets = append(s.sets, sumSet{})
	}
	x := &s.sets[s.used]
	s.used++
	x.window, x.wholeMinutes = name, wholeMinutes
	clear(x.measures[:])
	x.known = name != "" && s.windows.Measures(s.kind, s.scope, name, wholeMinutes, x.measures[:])
	return x.measures[:], x.known
}

// now returns the gauges of the instant.
func (s *sums) now() []int64 {
	if !s.sampled {
		clear(s.gauges[:])
		s.windows.Gauges(s.kind, s.scope, s.gauges[:])
		s.sampled = true
	}
	return s.gauges[:]
}

// silentMs is for how long nothing was heard of what the scope lives from.
func (s *sums) silentMs() int64 {
	if !s.heard {
		s.silent, s.heard = s.windows.SilentMs(s.kind, s.scope), true
	}
	return s.silent
}
