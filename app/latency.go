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
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/vigie-kpi/vigie/embedded"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/store"
)

// LatencyOptions configure MeasureLatency. Each field has the flag of the same name in `vigie bench latency`.
type LatencyOptions struct {
	Rate     int           // events a second
	Walls    int           // walls that look on
	Advisors int           // of the centre
	For      time.Duration // how long is measured, once the load is steady
	Import   int           // events of history that are imported into the same centre meanwhile
	NoStore  bool          // no ClickHouse
	Kafka    eventlog.Options

	Version string
	Out     io.Writer
	Logger  *slog.Logger
	// EngineCommand begins the command line of the ClickHouse child; empty takes this program's own "engine" command.
	EngineCommand []string
	EngineEnv     []string
}

const (
	latencyCentre = "bench"
	benchGroup    = "vigie-bench"
	// sendEvery is how often what is due is published: a source that waits longer to fill its batches is later by that.
	sendEvery = 5 * time.Millisecond
	// seenWithin is how long the last event may take to be seen before the measurement is given up.
	seenWithin      = 60 * time.Second
	maxBenchRate    = 1_000_000
	maxBenchPeople  = 100_000
	maxBenchImport  = 100_000_000
	maxBenchWalls   = 900
	benchPartitions = 2
)

// Validate checks the options without I/O.
func (o *LatencyOptions) Validate() error {
	var errs []error
	between := func(name string, value, least, most int) {
		if value < least || value > most {
			errs = append(errs, fmt.Errorf("%s %d: give a number from %d to %d", name, value, least, most))
		}
	}
	between("rate", o.Rate, 1, maxBenchRate)
	between("walls", o.Walls, 0, maxBenchWalls)
	between("advisors", o.Advisors, 1, maxBenchPeople)
	between("import", o.Import, 0, maxBenchImport)
	if o.For < time.Second {
		errs = append(errs, fmt.Errorf("for %s: give at least 1s", o.For))
	}
	if len(o.Kafka.Brokers) > 0 {
		errs = append(errs, o.Kafka.Validate())
	}
	return errors.Join(errs...)
}

// MeasureLatency lets a synthetic centre live in real time, through Kafka and the pipeline of this process, and measures how
// long it takes from the instant at which a customer enters a queue until a reader over HTTP has the number that counts
// them. It uses a broker and a ClickHouse engine of its own in a temporary directory, which it removes; of Options.Kafka, if
// that names brokers, it uses topics of its own, which it removes as well.
func MeasureLatency(ctx context.Context, o LatencyOptions) (*LatencyReport, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	l := &latency{o: o}
	report, err := l.run(ctx)
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	return report, errors.Join(err, l.cleanup.run(stop))
}

// latency is one measurement.
type latency struct {
	o       LatencyOptions
	cleanup stack
	kafka   eventlog.Options
	app     *App
	centre  *busyCentre
	readers *readers
	seen    atomic.Int64 // customers that the API's stream has shown

	// Of the load's goroutine until it has ended.
	came      []time.Time // when each customer came, by the schedule
	published int64       // events that were due while it was measured
	late      time.Duration
}

func (l *latency) run(ctx context.Context) (*LatencyReport, error) {
	if err := l.start(ctx); err != nil {
		return nil, err
	}
	if err := l.configure(ctx); err != nil {
		return nil, err
	}
	readers, err := openReaders(ctx, l.app.Addr(), latencyCentre, l.o.Walls, boardsToShow(l.o.Advisors), l.seen.Store)
	if err != nil {
		return nil, err
	}
	l.readers = readers
	defer readers.close()
	return l.measure(ctx)
}

