// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/vigie-kpi/vigie/event"
)

func (r *reader) readShifts(s *source) {
	for _, e := range s.list(shiftFields) {
		sh := Shift{ID: e.text("shift"), Begins: e.clock("begins"), Ends: e.clock("ends"), Days: e.days("days"),
			LunchMs: e.durationMs("lunch", "45m"), BreakMs: e.durationMs("break", "10m"), BreakEveryMs: e.durationMs("break_every", "2h")}
		r.declare("shifts.yaml", e, "shift", sh.ID, sh.ID, giveOnce)
		if e.has("lunch_between") {
			if spans := e.spans(e.fields["lunch_between"], "lunch_between"); len(spans) == 1 {
				sh.LunchBetween = spans[0]
			} else if !e.failed {
				e.fail("lunch_between", "write one stretch of time, such as \"11:30-14:00\"")
			}
		}
		if !e.failed {
			sh.check(e)
		}
		r.org.Shifts = append(r.org.Shifts, sh)
	}
}

// check checks what the keys of a shift say together.
func (s *Shift) check(e *entry) {
	length := (s.Ends-s.Begins+minutesOfDay)%minutesOfDay - int(s.LunchMs/60_000)
	between := int64(s.LunchBetween.To-s.LunchBetween.From) * 60_000
	switch {
	case s.Begins == s.Ends:
		e.fail("ends", "found %s, the same as begins; write when the work ends", quoted(e.text("ends")))
	case length <= 0:
		e.fail("lunch", "lunch of %s is as long as the whole shift; make it shorter", shown(s.LunchMs))
	case between > 0 && s.LunchMs > between:
		e.fail("lunch_between", "lunch of %s does not fit into %s; widen it", shown(s.LunchMs), e.text("lunch_between"))
	case (s.BreakMs == 0) != (s.BreakEveryMs == 0):
		e.fail(cmp.Or(keyIf(s.BreakMs != 0, "break"), "break_every"), "break and break_every belong together; give both, or neither")
	}
}

func keyIf(yes bool, key string) string {
	if yes {
		return key
	}
	return ""
}

// readAdvisors reads memberships. What is the advisor's own (name, contract, trial, shift, days) need be said once.
func (r *reader) readAdvisors(s *source) {
	for _, e := range s.list(advisorFields) {
		a := Advisor{ID: e.text("advisor"), Team: r.name(e, "team", "teams.yaml"), HomeTeam: r.name(e, "home_team", "teams.yaml"),
			Site: r.name(e, "site", "sites.yaml"), Name: e.text("name"), TrialEnds: e.date("trial_ends"), at: e,
			Shift: r.name(e, "shift", "shifts.yaml"), Days: e.days("days"), Telework: e.days("telework")}
		a.From, a.To = r.interval(e)
		a.ContractMinutes = int(e.durationMs("contract", "35h") / 60_000)
		if a.ContractMinutes > maxWeekMinutes {
			e.fail("contract", "found %s, more than the %d hours of a week that the law allows", quoted(e.text("contract")), maxWeekMinutes/60)
		}
		a.Loans = r.loans(&a)
		e.check((&event.AdvisorConfig{Advisor: a.ID, From: a.From, To: a.To, Team: a.Team, HomeTeam: a.HomeTeam, Site: a.Site}).Validate())
		r.declare("advisors.yaml", e, "advisor", a.ID, fmt.Sprintf("%s from %d", a.ID, a.From), "give it once, or another date with from")
		if a.ID != "" {
			r.org.Advisors = append(r.org.Advisors, a)
		}
	}
	slices.SortStableFunc(r.org.Advisors, func(a, b Advisor) int { return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.From, b.From)) })
	r.checkMemberships()
}

// maxWeekMinutes is 48 hours, the most that European law allows in a week.
const maxWeekMinutes = 48 * 60

func (r *reader) loans(a *Advisor) []Loan {
	var loans []Loan
	for _, e := range a.at.entries("loans", loanFields) {
		l := Loan{Team: r.name(e, "team", "teams.yaml"), at: e}
		l.From, l.To = r.interval(e)
		switch {
		case e.failed:
			a.at.failed = true
			continue
		case l.Team == a.Team:
			e.fail("team", "%s is the team that the advisor works in anyway; name the one that borrows, or leave the loan out", quoted(l.Team))
		case l.From < a.From || a.To != 0 && l.To > a.To:
			e.fail("from", "the loan does not lie within the membership in %s; move it, or write it under the membership of that time", quoted(a.Team))
		}
		loans = append(loans, l)
	}
	slices.SortStableFunc(loans, func(a, b Loan) int { return cmp.Compare(a.From, b.From) })
	for i := 1; i < len(loans); i++ {
		if loans[i].From < loans[i-1].To {
			loans[i].at.fail("from", "this loan to %s begins before the one to %s (line %d) ends; nobody is in two teams at once: move one",
				quoted(loans[i].Team), quoted(loans[i-1].Team), loans[i-1].at.node.Line)
		}
	}
	return loans
}

// checkMemberships refuses two memberships of one advisor at the same time, and passes on what is the advisor's own.
func (r *reader) checkMemberships() {
	all := r.org.Advisors
	for i := 1; i < len(all); i++ {
		before, a := &all[i-1], &all[i]
		if before.ID != a.ID {
			continue
		}
		a.Name, a.ContractMinutes = cmp.Or(a.Name, before.Name), cmp.Or(a.ContractMinutes, before.ContractMinutes)
		a.TrialEnds, a.Shift = cmp.Or(a.TrialEnds, before.TrialEnds), cmp.Or(a.Shift, before.Shift)
		a.Days, a.Telework = cmp.Or(a.Days, before.Days), cmp.Or(a.Telework, before.Telework)
		if before.at.failed || a.at.failed || before.To != 0 && before.To <= a.From || before.From == a.From {
			continue // a repeated date was reported already
		}
		r.failAt(a.at.place("from"), "advisor %s is still in team %s then (line %d); give that line \"to: %s\", or write a loan if it is only for a while",
			quoted(a.ID), quoted(before.Team), before.at.node.Line, r.dayBefore(a.From))
	}
}

// dayBefore is what to write as the end of a membership that another one follows at an instant.
func (r *reader) dayBefore(at event.Millis) string {
	wall := time.UnixMilli(at).In(r.org.location())
	if starts := r.org.Centre.DayStartsAtMinutes; wall.Hour()*60+wall.Minute() == starts {
		return wall.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	return wall.Format("2006-01-02 15:04")
}

func (r *reader) readSkills(s *source) {
	for _, e := range s.list(skillFields) {
		k := Skill{Queues: r.namesIn(e, "queues", "queues.yaml"), Teams: r.namesIn(e, "teams", "teams.yaml"),
			Advisors: r.namesIn(e, "advisors", "advisors.yaml")}
		k.From, k.To = r.interval(e)
		if !e.has("teams") && !e.has("advisors") {
			e.fail("queues", "nobody is named who serves them; give teams or advisors")
		}
		r.org.Skills = append(r.org.Skills, k)
	}
}
