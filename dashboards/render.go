// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/text"
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
		b = m.stat(p, int(at.H))
	case kindBars:
		b = m.bars(p)
	case kindCurve:
		b = m.curve(p)
	case kindTable:
		b = table.NewPanelBuilder().ShowHeader(true).CellHeight(common.TableCellHeightSm).
			Footer(common.NewTableFooterOptionsBuilder().Show(false).Reducer([]string{"sum"}))
	case kindLines:
		b = m.lines(p)
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
	if p.worded() {
		panel.Transformations = []dashboard.DataTransformerConfig{wordsAboveValue()}
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

// bars are upright, so that their names have room below them; those of a funnel lie.
func (m *maker) bars(p *panel) *bargauge.PanelBuilder {
	b := bargauge.NewPanelBuilder().DisplayMode(common.BarGaugeDisplayModeBasic).ValueMode(common.BarGaugeValueModeText).ShowUnfilled(false).Min(0).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"}).Fields("/.*/").Values(false))
	if p.lying {
		return b.Orientation(common.VizOrientationHorizontal).NamePlacement(common.BarGaugeNamePlacementTop). // beside the bars they would be cut off
															Text(common.NewVizTextDisplayOptionsBuilder().TitleSize(13).ValueSize(18))
	}
	return b.Orientation(common.VizOrientationVertical).Text(common.NewVizTextDisplayOptionsBuilder().TitleSize(16).ValueSize(32))
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
	switch {
	case p.noData != "":
		d.NoValue = cog.ToPtr(p.noData)
	case p.named:
		d.NoValue = cog.ToPtr(m.words.noDataFar)
	}
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
		if len(p.columns) == 0 && p.prom == nil {
			d.Color = &dashboard.FieldColor{Mode: dashboard.FieldColorModeIdFixed, FixedColor: cog.ToPtr(palette[0])}
		}
		m.paint(p, fc)
	default:
		d.Color = &dashboard.FieldColor{Mode: dashboard.FieldColorModeIdThresholds}
		d.Thresholds = thresholds(p.levels, neutral)
	}
	if p.kind == kindLines {
		d.Unit, d.Mappings = cog.ToPtr("string"), m.lineColors()
	}
	if p.kind == kindTile {
		d.Mappings = []dashboard.ValueMapping{noValue()}
		if p.worded() && !p.levels.judges() {
			m.colorByWord(fc)
		}
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

// noValue keeps what has no value from the colour of the lowest step: it is neither good nor bad. The words below it say why.
func noValue() dashboard.ValueMapping {
	return dashboard.ValueMapping{SpecialValueMap: &dashboard.SpecialValueMap{Type: dashboard.MappingTypeSpecialValue,
		Options: dashboard.DashboardSpecialValueMapOptions{Match: dashboard.SpecialValueMatchNullAndNan,
			Result: dashboard.ValueMappingResult{Text: cog.ToPtr("–"), Color: cog.ToPtr(colorMuted), Index: cog.ToPtr(int32(0))}}}}
}

func property(id string, value any) dashboard.DynamicConfigValue {
	return dashboard.DynamicConfigValue{Id: id, Value: value}
}

func override(fc *dashboard.FieldConfigSource, matcher, what string, properties ...dashboard.DynamicConfigValue) {
	fc.Overrides = append(fc.Overrides, dashboard.DashboardFieldConfigSourceOverrides{
		Matcher: dashboard.MatcherConfig{Id: matcher, Options: what}, Properties: properties})
}
