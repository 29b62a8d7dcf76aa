// SPDX-License-Identifier: Apache-2.0

package event

import (
	"math/bits"
	"slices"
	"strconv"
)

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
	if present >= 1<<firstOutcome {
		if err := e.checkWords(outcomeWords); err != nil {
			return err
		}
	}
	if present.has(attrData) {
		if err := e.checkData(); err != nil {
			return err
		}
	}
	return e.checkTogether(present)
}

// present returns the attributes that e has, having checked the text of each.
func (e *Event) present() (attributeSet, *FieldError) {
	var present attributeSet
	for a := firstString; a < firstOutcome; a++ {
		s := *e.text(a)
		if s == "" {
			continue
		}
		present |= 1 << a
		if len(s) > MaxStringBytes || plainLength(s) != len(s) { // a second look for what is not plain
			if err := checkString(a, s); err != nil {
				return present, err
			}
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
	if !e.hasOutcome() {
		return present, nil
	}
	outcome, err := e.presentOutcome()
	return present | outcome, err
}

// presentOutcome is present for the attributes of outcomes; it also checks the range of each number.
func (e *Event) presentOutcome() (attributeSet, *FieldError) {
	var present attributeSet
	for a := firstOutcome; a < numAttributes; a++ {
		s := *e.text(a)
		if s == "" {
			continue
		}
		present |= 1 << a
		if len(s) > MaxStringBytes || plainLength(s) != len(s) { // a second look for what is not plain
			if err := checkString(a, s); err != nil {
				return present, err
			}
		}
	}
	for a := firstNumber; a < firstString; a++ {
		n, has := e.number(a).Get()
		if !has {
			continue
		}
		present |= 1 << a
		if f := &numberFields[a-firstNumber]; n < f.atLeast || n > f.atMost {
			return present, outOfRange(a, strconv.FormatInt(n, 10), f.atLeast, f.atMost)
		}
	}
	if e.Due != 0 {
		present |= 1 << attrDue
	}
	return present, nil
}

func checkString(a attribute, s string) *FieldError {
	if len(s) > MaxStringBytes {
		return tooLong(a, len(s), MaxStringBytes)
	}
	if why, at := checkText(s); why != ReasonNone {
		return badText(a, why, at)
	}
	return nil
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
	if present.has(attrDue) {
		if err := checkInstant(attrDue, e.Due); err != nil {
			return err
		}
	}
	if e.Sequence < 0 || e.Sequence > MaxSequence {
		return outOfRange(attrSequence, strconv.FormatInt(e.Sequence, 10), 0, MaxSequence)
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
			return refuse(a, ReasonBadWord, "found %s, it must be %s%s", quoted(word), rules[i].remedy(), DidYouMean(word, rules[i].words))
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
func (e *Event) checkTogether(present attributeSet) *FieldError {
	switch {
	case e.Type == Tick && e.Received != e.Time:
		return refuse(attrReceived, ReasonContradiction, "found %s, a tick is received at its time %s",
			AppendTime(nil, e.Received), AppendTime(nil, e.Time))
	case e.Type == ContactMerged && e.Target == e.Contact:
		return refuse(attrTarget, ReasonContradiction, "found the contact itself, %s; it must be another contact", quoted(e.Target))
	case e.CustomerOld != "" && e.Customer == "":
		return refuse(attrCustomerOld, ReasonContradiction, "found without customer; the old hash goes with the new one")
	case e.Type > CorrectionIssued:
		return e.checkOutcomeTogether(present)
	}
	return nil
}

// checkOutcomeTogether is checkTogether for the types that came with outcomes.
func (e *Event) checkOutcomeTogether(present attributeSet) *FieldError {
	switch {
	case e.Type == ItemMerged && e.Target == e.Contact:
		return refuse(attrTarget, ReasonContradiction, "found the item itself, %s; it must be another item", quoted(e.Target))
	case e.Type == SupervisorJoined && e.Target == e.Advisor:
		return refuse(attrTarget, ReasonContradiction, "found the advisor, %s; it is the supervisor who came to help", quoted(e.Target))
	case e.Type == CallDialled && e.Reason != "" && e.Result != ResultHuman:
		return refuse(attrReason, ReasonContradiction, "found %s with the result %s; only a human can be abandoned", quoted(e.Reason), e.Result)
	}
	if anyOf := rules[e.Type].anyOf; anyOf != 0 && anyOf&present == 0 {
		return refuse(firstOf(anyOf), ReasonMissing, "missing; %s needs at least one of %s", e.Type, oneOf(anyOf.names()))
	}
	return nil
}

// firstOf returns the member of s that comes first in the envelope.
func firstOf(s attributeSet) attribute {
	return attribute(bits.TrailingZeros64(uint64(s)))
}

func missing(a attribute, t Type) *FieldError {
	needed := "every event needs it"
	if !everyType.required.has(a) {
		needed = t.String() + " needs it"
	}
	for _, w := range append(slices.Clone(rules[t].words), outcomeWords...) {
		if w.attribute == a {
			needed += ": " + w.remedy()
			break
		}
	}
	if a == attrType {
		needed += ", for example " + QueueEntered.String()
	}
	return refuse(a, ReasonMissing, "missing; %s", needed)
}
