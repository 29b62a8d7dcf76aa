// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
)

// What an item gives is a fold over its moments and the clock:
//
//   - It begins when it is created: the first item.created says its queue, programme, campaign, channel and direction for good,
//     so that the backlog of a queue balances. What happened before, by another source's clock, counts at that instant.
//   - Of an item that was never created nobody knows when it came: it was open before the count began. It is items_opening at
//     its first event, and gives no duration, no limit and no contact, until it is reopened.
//   - It is open until it is solved, dropped or merged, and again from its reopening on: a new cycle. What an open item cannot
//     do (be reopened), or a closed one (be assigned, parked, solved again), changes nothing. Replies count always. After it
//     was merged nothing does.
//   - The clock of a cycle stands still while the item is parked. In opening time that is taken off; in wall-clock time not.
//   - The reply of a cycle is due at its limit, moved by the opening time for which the item was parked, and never while it is:
//     due at the first human reply, or the solution, met; else at the limit. An event at the very instant of a limit comes before it.
//   - A complaint has two limits more, once, which nothing moves: ten working days to the first reply of any kind, two months
//     to the solution. An item that is dropped before a limit never reaches it.
const (
	ackWorkingDays = 10
	replyMonths    = 2
)

// itemPhase is how an item stands. Append only: the numbers are in the snapshot.
type itemPhase uint8

const (
	itemUnknown itemPhase = iota // nothing but classifications were heard of it
	itemOpen
	itemSolved
	itemDropped
	itemMerged
)

// itemMoment is an event of an item, pinned.
type itemMoment struct {
	at       int64
	id       uint64 // hash of the event's id within its source
	dueMs    int64  // of a moment that may begin a cycle: the limit of the queue, in opening time
	dueDays  int32  // the same in working days
	seq      int32
	source   ID
	version  uint32
	hours    ID // opening hours of the queue
	limitOf  ID // the queue whose hours and limit these are: of a reopening, the item's
	queue    ID
	campaign ID

	programme, channel, direction, reason ID
	advisor, team, homeTeam, site         ID

	typ        event.Type
	marks      marks
	automatic  bool // of a reply
	identified bool
	outward    bool
}

// itemState is the state of the fold.
type itemState struct {
	began       int64
	cycleAt     int64 // when the current cycle began
	parkedAt    int64 // 0 = it is not parked
	parkedMs    int64 // opening time for which it was parked, up to parkedAt
	cycleMs     int64 // of that, before the current cycle
	dueAt       int64 // when the reply is due; 0 = there is no limit, or it is settled
	ackAt       int64 // the limits of a complaint; 0 = none
	answerAt    int64
	repliedAt   int64 // first human reply
	baseAt      int64 // when repeat_base was booked
	closedAt    int64 // of the last cycle that ended, or of a merger after it
	ranAt       int64 // the due time of the last limit that passed
	ack, answer settled
	dims        Dims   // of its creation; team, advisor and site of the assignee
	last        credit // the last who replied to the customer
	hours       ID
	version     uint32
	assigned    int32
	phase       itemPhase
	complaint   marks
	opening     bool // it was open before the count began
	unclocked   bool // and nobody knows when this cycle began
	overdue     bool // the limit of this cycle has passed, and nobody has replied
	solved      bool // before
	identified  bool
	outward     bool
}

// settled is how a limit of a complaint was settled, should the item be one.
type settled struct {
	at      int64
	version uint32
	reason  ID
	by      credit
	how     settling
}

type settling uint8

const (
	unsettled settling = iota
	settledMet
	settledPassed
	settledVoid // dropped before
)

// itemFold runs a fold.
type itemFold struct {
	*itemState
	hours *zone.Hours
	out   *rows
}

// foldItem runs moments in order and limits in between, up to an instant: a limit that is due then has passed when it returns.
func (w *World) foldItem(s *itemState, line []itemMoment, until int64, out *rows) {
	f := itemFold{s, w.hoursOf(s.hours), out}
	if s.phase == itemUnknown {
		if i := creationIn(line); i >= 0 {
			f.begin(w, &line[i])
		}
	}
	for i := range line {
		m := &line[i]
		if s.phase == itemUnknown && m.typ != event.ContactClassified {
			f.begin(w, m)
		}
		at := max(m.at, s.began)
		f.runLimits(at - 1)
		f.apply(m, at)
	}
	f.runLimits(until)
}

// creationIn finds the first moment that creates the item, or returns -1.
func creationIn(line []itemMoment) int {
	for i := range line {
		if line[i].typ == event.ItemCreated {
			return i
		}
	}
	return -1
}

