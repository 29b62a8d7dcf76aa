// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"container/list"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/vigie-kpi/vigie/event"
)

// stateVersion changes when a saved state can no longer be read or would mean something else.
const stateVersion = 1

// savedState is a Parser between two lines, as JSON. Its bytes are canonical: equal parsers, equal bytes.
type savedState struct {
	Version int           `json:"version"`
	Plain   bool          `json:"plain_names"`
	Order   uint64        `json:"order"`
	Seconds []savedSecond `json:"seconds"` // oldest first
	Calls   []savedCall   `json:"calls"`   // open ones in their order, then the closed ones
}

type savedSecond struct {
	Second int64  `json:"second"`
	Events int64  `json:"events"`
	Lines  string `json:"lines,omitempty"` // base64 of the sorted fingerprints, 8 bytes each, repeated as often as seen
}

type savedCall struct {
	ID    string    `json:"id"`
	Open  bool      `json:"open,omitempty"`
	Waits []wait    `json:"waits,omitempty"`
	Legs  []leg     `json:"legs,omitempty"`
	Rings []ringEnd `json:"rings,omitempty"`
}

// State returns the parser's memory as JSON, to be given to Restore. Counts of lines (Summary) are not part of it.
func (p *Parser) State() []byte {
	s := savedState{Version: stateVersion, Plain: p.plain, Order: p.calls.order, Seconds: p.seconds.save(), Calls: []savedCall{}}
	for _, l := range []*list.List{p.calls.open, p.calls.closed} {
		for e := l.Front(); e != nil; e = e.Next() {
			c := e.Value.(*call)
			s.Calls = append(s.Calls, savedCall{ID: c.id, Open: c.open, Waits: c.waits, Legs: c.legs, Rings: c.rings})
		}
	}
	b, err := json.Marshal(s)
	if err != nil {
		panic("BUG: the state holds strings and integers only, yet: " + err.Error())
	}
	return b
}

// Restore makes the parser continue where State was taken. After an error the parser is as it was before.
func (p *Parser) Restore(state []byte) error {
	var s savedState
	if err := json.Unmarshal(state, &s); err != nil {
		return fmt.Errorf("read the saved parser state: %w", err)
	}
	if s.Version != stateVersion {
		return fmt.Errorf("the saved parser state has version %d, this program reads %d", s.Version, stateVersion)
	}
	seconds, err := loadSeconds(s.Seconds)
	if err != nil {
		return err
	}
	calls := newCallTable()
	calls.order = s.Order
	for _, sc := range s.Calls {
		if sc.ID == "" || calls.get(sc.ID) != nil {
			return fmt.Errorf("the saved parser state names call %q twice or without id", sc.ID)
		}
		c := calls.opened(sc.ID)
		c.waits, c.legs, c.rings = sc.Waits, sc.Legs, sc.Rings
		calls.settle(c)
		if c.open != sc.Open {
			return fmt.Errorf("the saved parser state contradicts itself about call %q", sc.ID)
		}
	}
	p.plain, p.seconds, p.calls = s.Plain || p.o.PlainNames, seconds, calls
	return nil
}

func (t *secondTable) save() []savedSecond {
	all := make([]savedSecond, 0, len(t.order))
	for i := range t.order {
		key := t.order[(t.head+i)%len(t.order)]
		s := t.bySecond[key]
		var b []byte
		for _, f := range slices.Sorted(maps.Keys(s.lines)) {
			for range s.lines[f] {
				b = binary.BigEndian.AppendUint64(b, f)
			}
		}
		all = append(all, savedSecond{Second: key, Events: s.events, Lines: base64.StdEncoding.EncodeToString(b)})
	}
	return all
}

func loadSeconds(saved []savedSecond) (secondTable, error) {
	t := newSecondTable()
	for _, ss := range saved {
		b, err := base64.StdEncoding.DecodeString(ss.Lines)
		if err != nil || len(b)%8 != 0 || ss.Events < 0 || ss.Events > event.MaxSequence {
			return t, fmt.Errorf("the saved parser state is damaged at second %d", ss.Second)
		}
		s := t.of(ss.Second * 1000)
		s.events = ss.Events
		for ; len(b) > 0; b = b[8:] {
			if s.lines == nil {
				s.lines = map[uint64]uint32{}
			}
			s.lines[binary.BigEndian.Uint64(b)]++
		}
	}
	return t, nil
}
