// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/dashboards/wall"
)

// checkTop compares `vigie top` with the board that the page of the wall draws (a browser test compares these two): each tile has a
// line with its title, window, value, word, cases, and all that is said beside; each flag of the strip has one, too.
func checkTop(t *testing.T, ctx context.Context, d *demo) {
	t.Helper()
	board, lines := topBeside(t, ctx, d, "fr")
	tiles := 0
	for _, row := range board.Rows {
		for _, tile := range row.Tiles {
			tiles++
			i := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), tile.Title+" ") })
			if i < 0 {
				t.Errorf("vigie top has no line of %q:\n%s", tile.Title, strings.Join(lines, "\n"))
				continue
			}
			line := lines[i]
			lines = slices.Delete(lines, i, i+1)
			said := append([]string{tile.Title, tile.Window, tile.Text, tile.Word, arrows[tile.Trend.Arrow], tile.Cases}, tile.Target)
			if len(tile.Bar) == 0 {
				said = append(append(said, tile.Gap), tile.Notes...)
			}
			for _, text := range said {
				if !strings.Contains(line, text) {
					t.Errorf("the wall says %q of %s, vigie top: %s", text, tile.ID, line)
				}
			}
		}
	}
	if tiles < 10 {
		t.Errorf("only %d tiles were compared", tiles)
	}
	for _, f := range board.Strip {
		if !slices.ContainsFunc(lines, func(line string) bool {
			return strings.Contains(line, f.Place) && strings.Contains(line, f.Text) && strings.Contains(line, f.When) && strings.Contains(line, f.Seen)
		}) {
			t.Errorf("the strip says %+v, vigie top:\n%s", f, strings.Join(lines, "\n"))
		}
	}
	if !strings.Contains(strings.Join(lines, "\n"), board.AsOf) {
		t.Errorf("vigie top does not say %q", board.AsOf)
	}
}

// topBeside returns what the wall and the terminal show at the same record of the log.
func topBeside(t *testing.T, ctx context.Context, d *demo, lang string) (wall.Board, []string) {
	t.Helper()
	for {
		path := "/api/v1/board?board=centre&lang=" + lang
		before := fetch(t, d, path)
		var out bytes.Buffer
		if err := Top(ctx, TopOptions{URL: "http://" + d.app.Addr(), Board: "centre", Lang: lang, Every: time.Second, Once: true, Out: &out}); err != nil {
			t.Fatal(err)
		}
		if before != fetch(t, d, path) {
			continue // the log went on meanwhile
		}
		var board wall.Board
		if err := json.Unmarshal([]byte(before), &board); err != nil {
			t.Fatal(err)
		}
		return board, strings.Split(out.String(), "\n")
	}
}
