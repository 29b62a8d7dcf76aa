// SPDX-License-Identifier: Apache-2.0

package explain_test

import (
	"os"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/explain"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

// Put takes an event of the simulator.
func (r *machine) Put(e *event.Event) error {
	r.tick(e.Received - e.Received%60_000)
	r.step(e)
	return nil
}

// The law of explanations, on an hour of the demo centre with its calls, chats, messages, campaigns, surveys and sales, out of
// order and twice: for every indicator that is made of facts, what the entries give is the numerator and the denominator of the
// formula over the sums, to the last unit; and every fact is told in words, in both languages.
func TestTheEntriesAddUpForEveryIndicator(t *testing.T) {
	o, err := organisation.Read(os.DirFS("../seeds/cap-rivage"), organisation.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := newMachine(t)
	from := time.Date(2026, 11, 17, 0, 0, 0, 0, time.UTC).UnixMilli()
	for _, e := range organisation.Records("cap-rivage", 1, from, o.Objects()) {
		r.step(&e)
	}
	if _, err := simulator.Run(simulator.CapRivage(o), &simulator.Options{From: "2026-11-17", To: "2026-11-18", Seed: simulator.CapRivageSeed,
		Delivery: simulator.Delivery{DelayMs: 200, DisorderMs: 60_000, Duplicates: 0.02}}, r); err != nil {
		t.Fatal(err)
	}
	r.tick(r.clock + 5*hour)
	var hourly []explain.Fact
	for _, f := range r.facts {
		if f.AtMs >= from+9*hour && f.AtMs < from+10*hour {
			hourly = append(hourly, f)
		}
	}
	checked, nonzero := 0, 0
	for _, scope := range []struct {
		kind indicator.ScopeKind
		id   string
	}{{indicator.ScopeCentre, ""}, {indicator.ScopeQueue, hourly[queueOf(hourly)].Queue}, {indicator.ScopeTeam, hourly[teamOf(hourly)].Team}} {
		base := request(t, "offered", scope.kind, scope.id, hourly)
		for _, ind := range base.Catalogue.Indicators() {
			if family, ok := ind.Bins(); !ind.FromSums() || !ind.Scopes.Has(scope.kind) || ok && family != indicator.WaitAnsweredBins {
				continue
			}
			checked++
			if checkLaw(t, narrow(base, ind, scope.kind, scope.id, hourly)) {
				nonzero++
			}
		}
	}
	t.Logf("%d facts of the hour, %d explanations, %d not zero", len(hourly), checked, nonzero)
	if checked < 300 || nonzero < 150 {
		t.Errorf("%d explanations, %d not zero", checked, nonzero)
	}
}

func queueOf(facts []explain.Fact) int {
	for i := range facts {
		if facts[i].Queue != "" && facts[i].Grain == indicator.GrainQueueLeg {
			return i
		}
	}
	return 0
}

func teamOf(facts []explain.Fact) int {
	for i := range facts {
		if facts[i].Team != "" && facts[i].Grain == indicator.GrainAdvisorLeg {
			return i
		}
	}
	return 0
}

// checkLaw explains in both languages and tells whether there is anything to add up.
func checkLaw(t *testing.T, q *explain.Request) bool {
	t.Helper()
	value := q.Indicator.Eval(q.Sums)
	for _, l := range []indicator.Language{indicator.English, indicator.French} {
		q.Language = l
		e := explain.Explain(q)
		n, d := sums(e)
		if len(e.Bins) > 0 {
			if n != e.N {
				t.Errorf("%s of %s %s: %d waits in the entries, %d in the bins", e.Indicator, e.Scope, e.ID, n, e.N)
			}
			return true
		}
		_, _, hasTerms := q.Indicator.Terms(q.Sums)
		if hasTerms && len(e.Terms) > 0 && (n != value.Numerator || e.Ratio && d != value.Denominator) {
			t.Errorf("%s of %s %s: the entries add up to %d over %d, the formula gives %d over %d", e.Indicator, e.Scope, e.ID, n, d, value.Numerator, value.Denominator)
		}
		for i := range e.Entries {
			if e.Entries[i].Why == "" {
				t.Errorf("%s: an entry without a reason: %+v", e.Indicator, e.Entries[i])
			}
			for _, line := range e.Entries[i].Lines {
				if line.Text == "" {
					t.Errorf("%s: a fact without words: %+v", e.Indicator, line)
				}
			}
		}
	}
	return value.Numerator != 0
}
