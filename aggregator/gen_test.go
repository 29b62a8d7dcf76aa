// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/cespare/xxhash/v2"

	"github.com/vigie-kpi/vigie/event"
)

// timeline is a random timeline of one centre: a configuration, a set of events, and how badly the log may treat them.
// Within these horizons the machine promises F: no contact comes back after it was at rest for ten minutes less lateMs.
type timeline struct {
	rules  rules
	events []event.Event // each once, in no order
	from   int64         // before the first event
	end    int64         // where the clock stops
	lateMs int64         // the longest way from a source to the log
	skewMs int64         // how far a source's clock may be ahead
}

const (
	centreID = "north"
	monday   = int64(1_795_420_800_000) // 2026-11-23 08:00 UTC
)

var (
	genQueues   = []string{"sales", "support", "chat", "unlisted"}
	genAdvisors = []string{"ada", "bob", "cleo"}
	genTeams    = []string{"red", "blue"}
	genReasons  = []string{"pause", "déjeuner", "formation", "réunion", "wc", "xyz", ""}
	genZones    = []string{"UTC", "Europe/Paris"}
	genSources  = []string{"pbx", "crm"}
)

type generator struct {
	*rand.Rand
	s      *timeline
	spanMs int64
	gridMs int64 // instants are multiples of it, so that some fall together
	serial int
}

func newTimeline(seed uint64) *timeline {
	r := rand.New(rand.NewPCG(seed, 0x5649474945))
	g := &generator{Rand: r, s: &timeline{}}
	horizons := [...]struct{ span, late int64 }{{20 * second, 570 * second}, {3 * minute, 5 * minute}, {8 * minute, 90 * second}}
	h := horizons[r.IntN(len(horizons))]
	g.spanMs = h.span
	g.gridMs = []int64{1, 500, second, 5 * second}[r.IntN(4)]
	g.s.lateMs = h.late
	g.s.skewMs = []int64{0, 2 * second, 4 * minute}[r.IntN(3)]
	g.s.from = monday + r.Int64N(24)*hour + []int64{0, 59 * minute, r.Int64N(hour)}[r.IntN(3)]
	g.s.rules = g.rules()
	for range 1 + r.IntN(3) {
		g.flow(fmt.Sprintf("c%d", r.IntN(6)))
	}
	if r.IntN(2) == 0 {
		g.chaos(r.IntN(30))
	}
	g.states(r.IntN(8))
	if r.IntN(2) == 0 {
		g.outcomes(r.IntN(30))
	}
	g.capacities(r.IntN(3))
	if r.IntN(3) == 0 {
		g.limits()
	}
	if r.IntN(40) == 0 {
		g.silences()
	}
	g.schedules(r.IntN(4))
	if r.IntN(3) == 0 {
		g.items(24)
	}
	g.finish()
	g.republish(r.IntN(3))
	if r.IntN(4) == 0 {
		g.corrections(r.IntN(4))
	}
	return g.s
}

// finish decides where the clock stops: soon, or after the limits.
func (g *generator) finish() {
	last := g.s.from
	for i := range g.s.events {
		last = max(last, g.s.events[i].Time)
	}
	tail := []int64{g.s.lateMs, 11 * minute, 11 * minute, 71 * minute}[g.IntN(4)]
	switch g.IntN(200) {
	case 0, 1, 2, 3, 4:
		tail = 13 * hour
	case 5:
		tail = 50 * hour // schedules of other days are corrected
	}
	g.s.end = last + max(tail, g.s.lateMs) + g.Int64N(2*minute)
}

