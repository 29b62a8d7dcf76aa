// SPDX-License-Identifier: Apache-2.0

package simulator

import "math"

// Law is how long something takes, in milliseconds.
type Law interface {
	draw(*dice) float64
	// Mean is the mean in ms.
	Mean() float64
}

// Fixed always takes the same time, in ms.
type Fixed float64

// Mean is the time itself.
func (f Fixed) Mean() float64      { return float64(f) }
func (f Fixed) draw(*dice) float64 { return float64(f) }

// Exponential is the law without memory, of that mean in ms.
type Exponential float64

// Mean is the mean in ms.
func (e Exponential) Mean() float64        { return float64(e) }
func (e Exponential) draw(d *dice) float64 { return d.exponential(float64(e)) }

// LogNormal is the usual law of handling times: many short ones, a few very long.
type LogNormal struct {
	MeanMs    float64
	Variation float64 // standard deviation divided by the mean
}

// Mean is the mean in ms.
func (l LogNormal) Mean() float64 { return l.MeanMs }

// draw: with s² = ln(1 + v²), exp(ln mean - s²/2 + s·normal) has that mean and that variation.
func (l LogNormal) draw(d *dice) float64 {
	s2 := math.Log(1 + float64(l.Variation*l.Variation))
	return l.MeanMs * math.Exp(float64(math.Sqrt(s2)*d.normal())-s2/2)
}

// Quantiles is a law given by some of its quantiles, shares rising from 0 to 1; between two of them the logarithm of the
// time is uniform.
type Quantiles []Quantile

// Quantile says that a share of the times is at most Ms.
type Quantile struct{ Share, Ms float64 }

// Mean is the mean in ms: between a and b, that of a time with a uniform logarithm is (b-a)/ln(b/a).
func (q Quantiles) Mean() float64 {
	var mean float64
	for i := 1; i < len(q); i++ {
		a, b := q[i-1], q[i]
		mean += float64((b.Share - a.Share) * (b.Ms - a.Ms) / math.Log(b.Ms/a.Ms))
	}
	return mean
}

func (q Quantiles) draw(d *dice) float64 {
	u := d.unit()
	for i := 1; i < len(q); i++ {
		if a, b := q[i-1], q[i]; u < b.Share {
			return a.Ms * math.Pow(b.Ms/a.Ms, (u-a.Share)/(b.Share-a.Share))
		}
	}
	return q[len(q)-1].Ms
}

// drawMs draws a whole number of milliseconds, at least 1.
func drawMs(l Law, d *dice) int64 { return max(1, int64(math.Round(l.draw(d)))) }
