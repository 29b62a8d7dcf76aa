// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
)

// SampleViewName is the view of the samples of a kind of scope, without the database.
func SampleViewName(scope indicator.ScopeKind) string { return "v_" + scope.String() + "_sample" }

// SampleIndicators are the indicators of a kind of scope that are functions of one sample of gauges, so that its view has them. One that
// also adds measures up over days, such as the days of stock, is none; nor are those of staffing, which have a view of their own.
func SampleIndicators(c []*indicator.Indicator, scope indicator.ScopeKind) []*indicator.Indicator {
	var list []*indicator.Indicator
	for _, i := range c {
		if inSamples(i) && i.Scopes.Has(scope) {
			list = append(list, i)
		}
	}
	return list
}

func inSamples(i *indicator.Indicator) bool {
	return i.Kind == indicator.KindSampled && i.OfState() && hasGauges(i)
}

// hasGauges tells whether table gauges has all gauges that an indicator reads.
func hasGauges(i *indicator.Indicator) bool {
	return !slices.ContainsFunc(i.Gauges(), func(g indicator.Gauge) bool { return !sampled(g) })
}

// sampled tells the gauges that table gauges has.
func sampled(g indicator.Gauge) bool {
	for kind := range aggregator.NumGauges {
		if kind.String() == g.String() {
			return true
		}
	}
	return false
}

// sampleViews are a view for each kind of scope that is sampled: a row for each sample, with its gauges and the indicators over
// them; and v_queue_staffing, which has a row for each queue and quarter of an hour.
func (s schema) sampleViews(indicators []*indicator.Indicator) []view {
	var list []view
	for scope := range indicator.ScopeKind(indicator.NumScopeKinds) {
		if shown := SampleIndicators(indicators, scope); len(shown) > 0 {
			list = append(list, s.sampleView(SampleViewName(scope), scope, shown, fmt.Sprintf("The state of each %s, sampled every 10 seconds of the log's clock, and the indicators over it. "+
				"No row: all of it is 0. Take a maximum or a mean over samples, never a sum", scope)))
		}
	}
	return append(list, s.staffingView(indicators))
}

// staffingView has what Erlang said of the staffing group of each queue at quarters of an hour, where it could tell.
func (s schema) staffingView(indicators []*indicator.Indicator) view {
	var shown []*indicator.Indicator
	for _, i := range indicators {
		if i.Kind == indicator.KindLiveOnly && i.OfState() && hasGauges(i) {
			shown = append(shown, i)
		}
	}
	v := s.sampleView("v_queue_staffing", indicator.ScopeQueue, shown, "What Erlang said of the staffing group of each queue, at each quarter of an hour of the log's clock, of the quarter to come. "+
		"Queues that share their people share these numbers: never add them up. No row: it could not be told")
	v.body += " AND toUnixTimestamp(s.at) % 900 = 0 AND (s.staff_required, s.predicted_service_bp) != (0, 0)"
	return v
}

func (s schema) sampleView(name string, scope indicator.ScopeKind, shown []*indicator.Indicator, about string) view {
	columns := []viewColumn{
		{name: "centre", kind: "LowCardinality(String)", comment: "Contact centre (tenant)"},
		{name: "at", kind: "DateTime64(3, 'UTC')", comment: "Moment of the sample, on the clock of the log, UTC"},
	}
	if scope != indicator.ScopeCentre {
		columns = append(columns, viewColumn{name: scope.String(), kind: "LowCardinality(String)", outer: "s.id", comment: "The " + scope.String()})
	}
	there := map[string]bool{}
	for g := range indicator.Gauge(indicator.NumGauges) {
		if info := g.Info(); sampled(g) && info.Scopes.Has(scope) && info.LiveOnly == (shown[0].Kind == indicator.KindLiveOnly) {
			there[info.Name] = true
			columns = append(columns, viewColumn{name: info.Name, kind: "Int64", comment: strings.TrimSuffix(info.Doc, ".")})
		}
	}
	for _, ind := range shown {
		sql := ind.SQLOver(indicator.Columns{Gauge: func(g indicator.Gauge) string { return "s." + g.String() }})
		columns = append(columns, partColumns(ind, sql, there[ind.ID])...)
	}
	var declared, selected []string
	for _, c := range columns {
		declared = append(declared, fmt.Sprintf("%s %s COMMENT %s", c.name, c.kind, quote(c.comment)))
		if c.outer == "" {
			c.outer = "s." + c.name
		}
		selected = append(selected, c.outer+" AS "+c.name)
	}
	const comma = ",\n    "
	body := fmt.Sprintf("(\n    %s\n)\nAS SELECT\n    %s\nFROM %s AS s FINAL\nWHERE s.lane = '' AND s.scope = %s",
		strings.Join(declared, comma), strings.Join(selected, comma), s.Name("gauges"), quote(scope.String()))
	return view{name, body, about}
}
