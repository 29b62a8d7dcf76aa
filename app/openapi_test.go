// SPDX-License-Identifier: Apache-2.0

package app

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// documented checks that an answer has the members that the OpenAPI document says its schema has: all that it needs, and no other.
func documented(t *testing.T, schema string, answer []byte) {
	t.Helper()
	raw, err := os.ReadFile("../live/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	var value any
	if err := json.Unmarshal(raw, &document); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(answer, &value); err != nil {
		t.Fatalf("%v in %s", err, answer)
	}
	schemas := document["components"].(map[string]any)["schemas"].(map[string]any)
	var check func(where string, of, value any)
	check = func(where string, of, value any) {
		s, _ := of.(map[string]any)
		if ref, is := s["$ref"].(string); is {
			s, _ = schemas[ref[strings.LastIndex(ref, "/")+1:]].(map[string]any)
		}
		if s == nil {
			t.Errorf("%s of %s is not in the document", where, schema)
			return
		}
		switch v := value.(type) {
		case []any:
			for _, item := range v {
				check(where+"[]", s["items"], item)
			}
		case map[string]any:
			properties, _ := s["properties"].(map[string]any)
			for name, member := range v {
				if of, known := properties[name]; known {
					check(where+"."+name, of, member)
				} else {
					check(where+"."+name, s["additionalProperties"], member)
				}
			}
			required, _ := s["required"].([]any)
			for _, name := range required {
				if _, has := v[name.(string)]; !has {
					t.Errorf("%s of %s lacks %s", where, schema, name)
				}
			}
		}
	}
	check("the answer", schemas[schema], value)
}
