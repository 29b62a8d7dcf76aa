// SPDX-License-Identifier: Apache-2.0

package event

import (
	"math/bits"
	"slices"
)

// rule is what an event type asks of an event.
type rule struct {
	required  attributeSet
	forbidden attributeSet
	words     []wordRule // beyond those of everyType
	doc       string     // what the event says, for the reference
}

// wordRule limits an attribute, when present, to a list of words.
type wordRule struct {
	attribute attribute
	words     []string
}

// everyType is asked of each event, whatever its type.
var everyType = rule{
	required: setOf(attrID, attrSource, attrType, attrTime),
	words:    []wordRule{{attrChannel, Channels}, {attrDirection, Directions}},
}

// Sets that several rules share.
var (
	ofContact = setOf(attrCentre, attrContact)
	ofQueue   = ofContact | setOf(attrQueue)
	ofAdvisor = ofContact | setOf(attrAdvisor)
	ofConfig  = setOf(attrCentre, attrData)
	onlyData  = setOf(attrData)

	// A tick speaks for a partition, so it has nothing that belongs to a centre.
	notInTick = (setOf(attrData) | ^(setOf(attrCentre) - 1)) & (1<<numAttributes - 1)
)

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
	QueueLeft: {required: ofQueue | setOf(attrReason), forbidden: onlyData, words: []wordRule{{attrReason, LeftReasons}},
		doc: "The contact left the queue without an answer and without giving up."},
	QueueRefused: {required: ofQueue | setOf(attrReason), forbidden: onlyData, words: []wordRule{{attrReason, RefusedReasons}},
		doc: "The queue did not take the contact in."},
	AdvisorOffered: {required: ofAdvisor, forbidden: onlyData,
		doc: "The contact rings at the advisor."},
	AdvisorMissed: {required: ofAdvisor, forbidden: onlyData,
		doc: "The advisor did not take the offer; `reason` may say why."},
	AdvisorCancelled: {required: ofAdvisor, forbidden: onlyData,
		doc: "The offer ended without anybody's fault."},
	AdvisorConnected: {required: ofAdvisor, forbidden: onlyData, words: []wordRule{{attrKind, ConnectKinds}},
		doc: "The advisor and the contact talk; without `kind`, an answer."},
	AdvisorHeld: {required: ofAdvisor, forbidden: onlyData,
		doc: "The advisor put the contact on hold."},
	AdvisorResumed: {required: ofAdvisor, forbidden: onlyData,
		doc: "The advisor took the contact back from hold."},
	AdvisorReleased: {required: ofAdvisor, forbidden: onlyData, words: []wordRule{{attrKind, ReleaseKinds}, {attrBy, Parties}},
		doc: "The conversation ended; `by` may say who ended it."},
	AdvisorWrapped: {required: ofAdvisor, forbidden: onlyData,
		doc: "The advisor's work after the conversation ended."},
	AdvisorTransferred: {required: ofAdvisor | setOf(attrKind), forbidden: onlyData, words: []wordRule{{attrKind, TransferKinds}},
		doc: "The advisor handed the contact on, to `target` when known."},
	AdvisorState: {required: setOf(attrCentre, attrAdvisor, attrState), forbidden: onlyData, words: []wordRule{{attrState, States}},
		doc: "The advisor's state from now on; with `queue`, in that queue only."},
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
		doc: "Explicit deltas for what came too late to be computed."},
}

// Validate says whether e makes sense: the attributes that its type needs, the words they may hold, instants and sizes
// within the limits. An error is a *FieldError. It does not allocate when it accepts.
//
// What it accepts can be written and read back: Decode accepts the JSON of AppendJSON and yields the same event.
func (e *Event) Validate() error {
	err := e.validate()
	if err != nil {
		return err // not the bare pointer: a nil *FieldError would be an error that is not nil
	}
	return nil
}

func (e *Event) validate() *FieldError {
	if e.Type >= numTypes {
		return refuse(attrType, ReasonUnknownType, "found the number %d, which is not an event type", e.Type)
	}
	present, err := e.present()
	if err != nil {
		return err
	}
	r := &rules[e.Type]
	if lacking := (everyType.required | r.required) &^ present; lacking != 0 {
		return missing(firstOf(lacking), e.Type)
	}
	if refused := r.forbidden & present; refused != 0 {
		return refuse(firstOf(refused), ReasonNotAllowed, "%s cannot carry it", e.Type)
	}
	if err := e.checkInstants(present); err != nil {
		return err
	}
	if err := e.checkWords(everyType.words); err != nil {
		return err
	}
	if err := e.checkWords(r.words); err != nil {
		return err
	}
	if present.has(attrData) {
		if err := e.checkData(); err != nil {
			return err
		}
	}
	return e.checkTogether()
}

