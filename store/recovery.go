// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
)

// tally is what is added up of some facts, in the block and in the store alike: the
// number of rows, the sums of offset and seq, then the sum of each measure.
type tally [tallyMeasures + indicator.NumMeasures]int64

const (
	tallyRows = iota
	tallyOffsets
	tallySeqs
	tallyMeasures
)

// difference names the first sum in which two tallies differ.
func (t *tally) difference(other *tally) string {
	for i := range t {
		if t[i] != other[i] {
			return fmt.Sprintf("%s: %d and %d", tallyName(i), t[i], other[i])
		}
	}
	return "nothing"
}

func tallyName(i int) string {
	switch i {
	case tallyRows:
		return "rows"
	case tallyOffsets:
		return "sum of offset"
	case tallySeqs:
		return "sum of seq"
	}
	return "sum of " + indicator.Measure(i-tallyMeasures).String()
}

// tallies adds up a block's facts by business day.
func (f *factColumns) tallies() map[int64]*tally {
	days := map[int64]*tally{}
	for row, day := range f.vectors[factDay].ints {
		t := days[day]
		if t == nil {
			t = &tally{}
			days[day] = t
		}
		t[tallyRows]++
		t[tallyOffsets] += f.vectors[factOffset].ints[row]
		t[tallySeqs] += f.vectors[factSeq].ints[row]
		for m := range f.measures {
			if column := f.measures[m]; len(column) > 0 {
				t[tallyMeasures+m] += column[row]
			}
		}
	}
	return days
}

// part is what recovery looks at as a whole: the facts of one block on one business day.
type part struct{ first, day int64 }

// storedTallies adds up the facts that are stored of consecutive blocks' records, by
// block and business day. It is meant for recovery: it reads every column of those rows.
func (s *Store) storedTallies(ctx context.Context, blocks []*Block) (map[part]*tally, error) {
	if err := s.syncReplicas(ctx, "facts"); err != nil {
		return nil, err
	}
	firsts := make([]string, len(blocks))
	for i, b := range blocks {
		firsts[i] = strconv.FormatInt(b.First, 10)
	}
	sums := []string{"roundDown(offset, CAST([" + strings.Join(firsts, ", ") + "] AS Array(Int64))) AS first",
		"toInt64(toUInt16(day))", "toInt64(count())", "sum(offset)", "toInt64(sum(seq))"}
	for m := range indicator.Measure(indicator.NumMeasures) {
		sums = append(sums, "sum("+m.String()+")")
	}
	b := blocks[0]
	rows, err := s.conn.Query(uncompiled(ctx), "SELECT "+strings.Join(sums, ", ")+" FROM "+s.Name("facts")+
		" WHERE epoch = ? AND partition = ? AND offset BETWEEN ? AND ? GROUP BY first, day", b.Epoch, b.Partition, b.First, blocks[len(blocks)-1].Last)
	if err != nil {
		return nil, fmt.Errorf("store: count the stored facts of a block: %w", err)
	}
	defer rows.Close()
	parts := map[part]*tally{}
	for rows.Next() {
		var p part
		t := &tally{}
		into := []any{&p.first, &p.day}
		for i := range t {
			into = append(into, &t[i])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("store: count the stored facts of a block: %w", err)
		}
		parts[p] = t
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: count the stored facts of a block: %w", err)
	}
	return parts, nil
}

// missing compares the facts of consecutive blocks with those that are stored of their
// records, and returns the rows that are not: those of whole business days of a block. A
// day is a partition of the table, and an insert stores a partition's rows all or none; so
// a block's day that is there in part, or with other sums, or that the block does not
// have, is a *MismatchError.
func (s *Store) missing(ctx context.Context, blocks []*Block) ([]factPiece, error) {
	stored, err := s.storedTallies(ctx, blocks)
	if err != nil {
		return nil, err
	}
	var left []factPiece
	for _, b := range blocks {
		days := map[int64]*tally{}
		for p, t := range stored { //deterministic: into a map
			if p.first == b.First {
				days[p.day] = t
			}
		}
		facts, err := b.missing(days)
		if err != nil {
			return nil, err
		}
		if facts.rows > 0 {
			left = append(left, factPiece{b, facts})
		}
	}
	return left, nil
}

// missing returns the block's facts of the days of which nothing is stored.
func (b *Block) missing(stored map[int64]*tally) (*factColumns, error) {
	wanted := b.facts.tallies()
	for _, day := range slices.Sorted(maps.Keys(stored)) {
		want := wanted[day]
		if want == nil {
			want = &tally{}
		}
		if *want != *stored[day] {
			return nil, &MismatchError{b.Epoch, b.Partition, b.First, b.Last, fmt.Sprintf(
				"of day %s, the store has other facts than the log gives (by %s); %s",
				dayText(day), b.Version, stored[day].difference(want))}
		}
	}
	switch {
	case len(stored) == 0:
		return &b.facts, nil
	case len(stored) == len(wanted):
		return &factColumns{}, nil
	}
	return b.facts.onDays(func(day int64) bool { return stored[day] == nil }), nil
}

// mustBeStored is an error unless exactly the blocks' facts are stored: it finds an
// insert that was acknowledged and dropped.
func (s *Store) mustBeStored(ctx context.Context, blocks []*Block) error {
	left, err := s.missing(ctx, blocks)
	if err != nil {
		return err
	}
	if rows := rowsOf(left); rows > 0 {
		b := left[0].block
		return &MismatchError{b.Epoch, b.Partition, b.First, b.Last, fmt.Sprintf(
			"an insert of %d facts was acknowledged and %d of them are not there: "+
				"ClickHouse took the block for one it had seen, so rows were removed from the store by hand", rowsOf(allFacts(blocks...)), rows)}
	}
	return nil
}

// strayLast returns the greatest offset of a stored fact that is beyond the ledger, or
// -1: blocks up to it may be stored in part.
func (s *Store) strayLast(ctx context.Context, l *Ledger) (int64, error) {
	last := int64(-1)
	if err := s.syncReplicas(ctx, "facts"); err != nil {
		return 0, err
	}
	row := s.conn.QueryRow(ctx, "SELECT if(count() = 0, -1, max(offset)) FROM "+s.Name("facts")+
		" WHERE epoch = ? AND partition = ? AND offset > ?", l.Epoch, l.Partition, l.Last)
	if err := row.Scan(&last); err != nil {
		return 0, fmt.Errorf("store: look for facts beyond the ledger: %w", err)
	}
	return last, nil
}

// syncReplicas waits until every replica of a table has what was acknowledged before,
// because a read may be answered by another replica than the one that was written to.
// One server has nothing to wait for.
func (s *Store) syncReplicas(ctx context.Context, table string) error {
	if s.cluster == "" {
		return nil
	}
	return s.exec(ctx, "wait for the replicas of "+table, s.syncStatement(table))
}

// dayText writes a day since 1970-01-01 as a date.
func dayText(day int64) string { return time.Unix(day*daySeconds, 0).UTC().Format(time.DateOnly) }
