// SPDX-License-Identifier: Apache-2.0

package event

import (
	"strconv"
	"unicode/utf8"
)

// specVersion is the version of CloudEvents that we speak.
const specVersion = "1.0"

// AppendJSON appends e as one JSON object in the canonical order: specversion, id, source, type, time, received,
// sequence, then the other strings, the numbers, due, data, in the order of the reference. Absent attributes are left out, and so
// are instants that the decoder would refuse. It does not allocate when dst has room. For an event that Validate
// accepts, decoding the result gives e back.
func AppendJSON(dst []byte, e *Event) []byte {
	dst = append(dst, `{"specversion":"`+specVersion+`"`...)
	dst = appendAttribute(dst, attrID, e.ID)
	dst = appendAttribute(dst, attrSource, e.Source)
	if e.Type != TypeInvalid && e.Type < numTypes {
		dst = append(dst, `,"type":"`...)
		dst = append(dst, typeNames[e.Type]...)
		dst = append(dst, '"')
	}
	if e.Time >= MinTime && e.Time <= MaxTime {
		dst = append(dst, `,"time":"`...)
		dst = append(AppendTime(dst, e.Time), '"')
	}
	if e.Received >= MinTime && e.Received <= MaxTime {
		dst = append(dst, `,"received":"`...)
		dst = append(AppendTime(dst, e.Received), '"')
	}
	if e.Sequence > 0 {
		dst = append(dst, `,"sequence":`...)
		dst = strconv.AppendInt(dst, e.Sequence, 10)
	}
	for a := attrCentre; a < firstOutcome; a++ {
		if value := *e.text(a); value != "" { // asked here too: most are absent, and a call costs more than the question
			dst = appendAttribute(dst, a, value)
		}
	}
	if e.hasOutcome() {
		dst = appendOutcome(dst, e)
	}
	if len(e.Data) > 0 {
		dst = append(dst, `,"data":`...)
		dst = append(dst, e.Data...)
	}
	return append(dst, '}')
}

// appendOutcome appends the attributes of outcomes.
func appendOutcome(dst []byte, e *Event) []byte {
	for a := firstOutcome; a < numAttributes; a++ {
		dst = appendAttribute(dst, a, *e.text(a))
	}
	for a := firstNumber; a < firstString; a++ {
		if n, present := e.number(a).Get(); present {
			dst = append(dst, `,"`...)
			dst = append(dst, numberFields[a-firstNumber].name...)
			dst = append(dst, `":`...)
			dst = strconv.AppendInt(dst, n, 10)
		}
	}
	if e.Due >= MinTime && e.Due <= MaxTime {
		dst = append(dst, `,"due":"`...)
		dst = append(AppendTime(dst, e.Due), '"')
	}
	return dst
}

func appendAttribute(dst []byte, a attribute, value string) []byte {
	if value == "" {
		return dst
	}
	dst = append(dst, `,"`...)
	dst = append(dst, stringFields[a-firstString].name...)
	dst = append(dst, `":"`...)
	dst = appendEscaped(dst, value)
	return append(dst, '"')
}

// appendEscaped appends s as the inside of a JSON string. Bytes that are not UTF-8 become U+FFFD, so the result is JSON
// whatever s holds.
func appendEscaped(dst []byte, s string) []byte {
	for {
		n := plainLength(s)
		dst = append(dst, s[:n]...)
		if n == len(s) {
			return dst
		}
		s = s[n:]
		switch c := s[0]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
			s = s[1:]
		case c < utf8.RuneSelf:
			const hex = "0123456789abcdef"
			dst = append(dst, `\u00`...)
			dst = append(dst, hex[c>>4], hex[c&15])
			s = s[1:]
		default:
			r, size := utf8.DecodeRuneInString(s)
			dst = utf8.AppendRune(dst, r)
			s = s[size:]
		}
	}
}
