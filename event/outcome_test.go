// SPDX-License-Identifier: Apache-2.0

package event

import (
	"strings"
	"testing"
)

func TestValidateRefusesOutcomes(t *testing.T) {
	wantRefused(t, []refusedChange{
		{"item merged into itself", ItemMerged, func(e *Event) { e.Target = e.Contact }, "target", ReasonContradiction},
		{"item dropped for another reason", ItemDropped, func(e *Event) { e.Reason = "timeout" }, "reason", ReasonBadWord},
		{"reply of a robot", ItemReplied, func(e *Event) { e.Kind = "robot" }, "kind", ReasonBadWord},
		{"resolved by half", ContactClassified, func(e *Event) { e.Resolved = "half" }, "resolved", ReasonBadWord},
		{"complaint with a capital", ContactClassified, func(e *Event) { e.Complaint = "Yes" }, "complaint", ReasonBadWord},
		{"supervisor helps himself", SupervisorJoined, func(e *Event) { e.Target = e.Advisor }, "target", ReasonContradiction},
		{"abandoned without a human", CallDialled, func(e *Event) { e.Result, e.Reason = "machine", "abandoned" }, "reason", ReasonContradiction},
		{"dialled for another reason", CallDialled, func(e *Event) { e.Reason = "bored" }, "reason", ReasonBadWord},
		{"dialled by hand", CallDialled, func(e *Event) { e.Kind = "manual" }, "kind", ReasonBadWord},
		{"dialled for another purpose", CallDialled, func(e *Event) { e.Purpose = "fun" }, "purpose", ReasonBadWord},
		{"dialled on another basis", CallDialled, func(e *Event) { e.Basis = "hope" }, "basis", ReasonBadWord},
		{"dialled with another verdict", CallDialled, func(e *Event) { e.Verdict = "maybe" }, "verdict", ReasonBadWord},
		{"dialled with another audit", CallDialled, func(e *Event) { e.Audit = "maybe" }, "audit", ReasonBadWord},
		{"refused although in order", CallRefused, func(e *Event) { e.Verdict = "ok" }, "verdict", ReasonBadWord},
		{"another class", ContactDisposed, func(e *Event) { e.Class = "won" }, "class", ReasonBadWord},
		{"critical failures out of order", EvaluationSubmitted, func(e *Event) { e.Critical = "business,customer" }, "critical", ReasonBadWord},
		{"critical failure twice", EvaluationSubmitted, func(e *Event) { e.Critical = "business,business" }, "critical", ReasonBadWord},
		{"critical failures with a blank", EvaluationSubmitted, func(e *Event) { e.Critical = "customer, business" }, "critical", ReasonBadWord},
		{"critical failure beyond the list", EvaluationSubmitted, func(e *Event) { e.Critical = "business,legal" }, "critical", ReasonBadWord},
		{"consent in a contact", ConsentGiven, func(e *Event) { e.Contact = "c" }, "contact", ReasonNotAllowed},
		{"schedule in a contact", SchedulePublished, func(e *Event) { e.Contact = "c" }, "contact", ReasonNotAllowed},
		{"capacity in a contact", AdvisorCapacity, func(e *Event) { e.Contact = "c" }, "contact", ReasonNotAllowed},
		{"notice in a contact", SourceNoticed, func(e *Event) { e.Contact = "c" }, "contact", ReasonNotAllowed},
	})
}

