// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
)

// definitionColumn is a column of indicator_definitions: its value is a literal of SQL.
type definitionColumn struct {
	name, kind, comment string
	value               func(*indicator.Indicator) string
}

var definitionColumns = []definitionColumn{
	{"id", "String", "Its name: that of its column in the views", func(i *indicator.Indicator) string { return quote(i.ID) }},
	{"subject", "String", "The file of the catalogue that defines it: volume, times, people...", func(i *indicator.Indicator) string { return quote(i.Subject) }},
	{"kind", "String", "additive: parts add up; derived: they do not; daily: of the daily job, never live; sampled: of gauges; live_only: of a staffing group, while it is looked at",
		func(i *indicator.Indicator) string { return quote(i.Kind.String()) }},
	{"name_en", "String", "Name in English", func(i *indicator.Indicator) string { return quote(i.Name.En) }},
	{"name_fr", "String", "Name in French", func(i *indicator.Indicator) string { return quote(i.Name.Fr) }},
	{"formula", "String", "The formula, as written in the catalogue", func(i *indicator.Indicator) string { return quote(i.Formula) }},
	{"readable_en", "String", "The formula in English words", func(i *indicator.Indicator) string { return quote(i.Readable.En) }},
	{"readable_fr", "String", "The formula in French words", func(i *indicator.Indicator) string { return quote(i.Readable.Fr) }},
	{"switches", "String", "Constants of the formula and their values in force: name=value, separated by commas", func(i *indicator.Indicator) string { return quote(switchText(i)) }},
	{"unit", "String", "Unit of the value. percent is a fraction of 1", func(i *indicator.Indicator) string { return quote(i.Unit.String()) }},
	{"better", "String", "Which way is better: higher, lower, band (both too low and too high are bad) or none", func(i *indicator.Indicator) string { return quote(i.Better.String()) }},
	{"band_min", "Int64", "For better = band: from here on it is good; in basis points where the unit is percent", func(i *indicator.Indicator) string { return number(i.Band.Min) }},
	{"band_max", "Int64", "For better = band: up to here it is good", func(i *indicator.Indicator) string { return number(i.Band.Max) }},
	{"scopes", "String", "Kinds of scope in which it is shown", func(i *indicator.Indicator) string { return quote(i.Scopes.String()) }},
	{"in_views", "UInt8", "1: the views of its scopes have a column of its name; 0: it is no function of stored sums", func(i *indicator.Indicator) string { return number(oneIf(i.FromSums())) }},
	{"in_samples", "UInt8", "1: the views of samples (v_queue_sample...) of its scopes have a column of its name", func(i *indicator.Indicator) string { return number(oneIf(inSamples(i))) }},
	{"adds_up", "UInt8", "1: numerators and denominators may be added up over rows, and divided then", func(i *indicator.Indicator) string { return number(oneIf(i.FromSums() && i.AddsUp())) }},
	{"measures", "String", "Measures that the formula reads, columns of facts and of the views", func(i *indicator.Indicator) string { return quote(inputText(i)) }},
	{"grains", "String", "What its measures count: contact, queue_leg, advisor_leg, time...", func(i *indicator.Indicator) string { return quote(joined(i.Grains())) }},
	{"attributions", "String", "When its measures are booked: moment, close (of the conversation or contact), minute, origin (the time of the contact that it is about), due, now",
		func(i *indicator.Indicator) string { return quote(joined(i.Attributions())) }},
	{"doc_en", "String", "What it means, in English", func(i *indicator.Indicator) string { return quote(i.Doc.En) }},
	{"doc_fr", "String", "What it means, in French", func(i *indicator.Indicator) string { return quote(i.Doc.Fr) }},
	{"traps_en", "String", "Where it misleads, in English", func(i *indicator.Indicator) string { return quote(i.Traps.En) }},
	{"traps_fr", "String", "Where it misleads, in French", func(i *indicator.Indicator) string { return quote(i.Traps.Fr) }},
	{"controllable", "String", "Who can move it: advisor, team or centre", func(i *indicator.Indicator) string { return quote(i.Controllable.String()) }},
	{"min_n", "Int64", "Number of cases below which it should not be judged; 0: any", func(i *indicator.Indicator) string { return number(i.MinSample) }},
	{"provisional_days", "Int64", "For how many days a value may still change because something that belongs to it has not happened yet",
		func(i *indicator.Indicator) string { return number(i.ProvisionalDays) }},
	{"over_days", "Int64", "Number of days over which its measures are added up, whatever is looked at; 0: the time looked at", func(i *indicator.Indicator) string { return number(i.OverDays) }},
}

// definitionsView is the view indicator_definitions, one row per indicator.
func definitionsView(indicators []*indicator.Indicator) view {
	var declared, structure []string
	for _, c := range definitionColumns {
		declared = append(declared, fmt.Sprintf("%s %s COMMENT %s", c.name, c.kind, quote(c.comment)))
		structure = append(structure, c.name+" "+c.kind)
	}
	rows := []string{quote(strings.Join(structure, ", "))}
	for _, ind := range indicators {
		var values []string
		for _, c := range definitionColumns {
			values = append(values, c.value(ind))
		}
		rows = append(rows, "("+strings.Join(values, ", ")+")")
	}
	return view{"indicator_definitions", "(\n    " + strings.Join(declared, ",\n    ") + "\n)\nAS SELECT * FROM values(" + strings.Join(rows, ",\n") + ")",
		"What each indicator is: the formulas from which the views are made"}
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func switchText(i *indicator.Indicator) string {
	var list []string
	for _, s := range i.Switches {
		list = append(list, s.Name+"="+number(s.Value))
	}
	return strings.Join(list, ", ")
}

// inputText lists what is added up for an indicator.
func inputText(i *indicator.Indicator) string {
	if family, ok := i.Bins(); ok {
		return family.String()
	}
	return joined(i.Measures())
}

func joined[T fmt.Stringer](list []T) string {
	var words []string
	for _, x := range list {
		words = append(words, x.String())
	}
	return strings.Join(words, ", ")
}
