// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/vigie-kpi/vigie/alerts/delivery"
	"github.com/vigie-kpi/vigie/embedded"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/store"
)

// DemoOptions configure Demo. Each field has the flag of the same name in `vigie demo`.
type DemoOptions struct {
	Speed       float64          // how many seconds of the centre pass in one
	Start       string           // time of the demo day, hh:mm, from which on it plays; what was before comes at once
	HistoryDays int              // days before the demo day that are simulated into an import lane
	Recording   bool             // play the recording of a real Asterisk instead of the demo centre
	For         time.Duration    // end after this long; 0: when told to
	Listen      string           // address of the HTTP interface
	DataDir     string           // kept, and gone on with the next time; empty: a temporary one, removed at the end
	NoStore     bool             // live indicators only, no ClickHouse
	Alerting    delivery.Options // where alerts go; none without a URL
	Live        bool             // redraw the board in place: the output is a terminal

	Version string
	Program string // how this program was called, for what is to be typed; vigie when empty
	Out     io.Writer
	Logger  *slog.Logger
	// EngineCommand begins the command line of the ClickHouse child; empty takes this program's own "engine" command.
	EngineCommand []string
	EngineEnv     []string
}

const (
	demoPartitions = 2
	demoFrame      = 500 * time.Millisecond
	maxHistoryDays = 366

	demoDirPrefix = "vigie-demo-" // of the directory of a demo that keeps nothing
)

// demoFeed is what a demo plays.
type demoFeed interface {
	// centre is its id, zone its IANA zone.
	centre() string
	zone() string
	// clock is the one by which the pipeline lives, before anything is played.
	clock() *fastClock
	// prepare publishes the configuration, and what lies before the day.
	prepare(ctx context.Context, d *demo) error
	// introduce prints what there is to see.
	introduce(ctx context.Context, d *demo)
	// play publishes each event when its time has come, until there are no more.
	play(ctx context.Context, d *demo) error
	// ended prints what there is to see when all is played.
	ended(ctx context.Context, d *demo) error
}

// Validate checks the options without I/O.
func (o DemoOptions) Validate() error {
	var errs []error
	if o.Speed <= 0 || o.Speed > 10_000 {
		errs = append(errs, fmt.Errorf("speed %g: give a number above 0 and up to 10000, for example 60", o.Speed))
	}
	if o.For < 0 {
		errs = append(errs, fmt.Errorf("for %s: give a duration such as 60s", o.For))
	}
	if _, err := time.Parse("15:04", o.Start); err != nil && !o.Recording {
		errs = append(errs, fmt.Errorf("start %q: give a time of day such as 09:00", o.Start))
	}
	if o.HistoryDays < 0 || o.HistoryDays > maxHistoryDays {
		errs = append(errs, fmt.Errorf("history-days %d: give a number of days up to %d; 0 for none", o.HistoryDays, maxHistoryDays))
	}
	return errors.Join(errs...)
}

// Demo runs everything on this machine: a broker, the ClickHouse engine, the pipeline, and a centre that lives faster than
// time. It returns when the context ends, or after For; nothing is left behind but what DataDir keeps.
func Demo(ctx context.Context, o DemoOptions) error {
	if err := o.Validate(); err != nil {
		return err
	}
	if o.For > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.For)
		defer cancel()
	}
	if o.Program == "" {
		o.Program = "vigie"
	}
	d := &demo{o: o}
	err := d.start(ctx)
	if err == nil {
		err = d.show(ctx)
	}
	if ctx.Err() != nil {
		d.farewell(ctx.Err())
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = nil // told to end
	}
	return errors.Join(err, d.cleanup.run(stop))
}

// demo is a running demo.
type demo struct {
	o       DemoOptions
	cleanup stack
	dir     string
	broker  *embedded.Broker
	engine  *embedded.Engine // nil without a store
	app     *App
	clock   *fastClock
	feed    demoFeed
	fed     chan error
	begun   bool // its day is shown
	kept    demoState
}

