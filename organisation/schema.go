// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Schema returns a JSON Schema (draft 7) of the files, for editors that complete and check YAML. Each file is one of the
// definitions; the whole accepts any of them, so that one setting serves a folder. It checks form only: names that must
// exist elsewhere, dates and contradictions are for Read.
func Schema() []byte {
	definitions := map[string]any{}
	var anyOf []any
	for _, s := range files() {
		name := strings.TrimSuffix(s.file, ".yaml")
		definitions[name] = s.schema()
		anyOf = append(anyOf, map[string]any{"$ref": "#/definitions/" + name})
	}
	definitions["hours"] = hoursSchema()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(map[string]any{
		"$schema":     "http://json-schema.org/draft-07/schema#",
		"title":       "The organisation of a contact centre, as vigie apply reads it",
		"definitions": definitions,
		"anyOf":       anyOf,
	}); err != nil {
		panic("BUG: the schema is made of maps and strings, yet: " + err.Error())
	}
	return b.Bytes()
}

// schema describes one file.
func (s *section) schema() map[string]any {
	described := func(m map[string]any) map[string]any {
		m["title"], m["description"] = s.file, s.doc
		return m
	}
	switch s.layout {
	case layoutList:
		return described(map[string]any{"type": "array", "items": mappingSchema(s.fields)})
	case layoutDays:
		return described(map[string]any{"type": "object", "additionalProperties": datesSchema(map[string]any{"type": "string"})})
	}
	return described(mappingSchema(s.fields))
}

func mappingSchema(fields []field) map[string]any {
	properties := map[string]any{}
	var required []string
	for _, f := range fields {
		p := f.schema()
		p["description"] = f.doc
		properties[f.key] = p
		if f.required {
			required = append(required, f.key)
		}
	}
	m := map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		m["required"] = required
	}
	return m
}

// Names and numbers are alike in YAML: an advisor may be called 0042.
func scalar() map[string]any { return map[string]any{"type": []string{"string", "number"}} }

const (
	durationPattern = `^([0-9]+(\.[0-9]+)? ?(h|m|s|ms) ?)+$`
	datePattern     = `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
	spanPattern     = `^ *[0-9]{2}:[0-9]{2} *- *[0-9]{2}:[0-9]{2} *$`
)

func text(pattern string) map[string]any {
	return map[string]any{"type": "string", "pattern": pattern}
}

// schema describes the value of one key.
func (f *field) schema() map[string]any {
	switch f.form {
	case formWord:
		return map[string]any{"enum": f.words}
	case formDuration:
		return text(durationPattern)
	case formClock:
		return text(`^[0-9]{2}:[0-9]{2}$`)
	case formSpan:
		return text(spanPattern)
	case formMoment:
		return text(`^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$`)
	case formDate:
		return text(datePattern)
	case formNumber:
		return map[string]any{"type": "integer", "minimum": 1}
	case formNames:
		return listSchema(scalar())
	case formDates:
		return listSchema(text(datePattern))
	case formDays:
		return listSchema(map[string]any{"enum": week})
	case formEntries:
		return map[string]any{"type": "array", "items": mappingSchema(f.sub)}
	case formByDay:
		properties := map[string]any{}
		for _, day := range week {
			properties[day] = map[string]any{"$ref": "#/definitions/hours"}
		}
		return map[string]any{"type": "object", "additionalProperties": false, "properties": properties, "required": week}
	case formTexts:
		return map[string]any{"type": "object", "additionalProperties": false, "properties": map[string]any{"en": scalar(), "fr": scalar()}}
	case formSwitches:
		return map[string]any{"type": "object", "additionalProperties": map[string]any{"enum": []int{0, 1}}}
	case formByDate:
		return datesSchema(map[string]any{"$ref": "#/definitions/hours"})
	}
	return scalar()
}

// listSchema accepts a list, and one item alone.
func listSchema(item map[string]any) map[string]any {
	return map[string]any{"anyOf": []any{item, map[string]any{"type": "array", "items": item}}}
}

func datesSchema(value map[string]any) map[string]any {
	return map[string]any{"type": "object", "additionalProperties": false, "patternProperties": map[string]any{datePattern: value}}
}

func hoursSchema() map[string]any {
	return map[string]any{"anyOf": []any{
		map[string]any{"enum": []string{closedWord}},
		text(spanPattern),
		map[string]any{"type": "array", "items": text(spanPattern), "minItems": 1},
	}}
}
