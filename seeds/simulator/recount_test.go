// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/vigie-kpi/vigie/event/zone"
)

// A reader of the lines who knows nothing of the simulator: it counts again, from the events alone, what the truth says.

// said is what the reader understands of a line.
type said struct {
	ID, Source, Type, Channel, Contact, Queue, Advisor, Reason, State, Kind, By, Target, Resolved, Complaint, Object string
	Time, Received                                                                                                   time.Time
	Sequence, ScoreBP, AmountCents                                                                                   int64
}

func readLines(t *testing.T, lines []byte) []said {
	t.Helper()
	var all []said
	seen := map[string]bool{}
	for line := range bytes.Lines(lines) {
		var s said
		if err := json.Unmarshal(line, &s); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if key := s.Source + " " + s.ID; !seen[key] {
			seen[key] = true
			all = append(all, s)
		}
	}
	slices.SortStableFunc(all, func(a, b said) int {
		return cmp.Or(a.Time.Compare(b.Time), strings.Compare(a.Source, b.Source), cmp.Compare(a.Sequence, b.Sequence))
	})
	return all
}

// tally is counts and ms by "day scope what".
type tally map[string]int64

func (c tally) add(day, scope, what string, n int64) {
	if n != 0 && scope != "" { // a call of a campaign has no queue
		c[day+" "+scope+" "+what] += n
	}
}

// recounter reads the events in order.
type recounter struct {
	paris    *time.Location
	tally    tally
	waits    map[string]said // by contact: the entry in the queue where it waits
	began    map[string]time.Time
	merged   map[string]string
	entries  map[string]said
	advisors map[string]*watched
	classed  map[string]said
	scores   map[string]said
	chats    map[string]bool // contacts
}

// watched is one advisor, seen from outside.
type watched struct {
	id          string
	state       string // as told: available, paused/reason, offline
	doing       string // ringing, on_call, after_call; "" is what was told
	since       time.Time
	rang        time.Time
	from, ended time.Time
	kind, by    string
	queue       string
	heldAt      time.Time
	held        time.Duration
	holds       int
	joined      string              // how a supervisor came, if one did
	chats       map[string]*watched // one for each chat, by contact
}

// day is the business day: it begins at five in the morning in Paris.
func (r *recounter) day(t time.Time) string {
	l := t.In(r.paris)
	if l.Hour() < 5 {
		l = l.AddDate(0, 0, -1)
	}
	return l.Format(time.DateOnly)
}

func (r *recounter) nextDay(t time.Time) time.Time {
	day, _ := time.ParseInLocation(time.DateOnly, r.day(t), r.paris)
	return time.Date(day.Year(), day.Month(), day.Day()+1, 5, 0, 0, 0, r.paris)
}

func recount(t *testing.T, events []said) tally {
	t.Helper()
	paris, err := zone.Load("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	r := &recounter{paris: paris, tally: tally{}, waits: map[string]said{}, began: map[string]time.Time{}, merged: map[string]string{},
		entries: map[string]said{}, advisors: map[string]*watched{}, classed: map[string]said{}, scores: map[string]said{},
		chats: map[string]bool{}}
	for _, e := range events {
		r.contact(e)
		r.aftermath(e)
		if e.Advisor != "" && e.Source == "simulator:telephony" {
			r.advisor(e)
		}
	}
	for id, to := range r.merged {
		e := r.entries[id]
		r.tally.add(r.day(e.Time), e.Queue, "handed in", 1)
		if to == "" {
			t.Errorf("contact %s became a part of nothing", id)
		}
	}
	if len(r.waits) > 0 {
		t.Errorf("%d contacts wait for ever", len(r.waits))
	}
	return r.tally
}

