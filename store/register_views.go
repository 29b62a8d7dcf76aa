// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"strings"
)

// registerColumn is a column of a view over the register: its expression, over rows or over groups of rows.
type registerColumn struct{ name, kind, expression, comment string }

const (
	opened  = "r.type = 'incident.opened'"
	closed  = "r.type = 'incident.closed'"
	started = "r.type = 'action.started'"
	ended   = "r.type = 'action.ended'"
)

// latest is the newest word that says anything, of rows for which a condition holds.
func latest(column, condition string) string {
	return fmt.Sprintf("argMaxIf(r.%[1]s, (r.at, r.said_at, r.offset), r.%[1]s != '' AND %[2]s)", column, condition)
}

// over is when something was over: the newest word on its end, unless it was said to be open after that.
func over(begins, ends string) string {
	return fmt.Sprintf("if(countIf(%[2]s) > 0 AND maxIf(r.at, %[2]s) >= maxIf(r.at, %[1]s), toNullable(maxIf(r.at, %[2]s)), NULL)", begins, ends)
}

const centreComment = "Contact centre (tenant)"

// registerViews are the views incidents, actions and acknowledgements: the words of table register put together as the live marks
// of curves are. Of several words on a beginning the earliest counts, on an end the latest, of texts the latest.
func (s schema) registerViews() []view {
	placed := "r.scope != '' AND " + opened
	first := func(column, condition string) string {
		return fmt.Sprintf("argMinIf(r.%s, (r.said_at, r.offset), %s)", column, condition)
	}
	incidents := []registerColumn{
		{"centre", "LowCardinality(String)", "r.centre", centreComment},
		{"incident", "String", "r.object", "Which incident"},
		{"day", "Date", "argMin(r.day, r.at)", "Business day on which it began, in the zone of the centre"},
		{"opened_at", "DateTime64(3, 'UTC')", "if(countIf(" + opened + ") > 0, minIf(r.at, " + opened + "), min(r.at))", "When it began, UTC"},
		{"closed_at", "Nullable(DateTime64(3, 'UTC'))", over(opened, closed), "When it was over, UTC; NULL while it goes on"},
		{"closed_day", "Date", "argMax(r.day, r.at)", "Business day of the last word on it"},
		{"scope", "LowCardinality(String)", "argMaxIf(r.scope, (r.at, r.said_at, r.offset), " + placed + ")", "Kind of scope where it hurts; empty when nobody said"},
		{"scope_id", "LowCardinality(String)", "argMaxIf(r.scope_id, (r.at, r.said_at, r.offset), " + placed + ")", "Which one; empty for the centre itself"},
		{"rule", "LowCardinality(String)", latest("rule", opened), "Rule of the alert that it was made from"},
		{"title", "String", latest("title", opened), "What it is"},
		{"cause", "LowCardinality(String)", latest("cause", "1"), "Why, as far as known"},
		{"said_by", "LowCardinality(String)", latest("said_by", opened), "Who said so: a role or a pseudonymous id"},
	}
	actions := []registerColumn{
		{"centre", "LowCardinality(String)", "r.centre", centreComment},
		{"action", "String", "r.object", "Which action"},
		{"day", "Date", "argMin(r.day, r.at)", "Business day on which it began, in the zone of the centre"},
		{"started_at", "DateTime64(3, 'UTC')", "minIf(r.at, " + started + ")", "When it began, UTC"},
		{"ended_at", "Nullable(DateTime64(3, 'UTC'))", over(started, ended), "When it was over, UTC; NULL while it goes on"},
		{"incident", "String", latest("incident", started), "Incident that it answers"},
		{"scope", "LowCardinality(String)", first("scope", started), "Kind of scope where it is to help"},
		{"scope_id", "LowCardinality(String)", first("scope_id", started), "Which one; empty for the centre itself"},
		{"lever", "LowCardinality(String)", first("lever", started), "What is done"},
		{"title", "String", latest("title", started), "What it is"},
		{"indicator", "LowCardinality(String)", first("indicator", started), "Indicator that it is to move"},
		{"expected", "Int64", first("expected", started), "By how much, as first written: basis points for shares and scores, milliseconds, cents, or a count"},
		{"written_at", "DateTime64(3, 'UTC')", "minIf(r.said_at, " + started + ")", "When that was written, UTC; later than started_at: after the fact"},
		{"said_by", "LowCardinality(String)", latest("said_by", started), "Who decided it: a role or a pseudonymous id"},
	}
	acknowledgements := []registerColumn{
		{"centre", "LowCardinality(String)", "r.centre", centreComment},
		{"day", "Date", "r.day", "Business day, in the zone of the centre"},
		{"at", "DateTime64(3, 'UTC')", "r.at", "When the alert was seen, UTC"},
		{"rule", "LowCardinality(String)", "r.rule", "Rule of the alert"},
		{"scope", "LowCardinality(String)", "r.scope", "Kind of scope of the alert"},
		{"scope_id", "LowCardinality(String)", "r.scope_id", "Which one; empty for the centre itself"},
		{"cause", "LowCardinality(String)", "r.cause", "Why it came"},
		{"incident", "String", "r.incident", "Incident that it belongs to"},
		{"said_by", "LowCardinality(String)", "r.said_by", "Who has seen it: a role or a pseudonymous id"},
	}
	return []view{
		s.registerView("incidents", "startsWith(r.type, 'incident.')", "GROUP BY r.centre, r.object HAVING max(r.void) = 0", incidents,
			"Incidents, one a row, without those opened by mistake"),
		s.registerView("actions", "startsWith(r.type, 'action.')", "GROUP BY r.centre, r.object HAVING max(r.void) = 0 AND countIf("+started+") > 0", actions,
			"Actions, one a row, with what was expected of them when it was first written"),
		s.registerView("acknowledgements", "r.type = 'alert.acknowledged'", "", acknowledgements, "Who has seen which alert, and why it came"),
	}
}

func (s schema) registerView(name, where, group string, columns []registerColumn, about string) view {
	var declared, selected []string
	for _, c := range columns {
		declared = append(declared, fmt.Sprintf("%s %s COMMENT %s", c.name, c.kind, quote(c.comment)))
		selected = append(selected, c.expression+" AS "+c.name)
	}
	const comma = ",\n    "
	body := fmt.Sprintf("(\n    %s\n)\nAS SELECT\n    %s\nFROM %s AS r FINAL\nWHERE %s AND %s\n%s",
		strings.Join(declared, comma), strings.Join(selected, comma), s.Name("register"), where, s.VisibleLanes("r"), group)
	return view{name, strings.TrimRight(body, "\n"), about}
}
