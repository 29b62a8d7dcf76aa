// SPDX-License-Identifier: Apache-2.0

package app

import (
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/aggregator/runner"
	"github.com/vigie-kpi/vigie/indicator"
)

// collector shows the counts of the runner, the producer and the gateway to Prometheus.
type collector struct {
	app   *App
	build *prometheus.Desc
	list  []metric
	dead  *prometheus.Desc
	door  *prometheus.Desc
	sent  []metric

	dailyDone, dailyTook, dailyUnknown, dailyFailed *prometheus.Desc
}

// metric is one number of a partition's stats.
type metric struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	read func(*runner.Stats) float64
	from func(*App) float64 // for those of the whole instance
	// stored says that it tells of the store, and is left out where there is none.
	stored bool
}

// collectors show all that this instance tells Prometheus of itself and of its centres; docs/metrics.md lists it.
func (a *App) collectors() []prometheus.Collector {
	indicators := newIndicatorCollector(a.board, a.catalogue)
	if a.o.MetricsOfAdvisors {
		indicators.kinds = append(slices.Clone(metricKinds), indicator.ScopeAdvisor)
	}
	list := []prometheus.Collector{newCollector(a), indicators}
	if a.delivery != nil {
		list = append(list, newAlertCollector(a.delivery))
	}
	return list
}

const (
	storedClockHelp = "The log's clock up to which the store has everything but the open block, Unix time: alert when it is far behind vigie_clock_seconds."
	checkpointHelp  = "Log time between the newest checkpoint and the newest block, which a restart digests again."
)

