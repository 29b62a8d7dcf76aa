// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"errors"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// alone compiles a formula that names no other.
func alone(t testing.TB, text string) *Form {
	t.Helper()
	form, err := compile(text, &builder{}, nil, nil)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return form
}

// defined is a definition that nobody wrote in a file.
func defined(id, formula string) entry {
	return entry{source: &Source{}, node: &yaml.Node{}, ID: written{text: id}, Formula: written{text: formula}}
}

// vector makes a dense vector of measures.
func vector(values map[Measure]int64) []int64 {
	v := make([]int64, NumMeasures)
	for m, n := range values {
		v[m] = n
	}
	return v
}

func TestFormulaValues(t *testing.T) {
	f := func(text string, measures map[Measure]int64, numerator, denominator int64, value float64) {
		t.Helper()
		v := alone(t, text).Eval(vector(measures))
		got, ok := v.Float()
		if !ok || got != value || v.Numerator != numerator || v.Denominator != denominator {
			t.Errorf("%s = %v, %v (%d / %d), want %v (%d / %d)", text, got, ok, v.Numerator, v.Denominator, value, numerator, denominator)
		}
	}
	day := map[Measure]int64{Offered: 10, Answered: 6, Abandoned: 3, Left: 1, TalkMs: 90_000, Handled: 120, AvailableMs: 28_800_000,
		RepeatBase: 8, Repeated7d: 2, NpsPromoters: 50, NpsDetractors: 20, NpsAnswers: 100, SaleCents: 5000, CancelledCents: 1000}

	f("offered", day, 10, 1, 10)
	f("offered - answered - abandoned", day, 1, 1, 1)
	f("-(answered - offered)", day, 4, 1, 4)
	f("answered / offered", day, 6, 10, 0.6)
	f("answered/(answered+abandoned+left)", day, 6, 10, 0.6)
	// 1 - x/y becomes (y - x)/y, both whole.
	f("1 - repeated_7d/repeat_base", day, 6, 8, 0.75)
	f("repeated_7d/repeat_base - 1", day, -6, 8, -0.75)
	f("100% - repeated_7d/repeat_base", day, 6, 8, 0.75)
	// Two ratios over the same denominator, whatever the order of its terms.
	f("answered/(offered+left) + abandoned/(left+offered)", day, 9, 11, 9.0/11)
	// A constant factor stays out of the sums.
	f("100 * (nps_promoters - nps_detractors) / nps_answers", day, 30, 100, 30)
	f("talk_ms / 1000 / handled", day, 90_000, 120, 0.75)
	f("50% * offered", day, 10, 1, 5)
	f("0.25 * offered", day, 10, 1, 2.5)
	f("2*offered + 3*answered", day, 38, 1, 38)
	// 120 contacts in 8 hours; 40.00 of sales in the same time.
	f("handled / hours(available_ms)", day, 120, 28_800_000, 15)
	f("(sale_cents - cancelled_cents) / hours(available_ms)", day, 4000, 28_800_000, 500)
	// Ratios of ratios that come down to one.
	f("(answered/offered) / (abandoned/offered)", day, 6, 3, 2)
	f("1 / (answered/offered)", day, 10, 6, 10.0/6)
	// Numbers and lines as people write them.
	f("offered\n  * 1.5", day, 10, 1, 15)
	f("talk_ms / 30s", day, 90_000, 1, 3)
	f("available_ms / 1h", day, 28_800_000, 1, 8)
	f("talk_ms / 1.5min", day, 90_000, 1, 1)
	f("talk_ms / 250ms", day, 90_000, 1, 360)
}

