// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"errors"
	"fmt"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
)

// maker makes the panels of boards in one language.
type maker struct {
	*reader
	o     *Options
	words *wording
	own   []*indicator.Indicator // that the installation added to the catalogue
	errs  []error
}

func newMaker(o *Options, l indicator.Language) (*maker, error) {
	builtIn, err := indicator.Load()
	if err != nil {
		return nil, fmt.Errorf("dashboards: loading the indicators: %w", err)
	}
	m := &maker{reader: &reader{catalogue: o.Catalogue, centre: quote(o.Centre.ID)}, o: o, words: &wordings[l]}
	for _, ind := range o.Catalogue.Indicators() {
		if _, known := builtIn.Lookup(ind.ID); !known {
			m.own = append(m.own, ind)
		}
	}
	return m, nil
}

func (m *maker) say(t indicator.Text) string { return t.In(m.words.language) }

// column is an indicator by its id, shown under its own name.
func (m *maker) column(id string) column {
	ind, ok := m.catalogue.Lookup(id)
	if !ok {
		m.errs = append(m.errs, fmt.Errorf("dashboards: no indicator %s", id))
		ind = m.catalogue.Indicators()[0]
	}
	c := column{ind, showAs(ind)}
	c.unit.title = m.name(ind)
	if id == "oldest_item" { // weeks, where a customer may be answered in two months
		c.unit.unit, c.unit.div = "suffix:"+m.words.days, dayMs
	}
	return c
}

func (m *maker) columns(ids ...string) []column {
	list := make([]column, len(ids))
	for i, id := range ids {
		list[i] = m.column(id)
	}
	return list
}

// describe is what a panel says of an indicator: what it is, how it is computed, where it misleads.
func (m *maker) describe(ind *indicator.Indicator, w window) string {
	lines := []string{"**" + m.say(ind.Name) + "**. " + m.say(ind.Doc), m.words.formula + ": " + m.say(ind.Readable) + "."}
	if when := m.say(w.name); when != "" {
		lines = append(lines, m.words.windowIs+": "+when+m.explainWindow(w)+".")
	}
	if trap := m.say(ind.Traps); trap != "" {
		lines = append(lines, m.words.trap+": "+trap)
	}
	return strings.Join(lines, "\n\n")
}

func (m *maker) explainWindow(w window) string {
	switch w.name.En {
	case windowHalfHour.name.En:
		return m.say(tr(", the quarter of an hour under way and the one before it", ", le quart d'heure en cours et le précédent"))
	case windowHour.name.En:
		return m.say(tr(", the quarter of an hour under way and the three before it", ", le quart d'heure en cours et les trois précédents"))
	case windowToday.name.En:
		return m.say(tr(", the business day", ", la journée d'exploitation"))
	}
	return ""
}

// tiled is what a tile is of.
type tiled struct {
	of     string // an indicator
	scope  scope
	during window
	levels levels
}

// tile is a value with its target in the title and a word below it.
func (m *maker) newTile(id, width int, t tiled) panel {
	c := m.column(t.of)
	l := t.levels
	if target, ok := m.o.Centre.target(t.of, indicator.ScopeCentre, ""); ok && l.judges() {
		l = l.moved(target.Min/float64(c.unit.div), target.Max/float64(c.unit.div))
	}
	title := []string{c.unit.title}
	if when := m.say(t.during.name); when != "" {
		title = append(title, when)
	}
	if l.judges() {
		title = append(title, m.goal(l, c.unit))
	}
	doc := m.describe(c.ind, t.during)
	if l.judges() {
		doc += "\n\n" + m.explainLevels(l, c.unit)
	}
	return panel{id: id, width: width, kind: kindTile, title: strings.Join(title, " · "), doc: doc,
		sql: m.reader.tile(c, t.scope, t.during, l, m.words), unit: c.unit, levels: l, columns: []column{c},
		name: c.unit.title}
}

// goal is what levels ask for, as short as a title wants it.
func (m *maker) goal(l levels, unit shown) string {
	value := func(f float64) string { return unit.say(f, m.words.language) }
	switch l.better {
	case indicator.DirectionHigher:
		return "≥ " + value(l.ok)
	case indicator.DirectionLower:
		if l.ok == 0 {
			return "= " + value(0)
		}
		return "≤ " + value(l.ok)
	}
	low, _, _ := strings.Cut(value(l.ok), " ")
	return low + "–" + value(l.okMax)
}

func (m *maker) explainLevels(l levels, unit shown) string {
	value := func(f float64) string { return unit.say(f, m.words.language) }
	switch l.better {
	case indicator.DirectionHigher:
		return fmt.Sprintf(m.say(tr("OK from %s, to be watched from %s, below that act.", "OK à partir de %s, à surveiller à partir de %s, en dessous agir.")), value(l.ok), value(l.watch))
	case indicator.DirectionLower:
		return fmt.Sprintf(m.say(tr("OK up to %s, to be watched up to %s, above that act.", "OK jusqu'à %s, à surveiller jusqu'à %s, au-dessus agir.")), value(l.ok), value(l.watch))
	}
	return fmt.Sprintf(m.say(tr("OK from %s to %s, to be watched from %s to %s, beyond that act.", "OK de %s à %s, à surveiller de %s à %s, au-delà agir.")),
		value(l.ok), value(l.okMax), value(l.watch), value(l.watchMax))
}

// newCurve is indicators over time, all in one unit. line is their target; 0 for none.
func (m *maker) newCurve(id, width int, title indicator.Text, s scope, w window, line float64, ids ...string) panel {
	columns := m.columns(ids...)
	p := panel{id: id, width: width, kind: kindCurve, title: m.say(title), doc: m.describeAll(columns, w), unit: columns[0].unit, columns: columns, line: line}
	if columns[0].ind.Kind == indicator.KindSampled {
		p.sql = m.gaugesOverTime(columns, s)
		return p
	}
	p.sql = m.overTime(columns, s, w)
	return p
}

