// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"strings"
	"testing"
)

// What each function gives, worked by hand on one day: 10 offered, 6 answered of which 3
// within T, 3 abandoned, nobody left; waits of 90 s in all; two wait now, nobody is available.
func TestFunctions(t *testing.T) {
	measures := vector(map[Measure]int64{Offered: 10, Answered: 6, AnsweredWithin: 3, Abandoned: 3, WaitAnsweredMs: 90_000})
	gauges := make([]int64, NumGauges)
	gauges[GaugeWaiting] = 2
	f := func(text string, numerator, denominator int64, value float64) {
		t.Helper()
		v := alone(t, text).EvalNow(measures, gauges)
		got, ok := v.Float()
		if !ok || got != value || v.Numerator != numerator || v.Denominator != denominator {
			t.Errorf("%s = %v, %v (%d / %d), want %v (%d / %d)", text, got, ok, v.Numerator, v.Denominator, value, numerator, denominator)
		}
	}
	null := func(text string) {
		t.Helper()
		if v := alone(t, text).EvalNow(measures, gauges); v.Valid {
			t.Errorf("%s = %+v, want null", text, v)
		}
	}
	f("if(answered > abandoned, answered/offered, abandoned/offered)", 6, 10, 0.6)
	f("if(answered < abandoned, answered/offered, abandoned/offered)", 3, 10, 0.3)
	f("if(answered >= 6 && abandoned <= 3 && offered == 10 && left != 1, 1, 2)", 1, 1, 1)
	f("if(answered > 6 || !(abandoned < 3), 1, 2)", 1, 1, 1)
	// 3/6 is not less than 50 %, to the last digit; nor is 1/3 less than 3/9.
	f("if(answered_within/answered < 50%, 1, 2)", 2, 1, 2)
	f("if(answered_within/answered <= 50%, 1, 2)", 1, 1, 1)
	// An average wait of 15 s.
	f("if(wait_answered_ms/answered < 15.001s, 1, 2)", 1, 1, 1)
	f("max(answered/offered, abandoned/offered, 10%)", 6, 10, 0.6)
	f("min(answered/offered, abandoned/offered, 10%)", 1, 10, 0.1)
	f("clamp(answered/offered, 0%, 50%)", 1, 2, 0.5)
	f("clamp(answered/offered, 70%, 80%)", 7, 10, 0.7)
	f("clamp(answered/offered, 0%, 100%)", 6, 10, 0.6)
	f("coalesce(answered/left, abandoned/offered)", 3, 10, 0.3)
	f("coalesce(answered/offered, 0%)", 6, 10, 0.6)
	f("coalesce(answered/left, 0%)", 0, 1, 0)
	// Arithmetic goes into the cases.
	f("1 - if(left > 0, answered/left, answered/offered)", 4, 10, 0.4)
	f("100 * max(answered/offered, 50%)", 6, 10, 60)
	f("wait_answered_ms/answered - 10s", 30_000, 6, 5000)
	f("(answered/offered) * if(left > 0, 2, 3)", 6, 10, 1.8)
	f("hours(max(wait_answered_ms, 1h))", 1, 1, 1)
	// Gauges are inputs like any other.
	f("waiting - 3*advisors_available", 2, 1, 2)
	f("if(waiting > 3*advisors_available, 1, 0)", 1, 1, 1)
	f("waiting / offered", 2, 10, 0.2)

	// Where a side of a comparison has no value there is no answer, and no value.
	null("if(answered/left > 50%, 1, 2)")
	null("if(waiting/advisors_available > 3, 1, 0)")
	null("max(answered/left, 10%)")
	null("if(left > 0, 1, answered/left)*1/1")
	// Unless the rest decides.
	f("if(answered/left > 50% && offered > 100, 1, 2)", 2, 1, 2)
	f("if(answered/left > 50% || offered == 10, 1, 2)", 1, 1, 1)
	null("if(!(answered/left > 50%), 1, 2)")
	null("if(answered/left > 50% || offered == 11, 1, 2)")

	// Without gauges nothing that reads them has a value.
	if v := alone(t, "waiting + 0*offered").Eval(measures); v.Valid {
		t.Errorf("waiting without gauges = %+v", v)
	}
}

// Sums beyond what a double tells apart are compared as the integers they are: 2^62 + 1 over
// 3 is above 2^62 over 3, and both factors of a comparison may be that large.
func TestComparisonsAreExact(t *testing.T) {
	const large = int64(1) << 62
	f := func(text string, measures map[Measure]int64, want int64) {
		t.Helper()
		if got := alone(t, text).Eval(vector(measures)); got.Numerator != want {
			t.Errorf("%s of %v = %d, want %d", text, measures, got.Numerator, want)
		}
	}
	sides := map[Measure]int64{Answered: large + 1, Abandoned: large, Offered: 3, Left: 3}
	f("if(answered/offered > abandoned/left, 1, 2)", sides, 1)
	f("if(answered/offered == abandoned/left, 1, 2)", sides, 2)
	f("if(abandoned/offered == abandoned/left, 1, 2)", sides, 1)
	f("if(999999999*answered/offered/7 > 999999999*abandoned/left/7, 1, 2)", sides, 1)
	sides = map[Measure]int64{Answered: -large - 1, Abandoned: -large, Offered: large, Left: large}
	f("if(answered/offered < abandoned/left, 1, 2)", sides, 1)
	f("if(answered/offered < 0, 1, 2)", sides, 1)
	f("if(answered < -1 * offered, 1, 2)", sides, 1)
	f("if(-answered > offered, 1, 2)", map[Measure]int64{Answered: -large, Offered: large - 1}, 1)
}

