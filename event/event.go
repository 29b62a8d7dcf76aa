// SPDX-License-Identifier: Apache-2.0

// Package event is the language of Vigie: what a source says happened, as one flat JSON object that is also a valid
// CloudEvents 1.0 event (our fields are extension attributes).
//
// It knows the envelope, the event types, their JSON and what makes an event valid. It never knows Kafka, a clock, a
// measure or a formula, and of ours it imports only its own zone. Start with Event, then Type, then Decoder.
package event

import "strings"

// Millis is an instant: milliseconds since 1970-01-01T00:00:00Z.
type Millis = int64

// Event is one immutable statement of a source. Empty strings are absent attributes.
//
// The strings of an Event that a Decoder filled share memory with the decoded bytes: they are valid until those bytes
// are reused. Clone makes an Event that lives on its own.
type Event struct {
	ID       string // unique within Source; ID and Source together identify the event, a redelivery repeats both
	Source   string // who says it, for example "asterisk:paris-1"
	Type     Type
	Time     Millis // when it happened, by the source's clock
	Received Millis // when the publisher took it in, by the publisher's clock; it moves the log's clock. 0 = not stamped yet
	Sequence int64  // the source's own order among events of the same Time

	Centre string // the contact centre; the Kafka key. Empty for ticks only
	Lane   string // "" is live; an import of history runs in a lane of its own

	Contact       string // stable root id of one customer journey
	Queue         string
	Team          string // set by a source that knows better than the dated memberships
	Advisor       string
	Site          string
	Channel       string // see Channels
	Direction     string // see Directions
	Campaign      string
	Programme     string
	Customer      string // keyed hash, never an identity in clear
	CustomerOld   string // the same customer under the previous key, during a key rotation
	Reason        string // why this happened: of queue.left, queue.refused, advisor.missed, advisor.state
	ContactReason string // why the customer came
	State         string // of advisor.state: see States
	Kind          string // of advisor.connected, advisor.released, advisor.transferred: see Kinds
	By            string // of advisor.released: who ended the conversation, see Parties
	Target        string // of advisor.transferred and contact.merged: the queue, advisor or contact it went to
	Code          string // of contact.disposed: the disposition

	Data []byte // of config.* and correction.issued: one JSON object, verbatim; nil otherwise
}

// Type says what kind of thing happened. The zero Type is not valid.
type Type uint8

// The event types. Append only: the number of a type is part of the snapshot format.
const (
	TypeInvalid Type = iota
	Tick             // the owner of a partition says that time passed; carries no centre
	ContactStarted
	ContactEnded
	ContactMerged // Contact was a leg of Target: from now on, and in the past, both are one journey
	ContactDisposed
	QueueEntered
	QueueAbandoned
	QueueLeft
	QueueRefused
	AdvisorOffered
	AdvisorMissed
	AdvisorCancelled // the offer ended without anybody's fault: the customer left or another advisor took the contact
	AdvisorConnected
	AdvisorHeld
	AdvisorResumed
	AdvisorReleased
	AdvisorWrapped
	AdvisorTransferred
	AdvisorState
	ConfigCentre
	ConfigQueue
	ConfigAdvisor
	ConfigStates
	ConfigApplied
	ImportFinished
	CorrectionIssued
	numTypes
)

var typeNames = [numTypes]string{
	Tick:               "tick",
	ContactStarted:     "contact.started",
	ContactEnded:       "contact.ended",
	ContactMerged:      "contact.merged",
	ContactDisposed:    "contact.disposed",
	QueueEntered:       "queue.entered",
	QueueAbandoned:     "queue.abandoned",
	QueueLeft:          "queue.left",
	QueueRefused:       "queue.refused",
	AdvisorOffered:     "advisor.offered",
	AdvisorMissed:      "advisor.missed",
	AdvisorCancelled:   "advisor.cancelled",
	AdvisorConnected:   "advisor.connected",
	AdvisorHeld:        "advisor.held",
	AdvisorResumed:     "advisor.resumed",
	AdvisorReleased:    "advisor.released",
	AdvisorWrapped:     "advisor.wrapped",
	AdvisorTransferred: "advisor.transferred",
	AdvisorState:       "advisor.state",
	ConfigCentre:       "config.centre",
	ConfigQueue:        "config.queue",
	ConfigAdvisor:      "config.advisor",
	ConfigStates:       "config.states",
	ConfigApplied:      "config.applied",
	ImportFinished:     "import.finished",
	CorrectionIssued:   "correction.issued",
}

