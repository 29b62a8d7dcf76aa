// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"bytes"
	"go/token"
	"strconv"
	"strings"
)

// maxDecimals and maxDigits bound a literal so that it stays an exact fraction of
// two int64.
const (
	maxDecimals = 6
	maxDigits   = 9
)

// literalUnits are the endings of a literal: what one unit is worth, as num/den
// of its dimension.
var literalUnits = [...]struct {
	name     string
	num, den int64
	dim      dimension
}{
	{"", 1, 1, dimension{}},
	{"%", 1, 100, dimension{}},
	{"ms", 1, 1, dimension{ms: 1}},
	{"s", 1000, 1, dimension{ms: 1}},
	{"min", 60_000, 1, dimension{ms: 1}},
	{"h", 3_600_000, 1, dimension{ms: 1}},
	{"bp", 1, 1, dimension{bp: 1}}, // what is kept in basis points: 7000bp is 70 %
}

// mask returns the text with each literal replaced by as many underscores, each
// line end by a space and words of Go hidden, so that Go's parser can read it. It refuses comments,
// which would hide a part of the formula.
func (f formula) mask() ([]byte, error) {
	if i := strings.Index(f.text, "//"); i >= 0 {
		return nil, f.fail(i, "a division needs one /", "")
	}
	if i := strings.Index(f.text, "/*"); i >= 0 {
		return nil, f.fail(i, "a formula holds no comment", "put it in the doc of the indicator")
	}
	masked := []byte(f.text)
	for i := 0; i < len(masked); {
		switch c := masked[i]; {
		case c == '\n' || c == '\r':
			masked[i] = ' '
			i++
		case isDigit(c):
			end, err := f.literalEnd(i)
			if err != nil {
				return nil, err
			}
			copy(masked[i:end], bytes.Repeat([]byte{'_'}, end-i))
			i = end
		case isNameByte(c):
			start := i
			for i < len(masked) && isNameByte(masked[i]) {
				i++
			}
			if token.IsKeyword(f.text[start:i]) {
				masked[start] = '_' // if is a function here, and no other word of Go means anything
			}
		default:
			i++
		}
	}
	return masked, nil
}

// literalEnd returns the offset after the literal that starts at i.
func (f formula) literalEnd(i int) (int, error) {
	start, s := i, f.text
	for i < len(s) && (isDigit(s[i]) || s[i] == '.') {
		i++
	}
	if i < len(s) && s[i] == '%' {
		return i + 1, nil
	}
	unitAt := i
	for i < len(s) && isNameByte(s[i]) {
		i++
	}
	for _, u := range literalUnits {
		if u.name == s[unitAt:i] {
			return i, nil
		}
	}
	return 0, f.fail(start, strconv.Quote(s[start:i])+" is not a number",
		"write 1000, 0.5, 5%, 250ms, 20s, 5min or 1h, without separators or exponents")
}

// literal reads the literal of length n at offset at.
func (f formula) literal(at, n int) (node, error) {
	text := f.text[at : at+n]
	digits := strings.TrimRight(text, "%bhimnps")
	whole, decimals, _ := strings.Cut(digits, ".")
	value, err := strconv.ParseInt(whole+decimals, 10, 64)
	if err != nil || len(whole)+len(decimals) > maxDigits || len(decimals) > maxDecimals {
		return nil, f.fail(at, strconv.Quote(text)+" is not a number that can be kept exactly",
			"use at most "+strconv.Itoa(maxDigits)+" digits, "+strconv.Itoa(maxDecimals)+" of them after one point")
	}
	lit := number{at: at, num: value, den: 1}
	for range decimals {
		lit.den *= 10
	}
	for _, u := range literalUnits {
		if u.name == text[len(digits):] {
			lit.num, lit.den, lit.dim = lit.num*u.num, lit.den*u.den, u.dim
		}
	}
	return lit, nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isNameByte tells whether c may stand in a name. Bytes of characters outside
// ASCII count, so that they are reported as part of an unknown name.
func isNameByte(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || isDigit(c) || c >= 0x80
}
