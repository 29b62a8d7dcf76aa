// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

// The simulator keeps its own truth: what happened, in its own words and counts, without our formulas. The machine, which
// sees the events only, must come to the same numbers to the last millisecond: for the demo day with its incidents, for
// events that come up to a minute out of order and twice, and over the end of summer time.
func TestTheMachineAgreesWithTheSimulatorsTruth(t *testing.T) {
	var callbacks, helped int64
	var desk deskTotals
	disorder := simulator.Delivery{DelayMs: 200, DisorderMs: 60_000, Duplicates: 0.02}
	for _, c := range []struct {
		name, from, to string
		delivery       simulator.Delivery
	}{
		{"the demo day", "2026-11-17", "2026-11-18", simulator.Delivery{}},
		{"the demo day, out of order and twice", "2026-11-17", "2026-11-18", disorder},
		{"the demo day and its morrow, with another threshold", "2026-11-17", "2026-11-19", disorder},
		{"three days, one of them of 25 hours", "2026-10-24", "2026-10-27", disorder},
		{"a week with a holiday and a weekend", "2026-11-10", "2026-11-17", simulator.Delivery{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			organisation, err := organisation.Read(os.DirFS("../seeds/cap-rivage"), organisation.Options{})
			if err != nil {
				t.Fatal(err)
			}
			a := newAgreement(t)
			a.configure(organisation, c.from)
			truth, err := simulator.Run(simulator.CapRivage(organisation),
				&simulator.Options{From: date(c.from), To: date(c.to), Seed: simulator.CapRivageSeed, Delivery: c.delivery,
					AfterMs: afterMs}, a)
			if err != nil {
				t.Fatal(err)
			}
			a.tickUntil(endOfRun(t, truth) + nightMs) // whoever is forgotten is lost by then
			a.compare(truth)
			callbacks += a.totals[indicator.CallbacksAsked]
			helped += a.totals[indicator.Assisted]
			desk.add(&a.totals)
			if a.compared < 2000 {
				t.Errorf("only %d numbers were compared", a.compared)
			}
		})
	}
	if callbacks == 0 {
		t.Error("nobody asked to be called back")
	}
	if helped == 0 {
		t.Error("nobody was helped")
	}
	desk.check(t)
}

func date(s string) organisation.Date { return organisation.Date(s) }

// sumKey is a measure of a scope on a business day.
type sumKey struct {
	day        int32
	kind, name string
	measure    indicator.Measure
}

// agreement feeds a machine and adds its facts up.
type agreement struct {
	tb       testing.TB
	machine  *aggregator.Machine
	offset   int64
	ticked   int64
	sums     map[sumKey]int64
	left     map[sumKey]int64      // what the machine does not count, because it came too late
	said     map[int64]event.Event // outcomes by offset
	late     []event.Event         // of those, the ones that came too late
	created  map[string]bool       // messages
	totals   [indicator.NumMeasures]int64
	compared int
	hand     func(aggregator.Ready) // sees what the machine hands over, when not nil
}

func newAgreement(tb testing.TB) *agreement {
	return &agreement{tb: tb, machine: aggregator.New(0), sums: map[sumKey]int64{}, left: map[sumKey]int64{}, said: map[int64]event.Event{},
		created: map[string]bool{}}
}

func (a *agreement) configure(o *organisation.Organisation, from string) {
	a.tb.Helper()
	at, err := time.Parse(time.DateOnly, from)
	if err != nil {
		a.tb.Fatal(err)
	}
	for _, e := range organisation.Records("cap-rivage", 1, at.UnixMilli(), o.Objects()) {
		a.step(&e)
	}
}

// Put takes an event of the simulator, with ticks each minute as the owner of a partition would write them.
func (a *agreement) Put(e *event.Event) error {
	if a.ticked == 0 {
		a.ticked = e.Received - e.Received%1000
	}
	a.tickUntil(e.Received)
	a.step(e)
	return nil
}

func (a *agreement) tickUntil(ms int64) {
	for a.ticked+60_000 <= ms {
		a.ticked += 60_000
		a.step(&event.Event{ID: fmt.Sprint(a.ticked), Source: "owner", Type: event.Tick, Time: a.ticked, Received: a.ticked})
	}
}

func (a *agreement) step(e *event.Event) {
	if saysOutcome(e.Type) {
		a.said[a.offset] = e.Clone()
	}
	a.machine.Step(a.offset, event.AppendJSON(nil, e))
	defer a.noteCreation(e)
	a.offset++
	ready := a.machine.Ready()
	for _, d := range ready.DeadLetters {
		if e, is := a.said[d.Offset]; is && d.Reason == aggregator.ReasonLateOutcome {
			a.late = append(a.late, e)
			continue
		}
		if !a.isOldCreation(e, d.Reason) {
			a.tb.Fatalf("%s of %s: %s", d.Reason, e.Type, d.Detail)
		}
	}
	for i := range ready.Facts {
		f := &ready.Facts[i]
		for _, inc := range ready.Incs[f.First:f.End] {
			if m, ok := inc.Key.Measure(); ok {
				a.add(f, m, inc.Value)
				a.totals[m] += inc.Value
			}
		}
	}
	if a.hand != nil {
		a.hand(ready)
	}
	a.machine.Clear()
}

