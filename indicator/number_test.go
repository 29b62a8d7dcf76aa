// SPDX-License-Identifier: Apache-2.0

package indicator

import "testing"

// Numbers are written as one reads them in each language; a difference has its sign, unless it rounds to nothing.
func TestNumbersInWords(t *testing.T) {
	const thin = "\u202f"
	for _, c := range []struct {
		x               float64
		places          int
		english, french string // with a sign
	}{
		{2.44, 1, "+2.4", "+2,4"},
		{-7.7, 1, "−7.7", "−7,7"},
		{1118, 0, "+1,118", "+1" + thin + "118"},
		{-1234567.5, 1, "−1,234,567.5", "−1" + thin + "234" + thin + "567,5"},
		{0, 1, "0.0", "0,0"},
		{0.04, 1, "0.0", "0,0"},
		{-0.04, 1, "0.0", "0,0"},
		{-0.4, 0, "0", "0"},
		{0.05000001, 1, "+0.1", "+0,1"},
	} {
		if got := English.Signed(c.x, c.places); got != c.english {
			t.Errorf("English: %v with %d places is %q, want %q", c.x, c.places, got, c.english)
		}
		if got := French.Signed(c.x, c.places); got != c.french {
			t.Errorf("French: %v with %d places is %q, want %q", c.x, c.places, got, c.french)
		}
	}
	if got := English.Decimal(-0.04, 1); got != "0.0" {
		t.Errorf("what rounds to zero is %q", got)
	}
}
