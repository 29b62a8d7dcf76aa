// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
)

// IntervalQuery asks a view for sums of measures of one centre and kind of scope over business days.
type IntervalQuery struct {
	Centre string
	Kind   indicator.ScopeKind
	// FromDay and ToDay bound the business days, as days since 1970-01-01: from <= day < to.
	FromDay, ToDay int32
	// Quarters asks for a row per quarter of an hour; else there is one for all days.
	Quarters bool
	// Measures are the ones wanted; those that are not booked in the kind of scope stay 0.
	Measures []indicator.Measure
}

// IntervalSums are the sums of one scope, of one quarter of an hour or of all days asked for.
type IntervalSums struct {
	ID        string // "" for the centre
	Day       int32  // of a quarter
	QuarterMs int64  // start of the quarter, ms UTC; 0 for all days
	// Measures is indexed by Measure.
	Measures []int64
}

// QueryIntervals reads sums from the views, so of the live lane and of the imports that are shown, in the order of scope
// and time. A scope or a quarter without any fact is not there.
func (s *Store) QueryIntervals(ctx context.Context, q IntervalQuery) ([]IntervalSums, error) {
	var measures []indicator.Measure
	for _, m := range q.Measures {
		if m.Info().Scopes.Has(q.Kind) {
			measures = append(measures, m)
		}
	}
	if len(measures) == 0 {
		return nil, nil
	}
	rows, err := s.conn.Query(uncompiled(ctx), s.intervalQuery(q, measures), q.Centre, q.FromDay, q.ToDay)
	if err != nil {
		return nil, fmt.Errorf("store: read the sums per %s and interval: %w", q.Kind, withRemedy(err))
	}
	defer rows.Close()
	var found []IntervalSums
	for rows.Next() {
		row := IntervalSums{Measures: make([]int64, indicator.NumMeasures)}
		into := []any{&row.ID, &row.Day, &row.QuarterMs}
		for _, m := range measures {
			into = append(into, &row.Measures[m])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("store: read the sums per %s and interval: %w", q.Kind, err)
		}
		found = append(found, row)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: read the sums per %s and interval: %w", q.Kind, withRemedy(err))
	}
	return found, nil
}

func (s *Store) intervalQuery(q IntervalQuery, measures []indicator.Measure) string {
	id, interval := "''", Day
	if q.Kind != indicator.ScopeCentre {
		id = "v." + q.Kind.String()
	}
	day, quarter := "toInt32(0)", "toInt64(0)"
	if q.Quarters {
		interval = Quarter
		day, quarter = "toInt32(v.day)", fmt.Sprintf("toInt64(toUnixTimestamp(v.quarter)) * %d", time.Second.Milliseconds())
	}
	columns := []string{"toString(" + id + ") AS id", day + " AS of_day", quarter + " AS quarter_ms"}
	for _, m := range measures {
		columns = append(columns, "sum(v."+m.String()+")")
	}
	return fmt.Sprintf("SELECT %s FROM %s AS v WHERE v.centre = ? AND toInt32(v.day) >= ? AND toInt32(v.day) < ? GROUP BY id, of_day, quarter_ms ORDER BY id, of_day, quarter_ms",
		strings.Join(columns, ", "), s.Name(ViewName(q.Kind, interval)))
}
