// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/organisation"
)

// BacktestOptions configure Backtest. Of Recordings, Kafka and Simulate one says where the past is.
type BacktestOptions struct {
	Organisation *organisation.Organisation // with the rules to try
	Centre       string                     // empty: the organisation's
	// From and To bound what is counted: business days, as YYYY-MM-DD, From to the day before To. What comes before From is
	// played too, so that the rules know what was usual then. Empty: the first day that there is, the day after From.
	From, To string
	Rules    []string // only these; empty: all

	Recordings []string // files of events, in the order of time
	Kafka      *eventlog.Options
	Simulate   bool   // the demo centre's days, after four weeks of its life
	Seed       uint64 // of Simulate
}

// Validate checks the options without I/O.
func (o *BacktestOptions) Validate() error {
	sources := 0
	for _, is := range []bool{len(o.Recordings) > 0, o.Kafka != nil, o.Simulate} {
		if is {
			sources++
		}
	}
	if sources != 1 {
		return errors.New("the past: name recordings, or the log with --kafka, or --simulate, one of the three")
	}
	for _, date := range []string{o.From, o.To} {
		if _, err := time.Parse(time.DateOnly, date); date != "" && err != nil {
			return fmt.Errorf("%q is no date; write it such as 2026-11-17", date)
		}
	}
	switch {
	case o.From == "" && (o.Simulate || o.To != ""):
		return errors.New("from: missing; name the first day")
	case o.To != "" && o.To <= o.From:
		return fmt.Errorf("to: %s is not after %s; it is the day after the last", o.To, o.From)
	}
	return nil
}

// BacktestReport is what rules would have done.
type BacktestReport struct {
	Centre   string
	Location *time.Location
	FromMs   int64 // of the time that is counted; 0 when nothing was played
	ToMs     int64
	Days     int64 // business days, begun
	Events   int64 // played, those before From too
	Rows     []BacktestRow
}

// BacktestRow is one rule for one scope; a rule that never fired has one row without a scope.
type BacktestRow struct {
	Rule, Scope        string
	Severity, Audience string
	Alerts             int64 // that began to fire
	Sent               int64 // those of them that no other alert inhibited
	FiringMs           int64 // together, until the end at most
	LongestMs          int64
	FirstMs            int64 // when the first one fired
	Contacts           int64 // offered in the half-hours before they fired, together: the volume at which it speaks
}

// Backtest plays the past through the machine, under the rules of an organisation, and counts their alerts.
func Backtest(ctx context.Context, o BacktestOptions) (*BacktestReport, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	o.Centre = firstNonEmpty(o.Centre, o.Organisation.ID, DefaultCentre)
	rules, err := o.rules()
	if err != nil {
		return nil, err
	}
	loc, err := zone.Load(o.Organisation.Centre.Zone)
	if err != nil {
		return nil, err
	}
	b := &backtest{o: &o, rules: rules, calendar: zone.NewCalendar(loc, o.Organisation.Centre.DayStartsAtMinutes), rows: map[backtestKey]*BacktestRow{}}
	b.report = &BacktestReport{Centre: o.Centre, Location: loc, FromMs: b.startOf(o.From), ToMs: b.startOf(o.To)}
	if o.To == "" && o.From != "" {
		_, b.report.ToMs = b.calendar.Bounds(b.calendar.Day(b.report.FromMs))
	}
	b.player = newRulePlayer(o.Organisation, o.Centre, b.hand)
	b.player.machine.TryRules(rules)
	if err := b.play(ctx); err != nil {
		return nil, err
	}
	return b.finish(), nil
}

// rules compiles what is to be tried.
func (o *BacktestOptions) rules() ([]*alerts.Rule, error) {
	catalogue, err := CatalogueOf(o.Organisation)
	if err != nil {
		return nil, err
	}
	list := []*alerts.Rule{}
	for i := range o.Organisation.Rules {
		if r := &o.Organisation.Rules[i]; len(o.Rules) == 0 || slices.Contains(o.Rules, r.Rule) {
			rule, err := alerts.Compile(catalogue, r.RuleConfig)
			if err != nil {
				return nil, fmt.Errorf("the rule %s: %w", r.Rule, err)
			}
			list = append(list, rule)
		}
	}
	for _, name := range o.Rules {
		if !slices.ContainsFunc(list, func(r *alerts.Rule) bool { return r.RuleConfig.Rule == name }) {
			return nil, fmt.Errorf("there is no rule %q in the organisation; vigie rules check lists what is wrong with its files", name)
		}
	}
	if len(list) == 0 {
		return nil, errors.New("the organisation has no rules; write some into rules.yaml")
	}
	return list, nil
}

