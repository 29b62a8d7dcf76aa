// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"cmp"

	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
)

// Limits of a world.
const (
	maxContacts = 2_000_000 // live ones: 10,000 advisors have about 12,000
	maxStubs    = 8_000_000 // contacts of a day that ended: about 450 MB
	maxParked   = 100_000   // events ahead of the clock: half a minute of skew at 3,000 events/s
	stubKeepMs  = 24 * 60 * minuteMs
)

// World is one centre in one lane: its names, configuration, contacts, advisors and windows. Worlds share nothing.
type World struct {
	centre, lane string

	names names
	cfg   config
	stage []configObject // published since the last config.applied
	out   *sink

	clock    int64
	offset   int64               // of the record with the event at hand
	contacts map[string]*contact // by id; merged contacts stand under each of their ids
	live     []*contact
	watched  []*contact // the live ones in which somebody may wait; not in the snapshot
	gone     []*contact // dropped ones, whose memory the next ones take
	stubs    stubTable
	advisors []*advisor // by the ID of their name; nil where a name is no advisor's
	timers   timerHeap
	keeps    map[stubKey]string // what a stub has to keep beside itself, see keepsake
	keepBuf  []byte
	orphans  []orphan // outcomes that wait for their contact, in order of time

	callbacks map[stubKey]*callback
	promises  []promise // when callbacks are due, in order of time
	pending   []promise // callbacks that nobody has settled, in order of time; not in the snapshot
	records   map[stubKey]*record
	lists     map[stubKey]*calledList

	corrections map[stubKey]int64 // what was corrected, by source and id, and the clock then
	items       map[string]*item  // by id
	openItems   []*item
	stock       stock
	alarms      alarmHeap          // when items need the clock
	itemsGone   map[stubKey]uint32 // items that were forgotten, and in which minute
	hours       map[ID]*zone.Hours // see hoursOf; not in the snapshot

	alerts  *alerts.Engine // nil while there was never a rule
	heardAt int64          // when a source was last heard, on the world's clock
	usual   usual
	sources sources

	foresight foresight   // what the rules in force read; not in the snapshot
	staffMs   []staffTime // scratch of windows.staff: by the lead of a group

	parked []parkedEvent // sorted by (time, offset)
	scopes [indicator.NumScopeKinds][]*scope
	serial uint64 // of the newest contact

	notices      []Notice       // in order of time
	acknowledged []Acknowledged // in order of time

	borderAt int64 // when the next membership changes
	nextPane int64 // the next border at which gauges are sampled; a minute border is one too

	scopeNames    [indicator.NumScopeKinds][]string // those that alerts were evaluated for
	batch         batch                             // of the sweep under way
	gaugeRows     scopeIndex                        // scratch of sample
	gaugeOrder    []int32                           // the same
	gaugeMoved    []Gauge                           // the same
	gaugesNow     []Gauge                           // scratch of GaugesNow
	servedNow     []ID                              // scratch of countStaff
	peopleNow     []People                          // scratch of PeopleNow
	fresh, before rows                              // scratch of the folds
	scratch       journey                           // scratch of a refold
	scratchShift  shift
	legs          []credit // of a standing
}

// contact is one customer journey in memory: its timeline and the fold of it.
type contact struct {
	serial   uint64
	ids      []string // its own id first, then those merged into it
	merged   []uint64 // hashes of the ids that were said to be legs of this journey
	customer string
	line     []moment
	state    journey

	customerOld string // under the key before; empty but during a rotation
	prior       priorLife
	book        *book // its outcomes; nil for most contacts
	after       int64 // an earlier life ended then: what happened up to it is too late; 0 = this is the first
	touched     int64 // the clock when its last event came
	timer       int   // its place in World.timers
	index       int   // in World.live
	watched     int   // its place in World.watched + 1; 0 = it is not there
}

func newWorld(centre, lane string, out *sink) *World {
	w := &World{centre: centre, lane: lane, names: newNames(), out: out, contacts: map[string]*contact{},
		keeps: map[stubKey]string{}, callbacks: map[stubKey]*callback{}, records: map[stubKey]*record{}, lists: map[stubKey]*calledList{},
		corrections: map[stubKey]int64{}, items: map[string]*item{}, itemsGone: map[stubKey]uint32{}, hours: map[ID]*zone.Hours{}}
	w.cfg = w.defaultConfig()
	w.borderAt = never
	return w
}

