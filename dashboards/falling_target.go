// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
)

// A newcomer's target of handle time begins high and falls week by week. targets.yaml has a target for each week; those that begin later are told
// before they hold.

// lastDate is the end of what has none: the last whole year of a Date.
const lastDate = "2149-01-01"

// stepsOfNewcomers are the steps of an indicator's target for a team of newcomers: the first that has any.
func (m *maker) stepsOfNewcomers(id string) []Step {
	newcomers := m.teamsOf("newcomers")
	var list []Step
	for _, step := range m.o.Centre.Steps {
		if step.Indicator == id && slices.Contains(newcomers, step.Team) && (len(list) == 0 || list[0].Team == step.Team) {
			if step.To == "" {
				step.To = lastDate
			}
			list = append(list, step)
		}
	}
	return list
}

var stepsDoc = tr("The target of each week as targets.yaml gives it, and the team as a whole in those days; a week that has not begun has no value. Gap: how far below the target the team is; "+
	"negative is above. It counts only while quality is kept.",
	"L'objectif de chaque semaine selon targets.yaml, et l'équipe entière ces jours-là ; une semaine à venir n'a pas de valeur. Écart : de combien l'équipe est sous l'objectif ; "+
		"négatif, elle est au-dessus. Il ne compte que si la qualité tient.")

// fallingTarget is a row on the target of newcomers that falls from week to week, and where they were; none where nobody set one.
func (m *maker) fallingTarget(of string) []row {
	steps := m.stepsOfNewcomers(of)
	if len(steps) == 0 {
		return nil
	}
	return []row{{9, []panel{m.newSteps(10, 10, of, steps), m.newStepCurve(11, 14, of, steps)}}}
}

// newSteps is a row for each step.
func (m *maker) newSteps(id, width int, of string, steps []Step) panel {
	c := m.column(of)
	c.unit.cases = "n " + c.unit.title
	gap := m.say(tr("Gap", "Écart"))
	var days, ends, values []string
	for _, step := range steps {
		days, ends, values = append(days, quote(step.From)), append(ends, quote(step.To)), append(values, number(step.Value/float64(max(c.unit.div, 1))))
	}
	where := fmt.Sprintf("centre = %s AND day >= %s AND day <= toDate($__toTime)\n  AND team IN (%s)", m.centre, quote(steps[0].From), quote(steps[0].Team))
	return panel{id: id, width: width, kind: kindTable, columns: []column{c}, judged: of, fields: []shown{{title: gap, unit: c.unit.unit}},
		title: m.say(tr("The target that falls, week by week", "L'objectif qui baisse, chaque semaine")), doc: m.describeAll([]column{c}, window{}) + "\n\n" + m.say(stepsDoc),
		sql: fmt.Sprintf(`SELECT toString(begins) AS %s, wanted AS %s, max(value) AS %s, max(n) AS %s, wanted - max(value) AS %s
FROM
(
  SELECT begins, wanted, %s AS value, %s AS n
  FROM
  (
    SELECT begins, wanted, %s
    FROM
%s AS days
    CROSS JOIN
    (
      SELECT toDate(step.1) AS begins, toDate(step.2) AS ends, toFloat64(step.3) AS wanted
      FROM (SELECT arrayJoin(arrayZip([%s], [%s], [%s])) AS step)
    ) AS steps
    WHERE day >= begins AND day < ends
    GROUP BY begins, wanted
  )
)
GROUP BY begins, wanted
ORDER BY begins`, alias(m.say(tr("From", "Du"))), alias(m.words.target), alias(c.unit.title), alias(c.unit.cases), alias(gap), c.enough(), c.cases(),
			strings.Join(summedAgain([]column{c}), ", "), indent(indent(sumsBy([]column{c}, []string{"day"}, where))), strings.Join(days, ", "), strings.Join(ends, ", "), strings.Join(values, ", "))}
}

// newStepCurve is the team by day, and the target of each day.
func (m *maker) newStepCurve(id, width int, of string, steps []Step) panel {
	c := m.column(of)
	arms := []string{fmt.Sprintf("day < %s", quote(steps[0].From)), "NULL"}
	for _, step := range steps {
		arms = append(arms, "day < "+quote(step.To), "toFloat64("+number(step.Value/float64(max(c.unit.div, 1)))+")")
	}
	arms = append(arms, "NULL")
	s := scope{indicator.ScopeTeam, quote(steps[0].Team)}
	return panel{id: id, width: width, kind: kindCurve, columns: []column{c}, also: []string{m.words.target}, unit: c.unit, title: m.say(tr("Towards the target, by day", "Vers l'objectif, par jour")),
		doc: m.describeAll([]column{c}, window{}) + "\n\n" + m.say(stepsDoc),
		sql: fmt.Sprintf("SELECT toDateTime(day, 'UTC') AS time,\n  %s AS %s,\n  multiIf(%s) AS %s\nFROM\n%s\nORDER BY time WITH FILL STEP INTERVAL 1 DAY",
			c.enough(), alias(c.unit.title), strings.Join(arms, ", "), alias(m.words.target), m.sums([]column{c}, "day", s, windowDays)) + settings(s, windowDays)}
}
