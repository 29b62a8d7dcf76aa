// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"hash/fnv"
	"slices"

	"github.com/vigie-kpi/vigie/event"
)

// pool is the customers of one programme. A customer is a number; what events carry is a hash of it.
type pool struct {
	programme string
	lastCall  []event.Millis // of each customer; 0: never
	met       []meeting      // who was served lately, whatever the channel
}

// meeting is a customer who was served.
type meeting struct {
	customer int
	channel  string
	at       event.Millis
}

// freshTries is how often a customer is drawn anew who called within the last week: somebody who calls again does so with
// the probability of the reason, not by chance.
const freshTries = 20

func (s *simulation) poolOf(programme string) *pool {
	p := s.pools[programme]
	if p == nil {
		p = &pool{programme: programme, lastCall: make([]event.Millis, s.spec.Customers[programme])}
		s.pools[programme] = p
	}
	return p
}

// nobody is a customer who is not known.
const nobody = -1

// fresh draws somebody who has not called in the last week; nobody when the programme has no customers.
func (p *pool) fresh(now event.Millis, d *dice) int {
	if len(p.lastCall) == 0 {
		return nobody
	}
	n := 0
	for range freshTries {
		if n = d.below(len(p.lastCall)); p.lastCall[n] == 0 || now-p.lastCall[n] > weekMs {
			break
		}
	}
	return n
}

// lately is how long a customer is remembered who comes back through another channel.
const lately = 3 * dayMs

// meet notes that a customer was served.
func (p *pool) meet(customer int, channel string, at event.Millis) {
	if customer != nobody {
		p.met = append(p.met, meeting{customer, channel, at})
	}
}

// across draws somebody who was served lately through another channel; false when nobody was.
func (p *pool) across(channel string, now event.Millis, d *dice) (int, bool) {
	old := 0
	for old < len(p.met) && p.met[old].at < now-lately {
		old++
	}
	p.met = slices.Delete(p.met, 0, old)
	for range freshTries {
		if len(p.met) == 0 {
			break
		}
		if m := p.met[d.below(len(p.met))]; m.channel != channel {
			return m.customer, true
		}
	}
	return nobody, false
}

// hash is what an event says of a customer.
func (p *pool) hash(n int) string {
	if n == nobody {
		return ""
	}
	h := fnv.New64a()
	fmt.Fprintf(h, "%s customer %d", p.programme, n)
	return fmt.Sprintf("c%016x", h.Sum64())
}

// memory is who was served for one reason in the last seven days and has not called again.
type memory struct{ served []served }

type served struct {
	customer int
	at       event.Millis
}

func (m *memory) add(customer int, at event.Millis) {
	m.served = append(m.served, served{customer, at})
}

// again draws somebody who calls again, rather of late than long ago; false when nobody can.
func (m *memory) again(now event.Millis, d *dice) (int, bool) {
	old := 0
	for old < len(m.served) && m.served[old].at < now-weekMs+hourMs {
		old++
	}
	m.served = slices.Delete(m.served, 0, old)
	if len(m.served) == 0 {
		return nobody, false
	}
	u := d.unit()
	i := len(m.served) - 1 - int(float64(u*u)*float64(len(m.served)))
	again := m.served[i].customer
	m.served = slices.Delete(m.served, i, i+1)
	return again, true
}

// identify decides who calls: somebody again, somebody new, or nobody known.
func (s *simulation) identify(c *call, d *dice) {
	l, now := c.line, s.clock.now
	repeats := d.chance(l.Reasons[c.reason].Repeats)
	hidden := d.chance(s.spec.Habits.HiddenNumber)
	c.customer = nobody
	if hidden {
		return
	}
	if d.chance(l.Across) {
		if other, ok := l.pool.across(l.queue.channel, now, d); ok {
			c.customer, c.origin = other, originAcross
			return
		}
	}
	if repeats {
		if again, ok := l.known[c.reason].again(now, d); ok {
			c.customer, c.origin = again, originAgain
		}
	}
	if c.customer == nobody {
		c.customer = l.pool.fresh(now, d)
	}
}

// remembers notes that a customer was served.
func (s *simulation) remember(c *call) {
	if c.customer != nobody {
		c.line.known[c.reason].add(c.customer, s.clock.now)
		c.line.pool.meet(c.customer, c.line.queue.channel, s.clock.now)
	}
}
