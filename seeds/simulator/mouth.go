// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"container/heap"
	"fmt"
	"strconv"

	"github.com/vigie-kpi/vigie/event"
)

// source is one of the centre's systems.
type source struct {
	name   string
	prefix string // of the ids of its events
}

// The systems of a centre: what each of them says is in order, and has ids of its own.
var (
	sourceTelephony  = &source{"simulator:telephony", "t"}
	sourcePlanning   = &source{"simulator:planning", "p"}
	sourceRecorder   = &source{"simulator:recorder", "e"}
	sourceDialler    = &source{"simulator:dialler", "d"}
	sourceCRM        = &source{"simulator:crm", "c"}
	sourceSurvey     = &source{"simulator:survey", "s"}
	sourceQuality    = &source{"simulator:quality", "q"}
	sourceListening  = &source{"simulator:listening", "y"}
	sourceStatus     = &source{"simulator:status", "n"}
	sourceSupervisor = &source{"simulator:supervisor", "v"}
	sourceMail       = &source{"simulator:mail", "m"}
	sourceScanner    = &source{"simulator:scanner", "l"} // knows when letters were received: the time of what it says goes back
)

// mouth says what happens: it names the events, and brings them to the log in the way that Delivery asks for.
type mouth struct {
	s        *simulation
	out      Sink
	dice     *dice
	said     int64
	ordinals map[*source]*ordinal
	transit  transit
	order    uint64
}

// ordinal counts the events of a source: sequence over the whole run, ids by day.
type ordinal struct {
	sequence int64
	day      int32
	ofDay    int
}

func newMouth(s *simulation, out Sink) *mouth {
	return &mouth{s: s, out: out, dice: newDice(s.options.Seed, "delivery"), ordinals: map[*source]*ordinal{}}
}

// say tells that something happened now.
func (s *simulation) say(from *source, e event.Event) { s.sayOf(from, e, s.clock.now) }

// sayOf tells now that something happened at an instant, now or long ago.
func (s *simulation) sayOf(from *source, e event.Event, happened event.Millis) {
	m := s.mouth
	o := m.ordinals[from]
	if o == nil {
		o = &ordinal{}
		m.ordinals[from] = o
	}
	if o.day != s.day {
		o.day, o.ofDay = s.day, 0
	}
	o.sequence++
	o.ofDay++
	e.ID = from.prefix + strconv.Itoa(int(o.day)) + "-" + strconv.Itoa(o.ofDay)
	e.Source, e.Sequence, e.Time = from.name, o.sequence, happened
	e.Centre, e.Lane = s.centreID(), s.options.Lane
	m.said++
	m.deliver(&e)
}

func (s *simulation) centreID() string {
	if s.options.Centre != "" {
		return s.options.Centre
	}
	return s.spec.Organisation.ID
}

// deliver sends an event on its way, perhaps twice, and puts out what has arrived by now.
func (m *mouth) deliver(e *event.Event) {
	d := &m.s.options.Delivery
	now := m.s.clock.now
	m.arriveUntil(now)
	received := now + d.DelayMs
	if d.DisorderMs > 0 {
		received += m.dice.ms(0, d.DisorderMs+1)
	}
	if m.dice.chance(d.Late) {
		received += m.dice.ms(0, d.LateMs+1)
	}
	m.send(e, received)
	if m.dice.chance(d.Duplicates) {
		m.send(e, received+m.dice.ms(0, d.DelayMs+d.DisorderMs+minuteMs))
	}
}

func (m *mouth) send(e *event.Event, received event.Millis) {
	e.Received = received
	if len(m.transit) == 0 && received <= m.s.clock.now { // the usual case: nothing is under way
		m.put(e)
		return
	}
	m.order++
	heap.Push(&m.transit, &parcel{event: *e, order: m.order})
}

// arriveUntil puts out what reaches the log before an instant.
func (m *mouth) arriveUntil(t event.Millis) {
	for len(m.transit) > 0 && m.transit[0].event.Received < t {
		m.put(&heap.Pop(&m.transit).(*parcel).event)
	}
}

// finish puts out what is still under way.
func (m *mouth) finish() error {
	for len(m.transit) > 0 && m.s.err == nil {
		m.put(&heap.Pop(&m.transit).(*parcel).event)
	}
	return m.s.err
}

func (m *mouth) put(e *event.Event) {
	if m.s.err != nil {
		return
	}
	if err := m.out.Put(e); err != nil {
		m.s.err = fmt.Errorf("putting out event %s: %w", e.ID, err)
	}
}

// parcel is an event on its way to the log.
type parcel struct {
	event event.Event
	order uint64
}

// transit is the parcels under way, the next to arrive first.
type transit []*parcel

func (t transit) Len() int      { return len(t) }
func (t transit) Swap(i, j int) { t[i], t[j] = t[j], t[i] }
func (t transit) Less(i, j int) bool {
	a, b := t[i], t[j]
	return a.event.Received < b.event.Received || a.event.Received == b.event.Received && a.order < b.order
}

// Push is for container/heap.
func (t *transit) Push(x any) { *t = append(*t, x.(*parcel)) }

// Pop is for container/heap.
func (t *transit) Pop() any {
	old := *t
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*t = old[:len(old)-1]
	return last
}
