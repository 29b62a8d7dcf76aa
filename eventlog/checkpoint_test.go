// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func openCheckpoints(t testing.TB, l *Log, epoch string) *Checkpoints {
	t.Helper()
	c, err := l.Checkpoints(epoch)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func save(t testing.TB, c *Checkpoints, offset int64, data string) {
	t.Helper()
	if err := c.Save(t.Context(), 2, CheckpointMeta{Offset: offset, Version: "machine-1"}, []byte(data)); err != nil {
		t.Fatal(err)
	}
}

// state is what a search finds, in short: "offset:data", then each damaged one as "-offset".
func state(t testing.TB, found Found, err error) []any {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var got []any
	if found.Checkpoint != nil {
		got = append(got, found.Checkpoint.Offset, string(found.Checkpoint.Data))
	}
	for _, d := range found.Damaged {
		got = append(got, -d.Offset, d.Reason)
	}
	return got
}

func expectState(t testing.TB, c *Checkpoints, atOrBelow int64, want ...any) {
	t.Helper()
	found, err := c.LatestAtOrBelow(t.Context(), 2, atOrBelow)
	if diff := cmp.Diff(want, state(t, found, err), containsText()); diff != "" {
		t.Errorf("at or below %d (-want +got):\n%s", atOrBelow, diff)
	}
}

// containsText lets an expected "~word" stand for any text that has the word.
func containsText() cmp.Option {
	return cmp.Comparer(func(a, b string) bool {
		if word, some := strings.CutPrefix(a, "~"); some {
			return strings.Contains(b, word)
		}
		if word, some := strings.CutPrefix(b, "~"); some {
			return strings.Contains(a, word)
		}
		return a == b
	})
}

func TestTheNewestAndTheNewestAtOrBelowAreFound(t *testing.T) {
	l := openLog(t, startBrokers(t, 1))
	c := openCheckpoints(t, l, "epoch")
	expectState(t, c, 1000)
	save(t, c, 10, "ten")
	save(t, c, 20, "twenty")
	save(t, c, 30, "")
	for _, c := range []*Checkpoints{c, openCheckpoints(t, l, "epoch")} { // the same after a restart
		expectState(t, c, 1000, int64(30), "")
		expectState(t, c, 29, int64(20), "twenty")
		expectState(t, c, 20, int64(20), "twenty")
		expectState(t, c, 9)
	}
	found, err := c.Latest(t.Context(), 1)
	if err != nil || found.Checkpoint != nil || found.Damaged != nil {
		t.Errorf("another partition has %+v, %v", found, err)
	}
	expectState(t, openCheckpoints(t, l, "another epoch"), 1000)
}

func TestThreeMegabytesThatDoNotCompressComeBack(t *testing.T) {
	l := openLog(t, startBrokers(t, 1))
	c := openCheckpoints(t, l, "epoch")
	data := make([]byte, 3<<20)
	random := rand.NewChaCha8([32]byte{1})
	_, _ = random.Read(data)
	if err := c.Save(t.Context(), 0, CheckpointMeta{Offset: 7, Version: "v"}, data); err != nil {
		t.Fatal(err)
	}
	// 3 MiB in chunks of 512 KiB is 6, and the few bytes that zstd adds to what it cannot compress make a 7th.
	if first, next, err := l.bounds(t.Context(), "vigie.checkpoints", 0); next-first != 7 || err != nil {
		t.Errorf("%d chunks were stored, %v", next-first, err)
	}
	found, err := openCheckpoints(t, l, "epoch").Latest(t.Context(), 0)
	if err != nil || found.Checkpoint == nil || !bytes.Equal(found.Checkpoint.Data, data) {
		t.Fatalf("another state came back: %v, %v", found.Damaged, err)
	}
	meta := found.Checkpoint.CheckpointMeta
	if meta.Offset != 7 || meta.Version != "v" || meta.RawBytes != 3<<20 || meta.StoredBytes < 3<<20 || meta.CreatedMs == 0 {
		t.Errorf("meta %+v", meta)
	}
}

func TestATornCheckpointIsReportedAndTheOneBeforeIsUsed(t *testing.T) {
	cluster := startBrokers(t, 1)
	l := openLog(t, cluster)
	c := openCheckpoints(t, l, "epoch")
	save(t, c, 10, "ten")
	// The second chunk is refused: the writer stops in the middle.
	chunk := 0
	fault := cluster.Fault(kfake.Fault{
		Keys: []kmsg.Key{kmsg.Produce}, Topic: "vigie.checkpoints", Err: kerr.TopicAuthorizationFailed, Count: -1,
		When: func(kmsg.Request) bool { chunk++; return chunk == 2 },
	})
	data := make([]byte, 2*chunkBytes)
	_, _ = rand.NewChaCha8([32]byte{2}).Read(data)
	if err := c.Save(t.Context(), 2, CheckpointMeta{Offset: 20}, data); err == nil {
		t.Fatal("a refused chunk is not an error")
	}
	fault.Remove()
	for _, c := range []*Checkpoints{c, openCheckpoints(t, l, "epoch")} {
		expectState(t, c, 1000, int64(10), "ten", int64(-20), "~torn")
		if list, err := c.List(t.Context(), 2); err != nil || len(list) != 1 || list[0].Offset != 10 {
			t.Errorf("listed %+v, %v", list, err)
		}
	}
	save(t, c, 30, "thirty")
	if n, err := c.Prune(t.Context(), 2, 30); n != 2 || err != nil {
		t.Errorf("pruned %d, %v; the whole one and the torn one were due", n, err)
	}
	expectState(t, c, 1000, int64(30), "thirty")
}

