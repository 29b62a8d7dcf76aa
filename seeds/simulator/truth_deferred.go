// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"slices"

	"github.com/vigie-kpi/vigie/event"
)

// DeskDay is what became of messages on one business day. A letter belongs to the day of its receipt, what was said of a
// message afterwards to the day on which it was written: so there are days before the first one simulated.
type DeskDay struct {
	Date     string               `json:"date"`
	Queues   map[string]*DeskWork `json:"queues"`
	Teams    map[string]*DeskWork `json:"teams"`
	Advisors map[string]*DeskWork `json:"advisors"`
}

// DeskWork is the messages of a queue, or what an advisor or a team did about messages. What happens by itself is laid to
// who had the message in hand last, and to the team worked in when it was taken; opening time is that of the queue, without
// pauses.
type DeskWork struct {
	Written        int64            `json:"written,omitempty"` // only of queues
	Taken          int64            `json:"taken,omitempty"`   // into somebody's hands
	Receipts       int64            `json:"receipts,omitempty"`
	Replies        int64            `json:"replies,omitempty"` // of humans
	FirstReplies   int64            `json:"first_replies,omitempty"`
	FirstReplyTime int64            `json:"first_reply_ms,omitempty"` // since the message was written
	FirstReplyOpen int64            `json:"first_reply_open_ms,omitempty"`
	Solved         int64            `json:"solved,omitempty"`
	SolvedTime     int64            `json:"solved_ms,omitempty"` // since it was written, or since the customer wrote again
	SolvedOpen     int64            `json:"solved_open_ms,omitempty"`
	Paused         int64            `json:"paused_ms,omitempty"`
	Dropped        map[string]int64 `json:"dropped,omitempty"` // by reason; one that became a part of another is merged
	Reopened       int64            `json:"reopened,omitempty"`
	FellDue        int64            `json:"fell_due,omitempty"` // at the reply, or at its limit
	InTime         int64            `json:"in_time,omitempty"`
	ReceiptDue     int64            `json:"receipt_due,omitempty"` // of complaints: the first word
	ReceiptInTime  int64            `json:"receipt_in_time,omitempty"`
	AnswerDue      int64            `json:"answer_due,omitempty"`
	AnswerInTime   int64            `json:"answer_in_time,omitempty"`
	Opinions
}

// Opinions is what was said of messages, most of it afterwards. It is laid to the advisor who said it; what nobody's name is
// under, to who replied last and, where nobody did, to who had the message in hand last. That a message is a complaint is known
// from the start, and goes with who says later what it was about.
type Opinions struct {
	Resolved   int64 `json:"resolved,omitempty"`
	Unresolved int64 `json:"unresolved,omitempty"`
	Complaints int64 `json:"complaints,omitempty"`
	Invited    int64 `json:"invited,omitempty"`
	Answered   int64 `json:"answered,omitempty"`
}

func (o *Opinions) add(p Opinions, times int64) {
	o.Resolved += times * p.Resolved
	o.Unresolved += times * p.Unresolved
	o.Complaints += times * p.Complaints
	o.Invited += times * p.Invited
	o.Answered += times * p.Answered
}

// Item is one message, as it fared.
type Item struct {
	ID           string   `json:"id"`
	Origin       string   `json:"origin"` // first, across, twice
	Queue        string   `json:"queue"`
	Channel      string   `json:"channel"`
	Customer     string   `json:"customer,omitempty"`
	Reason       string   `json:"reason"`
	Complaint    bool     `json:"complaint,omitempty"`
	WrittenAt    int64    `json:"written_at"` // of a letter: its receipt
	KnownAt      int64    `json:"known_at"`   // to the centre
	FirstReplyAt int64    `json:"first_reply_at,omitempty"`
	WorkMs       int64    `json:"work_ms,omitempty"` // planned for reading and replying
	Hands        []*Hand  `json:"hands,omitempty"`
	Replies      []*Reply `json:"replies,omitempty"`
	Pauses       []*Pause `json:"pauses,omitempty"`
	Cycles       []*Cycle `json:"cycles"`
	DroppedAt    int64    `json:"dropped_at,omitempty"`
	Dropped      string   `json:"dropped,omitempty"` // why
	MergedInto   string   `json:"merged_into,omitempty"`
	ReceiptDueAt int64    `json:"receipt_due_at,omitempty"`
	AnswerDueAt  int64    `json:"answer_due_at,omitempty"`
	Resolved     string   `json:"resolved,omitempty"`
	Survey       *Survey  `json:"survey,omitempty"`
}

// Hand is who took a message.
type Hand struct {
	Advisor string `json:"advisor"`
	Team    string `json:"team"`
	At      int64  `json:"at"`
}

// Reply is one reply.
type Reply struct {
	At        int64  `json:"at"`
	Advisor   string `json:"advisor,omitempty"`
	Automatic bool   `json:"automatic,omitempty"`
}

// Pause is a time for which a message was parked.
type Pause struct {
	From int64  `json:"from"`
	To   int64  `json:"to,omitempty"`
	Why  string `json:"why"`
}

// Cycle is a message from when it was written, or its customer was not content, until it was solved.
type Cycle struct {
	From     int64 `json:"from"`
	DueAt    int64 `json:"due_at,omitempty"` // moved by pauses
	InTime   bool  `json:"in_time,omitempty"`
	SolvedAt int64 `json:"solved_at,omitempty"`

	parkedBefore int64
}

func (l *ledger) newItem(m *message, origin string) *Item {
	t := &Item{ID: m.id, Origin: origin, Queue: m.in.Queue, Channel: m.in.queue.channel, Customer: m.in.pool.hash(m.customer),
		Reason: m.in.Reasons[m.reason].Name, Complaint: m.in.Complaint, WrittenAt: m.written, KnownAt: l.s.clock.now}
	l.Items = append(l.Items, t)
	l.desk(m, m.written, by{}, func(w *DeskWork) { w.Written++ })
	return t
}

// desk tells everybody whose message it is: the queue, and who did it, when somebody did.
func (l *ledger) desk(m *message, at event.Millis, who by, do func(*DeskWork)) {
	do(deskWork(l.deskDay(at).Queues, m.in.Queue))
	l.atDesk(at, who, do)
}

// atDesk tells an advisor, and the team worked in.
func (l *ledger) atDesk(at event.Millis, who by, do func(*DeskWork)) {
	if who != (by{}) {
		d := l.deskDay(at)
		do(deskWork(d.Teams, who.team))
		do(deskWork(d.Advisors, who.advisor))
	}
}

func (l *ledger) deskDay(at event.Millis) *DeskDay {
	number := l.s.wall.calendar.Day(at)
	d := l.deskByDay[number]
	if d == nil {
		d = &DeskDay{Date: string(dateOf(number)), Queues: map[string]*DeskWork{}, Teams: map[string]*DeskWork{}, Advisors: map[string]*DeskWork{}}
		l.deskByDay[number] = d
		l.Desk = append(l.Desk, d)
	}
	return d
}

func deskWork(of map[string]*DeskWork, id string) *DeskWork {
	w := of[id]
	if w == nil {
		w = &DeskWork{Dropped: map[string]int64{}}
		of[id] = w
	}
	return w
}

// sortDesk puts the days in order: some that were written of late came first.
func (l *ledger) sortDesk() {
	slices.SortFunc(l.Desk, func(a, b *DeskDay) int { return cmp.Compare(a.Date, b.Date) })
}
