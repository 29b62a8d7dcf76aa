// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// The names that conditions may use beside measures, gauges and indicators.
const (
	nameLimit     = "limit" // the rule's limit for the scope
	nameThreshold = "T"     // of the queue, in force at the instant of the evaluation
)

// nominalThreshold stands for T while a rule is checked.
const nominalThreshold = "20s"

// nominalTargets stand for targets while a rule is checked: without any, a condition that asks for one reads nothing.
type nominalTargets struct{}

// Target implements indicator.Targets.
func (nominalTargets) Target(string) (int64, bool) { return 7, true }

// Rule is a rule that can be evaluated. It is immutable.
type Rule struct {
	event.RuleConfig
	kind      indicator.ScopeKind
	catalogue *indicator.Catalogue
	show      *quantity
	texts     [2]texts
	heeds     bool // silence: it judges what sources say, and not that they say nothing
	labels    []Label
	gauges    []indicator.Gauge // that it reads
	targets   []string          // indicators whose targets the conditions ask for
}

// Kind is the kind of scope for which the rule is evaluated.
func (r *Rule) Kind() indicator.ScopeKind { return r.kind }

// Reads tells whether the rule asks for a gauge: some of them cost more than others.
func (r *Rule) Reads(g indicator.Gauge) bool { return slices.Contains(r.gauges, g) }

// ShowsContacts tells whether what the rule shows is an indicator of stored measures, which can be led back to the contacts that
// made it.
func (r *Rule) ShowsContacts() bool { return r.show != nil && r.show.sums }

// Fault is one thing that is wrong with a rule.
type Fault struct {
	Key  string // the member of event.RuleConfig
	Text string // what was found, and what to write instead
}

// Faults is everything that is wrong with a rule.
type Faults []Fault

// Error returns a line for each fault.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, x := range f {
		lines[i] = x.Key + ": " + x.Text
	}
	return strings.Join(lines, "\n")
}

// compiler collects what is wrong.
type compiler struct {
	rule   *Rule
	faults Faults
}

func (c *compiler) fail(key, format string, args ...any) {
	c.faults = append(c.faults, Fault{key, fmt.Sprintf(format, args...)})
}

// Compile makes a rule of its configuration. The error, if any, is Faults: everything that is wrong. The configuration must be
// valid by itself (event.RuleConfig.Validate).
func Compile(catalogue *indicator.Catalogue, config event.RuleConfig) (*Rule, error) {
	kind, ok := indicator.ParseRuleScope(config.ScopeKind)
	if !ok {
		return nil, Faults{{"scope_kind", "there is no such kind of scope"}}
	}
	r := &Rule{RuleConfig: config, kind: kind, catalogue: catalogue}
	c := compiler{rule: r}
	c.limits()
	readsMeasures := false
	r.heeds = true
	for _, x := range []struct{ key, text string }{{"when", r.When}, {"clear", r.Clear}, {"minimum", r.Minimum}} {
		condition := c.condition(x.key, x.text)
		if condition == nil {
			continue
		}
		readsMeasures = readsMeasures || len(condition.Measures()) > 0
		for _, id := range condition.Targets() {
			if !slices.Contains(r.targets, id) {
				r.targets = append(r.targets, id)
			}
		}
		r.gauges = append(r.gauges, condition.Gauges()...)
		r.heeds = r.heeds && !slices.Contains(condition.Gauges(), indicator.GaugeSilentMs)
	}
	if r.Show != "" {
		r.show = c.quantity()
		if r.show != nil {
			r.gauges = append(r.gauges, r.show.gauges...)
			readsMeasures = readsMeasures || len(r.show.measures()) > 0
		}
	}
	switch {
	case readsMeasures && r.Window == "":
		c.fail("window", "missing; it reads measures, so say over which time: %s", strings.Join(event.RuleWindows, ", "))
	case !readsMeasures && r.Window != "" && len(c.faults) == 0:
		c.fail("window", "the rule reads gauges only, which are about this instant; leave window out")
	}
	if !r.heeds && r.SilentMs != 0 {
		c.fail("silent_ms", "the rule is about silence itself; leave it out")
	}
	c.templates()
	r.labels = r.ownLabels()
	if len(c.faults) > 0 {
		return nil, c.faults
	}
	return r, nil
}

// limits checks that each limit is a number that the conditions can use.
func (c *compiler) limits() {
	r := c.rule
	uses := usesName(r.When+" "+r.Clear+" "+r.Minimum, nameLimit)
	switch {
	case uses && r.Limit == "":
		c.fail("limit", "missing; the conditions name it")
	case !uses && r.Limit != "":
		c.fail("limit", "no condition names it; write for example sl_live < limit, or leave it out")
	}
	for _, scope := range slices.Sorted(maps.Keys(r.Limits)) {
		if len(r.Only) > 0 && !slices.Contains(r.Only, scope) || slices.Contains(r.Except, scope) {
			c.fail("limits", "%s is none of the rule's scopes; add it there, or drop its limit", scope)
		}
		_, err := r.catalogue.ConditionWith(r.When, nominalTargets{}, r.constants(r.Limits[scope], nominalThreshold))
		if err != nil {
			c.fail("limits", "%s: %v", scope, err)
		}
	}
}

// condition compiles one condition for the check; nil when there is none or it is wrong.
func (c *compiler) condition(key, text string) *indicator.Condition {
	r := c.rule
	if text == "" {
		return nil
	}
	if r.kind != indicator.ScopeQueue && usesName(text, nameThreshold) {
		c.fail(key, "T is that of a queue, and the rule is evaluated by %s; write a duration such as 20s", r.kind)
		return nil
	}
	limit := r.Limit
	if limit == "" {
		limit = "1" // what is missing was said
	}
	condition, err := r.catalogue.ConditionWith(text, nominalTargets{}, r.constants(limit, nominalThreshold))
	if err != nil {
		c.fail(key, "%v", err)
		return nil
	}
	if !condition.Scopes().Has(r.kind) {
		c.fail(key, "what it reads is not counted by %s; all of it is by %s", r.kind, condition.Scopes())
	}
	return condition
}

// constants are the names of numbers in a condition.
func (r *Rule) constants(limit, threshold string) []indicator.Constant {
	var list []indicator.Constant
	if limit != "" {
		list = append(list, indicator.Constant{Name: nameLimit, Literal: strings.ReplaceAll(limit, " ", "")})
	}
	if r.kind == indicator.ScopeQueue {
		list = append(list, indicator.Constant{Name: nameThreshold, Literal: threshold})
	}
	return list
}

// limitOf is the limit for a scope; "" when the rule has none.
func (r *Rule) limitOf(scope string) string {
	if own, ok := r.Limits[scope]; ok {
		return own
	}
	return r.Limit
}

// covers tells whether the rule is evaluated for a scope of its kind.
func (r *Rule) covers(scope string) bool {
	if len(r.Only) > 0 {
		return slices.Contains(r.Only, scope)
	}
	return !slices.Contains(r.Except, scope)
}

// usesName tells whether a formula has the word name in it.
func usesName(text, name string) bool {
	isWord := func(c rune) bool {
		return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	}
	return slices.Contains(strings.FieldsFunc(text, func(c rune) bool { return !isWord(c) }), name)
}

// FaultsOf returns the faults of an error of Compile; one without a key when it is another error.
func FaultsOf(err error) Faults {
	var faults Faults
	if err == nil || errors.As(err, &faults) {
		return faults
	}
	return Faults{{"rule", err.Error()}}
}
