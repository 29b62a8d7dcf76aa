// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"math"
	"testing"
)

// Null rules: nothing happened, or less than nothing after a correction, is null
// and not zero; a plain sum is never null.
func TestNullRules(t *testing.T) {
	f := func(text string, measures map[Measure]int64, want Value) {
		t.Helper()
		got := alone(t, text).Eval(vector(measures))
		got.mul, got.div = 0, 0
		if got != want {
			t.Errorf("%s of %v = %+v, want %+v", text, measures, got, want)
		}
		if _, ok := got.Float(); ok != want.Valid {
			t.Errorf("%s of %v: Float is valid: %v, want %v", text, measures, ok, want.Valid)
		}
	}
	f("answered / offered", nil, Value{Valid: false, Numerator: 0, Denominator: 0})
	f("answered / offered", map[Measure]int64{Answered: 2}, Value{Valid: false, Numerator: 2, Denominator: 0})
	f("answered / offered", map[Measure]int64{Answered: 2, Offered: -1}, Value{Valid: false, Numerator: 2, Denominator: -1})
	f("answered / offered", map[Measure]int64{Offered: 4}, Value{Valid: true, Numerator: 0, Denominator: 4, Sample: 4})
	f("answered / offered", map[Measure]int64{Answered: 5, Offered: 4}, Value{Valid: true, Numerator: 5, Denominator: 4, Sample: 4})
	f("offered", nil, Value{Valid: true, Numerator: 0, Denominator: 1})
	f("offered", map[Measure]int64{Offered: 7}, Value{Valid: true, Numerator: 7, Denominator: 1, Sample: 7})
	f("offered", map[Measure]int64{Offered: -1}, Value{Valid: true, Numerator: -1, Denominator: 1})
	// Time over time counts no cases; time over cases does.
	f("ringing_ms / logged_ms", map[Measure]int64{RingingMs: 1, LoggedMs: 2}, Value{Valid: true, Numerator: 1, Denominator: 2})
	f("talk_ms / handled", map[Measure]int64{TalkMs: 9, Handled: 2}, Value{Valid: true, Numerator: 9, Denominator: 2, Sample: 2})
	f("p90(wait_answered_bins)", map[Measure]int64{Answered: 2}, Value{Denominator: 1})
}

