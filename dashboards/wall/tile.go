// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"math"
	"slices"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
)

// figure is what a tile shows, before words.
type figure struct {
	scopes []Scope
	ind    *indicator.Indicator // nil for a gauge
	raw    float64              // in the unit of the format
	value  indicator.Value
	gauge  int64
	known  bool // this version computes it
	valid  bool // there is something to show
	minN   int64
	format Format
}

// tile evaluates one tile.
func (e *evaluation) tile(spec *TileSpec) Tile {
	t := Tile{ID: spec.ID, Title: e.say(spec.Title), Window: e.say(windowWords[spec.Window]), Indicator: spec.Indicator + spec.Gauge,
		Scopes: []string{}, Notes: []string{}}
	f := e.figure(spec)
	for _, s := range f.scopes {
		t.Scopes = append(t.Scopes, s.String())
	}
	limits := e.limits(spec, &f)
	t.State = e.state(spec, &f, limits)
	if f.valid {
		w := write(e.Lang, f.format, f.raw)
		t.Value, t.Unit, t.Text = w.number, w.unit, w.text(e.Lang)
		e.addRaw(&t, &f)
		t.Target = e.target(spec, &f, limits)
		if t.State.judged() {
			t.Gap, t.Trend = e.gap(spec, &f, limits), e.trend(spec, &f)
			if spec.Aside != nil {
				t.Gap = e.detail(spec.Aside, spec, f.scopes)
			}
		}
	}
	e.addNotes(&t, spec, &f)
	e.addOf(&t, spec, &f, limits)
	e.extra(&t, spec, &f, limits)
	for _, p := range spec.Bar {
		t.Bar = append(t.Bar, e.part(&p, f.scopes))
	}
	if e.Stale {
		t.State = StateStale
	}
	t.Word = e.say(stateWords[t.State])
	return t
}

// judged tells the states that say something of a value that has enough cases.
func (s State) judged() bool {
	return slices.Contains([]State{StateOK, StateWatch, StateAct, StateLow, StateInfo}, s)
}

func (e *evaluation) figure(spec *TileSpec) figure {
	f := figure{scopes: e.scopes(spec.Scope), format: spec.Format, minN: spec.MinN}
	if len(f.scopes) == 0 {
		return f
	}
	if spec.Gauge != "" {
		f.gauge, f.known = e.Reading.Gauge(spec.Gauge, f.scopes...)
		if spec.AddLate {
			late, _ := e.Reading.Gauge(spec.Late, f.scopes...)
			f.gauge += late
		}
		f.valid, f.raw = f.known, float64(f.gauge)
		return f
	}
	if f.value, f.known = e.value(spec.Indicator, spec.Window, f.scopes); !f.known {
		return f
	}
	f.ind, _ = e.Catalogue.Lookup(spec.Indicator)
	f.raw, f.valid = f.value.Float()
	if f.ind.Unit == indicator.UnitBp && spec.Format == FormatPercent {
		f.raw /= fullBp // a score of 8,500 is 85 %
	}
	if f.minN == 0 {
		f.minN = f.ind.MinSample
	}
	return f
}

const fullBp = 10_000

// addOf shows the count that a figure is judged against beside it, and its share of that.
func (e *evaluation) addOf(t *Tile, spec *TileSpec, f *figure, b bounds) {
	if spec.Judge != JudgeAgainst || !t.State.judged() {
		return
	}
	of, _ := e.value(spec.Of, spec.Window, f.scopes)
	t.Unit = "/" + narrowSpace + decimal(e.Lang, float64(of.Numerator), 0)
	t.Text = t.Value + narrowSpace + t.Unit
	wanted := e.say(wordTarget, "\u2265\u00a0"+writeLimit(e.Lang, FormatPercent, float64(b.OK)/fullBp).text(e.Lang))
	if of.Numerator > 0 {
		t.Gap = writeLimit(e.Lang, FormatPercent, math.Round(float64(100*f.value.Numerator)/float64(of.Numerator))/100).text(e.Lang)
	}
	t.Target = wanted
	t.addFirst(wanted)
}

// addRaw gives what the value was made from.
func (e *evaluation) addRaw(t *Tile, f *figure) {
	raw := f.raw
	if f.ind == nil {
		t.Raw = &raw
		return
	}
	if x, ok := f.value.Float(); ok {
		raw = x
	}
	numerator, denominator := f.value.Numerator, f.value.Denominator
	t.Raw, t.Numerator, t.Denominator = &raw, &numerator, &denominator
	if n := f.value.Sample; f.ind.HasSample() {
		t.N = &n
		if f.format != FormatCount {
			t.Cases = e.say(wordCases, decimal(e.Lang, float64(n), 0))
		}
	}
}

