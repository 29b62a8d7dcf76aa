// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
)

// Config is what a board needs of a centre's configuration. It is immutable.
type Config struct {
	Version   int
	Centre    event.CentreConfig
	Location  *time.Location
	teams     []event.TeamConfig
	campaigns []event.CampaignConfig
	queues    map[string][]event.QueueConfig // by queue, in order of From
	calendars map[string]*calendar
	opening   map[string]event.CalendarConfig
	members   []event.AdvisorConfig
	skills    []event.SkillConfig
	targets   []event.TargetConfig
}

// NewConfig reads a configuration as it was published. The error names the object that cannot be read.
func NewConfig(version int, objects []event.ConfigObject) (*Config, error) {
	c := &Config{Version: version, Centre: event.DefaultCentreConfig("UTC"), Location: time.UTC,
		queues: map[string][]event.QueueConfig{}, calendars: map[string]*calendar{}, opening: map[string]event.CalendarConfig{}}
	for i, o := range objects {
		if err := c.add(o); err != nil {
			return nil, fmt.Errorf("reading the configuration for the wall: object %d, %s: %w", i+1, o.Type, err)
		}
	}
	loc, err := zone.Load(c.Centre.Zone)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration for the wall: %w", err)
	}
	c.Location = loc
	for _, queue := range slices.Sorted(maps.Keys(c.queues)) {
		slices.SortStableFunc(c.queues[queue], func(a, b event.QueueConfig) int { return cmp.Compare(a.From, b.From) })
	}
	return c, nil
}

func (c *Config) add(o event.ConfigObject) (err error) {
	switch o.Type {
	case event.ConfigCentre:
		c.Centre, err = event.ParseCentreConfig(o.Data)
	case event.ConfigTeam:
		c.teams, err = appendParsed(c.teams, o.Data, event.ParseTeamConfig)
	case event.ConfigCampaign:
		c.campaigns, err = appendParsed(c.campaigns, o.Data, event.ParseCampaignConfig)
	case event.ConfigAdvisor:
		c.members, err = appendParsed(c.members, o.Data, event.ParseAdvisorConfig)
	case event.ConfigSkill:
		c.skills, err = appendParsed(c.skills, o.Data, event.ParseSkillConfig)
	case event.ConfigTarget:
		c.targets, err = appendParsed(c.targets, o.Data, event.ParseTargetConfig)
	case event.ConfigQueue:
		var q event.QueueConfig
		if q, err = event.ParseQueueConfig(o.Data); err == nil {
			c.queues[q.Queue] = append(c.queues[q.Queue], q)
		}
	case event.ConfigCalendar:
		var k event.CalendarConfig
		if k, err = event.ParseCalendarConfig(o.Data); err == nil {
			c.calendars[k.Calendar], c.opening[k.Calendar] = newCalendar(&k), k
		}
	}
	return err
}

func appendParsed[T any](list []T, data []byte, parse func([]byte) (T, error)) ([]T, error) {
	one, err := parse(data)
	if err != nil {
		return list, err
	}
	return append(list, one), nil
}

// Queues lists the queues by id.
func (c *Config) Queues() []string { return slices.Sorted(maps.Keys(c.queues)) }

// Queue is what applies to a queue at an instant, with the centre's defaults filled in. A queue that is not configured has
// nothing but these.
func (c *Config) Queue(id string, at int64) event.QueueConfig {
	found := event.QueueConfig{Queue: id}
	for i, q := range c.queues[id] {
		if i == 0 || q.From <= at {
			found = q
		}
	}
	return found.WithDefaults(c.Centre)
}

// hours are the opening hours of a calendar, for sums of opening time; what has no calendar never closes. They are made anew,
// because they are for one goroutine.
func (c *Config) hours(calendar string) *zone.Hours {
	k, known := c.opening[calendar]
	if !known {
		return zone.AlwaysOpen(c.Location)
	}
	return k.OpeningHours(c.Location)
}

// queueName is the queue's name for people.
func (c *Config) queueName(id string, at int64) string { return cmp.Or(c.Queue(id, at).Name, id) }

// wallTiles are the tiles that are added to the wall of a team, or for "" to that of the centre.
func (c *Config) wallTiles(team string) []string {
	if team == "" {
		return c.Centre.Wall
	}
	for _, t := range c.teams {
		if t.Team == team {
			return t.Wall
		}
	}
	return nil
}

// campaignName is the campaign's name for people.
func (c *Config) campaignName(id string) string {
	for _, k := range c.campaigns {
		if k.Campaign == id {
			return nameOr(k.Name, id)
		}
	}
	return id
}

// Teams lists the teams in the order of the configuration.
func (c *Config) Teams() []event.TeamConfig { return c.teams }

// Roster is who serves what at an instant. It names teams and queues, no person.
type Roster struct {
	served map[string][]string // queues by team
}

// Served lists the queues of a team, by id.
func (r *Roster) Served(team string) []string { return r.served[team] }

// RosterAt reads the dated skill map. A team serves a queue when more than half of those who work in it at that instant
// have the skill: one advisor who is lent brings no queue along.
func (c *Config) RosterAt(at int64) *Roster {
	teamOf, size := map[string]string{}, map[string]int{}
	for _, m := range c.members {
		if m.Team != "" && m.From <= at && (m.To == 0 || at < m.To) && teamOf[m.Advisor] == "" {
			teamOf[m.Advisor] = m.Team
			size[m.Team]++
		}
	}
	type serves struct{ team, queue string }
	skilled := map[serves]int{}
	seen := map[[2]string]bool{}
	for _, s := range c.skills {
		who := [2]string{s.Advisor, s.Queue}
		if s.From > at || s.To != 0 && at >= s.To || seen[who] {
			continue
		}
		seen[who] = true
		skilled[serves{teamOf[s.Advisor], s.Queue}]++
	}
	r := &Roster{served: map[string][]string{}}
	for _, team := range slices.Sorted(maps.Keys(size)) {
		for _, queue := range c.Queues() {
			if 2*skilled[serves{team, queue}] > size[team] {
				r.served[team] = append(r.served[team], queue)
			}
		}
	}
	return r
}

// KindOf is the board of a team, by the centre's own word for it.
func KindOf(word string) Kind {
	for _, k := range kindWords {
		if slices.Contains(k.words, word) {
			return k.kind
		}
	}
	return KindInbound
}

var kindWords = []struct {
	kind  Kind
	words []string
}{
	{KindBackOffice, []string{"backoffice", "back-office", "back office", "back_office", "deferred", "différé", "differe"}},
	{KindOutbound, []string{"outbound", "sales", "sortant", "vente", "ventes", "appels sortants"}},
}
