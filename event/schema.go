// SPDX-License-Identifier: Apache-2.0

package event

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
)

// A document is generated from the same tables as the code reads, so it cannot say something else. node is an object of
// a JSON document; encoding/json writes its members in alphabetical order, so a document is always the same bytes.
type node = map[string]any

const (
	schemaURI   = "https://json-schema.org/draft/2020-12/schema"
	schemaTitle = "Vigie event"
	schemaDoc   = "One statement of a source, flat, and a valid CloudEvents 1.0 event. Leave absent attributes out. " +
		"A record is at most 65536 bytes; lengths are bytes of UTF-8. Also checked: a merged contact differs from its " +
		"target, a supervisor from the advisor helped, a tick is received at its time, customerold goes with customer, only a " +
		"human can be abandoned by a dialler."
)

// attributeDocs describes the attributes that are not in stringFields.
var attributeDocs = [...]struct{ form, doc string }{
	attrSpecVersion: {"string", "Version of CloudEvents: 1.0."},
	attrType:        {"string", "What kind of thing happened."},
	attrTime:        {"timestamp", "When it happened, by the source's clock; RFC 3339, milliseconds are kept."},
	attrReceived:    {"timestamp", "When the publisher took it in, by the publisher's clock; it moves the log's clock."},
	attrSequence:    {"integer", "The source's own order among events of the same time."},
	attrData:        {"object", "The payload of config.*, schedule.published, correction.issued and of what stands in the register of incidents and actions."},
	attrDue:         {"timestamp", "When the customer wants to be called back."},
}

// form returns the kind of value an attribute has, and doc what it says.
func (a attribute) form() string {
	if a >= firstString {
		return "string"
	}
	if a >= firstNumber {
		return "integer"
	}
	return attributeDocs[a].form
}

func (a attribute) doc() string {
	if a >= firstString {
		return stringFields[a-firstString].doc
	}
	if a >= firstNumber {
		return numberFields[a-firstNumber].doc
	}
	return attributeDocs[a].doc
}

// limits returns the least and the greatest number that an integer attribute may be.
func (a attribute) limits() (atLeast, atMost int64) {
	if a == attrSequence {
		return 0, MaxSequence
	}
	f := &numberFields[a-firstNumber]
	return f.atLeast, f.atMost
}

// wordsEverywhere lists the word rules that hold for each type.
func wordsEverywhere() []wordRule { return append(slices.Clone(everyType.words), outcomeWords...) }

// JSONSchema returns the JSON Schema (2020-12) of an event.
func JSONSchema() []byte {
	schema := attributesSchema()
	schema["$schema"] = schemaURI
	schema["title"] = schemaTitle
	schema["description"] = schemaDoc
	var perType []any
	for _, t := range Types() {
		perType = append(perType, node{
			"if":   node{"properties": node{"type": node{"const": t.String()}}, "required": []string{"type"}},
			"then": typeSchema(t),
		})
	}
	schema["allOf"] = perType
	return document(schema)
}

