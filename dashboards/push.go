// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Grafana is a Grafana that is told over HTTP.
type Grafana struct {
	// URL is its address, with the path below which it is served, if any.
	URL string
	// Token is that of a service account with the role Editor, or Admin to make folders. Without one User and Password log in.
	Token          string
	User, Password string
	// Client sends the requests; nil: http.DefaultClient.
	Client *http.Client
	// organisationID is the organisation that requests are about; 0: the one of the login.
	organisationID int64
}

// organisationHeader names the organisation that a request is about.
const organisationHeader = "X-Grafana-Org-Id"

// maxAnswer bounds what is read of an answer, bytes: a board is some hundred thousand.
const maxAnswer = 16 << 20

// errNotFound is Grafana's answer that it has no such thing.
var errNotFound = errors.New("not found")

// ChangeKind is how a board in Grafana, or in a folder, differs from what is generated.
type ChangeKind uint8

// The kinds of change.
const (
	Same ChangeKind = iota
	New
	Changed
	Moved    // to another folder
	Leftover // made by us for this centre, and generated no more
	Absent   // should be there, and comes by another way
)

var changeWords = [...]string{"same", "new", "changed", "moved", "left over", "absent"}

// String returns the word for k.
func (k ChangeKind) String() string { return changeWords[k] }

// Change is one board's difference.
type Change struct {
	Kind       ChangeKind
	UID, Title string
	What       string // of Changed: which panels or parts, in words
}

// String is the change as a line.
func (c Change) String() string {
	if c.What == "" {
		return fmt.Sprintf("%-9s %s (%s)", c.Kind, c.UID, c.Title)
	}
	return fmt.Sprintf("%-9s %s (%s): %s", c.Kind, c.UID, c.Title, c.What)
}

// Diff compares what is generated with what Grafana has. It changes nothing. The order is that of the boards, left over
// ones last.
func (g *Grafana) Diff(ctx context.Context, s *Set, centre string) ([]Change, error) {
	var changes []Change
	ours := map[string]bool{}
	for i := range s.Dashboards {
		d := &s.Dashboards[i]
		ours[d.UID] = true
		c, err := g.compare(ctx, d)
		if err != nil {
			return nil, err
		}
		changes = append(changes, c)
	}
	var found []struct{ UID, Title string }
	query := url.Values{"type": {"dash-db"}, "tag": {"vigie", centre}, "limit": {"5000"}}
	if err := g.call(ctx, http.MethodGet, "/api/search?"+query.Encode(), nil, &found); err != nil {
		return nil, fmt.Errorf("looking for boards that are left over: %w", err)
	}
	for _, f := range found {
		if !ours[f.UID] {
			changes = append(changes, Change{Kind: Leftover, UID: f.UID, Title: f.Title})
		}
	}
	return changes, nil
}

func (g *Grafana) compare(ctx context.Context, d *Dashboard) (Change, error) {
	var there struct {
		Dashboard map[string]any
		Meta      struct{ FolderUID string }
	}
	c := Change{UID: d.UID, Title: d.Title}
	err := g.call(ctx, http.MethodGet, "/api/dashboards/uid/"+d.UID, nil, &there)
	switch {
	case errors.Is(err, errNotFound):
		c.Kind = New
		return c, nil
	case err != nil:
		return c, fmt.Errorf("reading board %s: %w", d.UID, err)
	}
	ours, err := decode(d.JSON)
	if err != nil {
		return c, err
	}
	if c.What = differences(ours, there.Dashboard); c.What != "" {
		c.Kind = Changed
	} else if there.Meta.FolderUID != d.FolderUID {
		c.Kind = Moved
	}
	return c, nil
}

// Push makes Grafana's folders and boards those that are generated, and returns what it had to change. Pushing again changes
// nothing. Boards that are left over are told and kept: somebody may have a link to one.
func (g *Grafana) Push(ctx context.Context, s *Set, centre, message string) ([]Change, error) {
	for _, f := range s.Folders {
		if err := g.pushFolder(ctx, f); err != nil {
			return nil, fmt.Errorf("making folder %s: %w", f.UID, err)
		}
	}
	changes, err := g.Diff(ctx, s, centre)
	if err != nil {
		return nil, err
	}
	for i := range s.Dashboards {
		if changes[i].Kind == Same {
			continue
		}
		d := &s.Dashboards[i]
		body := map[string]any{"dashboard": json.RawMessage(d.JSON), "folderUid": d.FolderUID, "overwrite": true, "message": message}
		if err := g.call(ctx, http.MethodPost, "/api/dashboards/db", body, nil); err != nil {
			return changes[:i], fmt.Errorf("writing board %s: %w", d.UID, err)
		}
	}
	return changes, nil
}

func (g *Grafana) pushFolder(ctx context.Context, f Folder) error {
	var there struct {
		Title   string
		Version int
	}
	err := g.call(ctx, http.MethodGet, "/api/folders/"+f.UID, nil, &there)
	switch {
	case errors.Is(err, errNotFound):
		return g.call(ctx, http.MethodPost, "/api/folders", map[string]any{"uid": f.UID, "title": f.Title}, nil)
	case err != nil || there.Title == f.Title:
		return err
	}
	return g.call(ctx, http.MethodPut, "/api/folders/"+f.UID, map[string]any{"title": f.Title, "version": there.Version, "overwrite": true}, nil)
}

// call sends one request and reads the answer into out, when that is not nil.
func (g *Grafana) call(ctx context.Context, method, path string, body, out any) error {
	var send io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return err
		}
		send = bytes.NewReader(raw)
	}
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(g.URL, "/")+path, send)
	if err != nil {
		return fmt.Errorf("%w; write the address of Grafana as http://host:3000", err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	switch {
	case g.Token != "":
		request.Header.Set("Authorization", "Bearer "+g.Token)
	case g.User != "":
		request.SetBasicAuth(g.User, g.Password)
	}
	if g.organisationID != 0 {
		request.Header.Set(organisationHeader, strconv.FormatInt(g.organisationID, 10))
	}
	client := g.Client
	if client == nil {
		client = http.DefaultClient
	}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("%w; is Grafana there?", err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return err
	}
	if err := g.refusal(response.StatusCode, answer); err != nil || out == nil {
		return err
	}
	return json.Unmarshal(answer, out)
}

// refusal is the error of an answer that is not a success, with what to do about it.
func (g *Grafana) refusal(status int, answer []byte) error {
	if status < 300 {
		return nil
	}
	var said struct{ Message string }
	if json.Unmarshal(answer, &said) != nil || said.Message == "" {
		said.Message = http.StatusText(status)
	}
	switch {
	case status == http.StatusNotFound:
		return errNotFound
	case status == http.StatusUnauthorized && g.User != "":
		return fmt.Errorf("Grafana says %q: is the password in --grafana-password-file that of %s?", said.Message, g.User)
	case status == http.StatusForbidden && g.User != "":
		return fmt.Errorf("Grafana says %q: organisations are made by Grafana's own administrator; is %s one?", said.Message, g.User)
	case status == http.StatusUnauthorized:
		return fmt.Errorf("Grafana says %q: give the token of a service account with --grafana-token-file", said.Message)
	case status == http.StatusForbidden:
		return fmt.Errorf("Grafana says %q: the service account needs the role Editor, and Admin to make folders", said.Message)
	case strings.Contains(said.Message, "provisioned"):
		return fmt.Errorf("Grafana says %q: its boards come from files; write those with vigie dashboards generate instead", said.Message)
	}
	return fmt.Errorf("Grafana says %d, %q", status, said.Message)
}