func TestACorruptCheckpointIsReportedAndTheOneBeforeIsUsed(t *testing.T) {
	f := func(story, reason string, change func(l *Log, e *listing)) {
		t.Helper()
		l := openLog(t, startBrokers(t, 1))
		c := openCheckpoints(t, l, "epoch")
		save(t, c, 10, "ten")
		save(t, c, 20, "twenty")
		expectState(t, c, 1000, int64(20), "twenty")
		for _, e := range c.series[2].entries {
			if e.Offset == 20 {
				change(l, e)
				if err := c.list(t.Context(), 2, e); err != nil {
					t.Fatal(err)
				}
			}
		}
		t.Log(story)
		expectState(t, openCheckpoints(t, l, "epoch"), 1000, int64(10), "ten", int64(-20), "~"+reason)
	}
	f("other bytes under the sum", "SHA-256", func(_ *Log, e *listing) { e.SHA256 = strings.Repeat("0", 64) })
	f("the chunks of another", "0 of 1 chunks", func(_ *Log, e *listing) { e.First, e.Last = 0, 0 })
	f("chunks past the end", "no longer in vigie.checkpoints", func(_ *Log, e *listing) { e.First, e.Last = 900, 900 })
	f("a newer format", "format 2", func(_ *Log, e *listing) { e.Format = 2 })
	f("sizes that contradict", "cannot be", func(_ *Log, e *listing) { e.Chunks = 1 << 30 })
	f("a state larger than it says", "damaged", func(_ *Log, e *listing) { e.RawBytes = 3 })
	f("half a chunk", "damaged", func(l *Log, e *listing) {
		offset, err := l.send(t.Context(), oneRecord("vigie.checkpoints", 2,
			Record{Key: chunkKey(e.ID, 0), Value: encodeChunk(e.ID, 0, []byte{0x28, 0xb5, 0x2f})}), func() {})
		if err != nil {
			t.Fatal(err)
		}
		e.First, e.Last = offset, offset
	})
}

func TestAForeignEntryOfTheListIsPassedOver(t *testing.T) {
	l := openLog(t, startBrokers(t, 1))
	c := openCheckpoints(t, l, "epoch")
	save(t, c, 10, "ten")
	for _, value := range []string{"not JSON", `{"format":1,"id":"another"}`, "{}"} {
		if _, err := l.send(t.Context(), oneRecord(l.indexTopic(), 2, Record{Key: []byte("k"), Value: []byte(value)}), func() {}); err != nil {
			t.Fatal(err)
		}
	}
	expectState(t, c, 1000, int64(10), "ten")
}

func TestPruneKeepsTheNewestAtOrBelowAndAllNewerThroughCompaction(t *testing.T) {
	cluster := startBrokers(t, 1)
	l := openLog(t, cluster)
	c := openCheckpoints(t, l, "epoch")
	for _, offset := range []int64{10, 20, 30, 40, 50} {
		save(t, c, offset, strings.Repeat("x", int(offset)))
	}
	if n, err := c.Prune(t.Context(), 2, 9); n != 0 || err != nil {
		t.Errorf("below all: pruned %d, %v", n, err)
	}
	if n, err := c.Prune(t.Context(), 2, 35); n != 2 || err != nil {
		t.Errorf("pruned %d, %v; 10 and 20 were due", n, err)
	}
	save(t, c, 60, "sixty")
	cluster.Compact()
	c = openCheckpoints(t, l, "epoch") // as after a restart
	expectState(t, c, 1000, int64(60), "sixty")
	expectState(t, c, 45, int64(40), strings.Repeat("x", 40))
	expectState(t, c, 35, int64(30), strings.Repeat("x", 30))
	expectState(t, c, 29)
	if list, err := c.List(t.Context(), 2); err != nil || len(list) != 4 {
		t.Errorf("listed %+v, %v", list, err)
	}
	// Compaction has really removed the chunks of the two that were pruned: of 6 chunks and 2 marks 4 chunks are left,
	// and the marks while the brokers still keep them.
	kept := 0
	first, next, err := l.bounds(t.Context(), "vigie.checkpoints", 2)
	if err != nil {
		t.Fatal(err)
	}
	err = c.log.scan(t.Context(), "vigie.checkpoints", 2, first, next, func(m kafka.Message) error {
		if len(m.Value) > 0 {
			kept++
		}
		return nil
	})
	if kept != 4 || err != nil {
		t.Errorf("%d chunks are left, %v", kept, err)
	}
}

