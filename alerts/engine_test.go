// SPDX-License-Identifier: Apache-2.0

package alerts_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
)

const (
	pane   = int64(10_000)
	minute = int64(60_000)
	start  = 1_763_370_000_000 // Monday 17 November 2025, 09:00 UTC: a border of a minute
)

var catalogue = func() *indicator.Catalogue {
	c, err := indicator.Load()
	if err != nil {
		panic(err)
	}
	return c
}()

// centre is windows and settings that a test sets by hand.
type centre struct {
	measures map[string][]int64 // by scope
	gauges   map[string][]int64
	silent   int64
	targets  map[string]int64 // by scope and indicator
	hours    *zone.Hours
	tMs      map[string]int64
	next     int64
}

func newCentre() *centre {
	return &centre{measures: map[string][]int64{}, gauges: map[string][]int64{}, targets: map[string]int64{}, tMs: map[string]int64{}, next: zone.Never}
}

func (c *centre) set(scope string, values map[indicator.Measure]int64) {
	list := make([]int64, indicator.NumMeasures)
	for m, v := range values { //deterministic: into a list
		list[m] = v
	}
	c.measures[scope] = list
}

func (c *centre) gauge(scope string, g indicator.Gauge, v int64) {
	if c.gauges[scope] == nil {
		c.gauges[scope] = make([]int64, indicator.NumGauges)
	}
	c.gauges[scope][g] = v
}

func (c *centre) Scopes(kind indicator.ScopeKind) []string {
	var names []string
	if kind == indicator.ScopeQueue {
		for name := range c.measures {
			names = append(names, name)
		}
		for name := range c.gauges {
			names = append(names, name)
		}
		slices.Sort(names)
	}
	return slices.Compact(names)
}

func (c *centre) Measures(_ indicator.ScopeKind, scope, _ string, _ bool, dst []int64) bool {
	return copy(dst, c.measures[scope]) > 0
}

func (c *centre) Gauges(kind indicator.ScopeKind, scope string, dst []int64) {
	copy(dst, c.gauges[scope])
	if kind == indicator.ScopeCentre {
		dst[indicator.GaugeSilentMs] = c.silent
	}
}

func (c *centre) SilentMs(indicator.ScopeKind, string) int64 { return c.silent }

func (c *centre) Zone() *time.Location { return time.UTC }
func (c *centre) ThresholdMs(queue string, _ int64) int64 {
	if t := c.tMs[queue]; t != 0 {
		return t
	}
	return 20_000
}
func (c *centre) Hours(string, string, int64) *zone.Hours { return c.hours }
func (c *centre) Target(_ indicator.ScopeKind, scope, id string, _ int64) (int64, bool) {
	v, ok := c.targets[scope+" "+id]
	return v, ok
}
func (c *centre) Site(string) string        { return "" }
func (c *centre) NextChange(at int64) int64 { return c.next }

// waitingRule fires when more than two wait.
func waitingRule(change func(*event.RuleConfig)) event.RuleConfig {
	r := event.RuleConfig{Rule: "r", ScopeKind: "queue", When: "waiting > 2", Severity: event.SeverityWarning, Audience: event.AudienceWall,
		SummaryEn: "{{.Scope}} {{.Value}}", SummaryFr: "{{.Scope}} {{.Value}}", Show: "waiting", Always: true}
	if change != nil {
		change(&r)
	}
	return r
}

func compile(t testing.TB, configs ...event.RuleConfig) []*alerts.Rule {
	t.Helper()
	var rules []*alerts.Rule
	for _, c := range configs {
		if err := c.Validate(); err != nil {
			t.Fatal(err)
		}
		r, err := alerts.Compile(catalogue, c)
		if err != nil {
			t.Fatal(err)
		}
		rules = append(rules, r)
	}
	return rules
}

// follow evaluates pane by pane; waiting says how many wait in q. It lists the transitions as "30s firing true". Before each
// evaluation the engine is taken down and up again.
func follow(t *testing.T, c *centre, rules []*alerts.Rule, waiting []int64) []string {
	t.Helper()
	e := alerts.NewEngine("c")
	e.SetRules(rules, c, start)
	var list []string
	for i, n := range waiting {
		c.gauge("q", indicator.GaugeWaiting, n)
		e = reborn(t, e, rules, c)
		changes, _ := e.Evaluate(start+int64(i)*pane, c)
		for _, x := range changes {
			list = append(list, fmt.Sprintf("%ds %s %s", (x.At-start)/1000, x.To, x.Why))
		}
	}
	return list
}

