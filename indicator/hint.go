// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"errors"
	"go/scanner"
	"strings"
	"unicode/utf8"
)

// unreadable turns the parser's complaint into ours.
func (f formula) unreadable(err error) error {
	var list scanner.ErrorList
	if !errors.As(err, &list) || len(list) == 0 {
		return f.fail(0, "the formula cannot be read: "+err.Error(), "")
	}
	at := min(max(list[0].Pos.Offset, 0), len(f.text))
	if hint, from := f.hint(at); hint != "" {
		return f.fail(from, "the formula cannot be read here", hint)
	}
	return f.fail(at, "the formula cannot be read here ("+list[0].Msg+")", whatAFormulaHolds)
}

// slips are the ways in which people who do not write programs write formulas.
var slips = [...]struct{ written, hint string }{
	{"÷", "write / for a division"},
	{"×", "write * for a product"},
	{"−", "write - with the key of the keyboard"},
	{"≤", "write <="},
	{"≥", "write >="},
	{"≠", "write !="},
	{"and", "write && for and"},
	{"or", "write || for or"},
	{"not", "write ! for not"},
	{"AND", "write && for and"},
	{"OR", "write || for or"},
	{"NOT", "write ! for not"},
	{"et", "write && for and"},
	{"ou", "write || for or"},
}

// hint looks at the text around an offset for a common slip, and returns what to write
// instead and where the slip is; nothing when it recognises none.
func (f formula) hint(at int) (text string, from int) {
	before := strings.TrimRight(f.text[:at], " ")
	after := strings.TrimLeft(f.text[at:], " ")
	from = at + len(f.text[at:]) - len(after)
	for _, s := range slips {
		if f.wordAt(from) == s.written {
			return s.hint, from
		}
		if start := from - len(s.written) - (from - len(before)); strings.HasSuffix(before, s.written) && f.wordAt(start) == s.written {
			return s.hint, start
		}
	}
	afterNumber := before != "" && isDigit(before[len(before)-1])
	switch {
	case strings.HasPrefix(after, "=") && !strings.HasPrefix(after, "=="):
		return "write == to compare", from
	case afterNumber && strings.HasPrefix(after, ",") && len(after) > 1 && isDigit(after[1]):
		return "write a number with a point, such as 0.8", from
	case afterNumber && f.unitAt(from):
		return "write the unit right behind the number, such as 20s or 80%", from
	case strings.HasSuffix(before, "%") && strings.Contains(before, " %"):
		return "write the unit right behind the number, such as 80%", strings.LastIndex(before, "%")
	case after == "" && strings.Count(f.text, "(") > strings.Count(f.text, ")"):
		return "close the parenthesis that is open, with )", at
	}
	return "", at
}

// wordAt is the word, or the one character beyond ASCII, that starts at an offset; nothing
// when the offset is inside of a word.
func (f formula) wordAt(at int) string {
	if at < 0 || at >= len(f.text) || at > 0 && isNameByte(f.text[at-1]) && f.text[at] < utf8.RuneSelf {
		return ""
	}
	if f.text[at] >= utf8.RuneSelf {
		_, size := utf8.DecodeRuneInString(f.text[at:])
		return f.text[at : at+size]
	}
	end := at
	for end < len(f.text) && isNameByte(f.text[end]) {
		end++
	}
	return f.text[at:end]
}

func (f formula) unitAt(at int) bool {
	if at < len(f.text) && f.text[at] == '%' {
		return true
	}
	word := f.wordAt(at)
	for _, u := range literalUnits {
		if word != "" && u.name == word {
			return true
		}
	}
	return false
}
