// SPDX-License-Identifier: Apache-2.0

package event

import "strings"

// Words that certain attributes are limited to.
const (
	ChannelVoice  = "voice"
	ChannelChat   = "chat"
	ChannelEmail  = "email"
	ChannelSocial = "social"
	ChannelLetter = "letter"
	ChannelSMS    = "sms"
	ChannelVideo  = "video"

	DirectionInbound  = "inbound"
	DirectionOutbound = "outbound"
	DirectionInternal = "internal"

	StateAvailable = "available" // ready for contacts; with a queue: joined that queue, or ready again in it
	StatePaused    = "paused"    // not ready, with a reason; with a queue: in that queue only
	StateOffline   = "offline"   // logged out; with a queue: left that queue

	LeftTimeout   = "timeout"
	LeftOverflow  = "overflow"
	LeftCallback  = "callback"
	LeftVoicemail = "voicemail"
	LeftKey       = "key"
	LeftEmpty     = "empty"     // the queue had no advisor left
	LeftWithdrawn = "withdrawn" // taken out by the system or an operator
	LeftLost      = "lost"      // the source lost sight of it, for example at a restart

	RefusedClosed    = "closed"
	RefusedFull      = "full"
	RefusedNoAdvisor = "no_advisor"
	RefusedDeterred  = "deterred"

	ByAdvisor  = "advisor"
	ByCustomer = "customer"
	BySystem   = "system"

	KindBlind    = "blind"    // of a transfer: without talking to the next party
	KindConsult  = "consult"  // of a transfer: after talking to the next party. Of a connection: that talk
	KindDirect   = "direct"   // of a connection: reached without a queue
	KindMonitor  = "monitor"  // of a connection: a supervisor listens
	KindWhisper  = "whisper"  // of a connection: a supervisor speaks to the advisor alone
	KindWrapping = "wrapping" // of a release: after-contact work follows, until advisor.wrapped
	KindExternal = "external" // of a transfer: blind, to a number outside the centre

	KindHuman     = "human"     // of a reply
	KindAutomatic = "automatic" // of a reply: nobody wrote it

	KindPreview     = "preview"     // of a dial: the advisor saw the record first
	KindProgressive = "progressive" // of a dial: one for each advisor who is free
	KindPredictive  = "predictive"  // of a dial: more than advisors are free

	KindBarge    = "barge"    // of a supervisor: speaks to both, as do monitor and whisper to none and one
	KindTakeover = "takeover" // of a supervisor: goes on instead of the advisor

	DroppedSpam      = "spam"
	DroppedDuplicate = "duplicate"
	DroppedWithdrawn = "withdrawn"

	MenuEntered = "entered" // a contact came into the voice menu
	MenuServed  = "served"  // the menu gave what the customer came for
	MenuLeft    = "left"    // left the menu without being served: for a queue, or by hanging up

	NoticeOpened = "opened"
	NoticeClosed = "closed"

	ResultHuman    = "human"
	ResultMachine  = "machine"
	ResultNoAnswer = "no_answer"
	ResultBusy     = "busy"
	ResultInvalid  = "invalid" // the number does not exist, or is not the customer's
	ResultRejected = "rejected"

	ResultReached    = "reached" // of a callback
	ResultNotReached = "not_reached"

	ReasonAbandoned = "abandoned" // of a dial: a human answered and no advisor was there

	PurposeContract    = "contract" // the customer's own contract
	PurposeProspecting = "prospecting"
	PurposeSurvey      = "survey"
	PurposeCollection  = "collection" // of a debt

	BasisConsent  = "consent"
	BasisContract = "contract"
	BasisInterest = "interest" // legitimate interest
	BasisNone     = "none"

	VerdictOK           = "ok"
	VerdictNoBasis      = "no_basis"
	VerdictOutOfWindow  = "out_of_window" // not on this day or at this hour, where the customer is
	VerdictOverCap      = "over_cap"      // called too often
	VerdictInRefusal    = "in_refusal"    // the customer refused not long ago
	VerdictCLIRefused   = "cli_refused"   // the number shown may not be used for this
	VerdictUnverifiable = "unverifiable"  // what the check needs is not known

	ClassPitchedWon  = "pitched_won"
	ClassPitchedLost = "pitched_lost"
	ClassNotPitched  = "not_pitched"
	ClassFollowUp    = "follow_up"
	ClassRefusal     = "refusal" // refused to talk, before any pitch
	ClassAppointment = "appointment"
	ClassWrongNumber = "wrong_number"
	ClassDuplicate   = "duplicate"
	ClassOutOfTarget = "out_of_target"
	ClassOpposition  = "opposition" // does not want to be called again

	Yes = "yes"
	No  = "no"

	CriticalCustomer   = "customer"
	CriticalBusiness   = "business"
	CriticalCompliance = "compliance"
)

