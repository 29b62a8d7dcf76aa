// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
)

// Alerts of a live world: rules come with its configuration, and are evaluated at each border of a pane, on the clock of the
// log, from the windows and the gauges of that instant. What a late event changes in the past does not matter to them. Lanes
// have none: history calls nobody.

// Transition is one change in the life of an alert. Offset and Seq identify it: the record that brought it, and its number among
// those of the record.
type Transition struct {
	alerts.Transition
	World  *World
	Offset int64
	Seq    uint32
}

// catalogueOf is the catalogue that conditions of rules are compiled with, loaded when the first rule comes.
func (o *sink) catalogueOf() (*indicator.Catalogue, error) {
	if o.catalogue == nil {
		c, err := indicator.Load()
		if err != nil {
			return nil, fmt.Errorf("loading the indicators for a rule: %w", err)
		}
		o.catalogue = c
	}
	return o.catalogue, nil
}

// TryRules lets the live worlds of the machine follow these rules whatever their configurations say: to see what rules would have
// done. It belongs before the first Step, and is no part of the state.
func (m *Machine) TryRules(rules []*alerts.Rule) { m.out.tried = rules }

// catalogueOf is what the rules of a configuration may name: the indicators of everybody and those that its centre defines.
// Publishers check these with their own version of Vigie. Where this one cannot compile them, they and the rules that name
// them are left out, and the rest of the configuration applies: nothing that is counted depends on them.
func (w *World) catalogueOf(c *config) (*indicator.Catalogue, error) {
	if c.catalogue != nil {
		return c.catalogue, nil
	}
	builtIn, err := w.out.catalogueOf()
	if err != nil {
		return nil, err
	}
	if c.catalogue, err = builtIn.WithOwn(w.centre, published(c.objects)); err != nil {
		c.catalogue, c.leftOut = builtIn, []error{err}
	}
	return c.catalogue, nil
}

// addRule compiles a rule of a configuration.
func (w *World) addRule(c *config, data []byte) error {
	r, err := event.ParseRuleConfig(data)
	if err != nil {
		return err
	}
	catalogue, err := w.catalogueOf(c)
	if err != nil {
		return err
	}
	rule, err := alerts.Compile(catalogue, r)
	if err != nil {
		err = fmt.Errorf("the rule %s: %w", r.Rule, err)
		if len(c.leftOut) > 0 {
			c.leftOut = append(c.leftOut, err)
			return nil
		}
		return err
	}
	if slices.ContainsFunc(c.rules, func(o *alerts.Rule) bool { return o.Rule == r.Rule }) {
		return fmt.Errorf("the rule %s is given twice; give it once", r.Rule)
	}
	c.rules = append(c.rules, rule)
	return nil
}

// setRules puts the rules of the configuration in force.
func (w *World) setRules() {
	if w.lane != "" || w.alerts == nil && len(w.cfg.rules) == 0 && w.out.tried == nil {
		return
	}
	if w.alerts == nil {
		w.alerts = alerts.NewEngine(w.centre)
	}
	if w.out.tried != nil {
		w.cfg.rules = w.out.tried
	}
	w.foresight.readBy(w.cfg.rules)
	w.tellAlerts(w.alerts.SetRules(w.cfg.rules, settings{w}, w.clock), true)
}

// evaluate judges the rules at a border of a pane, after its gauges were sampled.
func (w *World) evaluate(at int64, sample []Gauge) {
	if w.alerts == nil || w.alerts.Idle() {
		return
	}
	w.tellAlerts(w.alerts.Evaluate(at, &windows{w: w, at: at, sample: sample}))
}

func (w *World) tellAlerts(list []alerts.Transition, setChanged bool) {
	for _, t := range list {
		seq := uint32(0)
		if n := len(w.out.transitions); n > 0 && w.out.transitions[n-1].Offset == w.out.offset {
			seq = w.out.transitions[n-1].Seq + 1
		}
		w.out.transitions = append(w.out.transitions, Transition{t, w, w.out.offset, seq})
	}
	if setChanged && !slices.Contains(w.out.alerted, w) {
		w.out.alerted = append(w.out.alerted, w)
	}
}

// Alerts is the whole set of the world's alerts: what fires, and what was over a quarter of an hour ago at most.
func (w *World) Alerts() alerts.Set {
	set := alerts.Set{Centre: w.centre, At: w.clock}
	if w.alerts != nil {
		set.Alerts = w.alerts.Alerts()
	}
	return set
}

// Standings lists how every rule stands for every scope.
func (w *World) Standings() []alerts.Standing {
	if w.alerts == nil {
		return nil
	}
	return w.alerts.Standings()
}

func (w *World) codeAlerts(c *codec) {
	c.near(&w.heardAt, w.clock)
	var state []byte
	if !c.reading && w.alerts != nil && !w.alerts.Idle() {
		state = w.alerts.AppendState(nil)
	}
	c.bytes(&state)
	if !c.reading || c.err != nil {
		return
	}
	w.setRules()
	switch {
	case w.alerts != nil:
		c.err = w.alerts.ReadState(state)
		if c.err != nil && len(w.cfg.leftOut) > 0 { // it is about a rule that this version leaves out: the others begin anew
			w.alerts, c.err = nil, nil
			w.setRules()
		}
	case len(state) > 0 && len(w.cfg.leftOut) == 0:
		c.fail()
	}
	w.out.transitions, w.out.alerted = nil, nil
}

