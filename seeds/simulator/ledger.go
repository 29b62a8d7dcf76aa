// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"github.com/vigie-kpi/vigie/event"
)

// How a ring ends.
const (
	ringAnswered = "answered"
	ringMissed   = "missed"
	ringCut      = "cut"
)

// ledger writes the truth while things happen. It is told by those to whom they happen; it never reads events.
type ledger struct {
	Truth
	s     *simulation
	byDay map[int32]*Day
}

func newLedger(s *simulation) *ledger {
	l := &ledger{s: s, byDay: map[int32]*Day{}}
	l.Seed = s.options.Seed
	l.From, l.To = string(s.options.From), string(s.options.To)
	l.Zone = s.spec.Organisation.Centre.Zone
	l.Centre = s.centreID()
	return l
}

// close ends the truth with the run.
func (l *ledger) close(s *simulation) *Truth {
	for _, a := range s.advisors {
		a.account() // whoever is still at work when the run is cut
	}
	l.Events = s.mouth.said
	return &l.Truth
}

// day is the sums of the business day of an instant.
func (l *ledger) day(t event.Millis) *Day {
	number := l.s.wall.calendar.Day(t)
	if d := l.byDay[number]; d != nil {
		return d
	}
	d := &Day{Date: string(dateOf(number)), Programmes: map[string]*MenuDay{}, Queues: map[string]*QueueDay{},
		Teams: map[string]*PeopleDay{}, Advisors: map[string]*PeopleDay{}, Campaigns: map[string]*CampaignDay{}}
	l.byDay[number] = d
	l.Days = append(l.Days, d)
	return d
}

func (d *Day) queue(id string) *QueueDay {
	q := d.Queues[id]
	if q == nil {
		q = &QueueDay{SentAway: map[string]int64{}, TurnedAway: map[string]int64{}, Work: newWork()}
		d.Queues[id] = q
	}
	return q
}

func person(m map[string]*PeopleDay, id string) *PeopleDay {
	p := m[id]
	if p == nil {
		p = &PeopleDay{States: map[string]int64{}, OnCampaign: map[string]int64{}, Dialled: map[string]int64{}, Codes: map[string]int64{}, Work: newWork()}
		m[id] = p
	}
	return p
}

func newWork() Work {
	return Work{EndedBy: map[string]int64{}, HandedOn: map[string]int64{}}
}

// menu is the menu of a call's programme, today.
func (l *ledger) menu(c *call) *MenuDay {
	d, id := l.day(l.s.clock.now), c.line.queue.programme
	m := d.Programmes[id]
	if m == nil {
		m = &MenuDay{}
		d.Programmes[id] = m
	}
	return m
}

func (l *ledger) queue(q *queue) *QueueDay { return l.day(l.s.clock.now).queue(q.id) }

// works tells everybody whose work it is: the advisor, the team worked in, and the queue, when there is one.
func (l *ledger) works(at event.Millis, advisor, team, queue string, do func(*Work)) {
	d := l.day(at)
	do(&person(d.Advisors, advisor).Work)
	do(&person(d.Teams, team).Work)
	if queue != "" {
		do(&d.queue(queue).Work)
	}
}

func (l *ledger) newCall(c *call) *Call {
	t := &Call{ID: c.id, Origin: c.origin, Customer: c.line.pool.hash(c.customer), Programme: c.line.queue.programme, Line: c.line.Queue,
		Reason: c.line.Reasons[c.reason].Name, BeganAt: l.s.clock.now}
	l.Calls = append(l.Calls, t)
	return t
}

func (l *ledger) entered(c *call, handedOn bool) {
	c.truth.Waits = append(c.truth.Waits, &Wait{Queue: c.queue.id, From: c.entered, HandedIn: handedOn})
	q := l.queue(c.queue)
	q.CameIn++
	if handedOn {
		q.HandedIn++
	}
}

// putThrough is told when an advisor's call to another queue becomes a part of the customer's: only now is it clear that
// the customer was handed in there.
func (l *ledger) putThrough(c *call) {
	w := c.truth.Waits[0]
	w.HandedIn = true
	l.day(w.From).queue(w.Queue).HandedIn++
}

// waitEnds ends a call's stay in the queue.
func (l *ledger) waitEnds(c *call, how, advisor string) (waitMs int64) {
	w := c.truth.Waits[len(c.truth.Waits)-1]
	w.To, w.Ended, w.Advisor = l.s.clock.now, how, advisor
	return w.To - w.From
}

func (l *ledger) hungUp(c *call) {
	q := l.queue(c.queue)
	q.HungUp++
	q.HungUpWait += l.waitEnds(c, "hung_up", "")
}

