// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/vigie-kpi/vigie/event"
)

// Inbox is a queue that customers write to: mails, letters, messages on social networks. Nobody waits in it; what comes
// lies on the desk until somebody has time.
type Inbox struct {
	Queue string

	// Messages come as a Poisson process at any hour, whatever the opening hours: PerHalfHour[i] are expected in the i-th
	// half-hour after midnight, times the weekday's factor.
	PerHalfHour []float64
	Weekdays    [7]float64 // by time.Weekday; all zero: 1 each

	// Letters come with the post instead, on days on which the queue's calendar has hours: PerDay of them, times the
	// weekday's factor, known when they are scanned.
	PerDay float64
	Scans  []Scan

	Reasons   []Reason // handling is the work on the message; Repeats means nothing here
	Across    float64  // share of the customers who were served through another channel in the last three days
	Complaint bool     // each is a complaint
	Receipt   float64  // share that a machine acknowledges
	Course    Course
	Stock     Stock
	Survey    Asking
}

// Scan is when letters are opened and scanned.
type Scan struct {
	At    int     // minutes after midnight
	Share float64 // of the day's letters
	Ages  []Age   // how long ago they were received
}

// Age says that a share of the letters was received so many days of post ago; 0 is the same day.
type Age struct {
	Days  int
	Share float64
}

// Stock is what lies on the desk when the simulation begins.
type Stock struct {
	Messages int
	Age      Law // how old they are
}

// Course is how messages fare. Shares are of the messages unless said otherwise.
type Course struct {
	Mislaid   float64 // nobody sees it for a while
	Spam      float64 // dropped by whoever reads it
	Withdrawn float64 // taken back, if nobody has read it by then
	Twice     float64 // the customer writes again about the same: merged with the first if that is still open, else dropped
	Asked     float64 // the customer is asked something: answered, then parked
	Inside    float64 // parked until another department has done its part, without a word to the customer
	Silent    float64 // of those asked: the customer says nothing, and the message is closed
	Phoned    float64 // solved without a written reply
	Reopened  float64 // of those solved: the customer is not content

	MislaidFor, WithdrawnAfter, TwiceAfter, AskedBack, InsideBack, ReopenedAfter Law
}

const (
	receivedAtMin = 8 * 60       // the post comes at that minute
	scanGapMs     = 2 * secondMs // between two letters
	silenceMs     = 5 * dayMs    // after which a message is closed whose customer was asked something
	maxReopened   = 2
	postlessDays  = 60 // after which nobody looks for a day of post any more
)

// inbox is the life of an Inbox.
type inbox struct {
	*Inbox
	s       *simulation
	queue   *queue
	pool    *pool
	opening *opening
	waiting []*message // the first to be due comes first
	staff   []*advisor // who serve it now, by id
}

// inboxes is the process of those who write.
type inboxes struct{ s *simulation }

func (s *simulation) buildInboxes() {
	for i := range s.spec.Inboxes {
		q := s.queue(s.spec.Inboxes[i].Queue)
		in := &inbox{Inbox: &s.spec.Inboxes[i], s: s, queue: q, pool: s.poolOf(q.programme), opening: newOpening(s.wall, q)}
		s.inboxes = append(s.inboxes, in)
	}
}

func newInboxes(s *simulation) *inboxes { return &inboxes{s} }

// layStock puts onto the desk what lay there before the first day: it is told at the begin, with its true age.
func (p *inboxes) layStock() {
	s := p.s
	for _, in := range s.inboxes {
		d := s.dailyDice("stock "+in.Queue, s.day)
		var written []event.Millis
		for range in.Stock.Messages {
			t := s.from - drawMs(in.Stock.Age, d)
			if len(in.Scans) > 0 {
				day, _ := s.wall.minuteOf(t)
				t = min(in.receipt(day, 0), s.from)
			}
			written = append(written, t)
		}
		slices.Sort(written)
		for _, t := range written {
			in.arrive(t, d)
		}
	}
}

// openDay draws what is written on a business day, half-hour by half-hour of the wall clock, and the day's post.
func (p *inboxes) openDay(day int32) {
	s := p.s
	begin, end := s.wall.calendar.Bounds(day)
	if begin == s.from {
		p.layStock()
	}
	for _, in := range s.inboxes {
		d := s.dailyDice("inbox "+in.Queue, day)
		for t := begin; t < end && len(in.PerHalfHour) > 0; t += halfHourMin * minuteMs {
			s.clock.at(t, func() { in.halfHour(t, d) })
		}
		for i := range in.Scans {
			in.post(day, &in.Scans[i], d)
		}
	}
}

// source is the system that tells of what is written.
func (in *inbox) source() *source {
	if len(in.Scans) > 0 {
		return sourceScanner
	}
	return sourceMail
}

func (in *inbox) weekdayFactor(day int32) float64 {
	if in.Weekdays == [7]float64{} {
		return 1
	}
	return in.Weekdays[weekday(day)]
}