// addNotes adds the small lines of a tile, the most important first.
func (e *evaluation) addNotes(t *Tile, spec *TileSpec, f *figure) {
	note := func(text string) {
		if text != "" {
			t.Notes = append(t.Notes, text)
		}
	}
	switch {
	case len(f.scopes) == 0:
		note(e.say(wordNoQueue))
		return
	case !f.known:
		note(e.unknown(spec))
		return
	case t.State == StateClosed:
		if until := e.opening(spec.Scope).until; !until.IsZero() {
			note(e.say(wordOpensAt, hourMinute(e.Lang, until)))
		}
		return
	case t.State == StateNoData:
		note(e.say(wordNothing))
		return
	}
	if t.State == StateTooFew && !spec.Brief {
		note(e.say(wordAtLeast, decimal(e.Lang, float64(f.minN), 0)))
		if spec.Judge != JudgeReference {
			note(t.Target)
		}
		return // nobody judges the figure, so what stands behind it can wait
	}
	if forecast := e.forecast(spec, f); forecast != "" {
		note(forecast) // it says the target
	} else if !spec.Brief {
		note(t.Target)
		note(e.thresholds(spec, f))
	}
	if opening := e.opening(spec.Scope); spec.Hours && !opening.until.IsZero() {
		note(e.hours(opening))
	}
	for i := range spec.Details {
		note(e.detail(&spec.Details[i], spec, f.scopes))
	}
	note(e.say(spec.About))
	if spec.Judge == JudgeReference && t.Target == "" {
		note(e.say(wordNoReference))
	}
	if spec.Judge == JudgeWaiting {
		note(e.say(wordOnQueue, decimal(e.Lang, float64(e.onQueue(f.scopes)), 0)))
	}
}

// hours says until when it is open, and how long that is if it is within the hour.
func (e *evaluation) hours(o opening) string {
	at := hourMinute(e.Lang, o.until)
	left := o.until.Sub(e.now)
	switch {
	case !o.open:
		return e.say(wordOpensAt, at)
	case left < time.Hour:
		return e.say(wordOpenFor, at, decimal(e.Lang, math.Ceil(left.Minutes()), 0))
	}
	return e.say(wordOpenUntil, at)
}

// unknown says why a figure does not exist.
func (e *evaluation) unknown(spec *TileSpec) string {
	if _, known := e.Catalogue.Lookup(spec.Indicator); known && spec.Window.Days() > 0 {
		return e.say(wordNoHistory)
	}
	return e.say(wordNotYet)
}

// thresholds says within which time a service level counts, or that its queues differ in it.
func (e *evaluation) thresholds(spec *TileSpec, f *figure) string {
	if spec.Indicator != "sl_live" && spec.Indicator != "service_level" && spec.Gauge != gaugeLongest {
		return ""
	}
	first := e.thresholdMs(f.scopes[0])
	for _, s := range f.scopes {
		if e.thresholdMs(s) != first {
			return e.say(wordMixed)
		}
	}
	return e.say(wordThreshold, duration(e.Lang, first).text(e.Lang))
}

func (e *evaluation) thresholdMs(s Scope) int64 {
	return e.Config.Queue(s.ID, e.Reading.AsOfMs).ThresholdMs
}

func (e *evaluation) detail(d *Detail, spec *TileSpec, scopes []Scope) string {
	raw, ok := 0.0, false
	if d.Gauge != "" {
		var n int64
		n, ok = e.Reading.Gauge(d.Gauge, scopes...)
		raw = float64(n)
	} else {
		window := d.Window
		if window == "" {
			window = spec.Window
		}
		v, known := e.value(d.Indicator, window, scopes)
		if raw, ok = v.Float(); !known {
			ok = false
		}
	}
	if !ok || d.HideZero && raw <= 0 {
		return ""
	}
	return e.say(d.Label, write(e.Lang, d.Format, raw).text(e.Lang))
}

// gaugeDoing begins the names of the gauges that count advisors by what they do.
const gaugeDoing = "doing_"

// DoingGauge is the name under which a Reading counts the advisors of a scope who do something, such as "on_contact".
func DoingGauge(activity string) string { return gaugeDoing + activity }

func (e *evaluation) part(p *PartSpec, scopes []Scope) Part {
	part := Part{ID: p.ID, Label: e.say(p.Label)}
	for _, activity := range p.Activities {
		n, _ := e.Reading.Gauge(DoingGauge(activity), scopes...)
		part.Count += n
	}
	return part
}

// trendOf names the shorter window that tells where a value is going.
var trendOf = map[Window]Window{Last30m: Last15m, LastHour: Last15m, Today: LastHour}

const (
	trendShare = 0.03 // what is less than that apart is steady
	trendMinN  = 5
)

// trend compares a rate with that of a shorter window.
func (e *evaluation) trend(spec *TileSpec, f *figure) Trend {
	shorter := trendOf[spec.Window]
	if f.ind == nil || shorter == "" || spec.Format == FormatCount || spec.Format == FormatMoney || f.raw == 0 {
		return Trend{}
	}
	if f.ind.Unit == indicator.UnitMs && !f.ind.HasSample() {
		return Trend{} // a sum of time: a longer window has more of it
	}
	recent, _ := e.value(spec.Indicator, shorter, f.scopes)
	x, ok := recent.Float()
	whole, _ := f.value.Float()
	if !ok || f.ind.HasSample() && recent.Sample < max(f.minN/2, trendMinN) {
		return Trend{}
	}
	switch change := (x - whole) / math.Abs(whole); {
	case change > trendShare:
		return Trend{"up", e.say(wordUp)}
	case change < -trendShare:
		return Trend{"down", e.say(wordDown)}
	}
	return Trend{"flat", e.say(wordFlat)}
}
