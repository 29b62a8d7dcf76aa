// SPDX-License-Identifier: Apache-2.0

package event

// stringField is one string attribute: its name on the wire and where it sits in an Event.
type stringField struct {
	name string
	of   func(*Event) *string
	doc  string
}

// stringFields lists the string attributes in the order in which they are written. It is the one description of the
// envelope: encoder, validator, schema and docs read it.
var stringFields = [...]stringField{
	{"id", func(e *Event) *string { return &e.ID }, "Unique within source."},
	{"source", func(e *Event) *string { return &e.Source }, "Who says it."},
	{"centre", func(e *Event) *string { return &e.Centre }, "The contact centre; the key of the log record."},
	{"lane", func(e *Event) *string { return &e.Lane }, "Empty is live; an import of history has a lane of its own."},
	{"contact", func(e *Event) *string { return &e.Contact }, "Stable id of one customer journey."},
	{"queue", func(e *Event) *string { return &e.Queue }, "Where contacts wait."},
	{"team", func(e *Event) *string { return &e.Team }, "The advisor's working team, when the source knows better than the memberships."},
	{"advisor", func(e *Event) *string { return &e.Advisor }, "Who works."},
	{"site", func(e *Event) *string { return &e.Site }, "Where the advisor works."},
	{"channel", func(e *Event) *string { return &e.Channel }, "How the contact came in."},
	{"direction", func(e *Event) *string { return &e.Direction }, "Inbound, outbound or internal."},
	{"campaign", func(e *Event) *string { return &e.Campaign }, "Outbound list."},
	{"programme", func(e *Event) *string { return &e.Programme }, "For an outsourcer: whose contact this is."},
	{"customer", func(e *Event) *string { return &e.Customer }, "Keyed hash of the customer's identifier."},
	{"customerold", func(e *Event) *string { return &e.CustomerOld }, "The same customer under the previous key, during a rotation."},
	{"reason", func(e *Event) *string { return &e.Reason }, "Why this happened."},
	{"contactreason", func(e *Event) *string { return &e.ContactReason }, "Why the customer came."},
	{"state", func(e *Event) *string { return &e.State }, "The advisor's new state."},
	{"kind", func(e *Event) *string { return &e.Kind }, "Which kind of connection, release or transfer."},
	{"by", func(e *Event) *string { return &e.By }, "Who ended the conversation."},
	{"target", func(e *Event) *string { return &e.Target }, "The queue, advisor or contact it went to."},
	{"code", func(e *Event) *string { return &e.Code }, "The disposition."},
}

// Limits on an event. They bound what one record can cost; a record beyond them is a dead letter.
const (
	MaxRecordBytes = 64 << 10      // one record: 22 strings of 256 bytes and 32 KiB of config data fit with room
	MaxStringBytes = 256           // one attribute
	MaxDataBytes   = 32 << 10      // the payload of config.* and correction.issued
	MaxDataDepth   = 16            // objects and arrays in one another in a payload; ours need three
	MaxSequence    = 1<<31 - 1     // CloudEvents integers are 32 bits
	MinTime        = int64(1)      // 1970
	MaxTime        = 7258118400000 // 2200-01-01T00:00:00Z: later is a broken clock
)
