// SPDX-License-Identifier: Apache-2.0

package live

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/dashboards/wall"
	"github.com/vigie-kpi/vigie/indicator"
)

// CentreView is a centre's live indicators as of one record of the log.
type CentreView struct {
	Centre        string       `json:"centre"`
	Zone          string       `json:"zone"`     // IANA zone of the centre
	AsOfMs        int64        `json:"as_of_ms"` // the log's clock
	Partition     int32        `json:"partition"`
	Offset        int64        `json:"offset"`
	ConfigVersion int          `json:"config_version"`
	Alerts        []AlertView  `json:"alerts"`
	Notices       []NoticeView `json:"notices"`
	Scopes        []ScopeView  `json:"scopes"`
}

// NoticeView is an incident or an action of the last 24 hours, or one that goes on.
type NoticeView struct {
	Kind    string `json:"kind"` // incident or action
	ID      string `json:"id"`
	Scope   string `json:"scope"` // as requests write it: queue:assistance
	Title   string `json:"title"`
	Lever   string `json:"lever"` // of an action
	FromMs  int64  `json:"from_ms"`
	UntilMs int64  `json:"until_ms"` // 0 while it goes on
}

// noticeViews lists the notices of some scopes; of all when none is named.
func noticeViews(c *Centre, scopes []wall.Scope) []NoticeView {
	list := []NoticeView{}
	for _, n := range c.Flags {
		if len(scopes) == 0 || slices.Contains(scopes, n.Scope) {
			list = append(list, NoticeView{n.Kind, n.ID, n.Scope.String(), n.Reason, n.Lever, n.FromMs, n.UntilMs})
		}
	}
	return list
}

// ScopeView is one scope: its gauges, and the indicators of each window.
type ScopeView struct {
	Kind          string                 `json:"kind"`
	ID            string                 `json:"id"`
	Waiting       int64                  `json:"waiting"`
	LongestWaitMs int64                  `json:"longest_wait_ms"`
	Gauges        map[string]int64       `json:"gauges"`
	Windows       map[string][]ValueView `json:"windows"`
}

// ValueView is one indicator's value; Value is null when there is nothing to divide by.
type ValueView struct {
	ID          string   `json:"id"`
	Value       *float64 `json:"value"`
	Numerator   int64    `json:"numerator"`
	Denominator int64    `json:"denominator"`
	N           int64    `json:"n"`
	Unit        string   `json:"unit"`
	// Provisional: what belongs to it may still happen, for days. No live window is older than that.
	Provisional bool `json:"provisional,omitempty"`
	// Mixed: it adds up queues whose thresholds T differ.
	Mixed  bool    `json:"mixed_thresholds,omitempty"`
	Target *Target `json:"target,omitempty"` // in force for the scope
}

// Filter keeps some of a view; what is empty keeps all.
type Filter struct {
	Scopes     []wall.Scope
	Windows    []string
	Indicators []string
}

// Views shows the centres of this instance; centre "" is all of them.
func (b *Board) Views(centre string, f *Filter) []CentreView {
	views := []CentreView{}
	for _, c := range b.Centres() {
		if centre == "" || c.Centre == centre {
			views = append(views, c.view(f))
		}
	}
	return views
}

func (c *Centre) view(f *Filter) CentreView {
	v := CentreView{Centre: c.Centre, Zone: c.Config.Centre.Zone, AsOfMs: c.AsOfMs, Partition: c.Partition, Offset: c.Offset, ConfigVersion: c.Config.Version, Scopes: []ScopeView{},
		Alerts: alertViews(c, f.Scopes), Notices: noticeViews(c, f.Scopes)}
	for _, kind := range scopeKinds {
		for _, s := range c.ScopesOf(kind) {
			if len(f.Scopes) == 0 || slices.Contains(f.Scopes, s) {
				v.Scopes = append(v.Scopes, c.scope(s, f))
			}
		}
	}
	return v
}

