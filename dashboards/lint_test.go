// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/vigie-kpi/vigie/indicator"
)

// written is what of a board's JSON the rules read.
type written struct {
	UID, Title, Description, Timezone, Refresh string
	Editable                                   bool
	Tags                                       []string
	Links                                      []struct{ URL string }
	Panels                                     []writtenPanel
	Templating                                 struct {
		List []struct {
			Name, Label, Type string
			Refresh           int
		}
	}
	Annotations struct {
		List []struct {
			Datasource struct{ UID string }
			Target     struct{ RawSQL, Expr string }
		}
	}
}

type writtenPanel struct {
	ID                 int
	Type               string
	Title, Description string
	GridPos            struct{ H, W, X, Y int }
	Targets            []struct {
		RawSQL, Expr string
		Datasource   struct{ UID string }
	}
	Datasource  struct{ UID string }
	FieldConfig struct {
		Defaults struct {
			Unit, NoValue string
			Thresholds    struct {
				Steps []struct {
					Value *float64
					Color string
				}
			}
		}
	}
	Options struct {
		Legend  struct{ ShowLegend bool }
		Tooltip struct{ Mode string }
	}
}

// all are the demo centre's boards as they are written, in both languages.
func all(t *testing.T) []written {
	t.Helper()
	set, err := Generate(demoOptions(t))
	if err != nil {
		t.Fatal(err)
	}
	var list []written
	for _, d := range set.Dashboards {
		var w written
		if err := json.Unmarshal(d.JSON, &w); err != nil {
			t.Fatal(err)
		}
		list = append(list, w)
	}
	return list
}

// TestRulesOfBoards: the rules of Grafana's dashboard-linter that apply, and our own: a board says which question it
// answers, leads on, shows how fresh it is, and no two boards have the same uid.
func TestRulesOfBoards(t *testing.T) {
	boards := all(t)
	uids := map[string]bool{}
	for _, b := range boards {
		if uids[b.UID] || len(b.UID) > 40 || !legalUID(b.UID) {
			t.Errorf("uid %q is taken, too long or not legal", b.UID)
		}
		uids[b.UID] = true
	}
	for _, b := range boards {
		if b.Title == "" || !strings.HasSuffix(b.Description, "?") || b.Editable || b.Timezone != "Europe/Paris" || b.Refresh == "" || !slices.Contains(b.Tags, "vigie") {
			t.Errorf("%s: title %q, question %q, editable %t, zone %q, refresh %q, tags %v", b.UID, b.Title, b.Description, b.Editable, b.Timezone, b.Refresh, b.Tags)
		}
		if len(b.Links) == 0 {
			t.Errorf("%s leads nowhere", b.UID)
		}
		for _, l := range b.Links {
			if !uids[strings.TrimPrefix(l.URL, "/d/")] {
				t.Errorf("%s leads to %s, which is no board", b.UID, l.URL)
			}
		}
		fresh := slices.ContainsFunc(b.Panels, func(p writtenPanel) bool {
			return p.Title == wordings[indicator.English].freshness || p.Title == wordings[indicator.French].freshness
		})
		if !fresh {
			t.Errorf("%s does not say how fresh it is", b.UID)
		}
		usesDeclared(t, &b)
	}
}

var usedVariable = regexp.MustCompile(`\$\{([a-z]+)(:[a-z]+)?\}`)

// usesDeclared: every variable of a query is declared, quoted, and none is declared for nothing.
func usesDeclared(t *testing.T, b *written) {
	t.Helper()
	declared, used := map[string]bool{}, map[string]bool{}
	for _, v := range b.Templating.List {
		declared[v.Name] = true
	}
	for _, p := range b.Panels {
		for _, target := range p.Targets {
			for _, use := range usedVariable.FindAllStringSubmatch(target.RawSQL, -1) {
				used[use[1]] = true
				if use[2] != ":singlequote" {
					t.Errorf("%s, %s: %s is not quoted", b.UID, p.Title, use[0])
				}
			}
		}
	}
	if !maps.Equal(declared, used) {
		t.Errorf("%s: variables %v are declared and %v used", b.UID, declared, used)
	}
}

// TestRulesOfPanels: each panel has a title that fits, an explanation, a query, a unit, words for no data, and colours that
// the colour-blind can tell apart.
func TestRulesOfPanels(t *testing.T) {
	safe := []string{"", "transparent", colorOK, colorWatch, colorAct, colorNeutral, colorMuted}
	for _, b := range all(t) {
		ids := map[int]bool{}
		for _, p := range b.Panels {
			where := fmt.Sprintf("%s, panel %d %q", b.UID, p.ID, p.Title)
			if p.ID == 0 || ids[p.ID] {
				t.Errorf("%s: its id is taken", where)
			}
			ids[p.ID] = true
			// 14 px type in a panel's header is 7.3 px a letter at most on average; the header has 24 px of margin.
			if room := float64(p.GridPos.W*71 + (p.GridPos.W-1)*8 - 24); float64(utf8.RuneCountInString(p.Title))*7.3 > room || p.Title == "" {
				t.Errorf("%s: the title needs %.0f px of %.0f", where, float64(utf8.RuneCountInString(p.Title))*7.3, room)
			}
			if len(p.Description) < 40 {
				t.Errorf("%s: says nothing of itself: %q", where, p.Description)
			}
			if p.Type == "text" {
				continue
			}
			if len(p.Targets) == 0 || p.Datasource.UID == "" || p.FieldConfig.Defaults.NoValue == "" {
				t.Errorf("%s: no query, no source or no words for no data", where)
			}
			if p.Type != "table" && p.FieldConfig.Defaults.Unit == "" {
				t.Errorf("%s: no unit", where)
			}
			if p.Type == "timeseries" && (!p.Options.Legend.ShowLegend || p.Options.Tooltip.Mode == "") {
				t.Errorf("%s: curves without a legend or a tooltip", where)
			}
			for i, s := range p.FieldConfig.Defaults.Thresholds.Steps {
				if !slices.Contains(safe, s.Color) || (s.Value == nil) != (i == 0) {
					t.Errorf("%s: step %d is %+v", where, i, s)
				}
			}
		}
	}
}

