// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
)

// FuzzStep gives the machine records that nobody would publish, one a line. It must not panic, and each record is either
// digested or a dead letter.
func FuzzStep(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(joined(newTimeline(seed)))
		f.Add(joined(newItemTimeline(seed)))
	}
	f.Add([]byte("\n{}\nnull\n{\"type\":\"tick\"}\n\xff\xfe"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a := newAccount(t)
		for _, record := range bytes.Split(data, []byte("\n")) {
			a.step(record)
		}
		a.close()
	})
}

// The same with records that were sound until somebody damaged them: bytes changed, cut, doubled, or words of one record
// in another.
func TestDamagedRecords(t *testing.T) {
	for i := range uint64(*casesFlag / 10) {
		seed := *seedFlag + i
		random := rand.New(rand.NewPCG(seed, 7))
		s := newTimeline(seed)
		if i%8 == 0 {
			s = newItemTimeline(seed)
		}
		records := bytes.Split(joined(s), []byte("\n"))
		a := newAccount(&named{t, fmt.Sprintf("seed %d", seed)})
		for n := range records {
			a.step(damage(random, records, n))
		}
		a.close()
	}
}

// joined is a timeline as the log would hold it, each event received a second after it happened; the owner's tick stands before
// those that follow a long silence.
func joined(s *timeline) []byte {
	var b []byte
	last := int64(0)
	for _, d := range s.inOrder() {
		d.event.Received = max(d.received, s.from) + second
		if last != 0 && d.event.Received > last+30*minute {
			b = append(event.AppendJSON(b, &event.Event{ID: "tick", Source: "owner", Type: event.Tick, Time: d.event.Received, Received: d.event.Received}), '\n')
		}
		last = max(last, d.event.Received)
		b = append(event.AppendJSON(b, &d.event), '\n')
	}
	return b
}

func damage(r *rand.Rand, records [][]byte, n int) []byte {
	record := bytes.Clone(records[n])
	if len(record) == 0 {
		return record
	}
	switch r.IntN(8) {
	case 0:
		record[r.IntN(len(record))] = byte(r.Uint32())
	case 1:
		record = record[:r.IntN(len(record))]
	case 2:
		record = append(record, records[r.IntN(len(records))]...)
	case 3: // another type, with this one's attributes
		return swap(record, `"type":"`, event.Types()[r.IntN(len(event.Types()))].String())
	case 4: // another instant
		return swap(record, `"time":"`, []string{"1970-01-01T00:00:00.001Z", "2199-12-31T23:59:59.999Z", "2026-11-23T09:00:00.000Z"}[r.IntN(3)])
	case 5:
		return swap(record, `"contact":"`, strings.Repeat("x", r.IntN(300)))
	}
	return record
}

// swap replaces the text of one attribute.
func swap(record []byte, attribute, text string) []byte {
	i := bytes.Index(record, []byte(attribute))
	if i < 0 {
		return record
	}
	head := i + len(attribute)
	tail := bytes.IndexByte(record[head:], '"')
	return append(append(bytes.Clone(record[:head]), text...), record[head+tail:]...)
}

// account follows what becomes of each record.
type account struct {
	tb      testing.TB
	m       *aggregator.Machine
	records int64
	dead    map[int64]aggregator.Reason
	decoder event.Decoder
	latest  int64
}

func newAccount(tb testing.TB) *account {
	return &account{tb: tb, m: aggregator.New(0), dead: map[int64]aggregator.Reason{}}
}

// step gives the machine a record, unless its gateway's clock jumps by years: the machine would go through them minute
// by minute, as it must, and the test would not end.
func (a *account) step(record []byte) {
	var e event.Event
	sound := a.decoder.Decode(record, &e) == nil && e.Validate() == nil && e.Received != 0
	if sound && a.latest != 0 && e.Received > a.latest+24*hour {
		return
	}
	offset := a.records
	a.records++
	a.m.Step(offset, record)
	for _, d := range a.m.Ready().DeadLetters {
		if _, twice := a.dead[d.Offset]; twice || d.Offset > offset || d.Reason == aggregator.ReasonNone || d.Detail == "" {
			a.tb.Fatalf("dead letter that cannot be: %+v", d)
		}
		a.dead[d.Offset] = d.Reason
	}
	a.m.Clear()
	if reason, dead := a.dead[offset]; !sound && (!dead || reason != aggregator.ReasonInvalid && reason != aggregator.ReasonOversize) {
		a.tb.Fatalf("the record is not sound, and became %s: %q", reason, record)
	}
	if sound {
		a.latest = max(a.latest, e.Received)
	}
}

// close checks the sums, and that the state can be kept.
func (a *account) close() {
	if n := a.m.Counters().Records; n != a.records || a.m.Offset() != a.records-1 || int64(len(a.dead)) > n {
		a.tb.Fatalf("%d records were given, %d counted, %d dead letters", a.records, n, len(a.dead))
	}
	snapshot := a.m.Snapshot()
	again, err := aggregator.Restore(snapshot)
	if err != nil {
		a.tb.Fatalf("restoring: %v", err)
	}
	if !bytes.Equal(again.Snapshot(), snapshot) {
		a.tb.Fatalf("the snapshot of the restored machine is another one")
	}
}
