// SPDX-License-Identifier: Apache-2.0

package event

import (
	"strings"
	"unicode/utf8"
	"unsafe"
)

// Decoder reads events from JSON. It is stricter than encoding/json: one flat object, each attribute at most once, only
// the attributes of the envelope, in lower case; no null, no control characters, no bytes that are not UTF-8, no half
// surrogates, nothing after the object, and the limits of this package. An empty string is an absent attribute.
//
// It judges the form only; Event.Validate judges whether the event makes sense. A Decoder is for one goroutine; its zero
// value is ready. It does not allocate, unless it refuses or an escaped string needs more room than any before.
type Decoder struct {
	text    string // the record, sharing memory with the caller's bytes during a Decode
	pos     int
	scratch []byte // what escaped strings stand for; the strings of the event share its memory
}

// Decode reads the one event in data into e, whatever e held before. An error is a *FieldError; e then holds what was
// read before it, good for a report and for nothing else.
//
// The strings of e share memory with data and with d: they are valid until data changes or d decodes again, whichever
// comes first. Clone what must live longer.
func (d *Decoder) Decode(data []byte, e *Event) error {
	*e = Event{}
	if len(data) > MaxRecordBytes {
		return refuse(attrNone, ReasonTooLong, "%d bytes long, at most %d are allowed", len(data), MaxRecordBytes)
	}
	d.text = viewOf(data)
	d.pos = 0
	d.scratch = d.scratch[:0]
	err := d.object(data, e)
	d.text = ""
	if err != nil {
		return err // not the bare pointer: a nil *FieldError would be an error that is not nil
	}
	return nil
}

// object reads the whole record.
func (d *Decoder) object(data []byte, e *Event) *FieldError {
	d.space()
	if d.peek() != '{' {
		return d.wrongType(attrNone, "one JSON object")
	}
	d.pos++
	var seen attributeSet
	if d.space(); d.peek() == '}' {
		d.pos++
	} else if err := d.members(data, e, &seen); err != nil {
		return err
	}
	if d.space(); d.pos < len(d.text) {
		return refuse(attrNone, ReasonTrailingBytes, "found %s after the object; one record holds one event", quoted(d.text[d.pos:]))
	}
	if !seen.has(attrSpecVersion) {
		return refuse(attrSpecVersion, ReasonMissing, `missing; write "specversion":"%s"`, specVersion)
	}
	return nil
}

// members reads `"name":value` up to and including the closing brace.
func (d *Decoder) members(data []byte, e *Event, seen *attributeSet) *FieldError {
	for {
		if d.peek() != '"' {
			return d.unexpected(attrNone, "the name of an attribute in double quotes")
		}
		name, err := d.string(attrNone)
		if err != nil {
			return err
		}
		a := attributeNamed(name)
		if a == attrNone {
			return unknownAttribute(name)
		}
		if seen.has(a) {
			return refuse(a, ReasonDuplicate, "given twice; an attribute may be given once")
		}
		*seen |= 1 << a
		if d.space(); d.peek() != ':' {
			return d.unexpected(a, "a colon")
		}
		d.pos++
		d.space()
		if err := d.value(a, data, e); err != nil {
			return err
		}
		d.space()
		switch d.peek() {
		case '}':
			d.pos++
			return nil
		case ',':
			d.pos++
			d.space()
		default:
			return d.unexpected(a, "a comma or the closing brace")
		}
	}
}

func (d *Decoder) value(a attribute, data []byte, e *Event) *FieldError {
	if a < firstString {
		return d.special(a, data, e)
	}
	s, err := d.string(a)
	if err != nil {
		return err
	}
	*e.text(a) = s
	return nil
}

// special reads the value of an attribute that is not just a string.
func (d *Decoder) special(a attribute, data []byte, e *Event) *FieldError {
	switch {
	case a >= firstNumber || a == attrSequence:
		return d.number(a, e)
	case a == attrData:
		return d.data(data, e)
	}
	s, err := d.string(a)
	if err != nil {
		return err
	}
	switch a {
	case attrTime:
		e.Time, err = instant(a, s)
	case attrReceived:
		e.Received, err = instant(a, s)
	case attrDue:
		e.Due, err = instant(a, s)
	case attrType:
		e.Type, err = typeOf(s)
	case attrSpecVersion:
		if s != specVersion {
			return refuse(a, ReasonBadVersion, "found %s, only %q is understood", quoted(s), specVersion)
		}
	}
	return err
}

