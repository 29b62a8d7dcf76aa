// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"testing"
	"unsafe"
)

// What there is a great many of stays small: DESIGN, section 4, and the memory for each advisor.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		what        string
		size, limit uintptr
	}{
		{"a stub with its key", unsafe.Sizeof(stub{}) + unsafe.Sizeof(stubKey{}), 64},
		{"a moment", unsafe.Sizeof(moment{}), 120},
		{"a list record with its key, after a day", unsafe.Sizeof(record{}) + unsafe.Sizeof(stubKey{}), 32},
	} {
		if c.size > c.limit {
			t.Errorf("%s takes %d bytes, at most %d are right", c.what, c.size, c.limit)
		}
	}
}

// Dimensions survive their packing, up to the greatest name.
func TestPackedDims(t *testing.T) {
	d := Dims{Programme: 1, Site: maxNames - 1, Queue: 255, Campaign: 256, Channel: 65535, Direction: 65536, Team: 7, HomeTeam: 8, Advisor: 9, Reason: 0}
	p := d.packed()
	if got := p.dims(); got != d {
		t.Errorf("got %+v, want %+v", got, d)
	}
}

// The classes, results and verdicts are numbered as the language lists them.
func TestNumbersOfWords(t *testing.T) {
	for word, c := range map[string]class{"pitched_won": classPitchedWon, "pitched_lost": classPitchedLost, "not_pitched": classNotPitched,
		"follow_up": classFollowUp, "refusal": classRefusal, "appointment": classAppointment, "wrong_number": classWrongNumber,
		"duplicate": classDuplicate, "out_of_target": classOutOfTarget, "opposition": classOpposition, "": 0, "else": 0} {
		if classOf(word) != c {
			t.Errorf("class %q is %d, want %d", word, classOf(word), c)
		}
	}
	for word, r := range map[string]result{"human": resultHuman, "invalid": resultInvalid, "reached": resultReached} {
		if resultOf(word) != r {
			t.Errorf("result %q is %d, want %d", word, resultOf(word), r)
		}
	}
	if verdictOf("ok") != verdictOK || menuWordOf("served") != menuServed || menuWordOf("left") != menuLeft {
		t.Error("verdict or menu words are numbered otherwise")
	}
}
