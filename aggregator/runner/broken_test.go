// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/eventlog"
)

// tabbed is numbers as the engine prints a row.
func tabbed(numbers ...int64) string {
	var words []string
	for _, n := range numbers {
		words = append(words, fmt.Sprint(n))
	}
	return strings.Join(words, "\t")
}

// deleteRecords deletes the records of a partition before an offset. Our client has no word for it, so this is the request
// itself: DeleteRecords, key 21, version 0, of the Kafka protocol.
func deleteRecords(t *testing.T, topic string, partition int, before int64) {
	t.Helper()
	text := func(b []byte, s string) []byte { return append(binary.BigEndian.AppendUint16(b, uint16(len(s))), s...) }
	b := binary.BigEndian.AppendUint16(nil, 21)
	b = binary.BigEndian.AppendUint16(b, 0)
	b = binary.BigEndian.AppendUint32(b, 7) // correlation
	b = text(b, "test")
	b = text(binary.BigEndian.AppendUint32(b, 1), topic)
	b = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, 1), uint32(partition))
	b = binary.BigEndian.AppendUint64(b, uint64(before))
	b = binary.BigEndian.AppendUint32(b, 10_000) // timeout, ms
	conn, err := net.Dial("tcp", shared.broker.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(b))), b...)); err != nil {
		t.Fatal(err)
	}
	var size [4]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, binary.BigEndian.Uint32(size[:]))
	if _, err := io.ReadFull(conn, answer); err != nil {
		t.Fatal(err)
	}
	if code := binary.BigEndian.Uint16(answer[len(answer)-2:]); code != 0 {
		t.Fatalf("deleting records: Kafka error %d", code)
	}
}

// TestMismatchHaltsItsPartitionOnly prepares a ledger in which the first block of one partition has another hash: as if the
// program gave other rows today than it did. That partition stops, and the others go on.
func TestMismatchHaltsItsPartitionOnly(t *testing.T) {
	s := newSite(t, 3, "")
	var wants []expected
	for p := range 3 {
		values := piece(t, fmt.Sprint("c", p))
		wants = append(wants, expect(p, values))
		s.publish(t, p, values)
	}
	epoch, err := s.log.TopicEpoch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	st, err := s.openStore(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	first := strings.Split(strings.SplitN(wants[1].blocks, "\n", 2)[0], "\t")
	query(t, fmt.Sprintf("INSERT INTO %s.blocks (epoch, partition, first, last, rows, contacts, gauges, hash, version) VALUES ('%s', %s, 42, 'old')",
		s.db.Database, epoch, strings.Join(append([]string{first[0]}, first[1:]...), ", ")))
	said := &watch{}
	o := s.options()
	o.Logger = slog.New(said)
	told := &alertWatch{}
	o.Alerts = told
	t.Cleanup(func() { // after the runner has ended
		if got := told.of(1); got != "take halt leave" {
			t.Errorf("of the alerts of the halted partition was said %q", got)
		}
		if got := told.of(0); got != "take leave" {
			t.Errorf("of the alerts of the first partition was said %q", got)
		}
	})
	r := start(t, o)
	for _, p := range []int{0, 2} {
		r.stored(t, p, wants[p].last)
	}
	until(t, "the halt of partition 1", r.StatsOf(1).Halted.Load)
	if !said.said("ERROR", "partition halted", "the ledger has hash 000000000000002a", "written by old") {
		t.Errorf("the halt was not explained:\n%s", said)
	}
	for _, p := range []int{0, 2} {
		if r.StatsOf(p).Halted.Load() {
			t.Errorf("partition %d halted too", p)
		}
	}
	if n := query(t, "SELECT count() FROM "+s.db.Database+".facts WHERE partition = 1"); n != "0" {
		t.Errorf("%s facts of the halted partition were stored", n)
	}
}

// alertWatch notes what is said of the alerts of each partition.
type alertWatch struct {
	mu   sync.Mutex
	said map[int][]string
}

func (w *alertWatch) note(partition int, word string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.said == nil {
		w.said = map[int][]string{}
	}
	if list := w.said[partition]; len(list) == 0 || list[len(list)-1] != word {
		w.said[partition] = append(list, word)
	}
}

// of tells what was said of a partition, what was said again and again once.
func (w *alertWatch) of(partition int) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.said[partition], " ")
}

func (w *alertWatch) Take(partition int, _ int64, _ []alerts.Set) { w.note(partition, "take") }
func (w *alertWatch) Halt(partition int)                          { w.note(partition, "halt") }
func (w *alertWatch) Leave(partition int)                         { w.note(partition, "leave") }

// TestLogWithoutItsBeginning starts on a log whose beginning was deleted, with no checkpoint to make up for it.
func TestLogWithoutItsBeginning(t *testing.T) {
	s := newSite(t, 1, "")
	s.publish(t, 0, piece(t, "c1"))
	deleteRecords(t, s.kafka.EventsTopic, 0, 50)
	said := &watch{}
	o := s.options()
	o.Logger = slog.New(said)
	r := start(t, o)
	until(t, "the halt", r.StatsOf(0).Halted.Load)
	if !said.said("ERROR", "partition halted", "offset 0 wanted, 50 is the next there is: 50 records are missing") {
		t.Errorf("the gap was not explained:\n%s", said)
	}
}

