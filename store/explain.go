// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/vigie-kpi/vigie/explain"
	"github.com/vigie-kpi/vigie/indicator"
)

// explainChunk bounds the contacts that one query names: 500 ids of at most 256 bytes stay below the 256 KB that a query
// may have.
const explainChunk = 500

// ExplainQuery says which facts are asked for: those of a scope and an interval, of the live lane and of the imports that
// are shown, as the views have them.
type ExplainQuery struct {
	Centre string
	Scope  indicator.ScopeKind
	ID     string // of the scope; "" for the centre
	// FromMs and ToMs bound the time of what is counted: from <= at < to, ms UTC. Day, when not empty, is a business day
	// instead, as 2006-01-02.
	FromMs, ToMs int64
	Day          string
	// UpTo, when not nil, keeps what was known at a record of the log; what the daily job found is left out then.
	UpTo *Position
	// Measures are read, and no others; Family too when it is not nil.
	Measures []indicator.Measure
	Family   *indicator.BinFamily
	// Advisors tells advisors apart where facts without a contact are added up.
	Advisors bool
}

// ExplainSums are the sums over the interval of a query.
type ExplainSums struct {
	Rows         uint64  // facts that hold any of the measures
	Sums         []int64 // by Measure
	Bins         []explain.BinCount
	FirstMs, End int64 // of those facts: the first instant, and 1 ms after the last
}

// where are the conditions of a query on one of the two tables, with their arguments.
func (q *ExplainQuery) where(s schema) (conditions string, args []any) {
	conditions, args = "f.centre = ?", []any{q.Centre}
	if q.Day != "" {
		conditions += " AND f.day = toDate(?)"
		args = append(args, q.Day)
	} else {
		conditions += " AND f.at >= fromUnixTimestamp64Milli(?) AND f.at < fromUnixTimestamp64Milli(?)"
		args = append(args, q.FromMs, q.ToMs)
	}
	if q.Scope != indicator.ScopeCentre {
		conditions += " AND f." + q.Scope.String() + " = ?"
		args = append(args, q.ID)
	}
	if q.UpTo != nil {
		conditions += " AND f.epoch = ? AND f.partition = ? AND f.offset <= ?"
		args = append(args, q.UpTo.Epoch, q.UpTo.Partition, q.UpTo.Offset)
	}
	return conditions + " AND " + s.VisibleLanes("f"), args
}

// rows is the query of all facts that hold any of the measures, facts and what the daily job found alike. only, when not
// empty, is one more condition, with its argument.
func (s *Store) explainRows(q *ExplainQuery, only string, argument any) (query string, args []any) {
	var columns, daily, holds, dailyHolds []string
	for _, m := range q.Measures {
		columns, holds = append(columns, "f."+m.String()), append(holds, "f."+m.String()+" != 0")
		if isDaily(m) {
			daily, dailyHolds = append(daily, "f."+m.String()), append(dailyHolds, "f."+m.String()+" != 0")
		} else {
			daily = append(daily, "toInt64(0)")
		}
	}
	bins := "CAST(map(), 'Map(UInt16, Int64)')"
	if q.Family != nil {
		bins = "f." + q.Family.String()
		holds = append(holds, "notEmpty("+bins+")")
	}
	one := func(table, isDaily, offset, seq, version, bins string, columns, holds []string) string {
		conditions, own := q.where(s.schema)
		args = append(args, own...)
		if only != "" {
			conditions += " AND " + only
			args = append(args, argument)
		}
		return fmt.Sprintf(`SELECT toUnixTimestamp64Milli(f.at) AS at_ms, toString(f.grain) AS of_grain, f.contact AS of_contact, toString(f.queue) AS of_queue,
    toString(f.campaign) AS of_campaign, toString(f.team) AS of_team, toString(f.advisor) AS of_advisor, toString(f.reason) AS of_reason,
    toString(f.epoch) AS of_epoch, f.partition AS of_partition, %s AS of_offset, %s AS of_seq, %s AS of_version, toUInt8(%s) AS of_daily,
    [%s] AS m, %s AS b
FROM %s WHERE %s AND (%s)`, offset, seq, version, isDaily, strings.Join(columns, ", "), bins, table, conditions, strings.Join(holds, " OR "))
	}
	query = one(s.Name("facts")+" AS f", "0", "f.offset", "f.seq", "f.config_version", bins, columns, holds)
	if q.UpTo == nil && len(dailyHolds) > 0 {
		query += "\nUNION ALL\n" + one(s.Name("daily_facts")+" AS f FINAL", "1", "toInt64(0)", "f.number", "toUInt32(0)",
			"CAST(map(), 'Map(UInt16, Int64)')", daily, dailyHolds)
	}
	return query, args
}

