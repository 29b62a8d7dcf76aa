// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"sync/atomic"

	"github.com/vigie-kpi/vigie/aggregator"
)

// Stats are the live counts of one partition, safe to read from anywhere.
type Stats struct {
	Records         atomic.Int64 // digested since the start
	Offset          atomic.Int64 // of the last one
	HighWatermark   atomic.Int64 // the next offset that will be written to the log
	ClockMs         atomic.Int64 // the log's clock
	Duplicates      atomic.Int64
	Refolds         atomic.Int64 // corrections by events that came out of order
	StoredOffset    atomic.Int64 // everything up to it is in the ledger; -1 without a store
	StoredClockMs   atomic.Int64 // log clock of the newest block in the store; until one is known, that of the start
	QueuedFacts     atomic.Int64 // waiting for the store
	Behind          atomic.Bool  // the store is behind: a second machine is catching up
	DroppedBlocks   atomic.Int64 // left to the second machine
	StoreRetries    atomic.Int64
	Batches         atomic.Int64 // of blocks that were written together
	Checkpoints     atomic.Int64
	CheckpointAtMs  atomic.Int64 // log clock of the newest, or of the one that this run began from
	CheckpointBytes atomic.Int64
	Halted          atomic.Bool // the log and the store differ, or the log has a gap: a person must look

	dead []atomic.Int64 // by reason
}

func newStats() *Stats {
	s := &Stats{dead: make([]atomic.Int64, len(aggregator.Reasons())+1)}
	s.StoredOffset.Store(-1)
	return s
}

// begin sets back what says how the partition is, when this instance takes it up: it may have been elsewhere in between.
func (s *Stats) begin() {
	s.Halted.Store(false)
	s.Behind.Store(false)
	s.QueuedFacts.Store(0)
	s.StoredOffset.Store(-1)
}

// DeadLetters counts the records that gave no facts, by reason.
func (s *Stats) DeadLetters(r aggregator.Reason) int64 { return s.dead[r].Load() }

// Lag is how many records of the log are not digested yet.
func (s *Stats) Lag() int64 { return max(0, s.HighWatermark.Load()-s.Offset.Load()-1) }
