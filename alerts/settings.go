// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
)

// Settings are the configuration in force, dated: what applies at an instant.
type Settings interface {
	// Zone is the centre's time zone.
	Zone() *time.Location
	// ThresholdMs is T of a queue.
	ThresholdMs(queue string, at int64) int64
	// Hours are those of a calendar or, when it is "", of a queue's own; nil when nothing is said.
	Hours(calendar, queue string, at int64) *zone.Hours
	// Target is what is wanted of an indicator in a scope, and whether anything is.
	Target(kind indicator.ScopeKind, scope, id string, at int64) (wanted int64, ok bool)
	// Site is where a team works; "" when nothing is said.
	Site(team string) string
	// NextChange is the first instant after one at which anything of the above changes; zone.Never when nothing will.
	NextChange(at int64) int64
}

// bound is a rule made ready for a scope: its conditions with the limit, T and targets in force.
type bound struct{ when, clear, minimum *indicator.Condition }

// masks are the hours outside of which nothing is judged.
type masks struct{ calendar, own *zone.Hours }

func (m masks) open(at int64) bool {
	return isOpen(m.calendar, at) && isOpen(m.own, at)
}

func isOpen(h *zone.Hours, at int64) bool { return h == nil || h.Between(at, at+1) > 0 }

// scopeTargets are the targets in force for one scope at one instant.
type scopeTargets struct {
	settings Settings
	kind     indicator.ScopeKind
	scope    string
	at       int64
}

// Target implements indicator.Targets.
func (t scopeTargets) Target(id string) (int64, bool) {
	return t.settings.Target(t.kind, t.scope, id, t.at)
}

// bind makes the rules ready for what applies at an instant. Scopes with the same numbers share their conditions.
func (e *Engine) bind(at int64) {
	e.conditions = map[string]*bound{}
	e.ownHours = map[string]*zone.Hours{}
	e.rebindAt = e.settings.NextChange(at)
	for i := range e.plan {
		for _, x := range e.plan[i].instances {
			e.bindInstance(x, at)
		}
	}
}

func (e *Engine) bindInstance(x *instance, at int64) {
	r := x.rule
	queue := ""
	if r.kind == indicator.ScopeQueue {
		queue = x.scope
	}
	e.bindLabels(x)
	x.masks = masks{own: e.hoursOf(r)}
	if r.Calendar != "" || queue != "" && !r.Always {
		x.masks.calendar = e.settings.Hours(r.Calendar, queue, at)
	}
	x.bound = e.conditionsOf(r, x.scope, at)
}

// conditionsOf compiles the rule for a scope, or finds it compiled for one with the same numbers.
func (e *Engine) conditionsOf(r *Rule, scope string, at int64) *bound {
	threshold := nominalThreshold
	if r.kind == indicator.ScopeQueue {
		threshold = strconv.FormatInt(e.settings.ThresholdMs(scope, at), 10) + "ms"
	}
	targets := scopeTargets{e.settings, r.kind, scope, at}
	key := strings.Join([]string{r.RuleConfig.Rule, r.limitOf(scope), threshold}, "\x00")
	for _, id := range r.targets {
		wanted, ok := targets.Target(id)
		key += "\x00" + strconv.FormatInt(wanted, 10) + strconv.FormatBool(ok)
	}
	if known := e.conditions[key]; known != nil {
		return known
	}
	compile := func(text string) *indicator.Condition {
		if text == "" {
			return nil
		}
		c, err := r.catalogue.ConditionWith(text, targets, r.constants(r.limitOf(scope), threshold))
		if err != nil {
			return nil // a target that makes a factor which cannot be kept exactly: the rule has no value then
		}
		return c
	}
	b := &bound{compile(r.When), compile(r.Clear), compile(r.Minimum)}
	e.conditions[key] = b
	return b
}

// hoursOf are the rule's own hours; nil when it has none.
func (e *Engine) hoursOf(r *Rule) *zone.Hours {
	if r.Hours == "" && len(r.Days) == 0 {
		return nil
	}
	key := r.Hours + " " + strings.Join(r.Days, ",")
	if h := e.ownHours[key]; h != nil {
		return h
	}
	spans := []event.Span{{From: 0, To: 24 * 60}}
	if r.Hours != "" {
		spans, _ = event.ParseHours(r.Hours)
	}
	var week [7][]event.Span
	for i, name := range event.Weekdays { // Monday first
		if len(r.Days) == 0 || slices.Contains(r.Days, name) {
			week[(i+int(time.Monday))%7] = spans
		}
	}
	h := zone.NewHours(e.settings.Zone(), week, nil)
	e.ownHours[key] = h
	return h
}
