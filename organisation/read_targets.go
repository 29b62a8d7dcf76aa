// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/vigie-kpi/vigie/event"
)

// scopeKeys are the keys that say what a target is for, and the files that their names come from; "" for words.
var scopeKeys = []struct{ key, file string }{
	{"programme", "programmes.yaml"}, {"team", "teams.yaml"}, {"advisor", "advisors.yaml"}, {"queue", "queues.yaml"},
	{"campaign", "campaigns.yaml"}, {"channel", ""},
}

func (r *reader) readTargets(s *source) {
	for _, e := range s.list(targetFields) {
		t := Target{Indicator: e.text("indicator"), Kind: "centre", Stage: e.word("stage", event.TargetStages),
			Communicated: r.moment(e, "communicated", 0), Guard: e.text("guard"), at: e}
		r.scopeOf(e, &t)
		t.From, t.To = r.interval(e)
		indicator, known := r.indicator(e, "indicator", t.Indicator)
		r.amounts(e, &t, indicator.Unit)
		if known && !e.failed {
			r.checkAllowed(e, &t, &indicator)
		}
		t.checkStage(e)
		e.check(t.config().Validate())
		r.org.Targets = append(r.org.Targets, t)
	}
	r.checkTargetsApart()
}

// scopeOf reads which scope the target is for.
func (r *reader) scopeOf(e *entry, t *Target) {
	for _, k := range scopeKeys {
		if !e.has(k.key) {
			continue
		}
		if t.Kind != "centre" {
			e.fail(k.key, "given together with %s; a target is for one scope: write two targets", t.Kind)
			return
		}
		t.Kind = k.key
		if k.file == "" {
			t.Scope = e.word(k.key, event.Channels)
		} else {
			t.Scope = r.name(e, k.key, k.file)
		}
	}
}

// indicator looks an indicator up; false when nobody said which there are, or when there is none of that name.
func (r *reader) indicator(e *entry, key, id string) (Indicator, bool) {
	in, known, fault := r.lookUp(id)
	if fault != "" {
		e.fail(key, "%s", fault)
	}
	return in, known
}

// lookUp looks an indicator up. When there is none of that name, it says so and what may be meant.
func (r *reader) lookUp(id string) (in Indicator, known bool, fault string) {
	if r.options.Indicators == nil || id == "" {
		return Indicator{}, false, ""
	}
	i := slices.IndexFunc(r.options.Indicators, func(in Indicator) bool { return in.ID == id })
	if i >= 0 {
		return r.options.Indicators[i], true, ""
	}
	var ids []string
	for _, in := range r.options.Indicators {
		ids = append(ids, in.ID)
	}
	hint := event.DidYouMean(id, ids)
	if hint == "" {
		hint = "; write an id of the catalogue, such as answer_rate"
	}
	return Indicator{}, false, fmt.Sprintf("there is no indicator %s%s", quoted(id), hint)
}

// checkAllowed checks that the target may be set on this indicator for this scope.
func (r *reader) checkAllowed(e *entry, t *Target, in *Indicator) {
	switch {
	case t.Kind == "advisor" && !in.ByAdvisor:
		e.fail("advisor", "%s is not in one advisor's hands (the demand and the planning decide it); set it for the queue, the team or the centre", in.ID)
	case !slices.Contains(in.Scopes, t.Kind):
		e.fail(cmp.Or(keyIf(t.Kind != "centre", t.Kind), "indicator"), "%s is not counted by %s; it is by %s", in.ID, t.Kind, oneOf(in.Scopes))
	case in.HandleTime && t.Guard == "":
		e.fail("value", "a target on %s alone rewards haste; give guard, the quality indicator to look at beside it, such as quality_score", in.ID)
	}
	if t.Guard == "" {
		return
	}
	if guard, known := r.indicator(e, "guard", t.Guard); known && !guard.Quality {
		e.fail("guard", "%s says nothing about quality; write for example quality_score, csat or fcr_declared", t.Guard)
	}
}

// checkStage checks that nobody is held to what he has not been told.
func (t *Target) checkStage(e *entry) {
	if e.failed || t.Stage == "" {
		return
	}
	told := t.Communicated != 0
	switch {
	case t.Stage == event.StageDraft && told:
		e.fail("communicated", "the target is a draft; make it stage: communicated, or leave this out")
	case t.Stage != event.StageDraft && !told:
		e.fail("stage", "%s, but not when it was told to those it concerns; give communicated", t.Stage)
	case t.Stage != event.StageDraft && t.Communicated > t.From:
		e.fail("communicated", "after it comes into force; tell it first, and give from a date that is not earlier")
	}
}

