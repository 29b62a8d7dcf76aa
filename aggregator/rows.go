// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"slices"

	"github.com/vigie-kpi/vigie/indicator"
)

// row is a fact on its way: without lineage yet, with its increments in the rows' own slice.
type row struct {
	at         int64
	dims       Dims
	version    uint32
	grain      Grain
	day        int32 // the business day; 0 = that of the instant
	first, end int32
}

// rows collects what a fold gives. Its memory is reused: it is valid until the next reset.
type rows struct {
	list []row
	incs []Inc
	past *diary // where the fold notes what was done, once that is for good
}

func (r *rows) reset() {
	r.list = r.list[:0]
	r.incs = r.incs[:0]
}

// copyFrom makes r a copy of o that shares no memory with it.
func (r *rows) copyFrom(o *rows) {
	r.list, r.incs = append(r.list[:0], o.list...), append(r.incs[:0], o.incs...)
}

// begin opens a row; add fills it; end closes it.
func (r *rows) begin(at int64, grain Grain, version uint32, dims *Dims) {
	n := int32(len(r.incs))
	r.list = append(r.list, row{at: at, dims: *dims, version: version, grain: grain, first: n, end: n})
}

func (r *rows) add(m indicator.Measure, value int64) {
	if value != 0 {
		r.incs = append(r.incs, Inc{MeasureKey(m), value})
	}
}

func (r *rows) addBin(f indicator.BinFamily, ms int64) {
	r.incs = append(r.incs, Inc{BinKey(f, indicator.BinOf(ms)), 1})
}

// end closes the open row, or drops it when nothing was added.
func (r *rows) end() {
	last := &r.list[len(r.list)-1]
	last.end = int32(len(r.incs))
	if last.first == last.end {
		r.list = r.list[:len(r.list)-1]
	}
}

// endLeg closes a row of a queue leg: it books the leg's own service level beside what was added.
func (r *rows) endLeg(v variant) {
	first := r.list[len(r.list)-1].first
	var due, met int64
	for _, inc := range r.incs[first:] {
		if m, ok := inc.Key.Measure(); ok {
			s := shareTable[v][m]
			due += s.due * inc.Value
			met += s.met * inc.Value
		}
	}
	r.add(indicator.SlDue, due)
	r.add(indicator.SlMet, met)
	r.end()
}

// difference puts into out what must be added to `before` to give `after`: rows of one instant, grain and dimensions become one.
func difference(before, after, out *rows) {
	out.reset()
	taken := make([]bool, len(before.list))
	for i := range after.list {
		x := &after.list[i]
		out.begin(x.at, x.grain, x.version, &x.dims)
		out.merge(after.incs[x.first:x.end], 1)
		for j := range before.list {
			y := &before.list[j]
			if !taken[j] && y.at == x.at && y.grain == x.grain && y.version == x.version && y.dims == x.dims {
				taken[j] = true
				out.merge(before.incs[y.first:y.end], -1)
				break
			}
		}
		out.end()
	}
	for j := range before.list {
		if y := &before.list[j]; !taken[j] {
			out.begin(y.at, y.grain, y.version, &y.dims)
			out.merge(before.incs[y.first:y.end], -1)
			out.end()
		}
	}
}

// merge adds increments, times sign, to the open row; what comes to zero is dropped.
func (r *rows) merge(incs []Inc, sign int64) {
	first := int(r.list[len(r.list)-1].first)
	for _, inc := range incs {
		at := slices.IndexFunc(r.incs[first:], func(i Inc) bool { return i.Key == inc.Key })
		switch {
		case at < 0:
			r.incs = append(r.incs, Inc{inc.Key, sign * inc.Value})
		case r.incs[first+at].Value == -sign*inc.Value:
			r.incs = slices.Delete(r.incs, first+at, first+at+1)
		default:
			r.incs[first+at].Value += sign * inc.Value
		}
	}
}

// cancel drops the rows that stand in both: what is left of r must be retracted, what is left of other is new.
func (r *rows) cancel(other *rows) {
	kept := r.list[:0]
	for i := range r.list {
		if j := other.find(r, &r.list[i]); j >= 0 {
			other.list = slices.Delete(other.list, j, j+1)
			continue
		}
		kept = append(kept, r.list[i])
	}
	r.list = kept
}

// find returns where a row equal to x of from stands in r, or -1.
func (r *rows) find(from *rows, x *row) int {
	for j := range r.list {
		y := &r.list[j]
		if x.at == y.at && x.grain == y.grain && x.version == y.version && x.day == y.day && x.dims == y.dims &&
			slices.Equal(from.incs[x.first:x.end], r.incs[y.first:y.end]) {
			return j
		}
	}
	return -1
}