// present returns the attributes that e has, having checked the text of each.
func (e *Event) present() (attributeSet, *FieldError) {
	var present attributeSet
	for a := firstString; a < numAttributes; a++ {
		s := *e.text(a)
		if s == "" {
			continue
		}
		present |= 1 << a
		if len(s) > MaxStringBytes {
			return present, tooLong(a, len(s), MaxStringBytes)
		}
		if why, at := checkText(s); why != ReasonNone {
			return present, badText(a, why, at)
		}
	}
	if e.Type != TypeInvalid {
		present |= 1 << attrType
	}
	if e.Time != 0 {
		present |= 1 << attrTime
	}
	if e.Received != 0 {
		present |= 1 << attrReceived
	}
	if len(e.Data) != 0 {
		present |= 1 << attrData
	}
	return present, nil
}

func (e *Event) checkInstants(present attributeSet) *FieldError {
	if err := checkInstant(attrTime, e.Time); err != nil {
		return err
	}
	if present.has(attrReceived) {
		if err := checkInstant(attrReceived, e.Received); err != nil {
			return err
		}
	}
	if e.Sequence < 0 || e.Sequence > MaxSequence {
		return refuse(attrSequence, ReasonOutOfRange, "found %d, it must be from 0 to %d", e.Sequence, int64(MaxSequence))
	}
	return nil
}

func checkInstant(a attribute, t Millis) *FieldError {
	if t >= MinTime && t <= MaxTime {
		return nil
	}
	return refuse(a, ReasonOutOfRange, "found %d ms since 1970, it must be after %s and not after %s; set the source's clock",
		t, AppendTime(nil, MinTime-1), AppendTime(nil, MaxTime))
}

func (e *Event) checkWords(rules []wordRule) *FieldError {
	for i := range rules {
		a := rules[i].attribute
		word := *e.text(a)
		if word != "" && !slices.Contains(rules[i].words, word) {
			return refuse(a, ReasonBadWord, "found %s, it must be %s%s", quoted(word), oneOf(rules[i].words), didYouMean(word, rules[i].words))
		}
	}
	return nil
}

// checkData checks that Data is exactly one JSON object.
func (e *Event) checkData() *FieldError {
	if len(e.Data) > MaxDataBytes {
		return tooLong(attrData, len(e.Data), MaxDataBytes)
	}
	d := Decoder{text: viewOf(e.Data)}
	if d.peek() != '{' {
		return d.wrongType(attrData, "an object")
	}
	end, why := skipValue(d.text, 0, 0)
	if err := badData(why, end); err != nil {
		return err
	}
	if end != len(d.text) {
		return refuse(attrData, ReasonTrailingBytes, "found %s after the object", quoted(d.text[end:]))
	}
	return nil
}

// checkTogether checks what takes two attributes.
func (e *Event) checkTogether() *FieldError {
	switch {
	case e.Type == Tick && e.Received != e.Time:
		return refuse(attrReceived, ReasonContradiction, "found %s, a tick is received at its time %s",
			AppendTime(nil, e.Received), AppendTime(nil, e.Time))
	case e.Type == ContactMerged && e.Target == e.Contact:
		return refuse(attrTarget, ReasonContradiction, "found the contact itself, %s; it must be another contact", quoted(e.Target))
	case e.CustomerOld != "" && e.Customer == "":
		return refuse(attrCustomerOld, ReasonContradiction, "found without customer; the old hash goes with the new one")
	}
	return nil
}

// firstOf returns the member of s that comes first in the envelope.
func firstOf(s attributeSet) attribute {
	return attribute(bits.TrailingZeros32(uint32(s)))
}

func missing(a attribute, t Type) *FieldError {
	needed := "every event needs it"
	if !everyType.required.has(a) {
		needed = t.String() + " needs it"
	}
	for _, w := range rules[t].words {
		if w.attribute == a {
			needed += ": " + oneOf(w.words)
		}
	}
	if a == attrType {
		needed += ", for example " + QueueEntered.String()
	}
	return refuse(a, ReasonMissing, "missing; %s", needed)
}
