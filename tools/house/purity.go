// SPDX-License-Identifier: Apache-2.0

package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Purity says what the pure packages may use.
type Purity struct {
	Standard []string // packages of the standard library that they may import
	Platform []string // last parts of file names that make the go tool build them on one platform only
}

// forbidden names the objects of allowed packages that a pure package may not use, with what to do instead.
var forbidden = map[string]string{
	"time.Now":                 clockInstead,
	"time.Since":               clockInstead,
	"time.Until":               clockInstead,
	"time.Sleep":               timerInstead,
	"time.After":               timerInstead,
	"time.AfterFunc":           timerInstead,
	"time.Tick":                timerInstead,
	"time.NewTimer":            timerInstead,
	"time.NewTicker":           timerInstead,
	"time.Local":               zoneInstead,
	"(time.Time).Local":        zoneInstead,
	"time.LoadLocation":        "it reads the machine's own zone files: use time.LoadLocationFromTZData on the zone data in the binary",
	"fmt.Print":                printInstead,
	"fmt.Printf":               printInstead,
	"fmt.Println":              printInstead,
	"fmt.Scan":                 printInstead,
	"fmt.Scanf":                printInstead,
	"fmt.Scanln":               printInstead,
	"print":                    printInstead,
	"println":                  printInstead,
	"archive/zip.OpenReader":   "it opens a file: use zip.NewReader on bytes in the binary",
	"(reflect.Value).MapKeys":  mapInstead,
	"(reflect.Value).MapRange": mapInstead,
}

const (
	clockInstead = "take the time as a parameter: the clock is in the log's records"
	timerInstead = "put a due time into the state and act on it when the log's clock passes it"
	zoneInstead  = "use the centre's zone, or UTC"
	printInstead = "return the value or the error; the shell writes"
	mapInstead   = "range over slices.Sorted(maps.Keys(m)), or write a //deterministic: comment with the reason on the line above"
)

// purity walks the files of one pure package.
type purity struct {
	rules    *Purity
	tree     *Tree
	info     *types.Info
	pkg      *types.Package
	folder   string
	integers bool            // the row's IntegerState
	excused  map[string]bool // path:line that have a //deterministic: comment on the line above
	sorted   map[ast.Node]bool
	breaches []Breach
}

// PureFolders gives the folders of the tree that hold product code and must be pure.
func (l *Layers) PureFolders(t *Tree) []string {
	var folders []string
	for _, f := range t.Files {
		row := l.Row(f.Dir())
		if f.Go != nil && !f.IsTest() && row != nil && row.Pure && !slices.Contains(folders, f.Dir()) {
			folders = append(folders, f.Dir())
		}
	}
	return folders
}

// CheckPure checks the product files of one folder. The importer must know all that they import; integerState also
// refuses floats in structs.
func (p *Purity) CheckPure(t *Tree, folder string, integerState bool, importer types.Importer) []Breach {
	w := &purity{rules: p, tree: t, folder: folder, integers: integerState, excused: map[string]bool{}, sorted: map[ast.Node]bool{},
		info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}}
	var files []*ast.File
	for _, f := range t.Files {
		if f.Go != nil && f.Dir() == folder && !f.IsTest() {
			files = append(files, f.Go)
			w.checkFile(f)
		}
	}
	config := types.Config{Importer: importer}
	pkg, err := config.Check(folder, t.Fset, files, w.info)
	if err != nil {
		return append(w.breaches, Breach{folder, "does not compile: " + err.Error(), "mend the build first"})
	}
	w.pkg = pkg
	for _, file := range files {
		ast.Inspect(file, w.visit)
	}
	return w.breaches
}

func (w *purity) report(pos token.Pos, what, instead string) {
	w.breaches = append(w.breaches, Breach{w.tree.where(pos), what + " in pure package " + w.folder, instead})
}

