// SPDX-License-Identifier: Apache-2.0

package indicator

import "testing"

// BenchmarkCatalogueOfACentre is the whole catalogue for 1,000 scopes and five windows: what
// a refresh of every live value of a large centre costs.
func BenchmarkCatalogueOfACentre(b *testing.B) {
	const scopes, windows = 1000, 5
	c := loaded(b)
	_, bins, counts := sample()
	gauges := make([]int64, NumGauges)
	sums := make([][]int64, scopes*windows)
	for i := range sums {
		sums[i] = make([]int64, NumMeasures)
		for m := range sums[i] {
			sums[i][m] = int64(i + m)
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	var total float64
	for b.Loop() {
		for _, measures := range sums {
			for _, ind := range c.Indicators() {
				v := ind.EvalNow(measures, gauges)
				if _, ok := ind.Bins(); ok {
					v = ind.EvalBins(bins, counts)
				}
				f, _ := v.Float()
				total += f
			}
		}
	}
	values := float64(scopes * windows * len(c.Indicators()))
	b.ReportMetric(values, "values")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/values, "ns/value")
	sink = total
}

var sink float64

// BenchmarkFormula compares compiled formulas with the same written by hand.
func BenchmarkFormula(b *testing.B) {
	c := loaded(b)
	measures, _, _ := sample()
	compiled := func(id string) func(*testing.B) {
		ind, _ := c.Lookup(id)
		return func(b *testing.B) {
			for b.Loop() {
				sink, _ = ind.Eval(measures).Float()
			}
		}
	}
	byHand := func(f func([]int64) (num, den int64)) func(*testing.B) {
		return func(b *testing.B) {
			for b.Loop() {
				if num, den := f(measures); den > 0 {
					sink = float64(num) / float64(den)
				}
			}
		}
	}
	b.Run("answer_rate/compiled", compiled("answer_rate"))
	b.Run("answer_rate/by hand", byHand(func(m []int64) (int64, int64) { return m[Answered], m[Offered] }))
	b.Run("sl_neg_left/compiled", compiled("sl_neg_left"))
	b.Run("sl_neg_left/by hand", byHand(func(m []int64) (int64, int64) {
		return m[AnsweredWithin], m[Answered] + m[Abandoned] + m[Left] - m[LeftWithin] + m[Lost]
	}))
	form := alone(b, "if(answered/offered < 80%, min(answered_within/offered, 50%), answered/offered)")
	b.Run("choice/compiled", func(b *testing.B) {
		for b.Loop() {
			sink, _ = form.Eval(measures).Float()
		}
	})
	b.Run("choice/by hand", func(b *testing.B) {
		for b.Loop() {
			answered, offered := measures[Answered], measures[Offered]
			switch {
			case offered <= 0:
			case answered*5 >= offered*4:
				sink = float64(answered) / float64(offered)
			case measures[AnsweredWithin]*2 <= offered:
				sink = float64(measures[AnsweredWithin]) / float64(offered)
			default:
				sink = 0.5
			}
		}
	})
}

func BenchmarkLoadCatalogue(b *testing.B) {
	for b.Loop() {
		loaded(b)
	}
}

func BenchmarkErlangA(b *testing.B) {
	t := Traffic{Contacts: 700, IntervalMs: 1_800_000, HandleMs: 404_000, PatienceMs: 180_000, WithinMs: 16_000}
	for b.Loop() {
		if _, ok := t.Required(8000, 9000); !ok {
			b.Fatal("no number is enough")
		}
	}
}

// What a centre's own indicator costs at each new configuration and restart, beside the catalogue that it is added to.
func BenchmarkOwnIndicator(b *testing.B) {
	builtIn := loaded(b)
	own := Source{Name: "own.yaml", YAML: []byte(`[{"id":"given_up","kind":"additive","name":{"en":"Given up","fr":"Abandonnés"},"formula":"abandoned / offered","unit":"percent",` +
		`"better":"lower","scopes":["centre","queue"],"controllable":"centre","doc":{"en":"Share of callers who gave up.","fr":"Part des appelants qui ont renoncé."}}]`)}
	for b.Loop() {
		if _, err := builtIn.With(own); err != nil {
			b.Fatal(err)
		}
	}
}
