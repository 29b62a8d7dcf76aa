// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/ingest"
	"github.com/vigie-kpi/vigie/organisation"
)

// WindowAll is the window that holds everything the files say.
const WindowAll = "all"

// ReplayWindows lists what ReplayOptions.Window may be.
func ReplayWindows() []string {
	names := []string{WindowAll, aggregator.WindowToday.String()}
	for _, w := range aggregator.Windows {
		if w != aggregator.WindowToday {
			names = append(names, w.String())
		}
	}
	return names
}

// DefaultCentre is the centre of a replay that names none.
const DefaultCentre = "centre"

// ReplayOptions configures Replay.
type ReplayOptions struct {
	Source    string   // one of ReplaySources
	Files     []string // in the order of time; "-" is standard input
	Centre    string   // default: what Config says, else DefaultCentre
	Config    organisation.Organisation
	Overrides Overrides
	Window    string   // one of ReplayWindows; default WindowAll
	Members   []string // how members of the telephone system become advisors, as REGEXP=NAME; the first that matches decides

	// Privacy hashes customers' identifiers; nil: no customer is known.
	Privacy *ingest.Privacy

	// DeadLetter takes each piece of input that did not count; nil drops them. An error ends the replay.
	DeadLetter func(ReplayDeadLetter) error
	// Progress is told now and then how far the replay is; nil tells nobody.
	Progress func(lines int64, at event.Millis)
}

// Validate checks the options without any I/O.
func (o *ReplayOptions) Validate() error {
	switch {
	case len(o.Files) == 0:
		return fmt.Errorf("no file to replay: name one, or - for standard input")
	case !slices.Contains(ReplayWindows(), o.Window):
		return fmt.Errorf("window %q: choose one of %s", o.Window, strings.Join(ReplayWindows(), ", "))
	}
	_, err := replaySourceNamed(o.Source)
	return err
}

// UnknownQueueError says that a threshold was given for a queue that the input does not have.
type UnknownQueueError struct {
	Queue string
	Seen  []string // the queues of the input, sorted
}

// Error implements error.
func (e *UnknownQueueError) Error() string {
	const most = 20
	seen := strings.Join(e.Seen[:min(len(e.Seen), most)], ", ")
	switch {
	case len(e.Seen) == 0:
		seen = "no queue"
	case len(e.Seen) > most:
		seen += fmt.Sprintf(" and %d more", len(e.Seen)-most)
	}
	return fmt.Sprintf("a threshold is given for queue %q, which the input does not have; it has %s", e.Queue, seen)
}

// Replay runs files through the machine, the same that runs live, and reports what it counted. Each event is taken in
// when it happened; at the end the clock stands at the last event.
func Replay(ctx context.Context, o ReplayOptions) (*ReplayReport, error) {
	if o.Window == "" {
		o.Window = WindowAll
	}
	o.Centre = firstNonEmpty(o.Centre, o.Config.ID, DefaultCentre)
	if err := o.Validate(); err != nil {
		return nil, err
	}
	if err := o.Overrides.apply(&o.Config); err != nil {
		return nil, err
	}
	catalogue, err := CatalogueOf(&o.Config)
	if err != nil {
		return nil, err
	}
	source, err := replaySourceNamed(o.Source)
	if err != nil {
		return nil, err
	}
	r := &replayer{ctx: ctx, o: &o, machine: aggregator.New(0), totals: newReplayTotals(), queues: map[string]bool{}}
	counts, err := source.read(ctx, &o, r.line)
	if err != nil {
		return nil, err
	}
	if err := r.checkThresholds(); err != nil {
		return nil, err
	}
	return r.report(catalogue, counts), nil
}

