// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"math"
	"strconv"
	"strings"
)

// NarrowSpace does not break. In French it stands before a unit, and between groups of three digits.
const NarrowSpace = "\u202f"

// minus is the sign of what is below zero.
const minus = "\u2212"

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
		b.WriteString(minus)
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

// Signed writes a difference with its sign, in the manner of Decimal. What rounds to zero has none.
func (l Language) Signed(x float64, places int) string {
	text := l.Decimal(x, places)
	if strings.HasPrefix(text, minus) || strings.Trim(text, "0.,") == "" {
		return text
	}
	return "+" + text
}

// WithoutScope cuts the name of a scope and its colon, in English or in French, off the head of a text that stands beside that name.
func WithoutScope(text, scope string) string {
	for _, colon := range [...]string{": ", " : "} {
		if rest, is := strings.CutPrefix(text, scope+colon); is {
			return rest
		}
	}
	return text
}
