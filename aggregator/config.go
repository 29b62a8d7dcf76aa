// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
)

// config is what applies in a world: the last set of objects that config.applied switched to.
type config struct {
	version  uint32
	objects  []configObject // the set itself, in the order it was published; it goes into the snapshot
	calendar *zone.Calendar
	location *time.Location
	centre   event.CentreConfig
	opening  map[string]ID            // by calendar, see World.hoursOf
	always   ID                       // of queues without a calendar
	queues   map[string][]queueRule   // by queue, in order of `from`
	advisors map[string][]advisorRule // by advisor, in order of `from`
	skills   map[ID][]skill           // by advisor
	states   map[string]category
	classes  map[string]string // class of each disposition code

	campaigns map[string]ID     // programme of each campaign
	sites     map[string]string // of each team
	targets   []event.TargetConfig
	rules     []*alerts.Rule
	leads     map[string]ID        // of a queue: the first queue of its staffing group, where it says one
	groups    map[string][]string  // of such a first queue: all of the group
	catalogue *indicator.Catalogue // with the centre's own indicators; nil without a rule
	leftOut   []error              // what of the set does not apply: see World.catalogueOf
	borders   []membershipBorder   // in order of time
}

// configObject is one config.* record, as published.
type configObject struct {
	typ  event.Type
	data []byte
}

type queueRule struct {
	from                 int64
	thresholdMs, shortMs int32
	variant              variant
	channel, programme   ID
	calendar             string
	staffing             string
	dueBusinessMs        int64 // a reply is due after so much opening time; 0 = it is not
	dueWorkingDays       int32 // or at the end of so many working days
}

type advisorRule struct {
	from, to             int64
	team, homeTeam, site ID
}

// skill is a queue that an advisor serves in [from, to).
type skill struct {
	queue    ID
	from, to int64
}

func (w *World) defaultConfig() config {
	loc, err := zone.Load("UTC")
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return config{
		calendar: zone.NewCalendar(loc, 0),
		location: loc,
		centre:   event.DefaultCentreConfig("UTC"),
	}
}

// buildConfig turns a set of objects into what the folds read. Publishers validate before they publish; an object that
// is wrong all the same makes the whole set a dead letter, and the old one stays.
func (w *World) buildConfig(version uint32, objects []configObject) (config, error) {
	c := w.defaultConfig()
	c.version, c.objects, c.opening = version, objects, map[string]ID{}
	c.campaigns, c.sites, c.skills = map[string]ID{}, map[string]string{}, map[ID][]skill{}
	c.queues, c.advisors, c.states, c.classes = map[string][]queueRule{}, map[string][]advisorRule{}, map[string]category{}, map[string]string{}
	for _, o := range objects { // the centre first: it holds the defaults of the others
		if o.typ == event.ConfigCentre {
			if err := c.setCentre(o.data); err != nil {
				return config{}, err
			}
		}
	}
	c.always = w.names.id(openingText(c.centre.Zone, nil))
	for _, o := range objects {
		if err := w.addObject(&c, o); err != nil {
			return config{}, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.queues)) {
		slices.SortStableFunc(c.queues[name], func(a, b queueRule) int { return cmp.Compare(a.from, b.from) })
	}
	for _, name := range slices.Sorted(maps.Keys(c.advisors)) {
		slices.SortStableFunc(c.advisors[name], func(a, b advisorRule) int { return cmp.Compare(a.from, b.from) })
	}
	w.setGroups(&c)
	c.setBorders()
	return c, nil
}

func (c *config) setCentre(data []byte) error {
	centre, err := event.ParseCentreConfig(data)
	if err != nil {
		return err
	}
	loc, err := zone.Load(centre.Zone)
	if err != nil {
		return err
	}
	c.centre = centre
	c.calendar, c.location = zone.NewCalendar(loc, centre.DayStartsAtMinutes), loc
	return nil
}

