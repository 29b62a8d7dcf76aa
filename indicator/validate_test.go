// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"strings"
	"testing"
)

// good is a definition without fault, to be spoilt one line at a time.
const good = `- id: mine
  kind: additive
  name: {en: Mine, fr: Le mien}
  formula: answered / offered
  unit: percent
  better: higher
  scopes: [centre, queue]
  controllable: centre
  min_n: 20
  doc: {en: What it counts., fr: Ce qu'il compte.}
`

func TestUserDefinitions(t *testing.T) {
	c, err := Load(Source{"mine.yaml", []byte(good)})
	if err != nil {
		t.Fatal(err)
	}
	mine, ok := c.Lookup("mine")
	if !ok || mine.Name.Fr != "Le mien" || mine.MinSample != 20 || mine.Better != DirectionHigher {
		t.Errorf("mine = %+v", mine)
	}
}

func TestWrongDefinitions(t *testing.T) {
	f := func(old, replacement, want string) {
		t.Helper()
		text := strings.Replace(good, old, replacement, 1)
		if text == good {
			t.Fatalf("%q is not in the good definition", old)
		}
		_, err := Load(Source{"mine.yaml", []byte(text)})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q instead of %q: got error %v, want %q", replacement, old, err, want)
		}
	}
	f("id: mine", "id: Mine", "mine.yaml:1:7: Mine: an id starts with a lower-case letter")
	f("id: mine", "id: answer_rate", "already taken by volume.yaml:")
	f("id: mine", "id: hours", "a word of the formula language")
	f("id: mine", "id: wait_answered_bins", "a word of the formula language")
	f("id: mine", "id: talk_short", "mine.yaml:4:12: talk_short: this id is that of a measure, so its formula must be talk_short")
	f("id: mine", "id: items_open", "this id is that of a gauge, so its formula must be items_open")
	f("id: mine", "id: if", "a word of the formula language")
	f("id: mine", "id: queue", "a column of every view")
	f("id: mine", "id: mine_num", "an id cannot end in _num")
	f("- id: mine", "- kind: additive", "mine.yaml:2:3: an indicator without id: the key kind stands twice")
	f("id: mine\n  kind: additive", "kind: additive", "an indicator without id: it has no id")
	f("kind: additive", "kind: sum", `mine.yaml:2:9: mine: kind "sum" is unknown; use additive`)
	f("kind: additive", "kind: term", "a term has only id, kind, name, formula, switches and doc")
	f("name: {en: Mine, fr: Le mien}", "name: {en: Mine}", "name.fr is missing")
	f("name: {en: Mine, fr: Le mien}", "name: {en: Occupancy, fr: Le mien}", `name "en: Occupancy" is already that of occupancy`)
	f("answered / offered", "anwsered / offered", `mine.yaml:4:12: mine: formula: there is nothing named "anwsered"; did you mean "answered"?`)
	f("answered / offered", "mine / offered", "mine refers to itself")
	f("answered / offered", "100 * answered / offered", "remove the factor 100")
	f("answered / offered", "offered", "unit percent needs a division")
	f("answered / offered", "talk_ms / handled", "unit percent does not fit the formula, which gives ms")
	f("answered / offered", "wrapping_ms / logged_ms", "scope queue is not possible: wrapping_ms is not booked there")
	f("answered / offered", "logged_ms / paid_ms", "min_n has no meaning here")
	f("unit: percent", "unit: percents", `"percents"; did you mean "percent"?`)
	f("better: higher", "better: up", "use higher, lower, none, band")
	f("better: higher", "better: band(80%, 20%)", "the first bound must be the smaller one")
	f("better: higher", "better: band(10s, 20s)", "a number in the indicator's unit")
	f("better: higher", "better: band(1.001%, 2%)", "too precise")
	f("scopes: [centre, queue]", "scopes: [center]", `there is no scope "center"; did you mean "centre"?`)
	f("scopes: [centre, queue]", "scopes: [queue, queue]", "scope queue stands twice")
	f("scopes: [centre, queue]", "scopes: [team]", "scope team is not possible: offered is not booked there")
	f("scopes: [centre, queue]", "scopes: []", "it has no scopes")
	f("controllable: centre", "controllable: nobody", "use advisor, team or centre")
	f("min_n: 20", "min_n: -1", "mine.yaml:9:10: mine: min_n is a whole number, 0 or more")
	f("min_n: 20", "min_n: many", "min_n is a whole number")
	f("min_n: 20", "minn: 20", `mine.yaml:9:3: mine: there is no key "minn"; did you mean "min_n"?`)
	f("min_n: 20", "switches: {quiet: 1}", `switch "quiet" is not used`)
	f("min_n: 20", "switches: {answered: 1}", `switch "answered" has the name of something else`)
	f("min_n: 20", "switches: {loud: 2}", "switch loud must be 0 or 1")
	f("min_n: 20", "switches: [loud]", "switches is a mapping")
	f("doc: {en: What it counts., fr: Ce qu'il compte.}", "doc: {en: mine, fr: x}", "the doc repeats the name")
	f("- id: mine", "id: mine", "mine.yaml:2:1: this is not YAML: ")
	f("- id: mine", "- 12\n- id: mine", "this is not an indicator")
	f("kind: additive", "kind: sampled", "kind sampled does not fit: the formula adds up, so write kind: additive")
	f("answered / offered", "waiting / offered", "mine.yaml:2:9: mine: kind additive does not fit: the formula reads the gauge waiting, so write kind: sampled")
	f("answered / offered", "repeated_7d / offered", "reads repeated_7d, which the daily job books, so write kind: daily")
	f("answered / offered", "staff_gap / offered", "which exists live only, so write kind: live_only")
	f("answered / offered", "min(answered / offered, 100%)", "the formula has a condition, so write kind: derived")
	f("answered / offered", "answered / offered - target(answer_rate)", "the formula asks for a target, so write kind: derived")
	f("answered / offered", "answered / offered - target(answer_rte)", `mine.yaml:4:40: mine: formula: there is no indicator named "answer_rte" to have a target; did you mean "answer_rate"?`)
	f("min_n: 20", "over_days: 7", "mine.yaml:9:14: mine: over_days is for a formula that reads a gauge and measures")
	f("min_n: 20", "provisional_days: 5000", "provisional_days is at most 400")
	f("name: {en: Mine, fr: Le mien}", "name: Mine", "name is given in two languages")
	f("name: {en: Mine, fr: Le mien}", "name: {en: Mine, de: Meins}", `name has no language "de"`)
	f("unit: percent", "unit: [percent]", "unit is a text")
	f("min_n: 20", "min_n: 20\n---\n[]", "mine.yaml:10:1: a second document")
}

