// SPDX-License-Identifier: Apache-2.0

package register

import (
	"math"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
)

// Period is the time whose service level a sentence speaks of.
type Period uint8

// The periods.
const (
	PeriodDay Period = iota
	PeriodWeek
)

// Sentence says what an incident cost in one sentence, for a report. What cannot be told from the usual course is not claimed.
func (m *Impact) Sentence(i *Incident, p Period, l indicator.Language, loc *time.Location) string {
	w := words{l, loc}
	end := i.ClosedMs
	if end == 0 {
		end = m.ToMs
	}
	between := w.clock(i.OpenedMs) + "-" + w.clock(end)
	subject := w.sayf("%s's incident (%s)", "L'incident de %s (%s)", w.weekday(i.OpenedMs), between)
	if m.Ongoing {
		subject = w.sayf("The incident since %s", "L'incident en cours depuis %s", w.clock(i.OpenedMs))
	}
	if m.Beyond == nil {
		return subject + w.sayf(": nothing says what is usual, so what it cost is not known; %s.", " : rien ne dit ce qui est habituel, son coût n'est donc pas connu ; %s.",
			w.counted(float64(m.Abandoned), 0, "abandon", "abandons", "abandon", "abandons"))
	}
	var costs []string
	if told(m.Beyond, m.BeyondInterval) {
		costs = append(costs, w.counted(*m.Beyond, 0, "abandon", "abandons", "abandon", "abandons")+w.say(" beyond what was expected", " au-delà de l'attendu"))
	}
	level, of := m.Day, w.say(" of the day's service level", " du NS du jour")
	if p == PeriodWeek {
		level, of = m.Week, w.say(" of the week's service level", " du NS de la semaine")
	}
	if told(level.Points, level.Interval) {
		costs = append(costs, w.counted(*level.Points, 1, "point", "points", "point", "points")+of)
	}
	switch len(costs) {
	case 0:
		return subject + w.noCost(*m.Beyond, m.BeyondInterval)
	case 1:
		return subject + w.say(" explains ", " explique ") + costs[0] + "."
	}
	return subject + w.say(" explains ", " explique ") + costs[0] + w.say(" and ", " et ") + costs[1] + "."
}

// noCost says that there were not more abandons than the weeks before could have given, or even fewer.
func (w words) noCost(beyond float64, i *Interval) string {
	if i != nil && i.High < 0 {
		return w.sayf(" cost no abandon beyond what was expected: there were %s fewer (interval %s to %s).",
			" n'a coûté aucun abandon au-delà de l'attendu : il y en a eu %s de moins (intervalle %s à %s).",
			w.decimal(-beyond, 0), w.decimal(-i.High, 0), w.decimal(-i.Low, 0))
	}
	sign := ""
	if beyond >= 0 {
		sign = "+"
	}
	return w.sayf(" cannot be told from the weeks before: %s against what was expected (interval %s to %s).",
		" ne se distingue pas des semaines précédentes : %s par rapport à l'attendu (intervalle %s à %s).",
		sign+w.counted(beyond, 0, "abandon", "abandons", "abandon", "abandons"), w.bound(i, false), w.bound(i, true))
}

// told tells that a cost is one: above nothing, whole when rounded as it is written, and its interval, when there is one, too.
func told(value *float64, i *Interval) bool {
	return value != nil && math.Round(10**value) > 0 && (i == nil || i.Low > 0)
}

func (w words) bound(i *Interval, high bool) string {
	switch {
	case i == nil:
		return "?"
	case high:
		return w.decimal(i.High, 0)
	}
	return w.decimal(i.Low, 0)
}

// Sentence says what was expected of an action and what it brought. e is nil when it cannot be told yet.
func (a *Action) Sentence(e *Effect, l indicator.Language) string {
	w := words{l: l, loc: time.UTC}
	text := LeverName(a.Lever).In(l)
	if e == nil {
		return text
	}
	unit, places := w.unit(e.Unit)
	text += w.sayf(": expected %s%s, ", " : attendu %s%s, ", w.signed(e.Expected, places), unit)
	switch {
	case e.Measured == nil:
		text += w.sayf("not measured: too few cases (n = %d, %d needed)", "pas mesuré : trop peu de cas (n = %d, il en faut %d)", e.Fewest, MinEffectSample)
	case e.Interval == nil:
		text += w.sayf("measured %s (without interval)", "mesuré %s (sans intervalle)", w.signed(*e.Measured, places))
	default:
		text += w.sayf("measured %s (interval %s to %s)", "mesuré %s (intervalle %s à %s)", w.signed(*e.Measured, places),
			w.decimal(e.Interval.Low, places), w.decimal(e.Interval.High, places))
	}
	if !e.WrittenBefore {
		text += w.say("; the expectation was written after it began", " ; l'attendu a été écrit après le début")
	}
	return text
}

// unit is the unit behind an effect, and how many decimals it is written with.
func (w words) unit(name string) (unit string, places int) {
	u, _ := indicator.ParseUnit(name)
	switch u {
	case indicator.UnitPercent, indicator.UnitPoints:
		return " pts", 0
	case indicator.UnitMs:
		return " s", 0
	case indicator.UnitPerHour:
		return w.say("/h", "/h"), 1
	}
	return "", 2
}
