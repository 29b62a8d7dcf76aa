// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"embed"
	"fmt"
	"strconv"
	"strings"
	"text/template"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// The daily job finds out what only later contacts, or late words, tell of a contact. It
// computes whole ranges of business days, again and again: a row that is found again
// replaces itself, one that is not is taken back. So a pass may break off, run twice or
// beside another one, and the next one mends it.
//
//go:embed daily/*.sql
var dailyFiles embed.FS

const (
	// dailyBucketRows bounds what one statement of a pass holds in memory: about 100 bytes
	// a contact, and 700 for one whose customer came more than once.
	dailyBucketRows = 2_000_000
	// mostVisits of one customer are looked at; who comes more often within the range and
	// its margins is no person.
	mostVisits = 2000
	// lookDays is the longest time between a contact and a repeat of it, and one day more
	// for contacts that last.
	lookDays = 31
	// dailyKeepDays is how far back days can be computed: table contacts forgets after 13
	// months, and a day without the month before it would lose repeats.
	dailyKeepDays = 364
	// recentDays is what a pass over the last days computes: today and yesterday.
	recentDays = 2
)

// DailyKind says which days a pass computes.
type DailyKind uint8

// The kinds of passes.
const (
	// DailyRecent computes the two last business days of the centre.
	DailyRecent DailyKind = iota
	// DailyFull computes every day whose result may have changed since the last full pass:
	// the last 31, those that contacts became known of, and those of imports that were
	// shown or hidden, with the 31 days around them.
	DailyFull
	// DailyAsked computes the days that somebody asks for.
	DailyAsked
)

var dailyKindNames = [...]string{"recent", "full", "asked"}

// String returns the kind's name, as in table daily_passes.
func (k DailyKind) String() string { return dailyKindNames[k] }

// DayRange is a range of business days, both ends included, as days since 1970-01-01.
type DayRange struct{ From, To int64 }

// DailyOptions say what a pass of the daily job does.
type DailyOptions struct {
	Centre string
	Kind   DailyKind
	// Asked is the range of DailyAsked; an end that is 0 is open.
	Asked DayRange
	// Progress, when not nil, is told how many of all statements are done.
	Progress func(done, all int)
}

// DailyReport counts what a pass of the daily job did.
type DailyReport struct {
	Ranges []DayRange // that were computed, in their order; none when there are no contacts
	Rows   uint64     // of daily_facts that were written
	// Late counts the contacts on which late outcomes were booked, Unknown the late
	// outcomes whose contact is not stored.
	Late, Unknown uint64
}

// dailyPass is a pass under way.
type dailyPass struct {
	*Store
	o      DailyOptions
	madeMs int64 // its identity; the rows of a later pass stand above those of an earlier one
	began  contactsState
	report DailyReport
}

// contactsState is what table contacts holds of a centre.
type contactsState struct {
	first, last int64 // days, up to the last late outcome; last is that of the live lane where it has any
	epoch       string
	offset      int64
}

// RunDaily runs a pass of the daily job for one centre. It is written down in table
// daily_passes when, and only when, it is complete.
func (s *Store) RunDaily(ctx context.Context, o DailyOptions) (DailyReport, error) {
	p := &dailyPass{Store: s, o: o}
	if err := p.run(ctx); err != nil {
		return p.report, fmt.Errorf("store: daily job of centre %s: %w", o.Centre, withRemedy(err))
	}
	return p.report, nil
}

func (p *dailyPass) run(ctx context.Context) error {
	known, err := p.begin(ctx)
	if err != nil || !known {
		return err
	}
	ranges, err := p.ranges(ctx)
	if err != nil {
		return err
	}
	for _, r := range ranges {
		// The outcomes first: a late disposition may have announced a follow-up.
		if err := p.bookLate(ctx, r); err != nil {
			return fmt.Errorf("late outcomes of %s to %s: %w", dayText(r.From), dayText(r.To), err)
		}
		if err := p.findRepeats(ctx, r); err != nil {
			return fmt.Errorf("repeats of %s to %s: %w", dayText(r.From), dayText(r.To), err)
		}
		p.report.Ranges = append(p.report.Ranges, r)
	}
	return p.note(ctx)
}

