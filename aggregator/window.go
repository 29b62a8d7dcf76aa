// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"cmp"
	"slices"

	"github.com/vigie-kpi/vigie/indicator"
)

const (
	paneMs         = int64(10_000)
	panesPerMinute = int32(minuteMs / paneMs)
)

// Window is a stretch of time up to the clock.
type Window uint8

// The windows.
const (
	Window5m Window = iota
	Window15m
	Window30m
	Window1h
	WindowToday
	numRolling = int(WindowToday)
)

// Windows lists all windows, the shortest first.
var Windows = [...]Window{Window5m, Window15m, Window30m, Window1h, WindowToday}

var windowNames = [...]string{"5m", "15m", "30m", "1h", "today"}

// String returns the window's name in the API.
func (w Window) String() string { return windowNames[w] }

// ParseWindow returns the window of that name, or false.
func ParseWindow(name string) (Window, bool) {
	i := slices.Index(windowNames[:], name)
	return Window(max(i, 0)), i >= 0
}

var windowPanes = [numRolling]int32{30, 90, 180, 360}

// LengthMs is the length of a rolling window, ms; 0 for today.
func (w Window) LengthMs() int64 {
	if w == WindowToday {
		return 0
	}
	return int64(windowPanes[w]) * paneMs
}

// keepPanes is how far back a scope remembers: an hour, the minute that is still open, and the current pane.
const keepPanes = 360 + panesPerMinute + 1

// scope holds what the windows of one scope are made of: its panes, sparse, and the sums of the business day, which reach
// further back than the panes. A window is added up when somebody looks: far more is booked than read.
type scope struct {
	name ID

	slots    [indicator.NumMeasures]uint8 // of a measure in measures, + 1
	measures []tally
	bins     []tally // Invariant: ordered by key
	panes    panes

	pane  int32 // the current pane
	today int32 // the business day
}

const _ = uint8(indicator.NumMeasures) // slots would need more bits

// tally is a measure or bin of a scope.
type tally struct {
	today int64 // sum of the business day
	last  int32 // where its newest open pane may be
	key   IncKey
}

// paneOf is the pane of an instant.
func paneOf(ms int64) int32 { return int32((ms - mod(ms, paneMs)) / paneMs) }

// add books an increment at a pane that is not ahead of the current one.
func (s *scope) add(key IncKey, value int64, pane int32, isToday bool) {
	t := s.tally(key)
	if isToday {
		t.today += value
	}
	if pane > s.pane-keepPanes {
		var e *paneInc
		e, t.last = s.panes.at(pane, key, t.last, s.pane)
		e.value += value
	}
}

// advance moves the current pane and the business day.
func (s *scope) advance(pane, day int32) {
	if day != s.today {
		s.today = day
		for i := range s.measures {
			s.measures[i].today = 0
		}
		for i := range s.bins {
			s.bins[i].today = 0
		}
	}
	s.pane = max(s.pane, pane)
}

// window is the panes [first, end) of a rolling window: whole panes and the current one, or whole minutes.
func (s *scope) window(w Window, wholeMinutes bool) (first, end int32) {
	end = s.pane + 1
	first = s.pane - windowPanes[w]
	if wholeMinutes {
		end = s.pane - s.pane%panesPerMinute
		first = end - windowPanes[w]
	}
	return first, end
}

// tally returns a key's tally, making it when the key is new.
func (s *scope) tally(key IncKey) *tally {
	if m, ok := key.Measure(); ok {
		if s.slots[m] == 0 {
			s.measures = append(s.measures, tally{key: key})
			s.slots[m] = uint8(len(s.measures))
		}
		return &s.measures[s.slots[m]-1]
	}
	i, known := slices.BinarySearchFunc(s.bins, key, func(t tally, key IncKey) int { return cmp.Compare(t.key, key) })
	if !known {
		s.bins = slices.Insert(s.bins, i, tally{key: key})
	}
	return &s.bins[i]
}
