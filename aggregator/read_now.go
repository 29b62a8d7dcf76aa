// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"strings"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
)

// ConfigVersion is the version of the configuration that applies; 0 before the first.
func (w *World) ConfigVersion() uint32 { return w.cfg.version }

// Calendar is the calendar of the configuration that applies: another one whenever another configuration is, also one of the
// same version.
func (w *World) Calendar() *zone.Calendar { return w.cfg.calendar }

// ConfigObjects lists the configuration that applies, as it was published.
func (w *World) ConfigObjects() []event.ConfigObject { return published(w.cfg.objects) }

// GaugesNow returns the gauges at the clock, as they are sampled for the store at the borders of panes, and those of staffing: the centre always,
// the other scopes when anything in them is not zero. The slice is valid until the next call.
func (w *World) GaugesNow() []Gauge {
	sampled := w.out.gauges
	w.out.gauges = w.gaugesNow[:0]
	w.sampleStaffing(w.clock, w.writeGauges(w.clock))
	w.gaugesNow, w.out.gauges = w.out.gauges, sampled
	return w.gaugesNow
}

// NumActivities is how many things an advisor can be doing.
const NumActivities = int(numCategories)

// Activities names what an advisor can be doing, as the measures of time do: "available", "on_contact", "break".
var Activities = activityNames()

func activityNames() (names [NumActivities]string) {
	for c, m := range timeMeasures {
		names[c] = strings.TrimSuffix(m.String(), "_ms")
	}
	return names
}

// People counts the advisors of a scope who are logged in, by what they do: Doing is indexed like Activities.
type People struct {
	Scope indicator.ScopeKind
	Name  ID // 0 for the centre itself
	Doing [NumActivities]int32
	// BreakMs is how much of the next quarter of an hour those on queue have planned off the queues, less how much of it those on a
	// planned break are to be back for.
	BreakMs int64
}

// PeopleNow counts the advisors of the centre, then of each team, by what they do at the clock. The slice is valid until
// the next call.
func (w *World) PeopleNow() []People {
	list := append(w.peopleNow[:0], People{Scope: indicator.ScopeCentre})
	place := map[ID]int{}
	for _, a := range w.advisors {
		if a == nil {
			continue
		}
		now := a.cur.now()
		if now == timeNone {
			continue
		}
		breakMs := a.breakMs(w.clock)
		list[0].Doing[now]++
		list[0].BreakMs += breakMs
		team := a.cur.team
		if team == 0 {
			continue
		}
		i, known := place[team]
		if !known {
			i = len(list)
			place[team] = i
			list = append(list, People{Scope: indicator.ScopeTeam, Name: team})
		}
		list[i].Doing[now]++
		list[i].BreakMs += breakMs
	}
	w.peopleNow = list
	return list
}

// Planned counts the advisors of a scope whose schedule has them with customers or in back-office work at an instant.
type Planned struct {
	Scope      indicator.ScopeKind
	Name       ID // 0 for the centre itself
	Productive int32
}

// PlannedAt counts the advisors of the centre, then of each team, whom the schedules in force want at work at an instant. A
// team is that of the membership at that instant, or where the advisor works now. The order of the teams is that in which
// advisors were first heard of.
func (w *World) PlannedAt(at int64) []Planned {
	list := []Planned{{Scope: indicator.ScopeCentre}}
	place := map[ID]int{}
	for _, a := range w.advisors {
		if a == nil || a.plan.at(at).activity != planProductive {
			continue
		}
		list[0].Productive++
		team := a.cur.team
		if rule, _ := w.advisorAt(w.names.name(a.name), at); rule.team != 0 {
			team = rule.team
		}
		if team == 0 {
			continue
		}
		i, known := place[team]
		if !known {
			i = len(list)
			place[team] = i
			list = append(list, Planned{Scope: indicator.ScopeTeam, Name: team})
		}
		list[i].Productive++
	}
	return list
}
