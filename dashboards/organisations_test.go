// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/dashboards/roles"
	"github.com/vigie-kpi/vigie/indicator"
)

// manyDoubles answers as a Grafana with organisations does: a login with a password, organisations by name, members, and below a
// double for each organisation, chosen by the request's header, else the first; who is no member of one is refused there.
type manyDoubles struct {
	t             *testing.T
	organisations []*oneOf
	deaf          bool // a proxy between drops the header
}

type oneOf struct {
	name    string
	members map[string]string // roles by login
	*double
}

func newManyDoubles(t *testing.T) (*manyDoubles, *Grafana) {
	m := &manyDoubles{t: t}
	m.add("Main Org.", "admin")
	mux, byName := http.NewServeMux(), http.NewServeMux()
	byName.HandleFunc("GET /api/orgs/name/{name}", func(w http.ResponseWriter, r *http.Request) {
		if i := m.find(r.PathValue("name")); i >= 0 {
			answer(w, 200, map[string]any{"id": i + 1, "name": r.PathValue("name"), "address": map[string]any{}})
			return
		}
		answer(w, 404, map[string]any{"message": "Organization not found"})
	})
	mux.HandleFunc("POST /api/orgs", func(w http.ResponseWriter, r *http.Request) {
		name := m.organisations[0].read(r)["name"].(string)
		if m.find(name) >= 0 {
			answer(w, 409, map[string]any{"message": "Organization name taken"})
			return
		}
		m.add(name, "admin")
		answer(w, 200, map[string]any{"orgId": strconv.Itoa(len(m.organisations)), "message": "Organization created"})
	})
	mux.HandleFunc("GET /api/orgs", func(w http.ResponseWriter, _ *http.Request) {
		list := []any{}
		for i, o := range m.organisations {
			list = append(list, map[string]any{"id": i + 1, "name": o.name})
		}
		answer(w, 200, list)
	})
	mux.HandleFunc("GET /api/orgs/{id}/users", func(w http.ResponseWriter, r *http.Request) {
		list := []any{}
		for login, role := range m.at(r.PathValue("id")).members {
			list = append(list, map[string]any{"orgId": 1, "userId": 1, "login": login, "email": login + "@localhost", "role": role})
		}
		answer(w, 200, list)
	})
	mux.HandleFunc("POST /api/orgs/{id}/users", func(w http.ResponseWriter, r *http.Request) {
		o := m.at(r.PathValue("id"))
		said := o.read(r)
		o.members[said["loginOrEmail"].(string)] = said["role"].(string)
		answer(w, 200, map[string]any{"message": "User added to organization", "userId": 1})
	})
	mux.HandleFunc("PATCH /api/orgs/{id}/users/1", func(w http.ResponseWriter, r *http.Request) {
		o := m.at(r.PathValue("id"))
		o.members["admin"] = o.read(r)["role"].(string)
		answer(w, 200, map[string]any{"message": "Organization user updated"})
	})
	mux.HandleFunc("/", m.inside)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch login, password, ok := r.BasicAuth(); {
		case !ok || password != "secret":
			answer(w, 401, map[string]any{"message": "Invalid username or password", "messageId": "password-auth.failed"})
		case login != "admin":
			answer(w, 403, map[string]any{"message": "You'll need additional permissions to perform this action. Permissions needed: orgs:read"})
		case strings.HasPrefix(r.URL.Path, "/api/orgs/name/"):
			byName.ServeHTTP(w, r)
		default:
			mux.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return m, &Grafana{URL: server.URL, User: "admin", Password: "secret"}
}

func (m *manyDoubles) add(name string, members ...string) *oneOf {
	o := &oneOf{name: name, members: map[string]string{}, double: emptyDouble(m.t)}
	for _, login := range members {
		o.members[login] = "Admin"
	}
	m.organisations = append(m.organisations, o)
	return o
}

func (m *manyDoubles) find(name string) int {
	return slices.IndexFunc(m.organisations, func(o *oneOf) bool { return o.name == name })
}

func (m *manyDoubles) at(id string) *oneOf {
	n, err := strconv.Atoi(id)
	if err != nil {
		m.t.Fatal(err)
	}
	return m.organisations[n-1]
}

// named is an organisation that is there.
func (m *manyDoubles) named(name string) *oneOf {
	i := m.find(name)
	if i < 0 {
		m.t.Fatalf("there is no organisation %q", name)
	}
	return m.organisations[i]
}

func (m *manyDoubles) writes() (n int) {
	for _, o := range m.organisations {
		n += o.double.writes
	}
	return n
}

func (m *manyDoubles) inside(w http.ResponseWriter, r *http.Request) {
	id := r.Header.Get(organisationHeader)
	if id == "" || m.deaf {
		id = "1"
	}
	o := m.at(id)
	if o.members["admin"] != "Admin" {
		answer(w, 403, map[string]any{"message": "You'll need additional permissions to perform this action."})
		return
	}
	mux := o.double.routes()
	mux.HandleFunc("GET /api/org", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, map[string]any{"id": json.Number(id), "name": o.name})
	})
	o.double.sourceRoutes(mux)
	mux.ServeHTTP(w, r)
}