func (a *agreement) add(f *aggregator.Fact, m indicator.Measure, value int64) {
	for _, scope := range []struct {
		kind string
		id   aggregator.ID
	}{{"programme", f.Dims.Programme}, {"queue", f.Dims.Queue}, {"team", f.Dims.Team}, {"advisor", f.Dims.Advisor}, {"campaign", f.Dims.Campaign},
		{"line", f.Dims.Line}} {
		if scope.id != 0 {
			a.sums[sumKey{f.Day, scope.kind, f.World.Name(scope.id), m}] += value
		}
	}
}

// compare asks for every number of the truth whose measure is known.
func (a *agreement) compare(truth *simulator.Truth) {
	a.leaveOut(truth)
	a.expectOpinions(truth)
	a.compareCallbacks(truth)
	a.compareThresholds(truth)
	a.compareOutboundTotals(truth)
	a.compareDesk(truth)
	for _, d := range truth.Days {
		day := dayNumber(a.tb, d.Date)
		for id, m := range d.Programmes {
			a.compareMenu(scopeDay{a, day, "programme", id}, m)
		}
		for id, q := range d.Queues {
			a.compareQueue(scopeDay{a, day, "queue", id}, q)
		}
		for id, p := range d.Advisors {
			a.comparePeople(scopeDay{a, day, "advisor", id}, p)
		}
		for id, p := range d.Teams {
			a.comparePeople(scopeDay{a, day, "team", id}, p)
		}
		for id, c := range d.Campaigns {
			a.compareCampaign(scopeDay{a, day, "campaign", id}, c)
		}
	}
}

// scopeDay is one scope on one business day.
type scopeDay struct {
	*agreement
	day      int32
	kind, id string
}

func (s scopeDay) is(m indicator.Measure, want int64) {
	s.compared++
	key := sumKey{s.day, s.kind, s.id, m}
	want += s.left[key]
	if got := s.sums[key]; got != want {
		s.tb.Errorf("%s %s, day %d, %s: the machine has %d, the truth is %d", s.kind, s.id, s.day, m, got, want)
	}
}

func (a *agreement) compareQueue(s scopeDay, q *simulator.QueueDay) {
	s.is(indicator.Offered, q.CameIn)
	s.is(indicator.OfferedTransferred, q.HandedIn)
	s.is(indicator.Answered, q.PickedUp)
	s.is(indicator.WaitAnsweredMs, q.PickedUpWait)
	s.is(indicator.Abandoned, q.HungUp)
	s.is(indicator.WaitAbandonedMs, q.HungUpWait)
	s.is(indicator.Left, total(q.SentAway))
	s.is(indicator.WaitLeftMs, q.SentAwayWait)
	s.is(indicator.RefusedClosed, q.TurnedAway["closed"])
	a.compareWork(s, &q.Work)
	a.compareSaid(s, &q.Said)
}

func (a *agreement) compareWork(s scopeDay, w *simulator.Work) {
	s.is(indicator.Offers, w.Rings+w.PutThrough)
	s.is(indicator.Missed, w.RingsMissed)
	s.is(indicator.OffersCancelled, w.RingsCut)
	s.is(indicator.RingMs, w.RingTime)
	s.is(indicator.Handled, w.Done)
	s.is(indicator.TalkMs, w.Talk)
	s.is(indicator.HoldMs, w.Hold)
	s.is(indicator.WrapMs, w.AfterCall)
	s.is(indicator.Held, w.WithHold)
	s.is(indicator.Transferred, total(w.HandedOn))
	s.is(indicator.TransferredConsult, w.HandedOn["consult"])
	s.is(indicator.TransferredExternal, w.HandedOn["external"])
	s.is(indicator.ReleasedByAdvisor, w.EndedBy["advisor"])
	s.is(indicator.ReleasedByCustomer, w.EndedBy["customer"])
	s.is(indicator.Consulted, w.Advised)
	s.is(indicator.ConsultMs, w.AdviceTime)
	s.is(indicator.DirectHandled, w.PutThroughDone)
	s.is(indicator.DirectMs, w.PutThroughTime)
	s.is(indicator.Recorded, w.Recorded)
	s.is(indicator.Assisted, w.Helped)
	s.is(indicator.TakenOver, w.TakenOver)
}

func (a *agreement) comparePeople(s scopeDay, p *simulator.PeopleDay) {
	s.is(indicator.Answered, p.PickedUp)
	a.compareWork(s, &p.Work)
	a.compareSaid(s, &p.Said)
	a.compareOutreach(s, p)
	st := p.States
	s.is(indicator.AvailableMs, st["ready"])
	s.is(indicator.RingingMs, st["ringing"])
	s.is(indicator.OnContactMs, st["on_call"]+st["on_chat"])
	s.is(indicator.WrappingMs, st["after_call"])
	s.is(indicator.BreakMs, st["Pause"])
	s.is(indicator.LunchMs, st["Déjeuner"])
	s.is(indicator.BackofficeMs, st["Suivi de dossier"]+st["Traitement différé"])
	s.is(indicator.MeetingMs, st["Briefing"]+st["Réunion d'équipe"])
	s.is(indicator.TrainingMs, st["Formation"])
	s.is(indicator.CoachingMs, st["Débriefing"])
	s.is(indicator.LoggedMs, total(st))
}

func total(m map[string]int64) int64 {
	var sum int64
	for _, n := range m {
		sum += n
	}
	return sum
}