// ScopesOf lists the scopes of a kind, by name.
func (c *Centre) ScopesOf(kind indicator.ScopeKind) []wall.Scope {
	var list []wall.Scope
	for s := range c.Scopes {
		if s.Kind == kind {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b wall.Scope) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// GaugeVector gives the gauges of a scope as formulas read them: indexed by indicator.Gauge.
func (c *Centre) GaugeVector(s wall.Scope) []int64 {
	gauges := make([]int64, indicator.NumGauges)
	for i := range gauges {
		gauges[i] = c.Scopes[s].Gauges[indicator.Gauge(i).String()]
	}
	return gauges
}

// HasGauges tells whether the machine has every gauge that an indicator reads.
func (c *Centre) HasGauges(i *indicator.Indicator) bool {
	return !slices.ContainsFunc(i.Gauges(), func(g indicator.Gauge) bool { return !c.Gauges[g.String()] })
}

// ValueNow evaluates an indicator over the gauges of a scope at this instant: see Indicator.OfState. It is not valid where the machine
// lacks a gauge that it reads, nor where Erlang could say nothing of the scope's staffing group: all of its gauges are 0 then.
func (c *Centre) ValueNow(i *indicator.Indicator, s wall.Scope) indicator.Value {
	gauges := c.GaugeVector(s)
	silent := i.Kind == indicator.KindLiveOnly && gauges[indicator.GaugeStaffRequired] == 0 && gauges[indicator.GaugePredictedServiceBp] == 0
	if silent || !c.HasGauges(i) {
		return indicator.Value{}
	}
	return i.EvalNow(nil, gauges)
}

func (c *Centre) scope(s wall.Scope, f *Filter) ScopeView {
	sums := c.Scopes[s]
	v := ScopeView{Kind: s.Kind.String(), ID: s.ID, Gauges: sums.Gauges, Windows: map[string][]ValueView{},
		Waiting: sums.Gauges[aggregator.GaugeWaiting.String()], LongestWaitMs: sums.Gauges[aggregator.GaugeLongestWaitMs.String()]}
	if s.Kind == indicator.ScopeCentre {
		v.ID = c.Centre
	}
	for _, window := range aggregator.Windows {
		name := window.String()
		if len(f.Windows) > 0 && !slices.Contains(f.Windows, name) || sums.Windows[wall.Window(name)] == nil {
			continue
		}
		v.Windows[name] = c.values(s, wall.Window(name), f)
	}
	if len(f.Windows) == 0 || slices.Contains(f.Windows, string(wall.Now)) {
		v.Windows[string(wall.Now)] = c.valuesNow(s, f)
	}
	return v
}

// valuesNow are the indicators over the gauges of this instant. Those that also add measures up over days are none.
func (c *Centre) valuesNow(s wall.Scope, f *Filter) []ValueView {
	list, wanted := []ValueView{}, c.targets.of(s)
	for _, i := range c.Catalogue.Indicators() {
		if i.OfState() && c.HasGauges(i) && i.Scopes.Has(s.Kind) && f.wants(i) {
			v := valueView(i, c.ValueNow(i, s))
			v.Target = wanted.judge(i, &v)
			list = append(list, v)
		}
	}
	return list
}

func (f *Filter) wants(i *indicator.Indicator) bool {
	return len(f.Indicators) == 0 || slices.Contains(f.Indicators, i.ID)
}

// mixesThresholds tells whether the queues of a scope to which somebody came in a window differ in T now. Which programme and channel a
// queue is of, the configuration says.
func (c *Centre) mixesThresholds(s wall.Scope, window wall.Window) bool {
	first := int64(0)
	for _, queue := range c.ScopesOf(indicator.ScopeQueue) {
		q := c.Config.Queue(queue.ID, c.AsOfMs)
		of := s.Kind == indicator.ScopeCentre || s.Kind == indicator.ScopeProgramme && q.Programme == s.ID || s.Kind == indicator.ScopeChannel && q.Channel == s.ID
		sums := c.Scopes[queue].Windows[window]
		if !of || sums == nil || sums.Panes[indicator.Offered] == 0 {
			continue
		}
		if first != 0 && q.ThresholdMs != first {
			return true
		}
		first = q.ThresholdMs
	}
	return false
}

func (c *Centre) values(s wall.Scope, window wall.Window, f *Filter) []ValueView {
	sums := c.Scopes[s].Windows[window]
	list := []ValueView{}
	wanted, mixed := c.targets.of(s), c.mixesThresholds(s, window)
	for _, i := range c.Catalogue.Indicators() {
		if Shown(i) && i.Scopes.Has(s.Kind) && f.wants(i) {
			v := valueView(i, wall.Eval(wanted.form(i), sums))
			v.Mixed = mixed && i.OfThreshold()
			v.Target = wanted.judge(i, &v)
			list = append(list, v)
		}
	}
	return list
}

// Shown tells the indicators that a live window gives, some of them with the targets in force.
func Shown(i *indicator.Indicator) bool { return i.Live() || i.LiveWithTargets() }

// Value evaluates an indicator over a window of a scope, with the targets in force. It returns false when the scope was never
// seen, or the indicator is not shown for its kind.
func (c *Centre) Value(i *indicator.Indicator, window wall.Window, s wall.Scope) (indicator.Value, bool) {
	sums := c.Scopes[s]
	if !i.Scopes.Has(s.Kind) || sums == nil || sums.Windows[window] == nil {
		return indicator.Value{}, false
	}
	return wall.Eval(c.targets.of(s).form(i), sums.Windows[window]), true
}

func valueView(i *indicator.Indicator, v indicator.Value) ValueView {
	out := ValueView{ID: i.ID, Numerator: v.Numerator, Denominator: v.Denominator, N: v.Sample, Unit: i.Unit.String(), Provisional: i.ProvisionalDays > 0}
	if x, ok := v.Float(); ok {
		out.Value = &x
	}
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

// knows says that an indicator is neither in the catalogue nor of a centre's own; centre "" is all of them.
func (b *Board) knows(centre, id string) error {
	near := b.catalogue
	if _, ok := near.Lookup(id); ok {
		return nil
	}
	for _, c := range b.Centres() {
		if centre != "" && c.Centre != centre {
			continue
		}
		if _, ok := c.Catalogue.Lookup(id); ok {
			return nil
		}
		near = c.Catalogue
	}
	return fmt.Errorf("indicator %q is not in the catalogue; %s", id, cmp.Or(near.Suggest(id), "docs/indicators.md lists what there is"))
}
