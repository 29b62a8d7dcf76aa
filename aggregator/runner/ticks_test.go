// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"slices"
	"testing"
)

// After twelve minutes without an owner the clock is led back in steps of five: two of them, and the next tick is now. A
// restart of a minute needs none, and neither does a new log.
func TestMissedTicks(t *testing.T) {
	const ten = int64(1_795_420_800_000)
	for _, c := range []struct {
		from, now int64
		want      []int64
	}{
		{ten, ten + 12*60_000, []int64{ten + 5*60_000, ten + 10*60_000}},
		{ten, ten + 60_000, nil},
		{ten, ten - 60_000, nil},
		{0, ten, nil},
	} {
		if got := missedTicks(c.from, c.now); !slices.Equal(got, c.want) {
			t.Errorf("from %d to %d: %v, want %v", c.from, c.now, got, c.want)
		}
	}
	if n := len(missedTicks(1, ten)); n != 8640 {
		t.Errorf("a log that slept for decades gets %d ticks, want those of 30 days, 8640", n)
	}
}
