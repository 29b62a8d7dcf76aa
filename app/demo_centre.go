// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

// livingCentre is Cap Rivage: weeks of history in an import lane, then the demo day and the two after it, live.
type livingCentre struct {
	org      *organisation.Organisation
	o        *DemoOptions
	kept     *demoState
	day      time.Time // midnight of the demo day, where the centre is
	begins   int64     // of its business day
	start    int64     // when it is no longer hurried
	to       int64     // the end of what is simulated
	lastKept time.Time
}

const (
	livingDays   = 3
	livingDelay  = 200 // ms, from an event to the log
	keepEvery    = 2 * time.Second
	shownEvery   = 100 * time.Millisecond
	hurriedBatch = 2000

	historyTakesMs = 10 * 60_000 // at most, or else the day begins a little late
)

func newLivingCentre(o *DemoOptions, kept *demoState) (*livingCentre, error) {
	org, err := ReadOrganisation(seeds.CapRivage(), "the demo centre")
	if err != nil {
		return nil, err
	}
	loc, err := zone.Load(org.Centre.Zone)
	if err != nil {
		return nil, fmt.Errorf("the demo centre: %w", err)
	}
	day, err := time.ParseInLocation(time.DateOnly, string(simulator.CapRivageDay), loc)
	if err != nil {
		return nil, fmt.Errorf("the demo day: %w", err)
	}
	at, err := time.Parse("15:04", o.Start)
	if err != nil {
		return nil, fmt.Errorf("start %q: give a time of day such as 09:00", o.Start)
	}
	l := &livingCentre{org: org, o: o, kept: kept, day: day}
	dayStart := org.Centre.DayStartsAtMinutes
	onDay := func(days, minutes int) int64 {
		return time.Date(day.Year(), day.Month(), day.Day()+days, 0, minutes, 0, 0, loc).UnixMilli()
	}
	l.begins, l.to = onDay(0, dayStart), onDay(livingDays, dayStart)
	l.start = max(onDay(0, 60*at.Hour()+at.Minute()), l.begins)
	return l, nil
}

func (l *livingCentre) centre() string { return l.org.ID }
func (l *livingCentre) zone() string   { return l.org.Centre.Zone }

// clock is held back from some minutes before the day, or from where the earlier demo ended, until the feed lets it go: the
// store cuts its blocks by the log's clock, so while history is stored it has to move.
func (l *livingCentre) clock() *fastClock {
	return newHeldClock(max(l.begins-historyTakesMs, l.kept.ClockMs), l.to, l.o.Speed)
}

func (l *livingCentre) kafka(d *demo) eventlog.Options {
	return eventlog.Options{Brokers: []string{d.broker.Addr()}, Partitions: demoPartitions, Replication: 1, Logger: d.o.Logger}
}

func (l *livingCentre) prepare(ctx context.Context, d *demo) error {
	if err := l.configure(ctx, d); err != nil {
		return err
	}
	return l.history(ctx, d)
}

// configure publishes the organisation, as vigie apply does. What an earlier demo published stands: the day changes it.
func (l *livingCentre) configure(ctx context.Context, d *demo) error {
	if l.kept.Configured {
		return nil
	}
	configs, err := OpenConfigs(ctx, l.kafka(d), d.clock.now, d.o.Logger)
	if err != nil {
		return err
	}
	defer configs.Close()
	plan, err := configs.Plan(ctx, l.org.ID, l.org)
	if err != nil {
		return err
	}
	if _, err := configs.Publish(ctx, plan, "demo", "the demo centre"); err != nil {
		return err
	}
	l.kept.Configured = true
	return d.keepState()
}

