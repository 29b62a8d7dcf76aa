// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// What alerts say, in SQL: table alerts has their words, as the rule in force wrote them, and the id of their scope.

// alertText is the expression of an alert in the few words of a wall, from the columns rule, short_en and short_fr.
func (m *maker) alertText() string { return m.saidOr("short") }

// alertLine is the expression of an alert in the line that receivers are told, from the columns rule, text_en and text_fr.
func (m *maker) alertLine() string { return m.saidOr("text") }

// saidOr is the expression of a column in the language of the board. Rows of before the words were stored show the rule's id.
func (m *maker) saidOr(column string) string {
	return fmt.Sprintf("if(%[1]s = '', toString(rule), %[1]s)", m.inLanguage(column))
}

// inLanguage is the name of a column that table alerts has in each language.
func (m *maker) inLanguage(column string) string { return column + "_" + m.words.tag }

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
		return fmt.Sprintf("if(%[1]s = 'centre', %[3]s, toString(%[2]s))", scope, id, quote(centre))
	}
	return fmt.Sprintf("if(%[1]s = 'centre', %[5]s, transform(concat(%[1]s, ' ', %[2]s), [%[3]s], [%[4]s], toString(%[2]s)))", scope, id, quoteAll(keys), quoteAll(names), quote(centre))
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
