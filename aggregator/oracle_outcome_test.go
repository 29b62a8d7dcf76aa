// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
)

// The rules of outcomes, beyond those of oracle_test.go
//
//  8. What is said of a contact (a disposition, a classification, a recording, surveys, evaluations, sales) begins no contact
//     and ends none. It counts only when the contact is known by something else. A thing is what events of one family say
//     about one object; a recording is one for each advisor, a disposition and a classification are one for each contact.
//  9. A thing's queue, advisor, team, site and campaign are the last ones said of it. What is said of queue and advisor selects
//     the newest conversation that agrees, and that gives the rest; else it is the contact's last queue and advisor. The
//     customer's dimensions are the contact's, with all its words.
// 10. A disposition counts at the instant of its last word, a sale at that of its first, all else when the contact began.
// 11. A contact that comes first into the voice menu has entered it. If it closes (rule 6) before any queue, refusal or advisor,
//     it was served, when the menu said so; else it abandoned, when it left or ended.
// 12. A dial and its check are booked as said. A fault is one of a dial that took place, by the audit if there is one.

func saysOutcome(t event.Type) bool { return outcomeFamily(t) != "" }

func outcomeFamily(t event.Type) string {
	switch t {
	case event.ContactDisposed, event.ContactClassified, event.ContactRecorded:
		return t.String()
	case event.SurveyInvited, event.SurveyAnswered, event.EvaluationSubmitted, event.EvaluationCancelled,
		event.SaleRecorded, event.SaleCancelled:
		family, _, _ := strings.Cut(t.String(), ".")
		return family
	}
	return ""
}

// began is when the contact began: -1 when nothing but outcomes is known of it.
func (s *story) began() int64 {
	for i := range s.line {
		if !saysOutcome(s.line[i].Type) {
			return s.line[i].Time
		}
	}
	return -1
}

func (s *story) bookOutcomes() {
	start := s.began()
	if start < 0 {
		return
	}
	things := map[[2]string][]said{}
	for _, e := range s.line {
		id := [2]string{outcomeFamily(e.Type), e.Object}
		switch id[0] {
		case "":
			continue
		case "contact.recorded":
			id[1] = e.Advisor
		case "contact.disposed", "contact.classified":
			id[1] = ""
		}
		things[id] = append(things[id], e)
	}
	for id, words := range things {
		d := s.whose(words)
		switch id[0] {
		case "contact.disposed":
			s.bookDisposition(words[len(words)-1], d)
		case "sale":
			s.bookSale(words, d)
		case "contact.classified":
			s.bookClassification(words, start, d)
		default:
			s.bookQuality(id[0], words, start, d)
		}
	}
}

// lastWord is the last that is said in answer to a question.
func lastWord(words []said, question func(*said) string) string {
	for i := range slices.Backward(words) {
		if w := question(&words[i]); w != "" {
			return w
		}
	}
	return ""
}

// whose is rule 9.
func (s *story) whose(words []said) dimensions {
	end := len(s.line) - 1
	d := s.contactDims(s.here(end))
	for _, i := range s.talks {
		e := &s.line[i]
		d.advisor, d.team, d.homeTeam, d.site = e.Advisor, e.Team, e.homeTeam, e.Site
	}
	queue := lastWord(words, func(e *said) string { return e.Queue })
	advisor := lastWord(words, func(e *said) string { return e.Advisor })
	team := lastWord(words, func(e *said) string { return e.ownTeam })
	site := lastWord(words, func(e *said) string { return e.ownSite })
	d.campaign = cmp.Or(lastWord(words, func(e *said) string { return e.Campaign }), d.campaign)
	d.queue = cmp.Or(queue, d.queue)
	if leg := s.conversationOf(queue, advisor); leg != nil {
		if queue == "" {
			d.queue = cmp.Or(leg.dims.queue, d.queue)
		}
		d.advisor, d.team, d.homeTeam, d.site = leg.dims.advisor, leg.dims.team, leg.dims.homeTeam, leg.dims.site
	} else if advisor != "" {
		for _, e := range words {
			if e.Advisor != "" {
				d.advisor, d.team, d.homeTeam, d.site = e.Advisor, e.Team, e.homeTeam, e.Site
			}
		}
	}
	d.team, d.site = cmp.Or(team, d.team), cmp.Or(site, d.site)
	return d
}

