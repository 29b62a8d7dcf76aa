// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/embedded"
)

// startBroker runs a broker for the commands of one test, and returns the flags that reach it.
func startBroker(t *testing.T) []string {
	t.Helper()
	broker, err := embedded.StartBroker(t.Context(), embedded.BrokerOptions{DataDir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := broker.Close(); err != nil {
			t.Error(err)
		}
	})
	return []string{"--kafka", broker.Addr(), "--partitions", "2", "--log-level", "error"}
}

// centreFolder is a copy of the demo centre, with some files replaced.
func centreFolder(t *testing.T, replaced map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../seeds/cap-rivage")); err != nil {
		t.Fatal(err)
	}
	for name, text := range replaced {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestApplyGetHistory(t *testing.T) {
	kafka := startBroker(t)
	command := func(answer string, arguments ...string) (string, string, int) {
		t.Helper()
		var out, err bytes.Buffer
		code := run(t.Context(), append(arguments, kafka...), streams{strings.NewReader(answer), &out, &err})
		return out.String(), err.String(), code
	}
	expect := func(stdout, stderr string, code int, wantCode int, wants ...string) {
		t.Helper()
		for _, want := range wants {
			if code != wantCode || !strings.Contains(stdout+stderr, want) {
				t.Errorf("code %d, stdout %q, stderr %q; want code %d and %q", code, stdout, stderr, wantCode, want)
			}
		}
	}
	demo := centreFolder(t, nil)
	out, err, code := command("", "get")
	expect(out, err, code, exitFailure, "nothing was applied yet")
	out, err, code = command("", "apply", demo)
	expect(out, err, code, exitFailure, "has no configuration yet", "106 advisors added: a001, a002, ... a106", "queue urgence: added: S 5 s, T 10 s",
		"Publish this as version 1? [y/N]", "there is nobody to ask; give --yes")
	out, err, code = command("non\n", "apply", demo)
	expect(out, err, code, exitFailure, "nothing was published")
	out, err, code = command("oui\n", "apply", "--message", "the first", demo)
	expect(out, err, code, exitOK, "Version 1 of centre cap-rivage is in force")
	out, err, code = command("", "apply", demo)
	expect(out, err, code, exitOK, "version 1 applies", "(the first)", "Nothing changes.")

	queues, _ := os.ReadFile(filepath.Join(demo, "queues.yaml"))
	later := centreFolder(t, map[string]string{"queues.yaml": string(queues) + "\n- queue: orvalie\n  from: 2026-11-18\n  threshold: 40s\n"})
	const change = "queue orvalie: T 30 s -> 40 s from 2026-11-18\n"
	out, err, code = command("", "apply", "--dry-run", later)
	expect(out, err, code, exitOK, change)
	out, err, code = command("", "get")
	expect(out, err, code, exitOK, "Centre cap-rivage, version 1,")
	out, err, code = command("", "apply", "--yes", later)
	expect(out, err, code, exitOK, "Version 2 of centre cap-rivage is in force")

	out, err, code = command("", "get", "queue", "orvalie")
	expect(out, err, code, exitOK, "queue orvalie: S 5 s, T 30 s,", "programme orvalie, staffing group orvalie to 2026-11-17\n", "T 40 s,", "from 2026-11-18\n")
	out, err, code = command("", "get", "--version", "1", "targets", "occupancy")
	expect(out, err, code, exitOK, "target occupancy: communicated 2025-12-15, stage in_force, value 70 % to 85 % from 2026-01-01\n")
	out, err, code = command("", "get", "--output", "json", "programmes")
	expect(out, err, code, exitOK, `{"type":"config.programme","data":{"programme":"brevance","name":"Brévance Énergie"}}`+"\n")
	out, err, code = command("", "get", "queue", "nowhere")
	expect(out, err, code, exitFailure, "version 2 has no queue nowhere; vigie get queues lists those it has")
	out, err, code = command("", "history")
	expect(out, err, code, exitOK, "version 2, applied ", change, "version 1, applied ", "(the first)", "106 advisors added")
	out, err, code = command("", "history", "--limit", "1")
	expect(out, err, code, exitOK, "1 older versions: --limit 2 shows them.")
}

// What is wrong with the files is said at once, all of it, and the exit code tells.
func TestApplyRefusesWhatCannotBe(t *testing.T) {
	dir := centreFolder(t, map[string]string{
		"skills.yaml":    "- {queues: orvali, teams: garance}\n",
		"campaigns.yaml": "- {campaign: noel, calendar: demarchage}\n",
		"targets.yaml":   "- {indicator: occupancy, advisor: a001, value: 80 %, stage: draft}\n",
	})
	stdout, stderr, code := vigie(t, "apply", "--dry-run", dir)
	want := "vigie: nothing was published: 3 problems:\n" +
		dir + "/campaigns.yaml:1:3: purpose: missing; write for example \"purpose: prospecting\"\n" +
		dir + "/skills.yaml:1:12: queues: there is no queue \"orvali\" in queues.yaml; did you mean \"orvalie\"?\n" +
		dir + "/targets.yaml:1:35: advisor: occupancy is not in one advisor's hands (the demand and the planning decide it); set it for the queue, the team or the centre\n"
	if code != exitFailure || stdout != "" || stderr != want {
		t.Errorf("code %d\n got %s\nwant %s", code, stderr, want)
	}
	stdout, stderr, code = vigie(t, "apply", "--dry-run", centreFolder(t, nil))
	if code != exitOK || !strings.Contains(stdout, "is right: 9 queues, 106 advisors") {
		t.Errorf("the demo centre: code %d, %s%s", code, stdout, stderr)
	}
}

func TestUsageOfApplyGetHistory(t *testing.T) {
	check := func(want string, arguments ...string) {
		t.Helper()
		if _, stderr, code := vigie(t, arguments...); code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("%v: code %d, %q; want code %d and %q", arguments, code, stderr, exitUsage, want)
		}
	}
	check("one folder is applied at a time, got 0", "apply")
	check("one folder is applied at a time, got 2", "apply", "a", "b")
	check("is a file; give the folder", "apply", writeFile(t, "centre.yaml", "id: a"))
	check("--kafka is missing", "apply", centreFolder(t, nil))
	check(`there is no kind "quues"; did you mean queues?`, "get", "quues")
	check(`there is no kind "weather"; choose one of centres,`, "get", "weather")
	check(`--output "yaml": choose text or json`, "get", "--output", "yaml")
	check("versions count from 1", "get", "--version", "-1")
	check("give 1 or more", "history", "--limit", "0")
	check("unexpected", "history", "paris")
}

