// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/text"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// built is a panel that is built already, for the SDK's dashboard builder.
type built dashboard.Panel

// Build implements cog.Builder.
func (b built) Build() (dashboard.Panel, error) { return dashboard.Panel(b), nil }

// render makes the SDK's panel.
func (m *maker) render(p *panel, at dashboard.GridPos) (built, error) {
	var b cog.Builder[dashboard.Panel]
	switch p.kind {
	case kindTile:
		b = m.stat(p)
	case kindBars:
		b = bargauge.NewPanelBuilder().Orientation(common.VizOrientationHorizontal).DisplayMode(common.BarGaugeDisplayModeBasic).
			ValueMode(common.BarGaugeValueModeText).ShowUnfilled(false).Min(0).ReduceOptions(allFields())
	case kindCurve:
		b = m.curve(p)
	case kindTable:
		b = table.NewPanelBuilder().ShowHeader(!p.headless).CellHeight(common.TableCellHeightSm).
			Footer(common.NewTableFooterOptionsBuilder().Show(false).Reducer([]string{"sum"}))
	case kindText:
		b = text.NewPanelBuilder().Mode(text.TextModeMarkdown).Content(p.text)
	}
	panel, err := b.Build()
	if err != nil {
		return built{}, fmt.Errorf("dashboards: panel %d %q: %w", p.id, p.title, err)
	}
	panel.Id, panel.Title, panel.Description, panel.GridPos = cog.ToPtr(uint32(p.id)), cog.ToPtr(p.title), cog.ToPtr(p.doc), &at
	if p.kind == kindText {
		return built(panel), nil
	}
	if panel.Targets, panel.Datasource, err = m.targets(p); err != nil {
		return built{}, err
	}
	if panel.FieldConfig == nil {
		panel.FieldConfig = dashboard.NewFieldConfigSource()
	}
	m.fields(p, panel.FieldConfig)
	return built(panel), nil
}

func allFields() *common.ReduceDataOptionsBuilder {
	return common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"}).Fields("/.*/").Values(false)
}

func (m *maker) stat(p *panel) *stat.PanelBuilder {
	reduce := allFields()
	if p.prom != nil {
		reduce = common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"}).Fields("").Values(false)
	}
	// Horizontal stacks the values: the number, its word below.
	return stat.NewPanelBuilder().Orientation(common.VizOrientationHorizontal).TextMode(common.BigValueTextModeValue).ColorMode(common.BigValueColorModeValue).
		GraphMode(common.BigValueGraphModeNone).JustifyMode(common.BigValueJustifyModeCenter).ReduceOptions(reduce).WideLayout(false)
}

func (m *maker) curve(p *panel) *timeseries.PanelBuilder {
	b := timeseries.NewPanelBuilder().
		Legend(common.NewVizLegendOptionsBuilder().ShowLegend(true).DisplayMode(common.LegendDisplayModeList).Placement(common.LegendPlacementBottom)).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderNone)).
		DrawStyle(common.GraphDrawStyleLine).LineWidth(2).FillOpacity(0).ShowPoints(common.VisibilityModeAuto).LineInterpolation(common.LineInterpolationLinear)
	if p.unit.unit == "none" {
		b = b.DrawStyle(common.GraphDrawStyleLine).LineInterpolation(common.LineInterpolationStepAfter).FillOpacity(15).AxisSoftMin(0)
	}
	if p.unit.unit == "percentunit" {
		b = b.AxisSoftMin(0).AxisSoftMax(1)
	}
	if p.line != 0 {
		b = b.ThresholdsStyle(common.NewGraphThresholdsStyleConfigBuilder().Mode(common.GraphThresholdsStyleModeDashed))
	}
	return b
}

// targets are the panel's queries and its data source.
func (m *maker) targets(p *panel) ([]variants.Dataquery, *common.DataSourceRef, error) {
	if p.prom == nil {
		format := formatTable
		if p.kind == kindCurve {
			format = formatSeries
		}
		q := newSQLQuery(m.o.sourceOf(p.sql), p.sql, format)
		return []variants.Dataquery{q}, q.Datasource, nil
	}
	var list []variants.Dataquery
	for i, query := range p.prom {
		q, err := newPromQuery(m.o.prometheus(), string(rune('A'+i)), query.expr, query.legend, p.kind == kindTile)
		if err != nil {
			return nil, nil, fmt.Errorf("dashboards: query %q of panel %q: %w", query.expr, p.title, err)
		}
		list = append(list, q)
	}
	return list, sourceRef(prometheusPlugin, m.o.prometheus()), nil
}