// AsyncAPI returns the AsyncAPI 3.0 description of the events topic, one message per type.
func AsyncAPI() []byte {
	const (
		eventSchema = "#/components/schemas/event"
		contentType = "application/cloudevents+json"
	)
	messages, references := node{}, node{}
	for _, t := range Types() {
		name := t.String()
		messages[name] = node{
			"name":        name,
			"title":       name,
			"summary":     rules[t].doc,
			"contentType": contentType,
			"payload":     node{"allOf": []any{node{"$ref": eventSchema}, typeSchema(t)}},
			"bindings": node{"kafka": node{
				"bindingVersion": "0.5.0",
				"key":            node{"type": "string", "description": "The centre; none for a tick, which goes to its partition."},
			}},
		}
		references[name] = node{"$ref": "#/components/messages/" + name}
	}
	return document(node{
		"asyncapi": "3.0.0",
		"info": node{
			"title":       "Vigie events",
			"version":     "1.0.0",
			"description": schemaDoc,
			"license":     node{"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
		},
		"defaultContentType": contentType,
		"channels": node{"events": node{
			"address":     "vigie.events",
			"title":       "The log",
			"description": "Kafka topic; every event of a centre carries its id as the key, so it sits in one partition, in one order.",
			"messages":    references,
		}},
		"operations": node{"receiveEvents": node{
			"action":  "receive",
			"channel": node{"$ref": "#/channels/events"},
			"summary": "Vigie digests what sources publish.",
		}},
		"components": node{"messages": messages, "schemas": node{"event": attributesSchema()}},
	})
}

// attributesSchema is what holds for every type.
func attributesSchema() node {
	properties := node{}
	for a := attrSpecVersion; a < numAttributes; a++ {
		p := node{"description": a.doc()}
		switch a.form() {
		case "string":
			p["type"], p["minLength"], p["maxLength"] = "string", 1, MaxStringBytes
			p["pattern"] = `^[^\u0000-\u001f\u007f-\u009f]*$`
		case "timestamp":
			p["type"], p["format"] = "string", "date-time"
		case "integer":
			p["type"] = "integer"
			p["minimum"], p["maximum"] = a.limits()
		case "object":
			p["type"] = "object"
		}
		properties[a.String()] = p
	}
	properties[attrSpecVersion.String()] = node{"description": attrSpecVersion.doc(), "const": specVersion}
	properties[attrType.String()] = node{"description": attrType.doc(), "enum": typeNames[Tick:]}
	for _, w := range wordsEverywhere() {
		properties[w.attribute.String()] = node{"description": w.attribute.doc(), "enum": w.words}
	}
	return node{
		"type":                 "object",
		"properties":           properties,
		"required":             (everyType.required | setOf(attrSpecVersion)).names(),
		"additionalProperties": false,
	}
}

// typeSchema is what one type adds.
func typeSchema(t Type) node {
	r := &rules[t]
	properties := node{"type": node{"const": t.String()}}
	for a := attrSpecVersion; a < numAttributes; a++ {
		if r.forbidden.has(a) {
			properties[a.String()] = false
		}
	}
	for _, w := range r.words {
		properties[w.attribute.String()] = node{"enum": w.words}
	}
	for _, p := range payloads {
		if p.typ == t {
			properties[attrData.String()] = objectSchema(reflect.TypeOf(p.fresh()).Elem())
		}
	}
	schema := node{"description": r.doc, "properties": properties}
	if r.required != 0 {
		schema["required"] = r.required.names()
	}
	if r.anyOf != 0 {
		var alternatives []any
		for _, name := range r.anyOf.names() {
			alternatives = append(alternatives, node{"required": []string{name}})
		}
		schema["anyOf"] = alternatives
	}
	return schema
}

// objectSchema is the shape of a payload, or of a part of one; its limits are Validate's.
func objectSchema(t reflect.Type) node {
	properties := node{}
	for i := range t.NumField() {
		f := t.Field(i)
		p := valueSchema(f.Type, memberWords(f, "words"))
		p["description"] = f.Tag.Get("doc")
		if keys := memberWords(f, "keys"); keys != nil {
			p["propertyNames"] = node{"enum": keys}
		}
		properties[memberName(f)] = p
	}
	_, required := memberNames(t)
	return node{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
}

// valueSchema is the shape of a value; words, when there are any, limit it or, in an object, each of its values.
func valueSchema(t reflect.Type, words []string) node {
	switch kind := jsonKind(t); {
	case t.Kind() == reflect.Struct:
		return objectSchema(t)
	case kind == "array":
		return node{"type": kind, "items": valueSchema(t.Elem(), nil)}
	case kind == "object":
		return node{"type": kind, "additionalProperties": valueSchema(t.Elem(), words)}
	case words != nil:
		return node{"type": kind, "enum": words}
	default:
		return node{"type": kind}
	}
}

func jsonKind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "string"
	case reflect.Map, reflect.Struct:
		return "object"
	case reflect.Slice:
		return "array"
	case reflect.Bool:
		return "boolean"
	case reflect.Pointer:
		return jsonKind(t.Elem())
	}
	return "integer"
}

// names lists the members of s in canonical order.
func (s attributeSet) names() []string {
	names := []string{}
	for _, a := range canonicalOrder() {
		if s.has(a) {
			names = append(names, a.String())
		}
	}
	return names
}

func document(n node) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(n); err != nil {
		panic("BUG: a generated document cannot be encoded: " + err.Error())
	}
	return b.Bytes()
}