func (w *World) addObject(c *config, o configObject) error {
	switch o.typ {
	case event.ConfigQueue:
		q, err := event.ParseQueueConfig(o.data)
		if err != nil {
			return err
		}
		c.queues[q.Queue] = append(c.queues[q.Queue], w.queueRule(c, &q))
	case event.ConfigAdvisor:
		a, err := event.ParseAdvisorConfig(o.data)
		if err != nil {
			return err
		}
		to := a.To
		if to == 0 {
			to = never
		}
		c.advisors[a.Advisor] = append(c.advisors[a.Advisor], advisorRule{from: a.From, to: to,
			team: w.names.id(a.Team), homeTeam: w.names.id(cmp.Or(a.HomeTeam, a.Team)), site: w.names.id(a.Site)})
	case event.ConfigStates:
		s, err := event.ParseStatesConfig(o.data)
		if err != nil {
			return err
		}
		for _, reason := range slices.Sorted(maps.Keys(s.Categories)) {
			c.states[reason] = categoryOf(s.Categories[reason])
		}
	case event.ConfigCalendar:
		calendar, err := event.ParseCalendarConfig(o.data)
		if err != nil {
			return err
		}
		c.opening[calendar.Calendar] = w.names.id(openingText(c.centre.Zone, o.data))
	case event.ConfigCampaign:
		campaign, err := event.ParseCampaignConfig(o.data)
		if err != nil {
			return err
		}
		c.campaigns[campaign.Campaign] = w.names.id(campaign.Programme)
	case event.ConfigDispositions:
		d, err := event.ParseDispositionsConfig(o.data)
		if err != nil {
			return err
		}
		maps.Copy(c.classes, d.Classes)
	case event.ConfigTarget:
		return c.addTarget(o.data)
	case event.ConfigTeam:
		return c.addTeam(o.data)
	case event.ConfigSkill:
		return w.addSkill(c, o.data)
	case event.ConfigRule:
		return w.addRule(c, o.data)
	default: // read by others, or already: it must be right all the same
		return event.CheckPayload(o.typ, o.data)
	}
	return nil
}

func (w *World) queueRule(c *config, q *event.QueueConfig) queueRule {
	full := q.WithDefaults(c.centre)
	v, _ := variantOf(full.Variant)
	return queueRule{from: q.From, variant: v, thresholdMs: int32(full.ThresholdMs), shortMs: int32(full.ShortAbandonMs),
		channel: w.names.id(q.Channel), programme: w.names.id(q.Programme),
		calendar: q.Calendar, staffing: q.StaffingGroup, dueBusinessMs: q.DueBusinessMs, dueWorkingDays: int32(q.DueWorkingDays)}
}

// setGroups finds the queues that share one pool of advisors, as their newest entries say.
func (w *World) setGroups(c *config) {
	c.leads, c.groups = map[string]ID{}, map[string][]string{}
	first := map[string]string{} // of each group
	for _, queue := range slices.Sorted(maps.Keys(c.queues)) {
		dated := c.queues[queue]
		group := dated[len(dated)-1].staffing
		if group == "" {
			continue
		}
		if first[group] == "" {
			first[group] = queue
		}
		c.leads[queue] = w.names.id(first[group])
		c.groups[first[group]] = append(c.groups[first[group]], queue)
	}
}

// addSkill takes note of a queue that an advisor serves.
func (w *World) addSkill(c *config, data []byte) error {
	s, err := event.ParseSkillConfig(data)
	if err != nil {
		return err
	}
	if s.To == 0 {
		s.To = never
	}
	advisor := w.names.id(s.Advisor)
	c.skills[advisor] = append(c.skills[advisor], skill{w.names.id(s.Queue), s.From, s.To})
	return nil
}

// eachSkill calls visit with each queue that an advisor serves at an instant by the skill map, once.
func (w *World) eachSkill(advisor ID, at int64, visit func(queue ID)) {
	list := w.cfg.skills[advisor]
	for i := range list {
		if list[i].in(at) && !slices.ContainsFunc(list[:i], func(o skill) bool { return o.queue == list[i].queue && o.in(at) }) {
			visit(list[i].queue)
		}
	}
}

func (s skill) in(at int64) bool { return s.from <= at && at < s.to }

// queueAt is the rule of a queue at an instant. known is false for a queue that the configuration does not name.
func (w *World) queueAt(queue string, at int64) (rule queueRule, known bool) {
	dated := w.cfg.queues[queue]
	for i := len(dated) - 1; i >= 0; i-- {
		if dated[i].from <= at {
			return dated[i], true
		}
	}
	if len(dated) > 0 {
		return dated[0], true // before its first date a queue follows its first rule
	}
	v, _ := variantOf(w.cfg.centre.Variant)
	return queueRule{variant: v, thresholdMs: int32(w.cfg.centre.ThresholdMs), shortMs: int32(w.cfg.centre.ShortAbandonMs)}, false
}

// advisorAt is the membership of an advisor at an instant.
func (w *World) advisorAt(advisor string, at int64) (rule advisorRule, known bool) {
	dated := w.cfg.advisors[advisor]
	for i := len(dated) - 1; i >= 0; i-- {
		if dated[i].from <= at && at < dated[i].to {
			return dated[i], true
		}
	}
	return advisorRule{}, len(dated) > 0
}

// categoryAt is the category of a reason not to be ready.
func (w *World) categoryAt(reason string) category {
	if c, ok := w.cfg.states[reason]; ok {
		return c
	}
	return categoryOf(event.DefaultStateCategory(reason))
}

func categoryOf(name string) category {
	for c := timeBreak; c < numCategories; c++ {
		if timeMeasures[c].String() == name+"_ms" {
			return c
		}
	}
	return timeOther
}
