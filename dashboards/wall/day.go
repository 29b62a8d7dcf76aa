// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
)

// Day is the course of a business day, and what the days before it add up to. It is immutable once made.
type Day struct {
	StartMs, EndMs int64
	// SinceMs is when this process began to watch, where the beginning of the day is not known; 0 when it is.
	SinceMs int64
	// Quarters are in order of time, per scope.
	Quarters map[Scope][]Quarter
	// Usual adds up the same weekday of past weeks, by the quarters of today; UsualDays is how many of these days there are.
	Usual     map[Scope][]Quarter
	UsualDays int64
	// Long are the sums of the days before today.
	Long map[Window]map[Scope]*WindowSums
}

// Quarter is what a quarter of an hour holds.
type Quarter struct {
	StartMs int64
	Sums    *WindowSums
	Open    bool // still going on
	Part    bool // its beginning is not known
}

// QuarterMs is a quarter of an hour.
const QuarterMs = int64(15 * 60 * 1000)

// maxQuarters is a day of 25 hours.
const maxQuarters = 25 * 4

// curve draws the hours in which the board is open, and whatever lies beside them.
func (e *evaluation) curve(spec *CurveSpec) *Curve {
	d := e.Day
	count, countKnown := e.Catalogue.Lookup(spec.Count)
	rate, rateKnown := e.Catalogue.Lookup(spec.Rate)
	scopes := e.scopes(spec.Scope)
	c := &Curve{Title: e.say(spec.Title), Bars: e.say(spec.Bars), Line: e.say(spec.Line), Quarters: []CurvePoint{}, Ticks: []Tick{}, Flags: []CurveFlag{}}
	if d == nil || !countKnown || !rateKnown || len(scopes) == 0 {
		c.Note = e.say(wordNotYet)
		return c
	}
	c.Table = e.say(wordTable, c.Bars, c.Line)
	target := float64(spec.Target) / 100
	if t, ok := e.commonTarget(&TileSpec{Indicator: dayService.Indicator}, &figure{scopes: scopes}); ok && spec.Scope == ServedQueues {
		target = float64(t.Value) / 100
	}
	c.Target, c.TargetText = &target, e.say(wordTarget, writeLimit(e.Lang, FormatPercent, target/100).text(e.Lang))
	from, to := e.curveSpan(spec.Scope, count)
	for start := from; start < to && len(c.Quarters) < maxQuarters; start += QuarterMs {
		c.Quarters = append(c.Quarters, e.curvePoint(start, scopes, count, rate))
	}
	if e.hasUsual(scopes) {
		c.Expected = e.say(wordUsual, longDay(e.Lang, e.now))
	}
	if d.SinceMs != 0 {
		c.Note = e.say(wordSinceStart, hourMinute(e.Lang, time.UnixMilli(d.SinceMs).In(e.Config.Location)))
	}
	e.finishCurve(c, from)
	return c
}

func longDay(l Lang, t time.Time) string {
	if l == French {
		return frenchDays[t.Weekday()]
	}
	return t.Format("Monday")
}

// curveSpan is the part of the day to draw: from the first opening to the last close, widened to whatever is busy. A queue
// that never closes does not widen it by itself.
func (e *evaluation) curveSpan(rule ScopeRule, count *indicator.Indicator) (from, to int64) {
	d := e.Day
	from, to = d.EndMs, d.StartMs
	widen := func(a, b int64) { from, to = min(from, max(a, d.StartMs)), max(to, min(b, d.EndMs)) }
	for _, s := range e.scopes(rule) {
		for _, span := range e.openSpans(s) {
			widen(span[0], span[1])
		}
	}
	busy := e.busyQuarters(e.scopes(rule), count)
	for _, start := range busy {
		widen(start, start+QuarterMs)
	}
	if from >= to {
		from, to = d.StartMs, d.EndMs
	}
	from -= from % QuarterMs
	if rest := to % QuarterMs; rest != 0 {
		to += QuarterMs - rest
	}
	return from, to
}