// ExplainTotals adds the measures up over the interval.
func (s *Store) ExplainTotals(ctx context.Context, q ExplainQuery) (ExplainSums, error) {
	rows, args := s.explainRows(&q, "", nil)
	var t ExplainSums
	var sums []int64
	var bins map[uint16]int64
	row := s.conn.QueryRow(uncompiled(ctx), "SELECT count(), sumForEach(m), sumMap(b), min(at_ms), max(at_ms) + 1 FROM (\n"+rows+"\n)", args...)
	if err := row.Scan(&t.Rows, &sums, &bins, &t.FirstMs, &t.End); err != nil {
		return t, fmt.Errorf("store: add up what is to be explained: %w", withRemedy(err))
	}
	t.Sums = make([]int64, indicator.NumMeasures)
	for i, n := range sums {
		t.Sums[q.Measures[i]] = n
	}
	t.Bins = binCounts(bins)
	return t, nil
}

func binCounts(counts map[uint16]int64) []explain.BinCount {
	var list []explain.BinCount
	sorted := sortedBins(counts)
	for i, bin := range sorted.Bins {
		list = append(list, explain.BinCount{Bin: bin, Count: sorted.Counts[i]})
	}
	return list
}

// ExplainPage asks for a part of the entries: contacts, and quarters of an hour of what belongs to none. An entry counts
// when what it gives to the numerator or to the denominator is not zero.
type ExplainPage struct {
	Numerator, Denominator []indicator.Term
	Only                   string // explain.OnlyAll and so on
	Limit, Offset          int
}

// ExplainFacts reads the facts of a page of entries, the entries in the order of their first fact, and counts them all.
func (s *Store) ExplainFacts(ctx context.Context, q ExplainQuery, p ExplainPage) (facts []explain.Fact, counted, notCounted int, err error) {
	rows, args := s.explainRows(&q, "", nil)
	groups := s.explainGroups(&q, &p, rows)
	var yes, all uint64
	if err := s.conn.QueryRow(uncompiled(ctx), "SELECT countIf(counts), count() FROM (\n"+groups+"\n)", args...).Scan(&yes, &all); err != nil {
		return nil, 0, 0, fmt.Errorf("store: count the entries of an explanation: %w", withRemedy(err))
	}
	filter := ""
	switch p.Only {
	case explain.OnlyCounted:
		filter = "WHERE counts "
	case explain.OnlyNotCounted:
		filter = "WHERE NOT counts "
	}
	page := fmt.Sprintf("SELECT * FROM (\n%s\n) %sORDER BY first_ms, of_contact, group_grain, group_team, group_queue, group_campaign, group_advisor LIMIT %d OFFSET %d",
		groups, filter, p.Limit, p.Offset)
	facts, contacts, err := s.readGroups(ctx, &q, page, args)
	if err != nil {
		return nil, 0, 0, fmt.Errorf("store: read the entries of an explanation: %w", withRemedy(err))
	}
	for chunk := range slices.Chunk(contacts, explainChunk) {
		own, err := s.readExplained(ctx, &q, chunk)
		if err != nil {
			return nil, 0, 0, fmt.Errorf("store: read the facts of an explanation: %w", withRemedy(err))
		}
		facts = append(facts, own...)
	}
	return facts, int(yes), int(all - yes), nil
}

// explainGroups is the query of the entries.
func (s *Store) explainGroups(q *ExplainQuery, p *ExplainPage, rows string) string {
	sum := func(terms []indicator.Term) string {
		parts := []string{"toInt64(0)"}
		for _, t := range terms {
			parts = append(parts, fmt.Sprintf("%d * sums[%d]", t.Coef, 1+slices.Index(q.Measures, t.Measure)))
		}
		return strings.Join(parts, " + ")
	}
	counts := fmt.Sprintf("(%s) != 0 OR (%s) != 0", sum(p.Numerator), sum(p.Denominator))
	if q.Family != nil {
		counts = "arraySum(mapValues(bins)) != 0"
	}
	advisor := "''"
	if q.Advisors {
		advisor = "of_advisor"
	}
	// What belongs to no contact is told apart; of a contact all is one entry.
	alone := func(column string) string { return "if(of_contact = '', " + column + ", '')" }
	return fmt.Sprintf(`SELECT *, %s AS counts FROM (
SELECT of_contact, %s AS group_grain, %s AS group_team, %s AS group_queue, %s AS group_campaign, %s AS group_advisor,
    if(of_contact = '', intDiv(at_ms, %d), 0) AS group_quarter, min(at_ms) AS first_ms, sumForEach(m) AS sums, sumMap(b) AS bins, count() AS n,
    min(of_offset) AS first_offset, max(of_offset) AS last_offset, any(of_epoch) AS an_epoch, any(of_partition) AS a_partition, max(of_version) AS a_version,
    max(of_daily) AS is_daily
FROM (
%s
) GROUP BY of_contact, group_grain, group_team, group_queue, group_campaign, group_advisor, group_quarter)`,
		counts, alone("of_grain"), alone("of_team"), alone("of_queue"), alone("of_campaign"), alone(advisor), explain.MsPerQuarter, rows)
}

