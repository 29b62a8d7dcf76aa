// SPDX-License-Identifier: Apache-2.0

package house

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Limits bounds the size of what a person must read at once.
type Limits struct {
	FileLines     int // of a source file that is not generated
	FunctionLines int // of a function whose comment does not argue for more
	BlobBytes     int // of any file in the repository
}

// LongOnPurpose, in a function's comment, excuses its length; the reason follows it.
const LongOnPurpose = "Long on purpose:"

const spdxLine = "// SPDX-License-Identifier: Apache-2.0"

var (
	generated  = regexp.MustCompile(`(?m)^(//|#|--) Code generated .* DO NOT EDIT\.$`)
	unfinished = regexp.MustCompile(`\b(` + "TO" + `DO|FIX` + `ME|XX` + `X)\b`)
	sourceExts = []string{".go", ".sh", ".sql", ".md", ".yaml", ".yml", ".mk"}
)

// CheckFiles checks what concerns every file: size, and words that say that work is not finished.
func (l Limits) CheckFiles(t *Tree) []Breach {
	var breaches []Breach
	for _, f := range t.Files {
		if len(f.Data) > l.BlobBytes {
			breaches = append(breaches, Breach{f.Path, fmt.Sprintf("%d bytes, more than %d", len(f.Data), l.BlobBytes),
				"cut it down, or fetch it when it is needed, pinned by its hash"})
		}
		if !f.isSource() || f.in("testdata") || generated.Match(f.Data) {
			continue
		}
		if lines := bytes.Count(f.Data, []byte("\n")); lines > l.FileLines {
			breaches = append(breaches, Breach{f.Path, fmt.Sprintf("%d lines, more than %d", lines, l.FileLines),
				"split it where it has two reasons to change"})
		}
		for number, line := range bytes.Split(f.Data, []byte("\n")) {
			if word := unfinished.Find(line); word != nil {
				breaches = append(breaches, Breach{fmt.Sprintf("%s:%d", f.Path, number+1), fmt.Sprintf("says %q", word),
					"finish it, or open an issue and take the word out"})
			}
		}
	}
	return breaches
}

func (f *File) isSource() bool {
	base := path.Base(f.Path)
	return slices.Contains(sourceExts, path.Ext(base)) || base == "Makefile" || f.Path == ".ci/run"
}

// CheckGo checks the form of Go files: gofmt, licence line, length of functions, comments, panics, skipped tests.
func (l Limits) CheckGo(t *Tree) []Breach {
	breaches := slices.Clone(t.Breaches)
	described := map[string]bool{} // folder: some file has a package comment
	var folders []string
	for _, f := range t.Files {
		if f.Go == nil {
			continue
		}
		if !slices.Contains(folders, f.Dir()) {
			folders = append(folders, f.Dir())
		}
		if f.Go.Doc.Text() != "" {
			described[f.Dir()] = true
		}
		if !bytes.HasPrefix(f.Data, []byte(spdxLine+"\n")) {
			breaches = append(breaches, Breach{f.Path + ":1", "no licence line", "begin the file with " + spdxLine})
		}
		if generated.Match(f.Data) {
			continue
		}
		if formatted, err := format.Source(f.Data); err == nil && !bytes.Equal(formatted, f.Data) {
			breaches = append(breaches, Breach{f.Path, "is not in gofmt's form", "run gofmt -w " + f.Path})
		}
		g := goFile{t, f, l, nil}
		g.check()
		breaches = append(breaches, g.breaches...)
	}
	for _, folder := range folders {
		if !described[folder] {
			breaches = append(breaches, Breach{folder, "the package has no comment",
				"say above a package clause what the package knows, what it never knows, and where to start"})
		}
	}
	return breaches
}

// goFile checks one file.
type goFile struct {
	tree     *Tree
	file     *File
	limits   Limits
	breaches []Breach
}

