// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"errors"
	"fmt"
	"slices"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/organisation"
)

// Overrun is a campaign that nobody stops when the hours end (From): the dialler goes on, and the gate holds back so many
// records, one every five seconds, until somebody notices.
type Overrun struct {
	When
	Campaign string
	Records  int
}

// Blunder makes a share of a campaign's calls break a rule that the dialler does not see, and the second check does.
type Blunder struct {
	When
	Campaign string
	Verdict  string // what the second check says, see event.RefusalVerdicts
	Share    float64
}

// Withdrawal is one customer (From) who does not want any more what a campaign sold 8 to 24 hours before.
type Withdrawal struct {
	When
	Campaign string
}

// Publication is a new threshold of a queue that is published at From as `vigie apply` would do it, and applies from
// midnight on the date Valid.
type Publication struct {
	When
	Version     int // of the configuration
	Queue       string
	ThresholdMs int64
	Valid       organisation.Date
}

// check says what the story asks for that is not there.
func (x *Story) check(s *Spec) error {
	var errs []error
	campaign := func(id string) {
		if !slices.ContainsFunc(s.Campaigns, func(c Campaign) bool { return c.Campaign == id }) {
			errs = append(errs, fmt.Errorf("the story: there is no campaign %q; add it to Campaigns, or take the scene out", id))
		}
	}
	for _, o := range x.Overruns {
		campaign(o.Campaign)
	}
	for _, b := range x.Blunders {
		campaign(b.Campaign)
		if !slices.Contains(event.RefusalVerdicts, b.Verdict) {
			errs = append(errs, fmt.Errorf("the story: %q is no verdict; write one of %v", b.Verdict, event.RefusalVerdicts))
		}
	}
	for _, w := range x.Withdrawals {
		campaign(w.Campaign)
	}
	for _, f := range x.Flags {
		campaign(f.Campaign)
	}
	for _, p := range x.Publications {
		if !slices.ContainsFunc(s.Organisation.Queues, func(q organisation.Queue) bool { return q.Queue == p.Queue }) {
			errs = append(errs, fmt.Errorf("the story: the organisation has no queue %q to publish a threshold of", p.Queue))
		}
		if _, err := dayOf(p.Valid); err != nil {
			errs = append(errs, fmt.Errorf("the story: %w", err))
		}
	}
	return errors.Join(errs...)
}

type blunder struct {
	span
	Blunder
}

// setOutboundStory sets the alarms of the campaigns' scenes, and of the configuration's.
func (s *simulation) setOutboundStory(story *Story, set func(When, func(span))) {
	for _, x := range story.Overruns {
		set(x.When, func(span) { s.campaign(x.Campaign).overrun(x.Records) })
	}
	for _, x := range story.Withdrawals {
		set(x.When, func(span) { s.withdraw(x.Campaign) })
	}
	for _, x := range story.Publications {
		set(x.When, func(span) { s.publish(&x) })
	}
}

// blunder is what the second check finds wrong with a dial now that the dialler does not see; "" for nothing.
func (s *simulation) blunder(c *campaign, r *record) string {
	for i := range s.plot.blunders {
		if b := &s.plot.blunders[i]; b.Campaign == c.org.ID && b.has(s.clock.now) && r.dice.chance(b.Share) {
			return b.Verdict
		}
	}
	return ""
}

// overrun tries records that may not be called any more.
func (c *campaign) overrun(records int) {
	for i := range records {
		c.s.clock.after(int64(i)*betweenMs, func() {
			var spared []*record
			r := c.take()
			for r != nil && c.check(r).verdict != event.VerdictOutOfWindow {
				spared = append(spared, r)
				r = c.take()
			}
			if r != nil {
				c.dial(r, nil)
			}
			for _, kept := range spared { // where it is another time, or none is right: they keep their turn
				c.putBack(kept, c.s.clock.now)
			}
		})
	}
}

// withdraw cancels the last sale of a campaign that is old enough and stands.
func (s *simulation) withdraw(campaign string) {
	for _, o := range slices.Backward(s.outSales) {
		v := o.truth.Sale
		if age := s.clock.now - v.At; o.truth.Campaign == campaign && v.CancelledAt == 0 && age >= 8*hourMs && age < 24*hourMs {
			o.cancelSale()
			return
		}
	}
}

// publish puts the organisation with the new threshold into the log. Plannings and people do not change; an import is read
// by the organisation as it is known to the centre, so nothing is published into one.
func (s *simulation) publish(x *Publication) {
	if s.options.Lane != "" {
		return
	}
	day, err := dayOf(x.Valid)
	if err != nil {
		panic("BUG: a date that was checked is none: " + err.Error())
	}
	org := *s.spec.Organisation
	org.Queues = slices.Clone(org.Queues)
	last := 0
	for i := range org.Queues {
		if org.Queues[i].Queue == x.Queue {
			last = i
		}
	}
	from := s.wall.at(day, 0)
	changed := org.Queues[last]
	changed.From, changed.ThresholdMs = from, x.ThresholdMs
	org.Queues = slices.Insert(org.Queues, last+1, changed)
	s.mouth.publish(organisation.Records(s.centreID(), x.Version, s.clock.now, org.Objects()))
	s.truth.Published = append(s.truth.Published, &Published{At: s.clock.now, Version: x.Version, Queue: x.Queue, ThresholdMs: x.ThresholdMs, From: from})
}

// Published is a change of the configuration.
type Published struct {
	At          int64  `json:"at"`
	Version     int    `json:"version"`
	Queue       string `json:"queue"`
	ThresholdMs int64  `json:"threshold_ms"`
	From        int64  `json:"from"` // from when it applies
}

// publish puts a configuration into the log: as a whole and in order, whatever happens to other events.
func (m *mouth) publish(events []event.Event) {
	m.arriveUntil(m.s.clock.now)
	for i := range events {
		m.said++
		m.send(&events[i], m.s.clock.now+m.s.options.Delivery.DelayMs)
	}
}
