// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"math"
	"slices"
	"testing"
)

// plainCapRivage is the demo centre without a story, where nobody is handed on, asks for advice or is new.
func plainCapRivage(t testing.TB) *Spec {
	spec := quietCapRivage(t)
	spec.Inboxes = nil // only calls and chats matter here
	for i := range spec.Lines {
		talk := &spec.Lines[i].Talk
		talk.Advice, talk.PutThrough, talk.Outside, talk.Onward = 0, 0, 0, nil
	}
	spec.Habits.Newcomers = nil
	return spec
}

// TestHandlingTimes: of each reason, the mean of the handling times and the variance of their logarithms are those of the
// input, within 99.9 % intervals; after-call work is its part of them.
func TestHandlingTimes(t *testing.T) {
	spec := plainCapRivage(t)
	truth := history(t, spec, Options{From: "2026-09-01", To: "2026-10-13", Seed: 31})
	times, after := map[string][]float64{}, map[string]float64{}
	for _, c := range truth.Calls {
		for _, talk := range c.Talks {
			if talk.Kind == talkAnswered {
				key := c.Line + " " + c.Reason
				times[key] = append(times[key], float64(talk.DoneAt-talk.From))
				after[key] += float64(talk.DoneAt - talk.EndedAt)
			}
		}
	}
	for i := range spec.Lines {
		l := &spec.Lines[i]
		for _, r := range l.Reasons {
			key := l.Queue + " " + r.Name
			n := float64(len(times[key]))
			var sum, logs, logSquares float64
			for _, x := range times[key] {
				sum += x
				logs += math.Log(x)
			}
			for _, x := range times[key] {
				d := math.Log(x) - logs/n
				logSquares += d * d
			}
			want := r.Handle.Mean()
			if mean, margin := sum/n, 3.29*variation*want/math.Sqrt(n); math.Abs(mean-want) > margin {
				t.Errorf("%s: mean %.0f ms of %.0f calls, the input says %.0f ± %.0f", key, mean, n, want, margin)
			}
			// The logarithms are normal with the variance ln(1 + v²), and the estimate of a normal variance has the standard
			// error variance·√(2/n).
			s2 := math.Log(1 + variation*variation)
			if got, margin := logSquares/(n-1), 3.29*s2*math.Sqrt(2/n); math.Abs(got-s2) > margin {
				t.Errorf("%s: variance of the logarithms %.3f, the input says %.3f ± %.3f", key, got, s2, margin)
			}
			if part := after[key] / sum; math.Abs(part-l.Talk.AfterCall) > 0.001 {
				t.Errorf("%s: after-call work is %.3f of the handling time, the input says %.3f", key, part, l.Talk.AfterCall)
			}
		}
	}
}

// TestMeanHandlingOfTheDemo: the reasons of each line make up the mean that the demo centre is described by.
func TestMeanHandlingOfTheDemo(t *testing.T) {
	want := map[string]float64{"assistance": 400, "orvalie": 450, "boutique": 300, "urgence": 260, "chat": 720}
	calls := map[string]float64{"assistance": 1132, "orvalie": 590, "boutique": 214, "chat": 380}
	for _, l := range capRivage(t).Lines {
		var shares, mean, a float64
		for _, r := range l.Reasons {
			shares += r.Share
			mean += r.Share * r.Handle.Mean() / 1000
		}
		if math.Abs(shares-1) > 1e-9 || math.Abs(mean-want[l.Queue]) > 0.5 {
			t.Errorf("%s: the shares of the reasons make %.3f, their handling time %.1f s; want 1 and %v s", l.Queue, shares, mean, want[l.Queue])
		}
		for _, n := range l.PerHalfHour {
			a += n
		}
		if w := calls[l.Queue]; w != 0 && a != w {
			t.Errorf("%s: %v calls a day, want %v", l.Queue, a, w)
		}
	}
}

// TestSurveys: as many are invited and answer as the input says, and the answers take their time: half of them 40
// minutes, one in ten a day, one in fifty three days.
func TestSurveys(t *testing.T) {
	spec := quietCapRivage(t)
	spec.Inboxes = nil // only calls and chats matter here
	truth := history(t, spec, Options{From: "2026-09-01", To: "2026-10-13", Seed: 32, AfterMs: 8 * dayMs})
	asked, invited, answered := map[string]float64{}, map[string]float64{}, map[string]float64{}
	var delays []int64
	for _, c := range truth.Calls {
		if c.LastAdvisor != "" && c.Customer != "" {
			asked[c.Channel]++
		}
		if c.Survey != nil {
			invited[c.Channel]++
			if c.Survey.AnsweredAt != 0 {
				answered[c.Channel]++
				delays = append(delays, c.Survey.AnsweredAt-c.Survey.InvitedAt)
			}
		}
	}
	share := func(what string, part, of, want float64) {
		t.Helper()
		if margin := 3.29 * math.Sqrt(want*(1-want)/of); math.Abs(part/of-want) > margin {
			t.Errorf("%s: %.4f, the input says %.4f ± %.4f", what, part/of, want, margin)
		}
	}
	share("invited", invited["voice"], asked["voice"], 0.60)
	share("answered", answered["voice"], invited["voice"], 0.14)
	share("answered after a chat", answered["chat"], invited["chat"], 0.28)
	if invited["chat"] != asked["chat"] {
		t.Errorf("of %.0f who chatted, %.0f were asked; everybody should be", asked["chat"], invited["chat"])
	}
	slices.Sort(delays)
	later := func(ms int64) float64 {
		i, _ := slices.BinarySearch(delays, ms)
		return float64(len(delays) - i)
	}
	share("answered after 40 minutes", later(40*minuteMs), float64(len(delays)), 0.5)
	share("answered after a day", later(dayMs), float64(len(delays)), 0.1)
	share("answered after three days", later(3*dayMs), float64(len(delays)), 0.02)
}

// TestLaws: each law draws the mean that it says it has.
func TestLaws(t *testing.T) {
	c := func(name string, law Law, deviation float64) {
		t.Helper()
		const n = 200_000
		d := newDice(1, name)
		var sum float64
		for range n {
			sum += law.draw(d)
		}
		if margin := 3.29 * deviation / math.Sqrt(n); math.Abs(sum/n-law.Mean()) > margin+1e-9 {
			t.Errorf("%s: mean %.2f, it says %.2f ± %.2f", name, sum/n, law.Mean(), margin)
		}
	}
	c("fixed", Fixed(25), 0)
	c("exponential", Exponential(1000), 1000)
	c("log-normal", LogNormal{MeanMs: 1000, Variation: 0.8}, 800)
	// Uniform logarithm from 1 to e: mean e-1 = 1.718, second moment (e²-1)/2 = 3.195, deviation 0.492.
	c("quantiles", Quantiles{{0, 1}, {1, math.E}}, 0.492)
	if got := (Quantiles{{0, 1}, {1, math.E}}).Mean(); math.Abs(got-(math.E-1)) > 1e-12 {
		t.Errorf("mean of the uniform logarithm %.6f, want e-1", got)
	}
}
