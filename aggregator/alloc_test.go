// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import "testing"

// In steady state only a contact's id and customer are kept, two strings. The rest takes memory that others gave back.
func TestStepSeldomAllocates(t *testing.T) {
	const records = 20_000
	f := warmFeed(100, 1000)
	f.prepare(2 * records) // AllocsPerRun runs once before it counts
	allocs := testing.AllocsPerRun(1, func() {
		for range records {
			f.step()
		}
	})
	if perRecord := allocs / records; perRecord > 0.3 {
		t.Errorf("a record allocates %.2f times on average, want at most 0.3: the id and the customer of each contact", perRecord)
	}
}
