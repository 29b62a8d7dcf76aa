// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"fmt"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
)

const day = 24 * hour

// days lets the clock pass, hour by hour.
func (r *run) days(n int64) {
	until := r.clock + n*day
	for r.clock < until {
		r.tickAt(r.clock + hour)
	}
}

func (r *run) say(id string, e event.Event) {
	e.ID, e.Source, e.Centre, e.Time = id, "crm", centreID, r.clock
	r.put(e, r.clock)
}

func (r *run) total(m string) (n int64) {
	for k, v := range r.sums {
		if k.name == m {
			n += v
		}
	}
	return n
}

// A list record counts once for as long as anybody dials it; 35 days of silence later it is another campaign's work. A list
// keeps its total much longer. What is forgotten is not in the snapshot any more.
func TestRecordsAreForgotten(t *testing.T) {
	r := newRun(t)
	r.tickAt(monday)
	dial := func(n int, result string) {
		r.say(fmt.Sprint("dial", n), event.Event{Type: event.CallDialled, Contact: fmt.Sprint("d", n), Campaign: "k", Object: "r1", Result: result})
	}
	r.say("load1", event.Event{Type: event.ListLoaded, Campaign: "k", Object: "l", Count: event.NumberOf(100)})
	empty := len(r.m.Snapshot())
	dial(1, event.ResultNoAnswer)
	r.days(3)
	dial(2, event.ResultHuman)
	r.days(30)
	dial(3, event.ResultHuman)
	r.say("load2", event.Event{Type: event.ListLoaded, Campaign: "k", Object: "l", Count: event.NumberOf(130)})
	if tried, reached, loaded := r.total("records_tried"), r.total("records_reached"), r.total("records_loaded"); tried != 1 || reached != 1 || loaded != 130 {
		t.Fatalf("after 33 days: tried %d, reached %d, loaded %d; want 1, 1, 130", tried, reached, loaded)
	}
	m, err := aggregator.Restore(r.m.Snapshot())
	if err != nil {
		t.Fatal(err)
	}
	r.m = m
	r.days(36)
	if grown := len(r.m.Snapshot()) - empty; grown > 200 {
		t.Errorf("36 days of silence later %d bytes are left of one record", grown)
	}
	dial(4, event.ResultInvalid)
	r.say("load3", event.Event{Type: event.ListLoaded, Campaign: "k", Object: "l", Count: event.NumberOf(130)})
	if tried, loaded := r.total("records_tried"), r.total("records_loaded"); tried != 2 || loaded != 130 {
		t.Errorf("after 69 days: tried %d, loaded %d; want 2, 130", tried, loaded)
	}
}

// A callback waits for its promised time however far that is, and is forgotten a day after.
func TestCallbacksAreForgotten(t *testing.T) {
	r := newRun(t)
	r.tickAt(monday)
	before := len(r.m.Snapshot())
	r.say("ask", event.Event{Type: event.CallbackRequested, Contact: "c", Queue: "q", Object: "o", Due: monday + 5*day})
	r.days(4)
	m, err := aggregator.Restore(r.m.Snapshot())
	if err != nil {
		t.Fatal(err)
	}
	r.m = m
	if n := r.total("callbacks_due"); n != 0 {
		t.Errorf("%d due on the fourth day", n)
	}
	r.days(1)
	r.say("done", event.Event{Type: event.CallbackCompleted, Contact: "c", Object: "o"})
	if due, kept := r.total("callbacks_due"), r.total("callbacks_kept"); due != 1 || kept != 1 {
		t.Errorf("due %d, kept %d; want 1, 1", due, kept)
	}
	r.days(3)
	if grown := len(r.m.Snapshot()) - before; grown > 130 { // who said it is remembered, too
		t.Errorf("three days later %d bytes are left of a callback", grown)
	}
	r.say("late", event.Event{Type: event.CallbackCompleted, Contact: "c", Object: "o"})
	r.days(1)
	if n := r.dead[aggregator.ReasonTooLate]; n != 1 {
		t.Errorf("%d dead letters for a word on a forgotten callback, want 1", n)
	}
}

// An import says at its end which outcomes found no contact.
func TestImportEndsWithOrphans(t *testing.T) {
	r := newRun(t)
	r.tickAt(monday)
	in := func(id string, e event.Event) {
		e.Lane = "january"
		r.say(id, e)
	}
	in("1", event.Event{Type: event.SaleRecorded, Contact: "c1", Object: "o", AmountCents: event.NumberOf(4900)})
	in("2", event.Event{Type: event.SaleRecorded, Contact: "c2", Object: "o", AmountCents: event.NumberOf(100)})
	in("3", event.Event{Type: event.ContactStarted, Contact: "c1"})
	in("4", event.Event{Type: event.ImportFinished})
	if n := r.total("sale_cents"); n != 4900 || r.dead[aggregator.ReasonLateOutcome] != 1 {
		t.Errorf("sale_cents %d, dead letters %v; want 4900, one too late", n, r.dead)
	}
}

// A runaway source fills neither a contact nor its stub.
func TestOutcomesOfAContactAreBounded(t *testing.T) {
	r := newRun(t)
	r.tickAt(monday)
	r.say("start", event.Event{Type: event.ContactStarted, Contact: "c"})
	invite := func(from, to int) {
		for n := from; n < to; n++ {
			r.say(fmt.Sprint("s", n), event.Event{Type: event.SurveyInvited, Contact: "c", Object: fmt.Sprint(n)})
		}
	}
	invite(0, 40)
	r.say("end", event.Event{Type: event.ContactEnded, Contact: "c"})
	r.tickAt(r.clock + hour)
	invite(40, 100)
	if n, dead := r.total("survey_invited"), r.dead[aggregator.ReasonTooManyEvents]; n != 64 || dead != 36 {
		t.Errorf("%d invitations counted, %d dead letters; want 64, 36", n, dead)
	}
}