// newStack is parts of a whole over time.
func (m *maker) newStack(id, width int, title indicator.Text, s scope, w window, ids ...string) panel {
	p := m.newCurve(id, width, title, s, w, 0, ids...)
	p.stacked = true
	return p
}

// newFunnel is what is left of a count from step to step.
func (m *maker) newFunnel(id, width int, title indicator.Text, s scope, w window, ids ...string) panel {
	p := m.newBars(id, width, title, s, w, ids...)
	p.lying = true
	return p
}

// newBars is a bar for each of some indicators.
func (m *maker) newBars(id, width int, title indicator.Text, s scope, w window, ids ...string) panel {
	columns := m.columns(ids...)
	return panel{id: id, width: width, kind: kindBars, title: m.say(title), doc: m.describeAll(columns, w), sql: m.together(columns, s, w),
		unit: columns[0].unit, columns: columns}
}

// newStates is who does what now.
func (m *maker) newStates(id, width int) panel {
	return m.newBars(id, width, tr("Advisors by state · now", "Conseillers par état · maint."), ofTeams, windowNow,
		"advisors_on_contact", "advisors_available", "advisors_ringing", "advisors_wrapping", "advisors_paused")
}

// describeAll describes several indicators, a line each.
func (m *maker) describeAll(columns []column, w window) string {
	lines := make([]string, 0, len(columns))
	for _, c := range columns {
		lines = append(lines, fmt.Sprintf("**%s**: %s %s: %s.", m.say(c.ind.Name), m.say(c.ind.Doc), m.words.formula, m.say(c.ind.Readable)))
	}
	if when := m.say(w.name); when != "" {
		lines = append(lines, m.words.windowIs+": "+when+m.explainWindow(w)+".")
	}
	return strings.Join(lines, "\n\n")
}

// tabled is what a table is of.
type tabled struct {
	title  indicator.Text
	scope  scope
	during window
	judged string // an indicator with a target
	levels levels
	ids    []string // indicators; the number of cases stands after one that is written with n: before it
}

// newTable is a row for each scope.
func (m *maker) newTable(id, width int, t tabled) panel {
	names := m.names(t.scope.kind)
	tb := scopeTable{of: t.scope, during: t.during, judged: t.judged, levels: t.levels, names: map[string]string{}, targets: map[string]Target{}}
	for _, n := range names {
		tb.ids = append(tb.ids, n.id)
		tb.names[n.id] = n.name
		if target, ok := m.o.Centre.target(t.judged, t.scope.kind, n.id); ok {
			tb.targets[n.id] = target
		}
	}
	tb.first = m.kindName(t.scope.kind)
	for _, id := range t.ids {
		plain, counted := strings.CutPrefix(id, "n:")
		c := m.column(plain)
		if counted {
			c.unit.cases = "n " + c.unit.title
		}
		tb.columns = append(tb.columns, c)
	}
	p := panel{id: id, width: width, kind: kindTable, first: tb.first, judged: t.judged, title: m.say(t.title), doc: m.describeAll(tb.columns, t.during), columns: tb.columns}
	if tb.columns[0].ind.Kind == indicator.KindSampled {
		p.sql = m.gaugesPerScope(tb)
		return p
	}
	if target, ok := m.o.Centre.target(t.judged, indicator.ScopeCentre, ""); ok && t.levels.judges() {
		c := m.column(t.judged)
		tb.levels = t.levels.moved(target.Min/float64(c.unit.div), target.Max/float64(c.unit.div))
	}
	p.sql = m.perScope(tb, m.words)
	return p
}

// named is a scope with its name.
type named struct{ id, name string }

// names are the scopes of a kind that the organisation names. Advisors have none: their names stay in its files.
func (m *maker) names(kind indicator.ScopeKind) []named {
	var list []named
	c := &m.o.Centre
	switch kind {
	case indicator.ScopeQueue:
		for _, q := range c.Queues {
			list = append(list, named{q.ID, q.Name})
		}
	case indicator.ScopeTeam:
		for _, t := range c.Teams {
			list = append(list, named{t.ID, t.Name})
		}
	case indicator.ScopeCampaign:
		for _, c := range c.Campaigns {
			list = append(list, named{c.ID, c.Name})
		}
	}
	for i := range list {
		if list[i].name == "" {
			list[i].name = list[i].id
		}
	}
	return list
}

// tall is the height of a table of the scopes of a kind; only says which, as in variables.
func (m *maker) tall(kind indicator.ScopeKind, only string) int {
	return tall(len(m.choices(kind, only)))
}

func (m *maker) kindName(kind indicator.ScopeKind) string {
	switch kind {
	case indicator.ScopeQueue:
		return m.say(tr("Queue", "File"))
	case indicator.ScopeTeam:
		return m.say(tr("Team", "Équipe"))
	case indicator.ScopeCampaign:
		return m.say(tr("Campaign", "Campagne"))
	case indicator.ScopeAdvisor:
		return m.say(tr("Advisor", "Conseiller"))
	case indicator.ScopeCentre:
		return m.say(tr("Centre", "Centre"))
	case indicator.ScopeProgramme:
		return m.say(tr("Programme", "Donneur d'ordre"))
	case indicator.ScopeChannel:
		return m.say(tr("Channel", "Canal"))
	}
	return kind.String()
}

// err is all that went wrong.
func (m *maker) err() error { return errors.Join(m.errs...) }
