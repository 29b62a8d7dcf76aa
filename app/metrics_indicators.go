// SPDX-License-Identifier: Apache-2.0

package app

import (
	"slices"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/vigie-kpi/vigie/dashboards/wall"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/live"
)

// maxSeries bounds the indicators that one scrape shows. What is beyond is counted, not shown: a centre of 100 queues and
// 100 teams has about 25,000.
const maxSeries = 50_000

// metricKinds are the scopes with metrics: no person is, so that no label tells on anybody, unless a site switched it on.
var metricKinds = []indicator.ScopeKind{indicator.ScopeCentre, indicator.ScopeQueue, indicator.ScopeTeam, indicator.ScopeCampaign}

// metricWindows are the windows with metrics; Prometheus makes the others from these over time.
var metricWindows = []wall.Window{wall.Last30m, wall.Today}

// indicatorCollector shows the live indicators and gauges of queues, teams, campaigns and centres to Prometheus.
type indicatorCollector struct {
	board   *live.Board
	builtIn []indicatorMetric
	known   int // how many indicators of each catalogue are the built-in ones
	left    *prometheus.Desc
	limit   int
	kinds   []indicator.ScopeKind

	mu  sync.Mutex
	own map[string]ownMetrics // by centre
}

// indicatorMetric is an indicator as Prometheus sees it.
type indicatorMetric struct {
	*indicator.Indicator
	indicator.Metric
	desc *prometheus.Desc
}

// ownMetrics are those of the indicators that a centre defines itself.
type ownMetrics struct {
	catalogue *indicator.Catalogue
	list      []indicatorMetric
}

// metricLabels tell whose value it is, and over which window; now is a state of this instant.
var metricLabels = []string{"centre", "scope_kind", "scope", "window"}

func newIndicatorCollector(b *live.Board, c *indicator.Catalogue) *indicatorCollector {
	return &indicatorCollector{board: b, builtIn: metricsOf(c.Indicators()), known: len(c.Indicators()), limit: maxSeries, kinds: metricKinds, own: map[string]ownMetrics{},
		left: prometheus.NewDesc("vigie_indicator_series_left_out", "Indicators of scopes that this page does not show, because there are too many.", nil, nil)}
}

func metricsOf(indicators []*indicator.Indicator) (list []indicatorMetric) {
	for _, i := range indicators {
		if live.Shown(i) || i.OfState() {
			metric := i.Metric()
			list = append(list, indicatorMetric{i, metric, prometheus.NewDesc(metric.Name, metric.Help, metricLabels, nil)})
		}
	}
	return list
}

// ownOf are the metrics of a centre's own indicators, made anew when it defines others.
func (m *indicatorCollector) ownOf(c *live.Centre) []indicatorMetric {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.own[c.Centre].catalogue != c.Catalogue {
		m.own[c.Centre] = ownMetrics{c.Catalogue, metricsOf(c.Catalogue.Indicators()[m.known:])}
	}
	return m.own[c.Centre].list
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
		metrics := slices.Concat(m.builtIn, m.ownOf(c))
		for _, kind := range m.kinds {
			for _, s := range c.ScopesOf(kind) {
				collectScope(c, s, metrics, send)
			}
		}
	}
	ch <- prometheus.MustNewConstMetric(m.left, prometheus.GaugeValue, float64(left))
}

func collectScope(c *live.Centre, s wall.Scope, metrics []indicatorMetric, send func(*prometheus.Desc, float64, ...string)) {
	for i := range metrics {
		one := &metrics[i]
		if !one.Scopes.Has(s.Kind) {
			continue
		}
		if one.OfState() {
			if x, ok := one.Metric.Value(c.ValueNow(one.Indicator, s)); ok {
				send(one.desc, x, c.Centre, s.Kind.String(), s.ID, string(wall.Now))
			}
			continue
		}
		for _, window := range metricWindows {
			v, seen := c.Value(one.Indicator, window, s)
			if x, ok := one.Metric.Value(v); ok && seen {
				send(one.desc, x, c.Centre, s.Kind.String(), s.ID, string(window))
			}
		}
	}
}
