// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"cmp"
	"slices"

	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
)

// Windows are the sums and gauges of a centre at one instant.
type Windows interface {
	// Scopes lists the scopes of a kind that there are, by name; the centre by its own id. A list never gets shorter, but that of
	// sources: one may take the place of another, of which nothing has fired for long.
	Scopes(kind indicator.ScopeKind) []string
	// Measures fills dst with the sums of a scope's window, of whole minutes or else of whole panes. It returns false for a
	// scope that nothing was ever counted of.
	Measures(kind indicator.ScopeKind, scope, window string, wholeMinutes bool, dst []int64) bool
	// Gauges fills dst with the gauges of a scope at this instant; zeros where there are none.
	Gauges(kind indicator.ScopeKind, scope string, dst []int64)
	// SilentMs is for how long nothing was heard of what a scope lives from: of the whole centre, and of a queue also of the
	// source that feeds it, if that one never pauses.
	SilentMs(kind indicator.ScopeKind, scope string) int64
}

// Engine evaluates the rules of one centre and remembers how its alerts stand.
type Engine struct {
	centre   string
	rules    []*Rule // by name
	settings Settings
	all      map[instanceKey]*instance

	plan     []planned // by kind, then scope
	counts   [indicator.NumRuleScopes]int
	sources  []string
	planned  bool
	rebindAt int64

	conditions map[string]*bound
	ownHours   map[string]*zone.Hours
	open       map[masks]bool // at the instant of the evaluation
	sums       sums
	changes    []Transition
	changed    bool // the whole set, at the evaluation
}

type instanceKey struct{ rule, scope string }

// instance is one rule for one scope.
type instance struct {
	rule   *Rule
	scope  string
	labels []Label
	masks  masks
	bound  *bound
	by     string // the rule that inhibits it
	now    Shown  // what it shows while it fires; found again at each evaluation, so not in the state
	life
}

// planned is what is evaluated of one scope.
type planned struct {
	kind      indicator.ScopeKind
	scope     string
	instances []*instance
}

// NewEngine returns the engine of a centre, with no rule yet.
func NewEngine(centre string) *Engine {
	return &Engine{centre: centre, all: map[instanceKey]*instance{}, open: map[masks]bool{}}
}

// SetRules puts rules and settings in force at an instant. Alerts of rules that stay go on as they are; those of a rule that is
// gone are over: the transitions tell. They are valid until the next call. The whole set may be another one.
func (e *Engine) SetRules(rules []*Rule, settings Settings, at int64) []Transition {
	e.rules, e.settings, e.planned = slices.Clone(rules), settings, false
	slices.SortFunc(e.rules, func(a, b *Rule) int { return cmp.Compare(a.RuleConfig.Rule, b.RuleConfig.Rule) })
	byName := map[string]*Rule{}
	for _, r := range e.rules {
		byName[r.RuleConfig.Rule] = r
	}
	e.changes = e.changes[:0]
	for _, x := range e.where(func(*instance) bool { return true }) {
		name := x.rule.RuleConfig.Rule
		if r := byName[name]; r != nil && r.kind == x.rule.kind && r.covers(x.scope) {
			x.rule = r
			continue
		}
		if to, changed := x.step(x.rule, at, VerdictRemoved); changed {
			e.tell(x, at, to)
		}
		delete(e.all, instanceKey{name, x.scope})
	}
	for _, x := range e.where((*instance).told) {
		e.bindLabels(x)
	}
	e.inhibit()
	return e.changes
}

// Idle tells that there is nothing to evaluate.
func (e *Engine) Idle() bool { return len(e.rules) == 0 }

// Evaluate judges every rule for every scope at an instant, a border of a pane. It returns what changed in the lives of alerts,
// valid until the next call, and whether the whole set (Alerts) is another one.
func (e *Engine) Evaluate(at int64, w Windows) (transitions []Transition, setChanged bool) {
	e.changes, e.changed = e.changes[:0], false
	e.replan(at, w)
	clear(e.open)
	for i := range e.plan {
		p := &e.plan[i]
		e.sums.begin(w, p.kind, p.scope)
		for _, x := range p.instances {
			e.judge(x, at)
		}
	}
	if e.changed {
		e.inhibit()
	}
	return e.changes, e.changed
}

// replan lists what there is to evaluate when there are new scopes or rules, or another configuration applies.
func (e *Engine) replan(at int64, w Windows) {
	for kind := range indicator.NumRuleScopes {
		if n := len(w.Scopes(indicator.ScopeKind(kind))); n != e.counts[kind] {
			e.counts[kind], e.planned = n, false
		}
	}
	if sources := w.Scopes(indicator.ScopeSource); !slices.Equal(sources, e.sources) {
		e.sources, e.planned = slices.Clone(sources), false
	}
	if !e.planned {
		e.plan = e.plan[:0]
		for kind := range indicator.NumRuleScopes {
			e.planKind(indicator.ScopeKind(kind), w)
		}
	}
	if !e.planned || at >= e.rebindAt {
		e.bind(at)
		e.inhibit()
	}
	e.planned = true
}

func (e *Engine) planKind(kind indicator.ScopeKind, w Windows) {
	var rules []*Rule
	names := w.Scopes(kind)
	for _, r := range e.rules {
		if r.kind == kind {
			rules = append(rules, r)
			names = append(slices.Clip(names), r.Only...)
		}
	}
	if len(rules) == 0 {
		return
	}
	if kind == indicator.ScopeCentre {
		names = []string{e.centre}
	}
	names = slices.Clone(names)
	slices.Sort(names)
	for _, scope := range slices.Compact(names) {
		p := planned{kind: kind, scope: scope}
		for _, r := range rules {
			if r.covers(scope) {
				p.instances = append(p.instances, e.instance(r, scope))
			}
		}
		if len(p.instances) > 0 {
			e.plan = append(e.plan, p)
		}
	}
}

