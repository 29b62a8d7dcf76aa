// SPDX-License-Identifier: Apache-2.0

package live

import (
	"testing"
	"time"
)

// What is quick is read four times a second; what is slow takes a twentieth of the time, until the values would grow old.
func TestRestAfterAReading(t *testing.T) {
	const ms = time.Millisecond
	for took, want := range map[time.Duration]time.Duration{0: 250 * ms, 12 * ms: 250 * ms, 25 * ms: 500 * ms, 300 * ms: 1050 * ms, 3000 * ms: 3750 * ms} {
		if got := restAfter(took); got != want {
			t.Errorf("after a reading of %s the next is %s later, want %s", took, got, want)
		}
	}
}
