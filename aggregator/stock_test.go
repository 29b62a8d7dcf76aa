// SPDX-License-Identifier: Apache-2.0

package aggregator

import "testing"

// A complaint of which nothing but its limits is known: ten days after day 0 its acknowledgement is due, on day 60 its answer.
// Two days before the one and ten days before the other it is said to be due soon; from the limit on it is late.
func TestComplaintsDueSoonAndLate(t *testing.T) {
	const day = dayMs
	f := func(at int64, change func(*itemState), want [4]int64, until int64) {
		t.Helper()
		s := itemState{phase: itemOpen, complaint: complaintYes, ackAt: 10 * day, answerAt: 60 * day}
		change(&s)
		var x itemCount
		gotUntil := x.count(&s, at, 100*day)
		got := [4]int64{x.counts[stockAckSoon], x.counts[stockAckLate], x.counts[stockReplySoon], x.counts[stockReplyLate]}
		if got != want || gotUntil != until {
			t.Errorf("at day %d: soon to acknowledge, late, soon to answer, late %v until %d; want %v until %d", at/day, got, gotUntil/day, want, until/day)
		}
	}
	nothing := func(*itemState) {}
	f(8*day-1, nothing, [4]int64{0, 0, 0, 0}, 8*day)
	f(8*day, nothing, [4]int64{1, 0, 0, 0}, 50*day)
	f(50*day-1, func(s *itemState) { s.ack.how = settledMet }, [4]int64{0, 0, 0, 0}, 50*day)
	f(50*day, func(s *itemState) { s.ack.how = settledMet }, [4]int64{0, 0, 1, 0}, never)
	f(50*day, func(s *itemState) { s.ack.how = settledPassed }, [4]int64{0, 1, 1, 0}, never)
	f(60*day, func(s *itemState) { s.ack.how, s.answer.how = settledPassed, settledPassed }, [4]int64{0, 1, 0, 1}, never)
	// A late reply acknowledges; one that came in another's name does not undo that the answer is late.
	f(60*day, func(s *itemState) { s.ack.how, s.answer.how, s.repliedAt = settledPassed, settledPassed, 59*day }, [4]int64{0, 0, 0, 1}, never)
	// What is no complaint, or was open before the count began, has no such limits.
	f(60*day, func(s *itemState) { s.complaint = 0 }, [4]int64{}, never)
	f(60*day, func(s *itemState) { s.opening = true }, [4]int64{}, never)
}
