// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/dashboards/roles"
)

// firstOrganisation is the number of the organisation that every Grafana begins with.
const firstOrganisation = 1

// Login is how a data source of Grafana's asks ClickHouse.
type Login struct {
	Host, Database string
	Port           int // of the native protocol
	// Password is the password of an account.
	Password func(roles.Login) (string, error)
}

// PushRoles makes Grafana's organisations those of a centre's roles, each with its data sources, folders, boards and permissions, and
// sets the permissions of the centre's folders in the first organisation. It tells each organisation's number and what had to be
// changed in it, one after the other, to tell. Pushing again changes nothing but passwords, which Grafana takes and does not show. An
// organisation that no role has any more is told and kept, for people are in it.
//
// Organisations are made by Grafana's own administrator only: g has his User and Password.
func (g *Grafana) PushRoles(ctx context.Context, o *Options, set *Set, c *roles.Centre, login *Login, tell func(Change)) error {
	ours := map[string]bool{}
	for _, org := range c.Organisations() {
		ours[org.Name] = true
		if err := g.pushOrganisation(ctx, o, set, &org, login, tell); err != nil {
			return fmt.Errorf("organisation %q: %w", org.Name, err)
		}
	}
	first := g.in(firstOrganisation)
	if err := first.answersFor(ctx); err != nil {
		return err
	}
	if err := first.guardFolders(ctx, set.opened(roles.FirstFolders()), tell); err != nil {
		return fmt.Errorf("the first organisation of Grafana: %w", err)
	}
	return g.tellLeftOver(ctx, c, ours, tell)
}

func (g *Grafana) pushOrganisation(ctx context.Context, o *Options, set *Set, org *roles.Organisation, login *Login, tell func(Change)) error {
	id, made, err := g.organisation(ctx, org.Name)
	if err != nil {
		return err
	}
	change := Change{Kind: Same, UID: fmt.Sprintf("organisation %d", id), Title: org.Name}
	if made {
		change.Kind = New
	}
	tell(change)
	if err := g.join(ctx, id); err != nil {
		return err
	}
	inside := g.in(id)
	if err := inside.answersFor(ctx); err != nil {
		return err
	}
	if err := inside.pushSources(ctx, o, org, login, tell); err != nil {
		return err
	}
	shown := set.opened(org.Folders)
	changes, err := inside.Push(ctx, shown, o.Centre.ID, "vigie roles push")
	for _, c := range changes {
		tell(c)
	}
	if err != nil {
		return err
	}
	return inside.guardFolders(ctx, shown, tell)
}

// pushSources pushes the data sources under the uids that the boards name; where that is one uid, it is the account of most panels.
func (g *Grafana) pushSources(ctx context.Context, o *Options, org *roles.Organisation, login *Login, tell func(Change)) error {
	named := []struct {
		name, uid string
		of        roles.Login
	}{{"ClickHouse", o.clickHouse(), org.Places}, {"ClickHouse, teams and advisors", o.people(), org.People}}
	if o.people() == o.clickHouse() {
		named = named[:1]
	}
	for _, s := range named {
		kind, err := g.pushSource(ctx, s.name, s.uid, s.of, login)
		if err != nil {
			return fmt.Errorf("data source %s: %w", s.uid, err)
		}
		tell(Change{Kind: kind, UID: "data source " + s.uid, Title: s.of.User})
	}
	return nil
}

// in is the same Grafana, seen from within an organisation.
func (g *Grafana) in(organisation int64) *Grafana {
	inside := *g
	inside.organisationID = organisation
	return &inside
}

// organisation finds or makes the organisation of a name.
func (g *Grafana) organisation(ctx context.Context, name string) (id int64, made bool, err error) {
	find := func() error {
		var there struct{ ID int64 }
		err := g.call(ctx, http.MethodGet, "/api/orgs/name/"+url.PathEscape(name), nil, &there)
		id = there.ID
		return err
	}
	if err = find(); !errors.Is(err, errNotFound) {
		return id, false, err
	}
	if err := g.call(ctx, http.MethodPost, "/api/orgs", map[string]any{"name": name}, nil); err != nil {
		return 0, false, fmt.Errorf("making it: %w", err)
	}
	if err := find(); err != nil { // the answer's number is text in some versions
		return 0, true, fmt.Errorf("finding it once made: %w", err)
	}
	return id, true, nil
}

// join makes the administrator who pushes an Admin of the organisation; who made it is one, and another is not.
func (g *Grafana) join(ctx context.Context, organisation int64) error {
	path := fmt.Sprintf("/api/orgs/%d/users", organisation)
	var members []struct {
		UserID      int64
		Login, Role string
	}
	if err := g.call(ctx, http.MethodGet, path, nil, &members); err != nil {
		return fmt.Errorf("asking who is in it: %w", err)
	}
	for _, m := range members {
		if !strings.EqualFold(m.Login, g.User) {
			continue
		}
		if m.Role == "Admin" {
			return nil
		}
		return g.call(ctx, http.MethodPatch, fmt.Sprintf("%s/%d", path, m.UserID), map[string]any{"role": "Admin"}, nil)
	}
	return g.call(ctx, http.MethodPost, path, map[string]any{"loginOrEmail": g.User, "role": "Admin"}, nil)
}

