// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// What alerts say, in SQL: table alerts has the rule's id, its scope and two integers. The words are those of the organisation's rules.

// ruleText is what the alerts of a rule say before and after their value, and how that is written.
type ruleText struct {
	rule, before, after string
	value               valueForm
}

// valueForm is how the value of an alert is written.
type valueForm uint8

const (
	valueNone   valueForm = iota // the alert tells none
	valueShare                   // a fraction of 1, as a percentage
	valueBp                      // basis points, as a percentage
	valueTime                    // ms, as minutes and seconds
	valueNumber                  // as it is

	numValueForms
)

var (
	templateScope = regexp.MustCompile(`^\s*\{\{\s*\.(Scope|Centre)\s*\}\}\s*:\s*`)
	templateField = regexp.MustCompile(`\{\{\s*\.([A-Za-z]+)\s*\}\}`)
)

// valueMark stands for the value while a template is read.
const valueMark = "\x00"

// ruleTexts reads the templates of the rules. The scope at their head is said elsewhere. A rule whose template does more than name fields is told
// by its id.
func (m *maker) ruleTexts() []ruleText {
	var list []ruleText
	for _, r := range m.o.Centre.Rules {
		fields := map[string]string{"Value": valueMark, "Limit": strings.ReplaceAll(r.Limit, "bp", ""), "Window": m.windowWord(r.Window), "For": r.For, "Rule": r.ID, "Centre": m.o.Centre.ID}
		text := templateField.ReplaceAllStringFunc(templateScope.ReplaceAllString(m.say(r.Says), ""), func(field string) string {
			if value, known := fields[templateField.FindStringSubmatch(field)[1]]; known {
				return value
			}
			return "…"
		})
		before, after, valued := strings.Cut(text, valueMark)
		if strings.Contains(text, "{{") || strings.Contains(after, valueMark) {
			continue
		}
		t := ruleText{rule: r.ID, before: before, after: after}
		if valued {
			t.value = m.valueForm(r.Show)
		}
		list = append(list, t)
	}
	return list
}

// windowWord is a rule's window as alerts write it: 5 min, 1 h.
func (m *maker) windowWord(window string) string {
	if window == "today" {
		return m.say(tr("today", "la journée"))
	}
	return strings.NewReplacer("m", " min", "h", " h").Replace(window)
}

// valueForm is how the value of what a rule shows is written.
func (m *maker) valueForm(show string) valueForm {
	unit := indicator.UnitCount
	if ind, ok := m.catalogue.Lookup(show); ok {
		unit = ind.Unit
	} else if g, ok := indicator.ParseGauge(show); ok {
		unit = g.Info().Unit
	} else if measure, ok := indicator.ParseMeasure(show); ok {
		unit = measure.Info().Unit
	}
	switch unit {
	case indicator.UnitPercent:
		return valueShare
	case indicator.UnitBp:
		return valueBp
	case indicator.UnitMs:
		return valueTime
	}
	return valueNumber
}

// alertText is the expression of an alert in words, from the columns rule, numerator and denominator.
func (m *maker) alertText() string {
	var ids, before, after []string
	var by [numValueForms][]string
	for _, t := range m.ruleTexts() {
		ids, before, after = append(ids, t.rule), append(before, t.before), append(after, t.after)
		by[t.value] = append(by[t.value], t.rule)
	}
	if len(ids) == 0 {
		return "toString(rule)"
	}
	percent, seconds := "%", "toInt64(numerator / denominator / 1000)"
	if m.words.language == indicator.French {
		percent = hardSpace + percent
	}
	written := [numValueForms]string{
		valueNone:   "''",
		valueShare:  fmt.Sprintf("concat(%s, %s)", m.decimal("100 * numerator / denominator"), quote(percent)),
		valueBp:     fmt.Sprintf("concat(%s, %s)", m.decimal("numerator / denominator / 100"), quote(percent)),
		valueTime:   fmt.Sprintf("if(%[1]s < 60, concat(toString(%[1]s), ' s'), concat(toString(intDiv(%[1]s, 60)), ' min ', toString(%[1]s %% 60), ' s'))", seconds),
		valueNumber: m.decimal("numerator / denominator"),
	}
	var arms []string
	for form, rules := range by {
		if len(rules) > 0 && valueForm(form) != valueNumber {
			arms = append(arms, "rule IN ("+quoteAll(rules)+")", written[form])
		}
		if valueForm(form) == valueNone {
			arms = append(arms, "denominator = 0", "'–'")
		}
	}
	arms = append(arms, written[valueNumber])
	list := quoteAll(ids)
	return fmt.Sprintf("if(rule IN (%[1]s),\n  concat(transform(toString(rule), [%[1]s], [%[2]s], ''),\n  multiIf(%[3]s),\n  transform(toString(rule), [%[1]s], [%[4]s], '')), toString(rule))",
		list, quoteAll(before), strings.Join(arms, ", "), quoteAll(after))
}

// decimal is the expression of a number with one decimal at most, as the language writes it.
func (m *maker) decimal(number string) string {
	text := fmt.Sprintf("toString(round(%s, 1))", number)
	if m.words.language == indicator.French {
		return fmt.Sprintf("replaceOne(%s, '.', ',')", text)
	}
	return text
}

// placeText is the expression of a scope's name, from the columns scope and id.
func (m *maker) placeText(scope, id string) string {
	var keys, names []string
	for _, kind := range []indicator.ScopeKind{indicator.ScopeQueue, indicator.ScopeTeam, indicator.ScopeCampaign} {
		for _, n := range m.names(kind) {
			keys, names = append(keys, kind.String()+" "+n.id), append(names, n.name)
		}
	}
	centre := m.say(tr("the centre", "le centre"))
	if len(keys) == 0 {
		return fmt.Sprintf("if(%[1]s = '', %[2]s, toString(%[1]s))", id, quote(centre))
	}
	return fmt.Sprintf("if(%[2]s = '', %[5]s, transform(concat(%[1]s, ' ', %[2]s), [%[3]s], [%[4]s], toString(%[2]s)))", scope, id, quoteAll(keys), quoteAll(names), quote(centre))
}

// severityText is the expression of a severity in words.
func (m *maker) severityText() string {
	var names []string
	for _, s := range event.Severities {
		names = append(names, m.say(severityNames[s]))
	}
	return fmt.Sprintf("transform(toString(severity), [%s], [%s], toString(severity))", quoteAll(event.Severities), quoteAll(names))
}

var severityNames = map[string]indicator.Text{"critical": tr("critical", "critique"), "warning": tr("warning", "à surveiller"), "info": tr("for information", "pour information")}
