// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
)

// dice is one stream of chance. Each line, each call and each day's planning has a stream of its own: what happens to one
// call changes nothing for the next, one more process changes nothing in the others, and a day is the same whether it is
// simulated alone or after a history, but for the people and the memories that the eve leaves.
type dice struct{ pcg rand.PCG }

// newDice returns the stream with that name.
func newDice(seed uint64, name string) *dice {
	h := fnv.New64a()
	h.Write([]byte(name))
	d := &dice{}
	d.pcg.Seed(seed, h.Sum64())
	return d
}

// child returns a new stream.
func (d *dice) child() *dice {
	c := &dice{}
	c.pcg.Seed(d.pcg.Uint64(), 1)
	return c
}

// dailyDice returns the stream with that name on a day.
func (s *simulation) dailyDice(name string, day int32) *dice {
	return newDice(s.options.Seed, name+" "+string(dateOf(day)))
}

// unit returns a number in [0, 1).
func (d *dice) unit() float64 { return float64(d.pcg.Uint64()>>11) / (1 << 53) }

// chance is true with probability p.
func (d *dice) chance(p float64) bool { return p > 0 && d.unit() < p }

// below returns a whole number in [0, n).
func (d *dice) below(n int) int { return int(d.unit() * float64(n)) }

// between returns a number in [low, high).
func (d *dice) between(low, high float64) float64 { return low + float64(d.unit()*(high-low)) }

// ms returns a whole number of milliseconds in [low, high).
func (d *dice) ms(low, high int64) int64 { return low + int64(d.unit()*float64(high-low)) }

func (d *dice) exponential(mean float64) float64 { return -mean * math.Log(1-d.unit()) }

// normal returns a draw of the standard normal law, by Box and Muller's method.
func (d *dice) normal() float64 {
	return math.Sqrt(-2*math.Log(1-d.unit())) * math.Cos(2*math.Pi*d.unit())
}

// poisson returns a draw of the Poisson law, for small means: it counts arrivals in a unit of time.
func (d *dice) poisson(mean float64) int {
	n := 0
	for t := d.exponential(1); t < mean; t += d.exponential(1) {
		n++
	}
	return n
}
