// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"fmt"

	"github.com/vigie-kpi/vigie/indicator"
)

// CheckWatched compares the list of watched contacts with a walk over all.
func (w *World) CheckWatched() error {
	n := 0
	for _, c := range w.live {
		waits := c.state.asked
		for i := range c.state.queues {
			waits = waits || c.state.queues[i].waiting
		}
		if !waits {
			if c.watched != 0 {
				return fmt.Errorf("contact %s is watched, and nobody waits in it", c.ids[0])
			}
			continue
		}
		n++
		if c.watched == 0 || w.watched[c.watched-1] != c {
			return fmt.Errorf("contact %s is not watched, and somebody waits in it", c.ids[0])
		}
	}
	if n != len(w.watched) {
		return fmt.Errorf("%d contacts are watched, %d have to be", len(w.watched), n)
	}
	return nil
}

// ForgetCounts makes the worlds of a machine forget how many events they heard and refused, and of whom.
func ForgetCounts(m *Machine) {
	for _, w := range m.order {
		w.usual.all = history{}
		w.sources = sources{}
	}
}

// Foreseen are the gauges that are computed where a rule reads them.
var Foreseen = foreseen[:]

// SourceGauges are the gauges of a source at the world's clock.
func (w *World) SourceGauges(name string) (silentMs, heardMinutes int64) {
	var all [indicator.NumGauges]int64
	w.sources.gauges(name, w.clock, all[:])
	return all[indicator.GaugeSilentMs], all[indicator.GaugeHeardMinutes]
}

// Serving is how many will serve a queue's group in the next quarter of an hour.
func (w *World) Serving(queue string) int64 {
	_, serving := (&windows{w: w, at: w.clock}).staff(w.lead(w.names.ids[queue]))
	return serving
}
