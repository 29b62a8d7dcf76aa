// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"context"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Reason says why a piece of input is a dead letter. Its String is stable: it is the label of the metric.
type Reason uint8

// The reasons for which input becomes a dead letter.
const (
	ReasonNone         Reason = iota
	ReasonTooLong             // a line or a column beyond its limit
	ReasonBinary              // control characters: not a text line
	ReasonBadUTF8             // text in another encoding
	ReasonColumns             // fewer columns than every line has
	ReasonBadTime             // no time, or one before 1970 or after 2200
	ReasonBadNumber           // negative, not a number, or absurdly long
	ReasonUnknownVerb         // a kind of line that the source's reference does not list
	ReasonMissingValue        // a column that this kind of line needs is empty
	numReasons
)

var reasonNames = [numReasons]string{
	ReasonNone:         "none",
	ReasonTooLong:      "too_long",
	ReasonBinary:       "binary",
	ReasonBadUTF8:      "bad_utf8",
	ReasonColumns:      "missing_columns",
	ReasonBadTime:      "bad_time",
	ReasonBadNumber:    "bad_number",
	ReasonUnknownVerb:  "unknown_verb",
	ReasonMissingValue: "missing_value",
}

// String returns the reason as a metric label, for example "bad_time".
func (r Reason) String() string {
	if r >= numReasons {
		return "invalid"
	}
	return reasonNames[r]
}

// Reasons lists every reason of a dead letter, in numeric order.
func Reasons() []Reason {
	all := make([]Reason, 0, numReasons-1)
	for r := ReasonTooLong; r < numReasons; r++ {
		all = append(all, r)
	}
	return all
}

// MaxRawBytes bounds what a dead letter repeats of the input.
const MaxRawBytes = 1 << 10

// DeadLetter is a piece of input that could not become events. It is kept, counted and never silently dropped.
type DeadLetter struct {
	Source string // the source's name, as in event.Event
	Place  Place
	Reason Reason
	Detail string // what was found and what is allowed, for a person
	Raw    string // the input, cut to MaxRawBytes; the source removes customers' identifiers from it first
}

// DeadLetterSink keeps dead letters. It returns nil only when all of them are stored durably.
type DeadLetterSink func(ctx context.Context, letters []DeadLetter) error

// CutRaw returns raw as valid UTF-8 of at most MaxRawBytes bytes.
func CutRaw(raw []byte) string {
	s := strings.ToValidUTF8(string(raw[:min(len(raw), MaxRawBytes)]), "\uFFFD")
	for len(s) > MaxRawBytes { // a replacement is longer than the byte that it replaces
		_, size := utf8.DecodeLastRuneInString(s[:MaxRawBytes+1])
		s = s[:MaxRawBytes+1-size]
	}
	return s
}

// JSON returns the letter as one JSON object, the form in which it enters the dead-letter topic.
func (d *DeadLetter) JSON() []byte {
	b, err := json.Marshal(struct {
		Source string `json:"source"`
		Place  string `json:"place"`
		Reason string `json:"reason"`
		Detail string `json:"detail"`
		Raw    string `json:"raw"`
	}{d.Source, d.Place.String(), d.Reason.String(), d.Detail, d.Raw})
	if err != nil {
		panic("BUG: a dead letter holds strings only, yet: " + err.Error())
	}
	return b
}
