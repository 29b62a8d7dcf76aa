// SPDX-License-Identifier: Apache-2.0

package explain

import "github.com/vigie-kpi/vigie/indicator"

// bpPerStep is a step of a score from 1 to 5 in basis points; see MEASURES: (score - 1) / 4.
const bpPerStep = 2500

// quality tells of a survey, an evaluation or a recording.
func (s *sentence) quality() {
	s.mark(indicator.Recorded, "recorded", "enregistré")
	s.mark(indicator.SurveyInvited, "invited to the survey", "invité à l'enquête")
	s.mark(indicator.SurveyAnswered, "answered the survey", "a répondu à l'enquête")
	if s.one(indicator.CsatAnswers) {
		s.take(indicator.CsatAnswers)
		score := s.take(indicator.CsatBp)/bpPerStep + 1
		if s.take(indicator.CsatSatisfied) == 1 {
			s.add("satisfaction %d of 5: satisfied (4 or 5)", "satisfaction %d sur 5 : satisfait (4 ou 5)", score)
		} else {
			s.add("satisfaction %d of 5: not satisfied (below 4)", "satisfaction %d sur 5 : non satisfait (moins de 4)", score)
		}
	}
	if s.one(indicator.NpsAnswers) {
		s.recommendation()
	}
	if s.one(indicator.CesAnswers) {
		s.take(indicator.CesAnswers)
		score := s.take(indicator.CesBp)/bpPerStep + 1
		if s.take(indicator.CesEasy) == 1 {
			s.add("ease %d of 5: easy (4 or 5)", "facilité %d sur 5 : facile (4 ou 5)", score)
		} else {
			s.add("ease %d of 5: not easy (below 4)", "facilité %d sur 5 : pas facile (moins de 4)", score)
		}
	}
	if s.one(indicator.Evaluations) {
		s.take(indicator.Evaluations)
		s.add("evaluated at %s", "évalué à %s", s.quantity(indicator.QualityBp, s.take(indicator.QualityBp)))
	}
}

func (s *sentence) recommendation() {
	s.take(indicator.NpsAnswers)
	switch promoter, detractor := s.take(indicator.NpsPromoters), s.take(indicator.NpsDetractors); {
	case promoter == 1:
		s.add("recommendation 9 or 10: a promoter", "recommandation 9 ou 10 : promoteur")
	case detractor == 1:
		s.add("recommendation 0 to 6: a detractor", "recommandation de 0 à 6 : détracteur")
	default:
		s.add("recommendation 7 or 8: neither promoter nor detractor", "recommandation 7 ou 8 : ni promoteur ni détracteur")
	}
}

// outbound tells of a sale; dials, dispositions and records are told by their labels.
func (s *sentence) outbound() {
	if s.one(indicator.Sales) {
		s.take(indicator.Sales)
		s.add("sale of %s", "vente de %s", s.money(s.take(indicator.SaleCents)))
	}
	if s.one(indicator.SalesCancelled) {
		s.take(indicator.SalesCancelled)
		s.add("cancelled later: %s", "annulée ensuite : %s", s.money(s.take(indicator.CancelledCents)))
	}
	if cents := s.f.get(indicator.CancelledBookedCents); cents > 0 && !s.one(indicator.SalesCancelled) && s.f.get(indicator.Sales) == 0 {
		s.take(indicator.CancelledBookedCents)
		s.add("a sale of %s was cancelled here", "une vente de %s annulée ici", s.money(cents))
	}
}
