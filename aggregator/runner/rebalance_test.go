// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const rebalanced = 4 // partitions

// twoCentres is the piece of the recording for two centres in one partition, record by record in turn.
func twoCentres(t *testing.T, partition int) [][]byte {
	a, b := piece(t, fmt.Sprint("a", partition)), piece(t, fmt.Sprint("b", partition))
	var values [][]byte
	for i := range a {
		values = append(values, a[i], b[i])
	}
	return values
}

// storedUpTo reads the ends of the ledgers, by partition.
func storedUpTo(t *testing.T, s *site) map[int]int64 {
	t.Helper()
	ends := map[int]int64{}
	if query(t, "EXISTS TABLE "+s.db.Database+".blocks") == "0" {
		return ends
	}
	for line := range strings.Lines(query(t, "SELECT partition, max(last) FROM "+s.db.Database+".blocks GROUP BY partition")) {
		number, last, _ := strings.Cut(strings.TrimSpace(line), "\t")
		p, err := strconv.Atoi(number)
		if err != nil {
			t.Fatal(err)
		}
		if ends[p], err = strconv.ParseInt(last, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	return ends
}

// TestRebalance shares four partitions with two centres each between instances of which one is stopped, one killed and two
// added while the log goes on. The store is as if one instance had done it all in one go.
func TestRebalance(t *testing.T) {
	s := newSite(t, rebalanced, "")
	var values [rebalanced][][]byte
	var wants [rebalanced]expected
	for p := range values {
		values[p] = twoCentres(t, p)
		wants[p] = expect(p, values[p])
	}
	const parts = 4
	publish := func(part int) {
		for p, v := range values {
			s.publish(t, p, v[len(v)*part/parts:len(v)*(part+1)/parts])
		}
	}
	// reached waits until the blocks that end in the published parts are stored, or a share of them.
	reached := func(what string, published int, share int64) {
		until(t, what, func() bool {
			ends := storedUpTo(t, s)
			for p, v := range values {
				if ends[p] < expect(p, v[:len(v)*published/parts]).last/share {
					return false
				}
			}
			return true
		})
	}
	member := func() *running {
		o := s.options()
		o.GroupTiming = groupTiming()
		return start(t, o)
	}

	a, b := member(), startInstance(t, s)
	publish(0)
	reached("the first part stored", 1, 1)
	until(t, "partitions shared", func() bool { return len(a.Partitions()) == rebalanced/2 })
	publish(1)
	a.stop() // in the middle of the second part
	c := member()
	reached("the second part stored", 2, 1)
	publish(2)
	reached("some of the third part stored", 3, 2)
	b.kill()
	publish(3)
	d := member()
	reached("everything stored", parts, 1)
	until(t, "partitions shared again", func() bool { return len(c.Partitions()) == rebalanced/2 && len(d.Partitions()) == rebalanced/2 })
	c.stop()
	d.stop()

	alone := newSite(t, rebalanced, s.kafka.EventsTopic)
	r := start(t, alone.options())
	for p := range values {
		r.stored(t, p, wants[p].last)
		r.digested(t, p, int64(len(values[p]))-1)
	}
	r.stop()
	if diff := cmp.Diff(alone.contentOf(t), s.contentOf(t)); diff != "" {
		t.Errorf("the store differs from that of a run without rebalances (-want +got):\n%s", diff)
	}
	for p := range values {
		want, got := alone.letters(t, p), s.letters(t, p)
		if diff := cmp.Diff(want, got); diff != "" || len(got) != wants[p].letters {
			t.Errorf("partition %d: %d dead letters, want %d (-want +got):\n%s", p, len(got), wants[p].letters, diff)
		}
	}
}