// A mistake in each definition, and each is told, in the order of the file.
func TestAllErrorsAtOnce(t *testing.T) {
	first := strings.Replace(good, "unit: percent", "unit: x", 1)
	second := strings.Replace(good, "id: mine", "id: other", 1)
	second = strings.Replace(second, "answered / offered", "answered / mine / mine", 1)
	third := strings.Replace(good, "id: mine", "id: loop", 1)
	third = strings.Replace(third, "answered / offered", "loop", 1)
	_, err := New(Source{"a.yaml", []byte(first + second)}, Source{"b.yaml", []byte(third)})
	if err == nil {
		t.Fatal("three wrong definitions are accepted")
	}
	lines := strings.Split(err.Error(), "\n")
	want := []string{"a.yaml:5:9: mine: unit", "a.yaml:14:21: other: formula: this division", "b.yaml:4:12: loop: formula: loop refers to itself"}
	if len(lines) != len(want) {
		t.Fatalf("got %d errors, want %d:\n%v", len(lines), len(want), err)
	}
	for i := range want {
		if !strings.HasPrefix(lines[i], want[i]) {
			t.Errorf("error %d is %q, want %q", i, lines[i], want[i])
		}
	}
}

// Formulas may name formulas that come later, and a term that is a percentile can
// be shown under another id.
func TestFormulasNameEachOther(t *testing.T) {
	later := strings.NewReplacer("id: mine", "id: share", "answered / offered", "taken / offered").Replace(good) +
		"- {id: taken, kind: term, formula: answered + left_callback, doc: {en: Taken or promised., fr: Pris ou promis.}}\n"
	c, err := New(Source{"x.yaml", []byte(later)})
	if err != nil {
		t.Fatal(err)
	}
	share, _ := c.Lookup("share")
	got := share.Eval(vector(map[Measure]int64{Answered: 6, LeftCallback: 2, Offered: 10}))
	if got.Numerator != 8 || got.Denominator != 10 {
		t.Errorf("share = %d / %d, want 8 / 10", got.Numerator, got.Denominator)
	}
}

// Switches turn parts of a formula on and off: the rule of Genesys Cloud with all
// off is the one over answered contacts only.
func TestSwitches(t *testing.T) {
	day := vector(map[Measure]int64{Answered: 70, AnsweredWithin: 60, Abandoned: 15, AbandonedShort: 5, Left: 10})
	for switches, denominator := range map[string]int64{
		"with_abandons: 0, with_left: 0, without_short: 0": 70,
		"with_abandons: 1, with_left: 0, without_short: 0": 85,
		"with_abandons: 1, with_left: 1, without_short: 0": 95,
		"with_abandons: 1, with_left: 1, without_short: 1": 90,
		"with_abandons: 0, with_left: 1, without_short: 1": 80,
	} {
		text := strings.NewReplacer("formula: answered / offered",
			"formula: answered_within / (answered + with_abandons * (abandoned - without_short * abandoned_short) + with_left * left)\n  switches: {"+switches+"}").
			Replace(good)
		c, err := New(Source{"x.yaml", []byte(text)})
		if err != nil {
			t.Fatal(err)
		}
		mine, _ := c.Lookup("mine")
		if got := mine.Eval(day); got.Numerator != 60 || got.Denominator != denominator {
			t.Errorf("%s: %d / %d, want 60 / %d", switches, got.Numerator, got.Denominator, denominator)
		}
	}
}
