// SPDX-License-Identifier: Apache-2.0

package event

import (
	"fmt"
	"strings"
)

// Reason says why an event was refused. Its String is stable: it is the label of the dead-letter metric.
type Reason uint8

// The reasons for which an event is refused.
const (
	ReasonNone Reason = iota
	ReasonBadJSON
	ReasonBadUTF8
	ReasonBadCharacter
	ReasonLoneSurrogate
	ReasonTrailingBytes
	ReasonTooLong
	ReasonTooDeep
	ReasonUnknownAttribute
	ReasonDuplicate
	ReasonWrongType
	ReasonBadTime
	ReasonNotInteger
	ReasonOutOfRange
	ReasonBadVersion
	ReasonUnknownType
	ReasonMissing
	ReasonNotAllowed
	ReasonBadWord
	ReasonContradiction
	numReasons
)

// reasons holds the label of each reason, and when it is given.
var reasons = [numReasons]struct{ name, doc string }{
	ReasonNone:             {"none", ""},
	ReasonBadJSON:          {"bad_json", "not JSON, or not one JSON object"},
	ReasonBadUTF8:          {"bad_utf8", "bytes that are not UTF-8"},
	ReasonBadCharacter:     {"bad_character", "a control character or a Unicode noncharacter in an attribute"},
	ReasonLoneSurrogate:    {"lone_surrogate", `half of a \u pair`},
	ReasonTrailingBytes:    {"trailing_bytes", "something after the object"},
	ReasonTooLong:          {"too_long", "a record, a string or data beyond its limit"},
	ReasonTooDeep:          {"too_deep", "objects and arrays of data nested too deep"},
	ReasonUnknownAttribute: {"unknown_attribute", "a name that an event, or its data, does not have"},
	ReasonDuplicate:        {"duplicate", "the same attribute twice"},
	ReasonWrongType:        {"wrong_type", "for example a number where a string belongs, or null"},
	ReasonBadTime:          {"bad_time", "not an RFC 3339 timestamp"},
	ReasonNotInteger:       {"not_integer", "a number with a fraction or an exponent"},
	ReasonOutOfRange:       {"out_of_range", "a number or an instant beyond its limits"},
	ReasonBadVersion:       {"bad_version", "not CloudEvents 1.0"},
	ReasonUnknownType:      {"unknown_type", "no such event type"},
	ReasonMissing:          {"missing", "an attribute that the type needs is absent"},
	ReasonNotAllowed:       {"not_allowed", "the type cannot carry this attribute"},
	ReasonBadWord:          {"bad_word", "not one of the words that the attribute may hold"},
	ReasonContradiction:    {"contradiction", "two attributes that cannot both be right"},
}

// String returns the reason as a metric label, for example "too_long".
func (r Reason) String() string {
	if r >= numReasons {
		return "invalid"
	}
	return reasons[r].name
}

// Reasons lists every reason for which an event can be refused, in numeric order.
func Reasons() []Reason {
	all := make([]Reason, 0, numReasons-1)
	for r := ReasonBadJSON; r < numReasons; r++ {
		all = append(all, r)
	}
	return all
}

// FieldError says which attribute of an event was refused and why. It shares no memory with the event.
type FieldError struct {
	Field  string // the attribute's name on the wire; empty when the event as a whole is refused
	Reason Reason
	Detail string // what was found and what is allowed, for a person
}

// Error returns the attribute and the detail, for example `queue: 300 bytes long, at most 256 are allowed`.
func (e *FieldError) Error() string {
	if e.Field == "" {
		return "event: " + e.Detail
	}
	return e.Field + ": " + e.Detail
}

func refuse(a attribute, r Reason, format string, args ...any) *FieldError {
	return &FieldError{Field: a.String(), Reason: r, Detail: fmt.Sprintf(format, args...)}
}

// maxQuotedBytes bounds what an error repeats of a value that somebody else wrote.
const maxQuotedBytes = 48

// quoted returns s in quotes, cut when long; the result is printable whatever s holds.
func quoted(s string) string {
	if len(s) <= maxQuotedBytes {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprintf("%q...", strings.ToValidUTF8(s[:maxQuotedBytes], ""))
}

// oneOf returns "a, b or c".
func oneOf(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// DidYouMean returns `; did you mean "queue"?` for the candidate nearest to name, or "" when none is near.
func DidYouMean(name string, candidates []string) string {
	near := Nearest(name, candidates)
	if near == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", near)
}

// Nearest returns the candidate that name most likely stands for, mistyped; the first among equals, "" when none is near.
func Nearest(name string, candidates []string) string {
	if len(name) > maxQuotedBytes {
		return ""
	}
	plain := strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(name))
	limit := min(2, len(plain)/2) // beyond this a suggestion is a guess
	best, bestDistance := "", limit+1
	for _, c := range candidates {
		if d := min(editDistance(plain, c), editDistance(name, c)); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// editDistance is the Levenshtein distance in bytes: insertions, deletions and substitutions.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			substituted := diagonal
			if a[i] != b[j] {
				substituted++
			}
			diagonal = row[j+1]
			row[j+1] = min(substituted, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
