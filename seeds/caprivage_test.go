// SPDX-License-Identifier: Apache-2.0

package seeds_test

import (
	"math/bits"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds"
)

// The demo centre is what its README says. The figures are those of the story that the demo tells.
func TestCapRivage(t *testing.T) {
	o, err := organisation.Read(seeds.CapRivage(), organisation.Options{Name: "seeds/cap-rivage"})
	if err != nil {
		t.Fatal(err)
	}
	sizes := map[string]int{}
	people, names, partTime, telework := map[string]bool{}, map[string]bool{}, 0, 0
	for _, a := range o.Advisors {
		sizes[a.Team]++
		people[a.ID], names[a.Name] = true, true
		if a.ContractMinutes < 32*60 {
			partTime++
			shift := o.Shifts[indexOf(t, o, a.Shift)]
			if got, want := bits.OnesCount8(uint8(a.Days&shift.Days)), a.ContractMinutes/(7*60); got != want {
				t.Errorf("%s works %d days of 7 hours, the contract has %d", a.ID, got, want)
			}
		}
		if a.Telework != 0 {
			telework++
		}
	}
	want := map[string]int{"mistral": 10, "autan": 10, "alize": 14, "boreal": 6, "garance": 11, "lilas": 11, "indigo": 12,
		"safran": 8, "ambre": 8, "tempo": 10, "eclosion": 6}
	if diff := cmp.Diff(want, sizes); diff != "" {
		t.Errorf("teams: want (-), got (+):\n%s", diff)
	}
	if len(people) != 106 || len(names) != 106 || partTime != 24 || telework != 30 {
		t.Errorf("%d advisors with %d names, %d part-time, %d who telework; want 106, 106, 24, 30", len(people), len(names), partTime, telework)
	}
	thresholds := map[string]int64{}
	for _, q := range o.Queues {
		thresholds[q.Queue] = q.ThresholdMs
	}
	wantT := map[string]int64{"assistance": 20_000, "orvalie": 30_000, "boutique": 30_000, "urgence": 10_000, "chat": 40_000,
		"mail": 0, "courrier": 0, "reclamations": 0, "reseaux": 0}
	if diff := cmp.Diff(wantT, thresholds); diff != "" {
		t.Errorf("queues and their T: want (-), got (+):\n%s", diff)
	}
}

func indexOf(t *testing.T, o *organisation.Organisation, shift string) int {
	t.Helper()
	for i := range o.Shifts {
		if o.Shifts[i].ID == shift {
			return i
		}
	}
	t.Fatalf("no shift %q", shift)
	return -1
}

// Holidays as the calendar of 2026 has them: 11 November is a Wednesday, 20 December a Sunday that only La Réunion keeps, and
// urgence never closes.
func TestOpeningHoursOfCapRivage(t *testing.T) {
	o, err := organisation.Read(seeds.CapRivage(), organisation.Options{})
	if err != nil {
		t.Fatal(err)
	}
	check := func(calendar, date string, want int) {
		t.Helper()
		day, err := time.Parse(time.DateOnly, date)
		if err != nil {
			t.Fatal(err)
		}
		for i := range o.Calendars {
			if c := &o.Calendars[i]; c.ID == calendar {
				minutes := 0
				for _, s := range c.Open(organisation.Date(date), day.Weekday()) {
					minutes += s.To - s.From
				}
				if minutes != want {
					t.Errorf("%s on %s: open for %d minutes, want %d", calendar, date, minutes, want)
				}
				return
			}
		}
		t.Errorf("no calendar %s", calendar)
	}
	check("assistance", "2026-11-17", 12*60)
	check("assistance", "2026-11-21", 12*60) // Saturday
	check("assistance", "2026-11-22", 0)
	check("assistance", "2026-11-11", 0)
	check("orvalie", "2026-11-17", 10*60)
	check("orvalie", "2026-11-21", 0)
	check("toujours", "2026-12-25", 24*60)
	check("demarchage", "2026-11-17", 9*60) // 10-13, 14-20
	check("demarchage", "2026-11-21", 0)
	check("demarchage-reunion", "2026-04-06", 0) // a Monday
	check("chat", "2026-11-17", 12*60)
}