// TestDamagedCheckpoint damages the newest checkpoint, in its bytes and in its meaning: the one before it is used.
func TestDamagedCheckpoint(t *testing.T) {
	c := cleanRun(t)
	for _, kind := range []string{"bytes", "meaning"} {
		t.Run(kind, func(t *testing.T) {
			s := newSite(t, 1, "")
			half := len(c.values) / 2
			s.publish(t, 0, c.values[:half])
			o := s.options()
			o.Effects = func(context.Context, Effect) error { return nil } // so that checkpoints are saved in step
			r := start(t, o)
			r.stored(t, 0, expect(0, c.values[:half]).last)
			r.digested(t, 0, int64(half)-1)
			r.stop()
			list, err := r.checkpoints.List(t.Context(), 0)
			if err != nil || len(list) < 2 {
				t.Fatalf("checkpoints: %v, %v; two are to be kept", list, err)
			}
			used := list[1].Offset
			if kind == "bytes" {
				forgeNewest(t, s)
			} else {
				used = list[0].Offset
				meta := eventlog.CheckpointMeta{Offset: used + 1, Version: "newer"}
				if err := r.checkpoints.Save(t.Context(), 0, meta, []byte("VIGIE in a form of the future, which this version cannot read")); err != nil {
					t.Fatal(err)
				}
			}
			deleteRecords(t, s.kafka.EventsTopic, 0, used+1) // nothing before it can help

			s.publish(t, 0, c.values[half:])
			said := &watch{}
			o = s.options()
			o.Logger = slog.New(said)
			r = start(t, o)
			r.stored(t, 0, c.want.last)
			r.stop()
			if !said.said("WARN", "checkpoint passed over") || !said.said("checkpoint loaded", fmt.Sprint("offset=", used)) {
				t.Errorf("want the checkpoint at %d used, and said so:\n%s", used, said)
			}
			s.sameButEpoch(t, c)
		})
	}
}

// forgeNewest gives the newest checkpoint of partition 0 another sum in the list of checkpoints, which is what damage to its
// bytes looks like.
func forgeNewest(t *testing.T, s *site) {
	t.Helper()
	o := s.kafka
	o.DeadLettersTopic, o.CheckpointsTopic = s.kafka.CheckpointsTopic+".index", s.kafka.CheckpointsTopic+".other"
	log, err := eventlog.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	first, next, err := log.Bounds(t.Context(), eventlog.DeadLetters, 0)
	if err != nil {
		t.Fatal(err)
	}
	var newest map[string]any
	err = log.ReadRange(t.Context(), eventlog.DeadLetters, 0, first, next, func(f eventlog.Fetched) error {
		var entry map[string]any
		if json.Unmarshal(f.Value, &entry) == nil && entry["state"] == "complete" {
			newest = entry
		}
		return nil
	})
	if err != nil || newest == nil {
		t.Fatal(newest, err)
	}
	newest["sha256"] = strings.Repeat("0", 64)
	value, err := json.Marshal(newest)
	if err != nil {
		t.Fatal(err)
	}
	p := log.NewProducer(eventlog.DeadLetters)
	defer p.Close(context.Background())
	if err := p.PublishTo(t.Context(), 0, []eventlog.Record{{Key: []byte(newest["id"].(string)), Value: value}}); err != nil {
		t.Fatal(err)
	}
}

// TestDeadLetters sends what cannot be digested. Each gives one dead letter with its place, bytes and reason, and no other
// one when the log is replayed from its start.
func TestDeadLetters(t *testing.T) {
	s := newSite(t, 1, "")
	noon := midnight() + 12*time.Hour.Milliseconds()
	advisorAt := func(ms, received int64) []byte {
		return event.AppendJSON(nil, &event.Event{ID: fmt.Sprint("a", ms), Source: "test", Type: event.AdvisorState, Time: ms,
			Received: received, Centre: "c1", Advisor: "anna", State: event.StateAvailable})
	}
	large := bytes.Repeat([]byte("x"), event.MaxRecordBytes+1)
	late := advisorAt(noon-6*time.Hour.Milliseconds(), noon+1000)
	values := [][]byte{advisorAt(noon, noon), []byte("not an event"), large, late, {}, tickAt(noon + 20_000), tickAt(noon + 40_000)}
	s.publish(t, 0, values)
	type shown struct {
		Partition      int
		Offset         int64
		Reason, Detail string
		Bytes          int
		Record         []byte
	}
	want := []shown{
		{Offset: 1, Reason: "invalid", Bytes: 12, Record: []byte("not an event")},
		{Offset: 2, Reason: "oversize", Bytes: 65537, Record: large[:8192]},
		{Offset: 3, Reason: "too_late", Bytes: len(late), Record: late},
		{Offset: 4, Reason: "invalid"},
	}
	for _, run := range []string{"first", "replayed"} {
		o := s.options()
		o.OpenStore, o.CheckpointEvery = nil, time.Hour // no checkpoint: the replay begins at the start
		r := start(t, o)
		r.digested(t, 0, int64(len(values))-1)
		until(t, "four dead letters", func() bool { return len(s.letters(t, 0)) >= 4 })
		r.stop()
		var got []shown
		for _, raw := range s.letters(t, 0) {
			var l shown
			if err := json.Unmarshal(raw, &l); err != nil {
				t.Fatal(err)
			}
			if l.Detail == "" {
				t.Errorf("the letter of offset %d does not explain itself", l.Offset)
			}
			l.Detail = ""
			got = append(got, l)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", run, diff)
		}
	}
}
