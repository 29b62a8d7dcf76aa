// SPDX-License-Identifier: Apache-2.0

package event

import (
	"maps"
	"slices"
	"strings"
)

// How bad an alert is.
const (
	SeverityInfo     = "info"
	SeverityWarning  = "warning"
	SeverityCritical = "critical"
)

// Whom an alert is for: those who steer the day by the wall, or whoever is on call.
const (
	AudienceWall = "wall"
	AudiencePage = "page"
)

// The words of rules. A rule is never about one advisor: an alert about a person is a judgement that nobody made.
var (
	RuleScopes  = []string{scopeCentre, "programme", "team", "queue", "campaign", "channel", "line", "workstation", "source"}
	RuleWindows = []string{"5m", "15m", "30m", "1h", "today"}
	Severities  = []string{SeverityInfo, SeverityWarning, SeverityCritical}
	Audiences   = []string{AudienceWall, AudiencePage}
)

// Limits of a rule.
const (
	MaxRuleTextBytes = 2000
	MaxRuleMs        = 24 * msPerHour
	MaxRuleItems     = 1000
)

// RuleLabels are the labels that every alert has; a rule's own have other names.
var RuleLabels = []string{"alertname", "centre", "scope_kind", "scope", "severity", "audience", "owner", "site"}

// RuleConfig is the data of config.rule: when somebody is to be called. The expressions are conditions over measures, gauges
// and indicators; package alerts says what they mean, and compiles them.
type RuleConfig struct {
	Rule      string            `json:"rule" required:"true" doc:"The rule; it is the name of its alerts."`
	ScopeKind string            `json:"scope_kind" required:"true" words:"rule_scopes" doc:"It is evaluated for each scope of this kind."`
	Only      []string          `json:"only,omitempty" doc:"Only for these scopes; absent: for all that there are."`
	Except    []string          `json:"except,omitempty" doc:"Not for these scopes."`
	When      string            `json:"when" required:"true" doc:"The condition, such as sl_live < limit."`
	Clear     string            `json:"clear,omitempty" doc:"The condition on which a firing alert is over; absent: when is no longer true."`
	Minimum   string            `json:"minimum,omitempty" doc:"The condition without which there is too little to judge, such as offered >= 20."`
	Show      string            `json:"show,omitempty" doc:"The indicator, measure or gauge whose value the alert tells."`
	Window    string            `json:"window,omitempty" words:"rule_windows" doc:"The window of its measures; needed when it reads any."`
	Limit     string            `json:"limit,omitempty" doc:"What limit stands for in the conditions, such as 70% or 20s."`
	Limits    map[string]string `json:"limits,omitempty" doc:"The limit of single scopes."`

	ForMs    int64 `json:"for_ms,omitempty" doc:"For how long the condition must hold before the alert fires."`
	KeepMs   int64 `json:"keep_ms,omitempty" doc:"For how long the alert goes on firing after it could be over."`
	EveryMs  int64 `json:"every_ms,omitempty" doc:"It fires at most once in so long for each scope."`
	SilentMs int64 `json:"silent_ms,omitempty" doc:"When nothing was heard of the centre for so long, nothing is judged; absent: it is."`

	Calendar string   `json:"calendar,omitempty" doc:"It is evaluated in the opening hours of this calendar; absent: in those of the queue."`
	Always   bool     `json:"always,omitempty" doc:"It is evaluated when the queue is closed, too."`
	Hours    string   `json:"hours,omitempty" doc:"Only at these hours, such as 08:00-20:00."`
	Days     []string `json:"days,omitempty" words:"weekdays" doc:"Only on these weekdays."`

	Severity string            `json:"severity" required:"true" words:"severities" doc:"How bad it is."`
	Audience string            `json:"audience" required:"true" words:"audiences" doc:"For the wall, or to page whoever is on call."`
	Owner    string            `json:"owner,omitempty" doc:"The team that acts."`
	Runbook  string            `json:"runbook,omitempty" doc:"What to do: an address, or a file of the documentation."`
	Labels   map[string]string `json:"labels,omitempty" doc:"Labels of its alerts beside those that all have."`

	SummaryEn     string `json:"summary_en" required:"true" doc:"The alert in one English line, a template."`
	SummaryFr     string `json:"summary_fr" required:"true" doc:"The same in French."`
	DescriptionEn string `json:"description_en,omitempty" doc:"More about it in English, a template."`
	DescriptionFr string `json:"description_fr,omitempty" doc:"The same in French."`
	ShortEn       string `json:"short_en,omitempty" doc:"What a wall says of it beside the scope, in a few English words, a template; absent: the summary."`
	ShortFr       string `json:"short_fr,omitempty" doc:"The same in French."`

	InhibitedBy []RuleInhibition `json:"inhibited_by,omitempty" doc:"Alerts of other rules beside which this one is not sent."`
}

