// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"cmp"
	"slices"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
)

// maxStrip is how many flags fit into the bottom strip.
const maxStrip = 3

// strip is what goes on, alerts first, the worst of them before the others, then incidents and actions; then what ended last.
func (e *evaluation) strip() []Flag {
	var flags []Flag
	for i := range e.Reading.Alerts {
		if a := &e.Reading.Alerts[i]; e.concerns(a) {
			flags = append(flags, e.alertFlag(a))
		}
	}
	for _, n := range e.notices() {
		flags = append(flags, e.flag(n))
	}
	slices.SortStableFunc(flags, func(a, b Flag) int {
		return cmp.Or(cmp.Compare(over(a), over(b)), cmp.Compare(stripRank(a), stripRank(b)), cmp.Compare(seen(a), seen(b)), cmp.Compare(b.FromMs, a.FromMs))
	})
	return append([]Flag{}, flags[:min(len(flags), maxStrip)]...)
}

func over(f Flag) int {
	if f.UntilMs != 0 {
		return 1
	}
	return 0
}

// seen puts what somebody takes care of behind what nobody does.
func seen(f Flag) int {
	if f.UntilMs == 0 && f.SeenMs != 0 {
		return 1
	}
	return 0
}

// stripRank orders what goes on.
func stripRank(f Flag) int {
	switch {
	case f.UntilMs != 0:
		return 0 // what is over is told by time alone
	case f.Severity == "critical":
		return 0
	case f.Kind == FlagIncident:
		return 1
	case f.Kind == FlagAlert:
		return 2
	}
	return 3
}

// concerns tells whether an alert belongs on this board: it is meant for walls, nothing says the same more plainly, and it is
// about the centre, the team, or what the team serves.
func (e *evaluation) concerns(a *Alert) bool {
	if a.Audience != "wall" || a.InhibitedBy != "" {
		return false
	}
	switch a.Scope.Kind {
	case indicator.ScopeTeam:
		return e.team == "" || a.Scope.ID == e.team
	case indicator.ScopeQueue:
		return slices.Contains(e.queues, a.Scope.ID) || slices.Contains(e.deferred, a.Scope.ID)
	case indicator.ScopeCampaign:
		return e.team == "" || e.info.Kind == KindOutbound
	case indicator.ScopeCentre, indicator.ScopeSource:
		return true
	}
	return e.team == ""
}

func (e *evaluation) alertFlag(a *Alert) Flag {
	f := Flag{ID: a.Rule + " " + a.Scope.String(), Kind: FlagAlert, Severity: a.Severity, Place: e.placeName(a.Scope), Text: e.alertText(a),
		FromMs: a.SinceMs, UntilMs: a.UntilMs, SeenMs: a.SeenMs}
	f.When = e.when(f)
	if a.SeenMs != 0 {
		f.Seen = e.say(wordSeen, hourMinute(e.Lang, time.UnixMilli(a.SeenMs).In(e.Config.Location)))
	}
	return f
}

// alertText is what an alert says beside the name of its scope: the rule's few words, else its line without the id of the scope.
func (e *evaluation) alertText(a *Alert) string {
	if short := e.say(a.Short); short != "" {
		return short
	}
	return indicator.WithoutScope(e.say(a.Name), cmp.Or(a.Scope.ID, e.Reading.Centre))
}

func (e *evaluation) flag(n Notice) Flag {
	f := Flag{ID: n.ID, Kind: n.Kind, Text: n.text(e.Lang), FromMs: n.FromMs, UntilMs: n.UntilMs}
	word := wordIncident
	if n.Kind == NoticeAction {
		word = wordAction
	}
	f.Place = e.say(word)
	if n.Scope.Kind != indicator.ScopeCentre {
		f.Place += " \u00b7 " + e.placeName(n.Scope)
	}
	f.When = e.when(f)
	return f
}

// placeName is the name of a scope for people.
func (e *evaluation) placeName(s Scope) string {
	switch s.Kind {
	case indicator.ScopeCentre:
		return nameOr(e.Config.Centre.Name, e.Reading.Centre)
	case indicator.ScopeQueue:
		return e.Config.queueName(s.ID, e.Reading.AsOfMs)
	case indicator.ScopeTeam:
		for _, t := range e.Config.teams {
			if t.Team == s.ID {
				return nameOr(t.Name, t.Team)
			}
		}
	case indicator.ScopeCampaign:
		return e.Config.campaignName(s.ID)
	}
	return s.ID
}

// when says since when, or from when to when.
func (e *evaluation) when(f Flag) string {
	from := hourMinute(e.Lang, time.UnixMilli(f.FromMs).In(e.Config.Location))
	if f.UntilMs == 0 {
		return e.say(wordSince, from)
	}
	return e.say(wordBetween, from, hourMinute(e.Lang, time.UnixMilli(f.UntilMs).In(e.Config.Location)))
}
