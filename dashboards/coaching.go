// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
)

// smallestGroup is the number of colleagues from which their band is shown: below, it would tell of persons.
const smallestGroup = 5

// window28Before are the 28 days before the last 28.
var window28Before = window{interval: window28.interval, where: "day > toDate($__toTime) - 56 AND day <= toDate($__toTime) - 28"}

// newCoaching is what a talk begins from: a row for each indicator, with the person's value, the target, the gap, the trend, and the band in which
// the middle half of the colleagues is.
func (m *maker) newCoaching(id, width int, ids ...string) panel {
	columns := m.columns(ids...)
	p := panel{id: id, width: width, kind: kindTable, title: m.say(tr("What a talk begins from · 28 d", "De quoi partir pour en parler · 28 j")),
		doc: m.describeAll(columns, window28) + "\n\n" + m.say(tr("Gap: value minus target, positive is good. Trend: against the 28 days before. Team band: where the middle half of the colleagues in the chosen teams is, without the person; "+
			"below 5 colleagues with enough cases it is not shown, for it would tell of persons. Below its minimum of cases nothing is said.",
			"Écart : valeur moins objectif, positif est bon. Tendance : face aux 28 jours d'avant. Bande de l'équipe : où se tient la moitié centrale des collègues des équipes choisies, sans la personne ; "+
				"à moins de 5 collègues avec assez de cas elle n'est pas montrée, car elle parlerait de personnes. Sous le nombre minimal de cas, rien n'est dit."))}
	p.sql = m.coaching(columns)
	return p
}

// coaching reads the facts of the person, of the person before and of the colleagues once each, and makes a row of each indicator.
func (m *maker) coaching(columns []column) string {
	var own, was, before, colleagues, band, lines []string
	for i, c := range columns {
		own = append(own, fmt.Sprintf("%s AS own%d, %s AS n%[2]d", c.enough(), i, c.cases()))
		was = append(was, fmt.Sprintf("%s AS was%d", c.enough(), i))
		before = append(before, fmt.Sprintf("max(was%d) AS before%[1]d", i))
		known := fmt.Sprintf("isNotNull(x%d)", i)
		value := fmt.Sprintf("assumeNotNull(x%d)", i)
		band = append(band, fmt.Sprintf("countIf(%s) AS people%d, %s AS low%d, %s AS high%d", known, i, rank("0.25", value, known), i, rank("0.75", value, known), i))
		colleagues = append(colleagues, fmt.Sprintf("%s AS x%d", c.enough(), i))
		lines = append(lines, m.coachingRow(i, c))
	}
	title := func(en, fr string) string { return alias(m.say(tr(en, fr))) }
	return fmt.Sprintf("SELECT line.1 AS %s, line.2 AS %s, line.3 AS n, line.4 AS %s, line.5 AS %s, line.6 AS %s, line.7 AS %s\nFROM\n(\n  SELECT arrayJoin([\n%s\n  ]) AS line\n  FROM\n  (\n%s\n  ) AS a\n  CROSS JOIN\n  (\n%s\n  ) AS b\n  CROSS JOIN\n  (\n%s\n  ) AS c\n)",
		title("Indicator", "Indicateur"), title("Value", "Valeur"), alias(m.words.target), title("Gap", "Écart"), title("Trend", "Tendance"), title("Team band", "Bande de l'équipe"),
		indent(indent(strings.Join(lines, ",\n"))),
		indent(indent("SELECT "+strings.Join(own, ",\n  ")+"\nFROM\n"+m.sums(columns, "", ofAdvisor, window28))),
		indent(indent("SELECT "+strings.Join(before, ", ")+"\nFROM\n(\n"+indent("SELECT "+strings.Join(was, ",\n  ")+"\nFROM\n"+m.sums(columns, "", ofAdvisor, window28Before))+"\n)")),
		indent(indent("SELECT "+strings.Join(band, ",\n  ")+"\nFROM\n(\n"+indent("SELECT "+strings.Join(colleagues, ",\n  ")+"\nFROM\n"+sumsBy(columns, []string{"advisor"}, m.colleagues()))+"\n)"))) +
		settings(ofAdvisor, window28)
}

// coachingRow is the row of an indicator, a tuple of what is said of it. Its value is own, of the 28 days before it was before, both NULL
// below the minimum of cases; the middle half of the colleagues who have enough cases, people of them, is from low to high.
func (m *maker) coachingRow(i int, c column) string {
	of := func(name string) string { return name + strconv.Itoa(i) }
	own, before := of("own"), of("before")
	wanted, gap := "'–'", "'–'"
	if target, ok := m.o.Centre.target(c.ind.ID, indicator.ScopeCentre, ""); ok && target.Min == target.Max {
		value := target.Min / float64(max(c.unit.div, 1))
		wanted = quote(c.unit.say(value, m.words.language))
		difference := fmt.Sprintf("%s - %s", own, number(value))
		if c.ind.Better == indicator.DirectionLower {
			difference = fmt.Sprintf("%s - %s", number(value), own)
		}
		gap = m.signed(c.unit, difference)
	}
	cases := "CAST(" + of("n") + ", 'Nullable(Int64)')"
	if !c.ind.HasSample() { // it counts nothing, and a 0 beside its value would say that nothing was counted
		cases = "CAST(NULL, 'Nullable(Int64)')"
	}
	few := m.say(tr("fewer than 5 colleagues", "moins de 5 collègues"))
	return fmt.Sprintf("(%s, if(isNull(%s), '–', %s), %s, %s, if(isNull(%[2]s), '–', %[6]s),\n  if(isNull(%[2]s) OR isNull(%[7]s), '–', %[8]s), if(%[9]s < %[10]d, %[11]s, concat(%[12]s, ' – ', %[13]s)))",
		quote(m.name(c.ind)), own, m.written(c.unit, own), cases, wanted, gap, before, m.signed(c.unit, own+" - "+before), of("people"), smallestGroup, quote(few),
		m.written(c.unit, of("low")), m.written(c.unit, of("high")))
}

// colleagues is the condition on facts of those who worked for the chosen teams in the last 28 days, without the person.
func (m *maker) colleagues() string {
	return fmt.Sprintf("centre = %[1]s AND %[2]s\n  AND advisor IN (SELECT DISTINCT advisor FROM facts WHERE centre = %[1]s AND lane = '' AND %[2]s AND team IN (%[3]s))\n  AND advisor NOT IN (%[4]s)",
		m.centre, window28.where, ofTeams.values, ofAdvisor.values)
}

// signed is written with its sign; the unit of a percentage is the point.
func (m *maker) signed(s shown, value string) string {
	text := m.written(s, value)
	if s.unit == "percentunit" {
		text = m.written(shown{unit: "suffix: pts", decimals: s.decimals}, "100 * ("+value+")")
	}
	return fmt.Sprintf("concat(if((%s) > 0, '+', ''), %s)", value, text)
}
