// SPDX-License-Identifier: Apache-2.0

package store

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vigie-kpi/vigie/indicator"
)

var update = flag.Bool("update", false, "rewrite the golden files; read the difference before you commit it")

// TestMigrateTwice: a second run changes nothing, and facts has a column for each
// measure, in the measure's own words.
func TestMigrateTwice(t *testing.T) {
	s := openMigrated(t)
	state := func() string {
		return scalar[string](t, s, `SELECT toString(groupArray((name, metadata_modification_time, create_table_query))) FROM
			(SELECT * FROM system.tables WHERE database = '{db}' ORDER BY name)`)
	}
	before := state()
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, state()); diff != "" {
		t.Errorf("the second run changed tables:\n%s", diff)
	}
	if got := scalar[uint64](t, s, "SELECT count() FROM {db}.schema_migrations"); got != 12 {
		t.Errorf("%d migrations are noted, want 12", got)
	}
	comment := scalar[string](t, s, "SELECT comment FROM system.columns WHERE database = '{db}' AND table = 'facts' AND name = 'offered'")
	if want := "Queue legs entered, booked at entry. Unit: count. Booked by centre, programme, queue, campaign, channel"; comment != want {
		t.Errorf("offered is %q, want %q", comment, want)
	}
}

// TestMigrateCutShort: a migration that was cut after its first statement runs again.
func TestMigrateCutShort(t *testing.T) {
	s := openOwn(t)
	execute(t, s, "DROP TABLE {db}.alerts SYNC")
	execute(t, s, "ALTER TABLE {db}.schema_migrations DELETE WHERE number >= 3 SETTINGS mutations_sync = 2")
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := scalar[uint64](t, s, "SELECT count() FROM {db}.alerts"); got != 0 {
		t.Error("alerts has rows")
	}
}

// TestNewMeasure: a program with a longer list of measures adds the columns and makes
// projections with them, and what was stored stays.
func TestNewMeasure(t *testing.T) {
	s := openOwn(t)
	b := twoDays(t)
	write(t, openWriter(t, s, 0, nil), b)
	// What an older program would have left: one measure less, another comment, and
	// projections of a shorter list.
	for _, change := range []string{
		"DROP PROJECTION " + projections()[0].versioned(), "DROP PROJECTION " + projections()[1].versioned(),
		"DROP COLUMN callback_delay_ms", "COMMENT COLUMN offered 'old words'",
		"ADD PROJECTION by_queue_3 (SELECT queue, sum(offered) GROUP BY queue)",
	} {
		execute(t, s, "ALTER TABLE {db}.facts "+change)
	}
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := sums(t, s); got != twoDaysSums {
		t.Errorf("got %s, want %s", got, twoDaysSums)
	}
	if got := scalar[int64](t, s, "SELECT sum(callback_delay_ms) FROM {db}.facts"); got != 0 {
		t.Errorf("the new measure is %d, want 0", got)
	}
	names := scalar[string](t, s, "SELECT toString(arraySort(groupArray(name))) FROM system.projections WHERE database = '{db}'")
	if want := "['" + projections()[0].versioned() + "','" + projections()[1].versioned() + "']"; names != want {
		t.Errorf("projections %s, want %s", names, want)
	}
}

// TestNewerProjectionStays: an older program leaves the projections of a newer one.
func TestNewerProjectionStays(t *testing.T) {
	p := projections()[0]
	for name, want := range map[string]bool{"by_queue_9999": true, p.versioned(): true, "by_queue_3": false, "by_team_9999": false, "by_queue_x": false} {
		if got := p.servedBy(map[string]string{name: ""}); got != want {
			t.Errorf("%s serves: %v, want %v", name, got, want)
		}
	}
}

// TestForeignMigrations: a database of a newer program, and one whose migration had
// another text, are refused with what to do.
func TestForeignMigrations(t *testing.T) {
	known := []migration{{1, "0001_a.sql", "CREATE"}}
	f := func(applied map[uint32]migration, want string) {
		t.Helper()
		err := checkApplied(known, applied)
		if want == "" && err == nil {
			return
		}
		if want == "" || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	f(map[uint32]migration{}, "")
	f(map[uint32]migration{1: {1, "0001_a.sql", known[0].hash()}}, "")
	f(map[uint32]migration{1: {1, "0001_a.sql", "beef"}}, "must never change once released")
	f(map[uint32]migration{1: {1, "0001_a.sql", known[0].hash()}, 2: {2, "0002_b.sql", "x"}}, "upgrade vigie")
}

// TestSchemaText: the statements for one server and for a cluster are those of the
// golden files, which were read by a person, and ClickHouse's own parser accepts each.
func TestSchemaText(t *testing.T) {
	s := openEmpty(t)
	for _, c := range []struct{ file, cluster string }{{"single.sql", ""}, {"cluster.sql", "centres"}} {
		t.Run(c.file, func(t *testing.T) {
			schema := Options{Cluster: c.cluster}.schema()
			list, err := migrations()
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, m := range list {
				statements, err := m.statements(schema)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, statements...)
			}
			if c.cluster != "" {
				all = append(all, schema.syncStatement("facts"))
			}
			for _, statement := range all {
				// formatQuery raises a syntax error like any query.
				_ = scalar[string](t, s, "SELECT formatQuery(?)", statement)
			}
			golden(t, c.file, strings.Join(all, ";\n\n")+";\n")
			views, err := schema.views(catalogue(t).Indicators())
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range views {
				_ = scalar[string](t, s, "SELECT substring(formatQuery("+quote(v.create(schema))+"), 1, 10)")
			}
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("testdata/%s (-want +got), go test ./store -run %s -update writes it:\n%s", file, t.Name(), diff)
	}
}

// TestProjectionsHoldTheirScopes: by_queue has what is booked by queue and not what
// people alone have; by_team has all that a centre has.
func TestProjectionsHoldTheirScopes(t *testing.T) {
	queue, team := projections()[0].query(), projections()[1].query()
	for _, c := range []struct {
		m             indicator.Measure
		queue, centre bool
	}{
		{indicator.Offered, true, true}, {indicator.QueueContacts, true, false},
		{indicator.AvailableMs, false, true}, {indicator.TalkMs, true, true},
	} {
		sum := "sum(" + c.m.String() + ")"
		if strings.Contains(queue, sum) != c.queue || strings.Contains(team, sum) != c.centre {
			t.Errorf("%s: by_queue %v, by_team %v", c.m, strings.Contains(queue, sum), strings.Contains(team, sum))
		}
	}
}