func (g *generator) rules() rules {
	r := rules{centre: event.DefaultCentreConfig("UTC")}
	if g.IntN(10) == 0 { // loading a zone takes as long as the rest of a case
		r.centre.Zone = "Europe/Paris"
	}
	r.centre.DayStartsAtMinutes = []int{0, 300, 600}[g.IntN(3)]
	r.centre.ThresholdMs = []int64{1, 5 * second, 20 * second, 5 * hour}[g.IntN(4)]
	r.centre.ShortAbandonMs = min(r.centre.ThresholdMs, []int64{0, 3 * second}[g.IntN(2)])
	r.centre.Variant = g.variant()
	for _, q := range genQueues[:3] {
		c := event.QueueConfig{Queue: q, ThresholdMs: []int64{0, second, 30 * second}[g.IntN(3)], Variant: g.variant()}
		if q == "chat" {
			c.Channel = event.ChannelChat
		}
		if g.IntN(2) == 0 {
			c.Programme = "acme"
		}
		r.queues = append(r.queues, c)
		if g.IntN(3) == 0 { // another rule from some instant on
			c.From, c.ThresholdMs, c.Variant = g.instant(), 2*second, g.variant()
			r.queues = append(r.queues, c)
		}
	}
	for _, a := range genAdvisors[:2] {
		r.advisors = append(r.advisors, event.AdvisorConfig{Advisor: a, Team: "red", Site: "lille"})
		if g.IntN(3) == 0 {
			r.advisors = append(r.advisors, event.AdvisorConfig{Advisor: a, From: g.instant(), Team: "blue", HomeTeam: "red"})
		}
	}
	r.states = map[string]string{"xyz": event.CategoryCoaching}
	r.campaigns = []event.CampaignConfig{{Campaign: "spring", Programme: "acme", Purpose: event.PurposeProspecting, Calendar: "days"}}
	g.calendars(&r)
	r.dispositions = map[string]string{"sold": event.ClassPitchedWon, "later": event.ClassFollowUp}
	return r
}

func (g *generator) variant() string { return event.Variants[g.IntN(len(event.Variants))] }

func (g *generator) instant() int64 {
	at := g.s.from + g.Int64N(g.spanMs)
	return at - at%g.gridMs
}

func pick[T any](g *generator, from []T) T { return from[g.IntN(len(from))] }

// sometimes returns the word one time in n.
func (g *generator) sometimes(n int, word string) string {
	if g.IntN(n) == 0 {
		return word
	}
	return ""
}

// add completes an event and puts it into the set.
func (g *generator) add(e event.Event) {
	g.serial++
	e.ID = fmt.Sprintf("e%d", g.serial)
	e.Centre = centreID
	e.Source = pick(g, genSources)
	e.Sequence = g.Int64N(3)
	if e.Direction == "" {
		e.Direction = g.sometimes(6, pick(g, event.Directions))
	}
	e.Customer = g.sometimes(4, "h1")
	e.ContactReason = g.sometimes(8, "invoice")
	if e.Campaign == "" {
		e.Campaign = g.sometimes(10, "spring")
	}
	e.Site = g.sometimes(20, "nantes")
	e.Programme = g.sometimes(10, "globex")
	e.Team = g.sometimes(15, pick(g, genTeams))
	if e.Channel == "" {
		e.Channel = g.sometimes(10, pick(g, event.Channels))
	}
	e.Line = g.sometimes(6, pick(g, []string{"trunk", "0270"}))
	e.Workstation = g.sometimes(3, pick(g, []string{"seat1", "seat2"}))
	g.s.events = append(g.s.events, e)
}

// flow is a believable journey: what a source says of one contact, with the usual accidents.
func (g *generator) flow(contact string) {
	at := g.instant()
	left := g.s.from + g.spanMs - at
	say := func(t event.Type, queue, advisor string, more event.Event) {
		step := g.Int64N(max(left/6, 1))
		step -= step % min(g.gridMs, 1000)
		at, left = at+step, left-step
		more.Type, more.Time, more.Contact, more.Queue, more.Advisor = t, at, contact, queue, advisor
		if g.IntN(12) > 0 { // what a source forgets to say
			g.add(more)
		}
	}
	if g.IntN(2) == 0 {
		say(event.ContactStarted, "", "", event.Event{Direction: event.DirectionInbound})
	}
	for range 1 + g.IntN(3) {
		queue, a, b := pick(g, genQueues), pick(g, genAdvisors), pick(g, genAdvisors)
		say(event.QueueEntered, queue, "", event.Event{})
		for range g.IntN(3) {
			say(event.AdvisorOffered, queue, b, event.Event{})
			say(pick(g, []event.Type{event.AdvisorMissed, event.AdvisorCancelled}), queue, b, event.Event{})
		}
		switch g.IntN(6) {
		case 0:
			say(event.QueueAbandoned, queue, "", event.Event{})
			continue
		case 1:
			say(event.QueueLeft, queue, "", event.Event{Reason: pick(g, event.LeftReasons)})
			continue
		}
		say(event.AdvisorOffered, queue, a, event.Event{})
		say(event.AdvisorConnected, queue, a, event.Event{})
		for range g.IntN(3) {
			say(event.AdvisorHeld, queue, a, event.Event{})
			say(event.AdvisorResumed, queue, a, event.Event{})
		}
		if g.IntN(3) == 0 {
			say(event.AdvisorAssistanceRequested, queue, a, event.Event{})
			say(event.SupervisorJoined, "", a, event.Event{Target: "sam", Kind: pick(g, event.JoinKinds)})
		}
		if g.IntN(3) > 0 {
			say(event.AdvisorReleased, queue, a, event.Event{Kind: g.sometimes(2, event.KindWrapping), By: g.sometimes(2, pick(g, event.Parties))})
			say(event.AdvisorWrapped, queue, a, event.Event{})
			break
		}
		g.handOn(say, contact, queue, a, b, at)
	}
	if g.IntN(2) == 0 {
		say(event.ContactEnded, "", "", event.Event{})
	}
}

