// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/vigie-kpi/vigie/indicator"
)

// column shows one measure or indicator, by its id, under a short head.
type column struct{ head, id string }

// Columns of the scopes that contacts come from, and of those who work.
func demandColumns() []column {
	return []column{{"offered", "offered"}, {"answered", "answered"}, {"abandoned", "abandoned"}, {"left", "left"}, {"lost", "lost"},
		{"waiting", waitingColumn}, {"answer rate", "answer_rate"}, {"service level", "service_level"}, {"live SL", "sl_live"},
		{"ASA", "asa"}, {"90 % wait", "wait_p90"}, {"AHT", "aht"}, {"missed", "missed"}}
}

func workColumns() []column {
	return []column{{"answered", "answered"}, {"missed", "missed"}, {"transferred", "transferred"}, {"talk", "talk_ms"}, {"avg talk", "avg_talk"},
		{"AHT", "aht"}, {"available", "available_ms"}, {"paused", pausedColumn}, {"logged", "logged_ms"}, {"occupancy", "occupancy"}}
}

// Columns that are no measure and no indicator.
const (
	waitingColumn = "waiting"
	pausedColumn  = "paused"
)

// pauses are the times that add up to the column of pauses.
func pauses() []string {
	return []string{"break_ms", "lunch_ms", "training_ms", "meeting_ms", "coaching_ms", "backoffice_ms", "technical_ms", "monitor_ms", "other_ms"}
}

// WriteTable writes the report for a person at a terminal: one table for each kind of scope.
func (r *ReplayReport) WriteTable(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s\n", r.Centre, r.period())
	fmt.Fprintf(&b, "%d lines, %d events, %d dead letters\n", r.Lines, r.Events, r.DeadLetters())
	for _, kind := range scopeOrder() {
		var of []ReplayScope
		for _, s := range r.Scopes {
			if s.Kind == kind {
				of = append(of, s)
			}
		}
		if len(of) > 0 {
			writeTable(&b, scopeTable(kind, of))
		}
	}
	for i := range r.Scopes {
		if s := &r.Scopes[i]; s.Kind == indicator.ScopeCentre {
			fmt.Fprintf(&b, "\nbalance over all: offered - answered - abandoned - left - lost - waiting = %d\n", s.Balance)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *ReplayReport) period() string {
	if r.From.IsZero() {
		return "no event"
	}
	const day = "2006-01-02"
	from, to := r.From.Format(day+" 15:04:05"), r.To.Format(day+" 15:04:05")
	if r.From.Format(day) == r.To.Format(day) {
		to = r.To.Format("15:04:05")
	}
	return fmt.Sprintf("%s to %s (%s), window %s", from, to, r.To.Location(), r.Window)
}

// scopeTable fills the cells: a head, then a row for each scope.
func scopeTable(kind indicator.ScopeKind, scopes []ReplayScope) [][]string {
	columns := demandColumns()
	if kind == indicator.ScopeAdvisor || kind == indicator.ScopeTeam {
		columns = workColumns()
	}
	if !scopes[0].HasWaiting {
		columns = slices.DeleteFunc(columns, func(c column) bool { return c.id == waitingColumn })
	}
	head := []string{kind.String()}
	for _, c := range columns {
		head = append(head, c.head)
	}
	table := [][]string{head}
	for i := range scopes {
		row := []string{scopes[i].ID}
		for _, c := range columns {
			row = append(row, scopes[i].cell(c.id))
		}
		table = append(table, row)
	}
	return table
}

// cell shows one number of the scope, "-" where there is none.
func (s *ReplayScope) cell(id string) string {
	switch id {
	case waitingColumn:
		return strconv.FormatInt(s.Waiting, 10)
	case pausedColumn:
		var sum int64
		for _, m := range s.Measures {
			if slices.Contains(pauses(), m.Measure.String()) {
				sum += m.Sum
			}
		}
		return clockTime(float64(sum))
	}
	for _, m := range s.Measures {
		if info := m.Measure.Info(); info.Name == id {
			return shown(float64(m.Sum), info.Unit)
		}
	}
	for _, i := range s.Indicators {
		if i.ID != id {
			continue
		}
		if x, ok := i.Value.Float(); ok {
			return shown(x, i.Unit)
		}
	}
	return "-"
}

// shown writes a value in its unit, as the field reads it.
func shown(x float64, unit indicator.Unit) string {
	switch unit {
	case indicator.UnitPercent:
		return strconv.FormatFloat(x*100, 'f', 1, 64) + " %"
	case indicator.UnitMs:
		return clockTime(x)
	case indicator.UnitCount:
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strconv.FormatFloat(x, 'f', 2, 64)
}

// clockTime writes milliseconds as m:ss, or h:mm:ss from an hour on, rounded to the second.
func clockTime(ms float64) string {
	seconds := int64(math.Round(ms / float64(time.Second/time.Millisecond)))
	if seconds < 3600 {
		return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}

// writeTable aligns the first column to the left and the others, numbers, to the right.
func writeTable(b *strings.Builder, table [][]string) {
	widths := make([]int, len(table[0]))
	for _, row := range table {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	b.WriteByte('\n')
	for _, row := range table {
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				b.WriteString(cell + pad)
				continue
			}
			b.WriteString("  " + pad + cell)
		}
		b.WriteByte('\n')
	}
}
