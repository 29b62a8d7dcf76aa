// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"text/template"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/cespare/xxhash/v2"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one numbered file of statements. Each statement may run twice:
// ClickHouse has no transactions over DDL, so a migration that was cut in the
// middle runs again from its start.
type migration struct {
	number uint32
	name   string // of the file
	text   string // the template
}

// hash identifies the template, not what one installation makes of it. It is 64
// bits written as text.
func (m migration) hash() string {
	return strconv.FormatUint(xxhash.Sum64String(m.text), 16)
}

// migrations returns those built into the program, in order.
func migrations() ([]migration, error) {
	files, err := fs.ReadDir(migrationFiles, "migrations")
	if err != nil {
		return nil, fmt.Errorf("store: list the migrations: %w", err)
	}
	var list []migration
	for i, file := range files {
		number, _, _ := strings.Cut(file.Name(), "_")
		n, err := strconv.ParseUint(number, 10, 32)
		if err != nil || int(n) != i+1 {
			return nil, fmt.Errorf("store: migration %s should be number %d: they are numbered from 1 without gaps", file.Name(), i+1)
		}
		text, err := fs.ReadFile(migrationFiles, "migrations/"+file.Name())
		if err != nil {
			return nil, fmt.Errorf("store: read migration %s: %w", file.Name(), err)
		}
		list = append(list, migration{uint32(n), file.Name(), string(text)})
	}
	return list, nil
}

// statements renders the migration for a server or a cluster. A statement ends
// with a semicolon at the end of a line; a comment is a line that starts with --.
func (m migration) statements(s schema) ([]string, error) {
	t, err := template.New(m.name).Option("missingkey=error").Parse(m.text)
	if err != nil {
		return nil, fmt.Errorf("store: migration %s: %w", m.name, err)
	}
	var rendered strings.Builder
	if err := t.Execute(&rendered, s); err != nil {
		return nil, fmt.Errorf("store: migration %s: %w", m.name, err)
	}
	var code strings.Builder
	for line := range strings.Lines(rendered.String()) {
		if !strings.HasPrefix(line, "--") {
			code.WriteString(line)
		}
	}
	var list []string
	for statement := range strings.SplitSeq(code.String(), ";\n") {
		if statement = strings.Trim(statement, "; \n"); statement != "" {
			list = append(list, statement)
		}
	}
	return list, nil
}

// Migrate brings the database to what this program needs: it creates the database,
// applies the migrations that are missing, and adds the columns of new measures.
// It may run at any time, several times, and in several processes at once. It never
// removes a column or a row. It refuses a database that a newer program has
// migrated, and one whose applied migrations are not those built in.
func (s *Store) Migrate(ctx context.Context) error {
	known, err := migrations()
	if err != nil {
		return err
	}
	if err := s.prepare(ctx); err != nil {
		return err
	}
	applied, err := s.applied(ctx)
	if err != nil {
		return err
	}
	if err := checkApplied(known, applied); err != nil {
		return err
	}
	for _, m := range known {
		if _, done := applied[m.number]; done {
			continue
		}
		if err := s.apply(ctx, m); err != nil {
			return err
		}
	}
	return s.syncMeasures(ctx)
}

// prepare creates the database and the table of migrations.
func (s *Store) prepare(ctx context.Context) error {
	if err := s.exec(ctx, "create the database", "CREATE DATABASE IF NOT EXISTS "+s.database+s.OnCluster()); err != nil {
		return err
	}
	return s.exec(ctx, "create the table of migrations", fmt.Sprintf(`CREATE TABLE IF NOT EXISTS %s%s
(
    number UInt32 COMMENT 'Number of the migration',
    name String COMMENT 'Its file',
    hash String COMMENT 'Hash of its text',
    applied_at DateTime('UTC') DEFAULT now('UTC') COMMENT 'When it was applied, UTC'
)
ENGINE = %s
ORDER BY number
COMMENT 'Migrations of the schema that were applied'`,
		s.Name("schema_migrations"), s.OnCluster(), s.EngineEverywhere("schema_migrations", "ReplacingMergeTree")))
}

// applied returns the hashes of the migrations that the database has seen.
func (s *Store) applied(ctx context.Context) (map[uint32]migration, error) {
	rows, err := s.conn.Query(ctx, "SELECT number, name, hash FROM "+s.Name("schema_migrations")+" FINAL ORDER BY number")
	if err != nil {
		return nil, fmt.Errorf("store: read the applied migrations: %w", err)
	}
	defer rows.Close()
	seen := map[uint32]migration{}
	for rows.Next() {
		var m migration
		if err := rows.Scan(&m.number, &m.name, &m.text); err != nil {
			return nil, fmt.Errorf("store: read the applied migrations: %w", err)
		}
		seen[m.number] = m
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: read the applied migrations: %w", err)
	}
	return seen, nil
}

// checkApplied compares what is built in with what was applied, whose text is a
// hash.
func checkApplied(known []migration, applied map[uint32]migration) error {
	for number, a := range applied {
		if int(number) > len(known) {
			return fmt.Errorf("store: the database has migration %s, which this program does not know: "+
				"it was migrated by a newer version; upgrade vigie, or restore the database from before", a.name)
		}
		if k := known[number-1]; k.hash() != a.text {
			return fmt.Errorf("store: migration %s was applied with another text (hash %s, now %s): "+
				"a migration must never change once released; put its text back and write a new one", k.name, a.text, k.hash())
		}
	}
	return nil
}

func (s *Store) apply(ctx context.Context, m migration) error {
	statements, err := m.statements(s.schema)
	if err != nil {
		return err
	}
	for _, statement := range statements {
		if err := s.exec(ctx, "migration "+m.name, statement); err != nil {
			return err
		}
	}
	return s.exec(ctx, "note migration "+m.name, fmt.Sprintf("INSERT INTO %s (number, name, hash) VALUES (%d, %s, %s)",
		s.Name("schema_migrations"), m.number, quote(m.name), quote(m.hash())))
}

// maxStatementBytes lets the widest view be created: its text is about 200 kB, and
// ClickHouse's default limit is 256 KiB.
const maxStatementBytes = 8 << 20

// exec runs a statement for its effect.
func (s *Store) exec(ctx context.Context, doing, statement string) error {
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_query_size": maxStatementBytes}))
	if err := s.conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("store: %s: %w", doing, err)
	}
	return nil
}
