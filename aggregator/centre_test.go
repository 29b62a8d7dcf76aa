// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"container/heap"
	"fmt"
	"math/rand/v2"

	"github.com/vigie-kpi/vigie/event"
)

// syntheticCentre is a busy telephone centre for benchmarks: contacts come at a steady rate and go round all advisors, so that
// each is at work four fifths of the time. The mix: one contact in ten gives up, one offer in eight is missed, one
// conversation in five has a hold, one in twelve is handed on; a pause for each advisor about every two hours.
type syntheticCentre struct {
	advisors, teams, queues int
	contactsPerHour         int
	begin                   int64

	random *rand.Rand
	due    centreHeap
	next   int64 // when the next contact comes
	serial int
	tick   int64
	event  event.Event
}

type centreEvent struct {
	at      int64
	serial  int32
	contact int32
	advisor int32
	typ     event.Type
	kind    string
}

type centreHeap []centreEvent

func (h centreHeap) Len() int { return len(h) }
func (h centreHeap) Less(i, j int) bool {
	return h[i].at < h[j].at || h[i].at == h[j].at && h[i].serial < h[j].serial
}
func (h centreHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *centreHeap) Push(x any)   { *h = append(*h, x.(centreEvent)) }
func (h *centreHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}

func newCentre(advisors, contactsPerHour int) *syntheticCentre {
	c := &syntheticCentre{advisors: advisors, teams: max(advisors/20, 1), queues: max(min(advisors/50, 100), 2), contactsPerHour: contactsPerHour,
		begin: monday, next: monday, tick: monday, random: rand.New(rand.NewPCG(1, 1))}
	for a := range advisors {
		c.push(monday+c.random.Int64N(minute), event.AdvisorState, 0, a, event.StateAvailable)
	}
	return c
}

func (c *syntheticCentre) push(at int64, t event.Type, contact, advisor int, kind string) {
	c.serial++
	heap.Push(&c.due, centreEvent{at, int32(c.serial), int32(contact), int32(advisor), t, kind})
}

// arrive puts the events of one more contact on the way.
func (c *syntheticCentre) arrive() {
	c.serial++
	contact := c.serial
	interval := hour / int64(c.contactsPerHour)
	cycle := interval * int64(c.advisors) // from one contact of an advisor to the next
	at, a := c.next, contact%c.advisors
	wait := func(mean int64) int64 { return 1 + c.random.Int64N(2*mean) }
	c.next += 1 + c.random.Int64N(2*interval)
	c.push(at, event.QueueEntered, contact, a, "")
	if c.random.IntN(10) == 0 {
		c.push(at+wait(40*second), event.QueueAbandoned, contact, a, "")
		return
	}
	at += wait(12 * second)
	if c.random.IntN(8) == 0 {
		c.push(at, event.AdvisorOffered, contact, (a+1)%c.advisors, "")
		at += 15 * second
		c.push(at, event.AdvisorMissed, contact, (a+1)%c.advisors, "")
	}
	c.push(at, event.AdvisorOffered, contact, a, "")
	at += wait(3 * second)
	c.push(at, event.AdvisorConnected, contact, a, "")
	talk := cycle * 65 / 100
	if c.random.IntN(5) == 0 {
		c.push(at+talk/3, event.AdvisorHeld, contact, a, "")
		c.push(at+talk/2, event.AdvisorResumed, contact, a, "")
	}
	at += talk
	if c.random.IntN(12) == 0 {
		c.push(at, event.AdvisorTransferred, contact, a, event.KindExternal)
	} else {
		c.push(at, event.AdvisorReleased, contact, a, event.KindWrapping)
		at += cycle * 12 / 100
		c.push(at, event.AdvisorWrapped, contact, a, "")
	}
	c.push(at, event.ContactEnded, contact, a, "")
	if c.random.Int64N(2*hour) < cycle {
		c.push(at+second, event.AdvisorState, 0, a, event.StatePaused)
		c.push(at+second+2*minute, event.AdvisorState, 0, a, event.StateAvailable)
	}
}

// record appends the next record of the log: a tick each second, else the next event.
func (c *syntheticCentre) record(b []byte) []byte {
	for len(c.due) == 0 || c.next <= c.due[0].at {
		c.arrive()
	}
	e := &c.event
	if c.due[0].at >= c.tick+second {
		c.tick += second
		*e = event.Event{ID: "tick", Source: "owner", Type: event.Tick, Time: c.tick, Received: c.tick}
		return event.AppendJSON(b, e)
	}
	d := heap.Pop(&c.due).(centreEvent)
	*e = event.Event{ID: fmt.Sprintf("e%d", d.serial), Source: "pbx-1", Type: d.typ, Time: d.at, Received: d.at + 40, Sequence: int64(d.serial),
		Centre: centreID, Kind: d.kind}
	if d.contact != 0 {
		e.Contact = fmt.Sprintf("1795420800.%d", d.contact)
		e.Queue = fmt.Sprintf("queue-%d", int(d.contact)%c.queues)
		e.Channel, e.Direction = event.ChannelVoice, event.DirectionInbound
	}
	switch {
	case d.typ == event.AdvisorState:
		e.State, e.Kind = d.kind, ""
		if d.kind == event.StatePaused {
			e.Reason = "pause"
		}
		fallthrough
	case d.typ >= event.AdvisorOffered:
		e.Advisor = fmt.Sprintf("advisor-%d", d.advisor)
		e.Team = fmt.Sprintf("team-%d", int(d.advisor)%c.teams)
	case d.typ == event.QueueEntered:
		e.Customer = fmt.Sprintf("h%016x", d.contact)
	}
	return event.AppendJSON(b, e)
}
