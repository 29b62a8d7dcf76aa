// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/event"
)

// Objects returns what is published of the organisation: one object for each thing and date, in an order of their own,
// whatever the order of the files. The same organisation always gives the same bytes.
func (o *Organisation) Objects() []event.ConfigObject {
	var c compiler
	c.add(event.ConfigCentre, o.Centre)
	for _, p := range sortedBy(o.Programmes, func(p Programme) string { return p.ID }) {
		c.add(event.ConfigProgramme, event.ProgrammeConfig{Programme: p.ID, Name: p.Name})
	}
	for _, s := range sortedBy(o.Sites, func(s Site) string { return s.ID }) {
		c.add(event.ConfigSite, event.SiteConfig{Site: s.ID, Name: s.Name, Zone: s.Zone})
	}
	for _, k := range sortedBy(o.Calendars, func(k Calendar) string { return k.ID }) {
		c.add(event.ConfigCalendar, k.config())
	}
	for _, t := range sortedBy(o.Teams, func(t Team) string { return t.ID }) {
		c.add(event.ConfigTeam, t.config())
	}
	for _, q := range o.Queues { // sorted when they were read
		c.add(event.ConfigQueue, q.QueueConfig)
	}
	for _, k := range sortedBy(o.Campaigns, func(k Campaign) string { return k.ID }) {
		c.add(event.ConfigCampaign, k.config())
	}
	memberships := o.Memberships()
	for _, m := range memberships {
		c.add(event.ConfigAdvisor, m)
	}
	for _, s := range o.skills(memberships) {
		c.add(event.ConfigSkill, s)
	}
	for _, i := range sortedBy(o.Indicators, func(i event.IndicatorConfig) string { return i.ID }) {
		c.add(event.ConfigIndicator, i)
	}
	for _, t := range o.Targets { // sorted when they were read
		c.add(event.ConfigTarget, t.config())
	}
	for _, k := range sortedBy(o.Rules, func(k Rule) string { return k.Rule }) {
		c.add(event.ConfigRule, k.RuleConfig)
	}
	if len(o.Dispositions) > 0 {
		c.add(event.ConfigDispositions, event.DispositionsConfig{Classes: o.Dispositions})
	}
	if len(o.States) > 0 {
		c.add(event.ConfigStates, event.StatesConfig{Categories: o.States})
	}
	return c.objects
}

func sortedBy[T any](all []T, key func(T) string) []T {
	return slices.SortedStableFunc(slices.Values(all), func(a, b T) int { return cmp.Compare(key(a), key(b)) })
}

type compiler struct{ objects []event.ConfigObject }

func (c *compiler) add(t event.Type, payload any) {
	data, err := json.Marshal(payload)
	if err != nil {
		panic("BUG: a configuration holds strings and integers only, yet: " + err.Error())
	}
	c.objects = append(c.objects, event.ConfigObject{Type: t, Data: data})
}

// weekdayNames are how the log names days, by time.Weekday.
var weekdayNames = [7]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

func (c *Calendar) config() *event.CalendarConfig {
	k := &event.CalendarConfig{Calendar: c.ID, Hours: map[string]string{}}
	for day, spans := range c.Week {
		if len(spans) > 0 {
			k.Hours[weekdayNames[day]] = hoursText(spans)
		}
	}
	for _, date := range c.Closed {
		k.Closed = append(k.Closed, string(date))
	}
	for _, date := range slices.Sorted(maps.Keys(c.Exceptional)) {
		if spans := c.Exceptional[date]; len(spans) > 0 {
			if k.Exceptional == nil {
				k.Exceptional = map[string]string{}
			}
			k.Exceptional[string(date)] = hoursText(spans)
		} else if !slices.Contains(k.Closed, string(date)) {
			k.Closed = append(k.Closed, string(date))
		}
	}
	slices.Sort(k.Closed)
	return k
}

// hoursText writes spans as the log has them: 08:30-12:00,14:00-18:00.
func hoursText(spans []event.Span) string {
	parts := make([]string, len(spans))
	for i, s := range spans {
		parts[i] = clockText(s.From) + "-" + clockText(s.To)
	}
	return strings.Join(parts, ",")
}

