// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"

	"github.com/vigie-kpi/vigie/indicator"
)

// SampleQuery asks for the samples of one gauge at every so many milliseconds of the clock.
type SampleQuery struct {
	Centre string
	Kind   indicator.ScopeKind
	Gauge  indicator.Gauge
	// FromMs and ToMs bound the instants, ms UTC: from <= at < to.
	FromMs, ToMs int64
	// EveryMs is the distance of the instants, which are its multiples; of 10 seconds, as gauges are sampled then.
	EveryMs int64
}

// Sample is a gauge of a scope at an instant.
type Sample struct {
	ID    string // "" for the centre
	AtMs  int64
	Value int64
}

// QuerySamples reads samples of the live lane in the order of scope and time. A scope in which all gauges were 0 has none at that
// instant; the centre always has.
func (s *Store) QuerySamples(ctx context.Context, q SampleQuery) ([]Sample, error) {
	query := fmt.Sprintf("SELECT id, toUnixTimestamp64Milli(at) AS at_ms, %s FROM %s FINAL WHERE centre = ? AND lane = '' AND scope = ?"+
		" AND at >= fromUnixTimestamp64Milli(?) AND at < fromUnixTimestamp64Milli(?) AND toUnixTimestamp64Milli(at) %% ? = 0 ORDER BY id, at_ms", q.Gauge, s.Name("gauges"))
	rows, err := s.conn.Query(uncompiled(ctx), query, q.Centre, q.Kind.String(), q.FromMs, q.ToMs, q.EveryMs)
	if err != nil {
		return nil, fmt.Errorf("store: read the samples of %s: %w", q.Gauge, withRemedy(err))
	}
	defer rows.Close()
	var found []Sample
	for rows.Next() {
		var one Sample
		if err := rows.Scan(&one.ID, &one.AtMs, &one.Value); err != nil {
			return nil, fmt.Errorf("store: read the samples of %s: %w", q.Gauge, err)
		}
		found = append(found, one)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: read the samples of %s: %w", q.Gauge, withRemedy(err))
	}
	return found, nil
}
