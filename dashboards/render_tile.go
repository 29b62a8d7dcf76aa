// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
)

// Grafana gives two values of a stat panel the same room, so that a long word would make its number small. A tile therefore
// has one value: its words are the value's name, which stands above it.

// wordsAboveValue turns the row (value, status) into a field that has the words as its name.
func wordsAboveValue() dashboard.DataTransformerConfig {
	mapping := func(column, part string) map[string]any {
		return map[string]any{"fieldName": column, "handlerKey": part}
	}
	return dashboard.DataTransformerConfig{Id: "rowsToFields", Options: map[string]any{
		"mappings": []any{mapping("status", "field.name"), mapping("value", "field.value")}}}
}

// stat is a tile. On a wall its sizes are told, as Grafana's own choice keeps names too small to be read from across a room.
func (m *maker) stat(p *panel, height int) *stat.PanelBuilder {
	b := stat.NewPanelBuilder().Orientation(common.VizOrientationAuto).TextMode(common.BigValueTextModeValue).ColorMode(common.BigValueColorModeValue).
		GraphMode(common.BigValueGraphModeNone).JustifyMode(common.BigValueJustifyModeCenter).WideLayout(false).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"}).Fields("").Values(false))
	if p.spoken {
		b = b.ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"}).Fields("/.*/").Values(false))
	}
	if p.worded() {
		b = b.TextMode(common.BigValueTextModeValueAndName)
	}
	if p.named || p.worded() && height < 5 { // so low, Grafana's words are too small for a desk, too
		title, value := wallSizes(p.width, height)
		b = b.Text(common.NewVizTextDisplayOptionsBuilder().TitleSize(title).ValueSize(value))
	}
	if p.named { // of two lines of words Grafana centres only the block: all is kept to the left
		b = b.JustifyMode(common.BigValueJustifyModeAuto)
	}
	return b
}

// colorByWord colours a value by the word that stands above it, where no levels do: it is words itself, or is compared with another
// value.
func (m *maker) colorByWord(fc *dashboard.FieldConfigSource) {
	for s, word := range m.words.states {
		override(fc, "byRegexp", "/"+word+"/", property("color", map[string]any{"mode": "fixed", "fixedColor": stateColors[s]}))
	}
}

// lines are rows of words, coloured by their first sign.
func (m *maker) lines(p *panel) *stat.PanelBuilder {
	size := float64(lineSize)
	if p.width < wideLines {
		size = smallLineSize
	}
	return stat.NewPanelBuilder().Orientation(common.VizOrientationHorizontal).TextMode(common.BigValueTextModeValue).ColorMode(common.BigValueColorModeValue).
		GraphMode(common.BigValueGraphModeNone).JustifyMode(common.BigValueJustifyModeCenter).WideLayout(false).
		Text(common.NewVizTextDisplayOptionsBuilder().ValueSize(size)).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"}).Fields("/.*/").Values(true).Limit(maxLines))
}

// The size of letters of lines, px: maxLines of them fill a panel of 4 rows of the grid. A panel of fewer columns than wideLines has
// smaller ones, or a line would be broken and lie on the next.
const (
	lineSize      = 22
	smallLineSize = 15
	wideLines     = 16
)

// lineColors colours lines by the word that they begin with.
func (m *maker) lineColors() []dashboard.ValueMapping {
	var maps []dashboard.ValueMapping
	for s, word := range m.words.states {
		maps = append(maps, dashboard.ValueMapping{RegexMap: &dashboard.RegexMap{Type: dashboard.MappingTypeRegexToText, Options: dashboard.DashboardRegexMapOptions{
			Pattern: "^(" + word + ".*)$", Result: dashboard.ValueMappingResult{Text: cog.ToPtr("$1"), Color: cog.ToPtr(stateColors[s]), Index: cog.ToPtr(int32(s))}}}})
	}
	return maps
}

// wallSizes are the sizes of letters on a wall, px, in a tile of so many columns and rows of the grid: two lines of words and a number
// fill what the panel's head leaves. A screen of 55 inches shows a px as 0.63 mm: the digits of the smaller tile are 29 mm high.
func wallSizes(width, height int) (words, number float64) {
	switch {
	case height < 5:
		return 20, 40
	case height == 5:
		return 24, 64
	case width < 5:
		return 24, 80
	case width == 5:
		return 26, 80
	}
	return 30, 84
}

// fromAfar makes the tiles of a wall say their name beside their word: the head of a panel cannot be read from across a room.
func (m *maker) fromAfar(b board) board {
	for _, r := range b.rows {
		for i := range r.panels {
			p := &r.panels[i]
			if p.kind != kindTile || p.sql == "" {
				continue
			}
			name := quote(hardSpaces(p.name))
			if p.worded() {
				name = fmt.Sprintf("concat(%s, if(match(status, '^[✓▼▲○]'), ' ', '\u00a0· '), status)", name)
			}
			p.sql = fmt.Sprintf("SELECT value, %s AS status\nFROM\n(\n%s\n)", name, indent(p.sql))
			p.named = true
		}
	}
	return b
}
