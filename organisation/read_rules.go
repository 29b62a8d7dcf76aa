// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/event"
)

// DefaultKeepMs is for how long an alert goes on firing after it could be over, unless the rule says otherwise: a value that
// crosses its limit every few seconds is one alert.
const DefaultKeepMs = 60_000

// Rule is one rule for alerts.
type Rule struct {
	event.RuleConfig
	at *entry
}

// RuleFault is what is wrong with a rule as a whole, at a member of event.RuleConfig.
type RuleFault struct{ Key, Text string }

var inhibitionFields = []field{
	{key: "match", form: formNames, required: true, example: "[alertname=feed_silent]", doc: "Labels of the other alert, each as name=value; alertname is its rule."},
	{key: "equal", form: formNames, doc: "Labels that both alerts have with the same value, such as centre or site."},
}

var ruleFields = []field{
	{key: "rule", form: formText, required: true, doc: "Id of the rule, the name of its alerts: letters, digits and underscores."},
	{key: "scope", form: formWord, words: event.RuleScopes, required: true, example: "queue", doc: "It is evaluated for each scope of this kind. There is no rule on one advisor."},
	{key: "only", form: formNames, doc: "Only for these scopes; for all that there are when absent."},
	{key: "except", form: formNames, doc: "Not for these scopes."},
	{key: "when", form: formText, required: true, example: "sl_live < limit", doc: "The condition, over measures, gauges, indicators and their targets (target(answer_rate)), limit, and T of a queue."},
	{key: "clear", form: formText, doc: "The condition on which a firing alert is over, so that it does not flap between the two; that when no longer holds, when absent."},
	{key: "minimum", form: formText, doc: "The condition without which there is too little to judge, such as offered >= 20."},
	{key: "show", form: formText, doc: "The indicator, measure or gauge whose value the alert tells."},
	{key: "window", form: formWord, words: event.RuleWindows, doc: "The time over which its measures are added up."},
	{key: "limit", form: formText, doc: "What limit stands for in the conditions: 3, 70%, 20s, 5min."},
	{key: "limits", form: formNames, doc: "The limit of single scopes, each as name=value, such as urgence=85%."},
	{key: "for", form: formDuration, doc: "For how long the condition must hold before the alert fires; at once when absent."},
	{key: "keep_firing_for", form: formDuration, doc: "For how long it goes on firing after it could be over; 1m when absent."},
	{key: "at_most_every", form: formDuration, doc: "It fires at most once in so long for each scope."},
	{key: "silent_after", form: formDuration, doc: "When nothing was heard of the centre for so long, nothing is judged: what fires goes on, what does not stays so."},
	{key: "calendar", form: formName, doc: "It is evaluated in the opening hours of this calendar; in those of the queue when absent."},
	{key: "always", form: formWord, words: []string{"yes"}, doc: "It is evaluated when the queue is closed, too."},
	{key: "hours", form: formSpan, doc: "Only at these hours of the centre's day."},
	{key: "days", form: formDays, doc: "Only on these weekdays."},
	{key: "severity", form: formWord, words: event.Severities, required: true, example: "warning", doc: "How bad it is."},
	{key: "audience", form: formWord, words: event.Audiences, required: true, example: "wall", doc: "For the wall, where the day is steered, or to page whoever is on call."},
	{key: "owner", form: formName, doc: "The team that acts."},
	{key: "runbook", form: formText, doc: "What to do: an address, or a file of the documentation."},
	{key: "labels", form: formNames, doc: "Further labels of its alerts, each as name=value."},
	{key: "summary_en", form: formText, required: true, example: "'{{.Scope}}: service level {{.Value}}'", doc: "The alert in one English line; it may name .Scope, .ScopeKind, .Centre, .Value, .Limit, .Window, .For, .Owner and .Rule."},
	{key: "summary_fr", form: formText, required: true, example: "'{{.Scope}} : niveau de service {{.Value}}'", doc: "The same in French."},
	{key: "description_en", form: formText, doc: "More about it in English."},
	{key: "description_fr", form: formText, doc: "The same in French."},
	{key: "short_en", form: formText, doc: "What a wall says of it beside the name of the scope, in at most 48 signs, such as 'service level {{.Value}}'; the summary when absent."},
	{key: "short_fr", form: formText, doc: "The same in French."},
	{key: "inhibited_by", form: formEntries, sub: inhibitionFields, doc: "Alerts of other rules beside which this one is not sent."},
}

// scopeFiles are the files that the scopes of a kind come from; a channel is a word.
var scopeFiles = map[string]string{"programme": "programmes.yaml", "team": "teams.yaml", "queue": "queues.yaml", "campaign": "campaigns.yaml"}

