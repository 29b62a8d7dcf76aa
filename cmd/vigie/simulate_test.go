// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const demoCentreFolder = "../../seeds/cap-rivage"

func TestSimulate(t *testing.T) {
	truth := filepath.Join(t.TempDir(), "truth.json")
	stdout, stderr, code := vigie(t, "simulate", "--truth", truth)
	if code != exitOK || !strings.Contains(stderr, "simulated") {
		t.Fatalf("code %d, %s", code, stderr)
	}
	var told struct {
		Events int
		Days   []struct{ Date string }
	}
	raw, err := os.ReadFile(truth)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &told); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(stdout, "\n"); lines != told.Events || lines < 20_000 || told.Days[0].Date != "2026-11-17" {
		t.Errorf("%d lines; the truth tells of %d events and begins with %+v", lines, told.Events, told.Days[0])
	}
	// The folder that the binary holds is the one in the repository: the same events, later.
	out := filepath.Join(t.TempDir(), "day.ndjson")
	if _, stderr, code := vigie(t, "simulate", "--out", out, "--delay", "200ms", demoCentreFolder); code != exitOK {
		t.Fatalf("code %d, %s", code, stderr)
	}
	delayed, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(delayed), "\n") != told.Events || string(delayed) == stdout {
		t.Error("a delay changed what happens, or nothing at all")
	}
}

// A history goes into a lane, which is complete at the end.
func TestSimulateIntoTheLog(t *testing.T) {
	kafka := startBroker(t)
	stdout, stderr, code := vigie(t, append([]string{"simulate", "--from", "2026-11-15", "--lane", "history-1", "--end-shifts", demoCentreFolder}, kafka...)...)
	if code != exitOK || stdout != "" {
		t.Errorf("code %d, stdout %q, stderr %s", code, stdout, stderr)
	}
}

func TestSimulateUsage(t *testing.T) {
	c := func(wantCode int, want string, arguments ...string) {
		t.Helper()
		_, stderr, code := vigie(t, append([]string{"simulate"}, arguments...)...)
		if code != wantCode || !strings.Contains(stderr, want) {
			t.Errorf("%v: code %d, %q; want code %d and %q", arguments, code, stderr, wantCode, want)
		}
	}
	c(exitUsage, "one organisation is simulated at a time, got 2", demoCentreFolder, demoCentreFolder)
	c(exitUsage, "is no date; write it such as 2026-11-17", "--from", "tomorrow", demoCentreFolder)
	c(exitUsage, "how many simulated seconds", "--speed", "-1", demoCentreFolder)
	c(exitUsage, "lane: empty", "--kafka", "localhost:1", demoCentreFolder)
	c(exitFailure, "is not after the first", "--to", "2026-11-01", demoCentreFolder)
	c(exitFailure, "line assistance: the organisation has no such queue", writeCentre(t))
}

// writeCentre makes a folder with a centre that is not the demo's.
func writeCentre(t *testing.T) string {
	t.Helper()
	return filepath.Dir(writeFile(t, "centre.yaml", "id: lille\ntimezone: Europe/Paris\n"))
}