// expected is how many messages come in the half-hour that begins at a minute of a day.
func (in *inbox) expected(day int32, minute int) float64 {
	return in.PerHalfHour[minute/halfHourMin] * in.weekdayFactor(day)
}

// halfHour draws the messages of the half-hour from t on.
func (in *inbox) halfHour(t event.Millis, d *dice) {
	day, minute := in.s.wall.minuteOf(t)
	rate := in.expected(day, minute)
	if rate == 0 {
		return
	}
	mean := float64(halfHourMin*minuteMs) / rate
	for at := float64(t) + d.exponential(mean); at < float64(t+halfHourMin*minuteMs); at += d.exponential(mean) {
		in.s.clock.at(event.Millis(at), func() { in.arrive(in.s.clock.now, d) })
	}
}

// post draws the letters that are scanned together, and scans them at their time, or when the story says.
func (in *inbox) post(day int32, scan *Scan, d *dice) {
	s := in.s
	if len(in.queue.hours(day)) == 0 {
		return
	}
	var received []event.Millis
	for range d.poisson(in.PerDay * scan.Share * in.weekdayFactor(day)) {
		received = append(received, in.receipt(day, scan.drawAge(d)))
	}
	slices.Sort(received)
	at := s.wall.at(day, s.lateScan(in.Queue, day, scan.At))
	for i, t := range received {
		s.clock.at(at+int64(i)*scanGapMs, func() { in.arrive(t, d) })
	}
}

func (scan *Scan) drawAge(d *dice) int {
	u := d.unit()
	for _, a := range scan.Ages {
		if u -= a.Share; u < 0 {
			return a.Days
		}
	}
	return 0
}

// receipt is when a letter was received that came so many days of post before a day; on a day without post, before that.
func (in *inbox) receipt(day int32, age int) event.Millis {
	for last := day - postlessDays; day > last; day-- {
		if len(in.queue.hours(day)) == 0 {
			continue
		}
		if age == 0 {
			break
		}
		age--
	}
	return in.s.wall.at(day, receivedAtMin)
}

// put lays a message onto the desk. Somebody who sits there without work takes it at once.
func (in *inbox) put(m *message) {
	i, _ := slices.BinarySearchFunc(in.waiting, m, func(a, b *message) int {
		return cmp.Or(cmp.Compare(a.urgency(), b.urgency()), cmp.Compare(a.order, b.order))
	})
	in.waiting = slices.Insert(in.waiting, i, m)
	var idle *advisor
	for _, a := range in.staff {
		if a.atDesk() && a.inHand == nil && (idle == nil || a.since < idle.since) {
			idle = a
		}
	}
	if idle != nil {
		idle.workAtDesk()
	}
}

// remove takes a message away that nobody need look at any more.
func (in *inbox) remove(m *message) {
	if i := slices.Index(in.waiting, m); i >= 0 {
		in.waiting = slices.Delete(in.waiting, i, i+1)
	}
}

// handOver ends a history that another run continues: what is still open is left to that run, in whose stock it has
// another id, and nobody writes again.
func (s *simulation) handOver() {
	s.handedOver = true
	for _, m := range s.messages {
		if m.open() {
			m.drop(event.DroppedDuplicate)
		}
	}
}

// checkInbox says what is wrong with an inbox.
func (s *Spec) checkInbox(in *Inbox) error {
	switch {
	case !s.hasQueue(in.Queue):
		return errors.New("the organisation has no such queue; add it to queues.yaml, or take the inbox out")
	case len(in.Reasons) == 0:
		return errors.New("nobody has a reason to write; give it at least one of Reasons")
	case len(in.PerHalfHour) > 0 && len(in.PerHalfHour) != 48:
		return fmt.Errorf("it has %d half-hours; a day has 48, from midnight", len(in.PerHalfHour))
	case slices.ContainsFunc(in.Reasons, func(r Reason) bool { return r.Handle == nil }):
		return errors.New("nobody knows how long the work takes; give each of Reasons a Handle")
	case in.Stock.Messages > 0 && in.Stock.Age == nil:
		return errors.New("nobody knows how old its stock is; give Stock.Age")
	}
	return in.Course.check()
}

// check finds what happens without anybody knowing when.
func (c *Course) check() error {
	for _, x := range []struct {
		share  float64
		after  Law
		fields string
	}{
		{c.Mislaid, c.MislaidFor, "Mislaid without MislaidFor"}, {c.Withdrawn, c.WithdrawnAfter, "Withdrawn without WithdrawnAfter"},
		{c.Twice, c.TwiceAfter, "Twice without TwiceAfter"}, {c.Asked, c.AskedBack, "Asked without AskedBack"},
		{c.Inside, c.InsideBack, "Inside without InsideBack"}, {c.Reopened, c.ReopenedAfter, "Reopened without ReopenedAfter"},
	} {
		if x.share > 0 && x.after == nil {
			return fmt.Errorf("its course has %s: say after how long", x.fields)
		}
	}
	return nil
}
