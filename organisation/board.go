// SPDX-License-Identifier: Apache-2.0

package organisation

// Board is a board of the centre's own, for Grafana. It is not published: vigie dashboards reads it.
type Board struct {
	ID              string
	Name, Question  map[string]string // by language
	Wall            bool              // looked at from afar; see WallHeight
	Queues          []string          // that the board can be asked about; none: all
	Teams           []string
	Campaigns       []string
	Next            []string // boards to which it leads
	Rows            [][]Panel
	at              *entry
	quarters, weeks bool // has panels over the hours at hand, over weeks
}

// Panel is one panel of a board. Its texts are by language.
type Panel struct {
	Show        string   // one of PanelShows
	Of          []string // indicators; for a tile one
	By          string   // kind of scope, one of PanelScopes
	During      string   // one of PanelTimes; "": now of a state, else today, and for curves quarters
	Title, Text map[string]string
	Width       int // of GridWidth columns
	Judged      bool
	OK, Watch   Bound // where Judged
}

// Bound is a bound of what is all right, or to be watched: in the indicator's unit as targets write it. Of a band it has two ends.
type Bound struct {
	Value, ValueTo int64
	Band           bool
}

// What a panel shows, of which kind of scope, and over which time.
var (
	PanelShows  = []string{showTile, showCurve, "bars", showTable, showText}
	PanelScopes = []string{"centre", "queue", "team", "campaign"}
	PanelTimes  = []string{timeNow, "half_hour", "hour", "today", "7_days", time28Days, timeQuarters, timeDays}
)

const (
	showTile, showCurve, showTable, showText = "tile", "curve", "table", "text"

	timeNow, time28Days    = "now", "28_days"
	timeQuarters, timeDays = "quarters", "days"
)

// BoardIDs are the boards that every centre has; a board of one's own has another id, and may lead to these.
var BoardIDs = []string{"wall-inbound", "wall-backoffice", "wall-outbound", "team", "queue", "intraday", "campaign", "quality", "backlog", "compliance", "challenge", "alerts",
	"advisor", "newcomers", "pipeline"}

// The grid of a board, in Grafana's units.
const (
	// GridWidth is the number of columns.
	GridWidth = 24
	// WallHeight is the number of rows that a screen of 1920 by 1080 shows.
	WallHeight = 26
	// LastRowHeight is the height of what every board ends with: the alerts, and how fresh the data is.
	LastRowHeight = 4

	minPanelWidth = 3
	maxBoards     = 50
	maxBoardRows  = 12
	maxBoardID    = 24 // with the language and the hash of a long centre it fits into Grafana's 40
)

// RowHeight is the height of a row of panels: that of the tallest.
func RowHeight(row []Panel) int {
	height := LastRowHeight
	for _, p := range row {
		switch p.Show {
		case showTile:
			height = max(height, 5)
		case showText:
		default:
			height = max(height, 7)
		}
	}
	return height
}

// Recent tells that the board is about the hours at hand, so that its range is the day and not four weeks.
func (b *Board) Recent() bool { return b.quarters || !b.weeks }
