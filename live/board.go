// SPDX-License-Identifier: Apache-2.0

package live

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/dashboards/wall"
	"github.com/vigie-kpi/vigie/indicator"
)

const (
	// ReadEvery is how often a machine is read, at most.
	ReadEvery = 250 * time.Millisecond
	// readShare bounds what reading costs: a reading that took 25 ms is followed by a rest of half a second.
	readShare = 20
	// restAtMost bounds the rest: on a machine that has more to do than it can, a reading takes long because it has to wait,
	// and a wall would show what was seconds ago.
	restAtMost = 750 * time.Millisecond
)

// scopeKinds are the scopes that are shown: no person is.
var scopeKinds = []indicator.ScopeKind{indicator.ScopeCentre, indicator.ScopeProgramme, indicator.ScopeQueue,
	indicator.ScopeCampaign, indicator.ScopeChannel, indicator.ScopeTeam, indicator.ScopeLine}

// Board holds the newest reading of every centre on this instance. Readers never wait for a machine.
type Board struct {
	catalogue *indicator.Catalogue
	changed   func(ConfigChange) // nil when nobody wants to know
	advisors  bool
	mu        sync.Mutex
	parts     map[int32]*part
	moved     chan struct{} // holds a token when there is a reading that nobody has pushed yet
}

// part is a partition's share of the board. Its fields are its goroutine's, but for centres.
type part struct {
	next           time.Time
	clockMs        int64
	moved          time.Time // when the log's clock was last seen to move
	configurations map[string]*configuration
	rosters        map[string]roster
	asking         map[string]map[wall.Scope]int64 // by centre: since when somebody has been asking for help
	centres        atomic.Pointer[[]*Centre]
}

// roster is who serves what; it is found anew each minute, and when the configuration changes.
type roster struct {
	config *wall.Config
	minute int64
	*wall.Roster
}

// Centre is what is known of one centre at one record of the log. It is immutable.
type Centre struct {
	*wall.Reading
	Config    *wall.Config
	Catalogue *indicator.Catalogue // with the centre's own indicators
	Roster    *wall.Roster
	MovedAt   time.Time // when the log's clock was last seen to move, by this process' own clock
	Problem   error     // why Config or Catalogue is not the newest
	targets   *targets
}

// NewBoard returns an empty board, which shows the indicators of a catalogue and of each centre's own.
func NewBoard(c *indicator.Catalogue) *Board {
	return &Board{catalogue: c, parts: map[int32]*part{}, moved: make(chan struct{}, 1)}
}

// ReadAdvisors has the readings hold advisors as well, for the metrics of a site that switched them on; no answer of this package
// shows them. It is called before the first Observe.
func (b *Board) ReadAdvisors() { b.advisors = true }

// OnConfig has every change of a configuration told, in the goroutine that owns the machine: tell must not wait. It is called
// before the first Observe.
func (b *Board) OnConfig(tell func(ConfigChange)) { b.changed = tell }

// Observe reads the machine anew, unless it was read just now. It is called in the goroutine that owns the machine.
func (b *Board) Observe(m *aggregator.Machine) {
	b.mu.Lock()
	p := b.parts[m.Partition()]
	if p == nil {
		p = &part{configurations: map[string]*configuration{}, rosters: map[string]roster{},
			asking: map[string]map[wall.Scope]int64{}}
		b.parts[m.Partition()] = p
	}
	b.mu.Unlock()
	began := time.Now()
	if m.Clock() == 0 || began.Before(p.next) {
		return
	}
	if m.Clock() != p.clockMs {
		p.clockMs, p.moved = m.Clock(), began
	}
	centres := []*Centre{}
	for _, w := range m.Worlds() {
		if w.Lane() == "" {
			centres = append(centres, p.centre(b, m, w))
		}
	}
	p.centres.Store(&centres)
	p.next = began.Add(restAfter(time.Since(began)))
	select {
	case b.moved <- struct{}{}:
	default:
	}
}

// restAfter is how long after its begin a reading that took so long is followed by the next.
func restAfter(took time.Duration) time.Duration {
	return max(ReadEvery, min(readShare*took, took+restAtMost))
}

// Centres lists the centres of this instance, by name.
func (b *Board) Centres() []*Centre {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []*Centre
	for _, p := range b.parts {
		if list := p.centres.Load(); list != nil {
			all = append(all, *list...)
		}
	}
	slices.SortFunc(all, func(a, b *Centre) int { return cmp.Compare(a.Centre, b.Centre) })
	return all
}

// Find returns a centre by name, or the first one when the name is empty.
func (b *Board) Find(name string) (*Centre, bool) {
	for _, c := range b.Centres() {
		if name == "" || c.Centre == name {
			return c, true
		}
	}
	return nil, false
}

func (p *part) centre(b *Board, m *aggregator.Machine, w *aggregator.World) *Centre {
	in := p.configuration(b, w)
	c := &Centre{MovedAt: p.moved, Config: in.config, Catalogue: in.catalogue, Problem: in.problem}
	minute := w.Clock() / time.Minute.Milliseconds()
	if r := p.rosters[w.Centre()]; r.config != c.Config || r.minute != minute {
		p.rosters[w.Centre()] = roster{c.Config, minute, c.Config.RosterAt(w.Clock())}
	}
	c.Roster = p.rosters[w.Centre()].Roster
	c.Reading = read(m, w)
	if b.advisors {
		readKind(w, c.Reading, indicator.ScopeAdvisor)
	}
	p.asking[w.Centre()] = noteAsking(c.Reading, p.asking[w.Centre()])
	c.targets = in.targetsAt(c.Reading)
	return c
}

