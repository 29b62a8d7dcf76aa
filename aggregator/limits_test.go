// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"fmt"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// A source in a loop fills one contact, or one advisor, and no more: 512 events and 64 queue legs for a contact, 1024
// events for an advisor's last quarter of an hour. What is beyond is a dead letter, or counts for nothing.
func TestRunawaySources(t *testing.T) {
	r := newRun(t)
	for i := range 600 {
		at := monday + int64(i)*10
		r.put(event.Event{ID: fmt.Sprintf("e%d", i), Source: "pbx", Type: event.QueueEntered, Time: at, Centre: centreID,
			Contact: "loop", Queue: fmt.Sprintf("q%d", i%100)}, at)
	}
	offered := r.sumOf(indicator.ScopeCentre, centreID)[indicator.Offered]
	if offered != 64 || r.dead[aggregator.ReasonTooManyEvents] != 600-512 {
		t.Errorf("%d queue legs and dead letters %v, want 64 legs and 88 events too many", offered, r.dead)
	}
	r = newRun(t)
	for i := range 1100 {
		at := monday + int64(i)*10
		state := []string{event.StateAvailable, event.StatePaused}[i%2]
		r.put(event.Event{ID: fmt.Sprintf("e%d", i), Source: "pbx", Type: event.AdvisorState, Time: at, Centre: centreID,
			Advisor: "ada", State: state}, at)
	}
	if r.dead[aggregator.ReasonTooManyEvents] != 1100-1024 {
		t.Errorf("dead letters %v, want 76 events too many", r.dead)
	}
}

// An event a day and more behind the clock is too late, whoever it is about: a state of 1970 would otherwise give a row for
// each minute since.
func TestADayLateIsTooLate(t *testing.T) {
	r := newRun(t)
	r.tickAt(monday)
	r.put(event.Event{ID: "old", Source: "crm", Type: event.AdvisorState, Time: 1, Centre: centreID, Advisor: "ada", State: event.StateAvailable}, monday)
	r.put(event.Event{ID: "late", Source: "crm", Type: event.QueueEntered, Time: monday - 24*hour - 1, Centre: centreID, Contact: "c", Queue: "q"}, monday)
	r.put(event.Event{ID: "just", Source: "crm", Type: event.QueueEntered, Time: monday - 24*hour, Centre: centreID, Contact: "d", Queue: "q"}, monday)
	r.tickAt(monday + minute)
	queue, centre := r.sumOf(indicator.ScopeQueue, "q"), r.sumOf(indicator.ScopeCentre, centreID)
	if r.dead[aggregator.ReasonTooLate] != 2 || queue[indicator.Offered] != 1 || centre[indicator.LoggedMs] != 0 {
		t.Errorf("dead letters %v, want two that are too late and one contact", r.dead)
	}
}
