// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"cmp"
	"maps"
	"slices"

	"github.com/vigie-kpi/vigie/indicator"
)

// RetainMs is for how long an alert that is over stays in the whole set, so that a receiver that was away learns of its end.
const RetainMs = int64(15 * 60_000)

// Label is a name and a value by which alerts are told apart, grouped and routed.
type Label struct{ Name, Value string }

// Alert is one alert of the whole set: it fires, or was over at most RetainMs ago.
type Alert struct {
	Rule   *Rule
	Centre string
	Scope  string // which one of the rule's kind; the centre's id for the centre
	Labels []Label
	// StartsAt is when it fired, ResolvedAt when it was over, 0 while it fires; ms UTC on the clock of the log.
	StartsAt, ResolvedAt int64
	// Shown is the value when it fired or, of one that is over, when it ended.
	Shown Shown
	// Now is the value at the last evaluation, for those who look; Shown of one that is over.
	Now Shown
	// InhibitedBy is the rule of an alert beside which this one is not sent; "" for none.
	InhibitedBy string
}

// Transition is one change in the life of an alert, for the history.
type Transition struct {
	At       int64 // ms UTC on the clock of the log: a border of a pane
	Rule     string
	Kind     string // kind of scope
	Scope    string
	Severity string
	Audience string
	To       Phase
	Why      Verdict
	Shown    Shown
	// Text is what receivers are told in one line, without the scope's name at its head; Short the few words of a wall, or Text when
	// the rule has none. Both are in the words of the rule that was in force, with a dash where there is no value.
	Text, Short indicator.Text
}

// Set is all alerts of one centre at an instant. It replaces whatever was handed over before: a receiver that missed one has
// lost nothing.
type Set struct {
	Centre string
	At     int64 // the clock of the log
	Alerts []Alert
}

// Receiver takes the whole set of a centre each time it changes: the way to Alertmanager, the built-in wall. It is
// level-triggered. What it still has to send, and when it last did, is its own and no state of the machine.
type Receiver interface {
	Receive(Set)
}

// ownLabels are the labels that do not depend on the scope.
func (r *Rule) ownLabels() []Label {
	list := []Label{{"alertname", r.RuleConfig.Rule}, {"scope_kind", r.ScopeKind}, {"severity", r.Severity}, {"audience", r.Audience}, {"owner", r.Owner}}
	for _, name := range slices.Sorted(maps.Keys(r.Labels)) {
		list = append(list, Label{name, r.Labels[name]})
	}
	return list
}

// labelsOf are all labels of an alert, by name; those without a value are left out, as Alertmanager does.
func (r *Rule) labelsOf(centre, scope, site string) []Label {
	list := append(slices.Clone(r.labels), Label{"centre", centre}, Label{"scope", scope}, Label{"site", site})
	list = slices.DeleteFunc(list, func(l Label) bool { return l.Value == "" })
	slices.SortFunc(list, func(a, b Label) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// valueOf is the value of a label; "" when there is none.
func valueOf(labels []Label, name string) string {
	i := slices.IndexFunc(labels, func(l Label) bool { return l.Name == name })
	if i < 0 {
		return ""
	}
	return labels[i].Value
}
