// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"strconv"
	"unicode/utf8"
)

// didYouMean returns `did you mean "x"?` for the name nearest to the wrong one, or
// nothing when none is near. Among equals the first wins.
func didYouMean(wrong string, names []string) string {
	if len(wrong) > maxFormulaBytes {
		return ""
	}
	best, bestDistance := "", max(2, utf8.RuneCountInString(wrong)/3)+1
	for _, name := range names {
		if d := editDistance(wrong, name); d < bestDistance {
			best, bestDistance = name, d
		}
	}
	if best == "" {
		return ""
	}
	return "did you mean " + strconv.Quote(best) + "?"
}

// editDistance is the number of characters to insert, delete or replace to turn
// a into b.
func editDistance(a, b string) int {
	target := []rune(b)
	row := make([]int, len(target)+1)
	for j := range row {
		row[j] = j
	}
	i := 0
	for _, r := range a {
		i++
		diagonal := row[0]
		row[0] = i
		for j, s := range target {
			replace := diagonal
			if r != s {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, diagonal+1)
		}
	}
	return row[len(target)]
}