// windows is what rules read of a world at a border of a pane.
type windows struct {
	w      *World
	at     int64
	sample []Gauge // by scope, then name

	scratch [indicator.NumMeasures]int64 // of sums
	counted bool                         // the staff of the groups
}

// Scopes implements alerts.Windows.
func (v *windows) Scopes(kind indicator.ScopeKind) []string {
	w, known := v.w, 0
	if kind == indicator.ScopeSource {
		return w.sources.scopes()
	}
	for _, s := range w.scopes[kind] {
		if s != nil {
			known++
		}
	}
	if known != len(w.scopeNames[kind]) {
		w.scopeNames[kind] = w.ScopeNames(kind)
	}
	return w.scopeNames[kind]
}

// Measures implements alerts.Windows.
func (v *windows) Measures(kind indicator.ScopeKind, scope, window string, wholeMinutes bool, dst []int64) bool {
	win, ok := ParseWindow(window)
	return ok && kind != indicator.ScopeSource && v.w.Measures(kind, scope, win, wholeMinutes, dst)
}

// gaugeInputs are the gauges of formulas that the machine samples.
var gaugeInputs = func() (list [NumGauges]indicator.Gauge) {
	for kind := range NumGauges {
		g, ok := indicator.ParseGauge(kind.String())
		if !ok {
			panic("BUG: no formula can name the gauge " + kind.String())
		}
		list[kind] = g
	}
	return list
}()

// SilentMs implements alerts.Windows: a queue lives from the centre's sources, and from the one that feeds it.
func (v *windows) SilentMs(kind indicator.ScopeKind, scope string) (ms int64) {
	w := v.w
	if w.heardAt != 0 {
		ms = v.at - w.heardAt
	}
	if id, known := w.names.ids[scope]; known && kind == indicator.ScopeQueue {
		ms = max(ms, w.sources.silentMs(id, v.at))
	}
	return ms
}

// Gauges implements alerts.Windows.
func (v *windows) Gauges(kind indicator.ScopeKind, scope string, dst []int64) {
	if kind == indicator.ScopeSource {
		v.w.sources.gauges(scope, v.at, dst)
		return
	}
	if i, found := v.row(kind, scope); found {
		for k, value := range v.sample[i].Values {
			dst[gaugeInputs[k]] = value
		}
	}
	switch kind {
	case indicator.ScopeCentre:
		v.gaugesOfCentre(dst)
	case indicator.ScopeQueue:
		v.foresee(scope, dst)
	}
}

// gaugesOfCentre are those that only rules read.
func (v *windows) gaugesOfCentre(dst []int64) {
	w := v.w
	dst[indicator.GaugeSilentMs] = v.SilentMs(indicator.ScopeCentre, w.centre)
	day, start := w.dayAt(v.at)
	number := uint8((v.at - start) / quarterMs)
	dst[indicator.GaugeEventsHeard], dst[indicator.GaugeEventsRefused] = w.usual.all.lately(day, number)
}

// row finds the sample of a scope.
func (v *windows) row(kind indicator.ScopeKind, scope string) (i int, found bool) {
	w := v.w
	return slices.BinarySearchFunc(v.sample, scope, func(g Gauge, scope string) int {
		if kind == indicator.ScopeCentre {
			return cmp.Compare(g.Scope, kind)
		}
		return cmp.Or(cmp.Compare(g.Scope, kind), cmp.Compare(w.Name(g.Name), scope))
	})
}

// settings is what rules read of a world's configuration.
type settings struct{ w *World }

// Zone implements alerts.Settings.
func (s settings) Zone() *time.Location { return s.w.cfg.location }

// ThresholdMs implements alerts.Settings.
func (s settings) ThresholdMs(queue string, at int64) int64 {
	rule, _ := s.w.queueAt(queue, at)
	return int64(rule.thresholdMs)
}

// Hours implements alerts.Settings.
func (s settings) Hours(calendar, queue string, at int64) *zone.Hours {
	if calendar == "" {
		rule, _ := s.w.queueAt(queue, at)
		calendar = rule.calendar
	}
	id, known := s.w.cfg.opening[calendar]
	if !known {
		return nil
	}
	return s.w.hoursOf(id)
}

// Target implements alerts.Settings.
func (s settings) Target(kind indicator.ScopeKind, scope, id string, at int64) (int64, bool) {
	return event.TargetAt(s.w.cfg.targets, kind.String(), scope, id, at).Wanted()
}

// Site implements alerts.Settings.
func (s settings) Site(team string) string { return s.w.cfg.sites[team] }

// NextChange implements alerts.Settings.
func (s settings) NextChange(at int64) int64 {
	next := int64(math.MaxInt64)
	add := func(border int64) {
		if border > at {
			next = min(next, border)
		}
	}
	for i := range s.w.cfg.targets {
		add(s.w.cfg.targets[i].From)
		add(s.w.cfg.targets[i].To)
	}
	for _, queue := range slices.Sorted(maps.Keys(s.w.cfg.queues)) {
		for _, rule := range s.w.cfg.queues[queue] {
			add(rule.from)
		}
	}
	return next
}

func (c *config) addTarget(data []byte) error {
	t, err := event.ParseTargetConfig(data)
	if err != nil {
		return err
	}
	c.targets = append(c.targets, t)
	return nil
}

// addTeam takes note of where a team works.
func (c *config) addTeam(data []byte) error {
	t, err := event.ParseTeamConfig(data)
	if err != nil {
		return err
	}
	c.sites[t.Team] = t.Site
	return nil
}
