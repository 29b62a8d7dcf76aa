// SPDX-License-Identifier: Apache-2.0

// Package app is the order of construction and of shutdown: it puts the parts together, and only it and cmd/vigie do.
//
// New builds and checks without contacting anything, Start brings the parts up in order and takes down what came up when
// one fails, Stop takes them down in the reverse order. A test runs the whole pipeline in process. It never computes a
// number. Start with App.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/aggregator/runner"
	"github.com/vigie-kpi/vigie/alerts/delivery"
	"github.com/vigie-kpi/vigie/dashboards/wall"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/ingest"
	"github.com/vigie-kpi/vigie/ingest/gateway"
	"github.com/vigie-kpi/vigie/live"
	"github.com/vigie-kpi/vigie/store"
)

// Options configure an App. Every field has the flag of the same name in `vigie run`.
type Options struct {
	Kafka eventlog.Options
	// ClickHouse is where facts go; without an address indicators are live only.
	ClickHouse store.Options
	// Listen is the address of the HTTP interface; empty for none.
	Listen string
	// Group is the Kafka consumer group; instances with the same one share the centres.
	Group string
	// Token that senders of events must carry; empty: anybody who reaches the address may send.
	Token string
	// ReadTokens let in who reads indicators and walls; ReadPublic lets everybody in. Without either only this machine may.
	ReadTokens []string
	ReadPublic bool
	// MetricsOfAdvisors adds the indicators of single advisors to /metrics, under their pseudonyms.
	MetricsOfAdvisors bool
	// Alerting is where alerts go; without a URL in it they are on the wall and in the store only.
	Alerting delivery.Options
	// WriteTokens let in who opens and closes incidents, says what is done, and acknowledges alerts. Without any only this machine may.
	WriteTokens []string
	// WallLimits are a site's own borders between the words of a wall, by tile.
	WallLimits map[string]wall.Limits
	// Privacy hashes customers' identifiers at the gateway; nil: only hashes are accepted.
	Privacy *ingest.Privacy
	// CheckpointEvery is the least log time between two checkpoints.
	CheckpointEvery time.Duration
	// TickEvery is how often the owner of a partition writes a tick.
	TickEvery time.Duration
	// DailyEvery is how often repeats and late outcomes of the last days are computed; 15 minutes when 0.
	DailyEvery time.Duration

	Version string
	Now     func() time.Time
	Pace    float64 // how many seconds of Now pass in one; 1 when zero
	Logger  *slog.Logger
}

// Validate checks the options without I/O; the error lists all that is wrong.
func (o Options) Validate() error {
	errs := []error{o.Kafka.Validate()}
	if o.ClickHouse.Addr != "" {
		errs = append(errs, o.ClickHouse.Validate())
	}
	if len(o.Alerting.URLs) > 0 {
		errs = append(errs, o.Alerting.Validate())
	}
	if o.Group == "" {
		errs = append(errs, errors.New("group: empty; name the consumer group, the same for all instances that share the work"))
	}
	if o.Listen != "" {
		if _, _, err := net.SplitHostPort(o.Listen); err != nil {
			errs = append(errs, fmt.Errorf("listen %q: give host:port, for example 127.0.0.1:8080: %w", o.Listen, err))
		}
	}
	return errors.Join(errs...)
}

// App is the pipeline of one instance.
type App struct {
	o         Options
	log       *slog.Logger
	catalogue *indicator.Catalogue
	board     *live.Board
	live      *live.Server
	past      past
	delivery  *delivery.Delivery // nil without an Alertmanager
	registry  *prometheus.Registry

	cleanup   stack
	kafka     *eventlog.Log
	runner    *runner.Runner
	daily     *dailyJob    // nil without ClickHouse
	defined   *definitions // nil without ClickHouse
	producer  *eventlog.Producer
	counters  *ingest.Counters
	listening string
	failed    chan error
}

// New checks the options and prepares the parts. It contacts nothing.
func New(o Options) (*App, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	alerting := o.alerting()
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	catalogue, err := builtIn()
	if err != nil {
		return nil, err
	}
	o.Kafka.Logger = o.Logger
	a := &App{o: o, log: o.Logger, catalogue: catalogue, board: live.NewBoard(catalogue), registry: prometheus.NewRegistry(),
		counters: &ingest.Counters{}, failed: make(chan error, 2), past: past{options: o.ClickHouse}}
	history, samples := a.history()
	if a.live, err = live.New(live.Options{Board: a.board, History: history, Samples: samples, ReadTokens: o.ReadTokens,
		ReadPublic: o.ReadPublic, WriteTokens: o.WriteTokens, Limits: o.WallLimits, Now: o.Now, Pace: o.Pace, Version: o.Version, Logger: o.Logger}); err != nil {
		return nil, err
	}
	if len(alerting.URLs) > 0 {
		if a.delivery, err = delivery.New(alerting); err != nil {
			return nil, err
		}
	}
	a.board.OnConfig(a.configChanged)
	if o.MetricsOfAdvisors {
		a.board.ReadAdvisors()
	}
	if o.ClickHouse.Addr != "" {
		a.defined = newDefinitions(catalogue, a.log, func(ctx context.Context) (*store.Store, error) { return openTables(ctx, o.ClickHouse) })
	}
	return a, nil
}

