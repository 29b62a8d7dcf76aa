// SPDX-License-Identifier: Apache-2.0

package aggregator

import "github.com/vigie-kpi/vigie/event"

// A log-in that is never closed must not count for ever. Like a leg without an end it has a limit: whoever nothing is heard of
// for a day counts as logged out from then on. The day itself stands: its minutes were issued long before, and an advisor who
// waits for calls all night is silent too.

// silenceLimitMs is how long a log-in is believed without a sign of life. No leg is open by then: each ends at a limit of its
// own, counted from the event that began its phase.
const silenceLimitMs = 24 * 60 * minuteMs

const _ = uint(silenceLimitMs - chatLimitMs - 1)

// hear takes note of a sign of life: anything that is said of the advisor's state or contacts. That a team or a capacity changes
// is said of those who are away as well.
func (s *shift) hear(m *moment) {
	if m.typ != event.ConfigAdvisor && m.typ != event.AdvisorCapacity {
		s.silentAt = m.at + silenceLimitMs
	}
}

// nextDue is the next instant at which the shift changes by itself, or never. One that is past changes nothing.
func (s *shift) nextDue() int64 { return min(s.nextReap(), s.silentAt) }

// fallSilent logs out whoever nothing was heard of for too long. That the source tells log-ins is forgotten with it: it missed
// a log-out, so that somebody who works without a log-in next is believed to have logged in.
func (s *shift) fallSilent(now int64) {
	if now < s.silentAt {
		return
	}
	s.silentAt = never
	if s.logged() {
		s.logOut()
		s.told = false
	}
}
