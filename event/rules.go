// SPDX-License-Identifier: Apache-2.0

package event

// rule is what an event type asks of an event.
type rule struct {
	required  attributeSet
	anyOf     attributeSet // at least one of these, when there are any; for types after CorrectionIssued
	forbidden attributeSet
	words     []wordRule // beyond those of everyType
	doc       string     // what the event says, for the reference
}

// wordRule limits an attribute, when present, to a list of words.
type wordRule struct {
	attribute attribute
	words     []string
	wanted    string // what a person is told to write; "" = one of words
}

func (w *wordRule) remedy() string {
	if w.wanted != "" {
		return w.wanted
	}
	return oneOf(w.words)
}

// everyType is asked of each event, whatever its type.
var everyType = rule{
	required: setOf(attrID, attrSource, attrType, attrTime),
	words:    []wordRule{{attribute: attrChannel, words: Channels}, {attribute: attrDirection, words: Directions}},
}

// outcomeWords limits the attributes of outcomes that mean the same in each type; asked of each event that has any.
var outcomeWords = []wordRule{
	{attribute: attrPurpose, words: Purposes},
	{attribute: attrBasis, words: Bases},
	{attribute: attrVerdict, words: Verdicts},
	{attribute: attrAudit, words: Verdicts},
	{attribute: attrClass, words: Classes},
	{attribute: attrResolved, words: Answers},
	{attribute: attrComplaint, words: Answers},
	{attribute: attrCritical, words: CriticalSets,
		wanted: `customer, business, compliance, or several of them in that order with commas between, such as "customer,compliance"`},
}

// Sets that several rules share.
var (
	ofContact = setOf(attrCentre, attrContact)
	ofQueue   = ofContact | setOf(attrQueue)
	ofAdvisor = ofContact | setOf(attrAdvisor)
	ofObject  = ofContact | setOf(attrObject)
	ofDial    = ofObject | setOf(attrCampaign)
	ofList    = setOf(attrCentre, attrCampaign, attrObject, attrCount)
	ofConsent = setOf(attrCentre, attrCustomer, attrPurpose)
	ofConfig  = setOf(attrCentre, attrData)
	// ofRegister is what is told of incidents and actions.
	ofRegister = setOf(attrCentre, attrObject, attrData)
	onlyData   = setOf(attrData)
	noContact  = setOf(attrContact)

	// A tick speaks for a partition, so it has nothing that belongs to a centre.
	notInTick = (1<<numAttributes - 1) &^ setOf(attrNone, attrSpecVersion, attrType, attrTime, attrReceived, attrSequence, attrID, attrSource)
)

// limit is the one word rule of most types that have one.
func limit(a attribute, words []string) []wordRule { return []wordRule{{attribute: a, words: words}} }

