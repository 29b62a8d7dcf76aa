// SPDX-License-Identifier: Apache-2.0

package indicator

import "math"

// Traffic is the load of a staffing group: the queues that share one pool of advisors.
// Never compute it per queue, or people with two skills count twice.
type Traffic struct {
	// Contacts arrive in an interval of IntervalMs.
	Contacts, IntervalMs int64
	// HandleMs is the mean time that a contact keeps an advisor busy, ringing included. In
	// an incident that of the last minutes is that of the short calls, because the long
	// ones have not ended: blend it with history.
	HandleMs int64
	// PatienceMs is the mean time that a customer waits before giving up: Erlang A. 0 is
	// endless patience, Erlang C, which asks for more people.
	PatienceMs int64
	// WithinMs is the time to answer in, T. The ringing is a part of the handling here, so
	// take it off.
	WithinMs int64
}

// Forecast is what a number of advisors gives for some traffic that lasts.
type Forecast struct {
	// WaitProbability is the share of contacts that find nobody free.
	WaitProbability float64
	// ServiceLevel is the share answered within T, of all that arrive.
	ServiceLevel float64
	// AbandonRate is the share that gives up; 0 with endless patience.
	AbandonRate float64
	// MeanWaitMs is the mean wait of all; infinite when the queue never ends.
	MeanWaitMs float64
	// Occupancy is the share of the advisors' time that is busy.
	Occupancy float64
}

// ServiceBp is the service level in basis points, rounded down.
func (f Forecast) ServiceBp() int64 { return int64(f.ServiceLevel * fullBp) }

// maxAdvisors bounds a search: the largest centres have some 10,000 in one place.
const maxAdvisors = 50_000

// valid tells whether the traffic can be computed with.
func (t Traffic) valid() bool {
	return t.Contacts >= 0 && t.IntervalMs > 0 && t.HandleMs > 0 && t.PatienceMs >= 0 && t.WithinMs >= 0
}

// Erlangs is the offered load: the mean number of advisors kept busy when nobody waits.
func (t Traffic) Erlangs() float64 {
	return float64(t.Contacts) / float64(t.IntervalMs) * float64(t.HandleMs)
}

// With is what a number of advisors gives; with none, or with numbers that make no sense,
// nothing is answered.
func (t Traffic) With(advisors int) Forecast {
	switch {
	case !t.valid() || advisors <= 0 || advisors > maxAdvisors:
		return Forecast{WaitProbability: 1, MeanWaitMs: math.Inf(1)}
	case t.Contacts == 0:
		return Forecast{ServiceLevel: 1}
	case t.PatienceMs == 0:
		return t.erlangC(advisors)
	}
	return t.erlangA(advisors)
}

// erlangC is the queue with endless patience.
func (t Traffic) erlangC(advisors int) Forecast {
	load, n := t.Erlangs(), float64(advisors)
	if n <= load {
		return Forecast{WaitProbability: 1, MeanWaitMs: math.Inf(1), Occupancy: 1}
	}
	blocked := 1 / inverseErlangB(load, advisors)
	wait := blocked * n / (n - float64(load*(1-blocked)))
	handle, spare := float64(t.HandleMs), n-load
	return Forecast{
		WaitProbability: wait,
		ServiceLevel:    1 - float64(wait*portableExp(-spare*float64(t.WithinMs)/handle)),
		MeanWaitMs:      wait * handle / spare,
		Occupancy:       load / n,
	}
}

// inverseErlangB is the sum of the probabilities of 0 to n busy advisors over that of n, by
// the recurrence of Erlang B without factorials. It may be infinite: nobody waits then.
func inverseErlangB(load float64, n int) float64 {
	inverse := 1.0
	for k := 1; k <= n; k++ {
		inverse = 1 + float64(float64(k)/load*inverse)
	}
	return inverse
}

// smallestTail ends the sum over the lengths of the queue.
const smallestTail = 1e-15

// erlangA is the queue whose customers give up after an exponential patience. With i
// waiting, contacts leave the queue at the rate n/handle + i/patience. A customer who finds
// i others waiting is served within T with the probability
//
//	c/(c+i+1) * I(1-exp(-T/patience); i+1, c+1), c = n*patience/handle
//
// where I is the regularised incomplete beta function, here summed term by term: the first
// factor is that of his patience outlasting i+1 departures, the second that of these taking
// at most T, given that.
func (t Traffic) erlangA(advisors int) Forecast {
	load, n := t.Erlangs(), float64(advisors)
	handle, patience, within := float64(t.HandleMs), float64(t.PatienceMs), float64(t.WithinMs)
	c := n * patience / handle
	below := inverseErlangB(load, advisors) - 1 // states with somebody free, over that of all busy

	logX := portableLog(-portableExpm1(-within / patience)) // of 1 - exp(-T/patience)
	logTerm := -float64((c+1)*within) / patience            // the first term of 1 - I
	state, all, waiting, queue, served, late := 1.0, below+1, 1.0, 0.0, 0.0, 0.0
	for i := 0.0; ; i++ {
		late += portableExp(logTerm)
		logTerm += portableLog((c+1+i)/(i+1)) + logX
		served += float64(state * c / (c + i + 1) * math.Max(1-late, 0))
		state *= load / (n + float64((i+1)*handle/patience))
		if state < float64(smallestTail*all) {
			break
		}
		all += state
		waiting += state
		queue += float64((i + 1) * state)
	}
	if math.IsInf(below, 1) {
		return Forecast{ServiceLevel: 1, Occupancy: load / n}
	}
	arrivals := float64(t.Contacts) / float64(t.IntervalMs)
	abandons := queue / all / patience / arrivals
	return Forecast{
		WaitProbability: waiting / all,
		ServiceLevel:    (below + served) / all,
		AbandonRate:     abandons,
		MeanWaitMs:      queue / all / arrivals,
		Occupancy:       load * (1 - abandons) / n,
	}
}

// Required is the smallest number of advisors that gives at least a service level and at
// most an occupancy, both in basis points (8000 is 80 %; 10000 for no bound on occupancy).
// ok is false when no number does, or when the traffic makes no sense.
func (t Traffic) Required(serviceBp, maxOccupancyBp int64) (advisors int, ok bool) {
	if !t.valid() {
		return 0, false
	}
	if t.Contacts == 0 {
		return 0, true
	}
	enough := func(n int) bool {
		f := t.With(n)
		return f.ServiceLevel >= float64(serviceBp)/fullBp && f.Occupancy <= float64(maxOccupancyBp)/fullBp
	}
	low, high := 0, 1 // low is not enough
	for !enough(high) {
		if high >= maxAdvisors {
			return 0, false
		}
		low, high = high, min(high*2, maxAdvisors)
	}
	for high-low > 1 {
		if middle := (low + high) / 2; enough(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high, true
}

// Scheduled is how many people must be planned so that a number is on queue, when a share
// of paid time in basis points is spent otherwise. ok is false when all of it is.
func Scheduled(onQueue int, shrinkageBp int64) (people int, ok bool) {
	if shrinkageBp < 0 || shrinkageBp >= fullBp {
		return 0, false
	}
	rest := fullBp - shrinkageBp
	return int((int64(onQueue)*fullBp + rest - 1) / rest), true
}
