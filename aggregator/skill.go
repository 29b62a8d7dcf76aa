// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"slices"

	"github.com/vigie-kpi/vigie/event"
)

// Which queues an advisor serves. Some sources tell: an agent logs in to queues, and pauses in one of them. Of an advisor of whom
// no source ever tells a queue, the configuration does.

// skillRule is a queue that an advisor serves in [from, to).
type skillRule struct {
	queue    ID
	from, to int64
}

func (w *World) addSkill(c *config, data []byte) error {
	s, err := event.ParseSkillConfig(data)
	if err != nil {
		return err
	}
	rule := skillRule{queue: w.names.id(s.Queue), from: s.From, to: s.To}
	if rule.to == 0 {
		rule.to = never
	}
	advisor := int(w.names.id(s.Advisor))
	if short := advisor + 1 - len(c.skills); short > 0 {
		c.skills = append(c.skills, make([][]skillRule, short)...)
	}
	c.skills[advisor] = append(c.skills[advisor], rule)
	return nil
}

// served is a queue that an advisor serves now.
type served struct {
	queue  ID
	paused bool // not now: the others go on
}

// servedBy appends the queues that an advisor serves at an instant, each once. Whoever works a campaign serves none that only the
// configuration names.
func (w *World) servedBy(list []served, a *advisor, at int64) []served {
	s := &a.cur
	for i := range s.queues {
		if q := &s.queues[i]; q.member {
			list = append(list, served{q.queue, s.pausedIn(q)})
		}
	}
	if len(list) > 0 || s.campaign != 0 || int(a.name) >= len(w.cfg.skills) {
		return list
	}
	for _, skill := range w.cfg.skills[a.name] {
		if skill.from <= at && at < skill.to && !slices.ContainsFunc(list, func(x served) bool { return x.queue == skill.queue }) {
			list = append(list, served{queue: skill.queue})
		}
	}
	return list
}
