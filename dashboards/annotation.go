// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/register"
)

// annotations are the flags on the curves of a board: what fired, what went wrong, what was done about it, each with its words and from its
// beginning to its end.
func (m *maker) annotations(b *board) []*dashboard.AnnotationQueryBuilder {
	list := []*dashboard.AnnotationQueryBuilder{m.registerAnnotation()}
	if b.folder == folderPipeline {
		return append(list, m.pipelineAnnotation())
	}
	list = append(list, m.alertAnnotation(tr("Alerts", "Alertes"), m.o.clickHouse(), "scope NOT IN ('team', 'advisor')"))
	if m.asksPeople(b) { // only those who may see a team see its alerts
		list = append(list, m.alertAnnotation(tr("Alerts of teams", "Alertes d'équipes"), m.o.people(), "scope = 'team'"))
	}
	return list
}

// asksPeople tells whether a board has panels about teams or advisors.
func (m *maker) asksPeople(b *board) bool {
	for _, r := range b.rows {
		for i := range r.panels {
			if p := &r.panels[i]; p.sql != "" && m.o.sourceOf(p.sql) == m.o.people() {
				return m.o.people() != m.o.clickHouse()
			}
		}
	}
	return false
}

func (m *maker) alertAnnotation(name indicator.Text, source, of string) *dashboard.AnnotationQueryBuilder {
	return m.annotation(m.say(name), colorAct, source, m.alertSQL(of))
}

// alertSQL has a row for each alert that fired; one that still does has no end.
func (m *maker) alertSQL(of string) string {
	return fmt.Sprintf("SELECT fired_at AS time, over_at AS timeEnd, %s AS title, %s AS text, %s AS tags\nFROM\n(\n%s\n)\nORDER BY time",
		m.placeText("scope", "id"), m.alertText(), m.severityText(), indent(m.episodes("$__timeFilter(at)", of)))
}

// registerAnnotation flags on curves the incidents, the notices of sources and the actions of the register.
func (m *maker) registerAnnotation() *dashboard.AnnotationQueryBuilder {
	return m.annotation(m.say(tr("Incidents and actions", "Incidents et actions")), colorWatch, m.o.clickHouse(), m.registerSQL())
}

// registerSQL has a row for each incident and each action; what goes on has no end. A notice that a source published is an incident without a place.
func (m *maker) registerSQL() string {
	var names []string
	for _, lever := range event.Levers {
		names = append(names, m.say(register.LeverName(lever)))
	}
	text := fmt.Sprintf("concat(what, if(scope = '' OR what = '', '', ' · '), if(scope = '', '', %s))", m.placeText("scope", "scope_id"))
	return fmt.Sprintf("SELECT opened_at AS time, closed_at AS timeEnd, if(scope = '' AND rule = '', %s, %s) AS title, %s AS text, 'incident' AS tags\n"+
		"FROM (SELECT opened_at, closed_at, title AS what, rule, scope, scope_id FROM incidents WHERE centre = %s AND $__timeFilter(opened_at))\n"+
		"UNION ALL\nSELECT started_at AS time, ended_at AS timeEnd, transform(lever, [%s], [%s], lever) AS title, %[3]s AS text, 'action' AS tags\n"+
		"FROM (SELECT started_at, ended_at, toString(lever) AS lever, title AS what, scope, scope_id FROM actions WHERE centre = %[4]s AND $__timeFilter(started_at))",
		quote(m.say(tr("Notice", "Avis"))), quote(m.say(tr("Incident", "Incident"))), text, m.centre, quoteAll(event.Levers), quoteAll(names))
}

// pipelineAnnotation flags the alerts of Prometheus on the health of the pipeline, in the words that its rules give them.
func (m *maker) pipelineAnnotation() *dashboard.AnnotationQueryBuilder {
	q, err := newPromQuery(m.o.prometheus(), "A", `ALERTS{alertstate="firing", owner="pipeline", severity!="none"}`, "{{alertname}}", false)
	if err != nil {
		m.errs = append(m.errs, fmt.Errorf("dashboards: the annotation of the pipeline: %w", err))
	}
	return dashboard.NewAnnotationQueryBuilder().Name(m.say(tr("Alerts", "Alertes"))).Enable(true).IconColor(colorAct).
		Datasource(*sourceRef(prometheusPlugin, m.o.prometheus())).Target(builtQuery{q}).
		TitleFormat("{{alertname}}").TextFormat("{{instance}} {{partition}}").TagKeys("severity")
}

func (m *maker) annotation(name, color, source, sql string) *dashboard.AnnotationQueryBuilder {
	return dashboard.NewAnnotationQueryBuilder().Name(name).Enable(true).IconColor(color).
		Datasource(*sourceRef(clickHousePlugin, source)).Target(queryBuilder(newSQLQuery(source, sql, formatTable)))
}

// builtQuery is a query that is built already, of any kind.
type builtQuery struct{ query variants.Dataquery }

// Build implements cog.Builder.
func (b builtQuery) Build() (variants.Dataquery, error) { return b.query, nil }
