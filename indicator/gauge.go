// SPDX-License-Identifier: Apache-2.0

package indicator

import "strconv"

// Gauge is one state of the closed list: what is so at an instant, as opposed to what
// happened. A gauge is an integer too, but it never adds up over time.
type Gauge uint16

// The gauges. The list is append-only.
const (
	// Those that the machine samples from its contacts and advisors.

	GaugeWaiting Gauge = iota
	GaugeLongestWaitMs
	GaugeAdvisorsLogged
	GaugeAdvisorsAvailable
	GaugeAdvisorsRinging
	GaugeAdvisorsOnContact
	GaugeAdvisorsWrapping
	GaugeAdvisorsPaused
	GaugeSlotsFree
	GaugeHelpRequests

	// The stock of deferred work.

	GaugeItemsOpen
	GaugeItemsOverdue
	GaugeItemsParked
	GaugeOldestItemMs

	// What Erlang gives for a staffing group; see staffing.go.

	GaugeStaffRequired
	GaugeStaffPresent
	GaugePredictedServiceBp

	// What only alert rules read.

	GaugeSilentMs

	// By Erlang C, beside GaugeStaffRequired.

	GaugeStaffRequiredC

	// Of the hours to come, and of past weeks; computed where a rule reads them.

	GaugeServiceNeededBp
	GaugeArrivals
	GaugeUsualArrivals
	GaugeDemandRarity
	GaugeUnbalanced
	GaugeEventsHeard
	GaugeEventsRefused
	// Promises: callbacks, and the limits of messages.

	GaugeCallbacksPending
	GaugeCallbacksOverdue
	GaugeItemsDueToday
	GaugeOldestUnansweredMs
	GaugeComplaintsAckSoon
	GaugeComplaintsAckLate
	GaugeComplaintsReplySoon
	GaugeComplaintsReplyLate
	GaugeCallbacksUnassigned
	GaugeFollowUpsPending
	GaugeFollowUpsOverdue

	// Of a source, beside GaugeSilentMs.

	GaugeHeardMinutes

	numGauges
)

// NumGauges is the number of gauges; a dense vector indexed by Gauge has this length.
const NumGauges = int(numGauges)

// GaugeInfo describes a gauge.
type GaugeInfo struct {
	// Name is the stable name, as in columns, formulas and JSON.
	Name string
	// Scopes are the kinds of scope in which the gauge is sampled.
	Scopes ScopeSet
	// Unit is the unit of the integer.
	Unit Unit
	// LiveOnly tells that the gauge is computed for a staffing group while it is looked
	// at, and has no history that could be computed again.
	LiveOnly bool
	// Doc is the meaning, one English sentence.
	Doc string
}

const (
	setWaiting   ScopeSet = 1<<ScopeCentre | 1<<ScopeProgramme | 1<<ScopeQueue | 1<<ScopeChannel
	setPresent   ScopeSet = 1<<ScopeCentre | 1<<ScopeTeam | 1<<ScopeQueue
	setStock     ScopeSet = setWaiting | 1<<ScopeTeam
	setCampaign  ScopeSet = 1<<ScopeCentre | 1<<ScopeProgramme | 1<<ScopeCampaign | 1<<ScopeChannel
	setCentre    ScopeSet = 1 << ScopeCentre
	setSource    ScopeSet = 1 << ScopeSource
	setQueueOnly ScopeSet = 1 << ScopeQueue
)

