// SPDX-License-Identifier: Apache-2.0

package app

import (
	"math"
	"testing"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// Gaps worked by hand: positive is good, percentages in points, null below the least number of cases (20 for answer_rate).
func TestGapToTheTarget(t *testing.T) {
	catalogue, err := indicator.Load()
	if err != nil {
		t.Fatal(err)
	}
	upper := int64(8500)
	rules := &centreRules{catalogue: catalogue, scopes: map[scopeKey]*scopeTargets{}, targets: []event.TargetConfig{
		{ScopeKind: "queue", Scope: "q", Indicator: "answer_rate", Value: 9200, From: 100, To: 200},
		{ScopeKind: "queue", Scope: "q", Indicator: "asa", Value: 30_000},
		{ScopeKind: "queue", Scope: "q", Indicator: "occupancy", Value: 7000, ValueTo: &upper},
	}}
	f := func(id string, value float64, n int64, at event.Millis, want float64) {
		t.Helper()
		i, _ := catalogue.Lookup(id)
		got := rules.targetsOf(indicator.ScopeQueue, "q", at).judge(i, &ValueView{Value: &value, N: n})
		switch {
		case got == nil || got.Gap == nil:
			if !math.IsNaN(want) {
				t.Errorf("%s %v at %d: no gap, want %v", id, value, at, want)
			}
		case math.Abs(*got.Gap-want) > 1e-9 || math.IsNaN(want):
			t.Errorf("%s %v at %d: %v, want %v", id, value, at, *got.Gap, want)
		}
	}
	null := math.NaN()
	f("answer_rate", 0.95, 20, 100, 3)
	f("answer_rate", 0.90, 20, 199, -2)
	f("answer_rate", 0.95, 19, 150, null)
	f("answer_rate", 0.95, 20, 99, null)  // not yet in force
	f("answer_rate", 0.95, 20, 200, null) // no more
	f("asa", 25_000, 100, 5, 5000)
	f("asa", 42_000, 100, 5, -12_000)
	f("occupancy", 0.80, 100, 5, 5)
	f("occupancy", 0.65, 100, 5, -5)
	f("occupancy", 0.90, 100, 5, -5)
}
