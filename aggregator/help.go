// SPDX-License-Identifier: Apache-2.0

package aggregator

import "github.com/vigie-kpi/vigie/event"

// Help in a conversation: an advisor asks for it, a supervisor comes. A leg was assisted when a supervisor spoke in it, to the
// advisor or to both, or took it over; listening in helps nobody, and neither does a request that nobody answers. Advice that
// the advisor got from a colleague is a leg of the colleague's, `consulted`, and not this.
//
// It is a mark on the leg that the advisor has at that instant, and is booked with all else that only a finished leg can say.

// help says what became of a leg's need of help.
type help uint8

const (
	helpAsked help = 1 << iota // and not come yet
	helpCame
	helpTookOver
)

// assist marks the leg that the moment's advisor has in hand: a conversation, else the work after one.
func (j *journey) assist(m *moment) {
	a := j.conversation(m)
	if a == nil {
		a = j.legOf(m, phaseWrapping)
	}
	switch {
	case a == nil:
	case m.typ == event.AdvisorAssistanceRequested:
		a.help |= helpAsked
		j.asked = true
	case m.kind == kindTakeover:
		a.help = helpCame | helpTookOver
	case m.kind == kindHelp:
		a.help = a.help&^helpAsked | helpCame
	}
}

// asksForHelp tells whether the leg's advisor waits for a supervisor.
func (a *advisorLeg) asksForHelp() bool { return a.phase != phaseClosed && a.help&helpAsked != 0 }

// HelpRequests counts the advisors' requests for help that no supervisor has answered yet, of a team or, with "", of the
// whole world. One is open until somebody comes to help or the leg ends.
func (w *World) HelpRequests(team string) int {
	n := 0
	for _, c := range w.live {
		if !c.state.asked {
			continue
		}
		for i := range c.state.advisors {
			if a := &c.state.advisors[i]; a.asksForHelp() && (team == "" || w.names.name(a.dims.Team) == team) {
				n++
			}
		}
	}
	return n
}
