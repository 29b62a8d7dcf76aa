// SPDX-License-Identifier: Apache-2.0

package embedded

import "strings"

// statementKind is how the engine wants a statement delivered.
type statementKind int

const (
	plainStatement  statementKind = iota // answered in one piece
	selectStatement                      // answered in pieces
	insertStatement                      // followed by data in a format
)

// statement is what the HTTP interface must know of a statement; the engine
// parses it for good.
type statement struct {
	kind statementKind
	// text is for the engine. Of an insertStatement it ends before FORMAT or
	// VALUES, as the engine wants it.
	text string
	// body is text without FORMAT clause, what follows it, and semicolon: what
	// another statement can take between parentheses.
	body string
	// format is what the statement names: the data's of an insertStatement,
	// else the answer's; "" if it names none.
	format string
	// dataAt is where an insertStatement's data begins in the parsed text.
	dataAt int
}

// parseStatement looks at the start of a request's text. Statements that the
// HTTP interface of ClickHouse refuses are refused here, in its words.
func parseStatement(text string) (statement, error) {
	tokens, err := topLevel(text)
	if err != nil {
		return statement{}, err
	}
	if len(tokens) == 0 {
		return statement{}, exception(codeSyntaxError, "SYNTAX_ERROR", "Empty query")
	}
	if tokens[0].is("INSERT") {
		if parsed, ok, err := parseInsert(text, tokens); ok || err != nil {
			return parsed, err
		}
	}
	parsed := statement{text: text}
	parsed.body, parsed.format = answerFormat(text, tokens)
	for i, token := range tokens[1:] {
		if token.is("OUTFILE") && tokens[i].is("INTO") {
			return statement{}, exception(codeOutfile, "INTO_OUTFILE_NOT_ALLOWED", "INTO OUTFILE is not allowed")
		}
	}
	if isSelect(tokens) {
		parsed.kind = selectStatement
	}
	return parsed, nil
}

// parseInsert recognises an INSERT that is followed by data; ok is false for
// an INSERT with a SELECT, which is as any other statement.
func parseInsert(text string, tokens []token) (parsed statement, ok bool, err error) {
	for _, token := range tokens[afterTableName(tokens):] {
		if token.is("SELECT") || token.is("WITH") {
			break
		}
		if token.is("INFILE") {
			return statement{}, false, exception(codeNotImplemented, "NOT_IMPLEMENTED", "INSERT FROM INFILE reads the client's file, which HTTP cannot: send the file as the request's body")
		}
	}
	if !dataFollows(tokens) {
		return statement{}, false, nil
	}
	last := tokens[len(tokens)-1]
	if last.is("VALUES") {
		return statement{kind: insertStatement, text: text[:last.start], format: "Values", dataAt: last.end}, true, nil
	}
	return statement{
		kind: insertStatement, text: text[:tokens[len(tokens)-2].start],
		format: text[last.start:last.end], dataAt: afterLineEnd(text, last.end),
	}, true, nil
}

// dataFollows says that the last token is the one that an INSERT's data comes
// after: VALUES, or the name behind FORMAT.
func dataFollows(tokens []token) bool {
	last := len(tokens) - 1
	name := afterTableName(tokens)
	if last < name || !tokens[0].is("INSERT") {
		return false
	}
	if !tokens[last].is("VALUES") && (last <= name || tokens[last].word == "" || !tokens[last-1].is("FORMAT")) {
		return false
	}
	for _, token := range tokens[name:] {
		if token.is("SELECT") || token.is("WITH") {
			return false
		}
	}
	return true
}

// afterTableName is the index of the first token behind INSERT INTO name: a
// table may be called "format" or "values".
func afterTableName(tokens []token) int {
	at := 1
	for at < len(tokens) && (tokens[at].is("INTO") || tokens[at].is("TABLE") || tokens[at].is("FUNCTION")) {
		at++
	}
	for at++; at+1 < len(tokens) && tokens[at].is("."); {
		at += 2
	}
	return min(at, len(tokens))
}

// afterLineEnd skips what separates a format's name from the data: blanks and
// one line end. More could be data.
func afterLineEnd(text string, at int) int {
	for at < len(text) && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r') {
		at++
	}
	if at < len(text) && text[at] == '\n' {
		at++
	}
	return at
}

// answerFormat gives the name in a FORMAT clause, which is last but for
// SETTINGS, and what comes before the clause.
func answerFormat(text string, tokens []token) (body, format string) {
	for i := len(tokens) - 2; i > 0; i-- {
		name := tokens[i+1]
		if !tokens[i].is("FORMAT") || name.word == "" {
			continue
		}
		if i+2 == len(tokens) || tokens[i+2].is("SETTINGS") {
			return text[:tokens[i].start], text[name.start:name.end]
		}
	}
	return text[:tokens[len(tokens)-1].end], ""
}

// isSelect tells the statements that the engine streams. A wrong "no" costs
// memory, a wrong "yes" is an error of the engine.
func isSelect(tokens []token) bool {
	first := tokens[0]
	switch {
	case first.is("SELECT"), first.is("FROM"), first.is("("):
		return true
	case first.is("WITH"):
		for _, token := range tokens {
			if token.is("INSERT") {
				return false
			}
		}
		return true
	}
	return false
}

// token is a piece of a statement's text outside all parentheses.
type token struct {
	word       string // upper case, or the symbol; "(" for all that parentheses hold; "" for anything quoted
	start, end int
}

func (t token) is(word string) bool { return t.word == word }

// maxTokens bounds the look at a statement; no hand or program that we know
// writes a thousandth of it outside parentheses.
const maxTokens = 100_000

// topLevel splits text up to its end, to a lone semicolon at its end, or to
// where an INSERT's data begins: the data may be anything.
func topLevel(text string) ([]token, error) {
	var tokens []token
	depth := 0
	for at := skipBlanks(text, 0); at < len(text); at = skipBlanks(text, at) {
		start := at
		at = tokenEnd(text, at)
		switch text[start] {
		case '(', '[', '{':
			if depth++; depth == 1 {
				tokens = append(tokens, token{word: "(", start: start, end: at})
			}
			continue
		case ')', ']', '}':
			depth = max(0, depth-1)
			continue
		}
		if text[start] == ';' {
			if skipBlanks(text, at) < len(text) {
				return nil, exception(codeSyntaxError, "SYNTAX_ERROR", "Multi-statements are not allowed")
			}
			return tokens, nil
		}
		if depth > 0 {
			continue
		}
		found := token{start: start, end: at}
		if strings.IndexByte("'\"`$", text[start]) < 0 {
			found.word = strings.ToUpper(text[start:at])
		}
		tokens = append(tokens, found)
		if len(tokens) > maxTokens {
			return nil, exception(codeSyntaxError, "SYNTAX_ERROR", "The query has more than %d words", maxTokens)
		}
		if dataFollows(tokens) {
			return tokens, nil
		}
	}
	return tokens, nil
}