// sourceRoutes are those of data sources and permissions. A password goes in and does not come out.
func (d *double) sourceRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/datasources/uid/{uid}", func(w http.ResponseWriter, r *http.Request) {
		s := d.sources[r.PathValue("uid")]
		if s == nil {
			answer(w, 404, map[string]any{"message": "Data source not found"})
			return
		}
		shown := map[string]any{"id": 7, "orgId": 1, "typeLogoUrl": "x", "url": "", "user": "", "database": "", "basicAuth": false, "isDefault": false, "readOnly": s["readOnly"] == true,
			"secureJsonFields": map[string]any{"password": true}}
		for key, value := range s {
			if key != "secureJsonData" {
				shown[key] = value
			}
		}
		answer(w, 200, shown)
	})
	mux.HandleFunc("POST /api/datasources", func(w http.ResponseWriter, r *http.Request) {
		s := d.read(r)
		for _, other := range d.sources {
			if other["uid"] == s["uid"] || other["name"] == s["name"] {
				answer(w, 409, map[string]any{"message": "data source with the same name already exists"})
				return
			}
		}
		d.writes++
		d.sources[s["uid"].(string)] = s
		answer(w, 200, map[string]any{"message": "Datasource added", "id": 7})
	})
	mux.HandleFunc("PUT /api/datasources/uid/{uid}", func(w http.ResponseWriter, r *http.Request) {
		if d.sources[r.PathValue("uid")]["readOnly"] == true {
			answer(w, 403, map[string]any{"message": "Cannot update read-only data source"})
			return
		}
		d.sources[r.PathValue("uid")] = d.read(r)
		answer(w, 200, map[string]any{"message": "Datasource updated", "id": 7})
	})
	mux.HandleFunc("GET /api/folders/{uid}/permissions", func(w http.ResponseWriter, r *http.Request) {
		if d.folders[r.PathValue("uid")] == nil {
			answer(w, 404, map[string]any{"message": "folder not found", "status": "not-found"})
			return
		}
		answer(w, 200, d.permissions[r.PathValue("uid")])
	})
	mux.HandleFunc("POST /api/folders/{uid}/permissions", func(w http.ResponseWriter, r *http.Request) {
		d.writes++
		d.permissions[r.PathValue("uid")] = d.read(r)["items"].([]any)
		answer(w, 200, map[string]any{"message": "Folder permissions updated", "id": 1, "title": "x"})
	})
}

// inRole is a permission as Grafana shows it.
func inRole(role string, permission int) map[string]any {
	return map[string]any{"userId": 0, "teamId": 0, "role": role, "permission": permission, "permissionName": "x", "inherited": false}
}

