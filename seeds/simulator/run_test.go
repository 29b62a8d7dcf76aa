// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vigie-kpi/vigie/event"
)

var aDay = Options{From: CapRivageDay, To: "2026-11-18", Seed: 1}

// TestSameSeedSameBytes: a run can be repeated, byte for byte; another seed is another day.
func TestSameSeedSameBytes(t *testing.T) {
	spec := capRivage(t)
	truthA, a := simulate(t, spec, aDay)
	truthB, b := simulate(t, spec, aDay)
	if !bytes.Equal(a, b) {
		t.Error("the same seed gave other events")
	}
	if write(t, truthA) != write(t, truthB) {
		t.Error("the same seed gave another truth")
	}
	other := aDay
	other.Seed++
	if _, c := simulate(t, spec, other); bytes.Equal(a, c) {
		t.Error("another seed gave the same events")
	}
}

func write(t *testing.T, truth *Truth) string {
	t.Helper()
	var out strings.Builder
	if err := truth.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestDeliveryChangesNothing: events that come late, twice and out of order tell of the same day; the log's clock never
// goes back, and nothing is received before it happens.
func TestDeliveryChangesNothing(t *testing.T) {
	spec := capRivage(t)
	truth, straight := simulate(t, spec, aDay)
	rough := aDay
	rough.Delivery = Delivery{DelayMs: 150, DisorderMs: 60_000, Duplicates: 0.05, Late: 0.02, LateMs: 30 * minuteMs}
	roughTruth, lines := simulate(t, spec, rough)
	if write(t, truth) != write(t, roughTruth) {
		t.Error("the delivery changed the truth")
	}
	one, many := decode(t, straight), decode(t, lines)
	if len(many) <= len(one) {
		t.Errorf("%d events, of which one in twenty should have come twice, are %d", len(one), len(many))
	}
	byID := map[string]event.Event{}
	for _, e := range one {
		e.Received = 0
		byID[e.Source+e.ID] = e
	}
	disorder := 0
	for i, e := range many {
		if i > 0 && e.Received < many[i-1].Received {
			t.Fatalf("event %s was received before the one that it follows", e.ID)
		}
		if i > 0 && e.Time < many[i-1].Time {
			disorder++
		}
		if e.Received < e.Time+150 {
			t.Fatalf("event %s was received %d ms after it happened", e.ID, e.Received-e.Time)
		}
		e.Received = 0
		if diff := cmp.Diff(byID[e.Source+e.ID], e); diff != "" {
			t.Fatalf("event %s is another one:\n%s", e.ID, diff)
		}
	}
	if disorder == 0 {
		t.Error("no event overtook another")
	}
}

// decode reads the lines with our own decoder, strictly.
func decode(t *testing.T, lines []byte) []event.Event {
	t.Helper()
	var d event.Decoder
	var all []event.Event
	for line := range bytes.Lines(lines) {
		var e event.Event
		if err := d.Decode(line, &e); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if err := e.Validate(); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		all = append(all, e.Clone())
	}
	return all
}

// TestEventsAreValid: every event is one that the door would let in, has an id of its own, and says when it happened in
// the order of its source, but for what was written before the centre knew of it; every schedule can be followed.
func TestEventsAreValid(t *testing.T) {
	o := Options{From: "2026-10-23", To: "2026-10-27", Seed: 3, AfterMs: dayMs, Lane: "history", Centre: "elsewhere"} // with a night of 25 hours
	truth, lines := simulate(t, capRivage(t), o)
	events := decode(t, lines)
	if int64(len(events)) != truth.Events {
		t.Errorf("the truth knows of %d events, there are %d", truth.Events, len(events))
	}
	seen, last := map[string]bool{}, map[string]event.Event{}
	for _, e := range events {
		if key := e.Source + " " + e.ID; seen[key] {
			t.Errorf("%s: the id is used twice", key)
		} else {
			seen[key] = true
		}
		if before := last[e.Source]; e.Sequence <= before.Sequence || e.Time < before.Time && e.Type != event.ItemCreated {
			t.Errorf("%s %s: not in the order of its source", e.Source, e.ID)
		}
		if e.Type != event.ItemCreated {
			last[e.Source] = e
		}
		if e.Centre != "elsewhere" || e.Lane != "history" {
			t.Errorf("%s: centre %q, lane %q", e.ID, e.Centre, e.Lane)
		}
		if e.Type == event.SchedulePublished {
			if _, err := event.ParseSchedule(e.Data); err != nil {
				t.Errorf("the schedule of %s: %v", e.Advisor, err)
			}
		}
	}
}

// TestAHistoryAndTheDayAfter: a history and a live day that follows it share no id, and nobody is at work in both at the
// same time, but for who finishes a call.
func TestAHistoryAndTheDayAfter(t *testing.T) {
	spec := capRivage(t)
	before, first := simulate(t, spec, Options{From: "2026-11-16", To: CapRivageDay, Seed: 1, EndShifts: true, AfterMs: 2 * dayMs})
	_, second := simulate(t, spec, aDay)
	if tail := before.Days[len(before.Days)-1]; tail.Date == string(CapRivageDay) {
		for id, a := range tail.Advisors {
			if a.States[stateReady] > 0 || a.States[reasonBreak] > 0 {
				t.Errorf("%s stays at work after the last day", id)
			}
		}
	}
	seen := map[string]bool{}
	for _, e := range decode(t, first) {
		seen[e.Source+e.ID] = true
		if e.Type == event.ContactStarted || e.Type == event.ItemCreated {
			seen[e.Contact] = true
		}
	}
	for _, e := range decode(t, second) {
		if seen[e.Source+e.ID] || (e.Type == event.ContactStarted || e.Type == event.ItemCreated) && seen[e.Contact] {
			t.Fatalf("event %s of contact %s has the id of another on the day before", e.ID, e.Contact)
		}
	}
}

type fullSink struct{ left int }

var errFull = errors.New("no space left")

func (f *fullSink) Put(*event.Event) error {
	if f.left--; f.left < 0 {
		return errFull
	}
	return nil
}

// TestErrors: whoever asks for what cannot be is told what is wrong; a sink that fails ends the run.
func TestErrors(t *testing.T) {
	c := func(want string, spec *Spec, o Options) {
		t.Helper()
		_, err := Run(spec, &o, nowhere{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("found the error %v, it should say %q", err, want)
		}
	}
	spec := capRivage(t)
	c("an organisation", &Spec{}, aDay)
	c("write it such as 2026-11-17", spec, Options{From: "tomorrow", To: "2026-11-18"})
	c("is not after the first", spec, Options{From: "2026-11-18", To: "2026-11-18"})
	c("too many", spec, Options{From: "2016-11-18", To: "2026-11-18"})
	c("nothing reaches the log before it happens", spec, Options{From: "2026-11-17", To: "2026-11-18", Delivery: Delivery{DelayMs: -1}})
	noQueue := *spec
	noQueue.Lines = []Line{{Queue: "nowhere"}}
	c("line nowhere: the organisation has no such queue", &noQueue, aDay)
	noReason := *spec
	noReason.Lines = []Line{{Queue: "assistance"}}
	c("nobody has a reason to call", &noReason, aDay)

	inbox := func(in Inbox) *Spec {
		one := *spec
		one.Inboxes = []Inbox{in}
		return &one
	}
	someReason := []Reason{{Name: "facture", Share: 1, Handle: Fixed(1)}}
	c("inbox nowhere: the organisation has no such queue", inbox(Inbox{Queue: "nowhere"}), aDay)
	c("inbox mail: nobody has a reason to write", inbox(Inbox{Queue: "mail"}), aDay)
	c("it has 24 half-hours; a day has 48", inbox(Inbox{Queue: "mail", Reasons: someReason, PerHalfHour: make([]float64, 24)}), aDay)
	c("nobody knows how long the work takes", inbox(Inbox{Queue: "mail", Reasons: []Reason{{Name: "facture"}}}), aDay)
	c("Asked without AskedBack", inbox(Inbox{Queue: "mail", Reasons: someReason, Course: Course{Asked: 0.1}}), aDay)
	c("nobody knows how old its stock is", inbox(Inbox{Queue: "mail", Reasons: someReason, Stock: Stock{Messages: 1}}), aDay)

	o := aDay
	if _, err := Run(spec, &o, &fullSink{left: 1000}); !errors.Is(err, errFull) {
		t.Errorf("found the error %v, it should be the sink's", err)
	}
}

// TestProgress: a run tells how far it is, once for each hour.
func TestProgress(t *testing.T) {
	var reports []Progress
	o := aDay
	o.Progress = func(p Progress) { reports = append(reports, p) }
	history(t, capRivage(t), o)
	if n := len(reports); n != 25 || reports[0].Now != reports[0].From || reports[n-2].Now >= reports[n-1].Now || reports[24].Now != reports[24].To {
		t.Errorf("%d reports in a day of 24 hours: %+v", n, reports)
	}
}
