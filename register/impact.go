// SPDX-License-Identifier: Apache-2.0

package register

import "math"

// Sums are what is added up over one stretch: two counts, and numerator and denominator of the service level as its compiled
// formula gives them.
type Sums struct {
	Offered, Abandoned, Numerator, Denominator int64
}

func (s *Sums) add(o Sums) {
	s.Offered += o.Offered
	s.Abandoned += o.Abandoned
	s.Numerator += o.Numerator
	s.Denominator += o.Denominator
}

// Observed are the sums that a plan asks for, in its order.
type Observed struct {
	Quarters []Sums
	DayRest  Sums // the incident's days without these quarters
	WeekRest Sums // the other days of its week
	Weeks    []ObservedWeek
	// Contacts is how many came in while the incident lasted, to the millisecond.
	Contacts int64
}

// ObservedWeek are the sums of a week before.
type ObservedWeek struct {
	Quarters []Sums
	DayRest  Sums
}

// Interval is where a value lies in 19 of 20 cases.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Excludes tells that a value is outside.
func (i *Interval) Excludes(x float64) bool { return x < i.Low || x > i.High }

// QuarterImpact is one quarter of an hour of an incident: what was, and what is usual.
type QuarterImpact struct {
	StartMs           int64   `json:"start_ms"`
	Offered           int64   `json:"offered"`
	ExpectedOffered   float64 `json:"expected_offered"`
	Abandoned         int64   `json:"abandoned"`
	ExpectedAbandoned float64 `json:"expected_abandoned"`
}

// Level is what an incident took from the service level of a time: With is as it was, Without as it would have been with the
// usual quarters in the place of the incident's. Points is their difference in points, positive when the incident cost some.
type Level struct {
	With     *float64  `json:"with"`
	Without  *float64  `json:"without"`
	Points   *float64  `json:"points"`
	Interval *Interval `json:"interval"`
}

// Impact is what an incident cost. The quarters add up to the totals.
type Impact struct {
	Minutes  int64 `json:"minutes"`
	Contacts int64 `json:"contacts"` // that came in while it lasted
	// FromMs and ToMs bound the quarters of an hour that are compared.
	FromMs            int64           `json:"from_ms"`
	ToMs              int64           `json:"to_ms"`
	Quarters          []QuarterImpact `json:"quarters"`
	Offered           int64           `json:"offered"`
	ExpectedOffered   float64         `json:"expected_offered"`
	Abandoned         int64           `json:"abandoned"`
	ExpectedAbandoned float64         `json:"expected_abandoned"`
	// Beyond is abandons beyond the expected ones; nil when nothing says what is usual.
	Beyond         *float64  `json:"abandons_beyond"`
	BeyondInterval *Interval `json:"abandons_beyond_interval"`
	Indicator      string    `json:"indicator"` // of the levels
	Day            Level     `json:"day"`
	Week           Level     `json:"week"`
	// Weeks is how many weeks say what is usual, and Back which ones: how many weeks before.
	Weeks   int   `json:"weeks"`
	Back    []int `json:"back"`
	Skipped []int `json:"skipped,omitempty"`
	// Ongoing tells that the incident is not over: these are the quarters so far.
	Ongoing bool `json:"ongoing"`
}

// usualWeek is a week before, brought to the volume of the incident's day.
type usualWeek struct {
	back  int
	scale float64
	sums  ObservedWeek
	total Sums // of the quarters
}

