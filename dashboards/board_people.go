// SPDX-License-Identifier: Apache-2.0

package dashboards

import "github.com/vigie-kpi/vigie/indicator"

// The boards for a talk with a person. They show one person beside the team as a whole: never a list of colleagues.

// advisor answers: what goes well for this person, and what is worth a talk?
func (m *maker) advisor() board {
	team := tabled{title: tr("The team as a whole, same days", "L'équipe entière, mêmes jours"), scope: ofTeams, during: window28,
		ids: []string{"n:aht", "avg_talk", "avg_wrap", "n:quality_score", "n:csat", "transfer_rate", "adherence"}}
	return board{id: "advisor", folder: folderCoaching, from: "now-28d", refresh: "5m",
		title: tr("Advisor: coaching", "Conseiller : accompagnement"), question: tr("What goes well for this person, and what is worth a talk?", "Qu'est-ce qui va bien pour cette personne, et de quoi parler ensemble ?"),
		variables: []string{"advisor", "team"}, next: []string{"quality", "team"},
		rows: append([]row{
			{5, []panel{
				m.newTile(1, 4, tiled{of: "handled", scope: ofAdvisor, during: window28}),
				m.newTile(2, 5, tiled{of: "quality_score", scope: ofAdvisor, during: window28, levels: atLeast(0.85, 0.80)}),
				m.newTile(3, 5, tiled{of: "csat", scope: ofAdvisor, during: window28, levels: atLeast(0.85, 0.80)}),
				m.newTile(4, 5, tiled{of: "aht", scope: ofAdvisor, during: window28}),
				m.newTile(5, 5, tiled{of: "adherence", scope: ofAdvisor, during: window28, levels: atLeast(0.90, 0.85)}),
			}},
			{9, []panel{m.newCoaching(12, 24, "quality_score", "csat", "fcr_7d", "transfer_rate", "adherence", "aht", "avg_wrap")}},
			{m.tall(indicator.ScopeTeam, ""), []panel{m.newTable(7, 24, team)}},
			{7, []panel{
				m.newCurve(8, 12, tr("Own past: handle time, 7 days up to each day", "Son passé : DMT, 7 jours glissants"), ofAdvisor, windowWeekly, 0, "aht", "avg_wrap"),
				m.newCurve(9, 12, tr("Own past: quality and satisfaction, 28 days up to each day", "Son passé : qualité et satisfaction, 28 jours glissants"), ofAdvisor, windowMonthly, 0.85, "quality_score", "csat"),
			}},
		}, append(m.newOwn(13, ofAdvisor, window28), row{5, []panel{m.newText(10, 20, tr("Before the talk", "Avant l'entretien"),
			tr("Four listenings give a theme, not a gap. At an ordinary spread, a handle time within 20 % needs 60 calls, within 10 % 250; a satisfaction of 80 % on 30 answers means 63 to 90 %. "+
				"The person sees these figures first and can contest each: every one leads back to the contacts that made it.",
				"Quatre écoutes donnent un thème, pas un écart. À dispersion ordinaire, une DMT à 20 % près demande 60 appels, à 10 % près 250 ; une satisfaction de 80 % sur 30 réponses veut dire 63 à 90 %. "+
					"La personne voit ces chiffres la première et peut contester chacun : chacun mène aux contacts qui l'ont fait.")), m.newFreshness(11, 4)}})...)}
}

// newcomers answers: are those who begin on their way?
func (m *maker) newcomers() board {
	s := scope{indicator.ScopeTeam, quoteAll(m.teamsOf("newcomers"))}
	if s.values == "" {
		s = ofTeams
	}
	return board{id: "newcomers", folder: folderCoaching, from: "now-28d", refresh: "5m",
		title: tr("Newcomers", "Nouveaux arrivants"), question: tr("Are those who begin on their way to the pace and the quality of the others?", "Ceux qui débutent vont-ils vers le rythme et la qualité des autres ?"),
		next: []string{"team", "advisor"},
		rows: append(m.fallingTarget("aht"), []row{
			{5, []panel{
				m.newTile(1, 6, tiled{of: "handled", scope: s, during: windowWeek}),
				m.newTile(2, 6, tiled{of: "aht", scope: s, during: windowWeek}),
				m.newTile(3, 6, tiled{of: "quality_score", scope: s, during: window28, levels: atLeast(0.85, 0.80)}),
				m.newTile(4, 6, tiled{of: "help_rate", scope: s, during: windowWeek}),
			}},
			{8, []panel{
				m.newCurve(5, 12, tr("Handle time, 7 days up to each day", "DMT, 7 jours glissants"), s, windowWeekly, 0, "aht", "avg_wrap"),
				m.newCurve(6, 12, tr("Quality and satisfaction, 28 days up to each day", "Qualité et satisfaction, 28 jours glissants"), s, windowMonthly, 0.85, "quality_score", "csat"),
			}},
			{tall(max(1, len(m.teamsOf("newcomers")))), []panel{m.newTable(7, 24, tabled{title: tr("Last 28 days, as a team", "28 derniers jours, en équipe"), scope: s, during: window28, judged: "quality_score",
				levels: atLeast(0.85, 0.80), ids: []string{"n:quality_score", "n:aht", "transfer_rate", "help_rate", "n:csat"}})}},
			{4, []panel{m.newText(8, 20, tr("How to read it", "Comment la lire"),
				tr("A newcomer's target of handle time falls week by week and is guarded by quality: first well, then fast. No person is on this board.",
					"L'objectif de DMT d'un débutant baisse de semaine en semaine et la qualité le garde : d'abord bien, ensuite vite. Personne n'est nommé ici.")), m.newFreshness(9, 4)}},
		}...)}
}

// teamsOf are the ids of the teams of a kind.
func (m *maker) teamsOf(kind string) []string {
	var ids []string
	for _, t := range m.o.Centre.Teams {
		if t.Kind == kind {
			ids = append(ids, t.ID)
		}
	}
	return ids
}
