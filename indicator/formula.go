// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"unicode/utf8"
)

// maxFormulaBytes bounds the text of a formula, hence the depth of its tree: the
// longest of the catalogue has about 150 bytes.
const maxFormulaBytes = 1000

// FormulaError says what is wrong with a formula, where, and what to write
// instead when a guess is possible.
type FormulaError struct {
	// Column is the place in the formula, in characters, from 1.
	Column int
	// Reason is a sentence without a full stop.
	Reason string
	// Suggestion is a name or a wording to use instead; it may be empty.
	Suggestion string
}

// Error implements error.
func (e *FormulaError) Error() string { return fmt.Sprintf("column %d: %s", e.Column, e.text()) }

// text is the error without its place.
func (e *FormulaError) text() string {
	if e.Suggestion == "" {
		return e.Reason
	}
	return e.Reason + "; " + e.Suggestion
}

// node is a formula as it was written, before names are resolved. The set of
// nodes is closed: number, reference, negation, not, binary and call.
type node interface{ offset() int }

type (
	// number is a literal: num/den, both exact, in the given dimension.
	number struct {
		at       int
		num, den int64
		dim      dimension
	}
	// reference names a measure, a family of bins, another formula or a switch.
	reference struct {
		at   int
		name string
	}
	negation struct {
		at int
		x  node
	}
	not struct {
		at int
		x  node
	}
	binary struct {
		at   int // of the operator
		op   token.Token
		x, y node
	}
	call struct {
		at   int
		name string
		args []node
	}
)

func (n number) offset() int    { return n.at }
func (n reference) offset() int { return n.at }
func (n negation) offset() int  { return n.at }
func (n not) offset() int       { return n.at }
func (n binary) offset() int    { return n.at }
func (n call) offset() int      { return n.at }

// formula is a text under study.
type formula struct{ text string }

// parse reads the text into nodes. The grammar of expressions is Go's; what is
// neither arithmetic nor a condition is refused. Literals with a unit (20s, 5%) and the
// function if are not Go, so they are first masked by identifiers of the same length,
// which keeps every position.
func (f formula) parse() (node, error) {
	if strings.TrimSpace(f.text) == "" {
		return nil, f.fail(0, "the formula is empty", "write for example answered / offered")
	}
	if len(f.text) > maxFormulaBytes {
		return nil, f.fail(0, fmt.Sprintf("the formula is longer than %d characters", maxFormulaBytes),
			"name a part of it as a term (kind: term)")
	}
	masked, err := f.mask()
	if err != nil {
		return nil, err
	}
	files := token.NewFileSet()
	expr, err := parser.ParseExprFrom(files, "", masked, parser.SkipObjectResolution)
	if err != nil {
		return nil, f.unreadable(err)
	}
	return f.convert(expr)
}

func (f formula) convert(expr ast.Expr) (node, error) {
	at := int(expr.Pos()) - 1 // the only file of the set starts at 1
	switch e := expr.(type) {
	case *ast.ParenExpr:
		return f.convert(e.X)
	case *ast.Ident:
		if isDigit(f.text[at]) {
			return f.literal(at, len(e.Name))
		}
		return reference{at, f.text[at : at+len(e.Name)]}, nil
	case *ast.UnaryExpr:
		return f.convertUnary(e)
	case *ast.BinaryExpr:
		return f.convertBinary(e)
	case *ast.CallExpr:
		return f.convertCall(e)
	}
	return nil, f.fail(at, "this is not arithmetic", whatAFormulaHolds)
}

// whatAFormulaHolds is for those who wrote something else.
const whatAFormulaHolds = "a formula may hold names, numbers, + - * /, comparisons, functions and parentheses"

func (f formula) convertUnary(e *ast.UnaryExpr) (node, error) {
	at := int(e.Pos()) - 1
	if e.Op != token.SUB && e.Op != token.NOT {
		return nil, f.fail(at, "the sign "+e.Op.String()+" has no meaning in a formula", "")
	}
	x, err := f.convert(e.X)
	if err != nil {
		return nil, err
	}
	if e.Op == token.NOT {
		return not{at, x}, nil
	}
	return negation{at, x}, nil
}

func (f formula) convertBinary(e *ast.BinaryExpr) (node, error) {
	at := int(e.OpPos) - 1
	switch e.Op {
	case token.ADD, token.SUB, token.MUL, token.QUO, token.LAND, token.LOR,
		token.LSS, token.LEQ, token.GTR, token.GEQ, token.EQL, token.NEQ:
	default:
		return nil, f.fail(at, "the operator "+e.Op.String()+" does not exist in a formula", "use + - * / < <= > >= == != && or ||")
	}
	x, err := f.convert(e.X)
	if err != nil {
		return nil, err
	}
	y, err := f.convert(e.Y)
	if err != nil {
		return nil, err
	}
	return binary{at, e.Op, x, y}, nil
}

func (f formula) convertCall(e *ast.CallExpr) (node, error) {
	at := int(e.Pos()) - 1
	fun, ok := e.Fun.(*ast.Ident)
	if !ok || isDigit(f.text[at]) {
		return nil, f.fail(at, "only a function can be followed by parentheses", "write * for a product")
	}
	if e.Ellipsis.IsValid() {
		return nil, f.fail(int(e.Ellipsis)-1, "this is not arithmetic", "")
	}
	c := call{at: at, name: f.text[at : at+len(fun.Name)]}
	for _, arg := range e.Args {
		n, err := f.convert(arg)
		if err != nil {
			return nil, err
		}
		c.args = append(c.args, n)
	}
	return c, nil
}

// fail makes an error at a byte offset of the text.
func (f formula) fail(offset int, reason, suggestion string) error {
	offset = min(max(offset, 0), len(f.text))
	return &FormulaError{utf8.RuneCountInString(f.text[:offset]) + 1, reason, suggestion}
}
