// SPDX-License-Identifier: Apache-2.0

package event

import (
	"slices"
	"strings"
)

// MaxWallTiles is how many tiles of a centre's choice a wall has room for, beside its own.
const MaxWallTiles = 3

// WallTile is a tile that a centre adds to a wall: an indicator, and the window over which it is taken; "" for the day, or for this
// moment where it is a state.
type WallTile struct{ Indicator, Window string }

// ParseWallTile reads a tile as configurations write it: "given_up", or "given_up 30m". The error says what to write.
func ParseWallTile(text string) (WallTile, error) {
	tile, fault := parseWallTile(text)
	if fault != nil {
		return WallTile{}, fault
	}
	return tile, nil
}

func parseWallTile(text string) (WallTile, *FieldError) {
	words := strings.Fields(text)
	switch {
	case len(words) == 0 || len(words) > 2:
		return WallTile{}, refuseData("wall", ReasonBadWord, "found %s, write an indicator and, where it is not the day, its window, for example given_up 30m", quoted(text))
	case len(words) == 1:
		return WallTile{Indicator: words[0]}, nil
	case !slices.Contains(RuleWindows, words[1]):
		return WallTile{}, refuseData("wall", ReasonBadWord, "found %s, the window must be %s", quoted(text), oneOf(RuleWindows))
	}
	return WallTile{words[0], words[1]}, nil
}

// checkWall checks the tiles that are added to one wall.
func checkWall(tiles []string) *FieldError {
	if len(tiles) > MaxWallTiles {
		return refuseData("wall", ReasonOutOfRange, "found %d, a wall has room for %d", len(tiles), MaxWallTiles)
	}
	for i, text := range tiles {
		tile, fault := parseWallTile(text)
		if fault != nil {
			return fault
		}
		if err := checkName("wall", tile.Indicator, true); err != nil {
			return err
		}
		if slices.Contains(tiles[:i], text) {
			return refuseData("wall", ReasonDuplicate, "%s is given twice; give it once", quoted(text))
		}
	}
	return nil
}
