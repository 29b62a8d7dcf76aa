// SPDX-License-Identifier: Apache-2.0

package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/vigie-kpi/vigie/event"
)

// The folder's dates are Paris days that begin at 05:00: 2026-09-01 05:00 is 03:00 UTC in summer, 1788231600; the day
// after 2026-11-15 begins at 04:00 UTC in winter, 1794801600.
func TestLoadConfig(t *testing.T) {
	got, err := LoadConfig("../cmd/vigie/testdata/centre")
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		CentreID: "lille",
		Centre: event.CentreConfig{Zone: "Europe/Paris", DayStartsAtMinutes: 300, ThresholdMs: 20_000, ShortAbandonMs: 5000,
			Variant: "sl_neg", UnknownQueues: "refuse", UnknownAdvisors: "refuse"},
		Queues: []event.QueueConfig{
			{Queue: "support", ThresholdMs: 15_000, Variant: "sl_live", Channel: "voice", Programme: "acme"},
			{Queue: "support", From: 1788231600_000, ThresholdMs: 10_000},
			{Queue: "ventes", ThresholdMs: 8000, ShortAbandonMs: 4000},
		},
		Advisors: []event.AdvisorConfig{
			{Advisor: "advisor-1001", Team: "north", Site: "lille"},
			{Advisor: "advisor-1002", Team: "north", To: 1794801600_000},
			{Advisor: "advisor-1002", From: 1794801600_000, Team: "south", HomeTeam: "north"},
		},
		States: map[string]string{"repas": "lunch", "midi": "lunch", "elearning": "training"},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Config{})); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

func configFolder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLoadConfigSaysWhereAndWhatInstead(t *testing.T) {
	check := func(name, text string, wants ...string) {
		t.Helper()
		_, err := LoadConfig(configFolder(t, map[string]string{name: text}))
		if err == nil {
			t.Errorf("%s %q: no error, want %q", name, text, wants)
			return
		}
		lines := strings.Split(err.Error(), "\n")
		if len(lines) != len(wants) {
			t.Errorf("%s %q: %q, want %d errors", name, text, lines, len(wants))
			return
		}
		for i, want := range wants {
			if _, tail, _ := strings.Cut(lines[i], name+":"); !strings.HasPrefix(tail, want) {
				t.Errorf("%s %q: %q, want %q", name, text, lines[i], want)
			}
		}
	}
	check("centre.yaml", "id: x\nzone: UTC", `2: there is no key "zone" here; it can be id, timezone,`)
	check("centre.yaml", "timezone: Paris", `1: timezone: time zone "Paris" is not in the IANA database`)
	check("centre.yaml", "day_starts: 5", `1: day_starts: found "5", write a time of day, for example "05:00"`)
	check("centre.yaml", "threshold: 20", `1: threshold: found "20", write a duration with its unit`)
	check("centre.yaml", "threshold: 10s\nshort_abandon: 12s", `2: short_abandon: found 12000, it must not exceed threshold_ms, 10000`)
	check("centre.yaml", "service_level: sl_negative", `1: service_level: found "sl_negative", it must be`)
	check("centre.yaml", "id: a\nid: b", `2: id: given twice; give it once`)
	check("centre.yaml", "id:", `1: id: empty; leave the key out to have the default`)
	check("centre.yaml", "id: [a]", `1: id: must be a single value`)
	check("centre.yaml", "- id", `1: this must hold keys; write for example "id: ..."`)
	check("centre.yaml", "id: a\n  b: c", `2: this is not YAML: `)
	check("centre.yaml", "id: a\n---\nid: b", `2: a second document`)
	check("queues.yaml", "queue: q", `1: this must be a list; begin each item with "- queue:"`)
	check("queues.yaml", "- threshold: 10s", `1: queue: missing; give it a name`)
	check("queues.yaml", "- queue: q\n- queue: p\n- queue: q", `3: queue q is already in line 1; give it once, or another date with from`)
	check("queues.yaml", "- queue: q\n  from: yesterday", `2: from: found "yesterday", write a date such as 2026-09-01`)
	check("queues.yaml", "- queue: q\n  threshold: 5s\n  short_abandon: 6s\n- queue: p\n  channel: fax",
		`3: short_abandon: found 6000, it must not exceed threshold_ms, 5000`, `5: channel: found "fax", it must be`)
	check("advisors.yaml", "- advisor: a\n  from: 2026-09-02\n  to: 2026-08-31", `3: to: found 1788220800000, it must be after from_ms`)
	check("states.yaml", "pause: [x]", `1: there is no key "pause" here; it can be break, lunch,`)
	check("states.yaml", "lunch: repas", `1: lunch: must be a list, for example [repas ...]`)
	check("states.yaml", "lunch: [repas]\nbreak:\n- café\n- repas", `1: reason "repas" is already in line 4; give it once`)
	check("queue.yaml", "- queue: q", ` this file would not be read: rename it to one of centre.yaml,`)
	if _, err := LoadConfig(t.TempDir()); err == nil || !strings.Contains(err.Error(), "write at least one of centre.yaml") {
		t.Errorf("an empty folder: %v", err)
	}
	if _, err := LoadConfig(filepath.Join(t.TempDir(), "gone")); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("no folder: %v", err)
	}
}

func TestLoadConfigFitsShortAbandonOnlyWhenNobodyChoseIt(t *testing.T) {
	c, err := LoadConfig(configFolder(t, map[string]string{"centre.yaml": "threshold: 3s", "advisors.yaml": "# nobody yet\n"}))
	if err != nil || c.Centre.ShortAbandonMs != 3000 {
		t.Errorf("S = %d ms, %v; want T", c.Centre.ShortAbandonMs, err)
	}
	names, err := LoadConfig(configFolder(t, map[string]string{"advisors.yaml": "- advisor: 0042\n- &a {advisor: no}\n"}))
	if err != nil || names.Advisors[0].Advisor != "0042" || names.Advisors[1].Advisor != "no" {
		t.Errorf("%+v, %v: names must stay as they are written", names.Advisors, err)
	}
}
