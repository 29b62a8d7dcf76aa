// SPDX-License-Identifier: Apache-2.0

package event

import (
	"github.com/vigie-kpi/vigie/event/zone"
)

// What a centre starts from when it says nothing.
const (
	DefaultThresholdMs    = 20_000
	DefaultShortAbandonMs = 5_000
	DefaultVariant        = "sl_neg"
	DefaultUnknown        = UnknownAccept
)

// What to do with an event that names a queue or an advisor that the configuration does not know.
const (
	UnknownAccept = "accept" // count it under the centre's defaults
	UnknownRefuse = "refuse" // make it a dead letter
)

// Variants lists the ways to count a service level, by the name of their indicator; a queue is judged by one of them.
var Variants = []string{"sl_neg", "sl_ign", "sl_pos", "sl_ans", "sl_short", "sl_live", "sl_neg_left", "sl_amazon",
	"sl_genesys", "sl_rona"}

// Unknowns lists what UnknownQueues and UnknownAdvisors may hold.
var Unknowns = []string{UnknownAccept, UnknownRefuse}

// Limits on the configuration.
const (
	MaxThresholdMs     = 24 * 60 * 60 * 1000 // one day: a letter may wait longer, but not in a queue leg's threshold
	MaxStateCategories = 1000
	MaxConfigVersion   = 1<<31 - 1
	MaxConfigObjects   = 1 << 20
)

// CentreConfig is the data of config.centre.
type CentreConfig struct {
	Name               string `json:"name,omitempty" doc:"Its name, for people."`
	Zone               string `json:"zone" required:"true" doc:"IANA time zone, for example Europe/Paris."`
	DayStartsAtMinutes int    `json:"day_starts_at_minutes,omitempty" doc:"Minutes after midnight, local time, at which the business day begins."`
	ThresholdMs        int64  `json:"threshold_ms,omitempty" doc:"Service-level threshold T of queues without their own; 20000 when absent."`
	ShortAbandonMs     int64  `json:"short_abandon_ms" doc:"Short-abandon threshold S of queues without their own, at most T; 5000 when absent."`
	Variant            string `json:"variant,omitempty" words:"variants" doc:"Service level of queues without their own; sl_neg when absent."`
	UnknownQueues      string `json:"unknown_queues,omitempty" words:"unknowns" doc:"Events of a queue that is not configured; accept when absent."`
	UnknownAdvisors    string `json:"unknown_advisors,omitempty" words:"unknowns" doc:"Events of an advisor who is not configured; accept when absent."`

	Wall []string `json:"wall,omitempty" doc:"Tiles that the centre's wall has beside its own: an indicator, and its window when that is not the day."`
}

// DefaultCentreConfig is what a centre has that says nothing but its time zone.
func DefaultCentreConfig(zoneName string) CentreConfig {
	return CentreConfig{
		Zone:            zoneName,
		ThresholdMs:     DefaultThresholdMs,
		ShortAbandonMs:  DefaultShortAbandonMs,
		Variant:         DefaultVariant,
		UnknownQueues:   DefaultUnknown,
		UnknownAdvisors: DefaultUnknown,
	}
}

// QueueConfig is the data of config.queue: one queue from an instant on. What is absent is the centre's.
type QueueConfig struct {
	Queue          string `json:"queue" required:"true" doc:"The queue."`
	From           Millis `json:"from_ms,omitempty" doc:"From when on, in ms since 1970 UTC; absent: always."`
	ThresholdMs    int64  `json:"threshold_ms,omitempty" doc:"Service-level threshold T; absent: the centre's."`
	ShortAbandonMs int64  `json:"short_abandon_ms,omitempty" doc:"Short-abandon threshold S, at most T; absent: the centre's, or T if that is less."`
	Variant        string `json:"variant,omitempty" words:"variants" doc:"Service level by which the queue is judged; absent: the centre's."`
	Channel        string `json:"channel,omitempty" words:"channels" doc:"Channel of the contacts that do not say theirs."`
	Programme      string `json:"programme,omitempty" doc:"Programme of the contacts that do not say theirs."`
	Name           string `json:"name,omitempty" doc:"Its name, for people."`
	Calendar       string `json:"calendar,omitempty" doc:"The calendar of its opening hours."`
	OwnerTeam      string `json:"owner_team,omitempty" doc:"The team that answers for its targets, when several serve it."`
	StaffingGroup  string `json:"staffing_group,omitempty" doc:"Queues of the same group share one pool of advisors; absent: a pool of its own."`
	DueBusinessMs  int64  `json:"due_business_ms,omitempty" doc:"Deferred channels: the reply is due after so much opening time."`
	DueWorkingDays int    `json:"due_working_days,omitempty" doc:"Deferred channels: the reply is due at the end of so many working days."`
}

// WithDefaults returns q with what it leaves to the centre filled in. It keeps S <= T: a centre's S beyond the queue's
// own T becomes T.
func (q QueueConfig) WithDefaults(centre CentreConfig) QueueConfig {
	if q.ThresholdMs == 0 {
		q.ThresholdMs = max(centre.ThresholdMs, q.ShortAbandonMs)
	}
	if q.ShortAbandonMs == 0 {
		q.ShortAbandonMs = min(centre.ShortAbandonMs, q.ThresholdMs)
	}
	if q.Variant == "" {
		q.Variant = centre.Variant
	}
	return q
}