func (s *story) conversationOf(queue, advisor string) *advisorOffer {
	if queue == "" && advisor == "" {
		return nil
	}
	for _, o := range slices.Backward(s.offers) {
		talked := o.connectedAt != 0 && !listens(o.kind)
		if talked && (advisor == "" || o.dims.advisor == advisor) && (queue == "" || o.dims.queue == "" || o.dims.queue == queue) {
			return o
		}
	}
	return nil
}

func (s *story) bookDisposition(last said, d dimensions) {
	book := func(name string) { s.out.add(last.Time, aggregator.GrainOutbound, d, name, 1) }
	switch last.class {
	case "", event.ClassWrongNumber, event.ClassDuplicate, event.ClassOutOfTarget:
		return // nobody who could decide was there
	case event.ClassPitchedWon, event.ClassPitchedLost, event.ClassNotPitched:
		book(last.class)
	case event.ClassFollowUp:
		book("follow_ups")
	case event.ClassAppointment:
		book("appointments")
	case event.ClassRefusal, event.ClassOpposition:
		book("refusals")
	}
	book("useful_contacts")
}

func (s *story) bookClassification(words []said, start int64, d dimensions) {
	if lastWord(words, func(e *said) string { return e.Complaint }) == event.Yes {
		s.out.add(start, aggregator.GrainContact, d, "complaints", 1)
	}
	resolved := lastWord(words, func(e *said) string { return e.Resolved })
	if resolved != "" {
		s.out.add(start, aggregator.GrainContact, d, "resolution_asked", 1)
	}
	if resolved == event.Yes {
		s.out.add(start, aggregator.GrainContact, d, "resolved", 1)
	}
}

func (s *story) bookSale(words []said, d dimensions) {
	last := words[len(words)-1]
	recorded := slices.DeleteFunc(slices.Clone(words), func(e said) bool { return e.Type != event.SaleRecorded })
	if len(recorded) == 0 {
		return
	}
	book := func(at int64, name string, n int64) { s.out.add(at, aggregator.GrainOutbound, d, name, n) }
	first := recorded[0].Time
	cents, _ := recorded[len(recorded)-1].AmountCents.Get()
	book(first, "sales", 1)
	book(first, "sale_cents", cents)
	if last.Type == event.SaleCancelled {
		book(first, "sales_cancelled", 1)
		book(first, "cancelled_cents", cents)
		book(last.Time, "cancelled_booked_cents", cents)
	}
}

func (s *story) bookQuality(family string, words []said, start int64, d dimensions) {
	book := func(name string, n int64) { s.out.add(start, aggregator.GrainQuality, d, name, n) }
	mark := func(name string, is bool) {
		if is {
			book(name, 1)
		}
	}
	has := func(t event.Type) bool {
		return slices.ContainsFunc(words, func(e said) bool { return e.Type == t })
	}
	last := words[len(words)-1]
	switch family {
	case "contact.recorded":
		book("recorded", 1)
	case "evaluation":
		if last.Type == event.EvaluationCancelled {
			return
		}
		book("evaluations", 1)
		book("quality_bp", last.ScoreBP.Or(0))
		for _, critical := range strings.Split(last.Critical, ",") {
			mark("critical_"+critical, critical != "")
		}
	case "survey":
		mark("survey_invited", has(event.SurveyInvited))
		mark("survey_answered", has(event.SurveyAnswered))
		if n, ok := lastAnswer(words, func(e *said) event.Number { return e.CSAT }); ok {
			book("csat_answers", 1)
			mark("csat_satisfied", n == 4 || n == 5)
			book("csat_bp", (n-1)*10_000/4)
		}
		if n, ok := lastAnswer(words, func(e *said) event.Number { return e.NPS }); ok {
			book("nps_answers", 1)
			mark("nps_promoters", n >= 9)
			mark("nps_detractors", n <= 6)
		}
		if n, ok := lastAnswer(words, func(e *said) event.Number { return e.CES }); ok {
			book("ces_answers", 1)
			mark("ces_easy", n == 4 || n == 5)
			book("ces_bp", (n-1)*10_000/4)
		}
	}
}