func (d *demo) start(ctx context.Context) error {
	if err := d.makeDir(); err != nil {
		return err
	}
	feed, err := d.newFeed()
	if err != nil {
		return err
	}
	d.feed, d.clock = feed, feed.clock()
	d.say("Starting a Kafka-protocol broker ...")
	broker, err := embedded.StartBroker(ctx, embedded.BrokerOptions{DataDir: filepath.Join(d.dir, "broker"), Logger: d.o.Logger})
	if err != nil {
		return err
	}
	d.broker = broker
	d.cleanup.push("broker", func(context.Context) error { return broker.Close() })
	if err := d.startEngine(ctx); err != nil {
		return err
	}
	return d.startApp(ctx)
}

func (d *demo) newFeed() (demoFeed, error) {
	if d.o.Recording {
		return newRecording(d.o.Speed)
	}
	return newLivingCentre(&d.o, &d.kept)
}

// makeDir makes a directory of the demo's own, or goes on with that of an earlier one.
func (d *demo) makeDir() error {
	if d.o.DataDir == "" {
		removeAbandoned(os.TempDir(), demoDirPrefix)
		dir, err := os.MkdirTemp("", demoDirPrefix)
		if err != nil {
			return fmt.Errorf("making a temporary directory: %w", err)
		}
		d.dir = dir
		d.cleanup.push("temporary directory", func(context.Context) error { return os.RemoveAll(dir) })
		return nil
	}
	d.dir = d.o.DataDir
	entries, err := os.ReadDir(d.dir)
	if err == nil && len(entries) > 0 {
		return d.goOn()
	}
	if err := os.MkdirAll(d.dir, 0o755); err != nil {
		return fmt.Errorf("making the data directory: %w", err)
	}
	return d.keepState()
}

// startEngine starts ClickHouse. Where its library cannot be had the demo goes on without: live indicators need no store.
func (d *demo) startEngine(ctx context.Context) error {
	if d.o.NoStore {
		return nil
	}
	library, err := embedded.FindLibrary()
	if err != nil {
		d.say("No ClickHouse: %v\nGoing on with live indicators only.", err)
		return nil
	}
	d.say("Starting the ClickHouse engine ...")
	engine, err := embedded.StartEngine(ctx, embedded.StartOptions{Library: library, DataDir: filepath.Join(d.dir, "clickhouse"),
		Command: d.o.EngineCommand, Env: d.o.EngineEnv, Logger: d.o.Logger})
	if err != nil {
		return err
	}
	d.engine = engine
	d.cleanup.push("ClickHouse engine", closeEngine(engine, d.o.DataDir == ""))
	return nil
}

// closeEngine stops an engine. How one ends whose data are removed in a moment is of no account: on a busy machine a statement
// that nobody waits for any more may outlast its patience.
func closeEngine(e *embedded.Engine, temporary bool) func(context.Context) error {
	return func(context.Context) error {
		if err := e.Close(); !temporary {
			return err
		}
		return nil
	}
}

func (d *demo) startApp(ctx context.Context) error {
	o := Options{
		Kafka:  eventlog.Options{Brokers: []string{d.broker.Addr()}, Partitions: demoPartitions, Replication: 1},
		Listen: d.o.Listen, Group: "vigie", CheckpointEvery: time.Minute,
		TickEvery: d.clock.real(time.Second), DailyEvery: max(d.clock.real(dailyEvery), 5*time.Second), Now: d.clock.now, Pace: d.o.Speed, Alerting: d.o.Alerting,
		Version: d.o.Version, Logger: d.o.Logger}
	if d.engine != nil {
		o.ClickHouse = store.Options{Addr: "http://" + d.engine.Addr()}
	}
	o.Alerting.Hurried = func() bool { return !d.clock.runs() }
	app, err := New(o)
	if err != nil {
		return err
	}
	if err := app.Start(ctx); err != nil {
		return err
	}
	d.app = app
	d.cleanup.push("pipeline", app.Stop)
	if err := d.feed.prepare(ctx, d); err != nil {
		return err
	}
	d.fed = make(chan error, 1)
	feeding, cancel := context.WithCancel(ctx)
	played := make(chan struct{})
	go func() {
		defer close(played)
		d.fed <- d.feed.play(feeding, d)
	}()
	d.cleanup.push("feed", func(context.Context) error {
		cancel()
		<-played
		return d.keepState()
	})
	return nil
}

func (d *demo) say(format string, args ...any) { fmt.Fprintf(d.o.Out, format+"\n", args...) }