// RuleInhibition names the alerts beside which another is not sent.
type RuleInhibition struct {
	Match map[string]string `json:"match" required:"true" doc:"Labels that the other alert has."`
	Equal []string          `json:"equal,omitempty" doc:"Labels that both have with the same value."`
}

// ParseRuleConfig reads and validates the data of config.rule.
func ParseRuleConfig(data []byte) (RuleConfig, error) { return parseAs[RuleConfig](data) }

// Validate says whether the rule has a form. Whether its conditions mean something is for package alerts to say.
func (r *RuleConfig) Validate() error {
	return firstFault(
		checkLabel("rule", r.Rule),
		checkWord("scope_kind", r.ScopeKind, RuleScopes),
		r.checkScopes(),
		checkRuleText("when", r.When, true), checkRuleText("clear", r.Clear, false), checkRuleText("minimum", r.Minimum, false),
		checkName("show", r.Show, false),
		checkOptionalWord("window", r.Window, RuleWindows),
		checkName("limit", r.Limit, false),
		r.checkLimits(),
		checkNumber("for_ms", r.ForMs, 0, MaxRuleMs), checkNumber("keep_ms", r.KeepMs, 0, MaxRuleMs),
		checkNumber("every_ms", r.EveryMs, 0, MaxRuleMs), checkNumber("silent_ms", r.SilentMs, 0, MaxRuleMs),
		r.checkHours(),
		checkWord("severity", r.Severity, Severities),
		checkWord("audience", r.Audience, Audiences),
		checkName("owner", r.Owner, false), checkName("runbook", r.Runbook, false),
		checkLabels("labels", r.Labels, RuleLabels),
		checkRuleText("summary_en", r.SummaryEn, true), checkRuleText("summary_fr", r.SummaryFr, true),
		checkRuleText("description_en", r.DescriptionEn, false), checkRuleText("description_fr", r.DescriptionFr, false),
		checkRuleText("short_en", r.ShortEn, false), checkRuleText("short_fr", r.ShortFr, false), r.checkShort(),
		r.checkInhibitions(),
	)
}

// checkShort refuses a wall that would change to the long sentence with its language.
func (r *RuleConfig) checkShort() *FieldError {
	for _, text := range [...]struct{ key, has, lacks string }{{"short_fr", r.ShortEn, r.ShortFr}, {"short_en", r.ShortFr, r.ShortEn}} {
		if text.has != "" && text.lacks == "" {
			return refuseData(text.key, ReasonMissing, "missing; the wall has the other language's words, so write these too")
		}
	}
	return nil
}

func (r *RuleConfig) checkScopes() *FieldError {
	for _, list := range []struct {
		member string
		names  []string
	}{{"only", r.Only}, {"except", r.Except}} {
		if n := len(list.names); n > MaxRuleItems {
			return refuseData(list.member, ReasonOutOfRange, "found %d, at most %d are allowed", n, MaxRuleItems)
		}
		if len(list.names) > 0 && r.ScopeKind == scopeCentre {
			return refuseData(list.member, ReasonContradiction, "given for a rule on the centre, of which there is one; leave it out")
		}
		for i, name := range list.names {
			if err := checkName(list.member, name, true); err != nil {
				return err
			}
			if slices.Contains(list.names[:i], name) {
				return refuseData(list.member, ReasonDuplicate, "%s is given twice; give it once", quoted(name))
			}
		}
	}
	if len(r.Only) > 0 && len(r.Except) > 0 {
		return refuseData("except", ReasonContradiction, "given together with only; keep one of them")
	}
	return nil
}