// Five formulas that a manager gets wrong, as docs/own-indicators.md shows them: apply says all at once, each with where it
// stands, what was found and what to write, and publishes nothing.
func TestFiveWrongFormulas(t *testing.T) {
	page, err := os.ReadFile("../../docs/own-indicators.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("(?s)```yaml\n# indicators.yaml\n(.*?)\n- id: given_up_margin").FindSubmatch(page)
	rows := regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (.*) \\|$").FindAllSubmatch(page, -1)
	if shown == nil || len(rows) != 5 {
		t.Fatalf("the page shows %q and %d wrong formulas", shown, len(rows))
	}
	// Where each mistake stands, counted by hand: the entry has 10 lines, its formula is the fourth and begins in column 12, its
	// unit is the fifth and begins in column 9.
	places := []string{"4:12", "14:31", "25:9", "34:12", "44:23"}
	var text, want strings.Builder
	dir := centreFolder(t, nil)
	for i, row := range rows {
		entry := strings.NewReplacer("given_up\n", fmt.Sprintf("own_%d\n", i), "Given up", fmt.Sprint("Own ", i), "Abandonnés", fmt.Sprint("Propre ", i),
			"abandoned / offered", string(row[1])).Replace(string(shown[1]) + "\n")
		text.WriteString(entry)
		fmt.Fprintf(&want, "%s/indicators.yaml:%s: own_%d: %s\n", dir, places[i], i, row[2])
	}
	if err := os.WriteFile(filepath.Join(dir, "indicators.yaml"), []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	// What else is wrong is said too, but not that these indicators are missing.
	if err := os.WriteFile(filepath.Join(dir, "targets.yaml"), []byte("- {indicator: own_1, value: 80 %, stage: draft}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	kafka := startBroker(t)
	stdout, stderr, code := vigie(t, append([]string{"apply", "--yes", dir}, kafka...)...)
	if got := "vigie: nothing was published: 5 problems:\n" + want.String(); code != exitFailure || stdout != "" || stderr != got {
		t.Errorf("code %d\n got %s\nwant %s", code, stderr, got)
	}
	if _, stderr, _ := vigie(t, append([]string{"history", "--centre", "cap-rivage"}, kafka...)...); !strings.Contains(stderr, "nothing was applied for centre cap-rivage") {
		t.Errorf("afterwards the history says %s", stderr)
	}
}
