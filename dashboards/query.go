// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"errors"
	"reflect"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
)

// The plugins that the data sources are of.
const (
	clickHousePlugin = "grafana-clickhouse-datasource"
	prometheusPlugin = "prometheus"

	// pluginVersion is the version of the ClickHouse plugin whose macros are written.
	pluginVersion = "4.20.0"
)

// Formats of the ClickHouse plugin.
const (
	formatSeries = 0
	formatTable  = 1
)

// sqlQuery is a query of the ClickHouse plugin, which the SDK does not know.
type sqlQuery struct {
	RefID         string                `json:"refId"`
	Datasource    *common.DataSourceRef `json:"datasource,omitempty"`
	PluginVersion string                `json:"pluginVersion"`
	EditorType    string                `json:"editorType"`
	SQL           string                `json:"rawSql"`
	Format        int                   `json:"format"`
}

// ImplementsDataqueryVariant implements variants.Dataquery.
func (q sqlQuery) ImplementsDataqueryVariant() {}

// DataqueryType implements variants.Dataquery.
func (q sqlQuery) DataqueryType() string { return clickHousePlugin }

// Equals implements variants.Dataquery.
func (q sqlQuery) Equals(other variants.Dataquery) bool {
	o, ok := other.(sqlQuery)
	return ok && reflect.DeepEqual(q, o)
}

// Validate implements variants.Dataquery.
func (q sqlQuery) Validate() error {
	if q.SQL == "" {
		return errors.New("a query without SQL")
	}
	return nil
}

func newSQLQuery(uid, sql string, format int) sqlQuery {
	return sqlQuery{RefID: "A", Datasource: sourceRef(clickHousePlugin, uid), PluginVersion: pluginVersion, EditorType: "sql",
		SQL: sql, Format: format}
}

func newPromQuery(uid, ref, expr, legend string, instant bool) (variants.Dataquery, error) {
	b := prometheus.NewDataqueryBuilder().RefId(ref).Expr(expr).LegendFormat(legend).Datasource(*sourceRef(prometheusPlugin, uid))
	if instant {
		return b.Instant().Build()
	}
	return b.Range().Build()
}

func sourceRef(plugin, uid string) *common.DataSourceRef {
	return &common.DataSourceRef{Type: cog.ToPtr(plugin), Uid: cog.ToPtr(uid)}
}

// queryBuilder is a query that is built already.
type queryBuilder sqlQuery

// Build implements cog.Builder. An error must be of the SDK's own kind, or it panics.
func (b queryBuilder) Build() (variants.Dataquery, error) {
	if err := sqlQuery(b).Validate(); err != nil {
		return sqlQuery{}, cog.MakeBuildErrors("clickhouse", err)
	}
	return sqlQuery(b), nil
}
