// SPDX-License-Identifier: Apache-2.0

package app

import (
	"net"
	"os"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/vigie-kpi/vigie/alerts/delivery"
)

// alerting are the options of the delivery of alerts: by the clock of the pipeline, if that is another one than the wall's, and
// with links to where this instance listens unless people reach it by another address.
func (o Options) alerting() delivery.Options {
	d := o.Alerting
	d.Now, d.Pace, d.Logger = o.Now, o.Pace, o.Logger
	if d.Links.Vigie == "" && o.Listen != "" {
		d.Links.Vigie = "http://" + reachable(o.Listen)
	}
	return d
}

// reachable turns an address to listen at into one that a browser can open: all addresses of this machine become its name.
func reachable(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		if name, err := os.Hostname(); err == nil {
			host = name
		}
	}
	return net.JoinHostPort(host, port)
}

// alertCollector shows to Prometheus how the delivery of alerts goes.
type alertCollector struct {
	delivery *delivery.Delivery

	sent, requests, failed, took, waiting, succeeded, delay *prometheus.Desc
	alerts, dropped, withheld, behind                       *prometheus.Desc
}

func newAlertCollector(d *delivery.Delivery) *alertCollector {
	each := []string{"alertmanager"}
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	return &alertCollector{delivery: d,
		sent:      desc("vigie_alertmanager_alerts_total", "Alerts that an Alertmanager acknowledged, those that were sent again included.", each...),
		requests:  desc("vigie_alertmanager_requests_total", "Requests to an Alertmanager.", each...),
		failed:    desc("vigie_alertmanager_failures_total", "Requests to an Alertmanager that failed, by reason: unreachable, server, denied or refused.", "alertmanager", "reason"),
		took:      desc("vigie_alertmanager_request_seconds_total", "How long the requests to an Alertmanager took, all together.", each...),
		waiting:   desc("vigie_alertmanager_waiting", "Alerts that have changed and that an Alertmanager has not acknowledged: alert when it stays above 0.", each...),
		succeeded: desc("vigie_alertmanager_success_seconds", "When an Alertmanager last took alerts, Unix time; 0: not yet.", each...),
		delay: desc("vigie_alertmanager_delay_seconds", "From the moment at which an alert fires, on the log's clock, to its acknowledgement; of alerts that fired while the machine was up to date.",
			each...),
		alerts:   desc("vigie_alerts", "Alerts that are told to Alertmanagers, by state: firing, or resolved in the last quarter of an hour.", "state"),
		dropped:  desc("vigie_alerts_dropped_total", "Alerts that were not told because there are too many."),
		withheld: desc("vigie_alerts_withheld_total", "Changes of a centre's alerts that waited for a machine to catch up."),
		behind:   desc("vigie_alerts_behind", "Partitions whose alerts are held back because their machine catches up.")}
}

// Describe implements prometheus.Collector.
func (c *alertCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.sent, c.requests, c.failed, c.took, c.waiting, c.succeeded, c.delay, c.alerts, c.dropped, c.withheld, c.behind} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (c *alertCollector) Collect(ch chan<- prometheus.Metric) {
	counter := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, labels...)
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	for _, s := range c.delivery.Stats() {
		counter(c.sent, float64(s.Alerts), s.URL)
		counter(c.requests, float64(s.Requests), s.URL)
		for _, reason := range delivery.Reasons {
			counter(c.failed, float64(s.Failed[reason]), s.URL, reason)
		}
		counter(c.took, s.RequestSeconds, s.URL)
		gauge(c.waiting, float64(s.Waiting), s.URL)
		at := 0.0
		if !s.SucceededAt.IsZero() {
			at = float64(s.SucceededAt.UnixMilli()) / 1000
		}
		gauge(c.succeeded, at, s.URL)
		ch <- prometheus.MustNewConstSummary(c.delay, uint64(s.Delays), s.DelaySeconds, nil, s.URL)
	}
	state := c.delivery.State()
	gauge(c.alerts, float64(state.Firing), "firing")
	gauge(c.alerts, float64(state.Ended), "resolved")
	counter(c.dropped, float64(state.Dropped))
	counter(c.withheld, float64(state.Withheld))
	gauge(c.behind, float64(state.Behind))
}