// checkFile looks at what needs no types: imports, build constraints, excuses.
func (w *purity) checkFile(f *File) {
	for _, spec := range f.Go.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		first, _, _ := strings.Cut(imported, "/")
		if strings.Contains(first, ".") || slices.Contains(w.rules.Standard, imported) {
			continue // not the standard library, so the table of layers decides; or allowed
		}
		w.report(spec.Pos(), fmt.Sprintf("import of %q", imported),
			"leave it to the shell (the runner, app), or add it to the pure imports of architecture_test.go if it has no clock, chance, I/O, lock or goroutine")
	}
	stem := strings.TrimSuffix(path.Base(f.Path), ".go")
	if cut := strings.LastIndexByte(stem, '_'); cut >= 0 && slices.Contains(w.rules.Platform, stem[cut+1:]) {
		w.report(f.Go.Package, "file for one platform only", "write it once for all: the same log gives the same bytes everywhere")
	}
	for _, group := range f.Go.Comments {
		for _, comment := range group.List {
			if strings.HasPrefix(comment.Text, "//go:build ") {
				w.report(comment.Pos(), "build constraint", "write it once for all: the same log gives the same bytes everywhere")
			}
			_, reason, found := strings.Cut(comment.Text, "deterministic:")
			if found && strings.TrimSpace(reason) != "" {
				below := w.tree.Fset.Position(group.End())
				w.excused[fmt.Sprintf("%s:%d", below.Filename, below.Line+1)] = true
			}
		}
	}
}

// visit looks at one node; it is the whole list of what a pure package may not do.
func (w *purity) visit(node ast.Node) bool {
	switch n := node.(type) {
	case *ast.GoStmt:
		w.report(n.Pos(), "goroutine", "compute it in the caller; the shell owns concurrency")
	case *ast.ChanType, *ast.SendStmt, *ast.SelectStmt:
		w.report(n.Pos(), "channel", "return the values; the shell owns concurrency")
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			w.report(n.Pos(), "channel", "return the values; the shell owns concurrency")
		}
	case *ast.Ident:
		w.checkUse(n)
	case *ast.CallExpr:
		w.checkCall(n)
	case *ast.RangeStmt:
		if isMap(w.info.TypeOf(n.X)) && !w.excused[w.tree.where(n.Pos())] {
			w.report(n.Pos(), "range over a map", mapInstead)
		}
	case *ast.StructType:
		w.checkFields(n)
	case *ast.BinaryExpr:
		if n.Op == token.ADD || n.Op == token.SUB {
			w.checkFusion(n.X, n.Y)
		}
	case *ast.AssignStmt:
		if n.Tok == token.ADD_ASSIGN || n.Tok == token.SUB_ASSIGN {
			w.checkFusion(n.Rhs[0])
		}
		for _, left := range n.Lhs {
			w.checkGlobal(left)
		}
	case *ast.IncDecStmt:
		w.checkGlobal(n.X)
	case *ast.FuncDecl:
		if n.Recv == nil && n.Name.Name == "init" {
			w.report(n.Pos(), "init function", "give the variable its value where it is declared, or pass it in")
		}
	}
	return true
}

// checkUse refuses forbidden objects wherever they are named, called or not.
func (w *purity) checkUse(ident *ast.Ident) {
	obj := w.info.Uses[ident]
	if obj == nil {
		return
	}
	name := obj.Name()
	if f, ok := obj.(*types.Func); ok {
		name = f.FullName()
	} else if obj.Pkg() != nil {
		if obj.Parent() != obj.Pkg().Scope() {
			return // a local name or a field
		}
		name = obj.Pkg().Path() + "." + name
	}
	if _, own := obj.(*types.Builtin); !own && obj.Pkg() == nil {
		return
	}
	if instead, bad := forbidden[name]; bad {
		w.report(ident.Pos(), "use of "+name, instead)
	}
}

