// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cockroachdb/datadriven"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
)

// clockText writes an instant as the files do: local time, milliseconds only where there are any, the offset on days on
// which the clocks change, the date when it is another day.
func (s *scenario) clockText(ms int64) string {
	t := time.UnixMilli(ms).In(s.loc)
	layout := "15:04:05"
	if ms%1000 != 0 {
		layout = "15:04:05.000"
	}
	y, m, d := t.Date()
	_, first := time.Date(y, m, d, 0, 0, 0, 0, s.loc).Zone()
	if _, last := time.Date(y, m, d, 23, 59, 59, 0, s.loc).Zone(); first != last {
		layout += "Z07:00"
	}
	if date := t.Format(time.DateOnly); date != s.date.Format(time.DateOnly) {
		return date + "T" + t.Format(layout)
	}
	return t.Format(layout)
}

func seconds(ms int64) string { return fmt.Sprintf("%g s", float64(ms)/1000) }

func (s *scenario) showFacts(d *datadriven.TestData) string {
	grains, filtered := d.Arg("grain")
	var b strings.Builder
	for _, f := range s.out.facts[s.seen.facts:] {
		if filtered && !slices.Contains(grains.Vals, f.Grain) {
			continue
		}
		words := []string{s.clockText(f.At), f.Grain, f.Contact, f.Dims}
		if f.Lane != "" {
			words = append(words, "lane="+f.Lane)
		}
		if day := dayText(f.Day); day != s.date.Format(time.DateOnly) {
			words = append(words, "day="+day)
		}
		incs := make([]string, len(f.Incs))
		for i, inc := range f.Incs {
			incs[i] = incText(inc)
		}
		fmt.Fprintf(&b, "%s: %s\n", strings.Join(strings.Fields(strings.Join(words, " ")), " "), strings.Join(incs, ", "))
	}
	s.seen.facts = len(s.out.facts)
	return b.String()
}

func dayText(day int32) string { return time.Unix(int64(day)*86400, 0).UTC().Format(time.DateOnly) }

// live is the centre's live world.
func (s *scenario) live() *aggregator.World {
	for _, w := range s.m.Worlds() {
		if w.Centre() == centre && w.Lane() == "" {
			return w
		}
	}
	s.t.Fatal("the centre has no live world yet")
	return nil
}

func (s *scenario) showIndicators(d *datadriven.TestData) string {
	var scope, windowName string
	d.ScanArgs(s.t, "scope", &scope)
	d.ScanArgs(s.t, "window", &windowName)
	kindName, name, _ := strings.Cut(scope, ":")
	kind, ok := indicator.ParseScopeKind(kindName)
	window, known := aggregator.ParseWindow(windowName)
	if !ok || !known {
		s.t.Fatalf("%s: unknown scope or window", d.Pos)
	}
	read := func(wholeMinutes bool) []int64 {
		sums := make([]int64, indicator.NumMeasures)
		s.live().Measures(kind, name, window, wholeMinutes, sums)
		return sums
	}
	panes, minutes := read(false), read(true)

	var b strings.Builder
	if arg, ok := d.Arg("measures"); ok {
		b.WriteString(s.named(arg.Vals, panes, minutes))
	} else {
		b.WriteString(byGrain(panes, minutes))
	}
	if arg, ok := d.Arg("indicators"); ok {
		for _, id := range arg.Vals {
			b.WriteString(s.indicatorText(id, kind, name, window, panes, minutes))
		}
	}
	return b.String()
}

// named lists the measures asked for. Wall-clock time is that of whole minutes.
func (s *scenario) named(names []string, panes, minutes []int64) string {
	var list []string
	for _, name := range names {
		m, ok := indicator.ParseMeasure(name)
		if !ok {
			s.t.Fatalf("unknown measure %q", name)
		}
		list = append(list, fmt.Sprintf("%s %d", m, sumOf(m, panes, minutes)))
	}
	return strings.Join(list, ", ") + "\n"
}

func sumOf(m indicator.Measure, panes, minutes []int64) int64 {
	if m.Info().Time {
		return minutes[m]
	}
	return panes[m]
}

// byGrain lists the measures that are not zero, a line for each grain.
func byGrain(panes, minutes []int64) string {
	var b strings.Builder
	for grain := range indicator.NumGrains {
		var list []string
		for i := range indicator.NumMeasures {
			m := indicator.Measure(i)
			if n := sumOf(m, panes, minutes); n != 0 && m.Info().Grain == indicator.Grain(grain) {
				list = append(list, fmt.Sprintf("%s %d", m, n))
			}
		}
		if len(list) > 0 {
			fmt.Fprintf(&b, "%s: %s\n", indicator.Grain(grain), strings.Join(list, ", "))
		}
	}
	return b.String()
}