// answersFor sees to it that Grafana takes requests for the organisation that they name: with a proxy that drops the header between,
// one organisation would get the accounts of another.
func (g *Grafana) answersFor(ctx context.Context) error {
	var there struct{ ID int64 }
	if err := g.call(ctx, http.MethodGet, "/api/org", nil, &there); err != nil {
		return err
	}
	if there.ID != g.organisationID {
		return fmt.Errorf("Grafana answers for organisation %d where %d was asked: does a proxy between drop the header %s? Give Grafana's own address",
			there.ID, g.organisationID, organisationHeader)
	}
	return nil
}

// source is a data source, of Grafana's attributes those that we set.
type source struct {
	Name     string         `json:"name"`
	UID      string         `json:"uid"`
	Type     string         `json:"type"`
	Access   string         `json:"access"`
	JSONData map[string]any `json:"jsonData"`
}

// pushSource makes a data source what it should be. The password is sent always: Grafana does not say which it has.
func (g *Grafana) pushSource(ctx context.Context, name, uid string, of roles.Login, login *Login) (ChangeKind, error) {
	password, err := login.Password(of)
	if err != nil {
		return Same, err
	}
	want := source{Name: name, UID: uid, Type: clickHousePlugin, Access: "proxy", JSONData: map[string]any{
		"host": login.Host, "port": float64(login.Port), "protocol": "native", "username": of.User, "defaultDatabase": login.Database,
		"dialTimeout": "10", "queryTimeout": "30", "validateSql": true}}
	sent := struct {
		source
		Secure map[string]string `json:"secureJsonData"`
	}{want, map[string]string{"password": password}}
	var there struct {
		source
		ReadOnly bool `json:"readOnly"`
	}
	err = g.call(ctx, http.MethodGet, "/api/datasources/uid/"+uid, nil, &there)
	switch {
	case errors.Is(err, errNotFound):
		return New, g.call(ctx, http.MethodPost, "/api/datasources", sent, nil)
	case err != nil:
		return Same, err
	case there.ReadOnly:
		return Same, errors.New("it comes from a file of Grafana's provisioning: remove it there, for here it is pushed")
	}
	kind := Same
	if !reflect.DeepEqual(there.source, want) {
		kind = Changed
	}
	return kind, g.call(ctx, http.MethodPut, "/api/datasources/uid/"+uid, sent, nil)
}

// permission is what those of a role of Grafana's may do in a folder: 1 is to look.
type permission struct {
	Role       string `json:"role,omitempty"`
	UserID     int64  `json:"userId,omitempty"`
	TeamID     int64  `json:"teamId,omitempty"`
	Permission int    `json:"permission"`
}

// lookOnly are the permissions of all our folders: boards are changed where they are generated.
var lookOnly = []permission{{Role: "Editor", Permission: 1}, {Role: "Viewer", Permission: 1}}

// guardFolders sets the permissions of folders. In an organisation whose boards come from files a folder may not be there yet: that is told.
func (g *Grafana) guardFolders(ctx context.Context, set *Set, tell func(Change)) error {
	for _, f := range set.Folders {
		change := Change{Kind: Same, UID: "permissions of " + f.UID, Title: f.Title}
		var there []permission
		path := "/api/folders/" + f.UID + "/permissions"
		err := g.call(ctx, http.MethodGet, path, nil, &there)
		switch {
		case errors.Is(err, errNotFound):
			change.Kind = Absent
			tell(change)
			continue
		case err != nil:
			return fmt.Errorf("folder %s: %w", f.UID, err)
		}
		// An Admin may do everything everywhere, whatever stands here.
		there = slices.DeleteFunc(there, func(p permission) bool { return p.Role == "Admin" })
		slices.SortFunc(there, func(a, b permission) int { return strings.Compare(a.Role, b.Role) })
		if !slices.Equal(there, lookOnly) {
			change.Kind = Changed
			if err := g.call(ctx, http.MethodPost, path, map[string]any{"items": lookOnly}, nil); err != nil {
				return fmt.Errorf("folder %s: %w", f.UID, err)
			}
		}
		tell(change)
	}
	return nil
}

// opened is what of the boards is in folders of these kinds.
func (s *Set) opened(folders []string) *Set {
	some := &Set{}
	for _, f := range s.Folders {
		if !slices.Contains(folders, f.kind) {
			continue
		}
		some.Folders = append(some.Folders, f)
		for i := range s.Dashboards {
			if s.Dashboards[i].FolderUID == f.UID {
				some.Dashboards = append(some.Dashboards, s.Dashboards[i])
			}
		}
	}
	return some
}

// tellLeftOver tells the centre's organisations that no role has any more.
func (g *Grafana) tellLeftOver(ctx context.Context, c *roles.Centre, ours map[string]bool, tell func(Change)) error {
	var there []struct {
		ID   json.Number
		Name string
	}
	if err := g.call(ctx, http.MethodGet, "/api/orgs?perpage=10000", nil, &there); err != nil {
		return fmt.Errorf("looking for organisations that are left over: %w", err)
	}
	for _, org := range there {
		if strings.HasPrefix(org.Name, c.OrganisationPrefix()) && !ours[org.Name] {
			tell(Change{Kind: Leftover, UID: "organisation " + org.ID.String(), Title: org.Name})
		}
	}
	return nil
}
