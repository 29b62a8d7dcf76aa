// SPDX-License-Identifier: Apache-2.0

package aggregator

import "github.com/vigie-kpi/vigie/indicator"

// Grain says what a fact counts. The grains are never mixed: a contact has queue legs, a queue leg has advisor legs.
type Grain uint8

// The grains. Append only: their numbers are in the snapshot and their names in the store.
const (
	GrainContact Grain = iota + 1
	GrainQueueLeg
	GrainAdvisorLeg
	GrainTime       // an advisor's minute
	GrainQuality    // a survey, an evaluation, a recording
	GrainOutbound   // a dial, a disposition, a sale, a record or a list
	GrainCompliance // a check of a dial
	GrainCallback   // a promise to call back
	GrainDeferred   // a message that waits for a reply
)

var grainNames = [...]string{"", "contact", "queue_leg", "advisor_leg", "time", "quality", "outbound", "compliance", "callback", "deferred"}

// String returns the grain's name in the store.
func (g Grain) String() string {
	if int(g) >= len(grainNames) {
		return ""
	}
	return grainNames[g]
}

// ID is an interned name of a world: index into World names. 0 is the empty name.
type ID uint32

// Dims are the dimensions of a fact. Line and Workstation are those of an advisor leg, Line also of a dial: what is said of a contact
// afterwards has neither.
type Dims struct {
	Programme, Site, Queue, Campaign, Channel, Direction, Team, HomeTeam, Advisor, Reason ID

	Line, Workstation ID
}

// Inc adds Value to a measure, or to one bin of a bin family.
type Inc struct {
	Key   IncKey
	Value int64
}

// IncKey names a measure or a bin: a measure's number as it is, or, from binKeyBase on, a bin of a family.
type IncKey uint16

// Each family has binKeySpan keys; the measures stay below binKeyBase.
const (
	binKeyBase = 1024
	binKeySpan = 1024
)

// MeasureKey is the key of a measure.
func MeasureKey(m indicator.Measure) IncKey { return IncKey(m) }

// BinKey is the key of one bin of a family.
func BinKey(f indicator.BinFamily, bin uint16) IncKey {
	return IncKey(binKeyBase + int(f)*binKeySpan + int(bin))
}

// Measure returns the measure that the key names, or false for a bin.
func (k IncKey) Measure() (indicator.Measure, bool) {
	return indicator.Measure(k), k < binKeyBase
}

// Bin returns the family and the bin that the key names, or false for a measure.
func (k IncKey) Bin() (indicator.BinFamily, uint16, bool) {
	if k < binKeyBase {
		return 0, 0, false
	}
	return indicator.BinFamily((k - binKeyBase) / binKeySpan), uint16((k - binKeyBase) % binKeySpan), true
}

// Fact is one row for the store: increments of measures at an event time, with dimensions and lineage. A correction is
// a fact with negative increments, at the time and with the dimensions of what it corrects.
type Fact struct {
	At      int64 // ms UTC: when what is counted happened
	Offset  int64 // the log record that made it known
	World   *World
	Contact string // "" for GrainTime, for load_ms, which legs with the same dimensions share, for production_ms, and for records and lists
	Seq     uint32 // position among the facts of the same offset
	Version uint32 // configuration version that applied
	Day     int32  // business day in the centre's zone, days since 1970-01-01; of a schedule's minute its shift date
	Grain   Grain
	Dims    Dims
	// Increments of this fact: Ready.Incs[First:End].
	First, End int32
}

// Gauge is the state of one scope at a pane's border: raw integers, sampled every 10 seconds of log clock.
type Gauge struct {
	At     int64
	World  *World
	Scope  indicator.ScopeKind
	Name   ID // 0 for the centre itself
	Values [NumGauges]int64
}

// GaugeKind is a column of the gauges table.
type GaugeKind uint8

// The gauges. Append only.
const (
	GaugeWaiting GaugeKind = iota
	GaugeLongestWaitMs
	GaugeLogged
	GaugeAvailable
	GaugeRinging
	GaugeOnContact
	GaugeWrapping
	GaugePaused
	GaugeHelpRequests
	GaugeItemsOpen
	GaugeItemsOverdue // open, and their reply was due
	GaugeItemsParked
	GaugeOldestItemMs // since it came, or was reopened
	GaugeSlotsFree    // contacts that those on queue could still take
	GaugeCallbacksPending
	GaugeCallbacksOverdue
	GaugeItemsDueToday
	GaugeOldestUnansweredMs
	GaugeComplaintsAckSoon
	GaugeComplaintsAckLate
	GaugeComplaintsReplySoon
	GaugeComplaintsReplyLate
	// What Erlang says of the queue's staffing group, at quarters of an hour; 0 at other times, and where it cannot be told.
	GaugeStaffRequired
	GaugeStaffRequiredC
	GaugeStaffPresent
	GaugePredictedServiceBp
	GaugeCallbacksUnassigned // of those pending
	GaugeFollowUpsPending    // callbacks of campaigns
	GaugeFollowUpsOverdue
	NumGauges
)

var gaugeNames = [NumGauges]string{"waiting", "longest_wait_ms", "advisors_logged", "advisors_available", "advisors_ringing",
	"advisors_on_contact", "advisors_wrapping", "advisors_paused", "help_requests", "items_open", "items_overdue", "items_parked", "oldest_item_ms", "slots_free",
	"callbacks_pending", "callbacks_overdue", "items_due_today", "oldest_unanswered_ms",
	"complaints_ack_soon", "complaints_ack_late", "complaints_reply_soon", "complaints_reply_late",
	"staff_required", "staff_required_c", "staff_present", "predicted_service_bp",
	"callbacks_unassigned", "follow_ups_pending", "follow_ups_overdue"}

// String returns the gauge's column name.
func (g GaugeKind) String() string { return gaugeNames[g] }

// ContactRow is what the store keeps of a contact for drill-down. A later row of the same contact replaces an earlier one.
type ContactRow struct {
	World       *World
	Contact     string
	Customer    string
	CustomerOld string // the customer's hash under the key before, during a rotation
	Offset      int64
	StartedAt   int64
	EndedAt     int64 // 0 while it is going on
	Day         int32
	Dims        Dims // last queue, team and advisor
	// When what the daily job reads was booked, with its business day: the first entry in a queue (contacts), the base of
	// repeats (repeat_base), the abandon that it ended with. At is 0 when it was not.
	Entered, Base, Abandoned Instant
	TalkMs                   int64 // of all conversations, without hold
	// Conversations are those of the contact, a line each (see conversationLines), where they are not just one with the last
	// advisor of Dims; else "".
	Conversations string
	FirstQueue    ID
	Outcome       Outcome
	QueueLegs     int32
	AdvisorLegs   int32
	WaitMs        int64
	HandleMs      int64
	Life          uint8 // a contact that came back long after its end has a row for each life, from 0
	Deleted       bool  // merged into another contact
}

// Instant is a time, ms UTC, with its business day in the centre's zone, days since 1970-01-01.
type Instant struct {
	At  int64
	Day int32
}

// ImportEnd says that an import of history is complete.
type ImportEnd struct{ Centre, Lane string }

// Outcome is how a contact stands.
type Outcome uint8

// The outcomes of a contact.
const (
	OutcomeOpen Outcome = iota
	OutcomeAnswered
	OutcomeAbandoned
	OutcomeLeft
	OutcomeRefused
	OutcomeLost
)

var outcomeNames = [...]string{"open", "answered", "abandoned", "left", "refused", "lost"}

// String returns the outcome's name in the store.
func (o Outcome) String() string { return outcomeNames[o] }
