// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// ownPrefix begins the ids of tiles that a centre adds.
const ownPrefix = "own_"

// Between watch and act of an added tile: so far from its target, for shares in basis points, for the rest in shares of the target.
const (
	ownWatchBp    = 500
	ownWatchShare = 10
)

// ownTiles are the tiles that the centre adds to this wall, of indicators of its own or of the catalogue. What no longer exists has
// a tile all the same, which says so.
func (e *evaluation) ownTiles() []Tile {
	var tiles []Tile
	for _, text := range e.Config.wallTiles(e.team) {
		wanted, err := event.ParseWallTile(text)
		if err != nil {
			continue // a later version's, that this one cannot read
		}
		spec := e.ownSpec(wanted)
		e.judgeByTarget(&spec)
		tiles = append(tiles, e.tile(&spec))
	}
	return tiles
}

// ownSpec is the tile of an indicator, with the figure of the team where it has one, else of the queues or campaigns that it
// serves.
func (e *evaluation) ownSpec(wanted event.WallTile) TileSpec {
	spec := TileSpec{ID: ownPrefix + wanted.Indicator, Title: Text{En: wanted.Indicator, Fr: wanted.Indicator}, Indicator: wanted.Indicator, Window: Window(wanted.Window)}
	if wanted.Window == "" {
		spec.Window = Today
	} else {
		spec.ID += "_" + wanted.Window
	}
	ind, known := e.Catalogue.Lookup(wanted.Indicator)
	if !known {
		return spec
	}
	spec.Title, spec.Format, spec.Scope = ind.Name, formatOf(ind), OwnTeam
	if ind.OfState() {
		spec.Window = Now
	}
	own := indicator.ScopeTeam
	if e.team == "" {
		own = indicator.ScopeCentre
	}
	switch {
	case ind.Scopes.Has(own):
	case ind.Scopes.Has(indicator.ScopeCampaign) && (e.info.Kind == KindOutbound || !ind.Scopes.Has(indicator.ScopeQueue)):
		spec.Scope = AllCampaigns
	case e.info.Kind == KindBackOffice:
		spec.Scope = ServedDeferred
	default:
		spec.Scope = ServedQueues
	}
	return spec
}

// judgeByTarget has the target in force say what is well; without one the figure is shown and not judged.
func (e *evaluation) judgeByTarget(spec *TileSpec) {
	ind, known := e.Catalogue.Lookup(spec.Indicator)
	target, targeted := e.commonTarget(spec, &figure{scopes: e.scopes(spec.Scope)})
	if !known || !targeted {
		return
	}
	distance := int64(ownWatchBp)
	if spec.Format != FormatPercent {
		distance = max(max(target.Value, -target.Value)/ownWatchShare, 1)
	}
	spec.Limits.Watch = distance
	switch {
	case target.ValueTo != nil:
		spec.Judge = JudgeBand
	case ind.Better == indicator.DirectionHigher:
		spec.Judge, spec.Limits.Watch = JudgeHigher, -distance
	case ind.Better == indicator.DirectionLower:
		spec.Judge = JudgeLower
	}
}

// formatOf is how the values of an indicator are written.
func formatOf(ind *indicator.Indicator) Format {
	switch ind.Unit {
	case indicator.UnitPercent, indicator.UnitBp:
		return FormatPercent
	case indicator.UnitMs:
		return FormatDuration
	case indicator.UnitPerHour:
		return FormatPerHour
	case indicator.UnitCents, indicator.UnitCentsPerHour:
		return FormatMoney
	case indicator.UnitPoints:
		return FormatPoints
	}
	if ind.HasSample() {
		return FormatMean
	}
	return FormatCount
}

// valueNow evaluates an indicator over the gauges of this moment, added up over some scopes.
func (e *evaluation) valueNow(ind *indicator.Indicator, scopes []Scope) (indicator.Value, bool) {
	if ind.Kind != indicator.KindSampled || !ind.OfState() {
		return indicator.Value{}, false
	}
	gauges := make([]int64, indicator.NumGauges)
	for _, g := range ind.Gauges() {
		n, known := e.Reading.Gauge(g.String(), scopes...)
		if !known {
			return indicator.Value{}, false
		}
		gauges[g] = n
	}
	return ind.EvalNow(nil, gauges), true
}
