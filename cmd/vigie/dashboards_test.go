// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/seeds"
)

// TestDashboards: boards of a centre are written, found the same, and a board changed by hand is named by its panel.
func TestDashboards(t *testing.T) {
	dir, centre := t.TempDir(), centreFolder(t, nil)
	flags := []string{"--dir", dir, "--organisation", centre, "--day", "2026-11-17", "--language", "fr"}
	stdout, stderr, code := vigie(t, append([]string{"dashboards", "generate"}, flags...)...)
	if code != exitOK || !strings.HasPrefix(stdout, "16 boards in 4 folders, 19 files in ") {
		t.Fatalf("code %d, %s%s", code, stdout, stderr)
	}
	stdout, stderr, code = vigie(t, append([]string{"dashboards", "diff"}, flags...)...)
	if code != exitOK || stdout != "0 differ, 19 are the same.\n" {
		t.Errorf("code %d, %s%s", code, stdout, stderr)
	}
	boards, err := filepath.Glob(filepath.Join(dir, "dashboards", "*", "*-queue-fr.json"))
	if err != nil || len(boards) != 1 {
		t.Fatal(boards, err)
	}
	text, err := os.ReadFile(boards[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(boards[0], []byte(strings.Replace(string(text), `"title": "Chaque file aujourd'hui"`, `"title": "x"`, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code = vigie(t, append([]string{"dashboards", "diff"}, flags...)...)
	if code != exitFailure || !strings.Contains(stdout, `panel 7 "Chaque file aujourd'hui"`) || !strings.Contains(stderr, "vigie dashboards push") {
		t.Errorf("code %d, %s%s", code, stdout, stderr)
	}
}

// A centre's own indicators are on its boards, and a target on one is drawn.
func TestDashboardsOfAnOwnIndicator(t *testing.T) {
	dir := t.TempDir()
	theirs, err := fs.ReadFile(seeds.CapRivage(), "indicators.yaml") // which their walls name
	if err != nil {
		t.Fatal(err)
	}
	centre := centreFolder(t, map[string]string{"indicators.yaml": string(theirs) + "\n" + ownIndicator, "targets.yaml": "- {indicator: promised, value: 12 %, from: 2026-01-01, stage: in_force, communicated: 2025-12-15}\n"})
	stdout, stderr, code := vigie(t, "dashboards", "generate", "--dir", dir, "--organisation", centre, "--day", "2026-11-17", "--language", "en")
	if code != exitOK {
		t.Fatalf("code %d, %s%s", code, stdout, stderr)
	}
	var found []string
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), "`Promised`") {
			found = append(found, filepath.Base(path))
		}
		return err
	})
	if err != nil || len(found) == 0 {
		t.Errorf("no board asks for the centre's own indicator: %v, %s", err, stdout)
	}
}

// ownIndicator is what a centre defines itself.
const ownIndicator = `- id: promised
  kind: additive
  name: {en: Promised, fr: Promis}
  formula: left_callback / offered
  unit: percent
  better: none
  scopes: [centre, queue]
  controllable: centre
  doc: {en: Share of contacts that were promised a callback., fr: Part des contacts à qui un rappel a été promis.}
`

func TestUsageOfDashboards(t *testing.T) {
	for _, c := range []struct{ want, arguments string }{
		{"--dir is missing", "generate"},
		{"--grafana is missing", "push"},
		{"give either --grafana or --dir", "diff"},
		{"choose en, fr or both", "generate --dir x --language de"},
		{"write it as 2026-11-17", "generate --dir x --day tomorrow"},
	} {
		_, stderr, code := vigie(t, append([]string{"dashboards"}, strings.Fields(c.arguments)...)...)
		if code != exitUsage || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: code %d, %s", c.arguments, code, stderr)
		}
	}
}
