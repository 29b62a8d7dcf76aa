// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"strings"
	"testing"
)

// boardIndicators are a few indicators as boards must know them.
var boardIndicators = []Indicator{
	{ID: "answer_rate", Unit: "percent", Scopes: []string{"centre", "queue", "campaign"}, Better: "higher", OnBoards: BoardsPast},
	{ID: "offered", Unit: "count", Scopes: []string{"centre", "queue"}, Better: "none", OnBoards: BoardsPast},
	{ID: "occupancy", Unit: "percent", Scopes: []string{"centre", "team", "advisor"}, Better: "band", OnBoards: BoardsPast},
	{ID: "waiting", Unit: "count", Scopes: []string{"centre", "queue"}, Better: "lower", OnBoards: BoardsNow},
	{ID: "staff_required", Unit: "count", Scopes: []string{"queue"}, Better: "none"},
}

// wantBoard reads one board with some rows and compares what is wrong; the rows begin in line 4.
func wantBoard(t *testing.T, rows string, wants ...string) {
	t.Helper()
	const head = "- board: mine\n  name: {en: Mine}\n  question: {en: \"Is it?\"}\n  rows:\n"
	wantBoards(t, head+rows, wants...)
}

func wantBoards(t *testing.T, text string, wants ...string) {
	t.Helper()
	_, err := Read(folder("boards.yaml", text, "queues.yaml", "- queue: support", "teams.yaml", "- team: north"), Options{Indicators: boardIndicators})
	got := ""
	if err != nil {
		got = err.Error()
	}
	if want := strings.Join(wants, "\n"); got != want {
		t.Errorf("%s\n got %s\nwant %s", text, got, want)
	}
}

