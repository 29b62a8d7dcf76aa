// SPDX-License-Identifier: Apache-2.0

package quality

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/vigie-kpi/vigie/event"
)

// The example that Genesys publishes for its evaluation forms (resource centre, "Evaluation form scoring"): group 1 weighs 40 and
// has two questions of one point, group 2 weighs 20 and has one. Yes, no and yes give
// (1 x 40 + 1 x 20) / (2 x 40 + 1 x 20) = 60 %. What is marked as not applicable leaves both sums.
func TestPublishedExample(t *testing.T) {
	g := Grid{ID: "genesys", Sections: []Section{
		{ID: "1", Weight: 40, Questions: []Question{{ID: "1.1", Points: 1}, {ID: "1.2", Points: 1}}},
		{ID: "2", Weight: 20, Questions: []Question{{ID: "2.1", Points: 1}}},
	}}
	f := func(wantBP int64, answers ...Answer) {
		t.Helper()
		if got := score(t, g, answers); got.BP != wantBP {
			t.Errorf("%v: %d, want %d", answers, got.BP, wantBP)
		}
	}
	f(6000, yes("1.1"), no("1.2"), yes("2.1"))
	f(10_000, yes("1.1"), none("1.2"), yes("2.1")) // (40 + 20) / (40 + 20)
	f(5000, yes("1.1"), no("1.2"), none("2.1"))    // 40 / 80: the group is out
	f(3333, no("1.1"), none("1.2"), yes("2.1"))    // 20 / 60
}

// A questionnaire of two questions, the first answered with all of its points and the second not applicable, scores 100 %: the
// example of Call Replay's manual ("Calculating scores").
func TestNotApplicableIsNotZero(t *testing.T) {
	g := Grid{ID: "q", Sections: []Section{{ID: "all", Weight: 1, Questions: []Question{{ID: "a", Points: 10}, {ID: "b", Points: 10}}}}}
	if got := score(t, g, []Answer{{Question: "a", Points: 10}, none("b")}); got.BP != 10_000 {
		t.Errorf("%d, want 10000", got.BP)
	}
}

// A listening in four parts, with a failure towards the customer and an answer that does not apply, worked by hand.
//
//	welcome    weight 1: greeting 2 of 2, name 1 of 2                        earned 3, possible 4
//	diagnosis  weight 3: questions 3 of 4, alternative not applicable        earned 9, possible 12
//	compliance weight 2: identity check 0 of 1 (critical), mentions 1 of 1   earned 2, possible 4
//	leave      weight 1: not applicable, the customer hung up                earned 0, possible 0
//
// 14 of 20 is 70 %. With the section at zero 12 of 20, 60 %; with all at zero 0.
func TestCriticalFailure(t *testing.T) {
	g := Grid{ID: "voice", Version: 3, Sections: []Section{
		{ID: "welcome", Weight: 1, Questions: []Question{{ID: "greeting", Points: 2}, {ID: "name", Points: 2}}},
		{ID: "diagnosis", Weight: 3, Questions: []Question{{ID: "questions", Points: 4}, {ID: "alternative", Points: 2}}},
		{ID: "compliance", Weight: 2, Questions: []Question{{ID: "identity", Points: 1, Critical: event.CriticalCustomer},
			{ID: "mentions", Points: 1, Critical: event.CriticalCompliance}}},
		{ID: "leave", Weight: 1, Questions: []Question{{ID: "summary", Points: 2}}},
	}}
	answers := []Answer{{Question: "greeting", Points: 2}, {Question: "name", Points: 1}, {Question: "questions", Points: 3},
		none("alternative"), no("identity"), yes("mentions"), none("summary")}
	for policy, want := range map[Policy]int64{KeepScore: 7000, ZeroSection: 6000, ZeroAll: 0} {
		g.Critical = policy
		if got := score(t, g, answers); got != (Score{BP: want, Critical: "customer"}) {
			t.Errorf("policy %d: %+v, want %d, customer", policy, got, want)
		}
	}
	answers[5] = no("mentions")
	if got := score(t, g, answers); got.Critical != "customer,compliance" {
		t.Errorf("critical %q, want customer,compliance", got.Critical)
	}
	answers[4], answers[5] = none("identity"), yes("mentions") // nothing to check is no failure
	if got := score(t, g, answers); got != (Score{BP: 7778}) { // 3 + 9 + 2 of 4 + 12 + 2: 14 of 18 is 77.78 %
		t.Errorf("%+v, want 7778 and no failure", got)
	}
}

func TestRounding(t *testing.T) {
	for _, c := range []struct{ points, of, wantBP int64 }{{1, 3, 3333}, {2, 3, 6667}, {1, 32, 313}, {1, 1000, 10}, {999, 1000, 9990}, {0, 7, 0}, {7, 7, 10_000}} {
		g := Grid{ID: "g", Sections: []Section{{ID: "s", Weight: 1, Questions: []Question{{ID: "q", Points: c.of}}}}}
		if got := score(t, g, []Answer{{Question: "q", Points: c.points}}); got.BP != c.wantBP {
			t.Errorf("%d of %d: %d, want %d", c.points, c.of, got.BP, c.wantBP)
		}
	}
}

