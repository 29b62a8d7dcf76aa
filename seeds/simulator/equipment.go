// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"strconv"
	"strings"

	"github.com/vigie-kpi/vigie/event"
)

// numbersPerCampaign is how many numbers a campaign presents, in turn.
const numbersPerCampaign = 4

// seat says where a call rings: by the trunk of the advisor's site, at the advisor's telephone. A chat comes by no trunk.
func (a *advisor) seat(e *event.Event, isChat bool) {
	e.Workstation = "poste-" + strings.TrimLeft(a.id, "a")
	if a.site != "" && !isChat {
		e.Line = a.site + "-sip"
	}
}

// presents is the number that the dial shows: they take turns.
func (c *campaign) presents() string { return c.number(c.s.dials) }

func (c *campaign) number(turn int) string {
	return c.org.ID + "-" + strconv.Itoa(turn%numbersPerCampaign+1)
}

// Flag is a number of a campaign that the networks show as unwanted: a share of the people who would have answered do not.
type Flag struct {
	When
	Campaign string
	Number   int     // from 1
	Share    float64 // of those who would have answered
}

type flag struct {
	span
	line  string
	share float64
}

// flagged tells whether somebody who would answer does not, because of the number. Its chance is its own: what becomes of
// all other dials is the same without it.
func (o *outcall) flagged() bool {
	for i := range o.s.plot.flags {
		if f := &o.s.plot.flags[i]; f.line == o.line && f.has(o.s.clock.now) {
			return newDice(o.s.options.Seed, "flag "+o.id).chance(f.share)
		}
	}
	return false
}
