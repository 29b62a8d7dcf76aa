// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
)

// A snapshot is: magic, format version, zone data version, number of measures, the machine, SHA-256 of all before. Its
// bytes are canonical: same state, same bytes, whatever the history of the memory. What can be derived is not in it: folds
// are folded again from their timelines, window sums added up from their panes, timers armed again.
const (
	snapshotMagic   = "VIGIE"
	snapshotVersion = 7
)

// HashSize is the length of a state hash.
const HashSize = sha256.Size

// Snapshot returns the machine's state as canonical bytes, the state hash last.
func (m *Machine) Snapshot() []byte {
	c := &codec{buf: append(make([]byte, 0, 64<<10), snapshotMagic...)}
	format, zones, measures := uint64(snapshotVersion), zone.Version, indicator.NumMeasures
	c.uint(&format)
	c.string(&zones)
	number(c, &measures)
	m.code(c)
	sum := sha256.Sum256(c.buf)
	return append(c.buf, sum[:]...)
}

// StateHash is the hash of the machine's state: equal states have equal hashes.
func (m *Machine) StateHash() [HashSize]byte {
	b := m.Snapshot()
	return [HashSize]byte(b[len(b)-HashSize:])
}

// ErrFormat says that a snapshot was written by a version of Vigie whose snapshots this one does not read. The remedy is a
// replay of the log from its start, or the older version.
var ErrFormat = errors.New("the snapshot has a format that this version does not read")

// Restore returns the machine that wrote the snapshot.
func Restore(snapshot []byte) (*Machine, error) { return Options{}.Restore(snapshot) }

// Restore returns the machine that wrote the snapshot.
func (o Options) Restore(snapshot []byte) (*Machine, error) {
	body, ok := bytes.CutPrefix(snapshot, []byte(snapshotMagic))
	if !ok || len(body) < HashSize {
		return nil, fmt.Errorf("restoring a snapshot of %d bytes: %w", len(snapshot), errShort)
	}
	end := len(snapshot) - HashSize
	if sum := sha256.Sum256(snapshot[:end]); !bytes.Equal(sum[:], snapshot[end:]) {
		return nil, fmt.Errorf("restoring a snapshot of %d bytes: its hash does not match: %w", len(snapshot), errShort)
	}
	c := &codec{buf: body[:len(body)-HashSize], reading: true}
	var format uint64
	var zones string
	var measures int
	c.uint(&format)
	if c.err == nil && format != snapshotVersion {
		return nil, fmt.Errorf("restoring a snapshot of format %d, this is format %d: %w", format, snapshotVersion, ErrFormat)
	}
	c.string(&zones)
	number(c, &measures)
	if c.err == nil && measures > indicator.NumMeasures {
		return nil, fmt.Errorf("restoring a snapshot with %d measures, this version has %d: %w", measures, indicator.NumMeasures, ErrFormat)
	}
	m := o.New(0)
	m.code(c)
	if c.err == nil && len(c.buf) > 0 {
		c.fail()
	}
	if c.err != nil {
		return nil, fmt.Errorf("restoring a snapshot: %w", c.err)
	}
	return m, nil
}

func (m *Machine) code(c *codec) {
	number(c, &m.partition)
	number(c, &m.offset)
	number(c, &m.clock)
	number(c, &m.blockFrom)
	number(c, &m.blockSize)
	c.bool(&m.cut)
	n := c.length(len(m.order))
	for i := range n {
		var w *World
		if c.reading {
			w = newWorld("", "", &m.out)
		} else {
			w = m.order[i]
			if w.lane == "" {
				w.clock = m.clock
			}
		}
		w.code(c)
		if c.err != nil {
			return
		}
		if c.reading {
			m.insert(w)
			if w.lane == "" {
				m.nextDue = min(m.nextDue, w.next())
			}
		}
	}
}

func (w *World) code(c *codec) {
	c.string(&w.centre)
	c.string(&w.lane)
	number(c, &w.clock)
	number(c, &w.nextPane)
	number(c, &w.serial)
	w.codeNames(c)
	w.codeConfig(c)
	w.codeContacts(c)
	w.codeStubs(c)
	w.codeOutcomes(c)
	w.codeItems(c)
	w.codeAdvisors(c)
	w.codeParked(c)
	w.codeScopes(c)
	w.codeNotices(c)
	w.codeAcknowledged(c)
	w.codeUsual(c)
	w.codeSources(c)
	w.codeAlerts(c)
}

func (w *World) codeNames(c *codec) {
	words := w.names.list[1:]
	list(c, &words, (*codec).string)
	if c.reading {
		for _, word := range words {
			w.names.id(word)
		}
	}
}

func (w *World) codeConfig(c *codec) {
	version, objects := w.cfg.version, w.cfg.objects
	number(c, &version)
	list(c, &objects, codeObject)
	list(c, &w.stage, codeObject)
	if !c.reading || c.err != nil || version == 0 && len(objects) == 0 {
		return
	}
	cfg, err := w.buildConfig(version, objects)
	if err != nil {
		c.err = fmt.Errorf("the configuration in it: %w", err)
		return
	}
	w.cfg = cfg
	w.aimAtBorder()
}

func codeObject(c *codec, o *configObject) {
	number(c, &o.typ)
	c.bytes(&o.data)
}