// history simulates the weeks before the demo day into a lane of their own, and waits until the store shows them.
func (l *livingCentre) history(ctx context.Context, d *demo) error {
	if d.engine == nil || l.o.HistoryDays == 0 || l.kept.HistoryShown {
		return nil
	}
	l.kept.HistoryRuns++
	if err := d.keepState(); err != nil {
		return err
	}
	began := time.Now()
	lane := fmt.Sprintf("history-%d", l.kept.HistoryRuns)
	bar := newBar(d.o.Out, d.o.Live, fmt.Sprintf("%d days of history", l.o.HistoryDays))
	kafka := l.kafka(d)
	date := func(days int) organisation.Date {
		return organisation.Date(l.day.AddDate(0, 0, days).Format(time.DateOnly))
	}
	report, err := Simulate(ctx, SimulateOptions{Organisation: l.org, Kafka: &kafka, Days: simulator.Options{From: date(-l.o.HistoryDays), To: date(0),
		Seed: simulator.CapRivageSeed, Centre: l.org.ID, Lane: lane, EndShifts: true,
		Progress: func(p simulator.Progress) { bar.show(0.3 * float64(p.Now-p.From) / float64(p.To-p.From)) }}})
	if err != nil {
		return err
	}
	if err := l.untilShown(ctx, d, bar, report.Events); err != nil {
		return err
	}
	bar.end(fmt.Sprintf("%d events in %.0f s", report.Events, time.Since(began).Seconds()))
	l.kept.HistoryShown = true
	return d.keepState()
}

// untilShown waits until what is in the log now is digested and stored: the last of it shows the history.
func (l *livingCentre) untilShown(ctx context.Context, d *demo, bar *bar, events int64) error {
	partition := d.app.Log().PartitionOf([]byte(l.org.ID))
	_, next, err := d.app.Log().Bounds(ctx, eventlog.Events, partition)
	if err != nil {
		return err
	}
	stats := d.app.Runner().StatsOf(partition)
	for {
		stored := stats.StoredOffset.Load()
		if stored >= next-1 {
			return nil
		}
		done := 1 - float64(next-1-stored)/float64(max(events, 1))
		bar.show(0.3 + 0.7*min(max(done, 0), 1))
		select {
		case err := <-d.app.Failed():
			return err
		default:
		}
		if err := sleepFor(ctx, shownEvery); err != nil {
			return err
		}
	}
}

// play simulates the day. What was before its start, or was published by an earlier demo, is not waited for.
func (l *livingCentre) play(ctx context.Context, d *demo) error {
	p := &livingFeed{ctx: ctx, d: d, l: l, publishedTo: l.kept.ClockMs}
	_, err := simulator.Run(simulator.CapRivage(l.org), &simulator.Options{From: simulator.CapRivageDay,
		To: organisation.Date(l.day.AddDate(0, 0, livingDays).Format(time.DateOnly)), Seed: simulator.CapRivageSeed, Centre: l.org.ID,
		Delivery: simulator.Delivery{DelayMs: livingDelay}}, p)
	if err == nil {
		err = p.flush()
	}
	d.clock.release()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// livingFeed publishes what the simulator says: up to the start as fast as the log takes it, the clock following, then by
// the clock.
type livingFeed struct {
	ctx         context.Context // a sink has no context of its own; this one ends the run
	d           *demo
	l           *livingCentre
	publishedTo int64 // by an earlier demo
	batch       []eventlog.Record
	last        int64 // received of the last event in the batch
	playing     bool
}

// Put implements simulator.Sink.
func (p *livingFeed) Put(e *event.Event) error {
	if err := p.ctx.Err(); err != nil {
		return err
	}
	if e.Received <= p.publishedTo {
		return nil
	}
	if !p.playing && e.Received > p.l.start {
		if err := p.flush(); err != nil {
			return err
		}
		p.d.clock.hold(p.l.start)
		p.d.clock.release()
		p.playing = true
	}
	for p.playing && p.d.clock.now().UnixMilli() < e.Received {
		if err := p.flush(); err != nil {
			return err
		}
		if err := sleepFor(p.ctx, feedEvery); err != nil {
			return err
		}
	}
	p.batch = append(p.batch, eventlog.Record{Key: []byte(e.Centre), Value: event.AppendJSON(nil, e)})
	p.last = e.Received
	if len(p.batch) >= hurriedBatch {
		return p.flush()
	}
	return nil
}

func (p *livingFeed) flush() error {
	if len(p.batch) > 0 {
		if err := p.d.app.producer.Publish(p.ctx, p.batch); err != nil {
			return fmt.Errorf("publishing %d events of the demo centre: %w", len(p.batch), err)
		}
		p.batch = p.batch[:0]
		p.l.kept.ClockMs = p.last
		p.d.clock.hold(p.last)
	}
	if time.Since(p.l.lastKept) < keepEvery {
		return nil
	}
	p.l.lastKept = time.Now()
	return p.d.keepState()
}
