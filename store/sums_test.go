// SPDX-License-Identifier: Apache-2.0

package store

import (
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
)

// TestSumsQuery: sums of a few measures are those of the facts of openWithFacts, added up by hand, with what the daily job found and
// the imports that are shown, and no row where there is nothing.
func TestSumsQuery(t *testing.T) {
	s := openWithFacts(t)
	const day = "centre = 'lyon' AND day = '2026-03-02'"
	execute(t, s, `INSERT INTO {db}.daily_facts (centre, day, part, contact, number, quarter, at, grain, queue, repeats_7d, made_at) VALUES
		('lyon', '2026-03-02', 'repeats', 'c1', 1, '2026-03-02 10:00:00', '2026-03-02 10:01:00', 'contact', 'support', 1, '2026-03-03 01:00:00'),
		('lyon', '2026-03-02', 'repeats', 'c1', 1, '2026-03-02 10:00:00', '2026-03-02 10:01:00', 'contact', 'support', 1, '2026-03-03 02:00:00'),
		('lyon', '2026-03-02', 'repeats', 'c2', 1, '2026-03-02 10:00:00', '2026-03-02 10:02:00', 'contact', 'billing', 1, '2026-03-03 02:00:00')`)
	for _, c := range []struct {
		name string
		q    SumsQuery
		want string
	}{
		{"of the centre", SumsQuery{Measures: []indicator.Measure{indicator.Offered, indicator.Answered}, Where: day}, "[('lyon',14,12)]"},
		{"by queue", SumsQuery{Measures: []indicator.Measure{indicator.Offered, indicator.AnsweredWithin}, Keys: []string{"queue"}, Where: day + " AND queue IN ('support', 'sales')"},
			"[('sales',3,0),('support',11,10)]"},
		{"by quarter, from ten to eleven", SumsQuery{Measures: []indicator.Measure{indicator.Offered}, Keys: []string{"quarter"},
			Where: day + " AND queue != '' AND quarter >= '2026-03-02 10:00:00' AND quarter < '2026-03-02 11:00:00'"}, "[('2026-03-02 10:00:00',13),('2026-03-02 10:15:00',1)]"},
		{"bins: those of 1, 2, 5, 20 and 150 s, one of 5 s taken back", SumsQuery{Bins: []indicator.BinFamily{indicator.WaitAnsweredBins}, Keys: []string{"queue"}, Where: day + " AND queue = 'support'"},
			"[('support',{1:5,2:1,5:2,20:2,150:2})]"},
		{"of the daily job, each pass once", SumsQuery{Measures: []indicator.Measure{indicator.Offered, indicator.Repeats7d}, Keys: []string{"queue"}, Where: day + " AND queue != ''"},
			"[('billing',0,1),('sales',3,0),('support',11,1)]"},
		{"of nothing", SumsQuery{Measures: []indicator.Measure{indicator.Offered}, Where: "centre = 'lyon' AND day = '2026-03-03'"}, "[]"},
		{"of nothing, the daily job asked", SumsQuery{Measures: []indicator.Measure{indicator.Repeats7d}, Where: "centre = 'lyon' AND day = '2026-03-03'"}, "[]"},
	} {
		if got := sumsText(t, s, c.q); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}

	hidden := newWorld("lyon", "import-1")
	write(t, openWriter(t, s, 1, nil), seal(t, hidden, 1, 0, 9, made{at: "2026-03-02T10:01:00Z", offset: 1, queue: "support", incs: []aggregator.Inc{inc(indicator.Offered, 100)}}))
	offered := SumsQuery{Measures: []indicator.Measure{indicator.Offered}, Where: day}
	if got := sumsText(t, s, offered); got != "[('lyon',14)]" {
		t.Errorf("an import that is not shown counts: %s", got)
	}
	if err := s.ShowLane(t.Context(), "lyon", "import-1", true); err != nil {
		t.Fatal(err)
	}
	if got := sumsText(t, s, offered); got != "[('lyon',114)]" {
		t.Errorf("an import that is shown does not count: %s", got)
	}
}

// sumsText is all rows of a query, in their order, as text.
func sumsText(t *testing.T, s *Store, q SumsQuery) string {
	t.Helper()
	var text string
	row := s.conn.QueryRow(t.Context(), "SELECT toString(arraySort(groupArray(tuple(*)))) FROM ("+strings.NewReplacer(" facts", " "+s.database+".facts", " daily_facts", " "+s.database+".daily_facts", " lanes", " "+s.database+".lanes").Replace(q.SQL())+")")
	if err := row.Scan(&text); err != nil {
		t.Fatalf("%s\n%v", q.SQL(), err)
	}
	return text
}