// begin opens the item: m creates it, or is the first word of one that nobody saw coming.
func (f *itemFold) begin(w *World, m *itemMoment) {
	f.began, f.phase, f.version = m.at, itemOpen, m.version
	f.dims = Dims{Programme: m.programme, Queue: m.queue, Campaign: m.campaign, Channel: m.channel, Direction: m.direction, Reason: orID(f.dims.Reason, m.reason)}
	f.outward, f.identified = m.outward, f.identified || m.identified
	f.itemState.hours, f.hours = m.hours, w.hoursOf(m.hours)
	f.cycleAt = m.at
	if m.typ != event.ItemCreated {
		f.opening, f.unclocked = true, true
		f.book(m.at, m.version, &f.dims, indicator.ItemsOpening)
		return
	}
	f.book(m.at, m.version, &f.dims, indicator.ItemsCreated)
	f.out.begin(m.at, GrainContact, m.version, &f.dims)
	f.out.add(indicator.Contacts, 1)
	f.out.add(indicator.ContactsIdentified, oneIf(m.identified))
	f.out.end()
	f.ackAt, f.answerAt = f.hours.WorkingDayEnd(m.at, ackWorkingDays), f.hours.MonthsEnd(m.at, replyMonths)
	f.setDue(m, m.at)
}

// setDue sets the limit of the cycle that m begins.
func (f *itemFold) setDue(m *itemMoment, at int64) {
	switch {
	case m.dueMs > 0:
		f.dueAt = f.hours.After(at, m.dueMs)
	case m.dueDays > 0:
		f.dueAt = f.hours.WorkingDayEnd(at, int(m.dueDays))
	}
}

func (f *itemFold) book(at int64, version uint32, d *Dims, m indicator.Measure) {
	f.out.begin(at, GrainDeferred, version, d)
	f.out.add(m, 1)
	f.out.end()
}

// nextLimit is the next instant at which time alone changes something, or never.
func (s *itemState) nextLimit() int64 {
	due := never
	if s.phase != itemOpen {
		return due
	}
	if s.dueAt != 0 && s.parkedAt == 0 {
		due = s.dueAt
	}
	if s.ackAt != 0 && s.ack.how == unsettled {
		due = min(due, s.ackAt)
	}
	if s.answerAt != 0 && s.answer.how == unsettled {
		due = min(due, s.answerAt)
	}
	return due
}

func (f *itemFold) runLimits(until int64) {
	for due := f.nextLimit(); due <= until && due != never; due = f.nextLimit() {
		f.ranAt = due
		if f.dueAt == due && f.parkedAt == 0 {
			f.dueAt, f.overdue = 0, true
			f.book(due, f.version, &f.dims, indicator.ItemsDue)
		}
		if f.ackAt == due {
			f.settle(&f.ack, due, settledPassed, &f.dims, f.version)
		}
		if f.answerAt == due {
			f.settle(&f.answer, due, settledPassed, &f.dims, f.version)
		}
	}
}

// settle notes how a limit was settled, once.
func (f *itemFold) settle(s *settled, at int64, how settling, d *Dims, version uint32) {
	if s.how == unsettled {
		*s = settled{at: at, version: version, reason: d.Reason, by: creditOf(d), how: how}
	}
}

// apply books one moment at its instant, or at the item's beginning if that is later.
func (f *itemFold) apply(m *itemMoment, at int64) {
	f.complaint = f.complaint.overruledBy(m.marks)
	if f.phase == itemMerged {
		return
	}
	f.dims.Reason = orID(f.dims.Reason, m.reason)
	f.identified = f.identified || m.identified
	d := f.dims
	if m.advisor != 0 {
		d.Advisor, d.Team, d.HomeTeam, d.Site = m.advisor, m.team, m.homeTeam, m.site
	}
	if m.typ == event.ItemReplied {
		f.reply(m, at, &d)
		return
	}
	if f.phase != itemOpen {
		switch {
		case m.typ == event.ItemReopened:
			f.reopen(m, at, &d)
		case m.typ == event.ItemMerged && f.phase != itemUnknown:
			f.phase, f.closedAt = itemMerged, at
		}
		return
	}
	switch m.typ {
	case event.ItemAssigned:
		f.dims.Advisor, f.dims.Team, f.dims.HomeTeam, f.dims.Site = d.Advisor, d.Team, d.HomeTeam, d.Site
		f.assigned++
		f.book(at, m.version, &d, indicator.ItemsAssigned)
	case event.ItemParked:
		if f.parkedAt == 0 {
			f.parkedAt = at
		}
	case event.ItemResumed:
		f.out.begin(at, GrainDeferred, m.version, &d)
		f.unpark(at)
		f.out.end()
	case event.ItemSolved:
		f.solve(m, at, &d)
	case event.ItemDropped, event.ItemMerged:
		f.drop(m, at, &d)
	}
}

// unpark ends a pause, if there is one, in the row that the caller began.
func (f *itemFold) unpark(at int64) {
	if f.parkedAt == 0 {
		return
	}
	f.out.add(indicator.ParkedMs, at-f.parkedAt)
	open := f.hours.Between(f.parkedAt, at)
	f.parkedMs += open
	if f.dueAt != 0 && f.dueAt != never {
		f.dueAt = max(f.hours.After(f.dueAt, open), at)
	}
	f.parkedAt = 0
}

