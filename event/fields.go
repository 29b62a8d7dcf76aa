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
	{"state", func(e *Event) *string { return &e.State }, "The new state: of the advisor, of the contact in the menu, of the notice."},
	{"kind", func(e *Event) *string { return &e.Kind }, "Which kind of connection, release, transfer, reply, dial or supervision."},
	{"by", func(e *Event) *string { return &e.By }, "Who ended the conversation."},
	{"target", func(e *Event) *string { return &e.Target }, "The queue, advisor, contact or item it went to; of supervisor.joined: the supervisor."},
	{"code", func(e *Event) *string { return &e.Code }, "The disposition."},
	{"line", func(e *Event) *string { return &e.Line }, "What carries the call: the trunk that it came in by, or our number that a dial presents. Never a customer's number."},
	{"workstation", func(e *Event) *string { return &e.Workstation }, "What the advisor works at: a telephone, a headset, a seat. Said of an offer."},
	{"result", func(e *Event) *string { return &e.Result }, "How a dial or an attempt to call back turned out."},
	{"purpose", func(e *Event) *string { return &e.Purpose }, "Why a customer is called, or may be."},
	{"basis", func(e *Event) *string { return &e.Basis }, "What allows the call."},
	{"verdict", func(e *Event) *string { return &e.Verdict }, "Of the check before a dial, by who dials."},
	{"audit", func(e *Event) *string { return &e.Audit }, "Of the same check, done again by Vigie."},
	{"object", func(e *Event) *string { return &e.Object }, "Id of what the event is about: an evaluation, a survey, a sale, a callback, a list, a record of a list, a notice, an incident, an action."},
	{"class", func(e *Event) *string { return &e.Class }, "Class of the disposition; absent: by the configuration, from the code."},
	{"resolved", func(e *Event) *string { return &e.Resolved }, "Whether the request was resolved, as declared."},
	{"complaint", func(e *Event) *string { return &e.Complaint }, "Whether the customer complained."},
	{"critical", func(e *Event) *string { return &e.Critical }, "Critical failures that an evaluation found: one or more of `customer`, `business`, `compliance`, in that order, with commas between."},
}

// numberField is one integer attribute: its name on the wire, where it sits in an Event, and its limits.
type numberField struct {
	name            string
	of              func(*Event) *Number
	atLeast, atMost int64
	doc             string
}

// numberFields lists the integer attributes of outcomes in the order in which they are written.
var numberFields = [...]numberField{
	{"amountcents", func(e *Event) *Number { return &e.AmountCents }, 0, MaxAmountCents, "Value of a sale, in cents of the centre's currency."},
	{"scorebp", func(e *Event) *Number { return &e.ScoreBP }, 0, 10_000, "Score of an evaluation, in hundredths of a percent."},
	{"csat", func(e *Event) *Number { return &e.CSAT }, 1, 5, "Satisfaction."},
	{"nps", func(e *Event) *Number { return &e.NPS }, 0, 10, "Would the customer recommend us?"},
	{"ces", func(e *Event) *Number { return &e.CES }, 1, 5, "How easy it was."},
	{"count", func(e *Event) *Number { return &e.Count }, 1, MaxCount, "How many records."},
	{"slots", func(e *Event) *Number { return &e.Slots }, 1, MaxSlots, "How many contacts of the channel an advisor takes at once."},
}

// Limits on an event. They bound what one record can cost; a record beyond them is a dead letter.
const (
	MaxRecordBytes = 64 << 10      // one record: 32 strings of 256 bytes and 32 KiB of config data fit with room
	MaxStringBytes = 256           // one attribute
	MaxDataBytes   = 32 << 10      // the payload of config.*, schedule.published, correction.issued and the register
	MaxDataDepth   = 16            // objects and arrays in one another in a payload; ours need three
	MaxSequence    = 1<<31 - 1     // CloudEvents integers are 32 bits
	MaxAmountCents = 1_000_000_000 // one sale: ten million of the currency
	MaxCount       = 10_000_000    // records of one list
	MaxSlots       = 50            // contacts of one channel that an advisor takes at once
	MinTime        = int64(1)      // 1970
	MaxTime        = 7258118400000 // 2200-01-01T00:00:00Z: later is a broken clock
)
