// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"maps"
	"slices"
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
	// Stock is how the stock of messages stood at the starts of quarters, in order of time, as far as it is known.
	Stock []StockLevel
}

// StockLevel is how many messages were open at an instant, and how many of them were due that day, by queue; a queue that is
// absent had none.
type StockLevel struct {
	AtMs      int64
	Open, Due map[string]int64
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
	c := &Curve{Title: e.say(spec.Title), Bars: e.say(spec.Bars), Line: e.say(spec.Line), Inner: e.say(spec.Inner), PerBar: e.say(wordQuarter),
		Quarters: []CurvePoint{}, Ticks: []Tick{}, Flags: []CurveFlag{}, Bands: []CurveBand{}}
	scopes := e.scopes(spec.Scope)
	switch {
	case e.Day == nil || len(scopes) == 0:
		c.Note = e.say(wordNotYet)
		return c
	case spec.Burn != nil:
		e.burnDown(c, spec, scopes)
	default:
		e.course(c, spec, scopes)
	}
	names := []string{c.Bars}
	for _, name := range []string{c.Inner, c.Line} {
		if name != "" {
			names = append(names, name)
		}
	}
	c.Table = e.say(wordTable, strings.Join(names, ", "))
	if e.Day.SinceMs != 0 {
		c.Note = e.say(wordSinceStart, hourMinute(e.Lang, time.UnixMilli(e.Day.SinceMs).In(e.Config.Location)))
	}
	return c
}

// course draws how many there were, and a rate of them with its target.
func (e *evaluation) course(c *Curve, spec *CurveSpec, scopes []Scope) {
	count, countKnown := e.Catalogue.Lookup(spec.Count)
	rate, rateKnown := e.Catalogue.Lookup(spec.Rate)
	if !countKnown || !rateKnown {
		panic("BUG: a curve names what the catalogue does not have: " + spec.Count + ", " + spec.Rate)
	}
	target := float64(spec.Target) / 100
	if t, ok := e.commonTarget(&TileSpec{Indicator: dayService.Indicator}, &figure{scopes: scopes}); ok && spec.Scope == ServedQueues {
		target = float64(t.Value) / 100
	}
	c.Target, c.TargetText = &target, e.say(wordTarget, writeLimit(e.Lang, FormatPercent, target/100).text(e.Lang))
	from, to := e.curveSpan(spec.Scope, count)
	stepMs := QuarterMs
	if spec.Hourly {
		stepMs = 4 * QuarterMs
		from, to = from-mod(from, stepMs), to+mod(-to, stepMs)
		c.PerBar = e.say(wordHour)
	}
	for start := from; start < to && len(c.Quarters) < maxQuarters; start += stepMs {
		c.Quarters = append(c.Quarters, e.curvePoint(start, stepMs, scopes, count, rate, spec.Hourly))
	}
	if e.hasUsual(scopes) {
		c.Expected = e.say(wordUsual, longDay(e.Lang, e.now))
	}
	if spec.Legal.En != "" {
		c.BandText = e.say(spec.Legal)
		for _, span := range e.mergedSpans(spec.Scope) {
			c.Bands = append(c.Bands, CurveBand{c.place(span[0], from, stepMs), c.place(span[1], from, stepMs)})
		}
	}
	e.finishCurve(c, from, stepMs)
}

// mod is the remainder of a division that rounds down.
func mod(x, by int64) int64 { return ((x % by) + by) % by }

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

