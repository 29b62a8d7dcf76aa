// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"testing"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// The field's own example: 70 calls in half an hour, 400 s of handling and 4 s of ringing, customers who wait three minutes,
// 80 % within 20 s: Erlang A asks for 19. Two are missing at 17, which is more than one and more than a twentieth.
func TestPresentAgainstRequired(t *testing.T) {
	w := newWorld(t)
	w.count(help, Today, measures{indicator.Handled: 70, indicator.TalkMs: 70 * 400_000, indicator.Offers: 70, indicator.RingMs: 70 * 4000})
	usual := func(startMs int64, offered int64) Quarter {
		sums := make([]int64, indicator.NumMeasures)
		sums[indicator.Offered] = offered
		return Quarter{StartMs: startMs, Sums: &WindowSums{Panes: sums, Minutes: sums}}
	}
	w.inputs.Day = &Day{StartMs: noon - 12*4*QuarterMs, EndMs: noon + 12*4*QuarterMs, UsualDays: 2, Usual: map[Scope][]Quarter{
		help: {usual(noon-QuarterMs, 500), usual(noon, 60), usual(noon+QuarterMs, 80), usual(noon+2*QuarterMs, 500)}}, Long: map[Window]map[Scope]*WindowSums{}}
	f := func(present int64, want State, gap string) {
		t.Helper()
		w.gauge(north, "advisors_available", present)
		got := w.tile("present")
		if got.State != want || got.Target != "required 19" || got.Gap != gap || *got.Raw != float64(present) {
			t.Errorf("%d present: %s, %q, gap %q; want %s, required 19, gap %s", present, got.State, got.Target, got.Gap, want, gap)
		}
	}
	f(19, StateOK, "0")
	f(18, StateWatch, "−1")
	f(17, StateAct, "−2")

	// More came than usual: 90 in the last half-hour need more than 70 do.
	w.count(help, Last30m, measures{indicator.Offered: 90})
	if got := w.tile("present"); got.Target == "required 19" {
		t.Errorf("a rush needs no more people: %+v", got)
	}
	w.count(help, Last30m, measures{indicator.Offered: 0})

	// Another team that serves the queue is a part of the pool.
	w.object(event.ConfigTeam, event.TeamConfig{Team: "west"})
	w.object(event.ConfigAdvisor, event.AdvisorConfig{Advisor: "w", Team: "west"})
	w.object(event.ConfigSkill, event.SkillConfig{Advisor: "w", Queue: "help"})
	w.gauge(Scope{indicator.ScopeTeam, "west"}, "advisors_on_contact", 3)
	if got := w.tile("present"); got.State != StateOK || got.Value != "20" || got.Notes[1] != "of these North 17" {
		t.Errorf("17 and 3: %+v", got)
	}

	// Nobody knows what is needed without past weeks; then nobody judges.
	w.inputs.Day.Usual = nil
	if got := w.tile("present"); got.State != StateInfo || got.Value != "17" || got.Target != "" {
		t.Errorf("without past weeks: %+v", got)
	}
}

// In half an hour the usual day has 70 calls again, as it has now, and so needs 19.
func TestPresentInHalfAnHour(t *testing.T) {
	w := newWorld(t)
	w.count(help, Today, measures{indicator.Handled: 70, indicator.TalkMs: 70 * 400_000, indicator.Offers: 70, indicator.RingMs: 70 * 4000})
	usual := func(startMs, offered int64) Quarter {
		return quarter(startMs, measures{indicator.Offered: 2 * offered})
	}
	w.inputs.Day = &Day{StartMs: noon - 12*4*QuarterMs, EndMs: noon + 12*4*QuarterMs, UsualDays: 2, Long: map[Window]map[Scope]*WindowSums{}, Usual: map[Scope][]Quarter{
		help: {usual(noon, 30), usual(noon+QuarterMs, 40), usual(noon+2*QuarterMs, 35), usual(noon+3*QuarterMs, 35)}}}
	w.gauge(north, "advisors_available", 20)
	f := func(planned, plannedSoon int64, want State, note string) {
		t.Helper()
		w.gauge(north, GaugePlannedNow, planned)
		w.gauge(north, GaugePlannedSoon, plannedSoon)
		if got := w.tile("present"); got.State != want || got.Text != "20\u202f/\u202f19" || got.Notes[0] != note {
			t.Errorf("%d planned, then %d: %+v; want %s, 20 / 19, %s", planned, plannedSoon, got, want, note)
		}
	}
	f(0, 0, StateOK, "in 30 min required 19")
	f(18, 16, StateWatch, "in 30 min 18 of 19")
	f(18, 17, StateOK, "in 30 min 19 of 19")
	// Half as many again came in the last half-hour as usual: then later as well.
	w.inputs.Day.Usual[help] = append(w.inputs.Day.Usual[help], usual(noon-2*QuarterMs, 20))
	w.count(help, Last30m, measures{indicator.Offered: 30})
	if got := w.tile("present"); got.Notes[0] == "in 30 min 19 of 19" {
		t.Errorf("a rush is over at once: %+v", got)
	}
	w.count(help, Last30m, measures{indicator.Offered: 0})

	// 20 are on queue, and breaks of 10 minutes of three of them begin now: 18 over the next quarter of an hour. In half an hour
	// they are back: 20, with one less by the schedules.
	w.gauge(north, GaugeBreakMs, 3*10*60_000)
	if got := w.tile("present"); got.Text != "18\u202f/\u202f19" || got.Notes[0] != "in 30 min 19 of 19" {
		t.Errorf("three go on a break: %+v", got)
	}
	w.gauge(north, GaugeBreakMs, 0)

	// Where the machine tells who is there and who is required, the wall has no numbers of its own; what the next half-hour needs
	// more or less is added.
	w.gauge(help, gaugeStaffPresent, 21)
	w.gauge(help, gaugeStaffRequired, 23)
	if got := w.tile("present"); got.State != StateAct || got.Text != "21\u202f/\u202f23" || got.Gap != "−2" || got.Notes[0] != "in 30 min 20 of 23" {
		t.Errorf("21 of 23 by the machine: %+v", got)
	}
}

func TestStaffState(t *testing.T) {
	for _, c := range []struct {
		present, required int64
		want              State
	}{{40, 40, StateOK}, {38, 40, StateWatch}, {37, 40, StateAct}, {2, 3, StateWatch}, {1, 3, StateAct}, {0, 0, StateOK}} {
		if got := staffState(c.present, c.required); got != c.want {
			t.Errorf("%d of %d: %s, want %s", c.present, c.required, got, c.want)
		}
	}
}
