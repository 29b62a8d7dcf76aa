// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"net/url"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
)

// boardOf is the board on which a scope of a kind can be chosen; for any other kind it is boardOfAll.
var boardOf = map[string]string{"queue": "queue", "team": "team", "campaign": "campaign"}

const boardOfAll = "intraday"

// PanelOf returns a function that gives the address of the board about a scope, on a Grafana at an address that has the boards of
// this package in a language. It is for links from elsewhere: alerts.
func PanelOf(grafana string, l indicator.Language) func(centre, kind, scope string) string {
	language := "en"
	if l == indicator.French {
		language = "fr"
	}
	return func(centre, kind, scope string) string {
		board, known := boardOf[kind]
		query := ""
		if known {
			query = "?" + url.Values{"var-" + kind: {scope}}.Encode()
		} else {
			board = boardOfAll
		}
		return strings.TrimRight(grafana, "/") + "/d/" + uidOf(centre, board, language) + query
	}
}