// checkTargetsApart refuses two targets for the same thing at the same time.
func (r *reader) checkTargetsApart() {
	targets := r.org.Targets
	slices.SortStableFunc(targets, func(a, b Target) int {
		return cmp.Or(cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.From, b.From))
	})
	for i := 1; i < len(targets); i++ {
		before, t := &targets[i-1], &targets[i]
		same := before.Indicator == t.Indicator && before.Kind == t.Kind && before.Scope == t.Scope
		if !same || before.at.failed || t.at.failed || before.To != 0 && before.To <= t.From {
			continue
		}
		r.failAt(t.at.place("from"), "the target on %s in line %d is for the same %s and still holds then; give that line \"to: %s\", or drop one",
			quoted(t.Indicator), before.at.node.Line, t.Kind, r.dayBefore(max(t.From, 1)))
	}
}

// amountForm is a decimal number with at most two places, and what may follow it.
var amountForm = regexp.MustCompile(`^(-?\d{1,9})(?:[.,](\d{1,2}))?\s*(%|€|EUR|\S*)$`)

// amounts reads the value, or the two ends of a band.
func (r *reader) amounts(e *entry, t *Target, unit string) { e.amountOf("value", t, unit) }

// amountOf reads an amount, or the two ends of a band, under a key.
func (e *entry) amountOf(key string, t *Target, unit string) {
	text := e.text(key)
	if text == "" {
		return
	}
	low, high, band := strings.Cut(text, " to ")
	var ok bool
	if t.Value, ok = amount(strings.TrimSpace(low), unit); ok && band {
		t.Band = true
		t.ValueTo, ok = amount(strings.TrimSpace(high), unit)
	}
	switch {
	case !ok:
		e.fail(key, "found %s, write %s", quoted(text), exampleOf(unit))
	case band && t.ValueTo <= t.Value:
		e.fail(key, "found %s, the second number of a band must be greater than the first", quoted(text))
	case (unit == "percent" || unit == "bp") && (t.Value < 0 || max(t.Value, t.ValueTo) > 100_00):
		e.fail(key, "found %s, a share is from 0 %% to 100 %%", quoted(text))
	}
}

// amount reads one number: milliseconds from a duration, a whole count, hundredths of anything else. An unknown unit is
// taken from how the number is written.
func amount(text, unit string) (int64, bool) {
	if d, err := time.ParseDuration(strings.ReplaceAll(text, " ", "")); err == nil && (unit == "ms" || unit == "") && d > 0 && strings.ContainsAny(text, "hms") {
		return d.Milliseconds(), true
	}
	m := amountForm.FindStringSubmatch(text)
	if m == nil || unit == "ms" {
		return 0, false
	}
	whole, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return 0, false
	}
	suffix := m[3]
	if unit == "count" || unit == "" && suffix == "" && m[2] == "" {
		return whole, suffix == "" && m[2] == ""
	}
	allowed := map[string][]string{"percent": {"%"}, "bp": {"%"}, "cents": {"€", "EUR"}, "cents_per_hour": {"€", "EUR"},
		"per_hour": {""}, "points": {""}, "": {"%", "€", "EUR", ""}}
	if !slices.Contains(allowed[unit], suffix) {
		return 0, false
	}
	hundredths, _ := strconv.ParseInt((m[2] + "00")[:2], 10, 64)
	if strings.HasPrefix(m[1], "-") {
		hundredths = -hundredths
	}
	return whole*100 + hundredths, true
}

func exampleOf(unit string) string {
	switch unit {
	case "percent", "bp":
		return "a share with its sign, for example 92 %, or a band such as 70 % to 85 %"
	case "ms":
		return "a duration with its unit, for example 30s or 6m40s"
	case "count":
		return "a whole number, for example 20"
	case "cents", "cents_per_hour":
		return "an amount with its currency, for example 49 EUR"
	case "":
		return "a number with its unit, for example 92 %, 30s or 49 EUR"
	}
	return "a number, for example 4.5"
}

func (r *reader) readDispositions(s *source) {
	r.org.Dispositions = r.readGroups(s, "code", event.Classes)
}

// readStates reads a list of reasons for each category, and turns it round.
func (r *reader) readStates(s *source) {
	r.org.States = r.readGroups(s, "reason", event.StateCategories)
}

// readGroups reads a file that lists words under headings, and turns it round.
func (r *reader) readGroups(s *source, noun string, headings []string) map[string]string {
	e := s.mapping(s.root, groupsOf(headings, ""))
	if e == nil {
		return nil
	}
	group, seen := map[string]string{}, map[string]*yaml.Node{}
	for _, heading := range headings {
		for _, it := range e.texts(heading) {
			if before := seen[it.value]; before != nil {
				s.fail(it.node, "%s %s is already in line %d; %s", noun, quoted(it.value), before.Line, giveOnce)
				continue
			}
			seen[it.value], group[it.value] = it.node, heading
		}
	}
	return group
}
