// SPDX-License-Identifier: Apache-2.0

package app

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/live"
	"github.com/vigie-kpi/vigie/organisation"
)

// busyBoard is the board of a synthetic centre of 100 advisors in four teams and one queue, after some minutes.
// prepare is told of the board before it reads.
func busyBoard(t *testing.T, prepare ...func(*live.Board)) (*live.Board, *indicator.Catalogue) {
	t.Helper()
	catalogue, err := indicator.Load()
	if err != nil {
		t.Fatal(err)
	}
	const fromMs, advisors = 1_800_000_000_000, 100
	m, board := aggregator.New(0), live.NewBoard(catalogue)
	for _, f := range prepare {
		f(board)
	}
	step := func(e *event.Event) { m.Step(m.Offset()+1, event.AppendJSON(nil, e)); m.Clear() }
	for _, e := range organisation.Records("bench", 1, fromMs, busyOrganisation(advisors, fromMs).Objects()) {
		step(&e)
	}
	for c := newBusyCentre("bench", "", fromMs, 20, advisors); c.nextAt() < fromMs+180_000; {
		step(c.next())
	}
	board.Observe(m)
	return board, catalogue
}

// The indicators keep Prometheus' conventions: base units in their names, help, no unit twice. Labels name a centre, and teams,
// queues and campaigns, never a person. What is beyond the limit of a scrape is counted, not shown.
func TestMetricsOfIndicators(t *testing.T) {
	board, catalogue := busyBoard(t)
	gather := func(limit int) (samples int, left float64) {
		t.Helper()
		c := newIndicatorCollector(board, catalogue)
		c.limit = limit
		registry := prometheus.NewRegistry()
		registry.MustRegister(c)
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		problems, err := promlint.NewWithMetricFamilies(families).Lint()
		if err != nil || len(problems) > 0 {
			t.Errorf("%v %v", problems, err)
		}
		for _, f := range families {
			if f.GetName() == "vigie_indicator_series_left_out" {
				left = f.GetMetric()[0].GetGauge().GetValue()
				continue
			}
			samples += len(f.GetMetric())
			for _, m := range f.GetMetric() {
				for _, l := range m.GetLabel() {
					if l.GetValue() == "advisor" || strings.HasPrefix(l.GetValue(), "advisor-") {
						t.Errorf("%s has a person: %s", f.GetName(), m)
					}
				}
			}
		}
		return samples, left
	}
	all, left := gather(maxSeries)
	if all < 200 || left != 0 {
		t.Fatalf("%d samples, %v left out", all, left)
	}
	if some, left := gather(100); some != 100 || left != float64(all-100) {
		t.Errorf("with a limit of 100: %d samples, %v left out of %d", some, left, all)
	}
}

// A site that switches advisors on has a series of each, under the name that events give; boards and the API still have none.
func TestMetricsOfAdvisorsAreSwitchedOn(t *testing.T) {
	board, catalogue := busyBoard(t, (*live.Board).ReadAdvisors)
	a := &App{board: board, catalogue: catalogue, o: Options{MetricsOfAdvisors: true}}
	advisors := func(a *App) map[string]bool {
		t.Helper()
		registry := prometheus.NewRegistry()
		registry.MustRegister(a.collectors()[1])
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, f := range families {
			for _, m := range f.GetMetric() {
				labels := map[string]string{}
				for _, l := range m.GetLabel() {
					labels[l.GetName()] = l.GetValue()
				}
				if labels["scope_kind"] == "advisor" {
					seen[labels["scope"]] = true
				}
			}
		}
		return seen
	}
	if got := advisors(a); len(got) != 100 { // the synthetic centre's
		t.Errorf("%d advisors, want 100", len(got))
	}
	a.o.MetricsOfAdvisors = false
	if got := advisors(a); len(got) != 0 {
		t.Errorf("not switched on, and yet: %v", got)
	}
	for _, c := range board.Views("", &live.Filter{}) {
		for _, s := range c.Scopes {
			if s.Kind == indicator.ScopeAdvisor.String() {
				t.Errorf("the API shows %s", s.ID)
			}
		}
	}
}