func (e *evaluation) curvePoint(start, stepMs int64, scopes []Scope, count, rate *indicator.Indicator, ofRate bool) CurvePoint {
	p := CurvePoint{StartMs: start, Time: e.clockAt(start)}
	var parts, usual []*WindowSums
	for _, s := range scopes {
		for _, q := range quartersIn(e.Day.Quarters[s], start, start+stepMs) {
			parts = append(parts, q.Sums)
			p.Open, p.Part = p.Open || q.Open, p.Part || q.Part
		}
		for _, q := range quartersIn(e.Day.Usual[s], start, start+stepMs) {
			usual = append(usual, q.Sums)
		}
	}
	p.Open = p.Open || start <= e.Reading.AsOfMs && e.Reading.AsOfMs < start+stepMs
	bar := func(sums []*WindowSums) int64 {
		if ofRate {
			return Eval(rate.Form, sums...).Denominator
		}
		return Eval(count.Form, sums...).Numerator
	}
	known := start <= e.Reading.AsOfMs && (e.Day.SinceMs == 0 || start+stepMs > e.Day.SinceMs)
	if known {
		n, v := bar(parts), Eval(rate.Form, parts...)
		p.Bar = &n
		if ofRate {
			p.Inner = &v.Numerator
		}
		if x, ok := v.Float(); ok && v.Sample >= lineMinN {
			percent := 100 * x
			p.Line, p.LineText = &percent, write(e.Lang, FormatPercent, x).text(e.Lang)
		}
	}
	if e.hasUsual(scopes) {
		mean := float64(bar(usual)) / float64(e.Day.UsualDays)
		p.Expected = &mean
	}
	return p
}

func (e *evaluation) clockAt(ms int64) string {
	return time.UnixMilli(ms).In(e.Config.Location).Format("15:04")
}

// hasUsual tells whether past weeks say anything of the scopes.
func (e *evaluation) hasUsual(scopes []Scope) bool {
	return slices.ContainsFunc(scopes, func(s Scope) bool { return len(e.Day.Usual[s]) > 0 })
}

// quartersIn are the quarters that start in [from, to).
func quartersIn(list []Quarter, from, to int64) []Quarter {
	var in []Quarter
	for _, q := range list {
		if q.StartMs >= from && q.StartMs < to {
			in = append(in, q)
		}
	}
	return in
}

// place is where an instant lies among the quarters.
func (c *Curve) place(ms, from, stepMs int64) float64 {
	return max(0, min(float64(ms-from)/float64(stepMs), float64(len(c.Quarters))))
}

// finishCurve adds the scale, the hours and the flags.
func (e *evaluation) finishCurve(c *Curve, from, stepMs int64) {
	var most float64
	for i := range c.Quarters {
		p := &c.Quarters[i]
		if p.Bar != nil {
			most = max(most, float64(*p.Bar))
		}
		if p.Expected != nil && c.Line != "" {
			most = max(most, *p.Expected) // of a burn-down the line may leave the picture: what matters is where it meets the bars
		}
		if strings.HasSuffix(p.Time, ":00") {
			c.Ticks = append(c.Ticks, Tick{float64(i), hourMinute(e.Lang, time.UnixMilli(p.StartMs).In(e.Config.Location))})
		}
	}
	c.Top = niceTop(most)
	for _, n := range e.notices() {
		until := n.UntilMs
		if until == 0 {
			until = e.Reading.AsOfMs
		}
		if until < from || n.FromMs >= from+int64(len(c.Quarters))*stepMs {
			continue
		}
		f := e.flag(n)
		c.Flags = append(c.Flags, CurveFlag{c.place(n.FromMs, from, stepMs), c.place(until, from, stepMs), n.Kind, f.Text + ", " + f.When})
	}
}

// niceTop is a round number at or above the highest bar.
func niceTop(most float64) int64 {
	for top := int64(10); ; top *= 10 {
		for _, step := range []int64{1, 2, 3, 4, 5, 6, 8} {
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
	rateBp = indicator.Needed(met, due, toCome, targetBp)
	return rateBp, rateBp <= fullBp
}

// BusinessDay returns the bounds of the centre's business day that an instant belongs to, in ms UTC.
func (c *Config) BusinessDay(at int64) (startMs, endMs int64) {
	calendar := zone.NewCalendar(c.Location, c.Centre.DayStartsAtMinutes)
	return calendar.Bounds(calendar.Day(at))
}