// readGroups reads a page of entries: the facts without a contact, added up, and the contacts of the others.
func (s *Store) readGroups(ctx context.Context, q *ExplainQuery, query string, args []any) (facts []explain.Fact, contacts []string, err error) {
	rows, err := s.conn.Query(uncompiled(ctx), query, args...)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var f explain.Fact
		var grain string
		var quarter int64
		var sums []int64
		var bins map[uint16]int64
		var n uint64
		var partition uint16
		var daily, counts uint8
		if err := rows.Scan(&f.Contact, &grain, &f.Team, &f.Queue, &f.Campaign, &f.Advisor, &quarter, &f.AtMs, &sums, &bins, &n, &f.Offset, &f.LastOffset,
			&f.Epoch, &partition, &f.Version, &daily, &counts); err != nil {
			return nil, nil, err
		}
		if f.Contact != "" {
			contacts = append(contacts, f.Contact)
			continue
		}
		f.Grain, f.Partition, f.Daily, f.Rows = grainOf(grain), int(partition), daily == 1, int64(n)
		f.Increments, f.Bins = increments(q.Measures, sums), binCounts(bins)
		facts = append(facts, f)
	}
	return facts, contacts, rows.Err()
}

// readExplained reads the facts of some contacts.
func (s *Store) readExplained(ctx context.Context, q *ExplainQuery, contacts []string) ([]explain.Fact, error) {
	set := clickhouse.GroupSet{}
	for _, c := range contacts {
		set.Value = append(set.Value, c)
	}
	query, args := s.explainRows(q, "f.contact IN ?", set)
	rows, err := s.conn.Query(uncompiled(ctx), query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var facts []explain.Fact
	for rows.Next() {
		f := explain.Fact{Rows: 1}
		var grain string
		var partition uint16
		var daily uint8
		var sums []int64
		var bins map[uint16]int64
		if err := rows.Scan(&f.AtMs, &grain, &f.Contact, &f.Queue, &f.Campaign, &f.Team, &f.Advisor, &f.Reason, &f.Epoch, &partition, &f.Offset, &f.Seq,
			&f.Version, &daily, &sums, &bins); err != nil {
			return nil, err
		}
		f.Grain, f.Partition, f.Daily, f.LastOffset = grainOf(grain), int(partition), daily == 1, f.Offset
		f.Increments, f.Bins = increments(q.Measures, sums), binCounts(bins)
		facts = append(facts, f)
	}
	return facts, rows.Err()
}

func increments(measures []indicator.Measure, values []int64) []explain.Increment {
	var list []explain.Increment
	for i, n := range values {
		if n != 0 {
			list = append(list, explain.Increment{Measure: measures[i], Value: n})
		}
	}
	return list
}

func grainOf(name string) indicator.Grain {
	for g := range indicator.Grain(indicator.NumGrains) {
		if g.String() == name {
			return g
		}
	}
	return indicator.Grain(indicator.NumGrains)
}

// ScopeIDs lists the names of a kind of scope that the facts of a centre hold, at most 10,000, in their order.
func (s *Store) ScopeIDs(ctx context.Context, centre string, kind indicator.ScopeKind) ([]string, error) {
	column := "''"
	if kind != indicator.ScopeCentre {
		column = kind.String()
	}
	return s.texts(ctx, "list the names of a "+kind.String(),
		fmt.Sprintf("SELECT DISTINCT toString(%s) AS id FROM %s WHERE centre = ? AND %s != '' ORDER BY id LIMIT 10000", column, s.Name("facts"), column), centre)
}

// FactCentres lists the centres that have facts.
func (s *Store) FactCentres(ctx context.Context) ([]string, error) {
	return s.texts(ctx, "list the centres", "SELECT DISTINCT toString(centre) AS id FROM "+s.Name("facts")+" ORDER BY id LIMIT 10000")
}

func (s *Store) texts(ctx context.Context, doing, query string, args ...any) ([]string, error) {
	rows, err := s.conn.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("store: %s: %w", doing, withRemedy(err))
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, fmt.Errorf("store: %s: %w", doing, err)
		}
		list = append(list, text)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: %s: %w", doing, err)
	}
	return list, nil
}

// Newest is the log that the newest live facts of a centre come from, with the greatest offset that is stored of it. It is
// the zero Position when there is none.
func (s *Store) Newest(ctx context.Context, centre string) (Position, error) {
	var p Position
	var partition uint16
	var day time.Time
	query := fmt.Sprintf("SELECT toString(epoch) AS e, partition AS p, max(offset), max(day) AS d FROM %s WHERE centre = ? AND lane = '' GROUP BY e, p ORDER BY d DESC, e DESC LIMIT 1", s.Name("facts"))
	rows, err := s.conn.Query(ctx, query, centre)
	if err != nil {
		return p, fmt.Errorf("store: find the newest facts: %w", withRemedy(err))
	}
	defer rows.Close()
	if rows.Next() {
		if err := rows.Scan(&p.Epoch, &partition, &p.Offset, &day); err != nil {
			return p, fmt.Errorf("store: find the newest facts: %w", err)
		}
	}
	p.Partition = int(partition)
	return p, rows.Err()
}
