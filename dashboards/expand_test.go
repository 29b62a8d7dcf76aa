// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// view is what Grafana knows when it expands a query: the range and the choices of variables.
type view struct {
	from, to time.Time
	chosen   map[string][]string
}

var (
	variableUse = regexp.MustCompile(`\$\{([a-z]+):singlequote\}`)
	filterUse   = regexp.MustCompile(`\$__(timeFilter|dateFilter)\(([a-z_.]+)\)`)
)

// expand does to SQL what the ClickHouse plugin does, as its documentation has it: variables first, then macros. What is
// left over of either is an error.
func expand(sql string, v view) (string, error) {
	var errs []string
	sql = variableUse.ReplaceAllStringFunc(sql, func(use string) string {
		name := variableUse.FindStringSubmatch(use)[1]
		values, ok := v.chosen[name]
		if !ok {
			errs = append(errs, "no variable "+name)
		}
		quoted := make([]string, len(values))
		for i, value := range values {
			quoted[i] = "'" + strings.ReplaceAll(value, "'", `\'`) + "'"
		}
		return strings.Join(quoted, ",")
	})
	sql = filterUse.ReplaceAllStringFunc(sql, func(use string) string {
		parts := filterUse.FindStringSubmatch(use)
		if parts[1] == "dateFilter" {
			return fmt.Sprintf("%[1]s >= toDate('%[2]s') AND %[1]s <= toDate('%[3]s')", parts[2], v.from.UTC().Format(time.DateOnly), v.to.UTC().Format(time.DateOnly))
		}
		return fmt.Sprintf("%[1]s >= toDateTime(%[2]d) AND %[1]s <= toDateTime(%[3]d)", parts[2], v.from.Unix(), v.to.Unix())
	})
	sql = strings.ReplaceAll(sql, "$__fromTime", fmt.Sprintf("toDateTime(%d)", v.from.Unix()))
	sql = strings.ReplaceAll(sql, "$__toTime", fmt.Sprintf("toDateTime(%d)", v.to.Unix()))
	if i := strings.Index(sql, "$"); i >= 0 {
		errs = append(errs, "left over: "+sql[i:min(i+30, len(sql))])
	}
	if len(errs) > 0 {
		return "", fmt.Errorf("%s in %s", strings.Join(errs, ", "), sql)
	}
	return sql, nil
}

// TestExpand: the expansions that the plugin documents, word for word.
func TestExpand(t *testing.T) {
	v := view{time.Unix(1_700_000_000, 0), time.Unix(1_700_003_600, 0), map[string][]string{"queue": {"a", "b'c"}}} // 2023-11-14T22:13:20Z
	for _, c := range []struct{ sql, want string }{
		{"$__timeFilter(quarter)", "quarter >= toDateTime(1700000000) AND quarter <= toDateTime(1700003600)"},
		{"$__dateFilter(day)", "day >= toDate('2023-11-14') AND day <= toDate('2023-11-14')"},
		{"$__fromTime, $__toTime", "toDateTime(1700000000), toDateTime(1700003600)"},
		{"IN (${queue:singlequote})", `IN ('a','b\'c')`},
	} {
		if got, err := expand(c.sql, v); err != nil || got != c.want {
			t.Errorf("%s: %s, %v; want %s", c.sql, got, err, c.want)
		}
	}
	for _, wrong := range []string{"${team:singlequote}", "$__intervall", "${queue}"} {
		if _, err := expand(wrong, v); err == nil {
			t.Errorf("%s is expanded", wrong)
		}
	}
}
