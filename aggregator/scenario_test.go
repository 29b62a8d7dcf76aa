// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event/zone"
)

// TestScenarios reads the stories of testdata: what the sources say, and what a supervisor must see then. Each file opens
// with what it shows and carries the arithmetic of its numbers.
//
// After a change of the machine's words, `go test -run TestScenarios -rewrite` writes what it says now into the files.
// Commit that only after the arithmetic beside each changed number has been done again: the hand decides, not the code.
//
// Beyond what a file says, each command is checked against rules that hold in every story: see checks and checkTwin.
func TestScenarios(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		s := newScenario(t)
		datadriven.RunTest(t, path, s.run)
		s.t = t
		s.checkTwin()
		if n := len(s.out.dead) - s.seen.dead; n > 0 {
			t.Errorf("%s: %d dead letters that the story never looks at; add a `dead` command", path, n)
		}
	})
}

// centre is the one contact centre of all stories.
const centre = "lyon"

// scenario is one story under way.
type scenario struct {
	t *testing.T

	loc      *time.Location // of the centre, for the times in the file
	calendar *zone.Calendar
	date     time.Time // civil date of the times without a date
	versions int       // configurations published

	manySlots bool // somebody takes several contacts at once

	m    *aggregator.Machine
	log  [][]byte // every record, by offset
	out  output   // what m gave since the story began
	seen marks    // how much of out the story has looked at

	pos    string              // of the command under way, in the file
	twin   *aggregator.Machine // restored from m's snapshot before each command that writes: a restart must never show
	echo   output              // what twin gave since then
	twinAt marks               // what m had given by then
	twinOf string              // pos of that command

	saved     []byte // by the command snapshot
	savedLog  int
	savedMark marks
}

func newScenario(t *testing.T) *scenario {
	return &scenario{t: t, loc: time.UTC, calendar: zone.NewCalendar(time.UTC, 0), m: aggregator.New(0)}
}

// run does one command and then checks what must hold after any.
func (s *scenario) run(t *testing.T, d *datadriven.TestData) string {
	s.t, s.pos = t, d.Pos
	answer := s.command(d)
	s.checks()
	if answer == "" {
		return "none\n"
	}
	return answer
}

