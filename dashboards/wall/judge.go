// SPDX-License-Identifier: Apache-2.0

package wall

import "github.com/vigie-kpi/vigie/event"

// bounds are the limits of a tile in the unit of its value, and the target behind them.
type bounds struct {
	Limits
	target   event.TargetConfig
	targeted bool // a target of the configuration moved them
	// reference is what JudgeReference compares with: the target, or else the scope's own past; 0: nothing is known.
	reference float64
	ownPast   bool
}

// limits finds the borders between the words: a site's own, else the board's, moved by the target in force. The border
// between watch and act keeps its distance.
func (e *evaluation) limits(spec *TileSpec, f *figure) bounds {
	b := bounds{Limits: spec.Limits}
	if own, ok := e.Limits[spec.ID]; ok {
		b.Limits = own
		return b
	}
	if b.target, b.targeted = e.commonTarget(spec, f); !b.targeted {
		e.setReference(spec, f, &b)
		return b
	}
	value := b.target.Value
	switch spec.Judge {
	case JudgeHigher, JudgeLower:
		b.OK, b.Watch = value, value+b.Watch-b.OK
	case JudgeBand:
		if b.target.ValueTo != nil {
			b.Low, b.OK, b.Watch = value, *b.target.ValueTo, *b.target.ValueTo+b.Watch-b.OK
		}
	case JudgeReference:
		b.reference = float64(value)
	}
	return b
}

// referenceWindow is how far back the past reaches with which a figure without a target is compared.
const referenceWindow = FourWeeks

func (e *evaluation) setReference(spec *TileSpec, f *figure, b *bounds) {
	if spec.Judge != JudgeReference {
		return
	}
	if past, known := e.pastValue(spec.Indicator, referenceWindow, f.scopes); known && past.Sample >= f.minN {
		b.reference, b.ownPast = past.Float()
	}
}

// commonTarget is the target of all scopes of a tile, or else the centre's; none when they differ.
func (e *evaluation) commonTarget(spec *TileSpec, f *figure) (event.TargetConfig, bool) {
	var common event.TargetConfig
	found := 0
	for _, s := range f.scopes {
		t, ok := e.Config.Target(spec.Indicator, s, e.Reading.AsOfMs)
		if !ok {
			continue
		}
		if found > 0 && t.Value != common.Value {
			return event.TargetConfig{}, false
		}
		common, found = t, found+1
	}
	if found > 0 && found == len(f.scopes) {
		return common, true
	}
	if found > 0 || spec.Indicator == "" {
		return event.TargetConfig{}, false
	}
	return e.Config.Target(spec.targetID(), Scope{}, e.Reading.AsOfMs)
}

// targetID is the indicator on which centres set the target of a tile: that of the answer rate is written for the plain one.
func (s *TileSpec) targetID() string {
	if s.Indicator == answerRate.Indicator {
		return "answer_rate"
	}
	return s.Indicator
}

// state says how a tile stands, what cannot be judged first.
func (e *evaluation) state(spec *TileSpec, f *figure, b bounds) State {
	switch {
	case len(f.scopes) == 0 || !f.known:
		return StateNoData
	case (f.empty() || spec.Judge == JudgeBand && e.nobody(f.scopes)) && !e.opening(spec.Scope).open:
		return StateClosed
	case !f.valid:
		return StateNoData
	case f.ind != nil && f.ind.HasSample() && f.value.Sample < f.minN:
		return StateTooFew
	}
	return e.judge(spec, f, b)
}

// nobody tells that no advisor is at work: then a share of their time is that of the last one who left.
func (e *evaluation) nobody(scopes []Scope) bool {
	n, known := e.Reading.Gauge("advisors_logged", scopes...)
	return known && n == 0
}

// empty tells that there is nothing that a closed centre would hide: nobody waits, nothing was counted.
func (f *figure) empty() bool {
	switch {
	case !f.valid:
		return true
	case f.ind == nil:
		return f.gauge == 0
	case f.ind.HasSample():
		return f.value.Sample == 0
	}
	return f.value.Numerator == 0
}

func (e *evaluation) judge(spec *TileSpec, f *figure, b bounds) State {
	x := scaled(f.format, f.raw)
	switch spec.Judge {
	case JudgeHigher:
		return higher(x, b.Limits)
	case JudgeLower:
		return lower(x, b.Limits)
	case JudgeBand:
		if x < float64(b.Low) {
			return StateLow
		}
		return lower(x, b.Limits)
	case JudgeReference:
		return reference(x, b)
	case JudgeWaiting:
		return waitingState(f.gauge, e.onQueue(f.scopes), b.Limits)
	case JudgeLongest:
		return e.longestState(f.scopes, b.Limits)
	case JudgeShare:
		return e.shareState(spec, f, b.Limits)
	case JudgeAgainst:
		of, _ := e.value(spec.Of, spec.Window, f.scopes)
		return against(f.value.Numerator, of.Numerator, b.Limits)
	case JudgePromise:
		late, _ := e.Reading.Gauge(spec.Late, f.scopes...)
		some := f.gauge
		if spec.Some != "" {
			some, _ = e.Reading.Gauge(spec.Some, f.scopes...)
		}
		return promiseState(some, late)
	case JudgeHelp:
		askedMs, _ := e.Reading.Gauge(GaugeHelpMs, f.scopes...)
		return promiseState(f.gauge, max(askedMs-b.Watch, 0))
	}
	return StateInfo
}

