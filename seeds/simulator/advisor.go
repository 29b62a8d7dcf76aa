// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"slices"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/organisation"
)

// What an advisor does at an instant. Away is with a reason.
const (
	stateOff       = "off"
	stateReady     = "ready"
	stateRinging   = "ringing"
	stateOnCall    = "on_call"
	stateOnChat    = "on_chat" // with one customer or several
	stateAfterCall = "after_call"
	stateAway      = "away"
)

// advisor is one person at work.
type advisor struct {
	s       *simulation
	id      string
	members []organisation.Advisor // memberships, by date

	team, home, site string
	queues           []*queue // served now
	state, reason    string   // reason only of stateAway
	since            event.Millis
	told             string // what the telephone system was told last

	shift     *shift
	next      *shift     // a shift that begins before the last one ended
	due       []*segment // planned, and waiting for the end of what is being done
	away      bool       // doing something planned
	leaving   bool       // the shift is over
	helping   bool
	freeSince event.Millis
	notBefore event.Millis // no ring before then, after a missed one
	deafUntil event.Millis // the headset is broken

	conversation *conversation // by telephone
	chats        []chatInHand  // in the order in which they were offered

	campaigns []*campaign // that the advisor works on, the first that runs
	campaign  *campaign   // worked on now; a pause does not end that
	study     *study      // a record being read

	inboxes   []*inbox // served now
	inHand    *message // nil: none
	deskSince event.Millis
	deskAlarm *alarm // the end of what is being done at the desk; nil: nothing is
}

func (s *simulation) buildAdvisors() {
	org := s.spec.Organisation
	for i := range org.Advisors {
		m := org.Advisors[i]
		last := len(s.advisors) - 1
		if last >= 0 && s.advisors[last].id == m.ID {
			s.advisors[last].members = append(s.advisors[last].members, m)
			continue
		}
		s.advisors = append(s.advisors, &advisor{s: s, id: m.ID, members: []organisation.Advisor{m}, state: stateOff, since: s.from})
	}
	slices.SortStableFunc(s.advisors, func(a, b *advisor) int { return cmp.Compare(a.id, b.id) })
	for _, a := range s.advisors {
		a.setTeam()
		for _, at := range a.borders() {
			if s.within(at) {
				s.clock.at(at, a.changeTeam)
			}
		}
	}
}

func (s *simulation) advisor(id string) *advisor {
	for _, a := range s.advisors {
		if a.id == id {
			return a
		}
	}
	return nil
}

// member is the membership of an instant; nil when there is none.
func (a *advisor) member(t event.Millis) *organisation.Advisor {
	for i := range a.members {
		if m := &a.members[i]; t >= m.From && (m.To == 0 || t < m.To) {
			return m
		}
	}
	return nil
}

// lent is the team that has borrowed the advisor at an instant; "" when none has.
func (a *advisor) lent(t event.Millis) string {
	if m := a.member(t); m != nil {
		for _, l := range m.Loans {
			if t >= l.From && t < l.To {
				return l.Team
			}
		}
	}
	return ""
}

// borders are the instants at which the team changes.
func (a *advisor) borders() []event.Millis {
	var all []event.Millis
	for i := range a.members {
		m := &a.members[i]
		all = append(all, m.From, m.To)
		for _, l := range m.Loans {
			all = append(all, l.From, l.To)
		}
	}
	return all
}

// changeTeam is the instant at which a membership or a loan begins or ends: what was done so far is the old team's.
func (a *advisor) changeTeam() {
	a.account()
	a.setTeam()
	a.reconsider()
}

// setTeam sets where the advisor belongs now, and which queues that means.
func (a *advisor) setTeam() {
	s, now := a.s, a.s.clock.now
	a.team, a.home, a.site = "", "", ""
	if m := a.member(now); m != nil {
		a.team, a.home, a.site = cmp.Or(a.lent(now), m.Team), cmp.Or(m.HomeTeam, m.Team), m.Site
		a.site = cmp.Or(a.site, s.siteOf(a.team))
	}
	a.queues = a.queues[:0]
	for _, q := range s.queues {
		q.staff = slices.DeleteFunc(q.staff, func(o *advisor) bool { return o == a })
		if a.team != "" && q.simulated && s.serves(a, q, now) {
			a.queues = append(a.queues, q)
			q.staff = append(q.staff, a)
			slices.SortFunc(q.staff, func(x, y *advisor) int { return cmp.Compare(x.id, y.id) })
		}
	}
	a.setInboxes()
}

