// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/vigie-kpi/vigie/tools/alerting"
)

// repository is where documents are read, as in vigie run --runbook-url.
const repository = "https://github.com/vigie-kpi/vigie/blob/main/"

// rule is an alerting rule of Prometheus.
type rule struct {
	Alert       string
	Expr        string
	Labels      map[string]string
	Annotations map[string]string
}

// rules are all of deploy/prometheus/rules, in order.
func rules(t *testing.T) []rule {
	t.Helper()
	var all []rule
	for _, path := range files(t, "prometheus/rules/*.yml") {
		var file struct{ Groups []struct{ Rules []rule } }
		readYAML(t, path, &file)
		for _, g := range file.Groups {
			all = append(all, g.Rules...)
		}
	}
	return all
}

func files(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s: %v, %d files", pattern, err, len(paths))
	}
	for i, path := range paths {
		if paths[i], err = filepath.Abs(path); err != nil {
			t.Fatal(err)
		}
	}
	return paths
}

func readYAML(t *testing.T, path string, into any) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(raw, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// promtool finds no fault with the files, and the rules do what their tests say.
func TestRulesByPromtool(t *testing.T) {
	for _, arguments := range [][]string{
		append([]string{"check", "rules", "--lint-fatal"}, files(t, "prometheus/rules/*.yml")...),
		append([]string{"check", "config"}, files(t, "prometheus/prometheus.yml")...),
		append([]string{"test", "rules"}, files(t, "prometheus/tests/*.yml")...),
	} {
		if _, err := alerting.Run(t, alerting.Promtool, arguments...); err != nil {
			t.Errorf("promtool %s: %v", arguments[0]+" "+arguments[1], err)
		}
	}
}

// Every rule is tested when it fires and when it does not; but for the watchdog, which always does.
func TestEveryRuleIsTested(t *testing.T) {
	fires, rests := map[string]bool{}, map[string]bool{}
	for _, path := range files(t, "prometheus/tests/*.yml") {
		var file struct {
			Tests []struct {
				Rows []struct {
					Expr    string
					Samples []struct{ Labels string } `yaml:"exp_samples"`
				} `yaml:"promql_expr_test"`
			}
		}
		readYAML(t, path, &file)
		for _, test := range file.Tests {
			for _, row := range test.Rows {
				_, name, _ := strings.Cut(row.Expr, `alertname="`)
				name, _, _ = strings.Cut(name, `"`)
				if len(row.Samples) > 0 {
					fires[name] = true
				} else {
					rests[name] = true
				}
			}
		}
	}
	for _, r := range rules(t) {
		if !fires[r.Alert] {
			t.Errorf("%s: no row of a test in which it fires", r.Alert)
		}
		if !rests[r.Alert] && r.Alert != "Watchdog" {
			t.Errorf("%s: no row of a test in which it does not fire", r.Alert)
		}
	}
}

// Every rule says how bad it is, whom it calls, and in both languages what it means; its runbook is its own section.
func TestRulesSayWhatToDo(t *testing.T) {
	severities := map[string]bool{"critical": true, "warning": true, "info": true, "none": true}
	audiences := map[string]bool{"page": true, "wall": true, "watchdog": true}
	for _, r := range rules(t) {
		if !severities[r.Labels["severity"]] || !audiences[r.Labels["audience"]] || r.Labels["owner"] == "" {
			t.Errorf("%s: labels %v", r.Alert, r.Labels)
		}
		for _, name := range []string{"summary", "summary_fr", "description", "description_fr"} {
			if r.Annotations[name] == "" {
				t.Errorf("%s has no %s", r.Alert, name)
			}
		}
		if want := repository + "docs/runbooks-pipeline.md#" + strings.ToLower(r.Alert); r.Annotations["runbook_url"] != want {
			t.Errorf("%s: runbook_url %q, want %q", r.Alert, r.Annotations["runbook_url"], want)
		}
	}
}

// section is one of a runbook.
type section struct{ title, text string }

func sections(t *testing.T, path string) []section {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []section
	for _, part := range strings.Split(string(raw), "\n## ")[1:] {
		title, text, _ := strings.Cut(part, "\n")
		all = append(all, section{strings.TrimSpace(title), text})
	}
	return all
}

// anchorOf is the anchor that a Markdown viewer gives to a title.
func anchorOf(title string) string {
	kept := regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(title), "")
	return strings.ReplaceAll(kept, " ", "-")
}

// Every rule, of the pipeline and of the demo centre, has its section in a runbook; each section belongs to a rule and says what
// the alert means, what suffers, where to look first and what to do.
func TestRunbooks(t *testing.T) {
	const pipeline, centre = "docs/runbooks-pipeline.md", "docs/runbooks.md"
	asked := map[string]bool{}
	for _, r := range rules(t) {
		asked[strings.TrimPrefix(r.Annotations["runbook_url"], repository)] = true
	}
	var ofCentre []struct{ Rule, Runbook string }
	readYAML(t, filepath.Join("..", "seeds", "cap-rivage", "rules.yaml"), &ofCentre)
	for _, r := range ofCentre {
		if r.Runbook == "" {
			t.Errorf("rule %s of the demo centre names no runbook", r.Rule)
		}
		asked[r.Runbook] = true
	}
	there := map[string]bool{}
	for _, document := range []string{pipeline, centre} {
		for _, s := range sections(t, filepath.Join("..", document)) {
			anchor := document + "#" + anchorOf(s.title)
			there[anchor] = true
			if !asked[anchor] {
				t.Errorf("%s belongs to no rule", anchor)
			}
			for _, part := range []string{"**Meaning.**", "**Impact.**", "**First look.**", "**Remedy.**"} {
				if !strings.Contains(s.text, part) {
					t.Errorf("%s: no %s", anchor, part)
				}
			}
		}
	}
	for _, runbook := range slices.Sorted(maps.Keys(asked)) {
		if !there[runbook] {
			t.Errorf("%q does not exist", runbook)
		}
	}
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	absolute, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return absolute
}
