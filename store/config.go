// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// ConfigVersion is a version of a centre's configuration that was in force.
type ConfigVersion struct {
	Centre  string
	Version int
	// AppliedAtMs is from when it applied by the log's clock, ms UTC.
	AppliedAtMs int64
	Objects     []ConfigObject
}

// ConfigObject is one object of a version: the type of the event that published it, which object it is, and its data.
type ConfigObject struct{ Type, ID, JSON string }

// typeCentre is the type of the object about the centre itself, typeIndicator that of those that define its own indicators,
// typeApplied that of the row that each version has, also one without any object.
const (
	typeCentre    = "config.centre"
	typeIndicator = "config.indicator"
	typeApplied   = "config.applied"
)

// configBatch is how many objects one INSERT holds.
const configBatch = 1000

// WriteConfig notes a version of a configuration, so that facts can be read beside what applied. Writing it again changes
// nothing. The row that makes the version count is written last.
func (s *Store) WriteConfig(ctx context.Context, v *ConfigVersion) error {
	row := func(typ, id, object string) string {
		return fmt.Sprintf("(%s, %d, %s, %s, fromUnixTimestamp64Milli(%d), %s)", quote(v.Centre), v.Version, quote(typ), quote(id), v.AppliedAtMs, quote(object))
	}
	var tuples []string
	for _, o := range v.Objects {
		tuples = append(tuples, row(o.Type, o.ID, o.JSON))
	}
	insert := func(tuples []string) error {
		return s.exec(ctx, "note the configuration of centre "+v.Centre, "INSERT INTO "+s.Name("config")+
			" (centre, version, type, id, applied_at, object) VALUES "+strings.Join(tuples, ", "))
	}
	for part := range slices.Chunk(tuples, configBatch) {
		if err := insert(part); err != nil {
			return withRemedy(err)
		}
	}
	if err := insert([]string{row(typeApplied, "", "{}")}); err != nil {
		return withRemedy(err)
	}
	return nil
}

// OwnIndicators are the newest versions of configuration that the store knows, by centre, each with the indicators that the
// centre defines itself and with no other object.
func (s *Store) OwnIndicators(ctx context.Context) ([]ConfigVersion, error) {
	rows, err := s.conn.Query(ctx, fmt.Sprintf(`SELECT c.centre, c.version, toUnixTimestamp64Milli(c.applied_at), c.type, c.id, c.object FROM %[1]s AS c FINAL
		INNER JOIN (SELECT a.centre AS centre, max((a.applied_at, a.version)) AS latest FROM %[1]s AS a FINAL WHERE a.type = '%[2]s' GROUP BY a.centre) AS newest
		ON c.centre = newest.centre AND c.version = newest.latest.2 AND c.applied_at = newest.latest.1
		WHERE c.type IN ('%[2]s', '%[3]s') ORDER BY c.centre, c.type, c.id`, s.Name("config"), typeApplied, typeIndicator))
	if err != nil {
		return nil, fmt.Errorf("store: read the centres' own indicators: %w", withRemedy(err))
	}
	defer rows.Close()
	var all []ConfigVersion
	for rows.Next() {
		var v ConfigVersion
		var version uint32
		var o ConfigObject
		if err := rows.Scan(&v.Centre, &version, &v.AppliedAtMs, &o.Type, &o.ID, &o.JSON); err != nil {
			return nil, fmt.Errorf("store: read the centres' own indicators: %w", err)
		}
		v.Version = int(version)
		if n := len(all); n == 0 || all[n-1].Centre != v.Centre {
			all = append(all, v)
		}
		if o.Type == typeIndicator {
			last := &all[len(all)-1]
			last.Objects = append(last.Objects, o)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: read the centres' own indicators: %w", err)
	}
	return all, nil
}

// CentreObject is the newest version's config.centre of a centre, as it was published; "" when the store knows none.
func (s *Store) CentreObject(ctx context.Context, centre string) (string, error) {
	rows, err := s.conn.Query(ctx, fmt.Sprintf("SELECT object FROM %s FINAL WHERE centre = ? AND type = '%s' ORDER BY applied_at DESC, version DESC LIMIT 1",
		s.Name("config"), typeCentre), centre)
	if err != nil {
		return "", fmt.Errorf("store: read the configuration of centre %s: %w", centre, withRemedy(err))
	}
	defer rows.Close()
	var object string
	for rows.Next() {
		if err := rows.Scan(&object); err != nil {
			return "", fmt.Errorf("store: read the configuration of centre %s: %w", centre, err)
		}
	}
	return object, rows.Err()
}
