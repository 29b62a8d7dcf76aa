// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"slices"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// The words of outcomes as small numbers. Append only: the numbers are in the snapshot.
type (
	class   uint8 // of a disposition: 1 + its place in event.Classes; 0 = none
	result  uint8 // of a dial or a callback's attempt: 1 + its place in its list
	verdict uint8 // of a check: 1 + its place in event.Verdicts; 0 = not checked
	marks   uint8 // the yes and no of an outcome
)

const (
	complaintYes marks = 1 << iota
	complaintNo
	resolvedYes
	resolvedNo
	criticalCustomer
	criticalBusiness
	criticalCompliance
)

const (
	ofComplaint  = complaintYes | complaintNo
	ofResolution = resolvedYes | resolvedNo
	ofCritical   = criticalCustomer | criticalBusiness | criticalCompliance
)

func marksOf(e *event.Event) (m marks) {
	set := func(is bool, bit marks) {
		if is {
			m |= bit
		}
	}
	set(e.Complaint == event.Yes, complaintYes)
	set(e.Complaint == event.No, complaintNo)
	set(e.Resolved == event.Yes, resolvedYes)
	set(e.Resolved == event.No, resolvedNo)
	set(event.HasCritical(e.Critical, event.CriticalCustomer), criticalCustomer)
	set(event.HasCritical(e.Critical, event.CriticalBusiness), criticalBusiness)
	set(event.HasCritical(e.Critical, event.CriticalCompliance), criticalCompliance)
	return m
}

// overruledBy is what stands after a later word: each question that it answers, and all critical failures.
func (m marks) overruledBy(later marks) marks {
	if later&ofComplaint != 0 {
		m &^= ofComplaint
	}
	if later&ofResolution != 0 {
		m &^= ofResolution
	}
	return m&^ofCritical | later
}

// numberIn is 1 + the place of a word in its list; 0 when it is not there.
func numberIn(words []string, word string) uint8 {
	if word == "" {
		return 0
	}
	return uint8(slices.Index(words, word) + 1)
}

func classOf(word string) class     { return class(numberIn(event.Classes, word)) }
func verdictOf(word string) verdict { return verdict(numberIn(event.Verdicts, word)) }

// resultOf numbers the results of dials from 1 and those of callbacks after them.
func resultOf(word string) result {
	if n := numberIn(event.DialResults, word); n != 0 {
		return result(n)
	}
	if n := numberIn(event.AttemptResults, word); n != 0 {
		return result(n) + result(len(event.DialResults))
	}
	return 0
}

const (
	resultHuman   result  = 1
	resultInvalid result  = 5
	resultReached result  = 7
	verdictOK     verdict = 1
)

// The classes of a disposition, in the order of event.Classes.
const (
	classPitchedWon class = iota + 1
	classPitchedLost
	classNotPitched
	classFollowUp
	classRefusal
	classAppointment
	classWrongNumber
	classDuplicate
	classOutOfTarget
	classOpposition
	numClasses
)

// classMeasures says what each class of a disposition adds. A contact is useful when the person who can decide was there:
// not behind a wrong number, in a record that stands twice in the list, or where nobody is to be called.
var classMeasures = [numClasses][]indicator.Measure{
	classPitchedWon:  {indicator.UsefulContacts, indicator.PitchedWon},
	classPitchedLost: {indicator.UsefulContacts, indicator.PitchedLost},
	classNotPitched:  {indicator.UsefulContacts, indicator.NotPitched},
	classFollowUp:    {indicator.UsefulContacts, indicator.FollowUps},
	classRefusal:     {indicator.UsefulContacts, indicator.Refusals},
	classAppointment: {indicator.UsefulContacts, indicator.Appointments},
	classOpposition:  {indicator.UsefulContacts, indicator.Refusals},
	classWrongNumber: nil, classDuplicate: nil, classOutOfTarget: nil,
}

// dialMeasures is what each result of a dial adds to `dialled`.
var dialMeasures = [...]indicator.Measure{1: indicator.DialHuman, indicator.DialMachine, indicator.DialNoAnswer,
	indicator.DialBusy, indicator.DialInvalid, indicator.DialRejected}

// verdictMeasures counts the dials that should not have been made, by what the check says. A dial that is fine adds none.
var verdictMeasures = [...]indicator.Measure{2: indicator.DialsNoBasis, indicator.DialsOutOfWindow, indicator.DialsOverCap,
	indicator.DialsInRefusal, indicator.DialsCliRefused, indicator.DialsUnverifiable}
