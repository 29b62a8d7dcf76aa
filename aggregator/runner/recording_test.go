// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/ingest/asterisk"
	"github.com/vigie-kpi/vigie/seeds"
)

// The piece of the recording that the tests play: 56 seconds from its first line on, and the second of it that becomes
// midnight UTC, at which a call ends and an advisor pauses.
const (
	pieceFrom     = 1795383561_000
	pieceTo       = pieceFrom + 56_000
	pieceMidnight = 1795383598_000

	// deliveryMs is how long an event takes from the source to the log.
	deliveryMs = 300
)

// midnight is a real one, of late: the store forgets gauges after some months.
func midnight() int64 {
	const dayMs = 24 * 60 * 60 * 1000
	return time.Now().UnixMilli()/dayMs*dayMs - dayMs
}

// piece is the piece of the recording as the values of log records, for one centre: rules for alerts, its events, a tick each
// second, a few records that nobody can read, and in the end the ticks that close the last block.
func piece(t testing.TB, centre string) [][]byte {
	t.Helper()
	parser, err := asterisk.NewParser(asterisk.Options{Centre: centre})
	if err != nil {
		t.Fatal(err)
	}
	shift := midnight() - pieceMidnight
	values := rules(t, centre, pieceFrom+shift)
	var second int64 = pieceFrom
	tickTo := func(to int64) {
		for ; second < to; second += 1000 {
			values = append(values, tickAt(second+shift+500))
		}
	}
	err = asterisk.Read(t.Context(), bytes.NewReader(seeds.AsteriskQueueLog), "queue_log", parser, func(out asterisk.Output) error {
		for _, e := range out.Events {
			if e.Time < pieceFrom || e.Time >= pieceTo {
				continue
			}
			tickTo(e.Time)
			e.Time += shift
			e.Received = e.Time + deliveryMs
			values = append(values, event.AppendJSON(nil, &e))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, typ := range []event.Type{event.IncidentOpened, event.IncidentClosed} {
		at := pieceTo + shift - int64(1000*(2-i))
		data := []byte(`{"scope_kind":"centre","title":"a register"}`)
		if typ == event.IncidentClosed {
			data = []byte(`{"cause":"test"}`)
		}
		values = append(values, event.AppendJSON(nil, &event.Event{ID: typ.String(), Source: "test", Type: typ, Centre: centre, Object: "inc-1", Time: at, Received: at, Data: data}))
	}
	tickTo(pieceTo + 12_000)
	// Out of place on purpose: in the first block, in the middle, and where the last blocks are.
	bad := [][]byte{[]byte("not an event"), bytes.Repeat([]byte("x"), event.MaxRecordBytes+1), []byte(`{"specversion":"1.0"}`)}
	for i, value := range bad {
		values = slices.Insert(values, 5+i*len(values)*2/5, value)
	}
	return values
}

// rules are two rules, one of which comes and goes, as they are published at an instant.
func rules(t testing.TB, centre string, ms int64) [][]byte {
	t.Helper()
	rule := event.RuleConfig{Rule: "calls", ScopeKind: "queue", When: "offered >= 1", Window: "5m", ForMs: 10_000, Show: "answer_rate",
		Severity: event.SeverityCritical, Audience: event.AudiencePage, SummaryEn: "calls", SummaryFr: "appels"}
	comes := rule
	comes.Rule, comes.ScopeKind, comes.When, comes.Window, comes.ForMs, comes.Show = "waiting", "centre", "waiting >= 1", "", 0, ""
	var values [][]byte
	var published []event.ConfigObject
	say := func(typ event.Type, data any) {
		raw, err := json.Marshal(data)
		if err != nil {
			t.Fatal(err)
		}
		published = append(published, event.ConfigObject{Type: typ, Data: raw})
		values = append(values, event.AppendJSON(nil, &event.Event{ID: fmt.Sprint(len(values)), Source: "apply", Type: typ, Centre: centre, Time: ms, Received: ms, Data: raw}))
	}
	say(event.ConfigCentre, event.DefaultCentreConfig("UTC"))
	say(event.ConfigRule, rule)
	say(event.ConfigRule, comes)
	say(event.ConfigApplied, event.AppliedConfig{Version: 1, Count: len(published), Hash: event.ConfigHash(published)})
	return values
}

func tickAt(ms int64) []byte {
	return event.AppendJSON(nil, &event.Event{ID: fmt.Sprint(ms), Source: "test", Type: event.Tick, Time: ms, Received: ms})
}

// expected is what the bare machine, without any shell, gives of a log.
type expected struct {
	facts, contacts, gauges int
	alerts                  int    // transitions
	blocks                  string // as contentOf shows the ledger, without hashes
	last                    int64  // the end of the last block
	letters                 int
}

// expect digests a log with the bare machine.
func expect(partition int, values [][]byte) expected {
	var x expected
	m := aggregator.New(int32(partition))
	var lines []string
	var first int64
	contacts, gauges := map[string]bool{}, map[string]bool{}
	for i, value := range values {
		ends := m.Step(int64(i), value)
		if !ends {
			continue
		}
		rd := m.Ready()
		x.facts += len(rd.Facts)
		x.letters += len(rd.DeadLetters)
		x.alerts += len(rd.Transitions)
		for _, c := range rd.Contacts {
			contacts[c.Contact] = true
		}
		for _, g := range rd.Gauges {
			gauges[fmt.Sprint(g.At, g.Scope, g.World.Name(g.Name))] = true
		}
		lines = append(lines, fmt.Sprintf("%d\t%d\t%d\t%d\t%d\t%d", partition, first, i, len(rd.Facts), len(rd.Contacts), len(rd.Gauges)))
		m.Clear()
		first, x.last = int64(i)+1, int64(i)
	}
	x.contacts, x.gauges = len(contacts), len(gauges)
	x.blocks = strings.Join(lines, "\n")
	return x
}
