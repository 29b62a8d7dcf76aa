// SPDX-License-Identifier: Apache-2.0

package app

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// boardEvery is how often the board of a partition is made anew, at most.
const boardEvery = 250 * time.Millisecond

// boardKinds are the scopes on the board: no person is on it.
var boardKinds = []indicator.ScopeKind{indicator.ScopeCentre, indicator.ScopeProgramme, indicator.ScopeQueue,
	indicator.ScopeCampaign, indicator.ScopeChannel, indicator.ScopeTeam}

// Board holds the live indicators of every centre on this instance. Readers never wait for a machine.
type Board struct {
	catalogue *indicator.Catalogue
	// changed, when set, is told on the machine's goroutine that another configuration is in force; err is why the centre's
	// own indicators cannot be shown.
	changed func(w *aggregator.World, objects []event.ConfigObject, err error)
	mu      sync.Mutex
	parts   map[int32]*part
}

type part struct {
	made  time.Time
	rules map[string]*centreRules // by centre; of the machine's goroutine
	view  atomic.Pointer[[]CentreView]
}

// CentreView is a centre's live indicators as of one record of the log.
type CentreView struct {
	Centre    string      `json:"centre"`
	AsOfMs    int64       `json:"as_of_ms"` // the log's clock
	Partition int32       `json:"partition"`
	Offset    int64       `json:"offset"`
	Scopes    []ScopeView `json:"scopes"`
}

// ScopeView is one scope: who waits now, and the indicators of each window.
type ScopeView struct {
	Kind          string                 `json:"kind"`
	ID            string                 `json:"id"`
	Waiting       int                    `json:"waiting"`
	LongestWaitMs int64                  `json:"longest_wait_ms"`
	Windows       map[string][]ValueView `json:"windows"`
}

// ValueView is one indicator's value; Value is null when there is nothing to divide by. Target is there when the scope has
// one in force, in the value's unit. Gap is null when there are too few cases to judge.
type ValueView struct {
	ID          string   `json:"id"`
	Value       *float64 `json:"value"`
	Numerator   int64    `json:"numerator"`
	Denominator int64    `json:"denominator"`
	N           int64    `json:"n"`
	Unit        string   `json:"unit"`
	Target      *Target  `json:"target,omitempty"`
}

// NewBoard returns an empty board.
func NewBoard(c *indicator.Catalogue) *Board {
	return &Board{catalogue: c, parts: map[int32]*part{}}
}

// Observe makes the partition's part of the board anew, unless it is fresh.
func (b *Board) Observe(m *aggregator.Machine, now time.Time) {
	b.mu.Lock()
	p := b.parts[m.Partition()]
	if p == nil {
		p = &part{rules: map[string]*centreRules{}}
		b.parts[m.Partition()] = p
	}
	b.mu.Unlock()
	if m.Clock() == 0 || now.Sub(p.made).Abs() < boardEvery {
		return
	}
	p.made = now
	var views []CentreView
	for _, w := range m.Worlds() {
		if w.Lane() == "" {
			views = append(views, b.view(m, w, b.rulesOf(p, w)))
		}
	}
	p.view.Store(&views)
}

// Views lists the centres of this instance.
func (b *Board) Views() []CentreView {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []CentreView
	for number := int32(0); len(b.parts) > 0 && number <= maxKey(b.parts); number++ {
		if p := b.parts[number]; p != nil && p.view.Load() != nil {
			all = append(all, *p.view.Load()...)
		}
	}
	return all
}

func maxKey(m map[int32]*part) int32 {
	var most int32
	for k := range m {
		most = max(most, k)
	}
	return most
}

func (b *Board) view(m *aggregator.Machine, w *aggregator.World, rules *centreRules) CentreView {
	v := CentreView{Centre: w.Centre(), AsOfMs: w.Clock(), Partition: m.Partition(), Offset: m.Offset()}
	reader := scopeReader{world: w, rules: rules, measures: make([]int64, indicator.NumMeasures)}
	for _, kind := range boardKinds {
		for _, id := range w.ScopeNames(kind) {
			v.Scopes = append(v.Scopes, reader.read(kind, id))
		}
	}
	return v
}

// scopeReader reads the scopes of one world, one after the other.
type scopeReader struct {
	world    *aggregator.World
	rules    *centreRules
	measures []int64 // sums of the window in hand
	targets  *scopeTargets
}

func (r *scopeReader) read(kind indicator.ScopeKind, id string) ScopeView {
	s := ScopeView{Kind: kind.String(), ID: id, Windows: map[string][]ValueView{}}
	switch kind {
	case indicator.ScopeCentre:
		s.Waiting, s.LongestWaitMs = r.world.Waiting("")
	case indicator.ScopeQueue:
		s.Waiting, s.LongestWaitMs = r.world.Waiting(id)
	}
	r.targets = r.rules.targetsOf(kind, id, r.world.Clock())
	for _, window := range aggregator.Windows {
		s.Windows[window.String()] = r.values(kind, id, window)
	}
	return s
}

// values evaluates every indicator of the scope's kind that a window can give.
func (r *scopeReader) values(kind indicator.ScopeKind, id string, window aggregator.Window) []ValueView {
	var list []ValueView
	for _, wholeMinutes := range []bool{false, true} {
		if !r.world.Measures(kind, id, window, wholeMinutes, r.measures) {
			return nil
		}
		for _, i := range r.rules.catalogue.Indicators() {
			if !i.Scopes.Has(kind) || i.TouchesTime() != wholeMinutes || !i.Live() && !i.LiveWithTargets() {
				continue
			}
			list = append(list, r.valueView(i, r.evaluate(kind, id, window, r.targets.form(i))))
		}
	}
	return list
}

func (r *scopeReader) evaluate(kind indicator.ScopeKind, id string, window aggregator.Window, f *indicator.Form) indicator.Value {
	family, ok := f.Bins()
	if !ok {
		return f.Eval(r.measures)
	}
	bins, counts := r.world.Bins(kind, id, window, family, nil, nil)
	return f.EvalBins(bins, counts)
}

func (r *scopeReader) valueView(i *indicator.Indicator, v indicator.Value) ValueView {
	out := ValueView{ID: i.ID, Numerator: v.Numerator, Denominator: v.Denominator, N: v.Sample, Unit: i.Unit.String()}
	if x, ok := v.Float(); ok {
		out.Value = &x
	}
	out.Target = r.targets.judge(i, &out)
	return out
}

// Find returns the value of an indicator, or false when the scope or the window lacks it.
func (s *ScopeView) Find(window, id string) (ValueView, bool) {
	for _, v := range s.Windows[window] {
		if v.ID == id {
			return v, true
		}
	}
	return ValueView{}, false
}
