// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/store"
)

// grownStore is a database of many facts, for the speed of boards. Its facts are those of the two simulated days, again and
// again by INSERT SELECT: so they have the shape of true ones, to the number of zeros in a column. The demo centre is twice as
// large as it is, with teams and advisors of their own in the second half, and has a neighbour of its first size. Today ends at
// the instant at which the boards are looked at.
type grownStore struct {
	addr, database string
	days           int // with today
	slices         int // INSERTs of today: it came in blocks, whose parts are not all merged
	progress       func(day, days int)
}

const (
	// grownCopies are the halves of the centre, and its neighbour.
	grownCopies = 3
	// secondHalf is what the names of teams and advisors of the second half end with.
	secondHalf = "-2"
	// grownGaugeDays are the days of samples: boards look four weeks back, and each day is a partition of its own.
	grownGaugeDays = 30
)

// grownDays are the days that so many facts take.
func grownDays(addr string, facts int) (int, error) {
	r, err := post(addr, "vigie", "SELECT count() / 2 FROM facts WHERE day IN ('2026-11-16', '2026-11-17')")
	if err != nil {
		return 0, err
	}
	perDay, ok := r.Data[0][0].(float64)
	if !ok || perDay == 0 {
		return 0, errors.New("the simulated days have no facts")
	}
	return max(1, int(float64(facts)/(grownCopies*perDay)+0.5)), nil
}

// grow makes the database, unless a run before has made it, and refreshes its views.
func (g *grownStore) grow(ctx context.Context, catalogue *indicator.Catalogue) error {
	st, err := store.Open(ctx, store.Options{Addr: "http://" + g.addr, Database: g.database})
	if err != nil {
		return err
	}
	defer st.Close()
	if err := errors.Join(st.Migrate(ctx), st.RefreshViews(ctx, catalogue)); err != nil {
		return err
	}
	if done, err := g.number("SELECT count() FROM register"); err != nil || done > 0 { // the last table that is filled
		return errors.Join(err, g.settle(ctx))
	}
	// A run that was broken off goes on: a day before today is one INSERT, and all other tables replace a row by its equal.
	if err := g.run("ALTER TABLE facts DROP PARTITION '" + demoDay.Format(time.DateOnly) + "'"); err != nil {
		return err
	}
	if err := g.run("ALTER TABLE gauges REMOVE TTL"); err != nil { // the days are fixed and the clock goes on
		return err
	}
	for back := g.days - 1; back >= 0; back-- {
		if err := g.growDay(back); err != nil {
			return err
		}
		if g.progress != nil {
			g.progress(g.days-back, g.days)
		}
	}
	return errors.Join(g.growAlerts(), g.run("INSERT INTO register SELECT * FROM vigie.register"))
}

// settle waits until the server has built what a program with other measures than the last one asked for: its projections.
func (g *grownStore) settle(ctx context.Context) error {
	look := time.NewTicker(time.Second)
	defer look.Stop()
	for {
		if left, err := g.number("SELECT sum(parts_to_do) FROM system.mutations WHERE database = '" + g.database + "' AND NOT is_done"); err != nil || left == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-look.C:
		}
	}
}

// growDay fills the day that is so many days before the demo day.
func (g *grownStore) growDay(back int) error {
	of := "2026-11-17"
	if back%2 == 1 {
		of = "2026-11-16"
	}
	template, err := time.Parse(time.DateOnly, of)
	if err != nil {
		return err
	}
	shift := int(demoDay.AddDate(0, 0, -back).Truncate(24*time.Hour).Sub(template).Hours() / 24)
	until := fmt.Sprintf("toDateTime64(%d, 3, 'UTC')", demoDay.Unix())
	if err := g.copyRows("daily_facts", fmt.Sprintf("r.day = '%s' AND r.at + INTERVAL %d DAY <= %s", of, shift, until), shift); err != nil {
		return err
	}
	if back < grownGaugeDays {
		if err := g.copyRows("gauges", fmt.Sprintf("toDate(r.at) = '%s' AND r.at + INTERVAL %d DAY <= %s", of, shift, until), shift); err != nil {
			return err
		}
	}
	if back > 0 {
		day := demoDay.AddDate(0, 0, -back).Format(time.DateOnly)
		if there, err := g.number("SELECT count() FROM facts WHERE day = '" + day + "'"); err != nil || there > 0 {
			return err
		}
		return g.copyRows("facts", fmt.Sprintf("r.day = '%s'", of), shift)
	}
	from := demoDay.Truncate(24 * time.Hour).Unix()
	for i := range int64(g.slices) {
		at := func(i int64) int64 { return from + (demoDay.Unix()-from)*i/int64(g.slices) }
		if err := g.copyRows("facts", fmt.Sprintf("r.day = '%s' AND r.at > toDateTime64(%d, 3) AND r.at <= toDateTime64(%d, 3)", of, at(i), at(i+1)), 0); err != nil {
			return err
		}
	}
	return nil
}

