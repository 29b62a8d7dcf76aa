// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
)

// DaySums are the sums of one scope on one business day, what the daily job found included.
type DaySums struct {
	// Day is in days since 1970-01-01.
	Day int32
	ScopeSums
}

// DaySums reads a view of days: all scopes of a kind, of one centre, in the order of day and
// id. Bins are left out.
func (s *Store) DaySums(ctx context.Context, centre string, kind indicator.ScopeKind) ([]DaySums, error) {
	measures, _, _ := sumsOf(kind)
	columns := []string{"toInt32(day)", "''"}
	if kind != indicator.ScopeCentre {
		columns[1] = "toString(" + kind.String() + ")"
	}
	for _, m := range measures {
		columns = append(columns, m.String())
	}
	rows, err := s.conn.Query(uncompiled(ctx), "SELECT "+strings.Join(columns, ", ")+" FROM "+s.Name(ViewName(kind, Day))+
		" WHERE centre = ? ORDER BY 1, 2", centre)
	if err != nil {
		return nil, fmt.Errorf("store: read the days per %s: %w", kind, withRemedy(err))
	}
	defer rows.Close()
	var list []DaySums
	for rows.Next() {
		row := DaySums{ScopeSums: ScopeSums{Kind: kind, Measures: make([]int64, indicator.NumMeasures)}}
		into := []any{&row.Day, &row.ID}
		for _, m := range measures {
			into = append(into, &row.Measures[m])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("store: read the days per %s: %w", kind, err)
		}
		list = append(list, row)
	}
	return list, rows.Err()
}
