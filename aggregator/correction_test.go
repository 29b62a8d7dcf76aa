// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// A correction is known again for 31 days, by source and id, and then forgotten: the log has let go of it two weeks before.
func TestCorrectionsAreRememberedForAMonth(t *testing.T) {
	const day = 24 * hour
	r := newRun(t)
	correct := func(source string, received int64) {
		r.put(event.Event{ID: "1", Source: source, Type: event.CorrectionIssued, Time: monday - day, Centre: centreID, Queue: "q",
			Data: []byte(`{"measures":{"offered":1}}`)}, received)
	}
	offered := func() (n int64) {
		for k, value := range r.sums {
			if k.name == "offered" {
				n += value
			}
		}
		return n
	}
	expect := func(want int64, why string) {
		t.Helper()
		if got := offered(); got != want {
			t.Fatalf("%s: offered is %d, want %d; dead letters %v", why, got, want, r.dead)
		}
	}
	r.tickAt(monday)
	correct("operator", monday)
	expect(1, "the first")
	correct("crm", monday)
	expect(2, "the same id of another source")
	for at := monday + hour; at <= monday+31*day; at += day {
		r.tickAt(at)
	}
	size := len(r.m.Snapshot())
	correct("operator", monday+31*day)
	expect(2, "31 days later")
	r.tickAt(monday + 31*day + 2*hour)
	if now := len(r.m.Snapshot()); now >= size {
		t.Errorf("the snapshot has %d bytes, %d when the two corrections were remembered", now, size)
	}
}

// A correction of one of each measure is taken, whatever its grain: facts name the measure's own.
func TestEveryMeasureCanBeCorrected(t *testing.T) {
	grains := map[string]bool{}
	for g := aggregator.Grain(1); g.String() != ""; g++ {
		grains[g.String()] = true
	}
	r := newRun(t)
	r.tickAt(monday)
	for m := range indicator.Measure(indicator.NumMeasures) {
		dead := r.dead[aggregator.ReasonBadCorrection]
		r.put(event.Event{ID: m.String(), Source: "operator", Type: event.CorrectionIssued, Time: monday - minute, Centre: centreID,
			Data: []byte(`{"measures":{"` + m.String() + `":-7}}`)}, monday)
		grain := m.Info().Grain.String()
		if refused := r.dead[aggregator.ReasonBadCorrection] > dead; refused == grains[grain] {
			t.Errorf("%s, of the grain %s: refused %t", m, grain, refused)
		}
		for k, value := range r.sums {
			if k.name == m.String() && (value != -7 || k.grain.String() != grain || k.at != monday-minute) {
				t.Errorf("%s: %d in %+v", m, value, k)
			}
		}
	}
	if len(r.sums) < 150 {
		t.Errorf("%d measures were corrected", len(r.sums))
	}
}
