// SPDX-License-Identifier: Apache-2.0

package indicator

import "slices"

// Attribution is the moment at which a measure is booked. An indicator whose parts have
// different ones is to be read over times much longer than one contact.
type Attribution uint8

// The attributions.
const (
	// AttributionMoment: when it happens (offered at entry, answered at connection).
	AttributionMoment Attribution = iota
	// AttributionClose: together, when the advisor leg or the contact closes.
	AttributionClose
	// AttributionMinute: wall-clock time, cut at minutes.
	AttributionMinute
	// AttributionOrigin: at the time of the contact or sale it is about, even if it becomes
	// known days later.
	AttributionOrigin
	// AttributionDue: when the time limit passes, or when it is met, if earlier.
	AttributionDue
	// AttributionNow: a state, at the instant at which it is looked at.
	AttributionNow

	numAttributions
)

var attributionNames = [numAttributions]string{"moment", "close", "minute", "origin", "due", "now"}

// String returns the stable name of a.
func (a Attribution) String() string { return attributionNames[a] }

// Attribution tells when m is booked.
func (m Measure) Attribution() Attribution {
	info := m.Info()
	if info.Time {
		return AttributionMinute
	}
	switch m {
	case ContactsClosed, CustomerWaitMs, ContactHandleMs,
		Handled, TalkMs, HoldMs, WrapMs, Held, HandleDs2, TalkShort, ReleasedByAdvisor, ReleasedByCustomer,
		DirectHandled, DirectMs, Assisted, TakenOver:
		return AttributionClose
	case Complaints, ResolutionAsked, Resolved, RepeatBase, Repeated3d, Repeated7d, Repeated14d, Repeated30d, AbandonedReturned1h,
		SalesCancelled, CancelledCents:
		return AttributionOrigin
	case Crossed, ItemsDue, ItemsMet, ComplaintAckDue, ComplaintAckMet, ComplaintReplyDue, ComplaintReplyMet,
		CallbacksDue, CallbacksKept:
		return AttributionDue
	}
	if info.Grain == GrainQuality {
		return AttributionOrigin
	}
	return AttributionMoment
}

// daily are the measures that the daily job books and the machine never does, because they
// look back further than a machine can remember.
var daily = []Measure{
	Repeated3d, Repeated7d, Repeated14d, Repeated30d, Repeats3d, Repeats7d, Repeats14d, Repeats30d, AbandonedReturned1h,
}

// Daily tells whether m is booked by the daily job over the stored contacts, so that it
// does not exist live.
func (m Measure) Daily() bool { return slices.Contains(daily, m) }
