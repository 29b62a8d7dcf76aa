// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"hash/fnv"
	"slices"

	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
)

// Boards of the centre's own, from its boards.yaml. They are made of the same panels as ours.

// Panels of the last row of a board of one's own. Those of its rows have greater numbers, made of what they show: they stay when others come and go.
const (
	ownAlerts    = 1
	ownFreshness = 2
	ownFirst     = 1000
	ownNumbers   = 1_000_000
)

// ownTimes are the times of panels.
var ownTimes = map[string]window{"now": windowNow, "half_hour": windowHalfHour, "hour": windowHour, "today": windowToday, "7_days": windowWeek, "28_days": window28,
	"quarters": windowRange, "days": windowDays}

// ownScopes are the scopes of panels.
var ownScopes = map[string]scope{"centre": ofCentre, "queue": ofQueues, "team": ofTeams, "campaign": ofCampaigns}

func (m *maker) ownBoards() []board {
	var list []board
	for i := range m.o.Centre.Boards {
		list = append(list, m.ownBoard(&m.o.Centre.Boards[i]))
	}
	return list
}

func (m *maker) ownBoard(o *organisation.Board) board {
	b := board{id: o.ID, title: textOf(o.Name), question: textOf(o.Question), folder: folderTeam, from: "now-12h", refresh: "1m", next: o.Next,
		only: map[string][]string{"queue": o.Queues, "team": o.Teams, "campaign": o.Campaigns}}
	if !o.Recent() {
		b.from, b.refresh = "now-28d", "5m"
	}
	if o.Wall {
		b.folder, b.wall, b.refresh = folderWall, true, wallRefresh
	}
	taken := map[int]bool{}
	for _, panels := range o.Rows {
		r := row{height: organisation.RowHeight(panels)}
		for i := range panels {
			p := &panels[i]
			r.panels = append(r.panels, m.ownPanel(numberOf(p, taken), p))
			if made := &r.panels[i]; made.kind == kindTable && !o.Wall { // a wall's height is the screen's
				r.height = max(r.height, tall(m.rowsOf(&b, p.By)))
			}
			if kind := p.By; p.Show != "text" && kind != "centre" && !slices.Contains(b.variables, kind) {
				b.variables = append(b.variables, kind)
			}
		}
		b.rows = append(b.rows, r)
	}
	if len(b.next) == 0 {
		b.next = []string{boardOfAll}
		if len(b.variables) > 0 {
			b.next = []string{boardOf[b.variables[0]]}
		}
	}
	b.rows = append(b.rows, row{organisation.LastRowHeight, []panel{m.newAlerts(ownAlerts, 20, 3), m.newFreshness(ownFreshness, 4)}})
	return b
}

// numberOf is the number of a panel, from what it shows.
func numberOf(p *organisation.Panel, taken map[int]bool) int {
	h := fnv.New32a()
	h.Write([]byte(p.PanelKey())) // a hash never fails
	id := ownFirst + int(h.Sum32()%ownNumbers)
	for taken[id] {
		id++
	}
	taken[id] = true
	return id
}

func (m *maker) ownPanel(id int, p *organisation.Panel) panel {
	if p.Show == "text" {
		return m.newText(id, p.Width, textOf(p.Title), textOf(p.Text))
	}
	if len(p.Of) == 0 {
		m.errs = append(m.errs, fmt.Errorf("dashboards: a panel that shows %s has no indicator", p.Show))
		return panel{}
	}
	first := m.column(p.Of[0])
	s, during := ownScopes[p.By], ownTimes[p.During]
	if p.During == "" {
		during = windowToday
		if first.ind.Kind == indicator.KindSampled {
			during = windowNow
		}
		if p.Show == "curve" {
			during = windowRange
		}
	}
	title := textOf(p.Title)
	if len(p.Title) == 0 {
		name := m.name(first.ind)
		title = tr(name, name)
	}
	l := levelsOf(first, p)
	switch p.Show {
	case "tile":
		return m.newTile(id, p.Width, tiled{of: p.Of[0], scope: s, during: during, levels: l})
	case "curve":
		line := 0.0
		if l.judges() {
			line = l.ok
		}
		return m.newCurve(id, p.Width, title, s, during, line, p.Of...)
	case "bars":
		return m.newBars(id, p.Width, title, s, during, p.Of...)
	}
	t := tabled{title: title, scope: s, during: during, levels: l}
	if l.judges() {
		t.judged = p.Of[0]
	}
	for _, of := range p.Of {
		if m.column(of).countsCases() {
			of = "n:" + of
		}
		t.ids = append(t.ids, of)
	}
	return m.newTable(id, p.Width, t)
}

// levelsOf are the bounds of a panel, in the unit that is shown.
func levelsOf(c column, p *organisation.Panel) levels {
	if !p.Judged {
		return levels{}
	}
	shown := func(value int64) float64 {
		return float64(value) / float64(indicator.TargetScale(c.ind.Unit)) / float64(max(c.unit.div, 1))
	}
	switch c.ind.Better {
	case indicator.DirectionHigher:
		return atLeast(shown(p.OK.Value), shown(p.Watch.Value))
	case indicator.DirectionLower:
		return atMost(shown(p.OK.Value), shown(p.Watch.Value))
	case indicator.DirectionBand:
		return within(shown(p.OK.Value), shown(p.OK.ValueTo), shown(p.Watch.Value), shown(p.Watch.ValueTo))
	}
	return levels{}
}

func textOf(texts map[string]string) indicator.Text { return tr(texts["en"], texts["fr"]) }

// rowsOf is how many rows a table of a board has, by the kind of its scopes.
func (m *maker) rowsOf(b *board, kind string) int {
	if own := b.only[kind]; len(own) > 0 {
		return len(own)
	}
	parsed, _ := indicator.ParseScopeKind(kind) // of a centre there is one
	return max(1, len(m.names(parsed)))
}
