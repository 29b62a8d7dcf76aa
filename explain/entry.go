// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
)

// entry tells what the facts of one group give.
func (x *explainer) entry(facts []*Fact) Entry {
	slices.SortStableFunc(facts, func(a, b *Fact) int {
		return cmp.Or(cmp.Compare(a.AtMs, b.AtMs), cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Seq, b.Seq))
	})
	first := facts[0]
	e := Entry{Contact: first.Contact, AtMs: first.AtMs, Lines: make([]Line, 0, len(facts))}
	if first.Contact == "" {
		e.Team = first.Team
		if x.Advisors {
			e.Advisor = first.Advisor
		}
	}
	entered := map[string]int64{} // when the last wait began, by queue
	for _, f := range facts {
		if f.Grain == indicator.GrainQueueLeg && f.get(indicator.Offered) > 0 {
			entered[f.Queue] = f.AtMs
		}
		line := x.line(f, entered)
		e.Numerator += line.Numerator
		e.Denominator += line.Denominator
		for _, mark := range line.Marks {
			if !slices.Contains(e.Marks, mark) {
				e.Marks = append(e.Marks, mark)
			}
		}
		e.Lines = append(e.Lines, line)
	}
	e.Counted = e.Numerator != 0 || e.Denominator != 0
	if e.Counted {
		e.Why = x.counts(&e)
	} else {
		e.Why = x.countsNot(facts)
	}
	return e
}

// line tells what one fact says and gives.
func (x *explainer) line(f *Fact, entered map[string]int64) Line {
	began := f.AtMs
	if at, known := entered[f.Queue]; known {
		began = at
	} else if f.Grain == indicator.GrainQueueLeg {
		began -= max(f.get(indicator.WaitAnsweredMs), f.get(indicator.WaitAbandonedMs), f.get(indicator.WaitLeftMs), 0)
	}
	var rule *Rule
	if f.Grain == indicator.GrainQueueLeg && !f.Daily {
		rule = x.rules.of(f.Version, f.Queue, began)
	}
	l := Line{AtMs: f.AtMs, Text: x.fact(f, rule), Queue: f.Queue, Campaign: f.Campaign, Team: f.Team, Reason: f.Reason, Version: f.Version,
		Lineage: f.Lineage, Rows: f.Rows, LastOffset: f.LastOffset, Measures: map[string]int64{}, Marks: marksOf(f)}
	if x.Advisors {
		l.Advisor = f.Advisor
	}
	for _, i := range f.Increments {
		l.Measures[i.Measure.String()] = i.Value
		l.Numerator += x.num[i.Measure] * i.Value
		l.Denominator += x.den[i.Measure] * i.Value
	}
	for _, b := range f.Bins {
		if l.Bins == nil {
			l.Bins = map[uint16]int64{}
		}
		l.Bins[b.Bin] = b.Count
		l.Numerator += b.Count
		l.Text += x.say("; in the bin ", " ; dans la classe ") + x.edges(b.Bin)
	}
	return l
}

func marksOf(f *Fact) []string {
	var marks []string
	switch adds, takes := f.signs(); {
	case takes && !adds:
		marks = append(marks, MarkTakenBack)
	case takes:
		marks = append(marks, MarkCorrected)
	}
	if f.byHand() {
		marks = append(marks, MarkByHand)
	}
	if f.Daily {
		marks = append(marks, MarkDaily)
	}
	return marks
}

// counts says what an entry that counts gives.
func (x *explainer) counts(e *Entry) string {
	switch {
	case x.bins:
		return x.sayf("counts: %s "+x.binWord(indicator.English), "compte : %s "+x.binWord(indicator.French), signed(e.Numerator))
	case !x.ratio:
		return x.sayf("counts: %s", "compte : %s", x.amount(e.Numerator, &x.num))
	case e.Denominator == 0:
		return x.sayf("counts in the numerator only: %s", "compte au numérateur seulement : %s", x.amount(e.Numerator, &x.num))
	case e.Numerator == 0:
		return x.sayf("counts in the denominator only: %s", "compte au dénominateur seulement : %s", x.amount(e.Denominator, &x.den))
	}
	return x.sayf("counts: numerator %s, denominator %s", "compte : numérateur %s, dénominateur %s", x.amount(e.Numerator, &x.num), x.amount(e.Denominator, &x.den))
}

// amount writes a contribution in the unit of the sum's measures.
func (x *explainer) amount(n int64, coefs *[indicator.NumMeasures]int64) string {
	for m := range indicator.Measure(indicator.NumMeasures) {
		if coefs[m] == 0 {
			continue
		}
		if m.Info().Unit == indicator.UnitCount || coefs[m] != 1 && coefs[m] != -1 {
			break
		}
		if n < 0 {
			return x.quantity(m, n)
		}
		return "+" + x.quantity(m, n)
	}
	return signed(n)
}

// countsNot says why an entry does not count.
func (x *explainer) countsNot(facts []*Fact) string {
	var sums [indicator.NumMeasures]int64
	var read, binned bool
	for _, f := range facts {
		binned = binned || len(f.Bins) > 0
		for _, i := range f.Increments {
			sums[i.Measure] += i.Value
			read = read || x.reads[i.Measure]
		}
	}
	var cancelling, booked []string
	for m := range indicator.Measure(indicator.NumMeasures) {
		switch {
		case sums[m] == 0:
		case x.reads[m]:
			cancelling = append(cancelling, m.Label().In(x.l)+" "+signed(sums[m]))
		default:
			booked = append(booked, m.Label().In(x.l))
		}
	}
	switch {
	case len(cancelling) > 0:
		return x.sayf("does not count: the formula leaves it out (%s)", "ne compte pas : la formule l'écarte (%s)", strings.Join(cancelling, ", "))
	case read || binned:
		return x.say("does not count any more: what was counted was taken back", "ne compte plus : ce qui fut compté a été annulé")
	case sums[indicator.Offered] > 0 && sums[indicator.Answered]+sums[indicator.Abandoned]+sums[indicator.Left]+sums[indicator.Lost] == 0:
		return x.say("does not count: its wait did not end in this interval", "ne compte pas : son attente n'a pas pris fin dans l'intervalle")
	case len(booked) > 0:
		return x.sayf("does not count: the formula has no place for “%s”", "ne compte pas : la formule ignore « %s »", strings.Join(booked, x.say("”, “", " », « ")))
	}
	return x.say("does not count: everything about it was taken back", "ne compte pas : tout ce qui le concerne a été annulé")
}
