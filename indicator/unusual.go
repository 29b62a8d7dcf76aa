// SPDX-License-Identifier: Apache-2.0

package indicator

// What past days say of the present one: how unusual a count is, and what the rest of a day must bring.

const (
	// usualMinDays is the least number of past days that say what is usual.
	usualMinDays = 2
	// mostRarity bounds Rarity: beyond it nothing is learnt.
	mostRarity = 300
	// daysDiffer is how certain a mean may be at most, in cases: days of the same weekday differ by a tenth of
	// their own, however many calls they have, and a hundred cases is a tenth.
	daysDiffer = 100
)

// Rarity tells how unusual a count is, against as many past days as are given with the counts of
// the same hours added up, in thousandths of a case, because a part of a quarter counts in part.
// It is in tenths of a power of ten: 30 means that one day in a thousand has as many or more, -30
// that one in a thousand has as few or fewer. 0 is nothing unusual, or too few days to say.
//
// The count is held to be negative binomial: cases come by chance (Poisson) at a rate that is
// known from the past days as far as these tell, and that differs by a tenth from day to day.
func Rarity(seen, usualMilli, days int64) int64 {
	if days < usualMinDays || seen < 0 || usualMilli < 0 || usualMilli == 0 && seen == 0 {
		return 0
	}
	counted := float64(usualMilli)/1000 + 0.5 // Jeffreys' half case: none in the past is not never
	mean := counted / float64(days)
	size := min(counted, daysDiffer)
	fewer, same, more := shares(float64(seen), mean, size)
	asMany, asFew := same+more, fewer+same
	if asMany < asFew {
		return decibans(asMany, asMany+fewer)
	}
	return -decibans(asFew, asFew+more)
}

// shares is how much of a negative binomial law of a mean and size lies below, at and above a
// count, all in one unit that is not said: only their proportions mean something.
func shares(seen, mean, size float64) (fewer, same, more float64) {
	const large, tiny = 1e250, 1e-18
	term := 1.0
	for j := 0.0; ; j++ {
		switch {
		case j < seen:
			fewer += term
		case j == seen:
			same = term
		default:
			more += term
		}
		// Past the mean and past the count, or where a float can hold no less, there is nothing left to add.
		factor := (size + j) / (j + 1) * mean / (size + mean)
		if factor < 1 && (term == 0 || j > seen && term < tiny*(fewer+same+more)) {
			return fewer, same, more
		}
		term *= factor
		if term > large {
			term, fewer, same, more = term/large, fewer/large, same/large, more/large
		}
	}
}

// decibans is ten times the decimal logarithm of whole over part, rounded down.
func decibans(part, whole float64) int64 {
	if part <= 0 {
		return mostRarity
	}
	const tenPerLn = 4.3429448190325175 // 10 / ln 10
	return int64(min(tenPerLn*portableLog(whole/part), mostRarity))
}

// Needed is the share of the cases still to come that must be met for the whole to end at a
// target, in basis points, rounded up: above 10000 all of them would not do. 0 means that the
// target is sure, or that nothing is to come.
func Needed(met, due, toCome, targetBp int64) (rateBp int64) {
	missing := targetBp*(due+toCome) - fullBp*met
	if toCome <= 0 || missing <= 0 {
		return 0
	}
	return (missing + toCome - 1) / toCome
}
