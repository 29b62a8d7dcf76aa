// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Place is where something is written. The zero Place is nowhere in particular.
type Place struct {
	File         string // as the caller named it
	Line, Column int    // from 1; 0 when the file as a whole is meant
}

// String returns file:line:column, as editors understand it.
func (p Place) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Problem is one thing that is wrong with a definition.
type Problem struct {
	Place
	// ID is the indicator's, empty when it has none or the file cannot be read.
	ID string
	// Text says what was found and what to write instead.
	Text string
}

// Error returns the place, the indicator and the text.
func (p *Problem) Error() string {
	if p.ID == "" {
		return p.Place.String() + ": " + p.Text
	}
	return p.Place.String() + ": " + p.ID + ": " + p.Text
}

// Problems is everything that is wrong, in the order in which it was written.
type Problems []*Problem

// Error returns one line for each problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// sorted returns the problems in the order of the sources, their lines and columns.
func (ps Problems) sorted(sources []Source) Problems {
	rank := func(p *Problem) int {
		return slices.IndexFunc(sources, func(s Source) bool { return s.Name == p.File })
	}
	slices.SortStableFunc(ps, func(a, b *Problem) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return ps
}

// problemAt gives the error of a formula its place in the file.
func problemAt(e *entry, err error) *Problem {
	if e == nil {
		return &Problem{Text: err.Error()}
	}
	p := &Problem{Place: e.place(e.Formula.node), ID: e.ID.text, Text: "formula: " + err.Error()}
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
