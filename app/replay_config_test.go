// SPDX-License-Identifier: Apache-2.0

package app

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vigie-kpi/vigie/event"
)

// The folder of the replay's tests, as it goes into the log. Its dates are Paris days that begin at 05:00: 2026-09-01 05:00
// is 03:00 UTC in summer, 1788231600; the day after 2026-11-15 begins at 04:00 UTC in winter, 1794801600. The later entry
// of support keeps what it does not say.
func TestTheFolderOfTheReplaysTests(t *testing.T) {
	o, err := ReadOrganisation(os.DirFS("../cmd/vigie/testdata/centre"), "")
	if err != nil {
		t.Fatal(err)
	}
	queues := []event.QueueConfig{
		{Queue: "support", ThresholdMs: 15_000, Variant: "sl_live", Channel: "voice", Programme: "acme"},
		{Queue: "support", From: 1788231600_000, ThresholdMs: 10_000, Variant: "sl_live", Channel: "voice", Programme: "acme"},
		{Queue: "ventes", ThresholdMs: 8000, ShortAbandonMs: 4000},
	}
	for i := range max(len(queues), len(o.Queues)) {
		if diff := cmp.Diff(queues[i], o.Queues[i].QueueConfig); diff != "" {
			t.Errorf("queue %d: want (-), got (+):\n%s", i, diff)
		}
	}
	advisors := []event.AdvisorConfig{
		{Advisor: "advisor-1001", Team: "north", Site: "lille"},
		{Advisor: "advisor-1002", Team: "north", To: 1794801600_000},
		{Advisor: "advisor-1002", From: 1794801600_000, Team: "south", HomeTeam: "north"},
	}
	if diff := cmp.Diff(advisors, o.Memberships()); diff != "" {
		t.Errorf("advisors: want (-), got (+):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"repas": "lunch", "midi": "lunch", "elearning": "training"}, o.States); diff != "" {
		t.Errorf("states: want (-), got (+):\n%s", diff)
	}
	if o.ID != "lille" || o.Centre.Zone != "Europe/Paris" || o.Centre.DayStartsAtMinutes != 300 || o.Centre.UnknownQueues != event.UnknownRefuse {
		t.Errorf("centre %s: %+v", o.ID, o.Centre)
	}
}
