// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/store"
)

// rebuildLane begins the names of the lanes that restate days.
const rebuildLane = "rebuild-"

// settledDays is how many of the last days cannot be restated: their contacts may still change.
const settledDays = 2

// RebuildOptions configure Rebuild. Each field has the flag of the same name in `vigie rebuild`.
type RebuildOptions struct {
	Kafka      eventlog.Options
	ClickHouse store.Options
	Centre     string
	From, To   time.Time // business days, both included
	DryRun     bool
	Now        func() time.Time
	Logger     *slog.Logger
}

// Validate checks the options without I/O.
func (o *RebuildOptions) Validate() error {
	errs := []error{o.Kafka.Validate(), o.ClickHouse.Validate()}
	if o.Centre == "" {
		errs = append(errs, errors.New("centre: empty; give the id of the contact centre"))
	}
	if o.From.IsZero() || o.To.IsZero() || o.To.Before(o.From) {
		errs = append(errs, errors.New("from, to: give the first and the last business day to restate, in this order"))
	}
	return errors.Join(errs...)
}

// RebuildReport says what a rebuild found.
type RebuildReport struct {
	Changes     []RestatedSum
	Corrections int    // records that restate them
	Lane        string // that they are in; "" when nothing was published
}

// RestatedSum is a measure of the centre on a day, before and after.
type RestatedSum struct {
	Day           int32
	Measure       indicator.Measure
	Before, After int64
}

// factKey is what a restated sum is of: a quarter of an hour, its dimensions, and a measure or bin.
type factKey struct {
	day   int32
	at    event.Millis
	grain aggregator.Grain
	dims  [10]string // in the order of aggregator.Dims
	key   aggregator.IncKey
}

// Rebuild restates closed days of a centre as its present configuration counts them. It plays the retained log through two
// muted machines: one under the configurations as they came, which must give exactly what is stored, or the log does not
// reach back far enough to know better; one under the present one. Their difference goes to the log as corrections in a lane
// of its own that becomes visible as a whole, so the ledger, the facts and the late events to come stay as they are.
func Rebuild(ctx context.Context, o RebuildOptions) (report RebuildReport, err error) {
	if err := o.Validate(); err != nil {
		return report, err
	}
	c, err := OpenConfigs(ctx, o.Kafka, o.Now, o.Logger)
	if err != nil {
		return report, err
	}
	defer c.Close()
	r, err := newRebuild(ctx, c, &o)
	if err != nil {
		return report, err
	}
	before, after, err := r.bothRuns(ctx)
	if err != nil {
		return report, err
	}
	if err := r.compareWithStore(ctx, before.all()); err != nil {
		return report, err
	}
	delta := difference(before.all(), after.live)
	report.Changes = r.changes(before.all(), after.live)
	if len(delta) == 0 {
		return report, nil
	}
	lane := fmt.Sprintf("%s%d", rebuildLane, r.at)
	events, err := r.corrections(delta, lane)
	if err != nil {
		return report, err
	}
	report.Corrections = len(events)
	if o.DryRun {
		return report, nil
	}
	p := c.log.NewProducer(eventlog.Events)
	for batch := range slices.Chunk(events, importBatch) {
		if err = publishEvents(ctx, p, batch, r.at); err != nil {
			break
		}
	}
	report.Lane = lane
	return report, errors.Join(err, p.Close(context.WithoutCancel(ctx)))
}

// rebuild is one run of Rebuild.
type rebuild struct {
	o           *RebuildOptions
	c           *Configs
	partition   int
	first, next int64 // of the retained log
	objects     []event.ConfigObject
	version     int
	centre      event.ConfigObject // the object of the centre alone
	calendar    *zone.Calendar
	fromDay     int32
	toDay       int32
	at          event.Millis // by the log's clock
}

func newRebuild(ctx context.Context, c *Configs, o *RebuildOptions) (*rebuild, error) {
	r := &rebuild{o: o, c: c, partition: c.log.PartitionOf([]byte(o.Centre)), fromDay: int32(dayOf(o.From)), toDay: int32(dayOf(o.To))}
	history, err := c.History(ctx, o.Centre)
	if err != nil {
		return nil, err
	}
	v, err := history.Find(0)
	if err != nil {
		return nil, err
	}
	if r.objects, err = history.Objects(v); err != nil {
		return nil, err
	}
	r.version = v.Version
	if r.centre, err = acceptingCentre(r.objects); err != nil {
		return nil, err
	}
	if r.calendar, err = calendarOf(o.Centre, r.objects); err != nil {
		return nil, err
	}
	if r.at, err = c.logTime(ctx, r.partition); err != nil {
		return nil, err
	}
	if last := r.calendar.Day(r.at) - settledDays; r.toDay > last {
		return nil, fmt.Errorf("to: the last %d days may still change by themselves; restate days up to %s", settledDays, dateOf(last))
	}
	r.first, r.next, err = c.log.Bounds(ctx, eventlog.Events, r.partition)
	return r, err
}