func (s *simulation) siteOf(team string) string {
	for i := range s.spec.Organisation.Teams {
		if t := &s.spec.Organisation.Teams[i]; t.ID == team {
			return t.Site
		}
	}
	return ""
}

func (s *simulation) serves(a *advisor, q *queue, now event.Millis) bool {
	for i := range s.spec.Organisation.Skills {
		k := &s.spec.Organisation.Skills[i]
		if now < k.From || k.To != 0 && now >= k.To || !slices.Contains(k.Queues, q.id) {
			continue
		}
		if slices.Contains(k.Teams, a.team) || slices.Contains(k.Advisors, a.id) {
			return true
		}
	}
	return false
}

func (a *advisor) onShift() bool { return a.shift != nil }

// free tells whether a call from a queue may ring here.
func (a *advisor) free() bool { return a.freeFor(nil) }

// freeFor tells whether the advisor is there for the campaign, nil being the lines, and has nothing in hand.
func (a *advisor) freeFor(c *campaign) bool {
	return a.campaign == c && a.state == stateReady && a.s.clock.now >= a.notBefore
}

// enterState ends one state and begins another. What the telephone system sees by itself (ringing, calls) is not said.
func (a *advisor) enterState(state, reason string) {
	a.rise()
	a.account()
	if state != stateReady {
		a.dropStudy()
	}
	a.state, a.reason = state, reason
	word, campaign := "", ""
	switch state {
	case stateReady:
		word, campaign = event.StateAvailable, a.campaignID()
	case stateAway:
		word = event.StatePaused
	case stateOff:
		word = event.StateOffline
	}
	now := word + reason + campaign
	if word == "" || a.told == now {
		return
	}
	a.told = now
	a.s.say(sourceTelephony, event.Event{Type: event.AdvisorState, Advisor: a.id, State: word, Reason: reason, Campaign: campaign})
}

// account books the time in the state that ends now.
func (a *advisor) account() {
	a.s.truth.time(a, a.since, a.s.clock.now)
	a.since = a.s.clock.now
}

// settle decides what somebody does who has nothing in hand: go home, what is planned, the desk, or the next call.
func (a *advisor) settle() {
	switch {
	case a.leaving:
		a.goHome()
	case len(a.due) > 0:
		seg := a.due[0]
		a.due = a.due[1:]
		a.begin(seg)
	default:
		a.standBy()
	}
}

// standBy is ready for a campaign or for calls, or at the desk when there are none to take.
func (a *advisor) standBy() {
	if c := a.runningCampaign(); c != nil {
		a.standByFor(c)
		return
	}
	if reason, desk := a.desk(); desk {
		a.enterState(stateAway, reason)
		a.workAtDesk()
		return
	}
	a.assign(nil)
	a.enterState(stateReady, "")
	a.findWork()
}

// reconsider is for somebody who stands by: something around has changed.
func (a *advisor) reconsider() {
	if a.onShift() && a.standsBy() {
		a.settle()
	}
}

// standsBy tells that nothing is in hand that must be finished first.
func (a *advisor) standsBy() bool { return a.state == stateReady || a.state == stateAway && !a.away }

// desk is what the advisor does when there are no calls to take.
func (a *advisor) desk() (reason string, desk bool) {
	for _, q := range a.queues {
		desk = desk || q.open
	}
	d := a.s.deskOf(a.team)
	if desk && (!d.Always || a.helping) {
		return "", false
	}
	return d.Reason, d.Reason != ""
}

func (s *simulation) deskOf(team string) Desk {
	for _, d := range s.spec.Habits.Desks {
		if d.Team == team {
			return d
		}
	}
	return Desk{}
}

// deafness keeps calls away from somebody who has just missed one.
func (a *advisor) deafness() {
	a.notBefore = a.s.clock.now + a.s.spec.Habits.CooldownMs
	a.s.clock.at(a.notBefore, func() { a.findWork(); a.findChat() })
}

// pace is how much longer than others the advisor needs.
func (a *advisor) pace() float64 {
	for _, n := range a.s.spec.Habits.Newcomers {
		since, err := dayOf(n.Since)
		if n.Team != a.home || err != nil {
			continue
		}
		weeks := float64(a.s.day-since) / 7
		return 1 + n.Slow*max(0, 1-max(0, weeks)/float64(n.Weeks))
	}
	return 1
}