// wrongFormula returns a check of one error: the place, the reason, and what to write
// instead.
func wrongFormula(t *testing.T) func(text string, column int, reason, suggestion string) {
	return func(text string, column int, reason, suggestion string) {
		t.Helper()
		_, err := compile(text, &builder{}, nil, nil)
		var fe *FormulaError
		if !errors.As(err, &fe) {
			t.Errorf("%s: got error %v, want a FormulaError", text, err)
			return
		}
		if fe.Column != column || !strings.Contains(fe.Reason, reason) || !strings.Contains(fe.Suggestion, suggestion) {
			t.Errorf("%s: got %q, want column %d, %q, %q", text, fe, column, reason, suggestion)
		}
	}
}

// A manager reads these.
func TestFormulaErrors(t *testing.T) {
	f := wrongFormula(t)
	f("", 1, "empty", "answered / offered")
	f("anwsered / offered", 1, `nothing named "anwsered"`, `did you mean "answered"?`)
	f("answered / présentés", 12, `nothing named "présentés"`, "")
	f("answered + talk_ms", 10, "adds a plain number and ms", "same unit")
	f("answered / ", 12, "cannot be read here", "parentheses")
	f("answered / (offered", 20, "cannot be read here", "")
	f("answered // offered", 10, "one /", "")
	f("answered /* all */ / offered", 10, "no comment", "doc")
	f("answered > offered", 10, "a condition and not a number", "if(answered > 0, 1, 0)")
	f("answered % offered", 10, "operator % does not exist", "")
	f("answered & offered", 10, "operator & does not exist", "&& or ||")
	f("!answered", 2, "a number where a condition is needed", "waiting > 0")
	f("^answered", 1, "sign ^ has no meaning", "")
	f("(answered > 1) + offered", 11, "a condition where a number is needed", "")
	f("waitng + 1", 1, `nothing named "waitng"`, `did you mean "waiting"?`)
	f("range + 1", 1, `nothing named "range"`, "docs/indicators.md lists what there is")
	f(`"answered"`, 1, "not arithmetic", "")
	f("answered[1]", 1, "not arithmetic", "")
	f("func() int { return 1 }()", 8, "cannot be read here", "")
	f("(answered)(1)", 1, "only a function", "write *")
	f("answered.x", 1, "not arithmetic", "")
	f("5(answered)", 1, "only a function", "write *")
	f("answered * offered", 10, "product of two sums", "constant only")
	f("answered / offered * handled", 20, "product of two sums", "")
	f("offered + 5", 9, "counted twice", "")
	f("5", 1, "same value whatever happens", "")
	f("offered - offered", 9, "same value whatever happens", "")
	f("answered / 0", 10, "divides by zero", "")
	f("answered / (offered - offered)", 10, "divides by zero", "")
	f("answered/offered + talk_ms/hold_ms", 18, "different denominators", "")
	f("answered / (offered / handled)", 10, "does not come down", "")
	f("12parsecs * offered", 1, `"12parsecs" is not a number`, "20s")
	f("1_000 * offered", 1, "is not a number", "without separators")
	f("1e3 * offered", 1, "is not a number", "without separators")
	f("1.2.3 * offered", 1, "kept exactly", "")
	f("0.1234567 * offered", 1, "kept exactly", "6 of them")
	f("12345678901 * offered", 1, "kept exactly", "9 digits")
	f("999999999 * 999999999 * offered", 11, "too large", "")
	f("hours(answered)", 7, "needs a time in ms, and this is a plain number", "")
	f("hours(talk_ms, hold_ms)", 1, "hours needs one time", "")
	f("hour(talk_ms)", 1, `no function named "hour"`, `did you mean "hours"?`)
	f("wait_answered_bins", 1, "histogram", "p90(wait_answered_bins)")
	f("p90(answered)", 1, "needs one family of bins", "p90(wait_answered_bins)")
	f("p90(wait_answered_bins) / 1s", 1, "cannot be part", "")
	f(strings.Repeat("offered+", 200)+"offered", 1, "longer than 1000", "kind: term")
}

