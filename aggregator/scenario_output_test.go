// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// output is what a machine gave, in words: it stands on its own when the machine is gone.
type output struct {
	facts    []fact
	gauges   []gauge
	contacts []aggregator.ContactRow // without their World
	outcomes []outcome
	dead     []deadLetter
}

// outcome is an OutcomeRow without its World.
type outcome struct {
	aggregator.OutcomeRow
	Words [7]string
}

type fact struct {
	Lane    string
	At      int64
	Offset  int64
	Seq     uint32
	Day     int32
	Version uint32
	Grain   string
	Contact string
	Dims    string // as a line shows them
	Scopes  [indicator.NumScopeKinds]string
	Incs    []aggregator.Inc
}

type gauge struct {
	At     int64
	Scope  string
	Values [aggregator.NumGauges]int64
}

type deadLetter struct {
	Offset         int64
	Reason, Detail string
}

// marks is how long the lists of an output were at some time.
type marks struct{ facts, gauges, contacts, outcomes, dead int }

func (o *output) marks() marks {
	return marks{len(o.facts), len(o.gauges), len(o.contacts), len(o.outcomes), len(o.dead)}
}

func (o *output) since(m marks) *output {
	return &output{o.facts[m.facts:], o.gauges[m.gauges:], o.contacts[m.contacts:], o.outcomes[m.outcomes:], o.dead[m.dead:]}
}

// diff says in which way p differs; "" when it does not. Equal ones, which are nearly all, are compared without looking for the
// smallest difference.
func (o *output) diff(p *output) string {
	if equal(o.facts, p.facts) && equal(o.gauges, p.gauges) && equal(o.contacts, p.contacts) && equal(o.outcomes, p.outcomes) && equal(o.dead, p.dead) {
		return ""
	}
	return cmp.Diff([]any{o.facts, o.gauges, o.contacts, o.outcomes, o.dead}, []any{p.facts, p.gauges, p.contacts, p.outcomes, p.dead}, cmpopts.EquateEmpty())
}

func equal[T any](a, b []T) bool { return len(a) == 0 && len(b) == 0 || reflect.DeepEqual(a, b) }

// step lets a machine digest a record and takes over what it gives. The machine gets a copy that is overwritten at once:
// it must not keep what it was given.
func (o *output) step(m *aggregator.Machine, offset int, record []byte) {
	lent := append([]byte(nil), record...)
	m.Step(int64(offset), lent)
	for i := range lent {
		lent[i] = '?'
	}
	ready := m.Ready()
	for i := range ready.Facts {
		o.facts = append(o.facts, factOf(&ready.Facts[i], ready.Incs))
	}
	for i := range ready.Gauges {
		g := &ready.Gauges[i]
		scope := strings.TrimSpace(g.Scope.String() + " " + g.World.Name(g.Name))
		o.gauges = append(o.gauges, gauge{g.At, scope, g.Values})
	}
	for _, c := range ready.Contacts {
		c.World, c.Contact, c.Customer = nil, strings.Clone(c.Contact), strings.Clone(c.Customer)
		o.contacts = append(o.contacts, c)
	}
	for _, x := range ready.Outcomes {
		name := x.World.Name
		words := [7]string{name(x.Source), name(x.Said.Queue), name(x.Said.Advisor), name(x.Said.Team), name(x.Team), name(x.HomeTeam), name(x.Site)}
		for i := range words {
			words[i] = strings.Clone(words[i])
		}
		x.World, x.Contact = nil, strings.Clone(x.Contact)
		o.outcomes = append(o.outcomes, outcome{x, words})
	}
	for _, d := range ready.DeadLetters {
		o.dead = append(o.dead, deadLetter{d.Offset, d.Reason.String(), d.Detail})
	}
	m.Clear()
}

func factOf(f *aggregator.Fact, incs []aggregator.Inc) fact {
	w, d := f.World, &f.Dims
	words := []struct {
		key string
		id  aggregator.ID
	}{{"programme", d.Programme}, {"queue", d.Queue}, {"campaign", d.Campaign}, {"channel", d.Channel}, {"direction", d.Direction},
		{"reason", d.Reason}, {"advisor", d.Advisor}, {"team", d.Team}, {"home_team", d.HomeTeam}, {"site", d.Site},
		{"line", d.Line}, {"workstation", d.Workstation}}
	var dims []string
	for _, word := range words {
		if word.id == 0 || word.key == "home_team" && d.HomeTeam == d.Team {
			continue
		}
		dims = append(dims, word.key+"="+strings.Clone(w.Name(word.id)))
	}
	out := fact{Lane: w.Lane(), At: f.At, Offset: f.Offset, Seq: f.Seq, Day: f.Day, Version: f.Version, Grain: f.Grain.String(),
		Contact: strings.Clone(f.Contact), Dims: strings.Join(dims, " "), Incs: append([]aggregator.Inc(nil), incs[f.First:f.End]...)}
	for kind, id := range map[indicator.ScopeKind]aggregator.ID{indicator.ScopeProgramme: d.Programme, indicator.ScopeTeam: d.Team,
		indicator.ScopeAdvisor: d.Advisor, indicator.ScopeQueue: d.Queue, indicator.ScopeCampaign: d.Campaign, indicator.ScopeChannel: d.Channel,
		indicator.ScopeLine: d.Line, indicator.ScopeWorkstation: d.Workstation} {
		out.Scopes[kind] = strings.Clone(w.Name(id))
	}
	out.Scopes[indicator.ScopeCentre] = centre
	return out
}

// incText is one increment: "answered 1", "wait_answered_bins[12s] 1".
func incText(i aggregator.Inc) string {
	if m, ok := i.Key.Measure(); ok {
		return fmt.Sprintf("%s %d", m, i.Value)
	}
	family, bin, _ := i.Key.Bin()
	return fmt.Sprintf("%s[%gs] %d", family, float64(indicator.BinUpperMs(bin))/1000, i.Value)
}

// describe says which record a dead letter is about.
func describe(record []byte) string {
	var d event.Decoder
	var e event.Event
	if err := d.Decode(record, &e); err != nil {
		return "record"
	}
	return strings.Join(strings.Fields(e.Type.String()+" "+e.Contact+" "+e.Advisor), " ")
}