// scaled brings a value into the unit of Limits. A share and a limit in basis points are each the nearest double to a
// fraction, so a value that equals its limit compares as equal.
func scaled(f Format, x float64) float64 {
	switch f {
	case FormatPercent:
		return nearest(x * fullBp)
	case FormatPerHour, FormatPoints:
		return nearest(x * 100)
	}
	return x
}

// nearest takes the dust of a multiplication away, so that 80 % is 8,000 basis points; it keeps a millionth of one.
func nearest(x float64) float64 {
	const grain = 1e6
	if x < 0 {
		return -nearest(-x)
	}
	return float64(int64(float64(x*grain)+0.5)) / grain
}

func higher(x float64, l Limits) State {
	switch {
	case x >= float64(l.OK):
		return StateOK
	case x >= float64(l.Watch):
		return StateWatch
	}
	return StateAct
}

func lower(x float64, l Limits) State {
	switch {
	case x <= float64(l.OK):
		return StateOK
	case x <= float64(l.Watch):
		return StateWatch
	}
	return StateAct
}

// reference judges the distance from a target, in basis points of it. Being fast earns no praise: what is far below says as
// much about the customer as what is far above.
func reference(x float64, b bounds) State {
	if b.reference == 0 {
		return StateInfo
	}
	away := x - b.reference
	if away < 0 {
		away = -away
	}
	return lower(nearest(away*fullBp/b.reference), b.Limits)
}

// against judges a count by its share of another; of nothing, any will do.
func against(n, of int64, l Limits) State {
	switch {
	case n*fullBp >= l.OK*of:
		return StateOK
	case n*fullBp >= l.Watch*of:
		return StateWatch
	}
	return StateAct
}

// promiseState judges what is still to be done, and what of it is too late.
func promiseState(open, late int64) State {
	switch {
	case late > 0:
		return StateAct
	case open > 0:
		return StateWatch
	}
	return StateOK
}

// waitingFew is how many may always wait.
const waitingFew = 2

// waitingState judges who waits against who is there to answer: 2, or the share OK of them; then the share Watch.
func waitingState(waiting, onQueue int64, l Limits) State {
	switch {
	case waiting <= waitingFew || waiting*fullBp <= l.OK*onQueue:
		return StateOK
	case waiting*fullBp <= l.Watch*onQueue:
		return StateWatch
	}
	return StateAct
}

// longestState judges each queue against its own T; the worst speaks for all.
func (e *evaluation) longestState(scopes []Scope, l Limits) State {
	worst := StateOK
	for _, s := range scopes {
		waitMs, _ := e.Reading.Gauge(gaugeLongest, s)
		thresholdMs := e.thresholdMs(s)
		state := lower(float64(waitMs), Limits{OK: l.OK * thresholdMs, Watch: l.Watch * thresholdMs})
		if state == StateAct || state == StateWatch && worst == StateOK {
			worst = state
		}
	}
	return worst
}

// shareState judges a count against another.
func (e *evaluation) shareState(spec *TileSpec, f *figure, l Limits) State {
	except, _ := e.value(spec.Except, spec.Window, f.scopes)
	of, _ := e.value(spec.Of, spec.Window, f.scopes)
	n := f.value.Numerator - except.Numerator
	switch {
	case n <= l.OK:
		return StateOK
	case n*fullBp <= l.Watch*of.Numerator:
		return StateWatch
	}
	return StateAct
}

// target says what is wanted.
func (e *evaluation) target(spec *TileSpec, f *figure, b bounds) string {
	show := func(limit int64) string { return writeLimit(e.Lang, f.format, unscaled(f.format, limit)).text(e.Lang) }
	switch spec.Judge {
	case JudgeHigher:
		return e.say(wordTarget, "\u2265\u00a0"+show(b.OK))
	case JudgeLower:
		if f.format == FormatCount && b.OK == 0 {
			return "" // none is wanted: the figure says it
		}
		return e.say(wordTarget, "\u2264\u00a0"+show(b.OK))
	case JudgeBand:
		return e.say(wordTargetBand, show(b.Low), show(b.OK))
	case JudgeReference:
		switch {
		case b.targeted:
			return e.say(wordTarget, show(b.target.Value))
		case b.ownPast:
			return e.say(wordReference, show(int64(b.reference)), e.say(windowWords[referenceWindow]))
		}
	}
	return ""
}

func unscaled(f Format, limit int64) float64 {
	switch f {
	case FormatPercent:
		return float64(limit) / fullBp
	case FormatPerHour, FormatPoints:
		return float64(limit) / 100
	}
	return float64(limit)
}

// gap is how far a share or a duration is from what is wanted; positive is good.
func (e *evaluation) gap(spec *TileSpec, f *figure, b bounds) string {
	distance := f.raw - unscaled(f.format, b.OK)
	if spec.Judge == JudgeLower {
		distance = -distance
	} else if spec.Judge != JudgeHigher {
		return ""
	}
	switch f.format {
	case FormatPercent:
		return e.say(wordPoints, signed(e.Lang, 100*distance, 1))
	case FormatDuration:
		return signed(e.Lang, distance/1000, 0) + narrowSpace + "s"
	case FormatPerHour, FormatPoints, FormatMean:
		return signed(e.Lang, distance, 1)
	}
	return ""
}
