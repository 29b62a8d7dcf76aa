// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"time"

	"github.com/vigie-kpi/vigie/event"
)

const (
	qualityFromMin = 9 * 60 // the quality team works from nine to five, Monday to Friday
	qualityToMin   = 17 * 60
	qualityDays    = 5    // it listens to conversations of the last days
	criticalShare  = 0.04 // of the evaluations
	revokedShare   = 0.02 // of the evaluations, on the next day
	scoreSpreadBP  = 800
)

// qualityTeam is the process of those who listen to recordings and evaluate them.
type qualityTeam struct {
	s        *simulation
	dice     *dice
	listened int // calls before this one are too old
}

func newQualityTeam(s *simulation) *qualityTeam {
	return &qualityTeam{s: s}
}

// openDay draws how many evaluations of each advisor there will be.
func (q *qualityTeam) openDay(day int32) {
	s := q.s
	if w := weekday(day); s.spec.Aftermath.Evaluated == 0 || w == time.Saturday || w == time.Sunday {
		return
	}
	q.dice = s.dailyDice("quality", day)
	for range q.dice.poisson(s.spec.Aftermath.Evaluated * float64(len(s.advisors))) {
		at := s.wall.at(day, qualityFromMin) + q.dice.ms(0, (qualityToMin-qualityFromMin)*minuteMs)
		s.clock.at(at, q.evaluate)
	}
}

// evaluate judges a recorded conversation of the last days, if the one that is drawn can be judged.
func (q *qualityTeam) evaluate() {
	s, d := q.s, q.dice
	calls := s.truth.Calls
	for q.listened < len(calls) && calls[q.listened].BeganAt < s.clock.now-qualityDays*dayMs {
		q.listened++
	}
	span := len(calls) - q.listened
	if span == 0 {
		return
	}
	t := calls[q.listened+d.below(span)]
	score := int64(s.spec.Aftermath.ScoreBP + float64(d.normal()*scoreSpreadBP))
	critical, which, revoked := d.chance(criticalShare), d.below(len(event.CriticalSets)), d.chance(revokedShare)
	talk := t.evaluable()
	if talk == nil {
		return
	}
	v := &Evaluation{ID: s.newID("q", &s.objects), At: s.clock.now, Advisor: talk.Advisor, ScoreBP: max(0, min(10_000, score))}
	if critical {
		v.Critical = event.CriticalSets[which]
	}
	t.Evaluation = v
	e := event.Event{Type: event.EvaluationSubmitted, Contact: t.ID, Queue: talk.Queue, Object: v.ID, Advisor: v.Advisor,
		ScoreBP: event.NumberOf(v.ScoreBP), Critical: v.Critical}
	s.say(sourceQuality, e)
	s.laid(t, talk, func(d *Said) { d.Evaluated++; d.Scores += v.ScoreBP })
	if revoked {
		s.clock.after(dayMs, func() {
			v.CancelledAt = s.clock.now
			s.say(sourceQuality, event.Event{Type: event.EvaluationCancelled, Contact: t.ID, Object: v.ID})
			s.laid(t, talk, func(d *Said) { d.Evaluated--; d.Scores -= v.ScoreBP })
		})
	}
}

// evaluable is the last recorded conversation of a call that was not judged before; nil when there is none.
func (c *Call) evaluable() *Conversation {
	if c.Evaluation != nil {
		return nil
	}
	for i := len(c.Talks) - 1; i >= 0; i-- {
		if c.Talks[i].Recorded {
			return c.Talks[i]
		}
	}
	return nil
}

// laid books what was said of one conversation rather than of the whole call.
func (s *simulation) laid(t *Call, talk *Conversation, do func(*Said)) {
	d := s.truth.day(t.BeganAt)
	if talk.Queue != "" {
		do(&d.queue(talk.Queue).Said)
	}
	do(&person(d.Advisors, talk.Advisor).Said)
	do(&person(d.Teams, talk.Team).Said)
}
