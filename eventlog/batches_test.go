// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func openBatches(t *testing.T, l *Log, store string, from int64) *Batches {
	t.Helper()
	b, err := l.OpenBatches(t.Context(), "e1", store, 2, from)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func propose(t *testing.T, b *Batches, first int64, ends ...int64) []int64 {
	t.Helper()
	agreed, err := b.Propose(t.Context(), first, ends)
	if err != nil {
		t.Fatal(err)
	}
	return agreed
}

// Of two who propose in turn, each follows what the other proposed first, whether it had been read or not.
func TestTheFirstProposalHolds(t *testing.T) {
	l := openLog(t, startBrokers(t, 1))
	a, b := openBatches(t, l, "s", 0), openBatches(t, l, "s", 0)
	for _, x := range []struct {
		by    *Batches
		first int64
		ends  []int64
		want  []int64
		why   string
	}{
		{a, 0, []int64{9, 19}, []int64{9, 19}, "nobody else has proposed"},
		{b, 0, []int64{4}, []int64{9, 19}, "a was first, and b had not read it"},
		{b, 20, []int64{24}, []int64{24}, "nobody else has proposed"},
		{a, 20, []int64{29}, []int64{24}, "b was first"},
		{a, 25, []int64{29}, []int64{29}, "a goes on"},
		{a, 25, []int64{26}, []int64{29}, "a has proposed otherwise itself"},
		{b, 25, []int64{26}, []int64{29}, "a was first"},
	} {
		if got := propose(t, x.by, x.first, x.ends...); !slices.Equal(got, x.want) {
			t.Errorf("proposed %d to %v: got %v, want %v: %s", x.first, x.ends, got, x.want, x.why)
		}
	}
	late := openBatches(t, l, "s", 20)
	if ends, ok := late.Agreed(20); !ok || !slices.Equal(ends, []int64{24}) {
		t.Errorf("who comes later finds %v, %v, want 24", ends, ok)
	}
	if ends, ok := late.Agreed(0); ok {
		t.Errorf("what is stored is of no interest, yet %v was kept", ends)
	}
	for from, want := range map[int64]int64{0: -1, 10: 19, 20: -1, 29: 29, 30: -1} {
		if got := openBatches(t, l, "s", from).Across(); got != want {
			t.Errorf("stored up to %d: a batch is half stored up to %d, want %d", from-1, got, want)
		}
	}
}

// Another store, another log and what is no batch have no say.
func TestOtherProposalsHaveNoSay(t *testing.T) {
	l := openLog(t, startBrokers(t, 1))
	propose(t, openBatches(t, l, "other", 0), 0, 4)
	other, err := l.OpenBatches(t.Context(), "e2", "s", 2, 0)
	if err != nil {
		t.Fatal(err)
	}
	propose(t, other, 0, 5)
	for _, value := range []string{"no JSON", `{"epoch":"e1","store":"s","first":0}`} {
		if _, err := l.send(t.Context(), oneRecord(l.batchesTopic(), 2, Record{Value: []byte(value)}), func() {}); err != nil {
			t.Fatal(err)
		}
	}
	b := openBatches(t, l, "s", 0)
	if ends, ok := b.Agreed(0); ok {
		t.Errorf("somebody else's %v holds", ends)
	}
	if got := propose(t, b, 0, 6, 9); !slices.Equal(got, []int64{6, 9}) {
		t.Errorf("got %v, want 6 and 9", got)
	}
}

// A topic that begins anew is no reason to forget what was agreed.
func TestBatchesRecreated(t *testing.T) {
	l := openLog(t, startBrokers(t, 1))
	b := openBatches(t, l, "s", 0)
	b.next = 1000
	if _, err := b.Propose(t.Context(), 0, []int64{9}); !errors.Is(err, ErrRecreated) {
		t.Errorf("got %v", err)
	}
	for _, ends := range [][]int64{nil, {8}, {12, 11}} {
		if _, err := b.Propose(t.Context(), 9, ends); err == nil || !strings.Contains(err.Error(), "BUG") {
			t.Errorf("a batch from 9 with the ends %v: %v", ends, err)
		}
	}
	if _, err := l.OpenBatches(t.Context(), "e1", "s", 4, 0); err == nil {
		t.Error("there is no partition 4")
	}
}
