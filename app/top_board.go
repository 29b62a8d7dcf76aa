// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/vigie-kpi/vigie/dashboards/wall"
)

// stateColours are those of the words on a terminal. They only repeat what the words say.
var stateColours = map[wall.State]string{wall.StateOK: "34", wall.StateWatch: "33", wall.StateAct: "1;31", wall.StateLow: "36",
	wall.StateTooFew: "2", wall.StateClosed: "2", wall.StateNoData: "2", wall.StateStale: "35"}

// arrows are the trends.
var arrows = map[string]string{"up": "↑", "down": "↓", "flat": "→"}

// columns of a tile's line.
const (
	topTitle = iota
	topValue
	topWord
	topTrend
	topCases
	topRest // gap, target and remarks
	topColumns
)

// writeTiles writes a wall board for a terminal, a line for each tile: the same values and words as its page, which the
// server has put together.
func writeTiles(b *strings.Builder, board *wall.Board, colours bool) {
	fmt.Fprintf(b, "%s   %s\n%s   %s", board.Title, board.Subtitle, board.Date, board.AsOf)
	if board.Stale {
		b.WriteString("   !")
	}
	b.WriteString("\n")
	var lines [][topColumns]string
	var tiles []*wall.Tile // of the lines; nil between two rows
	for i := range board.Rows {
		lines, tiles = append(lines, [topColumns]string{}), append(tiles, nil)
		for j := range board.Rows[i].Tiles {
			t := &board.Rows[i].Tiles[j]
			lines, tiles = append(lines, tileLine(t)), append(tiles, t)
		}
	}
	var widths [topColumns]int
	for _, line := range lines {
		for c, text := range line {
			widths[c] = max(widths[c], utf8.RuneCountInString(text))
		}
	}
	for i, line := range lines {
		b.WriteString(strings.TrimRight(joinColumns(line, widths, tiles[i], colours), " ") + "\n")
	}
	b.WriteString("\n")
	for _, f := range board.Strip {
		fmt.Fprintf(b, "%s   %s: %s", f.When, f.Place, f.Text)
		if f.Seen != "" {
			b.WriteString("   ✓ " + f.Seen)
		}
		b.WriteString("\n")
	}
	if len(board.Strip) == 0 && board.Hint != "" {
		b.WriteString(board.Hint + "\n")
	}
}

// tileLine is a tile in columns.
func tileLine(t *wall.Tile) (line [topColumns]string) {
	line[topTitle] = t.Title
	if t.Window != "" {
		line[topTitle] += " · " + t.Window
	}
	line[topValue], line[topWord], line[topTrend] = t.Text, t.Word, arrows[t.Trend.Arrow]
	line[topRest] = strings.Join(saidOnce(append([]string{t.Gap, t.Target}, t.Notes...)), " · ")
	line[topCases] = t.Cases
	if len(t.Bar) > 0 {
		var parts []string
		for _, p := range t.Bar {
			parts = append(parts, fmt.Sprintf("%s %d", p.Label, p.Count))
		}
		line[topRest] = strings.Join(parts, ", ")
	}
	return line
}

// saidOnce leaves out what is empty, and what was said before: a tile may have its target among its notes.
func saidOnce(texts []string) (list []string) {
	for _, text := range texts {
		if text != "" && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}

// joinColumns puts a line together: the value to the right, the rest to the left. A word has the colour of its state.
func joinColumns(line [topColumns]string, widths [topColumns]int, t *wall.Tile, colours bool) string {
	var b strings.Builder
	for c, text := range line {
		space := strings.Repeat(" ", widths[c]-utf8.RuneCountInString(text))
		if colours && c == topWord && t != nil && stateColours[t.State] != "" {
			text = "\x1b[" + stateColours[t.State] + "m" + text + "\x1b[0m"
		}
		if c == topValue {
			b.WriteString("  " + space + text)
		} else {
			b.WriteString("  " + text + space)
		}
	}
	return b.String()
}
