// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"cmp"
	"slices"

	"github.com/vigie-kpi/vigie/event"
)

// codeOutcomes writes what outcomes are about beside contacts: what stubs keep, records that wait for their contact, callbacks,
// list records and lists; and which corrections were made.
func (w *World) codeOutcomes(c *codec) {
	list(c, &w.orphans, func(c *codec, o *orphan) {
		c.near(&o.due, w.clock)
		number(c, &o.offset)
		c.string(&o.contact)
		o.object.code(c)
	})
	codeKeyed(c, w.keeps, func(c *codec, key stubKey, kept *string) {
		c.string(kept)
		if s, is := w.stubs[key]; c.reading && c.err == nil && (!is || !w.readsBack(*kept, s.endAt)) {
			c.fail()
		}
	})
	codeKeyed(c, w.callbacks, func(c *codec, key stubKey, cb **callback) { w.codeCallback(c, key, cb) })
	codeKeyed(c, w.records, func(c *codec, _ stubKey, r **record) { w.codeRecord(c, r) })
	codeKeyed(c, w.lists, func(c *codec, _ stubKey, l **calledList) { w.codeList(c, l) })
	codeKeyed(c, w.corrections, func(c *codec, _ stubKey, at *int64) { c.near(at, w.clock) })
}

func (w *World) readsBack(kept string, endAt int64) bool {
	var k keepsake
	c := &codec{buf: []byte(kept), reading: true}
	w.codeKeepsake(c, &k, endAt)
	return c.err == nil && len(c.buf) == 0
}

func (k *stubKey) code(c *codec) {
	c.fixed(&k[0])
	c.fixed(&k[1])
}

func (k stubKey) compare(o stubKey) int {
	return cmp.Or(cmp.Compare(k[0], o[0]), cmp.Compare(k[1], o[1]))
}

// codeKeyed writes a map in the order of its keys.
func codeKeyed[V any](c *codec, m map[stubKey]V, each func(*codec, stubKey, *V)) {
	var keys []stubKey
	if !c.reading {
		keys = sortedStubKeys(m)
	}
	list(c, &keys, func(c *codec, k *stubKey) {
		k.code(c)
		v := m[*k]
		each(c, *k, &v)
		if c.reading && c.err == nil {
			m[*k] = v
		}
	})
}

func sortedStubKeys[V any](m map[stubKey]V) []stubKey {
	keys := make([]stubKey, 0, len(m))
	//deterministic: sorted below.
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, stubKey.compare)
	return keys
}

// codeBook writes what a contact has beside its timeline.
func (w *World) codeBook(c *codec, x *contact) {
	has := x.book != nil
	c.bool(&has)
	if !has {
		return
	}
	if c.reading {
		x.book = &book{}
	}
	b := x.book
	list(c, &b.list, func(c *codec, o *outcome) { w.codeOutcome(c, o, w.clock) })
	number(c, &b.waiting)
	number(c, &b.earlier.start)
	w.codeDims(c, &b.earlier.own)
	list(c, &b.earlier.legs, w.codeCredit)
}

func (w *World) codeKeepsake(c *codec, k *keepsake, endAt int64) {
	c.string(&k.contact)
	list(c, &k.keys, func(c *codec, key *stubKey) { key.code(c) })
	list(c, &k.legs, w.codeCredit)
	list(c, &k.list, func(c *codec, o *outcome) { w.codeOutcome(c, o, endAt) })
}

func (w *World) codeCredit(c *codec, l *credit) {
	for _, id := range []*ID{&l.queue, &l.advisor, &l.team, &l.homeTeam, &l.site} {
		w.codeID(c, id)
	}
}

// codeOutcome writes an outcome in few bytes: most of its fields are zero. near is an instant that it is near to.
func (w *World) codeOutcome(c *codec, o *outcome, near int64) {
	number(c, &o.typ)
	c.near(&o.at, near)
	c.fixed(&o.id)
	w.codeID(c, &o.source)
	number(c, &o.seq)
	number(c, &o.version)
	w.codeDims(c, &o.said)
	member := Dims{Team: o.member.team, HomeTeam: o.member.homeTeam, Site: o.member.site}
	w.codeDims(c, &member)
	o.member = membership{member.Team, member.HomeTeam, member.Site}
	if speaksOfObject(o.typ) {
		c.fixed(&o.object)
	}
	switch o.typ {
	case event.ContactDisposed:
		number(c, &o.class)
	case event.ContactClassified:
		number(c, &o.marks)
	case event.EvaluationSubmitted, event.SaleRecorded, event.SaleCancelled, event.EvaluationCancelled:
		number(c, &o.marks)
		number(c, &o.value)
	case event.SurveyAnswered, event.SurveyInvited:
		number(c, &o.csat)
		number(c, &o.nps)
		number(c, &o.ces)
	case event.CallbackRequested:
		c.near(&o.due, near)
	case event.CallbackAttempted:
		number(c, &o.result)
	case event.ListLoaded, event.ListClosed:
		number(c, &o.value)
	}
}

// speaksOfObject tells the outcomes that name a thing of their own.
func speaksOfObject(t event.Type) bool {
	return t != event.ContactDisposed && t != event.ContactClassified && t != event.ContactRecorded
}