// checkCall wants maps.Keys, Values and All inside a call that sorts: their order is the map's.
func (w *purity) checkCall(call *ast.CallExpr) {
	switch name := w.callee(call); name {
	case "slices.Sorted", "slices.SortedFunc", "slices.SortedStableFunc":
		if len(call.Args) == 0 {
			return
		}
		// A stable sort keeps the map's order among equals, so it excuses keys only: they are never equal.
		if inner, ok := ast.Unparen(call.Args[0]).(*ast.CallExpr); ok && (name == "slices.Sorted" || w.callee(inner) == "maps.Keys") {
			w.sorted[inner] = true
		}
	case "maps.Keys", "maps.Values", "maps.All":
		if !w.sorted[call] && !w.excused[w.tree.where(call.Pos())] {
			w.report(call.Pos(), name+" unsorted", mapInstead)
		}
	}
}

// callee gives the full name of a function of another package, "" for anything else.
func (w *purity) callee(call *ast.CallExpr) string {
	fun := ast.Unparen(call.Fun)
	if index, ok := fun.(*ast.IndexExpr); ok {
		fun = index.X
	}
	selector, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if f, ok := w.info.Uses[selector.Sel].(*types.Func); ok {
		return f.FullName()
	}
	return ""
}

// checkFields refuses floats in structs: sums of floats depend on the order in which they are added.
func (w *purity) checkFields(s *ast.StructType) {
	if !w.integers {
		return
	}
	for _, field := range s.Fields.List {
		if hasFloat(w.info.TypeOf(field.Type)) {
			w.report(field.Pos(), "float in a struct", "keep integers (counts, milliseconds, cents, hundredths); divide where a formula is read")
		}
	}
}

// checkFusion refuses x*y + z on floats: a compiler may round once instead of twice, on some processors only.
func (w *purity) checkFusion(operands ...ast.Expr) {
	for _, operand := range operands {
		product, ok := ast.Unparen(operand).(*ast.BinaryExpr)
		if !ok || product.Op != token.MUL || w.info.Types[product].Value != nil {
			continue
		}
		if basic, ok := w.info.TypeOf(product).Underlying().(*types.Basic); ok && basic.Info()&types.IsFloat != 0 {
			w.report(product.Pos(), "float product inside a sum", "write float64(x*y) + z, which no processor rounds differently")
		}
	}
}

// checkGlobal refuses assignment to a variable of the package: state belongs to a value.
func (w *purity) checkGlobal(left ast.Expr) {
	for {
		switch e := left.(type) {
		case *ast.ParenExpr:
			left = e.X
		case *ast.IndexExpr:
			left = e.X
		case *ast.SelectorExpr:
			left = e.X
		case *ast.StarExpr:
			left = e.X
		case *ast.Ident:
			v, ok := w.info.Uses[e].(*types.Var)
			if ok && v.Parent() == w.pkg.Scope() {
				w.report(e.Pos(), "assignment to package variable "+e.Name, "keep the state in a value that the caller owns")
			}
			return
		default:
			return
		}
	}
}

// isMap tells whether ranging over the type follows the order of a map.
func isMap(t types.Type) bool {
	if t == nil {
		return false
	}
	if param, ok := types.Unalias(t).(*types.TypeParam); ok {
		return constraintHasMap(param.Underlying())
	}
	_, ok := t.Underlying().(*types.Map)
	return ok
}

func constraintHasMap(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Map:
		return true
	case *types.Interface:
		for embedded := range u.EmbeddedTypes() {
			if constraintHasMap(embedded) {
				return true
			}
		}
	case *types.Union:
		for term := range u.Terms() {
			if constraintHasMap(term.Type()) {
				return true
			}
		}
	}
	return false
}

// hasFloat looks through containers, but not into named structs: those of the package are checked where they stand.
func hasFloat(t types.Type) bool {
	if t == nil {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&(types.IsFloat|types.IsComplex) != 0
	case *types.Pointer:
		return hasFloat(u.Elem())
	case *types.Slice:
		return hasFloat(u.Elem())
	case *types.Array:
		return hasFloat(u.Elem())
	case *types.Map:
		return hasFloat(u.Key()) || hasFloat(u.Elem())
	}
	return false
}
