// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
)

// challengeOf is a team's target of a count that holds only while a quality indicator is kept: its guard.
type challengeOf struct {
	Target
	team       string // its name
	goal, kept column
	guard      Target // the wanted value of the guard
}

// challenges are those in force, in the order of teams.
func (m *maker) challenges() []challengeOf {
	var list []challengeOf
	for _, n := range m.names(indicator.ScopeTeam) {
		for _, t := range m.o.Centre.Targets {
			ind, known := m.catalogue.Lookup(t.Indicator)
			if t.Kind != indicator.ScopeTeam || t.Scope != n.id || t.Guard == "" || !known || ind.Unit != indicator.UnitCount || t.Min <= 0 {
				continue
			}
			guard, has := m.o.Centre.target(t.Guard, indicator.ScopeTeam, n.id)
			if !has {
				guard, has = m.o.Centre.target(t.Guard, indicator.ScopeCentre, "")
			}
			if has {
				list = append(list, challengeOf{t, n.name, m.column(t.Indicator), m.column(t.Guard), guard})
			}
		}
	}
	return list
}

// challenge answers: how far is each team on its way, and is quality kept?
func (m *maker) challenge() board {
	return board{id: "challenge", folder: folderTeam, from: "now-12h", refresh: "5m",
		title: tr("Team challenge", "Défi d'équipe"), question: tr("How far are we on the way to the challenge, and is quality kept?", "Où en est le défi, et la qualité tient-elle ?"),
		variables: []string{"team:outbound"}, next: []string{"campaign", "quality", "team"},
		rows: []row{
			{tall(len(m.challenges())), []panel{m.newChallenges(1, 24)}},
			{5, []panel{
				m.newTile(2, 5, tiled{of: "sales", scope: ofTeams, during: windowToday}),
				m.newTile(3, 5, tiled{of: "conversion", scope: ofTeams, during: windowToday, levels: atLeast(0.18, 0.14)}),
				m.newTile(4, 5, tiled{of: "cancellation_rate", scope: ofTeams, during: window28, levels: atMost(0.06, 0.09)}),
				m.newTile(5, 5, tiled{of: "quality_score", scope: ofTeams, during: window28, levels: atLeast(0.85, 0.80)}),
				m.newFreshness(6, 4),
			}},
			{7, []panel{
				m.newCurve(7, 12, tr("Sales and won, by quarter", "Ventes et gagnés, par quart d'heure"), ofTeams, windowRange, 0, "sales", "pitched_won"),
				m.newCurve(8, 12, tr("Useful contacts and won, by quarter", "Contacts utiles et gagnés, par quart d'heure"), ofTeams, windowRange, 0, "useful_contacts", "pitched_won"),
			}},
			{4, []panel{m.newText(9, 24, tr("How to read it", "Comment le lire"),
				tr("A challenge is a target of a team with a guard: the quality indicator beside it. While the guard is broken the challenge is suspended, whatever the count. Teams are listed by name, never by rank, and nobody is named.",
					"Un défi est un objectif d'équipe avec une garde : l'indicateur de qualité à côté. Tant que la garde est rompue, le défi est suspendu, quel que soit le compte. Les équipes sont dans l'ordre des noms, jamais classées, et personne n'est nommé."))}},
		}}
}

// newChallenges is a row for each team that has a challenge.
func (m *maker) newChallenges(id, width int) panel {
	p := panel{id: id, width: width, kind: kindTable, title: m.say(tr("Challenges in force", "Défis en cours")),
		doc: m.say(tr("Targets of teams that count something of the day and have a guard, as targets.yaml gives them. The guard is over 28 days, and has no value below its minimum of cases. No data: no team has a challenge, or nothing was booked today.",
			"Les objectifs d'équipe qui comptent quelque chose du jour et ont une garde, selon targets.yaml. La garde est sur 28 jours, et n'a pas de valeur sous son nombre minimal de cas. Pas de donnée : aucune équipe n'a de défi, ou rien n'est compté aujourd'hui."))}
	today, reached := m.say(tr("Today", "Aujourd'hui")), m.say(tr("Of the target", "De l'objectif"))
	p.fields = []shown{{title: today, unit: "none"}, {title: m.words.target, unit: "none"}, {title: reached, unit: "percentunit"}}
	var parts []string
	for _, c := range m.challenges() {
		parts = append(parts, m.challengeRow(&c, today, reached))
	}
	if len(parts) == 0 { // a query that gives no row says it in the panel's words
		parts = []string{fmt.Sprintf("SELECT '' AS %s, toFloat64(0) AS %s\nFROM facts\nWHERE 0 = 1 AND team IN ('')", alias(m.kindName(indicator.ScopeTeam)), alias(today))}
	}
	p.sql = strings.Join(parts, "\nUNION ALL\n")
	return p
}