// Channels, Directions, States, LeftReasons, RefusedReasons, Parties, ConnectKinds, ReleaseKinds and TransferKinds
// list the words that the attribute may hold.
var (
	Channels       = []string{ChannelVoice, ChannelChat, ChannelEmail, ChannelSocial, ChannelLetter, ChannelSMS, ChannelVideo}
	Directions     = []string{DirectionInbound, DirectionOutbound, DirectionInternal}
	States         = []string{StateAvailable, StatePaused, StateOffline}
	LeftReasons    = []string{LeftTimeout, LeftOverflow, LeftCallback, LeftVoicemail, LeftKey, LeftEmpty, LeftWithdrawn, LeftLost}
	RefusedReasons = []string{RefusedClosed, RefusedFull, RefusedNoAdvisor, RefusedDeterred}
	Parties        = []string{ByAdvisor, ByCustomer, BySystem}
	ConnectKinds   = []string{KindConsult, KindDirect, KindMonitor, KindWhisper}
	ReleaseKinds   = []string{KindWrapping}
	TransferKinds  = []string{KindBlind, KindConsult, KindExternal}
)

// The lists of the words of outcomes. Attempt results are those of callback.attempted, dial results those of
// call.dialled; a refusal's verdict is any but ok.
var (
	ReplyKinds      = []string{KindHuman, KindAutomatic}
	DialKinds       = []string{KindPreview, KindProgressive, KindPredictive}
	JoinKinds       = []string{KindMonitor, KindWhisper, KindBarge, KindTakeover}
	DroppedReasons  = []string{DroppedSpam, DroppedDuplicate, DroppedWithdrawn}
	DialReasons     = []string{ReasonAbandoned}
	MenuStates      = []string{MenuEntered, MenuServed, MenuLeft}
	NoticeStates    = []string{NoticeOpened, NoticeClosed}
	DialResults     = []string{ResultHuman, ResultMachine, ResultNoAnswer, ResultBusy, ResultInvalid, ResultRejected}
	AttemptResults  = []string{ResultReached, ResultNotReached}
	Purposes        = []string{PurposeContract, PurposeProspecting, PurposeSurvey, PurposeCollection}
	Bases           = []string{BasisConsent, BasisContract, BasisInterest, BasisNone}
	Verdicts        = append([]string{VerdictOK}, RefusalVerdicts...)
	RefusalVerdicts = []string{VerdictNoBasis, VerdictOutOfWindow, VerdictOverCap, VerdictInRefusal, VerdictCLIRefused, VerdictUnverifiable}
	Classes         = []string{ClassPitchedWon, ClassPitchedLost, ClassNotPitched, ClassFollowUp, ClassRefusal, ClassAppointment,
		ClassWrongNumber, ClassDuplicate, ClassOutOfTarget, ClassOpposition}
	Answers   = []string{Yes, No}
	Criticals = []string{CriticalCustomer, CriticalBusiness, CriticalCompliance}
)

// CriticalSets lists what `critical` may hold: one or more of Criticals, in that order, with commas between.
var CriticalSets = []string{"customer", "business", "compliance", "customer,business", "customer,compliance",
	"business,compliance", "customer,business,compliance"}

// HasCritical says whether an evaluation's critical failures, one of CriticalSets or "", include one of Criticals.
func HasCritical(set, critical string) bool {
	for set != "" {
		var one string
		if one, set, _ = strings.Cut(set, ","); one == critical {
			return true
		}
	}
	return false
}