// reborn is the engine after a restart, and checks that the state's bytes are canonical.
func reborn(t *testing.T, e *alerts.Engine, rules []*alerts.Rule, c *centre) *alerts.Engine {
	t.Helper()
	state := e.AppendState(nil)
	next := alerts.NewEngine("c")
	next.SetRules(rules, c, start)
	if err := next.ReadState(state); err != nil {
		t.Fatal(err)
	}
	if again := next.AppendState(nil); !bytes.Equal(again, state) {
		t.Fatalf("state %x reads back as %x", state, again)
	}
	if got, want := fmt.Sprint(texts(next)), fmt.Sprint(texts(e)); got != want {
		t.Fatalf("after a restart the whole set is %s, before it was %s", got, want)
	}
	return next
}

func texts(e *alerts.Engine) []string {
	var list []string
	for _, a := range e.Alerts() {
		summary, _ := a.Text(indicator.English)
		list = append(list, fmt.Sprint(a.Rule.RuleConfig.Rule, a.Scope, a.StartsAt, a.ResolvedAt, a.InhibitedBy, a.Labels, summary))
	}
	return list
}

// The life of an alert, pane by pane, worked by hand.
func TestTheLifeOfAnAlert(t *testing.T) {
	repeat := func(n int, values ...int64) []int64 { return slices.Repeat(values, n) }
	for _, x := range []struct {
		name    string
		change  func(*event.RuleConfig)
		waiting []int64
		want    string
	}{
		{"at once", nil, []int64{0, 3, 0}, "10s firing true, 20s resolved false"},
		{"for 20 s", func(r *event.RuleConfig) { r.ForMs = 20_000 }, []int64{3, 3, 3, 0}, "0s pending true, 20s firing true, 30s resolved false"},
		{"too short", func(r *event.RuleConfig) { r.ForMs = 20_000 }, []int64{3, 3, 0, 3}, "0s pending true, 20s inactive false, 30s pending true"},
		{"kept for 20 s", func(r *event.RuleConfig) { r.KeepMs = 20_000 }, []int64{3, 0, 0, 0}, "0s firing true, 30s resolved false"},
		{"kept, and true again", func(r *event.RuleConfig) { r.KeepMs = 20_000 }, []int64{3, 0, 3, 0, 0, 0}, "0s firing true, 50s resolved false"},
		{"across its limit at every pane: one alert", func(r *event.RuleConfig) { r.KeepMs = 60_000 }, append(repeat(200, 3, 0), repeat(7, 0)...), "0s firing true, 4050s resolved false"},
		{"between the two limits", func(r *event.RuleConfig) { r.Clear = "waiting <= 1" }, []int64{2, 3, 2, 2, 3, 2, 1, 2}, "10s firing true, 60s resolved false"},
		{"at most every 40 s", func(r *event.RuleConfig) { r.EveryMs = 40_000 }, []int64{3, 0, 3, 3, 3, 3, 0},
			"0s firing true, 10s resolved false, 20s pending true, 40s firing true, 60s resolved false"},
	} {
		t.Run(x.name, func(t *testing.T) {
			got := strings.Join(follow(t, newCentre(), compile(t, waitingRule(x.change)), x.waiting), ", ")
			if got != x.want {
				t.Errorf("got  %s\nwant %s", got, x.want)
			}
		})
	}
}

