// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"

	"github.com/vigie-kpi/vigie/indicator"
)

// newFreshness is how old the newest sample is: a number on a board whose data stands still must not look alive.
func (m *maker) newFreshness(id, width int) panel {
	l := atMost(30, 120)
	return panel{id: id, width: width, kind: kindTile, title: m.words.freshness, name: m.words.freshness, doc: m.words.freshDoc, levels: l,
		unit: shown{unit: "suffix:s", decimals: 0, div: 1},
		sql: fmt.Sprintf("SELECT toNullable(toFloat64(age)) AS value,\n  concat(multiIf(age < %s, %s, age < %s, %s, %s), ' · ', formatDateTime(newest, '%%H:%%i:%%S', %s)) AS status\n"+
			"FROM\n(\n  SELECT max(at) AS newest, dateDiff('second', newest, $__toTime) AS age\n  FROM gauges\n  WHERE centre = %s AND lane = ''"+
			" AND at > $__toTime - INTERVAL 1 DAY AND at <= $__toTime\n  HAVING count() > 0\n)",
			number(l.ok+1), quote(m.words.states[stateOK]), number(l.watch+1), quote(m.words.states[stateWatchHigh]), quote(m.words.states[stateActHigh]),
			quote(m.o.Centre.Zone), m.centre)}
}

// newAlerts is the alerts that are firing. Three at most are lines in large letters: a wall is for what can be done now.
func (m *maker) newAlerts(id, width, most int) panel {
	since, rule, about, severity := m.say(tr("Since", "Depuis")), m.say(tr("Alert", "Alerte")), m.say(tr("Of", "Sur")), m.say(tr("Severity", "Gravité"))
	p := panel{id: id, width: width, kind: kindTable, noData: m.say(tr("No alert is firing", "Aucune alerte en cours")), title: m.say(tr("Alerts firing", "Alertes en cours")),
		doc: m.say(tr("Alerts whose condition is true at this time, the gravest first, then the newest. That none is firing is true only provided that the data is fresh.",
			"Alertes dont la condition est vraie à cet instant, la plus grave d'abord, puis la plus récente. Qu'aucune ne soit en cours n'est vrai que si les données sont fraîches.")),
		sql: fmt.Sprintf("SELECT since AS %s, %s AS %s, %s AS %s, %s AS %s\nFROM\n(\n"+
			"  SELECT rule, scope, id, argMax(state, (at, offset, seq)) AS state, max(at) AS since, argMax(severity, (at, offset, seq)) AS severity,\n"+
			"    argMax(%s, (at, offset, seq)) AS %[8]s\n  FROM alerts FINAL\n"+
			"  WHERE centre = %s AND at > $__toTime - INTERVAL 2 DAY AND at <= $__toTime\n  GROUP BY rule, scope, id\n)\n"+
			"WHERE state = 'firing'\nORDER BY indexOf(['critical', 'warning', 'info'], toString(severity)), since DESC\nLIMIT %d",
			alias(since), m.severityText(), alias(severity), m.placeText("scope", "id"), alias(about), m.alertText(), alias(rule),
			m.inLanguage("short"), m.centre, most)}
	if most > maxLines {
		return p
	}
	p.kind = kindLines
	p.sql = fmt.Sprintf("SELECT concat(%s, ' ', %s, ' · ', %s, ' · ', %s, ' ', formatDateTime(%s, '%%H:%%i', %s)) AS line\nFROM\n(\n%s\n)",
		m.severityMark(alias(severity)), alias(about), alias(rule), quote(m.say(tr("since", "depuis"))), alias(since), quote(m.o.Centre.Zone), indent(p.sql))
	return p
}

// severityMark is the expression of the sign of a severity, from its column: the signs of the words beside values.
func (m *maker) severityMark(column string) string {
	return fmt.Sprintf("multiIf(%[1]s IN ('critical', 'critique'), %[2]s, %[1]s IN ('info', 'pour information'), '○', %[3]s)",
		column, quote(m.words.states[stateActHigh]), quote(m.words.states[stateWatchHigh]))
}

// newProm is a number that Prometheus has.
func (m *maker) newProm(id, width int, title, doc indicator.Text, l levels, unit shown, expr string) panel {
	return panel{id: id, width: width, kind: kindTile, title: m.say(title), doc: m.say(doc), levels: l, unit: unit,
		prom: []promQuery{{expr, m.say(title)}}}
}

// newPromCurve is numbers that Prometheus has, over time.
func (m *maker) newPromCurve(id, width int, title, doc indicator.Text, unit shown, queries ...promQuery) panel {
	return panel{id: id, width: width, kind: kindCurve, title: m.say(title), doc: m.say(doc), unit: unit, prom: queries}
}

// newText is some words.
func (m *maker) newText(id, width int, title, words indicator.Text) panel {
	return panel{id: id, width: width, kind: kindText, title: m.say(title), doc: m.say(words), text: m.say(words)}
}
