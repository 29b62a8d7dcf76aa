// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/indicator"
)

// double answers as Grafana does, for the few requests that are sent: it wants a token, keeps a version of each folder and
// board, refuses an old one, and writes its own id and version into a board.
type double struct {
	t           *testing.T
	folders     map[string]map[string]any
	boards      map[string]*kept
	sources     map[string]map[string]any
	permissions map[string][]any
	writes      int
	frozen      bool // its boards come from files
}

func emptyDouble(t *testing.T) *double {
	return &double{t: t, folders: map[string]map[string]any{}, boards: map[string]*kept{}, sources: map[string]map[string]any{}, permissions: map[string][]any{}}
}

type kept struct {
	board  map[string]any
	folder string
}

func newDouble(t *testing.T) (*double, *Grafana) {
	d := emptyDouble(t)
	mux := d.routes()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer glsa_x" {
			answer(w, 401, map[string]any{"message": "Unauthorized", "messageId": "auth.unauthorized"})
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return d, &Grafana{URL: server.URL + "/", Token: "glsa_x"}
}

func (d *double) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/folders/{uid}", func(w http.ResponseWriter, r *http.Request) {
		if f := d.folders[r.PathValue("uid")]; f != nil {
			answer(w, 200, f)
			return
		}
		answer(w, 404, map[string]any{"message": "folder not found", "status": "not-found"})
	})
	mux.HandleFunc("POST /api/folders", func(w http.ResponseWriter, r *http.Request) {
		f := d.read(r)
		d.writes++
		d.folders[f["uid"].(string)] = map[string]any{"uid": f["uid"], "title": f["title"], "version": 1}
		// Who makes a folder may do everything in it, Editors may edit, Viewers look.
		d.permissions[f["uid"].(string)] = []any{map[string]any{"userId": 1, "userLogin": "admin", "role": nil, "permission": 4}, inRole("Viewer", 1), inRole("Editor", 2)}
		answer(w, 200, f)
	})
	mux.HandleFunc("PUT /api/folders/{uid}", func(w http.ResponseWriter, r *http.Request) {
		f, there := d.read(r), d.folders[r.PathValue("uid")]
		if f["version"] != float64(there["version"].(int)) && f["overwrite"] != true {
			answer(w, 412, map[string]any{"message": "the folder has been changed by someone else", "status": "version-mismatch"})
			return
		}
		d.writes++
		there["title"], there["version"] = f["title"], there["version"].(int)+1
		answer(w, 200, there)
	})
	mux.HandleFunc("GET /api/dashboards/uid/{uid}", func(w http.ResponseWriter, r *http.Request) {
		if b := d.boards[r.PathValue("uid")]; b != nil {
			answer(w, 200, map[string]any{"dashboard": b.board, "meta": map[string]any{"folderUid": b.folder, "slug": "x"}})
			return
		}
		answer(w, 404, map[string]any{"message": "Dashboard not found"})
	})
	mux.HandleFunc("POST /api/dashboards/db", d.save)
	mux.HandleFunc("GET /api/search", func(w http.ResponseWriter, r *http.Request) {
		found := []any{}
		for uid, b := range d.boards {
			var tags []string
			for _, tag := range b.board["tags"].([]any) {
				tags = append(tags, tag.(string))
			}
			if all := r.URL.Query()["tag"]; !slices.ContainsFunc(all, func(tag string) bool { return !slices.Contains(tags, tag) }) {
				found = append(found, map[string]any{"uid": uid, "title": b.board["title"], "type": "dash-db"})
			}
		}
		answer(w, 200, found)
	})
	return mux
}

func (d *double) save(w http.ResponseWriter, r *http.Request) {
	sent := d.read(r)
	board, folder := sent["dashboard"].(map[string]any), sent["folderUid"].(string)
	uid := board["uid"].(string)
	switch {
	case d.folders[folder] == nil:
		answer(w, 400, map[string]any{"message": "folder not found", "status": "not-found"})
		return
	case d.frozen:
		answer(w, 400, map[string]any{"message": "Cannot save provisioned dashboard"})
		return
	case d.boards[uid] != nil && sent["overwrite"] != true:
		answer(w, 412, map[string]any{"message": "The dashboard has been changed by someone else", "status": "version-mismatch"})
		return
	}
	d.writes++
	version := 1.0
	if before := d.boards[uid]; before != nil {
		version = before.board["version"].(float64) + 1
	}
	board["id"], board["version"] = float64(len(d.boards)+1), version
	d.boards[uid] = &kept{board, folder}
	answer(w, 200, map[string]any{"status": "success", "uid": uid, "version": version})
}