// busyShare is the share of the busiest quarter from which on a quarter is worth drawing outside the opening hours.
const busyShare = 0.08

// busyQuarters lists the quarters of this day, or of the usual one, in which a good part of the busiest one's came.
func (e *evaluation) busyQuarters(scopes []Scope, count *indicator.Indicator) []int64 {
	today, usual := map[int64]float64{}, map[int64]float64{}
	for _, s := range scopes {
		for _, q := range e.Day.Quarters[s] {
			today[q.StartMs] += float64(Eval(count.Form, q.Sums).Numerator)
		}
		for _, q := range e.Day.Usual[s] {
			usual[q.StartMs] += float64(Eval(count.Form, q.Sums).Numerator) / float64(max(e.Day.UsualDays, 1))
		}
	}
	var most float64
	starts := slices.Sorted(maps.Keys(today))
	starts = append(starts, slices.Sorted(maps.Keys(usual))...)
	for _, start := range starts {
		most = max(most, today[start], usual[start])
	}
	return slices.DeleteFunc(starts, func(start int64) bool { return max(today[start], usual[start]) <= busyShare*most })
}

// openSpans are the opening hours of a queue or campaign on this business day; none for one that never closes.
func (e *evaluation) openSpans(s Scope) [][2]int64 {
	k := e.Config.calendars[e.calendarOf(s)]
	if k == nil {
		return nil
	}
	if open, until := k.at(e.now); open && until.IsZero() {
		return nil
	}
	var spans [][2]int64
	first := time.UnixMilli(e.Day.StartMs).In(e.Config.Location)
	for ahead := range 2 { // a business day may end after midnight
		day := time.Date(first.Year(), first.Month(), first.Day()+ahead, 0, 0, 0, 0, e.Config.Location)
		for _, span := range k.spans(day) {
			from, to := minuteOf(day, span.From).UnixMilli(), minuteOf(day, span.To).UnixMilli()
			if from < e.Day.EndMs && to > e.Day.StartMs {
				spans = append(spans, [2]int64{from, to})
			}
		}
	}
	return spans
}

// lineMinN is the least number of cases of a quarter that has a point on the line: one call is 0 % or 100 %.
const lineMinN = 5

func (e *evaluation) curvePoint(start int64, scopes []Scope, count, rate *indicator.Indicator) CurvePoint {
	p := CurvePoint{StartMs: start, Time: time.UnixMilli(start).In(e.Config.Location).Format("15:04")}
	var parts, usual []*WindowSums
	for _, s := range scopes {
		if q := quarterAt(e.Day.Quarters[s], start); q != nil {
			parts = append(parts, q.Sums)
			p.Open, p.Part = p.Open || q.Open, p.Part || q.Part
		}
		if q := quarterAt(e.Day.Usual[s], start); q != nil {
			usual = append(usual, q.Sums)
		}
	}
	known := start <= e.Reading.AsOfMs && (e.Day.SinceMs == 0 || start+QuarterMs > e.Day.SinceMs)
	if known {
		n := Eval(count.Form, parts...).Numerator
		p.Bar = &n
		v := Eval(rate.Form, parts...)
		if x, ok := v.Float(); ok && v.Sample >= lineMinN {
			percent := 100 * x
			p.Line, p.LineText = &percent, write(e.Lang, FormatPercent, x).text(e.Lang)
		}
	}
	if e.hasUsual(scopes) {
		mean := float64(Eval(count.Form, usual...).Numerator) / float64(e.Day.UsualDays)
		p.Expected = &mean
	}
	return p
}

// hasUsual tells whether past weeks say anything of the scopes.
func (e *evaluation) hasUsual(scopes []Scope) bool {
	return slices.ContainsFunc(scopes, func(s Scope) bool { return len(e.Day.Usual[s]) > 0 })
}

func quarterAt(list []Quarter, start int64) *Quarter {
	for i := range list {
		if list[i].StartMs == start {
			return &list[i]
		}
	}
	return nil
}

