// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/event"
)

// Change is one difference between two organisations, in words.
type Change struct {
	Kind ChangeKind
	Noun string // what kind of thing: queue, advisor
	Name string // which one; "" where there is only one
	Text string // what becomes of it
}

// ChangeKind says whether a thing is new, gone or different.
type ChangeKind uint8

// The kinds of change.
const (
	Added ChangeKind = iota
	Removed
	Changed
)

// String returns for example "queue orvalie: T 30 s -> 40 s from 2026-11-18".
func (c Change) String() string { return strings.TrimRight(c.Noun+" "+c.Name, " ") + ": " + c.Text }

// thing says how the objects of one type are told apart and whether they have dates.
type thing struct {
	noun string
	id   []string // members that name it
	// dates: an object holds from its own to its own date; or, untilNext, until the next one of the same name, the first
	// one before its date as well.
	dates, untilNext bool
}

var things = map[event.Type]thing{
	event.ConfigCentre:       {noun: "centre"},
	event.ConfigProgramme:    {noun: "programme", id: []string{"programme"}},
	event.ConfigSite:         {noun: "site", id: []string{"site"}},
	event.ConfigCalendar:     {noun: "calendar", id: []string{"calendar"}},
	event.ConfigTeam:         {noun: "team", id: []string{"team"}},
	event.ConfigQueue:        {noun: "queue", id: []string{"queue"}, untilNext: true},
	event.ConfigCampaign:     {noun: "campaign", id: []string{"campaign"}},
	event.ConfigAdvisor:      {noun: "advisor", id: []string{"advisor"}, dates: true},
	event.ConfigSkill:        {noun: "skill", id: []string{"advisor", "queue"}, dates: true},
	event.ConfigIndicator:    {noun: "indicator", id: []string{"id"}},
	event.ConfigTarget:       {noun: "target", id: []string{"indicator", "scope_kind", "scope"}, dates: true},
	event.ConfigRule:         {noun: "rule", id: []string{"rule"}},
	event.ConfigDispositions: {noun: "dispositions"},
	event.ConfigStates:       {noun: "states"},
}

// Diff says in words what turns one published organisation into another. The indicators tell the units of targets; they
// may be nil.
func Diff(before, after []event.ConfigObject, indicators []Indicator) []Change {
	w := newWords(before, after, indicators)
	old, now := w.gather(before), w.gather(after)
	var changes []Change
	for _, t := range event.Types() {
		kind, ours := things[t]
		if !ours {
			continue
		}
		names := map[string]bool{}
		for _, set := range []map[string][]version{old[t], now[t]} {
			for _, name := range slices.Sorted(maps.Keys(set)) {
				names[name] = true
			}
		}
		for _, name := range slices.Sorted(maps.Keys(names)) {
			for _, c := range w.compare(kind, old[t][name], now[t][name]) {
				c.Noun, c.Name = kind.noun, name
				changes = append(changes, c)
			}
		}
	}
	return changes
}

// name is what a person calls the thing: the members that name it, without the scope of the whole centre.
func (k *thing) name(members map[string]any) string {
	var parts []string
	for _, id := range k.id {
		if part, _ := members[id].(string); part != "" && part != "centre" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " ")
}

// version is what holds of one thing in [from, to).
type version struct {
	from, to int64
	values   []value // sorted by label
}

// value is one member, for people.
type value struct{ label, text string }

const (
	always  = math.MinInt64
	forEver = math.MaxInt64
)

// gather sorts objects by type and name. An object that cannot be read is left out: it was valid when it was published.
func (w *words) gather(objects []event.ConfigObject) map[event.Type]map[string][]version {
	all := map[event.Type]map[string][]version{}
	for _, o := range objects {
		kind, ours := things[o.Type]
		var members map[string]any
		if d := json.NewDecoder(strings.NewReader(string(o.Data))); ours {
			d.UseNumber()
			ours = d.Decode(&members) == nil
		}
		if !ours {
			continue
		}
		v := version{from: always, to: forEver}
		if kind.dates || kind.untilNext {
			v.from = cmp.Or(instant(members["from_ms"]), always)
			v.to = cmp.Or(instant(members["to_ms"]), forEver)
		}
		v.values = w.values(kind, members)
		if all[o.Type] == nil {
			all[o.Type] = map[string][]version{}
		}
		key := kind.name(members)
		all[o.Type][key] = append(all[o.Type][key], v)
	}
	w.chain(all)
	return all
}

// chain sorts the versions of each thing, and ends those that hold until the next one.
func (w *words) chain(all map[event.Type]map[string][]version) {
	for _, t := range slices.Sorted(maps.Keys(all)) {
		for _, name := range slices.Sorted(maps.Keys(all[t])) {
			versions := all[t][name]
			slices.SortStableFunc(versions, func(a, b version) int { return cmp.Compare(a.from, b.from) })
			if !things[t].untilNext {
				continue
			}
			versions[0].from = always
			for i := 1; i < len(versions); i++ {
				versions[i-1].to = versions[i].from
			}
		}
	}
}

