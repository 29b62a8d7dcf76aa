// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"slices"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
)

// ConfigVersion is the version of the configuration in force; 0 before the first.
func (w *World) ConfigVersion() uint32 { return w.cfg.version }

// Calendar is the calendar of the configuration in force: another one whenever another configuration is.
func (w *World) Calendar() *zone.Calendar { return w.cfg.calendar }

// ConfigObjects are the objects of the configuration in force, in the order in which they were published. The caller must
// not change their data.
func (w *World) ConfigObjects() []event.ConfigObject {
	objects := make([]event.ConfigObject, len(w.cfg.objects))
	for i, o := range w.cfg.objects {
		objects[i] = event.ConfigObject{Type: o.typ, Data: o.data}
	}
	return objects
}

// ScopeNames lists the scopes of a kind that have windows, by name. The centre is named by its own id.
func (w *World) ScopeNames(kind indicator.ScopeKind) []string {
	var list []string
	for id, s := range w.scopes[kind] {
		switch {
		case s == nil:
		case kind == indicator.ScopeCentre:
			list = append(list, w.centre)
		default:
			list = append(list, w.names.name(ID(id)))
		}
	}
	slices.Sort(list)
	return list
}

// Measures fills dst, indexed by measure, with the sums of a scope's window up to the clock. wholeMinutes asks for the last
// whole minutes (for an indicator that touches wall-clock time), else whole panes plus the current one. It returns false
// for a scope that has no windows. dst has length indicator.NumMeasures.
func (w *World) Measures(kind indicator.ScopeKind, name string, win Window, wholeMinutes bool, dst []int64) bool {
	clear(dst)
	s := w.scopeNamed(kind, name)
	if s == nil {
		return false
	}
	if win == WindowToday {
		for i := range s.measures {
			t := &s.measures[i]
			dst[t.key] = t.today
		}
		return true
	}
	first, end := s.window(win, wholeMinutes)
	s.panes.each(first, end, func(p paneInc) {
		if m, ok := p.key.Measure(); ok {
			dst[m] += p.value
		}
	})
	return true
}

// Bins returns a scope's histogram over a window, whole panes and the current one: the bins that are not empty, in order,
// and their counts, appended to the slices given.
func (w *World) Bins(kind indicator.ScopeKind, name string, win Window, family indicator.BinFamily, bins []uint16, counts []int64) ([]uint16, []int64) {
	s := w.scopeNamed(kind, name)
	if s == nil {
		return bins, counts
	}
	var sums [indicator.NumBins]int64
	add := func(key IncKey, n int64) {
		if f, bin, ok := key.Bin(); ok && f == family {
			sums[bin] += n
		}
	}
	if win == WindowToday {
		for i := range s.bins {
			add(s.bins[i].key, s.bins[i].today)
		}
	} else {
		first, end := s.window(win, false)
		s.panes.each(first, end, func(p paneInc) { add(p.key, p.value) })
	}
	for bin, n := range sums {
		if n != 0 {
			bins, counts = append(bins, uint16(bin)), append(counts, n)
		}
	}
	return bins, counts
}

// scopeNamed finds a scope and brings its windows up to the clock.
func (w *World) scopeNamed(kind indicator.ScopeKind, name string) *scope {
	id := ID(0)
	if kind != indicator.ScopeCentre {
		known := false
		if id, known = w.names.ids[name]; !known {
			return nil
		}
	}
	if int(id) >= len(w.scopes[kind]) || w.scopes[kind][id] == nil {
		return nil
	}
	s := w.scopes[kind][id]
	s.advance(paneOf(w.clock), w.cfg.calendar.Day(w.clock))
	return s
}

// Waiting counts the queue legs that wait now, per queue and for the whole world, and how long the oldest has waited.
func (w *World) Waiting(queue string) (n int, longestMs int64) {
	for _, c := range w.live {
		for i := range c.state.queues {
			q := &c.state.queues[i]
			if q.waiting && (queue == "" || w.names.name(q.start.queue) == queue) {
				n++
				longestMs = max(longestMs, w.clock-q.start.at)
			}
		}
	}
	return n, longestMs
}
