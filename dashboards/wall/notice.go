// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"slices"

	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/register"
)

// NoticeAction is the kind of a notice of an action; every other is of an incident.
const NoticeAction = "action"

// Notice is an incident or an action that somebody told. UntilMs is 0 while it goes on.
type Notice struct {
	ID, Kind, Reason string
	// Scope is where it hurts or is to help; the whole centre when nobody said.
	Scope           Scope
	Lever           string // of an action: what is done
	FromMs, UntilMs int64
}

// text is what it is, in the words of who told it, or else in ours.
func (n *Notice) text(l Lang) string {
	switch {
	case n.Kind == NoticeAction && n.Reason != "":
		return l.of(register.LeverName(n.Lever)) + l.of(wordColon) + n.Reason
	case n.Kind == NoticeAction:
		return l.of(register.LeverName(n.Lever))
	}
	return nameOr(n.Reason, l.of(wordIncident))
}

// notices are those that concern this board: on a team's, of its own, of what it serves, or of what is no queue and no team.
func (e *evaluation) notices() []Notice {
	return slices.DeleteFunc(slices.Clone(e.Reading.Flags), func(n Notice) bool {
		if e.info.Kind == KindCentre {
			return false
		}
		switch n.Scope.Kind {
		case indicator.ScopeTeam:
			return n.Scope.ID != e.team
		case indicator.ScopeQueue:
			return !slices.Contains(e.Roster.Served(e.team), n.Scope.ID)
		}
		return false
	})
}
