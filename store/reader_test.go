// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
)

// TestQueryScopes: the sums of every scope over a time range, as they were known at an
// offset, from the facts of openWithFacts.
func TestQueryScopes(t *testing.T) {
	s := openWithFacts(t)
	other := newWorld("paris", "")
	write(t, openWriter(t, s, 1, nil), seal(t, other, 1, 0, 9,
		made{at: "2026-03-02T10:00:00Z", offset: 1, queue: "support", incs: []aggregator.Inc{inc(indicator.Offered, 1000)}}))
	query := SumQuery{Centre: "lyon", FromMs: at(t, "2026-03-02T10:00:00Z"), ToMs: at(t, "2026-03-02T11:00:00Z")}
	type line struct {
		Kind, ID                   string
		Offered, Answered, Contact int64
		Bins                       string
	}
	f := func(q SumQuery, want ...line) {
		t.Helper()
		sums, err := s.QueryScopes(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		var got []line
		for _, v := range sums {
			b := v.Bins[indicator.WaitAnsweredBins]
			got = append(got, line{v.Kind.String(), v.ID, v.Measures[indicator.Offered], v.Measures[indicator.Answered],
				v.Measures[indicator.OnContactMs], fmt.Sprint(b.Bins, b.Counts)})
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
	const bins = "[2 5 20 150] [1 2 2 2]"
	f(query,
		line{"centre", "", 14, 7, 120000, bins},
		line{"programme", "edf", 14, 7, 0, bins},
		line{"team", "a", 0, 0, 120000, "[] []"},
		line{"advisor", "zoe", 0, 0, 120000, "[] []"},
		line{"queue", "sales", 3, 0, 0, "[] []"},
		line{"queue", "support", 11, 7, 0, bins})
	// At offset 2 the correction was not known, and neither were sales and zoe.
	query.UpTo = &Position{"e1", 0, 2}
	const before = "[2 5 20 150] [1 3 2 2]"
	f(query,
		line{"centre", "", 11, 8, 0, before},
		line{"programme", "edf", 11, 8, 0, before},
		line{"queue", "support", 11, 8, 0, before})
	query.UpTo = &Position{"e2", 0, 99}
	f(query)
}
