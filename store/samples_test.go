// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
)

// TestQuerySamples: of samples at each ten seconds, those at the quarters; of the live lane, the kind of scope and the time asked
// for. The gauge is one whose column came after the migration that made the table.
func TestQuerySamples(t *testing.T) {
	s := openMigrated(t)
	w, lane, b := newWorld("lyon", ""), newWorld("lyon", "january"), NewBuilder()
	add := func(w *world, kind indicator.ScopeKind, id, instant string, due int64) {
		t.Helper()
		b.addGauge(w, &aggregator.Gauge{At: at(t, instant), Scope: kind, Name: w.id(id), Values: [aggregator.NumGauges]int64{aggregator.GaugeItemsDueToday: due}})
	}
	add(w, indicator.ScopeQueue, "mail", "2026-03-02T10:00:00Z", 20)
	add(w, indicator.ScopeQueue, "mail", "2026-03-02T10:00:10Z", 19)
	add(w, indicator.ScopeQueue, "mail", "2026-03-02T10:15:00Z", 17)
	add(w, indicator.ScopeQueue, "letters", "2026-03-02T10:15:00Z", 3)
	add(w, indicator.ScopeQueue, "mail", "2026-03-02T10:30:00Z", 12)
	add(w, indicator.ScopeTeam, "mail", "2026-03-02T10:15:00Z", 99)
	add(lane, indicator.ScopeQueue, "mail", "2026-03-02T10:15:00Z", 98)
	write(t, openWriter(t, s, 0, nil), b.Seal("e1", 0, 1, 2, "test"))
	found, err := s.QuerySamples(t.Context(), SampleQuery{Centre: "lyon", Kind: indicator.ScopeQueue, Gauge: indicator.GaugeItemsDueToday,
		FromMs: at(t, "2026-03-02T10:00:00Z"), ToMs: at(t, "2026-03-02T10:30:00Z"), EveryMs: 15 * 60_000})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, one := range found {
		got = append(got, fmt.Sprintf("%s %s %d", one.ID, isoMs(one.AtMs), one.Value))
	}
	want := []string{"letters 2026-03-02T10:15:00Z 3", "mail 2026-03-02T10:00:00Z 20", "mail 2026-03-02T10:15:00Z 17"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
