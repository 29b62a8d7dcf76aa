// SPDX-License-Identifier: Apache-2.0

package event

import (
	"math/bits"
	"unicode/utf8"
)

const (
	everyByte = 0x0101010101010101
	topBits   = 0x8080808080808080
)

// plainLength returns how many bytes at the front of s are printable ASCII other than '"' and '\': those that a JSON
// string holds as they are and that need no second look. It reads eight bytes at a time: in each term the lowest top bit
// that is set marks a byte that is not plain (a borrow or a carry can only reach bytes above such a byte).
func plainLength(s string) int {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		w := s[i : i+8] // one bounds check, and one load below
		x := uint64(w[0]) | uint64(w[1])<<8 | uint64(w[2])<<16 | uint64(w[3])<<24 |
			uint64(w[4])<<32 | uint64(w[5])<<40 | uint64(w[6])<<48 | uint64(w[7])<<56
		control := x - ' '*everyByte
		quote := (x ^ '"'*everyByte) - everyByte
		backslash := (x ^ '\\'*everyByte) - everyByte
		delAndAbove := x | (x + everyByte)
		if special := (delAndAbove | control | quote | backslash) & topBits; special != 0 {
			return i + bits.TrailingZeros64(special)/8
		}
	}
	for i < len(s) && s[i] >= ' ' && s[i] < 0x7f && s[i] != '"' && s[i] != '\\' {
		i++
	}
	return i
}

// allowedRune says whether an attribute may hold r: CloudEvents forbids control characters and noncharacters.
func allowedRune(r rune) bool {
	if r < ' ' || (r >= 0x7f && r <= 0x9f) {
		return false
	}
	return (r < 0xfdd0 || r > 0xfdef) && r&0xfffe != 0xfffe
}

// checkText says what is wrong with the text of an attribute, or ReasonNone; at is where.
func checkText(s string) (r Reason, at int) {
	for i := 0; ; {
		i += plainLength(s[i:])
		if i == len(s) {
			return ReasonNone, i
		}
		c, size := utf8.DecodeRuneInString(s[i:])
		if c == utf8.RuneError && size == 1 {
			return ReasonBadUTF8, i
		}
		if !allowedRune(c) {
			return ReasonBadCharacter, i
		}
		i += size
	}
}

// readEscape reads the escape at the front of s, which starts with '\'.
func readEscape(s string) (r rune, size int, why Reason) {
	if len(s) < 2 {
		return 0, 0, ReasonBadJSON
	}
	switch s[1] {
	case '"', '\\', '/':
		return rune(s[1]), 2, ReasonNone
	case 'b':
		return '\b', 2, ReasonNone
	case 'f':
		return '\f', 2, ReasonNone
	case 'n':
		return '\n', 2, ReasonNone
	case 'r':
		return '\r', 2, ReasonNone
	case 't':
		return '\t', 2, ReasonNone
	case 'u':
		return readUnicodeEscape(s)
	}
	return 0, 0, ReasonBadJSON
}

// readUnicodeEscape reads \u20ac, or a pair such as \ud83d\ude00.
func readUnicodeEscape(s string) (r rune, size int, why Reason) {
	const (
		escapeLen                 = len(`\u0000`)
		firstHigh, firstLow, last = 0xd800, 0xdc00, 0xdfff
	)
	first, ok := hexEscape(s)
	if !ok {
		return 0, 0, ReasonBadJSON
	}
	if first < firstHigh || first > last {
		return first, escapeLen, ReasonNone
	}
	second, ok := hexEscape(s[escapeLen:])
	if first >= firstLow || !ok || second < firstLow || second > last {
		return 0, 0, ReasonLoneSurrogate
	}
	return (first-firstHigh)<<10 | (second - firstLow) + 0x10000, 2 * escapeLen, ReasonNone
}