func (e *Engine) instance(r *Rule, scope string) *instance {
	key := instanceKey{r.RuleConfig.Rule, scope}
	x := e.all[key]
	if x == nil {
		x = &instance{rule: r, scope: scope}
		e.all[key] = x
	}
	return x
}

// judge takes the life of one instance to an instant.
func (e *Engine) judge(x *instance, at int64) {
	v := e.verdict(x, at)
	to, changed := x.step(x.rule, at, v)
	x.now = Shown{}
	if ended := changed && to == PhaseResolved; x.rule.show != nil && (x.fires() || ended) {
		measures, _ := e.sums.window(x.rule.Window, x.rule.show.wholeMinutes())
		x.now = x.rule.show.value(measures, e.sums.now())
		if changed {
			x.shown = x.now
		}
	}
	if changed {
		e.tell(x, at, to)
	}
	if x.forget(at) {
		e.changed = true
	}
}

// tell notes a transition.
func (e *Engine) tell(x *instance, at int64, to Phase) {
	t := Transition{At: at, Rule: x.rule.RuleConfig.Rule, Kind: x.rule.ScopeKind, Scope: x.scope, Severity: x.rule.Severity,
		Audience: x.rule.Audience, To: to, Why: x.verdict}
	if to == PhaseFiring || to == PhaseResolved {
		e.changed = true
		t.Shown = x.shown
	}
	said := Alert{Rule: x.rule, Centre: e.centre, Scope: x.scope, Shown: t.Shown, Now: t.Shown}
	t.Text, t.Short = said.history()
	e.changes = append(e.changes, t)
}

// verdict judges one rule for one scope.
func (e *Engine) verdict(x *instance, at int64) Verdict {
	open, known := e.open[x.masks]
	if !known {
		open = x.masks.open(at)
		e.open[x.masks] = open
	}
	r := x.rule
	switch {
	case !open:
		return VerdictClosed
	case r.heeds && r.SilentMs > 0 && e.sums.silentMs() >= r.SilentMs:
		return VerdictSilent
	case x.phase != PhaseFiring && x.bound.minimum != nil && e.eval(r, x.bound.minimum) != indicator.True:
		return VerdictTooFew // too little to begin with; what fires is over when it is better, not when fewer call
	}
	switch e.eval(r, x.bound.when) {
	case indicator.True:
		return VerdictTrue
	case indicator.Unknown:
		return VerdictNoData
	}
	if x.phase == PhaseFiring && x.bound.clear != nil && e.eval(r, x.bound.clear) == indicator.False {
		return VerdictBetween
	}
	return VerdictFalse
}

// eval answers a condition from the scope's window.
func (e *Engine) eval(r *Rule, c *indicator.Condition) indicator.Truth {
	if c == nil {
		return indicator.Unknown
	}
	var measures, gauges []int64
	if len(c.Measures()) > 0 {
		var known bool
		if measures, known = e.sums.window(r.Window, c.TouchesTime()); !known {
			return indicator.Unknown
		}
	}
	if len(c.Gauges()) > 0 {
		gauges = e.sums.now()
	}
	return c.Eval(measures, gauges)
}

// where lists the instances that a condition holds for, by rule and scope.
func (e *Engine) where(holds func(*instance) bool) []*instance {
	var list []*instance
	//deterministic: sorted below.
	for _, x := range e.all {
		if holds(x) {
			list = append(list, x)
		}
	}
	slices.SortFunc(list, func(a, b *instance) int {
		return cmp.Or(cmp.Compare(a.rule.RuleConfig.Rule, b.rule.RuleConfig.Rule), cmp.Compare(a.scope, b.scope))
	})
	return list
}

func (x *instance) fires() bool { return x.phase == PhaseFiring }
func (x *instance) told() bool  { return x.fires() || x.resolvedAt != 0 }
func (x *instance) lives() bool { return !x.quiet() }

// Alerts is the whole set: what fires, and what was over at most RetainMs ago, by rule and scope. It is the caller's.
func (e *Engine) Alerts() []Alert {
	var list []Alert
	for _, x := range e.where((*instance).told) {
		list = append(list, Alert{Rule: x.rule, Centre: e.centre, Scope: x.scope, Labels: x.labels, StartsAt: x.startsAt, ResolvedAt: x.resolvedAt,
			Shown: x.shown, Now: x.shown, InhibitedBy: x.by})
		if x.fires() && x.now.Valid {
			list[len(list)-1].Now = x.now
		}
	}
	return list
}

// Standing is how one rule stands for one scope.
type Standing struct {
	Rule, Scope string
	Phase       Phase
	Verdict     Verdict // of the last evaluation
	Since       int64   // since when it is pending or firing, ms UTC; 0 when it is neither
}

// Standings lists how every rule stands for every scope, by rule and scope.
func (e *Engine) Standings() []Standing {
	list := make([]Standing, 0, len(e.all))
	for _, x := range e.where(func(*instance) bool { return true }) {
		s := Standing{Rule: x.rule.RuleConfig.Rule, Scope: x.scope, Phase: x.phase, Verdict: x.verdict}
		switch x.phase {
		case PhasePending:
			s.Since = x.pendingAt
		case PhaseFiring:
			s.Since = x.startsAt
		}
		list = append(list, s)
	}
	return list
}
