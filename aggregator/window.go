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

// keepPanes is how far back a scope remembers: an hour, the minute that is still open, and the current pane.
const keepPanes = 360 + panesPerMinute + 1

// scope holds what the windows of one scope are made of: its panes, sparse, in order of time, and the sums of the business
// day, which reach further back than the panes. A window is added up when somebody looks: far more is booked than read.
type scope struct {
	name ID

	slots    [indicator.NumMeasures]uint8 // of a measure in measures, + 1
	measures []tally
	bins     []tally   // Invariant: ordered by key
	panes    []paneInc // Invariant: ordered by pane; one entry for each pane and key

	pane  int32 // the current pane
	today int32 // the business day
}

const _ = uint8(indicator.NumMeasures) // slots would need more bits

// tally is a measure or bin of a scope.
type tally struct {
	today int64 // sum of the business day
	last  int32 // where panes may hold its newest entry
	key   IncKey
}

// paneInc is what one pane holds of one measure or bin.
type paneInc struct {
	value int64
	pane  int32
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
		s.store(t, value, pane)
	}
}

// store puts the increment into its pane. Late ones go where they belong.
func (s *scope) store(t *tally, value int64, pane int32) {
	if i := int(t.last); i < len(s.panes) && s.panes[i].pane == pane && s.panes[i].key == t.key {
		s.panes[i].value += value
		return
	}
	s.makeRoom()
	i := len(s.panes)
	for i > 0 && s.panes[i-1].pane > pane {
		i--
	}
	for j := i - 1; j >= 0 && s.panes[j].pane == pane; j-- {
		if s.panes[j].key == t.key {
			s.panes[j].value += value
			t.last = int32(j)
			return
		}
	}
	s.panes = slices.Insert(s.panes, i, paneInc{value: value, pane: pane, key: t.key})
	t.last = int32(i)
}

// roomier is the room to make for a list of n that is full: a quarter more, where append would double. Of what every
// advisor has, for the whole day, half would be air.
func roomier(n int) int { return n + n/4 + 8 }

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

// makeRoom drops the panes that no window holds any more when there is no room for another entry, and finds more room when
// that does not give an eighth.
func (s *scope) makeRoom() {
	if len(s.panes) < cap(s.panes) {
		return
	}
	n := copy(s.panes, s.panes[s.firstAt(s.pane-keepPanes+1):])
	s.panes = s.panes[:n]
	if n >= cap(s.panes)-cap(s.panes)/8 {
		s.panes = append(make([]paneInc, 0, roomier(n)), s.panes...)
	}
}

// firstAt is where the panes from the given one on begin.
func (s *scope) firstAt(pane int32) int {
	i, _ := slices.BinarySearchFunc(s.panes, pane, func(p paneInc, pane int32) int { return cmp.Compare(p.pane, pane) })
	return i
}

// window is what the panes of a rolling window hold: whole panes and the current one, or whole minutes.
func (s *scope) window(w Window, wholeMinutes bool) []paneInc {
	end := s.pane + 1
	first := s.pane - windowPanes[w]
	if wholeMinutes {
		end = s.pane - s.pane%panesPerMinute
		first = end - windowPanes[w]
	}
	return s.panes[s.firstAt(first):s.firstAt(end)]
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
