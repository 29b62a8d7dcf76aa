// SPDX-License-Identifier: Apache-2.0

package app

import (
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/vigie-kpi/vigie/dashboards/wall"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/live"
)

// maxSeries bounds the indicators that one scrape shows. What is beyond is counted, not shown: a centre of 100 queues and
// 100 teams has about 25,000.
const maxSeries = 50_000

// metricKinds are the scopes with metrics: no person is, so that no label tells on anybody.
var metricKinds = []indicator.ScopeKind{indicator.ScopeCentre, indicator.ScopeQueue, indicator.ScopeTeam, indicator.ScopeCampaign}

// metricWindows are the windows with metrics; Prometheus makes the others from these over time.
var metricWindows = []wall.Window{wall.Last30m, wall.Today}

// indicatorCollector shows the live indicators and gauges of queues, teams, campaigns and centres to Prometheus.
type indicatorCollector struct {
	board      *live.Board
	indicators []indicatorMetric
	left       *prometheus.Desc
	limit      int
}

// indicatorMetric is an indicator with its descriptions, by kind of scope.
type indicatorMetric struct {
	*indicator.Indicator
	factor float64
	descs  map[indicator.ScopeKind]*prometheus.Desc
}

func newIndicatorCollector(b *live.Board, c *indicator.Catalogue) *indicatorCollector {
	m := &indicatorCollector{board: b, limit: maxSeries,
		left: prometheus.NewDesc("vigie_indicator_series_left_out", "Indicators of scopes that this page does not show, because there are too many.", nil, nil)}
	for _, i := range c.Indicators() {
		suffix, factor := metricUnit(i.Unit)
		one := indicatorMetric{Indicator: i, factor: factor, descs: map[indicator.ScopeKind]*prometheus.Desc{}}
		for _, kind := range metricKinds {
			if i.Scopes.Has(kind) {
				name := "vigie_" + kind.String() + "_" + strings.TrimSuffix(strings.TrimSuffix(i.ID, "_ms"), "_rate") + suffix
				one.descs[kind] = prometheus.NewDesc(name, i.Name.En+", live; no sample where there is nothing to divide by.", metricLabels(kind, "window"), nil)
			}
		}
		m.indicators = append(m.indicators, one)
	}
	return m
}

func metricLabels(kind indicator.ScopeKind, more ...string) []string {
	labels := []string{"centre"}
	if kind != indicator.ScopeCentre {
		labels = append(labels, kind.String())
	}
	return append(labels, more...)
}

// metricUnit gives base units, as Prometheus asks for: seconds, and ratios from 0 to 1.
func metricUnit(u indicator.Unit) (suffix string, factor float64) {
	switch u {
	case indicator.UnitPercent:
		return "_ratio", 1
	case indicator.UnitMs:
		return "_seconds", 1e-3
	case indicator.UnitCents:
		return "_amount", 1e-2
	case indicator.UnitCentsPerHour:
		return "_amount_per_hour", 1e-2
	case indicator.UnitBp:
		return "_ratio", 1e-4
	}
	return "", 1
}

// Describe implements prometheus.Collector. Gauges come and go with the scopes, so they are not announced.
func (m *indicatorCollector) Describe(ch chan<- *prometheus.Desc) { ch <- m.left }

// Collect implements prometheus.Collector.
func (m *indicatorCollector) Collect(ch chan<- prometheus.Metric) {
	sent, left := 0, 0
	send := func(d *prometheus.Desc, value float64, labels ...string) {
		if sent == m.limit {
			left++
			return
		}
		sent++
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	for _, c := range m.board.Centres() {
		for _, kind := range metricKinds {
			for _, s := range c.ScopesOf(kind) {
				labels := []string{c.Centre}
				if kind != indicator.ScopeCentre {
					labels = append(labels, s.ID)
				}
				m.collectScope(c, s, labels, send)
			}
		}
	}
	ch <- prometheus.MustNewConstMetric(m.left, prometheus.GaugeValue, float64(left))
}

func (m *indicatorCollector) collectScope(c *live.Centre, s wall.Scope, labels []string, send func(*prometheus.Desc, float64, ...string)) {
	for i := range m.indicators {
		one := &m.indicators[i]
		if one.descs[s.Kind] == nil {
			continue
		}
		for _, window := range metricWindows {
			v, seen := c.Value(one.Indicator, window, s)
			if x, ok := v.Float(); ok && seen {
				send(one.descs[s.Kind], x*one.factor, append(append([]string{}, labels...), string(window))...)
			}
		}
	}
	for _, name := range c.GaugeNames(s) {
		n, _ := c.Gauge(name, s)
		metric, factor := "vigie_"+s.Kind.String()+"_"+name, 1.0
		if base, is := strings.CutSuffix(name, "_ms"); is {
			metric, factor = "vigie_"+s.Kind.String()+"_"+base+"_seconds", 1e-3
		}
		send(prometheus.NewDesc(metric+"_now", "Gauge "+name+", now.", metricLabels(s.Kind), nil), float64(n)*factor, labels...)
	}
}
