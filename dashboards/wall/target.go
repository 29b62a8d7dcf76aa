// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"math"

	"github.com/vigie-kpi/vigie/event"
)

// Target is the target in force on an indicator for a scope at an instant.
func (c *Config) Target(id string, s Scope, at int64) (event.TargetConfig, bool) {
	t := event.TargetAt(c.targets, s.Kind.String(), s.ID, id, at)
	if t == nil {
		return event.TargetConfig{}, false
	}
	return *t, true
}

// TargetsOf are the targets in force for a scope at an instant, one for each indicator.
func (c *Config) TargetsOf(s Scope, at int64) []event.TargetConfig {
	var list []event.TargetConfig
	for i := range c.targets {
		t := &c.targets[i]
		if t.Applies(s.Kind.String(), s.ID, at) && event.TargetAt(c.targets, s.Kind.String(), s.ID, t.Indicator, at) == t {
			list = append(list, *t)
		}
	}
	return list
}

// NextTargetChange is the next instant after at when a target begins or ends; math.MaxInt64 when none does.
func (c *Config) NextTargetChange(at int64) int64 {
	next := int64(math.MaxInt64)
	for i := range c.targets {
		for _, border := range [...]int64{c.targets[i].From, c.targets[i].To} {
			if border > at {
				next = min(next, border)
			}
		}
	}
	return next
}
