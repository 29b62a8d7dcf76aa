// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

// A machine that starts from a checkpoint and replays the log is the machine that wrote it, to the last byte: on the demo day,
// which has everything that a centre does, from checkpoints all over it. The live one is read all the time, for walls and metrics,
// and the other is not: reading changes nothing.
func TestReplayedMachineIsTheLiveOne(t *testing.T) {
	org, err := organisation.Read(os.DirFS("../seeds/cap-rivage"), organisation.Options{})
	if err != nil {
		t.Fatal(err)
	}
	log := &keptLog{}
	for _, e := range organisation.Records("cap-rivage", 1, 1794888000000, org.Objects()) {
		if err := log.Put(&e); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := simulator.Run(simulator.CapRivage(org), &simulator.Options{From: simulator.CapRivageDay, To: "2026-11-18",
		Seed: simulator.CapRivageSeed, Delivery: simulator.Delivery{DelayMs: 200, DisorderMs: 30_000, Duplicates: 0.01}}, log); err != nil {
		t.Fatal(err)
	}
	watched := aggregator.New(0)
	var replayed *aggregator.Machine
	for i, value := range log.records {
		for _, m := range []*aggregator.Machine{watched, replayed} {
			if m != nil {
				m.Step(int64(i), value)
				m.Clear()
			}
		}
		if i%7 == 0 {
			readAll(watched, i%70 == 0)
		}
		if i%5000 != 4999 {
			continue
		}
		snapshot := watched.Snapshot()
		if replayed != nil && !bytes.Equal(snapshot, replayed.Snapshot()) {
			t.Fatalf("after record %d of %d the replayed machine is another one: %s", i, len(log.records), value)
		}
		if replayed, err = aggregator.Restore(snapshot); err != nil {
			t.Fatal(err)
		}
	}
}

// readAll reads what walls, metrics and the API show.
func readAll(m *aggregator.Machine, windows bool) {
	measures := make([]int64, indicator.NumMeasures)
	for _, w := range m.Worlds() {
		w.GaugesNow()
		w.PeopleNow()
		w.Notices()
		w.Waiting("")
		w.OpenItems("")
		w.HelpRequests("")
		for kind := range indicator.ScopeKind(indicator.NumScopeKinds) {
			for _, name := range w.ScopeNames(kind) {
				if windows {
					w.Measures(kind, name, aggregator.Window1h, true, measures)
					w.Measures(kind, name, aggregator.WindowToday, false, measures)
				}
			}
		}
	}
}

// keptLog keeps what a simulation says as the records of a partition, with the owner's tick each ten seconds.
type keptLog struct {
	records [][]byte
	ticked  int64
}

// Put implements simulator.Sink.
func (l *keptLog) Put(e *event.Event) error {
	for l.ticked == 0 || l.ticked+10_000 <= e.Received {
		l.ticked = max(l.ticked+10_000, e.Received-e.Received%10_000)
		tick := event.Event{ID: fmt.Sprint(l.ticked), Source: "owner", Type: event.Tick, Time: l.ticked, Received: l.ticked}
		l.records = append(l.records, event.AppendJSON(nil, &tick))
	}
	l.records = append(l.records, event.AppendJSON(nil, e))
	return nil
}