// handOn transfers the journey from a to b, after a talk or without.
func (g *generator) handOn(say func(event.Type, string, string, event.Event), contact, queue, a, b string, at int64) {
	kind := pick(g, event.TransferKinds)
	if kind == event.KindConsult {
		say(event.AdvisorConnected, "", b, event.Event{Kind: event.KindConsult})
		say(event.AdvisorReleased, "", b, event.Event{})
	}
	say(event.AdvisorTransferred, queue, a, event.Event{Kind: kind, Target: b})
	if g.IntN(3) == 0 { // the second call of the transfer had an id of its own
		g.add(event.Event{Type: event.ContactMerged, Time: at, Contact: contact + "x", Target: contact})
		say(event.AdvisorConnected, "", b, event.Event{Kind: g.sometimes(2, event.KindDirect)})
		g.s.events[len(g.s.events)-1].Contact = contact + "x"
	}
}

// chaos is what no source should say: anything, at any time, about a few contacts.
func (g *generator) chaos(n int) {
	types := []event.Type{event.ContactStarted, event.ContactEnded, event.ContactMerged, event.ContactDisposed, event.QueueEntered,
		event.QueueEntered, event.QueueAbandoned, event.QueueLeft, event.QueueRefused, event.AdvisorOffered, event.AdvisorOffered,
		event.AdvisorMissed, event.AdvisorCancelled, event.AdvisorConnected, event.AdvisorConnected, event.AdvisorHeld,
		event.AdvisorResumed, event.AdvisorReleased, event.AdvisorReleased, event.AdvisorWrapped, event.AdvisorTransferred,
		event.AdvisorAssistanceRequested, event.SupervisorJoined}
	for range n {
		e := event.Event{Type: pick(g, types), Time: g.instant(), Contact: fmt.Sprintf("c%d", g.IntN(3))}
		switch {
		case e.Type == event.ContactMerged:
			e.Target = fmt.Sprintf("c%d", g.IntN(6))
			if e.Target == e.Contact || g.IntN(3) > 0 {
				continue
			}
		case e.Type == event.ContactDisposed:
			e.Code = "done"
		case e.Type == event.QueueLeft:
			e.Reason = pick(g, event.LeftReasons)
		case e.Type == event.QueueRefused:
			e.Reason = pick(g, event.RefusedReasons)
		case e.Type == event.AdvisorConnected:
			e.Kind = g.sometimes(2, pick(g, event.ConnectKinds))
		case e.Type == event.AdvisorReleased:
			e.Kind, e.By = g.sometimes(2, event.KindWrapping), g.sometimes(2, pick(g, event.Parties))
		case e.Type == event.AdvisorTransferred:
			e.Kind = pick(g, event.TransferKinds)
		case e.Type == event.SupervisorJoined:
			e.Target, e.Kind = "sam", pick(g, event.JoinKinds)
		}
		if e.Type >= event.QueueEntered && e.Type <= event.QueueRefused {
			e.Queue = pick(g, genQueues)
		}
		if e.Type >= event.AdvisorOffered {
			e.Advisor, e.Queue = pick(g, genAdvisors), g.sometimes(2, pick(g, genQueues))
		}
		g.add(e)
	}
}