// Impact computes what an incident cost. indicator names the service level that the sums hold.
//
// What is expected of a quarter is the mean over the weeks before of what there was in the same quarter, each brought to the
// volume of the incident's day: times what was offered on that day outside of the incident's quarters, over the same of that week.
// Intervals say where a single further week would lie in 19 of 20 cases: Student's, over the weeks.
func (p *Plan) Impact(i *Incident, o *Observed, indicator string) *Impact {
	last := p.Quarters[len(p.Quarters)-1]
	out := &Impact{Contacts: o.Contacts, FromMs: p.Quarters[0], ToMs: last + QuarterMs, Indicator: indicator, Ongoing: i.ClosedMs == 0, Back: []int{}, Skipped: p.Skipped}
	end := i.ClosedMs
	if end == 0 {
		end = out.ToMs
	}
	out.Minutes = (end - i.OpenedMs + minuteMs/2) / minuteMs
	weeks := p.usual(o)
	out.Weeks = len(weeks)
	for _, w := range weeks {
		out.Back = append(out.Back, w.back)
	}
	was := Sums{}
	for n, q := range p.Quarters {
		s := o.Quarters[n]
		was.add(s)
		quarter := QuarterImpact{StartMs: q, Offered: s.Offered, Abandoned: s.Abandoned}
		for _, w := range weeks {
			quarter.ExpectedOffered += w.scale * float64(w.sums.Quarters[n].Offered) / float64(len(weeks))
			quarter.ExpectedAbandoned += w.scale * float64(w.sums.Quarters[n].Abandoned) / float64(len(weeks))
		}
		out.Quarters = append(out.Quarters, quarter)
		out.ExpectedOffered += quarter.ExpectedOffered
		out.ExpectedAbandoned += quarter.ExpectedAbandoned
	}
	out.Offered, out.Abandoned = was.Offered, was.Abandoned
	if len(weeks) > 0 {
		beyond := float64(was.Abandoned) - out.ExpectedAbandoned
		out.Beyond = &beyond
		out.BeyondInterval = around(beyond, each(weeks, func(w usualWeek) float64 { return w.scale * float64(w.total.Abandoned) }))
	}
	out.Day = levelOf(was, o.DayRest, weeks)
	rest := o.DayRest
	rest.add(o.WeekRest)
	out.Week = levelOf(was, rest, weeks)
	return out
}

const minuteMs = 60 * 1000

// usual are the weeks in which there was something.
func (p *Plan) usual(o *Observed) []usualWeek {
	var list []usualWeek
	for n, w := range o.Weeks {
		u := usualWeek{back: p.Weeks[n].Back, scale: 1, sums: w}
		for _, s := range w.Quarters {
			u.total.add(s)
		}
		if u.total.Offered+w.DayRest.Offered == 0 {
			continue // closed, or not yet there
		}
		if w.DayRest.Offered > 0 && o.DayRest.Offered > 0 {
			u.scale = float64(o.DayRest.Offered) / float64(w.DayRest.Offered)
		}
		list = append(list, u)
	}
	return list
}

// levelOf compares a time with the incident's quarters as they were and as they usually are.
func levelOf(was, rest Sums, weeks []usualWeek) Level {
	var l Level
	l.With = ratio(float64(rest.Numerator+was.Numerator), float64(rest.Denominator+was.Denominator))
	if len(weeks) == 0 || l.With == nil {
		return l
	}
	var numerator, denominator float64
	for _, w := range weeks {
		numerator += w.scale * float64(w.total.Numerator) / float64(len(weeks))
		denominator += w.scale * float64(w.total.Denominator) / float64(len(weeks))
	}
	if l.Without = ratio(float64(rest.Numerator)+numerator, float64(rest.Denominator)+denominator); l.Without == nil {
		return l
	}
	points := 100 * (*l.Without - *l.With)
	l.Points = &points
	l.Interval = around(points, each(weeks, func(w usualWeek) float64 {
		n := float64(rest.Numerator) + float64(w.scale*float64(w.total.Numerator))
		d := float64(rest.Denominator) + float64(w.scale*float64(w.total.Denominator))
		if d == 0 {
			return 0
		}
		return 100 * n / d
	}))
	return l
}

func ratio(n, d float64) *float64 {
	if d <= 0 {
		return nil
	}
	x := n / d
	return &x
}

func each(weeks []usualWeek, value func(usualWeek) float64) []float64 {
	list := make([]float64, 0, len(weeks))
	for _, w := range weeks {
		list = append(list, value(w))
	}
	return list
}

// student are the quantiles of Student's t at 97.5 %, by degrees of freedom.
var student = [BaselineWeeks]float64{1: 12.706, 2: 4.303, 3: 3.182}

// around is the interval around a difference from what a single further week would give; nil with less than two weeks.
func around(value float64, weeks []float64) *Interval {
	n := len(weeks)
	if n < 2 {
		return nil
	}
	var mean, squares float64
	for _, x := range weeks {
		mean += x / float64(n)
	}
	for _, x := range weeks {
		squares += float64((x - mean) * (x - mean))
	}
	half := student[n-1] * math.Sqrt(squares/float64(n-1)) * math.Sqrt(1+1/float64(n))
	return &Interval{value - half, value + half}
}