// Ten waits of 1 to 10 s: the median is the 5th, nine in ten the 9th, and the
// rank of 95 % is 9.5 rounded up, the 10th.
func TestPercentileByHand(t *testing.T) {
	f := func(bins []uint16, counts []int64, p50, p90, p95 int64) {
		t.Helper()
		longest := int64(0)
		for i, n := range counts {
			if n != 0 {
				longest = BinUpperMs(bins[i])
			}
		}
		for _, c := range []struct{ rankBp, want int64 }{{5000, p50}, {9000, p90}, {9500, p95}, {10_000, longest}} {
			if got, ok := Percentile(bins, counts, c.rankBp); !ok || got != c.want {
				t.Errorf("rank %d bp of %v x %v = %d, %v; want %d", c.rankBp, bins, counts, got, ok, c.want)
			}
		}
	}
	f([]uint16{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, []int64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 5000, 9000, 10_000)
	// Four waits, ranks 2, 4 and 4.
	f([]uint16{20, 21}, []int64{3, 1}, 20_000, 21_000, 21_000)
	// One wait of 130 s: the third bin of 3.75 s above 120 s ends at 131.25 s.
	f([]uint16{BinOf(130_000)}, []int64{1}, 131_250, 131_250, 131_250)
	// Counts brought back to zero by a correction change nothing.
	f([]uint16{0, 20, 30, 40}, []int64{0, 3, 0, 1}, 20_000, 40_000, 40_000)
	// All answered at once.
	f([]uint16{0}, []int64{5}, 0, 0, 0)
	// As many as an int64 can hold.
	f([]uint16{1, 2}, []int64{math.MaxInt64 - 1, 1}, 1000, 1000, 1000)

	for _, counts := range [][]int64{nil, {0}, {1, -1}, {-2, 1}} {
		if _, ok := Percentile(make([]uint16, len(counts)), counts, 5000); ok {
			t.Errorf("counts %v have a median, want none", counts)
		}
	}
}

func TestPercentileForm(t *testing.T) {
	form := alone(t, "p90(wait_answered_bins)")
	got := form.EvalBins([]uint16{20, 21}, []int64{3, 1})
	if v, ok := got.Float(); !ok || v != 21_000 || got.Numerator != 21_000 || got.Denominator != 1 || got.Sample != 4 {
		t.Errorf("p90 = %+v, want 21000 ms out of 4", got)
	}
	if got := form.EvalBins(nil, nil); got.Valid || got.Sample != 0 {
		t.Errorf("p90 of nothing = %+v, want null", got)
	}
	if family, ok := form.Bins(); !ok || family != WaitAnsweredBins {
		t.Errorf("reads %v, %v; want wait_answered_bins", family, ok)
	}
	if got := alone(t, "answered").EvalBins([]uint16{1}, []int64{1}); got.Valid {
		t.Errorf("a sum evaluated over bins = %+v, want null", got)
	}
}

// The text that ClickHouse gets; each is short enough to be read.
func TestSQLText(t *testing.T) {
	f := func(text string, want SQL) {
		t.Helper()
		if got := alone(t, text).SQL(Measure.String, nil); got != want {
			t.Errorf("%s\n got %+v\nwant %+v", text, got, want)
		}
	}
	f("offered", SQL{"toNullable(toFloat64(offered))", "offered", "toInt64(1)", "greatest(offered, toInt64(0))"})
	f("talk_ms / 1000", SQL{"toNullable(toFloat64(talk_ms) / 1000)", "talk_ms", "toInt64(1)", "toInt64(0)"})
	f("answered / (offered - 2*left)", SQL{
		"if((offered - 2 * left) > 0, toFloat64(answered) / toFloat64(offered - 2 * left), NULL)",
		"answered", "(offered - 2 * left)", "greatest(offered - 2 * left, toInt64(0))"})
	f("-answered / offered", SQL{
		"if(offered > 0, toFloat64(-answered) / toFloat64(offered), NULL)",
		"(-answered)", "offered", "greatest(offered, toInt64(0))"})
	f("handled / hours(logged_ms)", SQL{
		"if(logged_ms > 0, toFloat64(handled) * 3600000 / toFloat64(logged_ms), NULL)",
		"handled", "logged_ms", "toInt64(0)"})
	f("talk_ms / handled / 3", SQL{
		"if(handled > 0, toFloat64(talk_ms) / (toFloat64(handled) * 3), NULL)",
		"talk_ms", "handled", "greatest(handled, toInt64(0))"})
}

func TestEvalDoesNotAllocate(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	measures, bins, counts := sample()
	allocs := testing.AllocsPerRun(100, func() { evalAll(c, measures, bins, counts) })
	if allocs != 0 {
		t.Errorf("evaluating the catalogue allocates %v times", allocs)
	}
	choice := alone(t, "clamp(coalesce(answered/left, talk_ms/hold_ms), 0, max(waiting, 5))")
	condition, err := c.Condition("sl_live < 80% && waiting > 3 || occupancy > 90%", nil)
	if err != nil {
		t.Fatal(err)
	}
	gauges := make([]int64, NumGauges)
	if allocs := testing.AllocsPerRun(100, func() { choice.EvalNow(measures, gauges); condition.Eval(measures, gauges) }); allocs != 0 {
		t.Errorf("evaluating a choice and a condition allocates %v times", allocs)
	}
}

func BenchmarkEvalCatalogue(b *testing.B) {
	c, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	measures, bins, counts := sample()
	b.ReportAllocs()
	for b.Loop() {
		evalAll(c, measures, bins, counts)
	}
	b.ReportMetric(float64(len(c.Indicators())), "indicators")
}

// sample is a vector of distinct sums, and a histogram of the size of a busy hour.
func sample() (measures []int64, bins []uint16, counts []int64) {
	measures = make([]int64, NumMeasures)
	for i := range measures {
		measures[i] = int64(i + 1)
	}
	for b := uint16(0); b < 150; b++ {
		bins, counts = append(bins, b), append(counts, 3)
	}
	return measures, bins, counts
}

func evalAll(c *Catalogue, measures []int64, bins []uint16, counts []int64) (sum float64) {
	for _, ind := range c.Indicators() {
		v := ind.Eval(measures)
		if _, ok := ind.Bins(); ok {
			v = ind.EvalBins(bins, counts)
		}
		f, _ := v.Float()
		sum += f
	}
	return sum
}
