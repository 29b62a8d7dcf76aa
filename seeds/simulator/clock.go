// SPDX-License-Identifier: Apache-2.0

package simulator

import "github.com/vigie-kpi/vigie/event"

// clock is the time of the simulated world: it stands at the alarm that is ringing. Alarms of one instant ring in the
// order in which they were set, so that a run can be repeated.
type clock struct {
	now     event.Millis
	set     uint64   // alarms set so far
	pending []*alarm // a heap, the next alarm first
}

// alarm is something that will be done at an instant, unless it is cancelled.
type alarm struct {
	at    event.Millis
	order uint64
	do    func() // nil: cancelled
}

// at sets an alarm; what is already past is done now.
func (c *clock) at(t event.Millis, do func()) *alarm {
	c.set++
	a := &alarm{at: max(t, c.now), order: c.set, do: do}
	c.pending = append(c.pending, a)
	c.up(len(c.pending) - 1)
	return a
}

// after sets an alarm in ms milliseconds.
func (c *clock) after(ms int64, do func()) *alarm { return c.at(c.now+ms, do) }

// cancel makes an alarm do nothing; a nil alarm is one that was never set.
func (a *alarm) cancel() {
	if a != nil {
		a.do = nil
	}
}

// runUntil rings every alarm before end, those that are set on the way included, while more says so.
func (c *clock) runUntil(end event.Millis, more func() bool) {
	for len(c.pending) > 0 && c.pending[0].at < end && more() {
		a := c.pop()
		if a.do == nil {
			continue
		}
		c.now = a.at
		a.do()
	}
}

func (c *clock) less(i, j int) bool {
	a, b := c.pending[i], c.pending[j]
	return a.at < b.at || a.at == b.at && a.order < b.order
}

func (c *clock) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !c.less(i, parent) {
			return
		}
		c.pending[i], c.pending[parent] = c.pending[parent], c.pending[i]
		i = parent
	}
}

func (c *clock) pop() *alarm {
	first, last := c.pending[0], len(c.pending)-1
	c.pending[0], c.pending[last] = c.pending[last], nil
	c.pending = c.pending[:last]
	for i := 0; ; {
		child := 2*i + 1
		if child >= last {
			return first
		}
		if child+1 < last && c.less(child+1, child) {
			child++
		}
		if !c.less(child, i) {
			return first
		}
		c.pending[i], c.pending[child] = c.pending[child], c.pending[i]
		i = child
	}
}