// read copies what is shown out of a world.
func read(m *aggregator.Machine, w *aggregator.World) *wall.Reading {
	r := &wall.Reading{Centre: w.Centre(), AsOfMs: w.Clock(), Partition: m.Partition(), Offset: m.Offset(),
		Scopes: map[wall.Scope]*wall.Sums{}, Gauges: gaugeNames}
	sums := func(kind indicator.ScopeKind, name aggregator.ID) *wall.Sums {
		s := wall.Scope{Kind: kind, ID: w.Name(name)}
		if r.Scopes[s] == nil {
			r.Scopes[s] = &wall.Sums{Gauges: map[string]int64{}, Windows: map[wall.Window]*wall.WindowSums{}}
		}
		return r.Scopes[s]
	}
	sums(indicator.ScopeCentre, 0)
	for _, g := range w.GaugesNow() {
		into := sums(g.Scope, g.Name).Gauges
		for kind, n := range g.Values {
			into[aggregator.GaugeKind(kind).String()] = n
		}
	}
	for _, p := range w.PeopleNow() {
		into := sums(p.Scope, p.Name).Gauges
		for i, n := range p.Doing {
			into[wall.DoingGauge(aggregator.Activities[i])] = int64(n)
		}
		into[wall.GaugeBreakMs] = p.BreakMs
	}
	for name, at := range map[string]int64{wall.GaugePlannedNow: w.Clock(), wall.GaugePlannedSoon: w.Clock() + wall.SoonMs} {
		for _, p := range w.PlannedAt(at) {
			sums(p.Scope, p.Name).Gauges[name] = int64(p.Productive)
		}
	}
	for _, n := range w.Notices() {
		from := n.OpenedMs
		if from == 0 {
			from = n.ClosedMs
		}
		kind, _ := indicator.ParseRuleScope(n.ScopeKind) // the centre when nobody said
		r.Flags = append(r.Flags, wall.Notice{ID: n.Object, Kind: n.Kind.String(), Reason: n.Reason, Scope: wall.Scope{Kind: kind, ID: n.Scope}, Lever: n.Lever,
			FromMs: from, UntilMs: n.ClosedMs})
	}
	for _, a := range w.Alerts().Alerts {
		r.Alerts = append(r.Alerts, alertOf(w, &a))
	}
	for _, kind := range scopeKinds {
		readKind(w, r, kind)
	}
	return r
}

// readKind reads the windows of the scopes of a kind.
func readKind(w *aggregator.World, r *wall.Reading, kind indicator.ScopeKind) {
	for _, id := range w.ScopeNames(kind) {
		s := wall.Scope{Kind: kind, ID: id}
		if kind == indicator.ScopeCentre {
			s.ID = ""
		}
		if r.Scopes[s] == nil {
			r.Scopes[s] = &wall.Sums{Gauges: map[string]int64{}, Windows: map[wall.Window]*wall.WindowSums{}}
		}
		readWindows(w, kind, id, r.Scopes[s].Windows)
	}
}

// noteAsking notes for how long somebody has been asking for help in each scope, without a moment in between when nobody did.
func noteAsking(r *wall.Reading, before map[wall.Scope]int64) map[wall.Scope]int64 {
	since := map[wall.Scope]int64{}
	for s, sums := range r.Scopes {
		if sums.Gauges[aggregator.GaugeHelpRequests.String()] == 0 {
			continue
		}
		since[s] = r.AsOfMs
		if began, was := before[s]; was {
			since[s] = began
		}
		sums.Gauges[wall.GaugeHelpMs] = r.AsOfMs - since[s]
	}
	return since
}

// gaugeNames are the gauges that the machine has.
var gaugeNames = func() map[string]bool {
	names := map[string]bool{wall.GaugeBreakMs: true, wall.GaugePlannedNow: true, wall.GaugePlannedSoon: true, wall.GaugeHelpMs: true}
	for g := range aggregator.NumGauges {
		names[g.String()] = true
	}
	for _, activity := range aggregator.Activities {
		names[wall.DoingGauge(activity)] = true
	}
	return names
}()

func readWindows(w *aggregator.World, kind indicator.ScopeKind, id string, into map[wall.Window]*wall.WindowSums) {
	for _, window := range aggregator.Windows {
		s := &wall.WindowSums{Panes: make([]int64, indicator.NumMeasures)}
		if !w.Measures(kind, id, window, false, s.Panes) {
			return
		}
		s.Minutes = s.Panes // of the business day both are the same
		if window != aggregator.WindowToday {
			s.Minutes = make([]int64, indicator.NumMeasures)
			w.Measures(kind, id, window, true, s.Minutes)
		}
		for f := range s.Bins {
			s.Bins[f].Bins, s.Bins[f].Counts = w.Bins(kind, id, window, indicator.BinFamily(f), nil, nil)
		}
		into[wall.Window(window.String())] = s
	}
}
