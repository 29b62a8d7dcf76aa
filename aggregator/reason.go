// SPDX-License-Identifier: Apache-2.0

package aggregator

// Reason says why a record gave no facts. Its String is the metric label and the dead letter's reason.
type Reason uint8

// The reasons. ReasonNone means that the record was digested.
const (
	ReasonNone Reason = iota
	ReasonInvalid
	ReasonOversize
	ReasonTooLate
	ReasonUnknownQueue
	ReasonUnknownAdvisor
	ReasonParkedFull
	ReasonTooManyContacts
	ReasonTooManyEvents
	ReasonTooManyNames
	ReasonTooManyWorlds
	ReasonBadConfig
	ReasonNotSupported
	ReasonBadCorrection
	numReasons
)

var reasonNames = [numReasons]string{"none", "invalid", "oversize", "too_late", "unknown_queue", "unknown_advisor",
	"parked_full", "too_many_contacts", "too_many_events", "too_many_names", "too_many_worlds", "bad_config", "not_supported",
	"bad_correction"}

// String returns the reason's label.
func (r Reason) String() string { return reasonNames[r] }

// Reasons lists every reason a record can become a dead letter for.
func Reasons() []Reason {
	all := make([]Reason, 0, numReasons-1)
	for r := ReasonInvalid; r < numReasons; r++ {
		all = append(all, r)
	}
	return all
}

// DeadLetter is a record that gave no facts, and why. The shell keeps the record's bytes with it.
type DeadLetter struct {
	Offset int64
	Reason Reason
	Detail string // for a person: the field, what was found, what to do
}

// remedy is what a dead letter's reader can do, for the reasons that the record itself does not explain.
func (r Reason) remedy() string {
	switch r {
	case ReasonOversize:
		return "the record is larger than one event may be; split it, or drop the free text it carries"
	case ReasonTooLate:
		return "the contact ended too long ago for this event to change it; send a correction.issued event with explicit deltas"
	case ReasonUnknownQueue:
		return "the centre's configuration names no such queue; add it and apply, or let unknown queues be accepted"
	case ReasonUnknownAdvisor:
		return "the centre's configuration names no such advisor; add the advisor and apply, or let unknown advisors be accepted"
	case ReasonParkedFull:
		return "too many events are ahead of the log's clock; check the clock of the source"
	case ReasonTooManyContacts:
		return "more contacts are open than a centre can have; check that the source ends them"
	case ReasonTooManyEvents:
		return "more events came for this contact or advisor than one can have; check the source for a loop"
	case ReasonTooManyNames:
		return "the centre uses more different names than it can have; check that no id is sent as a queue, advisor or reason"
	case ReasonTooManyWorlds:
		return "the partition has more centres and lanes than it can have; finish imports, or add partitions"
	case ReasonNotSupported:
		return "this version does not book events of this type"
	}
	return ""
}