func firstNonEmpty(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// How the log's time may move before a person is told.
const (
	tickMs      = int64(60 * 60_000)          // the machine believes a longer jump only when a tick confirms it
	farAheadMs  = int64(7 * 24 * 60 * 60_000) // a centre is not closed for longer
	farBehindMs = int64(60 * 60_000)
)

// replayer feeds the machine from a source.
type replayer struct {
	ctx     context.Context
	o       *ReplayOptions
	machine *aggregator.Machine
	totals  *replayTotals

	place  ingest.Place // of the line being digested
	buf    []byte
	offset int64
	first  event.Millis // the least time of an event
	clock  event.Millis // the greatest time of an event so far
	queues map[string]bool

	lines, events, lineLetters, eventLetters int64
	ahead, behind                            timeLeap
}

// timeLeap is the first place at which the log's time moved strangely, and how often it did.
type timeLeap struct {
	place ingest.Place
	byMs  int64
	times int64
}

func (l *timeLeap) note(place ingest.Place, byMs int64) {
	if l.times++; l.times == 1 {
		l.place, l.byMs = place, byMs
	}
}

// line digests what one line became.
func (r *replayer) line(place ingest.Place, events []event.Event, dead *ingest.DeadLetter) error {
	r.place = place
	r.lines++
	if r.o.Progress != nil && r.lines%progressEvery == 0 {
		r.o.Progress(r.lines, r.clock)
	}
	if dead != nil {
		r.lineLetters++
		return r.deadLetter(ReplayDeadLetter{Source: dead.Source, Place: place, Reason: dead.Reason.String(), Detail: dead.Detail, Raw: dead.Raw})
	}
	for i := range events {
		if err := r.event(&events[i]); err != nil {
			return err
		}
	}
	return nil
}

const progressEvery = 1 << 12

// event puts one event into the log: received when it happened, but never before what came earlier.
func (r *replayer) event(e *event.Event) error {
	if r.events == 0 {
		if err := r.configure(e.Time); err != nil {
			return err
		}
		r.first = e.Time
	}
	if err := r.moveClock(e.Time); err != nil {
		return err
	}
	r.events++
	r.first = min(r.first, e.Time)
	if e.Queue != "" && !r.queues[e.Queue] {
		r.queues[strings.Clone(e.Queue)] = true
	}
	e.Received = r.clock
	refused := r.step(e)
	if refused == nil {
		return nil
	}
	r.eventLetters++
	return r.deadLetter(ReplayDeadLetter{Source: e.Source, Place: r.place, Reason: refused.Reason.String(),
		Detail: subject(e, refused.Reason) + refused.Detail, Raw: string(r.buf)})
}

// subject names what a refusal is about, where the machine's own words do not.
func subject(e *event.Event, why aggregator.Reason) string {
	switch why {
	case aggregator.ReasonUnknownQueue:
		return fmt.Sprintf("queue %q: ", e.Queue)
	case aggregator.ReasonUnknownAdvisor:
		return fmt.Sprintf("advisor %q: ", e.Advisor)
	case aggregator.ReasonTooLate:
		return fmt.Sprintf("%s of contact %q: ", e.Type, e.Contact)
	}
	return ""
}

// configure puts the centre's configuration into the log, before its first event.
func (r *replayer) configure(at event.Millis) error {
	records, err := configRecords(&r.o.Config, r.o.Centre, at)
	if err != nil {
		return err
	}
	for i := range records {
		if refused := r.step(&records[i]); refused != nil {
			return fmt.Errorf("the configuration was refused: %s: %s", refused.Reason, refused.Detail)
		}
	}
	return nil
}

// moveClock lets the owner's ticks confirm a long silence, an hour at a time: what happens by itself meanwhile, gauges
// above all, then never piles up.
func (r *replayer) moveClock(to event.Millis) error {
	if r.clock == 0 {
		r.clock = to
	}
	switch by := to - r.clock; {
	case by > farAheadMs:
		r.ahead.note(r.place, by)
	case by < -farBehindMs:
		r.behind.note(r.place, -by)
	}
	for to-r.clock > tickMs {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		r.clock += tickMs
		r.step(&event.Event{ID: fmt.Sprintf("tick-%d", r.clock), Source: "vigie", Type: event.Tick, Time: r.clock, Received: r.clock})
	}
	r.clock = max(r.clock, to)
	return nil
}

// step writes one record and takes what the machine has ready. It returns why the record was refused, if it was.
func (r *replayer) step(e *event.Event) *aggregator.DeadLetter {
	r.buf = event.AppendJSON(r.buf[:0], e)
	r.machine.Step(r.offset, r.buf)
	r.offset++
	ready := r.machine.Ready()
	r.totals.add(ready.Facts, ready.Incs)
	var refused *aggregator.DeadLetter
	if len(ready.DeadLetters) > 0 {
		letter := ready.DeadLetters[0]
		refused = &letter
	}
	r.machine.Clear()
	return refused
}

func (r *replayer) deadLetter(d ReplayDeadLetter) error {
	if r.o.DeadLetter == nil {
		return nil
	}
	return r.o.DeadLetter(d)
}

// checkThresholds finds thresholds that changed nothing: most often a queue's name mistyped.
func (r *replayer) checkThresholds() error {
	for _, queue := range sortedNames(r.o.Overrides.QueueThreshold) {
		if !r.queues[queue] {
			return &UnknownQueueError{Queue: queue, Seen: sortedNames(r.queues)}
		}
	}
	return nil
}

// world is the centre's live world; nil when there was no event.
func (r *replayer) world() *aggregator.World {
	for _, w := range r.machine.Worlds() {
		if w.Centre() == r.o.Centre && w.Lane() == "" {
			return w
		}
	}
	return nil
}