// command is the language of the stories. Long on purpose: the reference of the language is read here, top to bottom.
func (s *scenario) command(d *datadriven.TestData) string {
	switch d.Cmd {
	case "day":
		// The date of the times that follow, in the centre's zone.
		//
		//	day 2026-11-17
		//	----
		//	Tuesday
		return s.day(d.CmdArgs[0].Key)

	case "config":
		// Publish a configuration and switch to it. at is needed when the log is still empty; version, count and hash
		// lie on purpose.
		//
		//	config at=08:59:00
		//	centre zone=Europe/Paris day_starts=05:00 threshold=20s short=5s variant=sl_neg
		//	queue assistance threshold=30s from=12:00:00 channel=voice programme=alpha
		//	calendar bureau monday=09:00-12:00,14:00-18:00 tuesday=09:00-18:00 closed=2026-12-25/2027-01-01
		//	queue mail channel=email calendar=bureau due_opening=8h
		//	advisor ana team=north
		//	states cafe=break
		//	campaign spring programme=alpha purpose=prospecting calendar=days
		//	dispositions sold=pitched_won
		//	----
		//	ok
		return s.config(d)

	case "event":
		// Put events into the log, one a line: the time it happened, the type, attributes. received is when it arrived,
		// by default when it happened or now if that is later. Also: id (two lines with one id are one event told twice),
		// sequence, source, lane. During the hour that a clock change repeats, the time carries its offset.
		//
		//	event
		//	09:00:05 queue.entered contact=c1 queue=assistance
		//	02:30:00+01:00 queue.abandoned contact=c2 queue=assistance received=02:31:00+01:00
		//	----
		//	ok
		return s.events(strings.Split(d.Input, "\n"))

	case "schedule":
		// Publish an advisor's schedule of a shift date; at is when, by default now. A stretch that ends before it begins
		// ends on the next day; one that begins with + begins there. The other words are those of an event.
		//
		//	schedule advisor=ana date=2026-11-17 at=08:00:00
		//	09:00-12:00 productive paid
		//	12:00-12:45 lunch
		//	----
		//	ok
		return s.schedule(d)

	case "repeat":
		// Put the same story into the log n times, `every` apart, in order of time; $ is the number, from 1. The times are
		// offsets from the beginning of each.
		//
		//	repeat n=70 from=09:00:00 every=1s
		//	0s queue.entered contact=a$ queue=assistance
		//	5s advisor.connected contact=a$ queue=assistance advisor=ana
		//	----
		//	ok
		return s.repeat(d)

	case "tick":
		// The owner of the partition says what time it is.
		//
		//	tick 09:00:30
		//	----
		//	ok
		return s.events([]string{d.CmdArgs[0].Key + " tick"})

	case "raw":
		// Put the bytes into the log as they are.
		//
		//	raw
		//	{"type":
		//	----
		//	ok
		s.append([]byte(d.Input))
		return "ok\n"

	case "facts":
		// The facts since the last look: event time, grain, contact, dimensions, increments. grain shows these grains
		// only; the others count as seen.
		//
		//	facts grain=(queue_leg, contact)
		//	----
		//	09:00:05 queue_leg c1 queue=assistance: offered 1
		return s.showFacts(d)

	case "kpi":
		// What a scope's window holds at the clock: its measures that are not zero, and the indicators asked for.
		// measures shows these only, zero or not.
		//
		//	kpi scope=queue:assistance window=15m indicators=(sl_neg, asa)
		//	----
		//	queue_leg: offered 2, answered 1, answered_within 1, wait_answered_ms 12000
		//	sl_neg = 1 / 1 = 100.00 %
		//	asa = 12000 / 1 = 12000 ms
		return s.showIndicators(d)

	case "stock":
		// The items that are open now, by queue.
		//
		//	stock
		//	----
		//	mail: 3
		return s.showStock()

	case "waiting":
		// Who waits now, by queue.
		//
		//	waiting
		//	----
		//	assistance: 2, the longest for 12.5 s
		return s.showWaiting()

	case "gauges":
		// The last sample of the gauges: taken at each ten seconds of the clock.
		//
		//	gauges
		//	----
		//	09:00:30 queue assistance: waiting 2, longest_wait_ms 12500
		return s.showGauges()

	case "contacts":
		// How contacts stood when they came to rest, since the last look.
		//
		//	contacts
		//	----
		//	c1: answered, 1 queue leg, 1 advisor leg, waited 12 s, handled 120 s, 09:00:00 to 09:02:12
		return s.showContacts()

	case "dead":
		// The dead letters since the last look; `why` shows what a person is told.
		//
		//	dead why
		//	----
		//	queue.abandoned c1: too_late
		return s.showDead(d.HasArg("why"))

	case "snapshot":
		// Remember the machine's state, for restore.
		//
		//	snapshot
		//	----
		//	ok
		s.saved, s.savedLog, s.savedMark = s.m.Snapshot(), len(s.log), s.out.marks()
		return "ok\n"

	case "restore":
		// Crash: go on from the last snapshot and read again what the log got since. What the machine gives the second
		// time must be what it gave the first time.
		//
		//	restore
		//	----
		//	read 3 records again: the same facts, the same state
		return s.restore()
	}
	s.t.Fatalf("%s: unknown command %q", d.Pos, d.Cmd)
	return ""
}

func (s *scenario) day(date string) string {
	parsed, err := time.Parse(time.DateOnly, date)
	if err != nil {
		s.t.Fatal(err)
	}
	s.date = parsed
	return parsed.Weekday().String() + "\n"
}

// newTwin restarts a second machine from the first one's snapshot. It is called before the first record of a command, not
// before each command: what a story reads must not depend on a snapshot having been taken just before.
func (s *scenario) newTwin() {
	s.checkTwin()
	s.twin, s.echo, s.twinAt, s.twinOf = s.restored(s.m.Snapshot()), output{}, s.out.marks(), s.pos
}

func (s *scenario) restored(snapshot []byte) *aggregator.Machine {
	m, err := aggregator.Restore(snapshot)
	if err != nil {
		s.t.Fatal(err)
	}
	return m
}

func (s *scenario) restore() string {
	s.checkTwin()
	s.twin = nil
	hash := s.m.StateHash()
	first := s.out.since(s.savedMark)
	s.m = s.restored(s.saved)
	var again output
	for offset := s.savedLog; offset < len(s.log); offset++ {
		again.step(s.m, offset, s.log[offset])
	}
	facts, state := "the same facts", "the same state"
	if d := first.diff(&again); d != "" {
		facts = "other facts (-first +again):\n" + d
	}
	if s.m.StateHash() != hash {
		state = "another state"
	}
	return fmt.Sprintf("read %d records again: %s, %s\n", len(s.log)-s.savedLog, facts, state)
}