// Closed, silent, no data, too few and false are different things.
func TestVerdicts(t *testing.T) {
	rules := compile(t, event.RuleConfig{Rule: "r", ScopeKind: "queue", When: "sl_live < limit", Limit: "70%", Minimum: "offered >= 20", Window: "15m",
		SilentMs: 2 * minute, Hours: "08:00-09:10", Severity: "info", Audience: "wall", SummaryEn: "x", SummaryFr: "x"})
	c := newCentre()
	e := alerts.NewEngine("c")
	e.SetRules(rules, c, start)
	look := func(at int64) string {
		e.Evaluate(at, c)
		for _, s := range e.Standings() {
			if s.Scope == "q" {
				return s.Phase.String() + " " + s.Verdict.String()
			}
		}
		return "nothing"
	}
	check := func(at int64, want, why string) {
		t.Helper()
		if got := look(at); got != want {
			t.Errorf("%s: %s, want %s", why, got, want)
		}
	}
	check(start, "nothing", "nothing was ever heard of the queue")
	c.set("q", map[indicator.Measure]int64{indicator.Offered: 19, indicator.Crossed: 19})
	check(start+pane, "inactive too_few", "19 calls")
	c.set("q", map[indicator.Measure]int64{indicator.Offered: 20})
	check(start+2*pane, "inactive no_data", "20 calls that still wait within T")
	c.set("q", map[indicator.Measure]int64{indicator.Offered: 20, indicator.AnsweredWithin: 14, indicator.Crossed: 6})
	check(start+3*pane, "inactive false", "exactly 70 %")
	c.silent = 2 * minute
	c.set("q", map[indicator.Measure]int64{indicator.Offered: 20, indicator.AnsweredWithin: 13, indicator.Crossed: 7})
	check(start+4*pane, "inactive silent", "65 %, and the sources are silent")
	c.silent = 0
	check(start+5*pane, "firing true", "65 %")
	c.silent = 2 * minute
	c.set("q", map[indicator.Measure]int64{})
	check(start+6*pane, "firing silent", "silence is no sign of health")
	c.silent = 0
	c.set("q", map[indicator.Measure]int64{indicator.Offered: 3, indicator.Crossed: 3})
	check(start+7*pane, "firing true", "three calls, none in time: fewer is not better")
	check(start+10*minute, "inactive closed", "09:10")
}

// T is that of the queue, a limit that of the scope, a target the one in force: each scope has its own numbers.
func TestEachScopeHasItsNumbers(t *testing.T) {
	wait := waitingRule(func(r *event.RuleConfig) {
		r.Rule, r.When, r.Show, r.Limit, r.Limits = "wait", "longest_wait_ms > limit * T", "longest_wait_ms", "3", map[string]string{"b": "5"}
	})
	share := event.RuleConfig{Rule: "share", ScopeKind: "queue", When: "answer_rate < target(answer_rate) - 10%", Window: "30m", Always: true,
		Severity: "info", Audience: "wall", SummaryEn: "x", SummaryFr: "x"}
	c := newCentre()
	c.tMs["c"] = 10_000
	c.targets["a answer_rate"], c.targets["b answer_rate"] = 9000, 9500
	for _, q := range []string{"a", "b", "c"} {
		c.gauge(q, indicator.GaugeLongestWaitMs, 61_000) // a: more than 60 s; b: less than 100 s; c: more than 30 s
		c.set(q, map[indicator.Measure]int64{indicator.Offered: 100, indicator.Answered: 82})
	} // a: 82 % is not below 80 %; b: below 85 %; c: no target, so no value
	e := alerts.NewEngine("x")
	e.SetRules(compile(t, wait, share), c, start)
	e.Evaluate(start, c)
	var firing []string
	for _, a := range e.Alerts() {
		en, _ := a.Text(indicator.English)
		firing = append(firing, a.Rule.RuleConfig.Rule+" "+en)
	}
	if want := []string{"share x", "wait a 1 min 1 s", "wait c 1 min 1 s"}; !slices.Equal(firing, want) {
		t.Errorf("firing %q, want %q", firing, want)
	}
}

// An alert beside one that inhibits it keeps its state, and is told as inhibited.
func TestInhibition(t *testing.T) {
	silence := event.RuleConfig{Rule: "silence", ScopeKind: "centre", When: "silent_ms > 2min", Severity: "critical", Audience: "page",
		Labels: map[string]string{"kind": "feed"}, SummaryEn: "x", SummaryFr: "x"}
	queue := waitingRule(func(r *event.RuleConfig) {
		r.InhibitedBy = []event.RuleInhibition{{Match: map[string]string{"kind": "feed"}, Equal: []string{"centre"}}}
	})
	c := newCentre()
	e := alerts.NewEngine("c")
	e.SetRules(compile(t, silence, queue), c, start)
	c.gauge("q", indicator.GaugeWaiting, 5)
	for i, silent := range []int64{0, 3 * minute, 0} {
		c.silent = silent
		e.Evaluate(start+int64(i)*pane, c)
		by := "?"
		for _, a := range e.Alerts() {
			if a.Scope == "q" && a.ResolvedAt == 0 && a.StartsAt == start {
				by = a.InhibitedBy
			}
		}
		if want := []string{"", "silence", ""}[i]; by != want {
			t.Errorf("pane %d: inhibited by %q, want %q", i, by, want)
		}
	}
}

