// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// A diary gives back what was noted, from any instant to any other, in whatever pieces it was told; a snapshot of it is the
// same bytes, and once its days are forgotten, so are its bytes.
func TestDiaryKeepsWhatWasDone(t *testing.T) {
	const start = 20_774 * dayMs
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 7))
		all := randomDoings(r, start)
		end := all[len(all)-1].to
		var d, pieces diary
		d.note(all)
		for _, s := range all {
			for s.from < s.to {
				piece := s
				piece.to = min(s.to, s.from+1+r.Int64N(2*60*minuteMs))
				pieces.note([]stretch{piece})
				s.from = piece.to
			}
		}
		if !bytes.Equal(d.bytes, pieces.bytes) || !slices.Equal(d.days, pieces.days) || d.last != pieces.last {
			t.Fatalf("seed %d: the pieces in which it was told matter", seed)
		}
		for range 20 {
			from := start + r.Int64N(end-start)
			to := from + 1 + r.Int64N(end-from+dayMs)
			if got, want := joined(d.between(from, to, nil)), joined(cut(all, from, to)); !slices.Equal(got, want) {
				t.Fatalf("seed %d: from %d to %d\ngot  %+v\nwant %+v", seed, from, to, got, want)
			}
		}
		w := newWorld("c", "", &sink{})
		c := &codec{}
		w.codeDiary(c, &d)
		var again diary
		w.codeDiary(&codec{buf: c.buf, reading: true}, &again)
		if fmt.Sprint(again) != fmt.Sprint(d) {
			t.Fatalf("seed %d: read back\n%v\nwant\n%v", seed, again, d)
		}
		last := int32(end / dayMs)
		d.forget(last)
		if got, want := joined(d.between(int64(last)*dayMs, end, nil)), joined(cut(all, int64(last)*dayMs, end)); !slices.Equal(got, want) {
			t.Fatalf("seed %d: after forgetting\ngot  %+v\nwant %+v", seed, got, want)
		}
		if d.forget(last + 1); len(d.bytes)+len(d.days) != 0 {
			t.Fatalf("seed %d: %d bytes left", seed, len(d.bytes))
		}
	}
}

// randomDoings is a random past of a day or three, without gaps.
func randomDoings(r *rand.Rand, start int64) (all []stretch) {
	at := start + r.Int64N(dayMs)
	for range 1 + r.IntN(60) {
		long := 1 + r.Int64N([]int64{1000, 10 * minuteMs, 9 * 60 * minuteMs}[r.IntN(3)])
		if r.IntN(2) == 0 {
			long *= 1000
			long = min(long, dayMs)
		}
		s := stretch{from: at, to: at + long, doing: doing(r.IntN(4))}
		if s.doing == doingWork {
			s.since = at - []int64{0, r.Int64N(4 * 60 * minuteMs)}[r.IntN(2)]
		}
		all, at = append(all, s), s.to
	}
	return all
}

// cut is a list without what is outside [from, to), filled up with nothing.
func cut(all []stretch, from, to int64) (list []stretch) {
	if first := all[0].from; from < first {
		list = append(list, stretch{from: from, to: min(first, to)})
	}
	for _, s := range all {
		if s.from, s.to = max(s.from, from), min(s.to, to); s.from < s.to {
			list = append(list, s)
		}
	}
	if last := all[len(all)-1].to; last < to {
		list = append(list, stretch{from: max(last, from), to: to})
	}
	return list
}

// joined is a list in which neighbours that say the same are one.
func joined(all []stretch) (list []stretch) {
	for _, s := range all {
		if n := len(list); n > 0 && list[n-1].to == s.from && list[n-1].doing == s.doing && list[n-1].since == s.since {
			list[n-1].to = s.to
			continue
		}
		list = append(list, s)
	}
	return list
}

// Where two shift dates plan the same time, the later date's word counts; a plan is found by instants that it begins and
// ends at.
func TestPlanOfOverlappingDates(t *testing.T) {
	const day, h = int32(20_774), int32(60 * minuteMs)
	midnight := int64(day) * dayMs
	at := func(hours int64) int64 { return midnight + hours*60*minuteMs }
	var p plan
	p.set(planDay{date: day + 1, planned: 1}, []planPart{{5 * h, 13 * h, planProductive, true}}) // 29 to 37
	p.set(planDay{date: day, planned: 2}, []planPart{{20 * h, 24 * h, planProductive, true}, {24 * h, 30 * h, planElse, false}})
	if next := p.next(at(0)); next != at(20) {
		t.Errorf("first planned at %d, want %d", next, at(20))
	}
	for hour, want := range map[int64]activity{19: unplanned, 20: planProductive, 23: planProductive, 24: planElse, 28: planElse,
		29: planProductive, 36: planProductive, 37: unplanned} {
		if got := p.at(at(hour)); got.activity != want {
			t.Errorf("hour %d: activity %d, want %d", hour, got.activity, want)
		}
	}
	for hour, want := range map[int64]bool{20: true, 22: false, 24: true, 29: true, 30: false, 37: true, 38: false} {
		if p.isBorder(at(hour)) != want {
			t.Errorf("hour %d is a border: %t, want %t", hour, !want, want)
		}
	}
	if until := p.until(at(25), p.at(at(25))); until != at(29) {
		t.Errorf("planned until %d, want %d", until, at(29))
	}
	if p.set(planDay{date: day}, nil); p.at(at(24)).activity != unplanned || p.next(at(0)) != at(29) || len(p.segs) != 1 {
		t.Errorf("a day off left %+v", p)
	}
	if p.forget(day + 2); len(p.days)+len(p.segs) != 0 || p.next(at(0)) != never {
		t.Errorf("all forgotten, left %+v", p)
	}
}
