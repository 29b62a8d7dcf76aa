// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

var update = flag.Bool("update", false, "write docs/organisation.schema.json instead of comparing with it")

func TestSchemaIsFresh(t *testing.T) {
	const path = "../docs/organisation.schema.json"
	if *update {
		if err := os.WriteFile(path, Schema(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(Schema()) {
		t.Error("docs/organisation.schema.json is not what the reader knows: run go test ./organisation -run TestSchemaIsFresh -update")
	}
}

// schema is enough of a validator for the keywords that we use.
type schema map[string]any

func (s schema) of(key string) schema { m, _ := s[key].(map[string]any); return m }

// check says how a value breaks a schema; "" when it does not.
func (root schema) check(s schema, v any, at string) string {
	if ref, ok := s["$ref"].(string); ok {
		return root.check(root.of("definitions").of(strings.TrimPrefix(ref, "#/definitions/")), v, at)
	}
	if options, ok := s["anyOf"].([]any); ok {
		for _, o := range options {
			if root.check(o.(map[string]any), v, at) == "" {
				return ""
			}
		}
		return at + ": none of the forms"
	}
	text, isText := v.(string)
	if words, ok := s["enum"].([]any); ok && !slices.Contains(words, any(text)) {
		return fmt.Sprintf("%s: %v is not one of %v", at, v, words)
	}
	if pattern, ok := s["pattern"].(string); ok && (!isText || !regexp.MustCompile(pattern).MatchString(text)) {
		return fmt.Sprintf("%s: %v does not match %s", at, v, pattern)
	}
	switch s["type"] {
	case "array":
		items, ok := v.([]any)
		if !ok {
			return at + ": not a list"
		}
		for i, item := range items {
			if why := root.check(s.of("items"), item, fmt.Sprintf("%s[%d]", at, i)); why != "" {
				return why
			}
		}
	case "object":
		return root.checkObject(s, v, at)
	}
	return ""
}

func (root schema) checkObject(s schema, v any, at string) string {
	object, ok := v.(map[string]any)
	if !ok {
		return at + ": not a mapping"
	}
	required, _ := s["required"].([]any)
	for _, key := range required {
		if _, ok := object[key.(string)]; !ok {
			return fmt.Sprintf("%s: %v is missing", at, key)
		}
	}
	for key, value := range object {
		of := s.of("properties").of(key)
		for pattern := range s.of("patternProperties") {
			if regexp.MustCompile(pattern).MatchString(key) {
				of = s.of("patternProperties").of(pattern)
			}
		}
		if of == nil {
			of = s.of("additionalProperties")
		}
		if of == nil {
			return fmt.Sprintf("%s: %s is not known", at, key)
		}
		if why := root.check(of, value, at+"."+key); why != "" {
			return why
		}
	}
	return ""
}

// plain turns YAML into what JSON has, with every scalar as it is written: the schema must not depend on how an editor
// takes a date or 08:00.
func plain(n *yaml.Node) any {
	switch n.Kind {
	case yaml.DocumentNode:
		return plain(n.Content[0])
	case yaml.SequenceNode:
		items := []any{}
		for _, c := range n.Content {
			items = append(items, plain(c))
		}
		return items
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			m[n.Content[i].Value] = plain(n.Content[i+1])
		}
		return m
	}
	return n.Value
}

// Every file of the demo centre is what the schema describes, and a few that the reader refuses are not.
func TestSchemaAcceptsWhatTheReaderDoes(t *testing.T) {
	var root schema
	if err := json.Unmarshal(Schema(), &root); err != nil {
		t.Fatal(err)
	}
	check := func(file string, raw []byte) string {
		var n yaml.Node
		if err := yaml.Unmarshal(raw, &n); err != nil {
			t.Fatal(err)
		}
		return root.check(root.of("definitions").of(strings.TrimSuffix(file, ".yaml")), plain(&n), file)
	}
	demo := os.DirFS("../seeds/cap-rivage")
	for _, file := range fileNames() {
		raw, err := fs.ReadFile(demo, file)
		if err != nil {
			t.Fatal(err)
		}
		if why := check(file, raw); why != "" {
			t.Error(why)
		}
	}
	for _, c := range [][2]string{{"queues.yaml", "- {queue: q, treshold: 20s}"}, {"queues.yaml", "- {threshold: 20s}"}, {"queues.yaml", "- {queue: q, threshold: 20}"},
		{"queues.yaml", "- {queue: q, channel: fax}"}, {"centre.yaml", "day_starts: 5"}, {"calendars.yaml", "- {calendar: c, hours: {mon: closed}}"},
		{"holidays.yaml", "fr: {noel: Noël}"}, {"advisors.yaml", "- {advisor: a, team: b, loans: [{team: c}]}"}, {"states.yaml", "pause: [x]"}} {
		if check(c[0], []byte(c[1])) == "" {
			t.Errorf("the schema accepts %s in %s", c[1], c[0])
		}
	}
}
