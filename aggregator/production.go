// SPDX-License-Identifier: Apache-2.0

package aggregator

import "github.com/vigie-kpi/vigie/indicator"

// Production: the time that an advisor is there for contacts (available, ringing, on contact, wrapping) while on a campaign,
// whichever contacts these are. A pause counts for nothing and does not end the assignment.
//
// A state that names a campaign puts the advisor on it, until one names another, or says available and names neither a campaign
// nor a queue, or until the advisor is logged out.

// assignment is the campaign that an advisor is on, and its programme; none when the campaign is 0.
type assignment struct{ campaign, programme ID }

// assign follows a state before it is applied: a log-out ends what it says.
func (s *shift) assign(m *moment) {
	switch {
	case m.state == wordOffline:
	case m.campaign != 0:
		s.assignment = assignment{m.campaign, m.programme}
	case m.state == wordAvailable && m.queue == 0:
		s.assignment = assignment{}
	}
}

// settleProduction books ms of time for contacts.
func (s *shift) settleProduction(ms int64) {
	if s.campaign == 0 {
		return
	}
	for i := range s.made {
		if d := &s.made[i].dims; d.Campaign == s.campaign && d.Programme == s.programme {
			s.made[i].ms += ms
			return
		}
	}
	s.made = append(s.made, load{Dims{Campaign: s.campaign, Programme: s.programme}, ms})
}

func (s *shift) flushProduction(name ID, minute int64, out *rows) {
	for i := range s.made {
		dims := s.dims(name)
		dims.Campaign, dims.Programme = s.made[i].dims.Campaign, s.made[i].dims.Programme
		out.begin(minute, GrainOutbound, s.version, &dims)
		out.add(indicator.ProductionMs, s.made[i].ms)
		out.end()
	}
}
