// SPDX-License-Identifier: Apache-2.0

// Package house checks the rules of the house on source text: layers between folders, purity of the packages that
// must give the same bytes on every run, and the style of Go and Markdown files. It knows Go's syntax and types. It
// never knows a folder of Vigie by name: the tables are data in the tests at the root of the repository. Start with
// Tree, then Layers.Check and CheckPure.
package house

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Breach is one place where a rule is broken, with what to do about it.
type Breach struct {
	Where   string // path, or path:line
	What    string // what is wrong there
	Instead string // what to do
}

// String gives the breach on one line, in the form that editors can jump to.
func (b Breach) String() string {
	return fmt.Sprintf("%s: %s; instead: %s", b.Where, b.What, b.Instead)
}

// File is one file of the repository.
type File struct {
	Path string // relative to the root, with slashes
	Data []byte
	Go   *ast.File // nil when the file is not Go, or does not parse
}

// Dir is the folder of the file; "." for the root.
func (f *File) Dir() string { return path.Dir(f.Path) }

// IsTest tells whether the go tool builds the file for tests only.
func (f *File) IsTest() bool { return strings.HasSuffix(f.Path, "_test.go") }

// Tree is the text of a repository, each Go file parsed once.
type Tree struct {
	Fset     *token.FileSet
	Files    []*File  // sorted by path
	Breaches []Breach // files that could not be parsed
}

// ReadTree reads the files under root that git tracks or would track. In a folder without git, such as an unpacked
// release, it reads all but hidden folders and bin.
func ReadTree(root string) (*Tree, error) {
	paths, err := listFiles(root)
	if err != nil {
		return nil, fmt.Errorf("list the files of %s: %w", root, err)
	}
	texts := make(map[string]string, len(paths))
	listed := map[string]bool{}
	for _, name := range paths {
		if err := listFolders(root, path.Dir(name), listed); err != nil {
			return nil, err
		}
		full := filepath.Join(root, filepath.FromSlash(name))
		info, err := os.Lstat(full)
		if os.IsNotExist(err) || err == nil && !info.Mode().IsRegular() {
			continue // removed but still in the index, or a link: nothing to read
		}
		if err != nil {
			return nil, fmt.Errorf("look at %s: %w", name, err)
		}
		data, err := os.ReadFile(full)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		texts[name] = string(data)
	}
	return NewTree(texts), nil
}

// NewTree parses texts, keyed by path.
func NewTree(texts map[string]string) *Tree {
	t := &Tree{Fset: token.NewFileSet()}
	for name, text := range texts {
		t.Files = append(t.Files, &File{Path: name, Data: []byte(text)})
	}
	slices.SortFunc(t.Files, func(a, b *File) int { return strings.Compare(a.Path, b.Path) })
	for _, f := range t.Files {
		if path.Ext(f.Path) != ".go" || f.in("testdata") {
			continue
		}
		parsed, err := parser.ParseFile(t.Fset, f.Path, f.Data, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Breaches = append(t.Breaches, Breach{f.Path, "does not parse: " + err.Error(), "mend the syntax"})
			continue
		}
		f.Go = parsed
	}
	return t
}

// in tells whether one of the folders above the file has this name.
func (f *File) in(folder string) bool {
	return slices.Contains(strings.Split(f.Dir(), "/"), folder)
}

// where gives a position as path:line.
func (t *Tree) where(pos token.Pos) string {
	p := t.Fset.Position(pos)
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// listFolders lists a folder and those above it, each once, and forgets what it saw. The go tool runs a test again when
// a folder that the test has listed changes; it does not know what git has listed, so without this a new file would
// not be checked as long as the old result is cached.
func listFolders(root, folder string, listed map[string]bool) error {
	for ; !listed[folder]; folder = path.Dir(folder) {
		listed[folder] = true
		_, err := os.ReadDir(filepath.Join(root, filepath.FromSlash(folder)))
		if err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("list folder %s: %w", folder, err)
		}
	}
	return nil
}

func listFiles(root string) ([]string, error) {
	git := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	git.Dir = root
	if out, err := git.Output(); err == nil {
		names := bytes.Split(bytes.TrimRight(out, "\x00"), []byte{0})
		var paths []string
		for _, name := range names {
			if len(name) > 0 {
				paths = append(paths, string(name))
			}
		}
		slices.Sort(paths)
		return slices.Compact(paths), nil
	}
	var paths []string
	err := filepath.WalkDir(root, func(full string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, full)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		if entry.IsDir() {
			if name == "bin" || name != "." && name != ".ci" && strings.HasPrefix(entry.Name(), ".") {
				return filepath.SkipDir
			}
			return nil
		}
		paths = append(paths, name)
		return nil
	})
	return paths, err
}
