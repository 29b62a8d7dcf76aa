// SPDX-License-Identifier: Apache-2.0

package event

import (
	"slices"

	"github.com/vigie-kpi/vigie/event/zone"
)

// Limits on what an organisation says.
const (
	MaxDispositions           = 1000
	MaxContractMinutesPerWeek = 7 * 24 * 60
	MaxDueBusinessMs          = 90 * 24 * 60 * 60 * 1000 // ninety days of opening around the clock
	MaxDueWorkingDays         = 260                      // a year of five-day weeks
)

// DeferredChannels lists the channels whose contacts wait for hours or days, so that a queue has a due time.
var DeferredChannels = []string{ChannelEmail, ChannelSocial, ChannelLetter, ChannelSMS}

// ProgrammeConfig is the data of config.programme.
type ProgrammeConfig struct {
	Programme string `json:"programme" required:"true" doc:"The programme, as events and queues name it."`
	Name      string `json:"name,omitempty" doc:"Its name, for people."`
}

// SiteConfig is the data of config.site.
type SiteConfig struct {
	Site string `json:"site" required:"true" doc:"The site, as events and teams name it."`
	Name string `json:"name,omitempty" doc:"Its name, for people."`
	Zone string `json:"zone,omitempty" doc:"IANA time zone, for example Indian/Reunion; absent: the centre's."`
}

// TeamConfig is the data of config.team.
type TeamConfig struct {
	Team string `json:"team" required:"true" doc:"The team, as events and memberships name it."`
	Name string `json:"name,omitempty" doc:"Its name, for people."`
	Site string `json:"site,omitempty" doc:"Where its advisors work when they do not say otherwise."`
	Kind string `json:"kind,omitempty" doc:"What kind of team it is, in the centre's own word."`

	Wall []string `json:"wall,omitempty" doc:"Tiles that its wall has beside its own: an indicator, and its window when that is not the day."`
}

// CampaignConfig is the data of config.campaign.
type CampaignConfig struct {
	Campaign  string `json:"campaign" required:"true" doc:"The campaign, as events name it."`
	Name      string `json:"name,omitempty" doc:"Its name, for people."`
	Programme string `json:"programme,omitempty" doc:"Whose campaign it is."`
	Queue     string `json:"queue,omitempty" doc:"Where its contacts wait for an advisor."`
	Kind      string `json:"kind,omitempty" words:"dial_kinds" doc:"How it dials, when a call does not say."`
	Purpose   string `json:"purpose" required:"true" words:"purposes" doc:"What it calls for; the law asks different things of each."`
	Calendar  string `json:"calendar" required:"true" doc:"The calendar of hours in which it may dial."`
}

// SkillConfig is the data of config.skill: the advisor serves the queue in [From, To).
type SkillConfig struct {
	Advisor string `json:"advisor" required:"true" doc:"The advisor."`
	Queue   string `json:"queue" required:"true" doc:"The queue that the advisor serves."`
	From    Millis `json:"from_ms,omitempty" doc:"From when on, in ms since 1970 UTC; absent: always."`
	To      Millis `json:"to_ms,omitempty" doc:"Until just before when, in ms since 1970 UTC; absent: for ever."`
}

// DispositionsConfig is the data of config.dispositions: the class of each code of contact.disposed. A code is matched
// exactly; an event's own class wins.
type DispositionsConfig struct {
	Classes map[string]string `json:"classes" required:"true" words:"classes" doc:"Class of each code of contact.disposed."`
}

// ParseProgrammeConfig reads and validates the data of config.programme.
func ParseProgrammeConfig(data []byte) (ProgrammeConfig, error) {
	return parseAs[ProgrammeConfig](data)
}

// ParseSiteConfig reads and validates the data of config.site.
func ParseSiteConfig(data []byte) (SiteConfig, error) { return parseAs[SiteConfig](data) }

// ParseTeamConfig reads and validates the data of config.team.
func ParseTeamConfig(data []byte) (TeamConfig, error) { return parseAs[TeamConfig](data) }

