// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vigie-kpi/vigie/indicator"
)

// TestQueryIntervals: quarters and whole days of each scope, from the facts of openWithFacts, the correction included.
func TestQueryIntervals(t *testing.T) {
	s := openWithFacts(t)
	day := int32(at(t, "2026-03-02T00:00:00Z") / (daySeconds * 1000))
	f := func(q IntervalQuery, want ...string) {
		t.Helper()
		q.Centre = "lyon"
		q.Measures = []indicator.Measure{indicator.Offered, indicator.Answered, indicator.OnContactMs}
		rows, err := s.QueryIntervals(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range rows {
			got = append(got, fmt.Sprintf("%s %d %d: %d %d %d", r.ID, r.Day, r.QuarterMs, r.Measures[indicator.Offered], r.Measures[indicator.Answered], r.Measures[indicator.OnContactMs]))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", q, diff)
		}
	}
	row := func(id, instant string, offered, answered, onContactMs int64) string {
		if instant == "" {
			return fmt.Sprintf("%s 0 0: %d %d %d", id, offered, answered, onContactMs)
		}
		return fmt.Sprintf("%s %d %d: %d %d %d", id, day, at(t, instant), offered, answered, onContactMs)
	}
	f(IntervalQuery{Kind: indicator.ScopeQueue, FromDay: day, ToDay: day + 1, Quarters: true},
		row("sales", "2026-03-02T10:00:00Z", 3, 0, 0),
		row("support", "2026-03-02T10:00:00Z", 10, 7, 0), row("support", "2026-03-02T10:15:00Z", 1, 0, 0), row("support", "2026-03-02T11:00:00Z", 0, 5, 0))
	f(IntervalQuery{Kind: indicator.ScopeQueue, FromDay: day - 6, ToDay: day + 1}, row("sales", "", 3, 0, 0), row("support", "", 11, 12, 0))
	f(IntervalQuery{Kind: indicator.ScopeTeam, FromDay: day, ToDay: day + 1}, row("a", "", 0, 0, 120000))
	f(IntervalQuery{Kind: indicator.ScopeCentre, FromDay: day, ToDay: day + 1}, row("", "", 14, 12, 120000))
	f(IntervalQuery{Kind: indicator.ScopeQueue, FromDay: day - 7, ToDay: day})
}