func (r *recounter) contact(e said) {
	day := r.day(e.Time)
	ended := func(what string) {
		wait := e.Time.Sub(r.waits[e.Contact].Time).Milliseconds()
		r.tally.add(day, e.Queue, what, 1)
		r.tally.add(day, e.Queue, what+" ms", wait)
		delete(r.waits, e.Contact)
	}
	switch e.Type {
	case "contact.started":
		r.began[e.Contact] = e.Time
		r.chats[e.Contact] = e.Channel == "chat"
	case "contact.merged":
		r.merged[e.Contact] = e.Target
	case "queue.entered":
		r.tally.add(day, e.Queue, "came in", 1)
		if r.entries[e.Contact].Queue != "" {
			r.tally.add(day, e.Queue, "handed in", 1)
		}
		r.waits[e.Contact], r.entries[e.Contact] = e, e
	case "queue.abandoned":
		ended("hung up")
	case "queue.left":
		r.tally.add(day, e.Queue, "sent away "+e.Reason, 1)
		ended("sent away")
	case "queue.refused":
		r.tally.add(day, e.Queue, "turned away "+e.Reason, 1)
	case "advisor.connected":
		if e.Kind == "" && e.Queue != "" {
			r.tally.add(day, e.Advisor, "picked up", 1)
			ended("picked up")
		}
	}
}

func (r *recounter) aftermath(e said) {
	if r.began[e.Contact].IsZero() {
		return // of a message: see recount_desk_test.go
	}
	day := r.day(r.began[e.Contact])
	both := func(what string, n int64) {
		r.tally.add(day, e.Advisor, what, n)
		r.tally.add(day, e.Queue, what, n)
	}
	switch e.Type {
	case "contact.recorded":
		both("recorded", 1)
	case "contact.classified":
		if before, again := r.classed[e.Contact]; again {
			both("resolved "+before.Resolved, -1)
			both("complaint "+before.Complaint, -1)
		}
		r.classed[e.Contact] = e
		both("resolved "+e.Resolved, 1)
		both("complaint "+e.Complaint, 1)
	case "survey.invited":
		both("invited", 1)
	case "survey.answered":
		both("replied", 1)
	case "sale.recorded":
		both("sold", 1)
		both("sold cents", e.AmountCents)
	case "sale.cancelled":
		both("unsold", 1)
	case "evaluation.submitted":
		r.scores[e.Object] = e
		both("evaluated", 1)
		both("score", e.ScoreBP)
	case "evaluation.cancelled":
		e, day = r.scores[e.Object], r.day(r.began[e.Contact])
		both("evaluated", -1)
		both("score", -e.ScoreBP)
	}
}

func (r *recounter) advisor(e said) {
	w := r.advisors[e.Advisor]
	if w == nil {
		w = &watched{id: e.Advisor, state: "offline", since: e.Time, chats: map[string]*watched{}}
		r.advisors[e.Advisor] = w
	}
	r.account(w, e.Time)
	if !r.chats[e.Contact] {
		r.follow(w, e)
		return
	}
	one := w.chats[e.Contact]
	if one == nil {
		one = &watched{id: w.id}
		w.chats[e.Contact] = one
	}
	if r.follow(one, e); one.doing == "" {
		delete(w.chats, e.Contact)
	}
}

// follow follows a call, or one of the chats that an advisor has.
func (r *recounter) follow(w *watched, e said) {
	both := func(what string, n int64) {
		r.tally.add(r.day(e.Time), w.id, what, n)
		r.tally.add(r.day(e.Time), e.Queue, what, n)
	}
	ringOver := func() {
		both("ring ms", e.Time.Sub(w.rang).Milliseconds())
		w.doing = ""
	}
	switch e.Type {
	case "advisor.state":
		w.state = e.State
		if e.State == "paused" {
			w.state = e.Reason
		}
	case "advisor.offered":
		w.doing, w.rang = "ringing", e.Time
		both("rings", 1)
	case "advisor.missed":
		both("missed", 1)
		ringOver()
	case "advisor.cancelled":
		both("cut", 1)
		ringOver()
	case "advisor.connected":
		if w.doing == "ringing" {
			ringOver()
		} else if e.Kind == "direct" {
			both("put through", 1)
		}
		*w = watched{id: w.id, state: w.state, since: w.since, doing: "on_call", from: e.Time, kind: e.Kind, queue: e.Queue, chats: w.chats}
	case "advisor.held":
		w.heldAt, w.holds = e.Time, w.holds+1
	case "advisor.resumed":
		w.held, w.heldAt = w.held+e.Time.Sub(w.heldAt), time.Time{}
	case "advisor.released":
		w.ended, w.by, w.doing = e.Time, e.By, "after_call"
		if e.Kind != "wrapping" {
			r.done(w, e.Time)
		}
	case "advisor.transferred":
		if !w.heldAt.IsZero() {
			w.held += e.Time.Sub(w.heldAt)
		}
		both("handed on "+e.Kind, 1)
		w.ended = e.Time
		r.done(w, e.Time)
	case "advisor.wrapped":
		r.done(w, e.Time)
	case "advisor.assistance_requested":
		both("help", 1)
	case "supervisor.joined":
		w.joined = e.Kind
	}
}