// compare tells what becomes of one thing: stretch by stretch, neighbours with the same difference as one.
func (w *words) compare(kind thing, old, now []version) []Change {
	switch {
	case len(old) == 0:
		return []Change{{Kind: Added, Text: w.added(now)}}
	case len(now) == 0:
		return []Change{{Kind: Removed, Text: "removed"}}
	}
	var changes []Change
	last := Change{}
	var from, to int64
	flush := func() {
		if last.Text != "" {
			last.Text += w.period(from, to)
			changes = append(changes, last)
		}
	}
	cuts := borders(old, now)
	for i := 0; i+1 < len(cuts); i++ {
		c := difference(at(old, cuts[i]), at(now, cuts[i]))
		if c == last {
			to = cuts[i+1]
			continue
		}
		flush()
		last, from, to = c, cuts[i], cuts[i+1]
	}
	flush()
	return changes
}

// borders are the instants at which anything of the two begins or ends.
func borders(old, now []version) []int64 {
	cuts := []int64{always, forEver}
	for _, v := range slices.Concat(old, now) {
		cuts = append(cuts, v.from, v.to)
	}
	slices.Sort(cuts)
	return slices.Compact(cuts)
}

// at is what holds at an instant, nil for nothing.
func at(versions []version, when int64) *version {
	for i := range versions {
		if versions[i].from <= when && when < versions[i].to {
			return &versions[i]
		}
	}
	return nil
}

// difference compares what holds at one time. Its text is "" when nothing differs.
func difference(old, now *version) Change {
	switch {
	case old == nil && now == nil:
		return Change{}
	case old == nil:
		return Change{Kind: Changed, Text: "new: " + listed(now.values)}
	case now == nil:
		return Change{Kind: Changed, Text: "no longer " + listed(old.values)}
	}
	was := map[string]string{}
	for _, v := range old.values {
		was[v.label] = v.text
	}
	var parts []string
	is := map[string]bool{}
	for _, v := range now.values {
		is[v.label] = true
		if before, had := was[v.label]; !had {
			parts = append(parts, arrow(v.label, nothing, v.text))
		} else if before != v.text {
			parts = append(parts, arrow(v.label, before, v.text))
		}
	}
	for _, v := range old.values {
		if !is[v.label] {
			parts = append(parts, arrow(v.label, v.text, nothing))
		}
	}
	return Change{Kind: Changed, Text: strings.Join(parts, ", ")}
}

// nothing is shown for what is not said, present for what only is there or not.
const (
	nothing = "none"
	present = ""
)

func arrow(label, before, after string) string {
	switch {
	case after == present:
		return label + " added"
	case before == present:
		return label + " removed"
	}
	return fmt.Sprintf("%s %s -> %s", label, before, after)
}

func listed(values []value) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = strings.TrimRight(v.label+" "+v.text, " ")
	}
	return strings.Join(parts, ", ")
}

// added describes something new: its first version, and how many follow.
func (w *words) added(versions []version) string {
	text := "added"
	if values := listed(versions[0].values); values != "" {
		text += ": " + values
	}
	text += w.period(versions[0].from, versions[0].to)
	if n := len(versions) - 1; n > 0 {
		text += fmt.Sprintf("; %d more after it", n)
	}
	return text
}

// Describe says in words what is published: one line for each thing and the time it holds.
func Describe(objects []event.ConfigObject, indicators []Indicator) []Change {
	w := newWords(nil, objects, indicators)
	now := w.gather(objects)
	var lines []Change
	for _, t := range event.Types() {
		for _, name := range slices.Sorted(maps.Keys(now[t])) {
			for _, v := range now[t][name] {
				lines = append(lines, Change{Kind: Added, Noun: things[t].noun, Name: name, Text: strings.TrimSpace(listed(v.values) + w.period(v.from, v.to))})
			}
		}
	}
	return lines
}

// Select returns the objects of a kind, "" for all, and of a name, "" for all.
func Select(objects []event.ConfigObject, noun, name string) []event.ConfigObject {
	var selected []event.ConfigObject
	for _, o := range objects {
		kind, ours := things[o.Type]
		var members map[string]any
		if !ours || noun != "" && kind.noun != noun || json.Unmarshal(o.Data, &members) != nil {
			continue
		}
		if name == "" || kind.name(members) == name {
			selected = append(selected, o)
		}
	}
	return selected
}

// Nouns lists the kinds of things that an organisation consists of, as Change names them.
func Nouns() []string {
	var nouns []string
	for _, t := range event.Types() {
		if kind, ours := things[t]; ours {
			nouns = append(nouns, kind.noun)
		}
	}
	return nouns
}

// Identity tells an object from the others of its type: its name, and from when it holds where it has dates.
func Identity(o event.ConfigObject) string {
	kind, ours := things[o.Type]
	var members map[string]any
	d := json.NewDecoder(strings.NewReader(string(o.Data)))
	d.UseNumber()
	if !ours || d.Decode(&members) != nil {
		return ""
	}
	name := kind.name(members)
	if from := instant(members["from_ms"]); (kind.dates || kind.untilNext) && from != 0 {
		name = strings.TrimLeft(fmt.Sprintf("%s %d", name, from), " ")
	}
	return name
}
