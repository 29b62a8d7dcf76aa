// SPDX-License-Identifier: Apache-2.0

package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/vigie-kpi/vigie/tools/alerting"
)

const (
	// prometheusPatience is how long Prometheus may take to have scraped and judged everything; 10 s on a calm machine.
	prometheusPatience = time.Minute
	// prometheusPoll is the pause between two questions whether it has.
	prometheusPoll = 250 * time.Millisecond
)

// checkPrometheus lets a real Prometheus, configured as deployed but for addresses and intervals, scrape a running instance, the
// real Alertmanager that it tells alerts, and itself: every target is up, every rule can be evaluated, every metric that a rule asks for
// exists, and nobody is called.
func checkPrometheus(t *testing.T, vigie, alertmanager string) {
	t.Helper()
	refusedOnce(t, vigie)
	folder := t.TempDir()
	if err := os.CopyFS(filepath.Join(folder, "rules"), os.DirFS("../deploy/prometheus/rules")); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile("../deploy/prometheus/prometheus.yml")
	if err != nil {
		t.Fatal(err)
	}
	config := strings.NewReplacer("vigie:8080", vigie, "alertmanager:9093", alertmanager, "_interval: 15s", "_interval: 1s").Replace(string(raw))
	path := filepath.Join(folder, "prometheus.yml")
	put := func(config string) {
		if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(config)
	p := alerting.StartPrometheus(t, alerting.Options{ConfigFile: path, Flags: []string{"--web.enable-lifecycle"}})
	put(strings.ReplaceAll(config, "localhost:9090", p.Addr)) // now that it has a port, it can scrape itself
	answer, err := http.Post(p.URL+"/-/reload", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	limit, poll := time.After(prometheusPatience), time.NewTicker(prometheusPoll)
	defer poll.Stop()
	for {
		missing := append(lackingIn(t, p.URL), callsOf(t, p.URL)...)
		if len(missing) == 0 {
			return
		}
		select {
		case <-poll.C:
		case <-limit:
			t.Fatalf("after %v Prometheus lacks, or calls: %s", prometheusPatience, strings.Join(missing, "; "))
		}
	}
}

// refusedOnce has the gateway refuse an event: its count begins with the first one.
func refusedOnce(t *testing.T, vigie string) {
	t.Helper()
	answer, err := http.Post("http://"+vigie+"/v1/events", "application/cloudevents+json", strings.NewReader(`{"specversion":"1.0","id":"1"}`))
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusBadRequest {
		t.Fatalf("half an event is answered with %s", answer.Status)
	}
}

// metricName finds what a rule asks for; functions and labels have other names.
var metricName = regexp.MustCompile(`\b(?:vigie|process|prometheus|alertmanager)_[a-z_]+|\bup\b`)

// ruleMetrics are the metrics in the expressions of deploy/prometheus/rules.
func ruleMetrics(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("../deploy/prometheus/rules/*.yml")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Groups []struct{ Rules []struct{ Expr string } }
		}
		if err := yaml.Unmarshal(raw, &file); err != nil {
			t.Fatal(err)
		}
		for _, g := range file.Groups {
			for _, r := range g.Rules {
				names = append(names, metricName.FindAllString(r.Expr, -1)...)
			}
		}
	}
	slices.Sort(names)
	if names = slices.Compact(names); len(names) < 20 {
		t.Fatalf("only %d metrics in the rules: %q", len(names), names)
	}
	return names
}

// lackingIn says what Prometheus has not seen or judged yet.
func lackingIn(t *testing.T, prometheus string) []string {
	t.Helper()
	var missing []string
	for _, job := range []string{"vigie", "prometheus", "alertmanager"} {
		if queryCount(t, prometheus, fmt.Sprintf(`up{job=%q} == 1`, job)) != 1 {
			missing = append(missing, "job "+job)
		}
	}
	for _, name := range ruleMetrics(t) {
		if queryCount(t, prometheus, name) == 0 {
			missing = append(missing, name)
		}
	}
	var answer struct {
		Data struct {
			Groups []struct {
				Rules []struct{ Name, Health, LastError string }
			}
		}
	}
	askPrometheus(t, prometheus+"/api/v1/rules", &answer)
	seen := 0
	for _, g := range answer.Data.Groups {
		for _, r := range g.Rules {
			seen++
			if r.Health != "ok" {
				missing = append(missing, fmt.Sprintf("rule %s: %s %s", r.Name, r.Health, r.LastError))
			}
		}
	}
	if seen == 0 {
		missing = append(missing, "all rules")
	}
	return missing
}

// simulated are the rules that compare the log's clock with Prometheus', which a demo does not share.
var simulated = []string{"VigieNumbersLate", "VigieDailyJobLate", "VigieClockStanding"}

// callsOf lists the rules that hold, were it only for a moment; none should on an instance that is well, but for the watchdog.
func callsOf(t *testing.T, prometheus string) []string {
	t.Helper()
	var answer struct {
		Data struct {
			Alerts []struct {
				State  string
				Labels map[string]string
			}
		}
	}
	askPrometheus(t, prometheus+"/api/v1/alerts", &answer)
	var calls []string
	watched := false
	for _, a := range answer.Data.Alerts {
		switch name := a.Labels["alertname"]; {
		case name == "Watchdog" && a.State == "firing":
			watched = true
		case !slices.Contains(simulated, name):
			calls = append(calls, fmt.Sprintf("%s: %v", a.State, a.Labels))
		}
	}
	if !watched {
		calls = append(calls, "no watchdog")
	}
	return calls
}

// queryCount is how many series a query gives.
func queryCount(t *testing.T, prometheus, query string) int {
	t.Helper()
	var answer struct {
		Data struct{ Result []json.RawMessage }
	}
	askPrometheus(t, prometheus+"/api/v1/query?query="+url.QueryEscape(query), &answer)
	return len(answer.Data.Result)
}

func askPrometheus(t *testing.T, address string, into any) {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		t.Fatalf("%s: %v", address, err)
	}
}