func typeOf(s string) (Type, *FieldError) {
	t, ok := ParseType(s)
	if !ok && s != "" {
		return t, refuse(attrType, ReasonUnknownType, "found %s, which is not an event type%s", quoted(s), DidYouMean(s, typeNames[Tick:]))
	}
	return t, nil
}

func instant(a attribute, s string) (Millis, *FieldError) {
	t, ok := ParseTime(s)
	if !ok {
		return 0, refuse(a, ReasonBadTime, `found %s, write it as "2006-01-02T15:04:05.000Z"`, quoted(s))
	}
	return t, checkInstant(a, t)
}

// number reads the value of an integer attribute.
func (d *Decoder) number(a attribute, e *Event) *FieldError {
	atLeast, atMost := a.limits()
	n, err := d.integer(a, atLeast, atMost)
	switch {
	case err != nil:
		return err
	case a == attrSequence:
		e.Sequence = n
	default:
		*e.number(a) = NumberOf(n)
	}
	return nil
}

// integer reads an integer without fraction and exponent, from 0 or more to 31 bits.
func (d *Decoder) integer(a attribute, atLeast, atMost int64) (int64, *FieldError) {
	c := d.peek()
	if c != '-' && c-'0' > 9 {
		return 0, d.wrongType(a, "an integer")
	}
	start := d.pos
	end, why := skipNumber(d.text, start)
	d.pos = end
	if why != ReasonNone {
		return 0, d.unexpected(a, "a digit")
	}
	number := d.text[start:end]
	var n int64
	for i := range len(number) {
		switch c := number[i]; {
		case c == '.' || c|0x20 == 'e':
			return 0, refuse(a, ReasonNotInteger, "found %s, write an integer without fraction or exponent", clip(number))
		case c-'0' <= 9 && n <= atMost:
			n = n*10 + int64(c-'0')
		}
	}
	if n < atLeast || n > atMost || c == '-' {
		return 0, outOfRange(a, clip(number), atLeast, atMost)
	}
	return n, nil
}

// data reads the one attribute that is an object.
func (d *Decoder) data(data []byte, e *Event) *FieldError {
	if d.peek() != '{' {
		return d.wrongType(attrData, "an object")
	}
	start := d.pos
	end, why := skipValue(d.text, start, 0)
	if err := badData(why, end); err != nil {
		return err
	}
	if end-start > MaxDataBytes {
		return tooLong(attrData, end-start, MaxDataBytes)
	}
	d.pos = end
	e.Data = data[start:end:end]
	return nil
}

// string reads a string. What it returns shares memory with the record or with d.scratch.
func (d *Decoder) string(a attribute) (string, *FieldError) {
	if d.peek() != '"' {
		return "", d.wrongType(a, "a string")
	}
	start := d.pos + 1
	end := start + plainLength(d.text[start:])
	if end >= len(d.text) || d.text[end] != '"' {
		return d.richString(a, start, end)
	}
	d.pos = end + 1
	if end-start > MaxStringBytes {
		return "", tooLong(a, end-start, MaxStringBytes)
	}
	return d.text[start:end], nil
}

// richString goes on where string met something that is not plain: a letter with an accent, an escape, an error.
func (d *Decoder) richString(a attribute, start, i int) (string, *FieldError) {
	scratchStart, copied, escaped := len(d.scratch), start, false
	for {
		if i >= len(d.text) {
			return "", refuse(a, ReasonBadJSON, "the string that starts at byte %d does not end", start-1)
		}
		c := d.text[i]
		if c == '"' {
			break
		}
		var r rune
		var size int
		if c == '\\' {
			var why Reason
			if r, size, why = readEscape(d.text[i:]); why != ReasonNone {
				return "", badText(a, why, i)
			}
			d.scratch = append(d.scratch, d.text[copied:i]...)
			d.scratch = utf8.AppendRune(d.scratch, r)
			copied, escaped = i+size, true
		} else if r, size = utf8.DecodeRuneInString(d.text[i:]); r == utf8.RuneError && size == 1 {
			return "", badText(a, ReasonBadUTF8, i)
		}
		if !allowedRune(r) {
			return "", badText(a, ReasonBadCharacter, i)
		}
		i += size
		i += plainLength(d.text[i:])
	}
	d.pos = i + 1
	s := d.text[start:i]
	if escaped {
		d.scratch = append(d.scratch, d.text[copied:i]...)
		s = viewOf(d.scratch[scratchStart:])
	}
	if len(s) > MaxStringBytes {
		return "", tooLong(a, len(s), MaxStringBytes)
	}
	return s, nil
}