// states is how advisors come, pause and go, on all queues and on single ones.
func (g *generator) states(n int) {
	for range n {
		e := event.Event{Type: event.AdvisorState, Time: g.instant(), Advisor: pick(g, genAdvisors), State: pick(g, event.States),
			Queue: g.sometimes(2, pick(g, genQueues)), Contact: g.sometimes(9, "c1"), Campaign: g.sometimes(3, pick(g, genCampaigns))}
		if e.State == event.StatePaused {
			e.Reason = pick(g, genReasons)
		}
		g.add(e)
	}
}

const forgotten = "forgotten"

// limits adds a contact whose legs are forgotten, and an end that comes just before, at or after the limit.
func (g *generator) limits() {
	contact, queue, a := forgotten, pick(g, genQueues), pick(g, genAdvisors)
	at := g.instant()
	channel := g.sometimes(4, event.ChannelChat)
	put := func(t event.Type, time int64, more event.Event) {
		more.Type, more.Time, more.Contact, more.Queue, more.Channel = t, time, contact, queue, channel
		if t >= event.AdvisorOffered {
			more.Advisor = a
		}
		g.add(more)
	}
	near := pick(g, []int64{-1, 0, 1, 20 * second})
	live := 4 * hour
	if (g.s.rules.read(event.Event{Queue: queue, Channel: channel, Time: at})).Channel == event.ChannelChat {
		live = 12 * hour
	}
	switch g.IntN(4) {
	case 0:
		put(event.AdvisorOffered, at, event.Event{})
		put(event.AdvisorConnected, at+ringLimit+near, event.Event{})
	case 1:
		put(event.AdvisorConnected, at, event.Event{})
		put(event.AdvisorReleased, at+second, event.Event{Kind: event.KindWrapping})
		put(event.AdvisorWrapped, at+second+wrapLimit+near, event.Event{})
	case 2:
		put(event.QueueEntered, at, event.Event{})
		if g.IntN(6) == 0 {
			put(event.QueueAbandoned, at+live+near, event.Event{})
		}
	case 3:
		put(event.AdvisorConnected, at, event.Event{})
		if g.IntN(6) == 0 {
			put(event.AdvisorReleased, at+live+near, event.Event{})
		}
	}
	for i := range g.s.events {
		if e := &g.s.events[i]; e.Contact == contact {
			e.Channel = channel // add may have put another one
		}
	}
}

// delivery is one record of the log on its way: an event, and when the log took it in.
type delivery struct {
	event    event.Event
	received int64
	tie      uint64
}

// deliver returns one way in which the log may show the events: late, in any order, some twice. What happens to an event
// depends on the seed and the event alone, so that a smaller timeline fails as the larger one did.
func (s *timeline) deliver(seed uint64) []delivery {
	var all []delivery
	common := rand.New(rand.NewPCG(seed, 2))
	style, constant := common.IntN(3), common.Int64N(s.lateMs+1)
	for _, e := range s.events {
		r := rand.New(rand.NewPCG(seed, xxhash.Sum64String(e.ID)))
		late := []int64{constant, r.Int64N(s.lateMs + 1), r.Int64N(min(s.lateMs, 2*second) + 1)}[style]
		if s.skewMs > 0 && r.IntN(4) == 0 {
			late = -r.Int64N(s.skewMs)
		}
		at := max(e.Time+late, s.from)
		if e.Type == event.CorrectionIssued { // at any time afterwards; never ahead, which is refused
			at = max(e.Time, s.from)
			at += r.Int64N(s.lateMs + 1)
		}
		all = append(all, delivery{e, at, r.Uint64()})
		for r.IntN(5) == 0 {
			all = append(all, delivery{e, at + r.Int64N(20*minute), r.Uint64()})
		}
	}
	all = slices.DeleteFunc(all, func(d delivery) bool { return d.received > s.end })
	slices.SortFunc(all, func(a, b delivery) int {
		return cmp.Or(cmp.Compare(a.received, b.received), cmp.Compare(a.tie, b.tie))
	})
	return all
}

// inOrder returns the events as they happened, at once.
func (s *timeline) inOrder() []delivery {
	var all []delivery
	for _, e := range s.events {
		all = append(all, delivery{event: e, received: e.Time})
	}
	slices.SortStableFunc(all, func(a, b delivery) int { return int(a.received - b.received) })
	return all
}
