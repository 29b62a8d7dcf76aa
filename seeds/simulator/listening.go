// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"time"

	"github.com/vigie-kpi/vigie/event"
)

// listeners is the process of those of the quality team who listen to what campaigns say to customers. Its chance is its own,
// so that the evaluations of calls that come in are the same with campaigns and without.
type listeners struct {
	s        *simulation
	dice     *dice
	listened int // conversations before this one are too old
}

func newListeners(s *simulation) *listeners { return &listeners{s: s} }

// openDay draws how many evaluations of each advisor of a campaign there will be.
func (l *listeners) openDay(day int32) {
	s := l.s
	s.listenings = 0
	if w := weekday(day); s.spec.Aftermath.Evaluated == 0 || w == time.Saturday || w == time.Sunday {
		return
	}
	crew := 0
	for _, a := range s.advisors {
		if len(a.campaigns) > 0 {
			crew++
		}
	}
	l.dice = s.dailyDice("listening", day)
	for range l.dice.poisson(s.spec.Aftermath.Evaluated * float64(crew)) {
		at := s.wall.at(day, qualityFromMin) + l.dice.ms(0, (qualityToMin-qualityFromMin)*minuteMs)
		s.clock.at(at, l.evaluate)
	}
}

// evaluate judges a recorded conversation of the last days, unless the one that is drawn was judged before.
func (l *listeners) evaluate() {
	s, d := l.s, l.dice
	for l.listened < len(s.outRecorded) && s.outRecorded[l.listened].truth.startedAt() < s.clock.now-qualityDays*dayMs {
		l.listened++
	}
	span := len(s.outRecorded) - l.listened
	if span == 0 {
		return
	}
	o := s.outRecorded[l.listened+d.below(span)]
	score := int64(s.spec.Aftermath.ScoreBP + float64(d.normal()*scoreSpreadBP))
	critical, which, revoked := d.chance(criticalShare), d.below(len(event.CriticalSets)), d.chance(revokedShare)
	if o.truth.Evaluation != nil {
		return
	}
	v := &Evaluation{ID: s.newID("y", &s.listenings), At: s.clock.now, Advisor: o.truth.Talk.Advisor, ScoreBP: max(0, min(10_000, score))}
	if critical {
		v.Critical = event.CriticalSets[which]
	}
	o.truth.Evaluation = v
	e := o.outcome(event.EvaluationSubmitted)
	e.Object, e.ScoreBP, e.Critical = v.ID, event.NumberOf(v.ScoreBP), v.Critical
	s.say(sourceListening, e)
	s.truth.outSaid(o, func(d *Said) { d.Evaluated++; d.Scores += v.ScoreBP })
	if revoked {
		s.clock.after(dayMs, func() {
			v.CancelledAt = s.clock.now
			e := o.outcome(event.EvaluationCancelled)
			e.Object = v.ID
			s.say(sourceListening, e)
			s.truth.outSaid(o, func(d *Said) { d.Evaluated--; d.Scores -= v.ScoreBP })
		})
	}
}
