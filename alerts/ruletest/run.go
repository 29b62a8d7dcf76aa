// SPDX-License-Identifier: Apache-2.0

package ruletest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/indicator"
)

const paneMs = int64(10_000)

// Change is one instant at which other alerts fire than before: those that do, each as rule/scope, in order.
type Change struct {
	At     int64
	Firing []string
}

// Plan is what the tests run on.
type Plan struct {
	Centre   string
	Rules    []*alerts.Rule
	Settings alerts.Settings
	// Play runs a recording and tells which alerts fired when; nil when there is nobody to.
	Play func(recording string) ([]Change, error)
}

// Result is what became of one test.
type Result struct {
	Name     string
	Failures []string // each with the time, what was expected and what fired
}

// Run runs all tests. The error says why one could not be run.
func (f *File) Run(p Plan) ([]Result, error) {
	var results []Result
	for i := range f.Tests {
		t := &f.Tests[i]
		if unknown := p.unknown(t); unknown != "" {
			return nil, fmt.Errorf("line %d: %s: there is no rule %q", t.line, t.Name, unknown)
		}
		changes, err := t.changes(p)
		if err != nil {
			return nil, fmt.Errorf("line %d: %s: %w", t.line, t.Name, err)
		}
		failures, err := t.compare(changes, p.Settings.Zone())
		if err != nil {
			return nil, fmt.Errorf("line %d: %s: %w", t.line, t.Name, err)
		}
		results = append(results, Result{t.Name, failures})
	}
	return results, nil
}

// unknown is the first rule that a test names and that is not there.
func (p *Plan) unknown(t *Test) string {
	names := slices.Clone(t.Rules)
	for _, x := range t.Expect {
		for _, alert := range x.Firing {
			name, _, _ := strings.Cut(alert, "/")
			names = append(names, name)
		}
	}
	for _, name := range names {
		if !slices.ContainsFunc(p.Rules, func(r *alerts.Rule) bool { return r.RuleConfig.Rule == name }) {
			return name
		}
	}
	return ""
}

func (t *Test) changes(p Plan) ([]Change, error) {
	if t.Recording == "" {
		return t.evaluate(p)
	}
	if p.Play == nil {
		return nil, fmt.Errorf("recording %s: nobody here can play one", t.Recording)
	}
	return p.Play(t.Recording)
}

// evaluate runs the rules over the series, at each border of a pane.
func (t *Test) evaluate(p Plan) ([]Change, error) {
	from, err := time.ParseInLocation(startForm, t.Start, p.Settings.Zone())
	if err != nil {
		return nil, err
	}
	w := &written{centre: p.Centre, from: from.UnixMilli(), every: t.every.Milliseconds(), series: t.Series}
	e := alerts.NewEngine(p.Centre)
	e.SetRules(p.Rules, p.Settings, w.from)
	var changes []Change
	until, err := t.until(w, p.Settings.Zone())
	if err != nil {
		return nil, err
	}
	for w.at = w.from + paneMs; w.at <= until; w.at += paneMs {
		if _, changed := e.Evaluate(w.at, w); changed {
			changes = append(changes, Change{w.at, Firing(e.Alerts())})
		}
	}
	return changes, nil
}

// Firing lists the alerts of a set that fire and are not inhibited, each as rule/scope.
func Firing(set []alerts.Alert) []string {
	var list []string
	for i := range set {
		if a := &set[i]; a.ResolvedAt == 0 && a.InhibitedBy == "" {
			list = append(list, a.Rule.RuleConfig.Rule+"/"+a.Scope)
		}
	}
	return list
}

// until is the last instant of interest: the end of the series, or of what is expected.
func (t *Test) until(w *written, loc *time.Location) (int64, error) {
	last := w.from
	for i := range t.Series {
		last = max(last, w.from+int64(len(t.Series[i].values))*w.every)
	}
	for _, x := range t.Expect {
		at, err := t.instant(x.At, loc)
		if err != nil {
			return 0, err
		}
		last = max(last, at)
	}
	if last > w.from+maxSteps*paneMs {
		return 0, fmt.Errorf("the test goes on for %s; at most %s are allowed", time.Duration(last-w.from)*time.Millisecond, time.Duration(maxSteps*paneMs)*time.Millisecond)
	}
	return last, nil
}

