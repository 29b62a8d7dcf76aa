// SPDX-License-Identifier: Apache-2.0

package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/vigie-kpi/vigie/explain"
)

// MaxAbandons bounds a list of abandons: about 200 bytes each, and nobody calls that many customers back.
const MaxAbandons = 10_000

// AbandonQuery asks for the contacts that ended with an abandon in an interval.
type AbandonQuery struct {
	Centre       string
	Queue        string // the last one; empty: all
	FromMs, ToMs int64  // from <= abandoned < to, ms UTC
	Day          string // a business day instead, as 2006-01-02
	MinWaitMs    int64  // leave out who waited less
}

// abandon is one of the list, with what finds the customer's later contacts.
type abandon struct {
	explain.Abandon
	customerOld string
}

// Abandons lists them, the newest first, each with what the customer did since. capped tells that there are more than
// MaxAbandons.
func (s *Store) Abandons(ctx context.Context, q AbandonQuery) (list []explain.Abandon, capped bool, err error) {
	found, err := s.readAbandons(ctx, &q)
	if err != nil {
		return nil, false, fmt.Errorf("store: list abandons: %w", withRemedy(err))
	}
	if capped = len(found) > MaxAbandons; capped {
		found = found[:MaxAbandons]
	}
	for chunk := range slices.Chunk(found, explainChunk) {
		if err := s.findReturns(ctx, q.Centre, chunk); err != nil {
			return nil, false, fmt.Errorf("store: find who came back: %w", withRemedy(err))
		}
	}
	for i := range found {
		list = append(list, found[i].Abandon)
	}
	return list, capped, nil
}

func (s *Store) readAbandons(ctx context.Context, q *AbandonQuery) ([]abandon, error) {
	where, args := "c.centre = ? AND c.deleted = 0 AND c.abandoned_at IS NOT NULL", []any{q.Centre}
	if q.Day != "" {
		where += " AND c.abandoned_day = toDate(?)"
		args = append(args, q.Day)
	} else {
		where += " AND c.abandoned_at >= fromUnixTimestamp64Milli(?) AND c.abandoned_at < fromUnixTimestamp64Milli(?)"
		args = append(args, q.FromMs, q.ToMs)
	}
	if q.Queue != "" {
		where += " AND c.queue = ?"
		args = append(args, q.Queue)
	}
	where += " AND c.wait_ms >= ? AND " + s.VisibleLanes("c")
	args = append(args, q.MinWaitMs)
	rows, err := s.conn.Query(ctx, fmt.Sprintf("SELECT c.contact, c.customer, c.customer_old, toString(c.programme), toString(c.queue), toString(c.channel), "+
		"toString(c.reason), toUnixTimestamp64Milli(assumeNotNull(c.abandoned_at)) AS at_ms, c.wait_ms FROM %s AS c FINAL WHERE %s "+
		"ORDER BY at_ms DESC, c.contact LIMIT %d", s.Name("contacts"), where, MaxAbandons+1), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []abandon
	for rows.Next() {
		var a abandon
		if err := rows.Scan(&a.Contact, &a.Customer, &a.customerOld, &a.Programme, &a.Queue, &a.Channel, &a.Reason, &a.AtMs, &a.WaitMs); err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, rows.Err()
}

// later is a contact of a customer that may follow an abandon.
type later struct {
	contact, customer, customerOld, programme, direction, outcome string
	atMs                                                          int64
}

// findReturns finds each customer's next contact, in or out, of the same programme: a client's customers are not another client's. Of
// several since the abandon one that was answered wins, because then nobody needs to call.
func (s *Store) findReturns(ctx context.Context, centre string, list []abandon) error {
	hashes := clickhouse.GroupSet{}
	first := list[0].AtMs
	for i := range list {
		first = min(first, list[i].AtMs)
		for _, hash := range []string{list[i].Customer, list[i].customerOld} {
			if hash != "" {
				hashes.Value = append(hashes.Value, hash)
			}
		}
	}
	if len(hashes.Value) == 0 {
		return nil
	}
	rows, err := s.conn.Query(ctx, fmt.Sprintf("SELECT c.contact, c.customer, c.customer_old, toString(c.programme), toString(c.direction), toString(c.outcome), "+
		"toUnixTimestamp64Milli(c.started_at) FROM %s AS c FINAL WHERE c.centre = ? AND c.deleted = 0 AND (c.customer IN ? OR c.customer_old IN ?) "+
		"AND c.started_at >= fromUnixTimestamp64Milli(?) AND %s", s.Name("contacts"), s.VisibleLanes("c")), centre, hashes, hashes, first)
	if err != nil {
		return err
	}
	defer rows.Close()
	byHash := map[string][]later{}
	for rows.Next() {
		var l later
		if err := rows.Scan(&l.contact, &l.customer, &l.customerOld, &l.programme, &l.direction, &l.outcome, &l.atMs); err != nil {
			return err
		}
		byHash[l.customer] = append(byHash[l.customer], l)
		if l.customerOld != "" && l.customerOld != l.customer {
			byHash[l.customerOld] = append(byHash[l.customerOld], l)
		}
	}
	for i := range list {
		list[i].comeBack(byHash)
	}
	return rows.Err()
}

// comeBack takes over the customer's next contact, if there is one.
func (a *abandon) comeBack(byHash map[string][]later) {
	var since []later
	for _, hash := range []string{a.Customer, a.customerOld} {
		if hash == "" {
			continue
		}
		for _, l := range byHash[hash] {
			if l.atMs > a.AtMs && l.contact != a.Contact && l.programme == a.Programme {
				since = append(since, l)
			}
		}
	}
	if len(since) == 0 {
		return
	}
	best := slices.MinFunc(since, func(x, y later) int {
		return cmp.Or(cmp.Compare(notAnswered(x), notAnswered(y)), cmp.Compare(x.atMs, y.atMs), cmp.Compare(x.contact, y.contact))
	})
	a.Returned, a.ReturnedAs, a.ReturnedWay, a.ReturnedMs = best.contact, best.outcome, best.direction, best.atMs
}

func notAnswered(l later) int {
	if l.outcome == "answered" {
		return 0
	}
	return 1
}
