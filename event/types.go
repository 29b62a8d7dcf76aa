// SPDX-License-Identifier: Apache-2.0

package event

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
	ItemCreated // an item is a message that waits for a reply: Contact is its id
	ItemAssigned
	ItemParked // its clock pauses
	ItemResumed
	ItemReplied
	ItemSolved
	ItemDropped
	ItemReopened
	ItemMerged // Contact was a copy or a part of Target
	ContactClassified
	ContactRecorded
	ContactMenu
	SurveyInvited
	SurveyAnswered
	EvaluationSubmitted
	EvaluationCancelled
	SaleRecorded
	SaleCancelled
	CallbackRequested
	CallbackAttempted
	CallbackCompleted
	CallbackExpired
	CallDialled
	CallRefused // refused before it was dialled
	ListLoaded
	ListClosed
	ConsentGiven
	ConsentRevoked
	SchedulePublished
	AdvisorCapacity
	AdvisorAssistanceRequested
	SupervisorJoined
	SourceNoticed // an incident, by what a source published
	ConfigProgramme
	ConfigSite
	ConfigTeam
	ConfigCalendar
	ConfigCampaign
	ConfigSkill
	ConfigTarget
	ConfigDispositions
	ConfigRule
	ConfigIndicator
	IncidentOpened // something goes wrong, by what a person says
	IncidentClosed
	ActionStarted // somebody pulls a lever
	ActionEnded
	AlertAcknowledged
	CallbackAssigned
	numTypes
)

var typeNames = [numTypes]string{
	Tick:                       "tick",
	ContactStarted:             "contact.started",
	ContactEnded:               "contact.ended",
	ContactMerged:              "contact.merged",
	ContactDisposed:            "contact.disposed",
	QueueEntered:               "queue.entered",
	QueueAbandoned:             "queue.abandoned",
	QueueLeft:                  "queue.left",
	QueueRefused:               "queue.refused",
	AdvisorOffered:             "advisor.offered",
	AdvisorMissed:              "advisor.missed",
	AdvisorCancelled:           "advisor.cancelled",
	AdvisorConnected:           "advisor.connected",
	AdvisorHeld:                "advisor.held",
	AdvisorResumed:             "advisor.resumed",
	AdvisorReleased:            "advisor.released",
	AdvisorWrapped:             "advisor.wrapped",
	AdvisorTransferred:         "advisor.transferred",
	AdvisorState:               "advisor.state",
	ConfigCentre:               "config.centre",
	ConfigQueue:                "config.queue",
	ConfigAdvisor:              "config.advisor",
	ConfigStates:               "config.states",
	ConfigApplied:              "config.applied",
	ImportFinished:             "import.finished",
	CorrectionIssued:           "correction.issued",
	ItemCreated:                "item.created",
	ItemAssigned:               "item.assigned",
	ItemParked:                 "item.parked",
	ItemResumed:                "item.resumed",
	ItemReplied:                "item.replied",
	ItemSolved:                 "item.solved",
	ItemDropped:                "item.dropped",
	ItemReopened:               "item.reopened",
	ItemMerged:                 "item.merged",
	ContactClassified:          "contact.classified",
	ContactRecorded:            "contact.recorded",
	ContactMenu:                "contact.menu",
	SurveyInvited:              "survey.invited",
	SurveyAnswered:             "survey.answered",
	EvaluationSubmitted:        "evaluation.submitted",
	EvaluationCancelled:        "evaluation.cancelled",
	SaleRecorded:               "sale.recorded",
	SaleCancelled:              "sale.cancelled",
	CallbackRequested:          "callback.requested",
	CallbackAttempted:          "callback.attempted",
	CallbackCompleted:          "callback.completed",
	CallbackExpired:            "callback.expired",
	CallDialled:                "call.dialled",
	CallRefused:                "call.refused",
	ListLoaded:                 "list.loaded",
	ListClosed:                 "list.closed",
	ConsentGiven:               "consent.given",
	ConsentRevoked:             "consent.revoked",
	SchedulePublished:          "schedule.published",
	AdvisorCapacity:            "advisor.capacity",
	AdvisorAssistanceRequested: "advisor.assistance_requested",
	SupervisorJoined:           "supervisor.joined",
	SourceNoticed:              "source.noticed",
	ConfigProgramme:            "config.programme",
	ConfigSite:                 "config.site",
	ConfigTeam:                 "config.team",
	ConfigCalendar:             "config.calendar",
	ConfigCampaign:             "config.campaign",
	ConfigSkill:                "config.skill",
	ConfigTarget:               "config.target",
	ConfigDispositions:         "config.dispositions",
	ConfigRule:                 "config.rule",
	ConfigIndicator:            "config.indicator",
	IncidentOpened:             "incident.opened",
	IncidentClosed:             "incident.closed",
	ActionStarted:              "action.started",
	ActionEnded:                "action.ended",
	AlertAcknowledged:          "alert.acknowledged",
	CallbackAssigned:           "callback.assigned",
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

// IsConfig tells the types that configure a centre, as opposed to those that say what happened in it.
func (t Type) IsConfig() bool {
	switch t {
	case ConfigCentre, ConfigQueue, ConfigAdvisor, ConfigStates, ConfigApplied, ConfigProgramme, ConfigSite, ConfigTeam, ConfigCalendar,
		ConfigCampaign, ConfigSkill, ConfigTarget, ConfigDispositions, ConfigRule:
		return true
	}
	return false
}
