// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/vigie-kpi/vigie/app"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
)

// retention is the board of docs/dashboards.md, which shows this very text.
func (m *maker) retention() board {
	return board{id: "retention", folder: folderTeam, from: "now-12h", refresh: "1m",
		title: tr("Retention", "Rétention"), question: tr("Do we keep those who call to leave?", "Gardons-nous ceux qui appellent pour partir ?"),
		variables: []string{"queue"}, next: []string{"queue", "quality"},
		rows: []row{
			{5, []panel{
				m.newTile(1, 12, tiled{of: "csat", scope: ofQueues, during: windowWeek, levels: atLeast(0.85, 0.80)}),
				m.newTile(2, 12, tiled{of: "fcr_7d", scope: ofQueues, during: window28}),
			}},
			{7, []panel{m.newCurve(3, 24, tr("Transfers, by quarter", "Transferts, par quart d'heure"), ofQueues, windowRange, 0, "transfer_rate")}},
			{4, []panel{m.newAlerts(4, 20, 3), m.newFreshness(5, 4)}},
		}}
}

// page is docs/dashboards.md.
func page(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../docs/dashboards.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// runs runs every query of a board on the demo day, and wants rows of what its panels draw; those of tiles on what is counted over weeks too.
func runs(t *testing.T, m *maker, b *board) {
	t.Helper()
	if err := m.err(); err != nil {
		t.Fatal(err)
	}
	if _, err := m.renderBoard(b, map[string]string{}); err != nil {
		t.Fatal(err)
	}
	v := demoView(m.o, b)
	for _, r := range b.rows {
		for i := range r.panels {
			p := &r.panels[i]
			if p.sql == "" {
				continue
			}
			sql, err := expand(p.sql, v)
			if err != nil {
				t.Fatal(err)
			}
			if problem := p.check(must(t, sql)); problem != "" {
				t.Errorf("%s: %s", p.title, problem)
			}
		}
	}
}

// TestNewcomersGoBoard: the Go function of docs/dashboards.md is the one above, and every query of it runs.
func TestNewcomersGoBoard(t *testing.T) {
	source, err := os.ReadFile("own_board_test.go")
	if err != nil {
		t.Fatal(err)
	}
	function := regexp.MustCompile(`(?s)func \(m \*maker\) retention\(\) board \{.*?\n\}\n`).FindString(string(source))
	if !strings.Contains(page(t), "```go\n"+function+"```") {
		t.Errorf("docs/dashboards.md does not show this function:\n%s", function)
	}
	insertAlerts(t)
	m, err := newMaker(demoOptions(t), indicator.English)
	if err != nil {
		t.Fatal(err)
	}
	b := m.retention()
	runs(t, m, &b)
}

// TestNewcomersYAMLBoard: the boards.yaml of docs/dashboards.md, beside the demo centre's other files, is right, and every query of its boards runs.
func TestNewcomersYAMLBoard(t *testing.T) {
	example := regexp.MustCompile("(?s)```yaml\n(- board: .*?)```").FindStringSubmatch(page(t))
	if example == nil {
		t.Fatal("docs/dashboards.md shows no boards.yaml")
	}
	files := fstest.MapFS{"boards.yaml": {Data: []byte(example[1])}}
	for _, name := range []string{"centre.yaml", "programmes.yaml", "sites.yaml", "holidays.yaml", "calendars.yaml", "teams.yaml", "queues.yaml", "campaigns.yaml", "indicators.yaml"} {
		text, err := os.ReadFile("../seeds/cap-rivage/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	org, err := app.ReadOrganisation(files, "docs")
	if err != nil {
		t.Fatal(err)
	}
	files["boards.yaml"].Data = []byte(strings.Replace(example[1], "of: waiting", "of: watiing", 1))
	_, err = app.ReadOrganisation(files, "")
	told := strings.Join(strings.Fields(page(t)), " ")
	if err == nil || !strings.Contains(told, err.Error()) {
		t.Errorf("docs/dashboards.md does not tell this error: %v", err)
	}
	insertAlerts(t)
	for _, l := range []indicator.Language{indicator.English, indicator.French} {
		o := demoOptions(t)
		o.Centre.Boards = org.Boards
		m, err := newMaker(o, l)
		if err != nil {
			t.Fatal(err)
		}
		boards := m.ownBoards()
		if len(boards) == 0 {
			t.Fatal("no board")
		}
		for i := range boards {
			runs(t, m, &boards[i])
		}
	}
}

// TestOwnNumbersStay: a panel keeps its number when another comes before it.
func TestOwnNumbersStay(t *testing.T) {
	m, err := newMaker(demoOptions(t), indicator.English)
	if err != nil {
		t.Fatal(err)
	}
	tile := organisation.Panel{Show: "tile", Of: []string{"aht"}, By: "queue", Width: 12}
	other := organisation.Panel{Show: "tile", Of: []string{"asa"}, By: "queue", Width: 12}
	alone := m.ownBoard(&organisation.Board{ID: "b", Rows: [][]organisation.Panel{{tile}}})
	moved := m.ownBoard(&organisation.Board{ID: "b", Rows: [][]organisation.Panel{{other, tile, tile}}})
	a, b := alone.rows[0].panels, moved.rows[0].panels
	if a[0].id != b[1].id || b[0].id == b[1].id || b[1].id == b[2].id {
		t.Errorf("%d became %d, %d, %d", a[0].id, b[0].id, b[1].id, b[2].id)
	}
}

// TestBoardIDs: the organisation's reader knows the boards that every centre has.
func TestBoardIDs(t *testing.T) {
	o := demoOptions(t)
	o.Centre.Boards = nil
	m, err := newMaker(o, indicator.English)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, b := range m.boards() {
		ids = append(ids, b.id)
	}
	if !slices.Equal(ids, organisation.BoardIDs) {
		t.Errorf("boards %v, organisation.BoardIDs %v", ids, organisation.BoardIDs)
	}
}