// Start brings everything up, or nothing: when a step fails, what came up before it is taken down again.
func (a *App) Start(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
			defer cancel()
			err = errors.Join(err, a.Stop(stop))
		}
	}()
	if err := a.openLog(ctx); err != nil {
		return err
	}
	if err := a.startRunner(ctx); err != nil {
		return err
	}
	if a.o.ClickHouse.Addr != "" {
		a.startDaily(ctx)
		a.cleanup.background(ctx, "definitions", a.defined.run)
	}
	return a.serve(ctx)
}

func (a *App) openLog(ctx context.Context) error {
	log, err := eventlog.Open(a.o.Kafka)
	if err != nil {
		return err
	}
	a.kafka = log
	a.cleanup.push("log", func(context.Context) error { log.Close(); return nil })
	if err := log.EnsureTopics(ctx); err != nil {
		return err
	}
	a.producer = log.NewProducer(eventlog.Events)
	a.cleanup.push("producer", a.producer.Close)
	return nil
}

func (a *App) startRunner(ctx context.Context) error {
	o := runner.Options{Log: a.kafka, Group: a.o.Group, CheckpointEvery: a.o.CheckpointEvery, TickEvery: a.o.TickEvery,
		Version: a.o.Version, Now: a.o.Now, Logger: a.log, Observe: a.board.Observe, Machines: aggregator.Options{Catalogue: a.catalogue}}
	if a.o.ClickHouse.Addr != "" {
		o.OpenStore = func(ctx context.Context) (*store.Store, error) {
			return OpenStore(ctx, a.o.ClickHouse, a.catalogue, a.log)
		}
	}
	if a.delivery == nil {
		a.log.Info("no Alertmanager: alerts are on the wall and in the store, and call nobody")
	} else {
		o.Alerts = a.delivery
		a.cleanup.background(ctx, "delivery of alerts", a.delivery.Run)
	}
	r, err := runner.New(ctx, o)
	if err != nil {
		return err
	}
	a.runner = r
	a.cleanup.background(ctx, "runner", func(ctx context.Context) {
		if err := r.Run(ctx); err != nil {
			a.failed <- err
		}
	})
	return nil
}

// configChanged is told by the board that another configuration is in force.
func (a *App) configChanged(c live.ConfigChange) {
	if c.Problem != nil {
		a.log.Warn("a part of the configuration is not shown; apply the centre's files again", "centre", c.Centre, "version", c.Version, "error", c.Problem)
	}
	if a.defined != nil && c.Version != 0 {
		a.defined.changed(storedVersion(c.Centre, c.Version, c.AtMs, c.Objects))
	}
}

// openTables opens ClickHouse with its tables as this version wants them.
func openTables(ctx context.Context, o store.Options) (*store.Store, error) {
	st, err := store.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := st.Migrate(ctx); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return st, nil
}

// OpenStore opens ClickHouse with its tables and views as this version and the centres' own indicators want them.
func OpenStore(ctx context.Context, o store.Options, catalogue *indicator.Catalogue, log *slog.Logger) (*store.Store, error) {
	st, err := openTables(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := refreshViews(ctx, st, catalogue, log); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return st, nil
}

func (a *App) serve(ctx context.Context) error {
	if a.o.Listen == "" {
		return nil
	}
	g, err := gateway.New(gateway.Options{Publisher: Publisher{a.producer}, Now: a.o.Now, Privacy: a.o.Privacy,
		Counters: a.counters, Token: a.o.Token})
	if err != nil {
		return err
	}
	a.registry.MustRegister(a.collectors()...)
	a.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	listener, err := net.Listen("tcp", a.o.Listen)
	if err != nil {
		return fmt.Errorf("listening on %s: %w; if another program has the port, give a free one with --listen, for example 127.0.0.1:0", a.o.Listen, err)
	}
	a.listening = listener.Addr().String()
	server := &http.Server{Handler: a.routes(g), ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelWarn)}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			a.failed <- fmt.Errorf("serving HTTP: %w", err)
		}
	}()
	a.cleanup.push("history", a.past.close)
	a.cleanup.push("http", server.Shutdown)
	a.cleanup.background(ctx, "live", a.live.Run) // ends before http: a stream that is open would hold the shutdown up
	return nil
}

// Addr is where the HTTP interface listens, once started.
func (a *App) Addr() string { return a.listening }

// Failed gives the error that ended a part by itself, if one does.
func (a *App) Failed() <-chan error { return a.failed }

// Board is what the live machines show.
func (a *App) Board() *live.Board { return a.board }

// Log is the Kafka log, once started.
func (a *App) Log() *eventlog.Log { return a.kafka }

// Runner digests the partitions, once started.
func (a *App) Runner() *runner.Runner { return a.runner }

// Stop takes down what Start brought up, the last first. It may be called more than once.
func (a *App) Stop(ctx context.Context) error { return a.cleanup.run(ctx) }

// Publisher lets the sources of ingest publish to the events topic.
type Publisher struct{ *eventlog.Producer }

// Publish implements ingest.Publisher.
func (p Publisher) Publish(ctx context.Context, records []ingest.Record) error {
	list := make([]eventlog.Record, len(records))
	for i, r := range records {
		list[i] = eventlog.Record{Key: r.Key, Value: r.Value}
	}
	return p.Producer.Publish(ctx, list)
}
