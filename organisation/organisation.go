// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
)

// Organisation is one centre as its files describe it. Instants are ms since 1970 UTC; a From of 0 is always, a To of 0
// for ever.
type Organisation struct {
	ID           string             // "" when centre.yaml does not say
	Centre       event.CentreConfig // with the defaults filled in
	ShortGiven   bool               // the centre's S was chosen, so must not be bent to fit its T
	Programmes   []Programme
	Sites        []Site
	Calendars    []Calendar
	Teams        []Team
	Queues       []Queue // each complete: what a later entry leaves out is that of the one before
	Campaigns    []Campaign
	Shifts       []Shift
	Advisors     []Advisor
	Skills       []Skill
	Indicators   []event.IndicatorConfig // of the centre's own
	Targets      []Target
	Rules        []Rule
	Boards       []Board           // not published
	Dispositions map[string]string // class of each code
	States       map[string]string // category of each reason not to be ready
}

// Programme is whose contacts these are.
type Programme struct{ ID, Name string }

// Site is where people work.
type Site struct{ ID, Name, Zone string }

// Team is a team.
type Team struct {
	ID, Name, Site, Kind string
	Wall                 []string // tiles of the centre's choice: see event.ParseWallTile
}

// Date is a day of the calendar, as 2026-11-17.
type Date string

// Calendar is when something is open, in the centre's time.
type Calendar struct {
	ID          string
	Week        [7][]event.Span // by time.Weekday; empty is closed
	Closed      []Date          // holidays included, sorted
	Exceptional map[Date][]event.Span
}

// Open returns the hours of a date that falls on that weekday.
func (c *Calendar) Open(date Date, day time.Weekday) []event.Span {
	if spans, ok := c.Exceptional[date]; ok {
		return spans
	}
	for _, closed := range c.Closed {
		if closed == date {
			return nil
		}
	}
	return c.Week[day]
}

// Queue is one queue from an instant on.
type Queue struct {
	event.QueueConfig
	at *entry
}

// Campaign is an outbound campaign.
type Campaign struct{ ID, Name, Programme, Queue, Kind, Purpose, Calendar string }

// Shift is a pattern of working hours. It is not published: advisors' plannings are.
type Shift struct {
	ID           string
	Begins, Ends int  // minutes after midnight; Ends <= Begins is on the next day
	Days         Days // on which it begins
	LunchMs      int64
	LunchBetween event.Span // zero: anywhere
	BreakMs      int64
	BreakEveryMs int64
}

// Days is a set of weekdays: bit n is time.Weekday n.
type Days uint8

// Has tells whether d is in the set.
func (ds Days) Has(d time.Weekday) bool { return ds&(1<<d) != 0 }

// AllDays is every weekday.
const AllDays Days = 1<<7 - 1

// Advisor is one membership of one advisor, in [From, To).
type Advisor struct {
	ID, Name             string // the name stays in the files
	From, To             event.Millis
	Team, HomeTeam, Site string // HomeTeam "" is Team; Site "" is the team's
	Loans                []Loan
	ContractMinutes      int // a week; 0: not said
	TrialEnds            Date
	Shift                string // usual one; "" when not said
	Days, Telework       Days   // Days 0: all of the shift's
	at                   *entry
}

// Loan is time with another team, in [From, To).
type Loan struct {
	Team     string
	From, To event.Millis
	at       *entry
}

// Skill says that whoever works in the teams, and these advisors, serve the queues, in [From, To).
type Skill struct {
	Queues, Teams, Advisors []string
	From, To                event.Millis
}

// Target is the wanted value of an indicator for a scope, in [From, To).
type Target struct {
	Indicator      string
	Kind, Scope    string // kind of scope and its id; "centre" and "" for the centre
	Value, ValueTo int64  // in the indicator's unit, basis points for shares; ValueTo only for a band
	Band           bool
	From, To       event.Millis
	Stage          string
	Communicated   event.Millis
	Guard          string
	at             *entry
}

// location is the centre's zone; UTC when it is not one, which was reported.
func (o *Organisation) location() *time.Location {
	loc, err := zone.Load(o.Centre.Zone)
	if err != nil {
		return time.UTC
	}
	return loc
}
