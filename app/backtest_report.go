// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
)

// contactsBefore is how many contacts the scope of an alert was offered in the half-hour before.
func contactsBefore(t *aggregator.Transition) int64 {
	kind, ok := indicator.ParseScopeKind(t.Kind)
	if !ok {
		return 0
	}
	var sums [indicator.NumMeasures]int64
	t.World.Measures(kind, t.Scope, aggregator.Window30m, false, sums[:])
	if kind == indicator.ScopeTeam {
		return sums[indicator.Offers]
	}
	return sums[indicator.Offered] + sums[indicator.Dialled]
}

// finish puts the rows in order: the rules as their file has them, the scopes by name.
func (b *backtest) finish() *BacktestReport {
	r := b.report
	r.Events = b.events
	end := b.player.clock
	if r.ToMs == 0 || end < r.ToMs {
		r.ToMs = end
	}
	for _, key := range sortedKeys(b.firing) {
		b.over(key, r.ToMs)
	}
	if r.FromMs == 0 {
		r.FromMs = b.player.began
	}
	if r.FromMs < r.ToMs {
		r.Days = int64(b.calendar.Day(r.ToMs-1)-b.calendar.Day(r.FromMs)) + 1
	}
	for _, rule := range b.rules {
		name, before := rule.RuleConfig.Rule, len(r.Rows)
		for _, key := range sortedKeys(b.rows) {
			if key.rule == name {
				r.Rows = append(r.Rows, *b.rows[key])
			}
		}
		if len(r.Rows) == before {
			r.Rows = append(r.Rows, BacktestRow{Rule: name})
		}
		for i := range r.Rows[before:] {
			row := &r.Rows[before+i]
			row.Severity, row.Audience = rule.Severity, rule.Audience
		}
	}
	return r
}

func sortedKeys[V any](m map[backtestKey]V) []backtestKey {
	keys := make([]backtestKey, 0, len(m))
	//deterministic: sorted below.
	for key := range m {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(x, y backtestKey) int { return cmp.Or(cmp.Compare(x.rule, y.rule), cmp.Compare(x.scope, y.scope)) })
	return keys
}

// WriteTable writes the report for people.
func (r *BacktestReport) WriteTable(w io.Writer) error {
	var b strings.Builder
	when := func(ms int64) string { return time.UnixMilli(ms).In(r.Location).Format("2006-01-02 15:04") }
	fmt.Fprintf(&b, "%s, %s to %s: %d days, %d events played\n", r.Centre, when(r.FromMs), when(r.ToMs), r.Days, r.Events)
	table := [][]string{{"rule", "scope", "for", "severity", "alerts", "sent", "a day", "firing", "longest", "contacts", "first"}}
	for i := range r.Rows {
		x := &r.Rows[i]
		line := []string{x.Rule, x.Scope, x.Audience, x.Severity, strconv.FormatInt(x.Alerts, 10), strconv.FormatInt(x.Sent, 10), "", "", "", "", ""}
		if x.Alerts > 0 {
			line[6] = strconv.FormatFloat(float64(x.Alerts)/float64(max(r.Days, 1)), 'f', 1, 64)
			line[7], line[8] = clockTime(float64(x.FiringMs)), clockTime(float64(x.LongestMs))
			line[9], line[10] = strconv.FormatInt(x.Contacts/x.Alerts, 10), when(x.FirstMs)
		}
		table = append(table, line)
	}
	writeTable(&b, table)
	b.WriteString("\nsent: not held back beside another alert; contacts: offered, or dialled, in the half-hour before, on average.\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteJSON writes the report as one JSON object, indented; times are RFC 3339 in the centre's zone, durations milliseconds.
func (r *BacktestReport) WriteJSON(w io.Writer) error {
	when := func(ms int64) string { return time.UnixMilli(ms).In(r.Location).Format(time.RFC3339) }
	rows := make([]object, 0, len(r.Rows))
	for i := range r.Rows {
		x := &r.Rows[i]
		row := object{{"rule", x.Rule}, {"severity", x.Severity}, {"audience", x.Audience}, {"alerts", x.Alerts}, {"sent", x.Sent}}
		if x.Alerts > 0 {
			row = append(row, object{{"scope", x.Scope}, {"firing_ms", x.FiringMs}, {"longest_ms", x.LongestMs}, {"first", when(x.FirstMs)},
				{"contacts_half_hour", float64(x.Contacts) / float64(x.Alerts)}}...)
		}
		rows = append(rows, row)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(object{{"centre", r.Centre}, {"from", when(r.FromMs)}, {"to", when(r.ToMs)}, {"days", r.Days}, {"events", r.Events}, {"rules", rows}})
}
