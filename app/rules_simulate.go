// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

// learntWeeks is how many of the weeks before a simulated day its rules know.
const learntWeeks = 4

// learn lets the demo centre live on the same weekday of the weeks before a day, as an import of history, so that the rules know
// what is usual. The centre's own clock stands at the begin of the day.
func (p *rulePlayer) learn(day organisation.Date, seed uint64) error {
	date, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return fmt.Errorf("the day %q: %w", day, err)
	}
	loc, err := zone.Load(p.organisation.Centre.Zone)
	if err != nil {
		return err
	}
	start := time.Date(date.Year(), date.Month(), date.Day(), 0, p.organisation.Centre.DayStartsAtMinutes, 0, 0, loc)
	if err := p.begin(start.UnixMilli()); err != nil {
		return err
	}
	p.tick(p.clock)
	for week := learntWeeks; week > 0; week-- {
		from := date.AddDate(0, 0, -7*week)
		o := simulator.Options{From: organisation.Date(from.Format(time.DateOnly)), To: organisation.Date(from.AddDate(0, 0, 1).Format(time.DateOnly)),
			Seed: seed, Centre: p.centre, Lane: fmt.Sprint("history-", week), EndShifts: true}
		last := lastReceived{Sink: p}
		if _, err := simulator.Run(simulator.CapRivage(p.organisation), &o, &last); err != nil {
			return fmt.Errorf("simulating %s: %w", o.From, err)
		}
		p.step(&event.Event{ID: "finished", Source: "vigie:import", Type: event.ImportFinished, Time: last.at, Received: last.at, Centre: p.centre, Lane: o.Lane})
	}
	return nil
}

// lastReceived remembers when the last event came.
type lastReceived struct {
	simulator.Sink
	at int64
}

// Put implements simulator.Sink.
func (l *lastReceived) Put(e *event.Event) error {
	l.at = max(l.at, e.Received)
	return l.Sink.Put(e)
}

// resume is a player that goes on from where another stood when it took the snapshot.
func (p *rulePlayer) resume(snapshot []byte, hand func(aggregator.Ready)) (*rulePlayer, error) {
	m, err := aggregator.Restore(snapshot)
	if err != nil {
		return nil, err
	}
	return &rulePlayer{machine: m, organisation: p.organisation, centre: p.centre, offset: p.offset, clock: p.clock, hand: hand}, nil
}

// simulate feeds the demo centre's days, after what is usual on the first of them.
func (b *backtest) simulate() error {
	if err := b.player.learn(organisation.Date(b.o.From), b.o.Seed); err != nil {
		return err
	}
	to := time.UnixMilli(b.report.ToMs).In(b.report.Location).Format(time.DateOnly)
	o := simulator.Options{From: organisation.Date(b.o.From), To: organisation.Date(to), Seed: b.o.Seed, Centre: b.o.Centre}
	_, err := simulator.Run(simulator.CapRivage(b.o.Organisation), &o, b)
	return err
}
