// SPDX-License-Identifier: Apache-2.0

package quality

import (
	"errors"
	"fmt"
	"strings"

	"github.com/vigie-kpi/vigie/event"
)

// Answer is what the listener says to one question.
type Answer struct {
	Question      string
	Points        int64 // from 0 to the question's; of a critical question all or none
	NotApplicable bool  // the question did not arise: it counts neither for nor against
}

// Score is the result of an evaluation, as evaluation.submitted carries it.
type Score struct {
	BP       int64  // hundredths of a percent, 0 to 10,000
	Critical string // one of event.CriticalSets; "" when nothing critical failed
}

// ErrNothingApplies says that no question applied: there is no score then, neither 0 nor 100 %.
var ErrNothingApplies = errors.New("no question of the grid applies to this contact; choose another grid, or do not evaluate it")

// Score weighs the answers: points times weight of the section, over the most that could be had of the questions that apply,
// rounded to the nearest hundredth of a percent, halves up. Every question wants one answer. The grid must be valid.
func (g *Grid) Score(answers []Answer) (Score, error) {
	byQuestion := map[string]Answer{}
	for _, a := range answers {
		if _, twice := byQuestion[a.Question]; twice {
			return Score{}, fmt.Errorf("grid %s: question %q is answered twice; answer it once", g.ID, a.Question)
		}
		byQuestion[a.Question] = a
	}
	var earned, possible int64
	failed := map[string]bool{}
	for i := range g.Sections {
		s := &g.Sections[i]
		got, most, err := s.points(byQuestion, failed, g.Critical)
		if err != nil {
			return Score{}, fmt.Errorf("grid %s: %w", g.ID, err)
		}
		earned += got * s.Weight
		possible += most * s.Weight
	}
	if len(byQuestion) > 0 {
		return Score{}, fmt.Errorf("grid %s: %s; check that the answers are to this version, %d", g.ID, unknown(answers, byQuestion), g.Version)
	}
	if possible == 0 {
		return Score{}, ErrNothingApplies
	}
	if g.Critical == ZeroAll && len(failed) > 0 {
		earned = 0
	}
	return Score{BP: (2*10_000*earned + possible) / (2 * possible), Critical: criticalSet(failed)}, nil
}

// points adds up the section's answers, takes them out of the map, and notes what failed.
func (s *Section) points(answers map[string]Answer, failed map[string]bool, p Policy) (got, most int64, err error) {
	zero := false
	for _, q := range s.Questions {
		a, ok := answers[q.ID]
		delete(answers, q.ID)
		switch {
		case !ok:
			return 0, 0, fmt.Errorf("question %q is not answered; answer it, or say that it does not apply", q.ID)
		case a.NotApplicable:
			continue
		case a.Points < 0 || a.Points > q.Points:
			return 0, 0, fmt.Errorf("question %q: %d points; it gives from 0 to %d", q.ID, a.Points, q.Points)
		case q.Critical != "" && a.Points != 0 && a.Points != q.Points:
			return 0, 0, fmt.Errorf("question %q: %d points; it is critical and gives %d or none", q.ID, a.Points, q.Points)
		}
		got += a.Points
		most += q.Points
		if q.Critical != "" && a.Points == 0 {
			failed[q.Critical] = true
			zero = zero || p == ZeroSection
		}
	}
	if zero {
		got = 0
	}
	return got, most, nil
}

// unknown names the first answer, in their order, to a question that the grid does not have.
func unknown(answers []Answer, left map[string]Answer) string {
	for _, a := range answers {
		if _, is := left[a.Question]; is {
			return fmt.Sprintf("it has no question %q", a.Question)
		}
	}
	return ""
}

// criticalSet writes what failed as events do.
func criticalSet(failed map[string]bool) string {
	var list []string
	for _, c := range event.Criticals {
		if failed[c] {
			list = append(list, c)
		}
	}
	return strings.Join(list, ",")
}
