// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// lateBatch is how many contacts with late outcomes are booked at once.
const lateBatch = 2000

// lateContact is what is stored of a contact with late outcomes.
type lateContact struct {
	lane, epoch string
	partition   uint16
	lives       []aggregator.LifeRecord // of the newest log and lane that has them
	outcomes    []aggregator.OutcomeRecord
}

// bookLate books the late outcomes of a range of days on their contacts, contact by
// contact in the order of their names.
func (p *dailyPass) bookLate(ctx context.Context, r DayRange) error {
	for after := ""; ; {
		names, err := p.lateNames(ctx, r, after)
		if err != nil || len(names) == 0 {
			return err
		}
		found := map[string]*lateContact{}
		for _, name := range names {
			found[name] = &lateContact{}
		}
		if err := p.readOutcomes(ctx, names, found); err != nil {
			return err
		}
		if err := p.readLives(ctx, names, found); err != nil {
			return err
		}
		if err := p.writeLate(ctx, names, found); err != nil {
			return err
		}
		after = names[len(names)-1]
	}
}

// lateNames are the next contacts with late outcomes.
func (p *dailyPass) lateNames(ctx context.Context, r DayRange, after string) ([]string, error) {
	rows, err := p.conn.Query(p.long(ctx), fmt.Sprintf("SELECT DISTINCT contact FROM %s AS o FINAL WHERE centre = ? AND contact > ? AND day BETWEEN ? AND ? AND in_time = 0 AND %s "+
		"ORDER BY contact LIMIT %d", p.Name("outcomes"), p.VisibleLanes("o"), lateBatch), p.o.Centre, after, dayText(r.From), dayText(r.To))
	if err != nil {
		return nil, fmt.Errorf("look for late outcomes: %w", err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("look for late outcomes: %w", err)
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// wordColumns are the columns of aggregator.Words, in their order.
const wordColumns = "toString(programme), toString(site), toString(queue), toString(campaign), toString(channel), toString(direction), toString(team), %s, toString(advisor), toString(reason)"

func (p *dailyPass) readOutcomes(ctx context.Context, names []string, found map[string]*lateContact) error {
	rows, err := p.conn.Query(p.long(ctx), "SELECT contact, toUnixTimestamp64Milli(at), toInt32(day), in_time, toString(source), id, object, sequence, config_version, toString(type), "+
		fmt.Sprintf(wordColumns, "''")+", toString(member_team), toString(member_home_team), toString(member_site), value, class, marks, csat, nps, ces FROM "+
		p.Name("outcomes")+" AS o FINAL WHERE centre = ? AND contact IN ? AND "+p.VisibleLanes("o")+" ORDER BY contact, lane, source, id", p.o.Centre, names)
	if err != nil {
		return fmt.Errorf("read outcomes: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, typ string
		var o aggregator.OutcomeRecord
		var inTime uint8
		var id, object int64
		w, m := &o.Said, &o.Member
		if err := rows.Scan(&name, &o.At, &o.Day, &inTime, &o.Source, &id, &object, &o.Seq, &o.Version, &typ, &w[0], &w[1], &w[2], &w[3], &w[4], &w[5],
			&w[6], &w[7], &w[8], &w[9], &m[0], &m[1], &m[2], &o.Value, &o.Class, &o.Marks, &o.CSAT, &o.NPS, &o.CES); err != nil {
			return fmt.Errorf("read outcomes: %w", err)
		}
		var known bool
		if o.Type, known = event.ParseType(typ); !known {
			return fmt.Errorf("read outcomes: contact %s has an outcome of type %s, which this program does not know: upgrade vigie", name, typ)
		}
		o.InTime, o.ID, o.Object = inTime == 1, uint64(id), uint64(object)
		found[name].outcomes = append(found[name].outcomes, o)
	}
	return rows.Err()
}

// readLives reads the lives of contacts. Where two logs or lanes have the same contact, the one that saw it last stands.
func (p *dailyPass) readLives(ctx context.Context, names []string, found map[string]*lateContact) error {
	rows, err := p.conn.Query(p.long(ctx), "SELECT contact, toString(lane), toString(epoch), partition, toUnixTimestamp64Milli(started_at), toInt32(day), conversations, "+
		fmt.Sprintf(wordColumns, "toString(home_team)")+" FROM "+p.Name("contacts")+" AS c FINAL WHERE centre = ? AND contact IN ? AND "+p.VisibleLanes("c")+
		" ORDER BY contact, max(started_at) OVER (PARTITION BY contact, lane, epoch), lane, epoch, life", p.o.Centre, names)
	if err != nil {
		return fmt.Errorf("read contacts: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, lane, epoch string
		var partition uint16
		var l aggregator.LifeRecord
		w := &l.Words
		if err := rows.Scan(&name, &lane, &epoch, &partition, &l.StartedAt, &l.Day, &l.Conversations, &w[0], &w[1], &w[2], &w[3], &w[4], &w[5],
			&w[6], &w[7], &w[8], &w[9]); err != nil {
			return fmt.Errorf("read contacts: %w", err)
		}
		c := found[name]
		if c.lane != lane || c.epoch != epoch {
			c.lives = nil
		}
		c.lane, c.epoch, c.partition = lane, epoch, partition
		c.lives = append(c.lives, l)
	}
	return rows.Err()
}

// writeLate writes what the late outcomes of contacts give, and takes back what an
// earlier pass wrote of them and this one did not.
func (p *dailyPass) writeLate(ctx context.Context, names []string, found map[string]*lateContact) error {
	var known []string
	batch := &lateRows{madeMs: p.madeMs, centre: p.o.Centre}
	for _, name := range names {
		c := found[name]
		if len(c.lives) == 0 {
			for i := range c.outcomes {
				if !c.outcomes[i].InTime {
					p.report.Unknown++
				}
			}
			continue
		}
		known = append(known, name)
		p.report.Late++
		for i, a := range aggregator.Attribute(c.lives, c.outcomes) {
			batch.add(name, i, c, &a)
		}
	}
	if len(known) == 0 {
		return nil
	}
	if err := batch.write(ctx, p.Store); err != nil {
		return err
	}
	return p.conn.Exec(clickhouse.Context(ctx, clickhouse.WithSettings(p.dailySettings())), "INSERT INTO "+p.Name("daily_facts")+
		" (centre, lane, day, part, contact, life, number, epoch, partition, quarter, at, made_at, deleted) SELECT centre, lane, day, part, contact, life, number, epoch, "+
		"partition, quarter, at, fromUnixTimestamp64Milli(?, 'UTC'), 1 FROM "+p.Name("daily_facts")+
		" FINAL WHERE centre = ? AND part = 'late' AND contact IN ? AND made_at < fromUnixTimestamp64Milli(?, 'UTC')", p.madeMs, p.o.Centre, known, p.madeMs)
}

// lateRows are rows of daily_facts to be written, one tuple of SQL values each.
type lateRows struct {
	madeMs int64
	centre string
	tuples []string
}

func (b *lateRows) add(contact string, number int, c *lateContact, a *aggregator.Attribution) {
	values := []string{quote(b.centre), quote(c.lane), quote(dayText(int64(a.Day))), "'late'", quote(contact), fmt.Sprint(number),
		fmt.Sprint(quarterSeconds(a.At)), quote(time.UnixMilli(a.At).UTC().Format("2006-01-02 15:04:05.000")), quote(a.Grain.String())}
	for _, word := range a.Words {
		values = append(values, quote(word))
	}
	values = append(values, quote(c.epoch), fmt.Sprint(c.partition), quote(time.UnixMilli(b.madeMs).UTC().Format("2006-01-02 15:04:05.000")))
	sums := map[string]int64{}
	for _, inc := range a.Incs {
		if m, ok := inc.Key.Measure(); ok {
			sums[m.String()] += inc.Value
		}
	}
	for _, column := range saidColumns {
		values = append(values, fmt.Sprint(sums[column]))
	}
	b.tuples = append(b.tuples, "("+strings.Join(values, ", ")+")")
}

// saidColumns are the measures that outcomes book.
var saidColumns = func() (list []string) {
	for _, c := range dailyColumns() {
		if m, ok := indicator.ParseMeasure(c.name); ok && isSaid(m) {
			list = append(list, c.name)
		}
	}
	return list
}()

func (b *lateRows) write(ctx context.Context, s *Store) error {
	for tuples := range slices.Chunk(b.tuples, lateBatch) {
		if err := b.insert(ctx, s, tuples); err != nil {
			return err
		}
	}
	return nil
}

func (b *lateRows) insert(ctx context.Context, s *Store, tuples []string) error {
	statement := "INSERT INTO " + s.Name("daily_facts") + " (centre, lane, day, part, contact, number, quarter, at, grain, programme, site, queue, campaign, channel, " +
		"direction, team, home_team, advisor, reason, epoch, partition, made_at, " + strings.Join(saidColumns, ", ") + ") VALUES " + strings.Join(tuples, ", ")
	return s.exec(ctx, "book late outcomes", statement)
}

// long lets a statement name many contacts.
func (p *dailyPass) long(ctx context.Context) context.Context {
	return clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_query_size": maxStatementBytes}))
}
