// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// curve is values over time. Of counts the first is bars, of which the others are parts or to which they answer, so that lines that
// lie on one another stay apart.
func (m *maker) curve(p *panel) *timeseries.PanelBuilder {
	b := timeseries.NewPanelBuilder().
		Legend(common.NewVizLegendOptionsBuilder().ShowLegend(true).DisplayMode(common.LegendDisplayModeList).Placement(common.LegendPlacementBottom)).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderNone)).
		DrawStyle(common.GraphDrawStyleLine).LineWidth(2).FillOpacity(0).ShowPoints(common.VisibilityModeAuto).LineInterpolation(common.LineInterpolationLinear)
	switch {
	case p.stacked:
		b = b.DrawStyle(common.GraphDrawStyleBars).FillOpacity(barOpacity).LineWidth(0).
			Stacking(common.NewStackingConfigBuilder().Mode(common.StackingModeNormal).Group("A"))
	case len(p.columns) == 0 && p.prom == nil:
		b = b.DrawStyle(common.GraphDrawStyleBars).FillOpacity(barOpacity).LineWidth(0).AxisSoftMin(0).AxisSoftMax(softCount)
	case p.unit.unit == "percentunit" && p.line > 0 && p.line < smallShare:
		b = b.AxisSoftMin(0).AxisSoftMax(2 * p.line)
	case p.unit.unit == "percentunit":
		b = b.AxisSoftMin(0).AxisSoftMax(1)
	case p.unit.unit == "none":
		b = b.AxisSoftMin(0).AxisSoftMax(softCount)
	default:
		b = b.AxisSoftMin(0)
	}
	if p.line != 0 {
		b = b.ThresholdsStyle(common.NewGraphThresholdsStyleConfigBuilder().Mode(common.GraphThresholdsStyleModeDashed))
	}
	return b
}

const (
	// barOpacity is how full bars are, in hundredths: lines across them stay visible.
	barOpacity = 45
	// smallShare is the target of a share below which an axis of 0 to 100 % would flatten its curve.
	smallShare = 0.5
	// softCount is the least height of an axis of counts, or nothing but zeros would be drawn on one of 0 to 100.
	softCount = 4
)

// palette are the colours of curves, which the colour-blind can tell apart, in their order.
var palette = [...]string{"#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00", "#999999", "#0072B2"}

// paint gives each curve its colour, and makes bars of the first of several counts.
func (m *maker) paint(p *panel, fc *dashboard.FieldConfigSource) {
	for i, c := range p.columns {
		properties := []dashboard.DynamicConfigValue{property("color", map[string]any{"mode": "fixed", "fixedColor": palette[i%len(palette)]})}
		if i == 0 && p.barred() {
			properties = append(properties, property("custom.drawStyle", "bars"), property("custom.fillOpacity", barOpacity), property("custom.lineWidth", 0))
		}
		override(fc, "byName", c.unit.title, properties...)
	}
	for i, title := range p.also {
		override(fc, "byName", title, property("color", map[string]any{"mode": "fixed", "fixedColor": palette[(len(p.columns)+i)%len(palette)]}))
	}
}

// barred tells whether the first curve is drawn as bars: it is a count.
func (p *panel) barred() bool { return p.unit.unit == "none" && !p.stacked && p.prom == nil }