// pushedRoles pushes a centre's roles and gives what was told, but what is the same.
func pushedRoles(t *testing.T, g *Grafana, set *Set, c *roles.Centre, password string) (string, error) {
	t.Helper()
	return pushedWith(t, g, demoOptions(t, indicator.French), set, c, password)
}

func pushedWith(t *testing.T, g *Grafana, o *Options, set *Set, c *roles.Centre, password string) (string, error) {
	t.Helper()
	var lines []string
	login := &Login{Host: "clickhouse", Port: 9000, Database: "vigie", Password: func(l roles.Login) (string, error) {
		if password == "" {
			return "", errors.New("no password for " + l.User)
		}
		return password + l.User, nil
	}}
	err := g.PushRoles(t.Context(), o, set, c, login, func(change Change) {
		if change.Kind != Same {
			lines = append(lines, change.String())
		}
	})
	return strings.Join(lines, "\n"), err
}

// smallCentre has a team and a client.
var smallCentre = roles.Centre{ID: "cap-rivage", Teams: []roles.Group{{ID: "mistral", Name: "Mistral", Advisors: 10}}, Clients: []roles.Client{{ID: "orvalie", Name: "Orvalie"}}}

// Each role has its organisation, with the accounts of the table, the folders that it opens and no others, which nobody may change; a second
// push changes nothing, and a change by hand is undone.
func TestPushRoles(t *testing.T) {
	m, g := newManyDoubles(t)
	set := demoSet(t)
	for _, f := range set.Folders[:2] { // those of files are there; the others are told
		m.organisations[0].folders[f.UID] = map[string]any{"uid": f.UID, "title": f.Title, "version": 1}
	}
	first, err := pushedRoles(t, g, set, &smallCentre, "p-")
	if err != nil || strings.Count(first, "new       organisation") != 5 || strings.Count(first, "absent ") != 2 {
		t.Fatalf("%v\n%s", err, first)
	}
	for name, want := range map[string]struct{ places, people, folders string }{
		"Vigie cap-rivage wall":            {"vigie_wall__cap-rivage", "vigie_teams__cap-rivage", "wall"},
		"Vigie cap-rivage manager mistral": {"vigie_wall__cap-rivage", "vigie_manager__cap-rivage__mistral", "steering wall"},
		"Vigie cap-rivage coach":           {"vigie_wall__cap-rivage", "vigie_coach__cap-rivage", "coaching steering wall"},
		"Vigie cap-rivage analyst":         {"vigie_analyst__cap-rivage", "vigie_analyst__cap-rivage", "coaching steering wall"},
		"Vigie cap-rivage client orvalie":  {"vigie_client__cap-rivage__orvalie", "vigie_client__cap-rivage__orvalie", "wall"},
	} {
		o := m.named(name)
		for uid, user := range map[string]string{"clickhouse": want.places, "clickhouse-people": want.people} {
			s := o.sources[uid]
			if s == nil || s["jsonData"].(map[string]any)["username"] != user || s["jsonData"].(map[string]any)["host"] != "clickhouse" ||
				s["secureJsonData"].(map[string]any)["password"] != "p-"+user || s["type"] != "grafana-clickhouse-datasource" {
				t.Errorf("%s: data source %s is %v", name, uid, s)
			}
		}
		var folders []string
		for uid := range o.folders {
			folders = append(folders, strings.TrimSuffix(strings.TrimPrefix(uid, "cap-rivage-"), "-fr"))
			if got := fmt.Sprint(o.permissions[uid]); got != "[map[permission:1 role:Editor] map[permission:1 role:Viewer]]" {
				t.Errorf("%s: permissions of %s are %s", name, uid, got)
			}
		}
		slices.Sort(folders)
		if got := strings.Join(folders, " "); got != want.folders {
			t.Errorf("%s has folders %s, want %s", name, got, want.folders)
		}
		for uid, b := range o.boards {
			if o.folders[b.folder] == nil {
				t.Errorf("%s: board %s is in folder %q", name, uid, b.folder)
			}
		}
	}
	if len(m.organisations[0].sources) != 0 || len(m.organisations[0].boards) != 0 {
		t.Error("the first organisation got what is of others")
	}
	before := m.writes()
	if again, err := pushedRoles(t, g, set, &smallCentre, "p-"); err != nil || m.writes() != before || strings.Count(again, "\n") != 1 {
		t.Errorf("a second push: %d writes, %v\n%s", m.writes()-before, err, again) // the two absent folders
	}
	byHand := m.named("Vigie cap-rivage client orvalie")
	byHand.sources["clickhouse"]["jsonData"].(map[string]any)["username"] = "vigie_wall__cap-rivage"
	byHand.permissions["cap-rivage-wall-fr"] = []any{inRole("Admin", 4), inRole("Viewer", 2)}
	byHand.members["admin"] = "Viewer"
	m.named("Vigie cap-rivage coach").members = map[string]string{}
	m.add("Vigie cap-rivage manager autan", "admin")
	m.add("Vigie cap-rivage-sud wall", "admin") // another centre's
	got, err := pushedRoles(t, g, set, &smallCentre, "q-")
	for _, want := range []string{"changed   data source clickhouse (vigie_client__cap-rivage__orvalie)", "changed   permissions of cap-rivage-wall-fr",
		"left over organisation 7 (Vigie cap-rivage manager autan)"} {
		if err != nil || !strings.Contains(got, want) {
			t.Errorf("%v, not told: %s in\n%s", err, want, got)
		}
	}
	if strings.Contains(got, "sud") || strings.Count(got, "\n") != 4 || byHand.sources["clickhouse"]["secureJsonData"].(map[string]any)["password"] != "q-vigie_client__cap-rivage__orvalie" {
		t.Errorf("told\n%s", got)
	}
}