// loadedOnce is the catalogue of all stories.
var loadedOnce = sync.OnceValues(func() (*indicator.Catalogue, error) { return indicator.Load() })

// indicatorText is "sl_neg = 70 / 100 = 70.00 %", and "none" where nothing was due.
func (s *scenario) indicatorText(id string, kind indicator.ScopeKind, name string, window aggregator.Window, panes, minutes []int64) string {
	catalogue, err := loadedOnce()
	if err != nil {
		s.t.Fatal(err)
	}
	i, ok := catalogue.Lookup(id)
	if !ok {
		s.t.Fatalf("unknown indicator %q%s", id, catalogue.Suggest(id))
	}
	var v indicator.Value
	family, isPercentile := i.Bins()
	switch {
	case isPercentile:
		bins, counts := s.live().Bins(kind, name, window, family, nil, nil)
		v = i.EvalBins(bins, counts)
	case i.TouchesTime():
		v = i.Eval(minutes)
	default:
		v = i.Eval(panes)
	}
	value, ok := v.Float()
	switch {
	case !ok:
		return fmt.Sprintf("%s = %d / %d = none\n", id, v.Numerator, v.Denominator)
	case i.Unit == indicator.UnitPercent:
		return fmt.Sprintf("%s = %d / %d = %.2f %%\n", id, v.Numerator, v.Denominator, 100*value)
	}
	return fmt.Sprintf("%s = %d / %d = %g %s\n", id, v.Numerator, v.Denominator, value, i.Unit)
}

func (s *scenario) showWaiting() string {
	w := s.live()
	var b strings.Builder
	for _, queue := range w.ScopeNames(indicator.ScopeQueue) {
		if n, longestMs := w.Waiting(queue); n > 0 {
			fmt.Fprintf(&b, "%s: %d, the longest for %s\n", queue, n, seconds(longestMs))
		}
	}
	if b.Len() == 0 {
		return "nobody\n"
	}
	return b.String()
}

func (s *scenario) showStock() string {
	w := s.live()
	var b strings.Builder
	for _, queue := range w.ScopeNames(indicator.ScopeQueue) {
		if n := w.OpenItems(queue); n > 0 {
			fmt.Fprintf(&b, "%s: %d\n", queue, n)
		}
	}
	if b.Len() == 0 {
		return "nothing\n"
	}
	return b.String()
}

func (s *scenario) showGauges() string {
	all := s.out.gauges
	if len(all) == 0 {
		return ""
	}
	last := all[len(all)-1].At
	var b strings.Builder
	for _, g := range all {
		if g.At != last {
			continue
		}
		var list []string
		for kind, n := range g.Values {
			if n != 0 {
				list = append(list, fmt.Sprintf("%s %d", aggregator.GaugeKind(kind), n))
			}
		}
		if len(list) == 0 {
			list = []string{"all zero"}
		}
		fmt.Fprintf(&b, "%s %s: %s\n", s.clockText(g.At), g.Scope, strings.Join(list, ", "))
	}
	return b.String()
}

func (s *scenario) showContacts() string {
	var b strings.Builder
	for _, c := range s.out.contacts[s.seen.contacts:] {
		if c.Deleted {
			fmt.Fprintf(&b, "%s: part of another contact\n", c.Contact)
			continue
		}
		end := "now"
		if c.EndedAt != 0 {
			end = s.clockText(c.EndedAt)
		}
		fmt.Fprintf(&b, "%s: %s, %s, %s, waited %s, handled %s, %s to %s", c.Contact, c.Outcome,
			plural(c.QueueLegs, "queue leg"), plural(c.AdvisorLegs, "advisor leg"), seconds(c.WaitMs), seconds(c.HandleMs),
			s.clockText(c.StartedAt), end)
		if day := dayText(c.Day); day != s.date.Format(time.DateOnly) {
			fmt.Fprintf(&b, ", day %s", day)
		}
		b.WriteByte('\n')
	}
	s.seen.contacts = len(s.out.contacts)
	return b.String()
}

func plural(n int32, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func (s *scenario) showDead(why bool) string {
	var b strings.Builder
	for _, d := range s.out.dead[s.seen.dead:] {
		fmt.Fprintf(&b, "%s: %s", describe(s.log[d.Offset]), d.Reason)
		if why {
			fmt.Fprintf(&b, ": %s", d.Detail)
		}
		b.WriteByte('\n')
	}
	s.seen.dead = len(s.out.dead)
	return b.String()
}