// TestLayout: panels do not overlap, rows are full, and a wall fits its screen.
func TestLayout(t *testing.T) {
	for _, b := range all(t) {
		taken := map[[2]int]int{}
		height := 0
		for _, p := range b.Panels {
			g := p.GridPos
			height = max(height, g.Y+g.H)
			for x := g.X; x < g.X+g.W; x++ {
				for y := g.Y; y < g.Y+g.H; y++ {
					if other := taken[[2]int{x, y}]; other != 0 || x >= 24 {
						t.Fatalf("%s: panel %d overlaps panel %d, or the edge", b.UID, p.ID, other)
					}
					taken[[2]int{x, y}] = p.ID
				}
			}
		}
		if len(taken) != 24*height {
			t.Errorf("%s: %d cells of %d are empty", b.UID, 24*height-len(taken), 24*height)
		}
		if strings.Contains(b.UID, "-wall-") && height > 26 {
			t.Errorf("%s: %d rows; a screen of 1920 by 1080 shows 26", b.UID, height)
		}
	}
}

// metric is a metric that the program exposes.
type metric struct {
	kind   string
	labels []string
}

// exposedMetrics are those of docs/metrics.md, which a test of package app holds to what /metrics answers.
func exposedMetrics(t *testing.T) map[string]metric {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "docs", "metrics.md"))
	if err != nil {
		t.Fatal(err)
	}
	exposed := map[string]metric{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(vigie_[a-z0-9_]+)` \\| (\\w+) \\| ([^|]*) \\|").FindAllStringSubmatch(string(text), -1) {
		exposed[row[1]] = metric{row[2], strings.FieldsFunc(row[3], func(r rune) bool { return r == ',' || r == ' ' })}
	}
	return exposed
}

var (
	usedMetric = regexp.MustCompile(`vigie_[a-z0-9_]+`)
	usedLabels = regexp.MustCompile(`\bby \(([a-z_, ]+)\)`)
)

// TestPromQL: every metric in a query is one that the program exposes, with the labels by which it is added up; a counter is a rate before it is
// added up, over Grafana's own interval unless the title says which; parentheses close.
func TestPromQL(t *testing.T) {
	exposed := exposedMetrics(t)
	asked := 0
	for _, b := range all(t) {
		for _, p := range b.Panels {
			for _, target := range p.Targets {
				if target.Expr == "" {
					continue
				}
				where := fmt.Sprintf("%s, %s: %s", b.UID, p.Title, target.Expr)
				if strings.Count(target.Expr, "(") != strings.Count(target.Expr, ")") || strings.Count(target.Expr, "[") != strings.Count(target.Expr, "]") {
					t.Errorf("%s does not close", where)
				}
				if regexp.MustCompile(`(rate|increase)\((sum|max|min|avg)`).MatchString(target.Expr) {
					t.Errorf("%s adds up before it takes the rate, so a restart is a fall", where)
				}
				for _, name := range usedMetric.FindAllString(target.Expr, -1) {
					asked++
					m, known := exposed[name]
					if !known {
						t.Errorf("%s: %s is not exposed", where, name)
					}
					rated := strings.Contains(target.Expr, "rate("+name+"[$__rate_interval]") || strings.Contains(target.Expr, "increase("+name+"[1h]") && strings.Contains(p.Title, "1 h")
					if (m.kind == "counter") != rated {
						t.Errorf("%s: a counter wants a rate, a gauge none", where)
					}
					for _, by := range usedLabels.FindAllStringSubmatch(target.Expr, -1) {
						for _, label := range strings.Split(by[1], ",") {
							if !slices.Contains(m.labels, strings.TrimSpace(label)) {
								t.Errorf("%s: %s has no label %s", where, name, label)
							}
						}
					}
				}
			}
		}
	}
	if asked == 0 {
		t.Error("no query asks Prometheus")
	}
}

// TestNoPersonOnWalls: a wall reads neither advisors' views nor their ids.
func TestNoPersonOnWalls(t *testing.T) {
	for _, b := range all(t) {
		if !strings.Contains(b.UID, "-wall-") {
			continue
		}
		for _, p := range b.Panels {
			for _, target := range p.Targets {
				if strings.Contains(target.RawSQL, "v_advisor") || strings.Contains(target.RawSQL, "advisor IN") {
					t.Errorf("%s, %s: %s", b.UID, p.Title, target.RawSQL)
				}
			}
		}
	}
}
