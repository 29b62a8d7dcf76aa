// SPDX-License-Identifier: Apache-2.0

package event

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// payload is the data of one config.* type.
type payload interface{ Validate() error }

// parsePayload reads data into p and validates it. Beyond what encoding/json refuses, it refuses a member that p does
// not have in exactly this spelling, a member given twice, and null.
func parsePayload(data []byte, p payload) error {
	e := Event{Data: data}
	if err := e.checkData(); err != nil {
		return err
	}
	if err := checkMembers(viewOf(data), p); err != nil {
		return err
	}
	if err := json.Unmarshal(data, p); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return refuseData(wrong.Field, ReasonWrongType, "found a %s, expected %s", wrong.Value, kindWanted(wrong.Type))
		}
		return refuseData("", ReasonBadJSON, "%v", err)
	}
	return p.Validate()
}

// checkMembers checks the names of the members of the valid JSON object s.
func checkMembers(s string, p payload) *FieldError {
	allowed, required := memberNames(p)
	var seen []string
	i := skipSpace(s, 1)
	for s[i] != '}' {
		afterName, _ := skipString(s, i)
		var name string
		if err := json.Unmarshal([]byte(s[i:afterName]), &name); err != nil {
			return refuseData("", ReasonBadJSON, "%v", err)
		}
		if !slices.Contains(allowed, name) {
			return refuseData(name, ReasonUnknownAttribute, "not known here%s; it can be %s", didYouMean(name, allowed), oneOf(allowed))
		}
		if slices.Contains(seen, name) {
			return refuseData(name, ReasonDuplicate, "given twice; give it once")
		}
		seen = append(seen, name)
		i, _ = skipMemberName(s, i)
		if s[i] == 'n' {
			return refuseData(name, ReasonWrongType, "found null; leave it out to have the default")
		}
		i, _ = skipValue(s, i, 1)
		i = skipSpace(s, i)
		if s[i] == ',' {
			i = skipSpace(s, i+1)
		}
	}
	for _, name := range required {
		if !slices.Contains(seen, name) {
			return refuseData(name, ReasonMissing, "missing; give it")
		}
	}
	return nil
}

// memberNames lists the names of a payload's members, in the order of the struct, and those that must be there.
func memberNames(p payload) (allowed, required []string) {
	t := reflect.TypeOf(p).Elem()
	for i := range t.NumField() {
		f := t.Field(i)
		allowed = append(allowed, memberName(f))
		if isRequired(f) {
			required = append(required, memberName(f))
		}
	}
	return allowed, required
}

func isRequired(f reflect.StructField) bool { return f.Tag.Get("required") != "" }

func memberName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// kindWanted names a Go type for somebody who writes JSON.
func kindWanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Map, reflect.Struct:
		return "an object"
	}
	return "an integer"
}

// refuseData is an error about a member of data, or about data as a whole when member is empty.
func refuseData(member string, r Reason, format string, args ...any) *FieldError {
	field := attrData.String()
	if member != "" {
		field += "." + member
	}
	return &FieldError{Field: field, Reason: r, Detail: fmt.Sprintf(format, args...)}
}

func firstError(errs ...*FieldError) *FieldError {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func checkNumber(member string, n, atLeast, atMost int64) *FieldError {
	if n >= atLeast && n <= atMost {
		return nil
	}
	return refuseData(member, ReasonOutOfRange, "found %d, it must be from %d to %d", n, atLeast, atMost)
}

// checkShort checks S <= T. A customer who gives up before S would otherwise count as short, though T has passed.
func checkShort(shortAbandonMs, thresholdMs int64) *FieldError {
	if shortAbandonMs <= thresholdMs {
		return nil
	}
	return refuseData("short_abandon_ms", ReasonContradiction,
		"found %d, it must not exceed threshold_ms, %d: an abandon is short only while the service level can still be met",
		shortAbandonMs, thresholdMs)
}

func checkWord(member, word string, words []string) *FieldError {
	if slices.Contains(words, word) {
		return nil
	}
	return refuseData(member, ReasonBadWord, "found %s, it must be %s%s", quoted(word), oneOf(words), didYouMean(word, words))
}

func checkOptionalWord(member, word string, words []string) *FieldError {
	if word == "" {
		return nil
	}
	return checkWord(member, word, words)
}

// checkName checks a name that events carry too, so it must be one that an event can carry.
func checkName(member, name string, required bool) *FieldError {
	if name == "" {
		if required {
			return refuseData(member, ReasonMissing, "missing; give it a name")
		}
		return nil
	}
	if len(name) > MaxStringBytes {
		return refuseData(member, ReasonTooLong, "%d bytes long, at most %d are allowed", len(name), MaxStringBytes)
	}
	if why, at := checkText(name); why != ReasonNone {
		return refuseData(member, why, "%s at byte %d of %s; neither control characters nor broken UTF-8 are allowed", why, at, quoted(name))
	}
	return nil
}
