// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"container/list"
	"strings"

	"github.com/vigie-kpi/vigie/event"
)

// Limits of what a parser remembers of calls: about 300 bytes each, so 6 MB at most.
const (
	maxOpenCalls   = 20_000 // beyond it the call that entered first is forgotten: its end was never logged
	maxClosedCalls = 256    // ended calls are kept a while: rings and wrap-ups of theirs may be logged after the end
	maxCallParts   = 64     // queues, conversations and offers remembered of one call; beyond it the oldest go
)

// call is what the parser remembers of one call. It is open while it waits in a queue or talks.
type call struct {
	id    string
	waits []wait
	legs  []leg
	rings []ringEnd

	open    bool
	element *list.Element // where the call stands in callTable.open or .closed
}

// wait is one entry in a queue.
type wait struct {
	Queue   string       `json:"queue"`
	Entered event.Millis `json:"entered"`
	Order   uint64       `json:"order"` // of the entry among all
	Open    bool         `json:"open,omitempty"`
}

// leg is one conversation with an advisor.
type leg struct {
	Queue   string `json:"queue"`
	Advisor string `json:"advisor"`
	Order   uint64 `json:"order"`
	Open    bool   `json:"open,omitempty"`

	// How it was released, until a wrap-up refers to it; Sequence 0: not, or otherwise than by a release.
	Released event.Millis `json:"released,omitempty"`
	Sequence int64        `json:"sequence,omitempty"`
	By       string       `json:"by,omitempty"`
}

// ringEnd says when the call last stopped ringing at an advisor or talking to them.
type ringEnd struct {
	Advisor string       `json:"advisor"`
	At      event.Millis `json:"at"`
}

// callTable remembers the open calls and the last ended ones.
type callTable struct {
	byID      map[string]*call
	open      *list.List // in the order in which they opened
	closed    *list.List // in the order in which they ended
	order     uint64     // of the latest entry or conversation
	forgotten int64      // open calls dropped for room
}

func newCallTable() callTable {
	return callTable{byID: map[string]*call{}, open: list.New(), closed: list.New()}
}

// get returns the call of that id, or nil.
func (t *callTable) get(id string) *call { return t.byID[id] }

// opened returns the call of that id, made or opened again when necessary.
func (t *callTable) opened(id string) *call {
	c := t.byID[id]
	if c == nil {
		c = &call{id: id}
		t.byID[id] = c
	} else if c.open {
		return c
	} else {
		t.closed.Remove(c.element)
	}
	c.open, c.element = true, t.open.PushBack(c)
	if t.open.Len() > maxOpenCalls {
		t.forgotten++
		t.drop(t.open, t.open.Front())
	}
	return c
}

// settle moves a call that neither waits nor talks any more to the closed ones.
func (t *callTable) settle(c *call) {
	if c == nil || !c.open {
		return
	}
	for _, w := range c.waits {
		if w.Open {
			return
		}
	}
	for _, l := range c.legs {
		if l.Open {
			return
		}
	}
	t.open.Remove(c.element)
	c.open, c.element = false, t.closed.PushBack(c)
	if t.closed.Len() > maxClosedCalls {
		t.drop(t.closed, t.closed.Front())
	}
}

func (t *callTable) drop(from *list.List, e *list.Element) {
	delete(t.byID, from.Remove(e).(*call).id)
}

// entered notes that the call waits in a queue from now on.
func (t *callTable) entered(id, queue string, at event.Millis) {
	c := t.opened(id)
	c.endWaits(queue)
	t.order++
	c.waits = append(c.waits, wait{Queue: queue, Entered: at, Order: t.order, Open: true})
	if len(c.waits) > maxCallParts {
		c.waits = c.waits[1:]
	}
}

// waitEnded notes that the call waits in that queue no more.
func (t *callTable) waitEnded(id, queue string) {
	c := t.byID[id]
	if c == nil {
		return
	}
	c.endWaits(queue)
	t.settle(c)
}

// connected notes that the call talks to the advisor: it waits in that queue no more.
func (t *callTable) connected(id, queue, advisor string) {
	c := t.opened(id)
	c.endWaits(queue)
	t.order++
	c.legs = append(c.legs, leg{Queue: queue, Advisor: advisor, Order: t.order, Open: true})
	c.legs = c.legs[max(0, len(c.legs)-maxCallParts):]
}

// released notes that the conversation ended with that event.
func (t *callTable) released(e *event.Event) {
	if c := t.byID[e.Contact]; c != nil {
		if l := c.openLeg(e.Queue, e.Advisor); l != nil {
			l.Released, l.Sequence, l.By = e.Time, e.Sequence, e.By
		}
	}
	t.legEnded(e.Contact, e.Queue, strings.Clone(e.Advisor), e.Time)
}

