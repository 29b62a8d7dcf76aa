// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"cmp"
	"slices"

	"github.com/vigie-kpi/vigie/indicator"
)

func (w *World) codeAdvisors(c *codec) {
	var people []*advisor
	for _, a := range w.advisors {
		if a != nil {
			people = append(people, a)
		}
	}
	list(c, &people, w.codeAdvisor)
	if !c.reading || c.err != nil {
		return
	}
	for _, a := range people {
		for len(w.advisors) <= int(a.name) {
			w.advisors = append(w.advisors, nil)
		}
		w.advisors[a.name] = a
	}
}

func (w *World) codeAdvisor(c *codec, p **advisor) {
	if c.reading {
		*p = &advisor{}
	}
	a := *p
	w.codeID(c, &a.name)
	w.codeShift(c, &a.base)
	w.codePlan(c, &a.plan)
	w.codeDiary(c, &a.past)
	list(c, &a.line, w.codeMoment)
	at := a.cur.at
	c.near(&at, w.clock)
	if c.reading && c.err == nil {
		w.fresh.reset()
		a.judgeBase(&w.fresh)
		a.cur.copyFrom(&a.base)
		a.cur.fold(a, a.line, 0, at, &w.fresh)
	}
}

// codeShift writes a base: it stands at a minute border, so nothing of the minute is under way.
func (w *World) codeShift(c *codec, s *shift) {
	c.near(&s.at, w.clock)
	s.from = s.at
	list(c, &s.legs, w.codeLeg)
	list(c, &s.queues, func(c *codec, q *shiftQueue) {
		w.codeID(c, &q.queue)
		c.bool(&q.member)
		number(c, &q.paused)
	})
	w.codePlace(c, &s.place)
	w.codeID(c, &s.campaign)
	w.codeID(c, &s.programme)
	number(c, &s.version)
	number(c, &s.category)
	c.bool(&s.online)
	c.bool(&s.told)
	c.bool(&s.seen)
	c.bool(&s.allPaused)
	for i := range s.capacity {
		number(c, &s.capacity[i])
	}
	number(c, &s.workEndAt)
	number(c, &s.silentAt)
}

func (w *World) codeLeg(c *codec, l *shiftLeg) {
	c.fixed(&l.contact)
	w.codeID(c, &l.queue)
	for _, id := range []*ID{&l.dims.Programme, &l.dims.Site, &l.dims.Queue, &l.dims.Campaign, &l.dims.Channel, &l.dims.Direction,
		&l.dims.Team, &l.dims.HomeTeam, &l.dims.Advisor, &l.dims.Reason} {
		w.codeID(c, id)
	}
	c.near(&l.sinceAt, w.clock)
	c.near(&l.workAt, w.clock)
	number(c, &l.age)
	number(c, &l.limitMs)
	number(c, &l.phase)
	c.bool(&l.monitor)
	c.bool(&l.shared)
}

func (w *World) codePlace(c *codec, p *place) {
	w.codeID(c, &p.team)
	w.codeID(c, &p.homeTeam)
	w.codeID(c, &p.site)
}

// keyedSum is one today sum, as written.
type keyedSum struct {
	key   IncKey
	value int64
}

func (w *World) codeScopes(c *codec) {
	for kind := range w.scopes {
		var scopes []*scope
		for _, s := range w.scopes[kind] {
			if s != nil {
				scopes = append(scopes, s)
			}
		}
		list(c, &scopes, w.codeScope)
		if !c.reading || c.err != nil {
			continue
		}
		for _, s := range scopes {
			for len(w.scopes[kind]) <= int(s.name) {
				w.scopes[kind] = append(w.scopes[kind], nil)
			}
			w.scopes[kind][s.name] = s
		}
	}
}

func (w *World) codeScope(c *codec, p **scope) {
	if c.reading {
		*p = &scope{}
	}
	s := *p
	w.codeID(c, &s.name)
	pane, day := paneOf(w.clock), w.cfg.calendar.Day(w.clock)
	var panes []paneInc
	var today []keyedSum
	if !c.reading {
		s.advance(pane, day)
		panes, today = s.keptPanes(), s.todaySums()
	}
	list(c, &panes, func(c *codec, p *paneInc) {
		at := int64(p.pane)
		c.near(&at, int64(pane))
		p.pane = int32(at)
		codeKey(c, &p.key)
		number(c, &p.value)
	})
	list(c, &today, func(c *codec, t *keyedSum) {
		codeKey(c, &t.key)
		number(c, &t.value)
	})
	if !c.reading || c.err != nil {
		return
	}
	s.pane, s.today = pane, day
	for _, p := range panes {
		s.add(p.key, p.value, p.pane, false)
	}
	for _, t := range today {
		s.tally(t.key).today = t.value
	}
}

func codeKey(c *codec, k *IncKey) {
	number(c, k)
	if c.reading && int(*k) >= len(keyScopes) || c.reading && *k < binKeyBase && int(*k) >= indicator.NumMeasures {
		*k = 0
		c.fail()
	}
}

// keptPanes are the panes that a window can still hold, without zeros, in canonical order.
func (s *scope) keptPanes() []paneInc {
	var kept []paneInc
	for _, p := range s.panes {
		if p.value != 0 && p.pane > s.pane-keepPanes {
			kept = append(kept, p)
		}
	}
	slices.SortFunc(kept, func(a, b paneInc) int { return cmp.Or(cmp.Compare(a.pane, b.pane), cmp.Compare(a.key, b.key)) })
	return kept
}

func (s *scope) todaySums() []keyedSum {
	var sums []keyedSum
	for _, list := range [][]tally{s.measures, s.bins} {
		for i := range list {
			if t := &list[i]; t.today != 0 {
				sums = append(sums, keyedSum{t.key, t.today})
			}
		}
	}
	slices.SortFunc(sums, func(a, b keyedSum) int { return cmp.Compare(a.key, b.key) })
	return sums
}