var gaugeInfos = [NumGauges]GaugeInfo{
	GaugeWaiting:            {"waiting", setWaiting, UnitCount, false, "Contacts that wait in a queue."},
	GaugeLongestWaitMs:      {"longest_wait_ms", setWaiting, UnitMs, false, "Wait so far of the contact that waits longest; 0 when nobody waits."},
	GaugeAdvisorsLogged:     {"advisors_logged", setPresent, UnitCount, false, "Advisors logged in; the sum of the five states below."},
	GaugeAdvisorsAvailable:  {"advisors_available", setPresent, UnitCount, false, "Advisors free to take a contact; in a queue, of those whom the source puts there, or who serve it by the skill map where the source tells no queues."},
	GaugeAdvisorsRinging:    {"advisors_ringing", setPresent, UnitCount, false, "Advisors to whom a contact is being offered, with none live."},
	GaugeAdvisorsOnContact:  {"advisors_on_contact", setPresent, UnitCount, false, "Advisors with at least one customer talking or held."},
	GaugeAdvisorsWrapping:   {"advisors_wrapping", setPresent, UnitCount, false, "Advisors in after-contact work, with nobody live."},
	GaugeAdvisorsPaused:     {"advisors_paused", setPresent, UnitCount, false, "Advisors in a break or in any other activity."},
	GaugeSlotsFree:          {"slots_free", setPresent, UnitCount, false, "Contacts that the advisors on queue could still take at this instant."},
	GaugeHelpRequests:       {"help_requests", setPresent, UnitCount, false, "Advisors who asked for help and whom nobody has joined yet."},
	GaugeItemsOpen:          {"items_open", setStock, UnitCount, false, "Deferred items that are open: the running sum of opening + created + reopened - solved - dropped."},
	GaugeItemsOverdue:       {"items_overdue", setStock, UnitCount, false, "Open items past their time limit without a reply."},
	GaugeItemsParked:        {"items_parked", setStock, UnitCount, false, "Open items that wait for somebody outside."},
	GaugeOldestItemMs:       {"oldest_item_ms", setStock, UnitMs, false, "Time since the oldest open item came or was reopened; 0 when none is open."},
	GaugeStaffRequired:      {"staff_required", setQueueOnly, UnitCount, true, "Advisors that the load of the queue's staffing group asks for in the next quarter of an hour."},
	GaugeStaffRequiredC:     {"staff_required_c", setQueueOnly, UnitCount, true, "The same with customers who never give up: Erlang C."},
	GaugeStaffPresent:       {"staff_present", setQueueOnly, UnitCount, true, "Advisors who are busy for the queue's staffing group, or free for it, over the next quarter of an hour: without planned breaks that begin in it, and with those whose break ends. Who has not logged in is not present."},
	GaugePredictedServiceBp: {"predicted_service_bp", setQueueOnly, UnitBp, true, "Service level of the next quarter of an hour that the present advisors of the queue's staffing group can give, in basis points; 10000 where it cannot be told."},
	GaugeServiceNeededBp:    {"service_needed_bp", setQueueOnly, UnitBp, true, "Share of the rest of the day that must be answered in time for the day to end at its target, in basis points; above 10000 all of it would not do, 0 is no matter."},
	GaugeArrivals:           {"arrivals", setQueueOnly, UnitCount, true, "Contacts and items that came in this quarter of an hour and the one before, by when they were heard of."},
	GaugeUsualArrivals:      {"usual_arrivals", setQueueOnly, UnitCount, true, "How many came in the quarter of an hour before this one on the same weekday of the last four weeks, on average."},
	GaugeDemandRarity:       {"demand_rarity", setQueueOnly, UnitCount, true, "How unusual it is what came, against the same hours of the same weekday of the last four weeks, in tenths of a power of ten: 30 is as many or more on one day of 1000, -30 as few or fewer in the last quarter of an hour or the last hour."},
	GaugeUnbalanced:         {"unbalanced", setQueueOnly, UnitCount, true, "Contacts that were offered and neither wait nor ended in any way, since the first event; 0, or something is wrong."},
	GaugeEventsHeard:        {"events_heard", setCentre, UnitCount, true, "Events that came in this quarter of an hour and the one before."},
	GaugeEventsRefused:      {"events_refused", setCentre, UnitCount, true, "Those of them that became dead letters."},
	GaugeSilentMs:           {"silent_ms", setCentre | setSource, UnitMs, true, "Time since anything was heard of the centre, be it the least event of any of its sources; of a source: of that one."},

	GaugeCallbacksPending:    {"callbacks_pending", setWaiting, UnitCount, false, "Callbacks promised for a quarter of an hour from now at the latest, that nobody has made or given up."},
	GaugeCallbacksOverdue:    {"callbacks_overdue", setWaiting, UnitCount, false, "Of the pending callbacks, those that can no longer be kept: a quarter of an hour has passed since the promised time."},
	GaugeItemsDueToday:       {"items_due_today", setStock, UnitCount, false, "Open items whose reply is due before this business day ends, those past their limit included, parked ones not."},
	GaugeOldestUnansweredMs:  {"oldest_unanswered_ms", setStock, UnitMs, false, "Time since the oldest open item that still waits for our reply came or was reopened, parked ones left out; 0 when there is none."},
	GaugeComplaintsAckSoon:   {"complaints_ack_soon", setStock, UnitCount, false, "Open complaints without any reply, whose acknowledgement is due within 2 days."},
	GaugeComplaintsAckLate:   {"complaints_ack_late", setStock, UnitCount, false, "Open complaints that were not acknowledged in time, and that no human has replied to since."},
	GaugeComplaintsReplySoon: {"complaints_reply_soon", setStock, UnitCount, false, "Open complaints whose answer is due within 10 days."},
	GaugeComplaintsReplyLate: {"complaints_reply_late", setStock, UnitCount, false, "Open complaints past the limit of their answer."},
	GaugeCallbacksUnassigned: {"callbacks_unassigned", setWaiting, UnitCount, false, "Of the pending callbacks, those that no advisor was asked to make."},
	GaugeFollowUpsPending:    {"follow_ups_pending", setCampaign, UnitCount, false, "Follow-ups that campaigns promised for a quarter of an hour from now at the latest, that nobody has tried or given up."},
	GaugeFollowUpsOverdue:    {"follow_ups_overdue", setCampaign, UnitCount, false, "Of the pending follow-ups, those whose promised time passed more than a quarter of an hour ago."},

	GaugeHeardMinutes: {"heard_minutes", setSource, UnitCount, true, "In how many of the 60 minutes up to its last word a source said anything: 60 is a source that never pauses. It stays so while the source is silent, for four days."},
}

