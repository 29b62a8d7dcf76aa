// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
)

// board is one dashboard before it is written. It answers one question and leads to the next boards.
type board struct {
	id              string // stable: links, files and uids are made of it
	title, question indicator.Text
	folder          folder
	wall            bool   // looked at from afar, without menus; it has no scroll bar
	from            string // beginning of its time range
	refresh         string
	variables       []string
	only            map[string][]string // by variable, what it can be; none: all
	next            []string            // ids of boards
	rows            []row
}

// row is panels of one height, side by side.
type row struct {
	height int
	panels []panel
}

// panelKind is how a panel draws.
type panelKind uint8

const (
	kindTile  panelKind = iota // one value and its word
	kindBars                   // a bar for each column
	kindCurve                  // over time
	kindTable
	kindText
	kindLines // rows of words, in large letters
)

// panel is one panel. Its id is written in the code that makes it and never changes: links and query logs name it.
type panel struct {
	id, width  int
	kind       panelKind
	title, doc string
	sql        string
	prom       []promQuery
	unit       shown
	levels     levels
	columns    []column
	line       float64  // a target line across a curve; 0 for none
	text       string   // of kindText
	judged     string   // the indicator of a table that has a target
	noData     string   // what stands where there are no rows, unless that means that there is no data
	first      string   // title of a table's first column: names
	name       string   // of a tile's indicator, as short as a tile wants it
	named      bool     // a tile that says its name in large letters
	also       []string // titles of curves that are no indicators, after the others
	stacked    bool     // curves that add up to a whole
	lying      bool     // bars from left to right
	spoken     bool     // a tile whose value is words
	fields     []shown  // columns of a table that are no indicators
}

// promQuery is a query of Prometheus, and the name of what it gives.
type promQuery struct{ expr, legend string }

// folder is a folder in Grafana: boards that the same people may see.
type folder uint8

const (
	folderWall folder = iota
	folderTeam
	folderCoaching
	folderPipeline

	numFolders
)

var folders = [numFolders]struct {
	id    string
	title indicator.Text
}{
	folderWall:     {"wall", tr("Wall", "Mur")},
	folderTeam:     {"steering", tr("Steering", "Pilotage")},
	folderCoaching: {"coaching", tr("Coaching", "Accompagnement")},
	folderPipeline: {"pipeline", tr("Pipeline", "Chaîne")},
}

// gridWidth is the number of columns of Grafana's grid. A screen of 1920 by 1080 shows wallHeight of its rows.
const (
	gridWidth  = 24
	wallHeight = 26
)

// maxLines is how many lines of large letters a panel shows.
const maxLines = 3

// worded tells whether the result of a tile has words beside its value.
func (p *panel) worded() bool { return p.kind == kindTile && strings.Contains(p.sql, " AS status") }
