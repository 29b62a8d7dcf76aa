// SPDX-License-Identifier: Apache-2.0

package event

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// payload is the data of one type.
type payload interface{ Validate() error }

// payloads is the data of each type whose data has a form. fresh holds the defaults.
var payloads = []struct {
	typ   Type
	fresh func() payload
}{
	{ConfigCentre, func() payload { c := DefaultCentreConfig(""); return &c }},
	{ConfigQueue, func() payload { return &QueueConfig{} }},
	{ConfigAdvisor, func() payload { return &AdvisorConfig{} }},
	{ConfigStates, func() payload { return &StatesConfig{} }},
	{ConfigProgramme, func() payload { return &ProgrammeConfig{} }},
	{ConfigSite, func() payload { return &SiteConfig{} }},
	{ConfigTeam, func() payload { return &TeamConfig{} }},
	{ConfigCalendar, func() payload { return &CalendarConfig{} }},
	{ConfigCampaign, func() payload { return &CampaignConfig{} }},
	{ConfigSkill, func() payload { return &SkillConfig{} }},
	{ConfigTarget, func() payload { return &TargetConfig{} }},
	{ConfigDispositions, func() payload { return &DispositionsConfig{} }},
	{ConfigRule, func() payload { return &RuleConfig{} }},
	{ConfigIndicator, func() payload { return &IndicatorConfig{} }},
	{ConfigApplied, func() payload { return &AppliedConfig{} }},
	{SchedulePublished, func() payload { return &Schedule{} }},
	{CorrectionIssued, func() payload { return &Correction{} }},
	{IncidentOpened, func() payload { return &Incident{} }},
	{IncidentClosed, func() payload { return &IncidentEnd{} }},
	{ActionStarted, func() payload { return &Action{} }},
	{ActionEnded, func() payload { return &ActionEnd{} }},
	{AlertAcknowledged, func() payload { return &Acknowledgement{} }},
}

// CheckPayload says whether data is what an event of type t carries, as the Parse function of that type would: for those
// who pass it on without reading it. It is nil for a type whose data has no form of its own.
func CheckPayload(t Type, data []byte) error {
	for _, p := range payloads {
		if p.typ == t {
			return parsePayload(data, p.fresh())
		}
	}
	return nil
}

// parseAs reads and validates data as a T, which has no defaults to fill in.
func parseAs[T any, P interface {
	*T
	payload
}](data []byte) (T, error) {
	var parsed T
	err := parsePayload(data, P(&parsed))
	return parsed, err
}

// parsePayload reads data into p and validates it. Beyond what encoding/json refuses, it refuses a member that p does
// not have in exactly this spelling, a member given twice, and null.
func parsePayload(data []byte, p payload) error {
	e := Event{Data: data}
	if err := e.checkData(); err != nil {
		return err
	}
	t := reflect.TypeOf(p).Elem()
	if _, err := checkMembers(viewOf(data), 0, "", t); err != nil {
		return err
	}
	if err := json.Unmarshal(data, p); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return refuseData(wrong.Field, ReasonWrongType, "found %s, expected %s", kindFound(wrong.Value), kindWanted(wrong.Type))
		}
		return refuseData("", ReasonBadJSON, "%v", err)
	}
	return p.Validate()
}

// checkMembers checks the names of the members of the valid JSON value at s[i] against the Go type that it is for, and
// returns the index after it. path is the member that the value belongs to, "" for the payload itself. A value of another
// kind than the type wants is left for encoding/json to refuse.
func checkMembers(s string, i int, path string, t reflect.Type) (end int, err *FieldError) {
	switch {
	case s[i] == 'n':
		return i, refuseData(path, ReasonWrongType, "found null; leave it out to have the default")
	case s[i] == '{' && (t.Kind() == reflect.Struct || t.Kind() == reflect.Map):
		return checkObject(s, i, path, t)
	case s[i] == '[' && t.Kind() == reflect.Slice:
		return checkElements(s, i, path, t.Elem())
	}
	end, _ = skipValue(s, i, 0)
	return end, nil
}

