// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// Limits of a machine.
const (
	maxWorlds      = 10_000
	maxClockJumpMs = 60 * minuteMs // a jump above it waits for an owner's tick: one broken clock must not close all windows
	blockRows      = 50_000
	blockMs        = int64(5_000)
)

// Machine digests one partition of the log. The zero Machine is not usable: see New and Restore.
type Machine struct {
	partition int32
	offset    int64 // of the last record digested; -1 before the first
	clock     int64 // the greatest `received` so far
	nextDue   int64 // no live world has anything due before it

	worlds map[worldKey]*World
	order  []*World // by centre, then lane
	recent *World   // the world of the last event

	blockFrom int64 // clock / blockMs when the open block began
	blockSize int   // rows in the open block
	cut       bool

	decoder event.Decoder
	event   event.Event
	out     sink
	digests int64
}

type worldKey struct{ centre, lane string }

// Options are what machines may share.
type Options struct {
	// Catalogue is the built-in catalogue, for rules; nil: each machine compiles it when its first rule comes.
	Catalogue *indicator.Catalogue
}

// New returns a machine that has seen nothing of the partition.
func New(partition int32) *Machine { return Options{}.New(partition) }

// New returns a machine that has seen nothing of the partition.
func (o Options) New(partition int32) *Machine {
	return &Machine{partition: partition, offset: -1, nextDue: never, worlds: map[worldKey]*World{}, out: sink{catalogue: o.Catalogue}}
}

// Ready is what the shell must do after one or more Steps, in this order:
//
//  1. add Facts, Gauges, Contacts, Outcomes, Transitions, Register and Imports to the open block;
//  2. publish DeadLetters, with the bytes of their records;
//  3. if BlockEnds, close the block: its rows are those of the records up to and including Offset. Store it, BEFORE any
//     later block, and then its row in the ledger;
//  4. if a checkpoint is due, take it now, only when BlockEnds: Snapshot belongs to Offset. Keep the newest, and the newest
//     at or below the last block in the ledger;
//  5. hand Alerts to whoever delivers them: each set replaces the one before, so one that a crash kept back is made good by
//     World.Alerts after the restart;
//  6. commit Offset, only for display: recovery reads the checkpoint and the ledger.
//
// A crash between any two of these replays records, it never loses or doubles one. The slices are valid until Clear.
type Ready struct {
	Facts       []Fact
	Incs        []Inc // Facts point into it
	Gauges      []Gauge
	Contacts    []ContactRow
	Outcomes    []OutcomeRow
	Imports     []ImportEnd   // imports that are complete with this block: the store may show them
	Register    []RegisterRow // what was said of incidents, actions and alerts
	DeadLetters []DeadLetter
	Transitions []Transition // of alerts
	BlockEnds   bool
	Offset      int64 // the last record that this Ready accounts for

	alerted []*World
}

// Alerts returns the whole set of alerts of each centre where it changed.
func (r *Ready) Alerts() []alerts.Set {
	var sets []alerts.Set
	for _, w := range r.alerted {
		sets = append(sets, w.Alerts())
	}
	return sets
}

// Ready returns what has come together since the last Clear.
func (m *Machine) Ready() Ready {
	return Ready{Transitions: m.out.transitions, alerted: m.out.alerted, Facts: m.out.facts, Incs: m.out.incs, Gauges: m.out.gauges, Contacts: m.out.contacts,
		Outcomes: m.out.outcomes, Imports: m.out.imports, Register: m.out.register, DeadLetters: m.out.deadLetters, BlockEnds: m.cut, Offset: m.offset}
}

// Clear forgets what Ready handed over.
func (m *Machine) Clear() {
	o := &m.out
	o.facts, o.incs, o.gauges, o.contacts, o.deadLetters = o.facts[:0], o.incs[:0], o.gauges[:0], o.contacts[:0], o.deadLetters[:0]
	o.transitions, o.alerted = o.transitions[:0], o.alerted[:0]
	o.outcomes, o.imports, o.register = o.outcomes[:0], o.imports[:0], o.register[:0]
}

// Offset is the last record digested, -1 before the first.
func (m *Machine) Offset() int64 { return m.offset }

// Partition is the partition that the machine digests.
func (m *Machine) Partition() int32 { return m.partition }

// Clock is the log's clock, ms UTC; 0 before the first record.
func (m *Machine) Clock() int64 { return m.clock }

