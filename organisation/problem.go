// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
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

// Problem is one thing that is wrong: where, what was found, and what to write instead.
type Problem struct {
	Place
	Text string
}

// Error returns the place and the text.
func (p *Problem) Error() string { return p.Place.String() + ": " + p.Text }

// Problems is everything that is wrong with an organisation, in the order of files and lines.
type Problems []*Problem

// Error returns one line for each problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// sorted returns the problems in the order of files, lines and columns.
func (ps Problems) sorted(files []string) Problems {
	rank := func(p *Problem) int {
		return slices.IndexFunc(files, func(f string) bool { return strings.HasSuffix(p.File, f) })
	}
	slices.SortStableFunc(ps, func(a, b *Problem) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return ps
}
