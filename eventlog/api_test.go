// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// TestNoTypeOfTheClientLibraryIsExported keeps the library replaceable: no exported signature, field or variable may
// name a package from outside the standard library.
func TestNoTypeOfTheClientLibraryIsExported(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	looked := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		foreign := foreignPackages(parsed)
		for _, declaration := range parsed.Decls {
			for _, node := range exportedParts(declaration) {
				looked++
				ast.Inspect(node, func(n ast.Node) bool {
					selector, ok := n.(*ast.SelectorExpr)
					if !ok {
						return true
					}
					if pkg, ok := selector.X.(*ast.Ident); ok && foreign[pkg.Name] {
						t.Errorf("%s exports %s.%s; hide it behind a type of our own", file, pkg.Name, selector.Sel.Name)
					}
					return true
				})
			}
		}
	}
	if looked < 50 {
		t.Errorf("only %d exported parts were seen", looked)
	}
}

// foreignPackages are the names of the file's imports from outside the standard library.
func foreignPackages(file *ast.File) map[string]bool {
	foreign := map[string]bool{}
	for _, spec := range file.Imports {
		path := strings.Trim(spec.Path.Value, `"`)
		if !strings.Contains(path, ".") {
			continue
		}
		foreign[strings.TrimSuffix(strings.TrimSuffix(filepath.Base(path), "-go"), ".v3")] = true
	}
	return foreign
}

// exportedParts are the signatures, exported fields and exported variables of a declaration.
func exportedParts(declaration ast.Decl) []ast.Node {
	var parts []ast.Node
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && !ofUnexportedType(d) {
			parts = append(parts, d.Type)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				parts = append(parts, exportedFields(s)...)
			case *ast.ValueSpec:
				if s.Names[0].IsExported() {
					parts = append(parts, s)
				}
			}
		}
	}
	return parts
}

func ofUnexportedType(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return false
	}
	receiver := d.Recv.List[0].Type
	if pointer, ok := receiver.(*ast.StarExpr); ok {
		receiver = pointer.X
	}
	name, ok := receiver.(*ast.Ident)
	return ok && !name.IsExported()
}

func exportedFields(s *ast.TypeSpec) []ast.Node {
	if !s.Name.IsExported() {
		return nil
	}
	structure, ok := s.Type.(*ast.StructType)
	if !ok {
		return []ast.Node{s.Type}
	}
	var parts []ast.Node
	for _, field := range structure.Fields.List {
		for _, name := range field.Names {
			if name.IsExported() {
				parts = append(parts, field.Type)
			}
		}
	}
	return parts
}
