// SPDX-License-Identifier: Apache-2.0

package indicator

import "testing"

// The edges are worked by hand from the rule: one bin per second up to 120 s,
// upper edge included, then 32 per doubling (3.75 s wide from 120 s, 7.5 s from
// 240 s, 15 s from 480 s).
func TestBinEdges(t *testing.T) {
	for _, c := range []struct {
		ms      int64
		bin     uint16
		upperMs int64
	}{
		{-5, 0, 0},
		{0, 0, 0},
		{1, 1, 1000},
		{1000, 1, 1000},
		{1001, 2, 2000},
		{20_000, 20, 20_000},
		{20_001, 21, 21_000},
		{120_000, 120, 120_000},
		{120_001, 121, 123_750},
		{123_750, 121, 123_750},
		{123_751, 122, 127_500},
		{236_251, 152, 240_000},
		{240_000, 152, 240_000},
		{240_001, 153, 247_500},
		{480_000, 184, 480_000},
		{480_001, 185, 495_000},
		{600_000, 192, 600_000},
		{600_001, 193, 615_000},
		{983_040_000, 536, 983_040_000},
		{983_040_001, 536, 983_040_000},
		{1 << 62, 536, 983_040_000},
	} {
		if got := BinOf(c.ms); got != c.bin {
			t.Errorf("BinOf(%d) = %d, want %d", c.ms, got, c.bin)
		}
		if got := BinUpperMs(c.bin); got != c.upperMs {
			t.Errorf("BinUpperMs(%d) = %d, want %d", c.bin, got, c.upperMs)
		}
	}
}

func TestEveryBinEndsWhereTheNextStarts(t *testing.T) {
	for b := uint16(0); b <= MaxBin; b++ {
		upper := BinUpperMs(b)
		if got := BinOf(upper); got != b {
			t.Errorf("bin %d ends at %d ms, which falls in bin %d", b, upper, got)
		}
		if b < MaxBin && BinOf(upper+1) != b+1 {
			t.Errorf("%d ms falls in bin %d, want %d", upper+1, BinOf(upper+1), b+1)
		}
	}
}
