// SPDX-License-Identifier: Apache-2.0

// Package asterisk is the source asterisk-queue-log: it turns the queue log of an Asterisk into events.
//
// It knows the log's verbs, their columns and units, how Asterisk names members, and how such a file grows and
// rotates. It never knows where events go (see ingest.Publisher), a threshold or a measure. Start with Parser, then
// verbs.go; DESIGN.md has the table of verbs and the traps.
package asterisk

import (
	"fmt"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/ingest"
)

// SourceName is the name of this source in commands and configuration.
const SourceName = "asterisk-queue-log"

// Options configures a Parser.
type Options struct {
	Centre string // required: the centre that the events belong to
	Source string // the source attribute of the events; default "asterisk"

	// ContactPrefix is put before each call id. It is needed when two Asterisks without a systemname feed one centre:
	// their call ids (epoch.counter) could be the same for two customers.
	ContactPrefix string

	Members []MemberRule    // how member interfaces become advisors' names; the first rule that matches decides
	Privacy *ingest.Privacy // hashes callers' numbers; nil: no customer attribute

	// PlainNames says that the log's call lines show member names rather than interfaces. Prescan finds it out; the
	// parser also learns it from the lines it sees. See the reason unmapped_member.
	PlainNames bool
}

// Validate checks the options without any I/O.
func (o *Options) Validate() error {
	if o.Centre == "" {
		return fmt.Errorf("%s: no centre: say which contact centre the log belongs to (--centre)", SourceName)
	}
	for _, f := range []struct{ name, value string }{{"centre", o.Centre}, {"source", o.Source}, {"contact prefix", o.ContactPrefix}} {
		if len(f.value) > event.MaxStringBytes/4 {
			return fmt.Errorf("%s: %s is %d bytes long, at most %d are allowed", SourceName, f.name, len(f.value), event.MaxStringBytes/4)
		}
		if why := badText(f.value); why != "" {
			return fmt.Errorf("%s: %s %q: %s", SourceName, f.name, f.value, why)
		}
	}
	return nil
}

// Ignored says why a line that was understood makes no event. The zero value: it was not ignored.
type Ignored uint8

// The reasons to ignore a line.
const (
	NotIgnored      Ignored = iota
	IgnoredBlank            // an empty line
	IgnoredSettings         // a change of settings, such as PENALTY: no indicator depends on it
	IgnoredRemark           // information beside the calls, such as DID
	IgnoredOutbound         // an outbound call: this source maps queues only
	IgnoredMember           // ADDMEMBER or REMOVEMEMBER of an interface while calls show names: a rule is missing
	IgnoredRestart          // QUEUESTART while no call is open: nothing was lost
	IgnoredNoLeg            // it concerns a conversation that the log did not show
	numIgnored
)

var ignoredNames = [numIgnored]string{
	NotIgnored:      "none",
	IgnoredBlank:    "blank",
	IgnoredSettings: "settings",
	IgnoredRemark:   "remark",
	IgnoredOutbound: "outbound",
	IgnoredMember:   "unmapped_member",
	IgnoredRestart:  "restart_without_calls",
	IgnoredNoLeg:    "no_open_leg",
}

// String returns the reason as a metric label.
func (i Ignored) String() string {
	if i >= numIgnored {
		return "invalid"
	}
	return ignoredNames[i]
}

// Output is what one line became: events, or a dead letter, or a reason to ignore it; exactly one of the three.
type Output struct {
	Place   ingest.Place
	Events  []event.Event // in order; valid until the next line, their strings for good
	Dead    *ingest.DeadLetter
	Ignored Ignored
}

// Parser turns lines into events. What it returns is a function of the options and the lines so far, nothing else: the
// same lines give the same events with the same ids. It belongs to one goroutine.
type Parser struct {
	o       Options
	seconds secondTable
	calls   callTable
	plain   bool // call lines show names without a slash
	summary Summary

	events []event.Event
	line   line
	stem   string // id of the current line's first event
}

// NewParser returns a parser at the start of a log.
func NewParser(o Options) (*Parser, error) {
	if o.Source == "" {
		o.Source = "asterisk"
	}
	if err := o.Validate(); err != nil {
		return nil, err
	}
	return &Parser{o: o, plain: o.PlainNames, seconds: newSecondTable(), calls: newCallTable(), summary: newSummary()}, nil
}

// ExpectPlainNames tells the parser what Prescan found: calls show member names, so members shown by interface need a
// rule.
func (p *Parser) ExpectPlainNames() { p.plain = true }

// Line parses one line, without its line end. raw is not kept.
func (p *Parser) Line(raw []byte, place ingest.Place) Output {
	p.events = p.events[:0]
	p.summary.Lines++
	out := Output{Place: place}
	refused := p.line.parse(raw, &p.o)
	switch {
	case refused != nil:
	case p.line.blank():
		out.Ignored = IgnoredBlank
	default:
		out.Ignored, refused = p.apply(&p.line)
	}
	if refused != nil {
		return p.dead(out, raw, refused)
	}
	out.Events = p.events
	p.summary.add(&p.line, &out)
	return out
}

// TooLong accounts for a line beyond MaxLineBytes, of which the reader kept only a beginning.
func (p *Parser) TooLong(beginning []byte, lineBytes int64, place ingest.Place) Output {
	p.events = p.events[:0]
	p.summary.Lines++
	return p.dead(Output{Place: place}, beginning, refuse(ingest.ReasonTooLong,
		"the line is %d bytes long, at most %d are allowed", lineBytes, MaxLineBytes))
}

func (p *Parser) dead(out Output, raw []byte, r *refusal) Output {
	out.Events, out.Ignored = nil, NotIgnored
	out.Dead = &ingest.DeadLetter{Source: p.o.Source, Place: out.Place, Reason: r.reason, Detail: r.detail, Raw: redact(raw)}
	p.summary.Dead[r.reason]++
	return out
}

// apply runs the verb of a line whose columns are sound.
func (p *Parser) apply(l *line) (Ignored, *refusal) {
	v, refused := l.rule()
	if refused != nil || v.ignore != NotIgnored {
		return v.ignore, refused
	}
	if refused = l.check(v); refused != nil {
		return NotIgnored, refused
	}
	if v.shows && l.agent != "" && !isInterface(l.agent) {
		p.plain = true
	}
	p.stem = p.seconds.lineID(l)
	ignored := v.handle(p, l)
	return ignored, nil
}

// emit appends an event of the current line; the caller fills in what its type needs.
func (p *Parser) emit(t event.Type, at event.Millis) *event.Event {
	p.events = append(p.events, event.Event{
		ID:       eventID(p.stem, len(p.events)),
		Source:   p.o.Source,
		Type:     t,
		Time:     at,
		Sequence: p.seconds.next(at),
		Centre:   p.o.Centre,
	})
	return &p.events[len(p.events)-1]
}

// emitContact appends an event about a contact in a queue.
func (p *Parser) emitContact(t event.Type, at event.Millis, contact, queue string) *event.Event {
	e := p.emit(t, at)
	e.Contact, e.Queue, e.Channel = contact, queue, event.ChannelVoice
	return e
}
