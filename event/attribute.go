// SPDX-License-Identifier: Apache-2.0

package event

import "unsafe"

// attribute numbers the attributes of an event. It is the decoder's and the validator's way to speak of one without
// its name: a set of attributes is a bit mask. Numbers follow in the order of numberFields, strings in that of
// stringFields; a test keeps them together.
type attribute uint8

const (
	attrNone attribute = iota // not an attribute: the event as a whole
	attrSpecVersion
	attrType
	attrTime
	attrReceived
	attrSequence
	attrData
	attrDue
	attrAmountCents
	attrScoreBP
	attrCSAT
	attrNPS
	attrCES
	attrCount
	attrSlots
	attrID
	attrSource
	attrCentre
	attrLane
	attrContact
	attrQueue
	attrTeam
	attrAdvisor
	attrSite
	attrChannel
	attrDirection
	attrCampaign
	attrProgramme
	attrCustomer
	attrCustomerOld
	attrReason
	attrContactReason
	attrState
	attrKind
	attrBy
	attrTarget
	attrCode
	attrLine
	attrWorkstation
	attrResult
	attrPurpose
	attrBasis
	attrVerdict
	attrAudit
	attrObject
	attrClass
	attrResolved
	attrComplaint
	attrCritical
	numAttributes
)

// The attributes come in groups: the numbers are those from firstNumber to before firstString, the strings those from
// firstString on. From firstOutcome on, and with the numbers and due, they belong to outcomes; telephony events, nearly
// all that there are, do without, so the hot paths ask hasOutcome first.
const (
	firstNumber  = attrAmountCents // of numberFields[0]
	firstString  = attrID          // of stringFields[0]
	firstOutcome = attrResult
)

// attributeSet is a set of attributes: bit n stands for attribute n.
type attributeSet uint64

func setOf(attributes ...attribute) attributeSet {
	var s attributeSet
	for _, a := range attributes {
		s |= 1 << a
	}
	return s
}

func (s attributeSet) has(a attribute) bool { return s&(1<<a) != 0 }

// String returns the attribute's name on the wire; attrNone has none.
func (a attribute) String() string {
	switch a {
	case attrNone:
		return ""
	case attrSpecVersion:
		return "specversion"
	case attrType:
		return "type"
	case attrTime:
		return "time"
	case attrReceived:
		return "received"
	case attrSequence:
		return "sequence"
	case attrData:
		return "data"
	case attrDue:
		return "due"
	}
	if a < firstString {
		return numberFields[a-firstNumber].name
	}
	return stringFields[a-firstString].name
}

// attributeNamed returns the attribute with that name on the wire, or attrNone. A switch, because it compiles to a
// search by length and content without hashing and without a conversion of the name.
func attributeNamed(name string) attribute {
	switch name {
	case "specversion":
		return attrSpecVersion
	case "type":
		return attrType
	case "time":
		return attrTime
	case "received":
		return attrReceived
	case "sequence":
		return attrSequence
	case "data":
		return attrData
	case "id":
		return attrID
	case "source":
		return attrSource
	case "centre":
		return attrCentre
	case "lane":
		return attrLane
	case "contact":
		return attrContact
	case "queue":
		return attrQueue
	case "team":
		return attrTeam
	case "advisor":
		return attrAdvisor
	case "site":
		return attrSite
	}
	return rareAttributeNamed(name)
}

// rareAttributeNamed is the rest of attributeNamed.
func rareAttributeNamed(name string) attribute {
	switch name {
	case "channel":
		return attrChannel
	case "direction":
		return attrDirection
	case "campaign":
		return attrCampaign
	case "programme":
		return attrProgramme
	case "customer":
		return attrCustomer
	case "customerold":
		return attrCustomerOld
	case "reason":
		return attrReason
	case "contactreason":
		return attrContactReason
	case "state":
		return attrState
	case "kind":
		return attrKind
	case "by":
		return attrBy
	case "target":
		return attrTarget
	case "code":
		return attrCode
	case "line":
		return attrLine
	case "workstation":
		return attrWorkstation
	}
	return outcomeAttributeNamed(name)
}

// outcomeAttributeNamed is the rest of rareAttributeNamed.
func outcomeAttributeNamed(name string) attribute {
	switch name {
	case "result":
		return attrResult
	case "purpose":
		return attrPurpose
	case "basis":
		return attrBasis
	case "verdict":
		return attrVerdict
	case "audit":
		return attrAudit
	case "object":
		return attrObject
	case "class":
		return attrClass
	case "resolved":
		return attrResolved
	case "complaint":
		return attrComplaint
	case "critical":
		return attrCritical
	case "amountcents":
		return attrAmountCents
	case "scorebp":
		return attrScoreBP
	case "csat":
		return attrCSAT
	case "nps":
		return attrNPS
	case "ces":
		return attrCES
	case "count":
		return attrCount
	case "slots":
		return attrSlots
	case "due":
		return attrDue
	}
	return attrNone
}

