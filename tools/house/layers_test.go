// SPDX-License-Identifier: Apache-2.0

package house

import "testing"

// TestLayersFindPlantedBreaches gives a small table and one planted file per rule.
func TestLayersFindPlantedBreaches(t *testing.T) {
	layers := Layers{
		Module: "example.org/m",
		Rows: []Row{
			{Folder: "core", Pure: true},
			{Folder: "door", May: []string{"core"}, Subfolders: true},
			{Folder: "door/back", May: []string{"core"}},
			{Folder: "play", TestOnly: true, May: []string{Anything}},
			{Folder: "seed", NeverInTests: []string{"core"}},
			{Folder: "top", May: []string{Anything}},
		},
		Dependencies: []Dependency{
			{Path: "example.com/db", Folders: []string{"top"}},
			{Path: "example.com/db/codec", Folders: []string{"top", "door"}},
			{Path: "example.com/check", Tests: []string{Anything}},
		},
	}
	complete := map[string]string{
		"core/a.go": "package core", "door/a.go": "package door", "door/back/a.go": "package back",
		"play/doc.go": "package play", "seed/a.go": "package seed", "top/a.go": "package top",
	}
	check := func(name, source string, wants ...string) {
		t.Helper()
		texts := map[string]string{name: source}
		for path, text := range complete {
			if path != name {
				texts[path] = text
			}
		}
		compare(t, layers.Check(NewTree(texts)), wants...)
	}

	check("door/a.go", `package door; import _ "example.org/m/core"`)
	check("door/a.go", `package door; import _ "example.org/m/door/side"`)
	check("door/side/a.go", `package side; import _ "example.org/m/core"`)
	check("core/a.go", "package core\nimport _ \"example.org/m/door\"", "core/a.go:2: core may not know door")
	check("door/a.go", `package door; import _ "example.org/m/door/back"`, "door may not know door/back")
	check("core/a_test.go", `package core; import _ "example.org/m/door"`)
	check("core/a_windows.go", `package core; import _ "example.org/m/door"`, "core may not know door")
	check("seed/a_test.go", `package seed; import _ "example.org/m/core"`, "even a test of seed may not import core")
	check("top/a.go", `package top; import _ "example.org/m/core"`)
	check("top/a.go", `package top; import _ "example.org/m/play"`, "product code imports play")
	check("top/a.go", `package top; import _ "example.org/m/gone"`, "not in the table of layers")
	check("new/a.go", `package new`, "folder new is not in the table")
	check("play/help.go", `package play`, "play is for tests only")
	check("play/a_test.go", `package play; import _ "example.org/m/top"`)

	check("core/a.go", `package core; import _ "example.com/db"`, "core may not import")
	check("top/a.go", `package top; import _ "example.com/db/client"`)
	check("door/a.go", `package door; import _ "example.com/db/codec/native"`)
	check("door/a.go", `package door; import _ "example.com/dbase"`, "not in the table of dependencies")
	check("core/a_test.go", `package core; import _ "example.com/check"`)
	check("core/a.go", `package core; import _ "example.com/check"`, "core may not import")
	check("core/a_test.go", `package core; import _ "example.com/db"`, "core may not import")
	check("core/a.go", `package core; import _ "net/http"`) // CheckPure's business
}

func TestTableMustAgreeWithTheTree(t *testing.T) {
	check := func(rows []Row, wants ...string) {
		t.Helper()
		layers := Layers{Module: "example.org/m", Rows: rows}
		compare(t, layers.Check(NewTree(map[string]string{"core/a.go": "package core"})), wants...)
	}
	check([]Row{{Folder: "core"}})
	check([]Row{{Folder: "core"}, {Folder: "later", Planned: true}})
	check([]Row{{Folder: "core"}, {Folder: "gone"}}, "gone: the table of layers has a row")
	check([]Row{{Folder: "core", Planned: true}}, "marked Planned, but the folder exists")
	check([]Row{{Folder: "core"}, {Folder: "core"}}, "two rows")
	check([]Row{{Folder: "core", May: []string{"nobody"}}}, "which has no row")
	check([]Row{{Folder: "core", Pure: true, May: []string{Anything}}}, "is pure and may import anything")
	check([]Row{{Folder: "core", Pure: true, May: []string{"shell"}}, {Folder: "shell", Planned: true}}, "may import shell, which is not")
}