func (m *maker) challengeRow(c *challengeOf, today, reached string) string {
	team := scope{indicator.ScopeTeam, quote(c.Scope)}
	wanted := c.guard.Min / float64(max(c.kept.unit.div, 1))
	broken := fmt.Sprintf("g < %s", number(wanted))
	if c.kept.ind.Better == indicator.DirectionLower {
		wanted = c.guard.Max / float64(max(c.kept.unit.div, 1))
		broken = fmt.Sprintf("g > %s", number(wanted+just))
	}
	levels := levels{better: c.kept.ind.Better, ok: wanted}
	say := func(en, fr string) string { return quote(m.say(tr(en, fr))) }
	return fmt.Sprintf(`SELECT %s AS %s, %s AS %s, v AS %s, toFloat64(%s) AS %s, v / %[6]s AS %[8]s,
  concat(%[9]s, ' ', if(g IS NULL, '–', %[10]s)) AS %[11]s,
  multiIf(g IS NULL, %[12]s, %[13]s, %[14]s, v >= %[6]s, %[15]s, %[16]s) AS %[17]s
FROM
(
%[18]s
) AS now
CROSS JOIN
(
  SELECT if(cases < %[19]d, NULL, v) AS g
  FROM
  (
%[20]s
  )
) AS kept`,
		quote(c.team), alias(m.kindName(indicator.ScopeTeam)), quote(m.name(c.goal.ind)), alias(m.say(tr("Challenge", "Défi"))), alias(today), number(c.Min), alias(m.words.target), alias(reached),
		quote(m.name(c.kept.ind)), m.written(c.kept.unit, "g"), alias(m.say(tr("Guard", "Garde"))+" · "+m.say(window28.name)+" · "+m.goal(levels, c.kept.unit)),
		say("○ guard not known yet", "○ garde pas encore connue"), broken, say("▼ suspended: quality", "▼ suspendu : qualité"), say("✓ reached", "✓ atteint"), say("– on the way", "– en route"), alias(m.words.state),
		indent(m.one(c.goal, team, windowToday)), c.kept.minimum(), indent(indent(m.guardOf(c.kept, team))))
}

// guardOf is one, with a row where nothing was booked at all.
func (m *maker) guardOf(c column, s scope) string {
	return "SELECT max(v) AS v, max(cases) AS cases\nFROM\n(\n" + indent(m.one(c, s, window28)) + "\n)"
}

// written is the expression of a value with its unit, as words: for columns whose rows have different units.
func (m *maker) written(s shown, value string) string {
	rounded := fmt.Sprintf("toString(round(%s, %d))", value, int(s.decimals))
	unit := ""
	switch {
	case s.unit == "percentunit":
		rounded, unit = fmt.Sprintf("toString(round(100 * (%s), %d))", value, int(s.decimals)), "%"
		if m.words.language == indicator.French {
			unit = hardSpace + unit
		}
	case strings.HasPrefix(s.unit, "suffix:"):
		unit = hardSpace + strings.TrimSpace(strings.TrimPrefix(s.unit, "suffix:"))
	}
	if m.words.language == indicator.French {
		rounded = "replaceOne(" + rounded + ", '.', ',')"
	}
	if unit == "" {
		return rounded
	}
	return "concat(" + rounded + ", " + quote(unit) + ")"
}
