// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"errors"
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/vigie-kpi/vigie/event"
)

// NowWindow is the window of an indicator that is a state of this moment: see Indicator.Windows.
const NowWindow = "now"

// The kinds of scope whose figures a wall has: a team's are its own, or those of the queues and campaigns that it serves.
var (
	wallTeam   = []string{"team", "queue", "campaign"}
	wallCentre = []string{"centre", "queue", "campaign"}
)

// wallTile is a tile that a file adds to a wall. Whether there is such an indicator is known when all files are read.
type wallTile struct {
	event.WallTile
	kinds []string // the wall has figures of these
	src   *source
	node  *yaml.Node
}

// wall reads the tiles that are added to a wall, as the log has them.
func (r *reader) wall(e *entry, kinds []string) []string {
	var tiles []string
	for _, it := range e.texts("wall") {
		tile, err := event.ParseWallTile(it.value)
		var field *event.FieldError
		if errors.As(err, &field) {
			e.failed = true
			e.src.fail(it.node, "wall: %s", field.Detail)
			continue
		}
		text := tile.Indicator
		if tile.Window != "" {
			text += " " + tile.Window
		}
		tiles = append(tiles, text)
		r.walls = append(r.walls, wallTile{tile, kinds, e.src, it.node})
	}
	return tiles
}

// checkWalls checks that walls can show what is added to them.
func (r *reader) checkWalls() {
	for _, t := range r.walls {
		in, known, fault := r.lookUp(t.Indicator)
		switch {
		case fault != "":
			t.src.fail(t.node, "wall: %s", fault)
		case !known:
		case len(in.Windows) == 0:
			t.src.fail(t.node, "wall: %s is not known live: it is of days, of targets, or foretold; write one that is made of what is counted", in.ID)
		case in.Windows[0] == NowWindow && t.Window != "":
			t.src.fail(t.node, "wall: %s is a state of this moment; leave the window out", in.ID)
		case !slices.ContainsFunc(t.kinds, func(kind string) bool { return slices.Contains(in.Scopes, kind) }):
			t.src.fail(t.node, "wall: %s is counted by %s, and this wall shows figures by %s", in.ID, oneOf(in.Scopes), oneOf(t.kinds))
		}
	}
}
