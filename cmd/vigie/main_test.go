// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// vigie runs a command line in process.
func vigie(t *testing.T, arguments ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(t.Context(), arguments, streams{strings.NewReader(""), &out, &err})
	return out.String(), err.String(), code
}

// writeFile makes a file in a folder of the test.
func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestUsageErrorsNameTheRemedy(t *testing.T) {
	log := writeFile(t, "queue_log", dayOfFour)
	check := func(want string, arguments ...string) {
		t.Helper()
		stdout, stderr, code := vigie(t, arguments...)
		if code != exitUsage || !strings.Contains(stderr, want) || !strings.Contains(stderr, "--help") || stdout != "" {
			t.Errorf("%v: code %d, stdout %q, stderr %q; want code %d and %q", arguments, code, stdout, stderr, exitUsage, want)
		}
	}
	replay := func(want string, arguments ...string) {
		t.Helper()
		check(want, append([]string{"replay", "--source", "asterisk-queue-log", log}, arguments...)...)
	}
	check(`there is no command "replya"; did you mean replay?`, "replya")
	check(`there is no command "make-coffee"`, "make-coffee")
	check("unknown flag: --nope", "replay", "--nope")
	check("unexpected", "version", "now")
	check("choose debug, info, warn or error", "version", "--log-level", "loud")
	check("choose text or json", "version", "--log-format", "xml")
	check("--data-dir is missing", "engine")
	check("--clickhouse is missing", "repeats")
	check("write a date as YYYY-MM-DD", "repeats", "--clickhouse", "localhost:9000", "--from", "30/11/2026")
	check("is before from", "repeats", "--clickhouse", "localhost:9000", "--from", "2026-11-30", "--to", "2026-11-01")
	check("--clickhouse is missing", "explain", "sl_neg", "--day", "2026-11-17")
	check("name one indicator", "explain", "--day", "2026-11-17")
	check("one at a time", "explain", "sl_neg", "--queue", "a", "--programme", "b")
	check("choose text, json or csv", "abandoned", "--output", "xml")
	check("--all is for --output csv", "explain", "sl_neg", "--all")
	check("--source is missing: choose one of asterisk-queue-log", "replay", log)
	check(`source "genesys": choose one of asterisk-queue-log`, "replay", "--source", "genesys", log)
	check("no file to replay", "replay", "--source", "asterisk-queue-log")
	replay("choose table, json or csv", "--output", "xml")
	replay(`window "2h": choose one of all, today, 5m, 15m, 30m, 1h`, "--window", "2h")
	replay("write a duration with its unit", "--threshold", "20")
	replay("write a duration with its unit", "--threshold", "q=fast")
	replay("from 1ms to 24h", "--threshold", "0s")
	replay("from 1ms to 24h", "--threshold", "q=25h")
	replay("no queue before =", "--threshold", "=20s")
	replay("given twice", "--threshold", "10s", "--threshold", "20s")
	replay("given twice", "--threshold", "q=10s", "--threshold", "q=20s")
	replay("0s or more", "--short-abandon", "-1s")
	replay("--short-abandon 9s exceeds --threshold 8s", "--threshold", "8s", "--short-abandon", "9s")
	replay("Europe/Paris", "--timezone", "Mars/Olympus")
	replay("write REGEXP=REPLACEMENT", "--member", "advisor")
	replay("is no regular expression", "--member", "(=x")
	replay(`queue "support", which the input does not have; it has q`, "--threshold", "support=10s")
	replay("is also read", "--dead-letters", log)
}

func TestFailuresEndInOne(t *testing.T) {
	_, stderr, code := vigie(t, "replay", "--source", "asterisk-queue-log", filepath.Join(t.TempDir(), "gone"))
	if code != exitFailure || !strings.Contains(stderr, "no such file") {
		t.Errorf("missing file: code %d, %q", code, stderr)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, err bytes.Buffer
	long := writeFile(t, "queue_log", strings.Repeat(dayOfFour, 1000))
	code = run(ctx, []string{"replay", "--source", "asterisk-queue-log", long}, streams{strings.NewReader(""), &out, &err})
	if code != exitFailure || !strings.Contains(err.String(), "interrupted") {
		t.Errorf("interrupted: code %d, %q", code, err.String())
	}
}

func TestHelpAndVersion(t *testing.T) {
	stdout, _, code := vigie(t)
	if code != exitOK || !strings.Contains(stdout, "Exit codes") || !strings.Contains(stdout, "replay") || strings.Contains(stdout, "engine") {
		t.Errorf("vigie alone: code %d, %q; want help with replay, without the hidden engine", code, stdout)
	}
	stdout, _, code = vigie(t, "version")
	if code != exitOK || !strings.HasPrefix(stdout, "vigie dev\ngo1.") {
		t.Errorf("version: code %d, %q", code, stdout)
	}
}
