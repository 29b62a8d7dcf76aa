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
	Unfollowed      atomic.Int64 // events of sources that the machine has no place to remember
	StoredOffset    atomic.Int64 // everything up to it is in the ledger; -1 without a store
	QueuedFacts     atomic.Int64 // waiting for the store
	Behind          atomic.Bool  // the store is behind: a second machine is catching up
	DroppedBlocks   atomic.Int64 // left to the second machine
	StoreRetries    atomic.Int64
	Batches         atomic.Int64 // of blocks that were written together
	Checkpoints     atomic.Int64
	CheckpointBytes atomic.Int64
	Halted          atomic.Bool // the log and the store differ, or the log has a gap: a person must look

	blockEnd        atomic.Int64 // offset at which the newest block ended, or this run began
	blockClock      atomic.Int64 // log clock there
	storedClock     atomic.Int64 // log clock of the newest block that is known to be stored; at first that of the start
	checkpointClock atomic.Int64 // log clock of the newest checkpoint; 0 while there is none
	restartClock    atomic.Int64 // log clock from which on a restart would digest blocks: that, or of the first block

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

// beginAt notes where the machine stands that this run begins with: a checkpoint, or nowhere.
func (s *Stats) beginAt(offset, clockMs int64) {
	s.Offset.Store(offset)
	s.blockEnd.Store(offset)
	s.blockClock.Store(clockMs)
	s.storedClock.Store(clockMs)
	s.checkpointed(clockMs)
}

func (s *Stats) checkpointed(clockMs int64) {
	s.checkpointClock.Store(clockMs)
	s.restartClock.Store(clockMs)
}

// blockEnded notes the end of a block. Before the first one of a log nothing can be missing.
func (s *Stats) blockEnded(offset, clockMs int64) {
	s.storedClock.CompareAndSwap(0, clockMs)
	s.restartClock.CompareAndSwap(0, clockMs)
	s.blockClock.Store(clockMs)
	s.blockEnd.Store(offset)
}

// StoredClockMs is the log's clock up to which the store has everything but the open block. A partition that gives nothing
// to store, at night or without a centre, has it all.
func (s *Stats) StoredClockMs() int64 {
	if s.StoredOffset.Load() >= s.blockEnd.Load() {
		return s.ClockMs.Load()
	}
	return s.storedClock.Load()
}

// CheckpointClockMs is the log's clock at the newest checkpoint, 0 while there is none.
func (s *Stats) CheckpointClockMs() int64 { return s.checkpointClock.Load() }

// CheckpointBehindMs is the log time between the newest checkpoint, or the first block without one, and the newest block:
// what a restart digests again. A partition that gives no blocks needs no checkpoint.
func (s *Stats) CheckpointBehindMs() int64 {
	return max(0, s.blockClock.Load()-s.restartClock.Load())
}

// DeadLetters counts the records that gave no facts, by reason.
func (s *Stats) DeadLetters(r aggregator.Reason) int64 { return s.dead[r].Load() }

// Lag is how many records of the log are not digested yet.
func (s *Stats) Lag() int64 { return max(0, s.HighWatermark.Load()-s.Offset.Load()-1) }