// begin takes the identity of the pass and looks at the contacts; false: there are none.
func (p *dailyPass) begin(ctx context.Context) (bool, error) {
	if err := p.syncReplicas(ctx, "contacts"); err != nil {
		return false, err
	}
	// A server's clock may go back; a pass never does.
	now := p.conn.QueryRow(ctx, "SELECT greatest(toUnixTimestamp64Milli(now64(3, 'UTC')), 1 + toUnixTimestamp64Milli(max(made_at))) FROM "+
		p.Name("daily_facts")+" WHERE centre = ?", p.o.Centre)
	if err := now.Scan(&p.madeMs); err != nil {
		return false, fmt.Errorf("begin a pass: %w", err)
	}
	var count uint64
	var first, last, live int32
	row := p.conn.QueryRow(ctx, "SELECT sum(n), min(first), max(last), max(live), argMax(of_epoch, newest), argMax(top, newest) FROM (SELECT count() AS n, "+
		"toInt32(min(day)) AS first, toInt32(max(day)) AS last, toInt32(maxIf(day, lane = '')) AS live, toString(epoch) AS of_epoch, max(started_at) AS newest, "+
		"max(offset) AS top FROM "+p.Name("contacts")+" WHERE centre = ? AND deleted = 0 GROUP BY of_epoch)", p.o.Centre)
	if err := row.Scan(&count, &first, &last, &live, &p.began.epoch, &p.began.offset); err != nil {
		return false, fmt.Errorf("look at the contacts: %w", err)
	}
	if live > 0 {
		last = live
	}
	var late int32
	row = p.conn.QueryRow(ctx, "SELECT toInt32(max(day)) FROM "+p.Name("outcomes")+" WHERE centre = ? AND lane = '' AND in_time = 0", p.o.Centre)
	if err := row.Scan(&late); err != nil {
		return false, fmt.Errorf("look at the late outcomes: %w", err)
	}
	p.began.last = int64(max(last, late))
	p.began.first = max(int64(first), int64(last)-dailyKeepDays)
	return count > 0, nil
}

// ranges are the days that the pass computes.
func (p *dailyPass) ranges(ctx context.Context) ([]DayRange, error) {
	all := DayRange{p.began.first, p.began.last + 1} // a contact may last into the next day
	switch p.o.Kind {
	case DailyRecent:
		return clip([]DayRange{{p.began.last - recentDays + 1, all.To}}, all), nil
	case DailyAsked:
		asked := p.o.Asked
		if asked.From == 0 {
			asked.From = all.From
		}
		if asked.To == 0 {
			asked.To = all.To
		}
		return clip([]DayRange{asked}, all), nil
	}
	changed, err := p.changed(ctx)
	if err != nil {
		return nil, err
	}
	return clip(append(changed, DayRange{p.began.last - lookDays + 1, all.To}), all), nil
}

// changed are the days that contacts became known of since the last full pass, and those
// of imports that were shown or hidden since, with the days that they have an effect on.
func (p *dailyPass) changed(ctx context.Context) ([]DayRange, error) {
	var passes uint64
	var madeMs, offset int64
	var epoch string
	before := p.Name("daily_passes") + " WHERE centre = ? AND kind = 'full'"
	row := p.conn.QueryRow(ctx, "SELECT count(), toUnixTimestamp64Milli(max(made_at)), argMax(epoch, made_at), argMax(offset, made_at) FROM "+before, p.o.Centre)
	if err := row.Scan(&passes, &madeMs, &epoch, &offset); err != nil {
		return nil, fmt.Errorf("look at the passes before: %w", err)
	}
	if passes == 0 {
		return []DayRange{{p.began.first, p.began.last + 1}}, nil
	}
	rows, err := p.conn.Query(ctx, "SELECT toInt32(min(day)), toInt32(max(day)) FROM "+p.Name("contacts")+" AS c WHERE centre = ? AND ("+
		"epoch = ? AND offset > ? OR epoch NOT IN (SELECT epoch FROM "+before+") OR (centre, lane) IN (SELECT centre, lane FROM "+p.Name("lanes")+
		" WHERE changed_at >= fromUnixTimestamp64Milli(?))) GROUP BY lane", p.o.Centre, epoch, offset, p.o.Centre, madeMs)
	if err != nil {
		return nil, fmt.Errorf("look for days that changed: %w", err)
	}
	defer rows.Close()
	var list []DayRange
	for rows.Next() {
		var from, to int32
		if err := rows.Scan(&from, &to); err != nil {
			return nil, fmt.Errorf("look for days that changed: %w", err)
		}
		list = append(list, DayRange{int64(from) - lookDays, int64(to) + lookDays})
	}
	return list, rows.Err()
}

// findRepeats computes repeats and returns of a range of days.
func (p *dailyPass) findRepeats(ctx context.Context, r DayRange) error {
	parameters := p.parameters(r)
	parameters["all"] = "1"
	if p.o.Kind == DailyRecent {
		parameters["all"] = "0"
	}
	buckets, err := p.buckets(ctx, r)
	if err != nil {
		return err
	}
	parameters["buckets"] = strconv.FormatUint(buckets, 10)
	for bucket := range buckets {
		parameters["bucket"] = strconv.FormatUint(bucket, 10)
		if err := p.execDaily(ctx, "repeats", parameters); err != nil {
			return err
		}
		if p.o.Progress != nil {
			p.o.Progress(int(bucket)+1, int(buckets)+1)
		}
	}
	if err := p.execDaily(ctx, "stale", parameters); err != nil {
		return err
	}
	if p.o.Progress != nil {
		p.o.Progress(int(buckets)+1, int(buckets)+1)
	}
	return nil
}

