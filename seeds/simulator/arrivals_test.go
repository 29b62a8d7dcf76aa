// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"math"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/organisation"
)

// chiSquareWithin tells whether a sum of squared deviations lies within the two-sided 99.9 % interval of the chi-square
// law, by Wilson and Hilferty's approximation: the cube root of a chi-square over its degrees of freedom is nearly normal.
func chiSquareWithin(x float64, degrees int) bool {
	const z = 3.29
	n := float64(degrees)
	root := math.Cbrt(x / n)
	mean, deviation := 1-2/(9*n), math.Sqrt(2/(9*n))
	return math.Abs(root-mean) <= z*deviation
}

// quietCapRivage is the demo centre on days without a story.
func quietCapRivage(t testing.TB) *Spec {
	spec := capRivage(t)
	spec.Story = Story{}
	return spec
}

// TestArrivalsArePoisson: in each half-hour of each weekday come as many calls as the input says, and they vary as a
// Poisson process does. Those who call again after hanging up come on top, and are not counted here.
func TestArrivalsArePoisson(t *testing.T) {
	spec := quietCapRivage(t)
	spec.Inboxes = nil                                           // only calls and chats matter here
	o := Options{From: "2026-09-01", To: "2026-10-13", Seed: 21} // six weeks without a holiday
	truth := history(t, spec, o)
	first, last, err := o.days()
	if err != nil {
		t.Fatal(err)
	}
	w, err := newWall(&spec.Organisation.Centre)
	if err != nil {
		t.Fatal(err)
	}
	for i := range spec.Lines {
		l := &spec.Lines[i]
		t.Run(l.Queue, func(t *testing.T) {
			came, within := arrivals(truth, w, l.Queue)
			line := &line{Line: l, queue: &queue{calendar: calendarNamed(spec.Organisation, l.Queue)}}
			compareArrivals(t, line, came, first, last)
			var chi float64
			total := 0
			for _, n := range within {
				total += n
			}
			for _, n := range within {
				expected := float64(total) / float64(len(within))
				chi += (float64(n) - expected) * (float64(n) - expected) / expected
			}
			if !chiSquareWithin(chi, len(within)-1) {
				t.Errorf("within the half-hour the arrivals are not even: chi-square %.1f of %d: %v", chi, len(within)-1, within)
			}
		})
	}
}

// arrivals counts the calls that entered a queue of their own accord: by day and half-hour of the wall clock, and by the
// minute of the half-hour.
func arrivals(truth *Truth, w *wall, queue string) (came map[int32]*[48]int, within [halfHourMin]int) {
	came = map[int32]*[48]int{}
	for _, c := range truth.Calls {
		if len(c.Waits) == 0 || c.Waits[0].Queue != queue || c.Origin != originFirst && c.Origin != originAgain && c.Origin != originAcross {
			continue
		}
		day, minute := w.minuteOf(c.Waits[0].From)
		if came[day] == nil {
			came[day] = &[48]int{}
		}
		came[day][minute/halfHourMin]++
		within[minute%halfHourMin]++
	}
	return came, within
}

func calendarNamed(org *organisation.Organisation, queue string) *organisation.Calendar {
	for i := range org.Queues {
		for j := range org.Calendars {
			if org.Queues[i].Queue == queue && org.Calendars[j].ID == org.Queues[i].Calendar {
				return &org.Calendars[j]
			}
		}
	}
	return nil
}

// compareArrivals checks two sums of squares: of the totals by half-hour against what is expected (is the rate right?),
// and of the single counts around it (is the variance that of a Poisson process?).
func compareArrivals(t *testing.T, l *line, came map[int32]*[48]int, first, last int32) {
	t.Helper()
	var rates, counts float64
	slots, cells := 0, 0
	for slot := range 48 {
		var expected, observed float64
		for day := first; day < last; day++ {
			e, n := l.expected(day, slot*halfHourMin), 0
			if came[day] != nil {
				n = came[day][slot]
			}
			if e == 0 {
				if n > 0 && day != last-1 {
					t.Errorf("%s %02d:%02d: %d calls entered a closed queue", dateOf(day), slot/2, slot%2*halfHourMin, n)
				}
				continue
			}
			expected, observed = expected+e, observed+float64(n)
			counts += (float64(n) - e) * (float64(n) - e) / e
			cells++
		}
		if expected > 0 {
			rates += (observed - expected) * (observed - expected) / expected
			slots++
		}
	}
	t.Logf("chi-square of the rates %.1f of %d, of the counts %.1f of %d", rates, slots, counts, cells)
	if !chiSquareWithin(rates, slots) {
		t.Errorf("the rates are not those of the input: chi-square %.1f of %d half-hours", rates, slots)
	}
	// The counts of rare calls vary more than a chi-square: the fourth moment of a Poisson count adds 1/mean to each.
	spread := 3.29 * math.Sqrt(2*float64(cells)+sumOfInverses(l, first, last))
	if math.Abs(counts-float64(cells)) > spread {
		t.Errorf("the variance is not that of a Poisson process: %.1f of %d ± %.1f", counts, cells, spread)
	}
}

