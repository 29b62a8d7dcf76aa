// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"math/bits"
	"strconv"
)

// BinFamily is a histogram of waits, of customers in a queue or of messages for
// their first reply, kept as counts per bin so that a percentile can be added up,
// retracted and computed alike in Go and in SQL.
type BinFamily uint8

// The families of bins. Their numbers are stored: append only.
const (
	// WaitAnsweredBins counts answered queue legs by wait.
	WaitAnsweredBins BinFamily = iota
	// WaitAbandonedBins counts abandoned queue legs by wait.
	WaitAbandonedBins
	// ReplyBusinessBins counts items that got their first human reply by the opening
	// time it took.
	ReplyBusinessBins

	numBinFamilies
)

// NumBinFamilies is the number of families of bins.
const NumBinFamilies = int(numBinFamilies)

var binInfos = [NumBinFamilies]Info{
	WaitAnsweredBins:  {"wait_answered_bins", GrainQueueLeg, setD, UnitCount, false, "Answered legs by bin of their wait."},
	WaitAbandonedBins: {"wait_abandoned_bins", GrainQueueLeg, setD, UnitCount, false, "Abandoned legs by bin of their wait."},
	ReplyBusinessBins: {"reply_business_bins", GrainDeferred, setShared, UnitCount, false, "Items that got their first human reply, by bin of the opening time it took."},
}

// Info returns the description of f. It panics when f is not in the list.
func (f BinFamily) Info() Info { return binInfos[f] }

// String returns the stable name of f, as in columns and formulas.
func (f BinFamily) String() string {
	if int(f) >= NumBinFamilies {
		return "bins(" + strconv.Itoa(int(f)) + ")"
	}
	return binInfos[f].Name
}

// ParseBinFamily returns the family of that name, and whether there is one.
func ParseBinFamily(name string) (BinFamily, bool) {
	for i := range binInfos {
		if binInfos[i].Name == name {
			return BinFamily(i), true
		}
	}
	return 0, false
}

// The shape of the bins. Bin 0 holds a wait of zero (and a negative one, which
// only a wrong source can give); bin k, up to 120, holds (k-1 s, k s]: the upper
// edge is included, so that a percentile agrees with `wait <= T` of a service
// level. Above 120 s each doubling is cut into 32 equal bins, again with the
// upper edge included: the error is below 1/32 of the value. The last bin ends
// at 120 s * 2^13 = 983,040 s (11 days 9 h) and also holds all that is longer.
const (
	secondBins       = 120
	secondMs         = 1000
	linearEndMs      = secondBins * secondMs
	binsPerOctave    = 32
	octaves          = 13
	firstOctaveBinMs = linearEndMs / binsPerOctave // 3750, a whole number

	// MaxBin is the last bin.
	MaxBin = secondBins + binsPerOctave*octaves
	// NumBins is the number of bins.
	NumBins = MaxBin + 1
	// MaxBinMs is the upper edge of the last bin, in milliseconds.
	MaxBinMs = int64(linearEndMs) << octaves
)

// BinOf returns the bin of a wait of ms milliseconds.
func BinOf(ms int64) uint16 {
	if ms <= 0 {
		return 0
	}
	if ms <= linearEndMs {
		return uint16((ms + secondMs - 1) / secondMs)
	}
	if ms > MaxBinMs {
		return MaxBin
	}
	octave := bits.Len64(uint64((ms-1)/linearEndMs)) - 1
	start := int64(linearEndMs) << octave
	width := int64(firstOctaveBinMs) << octave
	return uint16(int64(secondBins+binsPerOctave*octave) + (ms-1-start)/width + 1)
}

// BinUpperMs returns the upper edge of a bin, in milliseconds: the value that a
// percentile falling in the bin takes. A bin above MaxBin counts as MaxBin.
func BinUpperMs(bin uint16) int64 {
	if bin <= secondBins {
		return int64(bin) * secondMs
	}
	above := int64(min(bin, MaxBin) - secondBins - 1)
	octave := above / binsPerOctave
	return int64(linearEndMs)<<octave + (above%binsPerOctave+1)*(int64(firstOctaveBinMs)<<octave)
}

// Percentile returns the upper edge, in milliseconds, of the bin that holds the
// value of rank ceil(q*n), where n is the sum of counts and q is qBp in basis
// points (9000 for the 90th percentile). bins is in ascending order and counts
// is beside it. ok is false when n is not positive.
func Percentile(bins []uint16, counts []int64, qBp int64) (ms int64, ok bool) {
	var n int64
	for _, c := range counts {
		n += c
	}
	if n <= 0 {
		return 0, false
	}
	rank := percentileRank(n, qBp)
	var cum int64
	for i, c := range counts {
		if cum += c; cum >= rank {
			return BinUpperMs(bins[i]), true
		}
	}
	return 0, false
}

const fullBp = 10_000

// percentileRank is ceil(n*qBp/10000), at least 1, cut in two so that n may be
// as large as an int64.
func percentileRank(n, qBp int64) int64 {
	return max(n/fullBp*qBp+(n%fullBp*qBp+fullBp-1)/fullBp, 1)
}
