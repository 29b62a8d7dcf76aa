// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/register"
)

// alertAnnotation flags on curves when an alert began to fire.
func (m *maker) alertAnnotation() *dashboard.AnnotationQueryBuilder {
	sql := fmt.Sprintf("SELECT at AS time, concat(rule, ' ', id) AS title, reason AS text, severity AS tags\nFROM alerts FINAL\n"+
		"WHERE centre = %s AND state = 'firing' AND $__timeFilter(at)\nORDER BY time", m.centre)
	return m.annotation(m.say(tr("Alerts", "Alertes")), colorAct, sql)
}

// registerAnnotation flags on curves the incidents and actions of the register, from their begin to their end.
func (m *maker) registerAnnotation() *dashboard.AnnotationQueryBuilder {
	return m.annotation(m.say(tr("Incidents and actions", "Incidents et actions")), colorWatch, m.registerSQL())
}

// registerSQL has a row for each incident and each action; what goes on has no end.
func (m *maker) registerSQL() string {
	var levers, names []string
	for _, lever := range event.Levers {
		levers, names = append(levers, "'"+lever+"'"), append(names, "'"+strings.ReplaceAll(m.say(register.LeverName(lever)), "'", "''")+"'")
	}
	return fmt.Sprintf("SELECT opened_at AS time, closed_at AS timeEnd, %s AS title, trim(concat(what, ' ', scope_id)) AS text, 'incident' AS tags\n"+
		"FROM (SELECT opened_at, closed_at, title AS what, scope_id FROM incidents WHERE centre = %s AND $__timeFilter(opened_at))\n"+
		"UNION ALL\nSELECT started_at AS time, ended_at AS timeEnd, transform(lever, [%s], [%s], lever) AS title, trim(concat(what, ' ', scope_id)) AS text, 'action' AS tags\n"+
		"FROM (SELECT started_at, ended_at, toString(lever) AS lever, title AS what, scope_id FROM actions WHERE centre = %s AND $__timeFilter(started_at))",
		"'"+m.say(tr("Incident", "Incident"))+"'", m.centre, strings.Join(levers, ", "), strings.Join(names, ", "), m.centre)
}

func (m *maker) annotation(name, color, sql string) *dashboard.AnnotationQueryBuilder {
	return dashboard.NewAnnotationQueryBuilder().Name(name).Enable(true).IconColor(color).
		Datasource(*sourceRef(clickHousePlugin, m.o.clickHouse())).Target(queryBuilder(newSQLQuery(m.o.clickHouse(), sql, formatTable)))
}
