// SPDX-License-Identifier: Apache-2.0

package house

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Anything, in Row.May, allows every folder; in Dependency.Tests, every test.
const Anything = "*"

// Row says what one folder is and which folders it may know.
type Row struct {
	Folder string   // "." is the root
	Holds  string   // what the folder is for, in a few words
	May    []string // folders of ours that its product code may import; Anything for all

	Subfolders   bool     // the row speaks for the folders below, too; they may import each other
	Pure         bool     // no clock, chance, I/O, goroutine, lock, or order of a map: see CheckPure
	IntegerState bool     // and no float in a struct
	TestOnly     bool     // only test files and a doc.go; nobody's product code may import it
	NeverInTests []string // folders that even its tests may not import
	Planned      bool     // the folder does not exist yet
}

// Dependency says who may import a module that is not ours.
type Dependency struct {
	Path    string   // import path or the start of one; the longest that matches decides
	Folders []string // folders whose product code and tests may import it
	Tests   []string // folders whose tests may import it, too; Anything for all
	Why     string   // what it is for
}

// Layers is the whole table of who may know whom.
type Layers struct {
	Module       string
	Rows         []Row
	Dependencies []Dependency
}

// Check compares the imports of every Go file of the tree with the table, whatever its build constraints.
func (l *Layers) Check(t *Tree) []Breach {
	breaches := l.checkTable()
	seen := map[string]bool{}
	for _, f := range t.Files {
		if f.Go == nil {
			continue
		}
		row := l.Row(f.Dir())
		if row == nil {
			breaches = append(breaches, Breach{f.Path, fmt.Sprintf("folder %s is not in the table of layers", f.Dir()),
				"add a row to architecture_test.go that says what it holds and whom it may import, or put the file in a folder that is there"})
			continue
		}
		seen[row.Folder] = true
		if row.TestOnly && !f.IsTest() && !strings.HasSuffix(f.Path, "/doc.go") {
			breaches = append(breaches, Breach{f.Path, fmt.Sprintf("%s is for tests only", row.Folder),
				"name the file ..._test.go, or move what the product needs to another folder"})
		}
		for _, spec := range f.Go.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				continue // the parser has refused it already
			}
			if b, bad := l.checkImport(row, f, imported); bad {
				b.Where = t.where(spec.Pos())
				breaches = append(breaches, b)
			}
		}
	}
	for _, row := range l.Rows {
		switch {
		case !seen[row.Folder] && !row.Planned:
			breaches = append(breaches, Breach{row.Folder, "the table of layers has a row for it, but it holds no Go file",
				"remove the row, or mark it Planned"})
		case seen[row.Folder] && row.Planned:
			breaches = append(breaches, Breach{row.Folder, "the row is marked Planned, but the folder exists", "remove the mark"})
		}
	}
	return breaches
}

// Row finds the row that speaks for a folder; nil when there is none.
func (l *Layers) Row(folder string) *Row {
	var best *Row
	for i := range l.Rows {
		row := &l.Rows[i]
		below := row.Subfolders && strings.HasPrefix(folder, row.Folder+"/")
		if (row.Folder == folder || below) && (best == nil || len(row.Folder) > len(best.Folder)) {
			best = row
		}
	}
	return best
}

func (l *Layers) checkImport(row *Row, f *File, imported string) (Breach, bool) {
	if imported == l.Module || strings.HasPrefix(imported, l.Module+"/") {
		folder := strings.TrimPrefix(strings.TrimPrefix(imported, l.Module), "/")
		return l.checkOurs(row, f, folder)
	}
	first, _, _ := strings.Cut(imported, "/")
	if !strings.Contains(first, ".") {
		return Breach{}, false // the standard library; CheckPure has more to say of it
	}
	return l.checkDependency(row, f, imported)
}

func (l *Layers) checkOurs(row *Row, f *File, folder string) (Breach, bool) {
	target := l.Row(folder)
	switch {
	case target == nil:
		return Breach{What: fmt.Sprintf("imports %q, which is not in the table of layers", folder),
			Instead: "add its row to architecture_test.go"}, true
	case f.IsTest() && slices.Contains(row.NeverInTests, target.Folder):
		return Breach{What: fmt.Sprintf("even a test of %s may not import %s", row.Folder, folder),
			Instead: "write the expected value by hand, from outside our code"}, true
	case f.IsTest() || target == row:
		return Breach{}, false
	case target.TestOnly:
		return Breach{What: fmt.Sprintf("product code imports %s, which is for tests only", folder),
			Instead: "move what is needed out of " + target.Folder}, true
	case slices.Contains(row.May, target.Folder) || slices.Contains(row.May, Anything):
		return Breach{}, false
	}
	return Breach{What: fmt.Sprintf("%s may not know %s (it may import: %s)", row.Folder, folder, orNothing(row.May)),
		Instead: "declare the small interface that is needed in " + row.Folder + " and let app pass the value in, " +
			"or move the shared piece down to a folder that both may import"}, true
}

func (l *Layers) checkDependency(row *Row, f *File, imported string) (Breach, bool) {
	var best *Dependency
	for i := range l.Dependencies {
		dep := &l.Dependencies[i]
		match := imported == dep.Path || strings.HasPrefix(imported, dep.Path+"/")
		if match && (best == nil || len(dep.Path) > len(best.Path)) {
			best = dep
		}
	}
	if best == nil {
		return Breach{What: fmt.Sprintf("imports %q, which is not in the table of dependencies", imported),
			Instead: "do without it, or add a row to architecture_test.go that says why and for whom"}, true
	}
	inTests := slices.Contains(best.Tests, row.Folder) || slices.Contains(best.Tests, Anything)
	if slices.Contains(best.Folders, row.Folder) || f.IsTest() && inTests {
		return Breach{}, false
	}
	return Breach{What: fmt.Sprintf("%s may not import %q: it belongs to %s", row.Folder, imported, orNothing(best.Folders)),
		Instead: "call the folder that owns it, behind its own types"}, true
}

// checkTable finds rows that contradict each other.
func (l *Layers) checkTable() []Breach {
	var breaches []Breach
	count := map[string]int{}
	for i := range l.Rows {
		row := &l.Rows[i]
		if count[row.Folder]++; count[row.Folder] == 2 {
			breaches = append(breaches, Breach{row.Folder, "has two rows in the table of layers", "keep one"})
		}
		for _, folder := range row.May {
			if folder == Anything {
				if row.Pure {
					breaches = append(breaches, Breach{row.Folder, "is pure and may import anything", "name the pure folders it needs"})
				}
				continue
			}
			target := l.Row(folder)
			if target == nil || target.Folder != folder {
				breaches = append(breaches, Breach{row.Folder, "may import " + folder + ", which has no row", "add or mend the row"})
				continue
			}
			if row.Pure && !target.Pure {
				breaches = append(breaches, Breach{row.Folder, "is pure but may import " + folder + ", which is not",
					"what a pure folder knows must be pure; take " + folder + " out of its row"})
			}
		}
	}
	return breaches
}

func orNothing(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}