func sumOfInverses(l *line, first, last int32) float64 {
	var sum float64
	for day := first; day < last; day++ {
		for slot := range 48 {
			if e := l.expected(day, slot*halfHourMin); e > 0 {
				sum += 1 / e
			}
		}
	}
	return sum
}

// TestASurgeMultipliesArrivals: 1.8 times as many calls while the incident lasts, no more before and after. In 60 runs of
// the day the margins are 3 % or less.
func TestASurgeMultipliesArrivals(t *testing.T) {
	spec := capRivage(t)
	spec.Inboxes = nil
	spec.Story.Surges[0].Message = When{} // nobody is content with the message
	for i := range spec.Organisation.Advisors {
		spec.Organisation.Advisors[i].Days = 1 << time.Sunday // nobody answers: only arrivals matter here
	}
	var before, during, after float64
	const runs = 60
	for seed := range uint64(runs) {
		truth := history(t, spec, Options{From: CapRivageDay, To: "2026-11-18", Seed: seed})
		w, _ := newWall(&spec.Organisation.Centre)
		for _, c := range truth.Calls {
			if c.Line != "assistance" || len(c.Waits) == 0 || c.Origin != originFirst && c.Origin != originAgain {
				continue
			}
			switch _, minute := w.minuteOf(c.Waits[0].From); {
			case minute >= 9*60+30 && minute < 10*60+2:
				before++
			case minute >= 10*60+2 && minute < 10*60+47:
				during++
			case minute >= 10*60+47 && minute < 11*60+30:
				after++
			}
		}
	}
	c := func(what string, got, want float64) {
		t.Helper()
		if margin := 3.29 * math.Sqrt(want*runs) / runs; math.Abs(got/runs-want) > margin {
			t.Errorf("%s: %.2f calls, expected %.2f ± %.2f", what, got/runs, want, margin)
		}
	}
	c("09:30-10:02", before, 64+70*2.0/30)
	c("10:02-10:47", during, 1.8*(70*28.0/30+68*17.0/30))
	c("10:47-11:30", after, 68*13.0/30+62)
}

// TestWhoCallsAgain: of the calls whose customer is known, as many as the reason says come from somebody who was served
// for it in the last seven days, and nobody else calls twice in a week.
func TestWhoCallsAgain(t *testing.T) {
	spec := quietCapRivage(t)
	spec.Inboxes = nil // only calls and chats matter here
	truth := history(t, spec, Options{From: "2026-09-01", To: "2026-10-13", Seed: 22})
	start := truth.Calls[0].BeganAt + 2*weekMs
	last := map[string]int64{}
	known, again, chance := map[string]float64{}, map[string]float64{}, 0.0
	for _, c := range truth.Calls {
		if c.Customer != "" && c.Origin != originFirst && c.Origin != originAgain {
			last[c.Customer] = c.BeganAt
		}
		if c.Customer == "" || len(c.Waits) == 0 || c.Origin != originFirst && c.Origin != originAgain {
			continue
		}
		recent := last[c.Customer] != 0 && c.BeganAt-last[c.Customer] < weekMs
		last[c.Customer] = c.BeganAt
		if c.BeganAt < start {
			continue
		}
		known[c.Line+" "+c.Reason]++
		if c.Origin == originAgain {
			again[c.Line+" "+c.Reason]++
			if !recent {
				t.Errorf("call %s: the customer calls again, but not within a week", c.ID)
			}
		} else if recent {
			chance++
		}
	}
	if chance > 0 {
		t.Errorf("%.0f customers called twice in a week by chance", chance)
	}
	for i := range spec.Lines {
		for _, r := range spec.Lines[i].Reasons {
			key := spec.Lines[i].Queue + " " + r.Name
			margin := 3.29 * math.Sqrt(r.Repeats*(1-r.Repeats)/known[key])
			if got := again[key] / known[key]; math.Abs(got-r.Repeats) > margin {
				t.Errorf("%s: %.3f call again, the input says %.3f ± %.3f", key, got, r.Repeats, margin)
			}
		}
	}
}
