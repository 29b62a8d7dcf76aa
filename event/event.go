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

// Event is one immutable statement of a source. Empty strings, zero Numbers and instants of 0 are absent attributes.
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
	State         string // of advisor.state, contact.menu and source.noticed: see States, MenuStates, NoticeStates
	Kind          string // of a connection, release, transfer, reply, dial or supervisor: see ConnectKinds and the other Kinds
	By            string // of advisor.released: who ended the conversation, see Parties
	Target        string // where it went: the queue, advisor, contact or item; of supervisor.joined: the supervisor
	Code          string // of contact.disposed: the disposition
	Line          string // what carries the call: the trunk it came in by, or our number that a dial presents; never a customer's number
	Workstation   string // what the advisor works at: a telephone, a headset, a seat

	// What outcomes say; telephony events have none of these.
	Result    string // of call.dialled and callback.attempted: see DialResults, AttemptResults
	Purpose   string // why a customer is called, or may be: see Purposes
	Basis     string // what allows the call: see Bases
	Verdict   string // of the check before a dial, by who dials: see Verdicts
	Audit     string // of the same check, done again by us: see Verdicts
	Object    string // id of the evaluation, survey, sale, callback, list or list record, notice, incident, action
	Class     string // of contact.disposed: see Classes
	Resolved  string // of contact.classified: Yes or No
	Complaint string // of contact.classified: Yes or No
	Critical  string // of evaluation.submitted: see CriticalSets

	AmountCents Number // of sale.recorded
	ScoreBP     Number // of evaluation.submitted: hundredths of a percent
	CSAT        Number // of survey.answered: satisfaction, 1 to 5
	NPS         Number // of survey.answered: would recommend, 0 to 10
	CES         Number // of survey.answered: ease, 1 to 5
	Count       Number // of list.loaded and list.closed: records
	Slots       Number // of advisor.capacity: contacts of the channel at once
	Due         Millis // of callback.requested: when the customer is to be called. 0 = absent

	Data []byte // of config.*, schedule.published, correction.issued and the register: one JSON object, verbatim; nil otherwise
}

// Clone returns a copy of e that shares no memory with the bytes that e was decoded from.
func (e *Event) Clone() Event {
	c := *e
	for a := firstString; a < numAttributes; a++ {
		*c.text(a) = strings.Clone(*e.text(a))
	}
	c.Data = append([]byte(nil), e.Data...) // nil when there is none
	return c
}
