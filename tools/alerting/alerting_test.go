// SPDX-License-Identifier: Apache-2.0

package alerting

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestScriptAndPackageAgree(t *testing.T) {
	script := "../../scripts/fetch-alerting.sh"
	text, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"prometheus=" + PrometheusVersion, "alertmanager=" + AlertmanagerVersion} {
		if !strings.Contains(string(text), "\n"+line+"\n") {
			t.Errorf("%s has no line %q", script, line)
		}
	}
	for _, env := range [][]string{
		{"VIGIE_CACHE=/a", "XDG_CACHE_HOME=/b", "HOME=/c"},
		{"VIGIE_CACHE=", "XDG_CACHE_HOME=/b", "HOME=/c"},
		{"VIGIE_CACHE=", "XDG_CACHE_HOME=", "HOME=/c"},
		{FolderEnv + "=/d", "HOME=/c"},
	} {
		for _, pair := range env {
			name, value, _ := strings.Cut(pair, "=")
			t.Setenv(name, value)
		}
		want, err := Folder()
		if err != nil {
			t.Fatal(err)
		}
		// Up to where it prints: what would come after downloads.
		head, _, _ := strings.Cut(string(text), "\nplatform=")
		head, _, _ = strings.Cut(head, "if [ -f ")
		printed, err := exec.Command("sh", "-c", head, "sh", "-p").CombinedOutput()
		if err != nil || strings.TrimSpace(string(printed)) != want {
			t.Errorf("%v: the script says %s (%v), Folder says %s", env, printed, err, want)
		}
	}
}

// A Prometheus whose rule always holds tells an Alertmanager, which tells a webhook; the Alertmanager is the same one
// after a restart at the same address.
func TestFromRuleToWebhook(t *testing.T) {
	hook := StartWebhook(t)
	data := t.TempDir()
	o := Options{DataDir: data, Config: fmt.Sprintf(`
route: {receiver: hook, group_wait: 0s, group_by: [alertname]}
receivers: [{name: hook, webhook_configs: [{url: %s/wall}]}]
`, hook.URL)}
	am := StartAlertmanager(t, o)
	folder := t.TempDir()
	write(t, filepath.Join(folder, "rules.yml"), `groups: [{name: g, interval: 1s, rules: [{alert: Always, expr: vector(1), labels: {team: x}}]}]`)
	write(t, filepath.Join(folder, "prometheus.yml"), fmt.Sprintf(`
rule_files: [rules.yml]
alerting: {alertmanagers: [{static_configs: [{targets: ["%s"]}]}]}
`, am.Addr))
	// Prometheus learns of its Alertmanagers 5 s after its start; what fires before is sent again after the delay.
	StartPrometheus(t, Options{ConfigFile: filepath.Join(folder, "prometheus.yml"), Flags: []string{"--rules.alert.resend-delay=1s"}})
	n := hook.Await(time.Minute, func(n Notification) bool { return n.Status == "firing" })
	if n.Path != "/wall" || n.Receiver != "hook" || len(n.Alerts) != 1 || n.Alerts[0].Labels["team"] != "x" {
		t.Errorf("got %+v", n)
	}
	am.Stop()
	if _, err := http.Get(am.URL + "/-/ready"); err == nil {
		t.Error("it still answers")
	}
	o.Addr = am.Addr
	if again := StartAlertmanager(t, o); again.Addr != am.Addr {
		t.Errorf("started again at %s, not %s", again.Addr, am.Addr)
	}
}

func TestRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "am.yml")
	write(t, file, "route: {receiver: a}\nreceivers: [{name: a}]\n")
	if out, err := Run(t, Amtool, "check-config", file); err != nil || !strings.Contains(out, "1 receivers") {
		t.Errorf("a good file: %v %s", err, out)
	}
	write(t, file, "route: {receiver: b}\nreceivers: [{name: a}]\n")
	if _, err := Run(t, Amtool, "check-config", file); err == nil || !strings.Contains(err.Error(), "undefined receiver") {
		t.Errorf("a bad file: %v", err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
