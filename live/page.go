// SPDX-License-Identifier: Apache-2.0

package live

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"

	"github.com/vigie-kpi/vigie/dashboards/wall"
)

// pages are the wall's HTML and the files that it needs.
type pages struct {
	templates *template.Template
	files     map[string][]byte
	hash      string // of all files
}

// assetTypes are the kinds of file that a page loads.
var assetTypes = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}

// contentPolicy lets a page load from this server only.
const contentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

func newPages() (*pages, error) {
	p := &pages{files: map[string][]byte{}}
	var err error
	if p.templates, err = template.ParseFS(wall.Files, "page/*.html"); err != nil {
		return nil, fmt.Errorf("reading the pages of the wall: %w", err)
	}
	list, err := fs.ReadDir(wall.Files, "page")
	if err != nil {
		return nil, fmt.Errorf("reading the files of the wall: %w", err)
	}
	hash := sha256.New()
	for _, f := range list {
		data, err := fs.ReadFile(wall.Files, "page/"+f.Name())
		if err != nil {
			return nil, fmt.Errorf("reading the files of the wall: %w", err)
		}
		hash.Write(data)
		if assetTypes[path.Ext(f.Name())] != "" {
			p.files[f.Name()] = data
		}
	}
	p.hash = hex.EncodeToString(hash.Sum(nil)[:6])
	return p, nil
}

// pageData fills a page.
type pageData struct {
	Lang   wall.Lang
	Other  wall.Lang
	Theme  string
	Title  string
	Centre string
	Board  string
	Hash   string
	Words  map[string]string
	// Settings are for the script.
	Settings map[string]any
	Centres  []CentreWalls
}

func (s *Server) wallPage(w http.ResponseWriter, r *http.Request) {
	d := s.pageData(r)
	d.Board, d.Centre = r.PathValue("board"), r.URL.Query().Get("centre")
	d.Title = d.Board
	if c, ok := s.o.Board.Find(d.Centre); ok {
		boards := wall.Boards(c.Config, d.Lang)
		if i := slices.IndexFunc(boards, func(b wall.Info) bool { return b.ID == d.Board }); i >= 0 {
			d.Title = boards[i].Title
		}
	}
	d.Settings = map[string]any{"words": d.Words, "lang": d.Lang, "board": d.Board, "centre": d.Centre, "page": d.Hash}
	s.render(w, "wall.html", d)
}

func (s *Server) wallIndex(w http.ResponseWriter, r *http.Request) {
	d := s.pageData(r)
	d.Title = d.Words["walls"]
	for _, c := range s.o.Board.Centres() {
		name := c.Config.Centre.Name
		if name == "" {
			name = c.Centre
		}
		d.Centres = append(d.Centres, CentreWalls{c.Centre, name, wall.Boards(c.Config, d.Lang)})
	}
	s.render(w, "index.html", d)
}

func (s *Server) pageData(r *http.Request) *pageData {
	d := &pageData{Lang: langOf(r), Other: wall.French, Theme: "dark", Hash: s.page.hash}
	if d.Lang == wall.French {
		d.Other = wall.English
	}
	if r.URL.Query().Get("theme") == "light" {
		d.Theme = "light"
	}
	d.Words = wall.PageWords(d.Lang)
	return d
}

func (s *Server) render(w http.ResponseWriter, name string, d *pageData) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", contentPolicy)
	w.Header().Set("Cache-Control", "no-cache")
	if err := s.page.templates.ExecuteTemplate(w, name, d); err != nil {
		s.o.Logger.Warn("a page was not sent whole", "page", name, "error", err)
	}
}

func (s *Server) wallAsset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	data, ok := s.page.files[name]
	if !ok {
		fail(w, http.StatusNotFound, fmt.Sprintf("no such file; there are %v", slices.Sorted(maps.Keys(s.page.files))))
		return
	}
	w.Header().Set("Content-Type", assetTypes[path.Ext(name)])
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable") // pages ask with the hash
	_, _ = w.Write(data)                                                   // the client went away
}
