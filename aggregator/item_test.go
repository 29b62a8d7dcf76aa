// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
)

// office is a centre whose offices are open from Monday to Friday, 09:00 to 17:00 UTC, but for one Friday.
func office(due int64) *rules {
	c := event.CalendarConfig{Calendar: "office", Hours: map[string]string{}, Closed: []string{"2026-12-25"}}
	for _, name := range event.Weekdays[:5] {
		c.Hours[name] = "09:00-17:00"
	}
	return &rules{centre: event.DefaultCentreConfig("UTC"), calendars: []event.CalendarConfig{c},
		queues: []event.QueueConfig{{Queue: "mail", Calendar: "office", Channel: event.ChannelEmail, DueBusinessMs: due}}}
}

func (r *run) restartNow() {
	m, err := aggregator.Restore(r.m.Snapshot())
	if err != nil {
		r.tb.Fatal(err)
	}
	r.m = m
}

// booked lists when a measure was booked, and how much.
func (r *run) bookedAt(m string) string {
	text := ""
	for k, n := range r.sums {
		if k.name == m {
			text += fmt.Sprintf("%s %d", time.UnixMilli(k.at).UTC().Format("2006-01-02 15:04"), n)
		}
	}
	return text
}

// A complaint of Monday 23 November 2026 at 07:59. Its acknowledgement is due at the end of the tenth working day after that
// day: 24, 25, 26, 27, 30, 1, 2, 3, 4, Monday 7 December, at 17:00. Its answer is due at the end of 23 January 2027.
func TestComplaintNobodyAnswers(t *testing.T) {
	r := newRun(t)
	r.configure(office(0), monday-minute)
	r.say("1", event.Event{Type: event.ItemCreated, Contact: "c", Queue: "mail", Complaint: event.Yes})
	r.days(10)
	r.restartNow()
	r.days(53)
	r.restartNow()
	for m, want := range map[string]string{"complaints": "2026-11-23 07:59 1", "complaint_ack_due": "2026-12-07 17:00 1", "complaint_ack_met": "",
		"complaint_reply_due": "2027-01-24 00:00 1", "complaint_reply_met": "", "items_due": ""} {
		if got := r.bookedAt(m); got != want {
			t.Errorf("%s: %q, want %q", m, got, want)
		}
	}
	r.say("2", event.Event{Type: event.ContactClassified, Contact: "c", Complaint: event.No})
	if n := r.total("complaints") + r.total("complaint_ack_due") + r.total("complaint_reply_due"); n != 0 {
		t.Errorf("it was no complaint after all, and %d are left", n)
	}
}

// Of a message that nobody saw coming it is said that it was joined to another one, and that it was a complaint the day before: it has not
// begun when the latter is older than a day, and a restart then forgets nothing of it.
func TestRestartKeepsWhatNeverBegan(t *testing.T) {
	r := newRun(t)
	r.configure(office(8*hour), monday-minute)
	r.say("1", event.Event{Type: event.ItemCreated, Contact: "a", Queue: "mail"})
	r.say("2", event.Event{Type: event.ItemMerged, Contact: "b", Target: "a"})
	r.put(event.Event{ID: "3", Source: "crm", Type: event.ContactClassified, Centre: centreID, Contact: "b", Complaint: event.Yes, Time: r.clock - 20*hour}, r.clock)
	r.days(1)
	before := r.m.StateHash()
	r.restartNow()
	if r.m.StateHash() != before {
		t.Error("the machine that was restored is in another state")
	}
	if n := len(r.dead); n > 0 {
		t.Errorf("dead letters: %v", r.dead)
	}
}

// An automatic reply acknowledges a complaint; only the solution answers it. One that is dropped in time is never due.
func TestComplaintsInTime(t *testing.T) {
	r := newRun(t)
	r.configure(office(8*hour), monday-minute)
	for _, id := range []string{"a", "b"} {
		r.say("1"+id, event.Event{Type: event.ItemCreated, Contact: id, Queue: "mail", Complaint: event.Yes})
	}
	r.say("2", event.Event{Type: event.ItemReplied, Contact: "a", Kind: event.KindAutomatic})
	r.say("3", event.Event{Type: event.ItemDropped, Contact: "b", Reason: event.DroppedSpam})
	if ack, met, first := r.total("complaint_ack_due"), r.total("complaint_ack_met"), r.total("items_first_replied"); ack != 1 || met != 1 || first != 0 {
		t.Errorf("acknowledged %d of %d, first replies %d; want 1, 1, 0", met, ack, first)
	}
	r.days(40)
	r.say("4", event.Event{Type: event.ItemSolved, Contact: "a"})
	r.days(30)
	for m, want := range map[string]int64{"complaint_ack_due": 1, "complaint_ack_met": 1, "complaint_reply_due": 1, "complaint_reply_met": 1, "items_due": 1,
		"items_met": 0} {
		if n := r.total(m); n != want {
			t.Errorf("%s %d, want %d", m, n, want)
		}
	}
}