// viewOf returns the text in b without a copy: it is valid until b changes.
func viewOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func (d *Decoder) space() { d.pos = skipSpace(d.text, d.pos) }

// peek returns the next byte, or 0 at the end of the record. A 0 in the record fits nowhere, so the two need not be
// told apart.
func (d *Decoder) peek() byte {
	if d.pos < len(d.text) {
		return d.text[d.pos]
	}
	return 0
}

// unexpected says what stands at d.pos where the syntax wants something else.
func (d *Decoder) unexpected(a attribute, wanted string) *FieldError {
	if d.pos >= len(d.text) {
		return refuse(a, ReasonBadJSON, "the record ends where %s is expected", wanted)
	}
	return refuse(a, ReasonBadJSON, "found %s at byte %d, expected %s", quoted(d.text[d.pos:d.pos+1]), d.pos, wanted)
}

// wrongType says which kind of value stands at d.pos instead of the wanted one.
func (d *Decoder) wrongType(a attribute, wanted string) *FieldError {
	switch found := kindOf(d.text[d.pos:]); found {
	case "":
		return d.unexpected(a, wanted)
	case "null":
		return refuse(a, ReasonWrongType, "found null, expected %s; leave an absent attribute out", wanted)
	default:
		return refuse(a, ReasonWrongType, "found %s, expected %s", found, wanted)
	}
}

// kindOf names the kind of JSON value that s seems to start with, or "".
func kindOf(s string) string {
	if s == "" {
		return ""
	}
	switch c := s[0]; {
	case c == '"':
		return "a string"
	case c == '{':
		return "an object"
	case c == '[':
		return "an array"
	case c == '-' || c-'0' <= 9:
		return "a number"
	case strings.HasPrefix(s, "true"), strings.HasPrefix(s, "false"):
		return "a boolean"
	case strings.HasPrefix(s, "null"):
		return "null"
	}
	return ""
}

func unknownAttribute(name string) *FieldError {
	return &FieldError{
		Field:  strings.Clone(name),
		Reason: ReasonUnknownAttribute,
		Detail: "not an attribute of an event" + DidYouMean(name, attributeNames()),
	}
}

func tooLong(a attribute, found, allowed int) *FieldError {
	return refuse(a, ReasonTooLong, "%d bytes long, at most %d are allowed", found, allowed)
}

func outOfRange(a attribute, found string, atLeast, atMost int64) *FieldError {
	return refuse(a, ReasonOutOfRange, "found %s, it must be from %d to %d", found, atLeast, atMost)
}

// clip cuts what an error repeats of a number.
func clip(number string) string {
	if len(number) > maxQuotedBytes {
		return number[:maxQuotedBytes] + "..."
	}
	return strings.Clone(number)
}

// badText is the error for a fault at byte at inside a string.
func badText(a attribute, why Reason, at int) *FieldError {
	switch why {
	case ReasonBadUTF8:
		return refuse(a, why, "byte %d is not UTF-8; convert the source's encoding", at)
	case ReasonBadCharacter:
		return refuse(a, why, "a control character or a noncharacter at byte %d; neither is allowed", at)
	case ReasonLoneSurrogate:
		return refuse(a, why, `the \u escape at byte %d is half of a pair`, at)
	}
	return refuse(a, why, "not JSON at byte %d", at)
}

// badData is the error for a fault at byte at inside data, or nil.
func badData(why Reason, at int) *FieldError {
	switch why {
	case ReasonNone:
		return nil
	case ReasonTooDeep:
		return refuse(attrData, why, "nested deeper than %d levels at byte %d", MaxDataDepth, at)
	}
	return badText(attrData, why, at)
}
