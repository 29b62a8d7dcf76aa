// SPDX-License-Identifier: Apache-2.0

package explain

import "github.com/vigie-kpi/vigie/indicator"

// queueLeg tells of an entry in a queue, its end, the crossing of T, and of who was refused.
func (s *sentence) queueLeg() {
	switch {
	case s.one(indicator.Offered):
		s.entered()
	case s.one(indicator.Answered):
		s.answered()
	case s.one(indicator.Abandoned):
		s.abandoned()
	case s.one(indicator.Left):
		s.left()
	case s.one(indicator.Lost):
		s.take(indicator.Lost)
		s.add("the end of the wait was never seen: lost", "fin d'attente jamais vue : perdu de vue")
		if s.one(indicator.Crossed) {
			s.take(indicator.Crossed)
			s.add("counted as beyond %s", "compté au-delà de %s", s.threshold())
		}
	case s.one(indicator.Crossed):
		s.take(indicator.Crossed)
		s.add("still waiting when %s had passed", "encore en attente une fois %s écoulé", s.threshold())
	case s.one(indicator.Refused):
		s.refused()
	}
	s.mark(indicator.OfferedMissedWithin, "an advisor missed the offer within T", "proposition manquée par un conseiller dans T")
	s.ownRule()
}

func (s *sentence) entered() {
	s.take(indicator.Offered)
	if s.one(indicator.OfferedTransferred) {
		s.take(indicator.OfferedTransferred)
		s.add("entered queue %s by a transfer", "entré dans la file %s par transfert", s.f.Queue)
		return
	}
	s.add("entered queue %s", "entré dans la file %s", s.f.Queue)
}

// threshold names T, with its length where that is known.
func (s *sentence) threshold() string {
	if s.rule == nil {
		return "T"
	}
	return "T " + s.duration(s.rule.ThresholdMs)
}

// against compares a wait with T, in symbols where T is known.
func (s *sentence) against(waitMs int64, within bool) string {
	switch {
	case s.rule == nil:
		return s.duration(waitMs)
	case within:
		return s.duration(waitMs) + " ≤ " + s.threshold()
	}
	return s.duration(waitMs) + " > " + s.threshold()
}

func (s *sentence) answered() {
	s.take(indicator.Answered)
	wait, within := s.take(indicator.WaitAnsweredMs), s.take(indicator.AnsweredWithin) == 1
	if within {
		s.add("waited %s: answered within T", "attente %s : décroché dans T", s.against(wait, true))
		return
	}
	s.add("waited %s: answered after T", "attente %s : décroché après T", s.against(wait, false))
}

func (s *sentence) abandoned() {
	s.take(indicator.Abandoned)
	wait, within := s.take(indicator.WaitAbandonedMs), s.take(indicator.AbandonedWithin) == 1
	if within {
		s.add("waited %s: abandoned within T", "attente %s : abandonné dans T", s.against(wait, true))
	} else {
		s.add("waited %s: abandoned after T", "attente %s : abandonné après T", s.against(wait, false))
	}
	if !s.one(indicator.AbandonedShort) {
		return
	}
	s.take(indicator.AbandonedShort)
	if s.rule == nil {
		s.add("before S: a short abandon", "avant S : abandon court")
		return
	}
	s.add("%s < S %s: a short abandon", "%s < S %s : abandon court", s.duration(wait), s.duration(s.rule.ShortAbandonMs))
}

// leftWords are the reasons to leave a queue.
var leftWords = [...]struct {
	m    indicator.Measure
	text indicator.Text
}{
	{indicator.LeftTimeout, indicator.Text{En: "the queue's time limit", Fr: "délai maximal de la file"}},
	{indicator.LeftOverflow, indicator.Text{En: "overflow", Fr: "débordement"}},
	{indicator.LeftCallback, indicator.Text{En: "asked to be called back", Fr: "a demandé un rappel"}},
	{indicator.LeftVoicemail, indicator.Text{En: "voicemail", Fr: "messagerie"}},
	{indicator.LeftKey, indicator.Text{En: "pressed a key", Fr: "a pressé une touche"}},
	{indicator.LeftEmpty, indicator.Text{En: "no advisor was in the queue", Fr: "aucun conseiller dans la file"}},
	{indicator.LeftWithdrawn, indicator.Text{En: "withdrawn", Fr: "retiré de la file"}},
}

func (s *sentence) left() {
	s.take(indicator.Left)
	s.take(indicator.LeftCallbackWithin)
	wait, within := s.take(indicator.WaitLeftMs), s.take(indicator.LeftWithin) == 1
	why := s.say("no reason given", "sans motif")
	for _, r := range leftWords {
		if s.one(r.m) {
			s.take(r.m)
			why = r.text.In(s.l)
		}
	}
	s.add("waited %s: left the queue without an answer (%s)", "attente %s : sorti de file sans réponse (%s)", s.against(wait, within), why)
}

func (s *sentence) refused() {
	s.take(indicator.Refused)
	for _, r := range [...]struct {
		m      indicator.Measure
		en, fr string
	}{
		{indicator.RefusedClosed, "refused: closed", "refusé : fermé"},
		{indicator.RefusedFull, "refused: the queue was full", "refusé : file pleine"},
		{indicator.RefusedNoAdvisor, "refused: no advisor was there", "refusé : aucun conseiller"},
		{indicator.RefusedDeterred, "turned away on purpose", "dissuadé"},
	} {
		s.mark(r.m, r.en, r.fr)
	}
}

// ownRule tells what the queue's own service level makes of the leg.
func (s *sentence) ownRule() {
	due, met := s.take(indicator.SlDue), s.take(indicator.SlMet)
	if due == 0 && met == 0 {
		return
	}
	name := ""
	if s.rule != nil {
		name = " (" + s.rule.Variant + ")"
	}
	s.add("by the queue's own rule%s: due %s, met %s", "selon la règle de la file%s : dû %s, réussi %s", name, signed(due), signed(met))
}
