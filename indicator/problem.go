// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/vigie-kpi/vigie/problem"
)

// Problems is everything that is wrong with definitions, in the order in which they were written.
type Problems = problem.Problems

// sorted brings problems into the order of the sources.
func sorted(ps Problems, sources []Source) Problems {
	return ps.Sort(func(file string) int {
		return slices.IndexFunc(sources, func(s Source) bool { return s.Name == file })
	})
}

// problemAt gives the error of a formula its place in the file.
func problemAt(e *entry, err error) *problem.Problem {
	if e == nil {
		return &problem.Problem{Text: err.Error()}
	}
	p := &problem.Problem{Place: e.place(e.Formula.node), ID: e.ID.text, Text: "formula: " + err.Error()}
	var wrong *FormulaError
	if errors.As(err, &wrong) {
		p.Text = "formula: " + wrong.text()
		p.Line, p.Column = e.source.locate(e.Formula, wrong.Column)
	}
	return p
}

// locate finds a column of a formula in the file where it was written: on which line it
// stands, and in which column of that line. A formula may be quoted or go over several
// lines, so the two texts are walked side by side, whatever the spaces between words. Where
// they part, as they do when quoted characters are escaped, it is the formula's beginning.
func (s *Source) locate(w written, column int) (line, lineColumn int) {
	if w.node == nil {
		return 0, 0
	}
	line, lineColumn = w.node.Line, w.node.Column
	raw, ok := s.from(w.node)
	if !ok {
		return line, lineColumn
	}
	here := cursor{rest: raw, line: w.node.Line, column: w.node.Column}
	switch w.node.Style {
	case yaml.SingleQuotedStyle, yaml.DoubleQuotedStyle:
		here.next()
	case yaml.LiteralStyle, yaml.FoldedStyle:
		for here.rest != "" && here.line == w.node.Line {
			here.next()
		}
	}
	end := cursor{line: line, column: lineColumn}
	for i, r := range []rune(w.text) {
		if unicode.IsSpace(r) {
			continue
		}
		here.skipSpaces()
		if i+1 == column {
			break
		}
		if got := here.next(); got != r {
			return line, lineColumn
		}
		end = here
	}
	if column > utf8.RuneCountInString(w.text) {
		return end.line, end.column
	}
	return here.line, here.column
}

// from is the file from the beginning of a node.
func (s *Source) from(n *yaml.Node) (string, bool) {
	here := cursor{rest: string(s.YAML), line: 1, column: 1}
	for here.rest != "" && (here.line < n.Line || here.line == n.Line && here.column < n.Column) {
		here.next()
	}
	return here.rest, here.line == n.Line && here.column == n.Column
}

// cursor walks a text and knows the line and the column.
type cursor struct {
	rest         string
	line, column int
}

func (c *cursor) next() rune {
	r, size := utf8.DecodeRuneInString(c.rest)
	c.rest = c.rest[size:]
	c.column++
	if r == '\n' {
		c.line, c.column = c.line+1, 1
	}
	return r
}

func (c *cursor) skipSpaces() {
	for c.rest != "" && strings.ContainsRune(" \t\r\n", rune(c.rest[0])) {
		c.next()
	}
}