var typeByName = func() map[string]Type {
	m := make(map[string]Type, numTypes)
	for t := Tick; t < numTypes; t++ {
		m[typeNames[t]] = t
	}
	return m
}()

// String returns the type's name on the wire, for example "queue.entered".
func (t Type) String() string {
	if t == TypeInvalid || t >= numTypes {
		return "invalid"
	}
	return typeNames[t]
}

// ParseType returns the type with that name on the wire, or false.
func ParseType(name string) (Type, bool) {
	t, ok := typeByName[name]
	return t, ok
}

// Types lists every valid type in its numeric order.
func Types() []Type {
	all := make([]Type, 0, numTypes-1)
	for t := Tick; t < numTypes; t++ {
		all = append(all, t)
	}
	return all
}

// Words that certain attributes are limited to.
const (
	ChannelVoice  = "voice"
	ChannelChat   = "chat"
	ChannelEmail  = "email"
	ChannelSocial = "social"
	ChannelLetter = "letter"
	ChannelSMS    = "sms"
	ChannelVideo  = "video"

	DirectionInbound  = "inbound"
	DirectionOutbound = "outbound"
	DirectionInternal = "internal"

	StateAvailable = "available" // ready for contacts; with a queue: joined that queue, or ready again in it
	StatePaused    = "paused"    // not ready, with a reason; with a queue: in that queue only
	StateOffline   = "offline"   // logged out; with a queue: left that queue

	LeftTimeout   = "timeout"
	LeftOverflow  = "overflow"
	LeftCallback  = "callback"
	LeftVoicemail = "voicemail"
	LeftKey       = "key"
	LeftEmpty     = "empty"     // the queue had no advisor left
	LeftWithdrawn = "withdrawn" // taken out by the system or an operator
	LeftLost      = "lost"      // the source lost sight of it, for example at a restart

	RefusedClosed    = "closed"
	RefusedFull      = "full"
	RefusedNoAdvisor = "no_advisor"
	RefusedDeterred  = "deterred"

	ByAdvisor  = "advisor"
	ByCustomer = "customer"
	BySystem   = "system"

	KindBlind    = "blind"    // of a transfer: without talking to the next party
	KindConsult  = "consult"  // of a transfer: after talking to the next party. Of a connection: that talk
	KindDirect   = "direct"   // of a connection: reached without a queue
	KindMonitor  = "monitor"  // of a connection: a supervisor listens
	KindWhisper  = "whisper"  // of a connection: a supervisor speaks to the advisor alone
	KindWrapping = "wrapping" // of a release: after-contact work follows, until advisor.wrapped
	KindExternal = "external" // of a transfer: blind, to a number outside the centre
)

// Channels, Directions, States, LeftReasons, RefusedReasons, Parties, ConnectKinds, ReleaseKinds and TransferKinds
// list the words that the attribute may hold.
var (
	Channels       = []string{ChannelVoice, ChannelChat, ChannelEmail, ChannelSocial, ChannelLetter, ChannelSMS, ChannelVideo}
	Directions     = []string{DirectionInbound, DirectionOutbound, DirectionInternal}
	States         = []string{StateAvailable, StatePaused, StateOffline}
	LeftReasons    = []string{LeftTimeout, LeftOverflow, LeftCallback, LeftVoicemail, LeftKey, LeftEmpty, LeftWithdrawn, LeftLost}
	RefusedReasons = []string{RefusedClosed, RefusedFull, RefusedNoAdvisor, RefusedDeterred}
	Parties        = []string{ByAdvisor, ByCustomer, BySystem}
	ConnectKinds   = []string{KindConsult, KindDirect, KindMonitor, KindWhisper}
	ReleaseKinds   = []string{KindWrapping}
	TransferKinds  = []string{KindBlind, KindConsult, KindExternal}
)

// Clone returns a copy of e that shares no memory with the bytes that e was decoded from.
func (e *Event) Clone() Event {
	c := *e
	for a := firstString; a < numAttributes; a++ {
		*c.text(a) = strings.Clone(*e.text(a))
	}
	c.Data = append([]byte(nil), e.Data...) // nil when there is none
	return c
}
