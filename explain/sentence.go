// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
)

// sentence tells what happened, from what a fact adds. Each family has its own words; what they do not speak of is listed
// with the labels of its measures, so that nothing is left out.
type sentence struct {
	words
	f       *Fact
	rule    *Rule // nil when the configuration is not known
	parts   []string
	handled [indicator.NumMeasures]bool
}

// fact writes the sentence of a fact. A fact that only takes away is told as what it takes back; one that does both, as changes.
func (w words) fact(f *Fact, rule *Rule) string {
	switch adds, takes := f.signs(); {
	case takes && !adds:
		n := f.negated()
		return w.say("taken back: ", "annulé : ") + w.fact(&n, rule)
	case takes:
		return w.say("corrected: ", "corrigé : ") + w.changes(f)
	}
	s := sentence{words: w, f: f, rule: rule}
	switch f.Grain {
	case indicator.GrainQueueLeg:
		s.queueLeg()
	case indicator.GrainAdvisorLeg:
		s.advisorLeg()
	case indicator.GrainQuality:
		s.quality()
	case indicator.GrainOutbound:
		s.outbound()
	case indicator.GrainDeferred:
		s.deferred()
	}
	s.rest()
	if len(s.parts) == 0 {
		return w.say("nothing that this indicator reads", "rien que cet indicateur lise")
	}
	return strings.Join(s.parts, w.say("; ", " ; "))
}

// changes lists increments with their signs.
func (w words) changes(f *Fact) string {
	var list []string
	for _, i := range f.Increments {
		sign := "+"
		if i.Value < 0 {
			sign = ""
		}
		list = append(list, i.Measure.Label().In(w.l)+" "+sign+w.quantity(i.Measure, i.Value))
	}
	return strings.Join(list, ", ")
}

// take returns what the fact adds to a measure and marks it as told.
func (s *sentence) take(m indicator.Measure) int64 {
	s.handled[m] = true
	return s.f.get(m)
}

// one tells whether the fact is of a single case of a measure, which the words of a family are made for: facts that were added
// up, or issued by hand, are listed instead.
func (s *sentence) one(m indicator.Measure) bool { return s.f.get(m) == 1 }

func (s *sentence) add(en, fr string, args ...any) {
	s.parts = append(s.parts, s.sayf(en, fr, args...))
}

// mark adds words when the measure is there.
func (s *sentence) mark(m indicator.Measure, en, fr string) {
	if s.one(m) {
		s.take(m)
		s.add(en, fr)
	}
}

// rest lists the measures that no words were made for.
func (s *sentence) rest() {
	for _, i := range s.f.Increments {
		if s.handled[i.Measure] {
			continue
		}
		label := i.Measure.Label().In(s.l)
		if i.Measure.Info().Unit == indicator.UnitCount && i.Value == 1 {
			s.parts = append(s.parts, label)
			continue
		}
		s.parts = append(s.parts, label+" "+s.quantity(i.Measure, i.Value))
	}
}
