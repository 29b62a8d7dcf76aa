// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// A record of a list is dialled several times, by as many contacts, and counts once: as tried at its first dial, as reached at
// the first that a human answered and an advisor took, as invalid at the first that says so. What it gives is therefore a
// function of the earliest dial of each kind, and the earliest is all that is kept. After a day no earlier one can come, and
// only the fact that it was is left.
const (
	hourMs       = 60 * minuteMs
	recordKeepMs = 35 * 24 * hourMs  // after the last dial; a later dial of the same record counts anew
	listKeepMs   = 400 * 24 * hourMs // after the last word on the list
	maxRecords   = 5_000_000
	maxLists     = 100_000
	maxListWords = 1024 // on one list, within a day
)

const (
	recordTried = iota
	recordReached
	recordInvalid
	numRecordFirsts
)

var recordMeasures = [numRecordFirsts]indicator.Measure{indicator.RecordsTried, indicator.RecordsReached, indicator.RecordsInvalid}

// record is one entry of a list.
type record struct {
	lastMinute uint32 // of the clock when it was dialled last, minutes since 1970
	done       uint8  // bit i: recordMeasures[i] was booked
	recent     *[numRecordFirsts]firstDial
}

// firstDial is the earliest dial of its kind; at is 0 when there was none, or when it is a day old.
type firstDial struct {
	at      int64
	version uint32
	dims    Dims
}

// roomForRecord tells whether the dial's record is known or may be.
func (w *World) roomForRecord(e *event.Event) bool {
	return len(w.records) < maxRecords || w.records[objectKeyOf(e.Campaign, e.Object)] != nil
}

// dialRecord books what a dial says of its record.
func (w *World) dialRecord(e *event.Event, m *moment) {
	key := objectKeyOf(e.Campaign, e.Object)
	r := w.records[key]
	if r == nil {
		r = &record{}
		w.records[key] = r
	}
	if r.recent == nil {
		r.recent = &[numRecordFirsts]firstDial{}
	}
	r.lastMinute = uint32(w.clock / minuteMs)
	d := firstDial{m.at, m.version, m.dims()}
	w.dialFirst(r, recordTried, &d)
	if m.result == resultHuman && !m.abandoned {
		w.dialFirst(r, recordReached, &d)
	}
	if m.result == resultInvalid {
		w.dialFirst(r, recordInvalid, &d)
	}
}

// dialFirst moves a record's first dial of a kind, if d is earlier.
func (w *World) dialFirst(r *record, kind int, d *firstDial) {
	f := &r.recent[kind]
	bit := uint8(1) << kind
	if r.done&bit != 0 && (f.at == 0 || !w.earlier(d, f)) {
		return
	}
	w.fresh.reset()
	if r.done&bit != 0 {
		f.book(kind, &w.fresh)
		w.issueFor("", &w.fresh, -1)
		w.fresh.reset()
	}
	*f = *d
	r.done |= bit
	f.book(kind, &w.fresh)
	w.issueFor("", &w.fresh, 1)
}

func (f *firstDial) book(kind int, out *rows) {
	out.begin(f.at, GrainOutbound, f.version, &f.dims)
	out.add(recordMeasures[kind], 1)
	out.end()
}

// earlier is a total order of what is booked: by time and, where two dials fall together, by the names of their dimensions, so
// that it does not matter which came first.
func (w *World) earlier(a, b *firstDial) bool {
	if a.at != b.at {
		return a.at < b.at
	}
	x, y := a.dims.ids(), b.dims.ids()
	for i := range x {
		if d := strings.Compare(w.names.name(*x[i]), w.names.name(*y[i])); d != 0 {
			return d < 0
		}
	}
	return a.version < b.version
}

// calledList is a list of records. Each word says how many records there are, or how many will not be dialled any more, in
// all; it adds what it says beyond the word before it.
type calledList struct {
	loaded, closed int64     // by the words that are more than a day old
	line           []outcome // the others, in the order of a timeline
	touched        int64     // the clock when the last word came
}

// takeList digests a word on a list.
func (w *World) takeList(e *event.Event) (Reason, string) {
	if r := w.refuseAtDoor(e); r != ReasonNone {
		return r, ""
	}
	m := w.pin(e)
	o := w.pinOutcome(e, &m)
	key := objectKeyOf(e.Campaign, e.Object)
	l := w.lists[key]
	switch {
	case l == nil && len(w.lists) >= maxLists:
		return ReasonTooManyContacts, "more lists are loaded than a centre can have; check that `object` names the list"
	case l == nil:
		l = &calledList{}
		w.lists[key] = l
	case len(l.line) >= maxListWords:
		return ReasonTooManyEvents, ""
	}
	l.touched = w.clock
	with, isNew := w.addOutcome(slices.Clone(l.line), &o)
	if !isNew {
		w.out.duplicates++
		return ReasonNone, ""
	}
	w.before.reset()
	w.fresh.reset()
	l.book(l.line, &w.before)
	l.book(with, &w.fresh)
	var diff rows
	difference(&w.before, &w.fresh, &diff)
	w.issueFor("", &diff, 1)
	l.line = with
	return ReasonNone, ""
}

// book books what words add to those that are a day old, and returns the counts then.
func (l *calledList) book(line []outcome, out *rows) (loaded, closed int64) {
	loaded, closed = l.loaded, l.closed
	for i := range line {
		o := &line[i]
		count, m := &loaded, indicator.RecordsLoaded
		if o.typ == event.ListClosed {
			count, m = &closed, indicator.RecordsClosed
		}
		d := o.said
		d.Team, d.Advisor, d.Site = 0, 0, 0
		out.begin(o.at, GrainOutbound, o.version, &d)
		out.add(m, int64(o.value)-*count)
		out.end()
		*count = int64(o.value)
	}
	return loaded, closed
}

// forgetRecords lets go of what is old, of records and of lists.
func (w *World) forgetRecords(now int64) {
	//deterministic: each is judged by itself, and nothing is put out.
	for key, r := range w.records {
		idle := now - int64(r.lastMinute)*minuteMs
		switch {
		case idle > recordKeepMs:
			delete(w.records, key)
		case idle > 2*stubKeepMs:
			r.recent = nil
		}
	}
	//deterministic: as above.
	for key, l := range w.lists {
		if now-l.touched > listKeepMs {
			delete(w.lists, key)
			continue
		}
		n := 0
		for n < len(l.line) && l.line[n].at < now-2*stubKeepMs {
			n++
		}
		w.fresh.reset()
		l.loaded, l.closed = l.book(l.line[:n], &w.fresh)
		l.line = slices.Delete(l.line, 0, n)
	}
}

func (w *World) codeRecord(c *codec, p **record) {
	if c.reading {
		*p = &record{}
	}
	r := *p
	number(c, &r.lastMinute)
	number(c, &r.done)
	has := r.recent != nil
	c.bool(&has)
	if !has {
		return
	}
	if c.reading {
		r.recent = &[numRecordFirsts]firstDial{}
	}
	for i := range r.recent {
		f := &r.recent[i]
		c.near(&f.at, w.clock)
		number(c, &f.version)
		w.codeDims(c, &f.dims)
	}
}

func (w *World) codeList(c *codec, p **calledList) {
	if c.reading {
		*p = &calledList{}
	}
	l := *p
	number(c, &l.loaded)
	number(c, &l.closed)
	c.near(&l.touched, w.clock)
	list(c, &l.line, func(c *codec, o *outcome) { w.codeOutcome(c, o, w.clock) })
}
