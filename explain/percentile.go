// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"strconv"

	"github.com/vigie-kpi/vigie/indicator"
)

// Bin is a class of waits on the way to a percentile.
type Bin struct {
	Bin     uint16 `json:"bin"`
	AboveMs int64  `json:"above_ms"` // waits longer than this
	UpToMs  int64  `json:"up_to_ms"` // and at most this long
	Count   int64  `json:"count"`
	SoFar   int64  `json:"so_far"` // waits up to here
	Here    bool   `json:"here"`   // it holds the rank, so its upper edge is the value
}

// percentile computes the value from the bins, and shows the way to it.
func (x *explainer) percentile(e *Explanation) indicator.Value {
	var bins []uint16
	var counts []int64
	for _, b := range x.Bins {
		bins, counts = append(bins, b.Bin), append(counts, b.Count)
	}
	value := x.Indicator.EvalBins(bins, counts)
	if !value.Valid {
		return value
	}
	rank := x.Indicator.Rank(value.Sample)
	var soFar int64
	found := false
	for _, b := range x.Bins {
		soFar += b.Count
		bin := Bin{Bin: b.Bin, UpToMs: indicator.BinUpperMs(b.Bin), Count: b.Count, SoFar: soFar, Here: !found && soFar >= rank}
		if b.Bin > 0 {
			bin.AboveMs = indicator.BinUpperMs(b.Bin - 1)
		}
		found = found || bin.Here
		e.Bins = append(e.Bins, bin)
	}
	e.Worked = x.sayf("rank ⌈%s %% × %d⌉ = %d: the wait of that rank, counted from the shortest, is in the bin that ends at %s",
		"rang ⌈%s %% × %d⌉ = %d : l'attente de ce rang, depuis la plus courte, est dans la classe qui finit à %s",
		x.decimal(x.Indicator.RankBp(), 2), value.Sample, rank, x.duration(value.Numerator))
	return value
}

// edges writes a bin as an interval whose upper edge is included.
func (x *explainer) edges(bin uint16) string {
	if bin == 0 {
		return "0 s"
	}
	lower, upper := indicator.BinUpperMs(bin-1), indicator.BinUpperMs(bin)
	return "(" + x.duration(lower) + ", " + x.duration(upper) + "] #" + strconv.Itoa(int(bin))
}

// binWord is what a percentile's family counts one of; in French a feminine noun.
func (x *explainer) binWord(l indicator.Language) string {
	family, _ := x.Indicator.Bins()
	word := indicator.Text{En: "wait", Fr: "attente"}
	if family == indicator.ReplyBusinessBins {
		word = indicator.Text{En: "first reply", Fr: "première réponse"}
	}
	return word.In(l)
}
