// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
)

// ReplayReport is what a replay counted.
//
// Every line is accounted for: Lines = Producing + Ignored + LineLetters; and every event: Events are those digested or
// refused, EventLetters of them refused and Duplicates of them known before.
type ReplayReport struct {
	Centre   string
	Window   string
	From, To time.Time // of the window, in the centre's zone; zero when there was no event
	Events   int64
	Scopes   []ReplayScope

	Lines, Producing          int64
	Ignored                   []LabelCount // lines that were understood and make no event, by reason
	LineLetters, EventLetters int64        // dead letters: lines that could not be read, events that were refused
	Duplicates                int64
	Notes                     []string // what a person should know or do, in plain words
}

// DeadLetters counts the pieces of input that did not count.
func (r *ReplayReport) DeadLetters() int64 { return r.LineLetters + r.EventLetters }

// ReplayScope is what one queue, advisor, team and so on is worth.
type ReplayScope struct {
	Kind indicator.ScopeKind
	ID   string

	// The wait at the end of the input, and the law that every contact offered is accounted for; of centres and queues
	// only. Balance is offered - answered - abandoned - left - lost - waiting over the whole input: 0, whatever the window.
	HasWaiting    bool
	Waiting       int64
	LongestWaitMs int64
	Balance       int64

	Measures   []ReplayMeasure
	Indicators []ReplayIndicator
}

// ReplayMeasure is the sum of a measure.
type ReplayMeasure struct {
	Measure indicator.Measure
	Sum     int64
}

// ReplayIndicator is the value of an indicator.
type ReplayIndicator struct {
	*indicator.Indicator
	Value indicator.Value
}

// Check returns an error when the numbers contradict each other, or when nothing of the input could be used.
func (r *ReplayReport) Check() error {
	for i := range r.Scopes {
		if s := &r.Scopes[i]; s.Balance != 0 {
			return fmt.Errorf("%s %s does not balance: offered - answered - abandoned - left - lost - waiting = %d, must be 0: "+
				"please report this, with the input if you can", s.Kind, s.ID, s.Balance)
		}
	}
	if r.Events == 0 && r.DeadLetters() > 0 {
		return fmt.Errorf("not one of the %d lines became an event: is this the right file for the source?", r.Lines)
	}
	return nil
}

// scopeOrder is the order of a report: from the whole to the single person.
func scopeOrder() []indicator.ScopeKind {
	return []indicator.ScopeKind{indicator.ScopeCentre, indicator.ScopeProgramme, indicator.ScopeQueue, indicator.ScopeCampaign,
		indicator.ScopeChannel, indicator.ScopeTeam, indicator.ScopeAdvisor, indicator.ScopeLine, indicator.ScopeWorkstation}
}

// report reads everything that the replay came to.
func (r *replayer) report(catalogue *indicator.Catalogue, counts replayCounts) *ReplayReport {
	report := &ReplayReport{Centre: r.o.Centre, Window: r.o.Window, Events: r.events, Lines: counts.lines,
		Producing: counts.producing, Ignored: counts.ignored, LineLetters: r.lineLetters, EventLetters: r.eventLetters,
		Duplicates: r.machine.Counters().Duplicates, Notes: append(r.leapNotes(), counts.remedies...)}
	w := r.world()
	if w == nil {
		return report
	}
	report.From, report.To = r.bounds()
	b := reportBuilder{world: w, sums: r.totals, totals: r.totals, measures: make([]int64, indicator.NumMeasures),
		whole: make([]int64, indicator.NumMeasures), indicators: bookedIndicators(catalogue)}
	if window, ok := aggregator.ParseWindow(r.o.Window); ok {
		b.sums = windowSums{w, window}
	}
	for _, kind := range scopeOrder() {
		for _, id := range b.sums.names(kind) {
			report.Scopes = append(report.Scopes, b.scope(kind, id))
		}
	}
	return report
}

