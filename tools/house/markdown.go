// SPDX-License-Identifier: Apache-2.0

package house

import (
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strings"
)

var (
	codeSpan    = regexp.MustCompile("`([^`]+)`")
	link        = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	makeTarget  = regexp.MustCompile(`(?:^|[\s$;&])make ([a-z][a-z0-9-]*)`)
	targetLine  = regexp.MustCompile(`(?m)^([a-z][a-z0-9-]*):(?:[^=]|$)`)
	machinePath = regexp.MustCompile("(?:^|[\\s\"'(=`])(/(?:work|tmp|home|root|Users|mnt|private)/[^\\s\"')`]*)")
	pathToken   = regexp.MustCompile(`^(?:\./)?[A-Za-z0-9_.*-]+(?:/[A-Za-z0-9_.*-]+)*/?$`)
	testName    = regexp.MustCompile(`^(?:Test|Fuzz|Benchmark|Example)[A-Z]\w*$`)
	namedExts   = []string{".go", ".md", ".sh", ".sql", ".yaml", ".yml", ".json", ".txt", ".mod"}
)

// Markdown says what documents may name though it is not in the repository.
type Markdown struct {
	Elsewhere map[string]string // path: why it is no file of ours
}

// Check compares what the documents name, paths, tests and make targets, with what there is.
func (m Markdown) Check(t *Tree) []Breach {
	known := indexNames(t)
	var breaches []Breach
	for _, f := range t.Files {
		if path.Ext(f.Path) != ".md" || f.in("testdata") {
			continue
		}
		d := document{f, known, m.Elsewhere, nil}
		d.check()
		breaches = append(breaches, d.breaches...)
	}
	return breaches
}

// names is what a document may speak of.
type names struct {
	paths   map[string]bool // files and folders, from the root
	bases   map[string]bool // last parts of those
	folders map[string]bool // folders at the root
	targets map[string]bool // of the Makefile
	tests   map[string]bool // functions of test files
}

func indexNames(t *Tree) *names {
	n := &names{paths: map[string]bool{}, bases: map[string]bool{}, folders: map[string]bool{}, targets: map[string]bool{}, tests: map[string]bool{}}
	for _, f := range t.Files {
		for name := f.Path; name != "."; name = path.Dir(name) {
			n.paths[name] = true
			n.bases[path.Base(name)] = true
		}
		if top, _, below := strings.Cut(f.Path, "/"); below {
			n.folders[top] = true
		}
		if f.Path == "Makefile" {
			for _, match := range targetLine.FindAllSubmatch(f.Data, -1) {
				n.targets[string(match[1])] = true
			}
		}
		if f.Go == nil || !f.IsTest() {
			continue
		}
		for _, decl := range f.Go.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok {
				n.tests[d.Name.Name] = true
			}
		}
	}
	return n
}

// document checks one Markdown file.
type document struct {
	file      *File
	known     *names
	elsewhere map[string]string
	breaches  []Breach
}

func (d *document) report(line int, what, instead string) {
	d.breaches = append(d.breaches, Breach{fmt.Sprintf("%s:%d", d.file.Path, line), what, instead})
}

func (d *document) check() {
	fenced := false
	for i, line := range strings.Split(string(d.file.Data), "\n") {
		number := i + 1
		for _, match := range machinePath.FindAllStringSubmatch(line, -1) {
			d.report(number, "names "+match[1]+", a path of one machine", "name it from the root of the repository, or with a variable such as $DIR")
		}
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
			continue
		}
		if fenced || strings.HasPrefix(line, "    ") {
			d.checkTargets(number, line)
			continue
		}
		for _, match := range codeSpan.FindAllStringSubmatch(line, -1) {
			d.checkTargets(number, match[1])
			d.checkName(number, match[1])
		}
		for _, match := range link.FindAllStringSubmatch(line, -1) {
			d.checkLink(number, match[1])
		}
	}
}

func (d *document) checkTargets(line int, text string) {
	for _, match := range makeTarget.FindAllStringSubmatch(text, -1) {
		if !d.known.targets[match[1]] {
			d.report(line, "names make "+match[1]+", which is no target", "name a target that make help lists")
		}
	}
}

// checkName takes a code span for a test by its form, and for a path when it ends as one or starts with a folder of
// ours.
func (d *document) checkName(line int, text string) {
	if testName.MatchString(text) && !d.known.tests[text] {
		d.report(line, "names "+text+", which is no test", "name the test that shows it")
	}
	if !pathToken.MatchString(text) || d.elsewhere[text] != "" {
		return
	}
	name := path.Clean(text)
	first, _, slashed := strings.Cut(name, "/")
	isPath := strings.HasSuffix(text, "/") || slices.Contains(namedExts, path.Ext(name)) || slashed && d.known.folders[first]
	if !isPath || name == "." {
		return
	}
	if !slashed && !strings.HasSuffix(text, "/") && d.matches(d.known.bases, name) {
		return // a bare file name, spoken of in its context
	}
	if !d.matches(d.known.paths, name) && !d.matches(d.known.paths, path.Join(d.file.Dir(), name)) {
		d.report(line, "names "+text+", which does not exist", "mend the name; if it is a file of the user's, list it in style_test.go")
	}
}

func (d *document) checkLink(line int, target string) {
	target, _, _ = strings.Cut(target, "#")
	if target == "" || strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
		return
	}
	if !d.known.paths[path.Join(d.file.Dir(), target)] {
		d.report(line, "links to "+target+", which does not exist", "mend the link")
	}
}

// matches looks a name up; stars in it stand for anything but a slash.
func (d *document) matches(set map[string]bool, name string) bool {
	if set[name] || !strings.Contains(name, "*") {
		return set[name]
	}
	for candidate := range set {
		if ok, err := path.Match(name, candidate); err == nil && ok {
			return true
		}
	}
	return false
}

// CheckFolderTable wants a document to show every folder that the table of layers has and that exists, as `name/`.
func CheckFolderTable(t *Tree, layers *Layers, document string) []Breach {
	var text string
	for _, f := range t.Files {
		if f.Path == document {
			text = string(f.Data)
		}
	}
	if text == "" {
		return []Breach{{document, "is missing", "write it"}}
	}
	var breaches []Breach
	for _, row := range layers.Rows {
		if row.Planned || row.Folder == "." || strings.Contains(text, "`"+row.Folder+"/`") {
			continue
		}
		breaches = append(breaches, Breach{document, "does not show the folder `" + row.Folder + "/`", "add it to the table of folders, with what it holds"})
	}
	return breaches
}
