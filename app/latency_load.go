// SPDX-License-Identifier: Apache-2.0

package app

import (
	"container/heap"
	"fmt"
	"math/rand/v2"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/organisation"
)

// busyCentre makes the events of a telephone centre that is as busy as asked for, in the order of their times. One customer in
// ten gives up, one conversation in five is put on hold; calls go round all advisors, each of whom is at work four fifths of
// the time. What it makes depends on its arguments only.
type busyCentre struct {
	id, lane string
	advisors int
	gapMs    float64 // between two customers
	talkMs   int64
	wrapMs   int64

	random *rand.Rand
	due    busyHeap
	nextMs float64 // when the next customer comes
	serial int64
	event  event.Event
}

// busyEvent is one event that is still to come.
type busyEvent struct {
	atMs    int64
	serial  int64 // of the event: two of one instant keep their order
	contact int64 // 0: none
	advisor int
	typ     event.Type
	word    string // state or kind
}

type busyHeap []busyEvent

func (h busyHeap) Len() int { return len(h) }
func (h busyHeap) Less(i, j int) bool {
	return h[i].atMs < h[j].atMs || h[i].atMs == h[j].atMs && h[i].serial < h[j].serial
}
func (h busyHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *busyHeap) Push(x any)   { *h = append(*h, x.(busyEvent)) }
func (h *busyHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}

const (
	// busyEventsPerContact is the mean: three for one in ten, else six and two more for one in five.
	busyEventsPerContact = 0.1*3 + 0.9*(6+0.2*2)

	busyPerTeam, busyPerQueue = 25, 100 // advisors
	busyMaxQueues             = 100
	busyRingMs                = 2000 // at most, before an advisor answers
)

// newBusyCentre returns a centre whose first advisor logs in at fromMs, and whose first customer comes a second later.
func newBusyCentre(id, lane string, fromMs int64, eventsPerSecond float64, advisors int) *busyCentre {
	gapMs := 1000 * busyEventsPerContact / eventsPerSecond
	cycleMs := gapMs * float64(advisors) // from one customer of an advisor to the next
	c := &busyCentre{id: id, lane: lane, advisors: advisors, gapMs: gapMs, talkMs: int64(0.65 * cycleMs), wrapMs: int64(0.12 * cycleMs),
		random: rand.New(rand.NewPCG(1, uint64(advisors))), nextMs: float64(fromMs + 1000)}
	for a := range advisors {
		c.push(fromMs+int64(a)*1000/int64(advisors), event.AdvisorState, 0, a, event.StateAvailable)
	}
	return c
}

// settleMs is how long it takes from the first customer until as many go as come.
func (c *busyCentre) settleMs() int64 { return busyRingMs + c.talkMs + c.wrapMs }

func (c *busyCentre) push(atMs int64, t event.Type, contact int64, advisor int, word string) {
	c.serial++
	heap.Push(&c.due, busyEvent{atMs, c.serial, contact, advisor, t, word})
}

// arrive puts the events of one more customer on the way.
func (c *busyCentre) arrive() {
	c.serial++
	contact := c.serial
	at, a := int64(c.nextMs), int(contact%int64(c.advisors))
	c.nextMs += c.gapMs
	c.push(at, event.QueueEntered, contact, a, "")
	at += 1 + c.random.Int64N(busyRingMs/2)
	if c.random.IntN(10) == 0 {
		c.push(at, event.QueueAbandoned, contact, a, "")
		c.push(at, event.ContactEnded, contact, a, "")
		return
	}
	c.push(at, event.AdvisorOffered, contact, a, "")
	at += 1 + c.random.Int64N(busyRingMs/2)
	c.push(at, event.AdvisorConnected, contact, a, "")
	if c.random.IntN(5) == 0 {
		c.push(at+c.talkMs/3, event.AdvisorHeld, contact, a, "")
		c.push(at+c.talkMs/2, event.AdvisorResumed, contact, a, "")
	}
	at += c.talkMs
	c.push(at, event.AdvisorReleased, contact, a, event.KindWrapping)
	at += c.wrapMs
	c.push(at, event.AdvisorWrapped, contact, a, "")
	c.push(at, event.ContactEnded, contact, a, "")
}

// nextAt is when the next event happens.
func (c *busyCentre) nextAt() int64 {
	for len(c.due) == 0 || int64(c.nextMs) <= c.due[0].atMs {
		c.arrive()
	}
	return c.due[0].atMs
}

// next returns the next event. It is valid until the call after.
func (c *busyCentre) next() *event.Event {
	c.nextAt()
	d := heap.Pop(&c.due).(busyEvent)
	e := &c.event
	*e = event.Event{ID: fmt.Sprint("e", d.serial), Source: "vigie:bench", Type: d.typ, Time: d.atMs, Received: d.atMs, Sequence: d.serial,
		Centre: c.id, Lane: c.lane}
	if d.contact != 0 {
		e.Contact = fmt.Sprint("c", d.contact)
		e.Queue = busyQueueName(int(d.contact % int64(busyQueues(c.advisors))))
		e.Channel, e.Direction, e.Kind = event.ChannelVoice, event.DirectionInbound, d.word
	} else {
		e.State = d.word
	}
	if d.typ != event.QueueEntered && d.typ != event.QueueAbandoned && d.typ != event.ContactEnded {
		e.Advisor = busyAdvisorName(d.advisor)
	}
	return e
}

func busyQueues(advisors int) int       { return max(1, min(advisors/busyPerQueue, busyMaxQueues)) }
func busyTeams(advisors int) int        { return max(1, advisors/busyPerTeam) }
func busyQueueName(n int) string        { return fmt.Sprint("queue-", n) }
func busyTeamName(n int) string         { return fmt.Sprint("team-", n) }
func busyAdvisorName(n int) string      { return fmt.Sprint("advisor-", n) }
func busyTeamOf(advisor, teams int) int { return advisor % teams }

// busyOrganisation is the configuration of such a centre. Its business day began some hours ago and does not end soon.
func busyOrganisation(advisors int, nowMs int64) *organisation.Organisation {
	const minuteMs, dayMinutes, back = 60_000, 24 * 60, 6 * 60
	o := &organisation.Organisation{Centre: event.DefaultCentreConfig("UTC")}
	o.Centre.DayStartsAtMinutes = int((nowMs/minuteMs - back) % dayMinutes)
	queues, teams := busyQueues(advisors), busyTeams(advisors)
	for q := range queues {
		o.Queues = append(o.Queues, organisation.Queue{QueueConfig: event.QueueConfig{Queue: busyQueueName(q), Channel: event.ChannelVoice}})
	}
	for t := range teams {
		o.Teams = append(o.Teams, organisation.Team{ID: busyTeamName(t), Name: busyTeamName(t), Kind: "inbound"})
		o.Skills = append(o.Skills, organisation.Skill{Queues: []string{busyQueueName(t % queues)}, Teams: []string{busyTeamName(t)}})
	}
	for a := range advisors {
		o.Advisors = append(o.Advisors, organisation.Advisor{ID: busyAdvisorName(a), Team: busyTeamName(busyTeamOf(a, teams))})
	}
	return o
}
