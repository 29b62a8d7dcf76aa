// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/register"
)

// restOfWeek stands for the other days of the week of an incident among the weeks of its plan.
const restOfWeek = 100

// ImpactSums reads what the plan of an incident asks for from the view of quarters: the same sums, and numerator and denominator of
// the same compiled formula, that analysts read there. The level must be an indicator whose parts add up, in a kind of scope that
// has queues behind it.
func (s *Store) ImpactSums(ctx context.Context, level *indicator.Indicator, i *register.Incident, p *register.Plan) (*register.Observed, error) {
	o := &register.Observed{Quarters: make([]register.Sums, len(p.Quarters)), Weeks: make([]register.ObservedWeek, len(p.Weeks))}
	at := map[int]int{} // where a week stands in the plan
	for n, w := range p.Weeks {
		o.Weeks[n].Quarters = make([]register.Sums, len(w.Quarters))
		at[w.Back] = n
	}
	doing := "add up an incident and the weeks before"
	err := s.eachRow(ctx, doing, s.impactStatement(level, i.Place, p), scopeArguments(i.Centre, i.Place), func(scan func(...any) error) error {
		var week uint8
		var part uint32
		var x register.Sums
		if err := scan(&week, &part, &x.Offered, &x.Abandoned, &x.Numerator, &x.Denominator); err != nil {
			return err
		}
		switch n := at[int(week)]; {
		case week == restOfWeek:
			o.WeekRest = x
		case week == 0 && part == 0:
			o.DayRest = x
		case week == 0:
			o.Quarters[part-1] = x
		case part == 0:
			o.Weeks[n].DayRest = x
		default:
			o.Weeks[n].Quarters[part-1] = x
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	end := i.ClosedMs
	if end == 0 {
		end = p.CutMs
	}
	row := s.conn.QueryRow(ctx, fmt.Sprintf("SELECT sum(f.offered) FROM %s AS f WHERE f.centre = ?%s AND f.quarter >= toDateTime(%d, 'UTC') AND f.quarter < toDateTime(%d, 'UTC')"+
		" AND f.at >= fromUnixTimestamp64Milli(?) AND f.at < fromUnixTimestamp64Milli(?) AND %s", s.Name("facts"), scopeCondition("f", i.Place),
		quarterSeconds(i.OpenedMs), quarterSeconds(end)+1, s.viewFilter(i.Place.Kind)), append(scopeArguments(i.Centre, i.Place), i.OpenedMs, end)...)
	if err := row.Scan(&o.Contacts); err != nil {
		return nil, fmt.Errorf("store: %s: %w", doing, withRemedy(err))
	}
	return o, nil
}

// impactStatement adds up the quarters of a plan and the rest of its days.
func (s *Store) impactStatement(level *indicator.Indicator, place register.Place, p *register.Plan) string {
	var days, weeks, cuts, quarters, parts []string
	day := func(day int32, week int, cutMs int64) {
		days, weeks = append(days, strconv.Itoa(int(day))), append(weeks, strconv.Itoa(week))
		cuts = append(cuts, strconv.FormatInt(cutMs/1000, 10))
	}
	stretch := func(starts []int64) {
		for n, q := range starts {
			quarters, parts = append(quarters, strconv.FormatInt(q/1000, 10)), append(parts, strconv.Itoa(n+1))
		}
	}
	for _, d := range p.Days {
		day(d, 0, p.CutMs)
	}
	for _, d := range p.Rest {
		day(d, restOfWeek, p.CutMs)
	}
	stretch(p.Quarters)
	for _, w := range p.Weeks {
		for _, d := range w.Days {
			day(d, w.Back, w.CutMs)
		}
		stretch(w.Quarters)
	}
	list := func(values []string) string { return "[" + strings.Join(values, ", ") + "]" }
	ofDay := func(values []string, none string) string {
		return fmt.Sprintf("transform(toInt32(v.day), CAST(%s, 'Array(Int32)'), %s, %s)", list(days), list(values), none)
	}
	return fmt.Sprintf("SELECT toUInt8(%s) AS of_week, toUInt32(transform(toUnixTimestamp(v.quarter), CAST(%s, 'Array(UInt32)'), %s, 0)) AS of_part,\n"+
		"    sum(v.offered), sum(v.abandoned), sum(v.%[4]s_num), sum(v.%[4]s_den)\nFROM %[5]s AS v\nWHERE v.centre = ?%[6]s AND toInt32(v.day) IN (%[7]s)\n"+
		"    AND toInt64(toUnixTimestamp(v.quarter)) < CAST(%[8]s, 'Int64')\nGROUP BY of_week, of_part",
		ofDay(weeks, "255"), list(quarters), list(parts), level.ID, s.Name(ViewName(place.Kind, Quarter)), scopeCondition("v", place),
		strings.Join(days, ", "), ofDay(cuts, "0"))
}

// Readings reads an indicator over several groups of stretches of time, those of a group added up, from the facts and through its
// compiled formula. A group without any fact has no value.
func (s *Store) Readings(ctx context.Context, ind *indicator.Indicator, centre string, place register.Place, groups [register.NumEffectSpans][]register.Span) ([register.NumEffectSpans]register.Reading, error) {
	var out [register.NumEffectSpans]register.Reading
	var spans, quarters []string
	for n, group := range groups {
		for _, g := range group {
			spans = append(spans, fmt.Sprintf("(%d, %d, %d)", n, g.FromMs, g.ToMs))
			quarters = append(quarters, fmt.Sprintf("f.quarter BETWEEN toDateTime(%d, 'UTC') AND toDateTime(%d, 'UTC')", quarterSeconds(g.FromMs), quarterSeconds(g.ToMs)))
		}
	}
	var sums []string
	for _, m := range ind.Measures() {
		sums = append(sums, "sum(f."+m.String()+") AS "+m.String())
	}
	if family, is := ind.Bins(); is {
		sums = append(sums, "sumMap(f."+family.String()+") AS "+family.String())
	}
	sql := ind.SQL(
		func(m indicator.Measure) string { return "s." + m.String() },
		func(f indicator.BinFamily) string { return "s." + f.String() })
	statement := fmt.Sprintf("SELECT s.of_group, %s, %s, %s, %s\nFROM (SELECT of_group, %s\nFROM %s AS f\n"+
		"ARRAY JOIN arrayFilter(g -> arrayExists(x -> x.1 = g AND toUnixTimestamp64Milli(f.at) >= x.2 AND toUnixTimestamp64Milli(f.at) < x.3, [%s]), CAST(range(%d), 'Array(UInt8)')) AS of_group\n"+
		"WHERE f.centre = ?%s AND (%s) AND %s\nGROUP BY of_group) AS s", sql.Value, sql.Numerator, sql.Denominator, sql.Sample, strings.Join(sums, ", "), s.Name("facts"),
		strings.Join(spans, ", "), register.NumEffectSpans, scopeCondition("f", place), strings.Join(quarters, " OR "), s.viewFilter(place.Kind))
	err := s.eachRow(ctx, "read "+ind.ID+" before and after", statement, scopeArguments(centre, place), func(scan func(...any) error) error {
		var group uint8
		var r register.Reading
		if err := scan(&group, &r.Value, &r.Numerator, &r.Denominator, &r.N); err != nil {
			return err
		}
		out[group] = r
		return nil
	})
	return out, err
}

// scopeCondition keeps the rows of a place; its argument is in scopeArguments.
func scopeCondition(alias string, place register.Place) string {
	if place.Kind == indicator.ScopeCentre {
		return ""
	}
	return " AND " + alias + "." + place.Kind.String() + " = ?"
}

func scopeArguments(centre string, place register.Place) []any {
	if place.Kind == indicator.ScopeCentre {
		return []any{centre}
	}
	return []any{centre, place.ID}
}
