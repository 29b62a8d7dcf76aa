// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
)

// VisibleLanes is the condition that keeps the rows of a table that are of the live lane or of imports that were made visible. It
// names the table of lanes without its database.
var VisibleLanes = visibleLanes("", "lanes")

// SumsQuery asks for sums of a few measures, as the views of intervals have them: of facts and of what the daily job found, of the
// live lane and of the imports that are shown. A view holds every measure and indicator of its scope, and the server takes longer
// to analyse that than to read the rows of a day: who asks often asks for what is needed.
type SumsQuery struct {
	// Measures and Bins are what is added up; at least one.
	Measures []indicator.Measure
	Bins     []indicator.BinFamily
	// Keys are columns of facts: there is a row for each of their values that has facts. With none it is the centre.
	Keys []string
	// Where is a condition on columns centre, day, quarter and those of scopes; an OR stands in parentheses.
	Where string
}

// SQL writes the SELECT, without a line's end. Its columns are called as the keys, the measures and bins are; it names tables
// without their database.
func (q SumsQuery) SQL() string {
	if len(q.Keys) == 0 {
		q.Keys = []string{"centre"}
	}
	q.Where += "\n  AND " + VisibleLanes
	if !slices.ContainsFunc(q.Measures, isDaily) {
		return q.sums("facts", false)
	}
	// The sums of facts are made before the two are put together: a projection serves nothing but a plain sum.
	both := strings.ReplaceAll(q.sums("facts", false)+"\nUNION ALL\n"+q.sums("daily_facts FINAL", true), "\n", "\n  ")
	q.Where = ""
	return q.sums("\n(\n  "+both+"\n)", false)
}

// sums adds up rows of facts or, if daily, of daily_facts, which has columns for some measures only.
func (q SumsQuery) sums(from string, daily bool) string {
	columns := slices.Clone(q.Keys)
	for _, m := range q.Measures {
		if daily && !isDaily(m) {
			columns = append(columns, "toInt64(0) AS "+m.String())
			continue
		}
		columns = append(columns, fmt.Sprintf("sum(%s) AS %[1]s", m))
	}
	for _, f := range q.Bins {
		if daily {
			columns = append(columns, "CAST(map(), 'Map(UInt16, Int64)') AS "+f.String())
			continue
		}
		columns = append(columns, fmt.Sprintf("sumMap(%s) AS %[1]s", f))
	}
	where := ""
	if q.Where != "" {
		where = "\nWHERE " + q.Where
	}
	if !strings.HasPrefix(from, "\n") {
		from = " " + from
	}
	return fmt.Sprintf("SELECT %s\nFROM%s%s\nGROUP BY %s", strings.Join(columns, ", "), from, where, strings.Join(q.Keys, ", "))
}