// start brings up what is not there: a broker, an engine, the pipeline.
func (l *latency) start(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "vigie-bench-")
	if err != nil {
		return fmt.Errorf("making a temporary directory: %w", err)
	}
	l.cleanup.push("temporary directory", func(context.Context) error { return os.RemoveAll(dir) })
	if l.kafka = l.o.Kafka; len(l.kafka.Brokers) > 0 {
		l.ownTopics()
	} else {
		broker, err := embedded.StartBroker(ctx, embedded.BrokerOptions{DataDir: filepath.Join(dir, "broker"), Logger: l.o.Logger})
		if err != nil {
			return err
		}
		l.cleanup.push("broker", func(context.Context) error { return broker.Close() })
		l.kafka = eventlog.Options{Brokers: []string{broker.Addr()}, Partitions: benchPartitions, Replication: 1}
	}
	o := Options{Kafka: l.kafka, Listen: "127.0.0.1:0", Group: benchGroup, CheckpointEvery: 30 * time.Second, TickEvery: time.Second,
		Version: l.o.Version, Logger: l.o.Logger}
	if !l.o.NoStore {
		library, err := embedded.FindLibrary()
		if err != nil {
			return fmt.Errorf("%w; --no-store measures without it", err)
		}
		engine, err := embedded.StartEngine(ctx, embedded.StartOptions{Library: library, DataDir: filepath.Join(dir, "clickhouse"),
			Command: l.o.EngineCommand, Env: l.o.EngineEnv, Logger: l.o.Logger})
		if err != nil {
			return err
		}
		l.cleanup.push("ClickHouse engine", closeEngine(engine, true))
		o.ClickHouse = store.Options{Addr: "http://" + engine.Addr()}
	}
	if l.app, err = New(o); err != nil {
		return err
	}
	if err := l.app.Start(ctx); err != nil {
		return err
	}
	l.cleanup.push("pipeline", l.app.Stop)
	return nil
}

// ownTopics gives this measurement topics of its own in a cluster that others use, and has them removed in the end.
func (l *latency) ownTopics() {
	prefix := "vigie-bench-" + time.Now().UTC().Format("20060102-150405")
	l.kafka.EventsTopic, l.kafka.CheckpointsTopic, l.kafka.DeadLettersTopic = prefix+".events", prefix+".checkpoints", prefix+".dead-letters"
	l.kafka.Partitions, l.kafka.Retention = benchPartitions, time.Hour
	l.cleanup.push("topics", func(ctx context.Context) error {
		log, err := eventlog.Open(l.kafka)
		if err != nil {
			return err
		}
		defer log.Close()
		return log.RemoveTopics(ctx)
	})
}

// configure publishes the centre's organisation and waits until the live API knows it.
func (l *latency) configure(ctx context.Context) error {
	nowMs := time.Now().UnixMilli()
	objects := busyOrganisation(l.o.Advisors, nowMs).Objects()
	if err := publishEvents(ctx, l.app.producer, organisation.Records(latencyCentre, 1, nowMs, objects), nowMs); err != nil {
		return err
	}
	for {
		if c, ok := l.app.Board().Find(latencyCentre); ok && c.Config.Version == 1 {
			return c.Problem
		}
		select {
		case err := <-l.app.Failed():
			return err
		default:
		}
		if err := sleepFor(ctx, shownEvery); err != nil {
			return err
		}
	}
}

// measure runs the load until it is steady, then for as long as is measured, and waits until all of it was seen.
func (l *latency) measure(ctx context.Context) (*LatencyReport, error) {
	began := time.Now()
	l.centre = newBusyCentre(latencyCentre, "", began.UnixMilli(), float64(l.o.Rate), l.o.Advisors)
	from := began.Add(2*time.Second + time.Duration(l.centre.settleMs())*time.Millisecond)
	to := from.Add(l.o.For)
	fmt.Fprintf(l.o.Out, "%d events/s into a centre of %d advisors, %d teams, %d queues; measured from %s on, for %s\n", l.o.Rate, l.o.Advisors,
		busyTeams(l.o.Advisors), busyQueues(l.o.Advisors), from.Format(time.TimeOnly), l.o.For)
	report := &LatencyReport{Measured: l.o.For}
	group, loading := errgroup.WithContext(ctx)
	group.Go(func() error { return l.load(loading, began, from, to) })
	group.Go(func() error {
		var err error
		report.Imported, err = l.history(loading, from)
		return err
	})
	group.Go(func() error {
		if err := sleepFor(loading, time.Until(from)); err != nil {
			return err
		}
		before := cpuSeconds()
		err := sleepFor(loading, time.Until(to))
		report.CPU = (cpuSeconds() - before) / l.o.For.Seconds()
		return err
	})
	group.Go(func() error { return l.watch(loading, to) })
	if err := group.Wait(); err != nil {
		return nil, err
	}
	if err := l.untilSeen(ctx); err != nil {
		return nil, err
	}
	l.readers.close()
	l.fill(report, from, to)
	return report, nil
}