// An item keeps the opening hours and the limit that were known when it came: what is configured later is for later items.
func TestItemKeepsItsHours(t *testing.T) {
	r := newRun(t)
	before, after := office(8*hour), office(hour)
	after.calendars[0].Closed = append(after.calendars[0].Closed, "2026-11-23") // today, a holiday that somebody forgot
	r.configure(before, monday-minute)
	r.say("1", event.Event{Type: event.ItemCreated, Contact: "old", Queue: "mail"})
	r.configure(after, monday) // the same version again
	r.restartNow()
	r.say("2", event.Event{Type: event.ItemCreated, Contact: "new", Queue: "mail"})
	r.days(1)
	r.restartNow()
	r.days(1)
	// 8 hours of Monday are over at 17:00; with Monday closed, the first hour of Tuesday is over at 10:00.
	want := facts{}
	dims := dimensions{queue: "mail", channel: event.ChannelEmail}
	want.add(monday+9*hour, aggregator.GrainDeferred, dims, "items_due", 1)
	want.add(monday+26*hour, aggregator.GrainDeferred, dims, "items_due", 1)
	got := facts{}
	for k, n := range r.sums {
		if k.name == "items_due" {
			got[k] = n
		}
	}
	if d := got.diff(want); len(d) > 0 {
		r.fail("limits differ", d)
	}
}

// An open item is never forgotten. A closed one can be reopened for 31 days; then its id is known not to be new.
func TestItemsAreForgotten(t *testing.T) {
	r := newRun(t)
	r.configure(office(8*hour), monday-minute)
	empty := len(r.m.Snapshot())
	for i := range 100 {
		r.say(fmt.Sprint("c", i), event.Event{Type: event.ItemCreated, Contact: fmt.Sprint("closed", i), Queue: "mail", Customer: "h1"})
		r.say(fmt.Sprint("s", i), event.Event{Type: event.ItemSolved, Contact: fmt.Sprint("closed", i)})
	}
	r.say("open", event.Event{Type: event.ItemCreated, Contact: "open", Queue: "mail"})
	r.days(31)
	r.say("back", event.Event{Type: event.ItemReopened, Contact: "closed0"})
	if n := r.total("items_reopened"); n != 1 || len(r.dead) > 0 {
		t.Errorf("on the last day: %d reopened, dead letters %v", n, r.dead)
	}
	r.days(1)
	r.restartNow()
	if grown := len(r.m.Snapshot()) - empty; grown > 99*24+1000 {
		t.Errorf("32 days after 100 items were closed %d bytes are left of them", grown)
	}
	r.say("late", event.Event{Type: event.ItemReopened, Contact: "closed1"})
	r.say("again", event.Event{Type: event.ItemCreated, Contact: "closed1", Queue: "mail"})
	if n := r.dead[aggregator.ReasonTooLate]; n != 2 || r.total("items_created") != 101 {
		t.Errorf("%d dead letters for words on an item that is gone, %d items created; want 2, 101", n, r.total("items_created"))
	}
	r.days(60)
	r.say("solved", event.Event{Type: event.ItemSolved, Contact: "open"})
	if solved, ms := r.total("items_solved"), r.total("solve_ms"); solved != 101 || ms != 92*day {
		t.Errorf("%d solved, the long one after %d ms; want 101, %d", solved, ms, 92*day)
	}
}

// The events of an item are bounded within a day, not beyond: what is older is folded.
func TestLongItems(t *testing.T) {
	r := newRun(t)
	r.configure(office(8*hour), monday-minute)
	r.say("1", event.Event{Type: event.ItemCreated, Contact: "c", Queue: "mail"})
	reply := func(from, to int) {
		for n := from; n < to; n++ {
			r.say(fmt.Sprint("r", n), event.Event{Type: event.ItemReplied, Contact: "c"})
		}
	}
	reply(0, 200)
	if n, dead := r.total("replies"), r.dead[aggregator.ReasonTooManyEvents]; n != 127 || dead != 73 {
		t.Errorf("%d replies of a day counted, %d dead letters; want 127, 73", n, dead)
	}
	r.days(2)
	full := len(r.m.Snapshot())
	reply(200, 300)
	if n := r.total("replies"); n != 227 {
		t.Errorf("%d replies, want 227", n)
	}
	r.days(2)
	if grown := len(r.m.Snapshot()) - full; grown > 50 || grown < -50 {
		t.Errorf("a hundred replies are folded, and the item has grown by %d bytes", grown)
	}
	r.say("2", event.Event{Type: event.ItemCreated, Contact: "stray", Queue: "mail"})
	old := event.Event{ID: "x", Source: "crm", Type: event.ItemAssigned, Centre: centreID, Contact: "stray", Advisor: "ada", Time: r.clock - day - 1}
	r.put(old, r.clock)
	if r.dead[aggregator.ReasonTooLate] != 1 {
		t.Errorf("dead letters %v, want one event that is more than a day late", r.dead)
	}
}

// What comes before its item waits for it, as for a contact.
func TestOutcomeBeforeItsItem(t *testing.T) {
	r := newRun(t)
	r.configure(office(8*hour), monday-minute)
	r.say("1", event.Event{Type: event.ContactClassified, Contact: "c", Complaint: event.Yes, ContactReason: "invoice"})
	r.say("2", event.Event{Type: event.SaleRecorded, Contact: "c", Object: "o", AmountCents: event.NumberOf(4900)})
	r.restartNow()
	r.say("3", event.Event{Type: event.ItemCreated, Contact: "c", Queue: "mail"})
	r.restartNow()
	r.say("4", event.Event{Type: event.ItemReplied, Contact: "c", Advisor: "ada"})
	r.days(1)
	if n, cents, ack := r.total("complaints"), r.total("sale_cents"), r.total("complaint_ack_met"); n != 1 || cents != 4900 || ack != 1 || len(r.dead) > 0 {
		t.Errorf("complaints %d, cents %d, acknowledged %d, dead letters %v; want 1, 4900, 1, none", n, cents, ack, r.dead)
	}
	if n := r.m.Worlds()[0].OpenItems("mail"); n != 1 {
		t.Errorf("%d items are open, want 1", n)
	}
}