// reportBuilder evaluates scopes.
type reportBuilder struct {
	world      *aggregator.World
	sums       replaySums
	totals     *replayTotals
	indicators []*indicator.Indicator
	measures   []int64 // of the scope at hand
	whole      []int64 // the same over whole minutes
}

func (b *reportBuilder) scope(kind indicator.ScopeKind, id string) ReplayScope {
	s := ReplayScope{Kind: kind, ID: id}
	b.sums.measures(kind, id, false, b.measures)
	b.sums.measures(kind, id, true, b.whole)
	for _, m := range bookedMeasures() {
		if m.Info().Scopes.Has(kind) {
			s.Measures = append(s.Measures, ReplayMeasure{m, b.measures[m]})
		}
	}
	for _, i := range b.indicators {
		if i.Scopes.Has(kind) {
			s.Indicators = append(s.Indicators, ReplayIndicator{i, b.value(kind, id, i)})
		}
	}
	b.balance(&s)
	return s
}

func (b *reportBuilder) value(kind indicator.ScopeKind, id string, i *indicator.Indicator) indicator.Value {
	if family, ok := i.Bins(); ok {
		return i.EvalBins(b.sums.bins(kind, id, family))
	}
	if i.TouchesTime() {
		return i.Eval(b.whole)
	}
	return i.Eval(b.measures)
}

// balance fills in who waits, and checks that nobody got lost on the way.
func (b *reportBuilder) balance(s *ReplayScope) {
	queue := ""
	switch s.Kind {
	case indicator.ScopeCentre:
	case indicator.ScopeQueue:
		queue = s.ID
	default:
		return
	}
	waiting, longestMs := b.world.Waiting(queue)
	s.HasWaiting, s.Waiting, s.LongestWaitMs = true, int64(waiting), longestMs
	b.totals.measures(s.Kind, s.ID, false, b.measures)
	m := b.measures
	s.Balance = m[indicator.Offered] - m[indicator.Answered] - m[indicator.Abandoned] - m[indicator.Left] - m[indicator.Lost] - s.Waiting
}

// bounds are the first and the last instant of the window.
func (r *replayer) bounds() (from, to time.Time) {
	loc, err := zone.Load(r.o.Config.Centre.Zone)
	if err != nil {
		panic("BUG: the zone was checked before the replay: " + err.Error())
	}
	const paneMs = 10_000 // windows move in panes of ten seconds
	start := r.first
	window, ok := aggregator.ParseWindow(r.o.Window)
	switch {
	case !ok:
	case window == aggregator.WindowToday:
		calendar := zone.NewCalendar(loc, r.o.Config.Centre.DayStartsAtMinutes)
		start, _ = calendar.Bounds(calendar.Day(r.clock))
	default:
		length, err := time.ParseDuration(window.String())
		if err != nil {
			panic("BUG: a rolling window is named by its length: " + err.Error())
		}
		start = r.clock - r.clock%paneMs - length.Milliseconds()
	}
	return time.UnixMilli(start).In(loc), time.UnixMilli(r.clock).In(loc)
}

// leapNotes tells a person where the log's time moved strangely.
func (r *replayer) leapNotes() []string {
	var notes []string
	if l := &r.behind; l.times > 0 {
		notes = append(notes, fmt.Sprintf("%s: the time goes back by %s (%d times in all): give rotated files oldest first; what is more "+
			"than a day older than the newest event is refused as too late", l.place, roundDuration(l.byMs), l.times))
	}
	if l := &r.ahead; l.times > 0 {
		notes = append(notes, fmt.Sprintf("%s: the time jumps ahead by %s (%d times in all): if that is a broken clock, remove the line, "+
			"because everything after it counts as late", l.place, roundDuration(l.byMs), l.times))
	}
	return notes
}

func roundDuration(ms event.Millis) string {
	const dayMs = 24 * 60 * 60_000
	if ms >= 2*dayMs {
		return fmt.Sprintf("%d days", ms/dayMs)
	}
	return strings.TrimSuffix((time.Duration(ms) * time.Millisecond).Round(time.Minute).String(), "0s")
}