// legEnded notes that the call talks to the advisor no more.
func (t *callTable) legEnded(id, queue, advisor string, at event.Millis) {
	c := t.byID[id]
	if c == nil {
		return
	}
	if l := c.openLeg(queue, advisor); l != nil {
		l.Open = false
	}
	c.ringEnded(advisor, at)
	t.settle(c)
}

// talking returns the open call of which the latest open leg is that of this advisor in this queue, or nil. It looks at
// every open call, because a table by advisor would be one more thing to keep right for a rare line.
func (t *callTable) talking(queue, advisor string) *call {
	var found *call
	var order uint64
	for e := t.open.Front(); e != nil; e = e.Next() {
		c := e.Value.(*call)
		if l := c.openLeg(queue, advisor); l != nil && l.Order > order {
			found, order = c, l.Order
		}
	}
	return found
}

// lastOf returns the call that the advisor took last, open or not, or nil.
func (t *callTable) lastOf(advisor string) *call {
	var found *call
	var order uint64
	for _, calls := range []*list.List{t.open, t.closed} {
		for e := calls.Front(); e != nil; e = e.Next() {
			c := e.Value.(*call)
			if l := c.lastLeg(advisor); l != nil && l.Order > order {
				found, order = c, l.Order
			}
		}
	}
	return found
}

// absorb gives what one call does to another, because they became one journey.
func (t *callTable) absorb(from, into *call) {
	into.waits = append(into.waits, from.waits...)
	into.legs = append(into.legs, from.legs...)
	into.waits = into.waits[max(0, len(into.waits)-maxCallParts):]
	into.legs = into.legs[max(0, len(into.legs)-maxCallParts):]
	from.waits, from.legs = nil, nil
	t.settle(from)
	t.opened(into.id)
	t.settle(into)
}

// endWaits closes every wait in that queue: a call can be in a queue once only, so an older one lost its end.
func (c *call) endWaits(queue string) {
	for i := range c.waits {
		if c.waits[i].Queue == queue {
			c.waits[i].Open = false
		}
	}
}

// wait returns the call's last entry in that queue, or nil.
func (c *call) wait(queue string) *wait {
	for i := len(c.waits) - 1; i >= 0; i-- {
		if c.waits[i].Queue == queue {
			return &c.waits[i]
		}
	}
	return nil
}

// openLeg returns the call's last open leg with that advisor in that queue, or nil.
func (c *call) openLeg(queue, advisor string) *leg {
	for i := len(c.legs) - 1; i >= 0; i-- {
		if l := &c.legs[i]; l.Open && l.Queue == queue && l.Advisor == advisor {
			return l
		}
	}
	return nil
}

// lastOpenLeg returns the call's last open leg, or nil.
func (c *call) lastOpenLeg() *leg {
	for i := len(c.legs) - 1; i >= 0; i-- {
		if c.legs[i].Open {
			return &c.legs[i]
		}
	}
	return nil
}

// lastLeg returns the call's last leg with that advisor, open or not, or nil.
func (c *call) lastLeg(advisor string) *leg {
	for i := len(c.legs) - 1; i >= 0; i-- {
		if c.legs[i].Advisor == advisor {
			return &c.legs[i]
		}
	}
	return nil
}

// ringEnded notes when the call last left the advisor.
func (c *call) ringEnded(advisor string, at event.Millis) {
	for i := range c.rings {
		if c.rings[i].Advisor == advisor {
			c.rings[i].At = max(c.rings[i].At, at)
			return
		}
	}
	c.rings = append(c.rings, ringEnd{Advisor: advisor, At: at})
	if len(c.rings) > maxCallParts {
		c.rings = c.rings[1:]
	}
}

// ringingSince returns when a ring that ended at the instant began at the earliest, given that it lasted ringMs: not
// before the call entered the queue and not before it last left the same advisor. The stamps are whole seconds and
// rings are milliseconds, so plain subtraction can be up to a second early.
func (c *call) ringingSince(queue, advisor string, at, ringMs int64) event.Millis {
	since := at - ringMs
	if c == nil {
		return max(since, event.MinTime)
	}
	if w := c.wait(queue); w != nil {
		since = max(since, w.Entered)
	}
	for _, r := range c.rings {
		if r.Advisor == advisor {
			since = max(since, r.At)
		}
	}
	return max(min(since, at), event.MinTime)
}