// fields says how values look: unit, colour by level, and what stands where there is none.
func (m *maker) fields(p *panel, fc *dashboard.FieldConfigSource) {
	d := &fc.Defaults
	d.NoValue = cog.ToPtr(m.words.noData)
	if p.unit.unit != "" {
		d.Unit, d.Decimals = cog.ToPtr(p.unit.unit), cog.ToPtr(p.unit.decimals)
	}
	neutral := colorNeutral
	if p.kind == kindBars {
		neutral = colorOK
	}
	switch {
	case p.kind == kindCurve:
		d.Color = &dashboard.FieldColor{Mode: dashboard.FieldColorModeIdPaletteClassic}
		d.Thresholds = &dashboard.ThresholdsConfig{Mode: dashboard.ThresholdsModeAbsolute, Steps: []dashboard.Threshold{{Color: "transparent"}}}
		if p.line != 0 {
			d.Thresholds.Steps = append(d.Thresholds.Steps, dashboard.Threshold{Value: cog.ToPtr(rounded(p.line)), Color: colorNeutral})
		}
		m.paint(p, fc)
	default:
		d.Color = &dashboard.FieldColor{Mode: dashboard.FieldColorModeIdThresholds}
		d.Thresholds = thresholds(p.levels, neutral)
	}
	if p.kind == kindTile {
		d.Mappings = []dashboard.ValueMapping{noValue()}
		m.statusField(fc)
	}
	if p.kind == kindTable {
		m.tableFields(p, fc)
	}
}

func thresholds(l levels, neutral string) *dashboard.ThresholdsConfig {
	c := &dashboard.ThresholdsConfig{Mode: dashboard.ThresholdsModeAbsolute}
	for i, s := range l.steps() {
		t := dashboard.Threshold{Color: s.color}
		if i > 0 {
			t.Value = cog.ToPtr(rounded(s.from))
		}
		c.Steps = append(c.Steps, t)
	}
	if len(c.Steps) == 0 {
		c.Steps = []dashboard.Threshold{{Color: neutral}}
	}
	return c
}

// palette are the colours of curves, which the colour-blind can tell apart, in their order.
var palette = [...]string{"#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00", "#999999", "#0072B2"}

// paint gives each curve its colour.
func (m *maker) paint(p *panel, fc *dashboard.FieldConfigSource) {
	names := make([]string, 0, len(p.columns))
	for _, c := range p.columns {
		names = append(names, c.unit.title)
	}
	for i, name := range names {
		override(fc, "byName", name, property("color", map[string]any{"mode": "fixed", "fixedColor": palette[i%len(palette)]}))
	}
}

// noValue keeps what has no value from the colour of the lowest step: it is neither good nor bad. The words below it say why.
func noValue() dashboard.ValueMapping {
	return dashboard.ValueMapping{SpecialValueMap: &dashboard.SpecialValueMap{Type: dashboard.MappingTypeSpecialValue,
		Options: dashboard.DashboardSpecialValueMapOptions{Match: dashboard.SpecialValueMatchNullAndNan,
			Result: dashboard.ValueMappingResult{Text: cog.ToPtr("–"), Color: cog.ToPtr(colorMuted), Index: cog.ToPtr(int32(0))}}}}
}

// statusField colours the words below a value: their first sign says which.
func (m *maker) statusField(fc *dashboard.FieldConfigSource) {
	var maps []any
	add := func(pattern, color string) {
		maps = append(maps, map[string]any{"type": "regex", "options": map[string]any{"pattern": pattern, "result": map[string]any{"color": color, "index": len(maps)}}})
	}
	for s, word := range m.words.states {
		add("^\\s*"+word+".*", stateColors[s])
	}
	override(fc, "byName", "status", property("mappings", maps), property("unit", "string"),
		property("color", map[string]any{"mode": "fixed", "fixedColor": colorMuted}))
}

// tableFields gives each column its unit, and colours the words of the judged one.
func (m *maker) tableFields(p *panel, fc *dashboard.FieldConfigSource) {
	fc.Defaults.Custom = map[string]any{"wrapHeaderText": true, "align": "auto", "inspect": false, "cellOptions": map[string]any{"type": "auto"}}
	override(fc, "byType", "time", property("unit", "time:DD/MM HH:mm"))
	for _, c := range p.columns {
		override(fc, "byName", c.unit.title, property("unit", c.unit.unit), property("decimals", c.unit.decimals))
		if c.unit.cases != "" {
			override(fc, "byName", c.unit.cases, property("unit", "none"), property("decimals", 0), property("custom.width", 90),
				property("color", map[string]any{"mode": "fixed", "fixedColor": colorMuted}))
		}
		if c.ind.ID == p.judged {
			override(fc, "byName", m.words.target, property("unit", c.unit.unit), property("decimals", c.unit.decimals))
		}
	}
	for _, f := range p.fields {
		override(fc, "byName", f.title, property("unit", f.unit), property("decimals", f.decimals))
	}
	var maps []any
	for s, word := range m.words.states {
		maps = append(maps, map[string]any{"type": "regex", "options": map[string]any{"pattern": "^" + word + "$",
			"result": map[string]any{"color": stateColors[s], "index": len(maps)}}})
	}
	override(fc, "byName", m.words.state, property("mappings", maps), property("custom.cellOptions", map[string]any{"type": "color-text"}))
}

func property(id string, value any) dashboard.DynamicConfigValue {
	return dashboard.DynamicConfigValue{Id: id, Value: value}
}

func override(fc *dashboard.FieldConfigSource, matcher, what string, properties ...dashboard.DynamicConfigValue) {
	fc.Overrides = append(fc.Overrides, dashboard.DashboardFieldConfigSourceOverrides{
		Matcher: dashboard.MatcherConfig{Id: matcher, Options: what}, Properties: properties})
}
