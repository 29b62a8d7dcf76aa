// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/store"
)

// Figure is one figure that a person enters, as written. Where says in errors where that is.
type Figure struct {
	Where     string
	Day       string // business day, 2026-11-17
	Scope     string // queue:assistance, team:mistral...; centre or "" for the centre
	Indicator string // an indicator whose formula is a measure, or one measure over another; or a measure
	Value     string // 82 %, 4.5, 1200; withdrawn takes back what was entered
	N         string // the cases behind a share or a mean
}

// withdrawWord is what a person writes as the value to take a figure back.
const withdrawWord = "withdrawn"

// entry is a figure that was understood: what is entered of each measure.
type entry struct {
	day     int32
	kind    indicator.ScopeKind
	scope   string
	measure []string
	value   []int64
	meaning []string
}

// recordSource is the source of figures entered by hand.
const recordSource = "vigie:record"

// Record publishes figures of a centre that people entered, all or none of them when something is wrong. They are facts of
// a lane of their own, so no view or window counts them; the view entered_figures shows them. Of one figure that is entered
// again the newest counts. It returns how many measures were entered.
func Record(ctx context.Context, o eventlog.Options, centre string, figures []Figure, now func() time.Time, log *slog.Logger) (int, error) {
	if centre == "" {
		return 0, errors.New("centre: empty; give --centre with the id of the contact centre")
	}
	c, err := OpenConfigs(ctx, o, now, log)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	objects, err := c.newestObjects(ctx, centre)
	if err != nil {
		return 0, err
	}
	catalogue, err := withOwn(centre, objects)
	if err != nil {
		return 0, err
	}
	entries, err := understand(catalogue, figures)
	if err != nil {
		return 0, fmt.Errorf("nothing was entered: %w", err)
	}
	at, err := c.logTime(ctx, c.log.PartitionOf([]byte(centre)))
	if err != nil {
		return 0, err
	}
	calendar, err := calendarOf(centre, objects)
	if err != nil {
		return 0, err
	}
	events, err := enteredEvents(centre, entries, calendar, at)
	if err != nil {
		return 0, fmt.Errorf("nothing was entered: %w", err)
	}
	p := c.log.NewProducer(eventlog.Events)
	err = publishEvents(ctx, p, events, at)
	return len(events), errors.Join(err, p.Close(context.WithoutCancel(ctx)))
}

// catalogueOf is the catalogue with what the newest published configuration of a centre defines.
func (c *Configs) catalogueOf(ctx context.Context, centre string) (*indicator.Catalogue, error) {
	objects, err := c.newestObjects(ctx, centre)
	if err != nil {
		return nil, err
	}
	return withOwn(centre, objects)
}

// newestObjects are those of a centre's newest published configuration; none without one.
func (c *Configs) newestObjects(ctx context.Context, centre string) ([]event.ConfigObject, error) {
	a, err := readArchive(ctx, c.log, c.log.PartitionOf([]byte(centre)))
	if err != nil {
		return nil, err
	}
	for _, v := range slices.Backward(a.of(centre)) {
		if v.State == StatePublished {
			return a.objects(&v)
		}
	}
	return nil, nil
}

// calendarOf is the business calendar of a centre's configuration; UTC when it says none.
func calendarOf(centre string, objects []event.ConfigObject) (*zone.Calendar, error) {
	cfg := event.DefaultCentreConfig(organisation.DefaultZone)
	for _, object := range organisation.Select(objects, "centre", "") {
		var err error
		if cfg, err = event.ParseCentreConfig(object.Data); err != nil {
			return nil, fmt.Errorf("the configuration of centre %s: %w", centre, err)
		}
	}
	loc, err := zone.Load(cfg.Zone)
	if err != nil {
		return nil, fmt.Errorf("the time zone of centre %s: %w", centre, err)
	}
	return zone.NewCalendar(loc, cfg.DayStartsAtMinutes), nil
}

// understand reads all figures; the error lists everything that is wrong.
func understand(catalogue *indicator.Catalogue, figures []Figure) ([]entry, error) {
	var entries []entry
	var problems []error
	for i := range figures {
		e, err := figures[i].read(catalogue)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s%w", figures[i].Where, err))
			continue
		}
		entries = append(entries, e)
	}
	if len(figures) == 0 {
		problems = append(problems, errors.New("there is no figure; fill in at least one row"))
	}
	return entries, errors.Join(problems...)
}

func (f *Figure) read(catalogue *indicator.Catalogue) (entry, error) {
	var e entry
	day, err := time.Parse(time.DateOnly, f.Day)
	if err != nil {
		return e, fmt.Errorf("day: found %q, write a date such as 2026-11-17", f.Day)
	}
	const secondsOfDay = 24 * 60 * 60
	e.day = int32(day.Unix() / secondsOfDay)
	kind, scope, _ := strings.Cut(f.Scope, ":")
	if kind == "" {
		kind = indicator.ScopeCentre.String()
	}
	var ok bool
	if e.kind, ok = indicator.ParseScopeKind(kind); !ok || (scope == "") != (e.kind == indicator.ScopeCentre) {
		return e, fmt.Errorf("scope: found %q, write centre, or a kind and a name such as queue:assistance or team:mistral", f.Scope)
	}
	e.scope = scope
	return e, f.readValue(catalogue, &e)
}

// ratioForm is a formula that one measure over another, or a measure alone, makes.
var ratioForm = regexp.MustCompile(`^([a-z0-9_]+)(?: / ([a-z0-9_]+))?$`)

