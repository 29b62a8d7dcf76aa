// SPDX-License-Identifier: Apache-2.0

package explain_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/explain"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/ingest/asterisk"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds"
)

// recorded runs the recorded queue log through the machine, with its own thresholds.
func recorded(t *testing.T) (*machine, *explain.Configuration) {
	t.Helper()
	centre := event.DefaultCentreConfig("Europe/Paris")
	o := organisation.Organisation{Centre: centre}
	for _, queue := range slices.Sorted(maps.Keys(seeds.AsteriskThresholds)) {
		o.Queues = append(o.Queues, organisation.Queue{QueueConfig: event.QueueConfig{Queue: queue, ThresholdMs: seeds.AsteriskThresholds[queue]}})
	}
	parser, err := asterisk.NewParser(asterisk.Options{Centre: "lyon"})
	if err != nil {
		t.Fatal(err)
	}
	r := newMachine(t)
	err = asterisk.Read(t.Context(), bytes.NewReader(seeds.AsteriskQueueLog), "queue_log", parser, func(out asterisk.Output) error {
		for _, e := range out.Events {
			if r.clock == 0 {
				for _, c := range organisation.Records("lyon", 1, e.Time, o.Objects()) {
					r.step(&c)
				}
			}
			e.Received = max(e.Time, r.clock)
			r.step(&e)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r.tick(r.clock + 15*60_000)
	config, err := explain.ReadConfiguration(1, o.Objects())
	if err != nil {
		t.Fatal(err)
	}
	return r, config
}

// The recorded queue log, whose numbers a separate script counted from its lines: each indicator of queue support has the
// numerator and denominator that were counted, and its entries add up to them. The words are those of a line that can be
// looked up in the log.
func TestTheRecordingExplained(t *testing.T) {
	r, config := recorded(t)
	raw, err := os.ReadFile("../seeds/asterisk-a/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var expected struct {
		Scopes []struct {
			Kind, ID   string
			Indicators map[string]struct{ Numerator, Denominator int64 }
		}
	}
	if err := json.Unmarshal(raw, &expected); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, scope := range expected.Scopes {
		if scope.Kind != "queue" {
			continue
		}
		for id, want := range scope.Indicators {
			q := request(t, id, indicator.ScopeQueue, scope.ID, r.facts)
			q.Configurations = []*explain.Configuration{config}
			e := explain.Explain(q)
			if e.Numerator != want.Numerator || e.Denominator != want.Denominator {
				t.Errorf("%s of %s: %d over %d, counted %d over %d", id, scope.ID, e.Numerator, e.Denominator, want.Numerator, want.Denominator)
			}
			if n, d := sums(e); n != want.Numerator || d != want.Denominator {
				t.Errorf("%s of %s: the entries add up to %d over %d, counted %d over %d", id, scope.ID, n, d, want.Numerator, want.Denominator)
			}
			checked++
		}
	}
	if checked < 30 {
		t.Errorf("only %d indicators were checked", checked)
	}
}

// sl_ign of support, by hand from expected.json: 128 answered within 10 s, of 269 answered and 188 abandoned less 99 abandoned
// within T. So 358 contacts count, and 99 do not though they were offered.
func TestTheServiceLevelOfTheRecordingInWords(t *testing.T) {
	r, config := recorded(t)
	q := request(t, "sl_ign", indicator.ScopeQueue, "support", r.facts)
	q.Configurations = []*explain.Configuration{config}
	e := explain.Explain(q)
	if e.Worked != "128 ÷ (269 + 188 − 99) = 35.75 %" {
		t.Errorf("worked out as %s", e.Worked)
	}
	if e.Counted != 358 || e.NotCounted != 99 {
		t.Errorf("%d count and %d do not, want 358 and 99", e.Counted, e.NotCounted)
	}
	if len(e.Rules) != 1 || e.Rules[0] != (explain.Rule{Version: 1, Queue: "support", ThresholdMs: 10_000, ShortAbandonMs: 5_000, Variant: "sl_neg"}) {
		t.Errorf("configurations %+v", e.Rules)
	}
	var within, late, cut int
	for _, entry := range e.Entries {
		text := entry.Lines[len(entry.Lines)-1].Text
		switch {
		case strings.Contains(text, "≤ T 10 s: answered within T") && entry.Why == "counts: numerator +1, denominator +1":
			within++
		case strings.Contains(text, "> T 10 s: a") && entry.Why == "counts in the denominator only: +1":
			late++
		case strings.Contains(text, "≤ T 10 s: abandoned within T") &&
			entry.Why == "does not count: the formula leaves it out (abandoned +1, abandoned within T +1)":
			cut++
		default:
			t.Errorf("%s: %s", entry.Why, text)
		}
	}
	if within != 128 || late != 358-128 || cut != 99 {
		t.Errorf("%d within, %d late, %d left out", within, late, cut)
	}
}
