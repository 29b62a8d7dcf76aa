// SPDX-License-Identifier: Apache-2.0

package store

import (
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
)

// A sample of queue support with 6 waiting and 4 logged in, one of the same queue with nobody there, written twice, and one of
// team a: 6 over 4 is 1.5 a head, and over nobody there is nothing to say.
func TestSamples(t *testing.T) {
	s := openMigrated(t)
	w := newWorld("lyon", "")
	b := NewBuilder()
	sample := func(atText string, kind indicator.ScopeKind, name string, values map[aggregator.GaugeKind]int64) {
		g := aggregator.Gauge{At: at(t, atText), Scope: kind, Name: w.id(name)}
		for k := range aggregator.NumGauges {
			g.Values[k] = values[k]
		}
		b.addGauge(w, &g)
	}
	support := map[aggregator.GaugeKind]int64{aggregator.GaugeWaiting: 6, aggregator.GaugeLongestWaitMs: 75_000, aggregator.GaugeLogged: 4, aggregator.GaugeAvailable: 1}
	sample("2026-03-02T10:00:10Z", indicator.ScopeQueue, "support", support)
	sample("2026-03-02T10:00:10Z", indicator.ScopeQueue, "support", support)
	sample("2026-03-02T10:00:20Z", indicator.ScopeQueue, "support", map[aggregator.GaugeKind]int64{aggregator.GaugeWaiting: 2})
	sample("2026-03-02T10:00:10Z", indicator.ScopeTeam, "a", map[aggregator.GaugeKind]int64{aggregator.GaugeLogged: 3, aggregator.GaugeSlotsFree: 5, aggregator.GaugeItemsOpen: 40})
	write(t, openWriter(t, s, 0, nil), b.Seal("e1", 0, 0, 9, "test"))
	for _, c := range []struct{ columns, from, want string }{
		{"toString(at), waiting, longest_wait, longest_wait_num, advisors_logged, waiting_per_advisor, waiting_per_advisor_num, waiting_per_advisor_den",
			"v_queue_sample WHERE queue = 'support' ORDER BY at",
			`[('2026-03-02 10:00:10.000',6,75000,75000,4,1.5,6,4),('2026-03-02 10:00:20.000',2,0,0,0,NULL,2,0)]`},
		{"centre, team, slots_free, backlog, items_open", "v_team_sample", `[('lyon','a',5,40,40)]`},
		{"count()", "v_centre_sample", `[(0)]`},
		{"in_views, in_samples", "indicator_definitions WHERE id IN ('waiting_per_advisor', 'days_of_stock', 'staff_gap') ORDER BY id", `[(0,0),(0,0),(0,1)]`},
	} {
		if got := text(t, s, c.columns, c.from); got != c.want {
			t.Errorf("%s: %s, want %s", c.from, got, c.want)
		}
	}
}

// Days long ago are final and days to come are not; nothing but what takes days says so.
func TestProvisionalValues(t *testing.T) {
	s := openMigrated(t)
	var facts []made
	for i, day := range []string{"2020-01-06", "2089-01-06"} {
		facts = append(facts, made{at: day + "T10:00:00Z", offset: int64(i), queue: "support", incs: []aggregator.Inc{inc(indicator.RepeatBase, 10), inc(indicator.CsatAnswers, 3)}})
	}
	write(t, openWriter(t, s, 0, nil), seal(t, newWorld("lyon", ""), 0, 0, 9, facts...))
	for interval := range numIntervals {
		v := ViewName(indicator.ScopeQueue, interval)
		if got, want := text(t, s, "fcr_7d_final, fcr_30d_final, csat_final", v+" ORDER BY "+interval.String()), `[(1,1,1),(0,0,0)]`; got != want {
			t.Errorf("%s: %s, want %s", v, got, want)
		}
	}
	if got := scalar[uint64](t, s, "SELECT count() FROM system.columns WHERE database = '{db}' AND table = 'v_queue_day' AND name IN ('answer_rate_final', 'sl_live_final')"); got != 0 {
		t.Errorf("%d indicators that are final at once are called provisional", got)
	}
}

// Queue support at a quarter of an hour: 19 required, 20 by Erlang C, 17 there, 71.5 %; between quarters nobody asked, and at the next
// one it could not be told.
func TestStaffingOfQueues(t *testing.T) {
	s := openMigrated(t)
	w, b := newWorld("lyon", ""), NewBuilder()
	for _, c := range []struct {
		at       string
		required int64
	}{{"2026-03-02T10:15:00Z", 19}, {"2026-03-02T10:15:10Z", 0}, {"2026-03-02T10:30:00Z", 0}} {
		g := aggregator.Gauge{At: at(t, c.at), Scope: indicator.ScopeQueue, Name: w.id("support")}
		g.Values[aggregator.GaugeLogged] = 17
		if c.required > 0 {
			g.Values[aggregator.GaugeStaffRequired], g.Values[aggregator.GaugeStaffRequiredC] = c.required, 20
			g.Values[aggregator.GaugeStaffPresent], g.Values[aggregator.GaugePredictedServiceBp] = 17, 7150
		}
		b.addGauge(w, &g)
	}
	write(t, openWriter(t, s, 0, nil), b.Seal("e1", 0, 0, 9, "test"))
	if got, want := text(t, s, "centre, toString(at), queue, staff_required, staff_required_c, staff_present, staff_gap, predicted_service_level", "v_queue_staffing"),
		`[('lyon','2026-03-02 10:15:00.000','support',19,20,17,-2,7150)]`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