// Centre returns the centre's id.
func (w *World) Centre() string { return w.centre }

// Lane returns the lane: "" is live.
func (w *World) Lane() string { return w.lane }

// Name returns the word of an ID.
func (w *World) Name(id ID) string { return w.names.name(id) }

// Clock returns the world's clock, ms UTC.
func (w *World) Clock() int64 { return w.clock }

// refuseAtDoor refuses what no event may be, whatever it is about.
func (w *World) refuseAtDoor(e *event.Event) Reason {
	if w.names.full() {
		return ReasonTooManyNames
	}
	if e.Time < w.clock-stubKeepMs {
		return ReasonTooLate // its contact may have been here and be forgotten; counting it twice would be worse
	}
	return w.refuseUnknown(e)
}

// take digests one event that is not ahead of the clock.
func (w *World) take(e *event.Event) Reason {
	if r := w.refuseAtDoor(e); r != ReasonNone {
		return r
	}
	if e.Contact == "" || e.Type == event.AdvisorState { // a state may name a contact; it is the advisor's all the same
		return w.takeState(e)
	}
	if e.Type == event.ContactMerged {
		return w.merge(e)
	}
	c, r := w.contactFor(e.Contact, e.Time)
	if r != ReasonNone {
		return r
	}
	m := w.pin(e)
	c.identify(e) // before the row of the contact is written
	r = w.extend(c, &m)
	if r != ReasonNone {
		return r
	}
	if m.advisor != 0 && occupies(m.typ) {
		w.extendAdvisor(&m)
	}
	return ReasonNone
}

// refuseUnknown keeps out the queues and advisors that a strict configuration does not name.
func (w *World) refuseUnknown(e *event.Event) Reason {
	if e.Queue != "" && w.cfg.centre.UnknownQueues == event.UnknownRefuse {
		if _, known := w.queueAt(e.Queue, e.Time); !known {
			return ReasonUnknownQueue
		}
	}
	if e.Advisor != "" && w.cfg.centre.UnknownAdvisors == event.UnknownRefuse {
		if _, known := w.advisorAt(e.Advisor, e.Time); !known {
			return ReasonUnknownAdvisor
		}
	}
	return ReasonNone
}

// identify learns who the customer is: the first word stands.
func (c *contact) identify(e *event.Event) {
	if e.Customer != "" && c.customer == "" {
		c.customer, c.customerOld = cloneString(e.Customer), cloneString(e.CustomerOld)
	}
}

// occupies tells the types that change what an advisor is doing.
func occupies(t event.Type) bool {
	switch t {
	case event.AdvisorOffered, event.AdvisorMissed, event.AdvisorCancelled, event.AdvisorConnected,
		event.AdvisorReleased, event.AdvisorTransferred, event.AdvisorWrapped:
		return true
	}
	return false
}

// takeState digests an advisor's change of state.
func (w *World) takeState(e *event.Event) Reason {
	m := w.pin(e)
	return w.extendAdvisor(&m)
}

