// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

const (
	// liveDays is how many days one simulation lasts before the next begins: what it keeps of each call is some hundred bytes.
	liveDays = 28
	// liveKeepEvery is how often the position is written: what was published since is published again after a kill, and counts
	// once.
	liveKeepEvery = 2 * time.Second
	liveBatch     = 2000
)

// SimulateLiveOptions configure SimulateLive.
type SimulateLiveOptions struct {
	Organisation *organisation.Organisation // of the demo centre, as its files describe it
	Kafka        eventlog.Options
	Seed         uint64
	// Position is a file that remembers how far it is; "" for none: then each run tells today from its start.
	Position string
	// UntilNow ends it when what has happened so far is in the log.
	UntilNow bool
	Now      func() time.Time // time.Now when nil
	Logger   *slog.Logger
}

// Validate checks the options without I/O.
func (o *SimulateLiveOptions) Validate() error {
	err := o.Kafka.Validate()
	if o.UntilNow && o.Position == "" {
		err = errors.Join(err, errors.New("position: empty; a run that ends now needs a file for the next one to go on from"))
	}
	return err
}

// livePosition is how far a simulation is: between which business days it runs, and up to when it is published.
type livePosition struct {
	From        organisation.Date `json:"from"`
	To          organisation.Date `json:"to"`
	PublishedMs event.Millis      `json:"published_ms"` // the greatest received in the log
}

// errCaughtUp ends a simulation that was wanted until now.
var errCaughtUp = errors.New("what has happened so far is in the log")

// SimulateLive lets the demo centre live now: what has happened of today goes to the log at once, the rest when it happens. The
// centre is configured first, if it is not. It ends with ctx, after four weeks, or now.
func SimulateLive(ctx context.Context, o SimulateLiveOptions) error {
	if err := o.Validate(); err != nil {
		return err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	begins, err := businessDay(o.Organisation, o.Now())
	if err != nil {
		return err
	}
	position, err := readLivePosition(o.Position)
	if err != nil {
		return err
	}
	today := organisation.Date(begins.Format(time.DateOnly))
	if today < position.From || today >= position.To {
		position.From, position.To = today, organisation.Date(begins.AddDate(0, 0, liveDays).Format(time.DateOnly))
	}
	if err := configureLive(ctx, &o, begins); err != nil {
		return err
	}
	log, err := eventlog.Open(o.Kafka)
	if err != nil {
		return err
	}
	defer log.Close()
	feed := &liveFeed{ctx: ctx, o: &o, producer: log.NewProducer(eventlog.Events), position: position, until: o.Now().UnixMilli()}
	_, err = simulator.Run(simulator.CapRivage(o.Organisation), &simulator.Options{From: position.From, To: position.To, Seed: o.Seed,
		Centre: o.Organisation.ID, EndShifts: true, Delivery: simulator.Delivery{DelayMs: livingDelay}}, feed)
	if ctx.Err() != nil {
		return nil // it was told to end; the position is kept
	}
	if err != nil && !errors.Is(err, errCaughtUp) {
		return err
	}
	if err := feed.flush(); err != nil {
		return err
	}
	return feed.keep()
}

// businessDay is when the business day of an instant began, where the centre is.
func businessDay(org *organisation.Organisation, at time.Time) (time.Time, error) {
	loc, err := zone.Load(org.Centre.Zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("the demo centre: %w", err)
	}
	day := at.In(loc).Add(-time.Duration(org.Centre.DayStartsAtMinutes) * time.Minute)
	return time.Date(day.Year(), day.Month(), day.Day(), 0, org.Centre.DayStartsAtMinutes, 0, 0, loc), nil
}

// configureLive publishes the organisation, as vigie apply does, as of the day's beginning. One that is in force stays.
func configureLive(ctx context.Context, o *SimulateLiveOptions, begins time.Time) error {
	configs, err := OpenConfigs(ctx, o.Kafka, func() time.Time { return begins }, o.Logger)
	if err != nil {
		return err
	}
	defer configs.Close()
	plan, err := configs.Plan(ctx, o.Organisation.ID, o.Organisation)
	if err != nil || plan.Current != nil {
		return err
	}
	_, err = configs.Publish(ctx, plan, "simulate", "the demo centre")
	return err
}

// liveFeed publishes each event when its time has come.
type liveFeed struct {
	ctx      context.Context // a sink has no context of its own; this one ends the run
	o        *SimulateLiveOptions
	producer *eventlog.Producer
	position livePosition
	until    event.Millis // when the run began
	batch    []eventlog.Record
	last     event.Millis // received of the last event in the batch
	kept     time.Time
}

// Put implements simulator.Sink.
func (f *liveFeed) Put(e *event.Event) error {
	if err := f.ctx.Err(); err != nil {
		return err
	}
	if e.Received <= f.position.PublishedMs {
		return nil
	}
	if f.o.UntilNow && e.Received > f.until {
		return errCaughtUp
	}
	for wait := f.wait(e); wait > 0; wait = f.wait(e) {
		if err := f.flush(); err != nil {
			return err
		}
		if err := sleepFor(f.ctx, min(wait, liveKeepEvery)); err != nil {
			return err
		}
	}
	// Those of one instant are published together: the position tells instants apart.
	if len(f.batch) >= liveBatch && e.Received > f.last {
		if err := f.flush(); err != nil {
			return err
		}
	}
	f.batch = append(f.batch, eventlog.Record{Key: []byte(e.Centre), Value: event.AppendJSON(nil, e)})
	f.last = e.Received
	return nil
}

func (f *liveFeed) wait(e *event.Event) time.Duration {
	return time.Duration(e.Received-f.o.Now().UnixMilli()) * time.Millisecond
}

// flush publishes what is due, and writes the position now and then.
func (f *liveFeed) flush() error {
	if len(f.batch) > 0 {
		if err := f.producer.Publish(f.ctx, f.batch); err != nil {
			return fmt.Errorf("publishing %d events of the demo centre: %w", len(f.batch), err)
		}
		f.batch, f.position.PublishedMs = f.batch[:0], f.last
	}
	if time.Since(f.kept) < liveKeepEvery {
		return nil
	}
	return f.keep()
}

// keep writes the position, so that a kill leaves the old one or the new one.
func (f *liveFeed) keep() error {
	f.kept = time.Now()
	if f.o.Position == "" {
		return nil
	}
	text, err := json.Marshal(f.position)
	if err != nil {
		return fmt.Errorf("writing the position of the simulation: %w", err)
	}
	beside := filepath.Join(filepath.Dir(f.o.Position), "."+filepath.Base(f.o.Position)+".new")
	if err := os.WriteFile(beside, text, 0o600); err != nil {
		return fmt.Errorf("keeping the position of the simulation: %w", err)
	}
	if err := os.Rename(beside, f.o.Position); err != nil {
		return fmt.Errorf("keeping the position of the simulation: %w", err)
	}
	return nil
}

func readLivePosition(path string) (p livePosition, err error) {
	if path == "" {
		return p, nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return p, fmt.Errorf("reading the position of the simulation: %w", err)
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return p, fmt.Errorf("the position of the simulation in %s: %w; remove the file to begin with today again", path, err)
	}
	return p, nil
}
