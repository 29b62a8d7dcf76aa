// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"strings"

	"github.com/vigie-kpi/vigie/event"
)

// emitState appends a change of an advisor's state; queue "" is all of them.
func (p *Parser) emitState(l *line, state, queue, reason string) {
	e := p.emit(event.AdvisorState, l.at)
	e.Advisor, e.State, e.Queue, e.Reason = l.advisor, state, queue, reason
}

// stateOf: PAUSE and UNPAUSE in one queue, with a reason.
func stateOf(state string) func(*Parser, *line) Ignored {
	return func(p *Parser, l *line) Ignored {
		p.emitState(l, state, l.queue, l.data[0])
		return NotIgnored
	}
}

// stateOfAll: PAUSEALL and UNPAUSEALL. Asterisk logs a line for each queue as well.
func stateOfAll(state string) func(*Parser, *line) Ignored {
	return func(p *Parser, l *line) Ignored {
		p.emitState(l, state, "", l.data[0])
		return NotIgnored
	}
}

// login: AGENTLOGIN and AGENTCALLBACKLOGIN; the data is a channel or an extension.
func login(p *Parser, l *line) Ignored {
	p.emitState(l, event.StateAvailable, "", "")
	return NotIgnored
}

// logoff: AGENTLOGOFF; and AGENTCALLBACKLOGOFF, whose third column is a reason such as Autologoff.
func logoff(p *Parser, l *line) Ignored {
	reason := ""
	if l.verb == "AGENTCALLBACKLOGOFF" {
		reason = l.data[2]
	}
	p.emitState(l, event.StateOffline, "", cutReason(reason))
	return NotIgnored
}

// addMember: the first column is PAUSED when the member joins paused.
func (p *Parser) addMember(l *line) Ignored {
	if p.unmapped(l) {
		return IgnoredMember
	}
	p.emitState(l, event.StateAvailable, l.queue, "")
	if strings.EqualFold(l.data[0], "PAUSED") {
		p.emitState(l, event.StatePaused, l.queue, "")
	}
	return NotIgnored
}

func (p *Parser) removeMember(l *line) Ignored {
	if p.unmapped(l) {
		return IgnoredMember
	}
	p.emitState(l, event.StateOffline, l.queue, "")
	return NotIgnored
}

// unmapped reports that the line shows an interface that no rule maps, while calls show names. Asterisk's member lines
// show Local/1010@agents/n where its call lines show advisor-1010: taken as it is, the interface would be a second
// advisor, available for ever, who never takes a call.
func (p *Parser) unmapped(l *line) bool { return p.plain && isInterface(l.advisor) }

// cutReason drops a reason that an attribute could not hold.
func cutReason(reason string) string {
	if len(reason) > event.MaxStringBytes {
		return ""
	}
	return reason
}
