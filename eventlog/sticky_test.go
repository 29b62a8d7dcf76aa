// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestShareByHand(t *testing.T) {
	type shares = map[string][]int
	held := func(member string, generation int32, partitions ...int) claim {
		return claim{member: member, generation: generation, partitions: partitions}
	}
	f := func(story string, partitions int, want shares, claims ...claim) {
		t.Helper()
		var ids []int
		for p := range partitions {
			ids = append(ids, p)
		}
		if diff := cmp.Diff(want, share(claims, ids)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", story, diff)
		}
	}
	f("the first member takes all", 3, shares{"a": {0, 1, 2}}, held("a", 0))
	f("a second one gets half, the first keeps what it may keep", 4,
		shares{"a": {0, 1}, "b": {2, 3}}, held("b", 0), held("a", 1, 0, 1, 2, 3))
	f("of five the one who holds most keeps three", 5,
		shares{"a": {3, 4}, "b": {0, 1, 2}}, held("a", 0), held("b", 1, 0, 1, 2, 3, 4))
	f("when c leaves, a and b keep theirs and share its 1 and 4", 6,
		shares{"a": {0, 1, 3}, "b": {2, 4, 5}}, held("a", 2, 0, 3), held("b", 2, 2, 5))
	f("the later holder has the state: b held 1 last, a had it before it lost touch", 2,
		shares{"a": {0}, "b": {1}}, held("a", 3, 0, 1), held("b", 4, 1))
	f("more members than partitions: the holder keeps, others rest", 1,
		shares{"a": nil, "b": {0}, "c": nil}, held("a", 0), held("b", 1, 0), held("c", 0))
	f("a claim to a partition that is not there counts for nothing", 2,
		shares{"a": {0}, "b": {1}}, held("a", 1, 7, 8, 9), held("b", 1))
	f("nobody is there", 2, nil)
}

func TestShareGivesEachPartitionOnceEvenlyAndMovesFew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		partitions := rapid.IntRange(0, 24).Draw(t, "partitions")
		members := rapid.IntRange(1, 6).Draw(t, "members")
		var claims []claim
		for i := range members {
			claims = append(claims, claim{
				member:     fmt.Sprintf("m%d", i),
				generation: rapid.Int32Range(0, 3).Draw(t, "generation"),
				partitions: rapid.SliceOfNDistinct(rapid.IntRange(0, 30), 0, 10, rapid.ID[int]).Draw(t, "held"),
			})
		}
		var ids []int
		for p := range partitions {
			ids = append(ids, p)
		}
		shares := share(claims, ids)

		var all []int
		least, most := partitions, 0
		for _, own := range shares {
			all = append(all, own...)
			least, most = min(least, len(own)), max(most, len(own))
		}
		slices.Sort(all)
		if !slices.Equal(all, ids) {
			t.Fatalf("given %v of %v: %v", all, ids, shares)
		}
		if len(shares) != members || most-least > 1 {
			t.Fatalf("uneven: %v", shares)
		}
		// The most that can stay: each member keeps up to floor(n/m), and n mod m of them one more.
		stays, larger := 0, partitions%members
		for member, kept := range honour(claims, ids) {
			stays += min(len(kept), partitions/members)
			if len(kept) > partitions/members && larger > 0 {
				stays++
				larger--
			}
			for _, p := range kept {
				if slices.Contains(shares[member], p) {
					stays--
				}
			}
		}
		if stays != 0 {
			t.Fatalf("%d more could have stayed: %v of %v", stays, shares, claims)
		}
		rapid.Permutation(claims).Draw(t, "order")
		slices.Reverse(claims)
		slices.Reverse(ids)
		if diff := cmp.Diff(shares, share(claims, ids)); diff != "" {
			t.Fatalf("depends on the order:\n%s", diff)
		}
	})
}

func TestAClaimSurvivesTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := claim{
			generation: rapid.Int32Range(0, 1<<31-1).Draw(t, "generation"),
			partitions: rapid.SliceOf(rapid.IntRange(0, maxPartitions)).Draw(t, "partitions"),
		}
		data, err := sticky{held: func() claim { return want }}.UserData()
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodeClaim("m", data)
		if err != nil || got.member != "m" || got.generation != want.generation || !slices.Equal(got.partitions, want.partitions) {
			t.Fatalf("%v became %v, %v", want, got, err)
		}
	})
}

func FuzzDecodeClaim(f *testing.F) {
	f.Add([]byte{1, 2, 3})
	f.Add([]byte{0x80})
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := decodeClaim("m", data)
		if err != nil && len(c.partitions) != 0 {
			t.Errorf("a malformed claim counts: %v", c)
		}
	})
}
