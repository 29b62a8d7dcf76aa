// SPDX-License-Identifier: Apache-2.0

// Package quality turns the answers of a listening (écoute) into a score: a grid of weighted sections, questions that did not
// apply, and questions whose failure is critical.
//
// It gives what evaluation.submitted carries, scorebp and critical, and knows nothing of how these are counted. It is pure:
// the same grid and answers give the same score, in integers. Start with Grid, then Grid.Score.
package quality

import (
	"fmt"
	"slices"

	"github.com/vigie-kpi/vigie/event"
)

// Limits of a grid. Within them no sum overflows.
const (
	MaxQuestions = 500
	MaxPoints    = 1000
	MaxWeight    = 1000
)

// Grid is an evaluation form.
type Grid struct {
	ID       string
	Version  int // of the form: scores of two versions are not compared
	Sections []Section
	Critical Policy
}

// Section is a group of questions with one weight.
type Section struct {
	ID        string
	Weight    int64 // what a point of its questions is worth beside one of another section, 1 to MaxWeight
	Questions []Question
}

// Question is one thing to listen for.
type Question struct {
	ID       string
	Points   int64  // for the best answer, 1 to MaxPoints
	Critical string // whom a failure harms, one of event.Criticals; "" when it is not critical
}

// Policy is what a critical failure does to the score. That it happened is told beside the score in any case.
type Policy uint8

// The policies.
const (
	// KeepScore leaves the score as it is: critical failures are counted apart, as COPC does.
	KeepScore Policy = iota
	// ZeroSection takes away all points of the section in which it happened.
	ZeroSection
	// ZeroAll makes the whole score 0: the fatal question of Genesys, the automatic fail of Amazon Connect.
	ZeroAll
	numPolicies
)

// Validate says whether answers to the grid can be scored, and what to change if not.
func (g *Grid) Validate() error {
	if g.ID == "" {
		return fmt.Errorf("grid: it has no id; give it one")
	}
	if g.Critical >= numPolicies {
		return fmt.Errorf("grid %s: %d is no policy for critical failures; choose KeepScore, ZeroSection or ZeroAll", g.ID, g.Critical)
	}
	seen := map[string]bool{}
	for i := range g.Sections {
		if err := g.Sections[i].validate(seen); err != nil {
			return fmt.Errorf("grid %s: %w", g.ID, err)
		}
	}
	if n := len(seen); n == 0 || n > MaxQuestions {
		return fmt.Errorf("grid %s: it has %d questions; give it from 1 to %d", g.ID, n, MaxQuestions)
	}
	return nil
}

func (s *Section) validate(seen map[string]bool) error {
	if s.Weight < 1 || s.Weight > MaxWeight {
		return fmt.Errorf("section %q: its weight is %d; give it from 1 to %d", s.ID, s.Weight, MaxWeight)
	}
	for _, q := range s.Questions {
		switch {
		case q.ID == "":
			return fmt.Errorf("section %q: a question has no id; give it one", s.ID)
		case seen[q.ID]:
			return fmt.Errorf("question %q: it is there twice; an answer must name one question", q.ID)
		case q.Points < 1 || q.Points > MaxPoints:
			return fmt.Errorf("question %q: its best answer gives %d points; let it give from 1 to %d", q.ID, q.Points, MaxPoints)
		case q.Critical != "" && !slices.Contains(event.Criticals, q.Critical):
			return fmt.Errorf("question %q: critical is %q; it must be one of %v, or empty", q.ID, q.Critical, event.Criticals)
		}
		seen[q.ID] = true
	}
	return nil
}