// pausedMs is the opening time for which the item was parked up to now.
func (f *itemFold) pausedMs(at int64) int64 {
	if f.parkedAt == 0 {
		return f.parkedMs
	}
	return f.parkedMs + f.hours.Between(f.parkedAt, at)
}

// reply books that the customer was written to.
func (f *itemFold) reply(m *itemMoment, at int64, d *Dims) {
	f.settle(&f.ack, at, settledMet, d, m.version)
	if m.automatic {
		return
	}
	if d.Advisor != 0 {
		f.last = creditOf(d)
	}
	first := f.repliedAt == 0
	f.out.begin(at, GrainDeferred, m.version, d)
	f.out.add(indicator.Replies, 1)
	if first {
		f.repliedAt = at
	}
	if first && !f.opening {
		f.out.add(indicator.ItemsFirstReplied, 1)
		f.out.add(indicator.ReplyMs, at-f.began)
		businessMs := f.hours.Between(f.began, at) - f.pausedMs(at)
		f.out.add(indicator.ReplyBusinessMs, businessMs)
		f.out.addBin(indicator.ReplyBusinessBins, businessMs)
	}
	f.meetDue()
	f.out.end()
	if first && !f.opening {
		f.out.begin(at, GrainContact, m.version, d)
		f.out.add(indicator.ContactsAnswered, 1)
		f.out.end()
	}
}

// meetDue books that the limit of the cycle was met, in the row that the caller began: had it passed, it would be settled.
func (f *itemFold) meetDue() {
	f.overdue = false
	if f.dueAt == 0 {
		return
	}
	f.dueAt = 0
	f.out.add(indicator.ItemsDue, 1)
	f.out.add(indicator.ItemsMet, 1)
}

func (f *itemFold) solve(m *itemMoment, at int64, d *Dims) {
	f.settle(&f.ack, at, settledMet, d, m.version)
	f.settle(&f.answer, at, settledMet, d, m.version)
	f.out.begin(at, GrainDeferred, m.version, d)
	f.out.add(indicator.ItemsSolved, 1)
	if !f.unclocked {
		f.out.add(indicator.SolveMs, at-f.cycleAt)
		f.out.add(indicator.SolveBusinessMs, f.hours.Between(f.cycleAt, at)-(f.pausedMs(at)-f.cycleMs))
	}
	f.unpark(at)
	f.meetDue()
	f.out.end()
	if !f.solved && !f.opening && !f.outward && f.identified && f.repliedAt != 0 {
		f.out.begin(at, GrainContact, m.version, d)
		f.out.add(indicator.RepeatBase, 1)
		f.out.end()
		f.baseAt = at
	}
	f.phase, f.closedAt, f.solved = itemSolved, at, true
}

func (f *itemFold) drop(m *itemMoment, at int64, d *Dims) {
	f.settle(&f.ack, at, settledVoid, d, m.version)
	f.settle(&f.answer, at, settledVoid, d, m.version)
	f.out.begin(at, GrainDeferred, m.version, d)
	f.out.add(indicator.ItemsDropped, 1)
	f.unpark(at)
	f.out.end()
	f.phase, f.closedAt, f.dueAt, f.overdue = itemDropped, at, 0, false
	if m.typ == event.ItemMerged {
		f.phase = itemMerged
	}
}

// reopen begins a new cycle. A merged item is past that.
func (f *itemFold) reopen(m *itemMoment, at int64, d *Dims) {
	if f.phase != itemSolved && f.phase != itemDropped {
		return
	}
	f.phase, f.cycleAt, f.cycleMs, f.unclocked, f.version = itemOpen, at, f.parkedMs, false, m.version
	f.book(at, m.version, d, indicator.ItemsReopened)
	f.setDue(m, at)
}

// bookComplaint books the limits of a complaint that are settled.
func (s *itemState) bookComplaint(out *rows) {
	if s.complaint&complaintYes == 0 || s.opening {
		return
	}
	s.bookSettled(&s.ack, indicator.ComplaintAckDue, indicator.ComplaintAckMet, out)
	s.bookSettled(&s.answer, indicator.ComplaintReplyDue, indicator.ComplaintReplyMet, out)
}

func (s *itemState) bookSettled(x *settled, due, met indicator.Measure, out *rows) {
	if x.how == unsettled || x.how == settledVoid {
		return
	}
	d := s.dims
	d.Reason = x.reason
	d.Advisor, d.Team, d.HomeTeam, d.Site = x.by.advisor, x.by.team, x.by.homeTeam, x.by.site
	out.begin(x.at, GrainDeferred, x.version, &d)
	out.add(due, 1)
	out.add(met, oneIf(x.how == settledMet))
	out.end()
}
