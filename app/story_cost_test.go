// SPDX-License-Identifier: Apache-2.0

package app

import (
	"os"
	"slices"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/register"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

// forgets takes events and keeps none.
type forgets struct{}

// Put implements simulator.Sink.
func (forgets) Put(*event.Event) error { return nil }

// waitsOfTuesday are the waits of a queue on a Tuesday of the demo centre, by the simulator's own truth.
func waitsOfTuesday(t *testing.T, org *organisation.Organisation, weeksBefore int, queue string) []*simulator.Wait {
	t.Helper()
	day, err := time.Parse(time.DateOnly, string(simulator.CapRivageDay))
	if err != nil {
		t.Fatal(err)
	}
	day = day.AddDate(0, 0, -7*weeksBefore)
	o := &simulator.Options{From: organisation.Date(day.Format(time.DateOnly)), To: organisation.Date(day.AddDate(0, 0, 1).Format(time.DateOnly)),
		Seed: simulator.CapRivageSeed, EndShifts: true}
	truth, err := simulator.Run(simulator.CapRivage(org), o, forgets{})
	if err != nil {
		t.Fatal(err)
	}
	var waits []*simulator.Wait
	for _, c := range truth.Calls {
		for _, w := range c.Waits {
			if w.Queue == queue {
				waits = append(waits, w)
			}
		}
	}
	return waits
}

// sumsOf adds waits up by the quarters in which they began, and the others as the rest of the day: answered within 20 s of those who
// were answered or hung up after 5 s, the targets of assistance.
func sumsOf(waits []*simulator.Wait, quarters []int64) (list []register.Sums, rest register.Sums) {
	list = make([]register.Sums, len(quarters))
	for _, w := range waits {
		into := &rest
		if n := slices.Index(quarters, w.From-w.From%register.QuarterMs); n >= 0 {
			into = &list[n]
		}
		into.Offered++
		waited := w.To - w.From
		switch {
		case w.Ended == "hung_up":
			into.Abandoned++
			if waited >= 5_000 {
				into.Denominator++
			}
		case w.Ended == "picked_up":
			into.Denominator++
			if waited <= 20_000 {
				into.Numerator++
			}
		}
	}
	return list, rest
}

// The incident of the demo day has a cost that the register can tell from the four Tuesdays before. How much, the story says without
// the simulator: calls of the half-hours 64, 70 and 68 come 1.8 times as often from 10:02 to 10:47, and by Erlang A 37 % of them give
// up until 10:18 and 21 % from then on: (16 min x 37 % + 29 min x 21 %) x 1.8 x 67 / 30 min = 48, less the 8 or so of 130 calls who
// usually do.
func TestTheStorysIncidentHasACost(t *testing.T) {
	org, err := ReadOrganisation(os.DirFS("../seeds/cap-rivage"), "cap-rivage")
	if err != nil {
		t.Fatal(err)
	}
	paris, err := zone.Load("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	at := func(hour, minute int) int64 { return time.Date(2026, 11, 17, hour, minute, 0, 0, paris).UnixMilli() }
	incident := &register.Incident{ID: "portal", Placed: true, OpenedMs: at(10, 2), ClosedMs: at(10, 47), Day: int32(at(10, 2) / (24 * 3600 * 1000))}
	incident.Place.Kind, incident.Place.ID = indicator.ScopeQueue, "assistance"
	plan, unknown := register.NewPlan(incident, paris, at(22, 0), nil)
	if unknown != nil {
		t.Fatal(unknown)
	}
	var observed register.Observed
	observed.Quarters, observed.DayRest = sumsOf(waitsOfTuesday(t, org, 0, "assistance"), plan.Quarters)
	for _, w := range plan.Weeks {
		var o register.ObservedWeek
		o.Quarters, o.DayRest = sumsOf(waitsOfTuesday(t, org, w.Back, "assistance"), w.Quarters)
		observed.Weeks = append(observed.Weeks, o)
	}
	cost := plan.Impact(incident, &observed, DefaultLevel)
	if cost.Beyond == nil || cost.BeyondInterval == nil || cost.Day.Points == nil || cost.Day.Interval == nil {
		t.Fatalf("the cost cannot be told: %+v", cost)
	}
	if cost.Weeks != register.BaselineWeeks {
		t.Errorf("%d Tuesdays say what is usual, want %d", cost.Weeks, register.BaselineWeeks)
	}
	if *cost.Beyond < 20 || *cost.Beyond > 80 || cost.BeyondInterval.Low <= 0 {
		t.Errorf("%.0f abandons beyond the expected (%.0f to %.0f), want about 40 and an interval above 0", *cost.Beyond, cost.BeyondInterval.Low, cost.BeyondInterval.High)
	}
	if *cost.Day.Points <= 0 || cost.Day.Interval.Low <= 0 {
		t.Errorf("%.1f points of the day's service level (%.1f to %.1f), want some, surely", *cost.Day.Points, cost.Day.Interval.Low, cost.Day.Interval.High)
	}
	t.Logf("%.0f abandons beyond (%.0f to %.0f), %.1f points (%.1f to %.1f)", *cost.Beyond, cost.BeyondInterval.Low, cost.BeyondInterval.High,
		*cost.Day.Points, cost.Day.Interval.Low, cost.Day.Interval.High)
}
