// SPDX-License-Identifier: Apache-2.0

// Package problem says what is wrong with a text that a person wrote: all of it at once, each with file, line and column.
// Start with Problems.
package problem

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

// Problem is one thing that is wrong.
type Problem struct {
	Place
	// ID names the thing that is defined there; empty when the place says enough.
	ID string
	// Text says what was found and what to write instead.
	Text string
}

// Error returns the place, the thing and the text.
func (p *Problem) Error() string {
	if p.ID == "" {
		return p.Place.String() + ": " + p.Text
	}
	return p.Place.String() + ": " + p.ID + ": " + p.Text
}

// Problems is everything that is wrong.
type Problems []*Problem

// Error returns one line for each problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Sort brings the problems into the order of files that rank gives, then of lines and columns, and returns them.
func (ps Problems) Sort(rank func(file string) int) Problems {
	slices.SortStableFunc(ps, func(a, b *Problem) int {
		return cmp.Or(cmp.Compare(rank(a.File), rank(b.File)), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return ps
}
