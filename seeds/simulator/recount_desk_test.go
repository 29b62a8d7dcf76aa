// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/vigie-kpi/vigie/event/zone"
)

// letter is a message as a reader of the lines sees it.
type letter struct {
	queue, advisor string
	writer         string           // who replied last
	said           map[string]int64 // afterwards, by nobody in particular
	written, cycle time.Time
	parked         time.Time
	replied        bool
}

// recountDesk counts again, from the events alone, what the truth says of messages: all but limits and opening hours, of
// which opening_test.go has examples.
func recountDesk(t *testing.T, events []said) tally {
	t.Helper()
	paris, err := zone.Load("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	r := &recounter{paris: paris, tally: tally{}}
	letters := map[string]*letter{}
	for _, e := range events {
		if e.Type == "item.created" {
			letters[e.Contact] = &letter{queue: e.Queue, written: e.Time, cycle: e.Time, said: map[string]int64{}}
			r.tally.add(r.day(e.Time), e.Queue, "written", 1)
			if e.Complaint == "yes" {
				letters[e.Contact].said["complaints"] = 1
			}
		}
	}
	for _, e := range events {
		if l := letters[e.Contact]; l != nil {
			r.message(l, e)
		}
	}
	for _, l := range letters {
		for what, n := range l.said {
			r.tally.add(r.day(l.written), l.queue, what, n)
			r.tally.add(r.day(l.written), cmp.Or(l.writer, l.advisor), what, n)
		}
	}
	return r.tally
}

func (r *recounter) message(l *letter, e said) {
	who, day := e.Advisor, r.day(e.Time)
	if who == "" {
		who = l.advisor
	}
	both := func(what string, n int64) {
		r.tally.add(day, l.queue, what, n)
		if who != "" {
			r.tally.add(day, who, what, n)
		}
	}
	pauseOver := func() {
		if !l.parked.IsZero() {
			both("paused ms", e.Time.Sub(l.parked).Milliseconds())
			l.parked = time.Time{}
		}
	}
	switch e.Type {
	case "item.assigned":
		l.advisor = e.Advisor
		both("taken", 1)
	case "item.parked":
		l.parked = e.Time
	case "item.resumed":
		pauseOver()
	case "item.replied":
		if e.Kind == "automatic" {
			both("receipts", 1)
			return
		}
		l.writer = e.Advisor
		both("replies", 1)
		if !l.replied {
			both("first replies", 1)
			both("first reply ms", e.Time.Sub(l.written).Milliseconds())
		}
		l.replied = true
	case "item.solved":
		both("solved", 1)
		both("solved ms", e.Time.Sub(l.cycle).Milliseconds())
		pauseOver()
	case "item.dropped":
		both("dropped "+e.Reason, 1)
		pauseOver()
	case "item.merged":
		both("dropped merged", 1)
		pauseOver()
	case "item.reopened":
		both("reopened", 1)
		l.cycle = e.Time
	case "contact.classified":
		day = r.day(l.written)
		if e.Advisor != "" && l.said["complaints"] > 0 {
			both("complaints", 1)
			l.said["complaints"] = 0
		}
		switch {
		case e.Resolved == "":
		case e.Advisor == "":
			l.said["resolved "+e.Resolved]++
		default:
			both("resolved "+e.Resolved, 1)
		}
	case "survey.invited":
		l.said["invited"]++
	case "survey.answered":
		l.said["answered"]++
	}
}

// talliedDesk is the truth of the desk in the words of the recount.
func talliedDesk(truth *Truth) tally {
	c := tally{}
	for _, d := range truth.Desk {
		for _, scopes := range []map[string]*DeskWork{d.Queues, d.Advisors} {
			for id, w := range scopes {
				for what, n := range map[string]int64{"written": w.Written, "taken": w.Taken, "receipts": w.Receipts, "replies": w.Replies,
					"first replies": w.FirstReplies, "first reply ms": w.FirstReplyTime, "solved": w.Solved, "solved ms": w.SolvedTime,
					"paused ms": w.Paused, "reopened": w.Reopened, "resolved yes": w.Resolved, "resolved no": w.Unresolved, "complaints": w.Complaints,
					"invited": w.Invited, "answered": w.Answered} {
					c.add(d.Date, id, what, n)
				}
				for why, n := range w.Dropped {
					c.add(d.Date, id, "dropped "+why, n)
				}
			}
		}
	}
	return c
}

// TestTruthOfTheDeskIsWhatWasSaid: whoever reads the lines and counts comes to the same sums of messages, ms for ms, though
// the events came late, twice and out of order.
func TestTruthOfTheDeskIsWhatWasSaid(t *testing.T) {
	o := Options{From: "2026-11-12", To: "2026-11-19", Seed: 1, AfterMs: 3 * dayMs,
		Delivery: Delivery{DelayMs: 200, DisorderMs: 60_000, Duplicates: 0.02, Late: 0.01, LateMs: 20 * minuteMs}}
	truth, lines := simulate(t, capRivage(t), o)
	got := recountDesk(t, readLines(t, lines))
	if diff := gocmp.Diff(map[string]int64(talliedDesk(truth)), map[string]int64(got)); diff != "" {
		t.Errorf("truth (-) and recount (+):\n%s", diff)
	}
	for _, what := range []string{"receipts", "paused ms", "dropped spam", "dropped duplicate", "dropped withdrawn", "dropped merged",
		"reopened", "answered", "complaints"} {
		if !happened(got, what) {
			t.Errorf("in a week nothing was %q: the test proves less than it should", what)
		}
	}
}
