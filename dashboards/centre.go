// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"cmp"
	"slices"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
)

// CentreOf is what of an organisation is on boards at an instant, ms since 1970 UTC: the newest entry of each queue that has
// begun, and the targets in force.
func CentreOf(o *organisation.Organisation, catalogue *indicator.Catalogue, atMs int64) Centre {
	c := Centre{ID: o.ID, Name: o.Centre.Name, Zone: o.Centre.Zone, ThresholdMs: o.Centre.ThresholdMs}
	byID := map[string]int{}
	for i := range o.Queues {
		q := Queue{o.Queues[i].Queue, o.Queues[i].Name, o.Queues[i].Channel, o.Queues[i].StaffingGroup}
		if at, again := byID[q.ID]; again {
			if int64(o.Queues[i].From) <= atMs {
				c.Queues[at] = q
			}
			continue
		}
		byID[q.ID] = len(c.Queues)
		c.Queues = append(c.Queues, q)
	}
	for _, t := range o.Teams {
		c.Teams = append(c.Teams, Team{t.ID, t.Name, t.Kind})
	}
	for _, campaign := range o.Campaigns {
		c.Campaigns = append(c.Campaigns, Campaign{campaign.ID, cmp.Or(campaign.Name, campaign.ID)})
	}
	c.Boards = o.Boards
	c.Steps = stepsOf(o, catalogue)
	c.Targets = targetsOf(o.Targets, catalogue, atMs)
	return c
}

func targetsOf(targets []organisation.Target, catalogue *indicator.Catalogue, atMs int64) []Target {
	var list []Target
	for i := range targets {
		t := &targets[i]
		in := t.Stage == event.StageInForce && event.Millis(atMs) >= t.From && (t.To == 0 || event.Millis(atMs) < t.To)
		ind, known := catalogue.Lookup(t.Indicator)
		kind, named := indicator.ParseScopeKind(cmp.Or(t.Kind, "centre"))
		if !in || !known || !named || kind == indicator.ScopeAdvisor { // a person's target is on no board
			continue
		}
		scale := float64(indicator.TargetScale(ind.Unit))
		target := Target{Indicator: t.Indicator, Kind: kind, Scope: t.Scope, Min: float64(t.Value) / scale, Max: float64(t.Value) / scale, Guard: t.Guard}
		if t.Band {
			target.Max = float64(t.ValueTo) / scale
		}
		list = append(list, target)
	}
	slices.SortStableFunc(list, func(a, b Target) int {
		return cmp.Or(cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Scope, b.Scope))
	})
	return list
}

// stepsOf are the targets of teams with their days. From is the beginning of a business day, so the clock of the zone tells its date.
func stepsOf(o *organisation.Organisation, catalogue *indicator.Catalogue) []Step {
	loc, err := zone.Load(o.Centre.Zone)
	if err != nil {
		loc = time.UTC
	}
	day := func(at event.Millis) string {
		if at == 0 {
			return ""
		}
		return time.UnixMilli(int64(at)).In(loc).Format(time.DateOnly)
	}
	var list []Step
	for i := range o.Targets {
		t := &o.Targets[i]
		ind, known := catalogue.Lookup(t.Indicator)
		if t.Kind != indicator.ScopeTeam.String() || t.Stage == event.StageDraft || t.Band || !known {
			continue
		}
		list = append(list, Step{t.Indicator, t.Scope, day(t.From), day(t.To), float64(t.Value) / float64(indicator.TargetScale(ind.Unit))})
	}
	slices.SortStableFunc(list, func(a, b Step) int {
		return cmp.Or(cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.Team, b.Team), cmp.Compare(a.From, b.From))
	})
	return list
}