// hexEscape reads the four digits of a \u escape.
func hexEscape(s string) (rune, bool) {
	if len(s) < len(`\u0000`) || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	var r rune
	for i := 2; i < 6; i++ {
		c := s[i]
		switch {
		case c-'0' <= 9:
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// skipSpace returns the index of the first byte at or after i that is not JSON white space.
func skipSpace(s string, i int) int {
	if i < len(s) && s[i] > ' ' {
		return i // nearly always
	}
	for i < len(s) && (s[i] == ' ' || s[i] == '\n' || s[i] == '\r' || s[i] == '\t') {
		i++
	}
	return i
}

// skipValue checks the JSON value at s[i], which is not white space, and returns the index after it. When why is not
// ReasonNone, end is where it went wrong. depth counts the objects and arrays around the value.
func skipValue(s string, i, depth int) (end int, why Reason) {
	if i >= len(s) {
		return i, ReasonBadJSON
	}
	switch c := s[i]; {
	case c == '"':
		return skipString(s, i)
	case c == '{' || c == '[':
		if depth >= MaxDataDepth {
			return i, ReasonTooDeep
		}
		return skipContainer(s, i, depth+1)
	case c == '-' || c-'0' <= 9:
		return skipNumber(s, i)
	}
	for _, word := range [...]string{"true", "false", "null"} {
		if len(s)-i >= len(word) && s[i:i+len(word)] == word {
			return i + len(word), ReasonNone
		}
	}
	return i, ReasonBadJSON
}

// skipContainer is skipValue for an object or an array.
func skipContainer(s string, i, depth int) (end int, why Reason) {
	isObject := s[i] == '{'
	closing := s[i] + 2 // '}' is two after '{', ']' is two after '['
	i = skipSpace(s, i+1)
	if i < len(s) && s[i] == closing {
		return i + 1, ReasonNone
	}
	for {
		if isObject {
			if i, why = skipMemberName(s, i); why != ReasonNone {
				return i, why
			}
		}
		if i, why = skipValue(s, i, depth); why != ReasonNone {
			return i, why
		}
		i = skipSpace(s, i)
		if i < len(s) && s[i] == closing {
			return i + 1, ReasonNone
		}
		if i >= len(s) || s[i] != ',' {
			return i, ReasonBadJSON
		}
		i = skipSpace(s, i+1)
	}
}

// skipMemberName skips `"name" :` and the space after it.
func skipMemberName(s string, i int) (end int, why Reason) {
	if i >= len(s) || s[i] != '"' {
		return i, ReasonBadJSON
	}
	if i, why = skipString(s, i); why != ReasonNone {
		return i, why
	}
	i = skipSpace(s, i)
	if i >= len(s) || s[i] != ':' {
		return i, ReasonBadJSON
	}
	return skipSpace(s, i+1), ReasonNone
}

// skipString is skipValue for a string inside data, where escaped control characters are fine.
func skipString(s string, i int) (end int, why Reason) {
	for i++; ; {
		i += plainLength(s[i:])
		if i >= len(s) {
			return i, ReasonBadJSON
		}
		switch c := s[i]; {
		case c == '"':
			return i + 1, ReasonNone
		case c == '\\':
			_, size, why := readEscape(s[i:])
			if why != ReasonNone {
				return i, why
			}
			i += size
		case c < ' ':
			return i, ReasonBadJSON
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				return i, ReasonBadUTF8
			}
			i += size
		}
	}
}

// skipNumber is skipValue for a number.
func skipNumber(s string, i int) (end int, why Reason) {
	if s[i] == '-' {
		i++
	}
	if i < len(s) && s[i] == '0' {
		i++
	} else if i, why = skipDigits(s, i); why != ReasonNone {
		return i, why
	}
	if i < len(s) && s[i] == '.' {
		if i, why = skipDigits(s, i+1); why != ReasonNone {
			return i, why
		}
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		return skipDigits(s, i)
	}
	return i, ReasonNone
}

// skipDigits skips at least one digit.
func skipDigits(s string, i int) (end int, why Reason) {
	start := i
	for i < len(s) && s[i]-'0' <= 9 {
		i++
	}
	if i == start {
		return i, ReasonBadJSON
	}
	return i, ReasonNone
}
