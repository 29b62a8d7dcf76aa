// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"slices"

	"github.com/vigie-kpi/vigie/event"
)

// A chat is a call on a line whose queue has the channel chat: somebody comes, waits, has a conversation, goes. What
// differs is here. An advisor has several chats at once, so that each of them has a state of its own; an offer rings until
// the advisor's first words, not until a telephone is picked up; and an advisor who chats takes no calls.

// chatInHand is one of the chats that an advisor has.
type chatInHand struct {
	c     *call
	state string // ringing, on_chat or after_call
}

// chatStates are what an advisor with several chats is doing, the first that is true of any of them.
var chatStates = []string{stateOnChat, stateRinging, stateAfterCall}

// isChat tells that advisors may have several of these at once.
func (c *call) isChat() bool { return c.line.queue.slots > 1 }

// newID names the contact.
func (c *call) newID() string {
	if c.isChat() {
		return c.s.newID("h", &c.s.chats)
	}
	return c.s.newID("v", &c.s.contacts)
}

// busyWith is what an advisor does about a call or a chat from now on: it rings, they talk, or the work after it is done.
func (a *advisor) busyWith(c *call, state string) {
	if !c.isChat() {
		a.enterState(state, "")
		return
	}
	if state == stateOnCall {
		state = stateOnChat
	}
	if i := a.chatIndex(c); i >= 0 {
		a.chats[i].state = state
	} else {
		a.chats = append(a.chats, chatInHand{c, state})
	}
	a.enterState(a.chatState(), "")
}

// doneWith is an advisor who has nothing more to do with a call or a chat. Who still has other chats takes one more when
// one waits, unless something is planned that waits for the last of them.
func (a *advisor) doneWith(c *call) {
	if i := a.chatIndex(c); i >= 0 {
		a.chats = slices.Delete(a.chats, i, i+1)
	}
	if len(a.chats) == 0 {
		a.settle()
		return
	}
	a.enterState(a.chatState(), "")
	a.findChat()
}

func (a *advisor) chatIndex(c *call) int {
	return slices.IndexFunc(a.chats, func(h chatInHand) bool { return h.c == c })
}

func (a *advisor) chatState() string {
	for _, state := range chatStates {
		if slices.ContainsFunc(a.chats, func(h chatInHand) bool { return h.state == state }) {
			return state
		}
	}
	panic("BUG: an advisor without a chat is asked for the state of it")
}

// hasSlot tells that an advisor who chats can take one more chat from the queue.
func (a *advisor) hasSlot(q *queue) bool {
	return len(a.chats) > 0 && len(a.chats) < q.slots && a.s.clock.now >= a.notBefore && len(a.due) == 0 && !a.leaving
}

// pick is who takes the work that has just come; nil when nobody can. A chat goes to somebody who chats already and has a
// slot left, of several to the one with the fewest chats, and else to who has been free for the longest time: so most
// advisors stay free for calls. Nobody gets a chat back that they have handed on.
func (q *queue) pick(w work) *advisor {
	if q.slots <= 1 {
		return q.free()
	}
	var best *advisor
	for _, a := range q.staff {
		if a.hasSlot(q) && !gaveAway(a, w) && (best == nil || len(a.chats) < len(best.chats)) {
			best = a
		}
	}
	if best != nil {
		return best
	}
	if a := q.free(); a != nil && !gaveAway(a, w) {
		return a
	}
	return nil
}

// findChat gives an advisor who has a slot left the chats that wait.
func (a *advisor) findChat() {
	for _, q := range a.queues {
		for a.hasSlot(q) {
			i := slices.IndexFunc(q.waiting, func(w work) bool { return !gaveAway(a, w) })
			if i < 0 {
				break
			}
			w := q.waiting[i]
			q.waiting = slices.Delete(q.waiting, i, i+1)
			w.offer(a)
		}
	}
}

// gaveAway tells that the advisor has just handed the chat on.
func gaveAway(a *advisor, w work) bool {
	c, ok := w.(*call)
	if !ok || !c.isChat() || len(c.truth.Talks) == 0 {
		return false
	}
	last := c.truth.Talks[len(c.truth.Talks)-1]
	return last.HandedOn != "" && last.Advisor == a.id
}

// tellSlots says how many chats an advisor takes at once, at the log-in.
func (a *advisor) tellSlots() {
	for _, q := range a.queues {
		if q.slots > 1 {
			a.s.say(sourceTelephony, event.Event{Type: event.AdvisorCapacity, Advisor: a.id, Channel: q.channel, Slots: event.NumberOf(int64(q.slots))})
		}
	}
}
