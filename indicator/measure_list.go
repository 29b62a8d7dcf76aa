// SPDX-License-Identifier: Apache-2.0

package indicator

// The closed list of measures. Their numbers are written in snapshots and
// checkpoints, so the list is append-only: a new measure goes at the end,
// whatever its grain, and none is ever renumbered, renamed or reused.
const (
	// GrainQueueLeg.
	Offered Measure = iota
	OfferedTransferred
	Answered
	Abandoned
	AbandonedShort
	Left
	LeftTimeout
	LeftOverflow
	LeftCallback
	LeftVoicemail
	LeftKey
	LeftEmpty
	LeftWithdrawn
	Lost
	AnsweredWithin
	AbandonedWithin
	LeftWithin
	LeftCallbackWithin
	Crossed
	WaitAnsweredMs
	WaitAbandonedMs
	WaitLeftMs
	OfferedMissedWithin
	Refused
	RefusedClosed
	RefusedFull
	RefusedNoAdvisor
	RefusedDeterred
	SlMet
	SlDue

	// GrainContact.
	Contacts
	QueueContacts
	ContactsAnswered
	ContactsBounced
	ContactsIdentified
	Complaints
	ResolutionAsked
	Resolved
	ContactsClosed
	CustomerWaitMs
	ContactHandleMs
	RepeatBase
	Repeated3d
	Repeated7d
	Repeated14d
	Repeated30d
	Repeats3d
	Repeats7d
	Repeats14d
	Repeats30d
	AbandonedReturned1h
	IvrEntered
	IvrAbandoned
	IvrServed

	// GrainAdvisorLeg.
	Offers
	OffersCancelled
	Missed
	RingMs
	Connected
	Handled
	TalkMs
	HoldMs
	WrapMs
	Held
	HandleDs2
	TalkShort
	ReleasedByAdvisor
	ReleasedByCustomer
	LoadMs
	Transferred
	TransferredBlind
	TransferredConsult
	TransferredExternal
	Consulted
	ConsultMs
	DirectHandled
	DirectMs
	Assisted
	TakenOver

	// GrainTime.
	AvailableMs
	RingingMs
	OnContactMs
	WrappingMs
	BreakMs
	LunchMs
	TrainingMs
	MeetingMs
	CoachingMs
	BackofficeMs
	TechnicalMs
	MonitorMs
	OtherMs
	LoggedMs
	SlotsUsedMs
	SlotsOpenMs
	ShortGap
	PaidMs
	PlannedMs
	PlannedProductiveMs
	AdherentMs
	OverrunMs
	AbsentPlannedMs
	AbsentUnplannedMs

	// GrainQuality.
	Evaluations
	QualityBp
	CriticalCustomer
	CriticalBusiness
	CriticalCompliance
	Recorded
	SurveyInvited
	SurveyAnswered
	CsatAnswers
	CsatSatisfied
	CsatBp
	NpsAnswers
	NpsPromoters
	NpsDetractors
	CesAnswers
	CesBp
	CesEasy

	// GrainOutbound.
	Dialled
	DialHuman
	DialMachine
	DialNoAnswer
	DialBusy
	DialInvalid
	DialRejected
	DialAbandoned
	RecordsLoaded
	RecordsTried
	RecordsReached
	RecordsInvalid
	RecordsClosed
	UsefulContacts
	PitchedWon
	PitchedLost
	NotPitched
	FollowUps
	Refusals
	Appointments
	Sales
	SaleCents
	SalesCancelled
	CancelledCents
	CancelledBookedCents
	ProductionMs

	// GrainCompliance.
	DialsChecked
	DialsNoBasis
	DialsOutOfWindow
	DialsOverCap
	DialsInRefusal
	DialsCliRefused
	DialsUnverifiable
	DialCheckDisagreed

	// GrainDeferred.
	ItemsOpening
	ItemsCreated
	ItemsReopened
	ItemsAssigned
	ItemsFirstReplied
	ReplyMs
	ReplyBusinessMs
	Replies
	ItemsSolved
	ItemsDropped
	SolveMs
	SolveBusinessMs
	ParkedMs
	ItemsDue
	ItemsMet
	ComplaintAckDue
	ComplaintAckMet
	ComplaintReplyDue
	ComplaintReplyMet

	// GrainCallback.
	CallbacksAsked
	CallbacksDue
	CallbacksKept
	CallbacksTried
	CallbacksReached
	CallbacksExpired
	CallbackDelayMs

	numMeasures
)

// NumMeasures is the number of measures; a dense vector indexed by Measure has
// this length.
const NumMeasures = int(numMeasures)