func newCollector(a *App) *collector {
	c := &collector{app: a,
		build: prometheus.NewDesc("vigie_build_info", "1, with the version of the program.", []string{"version"}, nil),
		dead:  prometheus.NewDesc("vigie_dead_letters_total", "Records that gave no facts, by reason.", []string{"partition", "reason"}, nil),
		door:  prometheus.NewDesc("vigie_ingest_total", "What came in at the gateway, by outcome.", []string{"name", "label"}, nil)}
	daily := []string{"centre", "kind"}
	c.dailyDone = prometheus.NewDesc("vigie_daily_done_seconds", "When the newest complete pass of the daily job (repeats, late outcomes) began here, Unix time: alert when it is old.", daily, nil)
	c.dailyTook = prometheus.NewDesc("vigie_daily_took_seconds", "How long that pass took.", daily, nil)
	c.dailyUnknown = prometheus.NewDesc("vigie_daily_unknown_outcomes", "Late outcomes of that pass's days whose contact is not stored.", daily, nil)
	c.dailyFailed = prometheus.NewDesc("vigie_daily_failures_total", "Passes of the daily job that failed and were tried again.", nil, nil)
	for _, m := range []struct {
		name, help string
		kind       prometheus.ValueType
		read       func(*runner.Stats) float64
	}{
		{"vigie_records_total", "Log records digested.", prometheus.CounterValue, func(s *runner.Stats) float64 { return float64(s.Records.Load()) }},
		{"vigie_lag_records", "Log records not digested yet.", prometheus.GaugeValue, func(s *runner.Stats) float64 { return float64(s.Lag()) }},
		{"vigie_clock_seconds", "The log's clock, Unix time: alert when it stands still.", prometheus.GaugeValue, func(s *runner.Stats) float64 { return float64(s.ClockMs.Load()) / 1000 }},
		{"vigie_duplicates_total", "Events that had come before.", prometheus.CounterValue, func(s *runner.Stats) float64 { return float64(s.Duplicates.Load()) }},
		{"vigie_corrections_total", "Timelines folded again because an event came out of order.", prometheus.CounterValue, func(s *runner.Stats) float64 { return float64(s.Refolds.Load()) }},
		{"vigie_unfollowed_total", "Events of sources whose silence nobody would be told of: a centre has more sources than the 256 that are followed.", prometheus.CounterValue, func(s *runner.Stats) float64 { return float64(s.Unfollowed.Load()) }},
		{"vigie_stored_offset", "Everything up to this offset is in the store; -1 without one.", prometheus.GaugeValue, func(s *runner.Stats) float64 { return float64(s.StoredOffset.Load()) }},
		{"vigie_stored_clock_seconds", storedClockHelp, prometheus.GaugeValue, func(s *runner.Stats) float64 { return float64(s.StoredClockMs()) / 1000 }},
		{"vigie_store_queued_facts", "Facts waiting for the store.", prometheus.GaugeValue, func(s *runner.Stats) float64 { return float64(s.QueuedFacts.Load()) }},
		{"vigie_store_behind", "1 while a second machine writes what the store lacks.", prometheus.GaugeValue, func(s *runner.Stats) float64 { return oneIf(s.Behind.Load()) }},
		{"vigie_store_retries_total", "Attempts to reach the store or to write to it that failed and were made again.", prometheus.CounterValue, func(s *runner.Stats) float64 { return float64(s.StoreRetries.Load()) }},
		{"vigie_checkpoints_total", "Checkpoints saved.", prometheus.CounterValue, func(s *runner.Stats) float64 { return float64(s.Checkpoints.Load()) }},
		{"vigie_checkpoint_clock_seconds", "The log's clock at the newest checkpoint, Unix time; 0 while there is none.", prometheus.GaugeValue, func(s *runner.Stats) float64 { return float64(s.CheckpointClockMs()) / 1000 }},
		{"vigie_checkpoint_behind_seconds", checkpointHelp, prometheus.GaugeValue, func(s *runner.Stats) float64 { return float64(s.CheckpointBehindMs()) / 1000 }},
		{"vigie_checkpoint_bytes", "Size of the newest checkpoint, before compression.", prometheus.GaugeValue, func(s *runner.Stats) float64 { return float64(s.CheckpointBytes.Load()) }},
		{"vigie_partition_halted", "1 when the log and the store differ, or the log has a gap: a person must look.", prometheus.GaugeValue, func(s *runner.Stats) float64 { return oneIf(s.Halted.Load()) }},
	} {
		c.list = append(c.list, metric{desc: prometheus.NewDesc(m.name, m.help, []string{"partition"}, nil), kind: m.kind, read: m.read,
			stored: strings.HasPrefix(m.name, "vigie_store")})
	}
	for _, m := range []struct {
		name, help string
		kind       prometheus.ValueType
		from       func(*App) float64
	}{
		{"vigie_partitions", "Partitions of the log; each must be digested by one instance.", prometheus.GaugeValue, func(a *App) float64 { return float64(a.kafka.Partitions()) }},
		{"vigie_rebalances_total", "Times that this instance joined a new sharing of the partitions.", prometheus.CounterValue, func(a *App) float64 { return float64(a.runner.Membership().Rebalances) }},
		{"vigie_worker_failures_total", "Times that the work on a partition ended with an error and was begun again.", prometheus.CounterValue, func(a *App) float64 { return float64(a.runner.Membership().Failures) }},
		{"vigie_published_total", "Records acknowledged by Kafka.", prometheus.CounterValue, func(a *App) float64 { return float64(a.producer.Stats().Published) }},
		{"vigie_publish_retries_total", "Repeated attempts to store a batch in Kafka.", prometheus.CounterValue, func(a *App) float64 { return float64(a.producer.Stats().Retried) }},
		{"vigie_publish_failed_total", "Records not known to be stored in Kafka; their senders were told.", prometheus.CounterValue, func(a *App) float64 { return float64(a.producer.Stats().Failed) }},
	} {
		c.sent = append(c.sent, metric{desc: prometheus.NewDesc(m.name, m.help, nil, nil), kind: m.kind, from: m.from})
	}
	return c
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	for _, m := range c.list {
		ch <- m.desc
	}
	for _, m := range c.sent {
		ch <- m.desc
	}
	ch <- c.build
	ch <- c.dead
	ch <- c.door
	ch <- c.dailyDone
	ch <- c.dailyTook
	ch <- c.dailyUnknown
	ch <- c.dailyFailed
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	ch <- prometheus.MustNewConstMetric(c.build, prometheus.GaugeValue, 1, c.app.o.Version)
	for _, number := range c.app.runner.Partitions() {
		s, label := c.app.runner.StatsOf(number), strconv.Itoa(number)
		for _, m := range c.list {
			if m.stored && c.app.o.ClickHouse.Addr == "" {
				continue
			}
			ch <- prometheus.MustNewConstMetric(m.desc, m.kind, m.read(s), label)
		}
		for _, reason := range aggregator.Reasons() {
			ch <- prometheus.MustNewConstMetric(c.dead, prometheus.CounterValue, float64(s.DeadLetters(reason)), label, reason.String())
		}
	}
	for _, m := range c.sent {
		ch <- prometheus.MustNewConstMetric(m.desc, m.kind, m.from(c.app))
	}
	c.collectDaily(ch)
	for _, counter := range c.app.counters.Snapshot() {
		ch <- prometheus.MustNewConstMetric(c.door, prometheus.CounterValue, float64(counter.Value), counter.Name, counter.Label)
	}
}

// collectDaily shows how old the work of the daily job is.
func (c *collector) collectDaily(ch chan<- prometheus.Metric) {
	if c.app.daily == nil {
		return
	}
	done, failures := c.app.daily.state()
	ch <- prometheus.MustNewConstMetric(c.dailyFailed, prometheus.CounterValue, float64(failures))
	for key, d := range done {
		gauge := func(desc *prometheus.Desc, value float64) {
			ch <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, key.centre, key.kind.String())
		}
		gauge(c.dailyDone, float64(d.at.UnixMilli())/1000)
		gauge(c.dailyTook, d.took.Seconds())
		gauge(c.dailyUnknown, float64(d.unknown))
	}
}

func oneIf(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
