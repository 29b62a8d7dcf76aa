// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// checks holds, after each command, what holds in every story, though no story says it:
//
//   - a machine that was restarted from its snapshot before the command gives the same, and stands the same (checkTwin);
//   - offered = answered + abandoned + left + lost + waiting;
//   - crossed = the late answers, abandons and exits + lost + those who wait beyond T;
//   - logged time is the sum of the states; transfers the sum of their kinds;
//   - load is the time on contact and wrapping; with one slot each, slots are open on queue and in use unless available;
//   - production is a part of the time on queue; adherent time and planned productive time are parts of planned time;
//   - (a correction is outside of all of these);
//   - each window of each scope is the plain sum of the facts in its bounds.
func (s *scenario) checks() {
	for _, w := range s.m.Worlds() {
		s.checkBalance(w)
		if w.Lane() == "" {
			s.checkWindows(w)
		}
	}
}

// checkTwin compares the two machines: what they gave since the twin was restored, and how they stand.
func (s *scenario) checkTwin() {
	if s.twin == nil {
		return
	}
	if d := s.out.since(s.twinAt).diff(&s.echo); d != "" {
		s.t.Errorf("%s: a machine restored before this command gave something else (-kept +restored):\n%s", s.twinOf, d)
	}
	if s.m.StateHash() != s.twin.StateHash() {
		s.t.Errorf("%s: a machine restored before this command stands differently after it", s.twinOf)
	}
}

func (s *scenario) checkBalance(w *aggregator.World) {
	var sum [indicator.NumMeasures]int64
	for i := range s.out.facts {
		if f := &s.out.facts[i]; f.Lane == w.Lane() && !s.amends(f) {
			f.addTo(sum[:], func(indicator.Measure) bool { return true })
		}
	}
	of := func(m indicator.Measure) int64 { return sum[m] }
	n, _ := w.Waiting("")
	waiting := int64(n)
	if ended := of(indicator.Answered) + of(indicator.Abandoned) + of(indicator.Left) + of(indicator.Lost); of(indicator.Offered) != ended+waiting {
		s.t.Errorf("%s: offered %d, but %d have ended and %d wait", s.pos, of(indicator.Offered), ended, waiting)
	}
	late := of(indicator.Answered) - of(indicator.AnsweredWithin) + of(indicator.Abandoned) - of(indicator.AbandonedWithin) +
		of(indicator.Left) - of(indicator.LeftWithin) + of(indicator.Lost)
	if beyond := of(indicator.Crossed) - late; beyond < 0 || beyond > waiting {
		s.t.Errorf("%s: crossed %d, of which %d have ended late: %d of %d who wait are beyond T?", s.pos, of(indicator.Crossed), late, beyond, waiting)
	}
	states := int64(0)
	for _, m := range stateMeasures {
		states += of(m)
	}
	if of(indicator.LoggedMs) != states {
		s.t.Errorf("%s: logged %d ms, the states add up to %d ms", s.pos, of(indicator.LoggedMs), states)
	}
	work := of(indicator.OnContactMs) + of(indicator.WrappingMs)
	if of(indicator.LoadMs) != work {
		s.t.Errorf("%s: load %d ms, on contact and wrapping %d ms", s.pos, of(indicator.LoadMs), work)
	}
	used, open := of(indicator.RingingMs)+work, of(indicator.RingingMs)+work+of(indicator.AvailableMs)
	if !s.manySlots && (of(indicator.SlotsUsedMs) != used || of(indicator.SlotsOpenMs) != open) {
		s.t.Errorf("%s: slots %d of %d ms, want %d of %d", s.pos, of(indicator.SlotsUsedMs), of(indicator.SlotsOpenMs), used, open)
	}
	if made := of(indicator.ProductionMs); made > open {
		s.t.Errorf("%s: production %d ms, there for contacts %d ms", s.pos, made, open)
	}
	if p := of(indicator.PlannedMs); of(indicator.AdherentMs) > p || of(indicator.PlannedProductiveMs) > p {
		s.t.Errorf("%s: planned %d ms, productive %d, adherent %d", s.pos, p, of(indicator.PlannedProductiveMs), of(indicator.AdherentMs))
	}
	if kinds := of(indicator.TransferredBlind) + of(indicator.TransferredConsult); of(indicator.Transferred) != kinds {
		s.t.Errorf("%s: transferred %d, by kind %d", s.pos, of(indicator.Transferred), kinds)
	}
	for m, n := range sum {
		if n < 0 {
			s.t.Errorf("%s: %s adds up to %d", s.pos, indicator.Measure(m), n)
		}
	}
}

