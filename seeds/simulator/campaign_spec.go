// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/organisation"
)

// Campaign is how an outbound campaign of the organisation goes. How it dials, what for and in which hours, the
// organisation says.
type Campaign struct {
	Campaign string
	Basis    string // what allows the calls, see event.Bases; with consent, the calendar binds on its dates but not its hours
	List     List
	Regions  []Region
	Astray   float64 // share of the customers whose number is of another region than the one they live in
	Unknown  float64 // share of the customers of whom neither is known: the hours of every region bind

	// Hours are those in which the dialler runs, by the centre's clock, on dates on which the campaign's calendar is open;
	// zero: the hours of that calendar. Where the customer lives it may be another time: that is for the gate to see.
	Hours event.Span

	Answer Answers
	Lines  float64 // predictive: so many lines are dialled for each advisor who is free
	Study  Law     // preview: how long an advisor reads a record before dialling
	Script Script
}

// List is what a campaign dials. A list is loaded once a week, at the beginning of a run as well; the newest is dialled
// first, and four weeks later what is left of it is given up.
type List struct {
	Records int
	People  int          // the customers of the programme that lists are drawn from
	On      time.Weekday // if the campaign's calendar is open on that date
	At      int          // minutes after midnight

	// What the records bring with them, as shares of the records.
	Invalid      float64 // numbers that do not exist
	Withdrawn    float64 // nothing allows the call any more
	Refused      float64 // refused another centre's call in the last 60 days
	Partner      float64 // called by another centre in the last 30 days, up to four times
	Undocumented float64 // nobody can tell what allows the call; the dialler does not look
}

// Region is where customers live.
type Region struct {
	Zone     string  // its time
	Calendar string  // when customers there may be called
	Share    float64 // of the customers; what the others leave is the first region's
}

// Answers is what becomes of a dial of a number that exists, as shares; what is left rings out.
type Answers struct{ Human, Machine, Busy, Rejected float64 }

// Script is what comes of talking to the people who are reached.
type Script struct {
	Useful    float64 // share of the conversations that are with the person who can decide
	Pitched   float64 // share of those in which the offer is made
	Won       float64 // share of those in which it is accepted
	Sale      string  // the code of an offer that is accepted
	Lost      []Code  // of one that is declined
	Unpitched []Code  // of a useful conversation without an offer
	Useless   []Code  // of the others
	Offer     Law     // how long it takes to talk and write, with an offer ...
	Without   Law     // ... and without one
	AfterCall float64 // part of that time that is after-call work
	ByAdvisor float64 // share of the conversations that the advisor ends
	BasketCt  int64   // mean amount of a sale, in cents
}

// Code is how a conversation is disposed of, by a code of the organisation.
type Code struct {
	Code  string
	Share float64
}

// Crew is advisors who work on campaigns, on the first of them that runs, unless the story sends them to the lines.
type Crew struct {
	Advisors  []string
	Campaigns []string
}

func (s *Spec) checkCampaign(c *Campaign) error {
	o := s.Organisation
	i := slices.IndexFunc(o.Campaigns, func(k organisation.Campaign) bool { return k.ID == c.Campaign })
	calendar := func(id string) bool {
		return slices.ContainsFunc(o.Calendars, func(k organisation.Calendar) bool { return k.ID == id })
	}
	switch {
	case i < 0:
		return errors.New("the organisation has no such campaign; add it to campaigns.yaml, or take the campaign out")
	case c.List.People < 2*c.List.Records:
		return fmt.Errorf("a list of %d records cannot be drawn from %d customers; give at least twice as many", c.List.Records, c.List.People)
	case len(c.Regions) == 0:
		return errors.New("nobody lives anywhere; give it at least one of Regions")
	case o.Campaigns[i].Kind == event.KindPreview && c.Study == nil:
		return errors.New("its advisors see records before they dial; say with Study for how long")
	case o.Campaigns[i].Kind != event.KindPreview && c.Lines < 1:
		return fmt.Errorf("it dials %v lines for each advisor who is free; give Lines at least 1", c.Lines)
	}
	for _, r := range c.Regions {
		if !calendar(r.Calendar) {
			return fmt.Errorf("the organisation has no calendar %q for the region %s; add it to calendars.yaml", r.Calendar, r.Zone)
		}
	}
	return c.Script.check(o)
}

// check sees to it that the organisation knows the codes, and that one of each group is chosen.
func (s *Script) check(o *organisation.Organisation) error {
	for _, group := range [][]Code{{{s.Sale, 1}}, s.Lost, s.Unpitched, s.Useless} {
		if len(group) == 0 {
			return errors.New("a conversation can end without a code; give Lost, Unpitched and Useless at least one code each")
		}
		for _, c := range group {
			if o.Dispositions[c.Code] == "" {
				return fmt.Errorf("the organisation has no disposition %q; add it to dispositions.yaml", c.Code)
			}
		}
	}
	return nil
}

func (s *Spec) checkCrew(c *Crew) error {
	for _, id := range c.Campaigns {
		if !slices.ContainsFunc(s.Campaigns, func(k Campaign) bool { return k.Campaign == id }) {
			return fmt.Errorf("a crew works on %s, which is not among Campaigns", id)
		}
	}
	for _, id := range c.Advisors {
		if !slices.ContainsFunc(s.Organisation.Advisors, func(a organisation.Advisor) bool { return a.ID == id }) {
			return fmt.Errorf("the organisation has no advisor %s for the crew of %v; add the advisor to advisors.yaml", id, c.Campaigns)
		}
	}
	return nil
}
