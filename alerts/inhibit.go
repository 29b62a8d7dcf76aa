// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"maps"
	"slices"

	"github.com/vigie-kpi/vigie/event"
)

// inhibit finds, for each alert that fires, the one beside which it is not sent, the first by rule and scope. An alert that is
// inhibited itself still inhibits others, as in Alertmanager: else three rules in a ring would have no answer.
func (e *Engine) inhibit() {
	for _, x := range e.where(func(x *instance) bool { return x.by != "" }) {
		x.by = ""
	}
	firing := e.where((*instance).fires)
	for _, x := range firing {
		for i := range x.rule.InhibitedBy {
			if by := x.inhibitor(&x.rule.InhibitedBy[i], firing); by != nil && x.by == "" {
				x.by = by.rule.RuleConfig.Rule
			}
		}
	}
}

// inhibitor finds the first alert that an inhibition names.
func (x *instance) inhibitor(by *event.RuleInhibition, firing []*instance) *instance {
	for _, other := range firing {
		if other != x && other.matches(by, x) {
			return other
		}
	}
	return nil
}

func (x *instance) matches(by *event.RuleInhibition, silenced *instance) bool {
	for _, name := range slices.Sorted(maps.Keys(by.Match)) {
		if valueOf(x.labels, name) != by.Match[name] {
			return false
		}
	}
	for _, name := range by.Equal {
		if valueOf(x.labels, name) != valueOf(silenced.labels, name) {
			return false
		}
	}
	return true
}
