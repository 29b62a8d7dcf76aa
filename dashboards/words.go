// SPDX-License-Identifier: Apache-2.0

package dashboards

import "github.com/vigie-kpi/vigie/indicator"

// wording is what boards say in one language, besides the names and explanations that the catalogue gives.
type wording struct {
	language indicator.Language
	tag      string // en, fr

	noData, noDataFar        string // the second where letters are large
	noValue                  string
	days                     string // the unit
	few, tooFew, tooFewOf, n string
	states                   [5]string
	target, state            string
	freshness, freshDoc      string
	folder                   string
	onBoards                 string
	formula, trap, cases     string
	windowIs                 string
	all, next                string
}

var wordings = [...]wording{
	indicator.English: {
		language: indicator.English, tag: "en",
		noData: "No data", noDataFar: "n/a", days: "d", noValue: "no\u00a0value",
		few: "○ too few", tooFew: "○\u00a0too\u00a0few:\u00a0n\u00a0", tooFewOf: "\u00a0of\u00a0%d", n: "n\u00a0",
		states:    [5]string{stateOK: "✓\u00a0OK", stateWatchLow: "▼\u00a0Watch", stateActLow: "▼\u00a0Act", stateWatchHigh: "▲\u00a0Watch", stateActHigh: "▲\u00a0Act"},
		target:    "Target",
		state:     "State",
		freshness: "Data as of", freshDoc: "The newest sample on the log's clock. When it stands still, so does every number on this board: call whoever runs the pipeline.",
		folder: "Contact centre", onBoards: "Boards",
		formula: "Formula", trap: "Trap", cases: "cases",
		windowIs: "Time", all: "All", next: "Next",
	},
	indicator.French: {
		language: indicator.French, tag: "fr",
		noData: "Pas de donnée", noDataFar: "n. d.", days: "j", noValue: "pas\u00a0de\u00a0valeur",
		few: "○ trop peu", tooFew: "○\u00a0trop\u00a0peu\u00a0:\u00a0n\u00a0", tooFewOf: "\u00a0sur\u00a0%d", n: "n\u00a0",
		states:    [5]string{stateOK: "✓\u00a0OK", stateWatchLow: "▼\u00a0À\u00a0surveiller", stateActLow: "▼\u00a0Agir", stateWatchHigh: "▲\u00a0À\u00a0surveiller", stateActHigh: "▲\u00a0Agir"},
		target:    "Objectif",
		state:     "État",
		freshness: "Données à", freshDoc: "Le dernier relevé à l'horloge du journal. S'il n'avance plus, aucun chiffre de ce tableau n'avance : appeler qui exploite la chaîne.",
		folder: "Centre de contacts", onBoards: "Tableaux",
		formula: "Formule", trap: "Piège", cases: "cas",
		windowIs: "Période", all: "Tout", next: "Suite",
	},
}

func tr(en, fr string) indicator.Text { return indicator.Text{En: en, Fr: fr} }
