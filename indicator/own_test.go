// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"errors"
	"regexp"
	"strings"
	"testing"
)

// A centre's own file on top of the catalogue: it names what the catalogue has, and the
// catalogue itself stays as it was.
func TestOwnIndicators(t *testing.T) {
	c := loaded(t)
	_, err := c.With(Source{"own.yaml", []byte(strings.Replace(good, "answered / offered", "if(refused > 0, accessibility, answer_rate)", 1))},
		Source{"more.yaml", []byte(strings.NewReplacer("id: mine", "id: more", "Mine", "More", "Le mien", "Plus", "answered / offered", "1 - mine").Replace(good))})
	if err == nil || !strings.Contains(err.Error(), "own.yaml:2:9: mine: kind additive does not fit") {
		t.Fatalf("a choice is taken for additive: %v", err)
	}
	derived := strings.Replace(good, "kind: additive", "kind: derived", 1)
	own, err := c.With(Source{"own.yaml", []byte(strings.Replace(derived, "answered / offered", "if(refused > 0, accessibility, answer_rate)", 1))},
		Source{"more.yaml", []byte(strings.NewReplacer("id: mine", "id: more", "Mine", "More", "Le mien", "Plus", "answered / offered", "1 - mine").Replace(derived))})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Lookup("mine"); ok || len(own.Indicators()) != len(c.Indicators())+2 {
		t.Errorf("the catalogue has %d indicators and its extension %d; want two more, and none in the catalogue", len(c.Indicators()), len(own.Indicators()))
	}
	mine, _ := own.Lookup("mine")
	more, _ := own.Lookup("more")
	// 6 answered of 10 offered and 2 refused, 1 of them because the queue was closed: 6/11.
	day := vector(map[Measure]int64{Offered: 10, Answered: 6, Refused: 2, RefusedClosed: 1})
	if v := mine.Eval(day); v.Numerator != 6 || v.Denominator != 11 || mine.AddsUp() || !mine.Live() || mine.Subject != "own" {
		t.Errorf("mine = %d / %d (adds up: %v, live: %v, subject %s), want 6 / 11 of own, live", v.Numerator, v.Denominator, mine.AddsUp(), mine.Live(), mine.Subject)
	}
	if v := more.Eval(day); v.Numerator != 5 || v.Denominator != 11 {
		t.Errorf("more = %d / %d, want 5 / 11", v.Numerator, v.Denominator)
	}
	if want := (Text{"if refused > 0 then “Accessibility”, else “Answer rate”", "si refusés > 0 alors « Taux d'accessibilité », sinon « Taux de décroché »"}); mine.Readable != want {
		t.Errorf("in words: %q, want %q", mine.Readable, want)
	}
	if got := own.Reference(French); !strings.Contains(got, "\n## own\n") || !strings.Contains(got, "### Le mien") {
		t.Error("the reference lacks the centre's own indicators")
	}
}

// Five mistakes that people make, and what they read.
func TestErrorsThatAManagerUnderstands(t *testing.T) {
	file := `# Our own figures
- id: first_day
  kind: additive
  name: {en: First day, fr: Premier jour}
  formula: >
    answered /
      (offered + anwsered)
  unit: percent
  better: higher
  scopes: [centre]
  controllable: centre
  doc: {en: What it counts., fr: Ce qu'il compte.}
- id: second
  kind: additive
  name: {en: Second, fr: Deuxième}
  formula: "talk_ms / handled + 20"
  unit: ms
  better: lower
  scopes: [centre, site]
  controllable: centre
  doc: {en: What it counts., fr: Ce qu'il compte.}
- id: third
  kind: additive
  name: {en: Third, fr: Troisième}
  formula: |
    (answered + abandoned)
    ÷ offered
  unit: percent
  better: higher
  scopes: [centre]
  controlable: centre
  doc: {en: What it counts., fr: Ce qu'il compte.}
`
	_, err := loaded(t).With(Source{"own.yaml", []byte(file)})
	var problems Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got %v, want problems", err)
	}
	want := []string{
		`own.yaml:7:18: first_day: formula: there is nothing named "anwsered"; did you mean "answered"?`,
		`own.yaml:16:31: second: formula: this adds ms and a plain number; add only quantities of the same unit`,
		`own.yaml:19:20: second: there is no scope "site"; did you mean "line"?`,
		`own.yaml:31:3: third: there is no key "controlable"; did you mean "controllable"?`,
	}
	if got := problems.Error(); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	_, err = loaded(t).With(Source{"own.yaml", []byte(strings.Replace(file[strings.Index(file, "- id: third"):], "controlable", "controllable", 1))})
	if want := "own.yaml:6:5: third: formula: the formula cannot be read here; write / for a division"; err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