// pin resolves what the event means under the configuration known now, for good.
func (w *World) pin(e *event.Event) moment {
	n := &w.names
	m := moment{at: e.Time, seq: int32(e.Sequence), id: idHash(e.ID), source: n.id(e.Source), typ: e.Type,
		queue: n.id(e.Queue), advisor: n.id(e.Advisor), team: n.id(e.Team), site: n.id(e.Site),
		channel: n.id(e.Channel), direction: n.id(e.Direction), programme: n.id(e.Programme), campaign: n.id(e.Campaign),
		reason: n.id(e.ContactReason), line: n.id(e.Line), workstation: n.id(e.Workstation), version: w.cfg.version, identified: e.Customer != "",
		outward: e.Direction != "" && e.Direction != event.DirectionInbound,
		limitMs: liveLimitMs, kind: kindOf(e.Kind), by: partyOf(e.By)}
	if e.Contact != "" {
		m.contact = idHash(e.Contact) // as the source names it: a later merge must not change what was pinned
	}
	if e.Queue != "" {
		rule, _ := w.queueAt(e.Queue, e.Time)
		m.thresholdMs, m.shortMs, m.variant = rule.thresholdMs, rule.shortMs, rule.variant
		m.channel = orID(m.channel, rule.channel)
		m.programme = orID(m.programme, rule.programme)
	}
	if e.Campaign != "" {
		m.programme = orID(m.programme, w.cfg.campaigns[e.Campaign])
	}
	if ch := n.name(m.channel); ch != "" {
		m.medium = mediumOf(ch)
		if ch == event.ChannelChat || ch == event.ChannelSocial {
			m.limitMs = chatLimitMs
		}
	}
	if e.Advisor != "" {
		rule, _ := w.advisorAt(e.Advisor, e.Time)
		m.homeTeam = rule.homeTeam
		m.team, m.site = orID(m.team, rule.team), orID(m.site, rule.site)
	}
	switch e.Type {
	case event.QueueLeft:
		m.left = leftReasonOf(e.Reason)
	case event.QueueRefused:
		m.refused = refusedReasonOf(e.Reason)
	case event.AdvisorState:
		m.state = advisorWordOf(e.State)
		m.category = w.categoryAt(e.Reason)
		if e.Campaign != "" && e.Programme == "" { // a state is about the campaign, whatever the queue it is said of
			m.programme = orID(w.cfg.campaigns[e.Campaign], m.programme)
		}
	case event.ContactMenu:
		m.menu = menuWordOf(e.State)
	case event.CallDialled, event.CallRefused:
		w.pinDial(&m, e)
	case event.AdvisorCapacity:
		m.slots = uint8(e.Slots.Or(1))
	case event.SupervisorJoined:
		m.kind = joinKindOf(e.Kind)
	}
	return m
}

func orID(a, b ID) ID {
	if a != 0 {
		return a
	}
	return b
}

// extend adds a moment to a contact's timeline and issues F(after) - F(before). In order, that is what the fold gives next;
// else the timeline is folded anew, without and with the moment, and the difference issued.
func (w *World) extend(c *contact, m *moment) Reason {
	c.touched = w.clock
	i, known := w.place(c.line, m)
	if known {
		w.out.duplicates++
		return ReasonNone
	}
	if len(c.line) >= maxMoments {
		return ReasonTooManyEvents
	}
	w.fresh.reset()
	if i == len(c.line) && c.state.lastTimerAt <= m.at {
		c.line = append(c.line, *m)
		quiet := isOutcome(m.typ) && !c.state.dims.lacks(m) // the contact stands as before
		c.state.fold(c.line, i, w.clock, &w.fresh)
		w.issue(&w.fresh, 1, c)
		if quiet {
			w.arm(c)
		} else {
			w.settle(c)
		}
		if c.book != nil {
			w.rebookIfMoved(c, m.typ)
		}
		return ReasonNone
	}
	w.before.reset()
	w.scratch.reset(c)
	w.scratch.fold(c.line, 0, w.clock, &w.before)
	c.line = insert(c.line, i, m)
	w.refold(c)
	return ReasonNone
}

// refold replaces what w.before says was issued by what the contact's timeline gives now.
func (w *World) refold(c *contact) {
	w.fresh.reset()
	c.state.reset(c)
	c.state.fold(c.line, 0, w.clock, &w.fresh)
	w.before.cancel(&w.fresh)
	w.issue(&w.before, -1, c)
	w.issue(&w.fresh, 1, c)
	w.settle(c)
	if c.book != nil {
		w.rebook(c)
	}
	w.out.refolds++
}

// settle re-arms the contact's timer and says how the contact stands when it just came to rest, or closed without any leg.
func (w *World) settle(c *contact) {
	w.arm(c)
	if !c.state.resting() && c.state.closedAt == 0 {
		return
	}
	w.out.contacts = append(w.out.contacts, w.contactRow(c))
}

