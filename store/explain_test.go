// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"slices"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/explain"
	"github.com/vigie-kpi/vigie/indicator"
)

// Five calls of queue support: c1 to c3 answered, c3 taken back by a later record, c4 abandoned, c5 left; and 4 abandons that
// somebody entered by hand. Read whole, in pages of two, only what counts, and as it was known before the correction.
func TestExplainFacts(t *testing.T) {
	s := openMigrated(t)
	call := func(contact, second string, offset int64, incs ...aggregator.Inc) made {
		return made{at: "2026-03-02T10:00:" + second + "Z", offset: offset, queue: "support", contact: contact, incs: incs}
	}
	write(t, openWriter(t, s, 0, nil), seal(t, newWorld("lyon", ""), 0, 0, 9,
		call("c1", "01", 1, inc(indicator.Answered, 1), inc(indicator.AnsweredWithin, 1), inc(indicator.WaitAnsweredMs, 1000)),
		call("c2", "02", 2, inc(indicator.Answered, 1), inc(indicator.WaitAnsweredMs, 30_000)),
		call("c3", "03", 3, inc(indicator.Answered, 1), inc(indicator.AnsweredWithin, 1)),
		call("c4", "04", 4, inc(indicator.Abandoned, 1)),
		call("c5", "05", 5, inc(indicator.Left, 1)),
		call("c3", "03", 6, inc(indicator.Answered, -1), inc(indicator.AnsweredWithin, -1)),
		call("", "07", 7, inc(indicator.Abandoned, 4))))
	ind, _ := catalogue(t).Lookup("sl_neg")
	q := ExplainQuery{Centre: "lyon", Scope: indicator.ScopeQueue, ID: "support", FromMs: at(t, "2026-03-02T10:00:00Z"),
		ToMs: at(t, "2026-03-02T10:15:00Z"), Measures: explain.Relevant(ind, indicator.ScopeQueue)}
	read := func(q ExplainQuery, only string, size, offset int) string {
		t.Helper()
		totals, err := s.ExplainTotals(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		p := ExplainPage{Only: only, Limit: size, Offset: offset}
		p.Numerator, p.Denominator, _ = ind.Terms(totals.Sums)
		facts, yes, no, err := s.ExplainFacts(t.Context(), q, p)
		if err != nil {
			t.Fatal(err)
		}
		var contacts []string
		for _, f := range facts {
			contacts = append(contacts, fmt.Sprintf("%s@%d", f.Contact, f.Offset))
		}
		slices.Sort(contacts)
		v := ind.Eval(totals.Sums)
		return fmt.Sprint(v.Numerator, v.Denominator, yes, no, contacts)
	}
	check := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	// 1 within of 2 answered and 5 abandoned. c1, c2, c4 and the entered ones count; c3 and c5 do not.
	check("all", read(q, explain.OnlyAll, 100, 0), "1 7 4 2 [@7 c1@1 c2@2 c3@3 c3@6 c4@4 c5@5]")
	check("the second page of two", read(q, explain.OnlyAll, 2, 2), "1 7 4 2 [c3@3 c3@6 c4@4]")
	check("the last page of two", read(q, explain.OnlyAll, 2, 4), "1 7 4 2 [@7 c5@5]")
	check("what counts", read(q, explain.OnlyCounted, 100, 0), "1 7 4 2 [@7 c1@1 c2@2 c4@4]")
	check("what does not", read(q, explain.OnlyNotCounted, 100, 0), "1 7 4 2 [c3@3 c3@6 c5@5]")
	newest, err := s.Newest(t.Context(), "lyon")
	if err != nil || newest != (Position{"e1", 0, 7}) {
		t.Fatalf("the newest facts are of %+v, %v", newest, err)
	}
	q.UpTo = &Position{"e1", 0, 5}
	check("before the correction", read(q, explain.OnlyAll, 100, 0), "2 4 4 1 [c1@1 c2@2 c3@3 c4@4 c5@5]")
	q.UpTo, q.Day, q.FromMs, q.ToMs = nil, "2026-03-02", 0, 0
	check("the business day", read(q, explain.OnlyCounted, 100, 0), "1 7 4 2 [@7 c1@1 c2@2 c4@4]")
}

// Who gave up: the newest first, with the customer's answered contact if there was one, else the next; a customer of another
// programme is another person; a hash of before the rotation finds the one after it.
func TestAbandons(t *testing.T) {
	s := openMigrated(t)
	storeVisits(t, s, "", 1,
		visit{contact: "a1", customer: "k1", at: "2026-03-02T10:00:00Z", how: "abandoned", programme: "edf"},
		visit{contact: "a2", customer: "k1", at: "2026-03-02T10:05:00Z", how: "abandoned", programme: "edf"},
		visit{contact: "b1", customer: "k1", at: "2026-03-02T10:20:00Z", programme: "edf"},
		visit{contact: "a3", customer: "k2", at: "2026-03-02T11:00:00Z", how: "abandoned", programme: "edf"},
		visit{contact: "b2", customer: "k2", at: "2026-03-02T11:10:00Z", programme: "sncf"},
		visit{contact: "a4", customer: "old", at: "2026-03-02T12:00:00Z", how: "abandoned", programme: "edf"},
		visit{contact: "b3", customer: "new", old: "old", at: "2026-03-02T12:30:00Z", programme: "edf"},
		visit{contact: "a5", at: "2026-03-02T13:00:00Z", how: "abandoned", programme: "edf"},
		visit{contact: "a6", customer: "k3", at: "2026-03-03T13:00:00Z", how: "abandoned", programme: "edf"})
	list, capped, err := s.Abandons(t.Context(), AbandonQuery{Centre: "lyon", Queue: "support", FromMs: at(t, "2026-03-02T10:00:00Z"), ToMs: at(t, "2026-03-03T00:00:00Z")})
	if err != nil || capped {
		t.Fatal(capped, err)
	}
	var got []string
	for i := range list {
		got = append(got, fmt.Sprintf("%s %s>%s %s", isoMs(list[i].AtMs), list[i].Contact, list[i].Returned, list[i].ReturnedAs))
	}
	want := []string{"2026-03-02T13:00:30Z a5> ", "2026-03-02T12:00:30Z a4>b3 answered", "2026-03-02T11:00:30Z a3> ",
		"2026-03-02T10:05:30Z a2>b1 answered", "2026-03-02T10:00:30Z a1>b1 answered"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	none, _, err := s.Abandons(t.Context(), AbandonQuery{Centre: "lyon", Queue: "' OR 1=1 --", Day: "2026-03-02"})
	if err != nil || len(none) != 0 {
		t.Errorf("a hostile queue: %v, %v", none, err)
	}
}