// textOffsets is where each string attribute sits in an Event. A test keeps it together with stringFields, whose calls
// would cost the hot path more than the work itself and would make the event escape.
var textOffsets = [numAttributes]uintptr{
	attrID:            unsafe.Offsetof(Event{}.ID),
	attrSource:        unsafe.Offsetof(Event{}.Source),
	attrCentre:        unsafe.Offsetof(Event{}.Centre),
	attrLane:          unsafe.Offsetof(Event{}.Lane),
	attrContact:       unsafe.Offsetof(Event{}.Contact),
	attrQueue:         unsafe.Offsetof(Event{}.Queue),
	attrTeam:          unsafe.Offsetof(Event{}.Team),
	attrAdvisor:       unsafe.Offsetof(Event{}.Advisor),
	attrSite:          unsafe.Offsetof(Event{}.Site),
	attrChannel:       unsafe.Offsetof(Event{}.Channel),
	attrDirection:     unsafe.Offsetof(Event{}.Direction),
	attrCampaign:      unsafe.Offsetof(Event{}.Campaign),
	attrProgramme:     unsafe.Offsetof(Event{}.Programme),
	attrCustomer:      unsafe.Offsetof(Event{}.Customer),
	attrCustomerOld:   unsafe.Offsetof(Event{}.CustomerOld),
	attrReason:        unsafe.Offsetof(Event{}.Reason),
	attrContactReason: unsafe.Offsetof(Event{}.ContactReason),
	attrState:         unsafe.Offsetof(Event{}.State),
	attrKind:          unsafe.Offsetof(Event{}.Kind),
	attrBy:            unsafe.Offsetof(Event{}.By),
	attrTarget:        unsafe.Offsetof(Event{}.Target),
	attrCode:          unsafe.Offsetof(Event{}.Code),
	attrLine:          unsafe.Offsetof(Event{}.Line),
	attrWorkstation:   unsafe.Offsetof(Event{}.Workstation),
	attrResult:        unsafe.Offsetof(Event{}.Result),
	attrPurpose:       unsafe.Offsetof(Event{}.Purpose),
	attrBasis:         unsafe.Offsetof(Event{}.Basis),
	attrVerdict:       unsafe.Offsetof(Event{}.Verdict),
	attrAudit:         unsafe.Offsetof(Event{}.Audit),
	attrObject:        unsafe.Offsetof(Event{}.Object),
	attrClass:         unsafe.Offsetof(Event{}.Class),
	attrResolved:      unsafe.Offsetof(Event{}.Resolved),
	attrComplaint:     unsafe.Offsetof(Event{}.Complaint),
	attrCritical:      unsafe.Offsetof(Event{}.Critical),
}

// numberOffsets is where each number sits in an Event, for the same reasons.
var numberOffsets = [firstString]uintptr{
	attrAmountCents: unsafe.Offsetof(Event{}.AmountCents),
	attrScoreBP:     unsafe.Offsetof(Event{}.ScoreBP),
	attrCSAT:        unsafe.Offsetof(Event{}.CSAT),
	attrNPS:         unsafe.Offsetof(Event{}.NPS),
	attrCES:         unsafe.Offsetof(Event{}.CES),
	attrCount:       unsafe.Offsetof(Event{}.Count),
	attrSlots:       unsafe.Offsetof(Event{}.Slots),
}

// text returns where the string attribute a sits in e.
func (e *Event) text(a attribute) *string {
	return (*string)(unsafe.Add(unsafe.Pointer(e), textOffsets[a]))
}

// number returns where the number a sits in e.
func (e *Event) number(a attribute) *Number {
	return (*Number)(unsafe.Add(unsafe.Pointer(e), numberOffsets[a]))
}

// hasOutcome says whether e has any of the attributes that belong to outcomes.
func (e *Event) hasOutcome() bool {
	texts := len(e.Result) | len(e.Purpose) | len(e.Basis) | len(e.Verdict) | len(e.Audit) | len(e.Object) | len(e.Class) |
		len(e.Resolved) | len(e.Complaint) | len(e.Critical)
	numbers := e.AmountCents | e.ScoreBP | e.CSAT | e.NPS | e.CES | e.Count | e.Slots
	return int64(texts)|int64(numbers)|e.Due != 0
}

// attributeNames lists every name on the wire, in canonical order; for suggestions and documents.
func attributeNames() []string {
	names := make([]string, 0, numAttributes)
	for _, a := range canonicalOrder() {
		names = append(names, a.String())
	}
	return names
}

// canonicalOrder lists the attributes in the order in which AppendJSON writes them.
func canonicalOrder() []attribute {
	order := []attribute{attrSpecVersion, attrID, attrSource, attrType, attrTime, attrReceived, attrSequence}
	for a := attrCentre; a < numAttributes; a++ {
		order = append(order, a)
	}
	for a := firstNumber; a < firstString; a++ {
		order = append(order, a)
	}
	return append(order, attrDue, attrData)
}
