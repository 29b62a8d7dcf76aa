// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
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
	parts := make([]string, len(columns))
	for i, c := range columns {
		parts[i] = m.coachingRow(i, c)
	}
	p.sql = "SELECT * EXCEPT (place)\nFROM\n(\n" + indent(strings.Join(parts, "\nUNION ALL\n")) + "\n)\nORDER BY place"
	return p
}

func (m *maker) coachingRow(place int, c column) string {
	wanted, gap := "'–'", "'–'"
	if target, ok := m.o.Centre.target(c.ind.ID, indicator.ScopeCentre, ""); ok && target.Min == target.Max {
		value := target.Min / float64(max(c.unit.div, 1))
		wanted = quote(c.unit.say(value, m.words.language))
		difference := fmt.Sprintf("own - %s", number(value))
		if c.ind.Better == indicator.DirectionLower {
			difference = fmt.Sprintf("%s - own", number(value))
		}
		gap = m.signed(c.unit, difference)
	}
	cases := "toInt64(n)"
	if !c.ind.HasSample() { // it counts nothing, and a 0 beside its value would say that nothing was counted
		cases = "CAST(NULL, 'Nullable(Int64)')"
	}
	said := func(value string) string {
		return fmt.Sprintf("if(own IS NULL, '–', %s)", value)
	}
	few := m.say(tr("fewer than 5 colleagues", "moins de 5 collègues"))
	title := func(en, fr string) string { return alias(m.say(tr(en, fr))) }
	return fmt.Sprintf(`SELECT %d AS place, %s AS %s, %s AS %s, %s AS n, %s AS %s, %s AS %s, if(own IS NULL OR before IS NULL, '–', %s) AS %s,
  if(people < %d, %s, concat(%s, ' – ', %s)) AS %s
FROM
(
%s
) AS a
CROSS JOIN
(
%s
) AS b
CROSS JOIN
(
%s
) AS c`, place, quote(m.name(c.ind)), title("Indicator", "Indicateur"), said(m.written(c.unit, "own")), title("Value", "Valeur"), cases, wanted, alias(m.words.target), said(gap), title("Gap", "Écart"),
		m.signed(c.unit, "own - before"), title("Trend", "Tendance"), smallestGroup, quote(few), m.written(c.unit, "low"), m.written(c.unit, "high"), title("Team band", "Bande de l'équipe"),
		indent(m.personal(c, window28)), indent("SELECT max(own) AS before\nFROM\n(\n"+indent(m.personal(c, window28Before))+"\n)"), indent(m.band(c)))
}

// personal is the person's value in a window, NULL below the minimum of cases, and the cases: columns own and n. It has no row where
// nothing was booked.
func (m *maker) personal(c column, w window) string {
	return fmt.Sprintf("SELECT %s AS own, %s AS n\nFROM\n%s", c.enough(), c.cases(), m.sums([]column{c}, "", ofAdvisor, w))
}

// band is where the middle half of the colleagues is: the quartiles of those who have enough cases, by rank.
func (m *maker) band(c column) string {
	colleagues := fmt.Sprintf("advisor IN (SELECT DISTINCT advisor FROM facts WHERE centre = %s AND lane = '' AND %s AND team IN (%s))\n  AND advisor NOT IN (%s)", m.centre, window28.where, ofTeams.values, ofAdvisor.values)
	where := fmt.Sprintf("centre = %s AND %s\n  AND %s", m.centre, window28.where, colleagues)
	return fmt.Sprintf("SELECT count() AS people, %s AS low, %s AS high\nFROM\n(\n  SELECT advisor, %s AS x\n  FROM\n%s\n)\nWHERE x IS NOT NULL",
		rank("0.25", "assumeNotNull(x)", "1"), rank("0.75", "assumeNotNull(x)", "1"), c.enough(), indent(sumsBy([]column{c}, []string{"advisor"}, where)))
}

// signed is written with its sign; the unit of a percentage is the point.
func (m *maker) signed(s shown, value string) string {
	text := m.written(s, value)
	if s.unit == "percentunit" {
		text = m.written(shown{unit: "suffix: pts", decimals: s.decimals}, "100 * ("+value+")")
	}
	return fmt.Sprintf("concat(if((%s) > 0, '+', ''), %s)", value, text)
}
