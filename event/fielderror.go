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
	ReasonNone             Reason = iota
	ReasonBadJSON                 // not JSON, or not one JSON object
	ReasonBadUTF8                 // bytes that are not UTF-8
	ReasonBadCharacter            // a control character or a Unicode noncharacter in an attribute
	ReasonLoneSurrogate           // half of a \u pair
	ReasonTrailingBytes           // something after the object
	ReasonTooLong                 // beyond MaxRecordBytes, MaxStringBytes or MaxDataBytes
	ReasonTooDeep                 // data nested beyond MaxDataDepth
	ReasonUnknownAttribute        // a name that is not in the envelope
	ReasonDuplicate               // the same attribute twice
	ReasonWrongType               // for example a number where a string belongs, or null
	ReasonBadTime                 // not an RFC 3339 timestamp
	ReasonNotInteger              // a number with a fraction or an exponent
	ReasonOutOfRange              // a number or an instant beyond its limits
	ReasonBadVersion              // not CloudEvents 1.0
	ReasonUnknownType             // no such event type
	ReasonMissing                 // the type needs this attribute
	ReasonNotAllowed              // the type cannot carry this attribute
	ReasonBadWord                 // not one of the words that the attribute may hold
	ReasonContradiction           // two attributes that cannot both be right
	numReasons
)

var reasonNames = [numReasons]string{
	ReasonNone:             "none",
	ReasonBadJSON:          "bad_json",
	ReasonBadUTF8:          "bad_utf8",
	ReasonBadCharacter:     "bad_character",
	ReasonLoneSurrogate:    "lone_surrogate",
	ReasonTrailingBytes:    "trailing_bytes",
	ReasonTooLong:          "too_long",
	ReasonTooDeep:          "too_deep",
	ReasonUnknownAttribute: "unknown_attribute",
	ReasonDuplicate:        "duplicate",
	ReasonWrongType:        "wrong_type",
	ReasonBadTime:          "bad_time",
	ReasonNotInteger:       "not_integer",
	ReasonOutOfRange:       "out_of_range",
	ReasonBadVersion:       "bad_version",
	ReasonUnknownType:      "unknown_type",
	ReasonMissing:          "missing",
	ReasonNotAllowed:       "not_allowed",
	ReasonBadWord:          "bad_word",
	ReasonContradiction:    "contradiction",
}

// String returns the reason as a metric label, for example "too_long".
func (r Reason) String() string {
	if r >= numReasons {
		return "invalid"
	}
	return reasonNames[r]
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

// didYouMean returns `; did you mean "queue"?` for the candidate nearest to name, or "" when none is near.
func didYouMean(name string, candidates []string) string {
	if len(name) > maxQuotedBytes {
		return ""
	}
	plain := strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(name))
	limit := min(2, len(plain)/2) // beyond this a suggestion is a guess
	best, bestDistance := "", limit+1
	for _, c := range candidates {
		if d := editDistance(plain, c); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
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
