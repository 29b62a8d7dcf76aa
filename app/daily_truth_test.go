// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/embedded"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds/simulator"
	"github.com/vigie-kpi/vigie/store"
)

// The daily job against the simulator's truth: twelve days over the end of summer time, with all that is said of their calls
// up to five weeks later. Who came again is counted here by hand, call by call, from what truly happened; and every word that
// came after the machine had forgotten its call is booked where it would have been in time.
func TestTheDailyJobAgreesWithTheSimulatorsTruth(t *testing.T) {
	st, options := openTestStore(t)
	organisation, err := organisation.Read(os.DirFS("../seeds/cap-rivage"), organisation.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a := newAgreement(t)
	stored := &storing{agreement: a, builder: store.NewBuilder()}
	if stored.writer, err = st.OpenWriter(t.Context(), "truth", 0, store.WriterOptions{}); err != nil {
		t.Fatal(err)
	}
	a.hand = stored.take
	a.configure(organisation, "2026-10-19")
	truth, err := simulator.Run(simulator.CapRivage(organisation), &simulator.Options{From: "2026-10-19", To: "2026-10-31", Seed: simulator.CapRivageSeed,
		Delivery: simulator.Delivery{DelayMs: 200, DisorderMs: 60_000, Duplicates: 0.02}, AfterMs: (35 * 24 * time.Hour).Milliseconds()}, a)
	if err != nil {
		t.Fatal(err)
	}
	a.tickUntil(a.ticked + (30 * time.Hour).Milliseconds()) // words that wait for their call are given up
	stored.flush()
	if len(a.late) < 100 {
		t.Errorf("only %d words came too late", len(a.late))
	}
	report, err := st.RunDaily(t.Context(), store.DailyOptions{Centre: "cap-rivage", Kind: store.DailyFull})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d calls, %d late words on %d contacts, %d rows", len(truth.Calls), len(a.late), report.Late, report.Rows)
	a.sums = map[sumKey]int64{}
	readSums(t, st, a.sums)
	for _, d := range truth.Days {
		for id, q := range d.Queues {
			a.compareSaid(scopeDay{a, dayNumber(t, d.Date), "queue", id}, &q.Said)
		}
		for id, p := range d.Advisors {
			a.compareSaid(scopeDay{a, dayNumber(t, d.Date), "advisor", id}, &p.Said)
		}
	}
	compareRepeats(a, truth)
	if a.compared < 2000 {
		t.Errorf("only %d numbers were compared", a.compared)
	}
	repeatSomeDays(t, st, options, a.sums)
}

// repeatSomeDays runs the job by hand for some days of one centre, and finds that nothing changes.
func repeatSomeDays(t *testing.T, st *store.Store, options store.Options, before map[sumKey]int64) {
	t.Helper()
	from, to := time.Date(2026, 10, 20, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 22, 0, 0, 0, 0, time.UTC)
	steps := 0
	reports, err := Repeats(t.Context(), RepeatsOptions{ClickHouse: options, Centre: "cap-rivage", From: from, To: to, Progress: func(string, int, int) { steps++ }})
	if err != nil {
		t.Fatal(err)
	}
	if len(reports) != 1 || reports[0].Rows == 0 || steps != 2 || !slices.Equal(reports[0].Ranges, []store.DayRange{{From: dayOf(from), To: dayOf(to)}}) {
		t.Errorf("%d steps, reports %+v", steps, reports)
	}
	after := map[sumKey]int64{}
	readSums(t, st, after)
	for key, n := range before {
		if after[key] != n {
			t.Errorf("%+v was %d and is %d", key, n, after[key])
		}
	}
	if _, err := Repeats(t.Context(), RepeatsOptions{ClickHouse: options, Centre: "nowhere"}); err == nil || !strings.Contains(err.Error(), "there are contacts of: cap-rivage") {
		t.Errorf("a centre that is not there: %v", err)
	}
}

// openTestStore opens a ClickHouse of the test's own, with all tables and views.
func openTestStore(t *testing.T) (*store.Store, store.Options) {
	t.Helper()
	engine, err := embedded.StartEngine(t.Context(), embedded.StartOptions{DataDir: t.TempDir(), Command: []string{os.Args[0]}, Env: []string{engineEnv + "=1"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close() })
	catalogue, err := indicator.Load()
	if err != nil {
		t.Fatal(err)
	}
	options := store.Options{Addr: "http://" + engine.Addr()}
	st, err := OpenStore(t.Context(), options, catalogue, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return st, options
}

// storing writes what the machine hands over, in few large blocks.
type storing struct {
	*agreement
	builder *store.Builder
	writer  *store.Writer
	first   int64
}

func (s *storing) take(ready aggregator.Ready) {
	if err := s.builder.AddFacts(ready.Facts, ready.Incs); err != nil {
		s.tb.Fatal(err)
	}
	s.builder.AddContacts(ready.Contacts)
	s.builder.AddOutcomes(ready.Outcomes)
	if s.builder.Rows() > 200_000 {
		s.flush()
	}
}

func (s *storing) flush() {
	last := s.machine.Offset()
	if err := s.writer.Write(s.tb.Context(), s.builder.Seal("truth", 0, s.first, last, "test")); err != nil {
		s.tb.Fatal(err)
	}
	s.first = last + 1
}

// readSums adds up the views of days.
func readSums(t *testing.T, st *store.Store, sums map[sumKey]int64) {
	t.Helper()
	for _, kind := range []indicator.ScopeKind{indicator.ScopeQueue, indicator.ScopeAdvisor, indicator.ScopeProgramme} {
		rows, err := st.DaySums(t.Context(), "cap-rivage", kind)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for m, n := range row.Measures {
				sums[sumKey{row.Day, kind.String(), row.ID, indicator.Measure(m)}] = n
			}
		}
	}
}

// lived is a customer's call as the counting needs it.
type lived struct {
	id                                    string
	day, baseDay, enteredDay, leftDay     int32
	began, entered, base, abandoned, talk int64
}

// compareRepeats counts who came again, from the calls themselves.
func compareRepeats(a *agreement, truth *simulator.Truth) {
	byCustomer := customers(a, truth)
	want := map[sumKey]int64{}
	for key, calls := range byCustomer {
		programme, _, _ := strings.Cut(key, " ")
		add := func(day int32, m indicator.Measure) { want[sumKey{day, "programme", programme, m}]++ }
		perDay := map[int32]int{}
		for _, c := range calls {
			if c.entered != 0 {
				perDay[c.day]++
			}
		}
		calls = slices.DeleteFunc(calls, func(c lived) bool { return perDay[c.day] > 5 })
		for _, c := range calls {
			back, soon, late := int64(1)<<62, int64(1)<<62, int64(1)<<62
			for _, o := range calls {
				if o.id == c.id || o.entered == 0 && o.base == 0 {
					continue
				}
				if o.entered > c.abandoned {
					back = min(back, o.entered-c.abandoned)
				}
				if o.entered > c.began && !o.cutOff() && o.entered != 0 {
					soon = min(soon, o.entered-c.base)
				}
				if o.began < c.entered && o.base != 0 && !o.cutOff() {
					late = min(late, c.entered-o.base)
				}
			}
			if c.abandoned != 0 && back <= time.Hour.Milliseconds() {
				add(c.leftDay, indicator.AbandonedReturned1h)
			}
			for i, n := range []int64{3, 7, 14, 30} {
				if c.base != 0 && !c.cutOff() && soon <= n*24*time.Hour.Milliseconds() {
					add(c.baseDay, indicator.Repeated3d+indicator.Measure(i))
				}
				if c.entered != 0 && !c.cutOff() && late <= n*24*time.Hour.Milliseconds() {
					add(c.enteredDay, indicator.Repeats3d+indicator.Measure(i))
				}
			}
		}
	}
	total := map[indicator.Measure]int64{}
	for _, d := range truth.Days {
		day, _ := time.Parse(time.DateOnly, d.Date)
		for programme := range d.Programmes {
			s := scopeDay{a, int32(day.Unix() / (24 * 60 * 60)), "programme", programme}
			for m := indicator.Repeated3d; m <= indicator.AbandonedReturned1h; m++ {
				n := want[sumKey{s.day, "programme", programme, m}]
				total[m] += n
				s.is(m, n)
			}
		}
	}
	for _, m := range []indicator.Measure{indicator.Repeated3d, indicator.Repeats7d, indicator.AbandonedReturned1h} {
		if total[m] < 20 {
			a.tb.Errorf("%s: only %d in the truth", m, total[m])
		}
	}
}

func (c *lived) cutOff() bool { return c.base != 0 && c.talk < (10*time.Second).Milliseconds() }

// customers are the calls of each known customer of each programme, with those that became a part of them.
func customers(a *agreement, truth *simulator.Truth) map[string][]lived {
	loc, err := zone.Load(truth.Zone)
	if err != nil {
		a.tb.Fatal(err)
	}
	calendar := zone.NewCalendar(loc, 5*60)
	parts := map[string][]*simulator.Call{}
	for _, c := range truth.Calls {
		id := cmp.Or(c.PartOf, c.ID)
		parts[id] = append(parts[id], c)
	}
	all := map[string][]lived{}
	for _, c := range truth.Calls {
		if c.Customer == "" || c.PartOf != "" || c.Origin == "asked" || c.Origin == "back" {
			continue
		}
		l := lived{id: c.ID, began: c.BeganAt, day: calendar.Day(c.BeganAt)}
		ended, answered, lastWait, hungUp := int64(0), false, int64(0), false
		for _, p := range parts[c.ID] {
			ended = max(ended, p.EndedAt)
			for _, w := range p.Waits {
				if l.entered == 0 || w.From < l.entered {
					l.entered = w.From
				}
				answered = answered || w.Ended == "picked_up"
				if w.To > lastWait {
					lastWait, hungUp = w.To, w.Ended == "hung_up" && p == c
				}
			}
			for _, r := range p.Rings {
				ended = max(ended, r.To)
			}
			for _, v := range p.Talks {
				ended = max(ended, v.EndedAt, v.DoneAt)
				if v.Kind != "advice" {
					l.talk += v.EndedAt - v.From - v.HoldMs
				}
			}
		}
		if l.entered != 0 {
			l.enteredDay = calendar.Day(l.entered)
		}
		if answered {
			l.base, l.baseDay = ended, calendar.Day(ended)
		}
		if hungUp {
			l.abandoned, l.leftDay = lastWait, calendar.Day(lastWait)
		}
		key := fmt.Sprint(c.Programme, " ", c.Customer)
		all[key] = append(all[key], l)
	}
	return all
}
