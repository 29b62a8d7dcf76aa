// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
)

func catalogue(t testing.TB, extra ...indicator.Source) *indicator.Catalogue {
	t.Helper()
	c, err := indicator.Load(extra...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// openWithFacts is a store with a few facts worked by hand.
//
// Queue support, 10:00 to 10:15: 10 offered, 8 answered of which 6 within T, 2 abandoned, waits of 88 s
// in all; bins 2 x1, 5 x3, 20 x2, 150 x2. 10:15 to 10:30: 1 offered, then a correction takes one answered back from
// the first quarter: 7 answered, 5 within. 11:00: 5 answered of which 5 within, of nothing offered.
// Queue sales, 10:00: 3 offered, nobody answered.
// Team a: advisor zoe was available 60 s and on contact 120 s at 10:00.
func openWithFacts(t testing.TB) *Store {
	t.Helper()
	s := openMigrated(t)
	storeFacts(t, s)
	return s
}

func storeFacts(t testing.TB, s *Store) {
	t.Helper()
	const I = indicator.WaitAnsweredBins
	w := newWorld("lyon", "")
	write(t, openWriter(t, s, 0, nil), seal(t, w, 0, 0, 99,
		made{at: "2026-03-02T10:01:00Z", offset: 1, queue: "support", programme: "edf", incs: []aggregator.Inc{
			inc(indicator.Offered, 10), inc(indicator.Answered, 8), inc(indicator.AnsweredWithin, 6), inc(indicator.Abandoned, 2),
			inc(indicator.WaitAnsweredMs, 88000), bin(I, 2, 1), bin(I, 5, 3), bin(I, 20, 2), bin(I, 150, 2)}},
		made{at: "2026-03-02T10:16:00Z", offset: 2, queue: "support", programme: "edf", incs: []aggregator.Inc{inc(indicator.Offered, 1)}},
		made{at: "2026-03-02T10:02:00Z", offset: 3, queue: "support", programme: "edf", incs: []aggregator.Inc{
			inc(indicator.Answered, -1), inc(indicator.AnsweredWithin, -1), inc(indicator.WaitAnsweredMs, -4000), bin(I, 5, -1)}},
		made{at: "2026-03-02T11:00:00Z", offset: 4, queue: "support", programme: "edf", incs: []aggregator.Inc{
			inc(indicator.Answered, 5), inc(indicator.AnsweredWithin, 5), inc(indicator.WaitAnsweredMs, 5000), bin(I, 1, 5)}},
		made{at: "2026-03-02T10:03:00Z", offset: 5, queue: "sales", programme: "edf", incs: []aggregator.Inc{inc(indicator.Offered, 3)}},
		made{at: "2026-03-02T10:04:00Z", offset: 6, team: "a", advisor: "zoe", incs: []aggregator.Inc{
			inc(indicator.AvailableMs, 60000), inc(indicator.OnContactMs, 120000)}}))
}

// text is all rows of a query, each a tuple, as text.
func text(t testing.TB, s *Store, columns, from string) string {
	t.Helper()
	return scalar[string](t, s, fmt.Sprintf("SELECT toString(groupArray(x)) FROM (SELECT tuple(%s) AS x FROM {db}.%s)", columns, from))
}

// TestViews: the numbers of the views, worked by hand from the facts of openWithFacts.
func TestViews(t *testing.T) {
	s := openWithFacts(t)
	for _, c := range []struct{ name, columns, from, want string }{
		// 7 of 10 answered; 1 offered and none answered is 0 %; answered of nothing offered has no rate.
		{"rate per quarter", "toString(quarter), answered, offered, answer_rate, answer_rate_num, answer_rate_den",
			"v_queue_quarter WHERE queue = 'support' ORDER BY quarter",
			`[('2026-03-02 10:00:00',7,10,0.7,7,10),('2026-03-02 10:15:00',0,1,0,0,1),('2026-03-02 11:00:00',5,0,NULL,5,0)]`},
		// sl_neg: 5/(7+2) in the first hour, 5/5 in the second. asa: 84,000/7 = 12,000 ms.
		{"service level and asa per hour", "toString(hour), sl_neg_num, sl_neg_den, round(sl_neg, 6), asa",
			"v_queue_hour WHERE queue = 'support' ORDER BY hour",
			`[('2026-03-02 10:00:00',5,9,0.555556,12000),('2026-03-02 11:00:00',5,5,1,1000)]`},
		// The day: 12 answered of 11 offered; sales has no answer, so no asa.
		{"day per queue", "queue, toString(day), answered, offered, answer_rate_num, asa, sl_neg",
			"v_queue_day ORDER BY queue",
			`[('sales','2026-03-02',0,3,0,NULL,NULL),('support','2026-03-02',12,11,12,7416.666666666667,0.7142857142857143)]`},
		// Bins of the first quarter after the correction: 2:1, 5:2, 20:2, 150:2; n = 7. p50 is rank ceil(3.5) = 4: cumulated
		// 1, 3, 5: bin 20, 20 s. p90 is rank ceil(6.3) = 7: bin 150 = 120 s + 30 x 3.75 s = 232.5 s.
		{"percentiles", "wait_p50, wait_p90, wait_p90_n", "v_queue_quarter WHERE queue = 'support' AND quarter = '2026-03-02 10:00:00'",
			`[(20000,232500,7)]`},
		// 2026-03-02 is a Monday.
		{"week", "queue, toString(week), answered, offered, answer_rate_num", "v_queue_week ORDER BY queue", `[('sales','2026-03-02',0,3,0),('support','2026-03-02',12,11,12)]`},
		{"month", "toString(month), offered, occupancy", "v_centre_month", `[('2026-03-01',14,0.6666666666666666)]`},
		{"no percentile without waits", "wait_p50, wait_p50_n", "v_queue_day WHERE queue = 'sales'", `[(NULL,0)]`},
		// Occupancy: (180,000 - 60,000) / 180,000 = 2/3.
		{"people", "team, occupancy_num, occupancy_den, occupancy", "v_team_day", `[('a',120000,180000,0.6666666666666666)]`},
		{"advisor", "advisor, occupancy", "v_advisor_quarter", `[('zoe',0.6666666666666666)]`},
		// The centre has all of it: 12 answered of 14 offered.
		{"centre", "centre, toString(day), answered, offered, occupancy_den", "v_centre_day", `[('lyon','2026-03-02',12,14,180000)]`},
		{"programme", "programme, offered", "v_programme_day", `[('edf',14)]`},
		{"nobody's campaign", "campaign", "v_campaign_day", `[]`},
		{"definitions", "id, formula, unit, name_fr", "indicator_definitions WHERE id = 'answer_rate'", `[('answer_rate','answered / offered','percent','Taux de décroché')]`},
		{"definitions, more of them", "subject, measures, grains, attributions, better, in_views, adds_up, scopes", "indicator_definitions WHERE id = 'answer_rate'",
			`[('volume','offered, answered','queue_leg','moment','higher',1,1,'centre, programme, queue, campaign, channel')]`},
		{"definition of a percentile", "measures, in_views, adds_up", "indicator_definitions WHERE id = 'wait_p90'", `[('wait_answered_bins',1,0)]`},
		{"definition of a gauge", "in_views, in_samples, adds_up", "indicator_definitions WHERE id = 'waiting'", `[(0,1,0)]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := text(t, s, c.columns, c.from); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestViewsAgreeWithGo: in every view, every indicator is what its Go form gives for
// the sums of the same row, to the last bit.
func TestViewsAgreeWithGo(t *testing.T) {
	s := openWithFacts(t)
	for scope := range indicator.ScopeKind(indicator.NumScopeKinds) {
		var shown []*indicator.Indicator
		for _, ind := range catalogue(t).Indicators() {
			if ind.Scopes.Has(scope) && ind.FromSums() {
				shown = append(shown, ind)
			}
		}
		for interval := range numIntervals {
			checkView(t, s, scope, interval, shown)
		}
	}
}

// shownValue is what a view says of an indicator.
type shownValue struct {
	value                  *float64
	numerator, denominator int64
}

func checkView(t *testing.T, s *Store, scope indicator.ScopeKind, interval Interval, shown []*indicator.Indicator) {
	t.Helper()
	measures, families, _ := sumsOf(scope)
	var columns []string
	for _, m := range measures {
		columns = append(columns, m.String())
	}
	for _, f := range families {
		columns = append(columns, f.String())
	}
	for _, ind := range shown {
		columns = append(columns, "toNullable(toFloat64("+ind.ID+"))", ind.ID+"_num", ind.ID+"_den")
	}
	rows, err := s.conn.Query(t.Context(), "SELECT "+strings.Join(columns, ", ")+" FROM "+s.Name(ViewName(scope, interval)))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		sums := make([]int64, indicator.NumMeasures)
		bins := make([]map[uint16]int64, indicator.NumBinFamilies)
		values := make([]shownValue, len(shown))
		var into []any
		for _, m := range measures {
			into = append(into, &sums[m])
		}
		for _, f := range families {
			into = append(into, &bins[f])
		}
		for i := range values {
			into = append(into, &values[i].value, &values[i].numerator, &values[i].denominator)
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for i, ind := range shown {
			checkValue(t, ViewName(scope, interval), ind, values[i], sums, bins)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

func checkValue(t *testing.T, view string, ind *indicator.Indicator, got shownValue, sums []int64, bins []map[uint16]int64) {
	t.Helper()
	want := ind.Eval(sums)
	if family, ok := ind.Bins(); ok {
		sorted := sortedBins(bins[family])
		want = ind.EvalBins(sorted.Bins, sorted.Counts)
	}
	float, valid := want.Float()
	if valid != (got.value != nil) || valid && *got.value != float || got.numerator != want.Numerator || got.denominator != want.Denominator {
		t.Errorf("%s.%s: SQL has %v (%d / %d), Go has %v, %v (%d / %d)", view, ind.ID, got.value, got.numerator, got.denominator,
			float, valid, want.Numerator, want.Denominator)
	}
}

// TestTheLastBlockOfAnImportShowsIt: the block with which an import is complete makes it visible, by itself.
func TestTheLastBlockOfAnImportShowsIt(t *testing.T) {
	s := openWithFacts(t)
	past := newWorld("lyon", "import-2")
	fact := func(offset int64) made {
		return made{at: "2026-01-06T10:00:00Z", offset: offset, queue: "support", incs: []aggregator.Inc{inc(indicator.Offered, 3)}}
	}
	w := openWriter(t, s, 1, nil)
	shown := func() string { return text(t, s, "toString(day), offered", "v_centre_day ORDER BY day") }
	write(t, w, seal(t, past, 1, 0, 9, fact(1)))
	if got, want := shown(), `[('2026-03-02',14)]`; got != want {
		t.Errorf("after the first block: %s, want %s", got, want)
	}
	last := seal(t, past, 1, 10, 19, fact(11))
	last.imports = []aggregator.ImportEnd{{Centre: "lyon", Lane: "import-2"}}
	write(t, w, last)
	if got, want := shown(), `[('2026-01-06',6),('2026-03-02',14)]`; got != want {
		t.Errorf("after the last block: %s, want %s", got, want)
	}
}

// TestImportsAreHiddenUntilShown: facts of an import count once somebody says so, and
// can be hidden again.
func TestImportsAreHiddenUntilShown(t *testing.T) {
	s := openWithFacts(t)
	past := newWorld("lyon", "import-1")
	write(t, openWriter(t, s, 1, nil), seal(t, past, 1, 0, 9,
		made{at: "2026-01-05T10:00:00Z", offset: 1, queue: "support", incs: []aggregator.Inc{inc(indicator.Offered, 500)}}))
	shown := func() string { return text(t, s, "toString(day), offered", "v_centre_day ORDER BY day") }
	const live, both = `[('2026-03-02',14)]`, `[('2026-01-05',500),('2026-03-02',14)]`
	if got := shown(); got != live {
		t.Errorf("before: %s", got)
	}
	for i, want := range []string{both, live, both} {
		if err := s.ShowLane(t.Context(), "lyon", "import-1", i != 1); err != nil {
			t.Fatal(err)
		}
		if got := shown(); got != want {
			t.Errorf("step %d: %s", i, got)
		}
	}
	if err := s.ShowLane(t.Context(), "paris", "import-1", false); err != nil {
		t.Fatal(err)
	}
	if got := shown(); got != both {
		t.Errorf("another centre's import changed ours: %s", got)
	}
	if err := s.ShowLane(t.Context(), "lyon", "", false); err == nil {
		t.Error("the live lane can be hidden")
	}
}

// TestLongDay: on the night when clocks go back in Paris (2026-10-25), the business day
// has 25 hours, and the hour that comes twice is two rows. No zone is converted in SQL:
// the machine wrote the day.
func TestLongDay(t *testing.T) {
	s := openMigrated(t)
	var facts []made
	for hour := range 25 { // 2026-10-24T22:00Z is midnight of the 25th in Paris (+02:00)
		ms := at(t, "2026-10-24T22:30:00Z") + int64(hour)*3600_000
		facts = append(facts, made{at: isoMs(ms), day: "2026-10-25", offset: int64(hour), queue: "support", incs: []aggregator.Inc{inc(indicator.Offered, 1)}})
	}
	write(t, openWriter(t, s, 0, nil), seal(t, newWorld("lyon", ""), 0, 0, 99, facts...))
	if got := text(t, s, "toString(day), offered", "v_queue_day"); got != `[('2026-10-25',25)]` {
		t.Errorf("day: %s", got)
	}
	if got := text(t, s, "count(), min(offered), max(offered), uniqExact(hour)", "v_queue_hour"); got != `[(25,1,1,25)]` {
		t.Errorf("hours: %s", got)
	}
}

// TestViewsReadTheProjection: quarter and day views of queues and of the centre are
// answered from the projections, and a query pays for the columns it names only.
func TestViewsReadTheProjection(t *testing.T) {
	s := openWithFacts(t)
	for _, c := range []struct{ query, projection string }{
		{"SELECT quarter, queue, answer_rate FROM {db}.v_queue_quarter WHERE centre = 'lyon' AND day = '2026-03-02'", "by_queue"},
		{"SELECT * FROM {db}.v_queue_quarter WHERE centre = 'lyon' AND day = '2026-03-02'", "by_queue"},
		{"SELECT day, sl_live, wait_p90 FROM {db}.v_programme_day WHERE centre = 'lyon'", "by_queue"},
		{"SELECT day, answer_rate, occupancy FROM {db}.v_centre_day WHERE centre = 'lyon'", "by_team"},
		{"SELECT hour, occupancy FROM {db}.v_team_hour WHERE centre = 'lyon'", "by_team"},
	} {
		plan := scalar[string](t, s, "SELECT arrayStringConcat(groupArray(explain), '\n') FROM (EXPLAIN header = 1 "+c.query+")")
		if !strings.Contains(plan, c.projection+"_") {
			t.Errorf("%s does not read %s:\n%s", c.query, c.projection, plan)
		}
		if !strings.Contains(c.query, "*") && strings.Contains(plan, "wait_left_ms") {
			t.Errorf("%s reads a column it does not name:\n%s", c.query, plan)
		}
	}
}

// TestRefreshViews: refreshing again replaces nothing, a new indicator appears, one that
// would hide a column is refused, and every column has a comment.
func TestRefreshViews(t *testing.T) {
	s := openOwn(t)
	if err := s.RefreshViews(t.Context(), catalogue(t)); err != nil {
		t.Fatal(err)
	}
	storeFacts(t, s)
	created := func() string {
		return scalar[string](t, s, "SELECT toString(groupArray((name, uuid))) FROM (SELECT name, uuid FROM system.tables WHERE database = '{db}' ORDER BY name)")
	}
	before := created()
	if err := s.RefreshViews(t.Context(), catalogue(t)); err != nil {
		t.Fatal(err)
	}
	if created() != before {
		t.Error("views were replaced by the same ones")
	}
	own := indicator.Source{Name: "own.yaml", YAML: []byte(`
- id: lost_share
  kind: additive
  name: {en: Lost share, fr: Part perdue}
  formula: (abandoned + lost) / offered
  unit: percent
  better: lower
  scopes: [queue]
  controllable: centre
  doc: {en: "What was lost of what came in, it's ours.", fr: "Ce qui a été perdu de ce qui est entré."}
`)}
	if err := s.RefreshViews(t.Context(), catalogue(t, own)); err != nil {
		t.Fatal(err)
	}
	// 2 of 11 abandoned in support.
	if got := text(t, s, "lost_share_num, lost_share_den", "v_queue_day WHERE queue = 'support'"); got != `[(2,11)]` {
		t.Errorf("the new indicator is %s", got)
	}
	own.YAML = []byte(strings.ReplaceAll(string(own.YAML), "lost_share", "answer_rate_num"))
	if _, err := indicator.Load(own); err == nil || !strings.Contains(err.Error(), "answer_rate_num") {
		t.Errorf("a column taken twice: %v", err)
	}
	if got := scalar[string](t, s, "SELECT toString(groupArray(concat(table, '.', name))) FROM system.columns WHERE database = '{db}' AND comment = ''"); got != "[]" {
		t.Errorf("columns without a comment: %s", got)
	}
	if got := scalar[string](t, s, "SELECT toString(groupArray(name)) FROM system.tables WHERE database = '{db}' AND comment = ''"); got != "[]" {
		t.Errorf("tables without a comment: %s", got)
	}
}

// TestPreparedAtOnce: several processes migrate and refresh an empty database at once.
func TestPreparedAtOnce(t *testing.T) {
	s := openEmpty(t)
	c := catalogue(t)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			if err := s.Migrate(t.Context()); err != nil {
				t.Error(err)
			}
			if err := s.RefreshViews(t.Context(), c); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if got := text(t, s, "count()", "v_queue_quarter"); got != "[(0)]" {
		t.Errorf("the view has %s", got)
	}
}
