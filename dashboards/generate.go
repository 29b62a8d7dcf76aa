// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/vigie-kpi/vigie/indicator"
)

// File is one file to be written, its path below the folder that the user names, with slashes.
type File struct {
	Path string
	Data []byte
}

// Dashboard is one board, ready for Grafana.
type Dashboard struct {
	UID, Title string
	FolderUID  string
	JSON       []byte // classic JSON, indented, the same bytes each time
}

// Folder is a folder of Grafana.
type Folder struct {
	UID, Title string
	kind       string // id of the kind of folder, the same in each language and centre
}

// Set is all that is generated for a centre.
type Set struct {
	Folders    []Folder
	Dashboards []Dashboard
	playlists  []playlist
}

// Generate makes all boards in all languages. The same options give the same bytes.
func Generate(o *Options) (*Set, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	set := &Set{}
	for _, l := range o.Languages {
		if err := set.add(o, l); err != nil {
			return nil, err
		}
	}
	return set, nil
}

// boards are all boards, in the order in which they are listed.
func (m *maker) boards() []board {
	list := append([]board{
		m.wallInbound(), m.wallBackoffice(), m.wallOutbound(),
		m.team(), m.queue(), m.intraday(), m.campaign(), m.quality(), m.backlog(), m.compliance(), m.challenge(), m.alerts(),
		m.advisor(), m.newcomers(), m.pipeline(),
	}, m.ownBoards()...)
	for i := range list {
		if list[i].wall {
			list[i] = m.fromAfar(list[i])
		}
	}
	return list
}

func (s *Set) add(o *Options, l indicator.Language) error {
	m, err := newMaker(o, l)
	if err != nil {
		return err
	}
	boards := m.boards()
	if err := m.err(); err != nil {
		return err
	}
	titles := map[string]string{}
	for i := range boards {
		titles[boards[i].id] = m.say(boards[i].title)
	}
	for f := range numFolders {
		s.Folders = append(s.Folders, Folder{m.folderUID(f), m.folderTitle(f), folders[f].id})
	}
	walls := playlist{UID: m.uid("walls"), Title: m.say(tr("Walls", "Murs")) + " · " + o.Centre.ID}
	for i := range boards {
		d, err := m.renderBoard(&boards[i], titles)
		if err != nil {
			return err
		}
		text, err := encode(d)
		if err != nil {
			return fmt.Errorf("dashboards: writing board %s: %w", boards[i].id, err)
		}
		s.Dashboards = append(s.Dashboards, Dashboard{UID: *d.Uid, Title: *d.Title, FolderUID: m.folderUID(boards[i].folder), JSON: text})
		if boards[i].wall {
			walls.Boards = append(walls.Boards, *d.Uid)
		}
	}
	s.playlists = append(s.playlists, walls)
	return nil
}

func (m *maker) folderUID(f folder) string { return m.uid(folders[f].id) }

func (m *maker) folderTitle(f folder) string {
	name := m.o.Centre.Name
	if name == "" {
		name = m.o.Centre.ID
	}
	return name + " · " + m.say(folders[f].title)
}

// encode writes a dashboard so that a person can read its SQL in a difference: the SDK's own text hides < and > even when
// told not to, so it is read and written again.
//
//lint:ignore SA1019 every Grafana reads classic boards, the newest only the newer form
func encode(d *dashboard.Dashboard) ([]byte, error) {
	raw, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	var any map[string]any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&any); err != nil {
		return nil, err
	}
	return encodeJSON(any)
}

func encodeJSON(value any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(value)
	return b.Bytes(), err
}

// Files are the files that Grafana reads when it starts: boards by folder, and what makes it find them.
func (s *Set) Files(o *Options) ([]File, error) {
	var files []File
	for _, d := range s.Dashboards {
		files = append(files, File{path.Join("dashboards", d.FolderUID, d.UID+".json"), d.JSON})
	}
	for _, p := range s.playlists {
		text, err := p.manifest()
		if err != nil {
			return nil, err
		}
		files = append(files, File{path.Join("playlists", p.UID+".json"), text})
	}
	return append(files,
		File{"provisioning/dashboards/vigie.yaml", s.providers()},
		File{"provisioning/datasources/vigie.yaml", o.dataSources()}), nil
}