func checkObject(s string, i int, path string, t reflect.Type) (end int, err *FieldError) {
	var seen []string
	for i = skipSpace(s, i+1); s[i] != '}'; {
		afterName, _ := skipString(s, i)
		var name string
		if err := json.Unmarshal([]byte(s[i:afterName]), &name); err != nil {
			return i, refuseData(path, ReasonBadJSON, "%v", err)
		}
		member := memberPath(path, name)
		of, err := memberType(t, name, member)
		if err != nil {
			return i, err
		}
		if slices.Contains(seen, name) {
			return i, refuseData(member, ReasonDuplicate, "given twice; give it once")
		}
		seen = append(seen, name)
		i, _ = skipMemberName(s, i)
		if i, err = checkMembers(s, i, member, of); err != nil {
			return i, err
		}
		if i = skipSpace(s, i); s[i] == ',' {
			i = skipSpace(s, i+1)
		}
	}
	if t.Kind() == reflect.Struct {
		_, required := memberNames(t)
		for _, name := range required {
			if !slices.Contains(seen, name) {
				return i, refuseData(memberPath(path, name), ReasonMissing, "missing; give it")
			}
		}
	}
	return i + 1, nil
}

func checkElements(s string, i int, path string, of reflect.Type) (end int, err *FieldError) {
	i = skipSpace(s, i+1)
	for n := 0; s[i] != ']'; n++ {
		if i, err = checkMembers(s, i, fmt.Sprintf("%s[%d]", path, n), of); err != nil {
			return i, err
		}
		if i = skipSpace(s, i); s[i] == ',' {
			i = skipSpace(s, i+1)
		}
	}
	return i + 1, nil
}

func memberPath(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// memberType is the Go type that the value of a member is for.
func memberType(t reflect.Type, name, member string) (reflect.Type, *FieldError) {
	if t.Kind() == reflect.Map {
		return t.Elem(), nil
	}
	for i := range t.NumField() {
		if f := t.Field(i); memberName(f) == name {
			return f.Type, nil
		}
	}
	allowed, _ := memberNames(t)
	return nil, refuseData(member, ReasonUnknownAttribute, "not known here%s; it can be %s", DidYouMean(name, allowed), oneOf(allowed))
}

// memberNames lists the names of the members of a struct, in its order, and those that must be there.
func memberNames(t reflect.Type) (allowed, required []string) {
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

// memberWords is the list that a tag of a member names, or nil: `words` limits the member, or the values of its map,
// `keys` the keys of its map.
func memberWords(f reflect.StructField, tag string) []string {
	switch f.Tag.Get(tag) {
	case "variants":
		return Variants
	case "unknowns":
		return Unknowns
	case "channels":
		return Channels
	case "state_categories":
		return StateCategories
	case "weekdays":
		return Weekdays
	case "dial_kinds":
		return DialKinds
	case "purposes":
		return Purposes
	case "classes":
		return Classes
	case "target_scopes":
		return TargetScopes
	case "target_stages":
		return TargetStages
	case "activities":
		return Activities
	case "rule_scopes":
		return RuleScopes
	case "rule_windows":
		return RuleWindows
	case "severities":
		return Severities
	case "audiences":
		return Audiences
	case "languages":
		return Languages
	case "causes":
		return Causes
	case "levers":
		return Levers
	}
	return nil
}

// kindWanted names a Go type for somebody who writes JSON.
func kindWanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Map, reflect.Struct:
		return "an object"
	case reflect.Slice:
		return "an array"
	case reflect.Bool:
		return "true or false"
	case reflect.Pointer:
		return kindWanted(t.Elem())
	}
	return "an integer"
}

// kindFound puts the article before what encoding/json calls a value, for example "number 1.5".
func kindFound(value string) string {
	if kind, _, _ := strings.Cut(value, " "); kind == "array" || kind == "object" {
		return "an " + value
	}
	return "a " + value
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

// firstFault is firstError as an error: a nil *FieldError would be one that is not nil.
func firstFault(errs ...*FieldError) error {
	if err := firstError(errs...); err != nil {
		return err
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
	return refuseData(member, ReasonBadWord, "found %s, it must be %s%s", quoted(word), oneOf(words), DidYouMean(word, words))
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

// checkWordMap checks a map of names to words: member[key] must be one of words.
func checkWordMap(member, key, value string, m map[string]string, words []string, atMost int) *FieldError {
	if n := len(m); n == 0 || n > atMost {
		return refuseData(member, ReasonOutOfRange, "found %d %ss, give from 1 to %d", n, key, atMost)
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if err := checkName(member, name, true); err != nil {
			return err
		}
		if word := m[name]; !slices.Contains(words, word) {
			return refuseData(member, ReasonBadWord, "%s %s: found the %s %s, it must be %s%s", key, quoted(name), value, quoted(word),
				oneOf(words), DidYouMean(word, words))
		}
	}
	return nil
}
