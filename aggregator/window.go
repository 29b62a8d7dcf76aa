// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"slices"
	"sort"

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

// Each rolling window is kept twice: over whole panes plus the current one, and over whole minutes, for the indicators that
// touch wall-clock time.
const (
	minuteSums = numRolling
	todaySum   = 2 * numRolling
	numSums    = todaySum + 1
)

// paneInc is what one pane holds of one measure or bin.
type paneInc struct {
	value int64
	pane  int32
	key   IncKey
	slot  uint16
}

// scope holds the windows of one scope: its panes, sparse, in order of time, and the running sums of each window.
type scope struct {
	kind indicator.ScopeKind
	name ID

	slots [indicator.NumMeasures]uint16 // slot of a measure + 1
	bins  []binSlot                     // slots of bins, by key
	keys  []IncKey                      // key of each slot
	sums  [][numSums]int64              // by slot
	hints []int32                       // by slot: where in panes its last increment went; may be out of date
	panes []paneInc                     // Invariant: ordered by pane

	from  [2 * numRolling]int // panes[from:to] are in the window
	to    [numRolling]int     // of the minute windows only; the others reach to the end
	pane  int32               // the current pane that the sums stand at
	today int32               // the business day of the today sums
}

type binSlot struct {
	key  IncKey
	slot uint16
}

// paneOf is the pane of an instant.
func paneOf(ms int64) int32 { return int32((ms - mod(ms, paneMs)) / paneMs) }

// minutePane is the first pane of the current minute.
func minutePane(pane int32) int32 { return pane - pane%panesPerMinute }

// firstPane is the first pane of rolling sum i when the current pane is `pane`.
func firstPane(i int, pane int32) int32 {
	if i < minuteSums {
		return pane - windowPanes[i]
	}
	return minutePane(pane) - windowPanes[i-minuteSums]
}

// add books an increment at a pane that is not ahead of the current one.
func (s *scope) add(key IncKey, value int64, pane int32, isToday bool) {
	slot := s.slot(key)
	sums := &s.sums[slot]
	if isToday {
		sums[todaySum] += value
	}
	if pane <= s.pane-keepPanes {
		return
	}
	whole := minutePane(s.pane)
	for i, long := range windowPanes {
		if pane >= s.pane-long {
			sums[i] += value
		}
		if pane >= whole-long && pane < whole {
			sums[minuteSums+i] += value
		}
	}
	s.store(key, slot, value, pane)
}

// store puts the increment into its pane. Late ones go where they belong.
func (s *scope) store(key IncKey, slot uint16, value int64, pane int32) {
	if hint := int(s.hints[slot]); hint < len(s.panes) && s.panes[hint].pane == pane && s.panes[hint].key == key {
		s.panes[hint].value += value
		return
	}
	i := len(s.panes)
	for i > 0 && s.panes[i-1].pane > pane {
		i--
	}
	for j := i - 1; j >= 0 && s.panes[j].pane == pane; j-- {
		if s.panes[j].key == key {
			s.panes[j].value += value
			s.hints[slot] = int32(j)
			return
		}
	}
	s.hints[slot] = int32(i)
	s.panes = slices.Insert(s.panes, i, paneInc{value: value, pane: pane, key: key, slot: slot})
	for c := range s.from {
		if pane < firstPane(c, s.pane) {
			s.from[c]++
		}
	}
	if pane >= minutePane(s.pane) {
		return
	}
	for c := range s.to {
		s.to[c]++
	}
}

// advance moves the current pane and the business day: entering panes are added, leaving ones subtracted, exactly.
func (s *scope) advance(pane, day int32) {
	if day != s.today {
		s.today = day
		for i := range s.sums {
			s.sums[i][todaySum] = 0
		}
	}
	if pane <= s.pane {
		return
	}
	s.pane = pane
	whole := minutePane(pane)
	for c := range s.to {
		for s.to[c] < len(s.panes) && s.panes[s.to[c]].pane < whole {
			p := &s.panes[s.to[c]]
			s.sums[p.slot][minuteSums+c] += p.value
			s.to[c]++
		}
	}
	for c := range s.from {
		first := firstPane(c, pane)
		for s.from[c] < len(s.panes) && s.panes[s.from[c]].pane < first {
			p := &s.panes[s.from[c]]
			s.sums[p.slot][c] -= p.value
			s.from[c]++
		}
	}
	s.forget()
}

// forget drops the panes that no window holds any more, once they are the larger part.
func (s *scope) forget() {
	gone := slices.Min(s.from[:])
	if gone < 32 || gone < len(s.panes)/2 {
		return
	}
	n := copy(s.panes, s.panes[gone:])
	s.panes = s.panes[:n]
	for c := range s.from {
		s.from[c] -= gone
	}
	for c := range s.to {
		s.to[c] -= gone
	}
}

// slot returns where the sums of a key are, giving it a place if it is new.
func (s *scope) slot(key IncKey) uint16 {
	if m, ok := key.Measure(); ok {
		if s.slots[m] == 0 {
			s.slots[m] = s.newSlot(key) + 1
		}
		return s.slots[m] - 1
	}
	i := sort.Search(len(s.bins), func(i int) bool { return s.bins[i].key >= key })
	if i < len(s.bins) && s.bins[i].key == key {
		return s.bins[i].slot
	}
	slot := s.newSlot(key)
	s.bins = slices.Insert(s.bins, i, binSlot{key, slot})
	return slot
}

func (s *scope) newSlot(key IncKey) uint16 {
	s.keys = append(s.keys, key)
	s.sums = append(s.sums, [numSums]int64{})
	s.hints = append(s.hints, 0)
	return uint16(len(s.keys) - 1)
}

// sumIndex says which running sum a window reads.
func sumIndex(w Window, wholeMinutes bool) int {
	switch {
	case w == WindowToday:
		return todaySum
	case wholeMinutes:
		return minuteSums + int(w)
	}
	return int(w)
}