// amends tells a fact that somebody added by a correction: what was counted obeys the laws, not what was added.
func (s *scenario) amends(f *fact) bool {
	var d event.Decoder
	var e event.Event
	return d.Decode(s.log[f.Offset], &e) == nil && e.Type == event.CorrectionIssued && e.Time == f.At
}

var stateMeasures = []indicator.Measure{indicator.AvailableMs, indicator.RingingMs, indicator.OnContactMs, indicator.WrappingMs,
	indicator.BreakMs, indicator.LunchMs, indicator.TrainingMs, indicator.MeetingMs, indicator.CoachingMs, indicator.BackofficeMs,
	indicator.TechnicalMs, indicator.MonitorMs, indicator.OtherMs}

// addTo adds the fact's measures that are booked.
func (f *fact) addTo(sum []int64, booked func(indicator.Measure) bool) {
	for _, inc := range f.Incs {
		if m, ok := inc.Key.Measure(); ok && booked(m) {
			sum[m] += inc.Value
		}
	}
}

// windowMs is the length of the rolling windows, as DESIGN.md section 5 has them.
var windowMs = map[aggregator.Window]int64{aggregator.Window5m: 300_000, aggregator.Window15m: 900_000,
	aggregator.Window30m: 1_800_000, aggregator.Window1h: 3_600_000}

// checkWindows adds up every window anew from the facts.
func (s *scenario) checkWindows(w *aggregator.World) {
	type scope struct {
		kind indicator.ScopeKind
		name string
	}
	scopes := map[scope]bool{}
	for i := range s.out.facts {
		for kind, name := range s.out.facts[i].Scopes {
			if name != "" && s.out.facts[i].Lane == "" {
				scopes[scope{indicator.ScopeKind(kind), name}] = true
			}
		}
	}
	got, want := make([]int64, indicator.NumMeasures), make([]int64, indicator.NumMeasures)
	for sc := range scopes {
		for _, window := range aggregator.Windows {
			for _, wholeMinutes := range []bool{false, true} {
				clear(want)
				s.sumWindow(sc.kind, sc.name, window, wholeMinutes, want)
				w.Measures(sc.kind, sc.name, window, wholeMinutes, got)
				for m := range want {
					if got[m] != want[m] {
						s.t.Errorf("%s: %s %s, window %s (whole minutes %t): %s is %d, its facts add up to %d",
							s.pos, sc.kind, sc.name, window, wholeMinutes, indicator.Measure(m), got[m], want[m])
					}
				}
			}
		}
	}
}

func (s *scenario) sumWindow(kind indicator.ScopeKind, name string, window aggregator.Window, wholeMinutes bool, sum []int64) {
	clock := s.m.Clock()
	today := s.calendar.Day(clock)
	from, to := clock-clock%10_000-windowMs[window], clock+1
	if wholeMinutes {
		to = clock - clock%60_000
		from = to - windowMs[window]
	}
	for i := range s.out.facts {
		f := &s.out.facts[i]
		in := f.At >= from && f.At < to
		if window == aggregator.WindowToday {
			in = f.Day == today
		}
		if in && f.Lane == "" && f.Scopes[kind] == name {
			f.addTo(sum, func(m indicator.Measure) bool { return m.Info().Scopes.Has(kind) })
		}
	}
}
