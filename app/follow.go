// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/ingest"
	"github.com/vigie-kpi/vigie/ingest/asterisk"
	"github.com/vigie-kpi/vigie/store"
)

// FollowOptions configure Follow. Each field has the flag of the same name in `vigie follow`.
type FollowOptions struct {
	Source   string // what writes the file
	Centre   string
	Path     string
	Position string   // empty: beside the file
	Members  []string // REGEXP=NAME rules
	Privacy  *ingest.Privacy
	Kafka    eventlog.Options
	Logger   *slog.Logger
}

// positionSuffix names the position file of a followed one.
const positionSuffix = ".vigie-position"

// Validate checks the options without I/O.
func (o FollowOptions) Validate() error {
	errs := []error{o.Kafka.Validate()}
	if o.Source != asterisk.SourceName {
		errs = append(errs, fmt.Errorf("source %q: choose %s", o.Source, asterisk.SourceName))
	}
	if o.Centre == "" {
		errs = append(errs, errors.New("centre: empty; name the contact centre that the file belongs to"))
	}
	if _, err := asterisk.ParseMemberRules(o.Members); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Follow sends a growing, rotating queue log to the log until ctx ends.
func Follow(ctx context.Context, o FollowOptions) error {
	if err := o.Validate(); err != nil {
		return err
	}
	o.Kafka.Logger = o.Logger
	kafka, err := eventlog.Open(o.Kafka)
	if err != nil {
		return err
	}
	defer kafka.Close()
	if err := kafka.EnsureTopics(ctx); err != nil {
		return err
	}
	events, dead := kafka.NewProducer(eventlog.Events), kafka.NewProducer(eventlog.DeadLetters)
	counters := &ingest.Counters{}
	follower, err := o.follower(ctx, events, dead, counters)
	if err != nil {
		return err
	}
	o.Logger.Info("following", "file", o.Path, "centre", o.Centre)
	err = follower.Run(ctx)
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if ctx.Err() != nil {
		err = nil // told to end
	}
	for _, c := range counters.Snapshot() {
		o.Logger.Info("followed", "count", c.Name, "of", c.Label, "n", c.Value)
	}
	return errors.Join(err, events.Close(stop), dead.Close(stop))
}

func (o FollowOptions) follower(ctx context.Context, events, dead *eventlog.Producer, counters *ingest.Counters) (*asterisk.Follower, error) {
	rules, err := asterisk.ParseMemberRules(o.Members)
	if err != nil {
		return nil, err
	}
	plain, err := asterisk.Prescan(ctx, o.Path)
	if err != nil {
		return nil, err
	}
	parser, err := asterisk.NewParser(asterisk.Options{Centre: o.Centre, Members: rules, Privacy: o.Privacy, PlainNames: plain})
	if err != nil {
		return nil, err
	}
	if o.Position == "" {
		o.Position = o.Path + positionSuffix
	}
	return asterisk.NewFollower(asterisk.FollowOptions{Path: o.Path, Position: o.Position, Parser: parser,
		Publisher: Publisher{events}, DeadLetters: deadLetterSink(o.Centre, dead), Counters: counters,
		Report: func(message string, err error) { o.Logger.Warn(message, "file", o.Path, "error", err) }})
}

// deadLetterSink publishes what no parser could read, beside what the machine refuses.
func deadLetterSink(centre string, p *eventlog.Producer) ingest.DeadLetterSink {
	return func(ctx context.Context, letters []ingest.DeadLetter) error {
		records := make([]eventlog.Record, len(letters))
		for i := range letters {
			records[i] = eventlog.Record{Key: []byte(centre), Value: letters[i].JSON()}
		}
		if err := p.Publish(ctx, records); err != nil {
			return fmt.Errorf("publishing %d dead letters: %w", len(letters), err)
		}
		return nil
	}
}

// Migrate brings the database to what this version needs.
func Migrate(ctx context.Context, o store.Options, log *slog.Logger) error {
	catalogue, err := builtIn()
	if err != nil {
		return fmt.Errorf("loading the indicators: %w", err)
	}
	st, err := OpenStore(ctx, o, catalogue, log)
	if err != nil {
		return err
	}
	return st.Close()
}