// Worlds lists the worlds by centre, then lane, each at the log's clock.
func (m *Machine) Worlds() []*World {
	for _, w := range m.order {
		if w.lane == "" {
			w.clock = m.clock
		}
	}
	return m.order
}

// Counters are the machine's own counts since it was made or restored. They are not part of its state.
type Counters struct {
	Records, Duplicates, Refolds, LateTime int64
	// Unfollowed are events of sources that are not followed, because the centre has more than the machine remembers.
	Unfollowed int64
}

// Counters returns the machine's counts.
func (m *Machine) Counters() Counters {
	return Counters{m.digests, m.out.duplicates, m.out.refolds, m.out.lateTime, m.out.unfollowed}
}

// Step digests the record at an offset. The caller gives each offset of the partition once, in order; value is not kept.
// It returns true when a block ends with this record: the caller must then do Ready's duties before the next Step.
func (m *Machine) Step(offset int64, value []byte) (blockEnds bool) {
	if offset <= m.offset {
		panic(fmt.Sprintf("BUG: offset %d after %d", offset, m.offset))
	}
	m.digests++
	m.offset = offset
	m.out.offset, m.out.seq = offset, 0
	m.out.atStep()
	if m.cut || m.blockSize == 0 {
		m.cut, m.blockFrom = false, m.clock/blockMs
	}
	m.digest(value)
	m.blockSize += m.out.sinceStep()
	m.cut = m.blockSize >= blockRows || m.blockSize > 0 && m.clock/blockMs > m.blockFrom
	if m.cut {
		m.blockSize = 0
	}
	return m.cut
}

func (m *Machine) digest(value []byte) {
	if len(value) > event.MaxRecordBytes {
		m.refuse(ReasonOversize, "")
		return
	}
	e := &m.event
	if err := m.decoder.Decode(value, e); err != nil {
		m.refuse(ReasonInvalid, err.Error())
		return
	}
	if err := e.Validate(); err != nil {
		m.refuse(ReasonInvalid, err.Error())
		return
	}
	if e.Received == 0 {
		m.refuse(ReasonInvalid, "received: missing; the publisher stamps each record of the log")
		return
	}
	if e.Lane == "" {
		m.moveClock(e.Received, e.Type == event.Tick)
	}
	if e.Type == event.Tick {
		return
	}
	w := m.world(e.Centre, e.Lane)
	if w == nil {
		m.refuse(ReasonTooManyWorlds, "")
		return
	}
	if e.Lane == "" {
		w.clock = m.clock
	} else {
		w.advance(e.Received)
	}
	w.hear(e)
	letters := len(m.out.deadLetters)
	m.hand(w, e)
	w.heard(len(m.out.deadLetters) > letters)
	if e.Lane == "" {
		m.nextDue = min(m.nextDue, w.next())
	}
}

// hand gives the event to its world, now or, when it is ahead of the clock, later.
func (m *Machine) hand(w *World, e *event.Event) {
	switch {
	case e.Type == event.ImportFinished:
		m.finish(w)
	case e.Time > w.clock && e.Type == event.CorrectionIssued:
		m.refuse(refuseAhead(e, w.clock))
	case e.Time > w.clock:
		if !w.park(e, m.offset) {
			m.refuse(ReasonParkedFull, "")
		}
	default:
		w.offset = m.offset
		m.refuse(w.digest(e))
	}
}

func (m *Machine) refuse(r Reason, detail string) {
	if r == ReasonNone {
		return
	}
	m.out.refuse(m.offset, r, detail)
}

func (o *sink) refuse(offset int64, r Reason, detail string) {
	if detail == "" {
		detail = r.remedy()
	}
	o.deadLetters = append(o.deadLetters, DeadLetter{Offset: offset, Reason: r, Detail: detail})
}

// moveClock moves the log's clock and every live world with it.
func (m *Machine) moveClock(to int64, tick bool) {
	if to <= m.clock || m.clock != 0 && to > m.clock+maxClockJumpMs && !tick {
		return
	}
	m.clock = to
	if to < m.nextDue {
		return
	}
	m.nextDue = never
	for _, w := range m.order {
		if w.lane == "" {
			w.advance(to)
			m.nextDue = min(m.nextDue, w.next())
		}
	}
}