func (w *World) codeContacts(c *codec) {
	contacts := w.live
	if !c.reading {
		contacts = slices.SortedFunc(slices.Values(w.live), func(a, b *contact) int { return cmp.Compare(a.ids[0], b.ids[0]) })
	}
	list(c, &contacts, w.codeContact)
	if c.reading && c.err == nil {
		for _, x := range contacts {
			w.wake(x)
		}
	}
}

func (w *World) codeContact(c *codec, p **contact) {
	if c.reading {
		*p = &contact{timer: noTimer}
	}
	x := *p
	number(c, &x.serial)
	list(c, &x.ids, (*codec).string)
	slices.Sort(x.merged)
	list(c, &x.merged, (*codec).fixed)
	c.string(&x.customer)
	c.string(&x.customerOld)
	c.near(&x.touched, w.clock)
	w.codePrior(c, &x.prior)
	number(c, &x.after)
	list(c, &x.line, w.codeMoment)
	w.codeBook(c, &x.book)
	if c.reading && len(x.ids) == 0 {
		c.fail()
	}
}

// wake puts a contact that was read back to where it stood: its fold up to the clock, its place, its timer.
func (w *World) wake(x *contact) {
	x.index = len(w.live)
	w.live = append(w.live, x)
	for _, id := range x.ids {
		w.contacts[id] = x
	}
	w.fresh.reset()
	x.state.reset(x)
	x.state.fold(x.line, 0, w.clock, &w.fresh)
	if x.book != nil {
		s := w.standing(x)
		x.book.start, x.book.own = x.state.startedAt, x.state.dims
		s.bookOutcomes(x.book.list, &x.book.booked)
	}
	w.arm(x)
}

func (w *World) codePrior(c *codec, p *priorLife) {
	c.bool(&p.entered)
	c.bool(&p.answered)
	c.bool(&p.closed)
	c.bool(&p.inBase)
	c.bool(&p.menu)
	number(c, &p.transfers)
	number(c, &p.lives)
	w.codeID(c, &p.queue)
}

func (w *World) codeMoment(c *codec, m *moment) {
	c.near(&m.at, w.clock)
	c.fixed(&m.id)
	c.fixed(&m.contact)
	number(c, &m.seq)
	number(c, &m.version)
	number(c, &m.limitMs)
	number(c, &m.thresholdMs)
	number(c, &m.shortMs)
	for _, id := range []*ID{&m.source, &m.queue, &m.advisor, &m.team, &m.homeTeam, &m.site, &m.channel, &m.direction,
		&m.programme, &m.campaign, &m.reason, &m.line, &m.workstation} {
		w.codeID(c, id)
	}
	number(c, &m.typ)
	number(c, &m.variant)
	number(c, &m.kind)
	number(c, &m.by)
	number(c, &m.left)
	number(c, &m.refused)
	number(c, &m.state)
	number(c, &m.category)
	number(c, &m.result)
	number(c, &m.verdict)
	number(c, &m.audit)
	number(c, &m.menu)
	c.bool(&m.abandoned)
	c.bool(&m.outward)
	number(c, &m.medium)
	number(c, &m.slots)
	c.bool(&m.identified)
	if c.reading && m.medium >= maxMedia {
		m.medium = 0
		c.fail()
	}
}

// codeID writes a name's ID; one that the world has no name for is damage.
func (w *World) codeID(c *codec, id *ID) {
	number(c, id)
	if c.reading && int(*id) >= len(w.names.list) {
		*id = 0
		c.fail()
	}
}

func (w *World) codeStubs(c *codec) {
	var records []stubSlot
	if !c.reading {
		records = make([]stubSlot, 0, w.stubs.size())
		w.stubs.each(func(s *stubSlot) { records = append(records, *s) })
		slices.SortFunc(records, func(a, b stubSlot) int {
			return cmp.Or(cmp.Compare(a.stub.minute(), b.stub.minute()), a.key.compare(b.key))
		})
	}
	list(c, &records, w.codeStub)
	if !c.reading {
		return
	}
	for i := range records {
		w.stubs.put(records[i].key, &records[i].stub)
	}
}

func (w *World) codeStub(c *codec, r *stubSlot) {
	c.fixed(&r.key[0])
	c.fixed(&r.key[1])
	s := &r.stub
	c.near(&s.endAt, w.clock)
	number(c, &s.lastedMs)
	number(c, &s.idleMinutes)
	number(c, &s.had)
	number(c, &s.transfers)
	number(c, &s.lives)
	dims := s.words.dims()
	w.codeDims(c, &dims)
	s.words = dims.packed()
}

// codeDims writes dimensions: which of them there are, then those.
func (w *World) codeDims(c *codec, d *Dims) {
	var present uint64
	for i, id := range d.ids() {
		if *id != 0 {
			present |= 1 << i
		}
	}
	c.uint(&present)
	for i, id := range d.ids() {
		if present&(1<<i) != 0 {
			w.codeID(c, id)
		}
	}
}

func (w *World) codeParked(c *codec) {
	list(c, &w.parked, func(c *codec, p *parkedEvent) {
		number(c, &p.offset)
		var raw []byte
		if !c.reading {
			raw = event.AppendJSON(nil, &p.event)
		}
		c.bytes(&raw)
		if !c.reading || c.err != nil {
			return
		}
		var d event.Decoder
		var e event.Event
		if err := d.Decode(raw, &e); err != nil {
			c.err = fmt.Errorf("a parked event in it: %w", err)
			return
		}
		p.event = e.Clone()
	})
}