// Info returns the description of g. It panics when g is not in the list.
func (g Gauge) Info() GaugeInfo { return gaugeInfos[g] }

// String returns the stable name of g, or gauge(N) when g is not in the list.
func (g Gauge) String() string {
	if int(g) >= NumGauges {
		return "gauge(" + strconv.Itoa(int(g)) + ")"
	}
	return gaugeInfos[g].Name
}

// ParseGauge returns the gauge of that name, and whether there is one.
func ParseGauge(name string) (Gauge, bool) {
	for i := range gaugeInfos {
		if gaugeInfos[i].Name == name {
			return Gauge(i), true
		}
	}
	return 0, false
}

// stockFlow is what moves the stock of open items.
var stockFlow = linear{
	{inputOf(ItemsOpening), 1}, {inputOf(ItemsCreated), 1}, {inputOf(ItemsReopened), 1},
	{inputOf(ItemsSolved), -1}, {inputOf(ItemsDropped), -1},
}

// Flow returns by how much measures move the gauge, and whether they do: the gauge is then
// the sum of all flows since the first event. Only the stock of open items has one. It is
// how a stock is had where no sample was taken, and how samples are reconciled with facts.
func (g Gauge) Flow(measures []int64) (moved int64, ok bool) {
	if g != GaugeItemsOpen {
		return 0, false
	}
	return stockFlow.sum(measures, nil), true
}

// FlowSQL is Flow as a ClickHouse expression, an Int64; empty when the gauge has none. The
// stock at the end of each row of a view is its running sum over all rows from the first:
//
//	sum(FLOW) OVER (PARTITION BY centre, queue ORDER BY day)
//
// Filter on time outside of the query that holds it, never inside.
func (g Gauge) FlowSQL(measure func(Measure) string) string {
	if g != GaugeItemsOpen {
		return ""
	}
	return stockFlow.enclose(stockFlow.sql(Columns{Measure: measure}))
}

// input is what a formula adds up: a measure, or a gauge numbered after the measures.
type input uint16

func inputOf(m Measure) input    { return input(m) }
func inputOfGauge(g Gauge) input { return input(NumMeasures) + input(g) }
func (i input) isGauge() bool    { return int(i) >= NumMeasures }
func (i input) gauge() Gauge     { return Gauge(int(i) - NumMeasures) }
func (i input) measure() Measure { return Measure(i) }

func (i input) unit() Unit {
	if i.isGauge() {
		return i.gauge().Info().Unit
	}
	return i.measure().Info().Unit
}

func (i input) scopes() ScopeSet {
	if i.isGauge() {
		return i.gauge().Info().Scopes
	}
	return i.measure().Info().Scopes
}

func (i input) String() string {
	if i.isGauge() {
		return i.gauge().String()
	}
	return i.measure().String()
}
