// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"cmp"
	"maps"
	"slices"

	"github.com/vigie-kpi/vigie/event"
)

// Memberships have dates. Somebody who has no event when a membership begins or ends changes team all the same: a moment of
// its own, at that very instant, goes into the advisor's timeline. It is pinned like any other.

// membershipBorder is an instant at which an advisor's membership begins or ends.
type membershipBorder struct {
	at      int64
	advisor string
}

func compareBorders(a, b membershipBorder) int {
	return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.advisor, b.advisor))
}

// setBorders lists when memberships begin and end.
func (c *config) setBorders() {
	for _, name := range slices.Sorted(maps.Keys(c.advisors)) {
		for _, r := range c.advisors[name] {
			c.borders = append(c.borders, membershipBorder{r.from, name})
			if r.to != never {
				c.borders = append(c.borders, membershipBorder{r.to, name})
			}
		}
	}
	slices.SortFunc(c.borders, compareBorders)
	c.borders = slices.Compact(c.borders)
}

// firstBorderAfter is the index of the first border after an instant.
func (c *config) firstBorderAfter(at int64) int {
	i, _ := slices.BinarySearchFunc(c.borders, at+1, func(b membershipBorder, t int64) int { return cmp.Compare(b.at, t) })
	return i
}

// aimAtBorder sets when the next membership changes.
func (w *World) aimAtBorder() {
	w.borderAt = never
	if i := w.cfg.firstBorderAfter(w.clock); i < len(w.cfg.borders) {
		w.borderAt = w.cfg.borders[i].at
	}
}

// changeTeams tells the advisors whose membership changes at this instant.
func (w *World) changeTeams(at int64) {
	for _, b := range w.cfg.borders[w.cfg.firstBorderAfter(at-1):w.cfg.firstBorderAfter(at)] {
		if a := w.advisorNamed(b.advisor); a != nil {
			w.setTeam(a, at)
		}
	}
	w.aimAtBorder()
}

// advisorNamed finds an advisor of whom anything was ever heard.
func (w *World) advisorNamed(name string) *advisor {
	id, known := w.names.ids[name]
	if !known || int(id) >= len(w.advisors) {
		return nil
	}
	return w.advisors[id]
}

// setTeam puts the membership of an instant into an advisor's timeline.
func (w *World) setTeam(a *advisor, at int64) {
	rule, _ := w.advisorAt(w.names.name(a.name), at)
	w.extendAdvisor(&moment{at: at, id: uint64(at), typ: event.ConfigAdvisor, advisor: a.name,
		team: rule.team, homeTeam: rule.homeTeam, site: rule.site, version: w.cfg.version})
}

// bringTeams gives a new advisor the changes that came before the first event of theirs: it may be late.
func (w *World) bringTeams(a *advisor) {
	name := w.names.name(a.name)
	for _, b := range w.cfg.borders[w.cfg.firstBorderAfter(a.base.at-1):w.cfg.firstBorderAfter(w.clock)] {
		if b.advisor == name {
			w.setTeam(a, b.at)
		}
	}
}

// moveTeams gives every advisor the team that a new configuration says, from now on.
func (w *World) moveTeams() {
	for _, a := range w.advisors {
		if a == nil {
			continue
		}
		rule, _ := w.advisorAt(w.names.name(a.name), w.clock)
		if rule.team != a.cur.team || rule.homeTeam != a.cur.homeTeam || rule.site != a.cur.site {
			w.setTeam(a, w.clock)
		}
	}
}