// rules is what each type needs. An attribute that a type neither needs nor forbids is allowed: a source may say more
// than the type asks for.
var rules = [numTypes]rule{
	Tick: {required: setOf(attrReceived), forbidden: notInTick,
		doc: "Time passed. Written by the owner of a partition; `received` equals `time`."},
	ContactStarted: {required: ofContact, forbidden: onlyData,
		doc: "A customer's journey began."},
	ContactEnded: {required: ofContact, forbidden: onlyData,
		doc: "A customer's journey ended."},
	ContactMerged: {required: ofContact | setOf(attrTarget), forbidden: onlyData,
		doc: "The contact was a leg of the contact `target`: they are one journey, now and in the past."},
	ContactDisposed: {required: ofContact | setOf(attrCode), forbidden: onlyData,
		doc: "The advisor said how the contact turned out."},
	QueueEntered: {required: ofQueue, forbidden: onlyData,
		doc: "The contact began to wait in the queue."},
	QueueAbandoned: {required: ofQueue, forbidden: onlyData,
		doc: "The customer gave up while waiting in the queue."},
	QueueLeft: {required: ofQueue | setOf(attrReason), forbidden: onlyData, words: []wordRule{{attribute: attrReason, words: LeftReasons}},
		doc: "The contact left the queue without an answer and without giving up."},
	QueueRefused: {required: ofQueue | setOf(attrReason), forbidden: onlyData, words: []wordRule{{attribute: attrReason, words: RefusedReasons}},
		doc: "The queue did not take the contact in."},
	AdvisorOffered: {required: ofAdvisor, forbidden: onlyData,
		doc: "The contact rings at the advisor."},
	AdvisorMissed: {required: ofAdvisor, forbidden: onlyData,
		doc: "The advisor did not take the offer; `reason` may say why."},
	AdvisorCancelled: {required: ofAdvisor, forbidden: onlyData,
		doc: "The offer ended without anybody's fault."},
	AdvisorConnected: {required: ofAdvisor, forbidden: onlyData, words: []wordRule{{attribute: attrKind, words: ConnectKinds}},
		doc: "The advisor and the contact talk; without `kind`, an answer."},
	AdvisorHeld: {required: ofAdvisor, forbidden: onlyData,
		doc: "The advisor put the contact on hold."},
	AdvisorResumed: {required: ofAdvisor, forbidden: onlyData,
		doc: "The advisor took the contact back from hold."},
	AdvisorReleased: {required: ofAdvisor, forbidden: onlyData, words: []wordRule{{attribute: attrKind, words: ReleaseKinds}, {attribute: attrBy, words: Parties}},
		doc: "The conversation ended; `by` may say who ended it."},
	AdvisorWrapped: {required: ofAdvisor, forbidden: onlyData,
		doc: "The advisor's work after the conversation ended."},
	AdvisorTransferred: {required: ofAdvisor | setOf(attrKind), forbidden: onlyData, words: []wordRule{{attribute: attrKind, words: TransferKinds}},
		doc: "The advisor handed the contact on, to `target` when known."},
	AdvisorState: {required: setOf(attrCentre, attrAdvisor, attrState), forbidden: onlyData, words: []wordRule{{attribute: attrState, words: States}},
		doc: "The advisor's state from now on; with `queue`, in that queue only. With `campaign`, the advisor is on that campaign until a state names another one, " +
			"until available without queue and campaign, or until logged out."},
	ConfigCentre: {required: ofConfig,
		doc: "The centre's time zone, day and defaults."},
	ConfigQueue: {required: ofConfig,
		doc: "A queue's thresholds from an instant on."},
	ConfigAdvisor: {required: ofConfig,
		doc: "Where an advisor belongs between two instants."},
	ConfigStates: {required: ofConfig,
		doc: "The category of each state reason."},
	ConfigApplied: {required: ofConfig,
		doc: "The configuration published before it is in force."},
	ImportFinished: {required: setOf(attrCentre, attrLane), forbidden: onlyData,
		doc: "The import in `lane` is complete."},
	CorrectionIssued: {required: ofConfig,
		doc: "Explicit deltas for what came too late to be computed: added to measures at `time`, the corrected instant, and with the dimensions of the event. " +
			"The log then holds both, what was counted and what was added. `time` is at most 400 days ago and not ahead; the same id from the same source counts once, for 31 days."},
	ItemCreated: {required: ofQueue, forbidden: onlyData,
		doc: "A message came in and waits for a reply; `contact` is its id. Of a letter, `time` is its receipt."},
	ItemAssigned: {required: ofAdvisor, forbidden: onlyData,
		doc: "The advisor has the item in hand."},
	ItemParked: {required: ofContact | setOf(attrReason), forbidden: onlyData,
		doc: "The item waits for somebody else: its clock pauses."},
	ItemResumed: {required: ofContact, forbidden: onlyData,
		doc: "The item's clock runs again."},
	ItemReplied: {required: ofContact, forbidden: onlyData, words: limit(attrKind, ReplyKinds),
		doc: "The customer got a reply; without `kind`, from a human."},
	ItemSolved: {required: ofContact, forbidden: onlyData,
		doc: "The item is done."},
	ItemDropped: {required: ofContact | setOf(attrReason), forbidden: onlyData, words: limit(attrReason, DroppedReasons),
		doc: "The item needs no reply."},
	ItemReopened: {required: ofContact, forbidden: onlyData,
		doc: "The item was solved or dropped, and is open again."},
	ItemMerged: {required: ofContact | setOf(attrTarget), forbidden: onlyData,
		doc: "The item is a copy or a part of the item `target`: it is dropped, and what follows comes with the id of that one."},
	ContactClassified: {required: ofContact, anyOf: setOf(attrResolved, attrComplaint, attrContactReason), forbidden: onlyData,
		doc: "What the contact was about, and how it turned out."},
	ContactRecorded: {required: ofAdvisor, forbidden: onlyData,
		doc: "The conversation was recorded."},
	ContactMenu: {required: ofContact | setOf(attrState), forbidden: onlyData, words: limit(attrState, MenuStates),
		doc: "The contact came into the voice menu, was served by it, or left it."},
	SurveyInvited: {required: ofObject, forbidden: onlyData,
		doc: "The customer was asked to answer the survey `object`."},
	SurveyAnswered: {required: ofObject, anyOf: setOf(attrCSAT, attrNPS, attrCES), forbidden: onlyData,
		doc: "The customer answered the survey."},
	EvaluationSubmitted: {required: ofObject | setOf(attrAdvisor, attrScoreBP), forbidden: onlyData,
		doc: "Somebody judged how the advisor handled the contact."},
	EvaluationCancelled: {required: ofObject, forbidden: onlyData,
		doc: "The evaluation does not count."},
	SaleRecorded: {required: ofObject | setOf(attrAmountCents), forbidden: onlyData,
		doc: "The customer bought."},
	SaleCancelled: {required: ofObject, forbidden: onlyData,
		doc: "The sale is undone."},
	CallbackRequested: {required: ofObject | setOf(attrDue), anyOf: setOf(attrQueue, attrCampaign), forbidden: onlyData,
		doc: "The customer wants to be called back at `due`, by the queue; with a campaign and no queue it is a follow-up that the campaign promised, of the conversation `contact`."},
	CallbackAttempted: {required: ofObject | setOf(attrResult), forbidden: onlyData, words: limit(attrResult, AttemptResults),
		doc: "The customer was called back."},
	CallbackCompleted: {required: ofObject, forbidden: onlyData,
		doc: "The callback is done."},
	CallbackExpired: {required: ofObject, forbidden: onlyData,
		doc: "Nobody will call back any more."},
	CallDialled: {required: ofDial | setOf(attrResult), forbidden: onlyData,
		words: append(limit(attrResult, DialResults), wordRule{attribute: attrKind, words: DialKinds}, wordRule{attribute: attrReason, words: DialReasons}),
		doc:   "The record `object` of a list was dialled; `reason` is abandoned when a human answered and no advisor was there."},
	CallRefused: {required: ofDial | setOf(attrVerdict), forbidden: onlyData, words: limit(attrVerdict, RefusalVerdicts),
		doc: "The record `object` of a list was not dialled, because the check before it says no."},
	ListLoaded: {required: ofList, forbidden: onlyData,
		doc: "`count` records of the list `object` are there to be dialled."},
	ListClosed: {required: ofList, forbidden: onlyData,
		doc: "`count` records of the list `object` will not be dialled any more."},
	ConsentGiven: {required: ofConsent, forbidden: onlyData | noContact,
		doc: "The customer may be called for `purpose`. Moves no measure: the check before a dial reads it."},
	ConsentRevoked: {required: ofConsent, forbidden: onlyData | noContact,
		doc: "The customer may no longer be called for `purpose`. Moves no measure: the check before a dial reads it."},
	SchedulePublished: {required: setOf(attrCentre, attrAdvisor, attrData), forbidden: noContact,
		doc: "The advisor's schedule of one shift date; it replaces what was published for that date before."},
	AdvisorCapacity: {required: setOf(attrCentre, attrAdvisor, attrChannel, attrSlots), forbidden: onlyData | noContact,
		doc: "How many contacts of the channel the advisor takes at once, from now on."},
	AdvisorAssistanceRequested: {required: ofAdvisor, forbidden: onlyData,
		doc: "The advisor asked for help in the conversation in hand; counted as open until a supervisor comes to help or the leg ends."},
	SupervisorJoined: {required: ofAdvisor | setOf(attrTarget, attrKind), forbidden: onlyData, words: limit(attrKind, JoinKinds),
		doc: "The supervisor `target` joined the advisor's conversation: to listen (monitor), which helps nobody, to speak to the advisor (whisper) or to both (barge), or to go on instead (takeover)."},
	SourceNoticed: {required: setOf(attrCentre, attrState, attrObject), forbidden: onlyData | noContact, words: limit(attrState, NoticeStates),
		doc: "The source published the notice `object` of an incident, or that it is over; `reason` may say which. Moves no measure: it marks curves and the register of incidents."},
	ConfigProgramme: {required: ofConfig,
		doc: "A programme: for an outsourcer, whose contacts these are."},
	ConfigSite: {required: ofConfig,
		doc: "A site and its time zone."},
	ConfigTeam: {required: ofConfig,
		doc: "A team."},
	ConfigCalendar: {required: ofConfig,
		doc: "Opening hours, by weekday and by date."},
	ConfigCampaign: {required: ofConfig,
		doc: "An outbound campaign."},
	ConfigSkill: {required: ofConfig,
		doc: "An advisor serves a queue, between two instants."},
	ConfigTarget: {required: ofConfig,
		doc: "The wanted value of an indicator, between two instants."},
	ConfigDispositions: {required: ofConfig,
		doc: "The class of each disposition code."},
	ConfigRule: {required: ofConfig,
		doc: "A rule for alerts: when somebody is to be called."},
	ConfigIndicator: {required: ofConfig,
		doc: "An indicator of the centre's own. Nothing that is counted depends on it."},
	IncidentOpened: {required: ofRegister, forbidden: noContact,
		doc: "The incident `object` began at `time`, by what somebody says. Moves no measure: it marks curves and stands in the register of incidents. Of several, the earliest counts; the words are those of the latest."},
	IncidentClosed: {required: ofRegister, forbidden: noContact,
		doc: "The incident `object` was over at `time`. Of several, the latest counts."},
	ActionStarted: {required: ofRegister, forbidden: noContact,
		doc: "The action `object` began at `time`, and what it is expected to bring. Moves no measure: it marks curves and stands in the register."},
	ActionEnded: {required: ofRegister, forbidden: noContact,
		doc: "The action `object` was over at `time`."},
	AlertAcknowledged: {required: ofConfig, forbidden: noContact,
		doc: "Somebody has seen an alert, and says why it came. Moves no measure and changes no alert: the report on noise reads it."},
	CallbackAssigned: {required: ofObject | setOf(attrAdvisor), forbidden: onlyData,
		doc: "The advisor is to make the callback. Moves no measure: what nobody has in hand is counted."},
}
