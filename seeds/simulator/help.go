// SPDX-License-Identifier: Apache-2.0

package simulator

import "github.com/vigie-kpi/vigie/event"

// How supervisors help, as shares of the times that one comes.
const (
	whispers  = 0.55 // speaks to the advisor alone
	barges    = 0.15 // speaks to both
	takesOver = 0.08 // goes on in the advisor's place, who stays on the line; the others listen only
)

// join is a supervisor who comes when an advisor has asked for help. It changes nothing in how long the call takes. The
// chance is of a stream of its own: what the call does next must not depend on it.
func (s *simulation) join(v *conversation) {
	if v.truth.EndedAt != 0 {
		return // too late
	}
	d := newDice(s.options.Seed, "help "+v.c.id+" "+v.a.id)
	kind, u := event.KindMonitor, d.unit()
	for _, k := range []struct {
		kind  string
		share float64
	}{{event.KindWhisper, whispers}, {event.KindBarge, barges}, {event.KindTakeover, takesOver}} {
		if u -= k.share; u < 0 {
			kind = k.kind
			break
		}
	}
	v.truth.JoinedAt, v.truth.JoinedTo = s.clock.now, kind
	e := v.event(event.SupervisorJoined)
	e.Target, e.Kind = "sup-"+v.a.team, kind
	s.say(sourceTelephony, e)
}

// helped books what the supervisor did, when the conversation's work is done.
func (w *Work) helped(t *Conversation) {
	switch t.JoinedTo {
	case event.KindTakeover:
		w.Helped++
		w.TakenOver++
	case event.KindWhisper, event.KindBarge:
		w.Helped++
	}
}
