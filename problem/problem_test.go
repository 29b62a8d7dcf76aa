// SPDX-License-Identifier: Apache-2.0

package problem_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/problem"
)

// Problems are told in the order of the files, whatever their names, then as they stand in each; one of a whole file comes first.
func TestProblemsInOrder(t *testing.T) {
	at := func(file string, line, column int) problem.Place {
		return problem.Place{File: file, Line: line, Column: column}
	}
	list := problem.Problems{
		{Place: at("a.yaml", 2, 9), Text: "the last"},
		{Place: at("a.yaml", 2, 3), ID: "asa", Text: "of a thing"},
		{Place: at("z.yaml", 10, 1), Text: "of the first file"},
		{Place: at("a.yaml", 0, 0), Text: "of the whole file"},
	}
	err := fmt.Errorf("nothing was published: %w", list.Sort(func(file string) int { return strings.Index("za", file[:1]) }))
	const want = `nothing was published: z.yaml:10:1: of the first file
a.yaml: of the whole file
a.yaml:2:3: asa: of a thing
a.yaml:2:9: the last`
	var found problem.Problems
	if err.Error() != want || !errors.As(err, &found) || len(found) != 4 {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}