// targets are what is wanted, by id.
type targets map[string]int64

// Target implements Targets.
func (m targets) Target(id string) (int64, bool) { v, ok := m[id]; return v, ok }

// A target is a constant once it is known: basis points for shares, ms for times. 6 of 10
// answered against 80 %; an average wait of 15 s against 20 s.
func TestTargets(t *testing.T) {
	c := loaded(t)
	own := strings.NewReplacer("id: mine", "id: gap", "answered / offered", "answer_rate - target(answer_rate)", "kind: additive", "kind: derived", "Mine", "Gap", "Le mien", "Écart").Replace(good) +
		strings.NewReplacer("id: mine", "id: above", "answered / offered", "coalesce(target(asa), 30s) - asa", "kind: additive", "kind: derived", "unit: percent", "unit: ms", "Mine", "Above", "Le mien", "Au-dessus").Replace(good) +
		strings.NewReplacer("id: mine", "id: twice", "answered / offered", "2 * gap", "kind: additive", "kind: derived", "Mine", "Twice", "Le mien", "Double").Replace(good)
	c, err := c.With(Source{"own.yaml", []byte(own)})
	if err != nil {
		t.Fatal(err)
	}
	measures := vector(map[Measure]int64{Offered: 10, Answered: 6, WaitAnsweredMs: 90_000})
	f := func(id string, in targets, valid bool, value float64) {
		t.Helper()
		form, err := c.Bind(id, in)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := form.Eval(measures).Float(); ok != valid || got != value {
			t.Errorf("%s with %v = %v, %v; want %v, %v", id, in, got, ok, value, valid)
		}
	}
	f("gap", targets{"answer_rate": 8000}, true, -0.2)
	f("gap", targets{"answer_rate": 6000}, true, 0)
	f("gap", targets{"asa": 1}, false, 0)
	f("twice", targets{"answer_rate": 8000}, true, -0.4)
	f("above", targets{"asa": 20_000}, true, 5000)
	f("above", nil, true, 15_000)
	f("answer_rate", targets{"answer_rate": 8000}, true, 0.6)

	gap, _ := c.Lookup("gap")
	if v := gap.Eval(measures); v.Valid || gap.Live() || len(gap.Targets()) != 1 || gap.Targets()[0] != "answer_rate" {
		t.Errorf("without targets it is worth %+v (live %v, asks for %v); want null, not live, answer_rate", v, gap.Live(), gap.Targets())
	}
	if twice, _ := c.Lookup("twice"); len(twice.Targets()) != 1 {
		t.Errorf("twice asks for %v, want answer_rate through gap", twice.Targets())
	}
	if _, err := c.Bind("gape", nil); err == nil || !strings.Contains(err.Error(), `did you mean "gap"?`) {
		t.Errorf("an unknown id: %v", err)
	}
	if got := gap.SQL(Measure.String, nil); got.Value != "CAST(NULL, 'Nullable(Float64)')" {
		t.Errorf("in SQL without targets: %s", got.Value)
	}
}

// Conditions, as alert rules have them.
func TestConditions(t *testing.T) {
	c := loaded(t)
	measures := vector(map[Measure]int64{Offered: 30, AnsweredWithin: 6, Crossed: 4})
	gauges := make([]int64, NumGauges)
	gauges[GaugeWaiting], gauges[GaugeAdvisorsAvailable] = 4, 1
	f := func(text string, want Truth) {
		t.Helper()
		condition, err := c.Condition(text, targets{"sl_live": 8000})
		if err != nil {
			t.Fatal(err)
		}
		if got := condition.Eval(measures, gauges); got != want {
			t.Errorf("%s is %v, want %v", text, got, want)
		}
	}
	f("sl_live < 70% && offered >= 20", True) // 6 of 10 decided
	f("sl_live < target(sl_live)", True)
	f("sl_live < target(asa) / 20s", Unknown) // no such target
	f("waiting > 3*advisors_available", True)
	f("sl_live > 60%", False)
	f("occupancy > 88%", Unknown) // nobody was logged in
	f("occupancy > 88% || waiting > 3", True)

	waits, err := c.Condition("waiting > 3", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := waits.Eval(measures, nil); got != Unknown {
		t.Errorf("without gauges it is %v, want unknown", got)
	}
	if got := waits.SQL(Columns{Gauge: Gauge.String}); got != "CAST(if(toInt256(3) < toInt256(waiting), 1, 0), 'Nullable(UInt8)')" {
		t.Errorf("in SQL: %s", got)
	}
	for text, want := range map[string]string{
		"sl_live":       "this is a number and not a condition; compare it, as in sl_live > 0",
		"sl_liv < 70%":  `there is nothing named "sl_liv"; did you mean "sl_live"?`,
		"waiting > 20s": "compares a plain number and ms",
		"5 > 3":         "same value whatever happens",
	} {
		if _, err := c.Condition(text, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want %q", text, err, want)
		}
	}
}

// A formula may not grow without bound.
func TestTooManyCases(t *testing.T) {
	compare := "answered/offered > 1"
	_, err := compile("if("+compare+strings.Repeat(" && "+compare, 8)+", 1, 2)", &builder{}, nil, nil)
	if err == nil || !strings.Contains(err.Error(), "cases; 100 are allowed") {
		t.Errorf("got error %v, want too many cases", err)
	}
}
