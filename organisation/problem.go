// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/problem"
)

// Place is where something is written.
type Place = problem.Place

// Problem is one thing that is wrong.
type Problem = problem.Problem

// Problems is everything that is wrong with an organisation, in the order of files and lines.
type Problems = problem.Problems

// sorted brings problems into the order in which files are read.
func sorted(ps Problems) Problems {
	files := fileNames()
	return ps.Sort(func(name string) int {
		return slices.IndexFunc(files, func(f string) bool { return strings.HasSuffix(name, f) })
	})
}