func (d *double) read(r *http.Request) map[string]any {
	var body map[string]any
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		d.t.Error(err)
	}
	return body
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func demoSet(t *testing.T) *Set {
	t.Helper()
	set, err := Generate(demoOptions(t, indicator.French))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestPush: the first push makes everything, the second nothing; what somebody changed by hand is named and undone, a board
// that was moved is moved back, and one that is generated no more is told and kept.
func TestPush(t *testing.T) {
	d, g := newDouble(t)
	set := demoSet(t)
	push := func() string {
		changes, err := g.Push(t.Context(), set, "cap-rivage", "test")
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, c := range changes {
			if c.Kind != Same {
				lines = append(lines, c.String())
			}
		}
		return strings.Join(lines, "\n")
	}
	if first := push(); strings.Count(first, "new ") != 16 || d.writes != 16+4 {
		t.Fatalf("first push, %d writes:\n%s", d.writes, first)
	}
	d.writes = 0
	if again := push(); again != "" || d.writes != 0 {
		t.Errorf("second push, %d writes:\n%s", d.writes, again)
	}
	queue := d.boards["cap-rivage-queue-fr"]
	panels := queue.board["panels"].([]any)
	panels[1].(map[string]any)["title"] = "by hand"
	queue.board["panels"] = panels[:len(panels)-1]
	d.boards["cap-rivage-team-fr"].folder = "elsewhere"
	d.folders["cap-rivage-wall-fr"]["title"] = "My walls"
	d.boards["cap-rivage-old-fr"] = &kept{map[string]any{"title": "Old", "tags": []any{"vigie", "cap-rivage"}}, ""}
	d.boards["other-queue-fr"] = &kept{map[string]any{"title": "Another centre's", "tags": []any{"vigie", "other"}}, ""}
	want := `moved     cap-rivage-team-fr (Cap Rivage · Équipe aujourd'hui)
changed   cap-rivage-queue-fr (Cap Rivage · File): panel 2 "NS en direct · ½ h · ≥ 80 %", panel 14 "Données à" is new
left over cap-rivage-old-fr (Old)`
	if got := push(); got != want || d.writes != 3 {
		t.Errorf("%d writes:\n%s\nwant\n%s", d.writes, got, want)
	}
	if d.folders["cap-rivage-wall-fr"]["title"] != "Cap Rivage · Mur" || d.boards["cap-rivage-old-fr"] == nil {
		t.Error("the folder keeps its other name, or a board was deleted")
	}
	d.writes = 0
	if got := push(); d.writes != 0 || !strings.HasPrefix(got, "left over") {
		t.Errorf("%d writes:\n%s", d.writes, got)
	}
}

// TestPushRefused: what Grafana refuses is said with what to do about it.
func TestPushRefused(t *testing.T) {
	d, g := newDouble(t)
	set := demoSet(t)
	wrong := *g
	wrong.Token = "wrong"
	if _, err := wrong.Push(t.Context(), set, "cap-rivage", ""); err == nil || !strings.Contains(err.Error(), "--grafana-token-file") {
		t.Errorf("a wrong token: %v", err)
	}
	d.frozen = true
	if _, err := g.Push(t.Context(), set, "cap-rivage", ""); err == nil || !strings.Contains(err.Error(), "vigie dashboards generate") {
		t.Errorf("boards from files: %v", err)
	}
	if _, err := (&Grafana{URL: "http://127.0.0.1:1"}).Push(t.Context(), set, "cap-rivage", ""); err == nil || !strings.Contains(err.Error(), "is Grafana there?") {
		t.Errorf("nobody there: %v", err)
	}
}
