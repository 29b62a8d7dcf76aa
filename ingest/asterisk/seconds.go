// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"

	"github.com/vigie-kpi/vigie/event"
)

// maxSeconds is how many distinct seconds are remembered. A busy log fills one each second, so this is about eight
// minutes: longer than any ring, whose start is dated back, and than the lines of a clock that was set back a little.
const maxSeconds = 512

// secondTable numbers lines and events within their second. The stamps of the log are whole seconds, so the order of
// its lines and the identity of equal lines must come from here. Seconds are forgotten in the order in which they
// first appeared.
type secondTable struct {
	bySecond map[int64]*second
	order    []int64 // ring of the seconds, oldest at head
	head     int
}

type second struct {
	events int64             // events dated in this second so far
	lines  map[uint64]uint32 // lines of this second by fingerprint, with their number
}

func newSecondTable() secondTable { return secondTable{bySecond: make(map[int64]*second, maxSeconds)} }

// of returns the entry of the second that the instant falls into.
func (t *secondTable) of(at event.Millis) *second {
	key := at / 1000
	if s := t.bySecond[key]; s != nil {
		return s
	}
	s := &second{}
	t.bySecond[key] = s
	if len(t.order) < maxSeconds {
		t.order = append(t.order, key)
		return s
	}
	delete(t.bySecond, t.order[t.head])
	t.order[t.head] = key
	t.head = (t.head + 1) % maxSeconds
	return s
}

// sequenceStep leaves a gap before each event, for one that a later line puts right before it (see wrapUp).
const sequenceStep = 2

// next returns the sequence of the next event dated at: 2, 4, 6, ... within its second. With it, the total order
// (time, source, sequence, id) of the events is the order of the lines.
func (t *secondTable) next(at event.Millis) int64 {
	s := t.of(at)
	s.events = min(s.events+1, event.MaxSequence/sequenceStep)
	return s.events * sequenceStep
}

// lineID returns the id of the line's first event: the first 128 bits of the SHA-256 of the line, and of its ordinal
// when the same line came before in the same second.
func (t *secondTable) lineID(l *line) string {
	sum := sha256.Sum256([]byte(l.text))
	s := t.of(l.at)
	if s.lines == nil {
		s.lines = make(map[uint64]uint32, 4)
	}
	fingerprint := binary.BigEndian.Uint64(sum[:])
	ordinal := s.lines[fingerprint]
	s.lines[fingerprint] = ordinal + 1
	if ordinal > 0 {
		sum = sha256.Sum256([]byte(l.text + "\n" + strconv.Itoa(int(ordinal))))
	}
	return hex.EncodeToString(sum[:16])
}

// eventID returns the id of the line's event number n, counted from 0.
func eventID(stem string, n int) string {
	if n == 0 {
		return stem
	}
	return stem + "-" + strconv.Itoa(n)
}