// acceptingCentre is the centre's zone and day, for a lane whose records name queues and advisors that it does not configure.
func acceptingCentre(objects []event.ConfigObject) (event.ConfigObject, error) {
	cfg := event.DefaultCentreConfig(organisation.DefaultZone)
	for _, o := range organisation.Select(objects, "centre", "") {
		var err error
		if cfg, err = event.ParseCentreConfig(o.Data); err != nil {
			return o, fmt.Errorf("the centre's configuration: %w", err)
		}
	}
	cfg.UnknownQueues, cfg.UnknownAdvisors = event.UnknownAccept, event.UnknownAccept
	data, err := json.Marshal(cfg)
	return event.ConfigObject{Type: event.ConfigCentre, Data: data}, err
}

func dateOf(day int32) string { return time.Unix(int64(day)*24*60*60, 0).UTC().Format(time.DateOnly) }

// sums are what a run counted in the days asked for: in the live lane, by restatements before, and by those that have not
// come to their end and so are not visible.
type sums struct {
	live, restated map[factKey]int64
	begun          map[string]map[factKey]int64 // by lane
}

func newSums() *sums {
	return &sums{live: map[factKey]int64{}, restated: map[factKey]int64{}, begun: map[string]map[factKey]int64{}}
}

func (s *sums) all() map[factKey]int64 {
	all := maps.Clone(s.live)
	//deterministic: sums.
	for k, n := range s.restated {
		all[k] += n
	}
	return all
}

