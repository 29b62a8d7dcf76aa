// SPDX-License-Identifier: Apache-2.0

package live

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/dashboards/wall"
	"github.com/vigie-kpi/vigie/indicator"
)

//go:embed openapi.json
var openAPIDocument []byte

// IndicatorsAnswer is the body of /api/v1/indicators.
type IndicatorsAnswer struct {
	Centres []CentreView `json:"centres"`
}

// WallsAnswer is the body of /api/v1/walls.
type WallsAnswer struct {
	Centres []CentreWalls `json:"centres"`
}

// CentreWalls are the boards of a centre.
type CentreWalls struct {
	Centre string      `json:"centre"`
	Name   string      `json:"name"`
	Boards []wall.Info `json:"boards"`
}

// indicators answers with the live indicators, all of them or those asked for.
func (s *Server) indicators(w http.ResponseWriter, r *http.Request) {
	centre, f, err := s.filter(r.URL.Query())
	if err != nil {
		fail(w, http.StatusBadRequest, err.Error())
		return
	}
	views := s.o.Board.Views(centre, f)
	if centre != "" && len(views) == 0 {
		fail(w, http.StatusNotFound, errNotHere(centre).Error())
		return
	}
	answer(w, r, IndicatorsAnswer{views})
}

// walls lists the boards.
func (s *Server) walls(w http.ResponseWriter, r *http.Request) {
	list := WallsAnswer{Centres: []CentreWalls{}}
	for _, c := range s.o.Board.Centres() {
		name := c.Config.Centre.Name
		if name == "" {
			name = c.Centre
		}
		list.Centres = append(list.Centres, CentreWalls{c.Centre, name, wall.Boards(c.Config, langOf(r))})
	}
	answer(w, r, list)
}

// board answers with one board, as its page shows it.
func (s *Server) board(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	b, ok := s.evaluate(q.Get("centre"), q.Get("board"), langOf(r))
	if !ok {
		fail(w, http.StatusNotFound, s.noBoard(q.Get("centre"), q.Get("board")))
		return
	}
	answer(w, r, b)
}

func (s *Server) noBoard(centre, board string) string {
	c, ok := s.o.Board.Find(centre)
	if !ok {
		return errNotHere(centre).Error()
	}
	var ids []string
	for _, b := range wall.Boards(c.Config, wall.English) {
		ids = append(ids, b.ID)
	}
	return fmt.Sprintf("board %q: centre %s has no such board; it can be %s", board, c.Centre, strings.Join(ids, ", "))
}

func (s *Server) openAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(openAPIDocument) // the client went away
}

// filter reads what is asked for.
func (s *Server) filter(q url.Values) (centre string, f *Filter, err error) {
	f = &Filter{Indicators: listOf(q, "indicator")}
	for _, text := range listOf(q, "scope") {
		scope, err := parseScope(text)
		if err != nil {
			return "", nil, err
		}
		f.Scopes = append(f.Scopes, scope)
	}
	for _, window := range listOf(q, "window") {
		if _, ok := aggregator.ParseWindow(window); !ok && window != string(wall.Now) {
			return "", nil, fmt.Errorf("window %q: it can be now, 5m, 15m, 30m, 1h or today", window)
		}
		f.Windows = append(f.Windows, window)
	}
	centre = q.Get("centre")
	for _, id := range f.Indicators {
		if err := s.o.Board.knows(centre, id); err != nil {
			return "", nil, err
		}
	}
	return centre, f, nil
}

// listOf reads a parameter that may be repeated, or hold several values with commas.
func listOf(q url.Values, name string) []string {
	var list []string
	for _, v := range q[name] {
		for part := range strings.SplitSeq(v, ",") {
			if part != "" {
				list = append(list, part)
			}
		}
	}
	return list
}

// parseScope reads "queue:assistance", or "centre". A person is no scope here.
func parseScope(text string) (wall.Scope, error) {
	kindName, id, _ := strings.Cut(text, ":")
	kind, known := indicator.ParseScopeKind(kindName)
	if !known || !slices.Contains(scopeKinds, kind) {
		return wall.Scope{}, fmt.Errorf("scope %q: write centre, or one of programme:, team:, queue:, campaign: or channel: and a name", text)
	}
	if kind == indicator.ScopeCentre {
		id = ""
	} else if id == "" {
		return wall.Scope{}, fmt.Errorf("scope %q: say which, as in %s:NAME", text, kind)
	}
	return wall.Scope{Kind: kind, ID: id}, nil
}

// langOf is the language that a request asks for: its parameter, else its browser's.
func langOf(r *http.Request) wall.Lang {
	if given := r.URL.Query().Get("lang"); given != "" {
		if wall.Lang(given) == wall.French {
			return wall.French
		}
		return wall.English
	}
	if strings.HasPrefix(strings.ToLower(strings.TrimSpace(r.Header.Get("Accept-Language"))), "fr") {
		return wall.French
	}
	return wall.English
}

// answer writes a body with its hash as ETag, or only says that the client has it already.
func answer(w http.ResponseWriter, r *http.Request, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		fail(w, http.StatusInternalServerError, "BUG: "+err.Error())
		return
	}
	tag := etag(data)
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Vary", "Accept-Language")
	if matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(data, '\n')) // the client went away
}

func etag(data []byte) string {
	sum := sha256.Sum256(data)
	return `"` + hex.EncodeToString(sum[:8]) + `"`
}

func matches(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		if part = strings.TrimPrefix(strings.TrimSpace(part), "W/"); part == tag || part == "*" {
			return true
		}
	}
	return false
}
