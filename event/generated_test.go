// SPDX-License-Identifier: Apache-2.0

package event

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the generated documents")

func TestGeneratedDocumentsAreFresh(t *testing.T) {
	documents := map[string]func() []byte{
		"events.schema.json": JSONSchema,
		"asyncapi.json":      AsyncAPI,
		"events.md":          Reference,
	}
	for name, generate := range documents {
		path := filepath.Join("..", "docs", name)
		want := generate()
		if *update {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("docs/%s is stale: run go test ./event -run TestGenerated -update", name)
		}
		if !bytes.Equal(want, generate()) {
			t.Errorf("docs/%s differs from one run to the next", name)
		}
	}
}

// TestReferencesInDocuments: every $ref of a document points at something in it.
func TestReferencesInDocuments(t *testing.T) {
	for _, raw := range [][]byte{JSONSchema(), AsyncAPI()} {
		var root any
		if err := json.Unmarshal(raw, &root); err != nil {
			t.Fatal(err)
		}
		eachReference(root, func(ref string) {
			at := root
			for _, step := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
				object, ok := at.(map[string]any)
				if !ok || object[step] == nil {
					t.Errorf("%s points nowhere", ref)
					return
				}
				at = object[step]
			}
		})
	}
}

func eachReference(n any, visit func(string)) {
	switch n := n.(type) {
	case map[string]any:
		if ref, ok := n["$ref"].(string); ok {
			visit(ref)
		}
		for _, child := range n {
			eachReference(child, visit)
		}
	case []any:
		for _, child := range n {
			eachReference(child, visit)
		}
	}
}

// TestTablesAreComplete: whoever adds a type, an attribute or a reason must also say what it means.
func TestTablesAreComplete(t *testing.T) {
	for _, typ := range Types() {
		if rules[typ].doc == "" || rules[typ].required == 0 {
			t.Errorf("%s has no rule", typ)
		}
		if back, ok := ParseType(typ.String()); !ok || back != typ {
			t.Errorf("%s is not found by its name", typ)
		}
		if !strings.Contains(string(Reference()), "| `"+typ.String()+"` |") {
			t.Errorf("%s is not in the reference", typ)
		}
	}
	for a := attrSpecVersion; a < numAttributes; a++ {
		if a.doc() == "" || a.form() == "" || a.doc() == a.String() {
			t.Errorf("%s has no description", a)
		}
	}
	seen := map[string]bool{}
	for _, r := range Reasons() {
		if reasons[r].doc == "" || reasons[r].name == "" || seen[r.String()] {
			t.Errorf("reason %d, %s, has no name of its own or no description", r, r)
		}
		seen[r.String()] = true
	}
	withForm := map[Type]bool{}
	for _, p := range payloads {
		withForm[p.typ] = true
		eachMember(reflect.TypeOf(p.fresh()).Elem(), func(f reflect.StructField) {
			if f.Tag.Get("doc") == "" || memberName(f) == "" {
				t.Errorf("%s: %s has no name or no description", p.typ, f.Name)
			}
			for _, tag := range []string{"words", "keys"} {
				if list, ok := f.Tag.Lookup(tag); ok && memberWords(f, tag) == nil {
					t.Errorf("%s: %s names the words %s, which nobody knows", p.typ, f.Name, list)
				}
			}
		})
	}
	for _, typ := range Types() {
		if rules[typ].required.has(attrData) != withForm[typ] {
			t.Errorf("%s needs data and nobody can read it, or the other way round", typ)
		}
	}
}

func eachMember(of reflect.Type, visit func(reflect.StructField)) {
	for i := range of.NumField() {
		f := of.Field(i)
		visit(f)
		if f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct {
			eachMember(f.Type.Elem(), visit)
		}
	}
}