// While nothing more is stored for days, what was taken in between is thinned out: the one to start from and the two newest
// stay, and from anywhere in between the next older one is not far.
func TestPruneBoundsWhatALongOutageLeaves(t *testing.T) {
	for name, x := range map[string]struct{ keepFrom, base int64 }{"something is stored": {205, 200}, "nothing is stored": {-1, 100}} {
		var entries []*listing // newest first
		for offset := int64(100); offset <= 100_000; offset += 100 {
			entries = slices.Insert(entries, 0, &listing{State: stateComplete, Offset: offset})
			if offset == 50_000 {
				entries = slices.Insert(entries, 0, &listing{State: stateBegun, Offset: offset})
			}
			for _, e := range prunable(entries, x.keepFrom) {
				entries = slices.DeleteFunc(entries, func(k *listing) bool { return k == e })
			}
		}
		var offsets []int64
		for _, e := range entries {
			if e.State == stateComplete {
				offsets = append(offsets, e.Offset)
			}
		}
		if len(offsets) != 15 || offsets[0] != 100_000 || offsets[1] != 99_900 || offsets[14] != x.base {
			t.Errorf("%s: left are %v, want 15 from 100000 and 99900 down to %d", name, offsets, x.base)
		}
		for i := 1; i < len(offsets); i++ {
			if gap := offsets[i-1] - offsets[i]; gap > 25_000 {
				t.Errorf("%s: a gap of %d records in %v", name, gap, offsets)
			}
		}
		if len(entries) != len(offsets)+1 {
			t.Errorf("%s: a checkpoint that somebody may still be writing was deleted", name)
		}
	}
}

func TestAFormerOwnerCannotHarmTheNewOne(t *testing.T) {
	l := openLog(t, startBrokers(t, 1))
	former, owner := openCheckpoints(t, l, "epoch"), openCheckpoints(t, l, "epoch")
	save(t, former, 10, "ten")
	save(t, former, 20, "twenty")
	expectState(t, owner, 1000, int64(20), "twenty")
	save(t, owner, 30, "thirty")
	save(t, owner, 40, "forty")
	if n, err := owner.Prune(t.Context(), 2, 30); n != 2 || err != nil {
		t.Errorf("pruned %d, %v", n, err)
	}
	// The former owner has not noticed yet that it is none: it saves the state it had, and prunes by what it knew.
	save(t, former, 25, "twenty-five")
	if _, err := former.Prune(t.Context(), 2, 25); err != nil {
		t.Fatal(err)
	}
	for _, c := range []*Checkpoints{owner, former, openCheckpoints(t, l, "epoch")} {
		expectState(t, c, 1000, int64(40), "forty")
		expectState(t, c, 39, int64(30), "thirty")
	}
}

func TestSavingGoesOnWhenTheLeaderMoves(t *testing.T) {
	cluster := startBrokers(t, 2)
	l := openLog(t, cluster)
	c := openCheckpoints(t, l, "epoch")
	save(t, c, 10, "ten")
	for _, topic := range []string{"vigie.checkpoints", "vigie.checkpoints.index"} {
		if err := cluster.MoveTopicPartition(topic, 2, 1-cluster.LeaderFor(topic, 2)); err != nil {
			t.Fatal(err)
		}
	}
	save(t, c, 20, "twenty")
	expectState(t, c, 1000, int64(20), "twenty")
}

func TestTheListCanBeReadWithAnyTool(t *testing.T) {
	l := openLog(t, startBrokers(t, 1))
	c := openCheckpoints(t, l, "0123")
	save(t, c, 42, "forty-two")
	var last []byte
	if err := c.log.scan(t.Context(), "vigie.checkpoints.index", 2, 0, 2, func(m kafka.Message) error {
		last = m.Value
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var entry map[string]any
	if err := json.Unmarshal(last, &entry); err != nil {
		t.Fatal(err)
	}
	delete(entry, "id")
	delete(entry, "created_ms")
	delete(entry, "stored_bytes")
	want := map[string]any{
		"format": 1.0, "state": "complete", "epoch": "0123", "offset": 42.0, "version": "machine-1", "raw_bytes": 9.0,
		"chunks": 1.0, "first_chunk_offset": 0.0, "last_chunk_offset": 0.0,
		// printf forty-two | sha256sum
		"sha256": "5cc47001f7c1334db3c568ddbb1c8ee51812aa8e75582ca616b1ec31bf2ddc16",
	}
	if diff := cmp.Diff(want, entry); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