// What people get wrong in a board of their own: each is told with its place and what to write.
func TestWrongBoards(t *testing.T) {
	wantBoard(t, "  - panels:\n    - {show: tile, of: anser_rate, by: queue}",
		`boards.yaml:6:24: of: there is no indicator "anser_rate"; did you mean "answer_rate"?`)
	wantBoard(t, "  - panels:\n    - {show: tile, of: answer_rate, by: team}",
		`boards.yaml:6:24: of: answer_rate is not counted by team; write by: centre, queue or campaign`)
	wantBoard(t, "  - panels:\n    - {show: gauge, of: answer_rate}",
		`boards.yaml:6:14: show: found "gauge", it must be tile, curve, bars, table or text`)
	wantBoard(t, "  - panels:\n    - {show: tile, of: [answer_rate, occupancy]}",
		`boards.yaml:6:38: of: a tile shows one value; write a tile for each`)
	wantBoard(t, "  - panels:\n    - {show: curve, of: [offered, answer_rate], by: queue}",
		`boards.yaml:6:35: of: answer_rate is in percent and offered in count; one axis has one unit: write two panels`)
	wantBoard(t, "  - panels:\n    - {show: tile, of: waiting, during: today}",
		`boards.yaml:6:24: of: waiting is a state; write during: now, or quarters for curves`)
	wantBoard(t, "  - panels:\n    - {show: tile, of: staff_required, by: queue}",
		`boards.yaml:6:24: of: staff_required cannot be on a board of one's own: it needs targets, several days of stock or Erlang, and the store has no column for it; the boards that are built in show what there is`)
	wantBoard(t, "  - panels:\n    - {show: curve, of: answer_rate, during: today}",
		`boards.yaml:6:46: during: today does not go with curve; write quarters or days`)
	wantBoard(t, "  - panels:\n    - {show: table, of: answer_rate}",
		`boards.yaml:6:14: show: a table has a row for each scope; give by: queue, team or campaign`)
	wantBoard(t, "  - panels:\n    - {show: tile, of: answer_rate, ok: 80 %}",
		`boards.yaml:6:41: ok: ok and watch go together; give both`)
	wantBoard(t, "  - panels:\n    - {show: tile, of: answer_rate, ok: 80 %, watch: 90 %}",
		`boards.yaml:6:54: watch: it lies on the better side of ok; exchange the two`)
	wantBoard(t, "  - panels:\n    - {show: tile, of: occupancy, ok: 80 %, watch: 70 %}",
		`boards.yaml:6:39: ok: occupancy gets better within a band; write ok and watch as two bounds with "to" between them`)
	wantBoard(t, "  - panels:\n    - {show: tile, of: offered, ok: 80, watch: 70}",
		`boards.yaml:6:37: ok: nobody can say which way offered gets better; leave ok and watch out`)
	wantBoard(t, "  - panels:\n    - {show: text, of: offered, text: {en: words}, title: {en: x}}",
		`boards.yaml:6:24: of: a panel that shows text has no of; leave it out`)
	wantBoard(t, "  - panels:\n    - {show: tile}",
		`boards.yaml:6:14: show: of is missing: a panel that shows tile needs it`)
	wantBoard(t, "  - panels:\n    - {show: tile, of: offered, width: 8}\n    - {show: tile, of: answer_rate, width: 8}",
		`boards.yaml:6:5: panels: their widths add up to 16 of 24 columns; leave one width out, and that panel takes the rest`)
	wantBoard(t, "  - panels:\n    - {show: tile, of: offered, width: 22}\n    - {show: tile, of: answer_rate}",
		`boards.yaml:6:5: panels: they do not fit into 24 columns, of which each needs 3; begin another row`)
	wantBoard(t, "  - panels:\n    - {show: curve, of: offered, title: {de: Angebot}}",
		`boards.yaml:6:41: title: there is no language "de" here; it can be en or fr`)
	wantBoard(t, "  - panels:\n    - {show: curve, of: offered, title: {en: All contacts offered on this day}, width: 3}\n    - {show: curve, of: answer_rate, width: 21}",
		`boards.yaml:6:41: title: "All contacts offered on this day" has 32 letters, a panel of 3 columns shows 28; say it shorter, or give it width`)
	for _, c := range [][2]string{
		{"- board: queue\n  name: {en: Mine}\n  question: {en: \"Is it?\"}\n  rows: [{panels: [{show: tile, of: offered}]}]", `boards.yaml:1:10: board: every centre has a board "queue"; give this one another id`},
		{"- board: My Board\n  name: {en: Mine}\n  question: {en: \"Is it?\"}\n  rows: [{panels: [{show: tile, of: offered}]}]",
			`boards.yaml:1:10: board: found "My Board"; write small letters without accents, digits and hyphens, 24 at most`},
		{"- board: mine\n  name: {en: Mine}\n  question: {en: It is}\n  rows: [{panels: [{show: tile, of: offered}]}]",
			"boards.yaml:3:13: question: a board answers one question; end it with a question mark, in en too\nboards.yaml:3:13: question: a board answers one question; end it with a question mark, in fr too"},
		{"- board: mine\n  name: {en: Mine}\n  question: {en: \"Is it?\"}\n  queues: [suport]\n  next: [quue]\n  rows: [{panels: [{show: tile, of: offered}]}]",
			"boards.yaml:4:12: queues: there is no queue \"suport\" in queues.yaml; did you mean \"support\"?\n" +
				"boards.yaml:5:10: next: there is no board \"quue\"; did you mean \"queue\"?; it can be " + strings.Join(BoardIDs, ", ") + " or mine"},
	} {
		wantBoards(t, c[0], c[1])
	}
}

// A board of a service: what is not said has its default, and those panels that give no width share the row.
func TestBoard(t *testing.T) {
	o, err := Read(folder("boards.yaml", `
- board: advice
  name: {en: Advice, fr: Conseil}
  question: {fr: "Nous joint-on ?"}
  folder: wall
  queues: support
  next: [team]
  rows:
    - panels:
        - {show: tile, of: answer_rate, by: queue, ok: 92 %, watch: 88 %, width: 10}
        - {show: tile, of: waiting}
        - {show: tile, of: occupancy, by: team, during: hour, ok: 70 % to 85 %, watch: 60 % to 88 %}
    - panels:
        - {show: table, of: [answer_rate, offered], by: queue, during: 28_days}
`, "queues.yaml", "- queue: support"), Options{Indicators: boardIndicators})
	if err != nil {
		t.Fatal(err)
	}
	b := o.Boards[0]
	first := b.Rows[0]
	if b.ID != "advice" || !b.Wall || !b.Recent() || b.Question["en"] != "Nous joint-on ?" || len(b.Queues) != 1 || b.Next[0] != "team" {
		t.Errorf("%+v", b)
	}
	if first[0].Width != 10 || first[1].Width != 7 || first[2].Width != 7 || first[0].OK.Value != 9200 || first[2].Watch != (Bound{6000, 8800, true}) || first[1].By != "centre" {
		t.Errorf("%+v", first)
	}
	if b.Rows[1][0].Width != GridWidth || RowHeight(first) != 5 || RowHeight(b.Rows[1]) != 7 {
		t.Errorf("%+v", b.Rows[1])
	}
}
