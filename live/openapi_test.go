// SPDX-License-Identifier: Apache-2.0

package live

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
)

// document is the OpenAPI document, by its members.
type document map[string]any

// schemaOf finds what a path answers with.
func (d document) schemaOf(t testing.TB, path, status string) any {
	t.Helper()
	var at any = map[string]any(d)
	for _, step := range []string{"paths", path, "get", "responses", status, "content", "application/json", "schema"} {
		at = d.follow(at)[step]
	}
	return at
}

// follow resolves a reference.
func (d document) follow(schema any) map[string]any {
	object, _ := schema.(map[string]any)
	ref, is := object["$ref"].(string)
	if !is {
		return object
	}
	var at any = map[string]any(d)
	for step := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		at = at.(map[string]any)[step]
	}
	return d.follow(at)
}

// check lists what in a value breaks a schema. It knows the words of JSON Schema that the document uses.
func (d document) check(where string, schema, value any) (wrong []string) {
	s := d.follow(schema)
	if s == nil {
		return []string{where + ": no schema"}
	}
	if types := allowed(s["type"]); len(types) > 0 && !slices.ContainsFunc(types, func(name string) bool { return isType(name, value) }) {
		return []string{fmt.Sprintf("%s: %v is not of %v", where, value, types)}
	}
	if words, is := s["enum"].([]any); is && !slices.Contains(words, value) {
		wrong = append(wrong, fmt.Sprintf("%s: %v is none of %v", where, value, words))
	}
	switch v := value.(type) {
	case []any:
		if most, is := s["maxItems"].(float64); is && len(v) > int(most) {
			wrong = append(wrong, fmt.Sprintf("%s: %d items", where, len(v)))
		}
		for i, item := range v {
			wrong = append(wrong, d.check(fmt.Sprintf("%s[%d]", where, i), s["items"], item)...)
		}
	case map[string]any:
		wrong = append(wrong, d.checkObject(where, s, v)...)
	}
	return wrong
}

func (d document) checkObject(where string, s, value map[string]any) (wrong []string) {
	required, _ := s["required"].([]any)
	for _, name := range required {
		if _, has := value[name.(string)]; !has {
			wrong = append(wrong, fmt.Sprintf("%s: %v is missing", where, name))
		}
	}
	properties, _ := s["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(value)) {
		switch {
		case properties[name] != nil:
			wrong = append(wrong, d.check(where+"."+name, properties[name], value[name])...)
		case s["additionalProperties"] == false:
			wrong = append(wrong, fmt.Sprintf("%s: %s is not in the document", where, name))
		default:
			wrong = append(wrong, d.check(where+"."+name, s["additionalProperties"], value[name])...)
		}
	}
	return wrong
}

func allowed(types any) (names []string) {
	switch v := types.(type) {
	case string:
		names = []string{v}
	case []any:
		for _, name := range v {
			names = append(names, name.(string))
		}
	}
	return names
}

func isType(name string, value any) bool {
	switch v := value.(type) {
	case nil:
		return name == "null"
	case bool:
		return name == "boolean"
	case string:
		return name == "string"
	case float64:
		return name == "number" || name == "integer" && v == math.Trunc(v)
	case []any:
		return name == "array"
	}
	return name == "object"
}

// The document says what the server answers, member by member.
func TestAnswersFollowTheDocument(t *testing.T) {
	_, s := frozen(t, nil)
	_, raw := get(t, s, "/api/v1/openapi.json")
	d := parse[document](t, raw)
	if d["openapi"] != "3.1.0" {
		t.Fatalf("version %v", d["openapi"])
	}
	f := func(path, query, status string) {
		t.Helper()
		_, body := get(t, s, path+query)
		if wrong := d.check(path, d.schemaOf(t, path, status), parse[any](t, body)); len(wrong) > 0 {
			t.Errorf("%s%s: %s", path, query, strings.Join(wrong[:min(len(wrong), 5)], "; "))
		}
	}
	f("/api/v1/indicators", "", "200")
	f("/api/v1/indicators", "?window=2h", "400")
	f("/api/v1/alerts", "", "200")
	f("/api/v1/walls", "", "200")
	for _, board := range []string{"centre", "mistral", "indigo", "tempo"} {
		f("/api/v1/board", "?board="+board, "200")
	}
	f("/api/v1/board", "?board=west", "404")
	schemas := d["components"].(map[string]any)["schemas"].(map[string]any)
	r := openStream(t, s, "/api/v1/stream?board=mistral")
	for _, frame := range []struct{ event, schema string }{{eventBoard, "BoardFrame"}, {eventBeat, "Beat"}} {
		_, data, ok := r.next(frame.event)
		if wrong := d.check(frame.event, schemas[frame.schema], parse[any](t, []byte(data))); !ok || len(wrong) > 0 {
			t.Errorf("event %s: %v", frame.event, wrong)
		}
	}
	r = openStream(t, s, "/api/v1/stream?scope=queue:assistance&window=30m")
	if _, data, ok := r.next(eventIndicators); !ok || len(d.check(eventIndicators, schemas["IndicatorsAnswer"], parse[any](t, []byte(data)))) > 0 {
		t.Errorf("event %s is not as the document says: %.300s", eventIndicators, data)
	}
	_, guarded := frozen(t, func(o *Options) { o.ReadTokens = []string{"0123456789abcdef"} })
	for _, path := range []string{"/api/v1/indicators", "/api/v1/walls", "/api/v1/board"} {
		response, body := get(t, guarded, path)
		wrong := d.check(path, schemas["Problem"], parse[any](t, body))
		if response.StatusCode != 401 || len(wrong) > 0 || d.schemaOf(t, path, "401") == nil {
			t.Errorf("%s without a token: %s %v", path, response.Status, wrong)
		}
	}
	var broken map[string]any
	if err := json.Unmarshal([]byte(`{"error": 1, "more": true}`), &broken); err != nil {
		t.Fatal(err)
	}
	if wrong := d.check("problem", schemas["Problem"], broken); len(wrong) != 2 {
		t.Errorf("the check finds %v in %v, want a type and a member", wrong, broken)
	}
}