// Answers to a recommendation question as published to explain the score: 50 promoters, 30
// passives and 20 detractors give 30.
func TestNetPromoterScore(t *testing.T) {
	nps, _ := loaded(t).Lookup("nps")
	v := nps.Eval(vector(map[Measure]int64{NpsAnswers: 100, NpsPromoters: 50, NpsDetractors: 20}))
	if got, ok := v.Float(); !ok || got != 30 || v.Numerator != 30 || v.Denominator != 100 {
		t.Errorf("NPS = %v (%d / %d), want 30", got, v.Numerator, v.Denominator)
	}
}

// Names and help as Prometheus wants them, in base units.
func TestMetrics(t *testing.T) {
	c := loaded(t)
	name := regexp.MustCompile(`^vigie_[a-z][a-z0-9_]*[a-z0-9]$`)
	for _, ind := range c.Indicators() {
		m := ind.Metric()
		if !name.MatchString(m.Name) || strings.ContainsAny(m.Help, "\n\\") || !strings.Contains(m.Help, ind.Name.En) {
			t.Errorf("%s: %+v", ind.ID, m)
		}
	}
	f := func(id, name string, value Value, want float64) {
		t.Helper()
		ind, _ := c.Lookup(id)
		m := ind.Metric()
		if got, ok := m.Value(value); m.Name != name || ok != value.Valid || ok && got != want {
			t.Errorf("%s: %s = %v, %v; want %s = %v", id, m.Name, got, ok, name, want)
		}
	}
	f("asa", "vigie_asa_seconds", Value{Valid: true, Numerator: 90_000, Denominator: 6, mul: 1, div: 1}, 15)
	f("sl_live", "vigie_sl_live_ratio", Value{Valid: true, Numerator: 6, Denominator: 10, mul: 1, div: 1}, 0.6)
	f("quality_score", "vigie_quality_score_ratio", Value{Valid: true, Numerator: 17_000, Denominator: 2, mul: 1, div: 1}, 0.85)
	f("contacts_per_hour", "vigie_contacts_per_hour", Value{}, 0)
	f("revenue_per_hour", "vigie_revenue_cents_per_hour", Value{}, 0)
	f("logged_ms", "vigie_logged_seconds", Value{}, 0)
	f("nps", "vigie_nps_points", Value{}, 0)
}

// When things are counted, and where they exist.
func TestKindsAndAttributions(t *testing.T) {
	c := loaded(t)
	f := func(id string, kind Kind, live, stored bool, attributions ...Attribution) {
		t.Helper()
		ind, _ := c.Lookup(id)
		got := ind.Attributions()
		same := len(got) == len(attributions)
		for i := range attributions {
			same = same && got[i] == attributions[i]
		}
		if ind.Kind != kind || ind.Live() != live || ind.FromSums() != stored || !same {
			t.Errorf("%s is %v, live %v, stored %v, counted %v", id, ind.Kind, ind.Live(), ind.FromSums(), got)
		}
	}
	f("answer_rate", KindAdditive, true, true, AttributionMoment)
	f("wait_p90", KindAdditive, true, true, AttributionMoment)
	f("aht", KindAdditive, true, true, AttributionClose)
	f("contacts_per_hour", KindAdditive, true, true, AttributionClose, AttributionMinute)
	f("sl_live", KindAdditive, true, true, AttributionMoment, AttributionDue)
	f("csat", KindAdditive, true, true, AttributionOrigin)
	f("fcr_7d", KindDaily, false, true, AttributionOrigin)
	f("waiting", KindSampled, false, false, AttributionNow)
	f("days_of_stock", KindSampled, false, false, AttributionMoment, AttributionNow)
	f("staff_gap", KindLiveOnly, false, false, AttributionNow)
	rate, _ := c.Lookup("contacts_per_hour")
	if g := rate.Grains(); len(g) != 2 || g[0] != GrainAdvisorLeg || g[1] != GrainTime {
		t.Errorf("contacts_per_hour has the grains %v, want advisor leg and time", g)
	}
	if fcr, _ := c.Lookup("fcr_7d"); fcr.ProvisionalDays != 7 {
		t.Errorf("fcr_7d is provisional for %d days", fcr.ProvisionalDays)
	}
}
