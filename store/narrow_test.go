// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"math"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
)

// TestNarrow: a measure travels in the smallest type that holds all its values, and arrives as it was sent.
func TestNarrow(t *testing.T) {
	for i, x := range []struct {
		values []int64
		want   string
	}{
		{[]int64{0, 1, 127, -128}, "Int8"},
		{[]int64{1, 128}, "Int16"},
		{[]int64{-129}, "Int16"},
		{[]int64{math.MaxInt16, math.MinInt16, 5}, "Int16"},
		{[]int64{math.MaxInt16 + 1}, "Int32"},
		{[]int64{math.MinInt16 - 1}, "Int32"},
		{[]int64{math.MaxInt32, math.MinInt32}, "Int32"},
		{[]int64{math.MaxInt32 + 1}, "Int64"},
		{[]int64{math.MinInt32 - 1, 3}, "Int64"},
	} {
		var facts []made
		for offset, v := range x.values {
			facts = append(facts, made{at: "2026-03-02T10:00:00Z", offset: int64(offset), incs: []aggregator.Inc{inc(indicator.TalkMs, v)}})
		}
		other := made{at: "2026-03-02T10:00:00Z", offset: 15, incs: []aggregator.Inc{inc(indicator.Offered, 2)}}
		w := newWorld("lyon", "")
		// The second block does not use the measure, nor the first one the other's.
		pieces := allFacts(seal(t, w, 0, 0, 9, facts...), seal(t, w, 0, 10, 19, other))
		for _, c := range factColumnsOf(pieces, false) {
			if c.name == "talk_ms" && c.wireType != "Int64" {
				t.Errorf("%v as %s over the native protocol", x.values, c.wireType)
			}
		}
		for _, c := range factColumnsOf(pieces, true) {
			if c.name == "talk_ms" && c.wireType != x.want {
				t.Errorf("%v as %s, want %s", x.values, c.wireType, x.want)
			}
		}
		s := openMigrated(t)
		for j, narrow := range []bool{true, false} {
			if err := s.insert(t.Context(), "facts", fmt.Sprint("narrow", i, j), factColumnsOf(pieces, narrow)); err != nil {
				t.Fatal(err)
			}
			got := scalar[string](t, s, "SELECT toString(groupArray((talk_ms, offered))) FROM (SELECT talk_ms, offered FROM {db}.facts ORDER BY offset)")
			want := ""
			for _, v := range x.values {
				want += fmt.Sprintf("(%d,0),", v)
			}
			if want = "[" + want + "(0,2)]"; got != want {
				t.Errorf("narrow %v: got %s, want %s", narrow, got, want)
			}
			execute(t, s, "TRUNCATE TABLE {db}.facts")
		}
	}
}