func TestValidateRefusesNumbers(t *testing.T) {
	wantRefused(t, []refusedChange{
		{"data in a sale", SaleRecorded, func(e *Event) { e.Data = []byte("{}") }, "data", ReasonNotAllowed},
		{"sale below nothing", SaleRecorded, func(e *Event) { e.AmountCents = NumberOf(-1) }, "amountcents", ReasonOutOfRange},
		{"sale beyond ten million", SaleRecorded, func(e *Event) { e.AmountCents = NumberOf(1_000_000_001) }, "amountcents", ReasonOutOfRange},
		{"sale beyond 64 bits", SaleRecorded, func(e *Event) { e.AmountCents = NumberOf(1<<63 - 1) }, "amountcents", ReasonOutOfRange},
		{"score beyond 100 %", EvaluationSubmitted, func(e *Event) { e.ScoreBP = NumberOf(10_001) }, "scorebp", ReasonOutOfRange},
		{"csat of 0", SurveyAnswered, func(e *Event) { e.CSAT = NumberOf(0) }, "csat", ReasonOutOfRange},
		{"csat of 6", SurveyAnswered, func(e *Event) { e.CSAT = NumberOf(6) }, "csat", ReasonOutOfRange},
		{"nps of 11", SurveyAnswered, func(e *Event) { e.NPS = NumberOf(11) }, "nps", ReasonOutOfRange},
		{"ces of 0", SurveyAnswered, func(e *Event) { e.CES = NumberOf(0) }, "ces", ReasonOutOfRange},
		{"list of nobody", ListLoaded, func(e *Event) { e.Count = NumberOf(0) }, "count", ReasonOutOfRange},
		{"list of everybody", ListClosed, func(e *Event) { e.Count = NumberOf(10_000_001) }, "count", ReasonOutOfRange},
		{"no slots", AdvisorCapacity, func(e *Event) { e.Slots = NumberOf(0) }, "slots", ReasonOutOfRange},
		{"51 slots", AdvisorCapacity, func(e *Event) { e.Slots = NumberOf(51) }, "slots", ReasonOutOfRange},
		{"number in the wrong place, out of range", QueueEntered, func(e *Event) { e.CSAT = NumberOf(9) }, "csat", ReasonOutOfRange},
		{"due after 2200", CallbackRequested, func(e *Event) { e.Due = MaxTime + 1 }, "due", ReasonOutOfRange},
		{"due before 1970", CallbackRequested, func(e *Event) { e.Due = -1 }, "due", ReasonOutOfRange},
		{"Latin-1 object", SaleRecorded, func(e *Event) { e.Object = "\xe9" }, "object", ReasonBadUTF8},
		{"long object", SaleRecorded, func(e *Event) { e.Object = strings.Repeat("o", 257) }, "object", ReasonTooLong},
		{"tick with an object", Tick, func(e *Event) { e.Object = "o" }, "object", ReasonNotAllowed},
		{"tick with a number", Tick, func(e *Event) { e.Slots = NumberOf(1) }, "slots", ReasonNotAllowed},
		{"tick that is due", Tick, func(e *Event) { e.Due = 1 }, "due", ReasonNotAllowed},
	})
}

func TestValidateAcceptsTheLimitsOfOutcomes(t *testing.T) {
	for _, numbers := range [][7]int64{{0, 0, 1, 0, 1, 1, 1}, {1_000_000_000, 10_000, 5, 10, 5, 10_000_000, 50}} {
		e := smallest(t, SaleRecorded)
		for i, name := range []string{"amountcents", "scorebp", "csat", "nps", "ces", "count", "slots"} {
			*number(&e, name) = NumberOf(numbers[i])
		}
		if err := e.Validate(); err != nil {
			t.Errorf("numbers %v: %v", numbers, err)
		}
	}
	for _, critical := range []string{"customer", "business", "compliance", "customer,business", "customer,compliance",
		"business,compliance", "customer,business,compliance"} {
		e := smallest(t, EvaluationSubmitted)
		if e.Critical = critical; e.Validate() != nil {
			t.Errorf("critical %s: %v", critical, e.Validate())
		}
	}
	e := smallest(t, CallDialled)
	e.Kind, e.Reason, e.Purpose, e.Basis, e.Verdict, e.Audit = "predictive", "abandoned", "prospecting", "consent", "ok", "over_cap"
	if err := e.Validate(); err != nil {
		t.Error(err)
	}
}

// TestEachOutcomeAttributeIsSeen: the hot paths look at these attributes only when hasOutcome says that there are any.
func TestEachOutcomeAttributeIsSeen(t *testing.T) {
	if (&Event{}).hasOutcome() || telephonyEvent(t).hasOutcome() {
		t.Error("an event without outcomes has some")
	}
	for _, a := range canonicalOrder() {
		var e Event
		switch {
		case a >= firstOutcome:
			*e.text(a) = "x"
		case a >= firstNumber && a < firstString:
			*e.number(a) = NumberOf(0)
		case a == attrDue:
			e.Due = 1
		default:
			continue
		}
		present, err := e.present()
		if err == nil && present != setOf(a) || err != nil && err.Field != a.String() {
			t.Errorf("%s is not seen: present %b, %v", a, present, err)
		}
	}
}

func TestNumber(t *testing.T) {
	for _, n := range []int64{0, 1, 10_000, 1_000_000_000, 1<<31 - 2, -1, -1 << 31} {
		if got, present := NumberOf(n).Get(); got != n || !present {
			t.Errorf("%d: got %d, %v", n, got, present)
		}
	}
	if n, present := Number(0).Get(); n != 0 || present {
		t.Errorf("the zero Number is %d, %v; want absent", n, present)
	}
	if Number(0).Or(-1) != -1 || NumberOf(0).Or(-1) != 0 {
		t.Error("Or takes 0 for absent, or the other way round")
	}
}

func TestHasCritical(t *testing.T) {
	for set, want := range map[string][3]bool{ // customer, business, compliance
		"": {}, "customer": {true, false, false}, "business,compliance": {false, true, true},
		"customer,business,compliance": {true, true, true}, "customers": {},
	} {
		for i, critical := range Criticals {
			if HasCritical(set, critical) != want[i] {
				t.Errorf("%q has %s: want %v", set, critical, want[i])
			}
		}
	}
}