// finishCurve adds the scale, the hours and the flags.
func (e *evaluation) finishCurve(c *Curve, from int64) {
	var most float64
	for i := range c.Quarters {
		p := &c.Quarters[i]
		if p.Bar != nil {
			most = max(most, float64(*p.Bar))
		}
		if p.Expected != nil {
			most = max(most, *p.Expected)
		}
		if strings.HasSuffix(p.Time, ":00") {
			c.Ticks = append(c.Ticks, Tick{float64(i), strconv.Itoa(time.UnixMilli(p.StartMs).In(e.Config.Location).Hour()) + narrowSpace + "h"})
		}
	}
	c.Top = niceTop(most)
	place := func(ms int64) float64 {
		x := float64(ms-from) / float64(QuarterMs)
		return max(0, min(x, float64(len(c.Quarters))))
	}
	for _, n := range e.notices() {
		until := n.UntilMs
		if until == 0 {
			until = e.Reading.AsOfMs
		}
		if until < from || n.FromMs >= from+int64(len(c.Quarters))*QuarterMs {
			continue
		}
		f := e.flag(n)
		c.Flags = append(c.Flags, CurveFlag{place(n.FromMs), place(until), n.Kind, f.Text + ", " + f.When})
	}
}

// niceTop is a round number at or above the highest bar.
func niceTop(most float64) int64 {
	for top := int64(10); ; top *= 10 {
		for _, step := range []int64{1, 2, 5} {
			if float64(top*step) >= most {
				return top * step
			}
		}
	}
}

// forecast says what the rest of the day must bring for the day to end at its target, when past weeks tell how much is to
// come.
func (e *evaluation) forecast(spec *TileSpec, f *figure) string {
	opening := e.opening(spec.Scope)
	if spec.ID != dayService.ID || e.Day == nil || e.Day.UsualDays == 0 || !opening.open {
		return ""
	}
	offered, known := e.Catalogue.Lookup("offered")
	if !known || f.value.Denominator <= 0 {
		return ""
	}
	var rest []*WindowSums
	for _, s := range f.scopes {
		for _, q := range e.Day.Usual[s] {
			if q.StartMs > e.Reading.AsOfMs-QuarterMs/2 {
				rest = append(rest, q.Sums)
			}
		}
	}
	toCome := Eval(offered.Form, rest...).Numerator / e.Day.UsualDays
	targetBp := e.limits(spec, f).OK
	rateBp, within := needed(f.value.Numerator, f.value.Denominator, toCome, targetBp)
	target := writeLimit(e.Lang, FormatPercent, float64(targetBp)/fullBp)
	switch {
	case toCome == 0 || rateBp <= 0:
		return ""
	case !within:
		return e.say(wordOutOfReach, target.text(e.Lang))
	}
	until := opening.until
	if until.IsZero() {
		until = time.UnixMilli(e.Day.EndMs).In(e.Config.Location)
	}
	rate := written{decimal(e.Lang, float64(rateBp)/100, 0), "%"}
	return e.say(wordToFinish, target.text(e.Lang), rate.text(e.Lang), hourMinute(e.Lang, until))
}

// needed is the share of what is to come that must be met for the whole to end at a target, in basis points, rounded up;
// within is false when all of it would not do.
func needed(met, due, toCome, targetBp int64) (rateBp int64, within bool) {
	if toCome <= 0 {
		return 0, met*fullBp >= targetBp*due
	}
	missing := targetBp*(due+toCome) - fullBp*met
	if missing <= 0 {
		return 0, true
	}
	rateBp = (missing + toCome - 1) / toCome
	return rateBp, rateBp <= fullBp
}

// BusinessDay returns the bounds of the centre's business day that an instant belongs to, in ms UTC.
func (c *Config) BusinessDay(at int64) (startMs, endMs int64) {
	calendar := zone.NewCalendar(c.Location, c.Centre.DayStartsAtMinutes)
	return calendar.Bounds(calendar.Day(at))
}
