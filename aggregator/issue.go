// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"strings"

	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/indicator"
)

// sink is where the worlds of a machine put what Ready hands over. Its memory is reused between Readys.
type sink struct {
	offset int64
	seq    uint32
	atRows int

	facts       []Fact
	incs        []Inc
	gauges      []Gauge
	contacts    []ContactRow
	outcomes    []OutcomeRow
	deadLetters []DeadLetter
	imports     []ImportEnd
	register    []RegisterRow
	transitions []Transition
	alerted     []*World             // whose set of alerts changed
	catalogue   *indicator.Catalogue // see catalogueOf
	tried       []*alerts.Rule       // see TryRules; nil for what the configurations say

	duplicates, refolds, lateTime, unfollowed int64
}

func cloneString(s string) string { return strings.Clone(s) }

// issue turns rows into facts and books them in the windows of every scope that they touch. sign is -1 for a retraction.
func (w *World) issue(r *rows, sign int64, c *contact) {
	contact := ""
	if c != nil {
		contact = c.ids[0]
	}
	w.issueFor(contact, r, sign)
}

// issueFor is issue for a contact that is not in memory; contact is "" for what belongs to none.
func (w *World) issueFor(contact string, r *rows, sign int64) {
	for i := 0; i < len(r.list); {
		first := i
		for i++; i < len(r.list) && w.sameFact(&r.list[first], &r.list[i]); i++ {
		}
		w.issueFact(r.list[first:i], r.incs, sign, contact)
	}
}

// sameFact tells two rows, one after the other, that make one fact: what was done in a minute and what was planned for it.
func (w *World) sameFact(x, y *row) bool {
	return x.at == y.at && x.grain == y.grain && x.grain == GrainTime && x.version == y.version && x.dims == y.dims && w.dayOf(x) == w.dayOf(y)
}

// dayOf is the row's business day: that of its instant, or a shift date once its day has begun.
func (w *World) dayOf(x *row) int32 {
	day := w.cfg.calendar.Day(x.at)
	if x.day != 0 {
		return min(day, x.day)
	}
	return day
}

// issueFact makes a fact of rows that belong together.
func (w *World) issueFact(list []row, incs []Inc, sign int64, contact string) {
	o, x, day := w.out, &list[0], w.dayOf(&list[0])
	first := int32(len(o.incs))
	for _, inc := range incs[x.first:x.end] {
		o.incs = append(o.incs, Inc{inc.Key, sign * inc.Value})
	}
	for i := range list[1:] {
		for _, inc := range incs[list[1+i].first:list[1+i].end] {
			o.addTo(first, Inc{inc.Key, sign * inc.Value})
		}
	}
	o.facts = append(o.facts, Fact{At: x.at, Offset: o.offset, Seq: o.seq, World: w, Contact: contact, Version: x.version,
		Day: day, Grain: x.grain, Dims: x.dims, First: first, End: int32(len(o.incs))})
	o.seq++
	w.learn(x.dims.Queue, x.grain, o.incs[first:])
	if w.lane == "" {
		w.book(x, o.incs[first:], day)
	}
}

// addTo adds an increment to the open fact, whose increments begin at first: a fact names a measure once.
func (o *sink) addTo(first int32, inc Inc) {
	for i := int(first); i < len(o.incs); i++ {
		if o.incs[i].Key == inc.Key {
			o.incs[i].Value += inc.Value
			return
		}
	}
	o.incs = append(o.incs, inc)
}

// book adds increments to the windows of the fact's scopes. A measure is booked in the scopes of its own set only.
func (w *World) book(x *row, incs []Inc, day int32) {
	pane := paneOf(x.at)
	current, today := paneOf(w.clock), w.cfg.calendar.Day(w.clock)
	d := &x.dims
	w.bookNamed(indicator.ScopeAdvisor, d.Advisor, incs, pane, current, day, today)
	if w.batch.takes(pane, day) {
		w.bookInBatch(d, incs)
		return
	}
	w.bookIn(indicator.ScopeCentre, 0, incs, pane, current, day, today)
	w.bookNamed(indicator.ScopeProgramme, d.Programme, incs, pane, current, day, today)
	w.bookNamed(indicator.ScopeTeam, d.Team, incs, pane, current, day, today)
	w.bookNamed(indicator.ScopeQueue, d.Queue, incs, pane, current, day, today)
	w.bookNamed(indicator.ScopeCampaign, d.Campaign, incs, pane, current, day, today)
	w.bookNamed(indicator.ScopeChannel, d.Channel, incs, pane, current, day, today)
	w.bookNamed(indicator.ScopeLine, d.Line, incs, pane, current, day, today)
	w.bookNamed(indicator.ScopeWorkstation, d.Workstation, incs, pane, current, day, today)
}

// bookInBatch is book for the scopes that advisors share, during a sweep.
func (w *World) bookInBatch(d *Dims, incs []Inc) {
	w.batch.add(indicator.ScopeCentre, 0, incs)
	for _, in := range [...]struct {
		kind indicator.ScopeKind
		name ID
	}{{indicator.ScopeProgramme, d.Programme}, {indicator.ScopeTeam, d.Team}, {indicator.ScopeQueue, d.Queue},
		{indicator.ScopeCampaign, d.Campaign}, {indicator.ScopeChannel, d.Channel}, {indicator.ScopeLine, d.Line},
		{indicator.ScopeWorkstation, d.Workstation}} {
		if in.name != 0 {
			w.batch.add(in.kind, in.name, incs)
		}
	}
}

func (w *World) bookNamed(kind indicator.ScopeKind, name ID, incs []Inc, pane, current, day, today int32) {
	if name != 0 {
		w.bookIn(kind, name, incs, pane, current, day, today)
	}
}

func (w *World) bookIn(kind indicator.ScopeKind, name ID, incs []Inc, pane, current, day, today int32) {
	var s *scope
	for _, inc := range incs {
		if !keyScopes[inc.Key].Has(kind) {
			continue
		}
		if s == nil {
			s = w.scope(kind, name)
			s.advance(current, today)
		}
		s.add(inc.Key, inc.Value, pane, day == today)
	}
}

// scope returns the windows of a scope, made when first touched.
func (w *World) scope(kind indicator.ScopeKind, name ID) *scope {
	for len(w.scopes[kind]) <= int(name) {
		w.scopes[kind] = append(w.scopes[kind], nil)
	}
	s := w.scopes[kind][name]
	if s == nil {
		s = &scope{name: name}
		w.scopes[kind][name] = s
	}
	return s
}

// keyScopes is the scope set of each key, measures and bins, as a dense table for the hot path.
var keyScopes = func() (t [binKeyBase + indicator.NumBinFamilies*binKeySpan]indicator.ScopeSet) {
	for m := range indicator.NumMeasures {
		t[m] = indicator.Measure(m).Info().Scopes
	}
	for f := range indicator.NumBinFamilies {
		for bin := range binKeySpan {
			t[binKeyBase+f*binKeySpan+bin] = indicator.BinFamily(f).Info().Scopes
		}
	}
	return t
}()

// atStep and sinceStep count the rows that one Step gave.
func (o *sink) atStep() { o.atRows = o.rows() }

func (o *sink) sinceStep() int { return o.rows() - o.atRows }

func (o *sink) rows() int {
	return len(o.facts) + len(o.gauges) + len(o.contacts) + len(o.outcomes) + len(o.imports) + len(o.transitions) + len(o.register)
}
