// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// paneInc is what one pane holds of one measure or bin.
type paneInc struct {
	value int64
	pane  int32
	key   IncKey
}

// panes is what a scope keeps of the last hour. Nearly all that is booked belongs to the last two minutes: these panes are
// open, as entries. Older ones are packed into bytes, where an entry takes about four; every advisor has an hour of them.
// What comes late for a packed pane stays open until there is enough of it to pack all anew.
//
// A packed pane is: its distance from the one before, the length of its entries in two bytes, and the entries, each a key and
// a value as varints.
type panes struct {
	open   []paneInc // Invariant: ordered by pane; one entry for each pane and key
	packed []byte
	head   int32 // the pane from which the first packed one counts its distance
	tail   int32 // the newest packed pane; what is open above it has never been packed
}

const (
	openPanes   = 2*panesPerMinute + 1
	paneLenSize = 2
	_           = uint(1<<(8*paneLenSize) - len(keyScopes)*(binary.MaxVarintLen16+binary.MaxVarintLen64)) // a pane fits
)

// at returns the entry of a pane and key, made when there is none, and its place. hint is where it may be.
func (p *panes) at(pane int32, key IncKey, hint int32, now int32) (*paneInc, int32) {
	if i := int(hint); i < len(p.open) && p.open[i].pane == pane && p.open[i].key == key {
		return &p.open[i], hint
	}
	p.makeRoom(now)
	i := len(p.open)
	for i > 0 && p.open[i-1].pane > pane {
		i--
	}
	for j := i - 1; j >= 0 && p.open[j].pane == pane; j-- {
		if p.open[j].key == key {
			return &p.open[j], int32(j)
		}
	}
	p.open = slices.Insert(p.open, i, paneInc{pane: pane, key: key})
	return &p.open[i], int32(i)
}

// makeRoom packs what is old when there is no room for another open entry, and finds more room when that does not give a
// quarter: packing a few minutes in one go costs less.
func (p *panes) makeRoom(now int32) {
	if len(p.open) < cap(p.open) {
		return
	}
	p.forget(now - keepPanes)
	p.pack(now - openPanes)
	if n := len(p.open); n >= cap(p.open)-cap(p.open)/4 {
		p.open = append(make([]paneInc, 0, roomier(n)+n/4+8), p.open...)
	}
}

// roomier is the room to make for a list of n that is full: a quarter more, where append would double. Of what every
// advisor has, for the whole day, half would be air.
func roomier(n int) int { return n + n/4 + 8 }

// forget drops the panes up to the given one.
func (p *panes) forget(last int32) {
	if n := p.firstOpen(last + 1); n > 0 {
		p.open = p.open[:copy(p.open, p.open[n:])]
	}
	for len(p.packed) > 0 && p.head < last {
		pane, group := readPane(p.packed, p.head)
		if pane > last {
			return
		}
		p.head, p.packed = pane, group.rest
	}
}

// pack packs the open panes up to the given one. Late entries stay until they are many.
func (p *panes) pack(last int32) {
	late := 0
	if len(p.packed) > 0 {
		late = p.firstOpen(p.tail + 1)
	}
	if late > 16+len(p.packed)/32 {
		p.repack()
		late = 0
	}
	n := p.firstOpen(last + 1)
	if n <= late {
		return
	}
	p.append(p.open[late:n])
	p.open = p.open[:late+copy(p.open[late:], p.open[n:])]
}

// repack joins the packed panes with the late entries for them.
func (p *panes) repack() {
	late := p.firstOpen(p.tail + 1)
	all := make([]paneInc, 0, late+len(p.packed)/4)
	p.eachPacked(p.head, p.tail+1, func(e paneInc) { all = append(all, e) })
	all = addedUp(append(all, p.open[:late]...))
	p.open = p.open[:copy(p.open, p.open[late:])]
	p.packed = p.packed[:0]
	p.append(all)
}

// addedUp adds up the entries of the same pane and key, and puts them in order, without zeros.
func addedUp(list []paneInc) []paneInc {
	slices.SortFunc(list, func(a, b paneInc) int { return cmp.Or(cmp.Compare(a.pane, b.pane), cmp.Compare(a.key, b.key)) })
	kept := list[:0]
	for i := 0; i < len(list); {
		sum := list[i]
		for i++; i < len(list) && list[i].pane == sum.pane && list[i].key == sum.key; i++ {
			sum.value += list[i].value
		}
		if sum.value != 0 {
			kept = append(kept, sum)
		}
	}
	return kept
}

// append packs entries that are in order of pane and newer than those packed.
func (p *panes) append(list []paneInc) {
	if len(list) == 0 {
		return
	}
	if len(p.packed) == 0 {
		p.head = list[0].pane - 1
		p.tail = p.head
	}
	for i := 0; i < len(list); {
		pane := list[i].pane
		end := i
		for end < len(list) && list[end].pane == pane {
			end++
		}
		p.appendPane(pane, list[i:end])
		i = end
	}
}

func (p *panes) appendPane(pane int32, entries []paneInc) {
	if most := 5 + paneLenSize + 8*len(entries); cap(p.packed)-len(p.packed) < most {
		p.packed = append(make([]byte, 0, roomier(len(p.packed)+most)), p.packed...)
	}
	b := binary.AppendUvarint(p.packed, uint64(pane-p.tail))
	at := len(b)
	b = append(b, make([]byte, paneLenSize)...)
	for i := range entries {
		if e := &entries[i]; e.value != 0 {
			b = binary.AppendVarint(binary.AppendUvarint(b, uint64(e.key)), e.value)
		}
	}
	binary.LittleEndian.PutUint16(b[at:], uint16(len(b)-at-paneLenSize))
	p.packed, p.tail = b, pane
}

// packedPane is the entries of one packed pane, and what follows it.
type packedPane struct{ entries, rest []byte }

// readPane reads the first packed pane of b, which counts its distance from `before`.
func readPane(b []byte, before int32) (pane int32, entries packedPane) {
	distance, n := binary.Uvarint(b)
	size := int(binary.LittleEndian.Uint16(b[n:]))
	b = b[n+paneLenSize:]
	return before + int32(distance), packedPane{b[:size], b[size:]}
}

// firstOpen is where the open panes from the given one on begin.
func (p *panes) firstOpen(pane int32) int {
	i := 0
	for i < len(p.open) && p.open[i].pane < pane {
		i++
	}
	return i
}

// each calls f for every entry of the panes [first, end). A pane and key may come in two parts.
func (p *panes) each(first, end int32, f func(paneInc)) {
	p.eachPacked(first, end, f)
	for _, e := range p.open[p.firstOpen(first):p.firstOpen(end)] {
		f(e)
	}
}

func (p *panes) eachPacked(first, end int32, f func(paneInc)) {
	pane, b := p.head, p.packed
	for len(b) > 0 {
		var group packedPane
		pane, group = readPane(b, pane)
		b = group.rest
		if pane >= end {
			return
		}
		if pane < first {
			continue
		}
		for g := group.entries; len(g) > 0; {
			key, n := binary.Uvarint(g)
			value, m := binary.Varint(g[n:])
			g = g[n+m:]
			f(paneInc{value: value, pane: pane, key: IncKey(key)})
		}
	}
}