// copyRows adds the rows of a table of the simulated days, so many days later, in each copy. The condition names columns with r.:
// without, they would be those of the copy.
func (g *grownStore) copyRows(table, where string, shift int) error {
	later := fmt.Sprintf(" + INTERVAL %d DAY AS ", shift)
	ending := fmt.Sprintf("['', '%s', ''][c.copy + 1]", secondHalf)
	named := func(column, of string) string {
		return fmt.Sprintf("if(r.%[1]s = '' OR NOT (%[2]s), r.%[1]s, concat(r.%[1]s, %[3]s)) AS %[1]s", column, of, ending)
	}
	changes := []string{"['cap-rivage', 'cap-rivage', 'neighbour'][c.copy + 1] AS centre", "r.at" + later + "at"}
	switch table {
	case "gauges":
		changes = append(changes, named("id", "r.scope IN ('team', 'advisor')"))
		// Queues and the like would have two samples of the same instant.
		where += " AND (c.copy != 1 OR r.scope IN ('team', 'advisor'))"
	default:
		changes = append(changes, "r.day"+later+"day", "r.quarter"+later+"quarter", named("team", "1"), named("home_team", "1"), named("advisor", "1"),
			fmt.Sprintf("if(r.contact = '', '', concat(r.contact, '.%d.', toString(c.copy))) AS contact", shift))
	}
	if table == "facts" {
		changes = append(changes, fmt.Sprintf("r.offset + %d AS offset", (shift+1000)*200_000))
	}
	return g.run(fmt.Sprintf("INSERT INTO %[1]s SELECT r.* REPLACE (%[2]s) FROM vigie.%[1]s AS r CROSS JOIN (SELECT number AS copy FROM numbers(%[3]d)) AS c WHERE r.centre = 'cap-rivage' AND %[4]s",
		table, strings.Join(changes, ", "), grownCopies, where))
}

// growAlerts gives each of the days sixty transitions of a dozen alerts.
func (g *grownStore) growAlerts() error {
	return g.run(fmt.Sprintf(`INSERT INTO alerts (centre, at, rule, scope, id, state, severity, audience, reason, numerator, denominator, epoch, partition, offset, seq)
SELECT ['cap-rivage', 'neighbour'][number %% 2 + 1], toDateTime64(%d, 3, 'UTC') - INTERVAL number * 12 MINUTE, concat('rule_', toString(number %% 12)), 'queue',
  ['assistance', 'urgence', 'releve'][number %% 3 + 1], ['firing', 'resolved', 'pending'][intDiv(number, 24) %% 3 + 1], 'warning', 'wall', 'true', number, 100, 'e1', 0, number, 0
FROM numbers(%d)`, demoDay.Unix(), 120*g.days))
}

func (g *grownStore) run(sql string) error {
	if _, err := post(g.addr, g.database, sql); err != nil {
		return fmt.Errorf("%.200s: %w", sql, err)
	}
	return nil
}

func (g *grownStore) number(sql string) (float64, error) {
	r, err := post(g.addr, g.database, sql)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", sql, err)
	}
	n, ok := r.Data[0][0].(float64)
	if !ok {
		return 0, fmt.Errorf("%s: %v is no number", sql, r.Data[0][0])
	}
	return n, nil
}

// TestGrownStore: what is made for the speed of boards has the shape of the simulated day up to the instant at which boards are
// looked at, twice in the centre and once in its neighbour; and every query of the walls has rows on it.
func TestGrownStore(t *testing.T) {
	g := &grownStore{addr: engineAddr(t), database: "grown", days: 1, slices: 2}
	o := demoOptions(t)
	if err := g.grow(t.Context(), o.Catalogue); err != nil {
		t.Fatal(err)
	}
	rows := func(sql string, args ...any) string {
		t.Helper()
		r, err := post(g.addr, "grown", fmt.Sprintf(sql, args...))
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(r.Data)
	}
	const (
		sums = "SELECT grain, %[1]d * count(), %[1]d * sum(offered), %[1]d * sum(handled), %[1]d * sum(talk_ms), %[1]d * sum(logged_ms), %[1]d * sum(sales), " +
			"%[1]d * uniqExactIf(team, team != ''), %[1]d * uniqExactIf(advisor, advisor != ''), uniqExact(queue), uniqExact(campaign), uniqExact(reason), uniqExact(quarter) FROM "
		of     = " WHERE centre = '%[2]s' AND day = '2026-11-17' AND at > '2026-11-17 00:00:00' AND at <= '2026-11-17 16:20:00' GROUP BY grain ORDER BY grain"
		gauges = "SELECT scope, %d * uniqExactIf(id, id != ''), uniqExact(at), max(waiting) FROM %sgauges WHERE centre = '%s' AND toDate(at) = '2026-11-17' AND at <= '2026-11-17 16:20:00' AND scope %s 'team' GROUP BY scope ORDER BY scope"
	)
	simulated := rows(sums+"vigie.facts"+of, 2, "cap-rivage")
	if got := rows(sums+"facts"+of, 1, "cap-rivage"); got != simulated {
		t.Errorf("the centre has\n%s\ntwice the simulated one is\n%s", got, simulated)
	}
	if got, want := rows(sums+"facts"+of, 1, "neighbour"), rows(sums+"vigie.facts"+of, 1, "cap-rivage"); got != want {
		t.Errorf("the neighbour has\n%s\nthe simulated centre\n%s", got, want)
	}
	for times, scope := range map[int]string{1: "!=", 2: "="} {
		if got, want := rows(gauges, 1, "", "cap-rivage", scope), rows(gauges, times, "vigie.", "cap-rivage", scope); got != want {
			t.Errorf("samples are of\n%s\nwant\n%s", got, want)
		}
	}
	read := 0
	for _, board := range g.boards(t, o) {
		for _, q := range board {
			if !strings.HasPrefix(q.board, "wall-") {
				continue
			}
			read++
			got, err := post(g.addr, "grown", q.sql)
			if err != nil {
				t.Errorf("%s, %s: %v", q.board, q.panel.title, err)
			} else if problem := q.panel.check(got); problem != "" {
				t.Errorf("%s, %s: %s\n%s", q.board, q.panel.title, problem, q.sql)
			}
		}
	}
	if read < 40 {
		t.Errorf("%d queries of walls were read", read)
	}
}
