// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/vigie-kpi/vigie/store"
)

const (
	// dailyEvery is how often the days that still change most are computed again.
	dailyEvery = 15 * time.Minute
	// dailyRetry is the wait after a pass that failed, and before the first one.
	dailyRetry = time.Minute
)

// dailyStore is what the daily job asks of the store.
type dailyStore interface {
	DailyCentres(ctx context.Context) ([]string, error)
	DailyDue(ctx context.Context, centre string) (store.DailyKind, error)
	RunDaily(ctx context.Context, o store.DailyOptions) (store.DailyReport, error)
	Close() error
}

// dailyJob finds out, again and again, what only later contacts and late words tell of a contact: for each centre whose
// partition this instance owns, the last two days each quarter of an hour, and all that may still change once a day. Two
// instances that do it at once, when a partition changes hands, do no harm: see store.RunDaily.
type dailyJob struct {
	open  func(ctx context.Context) (dailyStore, error)
	owns  func(centre string) bool
	now   func() time.Time
	every time.Duration
	log   *slog.Logger

	turn  sync.Mutex // held by once
	store dailyStore // nil until it could be opened

	mu       sync.Mutex
	done     map[dailyKey]dailyDone
	failures int64
}

type dailyKey struct {
	centre string
	kind   store.DailyKind
}

// dailyDone is what is known of the newest complete pass of a kind.
type dailyDone struct {
	at      time.Time
	took    time.Duration
	unknown uint64
}

// run does passes until ctx ends. One that fails is tried again soon; nothing else depends on it.
func (d *dailyJob) run(ctx context.Context) {
	defer func() {
		if d.store != nil {
			_ = d.store.Close() // nothing is under way
		}
	}()
	wait := min(dailyRetry, d.every)
	for {
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		wait = d.every
		if err := d.once(ctx); err != nil && ctx.Err() == nil {
			wait = min(dailyRetry, d.every)
			d.fail()
			d.log.Warn("the daily job failed; repeats and late outcomes are as they were", "error", err, "wait", wait)
		}
	}
}

// once does one pass for each centre that this instance owns. A centre that fails does not keep the others from theirs.
func (d *dailyJob) once(ctx context.Context) error {
	d.turn.Lock()
	defer d.turn.Unlock()
	if d.store == nil {
		st, err := d.open(ctx)
		if err != nil {
			return err
		}
		d.store = st
	}
	centres, err := d.store.DailyCentres(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, centre := range centres {
		if d.owns(centre) {
			errs = append(errs, d.pass(ctx, centre))
		}
	}
	return errors.Join(errs...)
}

func (d *dailyJob) pass(ctx context.Context, centre string) error {
	kind, err := d.store.DailyDue(ctx, centre)
	if err != nil {
		return err
	}
	began := d.now()
	report, err := d.store.RunDaily(ctx, store.DailyOptions{Centre: centre, Kind: kind})
	if err != nil {
		return err
	}
	done := dailyDone{at: began, took: d.now().Sub(began), unknown: report.Unknown}
	d.mu.Lock()
	d.done[dailyKey{centre, kind}] = done
	if kind == store.DailyFull { // it computes the last days too
		d.done[dailyKey{centre, store.DailyRecent}] = done
	}
	d.mu.Unlock()
	d.log.Debug("daily job done", "centre", centre, "kind", kind, "rows", report.Rows, "late", report.Late, "unknown", report.Unknown, "took", done.took)
	return nil
}

func (d *dailyJob) fail() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.failures++
}

// state returns a copy of what is known of passes, and how often the job failed.
func (d *dailyJob) state() (map[dailyKey]dailyDone, int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.done), d.failures
}

// startDaily starts the daily job of this instance, once the runner is there.
func (a *App) startDaily(ctx context.Context) {
	a.daily = &dailyJob{log: a.log, now: a.o.Now, every: a.o.DailyEvery, done: map[dailyKey]dailyDone{},
		open: func(ctx context.Context) (dailyStore, error) {
			return openTables(ctx, a.o.ClickHouse) // the runner sees to the views
		},
		owns: func(centre string) bool {
			return slices.Contains(a.runner.Partitions(), a.kafka.PartitionOf([]byte(centre)))
		}}
	if a.daily.every == 0 {
		a.daily.every = dailyEvery
	}
	a.cleanup.background(ctx, "daily job", a.daily.run)
}
