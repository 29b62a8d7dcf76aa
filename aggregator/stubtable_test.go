// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// The table of stubs is a map that knows in which order its keys came, whatever its numbers have reached.
func TestStubTableIsAMapInOrder(t *testing.T) {
	for _, first := range []uint32{0, math.MaxUint32 - 2*stubChunkLen + 1} {
		t.Run(fmt.Sprint(first), func(t *testing.T) {
			random := rand.New(rand.NewPCG(3, uint64(first)))
			table := stubTable{first: first, head: first, next: first}
			want := map[stubKey]int64{}
			var order []stubKey
			for step := range 40_000 {
				key := stubKey{random.Uint64N(64) << 3, random.Uint64N(40) + 1} // few homes in the index: long probes
				switch what := random.IntN(10); {
				case what < 5:
					table.put(key, &stub{endAt: int64(step)})
					if _, again := want[key]; again {
						order = slices.DeleteFunc(order, func(k stubKey) bool { return k == key })
					}
					want[key] = int64(step)
					order = append(order, key)
				case what < 8:
					table.remove(key)
					delete(want, key)
					order = slices.DeleteFunc(order, func(k stubKey) bool { return k == key })
				default:
					if s, is := table.oldest(); is != (len(order) > 0) || is && s.key != order[0] {
						t.Fatalf("step %d: the oldest is %v %t, want %v", step, s, is, order)
					}
				}
				s, is := table.get(key)
				if end, wanted := want[key]; is != wanted || is && s.endAt != end {
					t.Fatalf("step %d: %v is %v %t, want %d %t", step, key, s, is, end, wanted)
				}
				if table.size() != len(want) {
					t.Fatalf("step %d: %d stubs, want %d", step, table.size(), len(want))
				}
			}
			var got []stubKey
			table.each(func(s *stubSlot) { got = append(got, s.key) })
			if !slices.Equal(got, order) {
				t.Error("the stubs are not in the order in which they came")
			}
		})
	}
}

// A thousand stubs that come and go need no more room than those that are there.
func TestStubTableLetsGo(t *testing.T) {
	var table stubTable
	for i := range uint64(100_000) {
		table.put(stubKey{i, i + 1}, &stub{})
		if i >= 1000 {
			s, _ := table.oldest()
			table.remove(s.key)
		}
	}
	if table.size() != 1000 || len(table.chunks) > 2 || len(table.index) > 2048 {
		t.Errorf("%d stubs take %d chunks and %d places", table.size(), len(table.chunks), len(table.index))
	}
}