type backtestKey struct{ rule, scope string }

// backtest counts while the past is played.
type backtest struct {
	o        *BacktestOptions
	rules    []*alerts.Rule
	calendar *zone.Calendar
	player   *rulePlayer
	report   *BacktestReport
	rows     map[backtestKey]*BacktestRow
	firing   map[backtestKey]int64 // since when
	events   int64
}

// startOf is the first instant of a business day; 0 for none.
func (b *backtest) startOf(date string) int64 {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return 0
	}
	start, _ := b.calendar.Bounds(int32(t.Unix() / (24 * 60 * 60)))
	return start
}

// errEnough ends a play whose time of interest is over.
var errEnough = errors.New("the end of what is asked for")

// take feeds one event.
func (b *backtest) take(e *event.Event) error {
	at := e.Received
	if at == 0 {
		at = e.Time
	}
	if b.report.ToMs != 0 && at >= b.report.ToMs && e.Lane == "" {
		return errEnough
	}
	b.events++
	return b.player.Put(e)
}

// Put implements simulator.Sink.
func (b *backtest) Put(e *event.Event) error { return b.take(e) }

func (b *backtest) play(ctx context.Context) error {
	var err error
	switch {
	case b.o.Simulate:
		err = b.simulate()
	case b.o.Kafka != nil:
		err = b.readLog(ctx)
	default:
		for _, path := range b.o.Recordings {
			if err = b.readFile(path); err != nil {
				break
			}
		}
	}
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	return nil
}

func (b *backtest) readFile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("opening the recording: %w", err)
	}
	return errors.Join(readEvents(file, path, func(e *event.Event) error {
		e.Centre, e.Lane = b.o.Centre, ""
		return b.take(e)
	}), file.Close())
}

// readLog feeds the log of the centre's partition, as it is: its own configurations apply, but for their rules. Where the log no
// longer has the first of them, that of the folder stands for it.
func (b *backtest) readLog(ctx context.Context) error {
	log, err := eventlog.Open(*b.o.Kafka)
	if err != nil {
		return err
	}
	defer log.Close()
	partition := log.PartitionOf([]byte(b.o.Centre))
	first, next, err := log.Bounds(ctx, eventlog.Events, partition)
	if err != nil {
		return fmt.Errorf("looking for the log of %s: %w", b.o.Centre, err)
	}
	var d event.Decoder
	return log.ReadRange(ctx, eventlog.Events, partition, first, next, func(f eventlog.Fetched) error {
		var e event.Event
		if d.Decode(f.Value, &e) != nil || e.Type != event.Tick && e.Centre != b.o.Centre {
			return nil // another centre's, or a dead letter
		}
		if e.Type == event.Tick {
			return b.player.tickUntil(e.Received)
		}
		return b.take(&e)
	})
}

// hand counts what the machine tells.
func (b *backtest) hand(r aggregator.Ready) {
	for _, t := range r.Transitions {
		switch to := t.To; {
		case b.report.FromMs != 0 && t.At < b.report.FromMs && to != alerts.PhaseResolved:
		case to == alerts.PhaseFiring:
			b.fired(&t, r.Alerts())
		case to == alerts.PhaseResolved:
			b.over(backtestKey{t.Rule, t.Scope}, t.At)
		}
	}
}

func (b *backtest) fired(t *aggregator.Transition, sets []alerts.Set) {
	key := backtestKey{t.Rule, t.Scope}
	row := b.rows[key]
	if row == nil {
		row = &BacktestRow{Rule: t.Rule, Scope: t.Scope, FirstMs: t.At}
		b.rows[key] = row
	}
	row.Alerts++
	if !inhibited(sets, t) {
		row.Sent++
	}
	row.Contacts += contactsBefore(t)
	if b.firing == nil {
		b.firing = map[backtestKey]int64{}
	}
	b.firing[key] = t.At
}

// inhibited tells whether an alert that fires now is held back.
func inhibited(sets []alerts.Set, t *aggregator.Transition) bool {
	for i := range sets {
		for k := range sets[i].Alerts {
			if a := &sets[i].Alerts[k]; a.Rule.RuleConfig.Rule == t.Rule && a.Scope == t.Scope {
				return a.InhibitedBy != ""
			}
		}
	}
	return false
}

func (b *backtest) over(key backtestKey, at int64) {
	since, fires := b.firing[key]
	if !fires {
		return
	}
	delete(b.firing, key)
	row := b.rows[key]
	row.FiringMs += at - since
	row.LongestMs = max(row.LongestMs, at-since)
}
