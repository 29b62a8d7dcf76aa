// SPDX-License-Identifier: Apache-2.0

package aggregator

// stubTable holds the stubs of a day's contacts, a million of them in a large centre. They are forgotten in the order in
// which they came, so they stand in a queue of chunks; an index by key has four bytes for each. Neither holds a pointer: the
// collector need not look at them.
//
// A stub has a number, counted from the first that ever came; the index holds the numbers' low 32 bits.
type stubTable struct {
	chunks []*stubChunk // from the oldest on
	first  uint32       // number of the first stub of chunks[0]; a multiple of stubChunkLen
	head   uint32       // number of the oldest stub
	next   uint32       // number of the next stub
	live   int

	index []uint32 // open addressing with linear probing: 0 is free, else a number + 1. Its length is a power of two
}

const stubChunkLen = 1024

type stubChunk [stubChunkLen]stubSlot

// stubSlot is a stub with its key. One that was taken out has the zero key.
type stubSlot struct {
	key  stubKey
	stub stub
}

// slot is the stub of that number.
func (t *stubTable) slot(number uint32) *stubSlot {
	at := number - t.first
	return &t.chunks[at/stubChunkLen][at%stubChunkLen]
}

// size is how many stubs there are.
func (t *stubTable) size() int { return t.live }

// get returns the stub of a key. It is valid until the next put.
func (t *stubTable) get(key stubKey) (*stub, bool) {
	if i, found := t.find(key); found {
		return &t.slot(t.index[i] - 1).stub, true
	}
	return nil, false
}

// find is the key's place in the index, or the free place where it would stand.
func (t *stubTable) find(key stubKey) (place uint32, found bool) {
	if len(t.index) == 0 {
		return 0, false
	}
	mask := uint32(len(t.index) - 1)
	for i := uint32(key[0]) & mask; ; i = (i + 1) & mask {
		if t.index[i] == 0 {
			return i, false
		}
		if t.slot(t.index[i]-1).key == key {
			return i, true
		}
	}
}

// put adds a stub as the newest, in place of one that has the key.
func (t *stubTable) put(key stubKey, s *stub) {
	t.remove(key)
	if 4*(t.live+1) > 3*len(t.index) {
		t.growIndex()
	}
	if t.add(stubSlot{}); t.next == 0 { // the index cannot say the last number
		t.add(stubSlot{})
	}
	*t.slot(t.next - 1) = stubSlot{key, *s}
	i, _ := t.find(key)
	t.index[i] = t.next
	t.live++
}

// add appends a slot.
func (t *stubTable) add(s stubSlot) {
	if (t.next-t.first)/stubChunkLen == uint32(len(t.chunks)) {
		t.chunks = append(t.chunks, new(stubChunk))
	}
	*t.slot(t.next) = s
	t.next++
}

// growIndex doubles the index.
func (t *stubTable) growIndex() {
	old := t.index
	t.index = make([]uint32, max(16, 2*len(old)))
	for _, n := range old {
		if n != 0 {
			i, _ := t.find(t.slot(n - 1).key)
			t.index[i] = n
		}
	}
}

// remove takes the stub of a key out, if there is one.
func (t *stubTable) remove(key stubKey) {
	i, found := t.find(key)
	if !found {
		return
	}
	*t.slot(t.index[i] - 1) = stubSlot{}
	t.live--
	t.close(i)
	t.dropHead()
}

// close frees a place of the index, and moves up what would else not be found any more.
func (t *stubTable) close(free uint32) {
	mask := uint32(len(t.index) - 1)
	for i := (free + 1) & mask; t.index[i] != 0; i = (i + 1) & mask {
		home := uint32(t.slot(t.index[i] - 1).key[0]) & mask
		if (i-home)&mask >= (i-free)&mask { // its home is at or before the free place
			t.index[free] = t.index[i]
			free = i
		}
	}
	t.index[free] = 0
}

// oldest returns the stub that came first, or false when there is none.
func (t *stubTable) oldest() (*stubSlot, bool) {
	if t.live == 0 {
		return nil, false
	}
	return t.slot(t.head), true
}

// dropHead passes over the places of stubs that were taken out, and lets go of chunks that are passed.
func (t *stubTable) dropHead() {
	for t.head != t.next && t.slot(t.head).key == (stubKey{}) {
		t.head++
		if t.head-t.first == stubChunkLen {
			t.chunks[0] = nil
			t.chunks = t.chunks[1:]
			t.first = t.head
		}
	}
}

// each calls f for every stub, the oldest first.
func (t *stubTable) each(f func(*stubSlot)) {
	for n := t.head; n != t.next; n++ {
		if s := t.slot(n); s.key != (stubKey{}) {
			f(s)
		}
	}
}