// AdvisorConfig is the data of config.advisor: where one advisor belongs in [From, To).
type AdvisorConfig struct {
	Advisor  string `json:"advisor" required:"true" doc:"The advisor."`
	From     Millis `json:"from_ms,omitempty" doc:"From when on, in ms since 1970 UTC; absent: always."`
	To       Millis `json:"to_ms,omitempty" doc:"Until just before when, in ms since 1970 UTC; absent: for ever."`
	Team     string `json:"team,omitempty" doc:"The team the advisor works in."`
	HomeTeam string `json:"home_team,omitempty" doc:"The team the advisor belongs to, when lent to another; absent: the same."`
	Site     string `json:"site,omitempty" doc:"Where the advisor works."`

	ContractMinutesPerWeek int    `json:"contract_minutes_per_week,omitempty" doc:"Working time of the contract: 2100 is 35 hours; absent: not known."`
	TrialEnds              string `json:"trial_ends,omitempty" doc:"Last day of the trial period, such as 2026-12-31; absent: none."`
}

// StatesConfig is the data of config.states: the category of each reason not to be ready. A reason is matched exactly;
// one that is not listed has its DefaultStateCategory.
type StatesConfig struct {
	Categories map[string]string `json:"categories" required:"true" words:"state_categories" doc:"Category of each reason of advisor.state."`
}

// AppliedConfig is the data of config.applied: the objects published before it are complete and in force.
type AppliedConfig struct {
	Version int    `json:"version" required:"true" doc:"Number of this configuration; each is greater than the one before."`
	Count   int    `json:"count" required:"true" doc:"How many config objects belong to it."`
	Hash    string `json:"hash" required:"true" doc:"Hash over these objects, in the order published."`
}

// ParseCentreConfig reads and validates the data of config.centre and fills in the defaults. Errors are *FieldError, as
// for all of the functions below; their Field starts with "data".
func ParseCentreConfig(data []byte) (CentreConfig, error) {
	c := DefaultCentreConfig("")
	err := parsePayload(data, &c)
	return c, err
}

// ParseQueueConfig reads and validates the data of config.queue.
func ParseQueueConfig(data []byte) (QueueConfig, error) { return parseAs[QueueConfig](data) }

// ParseAdvisorConfig reads and validates the data of config.advisor.
func ParseAdvisorConfig(data []byte) (AdvisorConfig, error) { return parseAs[AdvisorConfig](data) }

// ParseStatesConfig reads and validates the data of config.states.
func ParseStatesConfig(data []byte) (StatesConfig, error) { return parseAs[StatesConfig](data) }

// ParseAppliedConfig reads and validates the data of config.applied.
func ParseAppliedConfig(data []byte) (AppliedConfig, error) { return parseAs[AppliedConfig](data) }

// Validate says whether the centre can be run like this.
func (c *CentreConfig) Validate() error {
	if err := c.validate(); err != nil {
		return err
	}
	return nil
}

func (c *CentreConfig) validate() *FieldError {
	if _, err := zone.Load(c.Zone); err != nil {
		return refuseData("zone", ReasonBadWord, "%v", err)
	}
	return firstError(
		checkName("name", c.Name, false),
		checkWall(c.Wall),
		checkNumber("day_starts_at_minutes", int64(c.DayStartsAtMinutes), 0, 24*60-1),
		checkNumber("threshold_ms", c.ThresholdMs, 1, MaxThresholdMs),
		checkNumber("short_abandon_ms", c.ShortAbandonMs, 0, MaxThresholdMs),
		checkShort(c.ShortAbandonMs, c.ThresholdMs),
		checkWord("variant", c.Variant, Variants),
		checkWord("unknown_queues", c.UnknownQueues, Unknowns),
		checkWord("unknown_advisors", c.UnknownAdvisors, Unknowns),
	)
}

// Validate says whether the queue can be run like this.
func (q *QueueConfig) Validate() error {
	if err := q.validate(); err != nil {
		return err
	}
	return nil
}

func (q *QueueConfig) validate() *FieldError {
	err := firstError(
		checkName("queue", q.Queue, true),
		checkNumber("from_ms", q.From, 0, MaxTime),
		checkNumber("threshold_ms", q.ThresholdMs, 0, MaxThresholdMs),
		checkNumber("short_abandon_ms", q.ShortAbandonMs, 0, MaxThresholdMs),
		checkOptionalWord("variant", q.Variant, Variants),
		checkOptionalWord("channel", q.Channel, Channels),
		checkName("programme", q.Programme, false),
		checkName("name", q.Name, false),
		checkName("calendar", q.Calendar, false),
		checkName("owner_team", q.OwnerTeam, false),
		checkName("staffing_group", q.StaffingGroup, false),
		q.checkDue(),
	)
	if err == nil && q.ThresholdMs != 0 {
		err = checkShort(q.ShortAbandonMs, q.ThresholdMs)
	}
	return err
}

// Validate says whether the membership makes sense.
func (a *AdvisorConfig) Validate() error {
	err := firstFault(
		checkName("advisor", a.Advisor, true),
		checkPeriod(a.From, a.To),
		checkName("team", a.Team, false),
		checkName("home_team", a.HomeTeam, false),
		checkName("site", a.Site, false),
		checkNumber("contract_minutes_per_week", int64(a.ContractMinutesPerWeek), 0, MaxContractMinutesPerWeek),
	)
	if err != nil || a.TrialEnds == "" {
		return err
	}
	return firstFault(checkDate("trial_ends", a.TrialEnds))
}

// Validate says whether the categories exist.
func (s *StatesConfig) Validate() error {
	return firstFault(checkWordMap("categories", "reason", "category", s.Categories, StateCategories, MaxStateCategories))
}

// Validate says whether the switch can be checked against what was published.
func (a *AppliedConfig) Validate() error {
	return firstFault(
		checkNumber("version", int64(a.Version), 1, MaxConfigVersion),
		checkNumber("count", int64(a.Count), 0, MaxConfigObjects),
		checkName("hash", a.Hash, true),
	)
}