// done counts a conversation whose work is over.
func (r *recounter) done(w *watched, at time.Time) {
	both := func(what string, n int64) {
		r.tally.add(r.day(at), w.id, what, n)
		if w.queue != "" {
			r.tally.add(r.day(at), w.queue, what, n)
		}
	}
	w.doing = ""
	switch w.kind {
	case "consult":
		both("advised", 1)
		both("advice ms", at.Sub(w.from).Milliseconds())
		return
	case "direct":
		both("put through done", 1)
		both("put through ms", at.Sub(w.from).Milliseconds())
		return
	}
	both("done", 1)
	both("talk ms", (w.ended.Sub(w.from) - w.held).Milliseconds())
	both("hold ms", w.held.Milliseconds())
	both("after ms", at.Sub(w.ended).Milliseconds())
	if w.holds > 0 {
		both("with hold", 1)
	}
	switch w.joined { // whoever only listens has no say
	case "takeover":
		both("taken over", 1)
		both("helped", 1)
	case "whisper", "barge":
		both("helped", 1)
	}
	if w.by != "" {
		both("ended by "+w.by, 1)
	}
}

func (r *recounter) account(w *watched, to time.Time) {
	doing := w.doing
	if doing == "" {
		doing = w.chatting()
	}
	if doing == "" {
		doing = w.state
	}
	for doing != "offline" && w.since.Before(to) {
		until := r.nextDay(w.since)
		if until.After(to) {
			until = to
		}
		r.tally.add(r.day(w.since), w.id, "time "+doing, until.Sub(w.since).Milliseconds())
		w.since = until
	}
	w.since = to
}

// chatting is what an advisor does about all chats together.
func (w *watched) chatting() string {
	chats := map[string]bool{}
	for _, one := range w.chats {
		chats[one.doing] = true
	}
	switch {
	case chats["on_call"]:
		return "on_chat"
	case chats["ringing"]:
		return "ringing"
	case chats["after_call"]:
		return "after_call"
	}
	return ""
}

// tallied is the truth in the words of the recount.
func tallied(truth *Truth) tally {
	c := tally{}
	for _, d := range truth.Days {
		for id, q := range d.Queues {
			add := func(what string, n int64) { c.add(d.Date, id, what, n) }
			add("came in", q.CameIn)
			add("handed in", q.HandedIn)
			add("picked up", q.PickedUp)
			add("picked up ms", q.PickedUpWait)
			add("hung up", q.HungUp)
			add("hung up ms", q.HungUpWait)
			for reason, n := range q.SentAway {
				add("sent away "+reason, n)
				add("sent away", n)
			}
			add("sent away ms", q.SentAwayWait)
			for reason, n := range q.TurnedAway {
				add("turned away "+reason, n)
			}
			talliedWork(add, &q.Work)
			talliedSaid(add, &q.Said)
		}
		for id, a := range d.Advisors {
			add := func(what string, n int64) { c.add(d.Date, id, what, n) }
			add("picked up", a.PickedUp)
			for state, ms := range a.States {
				if state == "ready" {
					state = "available"
				}
				add("time "+state, ms)
			}
			talliedWork(add, &a.Work)
			talliedSaid(add, &a.Said)
		}
	}
	return c
}

