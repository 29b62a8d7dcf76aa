// SPDX-License-Identifier: Apache-2.0

package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/vigie-kpi/vigie/indicator"
)

// routePattern finds the routes of the API where they are registered.
var routePattern = regexp.MustCompile(`"(?:GET|POST) (/api/v1/[^"]+)"`)

// Every route of the API is in the OpenAPI document, and every path of the document is a route, with the parameters that the
// code reads.
func TestDocumentHasEveryRoute(t *testing.T) {
	var routes []string
	for _, folder := range []string{".", "../live"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range routePattern.FindAllStringSubmatch(string(text), -1) {
				routes = append(routes, found[1])
			}
		}
	}
	slices.Sort(routes)
	routes = slices.Compact(routes)
	raw, err := os.ReadFile("../live/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]struct {
			Get struct {
				Parameters []struct {
					Name string
					Ref  string `json:"$ref"`
				}
			}
		}
		Components struct {
			Parameters map[string]struct{ Name string }
		}
	}
	if err := json.Unmarshal(raw, &document); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for path := range document.Paths {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	if !slices.Equal(routes, paths) || len(routes) < 7 {
		t.Errorf("the routes are\n%v, the document has\n%v", routes, paths)
	}
	for _, path := range []string{"/api/v1/explain", "/api/v1/abandoned"} {
		for _, p := range document.Paths[path].Get.Parameters {
			name := p.Name
			if p.Ref != "" {
				name = document.Components.Parameters[filepath.Base(p.Ref)].Name
			}
			value := "1"
			if name == "format" {
				value = "csv"
			}
			if _, _, err := explainParameters(map[string][]string{name: {value}}); err != nil {
				t.Errorf("%s has the parameter %q in the document: %v", path, name, err)
			}
		}
	}
	for _, kind := range []string{"programme", "team", "queue", "campaign", "channel", "advisor"} {
		if _, is := indicator.ParseScopeKind(kind); !is {
			t.Errorf("the document speaks of a scope %q", kind)
		}
	}
}
