// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
)

// What the installation added to the catalogue is in tables of the boards of its kind of scope: queues, teams, campaigns and advisors have boards of
// their own. What is only of the centre, of programmes or of channels is on the board of queues. One that needs targets or Erlang has no column in
// the store, so it is on none.

// Tables of one's own indicators on a board have the number that the board gives, and this much more where there are several.
const (
	ownStates = 100
	ownCentre = 200
	ownHeight = 6
)

var ownTitle = tr("Your own indicators", "Vos indicateurs")

// newOwn is what the installation added for a kind of scope: a table of what is counted in a window, and one of states. Nil when there is nothing.
func (m *maker) newOwn(id int, s scope, w window) []row {
	past := m.ownIDs(s.kind, func(ind *indicator.Indicator) bool { return ind.FromSums() && ind.Kind != indicator.KindDaily })
	states := m.ownIDs(s.kind, func(ind *indicator.Indicator) bool { return ind.Kind == indicator.KindSampled && ind.OfState() })
	return append(m.ownTable(id, s, w, past), m.ownTable(id+ownStates, s, windowNow, states)...)
}

// newOwnLate is what the installation added that is known only after days, such as repeats: over four weeks.
func (m *maker) newOwnLate(id int, s scope) []row {
	return m.ownTable(id, s, window28, m.ownIDs(s.kind, func(ind *indicator.Indicator) bool { return ind.Kind == indicator.KindDaily }))
}

// newOwnElsewhere is what the installation added that no board has a variable for.
func (m *maker) newOwnElsewhere(id int, w window) []row {
	var rows []row
	for i, s := range []scope{ofCentre, {kind: indicator.ScopeProgramme}, {kind: indicator.ScopeChannel}} {
		homeless := func(ind *indicator.Indicator) bool {
			if s.kind != indicator.ScopeCentre && ind.Scopes.Has(indicator.ScopeCentre) {
				return false // its whole is shown already
			}
			for _, kind := range []indicator.ScopeKind{indicator.ScopeQueue, indicator.ScopeTeam, indicator.ScopeCampaign, indicator.ScopeAdvisor} {
				if ind.Scopes.Has(kind) {
					return false
				}
			}
			return true
		}
		past := m.ownIDs(s.kind, func(ind *indicator.Indicator) bool { return homeless(ind) && ind.FromSums() })
		states := m.ownIDs(s.kind, func(ind *indicator.Indicator) bool {
			return homeless(ind) && ind.Kind == indicator.KindSampled && ind.OfState()
		})
		at := id + (i+1)*ownCentre
		rows = append(append(rows, m.ownTable(at, s, w, past)...), m.ownTable(at+ownStates, s, windowNow, states)...)
	}
	return rows
}

// ownIDs are the indicators of a kind of scope that the installation added and that are of some sort.
func (m *maker) ownIDs(kind indicator.ScopeKind, is func(*indicator.Indicator) bool) []string {
	var ids []string
	for _, ind := range m.own {
		if ind.Scopes.Has(kind) && is(ind) {
			ids = append(ids, ind.ID)
		}
	}
	return ids
}

func (m *maker) ownTable(id int, s scope, w window, ids []string) []row {
	if len(ids) == 0 {
		return nil
	}
	counted := make([]string, len(ids))
	for i, of := range ids {
		counted[i] = of
		if m.column(of).countsCases() {
			counted[i] = "n:" + of
		}
	}
	title := ownTitle
	if when := w.name; when.En != "" {
		title = tr(title.En+" · "+when.En, title.Fr+" · "+when.Fr)
	}
	if s.values == "" && s.kind != indicator.ScopeCentre {
		kind := strings.ToLower(m.kindName(s.kind))
		title = tr(title.En+" · "+kind, title.Fr+" · "+kind)
	}
	return []row{{ownHeight, []panel{m.newTable(id, gridWidth, tabled{title: title, scope: s, during: w, ids: counted})}}}
}
