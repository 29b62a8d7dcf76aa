// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
)

// maxParts is how many parts of a board are named when it differs.
const maxParts = 6

func decode(raw []byte) (map[string]any, error) {
	var d map[string]any
	if err := json.Unmarshal(raw, &d); err != nil {
		return nil, fmt.Errorf("dashboards: reading a board: %w", err)
	}
	return d, nil
}

// differences says in words where a board is not what is generated; empty when it is the same. What Grafana adds by itself is no
// difference: its id, version and the like at the top, a newer version of the form of boards, the version of a panel's plugin. Else, nested,
// everything counts.
func differences(ours, theirs map[string]any) string {
	var parts []string
	keys := make([]string, 0, len(ours))
	for key := range ours {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		switch {
		case key == "id" || key == "version" || reflect.DeepEqual(ours[key], theirs[key]):
		case key == "schemaVersion" && newer(ours[key], theirs[key]):
		case key == "panels":
			a, b := panelsByID(ours[key]), panelsByID(theirs[key])
			if !reflect.DeepEqual(ours[key], theirs[key]) { // without what panelsByID leaves out
				parts = append(parts, panelDifferences(a, b)...)
			}
		default:
			parts = append(parts, key)
		}
	}
	if len(parts) > maxParts {
		parts = append(parts[:maxParts], fmt.Sprintf("and %d more", len(parts)-maxParts))
	}
	return strings.Join(parts, ", ")
}

// newer tells that Grafana has brought a board to the form of a later version of its own.
func newer(ours, theirs any) bool {
	a, known := ours.(float64)
	b, there := theirs.(float64)
	return known && there && b > a
}

func panelDifferences(ours, theirs map[string]map[string]any) []string {
	ids := map[string]bool{}
	for id := range ours {
		ids[id] = true
	}
	for id := range theirs {
		ids[id] = true
	}
	sorted := make([]string, 0, len(ids))
	for id := range ids {
		sorted = append(sorted, id)
	}
	slices.SortFunc(sorted, func(a, b string) int { return len(a)*1000 - len(b)*1000 + strings.Compare(a, b) })
	var parts []string
	for _, id := range sorted {
		switch a, b := ours[id], theirs[id]; {
		case a == nil:
			parts = append(parts, fmt.Sprintf("panel %s %q is not generated", id, b["title"]))
		case b == nil:
			parts = append(parts, fmt.Sprintf("panel %s %q is new", id, a["title"]))
		case !reflect.DeepEqual(a, b):
			parts = append(parts, fmt.Sprintf("panel %s %q", id, a["title"]))
		}
	}
	if len(parts) == 0 {
		parts = []string{"the order of panels"}
	}
	return parts
}

// panelsByID are panels by their numbers. It takes the versions of plugins out of them, which Grafana adds.
func panelsByID(panels any) map[string]map[string]any {
	list, _ := panels.([]any)
	byID := map[string]map[string]any{}
	for _, p := range list {
		if panel, ok := p.(map[string]any); ok {
			delete(panel, "pluginVersion") // we write none
			byID[fmt.Sprint(panel["id"])] = panel
		}
	}
	return byID
}

// DiffDir compares the files with those in a folder. It changes nothing.
func DiffDir(dir string, files []File) ([]Change, error) {
	var changes []Change
	known := map[string]bool{}
	for _, f := range files {
		known[f.Path] = true
		c := Change{UID: f.Path, Title: "file"}
		there, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f.Path)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			c.Kind = New
		case err != nil:
			return nil, fmt.Errorf("comparing the boards: %w", err)
		case !bytes.Equal(there, f.Data):
			c.Kind = Changed
			c.What = fileDifferences(f.Data, there)
		}
		changes = append(changes, c)
	}
	leftover, err := leftovers(dir, known)
	return append(changes, leftover...), err
}

func fileDifferences(ours, theirs []byte) string {
	a, errA := decode(ours)
	b, errB := decode(theirs)
	if errA != nil || errB != nil {
		return ""
	}
	return differences(a, b)
}

// leftovers are boards in the folder that nobody generates any more.
func leftovers(dir string, known map[string]bool) ([]Change, error) {
	var changes []Change
	root := filepath.Join(dir, "dashboards")
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if name = filepath.ToSlash(name); err == nil && !known[name] {
			changes = append(changes, Change{Kind: Leftover, UID: name, Title: "file"})
		}
		return err
	})
	return changes, err
}

// WriteDir writes the files below a folder, which is made when it is not there.
func WriteDir(dir string, files []File) error {
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("writing the boards: %w", err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			return fmt.Errorf("writing the boards: %w", err)
		}
	}
	return nil
}
