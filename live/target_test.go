// SPDX-License-Identifier: Apache-2.0

package live

import (
	"cmp"
	"encoding/json"
	"math"
	"testing"

	"github.com/vigie-kpi/vigie/dashboards/wall"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// Gaps worked by hand: positive is good, percentages in points, null below the least number of cases (20 for answer_rate).
func TestGapToTheTarget(t *testing.T) {
	all := catalogue(t)
	upper := int64(8500)
	var objects []event.ConfigObject
	for _, wanted := range []event.TargetConfig{
		{Indicator: "answer_rate", Value: 9200, From: 100, To: 200},
		{Indicator: "asa", Value: 30_000, From: 1},
		{Indicator: "occupancy", Value: 7000, ValueTo: &upper, From: 1},
		{Indicator: "sl_live", Value: 8000, From: 1, Stage: event.StageCommunicated},
	} {
		wanted.ScopeKind, wanted.Scope = "team", "t"
		wanted.CommunicatedAt, wanted.Stage = 1, cmp.Or(wanted.Stage, event.StageInForce)
		data, err := json.Marshal(wanted)
		if err != nil {
			t.Fatal(err)
		}
		objects = append(objects, event.ConfigObject{Type: event.ConfigTarget, Data: data})
	}
	config, err := wall.NewConfig(1, objects)
	if err != nil {
		t.Fatal(err)
	}
	team := wall.Scope{Kind: indicator.ScopeTeam, ID: "t"}
	f := func(id string, value float64, n int64, at event.Millis, want float64) {
		t.Helper()
		i, _ := all.Lookup(id)
		got := targetsAt(config, all, []wall.Scope{team}, at).of(team).judge(i, &ValueView{Value: &value, N: n})
		switch {
		case got == nil || got.Gap == nil:
			if !math.IsNaN(want) {
				t.Errorf("%s %v at %d: no gap, want %v", id, value, at, want)
			}
		case *got.Gap != want:
			t.Errorf("%s %v at %d: %v, want %v", id, value, at, *got.Gap, want)
		}
	}
	null := math.NaN()
	f("sl_live", 0.95, 100, 5, null) // not in force
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
