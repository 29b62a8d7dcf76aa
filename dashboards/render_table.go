// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Widths of columns, px. The others share what is left.
const (
	widthName   = 190
	widthCases  = 76
	widthTarget = 84
	widthState  = 140
	widthTime   = 120
	widthNumber = 110 // of a number that is no indicator
	leastWidth  = 80  // Grafana's own, 150, pushes columns over the edge
)

// tableFields gives each column its unit and width, and colours the words of the judged one. The number of cases has the head n:
// it stands after what it counts.
func (m *maker) tableFields(p *panel, fc *dashboard.FieldConfigSource) {
	fc.Defaults.Custom = map[string]any{"wrapHeaderText": true, "align": "auto", "inspect": false, "minWidth": leastWidth, "cellOptions": map[string]any{"type": "auto"}}
	override(fc, "byType", "time", property("unit", "time:DD/MM HH:mm"), property("custom.width", widthTime))
	override(fc, "byType", "number", property("noValue", "–"))
	if p.first != "" {
		override(fc, "byName", p.first, property("custom.width", widthName))
	}
	head := "n"
	for _, c := range p.columns {
		override(fc, "byName", c.unit.title, property("unit", c.unit.unit), property("decimals", c.unit.decimals))
		if c.unit.cases != "" {
			override(fc, "byName", c.unit.cases, property("displayName", head), property("unit", "none"), property("decimals", 0), property("custom.width", widthCases),
				property("color", map[string]any{"mode": "fixed", "fixedColor": colorMuted}))
			head += hardSpace // Grafana keeps one cell of a row for each head: two of the same would show the same number
		}
		if c.ind.ID == p.judged {
			override(fc, "byName", m.words.target, property("unit", c.unit.unit), property("decimals", c.unit.decimals), property("custom.width", widthTarget))
		}
	}
	for _, f := range p.fields {
		override(fc, "byName", f.title, property("unit", f.unit), property("decimals", f.decimals), property("custom.width", widthNumber))
	}
	m.colorWords(fc, m.words.state, m.words.states[:], stateColors[:])
}

// colorWords colours the cells of a column by the words in them.
func (m *maker) colorWords(fc *dashboard.FieldConfigSource, column string, words, colors []string) {
	var maps []any
	for i, word := range words {
		maps = append(maps, map[string]any{"type": "regex", "options": map[string]any{"pattern": "^" + word + "$",
			"result": map[string]any{"color": colors[i], "index": i}}})
	}
	override(fc, "byName", column, property("mappings", maps), property("custom.cellOptions", map[string]any{"type": "color-text"}),
		property("custom.width", widthState))
}

// Heights in px: of a row of Grafana's grid with its gap, of a small row of a table, and of what stands above its rows: the
// panel's head, its padding, the table's own head of up to two lines.
const (
	gridRowPx   = 38
	gridGapPx   = 8
	tableRowPx  = 36
	aboveRowsPx = 92
)

// tall is the height of a table with so many rows, in rows of the grid: none is hidden, and no room is left over. A list that
// would not fit half a screen scrolls.
func tall(rows int) int {
	const least, most = 4, 14
	return min(max((aboveRowsPx+tableRowPx*rows+gridGapPx+gridRowPx-1)/gridRowPx, least), most)
}
