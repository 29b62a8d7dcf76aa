// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
)

// scopeTable is a panel with a row for each scope of a kind.
type scopeTable struct {
	of      scope
	during  window
	first   string // title of the first column
	names   map[string]string
	ids     []string // of names, in their order
	columns []column
	// judged is the indicator that has a target and a word; empty for none.
	judged  string
	levels  levels
	targets map[string]Target // by scope
}

// name is the expression of the scope's name, from its id.
func (t *scopeTable) name(id string) string {
	if len(t.ids) == 0 {
		return id
	}
	names := make([]string, len(t.ids))
	for i, id := range t.ids {
		names[i] = t.names[id]
	}
	return fmt.Sprintf("transform(toString(%s), [%s], [%s], toString(%[1]s))", id, quoteAll(t.ids), quoteAll(names))
}

// target is the expression of the scope's own target, NULL without one. Of a band it is the lower end.
func (t *scopeTable) target(id string) string {
	var ids, values []string
	for _, scope := range t.ids {
		if target, ok := t.targets[scope]; ok {
			ids, values = append(ids, scope), append(values, number(t.scaled(target.Min)))
		}
	}
	fallback := "NULL"
	if t.levels.judges() {
		fallback = "toFloat64(" + number(t.levels.ok) + ")"
	}
	if len(ids) == 0 {
		return "CAST(" + fallback + ", 'Nullable(Float64)')"
	}
	floats := "arrayMap(x -> toFloat64(x), [" + strings.Join(values, ", ") + "])"
	if fallback == "NULL" {
		return fmt.Sprintf("nullIf(transform(toString(%s), [%s], %s, toFloat64(0)), 0)", id, quoteAll(ids), floats)
	}
	return fmt.Sprintf("toNullable(transform(toString(%s), [%s], %s, %s))", id, quoteAll(ids), floats, fallback)
}

// scaled is a target of the judged indicator in the unit that is shown.
func (t *scopeTable) scaled(value float64) float64 {
	for _, c := range t.columns {
		if c.ind.ID == t.judged && c.unit.div > 0 {
			return value / float64(c.unit.div)
		}
	}
	return value
}

// verdict compares the judged value with the target beside it. A band is judged by its lower end and its width.
func (t *scopeTable) verdict(c column, words *wording) string {
	value, target := alias(c.unit.title), alias(words.target)
	var arms []string
	if n := c.minimum(); n > 0 {
		arms = append(arms, fmt.Sprintf("%s < %d", c.cases(), n), quote(words.few))
	}
	arms = append(arms, value+" IS NULL", quote(words.noValue), target+" IS NULL", quote("–"))
	word := func(s state) string { return quote(words.states[s]) }
	l := t.levels
	switch l.better {
	case indicator.DirectionLower:
		arms = append(arms, fmt.Sprintf("%s < %s + %s", value, target, number(just)), word(stateOK),
			fmt.Sprintf("%s < %s + %s", value, target, number(l.watch-l.ok+just)), word(stateWatchHigh), word(stateActHigh))
	case indicator.DirectionBand:
		arms = append(arms, fmt.Sprintf("%s < %s - %s", value, target, number(l.ok-l.watch)), word(stateActLow),
			fmt.Sprintf("%s < %s", value, target), word(stateWatchLow),
			fmt.Sprintf("%s < %s + %s", value, target, number(l.okMax-l.ok+just)), word(stateOK),
			fmt.Sprintf("%s < %s + %s", value, target, number(l.watchMax-l.ok+just)), word(stateWatchHigh), word(stateActHigh))
	default:
		arms = append(arms, fmt.Sprintf("%s >= %s", value, target), word(stateOK),
			fmt.Sprintf("%s >= %s - %s", value, target, number(l.ok-l.watch)), word(stateWatchLow), word(stateActLow))
	}
	return "multiIf(" + strings.Join(arms, ", ") + ")"
}
