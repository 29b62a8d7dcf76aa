// SPDX-License-Identifier: Apache-2.0

package explain

import "github.com/vigie-kpi/vigie/indicator"

// advisorLeg tells of an offer, a connection, the work on a contact and its transfer.
func (s *sentence) advisorLeg() {
	s.mark(indicator.Offers, "offered to an advisor", "proposé à un conseiller")
	s.rang(indicator.Missed, "rang %s: missed by the advisor", "sonnerie %s : manqué par le conseiller")
	s.rang(indicator.OffersCancelled, "rang %s: the offer was cancelled", "sonnerie %s : proposition annulée")
	s.rang(indicator.Connected, "rang %s: connected", "sonnerie %s : mis en relation")
	if s.one(indicator.Handled) {
		s.handledLeg()
	}
	if s.one(indicator.Transferred) {
		s.transferred()
	}
	s.timed(indicator.Consulted, indicator.ConsultMs, "a colleague was consulted for %s: time, never handled", "un collègue consulté pendant %s : du temps, jamais un traité")
	s.timed(indicator.DirectHandled, indicator.DirectMs, "a direct contact of %s, not from a queue", "contact direct de %s, hors file")
}

// rang tells what became of an offer, and how long it rang.
func (s *sentence) rang(m indicator.Measure, en, fr string) { s.timed(m, indicator.RingMs, en, fr) }

// timed tells of one case of a measure that took a time.
func (s *sentence) timed(m, time indicator.Measure, en, fr string) {
	if s.one(m) {
		s.take(m)
		s.add(en, fr, s.duration(s.take(time)))
	}
}

func (s *sentence) handledLeg() {
	s.take(indicator.Handled)
	s.take(indicator.HandleDs2)
	talk, hold, wrap := s.take(indicator.TalkMs), s.take(indicator.HoldMs), s.take(indicator.WrapMs)
	s.take(indicator.Held)
	s.add("handled: talk %s + hold %s + wrap-up %s = %s", "traité : conversation %s + garde %s + post-appel %s = %s",
		s.duration(talk), s.duration(hold), s.duration(wrap), s.duration(talk+hold+wrap))
	s.mark(indicator.TalkShort, "talk under 10 s", "conversation de moins de 10 s")
	s.mark(indicator.ReleasedByAdvisor, "the advisor ended it", "terminé par le conseiller")
	s.mark(indicator.ReleasedByCustomer, "the customer ended it", "terminé par le client")
}

func (s *sentence) transferred() {
	s.take(indicator.Transferred)
	to := ""
	if s.one(indicator.TransferredExternal) {
		s.take(indicator.TransferredExternal)
		to = s.say(", to the outside", ", vers l'extérieur")
	}
	if s.one(indicator.TransferredConsult) {
		s.take(indicator.TransferredConsult)
		s.add("transferred after a consultation%s", "transféré avec annonce%s", to)
		return
	}
	s.take(indicator.TransferredBlind)
	s.add("transferred blind%s", "transféré à l'aveugle%s", to)
}

// deferred tells of a message: its coming, its reply against its limit, its solution.
func (s *sentence) deferred() {
	s.mark(indicator.ItemsCreated, "the message came in", "message reçu")
	s.mark(indicator.ItemsReopened, "reopened", "rouvert")
	s.timed(indicator.ItemsFirstReplied, indicator.ReplyMs, "first reply after %s", "première réponse après %s")
	s.limit(indicator.ItemsDue, indicator.ItemsMet, indicator.Text{En: "reply", Fr: "réponse"})
	s.limit(indicator.ComplaintAckDue, indicator.ComplaintAckMet, indicator.Text{En: "acknowledgement", Fr: "accusé de réception"})
	s.limit(indicator.ComplaintReplyDue, indicator.ComplaintReplyMet, indicator.Text{En: "reply to the complaint", Fr: "réponse à la réclamation"})
	s.timed(indicator.ItemsSolved, indicator.SolveMs, "solved after %s", "traité après %s")
	s.mark(indicator.ItemsDropped, "closed without a reply", "classé sans réponse")
}

// limit tells of what was due: done in time, or its limit passed before.
func (s *sentence) limit(due, met indicator.Measure, what indicator.Text) {
	if !s.one(due) {
		return
	}
	s.take(due)
	if s.take(met) == 1 {
		s.add("%s in time", "%s dans le délai", what.In(s.l))
		return
	}
	s.add("%s late: the limit passed before it", "%s hors délai : échéance passée avant", what.In(s.l))
}