// buckets is into how many parts the customers are divided.
func (p *dailyPass) buckets(ctx context.Context, r DayRange) (uint64, error) {
	from, to := r.From-lookDays, r.To+lookDays
	if p.o.Kind == DailyRecent {
		from, to = r.From-2, r.To // those customers are looked at only, most of whom came once
	}
	var n uint64
	row := p.conn.QueryRow(ctx, "SELECT count() FROM "+p.Name("contacts")+" WHERE centre = ? AND day BETWEEN ? AND ? AND customer != ''",
		p.o.Centre, dayText(from), dayText(to))
	if err := row.Scan(&n); err != nil {
		return 0, fmt.Errorf("count the contacts: %w", err)
	}
	return 1 + n/dailyBucketRows, nil
}

func (p *dailyPass) parameters(r DayRange) clickhouse.Parameters {
	return clickhouse.Parameters{"centre": p.o.Centre, "from": dayText(r.From), "to": dayText(r.To), "made": strconv.FormatInt(p.madeMs, 10)}
}

// dailyNames is what the statements of the daily job are written over.
type dailyNames struct{ schema }

// MostVisits is mostVisits.
func (dailyNames) MostVisits() int { return mostVisits }

// dailyStatement renders a statement of the daily job.
func (s schema) dailyStatement(name string) (string, error) {
	t, err := template.New(name+".sql").Option("missingkey=error").ParseFS(dailyFiles, "daily/"+name+".sql")
	if err != nil {
		return "", fmt.Errorf("read statement %s: %w", name, err)
	}
	var text strings.Builder
	if err := t.Execute(&text, dailyNames{s}); err != nil {
		return "", fmt.Errorf("write statement %s: %w", name, err)
	}
	return strings.TrimSpace(text.String()), nil
}

func (p *dailyPass) execDaily(ctx context.Context, name string, parameters clickhouse.Parameters) error {
	statement, err := p.dailyStatement(name)
	if err != nil {
		return err
	}
	return p.conn.Exec(clickhouse.Context(ctx, clickhouse.WithParameters(parameters), clickhouse.WithSettings(p.dailySettings())), statement)
}

// dailySettings hold for the statements of a pass. Writing the same rows again is meant:
// it must not be taken for a retry.
func (s *Store) dailySettings() clickhouse.Settings {
	settings := clickhouse.Settings{"insert_deduplicate": 0, "async_insert": 0, "max_partitions_per_insert_block": 0, "max_query_size": maxStatementBytes}
	if s.cluster != "" {
		settings["distributed_foreground_insert"] = 1
	}
	return settings
}

// note writes the pass down.
func (p *dailyPass) note(ctx context.Context) error {
	row := p.conn.QueryRow(ctx, "SELECT countIf(deleted = 0) FROM "+p.Name("daily_facts")+" WHERE centre = ? AND made_at = fromUnixTimestamp64Milli(?)",
		p.o.Centre, p.madeMs)
	if err := row.Scan(&p.report.Rows); err != nil {
		return fmt.Errorf("count the rows: %w", err)
	}
	first, last := p.report.Ranges[0].From, p.report.Ranges[len(p.report.Ranges)-1].To
	return p.exec(ctx, "note the pass", fmt.Sprintf("INSERT INTO %s (centre, made_at, ended_at, kind, from_day, to_day, epoch, offset, rows, late, unknown) "+
		"SELECT %s, fromUnixTimestamp64Milli(%d, 'UTC'), now64(3, 'UTC'), %s, %s, %s, %s, %d, %d, %d, %d", p.Name("daily_passes"), quote(p.o.Centre), p.madeMs,
		quote(p.o.Kind.String()), quote(dayText(first)), quote(dayText(last)), quote(p.began.epoch), p.began.offset, p.report.Rows,
		p.report.Late, p.report.Unknown))
}

// DailyCentres lists the centres of which contacts are stored.
func (s *Store) DailyCentres(ctx context.Context) ([]string, error) {
	rows, err := s.conn.Query(ctx, "SELECT DISTINCT toString(centre) AS c FROM "+s.Name("contacts")+" ORDER BY c")
	if err != nil {
		return nil, fmt.Errorf("store: list the centres: %w", withRemedy(err))
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var centre string
		if err := rows.Scan(&centre); err != nil {
			return nil, fmt.Errorf("store: list the centres: %w", err)
		}
		list = append(list, centre)
	}
	return list, rows.Err()
}

// DailyDue says what kind of pass is due: a full one when there was none, when a business
// day has begun or an import was shown or hidden since the last one, or when that is a
// day old; else one of the last days.
func (s *Store) DailyDue(ctx context.Context, centre string) (DailyKind, error) {
	var fresh uint8
	row := s.conn.QueryRow(ctx, "SELECT (SELECT max(day) + 1 FROM "+s.Name("contacts")+" WHERE centre = ? AND lane = '') <= max(to_day) AND "+
		"(SELECT max(changed_at) FROM "+s.Name("lanes")+" WHERE centre = ?) < max(made_at) AND "+
		"max(made_at) > now64(3, 'UTC') - INTERVAL 1 DAY FROM "+s.Name("daily_passes")+" WHERE centre = ? AND kind = 'full'", centre, centre, centre)
	if err := row.Scan(&fresh); err != nil {
		return DailyFull, fmt.Errorf("store: look what the daily job has to do: %w", withRemedy(err))
	}
	if fresh == 1 {
		return DailyRecent, nil
	}
	return DailyFull, nil
}
