// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"slices"
)

// The desk: what advisors do about messages while no call wants them. One message is in an advisor's hands at a time; it
// stays there through breaks and calls, until it is done with, or its advisor goes home or serves other queues.

// atDesk tells that the advisor sits at the desk now.
func (a *advisor) atDesk() bool {
	if a.state != stateAway || a.away || !a.onShift() {
		return false
	}
	_, desk := a.desk()
	return desk
}

// workAtDesk goes on with the message in hand, or takes the most urgent one.
func (a *advisor) workAtDesk() {
	if a.deskAlarm != nil || len(a.inboxes) == 0 {
		return
	}
	if a.inHand == nil {
		m := a.mostUrgent()
		if m == nil {
			return
		}
		m.in.remove(m)
		a.inHand = m
		m.take(a)
	}
	m := a.inHand
	a.deskSince = a.s.clock.now
	a.deskAlarm = a.s.clock.after(m.restMs, func() {
		a.deskAlarm = nil
		if !m.partDone(a) {
			a.letGo(m)
		}
		a.workAtDesk()
	})
}

// mostUrgent is the message that comes first of all that the advisor may take; nil when there is none.
func (a *advisor) mostUrgent() *message {
	var best *message
	for _, in := range a.inboxes {
		if len(in.waiting) > 0 && (best == nil || in.waiting[0].urgency() < best.urgency()) {
			best = in.waiting[0]
		}
	}
	return best
}

// rise interrupts the work at the desk; what is in hand stays there.
func (a *advisor) rise() {
	if a.deskAlarm == nil {
		return
	}
	a.deskAlarm.cancel()
	a.deskAlarm = nil
	a.inHand.restMs = max(1, a.inHand.restMs-(a.s.clock.now-a.deskSince))
}

// putBack lays what is in hand onto the desk again, for others.
func (a *advisor) putBack() {
	m := a.inHand
	if m == nil {
		return
	}
	a.rise()
	a.inHand, m.inHand = nil, nil
	m.in.put(m)
}

// letGo forgets a message that is done with.
func (a *advisor) letGo(m *message) {
	if a.inHand == m {
		a.rise()
		a.inHand = nil
	}
}

// setInboxes sets which inboxes the advisor serves now.
func (a *advisor) setInboxes() {
	s := a.s
	a.inboxes = a.inboxes[:0]
	for _, in := range s.inboxes {
		in.staff = slices.DeleteFunc(in.staff, func(o *advisor) bool { return o == a })
		if a.team != "" && s.serves(a, in.queue, s.clock.now) {
			a.inboxes = append(a.inboxes, in)
			in.staff = append(in.staff, a)
			slices.SortFunc(in.staff, func(x, y *advisor) int { return cmp.Compare(x.id, y.id) })
		}
	}
	if a.inHand != nil && !slices.Contains(a.inboxes, a.inHand.in) {
		a.putBack()
	}
}
