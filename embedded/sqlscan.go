// SPDX-License-Identifier: Apache-2.0

package embedded

import "strings"

// The lexical rules of ClickHouse's SQL, as far as they decide where a token
// ends: quotes with two ways to escape, here-documents, three kinds of comment.

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// skipBlanks gives the next position that is neither blank nor comment.
func skipBlanks(text string, at int) int {
	for at < len(text) {
		switch rest := text[at:]; {
		case strings.IndexByte(" \t\r\n\f\v", text[at]) >= 0:
			at++
		case strings.HasPrefix(rest, "--"), strings.HasPrefix(rest, "# "), strings.HasPrefix(rest, "#!"):
			at += through(rest, "\n", 0)
		case strings.HasPrefix(rest, "/*"):
			at += through(rest, "*/", 2)
		default:
			return at
		}
	}
	return at
}

// through is the length of text up to and with the first end after the first
// from bytes, or all of it.
func through(text, end string, from int) int {
	if i := strings.Index(text[from:], end); i >= 0 {
		return from + i + len(end)
	}
	return len(text)
}

// tokenEnd gives where the token that starts at a non-blank ends.
func tokenEnd(text string, at int) int {
	switch c := text[at]; {
	case c == '\'' || c == '"' || c == '`':
		return quotedEnd(text, at)
	case c == '$':
		return hereDocumentEnd(text, at)
	case isWordByte(c):
		for at < len(text) && isWordByte(text[at]) {
			at++
		}
		return at
	}
	return at + 1
}

// quotedEnd is after the closing quote; a backslash or a doubled quote does
// not close.
func quotedEnd(text string, at int) int {
	quote := text[at]
	for at++; at < len(text); at++ {
		switch {
		case text[at] == '\\':
			at++
		case text[at] != quote:
		case at+1 < len(text) && text[at+1] == quote:
			at++
		default:
			return at + 1
		}
	}
	return len(text)
}

// hereDocumentEnd is after $tag$ ... $tag$; a lone dollar is a symbol.
func hereDocumentEnd(text string, at int) int {
	tag := at + 1
	for tag < len(text) && isWordByte(text[tag]) {
		tag++
	}
	if tag >= len(text) || text[tag] != '$' {
		return at + 1
	}
	mark := text[at : tag+1]
	return at + through(text[at:], mark, len(mark))
}
