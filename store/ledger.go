// SPDX-License-Identifier: Apache-2.0

package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// LedgerRow says that a block is stored: all its facts, contacts, gauges, outcomes, alerts and register.
type LedgerRow struct {
	First, Last             int64 // offsets of the block's records
	Facts, Contacts, Gauges int   // rows
	Hash                    uint64
	Version                 string // of the program that wrote it
}

// Ledger is what is stored of one partition of one log.
type Ledger struct {
	Epoch     string
	Partition int
	// Last is the offset up to which everything is stored, or -1.
	Last int64
	// Rows are the blocks that were asked for, in the order of the log.
	Rows []LedgerRow
}

// Ledger reads the ledger of a partition: Last, and the rows of the blocks that hold
// the record at from or a later one (0 for all).
func (s *Store) Ledger(ctx context.Context, epoch string, partition int, from int64) (*Ledger, error) {
	l := &Ledger{Epoch: epoch, Partition: partition, Last: -1}
	doing := fmt.Sprintf("read the ledger of partition %d", partition)
	if err := s.syncReplicas(ctx, "blocks"); err != nil {
		return nil, err
	}
	last := s.conn.QueryRow(ctx, "SELECT if(count() = 0, -1, max(last)) FROM "+s.Name("blocks")+" WHERE epoch = ? AND partition = ?",
		epoch, partition)
	if err := last.Scan(&l.Last); err != nil {
		return nil, fmt.Errorf("store: %s: %w", doing, withRemedy(err))
	}
	rows, err := s.conn.Query(ctx, "SELECT DISTINCT first, last, rows, contacts, gauges, hash, version FROM "+s.Name("blocks")+
		" WHERE epoch = ? AND partition = ? AND last >= ? ORDER BY first, last, hash", epoch, partition, from)
	if err != nil {
		return nil, fmt.Errorf("store: %s: %w", doing, err)
	}
	defer rows.Close()
	for rows.Next() {
		var r LedgerRow
		var facts, contacts, gauges uint32
		if err := rows.Scan(&r.First, &r.Last, &facts, &contacts, &gauges, &r.Hash, &r.Version); err != nil {
			return nil, fmt.Errorf("store: %s: %w", doing, err)
		}
		r.Facts, r.Contacts, r.Gauges = int(facts), int(contacts), int(gauges)
		l.Rows = append(l.Rows, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: %s: %w", doing, err)
	}
	return l, l.check()
}

// check refuses a ledger in which a record is in two blocks that differ.
func (l *Ledger) check() error {
	for i := 1; i < len(l.Rows); i++ {
		a, b := l.Rows[i-1], l.Rows[i]
		if b.First > a.Last || a.First == b.First && a.Last == b.Last && a.Hash == b.Hash {
			continue
		}
		return &MismatchError{l.Epoch, l.Partition, b.First, b.Last, fmt.Sprintf(
			"the ledger holds two blocks of these records: %d to %d (hash %016x, written by %s) and %d to %d (hash %016x, written by %s)",
			a.First, a.Last, a.Hash, a.Version, b.First, b.Last, b.Hash, b.Version)}
	}
	return nil
}

// Verdict is what the ledger says of a block.
type Verdict uint8

// The verdicts.
const (
	// VerdictNew: all the block's records come after what is stored.
	VerdictNew Verdict = iota
	// VerdictStored: the very same block is stored.
	VerdictStored
)

// String returns the verdict in a word.
func (v Verdict) String() string {
	if v == VerdictStored {
		return "stored"
	}
	return "new"
}

// Check compares a block with the ledger. A block that is stored with another
// hash, or with other borders, is a *MismatchError.
func (l *Ledger) Check(b *Block) (Verdict, error) {
	if b.First > l.Last {
		return VerdictNew, nil
	}
	i, found := slices.BinarySearchFunc(l.Rows, b.First, func(r LedgerRow, first int64) int { return cmp.Compare(r.First, first) })
	fail := func(format string, args ...any) (Verdict, error) {
		return 0, &MismatchError{b.Epoch, b.Partition, b.First, b.Last, fmt.Sprintf(format, args...)}
	}
	if !found {
		return fail("the ledger goes up to %d and holds no block that starts at %d", l.Last, b.First)
	}
	r := l.Rows[i]
	if r.Last != b.Last {
		return fail("the ledger's block ends at %d (written by %s), this one at %d (made by %s)", r.Last, r.Version, b.Last, b.Version)
	}
	if r.Hash != b.Hash {
		facts, contacts, gauges := b.Rows()
		return fail("the ledger has hash %016x, %d facts, %d contacts, %d gauges (written by %s); the log gives hash %016x, %d facts, %d contacts, %d gauges (by %s)",
			r.Hash, r.Facts, r.Contacts, r.Gauges, r.Version, b.Hash, facts, contacts, gauges, b.Version)
	}
	return VerdictStored, nil
}

// ledgerColumns are the blocks' rows in the ledger, as they are sent.
func ledgerColumns(blocks []*Block) []sendColumn {
	return []sendColumn{
		perBlock("epoch", "String", blocks, func(b *Block) any { return b.Epoch }),
		perBlock("partition", "UInt16", blocks, func(b *Block) any { return uint16(b.Partition) }),
		perBlock("first", "Int64", blocks, func(b *Block) any { return b.First }),
		perBlock("last", "Int64", blocks, func(b *Block) any { return b.Last }),
		perBlock("rows", "UInt32", blocks, func(b *Block) any { return uint32(b.facts.rows) }),
		perBlock("contacts", "UInt32", blocks, func(b *Block) any { return uint32(b.contacts.rows) }),
		perBlock("gauges", "UInt32", blocks, func(b *Block) any { return uint32(b.gauges.rows) }),
		perBlock("hash", "UInt64", blocks, func(b *Block) any { return b.Hash }),
		perBlock("version", "String", blocks, func(b *Block) any { return b.Version }),
		perBlock("clock", "DateTime64(3, 'UTC')", blocks, func(b *Block) any { return time.UnixMilli(b.ClockMs).UTC() }),
	}
}

// perBlock is a column with a value for each block.
func perBlock(name, wireType string, blocks []*Block, value func(*Block) any) sendColumn {
	return sendColumn{name, wireType, func(to driver.BatchColumn) error {
		for _, b := range blocks {
			if err := to.AppendRow(value(b)); err != nil {
				return err
			}
		}
		return nil
	}}
}