func (r *reader) readRules(s *source) {
	var inhibitions []*entry
	for _, e := range s.list(ruleFields) {
		rule := Rule{at: e, RuleConfig: event.RuleConfig{
			Rule: e.text("rule"), ScopeKind: e.word("scope", event.RuleScopes), When: e.text("when"), Clear: e.text("clear"),
			Minimum: e.text("minimum"), Show: e.text("show"), Window: e.word("window", event.RuleWindows), Limit: compact(e.text("limit")),
			ForMs: e.durationMs("for", "5m"), KeepMs: DefaultKeepMs, EveryMs: e.durationMs("at_most_every", "30m"),
			SilentMs: e.durationMs("silent_after", "2m"), Calendar: r.name(e, "calendar", "calendars.yaml"),
			Always: e.word("always", []string{"yes"}) != "", Severity: e.word("severity", event.Severities),
			Audience: e.word("audience", event.Audiences), Owner: r.name(e, "owner", "teams.yaml"), Runbook: e.text("runbook"),
			SummaryEn: e.text("summary_en"), SummaryFr: e.text("summary_fr"), DescriptionEn: e.text("description_en"), DescriptionFr: e.text("description_fr"),
			ShortEn: e.text("short_en"), ShortFr: e.text("short_fr"),
		}}
		if e.has("keep_firing_for") {
			rule.KeepMs = e.durationMs("keep_firing_for", "2m")
		}
		rule.Only, rule.Except = r.scopes(e, "only", rule.ScopeKind), r.scopes(e, "except", rule.ScopeKind)
		rule.Limits, rule.Labels = r.pairs(e, "limits"), r.pairs(e, "labels")
		//deterministic: each is changed by itself.
		for scope, limit := range rule.Limits {
			rule.Limits[scope] = compact(limit)
		}
		rule.readHours(e)
		for _, sub := range e.entries("inhibited_by", inhibitionFields) {
			by := event.RuleInhibition{Match: r.pairs(sub, "match")}
			for _, it := range sub.texts("equal") {
				by.Equal = append(by.Equal, it.value)
			}
			rule.InhibitedBy = append(rule.InhibitedBy, by)
			inhibitions = append(inhibitions, sub)
			e.failed = e.failed || sub.failed
		}
		r.declare("rules.yaml", e, "rule", rule.Rule, rule.Rule, giveOnce)
		e.check(rule.Validate())
		r.checkRule(e, &rule)
		r.org.Rules = append(r.org.Rules, rule)
	}
	for _, sub := range inhibitions {
		r.checkInhibition(sub)
	}
}

// checkInhibition refuses what no alert has: a rule or a label that is misspelt would hold nothing back or, as a label that both
// alerts lack, far too much.
func (r *reader) checkInhibition(e *entry) {
	labels := slices.Clone(event.RuleLabels)
	for i := range r.org.Rules {
		labels = append(labels, slices.Sorted(maps.Keys(r.org.Rules[i].Labels))...)
	}
	known := func(key, name string, it item) bool {
		if slices.Contains(labels, name) {
			return true
		}
		e.src.fail(it.node, "%s: no alert has a label %s%s", key, quoted(name), cmp.Or(event.DidYouMean(name, labels), "; they have "+strings.Join(event.RuleLabels, ", ")+", and those of labels"))
		return false
	}
	for _, it := range e.texts("match") {
		name, value, _ := strings.Cut(it.value, "=")
		if name = strings.TrimSpace(name); known("match", name, it) && name == "alertname" {
			r.refer(e, "match", item{strings.TrimSpace(value), it.node}, "rules.yaml")
		}
	}
	for _, it := range e.texts("equal") {
		known("equal", it.value, it)
	}
}

// compact takes the spaces out of a number with its unit.
func compact(text string) string { return strings.ReplaceAll(text, " ", "") }

// checkRule has the rule compiled by who knows the indicators.
func (r *reader) checkRule(e *entry, rule *Rule) {
	if e.failed || r.options.CheckRule == nil {
		return
	}
	for _, fault := range r.options.CheckRule(rule.RuleConfig) {
		key := fault.Key
		if ours := yamlKeys[key]; ours != "" {
			key = ours
		}
		e.fail(key, "%s", fault.Text)
	}
}

// scopes reads a list of scopes of a kind.
func (r *reader) scopes(e *entry, key, kind string) []string {
	if file := scopeFiles[kind]; file != "" {
		return r.namesIn(e, key, file)
	}
	var names []string
	for _, it := range e.texts(key) {
		if kind == "channel" && !slices.Contains(event.Channels, it.value) {
			e.failed = true
			e.src.fail(it.node, "%s: found %s, it must be %s", key, quoted(it.value), oneOf(event.Channels))
			continue
		}
		names = append(names, it.value)
	}
	return names
}

// pairs reads a list of name=value.
func (r *reader) pairs(e *entry, key string) map[string]string {
	var all map[string]string
	for _, it := range e.texts(key) {
		name, value, ok := strings.Cut(it.value, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		switch {
		case !ok || name == "" || value == "":
			e.failed = true
			e.src.fail(it.node, "%s: found %s, write name=value", key, quoted(it.value))
			continue
		case all[name] != "":
			e.failed = true
			e.src.fail(it.node, "%s: %s is given twice; %s", key, name, giveOnce)
			continue
		case all == nil:
			all = map[string]string{}
		}
		all[name] = value
	}
	return all
}

// readHours reads when the rule is evaluated.
func (rule *Rule) readHours(e *entry) {
	if e.has("hours") {
		spans := e.spans(e.fields["hours"], "hours")
		if spans == nil && !e.failed {
			e.fail("hours", "a rule that is never evaluated; leave it out, or write \"08:00-20:00\"")
		}
		rule.Hours = hoursText(spans)
	}
	days := e.days("days")
	for _, name := range event.Weekdays { // Monday first
		if days&(1<<slices.Index(weekdayNames[:], name)) != 0 {
			rule.Days = append(rule.Days, name)
		}
	}
}