// resting tells that no leg is open and that there is something to tell.
func (j *journey) resting() bool {
	for i := range j.queues {
		if j.queues[i].waiting {
			return false
		}
	}
	for i := range j.advisors {
		if j.advisors[i].phase != phaseClosed {
			return false
		}
	}
	return j.lastEndAt != 0
}

func (w *World) contactRow(c *contact) ContactRow {
	s := &c.state
	row := ContactRow{World: w, Offset: w.out.offset, Contact: c.ids[0], Customer: c.customer, StartedAt: s.startedAt, Dims: s.dims,
		FirstQueue: s.firstQueue, Outcome: s.outcome, QueueLegs: int32(len(s.queues)), AdvisorLegs: int32(len(s.advisors)),
		WaitMs: s.waitMs, HandleMs: s.handleMs, EndedAt: cmp.Or(max(s.lastEndAt, s.endedAt), s.closedAt)}
	row.Life = c.prior.lives
	row.Day = w.cfg.calendar.Day(row.StartedAt)
	row.CustomerOld, row.TalkMs = c.customerOld, s.talkMs
	row.Entered, row.Base = w.instant(s.enteredAt), w.instant(s.baseAt)
	if s.outcome == OutcomeAbandoned {
		row.Abandoned = w.instant(s.abandonedAt)
	}
	row.Conversations = w.conversationLines(c)
	return row
}

func (w *World) instant(at int64) Instant {
	if at == 0 {
		return Instant{}
	}
	return Instant{at, w.cfg.calendar.Day(at)}
}

// extendAdvisor adds a moment to the advisor's timeline, in the same manner.
func (w *World) extendAdvisor(m *moment) Reason {
	a := w.advisor(m)
	if m.at < a.base.at {
		if m.typ == event.AdvisorState || m.typ == event.AdvisorCapacity {
			return ReasonTooLate
		}
		w.out.lateTime++ // the contact's facts took it; only the advisor's minutes are closed
		return ReasonNone
	}
	i, known := w.place(a.line, m)
	if known {
		w.out.duplicates++
		return ReasonNone
	}
	if len(a.line) >= maxShiftMoments {
		return ReasonTooManyEvents
	}
	if i == len(a.line) && a.cur.at <= m.at {
		a.makeRoom()
		a.line = append(a.line, *m)
		w.fresh.reset()
		a.cur.fold(a, a.line, i, max(m.at, w.clock-mod(w.clock, minuteMs)), &w.fresh) // late news of somebody new: whole minutes
		w.issue(&w.fresh, 1, nil)
		return ReasonNone
	}
	until := max(a.cur.at, m.at)
	w.before.reset()
	w.scratchShift.copyFrom(&a.base)
	w.scratchShift.fold(a, a.line, 0, until, &w.before)
	a.makeRoom()
	a.line = insert(a.line, i, m)
	w.fresh.reset()
	a.cur.copyFrom(&a.base)
	a.cur.fold(a, a.line, 0, until, &w.fresh)
	w.before.cancel(&w.fresh)
	w.issue(&w.before, -1, nil)
	w.issue(&w.fresh, 1, nil)
	w.out.refolds++
	return ReasonNone
}

// maxShiftMoments bounds twenty minutes of one advisor: 60 chats with ten moments each fit.
const maxShiftMoments = 1024

// advisor returns the advisor of a moment, new ones with a base old enough for the moments that come before this one.
func (w *World) advisor(m *moment) *advisor { return w.advisorOf(m, min(m.at, w.clock)) }

// advisorOf returns the advisor of a moment, new ones with a base old enough for the moments just before an instant.
func (w *World) advisorOf(m *moment, at int64) *advisor {
	id := int(m.advisor)
	for len(w.advisors) <= id {
		w.advisors = append(w.advisors, nil)
	}
	a := w.advisors[id]
	if a == nil {
		a = &advisor{name: m.advisor}
		from := at - advisorKeepMs
		a.base.at = from - mod(from, minuteMs)
		a.base.from = a.base.at
		w.settleIn(a)
		a.cur.copyFrom(&a.base)
		w.advisors[id] = a
		w.bringTeams(a)
	}
	return a
}