func talliedWork(add func(string, int64), w *Work) {
	for what, n := range map[string]int64{"rings": w.Rings, "missed": w.RingsMissed, "cut": w.RingsCut, "ring ms": w.RingTime,
		"done": w.Done, "talk ms": w.Talk, "hold ms": w.Hold, "after ms": w.AfterCall, "with hold": w.WithHold, "advised": w.Advised,
		"advice ms": w.AdviceTime, "put through": w.PutThrough, "put through done": w.PutThroughDone, "put through ms": w.PutThroughTime,
		"help": w.HelpAsked, "helped": w.Helped, "taken over": w.TakenOver, "recorded": w.Recorded} {
		add(what, n)
	}
	for by, n := range w.EndedBy {
		add("ended by "+by, n)
	}
	for kind, n := range w.HandedOn {
		add("handed on "+kind, n)
	}
}

func talliedSaid(add func(string, int64), s *Said) {
	for what, n := range map[string]int64{"resolved yes": s.Resolved, "resolved no": s.Unresolved, "complaint yes": s.Complaints,
		"invited": s.Invited, "replied": s.Replied, "sold": s.Sold, "sold cents": s.SoldFor, "unsold": s.Unsold,
		"evaluated": s.Evaluated, "score": s.Scores} {
		add(what, n)
	}
}

// TestTruthIsWhatWasSaid: whoever reads the lines and counts comes to the same sums, ms for ms, though the events came
// late, twice and out of order.
func TestTruthIsWhatWasSaid(t *testing.T) {
	o := Options{From: "2026-11-14", To: "2026-11-19", Seed: 2, AfterMs: 3 * dayMs,
		Delivery: Delivery{DelayMs: 200, DisorderMs: 60_000, Duplicates: 0.02, Late: 0.01, LateMs: 20 * minuteMs}}
	truth, lines := simulate(t, capRivage(t), o)
	got := recount(t, readLines(t, lines))
	for key := range got {
		for _, unsaid := range []string{"complaint no", "resolved "} { // the truth has no word for these
			if n := len(key) - len(unsaid); n > 0 && key[n:] == unsaid {
				delete(got, key)
			}
		}
		if got[key] == 0 {
			delete(got, key) // said and taken back
		}
	}
	if diff := gocmp.Diff(map[string]int64(tallied(truth)), map[string]int64(got)); diff != "" {
		t.Errorf("truth (-) and recount (+):\n%s", diff)
	}
	for _, what := range []string{"came in", "handed in", "sent away callback", "sent away withdrawn", "missed", "advised", "put through",
		"handed on blind", "handed on consult", "handed on external", "ended by system", "evaluated", "unsold", "help", "helped", "taken over"} {
		if !happened(got, what) {
			t.Errorf("in five days nothing was %q: the test proves less than it should", what)
		}
	}
}

func happened(c tally, what string) bool {
	for key := range c {
		if n := len(key) - len(what); n > 0 && key[n:] == what {
			return true
		}
	}
	return false
}

// TestTeamsAreTheirPeople: the sums of the teams are those of their advisors.
func TestTeamsAreTheirPeople(t *testing.T) {
	truth := history(t, capRivage(t), Options{From: CapRivageDay, To: "2026-11-18", Seed: CapRivageSeed})
	for _, d := range truth.Days {
		sum := func(people map[string]*PeopleDay) string {
			var all PeopleDay
			var ms int64
			for _, p := range people {
				all.PickedUp += p.PickedUp
				all.Rings += p.Rings
				all.Talk += p.Talk
				all.Invited += p.Invited
				for _, n := range p.States {
					ms += n
				}
			}
			return fmt.Sprint(all.PickedUp, all.Rings, all.Talk, all.Invited, ms)
		}
		if teams, advisors := sum(d.Teams), sum(d.Advisors); teams != advisors {
			t.Errorf("%s: teams %s, advisors %s", d.Date, teams, advisors)
		}
	}
	lent := truth.Days[0].Teams["indigo"]
	a := truth.Days[0].Advisors["a050"]
	if a == nil || lent == nil {
		t.Fatal("the advisor who is lent to Indigo did not work")
	}
}