// The whole set holds an alert that is over for a quarter of an hour, and says when it changes.
func TestTheWholeSet(t *testing.T) {
	c := newCentre()
	rules := compile(t, waitingRule(nil))
	e := alerts.NewEngine("c")
	e.SetRules(rules, c, start)
	changes := map[int64]int{}
	for i := range int64(100) {
		c.gauge("q", indicator.GaugeWaiting, map[int64]int64{1: 3}[i])
		if _, changed := e.Evaluate(start+i*pane, c); changed {
			changes[i] = len(e.Alerts())
		}
	}
	if want := map[int64]int{1: 1, 2: 1, 92: 0}; fmt.Sprint(changes) != fmt.Sprint(want) {
		t.Errorf("the set changed at panes, with so many alerts: %v, want %v", changes, want)
	}
}

// A rule that is gone takes its alerts with it; one that changed goes on with them.
func TestRulesChange(t *testing.T) {
	c := newCentre()
	e := alerts.NewEngine("c")
	rules := compile(t, waitingRule(nil), waitingRule(func(r *event.RuleConfig) { r.Rule = "s" }))
	e.SetRules(rules, c, start)
	c.gauge("q", indicator.GaugeWaiting, 5)
	e.Evaluate(start, c)
	gone := e.SetRules(compile(t, waitingRule(func(r *event.RuleConfig) { r.When = "waiting > 4" })), c, start+1)
	if len(gone) != 1 || gone[0].Rule != "s" || gone[0].To != alerts.PhaseResolved || gone[0].Why != alerts.VerdictRemoved {
		t.Errorf("got %+v", gone)
	}
	if changes, _ := e.Evaluate(start+pane, c); len(changes) != 0 || len(e.Alerts()) != 1 || e.Alerts()[0].StartsAt != start {
		t.Errorf("the other did not go on: %+v", e.Alerts())
	}
}

// Damage is refused, never half read.
func TestDamagedState(t *testing.T) {
	c := newCentre()
	rules := compile(t, waitingRule(nil))
	e := alerts.NewEngine("c")
	e.SetRules(rules, c, start)
	c.gauge("q", indicator.GaugeWaiting, 5)
	e.Evaluate(start, c)
	state := e.AppendState(nil)
	for n := range state {
		next := alerts.NewEngine("c")
		next.SetRules(rules, c, start)
		if next.ReadState(state[:n]) == nil {
			t.Errorf("the first %d of %d bytes are read", n, len(state))
		}
	}
}

// All that is wrong with a rule is said at once, each with what to write instead.
func TestFaults(t *testing.T) {
	_, err := alerts.Compile(catalogue, event.RuleConfig{Rule: "r", ScopeKind: "team", When: "waitng > 3", Clear: "longest_wait_ms < T",
		Minimum: "offered", Show: "sl_lve", Limit: "3", SummaryEn: "{{.Scpe}}", SummaryFr: "{{", Severity: "info", Audience: "wall",
		ShortEn: "{{.Value}} of all of the customers who waited gave up", ShortFr: "{{.Scope}} : {{.Valeur}}"})
	for _, want := range []string{
		`when: column 1: there is nothing named "waitng"; did you mean "waiting"?`,
		"clear: T is that of a queue, and the rule is evaluated by team; write a duration such as 20s",
		"minimum: column 1: this is a number and not a condition; compare it, as in offered > 0",
		`show: there is no indicator, measure or gauge named "sl_lve"; did you mean "sl_live"?`,
		"limit: no condition names it; write for example sl_live < limit, or leave it out",
		"summary_en: ", "summary_fr: ",
		"short_en: 50 signs with a value in it; a wall has room for 48", // 43 and the seven of 100.0 %
		"short_fr: ",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("it does not say %q:\n%v", want, err)
		}
	}
	for when, want := range map[string]string{
		"offered > 0":        "when: what it reads is not counted by team",
		"talk_short > 3":     "window: missing; it reads measures",
		"staff_required > 3": "what it reads is not counted by team",
	} {
		_, err := alerts.Compile(catalogue, event.RuleConfig{Rule: "r", ScopeKind: "team", When: when, SummaryEn: "x", SummaryFr: "x"})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", when, err, want)
		}
	}
}