// world finds or makes the world of a centre and lane; nil when there are too many.
func (m *Machine) world(centre, lane string) *World {
	if w := m.recent; w != nil && w.centre == centre && w.lane == lane {
		return w
	}
	if w := m.worlds[worldKey{centre, lane}]; w != nil {
		m.recent = w
		return w
	}
	if len(m.worlds) >= maxWorlds {
		return nil
	}
	w := newWorld(strings.Clone(centre), strings.Clone(lane), &m.out)
	if lane == "" {
		w.advance(m.clock)
	} else if live := m.worlds[worldKey{centre, ""}]; live != nil {
		w.inherit(live) // an import of history is read by the organisation as it is known today
	}
	m.insert(w)
	return w
}

func (m *Machine) insert(w *World) {
	m.worlds[worldKey{w.centre, w.lane}] = w
	i, _ := slices.BinarySearchFunc(m.order, w, compareWorlds)
	m.order = slices.Insert(m.order, i, w)
}

func compareWorlds(a, b *World) int {
	return cmp.Or(cmp.Compare(a.centre, b.centre), cmp.Compare(a.lane, b.lane))
}

// finish drops a lane: its facts are issued, and nothing of it is live.
func (m *Machine) finish(w *World) {
	if w.lane == "" {
		m.refuse(ReasonInvalid, "lane: an import has a lane of its own; the live lane does not finish")
		return
	}
	w.finish()
	if live := m.worlds[worldKey{w.centre, ""}]; live != nil {
		live.clock = m.clock
		w.teach(live)
	}
	m.out.imports = append(m.out.imports, ImportEnd{Centre: w.centre, Lane: w.lane})
	delete(m.worlds, worldKey{w.centre, w.lane})
	m.recent = nil
	i, _ := slices.BinarySearchFunc(m.order, w, compareWorlds)
	m.order = slices.Delete(m.order, i, i+1)
}

// finish settles what an import leaves open, as if the clock went on: who still waited is lost in the end, contacts close,
// the last minute is cut. Time itself does not go on: nobody is at work after the import's last instant.
func (w *World) finish() {
	for len(w.timers) > 0 && w.timers[0].due <= w.clock+chatLimitMs+settleMs {
		w.fire()
	}
	for _, a := range w.advisors {
		if a != nil {
			w.fresh.reset()
			a.cur.advance(a, w.clock, &w.fresh)
			a.cur.settle()
			a.cur.flush(a, w.clock-mod(w.clock, minuteMs), &w.fresh)
			w.issue(&w.fresh, 1, nil)
		}
	}
	w.giveUpOrphans(never)
}

// digest takes an event whose time has come.
func (w *World) digest(e *event.Event) (Reason, string) {
	switch e.Type {
	case event.ConfigCentre, event.ConfigQueue, event.ConfigAdvisor, event.ConfigStates, event.ConfigProgramme, event.ConfigSite,
		event.ConfigTeam, event.ConfigCalendar, event.ConfigCampaign, event.ConfigSkill, event.ConfigTarget, event.ConfigDispositions,
		event.ConfigRule, event.ConfigIndicator:
		if len(w.stage) >= maxConfigObjects {
			return ReasonBadConfig, fmt.Sprintf("more than %d objects before config.applied", maxConfigObjects)
		}
		w.stage = append(w.stage, configObject{e.Type, slices.Clone(e.Data)})
		return ReasonNone, ""
	case event.ConfigApplied:
		return w.apply(e.Data)
	case event.ContactDisposed, event.ContactClassified, event.ContactRecorded, event.SurveyInvited, event.SurveyAnswered,
		event.EvaluationSubmitted, event.EvaluationCancelled, event.SaleRecorded, event.SaleCancelled:
		return w.takeOutcome(e)
	case event.CallbackRequested, event.CallbackAttempted, event.CallbackCompleted, event.CallbackExpired,
		event.CallbackAssigned:
		return w.takeCallback(e)
	case event.ItemCreated, event.ItemAssigned, event.ItemParked, event.ItemResumed, event.ItemReplied, event.ItemSolved,
		event.ItemDropped, event.ItemReopened, event.ItemMerged:
		return w.takeItem(e)
	case event.CallDialled, event.CallRefused:
		return w.takeDial(e)
	case event.ListLoaded, event.ListClosed:
		return w.takeList(e)
	case event.ConsentGiven, event.ConsentRevoked:
		return ReasonNone, "" // for the check before a dial; no measure counts them
	case event.SourceNoticed:
		return w.takeSourceNotice(e), ""
	case event.IncidentOpened, event.IncidentClosed, event.ActionStarted, event.ActionEnded, event.AlertAcknowledged:
		return w.takeRegister(e)
	case event.ContactStarted, event.ContactEnded, event.ContactMerged, event.ContactMenu, event.QueueEntered, event.QueueAbandoned, event.QueueLeft, event.QueueRefused,
		event.AdvisorOffered, event.AdvisorMissed, event.AdvisorCancelled, event.AdvisorConnected, event.AdvisorHeld,
		event.AdvisorResumed, event.AdvisorReleased, event.AdvisorWrapped, event.AdvisorTransferred, event.AdvisorState,
		event.AdvisorCapacity, event.AdvisorAssistanceRequested, event.SupervisorJoined:
		return w.take(e), ""
	case event.SchedulePublished:
		return w.takeSchedule(e)
	case event.CorrectionIssued:
		return w.takeCorrection(e)
	default: // a type of the language that this version does not book leaves no trace in the world
		return ReasonNotSupported, ""
	}
}

