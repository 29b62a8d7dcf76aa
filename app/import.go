// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/ingest"
)

// ImportOptions configure Import. Each field has the flag of the same name in `vigie import`.
type ImportOptions struct {
	Source  string // what wrote the files
	Centre  string
	Lane    string // the import's own name; facts of a lane become visible together, when the import is complete
	Files   []string
	Members []string // REGEXP=NAME rules
	Privacy *ingest.Privacy
	Kafka   eventlog.Options
	Group   string // the consumer group of vigie run: the import goes no faster than it digests; empty: as fast as it can
	Logger  *slog.Logger
}

// importBatch is how many events are published at once.
const importBatch = 2000

// Validate checks the options without I/O.
func (o ImportOptions) Validate() error {
	errs := []error{o.Kafka.Validate()}
	if _, err := replaySourceNamed(o.Source); err != nil {
		errs = append(errs, err)
	}
	if o.Centre == "" {
		errs = append(errs, errors.New("centre: empty; name the contact centre that the files belong to"))
	}
	if o.Lane == "" {
		errs = append(errs, errors.New("lane: empty; give the import a name of its own, for example january-2026"))
	}
	if len(o.Files) == 0 {
		errs = append(errs, errors.New("files: none; name the files to import, the oldest first"))
	}
	return errors.Join(errs...)
}

// ImportReport counts what an import sent.
type ImportReport struct {
	Lines, Events, DeadLetters int64
	FromMs, ToMs               int64
}

// Import sends recorded files into a lane of their own, with a clock of their own, while the live lane goes on. What they
// give is hidden until the last event is stored. An import that broke off is begun again under another name: the facts of
// the first stay hidden.
func Import(ctx context.Context, o ImportOptions) (ImportReport, error) {
	if err := o.Validate(); err != nil {
		return ImportReport{}, err
	}
	o.Kafka.Logger = o.Logger
	kafka, err := eventlog.Open(o.Kafka)
	if err != nil {
		return ImportReport{}, err
	}
	defer kafka.Close()
	if err := kafka.EnsureTopics(ctx); err != nil {
		return ImportReport{}, err
	}
	pace, err := newPace(kafka, o.Group, o.Centre, o.Logger)
	if err != nil {
		return ImportReport{}, err
	}
	i := &importer{o: o, pace: pace, events: kafka.NewProducer(eventlog.Events), dead: kafka.NewProducer(eventlog.DeadLetters)}
	err = i.run(ctx)
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	return i.report, errors.Join(err, i.events.Close(stop), i.dead.Close(stop))
}

// importer publishes what the files give, in batches.
type importer struct {
	o            ImportOptions
	pace         pace
	events, dead *eventlog.Producer
	batch        []eventlog.Record
	letters      []ingest.DeadLetter
	report       ImportReport
}

func (i *importer) run(ctx context.Context) error {
	source, err := replaySourceNamed(i.o.Source)
	if err != nil {
		return err
	}
	files := &ReplayOptions{Source: i.o.Source, Centre: i.o.Centre, Files: i.o.Files, Members: i.o.Members, Privacy: i.o.Privacy}
	counts, err := source.read(ctx, files, func(_ ingest.Place, events []event.Event, dead *ingest.DeadLetter) error {
		return i.take(ctx, events, dead)
	})
	i.report.Lines = counts.lines
	if err != nil {
		return err
	}
	if i.report.Events == 0 {
		return errors.New("the files hold no event; nothing was imported")
	}
	i.add(event.Event{ID: "finished", Source: "vigie:import", Type: event.ImportFinished, Time: i.report.ToMs})
	return i.flush(ctx)
}

func (i *importer) take(ctx context.Context, events []event.Event, dead *ingest.DeadLetter) error {
	for _, e := range events {
		i.report.Events++
		i.report.ToMs = max(i.report.ToMs, e.Time)
		if i.report.FromMs == 0 || e.Time < i.report.FromMs {
			i.report.FromMs = e.Time
		}
		i.add(e)
	}
	if dead != nil {
		i.report.DeadLetters++
		i.letters = append(i.letters, *dead)
	}
	if len(i.batch)+len(i.letters) < importBatch {
		return nil
	}
	return i.flush(ctx)
}

// add puts an event into the import's lane. The lane's clock is the greatest event time so far.
func (i *importer) add(e event.Event) {
	e.Centre, e.Lane, e.Received = i.o.Centre, i.o.Lane, i.report.ToMs
	i.batch = append(i.batch, eventlog.Record{Key: []byte(e.Centre), Value: event.AppendJSON(nil, &e)})
}

func (i *importer) flush(ctx context.Context) error {
	if len(i.batch) > 0 {
		if err := i.pace.wait(ctx, len(i.batch)); err != nil {
			return err
		}
		if err := i.events.Publish(ctx, i.batch); err != nil {
			return fmt.Errorf("publishing %d events of the import: %w", len(i.batch), err)
		}
		i.batch = i.batch[:0]
	}
	if len(i.letters) == 0 {
		return nil
	}
	letters := i.letters
	i.letters = nil
	return deadLetterSink(i.o.Centre, i.dead)(ctx, letters)
}
