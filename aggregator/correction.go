// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"fmt"
	"maps"
	"slices"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// A correction adds to measures what came too late to be computed. It belongs to no timeline: F knows nothing of it, and the laws
// of MEASURES hold of what was counted, not of what somebody added. Its facts are like any others, with the record's lineage, so
// that a number still leads back to the record that made it.
//
// Nothing but its identity keeps a redelivery from counting twice, so that is remembered: longer than the log keeps records.

const (
	correctedDays    = 400 // how far back: last year's month, and the month that it takes to find the error
	correctionKeepMs = 31 * dayMs
	maxCorrections   = 1_000_000 // remembered: 30 MB
)

// takeCorrection digests a correction.
func (w *World) takeCorrection(e *event.Event) (Reason, string) {
	if w.names.full() {
		return ReasonTooManyNames, ""
	}
	if r := w.refuseUnknown(e); r != ReasonNone {
		return r, ""
	}
	c, err := event.ParseCorrection(e.Data)
	if err != nil {
		return ReasonBadCorrection, err.Error()
	}
	if e.Time < w.clock-correctedDays*dayMs {
		return ReasonTooLate, fmt.Sprintf("time: it is more than %d days ago; what is older is not corrected any more", correctedDays)
	}
	grain, incs, detail := correctedMeasures(&c)
	if detail != "" {
		return ReasonBadCorrection, detail
	}
	key := objectKeyOf(e.Source, e.ID)
	if _, known := w.corrections[key]; known {
		w.out.duplicates++
		return ReasonNone, ""
	}
	if len(w.corrections) >= maxCorrections {
		return ReasonTooManyEvents, "more corrections came in a month than can be remembered; add up those of one instant and one set of dimensions"
	}
	w.corrections[key] = w.clock

	m := w.pin(e)
	dims := m.dims()
	dims.Advisor, dims.Team, dims.HomeTeam, dims.Site = m.advisor, m.team, m.homeTeam, m.site
	dims.Line, dims.Workstation = m.line, m.workstation
	w.fresh.reset()
	w.fresh.begin(m.at, grain, m.version, &dims)
	w.fresh.incs = append(w.fresh.incs, incs...)
	w.fresh.end()
	w.issueFor(cloneString(e.Contact), &w.fresh, 1)
	return ReasonNone, ""
}

// refuseAhead says why a correction of what has not happened yet is none. Unlike other events it does not wait for its time:
// nobody can know that it will be wrong.
func refuseAhead(e *event.Event, clock int64) (Reason, string) {
	return ReasonBadCorrection, fmt.Sprintf("time: %s is ahead of the log's clock, %s; it is the instant that is corrected, not that of the correction",
		event.AppendTime(nil, e.Time), event.AppendTime(nil, clock))
}

// correctedMeasures looks the measures of a correction up: their grain and increments in the order of the list, or what is wrong.
func correctedMeasures(c *event.Correction) (grain Grain, incs []Inc, detail string) {
	of := c.Grain
	for _, name := range slices.Sorted(maps.Keys(c.Measures)) {
		m, ok := indicator.ParseMeasure(name)
		if !ok {
			return 0, nil, "data.measures." + name + ": " + unknownMeasure(name)
		}
		if of == "" {
			of = m.Info().Grain.String()
		}
		if is := m.Info().Grain.String(); is != of {
			return 0, nil, fmt.Sprintf("data.measures.%s: it is of the grain %s, the correction of %s; send a correction for each grain", name, is, of)
		}
		incs = append(incs, Inc{MeasureKey(m), c.Measures[name]})
	}
	i := slices.Index(grainNames[:], of)
	if i <= 0 {
		return 0, nil, "data.grain: this version keeps no facts of the grain " + of
	}
	slices.SortFunc(incs, func(a, b Inc) int { return int(a.Key) - int(b.Key) })
	return Grain(i), incs, ""
}

// unknownMeasure says what a name that no measure has may stand for.
func unknownMeasure(name string) string {
	for f := range indicator.BinFamily(indicator.NumBinFamilies) {
		if f.String() == name {
			return "a histogram cannot be corrected; its bins hold single waits"
		}
	}
	detail := "there is no such measure"
	names := make([]string, indicator.NumMeasures)
	for m := range names {
		names[m] = indicator.Measure(m).String()
	}
	if near := event.Nearest(name, names); near != "" {
		detail += fmt.Sprintf("; did you mean %q?", near)
	}
	return detail + "; facts has a column for each measure"
}

// forgetCorrections lets go of what the log has not held for long.
func (w *World) forgetCorrections(now int64) {
	//deterministic: each is judged by itself, and nothing is put out.
	for key, at := range w.corrections {
		if at+correctionKeepMs < now {
			delete(w.corrections, key)
		}
	}
}
