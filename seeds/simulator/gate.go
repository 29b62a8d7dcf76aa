// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"strconv"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/organisation"
)

// What the law asks of those who call consumers: not more than four calls in thirty days, none for sixty days after a
// refusal, and only in the hours of the calendar, where the customer lives.
const (
	maxCallsPerMonth = 4
	callsWithinMs    = 30 * dayMs
	refusedForMs     = 60 * dayMs
)

// region is where customers live, with its clock.
type region struct {
	wall     *wall
	calendar *organisation.Calendar
}

func (s *simulation) newRegion(r *Region) (*region, error) {
	loc, err := zone.Load(r.Zone)
	if err != nil {
		return nil, err
	}
	return &region{wall: &wall{loc: loc}, calendar: s.calendarNamed(r.Calendar)}, nil
}

// open tells whether customers there may be called at an instant.
func (r *region) open(t event.Millis) bool {
	day, minute := r.wall.minuteOf(t)
	for _, h := range r.calendar.Open(dateOf(day), weekday(day)) {
		if minute >= h.From && minute < h.To {
			return true
		}
	}
	return false
}

// next is when customers there may next be called, within a fortnight.
func (r *region) next(t event.Millis) event.Millis {
	first, _ := r.wall.minuteOf(t)
	for day := first; day < first+14; day++ {
		for _, h := range r.calendar.Open(dateOf(day), weekday(day)) {
			if at := r.wall.at(day, h.From); at > t {
				return at
			}
		}
	}
	return t + 14*dayMs
}

// home is where a customer lives, and where the number says so.
type home struct{ lives, number []*region }

func allOpen(all []*region, t event.Millis) bool {
	for _, r := range all {
		if !r.open(t) {
			return false
		}
	}
	return true
}

// homeOf draws where a customer of the campaign lives: of the same one always the same.
func (c *campaign) homeOf(customer int) home {
	d := newDice(c.s.options.Seed, "home "+c.people.pool.programme+" "+strconv.Itoa(customer))
	lives := c.drawRegion(d)
	astray, unknown := d.chance(c.Astray), d.chance(c.Unknown)
	switch {
	case unknown:
		return home{c.regions, c.regions}
	case astray:
		return home{[]*region{lives}, []*region{c.otherRegion(lives)}}
	}
	return home{[]*region{lives}, []*region{lives}}
}

func (c *campaign) drawRegion(d *dice) *region {
	u := d.unit()
	for i := len(c.regions) - 1; i > 0; i-- {
		if u -= c.Regions[i].Share; u < 0 {
			return c.regions[i]
		}
	}
	return c.regions[0]
}

func (c *campaign) otherRegion(r *region) *region {
	for _, o := range c.regions {
		if o != r {
			return o
		}
	}
	return r
}

// people is what is known of the customers of a programme who were called, whoever called them.
type people struct {
	pool      *pool
	calls     map[int][]event.Millis // of the last thirty days
	refusedAt map[int]event.Millis
	withdrawn map[int]bool // do not want to be called again
}

// peopleOf is shared by the campaigns of a programme.
func (s *simulation) peopleOf(programme string) *people {
	for _, c := range s.campaigns {
		if c.people.pool.programme == programme {
			return c.people
		}
	}
	return &people{pool: s.poolOf(programme), calls: map[int][]event.Millis{}, refusedAt: map[int]event.Millis{}, withdrawn: map[int]bool{}}
}

// called is how often a customer was called in the last thirty days.
func (p *people) called(customer int, now event.Millis) int {
	calls := p.calls[customer]
	for len(calls) > 0 && calls[0] <= now-callsWithinMs {
		calls = calls[1:]
	}
	p.calls[customer] = calls
	return len(calls)
}

// checked is what the two checks of a dial say: the dialler's own before it, and the one that knows where the customer
// truly lives and which papers there are.
type checked struct{ verdict, audit string }

func (c *campaign) check(r *record) checked {
	at := c.s.clock.now
	v := checked{verdict: c.judge(r, r.home.number, at)}
	v.audit = c.judge(r, r.home.lives, at)
	if v.audit == event.VerdictOK && r.undocumented {
		v.audit = event.VerdictUnverifiable
	}
	if broken := c.s.blunder(c, r); broken != "" {
		v.audit = broken
	}
	return v
}

// judge is the law, for somebody who believes that the customer lives there.
func (c *campaign) judge(r *record, there []*region, at event.Millis) string {
	refusedAt, refused := c.people.refusedAt[r.customer]
	switch {
	case r.withdrawn || c.people.withdrawn[r.customer]:
		return event.VerdictNoBasis
	case r.refused || refused && at < refusedAt+refusedForMs:
		return event.VerdictInRefusal
	case r.partner+c.people.called(r.customer, at) >= maxCallsPerMonth:
		return event.VerdictOverCap
	case c.Basis != event.BasisConsent && !allOpen(there, at):
		return event.VerdictOutOfWindow
	}
	return event.VerdictOK
}

// nextWindow is when a customer may next be called, as far as the dialler knows.
func (c *campaign) nextWindow(r *record) event.Millis {
	next := c.s.clock.now
	for range len(r.home.number) + 1 {
		for _, there := range r.home.number {
			if !there.open(next) {
				next = there.next(next)
			}
		}
	}
	return next
}