// Texts have the value with its unit, as the language writes it.
func TestTexts(t *testing.T) {
	c := newCentre()
	c.set("q", map[indicator.Measure]int64{indicator.Offered: 7, indicator.AnsweredWithin: 2, indicator.Crossed: 5}) // 28.571... %
	e := alerts.NewEngine("c")
	e.SetRules(compile(t, event.RuleConfig{Rule: "r", ScopeKind: "queue", When: "sl_live < limit", Limit: "62.5%", Window: "5m", Show: "sl_live", Always: true,
		ForMs: 0, Severity: "info", Audience: "wall", SummaryEn: "{{.Scope}}: {{.Value}} < {{.Limit}}", SummaryFr: "{{.Scope}} : {{.Value}} < {{.Limit}}",
		ShortEn: "live {{.Value}} over {{.Window}}", ShortFr: "direct {{.Value}} sur {{.Window}}"}), c, start)
	transitions, _ := e.Evaluate(start, c)
	fired := transitions[len(transitions)-1] // for the history, where the scope has a column of its own
	if want := (indicator.Text{En: "28.6% < 62.5%", Fr: "28,6 % < 62,5 %"}); fired.To != alerts.PhaseFiring || fired.Text != want {
		t.Errorf("%v says %q, want %q", fired.To, fired.Text, want)
	}
	if want := (indicator.Text{En: "live 28.6% over 5 min", Fr: "direct 28,6 % sur 5 min"}); fired.Short != want {
		t.Errorf("in few words %q, want %q", fired.Short, want)
	}
	a := e.Alerts()[0]
	en, _ := a.Text(indicator.English)
	fr, _ := a.Text(indicator.French)
	if en != "q: 28.6% < 62.5%" || fr != "q : 28,6 % < 62,5 %" {
		t.Errorf("got %q and %q", en, fr)
	}
	if en, fr := a.Short(indicator.English), a.Short(indicator.French); en != "live 28.6% over 5 min" || fr != "direct 28,6 % sur 5 min" {
		t.Errorf("on a wall: %q and %q", en, fr)
	}
	// Ten seconds later it is 1 of 8: whoever looks at a wall sees that, and the alert keeps the value at which it fired.
	c.set("q", map[indicator.Measure]int64{indicator.Offered: 8, indicator.AnsweredWithin: 1, indicator.Crossed: 7})
	e.Evaluate(start+pane, c)
	a = e.Alerts()[0]
	if en, _ = a.Text(indicator.English); en != "q: 28.6% < 62.5%" || a.Short(indicator.English) != "live 12.5% over 5 min" {
		t.Errorf("later: %q, on a wall %q", en, a.Short(indicator.English))
	}
}

// BenchmarkEvaluate is one border of a pane: 20 rules for 1,000 queues.
func BenchmarkEvaluate(b *testing.B) {
	c := newCentre()
	var configs []event.RuleConfig
	for i := range 20 {
		configs = append(configs, event.RuleConfig{Rule: fmt.Sprint("r", i), ScopeKind: "queue", When: "sl_live < limit", Limit: "70%", Minimum: "offered >= 20",
			Window: []string{"5m", "15m", "30m"}[i%3], Severity: "info", Audience: "wall", SummaryEn: "x", SummaryFr: "x"})
	}
	for i := range 1000 {
		c.set(fmt.Sprint("q", i), map[indicator.Measure]int64{indicator.Offered: 50, indicator.AnsweredWithin: 45, indicator.Crossed: 5})
	}
	names := c.Scopes(indicator.ScopeQueue)
	w := &steady{c, names}
	e := alerts.NewEngine("c")
	e.SetRules(compile(b, configs...), c, start)
	e.Evaluate(start, w)
	b.ReportAllocs()
	at := int64(start)
	for b.Loop() {
		at += pane
		e.Evaluate(at, w)
	}
}

// steady lists its queues once.
type steady struct {
	*centre
	names []string
}

func (s *steady) Scopes(kind indicator.ScopeKind) []string {
	if kind == indicator.ScopeQueue {
		return s.names
	}
	return nil
}