// readValue turns the value into what is entered of each measure.
func (f *Figure) readValue(catalogue *indicator.Catalogue, e *entry) error {
	formula, unit := f.Indicator, indicator.UnitCount
	if i, ok := catalogue.Lookup(f.Indicator); ok {
		formula, unit = strings.TrimSpace(i.Formula), i.Unit
	} else if _, ok := indicator.ParseMeasure(f.Indicator); !ok {
		return fmt.Errorf("indicator: there is no indicator or measure %q; %s", f.Indicator, hintOr(catalogue.Suggest(f.Indicator), "docs/indicators.md lists what there is"))
	}
	parts := ratioForm.FindStringSubmatch(formula)
	var measures []string
	for _, name := range parts[min(1, len(parts)):] {
		if _, ok := indicator.ParseMeasure(name); ok {
			measures = append(measures, name)
		}
	}
	if len(measures) == 0 || parts[2] != "" && len(measures) != 2 {
		return fmt.Errorf("indicator: %s is %s, which one figure does not give; enter the measures of that formula, one row each", f.Indicator, formula)
	}
	for _, name := range measures {
		if m, _ := indicator.ParseMeasure(name); !m.Info().Scopes.Has(e.kind) {
			return fmt.Errorf("scope: %s is not counted by %s", name, e.kind)
		}
	}
	e.measure = measures
	if f.Value == withdrawWord {
		for range measures {
			e.add(1, store.EnteredWithdrawn)
		}
		return nil
	}
	value, err := readNumber(f.Value, unit == indicator.UnitPercent)
	if err != nil {
		return fmt.Errorf("value: %w", err)
	}
	if len(measures) == 1 {
		if value != math.Trunc(value) {
			return fmt.Errorf("value: found %s, %s is a whole number", f.Value, measures[0])
		}
		e.add(int64(value), store.EnteredValue)
		return nil
	}
	n, err := strconv.ParseInt(f.N, 10, 64)
	if err != nil || n < 1 {
		return fmt.Errorf("n: found %q; %s is %s, so write the number of cases (%s), for example 120", f.N, f.Indicator, formula, measures[1])
	}
	e.add(int64(math.Round(value*float64(n))), store.EnteredValue)
	e.add(n, store.EnteredValue)
	return nil
}

// add notes the next measure's value. A fact cannot hold a 0, so that is said by its meaning.
func (e *entry) add(value int64, meaning string) {
	if value == 0 {
		value, meaning = 1, store.EnteredZero
	}
	e.value, e.meaning = append(e.value, value), append(e.meaning, meaning)
}

func hintOr(hint, otherwise string) string {
	if hint != "" {
		return hint
	}
	return otherwise
}

// readNumber reads 82 %, 0.82, 4,5 or 1200. A share without its sign must be at most 1.
func readNumber(text string, share bool) (float64, error) {
	digits, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	value, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(digits), ",", ".", 1), 64)
	switch {
	case err != nil || math.IsNaN(value) || math.Abs(value) > event.MaxCorrectionDelta:
		return 0, fmt.Errorf("found %q, write a number such as 1200, 4.5 or 82 %%", text)
	case percent && !share:
		return 0, fmt.Errorf("found %q, this is no share; write it without %%", text)
	case percent:
		value /= 100
	}
	if share && (value < 0 || value > 1) {
		return 0, fmt.Errorf("found %q, a share is from 0 %% to 100 %%; write it with its sign, such as 82 %%", text)
	}
	return value, nil
}

// enteredEvents are the corrections that enter figures, one for each measure, at the beginning of its business day.
func enteredEvents(centre string, entries []entry, calendar *zone.Calendar, at event.Millis) ([]event.Event, error) {
	var events []event.Event
	for i := range entries {
		e := &entries[i]
		start, _ := calendar.Bounds(e.day)
		if start >= at {
			return nil, fmt.Errorf("day %s has not begun yet; a figure is of a day that was", time.Unix(int64(e.day)*24*60*60, 0).UTC().Format(time.DateOnly))
		}
		for k, measure := range e.measure {
			data, err := json.Marshal(event.Correction{Measures: map[string]int64{measure: e.value[k]}, Note: "entered"})
			if err != nil {
				return nil, fmt.Errorf("writing a figure: %w", err)
			}
			ev := event.Event{ID: fmt.Sprintf("%d-%d-%d", at, i, k), Source: recordSource, Type: event.CorrectionIssued, Time: start, Received: at,
				Centre: centre, Lane: store.EnteredLane, ContactReason: store.EnteredReason(e.kind, e.meaning[k]), Data: data}
			e.place(&ev)
			if err := ev.Validate(); err != nil {
				return nil, fmt.Errorf("a figure of %s %s: %w", e.kind, e.scope, err)
			}
			events = append(events, ev)
		}
	}
	return events, nil
}

// place gives the event the scope's dimension.
func (e *entry) place(ev *event.Event) {
	switch e.kind {
	case indicator.ScopeProgramme:
		ev.Programme = e.scope
	case indicator.ScopeTeam:
		ev.Team = e.scope
	case indicator.ScopeAdvisor:
		ev.Advisor = e.scope
	case indicator.ScopeQueue:
		ev.Queue = e.scope
	case indicator.ScopeCampaign:
		ev.Campaign = e.scope
	case indicator.ScopeChannel:
		ev.Channel = e.scope
	case indicator.ScopeLine:
		ev.Line = e.scope
	case indicator.ScopeWorkstation:
		ev.Workstation = e.scope
	}
}
