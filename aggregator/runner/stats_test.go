// SPDX-License-Identifier: Apache-2.0

package runner

import "testing"

// What the store and the checkpoint lack, told by hand: blocks end at 105 s and 110 s, the clock goes on to an hour.
func TestWhatIsLacking(t *testing.T) {
	s := newStats()
	at := func(what string, storedMs, behindMs int64) {
		t.Helper()
		if got := s.StoredClockMs(); got != storedMs {
			t.Errorf("%s: stored up to %d, want %d", what, got, storedMs)
		}
		if got := s.CheckpointBehindMs(); got != behindMs {
			t.Errorf("%s: the checkpoint is %d behind, want %d", what, got, behindMs)
		}
	}
	s.beginAt(-1, 0)
	s.ClockMs.Store(100_000)
	at("a new log without a block lacks nothing", 100_000, 0)
	s.blockEnded(10, 105_000)
	s.ClockMs.Store(106_000)
	at("the first block", 105_000, 0)
	s.blockEnded(20, 110_000)
	at("the second block, nothing stored or saved", 105_000, 5_000)
	s.StoredOffset.Store(10)
	s.checkpointed(105_000)
	s.ClockMs.Store(3_600_000)
	at("the first block is stored and in a checkpoint", 105_000, 5_000)
	s.storedClock.Store(110_000)
	s.StoredOffset.Store(20)
	at("an hour without a block, all stored: only ticks came", 3_600_000, 5_000)
	s.begin()
	s.beginAt(20, 3_600_000)
	at("taken up again from a checkpoint, the store not asked yet", 3_600_000, 0)
	s.blockEnded(30, 3_700_000)
	s.ClockMs.Store(3_800_000)
	at("and a block later", 3_600_000, 100_000)
	s.StoredOffset.Store(30)
	at("which is stored", 3_800_000, 100_000)
}
