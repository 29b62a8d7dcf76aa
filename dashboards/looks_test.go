// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/vigie-kpi/vigie/indicator"
)

// What was found ugly or wrong on drawn boards, each class of defect once.

// looks is what of a board's JSON the rules of looks read.
type looks struct {
	UID    string
	Panels []struct {
		Title           string
		Type            string
		Transformations []struct{ ID string }
		Options         struct{ TextMode string }
		FieldConfig     struct {
			Defaults  struct{ Unit string }
			Overrides []struct {
				Matcher    struct{ Options any }
				Properties []struct {
					ID    string
					Value any
				}
			}
		}
	}
}

// TestLooks: Grafana writes a space before a unit of ours, so a unit has none; it keeps one cell of a row for each head of a column, so
// heads differ; it gives the same room to each value of a tile, so a tile has one; and a fixed colour is one of those that the
// colour-blind can tell apart.
func TestLooks(t *testing.T) {
	colors := append(slices.Clone(palette[:]), colorOK, colorWatch, colorAct, colorNeutral, colorMuted)
	set, err := Generate(demoOptions(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range set.Dashboards {
		var b looks
		if err := json.Unmarshal(d.JSON, &b); err != nil {
			t.Fatal(err)
		}
		for _, p := range b.Panels {
			where := b.UID + ", " + p.Title
			checkUnit(t, where, p.FieldConfig.Defaults.Unit)
			heads := map[any]bool{}
			for _, o := range p.FieldConfig.Overrides {
				head := o.Matcher.Options
				for _, property := range o.Properties {
					switch property.ID {
					case "unit":
						checkUnit(t, where, property.Value)
					case "displayName":
						head = property.Value
					case "color":
						if c := property.Value.(map[string]any)["fixedColor"].(string); !slices.Contains(colors, c) {
							t.Errorf("%s: colour %s", where, c)
						}
					}
				}
				if p.Type == "table" && head != o.Matcher.Options && heads[head] {
					t.Errorf("%s: two columns have the head %q", where, head)
				}
				heads[head] = true
			}
			if moved := len(p.Transformations) == 1 && p.Transformations[0].ID == "rowsToFields"; p.Type == "stat" && moved != (p.Options.TextMode == "value_and_name") {
				t.Errorf("%s: its words are no name of its value", where)
			}
		}
	}
}

func checkUnit(t *testing.T, where string, unit any) {
	t.Helper()
	if text, ok := unit.(string); ok && (strings.HasPrefix(text, "suffix: ") || strings.HasPrefix(text, "prefix: ")) {
		t.Errorf("%s: unit %q has a space too many", where, text)
	}
}

// TestWallLetters: on a wall the name of a tile and the longest words below it have a line each, and both lines and the number fit the
// height. A letter is 0.44 of its size wide on average, as measured on drawn boards; a panel's head is 32 px high and its padding
// 8 px on each side.
func TestWallLetters(t *testing.T) {
	for _, l := range []indicator.Language{indicator.English, indicator.French} {
		m, err := newMaker(demoOptions(t), l)
		if err != nil {
			t.Fatal(err)
		}
		tiles := 0
		for _, b := range m.boards() {
			for _, r := range b.rows {
				for i := range r.panels {
					p := &r.panels[i]
					if !b.wall || p.kind != kindTile {
						continue
					}
					tiles++
					if p.name == "" || !p.named {
						t.Errorf("%s, %s: its name cannot be read from across a room", b.id, p.title)
					}
					words, number := wallSizes(p.width, r.height)
					room := float64(p.width*71 + (p.width-1)*8 - 24)
					for _, line := range []string{p.name, m.longestWords(p)} {
						if need := 0.44 * words * float64(utf8.RuneCountInString(line)); need > room {
							t.Errorf("%s, %s: %q needs %.0f px of %.0f", b.id, p.title, line, need, room)
						}
					}
					if need, room := 1.2*(2*words+number), float64(r.height*38-8-32-16); r.height > 4 && need > room+1 {
						t.Errorf("%s, %s: %.0f px high, of %.0f", b.id, p.title, need, room)
					}
				}
			}
		}
		if tiles < 30 {
			t.Errorf("%d tiles on walls", tiles)
		}
	}
}

// longestWords are the longest words that may stand beside a value.
func (m *maker) longestWords(p *panel) string {
	longest := ""
	if strings.Contains(p.sql, m.words.states[stateWatchLow]) || strings.Contains(p.sql, m.words.states[stateWatchHigh]) {
		longest = m.words.states[stateWatchLow]
	}
	if len(p.columns) == 1 && p.columns[0].countsCases() {
		longest += fmt.Sprintf("·%s%d", m.words.n, 99_999)
	}
	return longest
}

// TestTall: a table of 11 teams with a head of two lines is 92 + 11 x 36 px high: 13 rows of the grid are 486 px, 14 are 524.
func TestTall(t *testing.T) {
	for rows, want := range map[int]int{0: 4, 1: 4, 2: 5, 5: 8, 9: 12, 11: 14, 40: 14} {
		if got := tall(rows); got != want {
			t.Errorf("a table of %d rows has %d rows of the grid, want %d", rows, got, want)
		}
	}
}