// instant is a time of the day of the test's start, or of the next day when it is before that.
func (t *Test) instant(clock string, loc *time.Location) (int64, error) {
	start, err := time.ParseInLocation(startForm, t.Start, loc)
	if err != nil {
		return 0, err
	}
	since, _ := clockOf(clock)
	midnight := time.Date(start.Year(), start.Month(), start.Day(), 0, 0, int(since/time.Second), 0, loc)
	if midnight.Before(start) {
		midnight = midnight.AddDate(0, 0, 1)
	}
	return midnight.UnixMilli(), nil
}

// compare tells where what fires is not what was expected.
func (t *Test) compare(changes []Change, loc *time.Location) ([]string, error) {
	var failures []string
	for _, x := range t.Expect {
		at, err := t.instant(x.At, loc)
		if err != nil {
			return nil, err
		}
		got := t.firingAt(changes, at)
		var missing, extra []string
		for _, want := range x.Firing {
			if !slices.ContainsFunc(got, func(g string) bool { return fits(want, g) }) {
				missing = append(missing, want)
			}
		}
		for _, g := range got {
			if !slices.ContainsFunc(x.Firing, func(want string) bool { return fits(want, g) }) {
				extra = append(extra, g)
			}
		}
		if len(missing)+len(extra) > 0 {
			failures = append(failures, x.At+": "+strings.Join(slices.DeleteFunc([]string{
				told("does not fire: ", missing), told("fires and should not: ", extra)}, func(s string) bool { return s == "" }), "; "))
		}
	}
	return failures, nil
}

func told(what string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return what + strings.Join(names, ", ")
}

// fits tells whether an alert rule/scope is the one that is wanted, rule or rule/scope.
func fits(want, got string) bool {
	rule, _, _ := strings.Cut(got, "/")
	return want == got || want == rule
}

// firingAt is what fires at an instant, of the rules that the test is about.
func (t *Test) firingAt(changes []Change, at int64) []string {
	var firing []string
	for _, c := range changes {
		if c.At > at {
			break
		}
		firing = c.Firing
	}
	return slices.DeleteFunc(slices.Clone(firing), func(alert string) bool {
		rule, _, _ := strings.Cut(alert, "/")
		return !t.about(rule)
	})
}

// written is the windows of a test.
type written struct {
	centre          string
	from, every, at int64
	series          []Series
}

// Scopes implements alerts.Windows.
func (w *written) Scopes(kind indicator.ScopeKind) []string {
	var names []string
	for i := range w.series {
		if s := &w.series[i]; s.kind == kind {
			names = append(names, cmp.Or(s.scope, w.centre))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (w *written) is(s *Series, kind indicator.ScopeKind, scope string) bool {
	return s.kind == kind && (kind == indicator.ScopeCentre || s.scope == scope)
}

var windowMs = map[string]int64{"5m": 5 * 60_000, "15m": 15 * 60_000, "30m": 30 * 60_000, "1h": 60 * 60_000, "today": 1 << 60}

// Measures implements alerts.Windows. What a step adds is booked when the step begins.
func (w *written) Measures(kind indicator.ScopeKind, scope, window string, wholeMinutes bool, dst []int64) bool {
	end := w.at
	if wholeMinutes {
		end -= end % 60_000
	}
	from, known := end-windowMs[window], false
	for i := range w.series {
		s := &w.series[i]
		if s.Measure == "" || !w.is(s, kind, scope) {
			continue
		}
		known = true
		for step, value := range s.values {
			if at := w.from + int64(step)*w.every; at >= from && at < end {
				dst[s.measure] += value
			}
		}
	}
	return known
}

// SilentMs implements alerts.Windows: all queues share the silence that is written for the centre.
func (w *written) SilentMs(indicator.ScopeKind, string) int64 {
	var gauges [indicator.NumGauges]int64
	w.Gauges(indicator.ScopeCentre, w.centre, gauges[:])
	return gauges[indicator.GaugeSilentMs]
}

// Gauges implements alerts.Windows.
func (w *written) Gauges(kind indicator.ScopeKind, scope string, dst []int64) {
	dst[indicator.GaugePredictedServiceBp] = 10_000 // where nothing is said, nothing is feared
	for i := range w.series {
		s := &w.series[i]
		step := (w.at - w.from) / w.every
		if s.Gauge != "" && w.is(s, kind, scope) && step < int64(len(s.values)) {
			dst[s.gauge] = s.values[step]
		}
	}
}