func clockText(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func (t *Team) config() *event.TeamConfig {
	return &event.TeamConfig{Team: t.ID, Name: t.Name, Site: t.Site, Kind: t.Kind, Wall: t.Wall}
}

func (c *Campaign) config() *event.CampaignConfig {
	return &event.CampaignConfig{Campaign: c.ID, Name: c.Name, Programme: c.Programme, Queue: c.Queue, Kind: c.Kind, Purpose: c.Purpose, Calendar: c.Calendar}
}

func (t *Target) config() *event.TargetConfig {
	k := &event.TargetConfig{ScopeKind: t.Kind, Scope: t.Scope, Indicator: t.Indicator, From: t.From, To: t.To, Value: t.Value,
		Stage: t.Stage, CommunicatedAt: t.Communicated, Guard: t.Guard}
	if t.Band {
		to := t.ValueTo
		k.ValueTo = &to
	}
	return k
}

// Memberships are who works in which team, stretch by stretch without overlap: a loan cuts the membership that it lies in.
// They are sorted by advisor, then time.
func (o *Organisation) Memberships() []event.AdvisorConfig {
	siteOf := map[string]string{}
	for _, t := range o.Teams {
		siteOf[t.ID] = t.Site
	}
	var all []event.AdvisorConfig
	for i := range o.Advisors { // sorted when they were read
		a := &o.Advisors[i]
		base := event.AdvisorConfig{Advisor: a.ID, From: a.From, To: a.To, Team: a.Team, HomeTeam: a.HomeTeam,
			Site: cmp.Or(a.Site, siteOf[a.Team]), ContractMinutesPerWeek: a.ContractMinutes, TrialEnds: string(a.TrialEnds)}
		for _, l := range a.Loans {
			before, lent := base, base
			before.To = l.From
			if before.From < before.To {
				all = append(all, before)
			}
			lent.From, lent.To, lent.Team, lent.HomeTeam = l.From, l.To, l.Team, cmp.Or(a.HomeTeam, a.Team)
			all = append(all, lent)
			base.From = l.To
		}
		if base.To == 0 || base.From < base.To {
			all = append(all, base)
		}
	}
	return all
}

// interval is [from, to); a to of 0 is for ever.
type interval struct{ from, to event.Millis }

// skills says which advisor serves which queue when: those named, and whoever works in a team that is named, as long as
// that is so.
func (o *Organisation) skills(memberships []event.AdvisorConfig) []event.SkillConfig {
	type pair struct{ advisor, queue string }
	served := map[pair][]interval{}
	for _, k := range o.Skills {
		for _, queue := range k.Queues {
			for _, advisor := range k.Advisors {
				served[pair{advisor, queue}] = append(served[pair{advisor, queue}], interval{k.From, k.To})
			}
			for _, m := range memberships {
				if both, some := overlap(interval{k.From, k.To}, interval{m.From, m.To}); some && slices.Contains(k.Teams, m.Team) {
					served[pair{m.Advisor, queue}] = append(served[pair{m.Advisor, queue}], both)
				}
			}
		}
	}
	pairs := slices.SortedFunc(maps.Keys(served), func(a, b pair) int { //deterministic: keys are never equal
		return cmp.Or(cmp.Compare(a.advisor, b.advisor), cmp.Compare(a.queue, b.queue))
	})
	var all []event.SkillConfig
	for _, p := range pairs {
		for _, i := range joined(served[p]) {
			all = append(all, event.SkillConfig{Advisor: p.advisor, Queue: p.queue, From: i.from, To: i.to})
		}
	}
	return all
}

func overlap(a, b interval) (interval, bool) {
	both := interval{max(a.from, b.from), a.to}
	if a.to == 0 || b.to != 0 && b.to < a.to {
		both.to = b.to
	}
	return both, both.to == 0 || both.from < both.to
}

// joined merges intervals that touch or overlap, in order of time.
func joined(all []interval) []interval {
	slices.SortFunc(all, func(a, b interval) int { return cmp.Compare(a.from, b.from) })
	var out []interval
	for _, next := range all {
		if n := len(out); n > 0 && (out[n-1].to == 0 || next.from <= out[n-1].to) {
			if last := &out[n-1]; last.to != 0 && (next.to == 0 || next.to > last.to) {
				last.to = next.to
			}
			continue
		}
		out = append(out, next)
	}
	return out
}