func (r *RuleConfig) checkLimits() *FieldError {
	if len(r.Limits) > MaxRuleItems {
		return refuseData("limits", ReasonOutOfRange, "found %d, at most %d are allowed", len(r.Limits), MaxRuleItems)
	}
	for _, scope := range slices.Sorted(maps.Keys(r.Limits)) {
		if err := firstError(checkName("limits", scope, true), checkName("limits."+scope, r.Limits[scope], true)); err != nil {
			return err
		}
	}
	if len(r.Limits) > 0 && r.Limit == "" {
		return refuseData("limit", ReasonMissing, "missing; limits are those of single scopes, so say which the others have")
	}
	return nil
}

func (r *RuleConfig) checkHours() *FieldError {
	if err := checkName("calendar", r.Calendar, false); err != nil {
		return err
	}
	if r.Always && (r.Calendar != "" || r.ScopeKind != "queue") {
		return refuseData("always", ReasonContradiction, "only a rule on queues without a calendar of its own follows their hours; leave always out")
	}
	if r.Hours != "" {
		if err := checkHours("hours", r.Hours); err != nil {
			return err
		}
	}
	for i, day := range r.Days {
		if err := checkWord("days", day, Weekdays); err != nil {
			return err
		}
		if slices.Contains(r.Days[:i], day) {
			return refuseData("days", ReasonDuplicate, "%s is given twice; give it once", day)
		}
	}
	return nil
}

func (r *RuleConfig) checkInhibitions() *FieldError {
	if n := len(r.InhibitedBy); n > MaxRuleItems {
		return refuseData("inhibited_by", ReasonOutOfRange, "found %d, at most %d are allowed", n, MaxRuleItems)
	}
	for i := range r.InhibitedBy {
		by := &r.InhibitedBy[i]
		if len(by.Match) == 0 {
			return refuseData("inhibited_by", ReasonMissing, "no label to match; without one, every alert would silence this one")
		}
		if by.Match["alertname"] == r.Rule {
			return refuseData("inhibited_by", ReasonContradiction, "the rule would silence itself; name another")
		}
		if err := checkLabels("inhibited_by", by.Match, nil); err != nil {
			return err
		}
		for _, label := range by.Equal {
			if err := checkLabel("inhibited_by", label); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkRuleText checks an expression or a template, which may have several lines.
func checkRuleText(member, text string, required bool) *FieldError {
	switch {
	case strings.TrimSpace(text) == "" && required:
		return refuseData(member, ReasonMissing, "missing; give it")
	case len(text) > MaxRuleTextBytes:
		return refuseData(member, ReasonTooLong, "%d bytes long, at most %d are allowed", len(text), MaxRuleTextBytes)
	}
	return nil
}

// checkLabels checks labels; own are names that are taken.
func checkLabels(member string, labels map[string]string, own []string) *FieldError {
	if len(labels) > MaxRuleItems {
		return refuseData(member, ReasonOutOfRange, "found %d, at most %d are allowed", len(labels), MaxRuleItems)
	}
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		if slices.Contains(own, name) {
			return refuseData(member, ReasonContradiction, "%s is a label that every alert has; choose another name", name)
		}
		if err := firstError(checkLabel(member, name), checkName(member+"."+name, labels[name], true)); err != nil {
			return err
		}
	}
	return nil
}

// checkLabel checks a name as Prometheus and Alertmanager take it for a label.
func checkLabel(member, name string) *FieldError {
	if name == "" {
		return refuseData(member, ReasonMissing, "missing; give it a name")
	}
	for i := range len(name) {
		c := name[i]
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return refuseData(member, ReasonBadWord, "found %s, write letters, digits and underscores, a letter first", quoted(name))
		}
	}
	return checkName(member, name, true)
}