func (l *ledger) sentAway(c *call, reason string) {
	q := l.queue(c.queue)
	q.SentAway[reason]++
	q.SentAwayWait += l.waitEnds(c, reason, "")
}

func (l *ledger) answered(c *call, a *advisor) {
	q := l.queue(c.queue)
	q.PickedUp++
	q.PickedUpWait += l.waitEnds(c, "picked_up", a.id)
	d := l.day(l.s.clock.now)
	person(d.Advisors, a.id).PickedUp++
	person(d.Teams, a.team).PickedUp++
}

func (l *ledger) rang(c *call, a *advisor) *Ring {
	r := &Ring{Advisor: a.id, Team: a.team, Queue: c.queue.id, From: l.s.clock.now}
	c.truth.Rings = append(c.truth.Rings, r)
	l.works(r.From, a.id, a.team, r.Queue, func(w *Work) { w.Rings++ })
	return r
}

func (l *ledger) ringEnded(r *ring, how string) {
	t := r.truth
	t.To, t.Ended = l.s.clock.now, how
	if how == ringAnswered {
		t.Team = r.a.team // whoever is lent while it rings answers for the new team
	}
	l.works(t.To, t.Advisor, t.Team, t.Queue, func(w *Work) {
		w.RingTime += t.To - t.From
		switch how {
		case ringMissed:
			w.RingsMissed++
		case ringCut:
			w.RingsCut++
		}
	})
}

// talks begins a conversation.
func (l *ledger) talks(v *conversation, kind string) *Conversation {
	t := &Conversation{Advisor: v.a.id, Team: v.a.team, Kind: kind, From: l.s.clock.now}
	if v.queue != nil {
		t.Queue = v.queue.id
	}
	v.c.truth.Talks = append(v.c.truth.Talks, t)
	if kind == talkDirect {
		l.works(t.From, t.Advisor, t.Team, t.Queue, func(w *Work) { w.PutThrough++ })
	}
	return t
}

// talkDone books a conversation whose work is done.
func (l *ledger) talkDone(v *conversation) {
	t := v.truth
	all := t.DoneAt - t.From
	l.works(t.DoneAt, t.Advisor, t.Team, t.Queue, func(w *Work) {
		switch t.Kind {
		case talkAdvice:
			w.Advised++
			w.AdviceTime += all
		case talkDirect, talkCallback:
			w.PutThroughDone++
			w.PutThroughTime += all
		default:
			w.helped(t)
			w.Done++
			w.Talk += t.EndedAt - t.From - t.HoldMs
			w.Hold += t.HoldMs
			w.AfterCall += t.DoneAt - t.EndedAt
			if t.Holds > 0 {
				w.WithHold++
			}
			if t.HandedOn == "" {
				w.EndedBy[t.By]++
			}
		}
	})
	if t.HandedOn != "" {
		l.works(t.EndedAt, t.Advisor, t.Team, t.Queue, func(w *Work) { w.HandedOn[t.HandedOn]++ })
	}
}

// time books what an advisor did from one instant to another, by business day.
func (l *ledger) time(a *advisor, from, to event.Millis) {
	if a.state == stateOff || from >= to {
		return
	}
	state := a.state
	if state == stateAway {
		state = a.reason
	}
	if l.s.options.Diary {
		l.Diary = append(l.Diary, &Stretch{Advisor: a.id, What: state, From: from, To: to})
	}
	for from < to {
		_, border := l.s.wall.calendar.Bounds(l.s.wall.calendar.Day(from))
		until := min(to, border)
		d := l.day(from)
		person(d.Advisors, a.id).States[state] += until - from
		person(d.Teams, a.team).States[state] += until - from
		d.production(a, until-from)
		from = until
	}
}

func (l *ledger) schedule(a *advisor, sh *shift, absence string) {
	l.Schedules = append(l.Schedules, &Schedule{At: l.s.clock.now, Advisor: a.id, Schedule: sh.schedule(absence)})
}

// says books what came after a call, where it is laid to.
func (l *ledger) says(c *Call, do func(*Said)) { l.saysOn(c.BeganAt, c, do) }

// saysOn books it on the day of an instant.
func (l *ledger) saysOn(at event.Millis, c *Call, do func(*Said)) {
	d := l.day(at)
	if c.LastQueue != "" {
		do(&d.queue(c.LastQueue).Said)
	}
	if c.LastAdvisor != "" {
		do(&person(d.Advisors, c.LastAdvisor).Said)
		do(&person(d.Teams, c.LastTeam).Said)
	}
}
