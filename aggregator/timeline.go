// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"github.com/cespare/xxhash/v2"

	"github.com/vigie-kpi/vigie/event"
)

// moment is an event of a timeline, reduced to what the folds read. Everything that depends on the configuration
// (thresholds, team, programme) is resolved once, when the event arrives, and pinned here: the facts of a timeline are
// then a function of its moments and the clock alone, whatever is configured later.
type moment struct {
	at      int64
	id      uint64 // hash of the event's id within its source
	contact uint64 // hash of the contact's id; 0 for an advisor's state
	seq     int32
	source  ID

	queue, advisor, team, homeTeam, site            ID
	channel, direction, programme, campaign, reason ID
	line, workstation                               ID
	version                                         uint32

	limitMs     int32 // a leg that starts here is reaped after this long
	thresholdMs int32 // T of the queue at this instant
	shortMs     int32 // S of the queue at this instant

	typ        event.Type
	variant    variant
	kind       kind
	by         party
	left       leftReason
	refused    refusedReason
	state      advisorWord
	category   category
	result     result  // of call.dialled
	verdict    verdict // of a dial or its refusal, before it
	audit      verdict // the same, checked again
	menu       menuWord
	abandoned  bool // of call.dialled: a human was left without an advisor
	outward    bool // the direction is outbound or internal
	medium     medium
	slots      uint8 // of an advisor's capacity in that medium
	identified bool
}

// idHash is the identity of an event within its source. 64 bits are plenty: it is only compared inside one timeline.
func idHash(id string) uint64 { return xxhash.Sum64String(id) }

// precedes is the total order of a timeline: time, source, the source's own sequence, id. Sources compare by name, so that
// the order does not depend on which was seen first.
func (w *World) precedes(a, b *moment) bool {
	if a.at != b.at {
		return a.at < b.at
	}
	if a.source != b.source {
		return w.names.name(a.source) < w.names.name(b.source)
	}
	if a.seq != b.seq {
		return a.seq < b.seq
	}
	return a.id < b.id
}

// place returns where m belongs in a sorted timeline. known is true when the event is already there: a redelivery.
func (w *World) place(line []moment, m *moment) (i int, known bool) {
	i = len(line)
	for i > 0 && w.precedes(m, &line[i-1]) {
		i--
	}
	for j := range line {
		if line[j].id == m.id && line[j].source == m.source {
			return j, true
		}
	}
	return i, false
}

// insert puts m at i.
func insert(line []moment, i int, m *moment) []moment {
	line = append(line, moment{})
	copy(line[i+1:], line[i:])
	line[i] = *m
	return line
}