func (g *goFile) report(pos token.Pos, what, instead string) {
	g.breaches = append(g.breaches, Breach{g.tree.where(pos), what, instead})
}

func (g *goFile) check() {
	for _, decl := range g.file.Go.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			g.checkLength(d)
			if d.Name.IsExported() && receiverIsExported(d) && !isWellKnown(d) {
				g.wantDoc(d.Pos(), "func "+d.Name.Name, d.Doc)
			}
		case *ast.GenDecl:
			g.checkDecl(d)
		}
	}
	ast.Inspect(g.file.Go, func(node ast.Node) bool {
		if call, ok := node.(*ast.CallExpr); ok {
			g.checkCall(call)
		}
		return true
	})
}

func (g *goFile) checkLength(d *ast.FuncDecl) {
	first, last := g.tree.Fset.Position(d.Pos()).Line, g.tree.Fset.Position(d.End()).Line
	lines := last - first + 1
	if lines > g.limits.FunctionLines && !strings.Contains(d.Doc.Text(), LongOnPurpose) {
		g.report(d.Pos(), fmt.Sprintf("func %s has %d lines, more than %d", d.Name.Name, lines, g.limits.FunctionLines),
			fmt.Sprintf("split it, or say why it is one piece in its comment, after %q", LongOnPurpose))
	}
}

func (g *goFile) checkDecl(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() {
				g.wantDoc(s.Pos(), "type "+s.Name.Name, s.Doc, s.Comment, d.Doc)
			}
		case *ast.ValueSpec:
			for _, name := range s.Names {
				if name.IsExported() {
					g.wantDoc(name.Pos(), d.Tok.String()+" "+name.Name, s.Doc, s.Comment, d.Doc)
				}
			}
		}
	}
}

func (g *goFile) wantDoc(pos token.Pos, what string, comments ...*ast.CommentGroup) {
	if g.file.IsTest() {
		return
	}
	for _, comment := range comments {
		if strings.TrimSpace(comment.Text()) != "" {
			return
		}
	}
	g.report(pos, "exported "+what+" has no comment", "say what it is, its units and its errors")
}

// checkCall refuses panics that are not marked as our own bugs, and tests that can pass without running.
func (g *goFile) checkCall(call *ast.CallExpr) {
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		if fun.Name == "panic" && !g.file.IsTest() && !saysBug(call) {
			g.report(call.Pos(), "panic that does not begin with \"BUG:\"",
				"return an error; if only a mistake of ours can lead here, say BUG: and the numbers")
		}
	case *ast.SelectorExpr:
		skips := []string{"Skip", "Skipf", "SkipNow"}
		if g.file.IsTest() && slices.Contains(skips, fun.Sel.Name) {
			g.report(call.Pos(), "test that can skip itself", "fail, and say how to get what is missing")
		}
	}
}

// saysBug looks for the first string literal in the argument of a panic.
func saysBug(call *ast.CallExpr) bool {
	var first string
	ast.Inspect(call, func(node ast.Node) bool {
		if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.STRING && first == "" {
			first = literal.Value
		}
		return first == ""
	})
	return len(first) > 1 && strings.HasPrefix(first[1:], "BUG:")
}

// isWellKnown tells whether the name of a method says all: it is one of the standard interfaces'.
func isWellKnown(d *ast.FuncDecl) bool {
	known := []string{"Error", "Unwrap", "Is", "As", "String", "Len", "Less", "Swap", "Push", "Pop"}
	return d.Recv != nil && slices.Contains(known, d.Name.Name)
}

func receiverIsExported(d *ast.FuncDecl) bool {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return true
	}
	receiver := d.Recv.List[0].Type
	for {
		switch r := receiver.(type) {
		case *ast.StarExpr:
			receiver = r.X
		case *ast.IndexExpr:
			receiver = r.X
		case *ast.IndexListExpr:
			receiver = r.X
		case *ast.Ident:
			return r.IsExported()
		default:
			return true
		}
	}
}
