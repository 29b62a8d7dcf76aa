// SPDX-License-Identifier: Apache-2.0

package dashboards

import "github.com/vigie-kpi/vigie/indicator"

// board is one dashboard before it is written. It answers one question and leads to the next boards.
type board struct {
	id              string // stable: links, files and uids are made of it
	title, question indicator.Text
	folder          folder
	wall            bool   // looked at from afar, without menus; it has no scroll bar
	from            string // beginning of its time range
	refresh         string
	variables       []string
	next            []string // ids of boards
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
	line       float64 // a target line across a curve; 0 for none
	text       string  // of kindText
	headless   bool    // a table without a header
	judged     string  // the indicator of a table that has a target
	worded     bool    // a tile whose value is words
	fields     []shown // columns of a table that are no indicators
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
