// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
)

// levels say when a value is all right, when to watch it, and when to act. They are in the unit in which it is shown. The
// zero levels judge nothing.
type levels struct {
	better    indicator.Direction
	ok, watch float64 // higher: at least; lower: at most
	// For a band: all right from ok to okMax, to be watched from watch to watchMax.
	okMax, watchMax float64
}

func atLeast(ok, watch float64) levels {
	return levels{better: indicator.DirectionHigher, ok: ok, watch: watch}
}

func atMost(ok, watch float64) levels {
	return levels{better: indicator.DirectionLower, ok: ok, watch: watch}
}

func within(ok, okMax, watch, watchMax float64) levels {
	return levels{better: indicator.DirectionBand, ok: ok, okMax: okMax, watch: watch, watchMax: watchMax}
}

// judges tells whether there are levels at all.
func (l levels) judges() bool { return l.better != indicator.DirectionNone }

// moved are the levels for a target in place of the default one: what is to be watched stays as far from it.
func (l levels) moved(min, max float64) levels {
	switch l.better {
	case indicator.DirectionBand:
		return within(min, max, min-(l.ok-l.watch), max+(l.watchMax-l.okMax))
	case indicator.DirectionLower:
		return atMost(max, max+(l.watch-l.ok))
	}
	return atLeast(min, min-(l.ok-l.watch))
}

// just is a little: Grafana's steps begin at their value, so "at most 5" is orange from a little above 5. It is below what
// is shown of any unit. The words in SQL use the same bounds, so that a colour and its word never differ.
const just = 0.0001

// step is a colour from a value on; the first has none.
type step struct {
	from  float64
	color string
	word  state
}

// state is what to think of a value.
type state uint8

const (
	stateOK state = iota
	stateWatchLow
	stateActLow
	stateWatchHigh
	stateActHigh
)

// Colours that the colour-blind can tell apart, readable as text on a dark ground (Okabe and Ito).
const (
	colorOK      = "#56B4E9"
	colorWatch   = "#E69F00"
	colorAct     = "#D55E00"
	colorNeutral = "text" // Grafana's own name: light on a dark ground, dark on a light one
	colorMuted   = "#8E8E9A"
)

var stateColors = [...]string{stateOK: colorOK, stateWatchLow: colorWatch, stateActLow: colorAct, stateWatchHigh: colorWatch, stateActHigh: colorAct}

// steps are the colours by value, from the lowest.
func (l levels) steps() []step {
	at := func(from float64, s state) step { return step{from, stateColors[s], s} }
	switch l.better {
	case indicator.DirectionHigher:
		return []step{at(0, stateActLow), at(l.watch, stateWatchLow), at(l.ok, stateOK)}
	case indicator.DirectionLower:
		return []step{at(0, stateOK), at(l.ok+just, stateWatchHigh), at(l.watch+just, stateActHigh)}
	case indicator.DirectionBand:
		return []step{at(0, stateActLow), at(l.watch, stateWatchLow), at(l.ok, stateOK), at(l.okMax+just, stateWatchHigh), at(l.watchMax+just, stateActHigh)}
	}
	return nil
}

// status is the expression of the words beside a value, from columns v and cases: a word with an arrow, and the number of
// cases where the indicator has some.
func (l levels) status(c column, words *wording) string {
	cases := []string{"v IS NULL", quote(words.noValue)}
	if n := c.minimum(); n > 0 {
		cases = append(cases, fmt.Sprintf("cases < %d", n), fmt.Sprintf("concat(%s, toString(cases), %s)", quote(words.tooFew), quote(fmt.Sprintf(words.tooFewOf, n))))
	}
	steps := l.steps()
	for i := len(steps) - 1; i > 0; i-- {
		cases = append(cases, "v >= "+number(steps[i].from), c.said(words.states[steps[i].word], words))
	}
	word := ""
	if len(steps) > 0 {
		word = words.states[steps[0].word]
	}
	return "multiIf(" + strings.Join(append(cases, c.said(word, words)), ", ") + ")"
}

// countsCases tells whether the number of cases says more than the value does.
func (c column) countsCases() bool {
	return c.ind.HasSample() && (c.ind.Unit != indicator.UnitCount || strings.Contains(c.ind.Formula, "/"))
}

// said is a word, and the number of cases.
func (c column) said(word string, words *wording) string {
	if !c.countsCases() {
		return quote(word)
	}
	if word == "" {
		return fmt.Sprintf("concat(%s, toString(cases))", quote(words.n))
	}
	return fmt.Sprintf("concat(%s, toString(cases))", quote(word+"\u00a0·\u00a0"+words.n))
}

// hardSpace is a space at which a tile does not break its words.
const (
	hardSpace = "\u00a0"
	hardDot   = hardSpace + "·" + hardSpace
)

// hardSpaces keeps words on one line.
func hardSpaces(words string) string { return strings.ReplaceAll(words, " ", hardSpace) }

// number writes a bound without needless digits.
func number(f float64) string { return strconv.FormatFloat(rounded(f), 'f', -1, 64) }

// rounded takes off what adding fractions in doubles leaves: no bound is finer than a hundred-thousandth.
func rounded(f float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(f, 'f', 5, 64), 64)
	if err != nil {
		return f
	}
	return r
}
