// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// engineError is a ClickHouse exception, the engine's or one that the HTTP
// interface raises in the engine's manner.
type engineError struct {
	code int    // ClickHouse's number; 0 when the engine gave none
	text string // "Code: 60. DB::Exception: ... (UNKNOWN_TABLE)"
}

func (e *engineError) Error() string { return e.text }

// ClickHouse's exception codes that this package raises or tells apart.
const (
	codeCannotParse       = 27 // CANNOT_PARSE_INPUT_ASSERTION_FAILED
	codeUnknownFunction   = 46
	codeUnknownIdentifier = 47
	codeNotImplemented    = 48
	codeUnknownTable      = 60
	codeSyntaxError       = 62
	codeUnknownDatabase   = 81
	codeUnknownMethod     = 89 // UNKNOWN_COMPRESSION_METHOD
	codeUnknownSetting    = 115
	codeTooManyQueries    = 202
	codeIncorrectData     = 117
	codeOutfile           = 354 // INTO_OUTFILE_NOT_ALLOWED
)

var exceptionPrefix = regexp.MustCompile(`^Code: (\d+)\. DB::Exception: `)

// newEngineError reads the engine's own text. The library repeats the prefix
// for each layer the exception went through; one is kept.
func newEngineError(text string) *engineError {
	found := exceptionPrefix.FindStringSubmatch(text)
	if found == nil {
		return &engineError{text: text}
	}
	for strings.HasPrefix(text[len(found[0]):], found[0]) {
		text = text[len(found[0]):]
	}
	code, _ := strconv.Atoi(found[1]) // digits by the expression; too many give 0, which is "no code"
	return &engineError{code: code, text: text}
}

// exception is an error of the HTTP interface in ClickHouse's words.
func exception(code int, name, format string, arguments ...any) *engineError {
	return &engineError{code: code, text: fmt.Sprintf("Code: %d. DB::Exception: %s. (%s)", code, fmt.Sprintf(format, arguments...), name)}
}

// status is the HTTP status ClickHouse answers an exception with.
func (e *engineError) status() int {
	switch e.code {
	case codeSyntaxError, codeCannotParse, codeIncorrectData, codeUnknownMethod:
		return http.StatusBadRequest
	case codeUnknownTable, codeUnknownDatabase, codeUnknownFunction, codeUnknownIdentifier:
		return http.StatusNotFound
	case codeNotImplemented:
		return http.StatusNotImplemented
	}
	return http.StatusInternalServerError
}