// load publishes each event when its time has come, until to. An event that waits because the one before it is still being
// published counts from its own time: a pipeline that stalls is not spared what would have come meanwhile.
func (l *latency) load(ctx context.Context, began, from, to time.Time) error {
	beganMs := began.UnixMilli()
	when := func(ms int64) time.Time { return began.Add(time.Duration(ms-beganMs) * time.Millisecond) }
	var batch []event.Event
	for {
		now := time.Now()
		batch = batch[:0]
		for at := l.centre.nextAt(); !when(at).After(now) && when(at).Before(to); at = l.centre.nextAt() {
			e := l.centre.next()
			if e.Type == event.QueueEntered {
				l.came = append(l.came, when(at))
			}
			batch = append(batch, *e)
			if !when(at).Before(from) {
				l.published++
				l.late = max(l.late, now.Sub(when(at)))
			}
		}
		if err := publishEvents(ctx, l.app.producer, batch, now.UnixMilli()); err != nil {
			return err
		}
		if !when(l.centre.nextAt()).Before(to) {
			return nil
		}
		if err := sleepFor(ctx, sendEvery); err != nil {
			return err
		}
	}
}

// history imports events of the day before into the same centre, from an instant on.
func (l *latency) history(ctx context.Context, from time.Time) (int64, error) {
	if l.o.Import == 0 {
		return 0, nil
	}
	if err := sleepFor(ctx, time.Until(from)); err != nil {
		return 0, err
	}
	log, err := openHistoryLog(ctx, l.kafka, benchGroup, latencyCentre)
	if err != nil {
		return 0, err
	}
	defer log.kafka.Close()
	past := newBusyCentre(latencyCentre, "history", from.AddDate(0, 0, -1).UnixMilli(), float64(l.o.Rate), l.o.Advisors)
	for range l.o.Import {
		if err := log.put(ctx, past.next()); err != nil {
			return 0, errors.Join(err, log.close(ctx, false))
		}
	}
	return int64(l.o.Import), log.close(ctx, true)
}

// cpuSeconds is the CPU time that this process has used.
func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// watch ends the measurement when a part of it fails by itself.
func (l *latency) watch(ctx context.Context, to time.Time) error {
	select {
	case err := <-l.app.Failed():
		return err
	case err := <-l.readers.failed:
		return err
	case <-time.After(time.Until(to)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// untilSeen waits until the stream of the API has shown every customer.
func (l *latency) untilSeen(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, seenWithin)
	defer cancel()
	for l.seen.Load() < int64(len(l.came)) {
		if err := sleepFor(ctx, 10*time.Millisecond); err != nil {
			return fmt.Errorf("%d customers came, and %s later the live API counts %d: %w", len(l.came), seenWithin, l.seen.Load(), err)
		}
	}
	return sleepFor(ctx, time.Second) // what has been sent to the walls arrives
}

func (l *latency) fill(r *LatencyReport, from, to time.Time) {
	r.Rate = float64(l.published) / to.Sub(from).Seconds()
	r.Late = l.late
	countSeen(&r.API, l.came, l.readers.api.sightings, from, to)
	frames := 0
	for _, w := range l.readers.walls {
		countSeen(&r.Walls, l.came, withCounts(w.sightings, l.readers.api.sightings), from, to)
		for _, s := range w.sightings {
			if !s.at.Before(from) && s.at.Before(to) {
				frames++
			}
		}
	}
	if len(l.readers.walls) > 0 {
		r.Frames = float64(frames) / float64(len(l.readers.walls)) / to.Sub(from).Seconds()
	}
}