// What goes wrong is said with what to do about it, and nothing is written into the wrong organisation.
func TestPushRolesRefused(t *testing.T) {
	m, g := newManyDoubles(t)
	set := demoSet(t)
	refused := func(g *Grafana, password, want string) {
		t.Helper()
		if told, err := pushedRoles(t, g, set, &smallCentre, password); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s\n%s", err, want, told)
		}
	}
	refused(&Grafana{URL: g.URL, User: "admin", Password: "wrong"}, "p", "--grafana-password-file")
	refused(&Grafana{URL: g.URL, User: "anne", Password: "secret"}, "p", "Grafana's own administrator")
	refused(g, "", "no password for vigie_wall__cap-rivage")
	m.deaf = true
	refused(g, "p", "drop the header X-Grafana-Org-Id")
	if m.writes() != 0 {
		t.Errorf("%d writes", m.writes())
	}
	m.deaf = false
	if _, err := pushedRoles(t, g, set, &smallCentre, "p"); err != nil {
		t.Fatal(err)
	}
	m.named("Vigie cap-rivage wall").sources["clickhouse"]["readOnly"] = true
	refused(g, "p", "comes from a file")
}

// Where the boards name one data source for all panels, each organisation has that one.
func TestPushRolesWithOneSource(t *testing.T) {
	m, g := newManyDoubles(t)
	o := demoOptions(t, indicator.French)
	o.Sources = Sources{ClickHouse: "one", People: "one"}
	set, err := Generate(o)
	if err != nil {
		t.Fatal(err)
	}
	if told, err := pushedWith(t, g, o, set, &smallCentre, "p"); err != nil {
		t.Fatalf("%v\n%s", err, told)
	}
	for _, organisation := range m.organisations[1:] {
		if len(organisation.sources) != 1 || organisation.sources["one"] == nil {
			t.Errorf("%s has the data sources %v", organisation.name, organisation.sources)
		}
	}
}
