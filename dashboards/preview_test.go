// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
)

var previewDir = flag.String("vigie.preview", "", "folder to which TestPreviews writes boards with their results, to be drawn")

// frame is a result as Grafana's components take it.
type frame struct {
	Name   string       `json:"name"`
	Fields []frameField `json:"fields"`
}

type frameField struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Values []any  `json:"values"`
}

// TestPreviews writes, when it is asked to, each board and what its queries give on the demo day after four weeks, with the
// alerts that the demo's rules fire: BOARD-LANGUAGE.dash.json and BOARD-LANGUAGE.frames.json. That every query gives something is
// tested elsewhere; here, that all of it can be turned into frames.
func TestPreviews(t *testing.T) {
	if *previewDir == "" {
		insertAlerts(t)
		eachBoard(t, indicator.French, func(t *testing.T, m *maker, b *board) { frames(t, m, b) })
		return
	}
	for _, l := range []indicator.Language{indicator.French, indicator.English} {
		t.Run(wordings[l].tag, func(t *testing.T) { writePreviews(t, l) })
	}
}

// writePreviews writes the boards of one language.
func writePreviews(t *testing.T, l indicator.Language) {
	t.Helper()
	set, err := Generate(demoOptions(t, l))
	if err != nil {
		t.Fatal(err)
	}
	written := map[string][]byte{}
	for _, d := range set.Dashboards {
		written[d.UID] = d.JSON
	}
	eachBoard(t, l, func(t *testing.T, m *maker, b *board) {
		raw, err := json.Marshal(frames(t, m, b))
		if err != nil {
			t.Fatal(err)
		}
		name := b.id + "-" + m.words.tag
		for name, data := range map[string][]byte{name + ".frames.json": raw, name + ".dash.json": written[m.uid(b.id)]} {
			if err := os.WriteFile(filepath.Join(*previewDir, name), data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// frames are the results of a board's queries by the titles of its panels, and the time range that they were asked for.
func frames(t *testing.T, m *maker, b *board) map[string]any {
	t.Helper()
	v := demoView(m.o, b)
	list := map[string]any{"meta": map[string]any{"timeZone": m.o.Centre.Zone, "from": v.from.UnixMilli(), "to": v.to.UnixMilli()}}
	for _, r := range b.rows {
		for _, p := range r.panels {
			if p.sql == "" {
				continue
			}
			sql, err := expand(p.sql, v)
			if err != nil {
				t.Fatal(err)
			}
			list[p.title] = []frame{frameOf(t, must(t, sql))}
		}
	}
	if len(list) == 1 {
		t.Error("nothing to draw")
	}
	return list
}

// frameOf turns rows into columns.
func frameOf(t *testing.T, r *result) frame {
	t.Helper()
	f := frame{Name: "A"}
	for i, column := range r.Meta {
		field := frameField{Name: column.Name, Type: "number", Values: []any{}}
		switch {
		case strings.Contains(column.Type, "DateTime"):
			field.Type = "time"
		case strings.Contains(column.Type, "String"):
			field.Type = "string"
		}
		for _, row := range r.Data {
			value := row[i]
			if text, ok := value.(string); ok && field.Type == "time" {
				at, err := time.Parse("2006-01-02 15:04:05", strings.Split(text, ".")[0])
				if err != nil {
					t.Fatal(err)
				}
				value = at.UnixMilli()
			}
			field.Values = append(field.Values, value)
		}
		f.Fields = append(f.Fields, field)
	}
	return f
}