// bothRuns plays the log as it is, and under the present configuration alone.
func (r *rebuild) bothRuns(ctx context.Context) (before, after *sums, err error) {
	before, after = newSums(), newSums()
	asItWas, asItIs := aggregator.New(int32(r.partition)), aggregator.New(int32(r.partition))
	offset := int64(0)
	configure := func(at event.Millis) {
		for _, e := range organisation.Records(r.o.Centre, r.version, at, r.objects) {
			offset++
			asItIs.Step(offset, event.AppendJSON(nil, &e))
			asItIs.Clear()
		}
	}
	var decoder event.Decoder
	err = r.c.log.ReadRange(ctx, eventlog.Events, r.partition, r.first, r.next, func(f eventlog.Fetched) error {
		asItWas.Step(f.Offset+1, f.Value)
		r.take(before, asItWas)
		var e event.Event
		known := decoder.Decode(f.Value, &e) == nil
		if offset == 0 { // from the log's first instant on
			if !known || e.Received == 0 {
				return nil
			}
			configure(e.Received)
		}
		if known && e.Centre == r.o.Centre && strings.HasPrefix(e.Type.String(), "config.") {
			return nil
		}
		offset++
		asItIs.Step(offset, f.Value)
		r.take(after, asItIs)
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("reading the log: %w", err)
	}
	return before, after, nil
}

// take adds what the machine hands over to the sums, and lets the rest go.
func (r *rebuild) take(s *sums, m *aggregator.Machine) {
	defer m.Clear()
	ready := m.Ready()
	for i := range ready.Facts {
		f := &ready.Facts[i]
		if f.World.Centre() != r.o.Centre || f.Day < r.fromDay || f.Day > r.toDay {
			continue
		}
		into := s.live
		if lane := f.World.Lane(); strings.HasPrefix(lane, rebuildLane) {
			if s.begun[lane] == nil {
				s.begun[lane] = map[factKey]int64{}
			}
			into = s.begun[lane]
		} else if lane != "" {
			continue
		}
		k := r.keyOf(f)
		for _, inc := range ready.Incs[f.First:f.End] {
			k.key = inc.Key
			into[k] += inc.Value
		}
	}
	for _, end := range ready.Imports {
		//deterministic: sums.
		for k, n := range s.begun[end.Lane] {
			s.restated[k] += n
		}
		delete(s.begun, end.Lane)
	}
}

func (r *rebuild) keyOf(f *aggregator.Fact) factKey {
	const quarter = 15 * 60 * 1000
	k := factKey{day: f.Day, at: f.At - f.At%quarter, grain: f.Grain}
	if start, _ := r.calendar.Bounds(f.Day); r.calendar.Day(k.at) != f.Day {
		k.at = start
	}
	for i, id := range [...]aggregator.ID{f.Dims.Programme, f.Dims.Site, f.Dims.Queue, f.Dims.Campaign, f.Dims.Channel, f.Dims.Direction,
		f.Dims.Team, f.Dims.HomeTeam, f.Dims.Advisor, f.Dims.Reason} {
		k.dims[i] = f.World.Name(id)
	}
	return k
}

// compareWithStore refuses to restate when the retained log does not give what is stored: it was cut by its retention, so
// nobody can know what the days would have been.
func (r *rebuild) compareWithStore(ctx context.Context, counted map[factKey]int64) error {
	st, err := store.Open(ctx, r.o.ClickHouse)
	if err != nil {
		return err
	}
	stored, err := st.DaySums(ctx, r.o.Centre, indicator.ScopeCentre)
	if err := errors.Join(err, st.Close()); err != nil {
		return err
	}
	there := map[RestatedSum]int64{}
	for _, row := range stored {
		for m, n := range row.Measures {
			there[RestatedSum{Day: row.Day, Measure: indicator.Measure(m)}] = n
		}
	}
	own := byMeasure(counted)
	for day := r.fromDay; day <= r.toDay; day++ {
		for m := range indicator.Measure(indicator.NumMeasures) {
			k := RestatedSum{Day: day, Measure: m}
			if m.Daily() || !m.Info().Scopes.Has(indicator.ScopeCentre) || own[k] == there[k] {
				continue
			}
			return fmt.Errorf("%s cannot be restated: the log that is retained begins at record %d and gives %s = %d, and %d is stored, so what is stored came "+
				"from records that are gone, or from an import; choose later days, or correct single figures with correction.issued", dateOf(day), r.first, m, own[k], there[k])
		}
	}
	return nil
}

// byMeasure adds sums up per day and measure of the centre.
func byMeasure(counted map[factKey]int64) map[RestatedSum]int64 {
	total := map[RestatedSum]int64{}
	//deterministic: sums.
	for k, n := range counted {
		if m, ok := k.key.Measure(); ok {
			total[RestatedSum{Day: k.day, Measure: m}] += n
		}
	}
	return total
}

func (r *rebuild) changes(before, after map[factKey]int64) []RestatedSum {
	was, is := byMeasure(before), byMeasure(after)
	var list []RestatedSum
	for day := r.fromDay; day <= r.toDay; day++ {
		for m := range indicator.Measure(indicator.NumMeasures) {
			k := RestatedSum{Day: day, Measure: m}
			if was[k] != is[k] {
				list = append(list, RestatedSum{day, m, was[k], is[k]})
			}
		}
	}
	return list
}

// difference is what has to be added to turn one set of sums into the other.
func difference(before, after map[factKey]int64) map[factKey]int64 {
	delta := maps.Clone(after)
	//deterministic: sums.
	for k, n := range before {
		delta[k] -= n
	}
	maps.DeleteFunc(delta, func(_ factKey, n int64) bool { return n == 0 })
	return delta
}

// corrections are the records that restate: the centre's own zone and day alone, so that nothing is filled in, then one
// correction for each quarter and set of dimensions, then the end that makes them visible. They are tried on a machine
// before, because what they cannot say must not be half said.
func (r *rebuild) corrections(delta map[factKey]int64, lane string) ([]event.Event, error) {
	events := organisation.Records(r.o.Centre, r.version, r.at, []event.ConfigObject{r.centre})
	measures := map[factKey]map[string]int64{}
	//deterministic: grouped, and sorted below.
	for k, n := range delta {
		m, ok := k.key.Measure()
		if !ok {
			return nil, errors.New("the present configuration also changes histograms (the queue, channel or team of waits and handling times), " +
				"which a restatement cannot say; nothing was published")
		}
		k.key = 0
		if measures[k] == nil {
			measures[k] = map[string]int64{}
		}
		measures[k][m.String()] = n
	}
	keys := slices.SortedFunc(maps.Keys(measures), compareFactKeys)
	for i, k := range keys {
		data, err := json.Marshal(event.Correction{Grain: k.grain.String(), Measures: measures[k], Note: "rebuild"})
		if err != nil {
			return nil, fmt.Errorf("writing a correction: %w", err)
		}
		events = append(events, event.Event{ID: fmt.Sprint(i), Source: "vigie:rebuild", Type: event.CorrectionIssued, Time: k.at, Data: data,
			Programme: k.dims[0], Site: k.dims[1], Queue: k.dims[2], Campaign: k.dims[3], Channel: k.dims[4], Direction: k.dims[5],
			Team: k.dims[6], Advisor: k.dims[8], ContactReason: k.dims[9]})
	}
	events = append(events, event.Event{ID: "finished", Source: "vigie:rebuild", Type: event.ImportFinished, Time: r.at})
	for i := range events {
		events[i].Centre, events[i].Lane, events[i].Received = r.o.Centre, lane, r.at
	}
	return events, r.try(events, delta)
}

func compareFactKeys(a, b factKey) int {
	return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.day, b.day), cmp.Compare(a.grain, b.grain), slices.Compare(a.dims[:], b.dims[:]))
}

// try plays the records and checks that they give exactly the difference.
func (r *rebuild) try(events []event.Event, delta map[factKey]int64) error {
	m, got := aggregator.New(int32(r.partition)), newSums()
	for i := range events {
		m.Step(int64(i+1), event.AppendJSON(nil, &events[i]))
		if dead := m.Ready().DeadLetters; len(dead) > 0 {
			return fmt.Errorf("the restatement cannot be said: %s; nothing was published", dead[0].Detail)
		}
		r.take(got, m)
	}
	if !maps.Equal(got.restated, delta) {
		return errors.New("the present configuration changes what a restatement cannot say, such as the home team of an advisor or a night shift's day; " +
			"nothing was published")
	}
	return nil
}