func TestRefusals(t *testing.T) {
	g := Grid{ID: "g", Version: 2, Sections: []Section{{ID: "s", Weight: 1, Questions: []Question{{ID: "a", Points: 4, Critical: event.CriticalBusiness}, {ID: "b", Points: 2}}}}}
	f := func(want string, answers ...Answer) {
		t.Helper()
		if _, err := g.Score(answers); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", answers, err, want)
		}
	}
	f(`question "b" is not answered; answer it, or say that it does not apply`, Answer{Question: "a", Points: 4})
	f(`question "a" is answered twice`, none("a"), none("a"), none("b"))
	f(`question "b": 3 points; it gives from 0 to 2`, none("a"), Answer{Question: "b", Points: 3})
	f(`question "b": -1 points`, none("a"), Answer{Question: "b", Points: -1})
	f(`question "a": 2 points; it is critical and gives 4 or none`, Answer{Question: "a", Points: 2}, none("b"))
	f(`it has no question "c"; check that the answers are to this version, 2`, none("a"), none("b"), none("c"))
	if _, err := g.Score([]Answer{none("a"), none("b")}); !errors.Is(err, ErrNothingApplies) {
		t.Errorf("nothing applies: %v", err)
	}
}

func TestValidate(t *testing.T) {
	q := []Question{{ID: "q", Points: 1}}
	for want, g := range map[string]Grid{
		"it has no id":                       {Sections: []Section{{Weight: 1, Questions: q}}},
		"it has 0 questions":                 {ID: "g", Sections: []Section{{Weight: 1}}},
		"its weight is 0":                    {ID: "g", Sections: []Section{{Questions: q}}},
		"its weight is 1001":                 {ID: "g", Sections: []Section{{Weight: 1001, Questions: q}}},
		`question "q": it is there twice`:    {ID: "g", Sections: []Section{{Weight: 1, Questions: q}, {Weight: 1, Questions: q}}},
		"a question has no id":               {ID: "g", Sections: []Section{{Weight: 1, Questions: []Question{{Points: 1}}}}},
		"its best answer gives 0 points":     {ID: "g", Sections: []Section{{Weight: 1, Questions: []Question{{ID: "q"}}}}},
		`critical is "boss"`:                 {ID: "g", Sections: []Section{{Weight: 1, Questions: []Question{{ID: "q", Points: 1, Critical: "boss"}}}}},
		"no policy":                          {ID: "g", Critical: 9, Sections: []Section{{Weight: 1, Questions: q}}},
		"it has 501 questions; give it from": {ID: "g", Sections: []Section{{Weight: 1, Questions: questions(501)}}},
	} {
		if err := g.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	largest := Grid{ID: "g", Sections: []Section{{ID: "s", Weight: MaxWeight, Questions: questions(MaxQuestions)}}}
	var best []Answer
	for i := range largest.Sections[0].Questions {
		q := &largest.Sections[0].Questions[i]
		q.Points = MaxPoints
		best = append(best, Answer{Question: q.ID, Points: MaxPoints})
	}
	if got := score(t, largest, best); got.BP != 10_000 {
		t.Errorf("all points of the largest grid: %d", got.BP)
	}
}

// A question that does not apply might as well not be on the grid, and only the proportion of weights matters.
func TestLaws(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var g, smaller, heavier Grid
		var answers, fewer []Answer
		g.ID, g.Critical = "g", Policy(rapid.IntRange(0, int(numPolicies)-1).Draw(rt, "policy"))
		smaller.ID, smaller.Critical, heavier.ID, heavier.Critical = "g", g.Critical, "g", g.Critical
		n := 0
		for range rapid.IntRange(1, 3).Draw(rt, "sections") {
			s := Section{Weight: rapid.Int64Range(1, 100).Draw(rt, "weight")}
			left := Section{Weight: s.Weight}
			for range rapid.IntRange(1, 3).Draw(rt, "questions") {
				n++
				q := Question{ID: strings.Repeat("q", n), Points: rapid.Int64Range(1, 10).Draw(rt, "points"),
					Critical: rapid.SampledFrom([]string{"", "", "customer", "business", "compliance"}).Draw(rt, "critical")}
				a := Answer{Question: q.ID, Points: q.Points * rapid.Int64Range(0, 1).Draw(rt, "right"), NotApplicable: rapid.Bool().Draw(rt, "n/a")}
				s.Questions, answers = append(s.Questions, q), append(answers, a)
				if !a.NotApplicable {
					left.Questions, fewer = append(left.Questions, q), append(fewer, a)
				}
			}
			g.Sections, smaller.Sections = append(g.Sections, s), append(smaller.Sections, left)
			s.Weight *= 7
			heavier.Sections = append(heavier.Sections, s)
		}
		got, err := g.Score(answers)
		if len(fewer) == 0 {
			if !errors.Is(err, ErrNothingApplies) {
				rt.Fatalf("nothing applies: %v", err)
			}
			return
		}
		if err != nil || got.BP < 0 || got.BP > 10_000 {
			rt.Fatalf("%+v, %v", got, err)
		}
		for _, other := range []struct {
			grid    Grid
			answers []Answer
		}{{smaller, fewer}, {heavier, answers}} {
			if same, err := other.grid.Score(other.answers); err != nil || same != got {
				rt.Fatalf("%+v, then %+v, %v", got, same, err)
			}
		}
	})
}

func score(t *testing.T, g Grid, answers []Answer) Score {
	t.Helper()
	if err := g.Validate(); err != nil {
		t.Fatal(err)
	}
	s, err := g.Score(answers)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func yes(question string) Answer  { return Answer{Question: question, Points: 1} }
func no(question string) Answer   { return Answer{Question: question} }
func none(question string) Answer { return Answer{Question: question, NotApplicable: true} }

func questions(n int) (list []Question) {
	for i := range n {
		list = append(list, Question{ID: strings.Repeat("q", i+1), Points: 1})
	}
	return list
}