// ParseCampaignConfig reads and validates the data of config.campaign.
func ParseCampaignConfig(data []byte) (CampaignConfig, error) { return parseAs[CampaignConfig](data) }

// ParseSkillConfig reads and validates the data of config.skill.
func ParseSkillConfig(data []byte) (SkillConfig, error) { return parseAs[SkillConfig](data) }

// ParseDispositionsConfig reads and validates the data of config.dispositions.
func ParseDispositionsConfig(data []byte) (DispositionsConfig, error) {
	return parseAs[DispositionsConfig](data)
}

// Validate says whether the programme can be named like this.
func (p *ProgrammeConfig) Validate() error {
	return firstFault(checkName("programme", p.Programme, true), checkName("name", p.Name, false))
}

// Validate says whether the site makes sense.
func (s *SiteConfig) Validate() error {
	return firstFault(checkName("site", s.Site, true), checkName("name", s.Name, false), checkZone(s.Zone))
}

// Validate says whether the team makes sense.
func (t *TeamConfig) Validate() error {
	return firstFault(
		checkName("team", t.Team, true),
		checkName("name", t.Name, false),
		checkName("site", t.Site, false),
		checkName("kind", t.Kind, false),
		checkWall(t.Wall),
	)
}

// Validate says whether the campaign can be dialled like this.
func (c *CampaignConfig) Validate() error {
	return firstFault(
		checkName("campaign", c.Campaign, true),
		checkName("name", c.Name, false),
		checkName("programme", c.Programme, false),
		checkName("queue", c.Queue, false),
		checkOptionalWord("kind", c.Kind, DialKinds),
		checkWord("purpose", c.Purpose, Purposes),
		checkName("calendar", c.Calendar, true),
	)
}

// Validate says whether the skill makes sense.
func (s *SkillConfig) Validate() error {
	return firstFault(checkName("advisor", s.Advisor, true), checkName("queue", s.Queue, true), checkPeriod(s.From, s.To))
}

// Validate says whether the classes exist.
func (d *DispositionsConfig) Validate() error {
	return firstFault(checkWordMap("classes", "code", "class", d.Classes, Classes, MaxDispositions))
}

// checkDue checks the due time of a queue: one measure of it, in a channel that can wait, with the calendar that counts it.
func (q *QueueConfig) checkDue() *FieldError {
	if err := firstError(
		checkNumber("due_business_ms", q.DueBusinessMs, 0, MaxDueBusinessMs),
		checkNumber("due_working_days", int64(q.DueWorkingDays), 0, MaxDueWorkingDays),
	); err != nil {
		return err
	}
	member := "due_business_ms"
	if q.DueWorkingDays != 0 {
		member = "due_working_days"
	}
	switch {
	case q.DueBusinessMs == 0 && q.DueWorkingDays == 0:
		return nil
	case q.DueBusinessMs != 0 && q.DueWorkingDays != 0:
		return refuseData(member, ReasonContradiction, "found with due_business_ms; give the one that was agreed")
	case q.Channel != "" && !slices.Contains(DeferredChannels, q.Channel):
		return refuseData(member, ReasonContradiction, "found in a queue of the channel %s; it is for %s: elsewhere the customer waits, and threshold_ms says how long",
			q.Channel, oneOf(DeferredChannels))
	case q.Calendar == "":
		return refuseData("calendar", ReasonMissing, "missing; %s counts opening time, so name the calendar that has it", member)
	}
	return nil
}

// checkZone checks a time zone that may be absent.
func checkZone(name string) *FieldError {
	if name == "" {
		return nil
	}
	if _, err := zone.Load(name); err != nil {
		return refuseData("zone", ReasonBadWord, "%v", err)
	}
	return nil
}

// checkPeriod checks [from, to), where a to of 0 is for ever.
func checkPeriod(from, to Millis) *FieldError {
	err := firstError(checkNumber("from_ms", from, 0, MaxTime), checkNumber("to_ms", to, 0, MaxTime))
	if err == nil && to != 0 && to <= from {
		err = refuseData("to_ms", ReasonContradiction, "found %d, it must be after from_ms, %d", to, from)
	}
	return err
}