const maxConfigObjects = 500_000 // 100,000 advisors with five memberships

// apply switches to the staged configuration, if it is the one that was published.
func (w *World) apply(data []byte) (Reason, string) {
	stage := w.stage
	w.stage = nil
	applied, err := event.ParseAppliedConfig(data)
	if err != nil {
		return ReasonBadConfig, err.Error()
	}
	if applied.Count > len(stage) {
		return ReasonBadConfig, fmt.Sprintf("count: %d objects were announced and %d came; apply again", applied.Count, len(stage))
	}
	stage = stage[len(stage)-applied.Count:] // what came before is of a publisher that broke off, or of a batch stored twice
	if hash := hashObjects(stage); applied.Hash != hash {
		return ReasonBadConfig, fmt.Sprintf("hash: %s was announced and the last %d objects give %s; apply again", applied.Hash, applied.Count, hash)
	}
	cfg, err := w.buildConfig(uint32(applied.Version), stage)
	if err != nil {
		return ReasonBadConfig, err.Error()
	}
	w.cfg = cfg
	w.usual.end = 0 // another day may begin at another hour
	w.aimAtBorder()
	w.moveTeams()
	w.stock.fresh = false // the business day may end elsewhere now
	w.setRules()
	if len(cfg.leftOut) > 0 {
		return ReasonBadConfig, fmt.Sprintf("version %d applies without this: %v; use the same version of Vigie everywhere and apply again", cfg.version, errors.Join(cfg.leftOut...))
	}
	return ReasonNone, ""
}

// ConfigHash is event.ConfigHash of the objects with these types and data.
func ConfigHash(types []event.Type, data [][]byte) string {
	objects := make([]configObject, len(types))
	for i := range types {
		objects[i] = configObject{types[i], data[i]}
	}
	return hashObjects(objects)
}

func hashObjects(objects []configObject) string { return event.ConfigHash(published(objects)) }

// published are objects as they were published; their data is not copied.
func published(objects []configObject) []event.ConfigObject {
	list := make([]event.ConfigObject, len(objects))
	for i, o := range objects {
		list[i] = event.ConfigObject{Type: o.typ, Data: o.data}
	}
	return list
}

// inherit takes over the configuration of the live world.
func (w *World) inherit(live *World) {
	cfg, err := w.buildConfig(live.cfg.version, live.cfg.objects)
	if err != nil {
		panic("BUG: a configuration that applied does not build: " + err.Error())
	}
	w.cfg = cfg
	w.aimAtBorder()
}

// parkedEvent is an event ahead of the clock.
type parkedEvent struct {
	event  event.Event
	offset int64
}

// park keeps an event until the clock reaches it; false when there is no room.
func (w *World) park(e *event.Event, offset int64) bool {
	if len(w.parked) >= maxParked {
		return false
	}
	i := len(w.parked)
	for i > 0 && w.parked[i-1].event.Time > e.Time {
		i--
	}
	w.parked = slices.Insert(w.parked, i, parkedEvent{e.Clone(), offset})
	return true
}

// unpark takes the first parked event. Its facts belong to the record that moved the clock; a dead letter names its own.
func (w *World) unpark() {
	p := w.parked[0]
	w.parked = slices.Delete(w.parked, 0, 1)
	w.offset = p.offset
	if r, detail := w.digest(&p.event); r != ReasonNone {
		w.out.refuse(p.offset, r, detail)
	}
}
