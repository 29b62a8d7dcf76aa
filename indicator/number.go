// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"math"
	"strconv"
	"strings"
)

// NarrowSpace does not break. In French it stands before a unit, and between groups of three digits.
const NarrowSpace = "\u202f"

// Decimal writes a number in the manner of the language, with so many places behind the point. What rounds to zero has no sign.
func (l Language) Decimal(x float64, places int) string {
	text := strconv.FormatFloat(math.Abs(x), 'f', places, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	group, point := ",", "."
	if l == French {
		group, point = NarrowSpace, ","
	}
	var b strings.Builder
	if x < 0 && strings.Trim(text, "0.") != "" {
		b.WriteRune('\u2212')
	}
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(group)
		}
		b.WriteRune(digit)
	}
	if fraction != "" {
		b.WriteString(point + fraction)
	}
	return b.String()
}
