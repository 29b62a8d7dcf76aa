// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/store"
)

// maxUID is the longest uid that Grafana takes.
const maxUID = 40

// uid is the stable uid of a board: its centre, its id, its language. One that would be too long keeps its end, and a hash
// of the centre stands for its beginning.
func (m *maker) uid(board string) string { return uidOf(m.o.Centre.ID, board, m.words.tag) }

func uidOf(centre, board, language string) string {
	tail := board + "-" + language
	uid := centre + "-" + tail
	if len(uid) <= maxUID && legalUID(uid) {
		return uid
	}
	h := fnv.New32a()
	h.Write([]byte(centre)) // a hash never fails
	return fmt.Sprintf("c%08x-%s", h.Sum32(), tail)
}

func legalUID(uid string) bool {
	return strings.IndexFunc(uid, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	}) < 0
}

// renderBoard makes the SDK's dashboard.
//
//lint:ignore SA1019 every Grafana reads classic boards, the newest only the newer form
func (m *maker) renderBoard(b *board, titles map[string]string) (*dashboard.Dashboard, error) {
	//lint:ignore SA1019 see above
	d := dashboard.NewDashboardBuilder(m.title(b)).Uid(m.uid(b.id)).Description(m.say(b.question)).
		Tags([]string{"vigie", m.o.Centre.ID, m.words.tag}).Timezone(m.o.Centre.Zone).Time(b.from, "now").Refresh(b.refresh).
		Readonly().Tooltip(dashboard.DashboardCursorSyncCrosshair).WeekStart("monday")
	for _, name := range b.variables {
		v, err := m.variable(b, name)
		if err != nil {
			return nil, err
		}
		d = d.WithVariable(v)
	}
	for _, id := range b.next {
		d = d.Link(dashboard.NewDashboardLinkBuilder(titles[id]).Type(dashboard.DashboardLinkTypeLink).
			Url("/d/" + m.uid(id)).IncludeVars(true).KeepTime(false))
	}
	for _, a := range m.annotations(b) {
		d = d.Annotation(a)
	}
	var y uint32
	for _, r := range b.rows {
		var x uint32
		for i := range r.panels {
			p := &r.panels[i]
			panel, err := m.render(p, dashboard.GridPos{X: x, Y: y, W: uint32(p.width), H: uint32(r.height)})
			if err != nil {
				return nil, err
			}
			d = d.WithPanel(panel)
			x += uint32(p.width)
		}
		y += uint32(r.height)
	}
	made, err := d.Build()
	if err != nil {
		return nil, fmt.Errorf("dashboards: board %s: %w", b.id, err)
	}
	return &made, nil
}

// title is the board's title, with the centre, of which one Grafana may hold several.
func (m *maker) title(b *board) string {
	name := m.o.Centre.Name
	if name == "" {
		name = m.o.Centre.ID
	}
	return name + " · " + m.say(b.title)
}

// variable is a choice at the top of a board, from the organisation. Advisors' names stay in its files, so their ids are
// asked of the store.
func (m *maker) variable(b *board, name string) (cog.Builder[dashboard.VariableModel], error) {
	name, only, _ := strings.Cut(name, ":")
	kind, ok := indicator.ParseScopeKind(name)
	if !ok {
		return nil, fmt.Errorf("dashboards: no variable %s", name)
	}
	if kind == indicator.ScopeAdvisor {
		sql := fmt.Sprintf("SELECT DISTINCT advisor\nFROM facts\nWHERE centre = %s AND day >= toDate($__fromTime) - 90 AND advisor != ''\n  AND %s\nORDER BY advisor", m.centre, store.VisibleLanes)
		return dashboard.NewQueryVariableBuilder(kind.String()).Label(m.kindName(kind)).Datasource(*sourceRef(clickHousePlugin, m.o.people())).
			Query(dashboard.StringOrMap{String: cog.ToPtr(sql)}).Refresh(dashboard.VariableRefreshOnTimeRangeChanged).Multi(false).IncludeAll(false), nil
	}
	list := m.choices(kind, only)
	if own := b.only[name]; len(own) > 0 {
		list = slices.DeleteFunc(list, func(n named) bool { return !slices.Contains(own, n.id) })
	}
	choices := make([]string, 0, len(list))
	options := []dashboard.VariableOption{option(m.words.all, "$__all", true)}
	for _, n := range list {
		choices = append(choices, escapeChoice(n.name)+" : "+escapeChoice(n.id))
		options = append(options, option(n.name, n.id, false))
	}
	values := strings.Join(choices, ", ")
	return dashboard.NewCustomVariableBuilder(kind.String()).Label(m.kindName(kind)).Values(dashboard.StringOrMap{String: &values}).
		Options(options).Current(options[0]).Multi(true).IncludeAll(true).AllowCustomValue(false), nil
}

// choices are the scopes of a kind; only says which: live or deferred queues, the teams of a kind of wall; empty for all.
func (m *maker) choices(kind indicator.ScopeKind, only string) []named {
	left := map[string]bool{}
	for _, q := range m.o.Centre.Queues {
		left[q.ID] = kind == indicator.ScopeQueue && only != "" && q.deferred() != (only == "deferred")
	}
	for _, t := range m.o.Centre.Teams {
		if kind == indicator.ScopeTeam {
			left[t.ID] = only != "" && !t.works(only)
		}
	}
	return slices.DeleteFunc(m.names(kind), func(n named) bool { return left[n.id] })
}

// escapeChoice keeps a comma of a name from ending a choice.
func escapeChoice(s string) string { return strings.ReplaceAll(s, ",", `\,`) }

func option(text, value string, selected bool) dashboard.VariableOption {
	return dashboard.VariableOption{Text: dashboard.StringOrArrayOfString{String: &text}, Value: dashboard.StringOrArrayOfString{String: &value}, Selected: &selected}
}
