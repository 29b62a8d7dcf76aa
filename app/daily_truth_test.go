// SPDX-License-Identifier: Apache-2.0

package app

import (
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/embedded"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds/simulator"
	"github.com/vigie-kpi/vigie/store"
)

// The daily job against the simulator's truth: twelve days over the end of summer time, with all that is said of their contacts
// up to five weeks later. Who came again is counted by hand, over all channels, from what truly happened: see daily_came_test.go.
// And every word that came after the machine had forgotten its contact is booked where it would have been in time.
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
	truth, err := simulator.Run(simulator.CapRivage(organisation), &simulator.Options{From: "2026-10-19", To: "2026-10-31", Seed: 1, // in it something is said of a call that became a part of another
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
	a.expectOpinions(truth)
	leaveOutMerged(a, truth, report.Unknown)
	for _, d := range truth.Days {
		for id, q := range d.Queues {
			a.compareSaid(scopeDay{a, dayNumber(t, d.Date), "queue", id}, &q.Said)
		}
		for id, p := range d.Advisors {
			a.compareSaid(scopeDay{a, dayNumber(t, d.Date), "advisor", id}, &p.Said)
		}
	}
	compareRepeats(a, truth, programmesOf(organisation))
	if a.compared < 2000 {
		t.Errorf("only %d numbers were compared", a.compared)
	}
	repeatSomeDays(t, st, options, a.sums)
}

// leaveOutMerged takes out of the truth what was said too late of a call that had become a part of another one: nobody knows its
// id any more. The job says how many such words there are.
func leaveOutMerged(a *agreement, truth *simulator.Truth, unknown uint64) {
	parts := map[string]bool{}
	for _, c := range truth.Calls {
		parts[c.ID] = c.PartOf != ""
	}
	a.late = slices.DeleteFunc(a.late, func(e event.Event) bool { return !parts[e.Contact] })
	a.leaveOut(truth)
	words := map[string]bool{}
	for _, e := range a.late {
		words[e.Source+" "+e.ID] = true
	}
	if len(words) == 0 || unknown != uint64(len(words)) {
		a.tb.Errorf("%d late words found no contact, want %d, at least one", unknown, len(words))
	}
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

// startTestEngine starts an empty engine, and returns its address.
func startTestEngine(t *testing.T) string {
	t.Helper()
	engine, err := embedded.StartEngine(t.Context(), embedded.StartOptions{DataDir: t.TempDir(), Command: []string{os.Args[0]}, Env: []string{engineEnv + "=1"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close() })
	return "http://" + engine.Addr()
}

// openTestStore opens a ClickHouse of the test's own, with all tables and views.
func openTestStore(t *testing.T) (*store.Store, store.Options) {
	t.Helper()
	options := store.Options{Addr: startTestEngine(t)}
	catalogue, err := indicator.Load()
	if err != nil {
		t.Fatal(err)
	}
	st, err := OpenStore(t.Context(), options, catalogue, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	for _, table := range []string{"contacts", "gauges", "outcomes", "daily_passes"} { // the tests' dates are fixed and the clock goes on
		if _, err := post(t, options.Addr, "ALTER TABLE vigie."+table+" REMOVE TTL"); err != nil {
			t.Fatal(err)
		}
	}
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
	for _, kind := range []indicator.ScopeKind{indicator.ScopeQueue, indicator.ScopeTeam, indicator.ScopeAdvisor, indicator.ScopeProgramme} {
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
