// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// The voice menu and the dialler: what a contact does before anybody at the centre has it.

// menuWord is what contact.menu says. Append only: the numbers are in the snapshot.
type menuWord uint8

const (
	menuEntered menuWord = iota + 1
	menuServed
	menuLeft
)

func menuWordOf(s string) menuWord { return menuWord(numberIn(event.MenuStates, s)) }

// menuVisit is what is known of a contact that began in the voice menu.
type menuVisit struct {
	servedAt, leftAt int64
	began            bool
	over             bool // what became of it is booked, or was in an earlier life
}

// visitMenu counts the contacts that begin in the menu, at the first word of it. What becomes of them is booked at the
// contact's first close: only then is it known that no queue followed.
func (j *journey) visitMenu(m *moment, out *rows) {
	v := &j.menu
	if !v.began && !v.over && j.closedAt == 0 && !j.cameThrough() {
		v.began = true
		j.bookMenu(m.at, indicator.IvrEntered, out)
	}
	switch m.menu {
	case menuServed:
		v.servedAt = m.at
	case menuLeft:
		v.leftAt = m.at
	default:
		return
	}
	j.lastEndAt = max(j.lastEndAt, m.at)
}

// cameThrough tells that the contact got beyond the menu: into a queue, to its door, or to an advisor.
func (j *journey) cameThrough() bool {
	return j.entered || j.answered || j.refused || len(j.advisors) > 0
}

func (j *journey) closeMenu(out *rows) {
	v := &j.menu
	if !v.began || v.over {
		return
	}
	v.over = true
	switch {
	case j.cameThrough():
	case v.servedAt != 0:
		j.bookMenu(v.servedAt, indicator.IvrServed, out)
	case v.leftAt != 0:
		j.bookMenu(v.leftAt, indicator.IvrAbandoned, out)
	case j.endedAt != 0:
		j.bookMenu(j.endedAt, indicator.IvrAbandoned, out)
	}
}

func (j *journey) bookMenu(at int64, m indicator.Measure, out *rows) {
	dims := Dims{}
	dims.fillWords(&j.dims)
	out.begin(at, GrainContact, j.version, &dims)
	out.add(m, 1)
	out.end()
}

// pinDial adds what only a dial says. A dial is a call, and goes out.
func (w *World) pinDial(m *moment, e *event.Event) {
	m.result, m.verdict, m.audit = resultOf(e.Result), verdictOf(e.Verdict), verdictOf(e.Audit)
	m.abandoned = e.Reason == event.ReasonAbandoned
	m.channel = orID(m.channel, w.names.id(event.ChannelVoice))
	if m.direction == 0 {
		m.direction, m.outward = w.names.id(event.DirectionOutbound), true
	}
}

// takeDial digests a dial or its refusal: as a moment of its contact, and of the list record that was dialled.
func (w *World) takeDial(e *event.Event) (Reason, string) {
	if e.Type == event.CallRefused {
		return w.take(e), ""
	}
	if !w.roomForRecord(e) {
		return ReasonTooManyContacts, "more list records were dialled than a centre can have; check that `object` names the record"
	}
	r := w.take(e)
	if r == ReasonNone {
		m := w.pin(e)
		w.dialRecord(e, &m)
	}
	return r, ""
}

// dial books a dial and the check before it, or a refusal by that check. Nobody is on the line unless a human answered and
// an advisor took the call: the contact rests.
func (j *journey) dial(m *moment, out *rows) {
	dims := m.dims()
	dims.fillWords(&j.dims)
	if m.typ == event.CallDialled {
		worked := dims
		worked.Advisor, worked.Team, worked.HomeTeam, worked.Site = m.advisor, m.team, m.homeTeam, m.site
		worked.Line = orID(m.line, j.line)
		out.begin(m.at, GrainOutbound, m.version, &worked)
		out.add(indicator.Dialled, 1)
		out.add(dialMeasures[m.result], 1)
		out.add(indicator.DialAbandoned, oneIf(m.abandoned))
		out.end()
	}
	out.begin(m.at, GrainCompliance, m.version, &dims)
	m.addCheck(out)
	out.end()
	if m.result != resultHuman || m.abandoned {
		j.lastEndAt = max(j.lastEndAt, m.at)
	}
}

// addCheck counts a check: each dial that was checked, before it or after, and each that was refused. So dials_checked less
// dialled is what was held back. A fault is counted only where the dial took place; our own check decides which.
func (m *moment) addCheck(out *rows) {
	if m.verdict == 0 && m.audit == 0 {
		return
	}
	out.add(indicator.DialsChecked, 1)
	if m.verdict != 0 && m.audit != 0 && m.verdict != m.audit {
		out.add(indicator.DialCheckDisagreed, 1)
	}
	v := m.audit
	if v == 0 {
		v = m.verdict
	}
	if m.typ == event.CallDialled && v != verdictOK {
		out.add(verdictMeasures[v], 1)
	}
}
