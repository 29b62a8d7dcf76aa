// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// Law 1, in order: facts = F(timeline, clock), at the end and on the way; and the windows hold what the facts say.
func TestFactsAreTheOracles(t *testing.T) {
	eachCase(t, 1, func(t testing.TB, seed uint64, s *timeline) {
		random := rand.New(rand.NewPCG(seed, 3))
		r := newRun(t)
		r.tick = 7 * second
		r.play(s, s.inOrder(), func() {
			if random.IntN(25) == 0 {
				r.checkFacts(s)
				r.checkWindows(random)
			}
		})
		r.checkFacts(s)
		r.checkWindows(random)
		r.checkClosedDay()
	})
}

// Law 1, in any order: late, early, twice, the facts are the same at every instant that has seen the same events.
func TestOrderCannotMatter(t *testing.T) {
	eachCase(t, 1, func(t testing.TB, seed uint64, s *timeline) {
		random := rand.New(rand.NewPCG(seed, 4))
		r := newRun(t)
		r.tick = []int64{second, 10 * second, minute, 0}[random.IntN(4)]
		r.play(s, s.deliver(seed), func() {
			if random.IntN(25) == 0 {
				r.checkFacts(s)
				r.checkWindows(random)
			}
		})
		r.checkFacts(s)
		r.checkWindows(random)
	})
}

// Law 2: Advance(a); Advance(b) = Advance(b). The clock in steps of a second, of seven, of ten minutes or in one jump.
func TestStepsOfTheClockCannotMatter(t *testing.T) {
	eachCase(t, 10, func(t testing.TB, seed uint64, s *timeline) {
		all := s.deliver(seed)
		var first facts
		for _, tick := range []int64{0, 7 * second, 10 * minute, second} {
			r := newRun(t)
			r.lean, r.tick, r.tailTick = true, tick, tick
			r.play(s, all, nil)
			if first == nil {
				first = r.sums
			}
			if d := r.sums.diff(first); len(d) > 0 {
				r.fail("the steps of the clock matter", d)
			}
		}
	})
}

// The log's clock may be far from the sources'. Behind it, events are parked until their time comes. Ahead, timers run
// before the events that make them void; what they gave is taken back. (Hours late, two things are lost: an advisor's
// minutes, which are closed after a quarter of an hour, and contacts with more than ten minutes between two events.)
func TestFarClocksCannotMatter(t *testing.T) {
	eachCase(t, 20, func(t testing.TB, seed uint64, s *timeline) {
		shift := []int64{-3 * hour, -10 * minute, 5 * hour}[seed%3]
		if shift > hour {
			s.events = slices.DeleteFunc(s.events, func(e event.Event) bool {
				return e.Contact == forgotten || passive(e.Type) && e.Time > s.from+10*minute
			})
		}
		if shift < 0 { // a correction ahead of the clock does not wait
			s.events = slices.DeleteFunc(s.events, func(e event.Event) bool { return e.Type == event.CorrectionIssued })
		}
		all := s.deliver(seed)
		for i := range all {
			all[i].received += shift
		}
		s.from += min(shift, 0) // when the configuration comes
		s.end += max(shift, 0)
		r := newRun(t)
		r.lean, r.tick = true, minute
		r.play(s, all, nil)
		want := oracle(&s.rules, r.delivered, r.m.Clock())
		if shift > hour {
			time := func(k key, _ int64) bool {
				return k.grain == aggregator.GrainTime || k.name == "load_ms" || k.name == "production_ms"
			}
			maps.DeleteFunc(r.sums, time)
			maps.DeleteFunc(want, time)
		}
		if d := r.sums.diff(want); len(d) > 0 {
			r.fail("facts differ from the oracle's", d)
		}
	})
}

// A machine that is taken down and up again between any two records gives the facts of one that never was.
func TestRestartsCannotMatter(t *testing.T) {
	eachCase(t, 10, func(t testing.TB, seed uint64, s *timeline) {
		random := rand.New(rand.NewPCG(seed, 5))
		r := newRun(t)
		r.restart = 1 + random.IntN(5)
		r.tick = 10 * minute
		r.play(s, s.deliver(seed), nil)
		r.checkFacts(s)
		r.checkWindows(random)
	})
}

// checkClosedDay checks that the live service level has become the contract's once nobody waits.
func (r *run) checkClosedDay() {
	if n, _ := r.m.Worlds()[0].Waiting(""); n > 0 {
		return
	}
	n := r.sumOf(indicator.ScopeCentre, centreID)
	live := n[indicator.AnsweredWithin] + n[indicator.AbandonedWithin] + n[indicator.Crossed]
	contract := n[indicator.Answered] + n[indicator.Abandoned] + n[indicator.Left] - n[indicator.LeftWithin] + n[indicator.Lost]
	if live != contract {
		r.tb.Fatalf("sl_live is over %d legs, sl_neg_left over %d", live, contract)
	}
}
