// SPDX-License-Identifier: Apache-2.0

package store

import (
	"encoding/binary"
	"slices"
	"unsafe"

	"github.com/cespare/xxhash/v2"
	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
)

// hashVersion changes when the canonical form does. Blocks hashed under another
// version cannot be compared, so it changes at a block border only.
const hashVersion = 2

// numHashedGaugeFields are the columns of gauges that hashVersion 2 has. A gauge that came
// later has a value for the past as well, where older programs wrote none.
const numHashedGaugeFields = numGaugeKeys + int(aggregator.GaugeOldestItemMs) + 1

// sum is the hash of the rows in canonical form. It does not depend on epoch,
// partition, offsets of the block or version of the program, nor on measures that no
// row uses, on gauges that came later, on the words of alerts or on a table that came later and has no row, so
// that a new measure, gauge or table does not change old blocks.
//
// Canonical form: hashVersion; then for facts, contacts, gauges and outcomes the number of
// rows and each column in the order of its fields. A column of strings is a list of
// runs (length, bytes, count), lengths and counts as unsigned varints; one of integers is
// 8 bytes each, little endian. Measures follow as (name, integers), bins as (name,
// number of entries, then row, bin, count of each), those that are used only. Last come
// "alerts" and that table, then "register" and that one, each when it has rows; then
// the columns of facts that came later, (name, strings) of each that some row uses.
func (b *Block) sum() uint64 {
	h := hasher{digest: xxhash.New(), buffer: make([]byte, 0, hashBufferBytes+hashSlackBytes)}
	h.uint(hashVersion)
	h.table(&b.facts.table, factFields[:numHashedFactFields])
	for m, column := range b.facts.measures {
		if len(column) > 0 {
			h.string(indicator.Measure(m).String())
			h.ints(column)
		}
	}
	for f := range b.facts.bins {
		h.bins(indicator.BinFamily(f).String(), &b.facts.bins[f])
	}
	h.table(&b.contacts, contactFields[:])
	h.table(&b.gauges, gaugeFields[:numHashedGaugeFields])
	h.table(&b.outcomes, outcomeFields[:])
	if b.alerts.rows > 0 {
		h.string("alerts")
		h.table(&b.alerts, alertFields[:numHashedAlertFields])
	}
	if b.register.rows > 0 {
		h.string("register")
		h.table(&b.register, registerFields[:])
	}
	for i := numHashedFactFields; i < numFactFields; i++ {
		if v := &b.facts.vectors[i]; v.hasWord() {
			h.string(factFields[i].name)
			h.words(v.words)
		}
	}
	h.flush()
	return h.digest.Sum64()
}

const (
	hashBufferBytes = 32 << 10
	// hashSlackBytes holds one integer or varint beyond a full buffer.
	hashSlackBytes = 16
)

// hasher buffers small values before the digest.
type hasher struct {
	digest *xxhash.Digest
	buffer []byte
}

func (h *hasher) flush() {
	_, _ = h.digest.Write(h.buffer) // a digest never fails
	h.buffer = h.buffer[:0]
}

func (h *hasher) room() {
	if len(h.buffer) >= hashBufferBytes {
		h.flush()
	}
}

func (h *hasher) uint(v uint64) {
	h.buffer = binary.AppendUvarint(h.buffer, v)
	h.room()
}

func (h *hasher) string(s string) {
	h.uint(uint64(len(s)))
	for len(s) > 0 {
		n := min(len(s), hashBufferBytes-len(h.buffer))
		h.buffer = append(h.buffer, s[:n]...)
		s = s[n:]
		h.room()
	}
}

func (h *hasher) ints(values []int64) {
	for _, v := range values {
		h.buffer = binary.LittleEndian.AppendUint64(h.buffer, uint64(v))
		h.room()
	}
}

func (h *hasher) table(t *table, fields []field) {
	h.uint(uint64(t.rows))
	for i := range fields {
		v := &t.vectors[i]
		switch fields[i].kind {
		case kindWord:
			h.words(v.words)
		case kindText:
			h.texts(v)
		default:
			h.ints(v.ints)
		}
	}
}

func (h *hasher) words(words []string) {
	for start := 0; start < len(words); {
		end := start + 1
		for end < len(words) && words[end] == words[start] {
			end++
		}
		h.string(words[start])
		h.uint(uint64(end - start))
		start = end
	}
}

func (h *hasher) texts(v *vector) {
	for start := 0; start < len(v.ends); {
		text := v.text(start)
		end := start + 1
		for end < len(v.ends) && slices.Equal(v.text(end), text) {
			end++
		}
		h.string(unsafe.String(unsafe.SliceData(text), len(text)))
		h.uint(uint64(end - start))
		start = end
	}
}

func (h *hasher) bins(name string, b *binColumn) {
	if len(b.rows) == 0 {
		return
	}
	h.string(name)
	h.uint(uint64(len(b.rows)))
	for i := range b.rows {
		h.uint(uint64(b.rows[i]))
		h.uint(uint64(b.bins[i]))
		h.ints(b.counts[i : i+1])
	}
}
