// SPDX-License-Identifier: Apache-2.0

package app

import (
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// routePattern finds the routes of the API where they are registered.
var routePattern = regexp.MustCompile(`"((?:GET|POST) /api/v1/[^"]+)"`)

// apiDocument is what these tests read of the OpenAPI document.
type apiDocument struct {
	Paths map[string]map[string]struct {
		Parameters []struct {
			Name string
			Ref  string `json:"$ref"`
		}
	}
	Components struct {
		Parameters map[string]struct{ Name string }
		Schemas    map[string]struct{ Properties map[string]any }
	}
}

func readDocument(t *testing.T) (d apiDocument) {
	t.Helper()
	raw, err := os.ReadFile("../live/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// registeredRoutes are the API's, as the code registers them.
func registeredRoutes(t *testing.T) []string {
	t.Helper()
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
	return routes
}

// Every route of the API is in the OpenAPI document, and every path of the document is a route.
func TestDocumentHasEveryRoute(t *testing.T) {
	routes := registeredRoutes(t)
	var paths []string
	for path, methods := range readDocument(t).Paths {
		for method := range methods {
			paths = append(paths, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(paths)
	if !slices.Equal(routes, paths) || len(routes) < 16 {
		t.Errorf("the routes are\n%v, the document has\n%v", routes, paths)
	}
}

// The parameters and words of the document are those that the code reads.
func TestDocumentHasWhatIsRead(t *testing.T) {
	document := readDocument(t)
	takes := map[string]func(url.Values) error{}
	explain := func(v url.Values) error { _, _, err := explainParameters(v); return err }
	register := func(v url.Values) error { _, _, err := registerParameters(v); return err }
	takes["/api/v1/explain"], takes["/api/v1/abandoned"] = explain, explain
	takes["/api/v1/incidents"], takes["/api/v1/incidents/{incident}"], takes["/api/v1/actions"], takes["/api/v1/alerts/noise"] = register, register, register, register
	for path, take := range takes {
		for _, p := range document.Paths[path]["get"].Parameters {
			name := p.Name
			if p.Ref != "" {
				name = document.Components.Parameters[filepath.Base(p.Ref)].Name
			}
			value, is := map[string]string{"format": "json", "window": "30m"}[name]
			if !is {
				value = "1"
			}
			if err := take(url.Values{name: {value}}); err != nil && name != "incident" {
				t.Errorf("%s has the parameter %q in the document: %v", path, name, err)
			}
		}
	}
	for schema, word := range map[string]event.Type{"IncidentOpened": event.IncidentOpened, "IncidentClosed": event.IncidentClosed,
		"ActionStarted": event.ActionStarted, "ActionEnded": event.ActionEnded, "AlertAcknowledged": event.AlertAcknowledged} {
		want := slices.Sorted(slices.Values(append([]string{"centre", "by", "at"}, wordMembers[word]...)))
		if got := slices.Sorted(maps.Keys(document.Components.Schemas[schema].Properties)); !slices.Equal(got, want) {
			t.Errorf("%s has the members %v in the document, want %v", schema, got, want)
		}
	}
	for _, kind := range []string{"programme", "team", "queue", "campaign", "channel", "advisor"} {
		if _, is := indicator.ParseScopeKind(kind); !is {
			t.Errorf("the document speaks of a scope %q", kind)
		}
	}
}