// Errors of conditions and functions, and the slips of people who do not write programs.
func TestErrorsOfConditions(t *testing.T) {
	f := wrongFormula(t)
	f("if(answered, 1, 2)", 4, "a number where a condition is needed", "compare it")
	f("if(answered > 1, 1)", 1, "if needs a condition", "if(offered > 0")
	f("if(answered > 1, 20s, 2)", 23, "chooses between ms and a plain number", "20s or 5min")
	f("if(talk_ms > 20, 1, 2)", 12, "compares ms and a plain number", "20s or 5min")
	f("if(quality_bp > 70%, 1, 2)", 15, "compares basis points and a plain number", "7000bp is 70 %")
	f("if(quality_bp > 70bq, 1, 2)", 17, "is not a number", "5min")
	f("if(talk_ms > sale_cents, 1, 2)", 12, "compares ms and cents", "same unit")
	f("if(answered = 1, 1, 2)", 13, "cannot be read here", "write == to compare")
	f("if(answered > 1 and offered > 1, 1, 2)", 17, "cannot be read here", "write && for and")
	f("if(answered > 1 ou offered > 1, 1, 2)", 17, "cannot be read here", "write || for or")
	f("answered ÷ offered", 10, "cannot be read here", "write / for a division")
	f("0,8 * offered", 2, "cannot be read here", "with a point, such as 0.8")
	f("talk_ms / 20 s", 14, "cannot be read here", "right behind the number")
	f("min(answered)", 1, "min needs at least two values", "")
	f("clamp(answered, 1)", 1, "clamp needs a value and its two bounds", "")
	f("coalesce(answered)", 1, "coalesce needs at least two values", "")
	f("target(5)", 1, "target needs the id of one indicator", "target(sl_live)")
	f("target(answered)", 8, `no indicator named "answered" to have a target`, "")
	f("max(5, 3)", 1, "same value whatever happens", "")
	f("waiting * answered", 9, "product of two sums", "")
}

// No text makes the compiler panic, and what it accepts can be evaluated and
// written as SQL.
func FuzzFormula(f *testing.F) {
	for _, seed := range []string{
		"answered / offered", "1 - repeated_7d/repeat_base", "handled / hours(available_ms + ringing_ms)",
		"p95(wait_answered_bins)", "100*(a-b)/n", "5% * offered", "20s", "((((", "é/ï", "1e9", "a.b(c...)", "-1*offered/2/3/4",
		"if(a > 1, waiting, 2)", "clamp(coalesce(a, 1), 0, max(answered, left))", "100% - min(a, 50%) * x", "target(a)/2",
		"if(!(a < 1) && (waiting >= 2 || a != 3), hours(talk_ms), hours(1h))", "0,8", "a ÷ 2", "20 s", "a and a", "if(a = 1, 2, 3)",
		"x", "a*x", "offered\r\n+ left", "999999999*offered/7 + 999999998*offered/11",
	} {
		f.Add(seed)
	}
	lib := &builder{byID: map[string]int{}}
	lib.add(defined("a", "answered / offered"))
	lib.add(defined("loop", "loop + offered"))
	zeros := make([]int64, NumMeasures)
	f.Fuzz(func(t *testing.T, text string) {
		form, err := compile(text, lib, []Switch{{"x", 1}, {"y", 0}}, nil)
		if err != nil {
			var fe *FormulaError
			if !errors.As(err, &fe) || fe.Column < 1 || fe.Reason == "" {
				t.Errorf("%q: %v has no place or no reason", text, err)
			}
			return
		}
		form.Eval(zeros)
		form.EvalNow(zeros, zeros[:NumGauges])
		form.SQLOver(Columns{Measure.String, Gauge.String, BinFamily.String})
		form.EvalBins(nil, nil)
		if s := form.SQL(Measure.String, BinFamily.String); s.Value == "" || s.Numerator == "" || s.Denominator == "" || s.Sample == "" {
			t.Errorf("%q: incomplete SQL %+v", text, s)
		}
	})
}