func lastAnswer(words []said, question func(*said) event.Number) (n int64, ok bool) {
	for i := range words {
		if v, has := question(&words[i]).Get(); has && words[i].Type == event.SurveyAnswered {
			n, ok = v, true
		}
	}
	return n, ok
}

// bookMenu is rule 11.
func (s *story) bookMenu() {
	customer := func(p point) dimensions { return s.wordsAt(p) }
	book := func(p point, at int64, name string) {
		s.out.add(at, aggregator.GrainContact, customer(p), name, 1)
	}
	entered := false
	var served, left, idle int64
	became := func(p point) {
		switch {
		case !entered:
		case served != 0:
			book(p, served, "ivr_served")
		case left != 0:
			book(p, left, "ivr_abandoned")
		case !p.timer:
			book(p, p.at, "ivr_abandoned")
		}
	}
	for i := range s.line {
		e := &s.line[i]
		if idle != 0 && idle+settle <= e.Time {
			became(s.timer(idle + settle))
			return
		}
		if limit := s.silence(); idle == 0 && limit <= e.Time {
			return // it never left, and nobody knows what became of it
		}
		switch {
		case e.Type == event.ContactEnded:
			became(s.here(i))
			return
		case e.Type == event.QueueEntered || e.Type == event.QueueRefused || opensOffer(e.Type):
			return
		case e.Type == event.ContactMenu && !entered:
			entered = true
			book(s.here(i), e.Time, "ivr_entered")
		}
		if e.Type == event.ContactMenu && e.State == event.MenuServed {
			served = e.Time
		}
		if e.Type == event.ContactMenu && e.State == event.MenuLeft {
			left = e.Time
		}
		if rests(e) {
			idle = e.Time
		}
	}
	if idle != 0 && idle+settle <= s.clock {
		became(s.timer(idle + settle))
	}
}

// silence is when a contact that was announced and never seen again is given up.
func (s *story) silence() int64 {
	for i := range s.line {
		if e := &s.line[i]; !saysOutcome(e.Type) {
			return e.Time + e.limitMs
		}
	}
	return far
}

func opensOffer(t event.Type) bool {
	return t == event.AdvisorOffered || t == event.AdvisorMissed || t == event.AdvisorCancelled || t == event.AdvisorConnected
}

// rests tells the events after which the contact is in nobody's hands.
func rests(e *said) bool {
	switch e.Type {
	case event.QueueRefused, event.CallRefused:
		return true
	case event.ContactMenu:
		return e.State != event.MenuEntered
	case event.CallDialled:
		return e.Result != event.ResultHuman || e.Reason == event.ReasonAbandoned
	}
	return false
}

// bookDials is rule 12.
func (s *story) bookDials() {
	for i := range s.line {
		e := &s.line[i]
		if e.Type != event.CallDialled && e.Type != event.CallRefused {
			continue
		}
		words := s.words(i)
		d := dimensions{programme: cmp.Or(e.Programme, words.programme), queue: e.Queue, campaign: e.Campaign, channel: e.Channel,
			direction: e.Direction, reason: cmp.Or(e.ContactReason, words.reason)}
		if e.Verdict != "" || e.Audit != "" {
			s.out.add(e.Time, aggregator.GrainCompliance, d, "dials_checked", 1)
		}
		if e.Verdict != "" && e.Audit != "" && e.Verdict != e.Audit {
			s.out.add(e.Time, aggregator.GrainCompliance, d, "dial_check_disagreed", 1)
		}
		if e.Type == event.CallRefused {
			continue
		}
		if fault := cmp.Or(e.Audit, e.Verdict); fault != "" && fault != event.VerdictOK {
			s.out.add(e.Time, aggregator.GrainCompliance, d, "dials_"+fault, 1)
		}
		d.advisor, d.team, d.homeTeam, d.site = e.Advisor, e.Team, e.homeTeam, e.Site
		d.line = s.carriedBy(i)
		s.out.add(e.Time, aggregator.GrainOutbound, d, "dialled", 1)
		s.out.add(e.Time, aggregator.GrainOutbound, d, "dial_"+e.Result, 1)
		if e.Reason == event.ReasonAbandoned {
			s.out.add(e.Time, aggregator.GrainOutbound, d, "dial_abandoned", 1)
		}
	}
}
