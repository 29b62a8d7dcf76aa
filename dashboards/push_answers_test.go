// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"net/http"
	"strings"
	"testing"
)

// roundTrip is a transport that does something after each answer.
type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestPushIsIdempotentOnANewerGrafana: a later Grafana brings boards to its own form and adds the versions of its plugins. That is no difference, or
// each push would write all boards again; whatever a person changes still is.
func TestPushIsIdempotentOnANewerGrafana(t *testing.T) {
	d, g := newDouble(t)
	set := demoSet(t)
	if _, err := g.Push(t.Context(), set, "cap-rivage", "test"); err != nil {
		t.Fatal(err)
	}
	for _, b := range d.boards {
		b.board["schemaVersion"] = b.board["schemaVersion"].(float64) + 1
		for _, p := range b.board["panels"].([]any) {
			p.(map[string]any)["pluginVersion"] = "12.4.0"
		}
	}
	d.writes = 0
	if _, err := g.Push(t.Context(), set, "cap-rivage", "test"); err != nil || d.writes != 0 {
		t.Errorf("%d writes, %v", d.writes, err)
	}
	team := d.boards["cap-rivage-team-fr"].board
	team["schemaVersion"] = 1.0
	team["annotations"] = map[string]any{"list": []any{}}
	panels := team["panels"].([]any)
	panels[0], panels[1] = panels[1], panels[0]
	changes, err := g.Diff(t.Context(), set, "cap-rivage")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, c := range changes {
		if c.Kind != Same {
			told = append(told, c.What)
		}
	}
	if got := strings.Join(told, "; "); got != "annotations, the order of panels, schemaVersion" {
		t.Errorf("told: %s", got)
	}
	if _, err := g.Push(t.Context(), set, "cap-rivage", "test"); err != nil || d.writes != 1 {
		t.Errorf("%d writes, %v", d.writes, err)
	}
	if list := d.boards["cap-rivage-team-fr"].board["annotations"].(map[string]any)["list"].([]any); len(list) != 3 {
		t.Errorf("%d annotations are pushed, want those of incidents, of alerts and of teams' alerts", len(list))
	}
}

// TestPushBesideAnother: somebody renames a folder while we look at it. Grafana says 412 of a version that is no longer the newest, unless it is told
// to overwrite: the title is ours in the end.
func TestPushBesideAnother(t *testing.T) {
	d, g := newDouble(t)
	set := demoSet(t)
	if _, err := g.Push(t.Context(), set, "cap-rivage", "test"); err != nil {
		t.Fatal(err)
	}
	wall := d.folders["cap-rivage-wall-fr"]
	wall["title"] = "theirs"
	g.Client = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		response, err := http.DefaultTransport.RoundTrip(r)
		if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/folders/cap-rivage-wall-fr") {
			wall["title"], wall["version"] = "theirs again", wall["version"].(int)+1
		}
		return response, err
	})}
	if _, err := g.Push(t.Context(), set, "cap-rivage", "test"); err != nil || wall["title"] != "Cap Rivage · Mur" {
		t.Errorf("%v, the folder is %q", err, wall["title"])
	}
}
